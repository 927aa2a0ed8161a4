//! What can go wrong, and where it did.
//!
//! An [`Error`] says where and what. The remedy is the command line's to add, since only it knows its flags.

use std::fmt;
use std::io;
use std::path::{Path, PathBuf};

use crate::names;

/// The result of anything here that can fail.
pub type Result<T> = std::result::Result<T, Error>;

/// An error of this library: opaque, with a [`kind`](Error::kind) to match on.
#[derive(Debug)]
pub struct Error(Box<ErrorKind>);

/// What an [`Error`] is about.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum ErrorKind {
    /// A file could not be opened, read or written.
    #[error("{}: {source}", names::of(path))]
    Io {
        /// The file, or `-` for standard input or output.
        path: PathBuf,
        /// What the system said.
        source: io::Error,
    },
    /// What did not fit into memory could not be kept on disk.
    #[error("temporary files in {}: {source}", names::of(folder))]
    Spill {
        /// The folder of the temporary files.
        folder: PathBuf,
        /// What the system said.
        source: io::Error,
    },
    /// What will not fit into memory is clearly more than there is room for on disk.
    #[error("temporary files in {}: about {} MB are needed, and {} MB are free", names::of(folder), needed / 1_000_000, free / 1_000_000)]
    NoSpace {
        /// The folder of the temporary files.
        folder: PathBuf,
        /// About how many bytes they take.
        needed: u64,
        /// How many bytes are free.
        free: u64,
    },
    /// What a run cannot do without does not fit into the memory it may take.
    #[error("the memory is not enough: at least {} MB more are needed", (missing >> 20) + 1)]
    Memory {
        /// How many bytes more it would have taken when it gave up.
        missing: u64,
    },
    /// The inputs hold no file that could be read.
    #[error("{input}: {reason}")]
    NoInput {
        /// The input as the user named it.
        input: String,
        /// Why nothing came of it.
        reason: String,
    },
    /// Records were read, but none has a field that looks like a text or a title.
    #[error(
        "{input}: no field that looks like a text; the fields are: {}",
        short(fields)
    )]
    NoTextField {
        /// The file whose fields are listed.
        input: String,
        /// The names of the fields there are.
        fields: Vec<String>,
    },
    /// The first row of a table looks like a record of it.
    #[error(
        "{input}: its first row looks like a record, not like a header: {}",
        short(fields)
    )]
    NoHeader {
        /// The file.
        input: String,
        /// The fields of its first row.
        fields: Vec<String>,
        /// What its columns may be, by what is in them: a name each, or none.
        guess: Vec<&'static str>,
    },
    /// Records have titles and no texts, where that was declared to be an error.
    #[error("{input}: titles and no texts{}", longest(unused))]
    TitlesOnly {
        /// The file.
        input: String,
        /// The longest field that is not read, where one may hold texts.
        unused: Option<Unused>,
    },
    /// Files in a folder that may hold articles were not read.
    #[error(
        "{files} {} that may hold articles not read, {bytes} bytes of {all}; {input}: {reason}", if *files == 1 { "file" } else { "files" }
    )]
    Unread {
        /// How many files.
        files: usize,
        /// How many bytes they have.
        bytes: u64,
        /// How many bytes there are in all.
        all: u64,
        /// The first of them.
        input: String,
        /// Why it was not read.
        reason: String,
    },
    /// A field was named by the user, and no record has it.
    #[error("{input}: no field \"{field}\"; the fields are: {}", short(fields))]
    UnknownField {
        /// The file whose fields are listed.
        input: String,
        /// The name that was asked for.
        field: String,
        /// The names of the fields there are.
        fields: Vec<String>,
    },
    /// A bad record, where bad records were declared to be errors.
    #[error("{input}:{record}: {reason}")]
    BadRecord {
        /// The file.
        input: String,
        /// The 1-based record in it.
        record: u64,
        /// What is wrong with it.
        reason: String,
    },
    /// More articles than an [`ArticleId`](crate::corpus::ArticleId) can number.
    #[error("more than {} articles in one run", u32::MAX)]
    TooManyArticles,
    /// A setting is out of its range.
    #[error("{name} is {value}: it must be {expected}")]
    Setting {
        /// The setting's name, as the flag and the field have it.
        name: &'static str,
        /// The value that was given.
        value: String,
        /// What it may be.
        expected: String,
    },
    /// A table (clusters or gold) is not of the form it should be.
    #[error("{}:{line}: {reason}", names::of(path))]
    Table {
        /// The file.
        path: PathBuf,
        /// The 1-based line.
        line: u64,
        /// What is wrong with it.
        reason: String,
    },
    /// Records that cannot stand in one file were to be written into one.
    #[error("{one} and {other}: their records cannot stand in one file")]
    MixedForms {
        /// The first input.
        one: String,
        /// An input whose records are of another form, or have another header.
        other: String,
    },
    /// The records of an input cannot be written as asked.
    #[error("{input}: {reason}")]
    Unfit {
        /// The input.
        input: String,
        /// Why not.
        reason: String,
    },
    /// Something would be written over an input, or over something else that is written.
    #[error("{}: {reason}", names::of(output))]
    Clash {
        /// The output, or one of its files.
        output: PathBuf,
        /// What stands in its way.
        reason: String,
    },
    /// Outputs were to go to a folder, or a place, where something is that this tool did not put there or was not told to
    /// replace.
    #[error("{}: {reason}", names::of(folder))]
    Occupied {
        /// The folder, or the file in it.
        folder: PathBuf,
        /// What is there.
        reason: String,
    },
    /// A file could not get its name, and some that had theirs already could not be taken back.
    #[error(
        "{}: {source}; new already, while the rest is as it was: {}",
        names::of(path),
        listed(new)
    )]
    HalfDone {
        /// The file, or the folder of files, that could not be named.
        path: PathBuf,
        /// What the system said.
        source: io::Error,
        /// The files that are new.
        new: Vec<PathBuf>,
    },
    /// No article has this id.
    #[error("no article has the id \"{id}\"{}", hint(nearest))]
    UnknownId {
        /// The id that was asked for.
        id: String,
        /// The ids most like it, nearest first.
        nearest: Vec<String>,
    },
    /// What a run kept cannot be used: it is not there, damaged, or of other inputs or settings.
    #[error("{}: {reason}", names::of(path))]
    State {
        /// The file.
        path: PathBuf,
        /// What is wrong with it.
        reason: String,
    },
    /// An index cannot be used: it is not there, damaged, of another version or of other settings, or somebody writes to it.
    #[error("{}: {reason}", names::of(path))]
    Index {
        /// The index, or the file in it.
        path: PathBuf,
        /// What is wrong with it.
        reason: String,
    },
    /// An input changed between two readings of it.
    #[error("{input}: changed while it was being read")]
    Changed {
        /// The file.
        input: String,
    },
    /// Of a corpus more records would be left out than may be.
    #[error(
        "{} of the records would be left out ({removed} of {records}), where {} may be at most; most of them are {} ({} of {})",
        percent(*removed, *records),
        percent((*most).into(), 1_000_000),
        named(outlet.as_deref()),
        of_source.0,
        of_source.1
    )]
    TooManyRemoved {
        /// How many would be left out, of how many.
        removed: u64,
        /// See `removed`.
        records: u64,
        /// The share that may be, in millionths.
        most: u32,
        /// The source of most of them; `None` for records that name none.
        outlet: Option<String>,
        /// How many of its records would be left out, and how many it has.
        of_source: (u64, u64),
    },
    /// What lies in a bucket or on the web could not be read or written.
    #[error("{address}: {fault}")]
    Remote {
        /// Its address, without secrets.
        address: String,
        /// What went wrong.
        fault: RemoteFault,
    },
    /// Far more came of an input when it was decompressed than there was before.
    #[error("{input}: far more comes of it than its size promises")]
    TooMuch {
        /// The file.
        input: String,
    },
    /// The run was asked to stop.
    #[error("interrupted; nothing was written")]
    Interrupted,
}

/// A field that is not read, though it holds much.
#[derive(Clone, Debug, PartialEq, Eq)]
#[doc(hidden)]
pub struct Unused {
    /// The path to it.
    pub field: String,
    /// How many characters a record has in it, on average.
    pub characters: u64,
}

/// What goes wrong with what lies elsewhere.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[non_exhaustive]
#[doc(hidden)]
pub enum RemoteFault {
    /// The environment has no credentials for it, and the machine was given none.
    #[error("there are no credentials for it")]
    NoCredentials,
    /// It is not for whoever asks.
    #[error("it may not be opened: {0}")]
    Denied(String),
    /// It is not there, or its bucket is not.
    #[error("it is not there")]
    Missing,
    /// Answers failed to come, or broke off, again and again.
    #[error("the connection fails again and again: {0}")]
    Broken(String),
    /// This build knows nothing but this machine.
    #[error("an address, and this build reads and writes none (feature `remote`)")]
    NotBuilt,
    /// Anything else that another try does not change.
    #[error("{0}")]
    Other(String),
}

/// What of a record is not read.
fn longest(unused: &Option<Unused>) -> String {
    match unused {
        Some(unused) => format!(
            "; {} has {} characters a record",
            unused.field, unused.characters
        ),
        None => String::new(),
    }
}

/// Names in a row, long ones cut.
fn short(names: &[String]) -> String {
    const LONGEST: usize = 40;
    let short = |name: &String| match name.char_indices().nth(LONGEST) {
        Some((end, _)) => format!("{}…", &name[..end]),
        None => name.clone(),
    };
    let names: Vec<String> = names.iter().map(short).collect();
    names.join(", ")
}

/// A share in percent, to a tenth; rounded up, so that what is above a limit does not seem to meet it.
fn percent(part: u64, whole: u64) -> String {
    let permille = (u128::from(part) * 1000).div_ceil(u128::from(whole.max(1)));
    match permille % 10 {
        0 => format!("{}%", permille / 10),
        tenth => format!("{}.{tenth}%", permille / 10),
    }
}

/// What a source is called in a sentence, on one line.
fn named(source: Option<&str>) -> String {
    match source {
        None => "of no source".to_owned(),
        Some(source) => format!("of {}", source.replace(char::is_control, "\u{fffd}")),
    }
}

/// Files as a message lists them.
fn listed(files: &[PathBuf]) -> String {
    let names: Vec<String> = files.iter().map(|file| names::of(file)).collect();
    names.join(", ")
}

/// The ids most like one that there is not.
fn hint(nearest: &[String]) -> String {
    match nearest {
        [] => String::new(),
        nearest => format!("; the nearest are: {}", nearest.join(", ")),
    }
}

impl Error {
    /// What the error is about.
    pub fn kind(&self) -> &ErrorKind {
        &self.0
    }

    /// An input or output error at a path.
    pub fn io(path: impl AsRef<Path>, source: io::Error) -> Error {
        // What writes through a stream can hand its error on by no other way: it names its file itself.
        match source.downcast::<Error>() {
            Ok(error) => error,
            Err(source) => {
                let path = path.as_ref().to_owned();
                ErrorKind::Io { path, source }.into()
            }
        }
    }

    /// Whether this is a write to a pipe whose reader has gone, which is no failure.
    pub fn is_broken_pipe(&self) -> bool {
        matches!(self.kind(), ErrorKind::Io { source, .. } if source.kind() == io::ErrorKind::BrokenPipe)
    }
}

impl From<ErrorKind> for Error {
    fn from(kind: ErrorKind) -> Error {
        Error(Box::new(kind))
    }
}

impl fmt::Display for Error {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.0.fmt(f)
    }
}

impl std::error::Error for Error {
    fn source(&self) -> Option<&(dyn std::error::Error + 'static)> {
        self.0.source()
    }
}

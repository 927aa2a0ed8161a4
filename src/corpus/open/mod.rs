//! Opening a corpus: what each file is, and whether it holds articles at all.

pub(super) mod archive;
pub(super) mod decompress;
pub(super) mod expand;
pub(super) mod input;
pub(super) mod limits;
#[cfg(feature = "compression")]
mod lz4;
pub(super) mod opened;
pub(super) mod pattern;
pub(super) mod settle;
pub(super) mod sniff;
pub(super) mod spool;
pub(super) mod survey;
pub(super) mod unread;
pub(super) mod unused;

use std::fs::File;
use std::path::{Path, PathBuf};
use std::sync::Arc;

use super::RejectReason;
use super::encoding::Coding;
use super::formats;
use super::formats::{Format, Unreadable};
use super::record::date::Settled;
use super::record::fields::FieldNames;
use super::sweep::filter::Filter;
use crate::compression::Compression;
use crate::error::Unused;
use crate::error::{ErrorKind, Result};
use crate::interrupt::Interrupt;
use crate::names;
use crate::remote::Depot;
use expand::{Candidate, Found};
use input::{Input, Origin};
use limits::Limits;
use opened::Opened;
use sniff::Recognized;
use spool::Spool;
use survey::Surveyor;
use unread::{TitlesOnly, Unread};

/// A corpus in files.
pub struct FileCorpus {
    pub(crate) inputs: Vec<Input>,
    pub(crate) passed_over: Vec<(String, String)>,
    pub(crate) unread: Vec<Unread>,
    pub(crate) titles_only: Vec<TitlesOnly>,
    pub(crate) spool: Spool,
    /// How dates are read that could be two.
    pub(crate) settled: Settled,
    pub(crate) options: FileCorpusBuilder,
    #[cfg(feature = "html")]
    pub(crate) extracted: super::formats::html::extracted::Extracted,
}

/// How a [`FileCorpus`] is to be read.
#[derive(Default)]
pub struct FileCorpusBuilder {
    pub(crate) fields: FieldNames,
    #[cfg(feature = "html")]
    pub(crate) html: super::Html,
    pub(crate) table: Option<String>,
    pub(crate) columns: Option<Vec<String>>,
    pub(crate) encoding: Option<Option<Coding>>,
    pub(crate) lines: bool,
    pub(crate) filter: Filter,
    pub(crate) strict: bool,
    pub(crate) limits: Limits,
    pub(crate) interrupt: Interrupt,
    pub(crate) progress: Option<Box<dyn Fn(u64) + Send + Sync>>,
    pub(crate) temporary: Option<PathBuf>,
    pub(crate) remote: Depot,
}

impl FileCorpus {
    /// Starts to say how a corpus is to be read.
    pub fn builder() -> FileCorpusBuilder {
        FileCorpusBuilder::default()
    }

    /// The files, in the order they are read; [`Place::input`](super::Place::input) indexes them.
    pub fn files(&self) -> &[Input] {
        &self.inputs
    }

    /// The names of the fields that were not to be found by their common names.
    pub(crate) fn field_names(&self) -> &FieldNames {
        &self.options.fields
    }

    /// The files found in folders that hold no articles, each with why.
    pub fn passed_over(&self) -> &[(String, String)] {
        &self.passed_over
    }

    /// The files found in folders that may hold articles, and were not read.
    pub fn unread(&self) -> &[Unread] {
        &self.unread
    }

    /// Whether files that may hold articles and were not read have over a hundredth of all bytes.
    pub fn lacks_much(&self) -> bool {
        let unread: u64 = self.unread.iter().map(|file| file.bytes).sum();
        unread * 100 > self.total_bytes() + unread
    }

    /// Fails where [much](FileCorpus::lacks_much) was not read.
    ///
    /// # Errors
    ///
    /// [`ErrorKind::Unread`] names the first such file.
    pub fn check_unread(&self) -> Result<()> {
        let Some(first) = self.unread.first().filter(|_| self.lacks_much()) else {
            return Ok(());
        };
        let bytes = self.unread.iter().map(|file| file.bytes).sum();
        Err(ErrorKind::Unread {
            files: self.unread.len(),
            bytes,
            all: self.total_bytes() + bytes,
            input: first.input.clone(),
            reason: first.reason.clone(),
        }
        .into())
    }

    /// The inputs whose records have titles and no texts.
    pub fn titles_only(&self) -> &[TitlesOnly] {
        &self.titles_only
    }

    /// Whether articles may be left out since they are not wanted.
    pub fn is_filtered(&self) -> bool {
        self.options.filter.is_active() || self.options.filter.limit.is_some()
    }

    /// The folder for what does not fit into memory, or is made once and read again.
    pub(crate) fn temporary_folder(&self) -> PathBuf {
        self.options.temporary_folder()
    }

    /// How many bytes one sweep reads from the files, before decompression.
    pub fn total_bytes(&self) -> u64 {
        self.inputs.iter().map(|input| input.stamp.bytes).sum()
    }

    /// How many inputs lie in buckets or on the web, and how many bytes were fetched of them so far. Each byte is fetched
    /// once, and kept in the folder for temporary files.
    pub fn fetched(&self) -> (u64, u64) {
        self.options.remote.fetched()
    }

    /// About how many bytes that is after decompression.
    pub fn expected_bytes(&self) -> u64 {
        let expected = |input: &Input| match (input.compression, input.format) {
            (Compression::None, format) => format.reader().expansion() * input.stamp.bytes,
            // Text that is compressed takes a quarter to a third.
            _ => 4 * input.stamp.bytes,
        };
        self.inputs.iter().map(expected).sum()
    }
}

impl FileCorpusBuilder {
    /// Names the fields that are not to be found by their common names.
    pub fn fields(mut self, fields: FieldNames) -> Self {
        self.fields = fields;
        self
    }

    /// What is taken of HTML pages, and of fields that hold HTML.
    #[cfg(feature = "html")]
    pub fn html(mut self, html: super::Html) -> Self {
        self.html = html;
        self
    }

    /// The table of a database that holds the articles; by default the one whose columns look most like those of articles.
    pub fn table(mut self, name: impl Into<String>) -> Self {
        self.table = Some(name.into());
        self
    }

    /// The names of the columns of tables, which have no header row then; an empty one is of a column that is not read.
    pub fn columns(mut self, names: Vec<String>) -> Self {
        self.columns = Some(names);
        self
    }

    /// The encoding of all texts that do not say theirs, such as `windows-1251`.
    ///
    /// # Errors
    ///
    /// [`ErrorKind::Setting`] where there is no such encoding.
    pub fn encoding(mut self, label: &str) -> Result<Self> {
        let found = Coding::named(label).ok_or_else(|| ErrorKind::Setting {
            name: "--encoding",
            value: label.to_owned(),
            expected: "a name such as utf-8, windows-1251, gb18030 or shift_jis".to_owned(),
        })?;
        self.encoding = Some(found);
        Ok(self)
    }

    /// Reads text files as an article a line instead of one article.
    pub fn lines(mut self, lines: bool) -> Self {
        self.lines = lines;
        self
    }

    /// Says which articles are wanted.
    pub fn filter(mut self, filter: Filter) -> Self {
        self.filter = filter;
        self
    }

    /// Makes the first bad record, in input order, an error.
    pub fn strict(mut self, strict: bool) -> Self {
        self.strict = strict;
        self
    }

    /// How many bytes a record may have, line end included: 64 million unless this says otherwise. A longer one is rejected
    /// ([`RejectReason::TooLong`]), and never held as a whole.
    ///
    /// A text that a Parquet file holds is a record in this sense. Pages within archives, and files of HTML, may have 16 MB
    /// at most whatever this says.
    pub fn max_record(mut self, bytes: usize) -> Self {
        self.limits.record = bytes;
        self
    }

    /// How many times its own size a compressed input may have when it is decompressed: 200 unless this says otherwise. More
    /// than 4 GB must come of it, too, before that is an error ([`ErrorKind::TooMuch`]).
    pub fn max_ratio(mut self, times: u64) -> Self {
        self.limits.ratio = times;
        self
    }

    /// A flag that ends a sweep with [`ErrorKind::Interrupted`] once it is set.
    pub fn interrupt(mut self, flag: impl Into<Interrupt>) -> Self {
        self.interrupt = flag.into();
        self
    }

    /// The folder for temporary files, which have no names and are gone with the process; the system's otherwise.
    pub fn temp_dir(mut self, folder: impl Into<PathBuf>) -> Self {
        self.temporary = Some(folder.into());
        self
    }

    pub(crate) fn temporary_folder(&self) -> PathBuf {
        self.temporary.clone().unwrap_or_else(std::env::temp_dir)
    }

    /// Called in each sweep with the bytes read from the files so far, out of [`FileCorpus::total_bytes`].
    pub fn on_progress(mut self, progress: Box<dyn Fn(u64) + Send + Sync>) -> Self {
        self.progress = Some(progress);
        self
    }

    /// Opens files, folders and globs; `-` is standard input. With the feature `remote` also what lies elsewhere:
    /// `s3://…`, `gs://…`, `az://…`, `https://…`, `hf://datasets/…`.
    ///
    /// # Errors
    ///
    /// A file that is not there; nothing that can be read; records without any field that looks like a text.
    pub fn open<P: AsRef<Path>>(self, inputs: &[P]) -> Result<FileCorpus> {
        let mut found = Vec::new();
        for input in inputs {
            self.expand(input.as_ref(), &mut found)?;
        }
        let named = inputs.first().map(|input| names::of(input.as_ref()));
        self.open_found(found, named)
    }

    /// Opens one file that is open already, and may have no name: it is called `name`.
    ///
    /// # Errors
    ///
    /// As [`FileCorpusBuilder::open`].
    pub fn open_file(self, name: &str, file: File) -> Result<FileCorpus> {
        let file = Candidate {
            name: name.to_owned(),
            shard: PathBuf::from(name),
            origin: Origin::Spool(Arc::new(file)),
            depth: 0,
        };
        let found = Found::File {
            file,
            in_folder: false,
        };
        self.open_found(vec![found], Some(name.to_owned()))
    }

    fn open_found(self, found: Vec<Found>, named: Option<String>) -> Result<FileCorpus> {
        let mut corpus = FileCorpus {
            inputs: Vec::new(),
            passed_over: Vec::new(),
            unread: Vec::new(),
            titles_only: Vec::new(),
            spool: Spool::default(),
            settled: Settled::default(),
            options: self,
            #[cfg(feature = "html")]
            extracted: Default::default(),
        };
        let mut unreadable = None;
        let mut nothing_in = None;
        for file in found {
            match file {
                Found::File { file, in_folder } => {
                    if let Some(why) = corpus.add(file, in_folder)? {
                        unreadable.get_or_insert(why);
                    }
                }
                Found::EmptyFolder(input) => {
                    nothing_in.get_or_insert(input);
                }
            }
        }
        let surveyed = corpus.survey()?;
        corpus.settle()?;
        if corpus.inputs.iter().any(|input| input.format.is_readable()) {
            return Ok(corpus);
        }
        let nothing = || ErrorKind::NoInput {
            input: nothing_in.or(named).unwrap_or_default(),
            reason: "nothing in it can be read".to_owned(),
        };
        Err(surveyed.or(unreadable).unwrap_or_else(nothing).into())
    }

    pub(crate) fn check_interrupt(&self) -> Result<()> {
        self.interrupt.check()
    }
}

impl FileCorpus {
    /// Adds a file to the inputs or, if it was found in a folder and is none of ours, to what was passed over.
    ///
    /// Returns what would be wrong if this were the only input.
    fn add(&mut self, file: Candidate, in_folder: bool) -> Result<Option<ErrorKind>> {
        let mut opened = Opened::of(&file, self.options.limits)?;
        let is_parquet = formats::is_parquet_ending(&formats::ending(opened.named(&file)));
        match self.recognize(&file, &mut opened, in_folder)? {
            Ok(Recognized::Records(sniffed, root)) => {
                let preamble = opened.head[..sniffed.preamble].to_vec();
                let mut input = Input::new(file, in_folder, sniffed.format, opened);
                (input.preamble, input.root) = (preamble, root);
                input.header = sniffed.header;
                input.columns = match input.format.dialect() {
                    Some(dialect) if dialect.is_lines() => Some(Arc::from(["text".to_owned()])),
                    _ => self.options.columns.as_deref().map(Arc::from),
                };
                self.inputs.push(input);
                Ok(None)
            }
            Ok(Recognized::Members(members)) => {
                let mut first = None;
                for member in members {
                    let wrong = self.add(member, true)?;
                    first = first.or(wrong);
                }
                Ok(first)
            }
            Ok(Recognized::Table(sniffed, part)) => {
                let input = Input::of_part(file, in_folder, sniffed.format, part)?;
                self.inputs.push(input);
                Ok(None)
            }
            Ok(Recognized::Lines(part)) => {
                self.inputs.push(Input::of_lines(file, in_folder, part)?);
                Ok(None)
            }
            Err(Unreadable { reason, .. }) if in_folder => {
                if !unread::is_beside(opened.named(&file)) {
                    self.unread.push(Unread {
                        input: file.name.clone(),
                        reason: reason.to_string(),
                        bytes: opened.stamp.bytes,
                    });
                }
                Ok(Some(no_input(file.name, &reason)))
            }
            // Articles that only stand in another form must not be missed.
            Err(Unreadable {
                reason,
                convertible: true,
            }) if !is_parquet => Err(no_input(file.name, &reason).into()),
            Err(Unreadable { reason, .. }) => {
                let wrong = no_input(file.name.clone(), &reason);
                let mut input = Input::new(file, in_folder, Format::Unreadable, opened);
                if is_parquet {
                    self.passed_over
                        .push((input.name.clone(), reason.to_string()));
                    input.flaw = RejectReason::BrokenParquet;
                }
                self.inputs.push(input);
                Ok(Some(wrong))
            }
        }
    }

    /// Looks at the first records of every input. A file found in a folder that has no text is passed over.
    fn survey(&mut self) -> Result<Option<ErrorKind>> {
        let mut surveyor = Surveyor::new(&self.options.fields, self.options.limits);
        let mut kept = Vec::new();
        let mut first_without = None;
        let mut named_without = None;
        for mut input in std::mem::take(&mut self.inputs) {
            let survey = surveyor.look(&input)?;
            if let Some(reason) = survey.broken {
                first_without.get_or_insert(no_input(input.name.clone(), &reason));
                if input.found {
                    self.unread.push(Unread {
                        input: input.name,
                        reason,
                        bytes: input.stamp.bytes,
                    });
                } else {
                    self.passed_over.push((input.name.clone(), reason));
                    input.format = Format::Unreadable;
                    input.flaw = RejectReason::BrokenParquet;
                    kept.push(input);
                }
                continue;
            }
            if input.found && !survey.lacks_text() && survey.is_beside() {
                let why = "it describes something, and is no article".to_owned();
                self.passed_over.push((input.name, why));
                continue;
            }
            if survey.has_titles_only() {
                self.titles_only.push(TitlesOnly {
                    input: input.name.clone(),
                    unused: survey.unused.clone(),
                });
            }
            if !survey.lacks_text() {
                kept.push(input);
                continue;
            }
            let wrong = survey.no_text(&input);
            if input.found {
                let reason = "no field that looks like a text";
                match &survey.unused {
                    Some(Unused { field, characters }) => self.unread.push(Unread {
                        reason: format!("{reason}; {field} has {characters} characters a record"),
                        bytes: input.stamp.bytes,
                        input: input.name,
                    }),
                    // A table of something else beside the articles.
                    None => self.passed_over.push((input.name, reason.to_owned())),
                }
                first_without.get_or_insert(wrong);
            } else {
                named_without.get_or_insert(wrong);
            }
        }
        surveyor.finish()?;
        self.inputs = kept;
        if let Some(TitlesOnly { input, unused }) = self.titles_only.first()
            && self.options.strict
        {
            return Err(ErrorKind::TitlesOnly {
                input: input.clone(),
                unused: unused.clone(),
            }
            .into());
        }
        named_without.map_or(Ok(first_without), |wrong| Err(wrong.into()))
    }
}

fn no_input(input: String, reason: &str) -> ErrorKind {
    let reason = reason.to_owned();
    ErrorKind::NoInput { input, reason }
}

//! Opening a corpus: what each file is, and whether it holds articles at all.

use std::fs::File;
use std::io::{self, Read};
use std::path::{Path, PathBuf};
use std::sync::Arc;

use super::RejectReason;
use super::expand::{Candidate, Found};
use super::fields::FieldNames;
use super::format::{self, Format, Head, Unreadable};
use super::input::{Input, Meter, Origin};
use super::limits::Limits;
use super::survey::Surveyor;
use crate::compression::Compression;
use crate::error::{Error, ErrorKind, Result};
use crate::interrupt::Interrupt;
use crate::names;

/// A corpus in files.
pub struct FileCorpus {
    pub(crate) inputs: Vec<Input>,
    pub(crate) passed_over: Vec<(String, String)>,
    pub(crate) options: FileCorpusBuilder,
    #[cfg(feature = "html")]
    pub(crate) extracted: super::extracted::Extracted,
}

/// How a [`FileCorpus`] is to be read.
#[derive(Default)]
pub struct FileCorpusBuilder {
    pub(crate) fields: FieldNames,
    #[cfg(feature = "html")]
    pub(crate) html: super::Html,
    pub(crate) strict: bool,
    pub(crate) limits: Limits,
    pub(crate) interrupt: Interrupt,
    pub(crate) progress: Option<Box<dyn Fn(u64) + Send + Sync>>,
    pub(crate) temporary: Option<PathBuf>,
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

    /// The folder for what does not fit into memory, or is made once and read again.
    pub(crate) fn temporary_folder(&self) -> PathBuf {
        self.options.temporary_folder()
    }

    /// How many bytes one sweep reads from the files, before decompression.
    pub fn total_bytes(&self) -> u64 {
        self.inputs.iter().map(|input| input.stamp.bytes).sum()
    }

    /// About how many bytes that is after decompression.
    pub fn expected_bytes(&self) -> u64 {
        let expected = |input: &Input| match (input.compression, input.format) {
            (Compression::None, Format::Parquet) => 3 * input.stamp.bytes,
            (Compression::None, _) => input.stamp.bytes,
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

    /// Opens files, folders and globs; `-` is standard input.
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
        if corpus
            .inputs
            .iter()
            .any(|input| input.format != Format::Unreadable)
        {
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
        let failed = |source| Error::io(file.origin.path(), source);
        let stamp = file.origin.stamp().map_err(failed)?;
        let (reader, _) = file.origin.open().map_err(failed)?;
        let compression = Compression::of(&read_up_to(reader, Compression::MAGIC).map_err(failed)?);
        let (reader, meter) = file.origin.open().map_err(failed)?;
        let reader = compression.reader(reader).map_err(failed)?;
        let bytes = read_head(reader, &meter).map_err(failed)?;
        let named = if file.name == "-" {
            Path::new("")
        } else {
            Path::new(&file.name)
        };
        let head = Head {
            bytes: &bytes,
            whole: bytes.len() < format::HEAD,
            path: named,
        };
        let sniffed = head.sniff(&self.options.fields).and_then(|sniffed| {
            if sniffed.0 == Format::Parquet && compression != Compression::None {
                return Err(Unreadable::other(
                    "a Parquet file that was compressed once more; decompress it",
                ));
            }
            let other_text =
                in_folder && sniffed.0 == Format::Text && !is_text_ending(&format::ending(named));
            if other_text {
                Err(Unreadable::other("not a file of articles, by its ending"))
            } else {
                Ok(sniffed)
            }
        });
        let is_parquet = format::is_parquet_ending(&format::ending(named));
        let (format, preamble, wrong) = match sniffed {
            Ok((format, preamble)) => (format, bytes[..preamble].to_vec(), None),
            Err(Unreadable { reason, .. }) if in_folder => {
                self.passed_over
                    .push((file.name.clone(), reason.to_owned()));
                return Ok(Some(no_input(file.name, reason)));
            }
            Err(Unreadable { reason, .. }) if is_parquet => {
                self.passed_over
                    .push((file.name.clone(), reason.to_owned()));
                let wrong = no_input(file.name.clone(), reason);
                (Format::Unreadable, Vec::new(), Some(wrong))
            }
            // Articles that only stand in another form must not be missed.
            Err(Unreadable {
                reason,
                convertible: true,
            }) => return Err(no_input(file.name, reason).into()),
            Err(Unreadable { reason, .. }) => (
                Format::Unreadable,
                Vec::new(),
                Some(no_input(file.name.clone(), reason)),
            ),
        };
        let Candidate {
            name,
            shard,
            origin,
        } = file;
        self.inputs.push(Input {
            name,
            shard,
            format,
            compression,
            preamble,
            origin,
            stamp,
            found: in_folder,
            flaw: if is_parquet {
                RejectReason::BrokenParquet
            } else {
                RejectReason::NotText
            },
        });
        Ok(wrong)
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
                self.passed_over.push((input.name.clone(), reason));
                if !input.found {
                    input.format = Format::Unreadable;
                    input.flaw = RejectReason::BrokenParquet;
                    kept.push(input);
                }
                continue;
            }
            if !survey.lacks_text() {
                kept.push(input);
                continue;
            }
            let wrong = survey.no_text(&input);
            if input.found {
                self.passed_over
                    .push((input.name, "no field that looks like a text".to_owned()));
                first_without.get_or_insert(wrong);
            } else {
                named_without.get_or_insert(wrong);
            }
        }
        surveyor.finish()?;
        self.inputs = kept;
        named_without.map_or(Ok(first_without), |wrong| Err(wrong.into()))
    }
}

fn no_input(input: String, reason: &str) -> ErrorKind {
    let reason = reason.to_owned();
    ErrorKind::NoInput { input, reason }
}

/// Whether a text with this ending, found in a folder, is an article and not a readme or a program.
fn is_text_ending(ending: &str) -> bool {
    matches!(ending, "" | "txt" | "text") || ending.bytes().all(|byte| byte.is_ascii_digit())
}

fn read_up_to(reader: impl Read, length: usize) -> io::Result<Vec<u8>> {
    let mut bytes = Vec::new();
    reader.take(length as u64).read_to_end(&mut bytes)?;
    Ok(bytes)
}

/// The first bytes of an input; a compressed one may break off before.
fn read_head(mut reader: Box<dyn Read + Send>, meter: &Meter) -> io::Result<Vec<u8>> {
    let mut bytes = vec![0; format::HEAD];
    let mut filled = 0;
    while filled < bytes.len() {
        match reader.read(&mut bytes[filled..]) {
            Ok(0) => break,
            Ok(read) => filled += read,
            Err(error) if error.kind() == io::ErrorKind::Interrupted => {}
            Err(error) if meter.failed() => return Err(error),
            Err(_) => break,
        }
    }
    bytes.truncate(filled);
    Ok(bytes)
}

//! How a corpus is to be read, and its opening.

use std::fs::File;
use std::path::{Path, PathBuf};
use std::sync::Arc;

use super::FileCorpus;
use super::expand::{Candidate, Found};
use super::input::Origin;
use super::limits::Limits;
use super::spool::Spool;
use crate::corpus::encoding::Coding;
use crate::corpus::record::date::Settled;
use crate::corpus::record::fields::FieldNames;
use crate::corpus::sweep::filter::Filter;
use crate::error::{ErrorKind, Result};
use crate::interrupt::Interrupt;
use crate::names;
use crate::remote::Depot;

/// How a [`FileCorpus`] is to be read.
#[derive(Default)]
pub struct FileCorpusBuilder {
    pub(crate) fields: FieldNames,
    #[cfg(feature = "html")]
    pub(crate) html: crate::corpus::Html,
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

impl FileCorpusBuilder {
    /// Names the fields that are not to be found by their common names.
    pub fn fields(mut self, fields: FieldNames) -> Self {
        self.fields = fields;
        self
    }

    /// What is taken of HTML pages, and of fields that hold HTML.
    #[cfg(feature = "html")]
    pub fn html(mut self, html: crate::corpus::Html) -> Self {
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

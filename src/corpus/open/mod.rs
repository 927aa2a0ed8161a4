//! Opening a corpus: what each file is, and whether it holds articles at all.

pub(super) mod archive;
mod builder;
pub(super) mod decompress;
pub(super) mod expand;
pub(super) mod input;
pub(super) mod limits;
#[cfg(feature = "compression")]
mod lz4;
pub(super) mod metered;
pub(super) mod opened;
pub(super) mod pattern;
pub(super) mod settle;
pub(super) mod sniff;
pub(super) mod spool;
pub(super) mod survey;
pub(super) mod unread;
pub(super) mod unused;

use std::path::PathBuf;
use std::sync::Arc;

use super::RejectReason;
use super::formats;
use super::formats::{Format, Unreadable};
use super::record::date::Settled;
use super::record::fields::FieldNames;
use crate::compression::Compression;
use crate::error::Unused;
use crate::error::{ErrorKind, Result};
pub use builder::FileCorpusBuilder;
use expand::Candidate;
use input::Input;
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

impl FileCorpus {
    /// Adds a file to the inputs or, if it was found in a folder and is none of ours, to what was passed over.
    ///
    /// Returns what would be wrong if this were the only input.
    fn add(&mut self, file: Candidate, in_folder: bool) -> Result<Option<ErrorKind>> {
        let mut opened = Opened::of(&file, self.options.limits)?;
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
            Err(why) => self.add_unreadable(file, opened, in_folder, why),
        }
    }

    /// Notes a file that cannot be read, and says what would be wrong if it were the only input.
    fn add_unreadable(
        &mut self,
        file: Candidate,
        opened: Opened,
        in_folder: bool,
        Unreadable {
            reason,
            convertible,
        }: Unreadable,
    ) -> Result<Option<ErrorKind>> {
        let is_parquet = formats::is_parquet_ending(&formats::ending(opened.named(&file)));
        let wrong = no_input(file.name.clone(), &reason);
        if in_folder {
            if !unread::is_beside(opened.named(&file)) {
                self.unread.push(Unread {
                    input: file.name.clone(),
                    reason: reason.to_string(),
                    bytes: opened.stamp.bytes,
                });
            }
            return Ok(Some(wrong));
        }
        // Articles that only stand in another form must not be missed.
        if convertible && !is_parquet {
            return Err(wrong.into());
        }
        let mut input = Input::new(file, in_folder, Format::Unreadable, opened);
        if is_parquet {
            self.passed_over
                .push((input.name.clone(), reason.to_string()));
            input.flaw = RejectReason::BrokenParquet;
        }
        self.inputs.push(input);
        Ok(Some(wrong))
    }

    /// Looks at the first records of every input. A file found in a folder that has no text is passed over.
    fn survey(&mut self) -> Result<Option<ErrorKind>> {
        let mut surveyor = Surveyor::new(&self.options.fields, self.options.limits);
        let mut kept = Vec::new();
        let mut first_without = None;
        let mut named_without = None;
        for input in std::mem::take(&mut self.inputs) {
            let survey = surveyor.look(&input)?;
            if let Some(reason) = survey.broken {
                first_without.get_or_insert(no_input(input.name.clone(), &reason));
                kept.extend(note_broken(
                    input,
                    reason,
                    &mut self.unread,
                    &mut self.passed_over,
                ));
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
                let unused = survey.unused.as_ref();
                note_textless(input, unused, &mut self.unread, &mut self.passed_over);
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

/// Notes an input that is broken. One that was named stays, so that its records are rejects.
fn note_broken(
    mut input: Input,
    reason: String,
    unread: &mut Vec<Unread>,
    passed_over: &mut Vec<(String, String)>,
) -> Option<Input> {
    if input.found {
        unread.push(Unread {
            input: input.name,
            reason,
            bytes: input.stamp.bytes,
        });
        return None;
    }
    passed_over.push((input.name.clone(), reason));
    input.format = Format::Unreadable;
    input.flaw = RejectReason::BrokenParquet;
    Some(input)
}

/// Notes a file of a folder whose records have no text that is read, and a field that may be one.
fn note_textless(
    input: Input,
    unused: Option<&Unused>,
    unread: &mut Vec<Unread>,
    passed_over: &mut Vec<(String, String)>,
) {
    let reason = "no field that looks like a text";
    match unused {
        Some(Unused { field, characters }) => unread.push(Unread {
            reason: format!("{reason}; {field} has {characters} characters a record"),
            bytes: input.stamp.bytes,
            input: input.name,
        }),
        // A table of something else beside the articles.
        None => passed_over.push((input.name, reason.to_owned())),
    }
}

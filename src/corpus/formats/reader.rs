//! All that is asked of a format by code that stands outside of its folder.

use std::io::{self, Read};

use super::Sniffed;
use super::csv::{Columns, Dialect, End};
use super::json::Root;
use crate::compression::Compression;
use crate::corpus::Article;
use crate::corpus::open::FileCorpus;
use crate::corpus::open::expand::Candidate;
use crate::corpus::open::input::Input;
use crate::corpus::open::opened::Opened;
use crate::corpus::open::sniff::{Outcome, Recognized};
use crate::corpus::open::survey::{Survey, Surveyor};
use crate::corpus::record::Parsed;
use crate::corpus::record::pick::Picker;
use crate::corpus::sweep::Sweep;
use crate::corpus::sweep::block::{Block, Span, cut_lines};
use crate::error::Result;

/// How the records of an input stand in its bytes.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Unit {
    /// They are cut from the bytes, block by block.
    Records,
    /// They are the rows of a table, which is read here and there.
    Rows,
    /// The whole file is one record.
    File,
    /// There is nothing to be read: the file is one reject.
    Nothing,
}

/// What the fields of a record are, for whoever adds some or tells them one by one.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Fields {
    /// The keys of an object.
    Keys,
    /// The cells of a row of text.
    Cells(Dialect),
    /// The columns of a table.
    Columns,
    /// None: a record is a page or a text.
    OfPage,
    /// None: there are no records.
    Nothing,
}

impl Fields {
    /// Whether records of both have fields of one kind, so that they can be told together.
    pub(crate) fn are_like(self, other: Fields) -> bool {
        std::mem::discriminant(&self) == std::mem::discriminant(&other)
    }

    /// Whether they have names.
    pub(crate) fn are_named(self) -> bool {
        matches!(self, Fields::Keys | Fields::Cells(_) | Fields::Columns)
    }

    /// Whether there is a place for more of them. A file without records is in nobody's way.
    pub(crate) fn have_place(self) -> bool {
        match self {
            Fields::Keys | Fields::Columns | Fields::Nothing => true,
            Fields::Cells(dialect) => !dialect.is_lines(),
            Fields::OfPage => false,
        }
    }
}

/// A format. It is asked once for a file or a block, never for a record of many.
pub(crate) trait FormatReader: Sync {
    /// How its records stand in the bytes of a file.
    fn unit(&self) -> Unit;

    /// What the fields of its records are.
    fn fields(&self) -> Fields;

    /// Whether it is a document around its records, which are written as lines when they are taken out of it.
    fn is_document(&self) -> bool {
        false
    }

    /// Whether it is an archive: its records end themselves, and some of them stand beside the articles.
    fn is_archive(&self) -> bool {
        false
    }

    /// Whether dumps may have a file of it for each article, so that files are best read several at a time.
    fn has_small_files(&self) -> bool {
        false
    }

    /// How many bytes come of a byte of a file that is not compressed, about.
    fn expansion(&self) -> u64 {
        1
    }

    /// Looks further at a file that was recognised by its first bytes.
    fn recognize(
        &self,
        _corpus: &mut FileCorpus,
        file: &Found<'_>,
        opened: &mut Opened,
    ) -> Result<Outcome> {
        let _ = opened;
        Ok(Ok(Recognized::Records(file.sniffed, Root::default())))
    }

    /// Looks at the first records of an input, for the fields that they have.
    fn survey(&self, _surveyor: &mut Surveyor<'_>, _input: &Input) -> Result<Survey> {
        Ok(Survey::default())
    }

    /// The decompressed bytes of a file.
    fn decompressed(
        &self,
        file: Box<dyn Read + Send>,
        compression: Compression,
    ) -> io::Result<Box<dyn Read + Send>> {
        compression.reader(file)
    }

    /// Who cuts records from bytes; `root` leads to them in a document.
    fn cutter(&self, _root: &Root) -> Box<dyn RecordCutter> {
        Box::new(LineCutter)
    }

    /// How much room what the records of a block hold may take, if they do not hold it as it is to be handed on.
    fn arena(&self, _block_bytes: usize) -> usize {
        0
    }

    /// Parses a block of records.
    fn parse<'b>(
        &self,
        sweep: &Sweep<'_>,
        input: u32,
        block: &'b Block,
        arena: &'b mut [u8],
    ) -> Parsed<'b> {
        let _ = (sweep, arena);
        let mut parsed = Parsed::default();
        for (record, raw, flaw) in block.records() {
            if let Some(reason) = flaw {
                let place = crate::corpus::Place { input, record };
                parsed.reject(place, raw, reason);
            }
        }
        parsed
    }

    /// Parses a file that is one record.
    fn parse_file<'b>(
        &self,
        _sweep: &Sweep<'_>,
        _input: u32,
        _bytes: &'b [u8],
        _parsed: &mut Parsed<'b>,
    ) {
    }

    /// Whether a record that was not parsed is an article, and no reject.
    fn is_article(
        &self,
        _raw: &[u8],
        _columns: Option<&Columns>,
        _picker: &mut Picker<'_>,
    ) -> bool {
        true
    }

    /// Whether a text can stand in a record in place of the one that it has.
    fn has_place_for_text(&self) -> bool {
        true
    }

    /// A record with another text; `None` where the place of its text is not known.
    fn with_text(
        &self,
        _record: Rewritten<'_>,
        _columns: Option<&Columns>,
        _picker: &mut Picker<'_>,
    ) -> Option<Vec<u8>> {
        None
    }

    /// Hands on the paths and texts of a record's fields; `false` where the record cannot be read.
    fn visit_texts(
        &self,
        _raw: &[u8],
        _columns: &[String],
        _visit: &mut dyn FnMut(&str, &str),
    ) -> bool {
        false
    }
}

/// A file, and what its first bytes say that it is.
pub(crate) struct Found<'f> {
    pub(crate) file: &'f Candidate,
    pub(crate) sniffed: Sniffed,
    /// Whether nobody named it: it stands in a folder or an archive.
    pub(crate) is_in_folder: bool,
}

/// A record that gets another text.
#[derive(Clone, Copy)]
pub(crate) struct Rewritten<'r> {
    pub(crate) raw: &'r [u8],
    pub(crate) article: &'r Article<'r>,
    pub(crate) text: &'r str,
}

/// A record with other bytes in one place.
pub(crate) fn spliced(record: &[u8], place: std::ops::Range<usize>, value: &[u8]) -> Vec<u8> {
    [&record[..place.start], value, &record[place.end..]].concat()
}

/// Cuts records from the bytes of one input, given one stretch of them after another.
pub(crate) trait RecordCutter: Send {
    /// Finds the records that are whole; says where the last of them ends.
    fn cut(&mut self, bytes: &[u8], end: End, records: &mut Vec<Span>) -> usize;

    /// Where the next record may begin behind the middle of one that is too long; `None` where it does not in these bytes.
    fn resume(&self, bytes: &[u8]) -> Option<usize> {
        memchr::memchr(b'\n', bytes).map(|end| end + 1)
    }

    /// How many of the last bytes may be the beginning of what [`Self::resume`] looks for.
    fn kept_for_resuming(&self) -> usize {
        0
    }

    /// Is told to pass over the rest of a record that is too long; `false` where the caller is to do so.
    fn passes_over_rest(&mut self, _bytes: &[u8]) -> bool {
        false
    }
}

/// A record a line.
pub(super) struct LineCutter;

impl RecordCutter for LineCutter {
    fn cut(&mut self, bytes: &[u8], end: End, records: &mut Vec<Span>) -> usize {
        cut_lines(bytes, end.ended, records)
    }
}

/// What nobody can read.
pub(crate) struct Nothing;

impl FormatReader for Nothing {
    fn unit(&self) -> Unit {
        Unit::Nothing
    }

    fn fields(&self) -> Fields {
        Fields::Nothing
    }
}

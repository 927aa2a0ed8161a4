//! What the records of a file are: told by its first bytes, with its ending as a hint.
//!
//! A format stands in a file or a folder of its own, which implements [`FormatReader`] and has a function that recognises
//! it. Two lists name it here, and nothing else knows its name: [`Format::reader`] and [`SNIFFERS`].

mod absent;
pub(super) mod arrow;
pub(super) mod csv;
pub(super) mod feed;
mod foreign;
#[cfg(feature = "html")]
pub(super) mod html;
pub(super) mod json;
#[cfg(feature = "parquet")]
pub(crate) mod parquet;
pub(crate) mod reader;
pub(super) mod sqlite;
pub(super) mod text;
#[cfg(feature = "warc")]
pub(super) mod warc;

use std::borrow::Cow;
use std::path::Path;

use super::record::fields::FieldNames;
use csv::Dialect;
pub(crate) use reader::{Fields, FormatReader, Nothing, Unit};

/// What the records of a file are.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
#[non_exhaustive]
pub enum Format {
    /// JSON lines.
    Jsonl,
    /// JSON otherwise: an array, objects over several lines, an array in an envelope. Its objects are the records.
    Json,
    /// CSV, TSV and the like: a header row, then one row a record.
    Delimited(Dialect),
    /// Parquet: a row is a record.
    Parquet,
    /// Plain text: the file is one article.
    Text,
    /// An HTML page: the file is one article.
    Html,
    /// A WARC archive, of pages (WARC) or of their texts (WET).
    Warc,
    /// Nothing this tool reads: the file is one record, and a reject.
    Unreadable,
}

impl Format {
    /// The registry: who reads each format, and says all else that is asked of it.
    pub(crate) fn reader(&self) -> &dyn FormatReader {
        match self {
            Format::Jsonl => &json::Objects { is_document: false },
            Format::Json => &json::Objects { is_document: true },
            Format::Delimited(dialect) => dialect,
            #[cfg(feature = "parquet")]
            Format::Parquet => &parquet::Tables,
            Format::Text => &text::Texts,
            #[cfg(feature = "html")]
            Format::Html => &html::Pages,
            #[cfg(feature = "warc")]
            Format::Warc => &warc::Archives,
            // What this build does not read is never found.
            _ => &Nothing,
        }
    }

    /// How the rows of a table of text are written; `None` of what is no such table.
    pub(crate) fn dialect(&self) -> Option<Dialect> {
        match self.reader().fields() {
            Fields::Cells(dialect) => Some(dialect),
            _ => None,
        }
    }

    /// What the fields of its records are.
    pub(crate) fn fields(&self) -> Fields {
        self.reader().fields()
    }

    /// Whether a file is one record.
    pub(crate) fn is_one_record(&self) -> bool {
        matches!(self.reader().unit(), Unit::File | Unit::Nothing)
    }

    /// Whether there is anything to be read.
    pub(crate) fn is_readable(&self) -> bool {
        self.reader().unit() != Unit::Nothing
    }

    /// What a file without content is by its ending alone.
    fn of_ending(ending: &str) -> Format {
        match ending {
            "csv" | "psv" => Format::Delimited(Dialect::of(b',')),
            "tsv" | "tab" => Format::Delimited(Dialect::of(b'\t')),
            "txt" | "text" => Format::Text,
            "warc" | "wet" if cfg!(feature = "warc") => Format::Warc,
            _ => Format::Jsonl,
        }
    }
}

/// Who recognises a format by the first bytes of a file, in the order in which they are asked; `None` where it is another.
const SNIFFERS: [Sniffer; 8] = [
    #[cfg(feature = "warc")]
    warc::sniff,
    #[cfg(not(feature = "warc"))]
    absent::warc,
    #[cfg(feature = "html")]
    html::sniff,
    #[cfg(not(feature = "html"))]
    absent::html,
    absent::wide,
    #[cfg(feature = "parquet")]
    parquet::sniff,
    #[cfg(not(feature = "parquet"))]
    absent::parquet,
    nothing,
    json::recognized,
    foreign::sniff,
    csv::sniff,
];

type Sniffer = fn(&Head<'_>, Options<'_>) -> Option<Result<Sniffed, Unreadable>>;

/// How much of a file is looked at.
pub(crate) const HEAD: usize = 64 << 10;

const BOM: &[u8] = b"\xef\xbb\xbf";

/// The beginning of a file, decompressed.
pub(crate) struct Head<'a> {
    pub(crate) bytes: &'a [u8],
    /// Whether that is all of it.
    pub(crate) whole: bool,
    pub(crate) path: &'a Path,
}

/// What a file turned out to be.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Sniffed {
    pub(crate) format: Format,
    /// How many bytes stand before the first record.
    pub(crate) preamble: usize,
    /// Where in them the header row begins.
    pub(crate) header: usize,
}

impl Sniffed {
    fn of(format: Format, preamble: usize) -> Sniffed {
        Sniffed {
            format,
            preamble,
            header: preamble,
        }
    }
}

/// What was said of the inputs.
#[derive(Clone, Copy)]
pub(crate) struct Options<'a> {
    pub(crate) names: &'a FieldNames,
    /// The names of the columns of tables without a header.
    pub(crate) columns: Option<&'a [String]>,
}

/// Why a file cannot be read.
#[derive(Clone, Debug)]
pub(crate) struct Unreadable {
    pub(crate) reason: Cow<'static, str>,
    /// Whether it holds what could be articles, in another form.
    pub(crate) convertible: bool,
}

impl Unreadable {
    /// Something that holds no articles.
    pub(crate) fn other(reason: impl Into<Cow<'static, str>>) -> Unreadable {
        Unreadable {
            reason: reason.into(),
            convertible: false,
        }
    }

    pub(crate) fn convertible(reason: impl Into<Cow<'static, str>>) -> Unreadable {
        Unreadable {
            reason: reason.into(),
            convertible: true,
        }
    }
}

impl<'a> Head<'a> {
    /// Recognises the format.
    pub(crate) fn sniff(&self, options: Options<'_>) -> Result<Sniffed, Unreadable> {
        let found = SNIFFERS.iter().find_map(|sniff| sniff(self, options));
        found.unwrap_or(Ok(Sniffed::of(Format::Text, 0)))
    }

    /// What stands behind the marks of byte order.
    fn content(&self) -> &'a [u8] {
        let mut content = self.bytes;
        while let Some(rest) = content.strip_prefix(BOM) {
            content = rest;
        }
        content
    }

    /// How many bytes the marks of byte order take.
    fn marks(&self) -> usize {
        self.bytes.len() - self.content().len()
    }

    /// The ending of its name, below the one that says how it is compressed.
    fn ending(&self) -> String {
        ending(self.path)
    }
}

/// A file that holds nothing, so that its name alone says what it would be.
fn nothing(head: &Head<'_>, _: Options<'_>) -> Option<Result<Sniffed, Unreadable>> {
    let is_blank = head.whole && head.content().trim_ascii().is_empty();
    is_blank.then(|| Ok(Sniffed::of(Format::of_ending(&head.ending()), head.marks())))
}

/// The ending that says what is in a file, below the one that says how it is compressed; lower case.
pub(crate) fn ending(path: &Path) -> String {
    let lower = |path: &Path| {
        path.extension()
            .map(|ending| ending.to_string_lossy().to_lowercase())
    };
    match lower(path).as_deref() {
        Some("gz" | "gzip" | "zst" | "zstd" | "bz2" | "xz" | "lz4") => {
            lower(&path.with_extension(""))
        }
        other => other.map(str::to_owned),
    }
    .unwrap_or_default()
}

pub(crate) fn is_parquet_ending(ending: &str) -> bool {
    matches!(ending, "parquet" | "pq")
}

/// Why a file is no Parquet file, whatever it is called.
const NO_PARQUET: &str = "named as Parquet, but it does not begin as one; copy or write it again";

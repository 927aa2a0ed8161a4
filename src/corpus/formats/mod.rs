//! What the records of a file are: told by its first bytes, with its ending as a hint.

pub(super) mod arrow;
pub(super) mod csv;
pub(super) mod feed;
#[cfg(feature = "html")]
pub(super) mod html;
pub(super) mod json;
#[cfg(feature = "parquet")]
pub(crate) mod parquet;
pub(super) mod sqlite;
pub(super) mod text;
#[cfg(feature = "warc")]
pub(super) mod warc;

use std::borrow::Cow;
use std::path::Path;

use super::record::fields::FieldNames;
use super::record::repair;
use csv::{Dialect, Look};
use json::Kind;

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
    /// Whether a file is one record.
    pub(crate) fn is_one_record(self) -> bool {
        matches!(self, Format::Text | Format::Html | Format::Unreadable)
    }
}

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

impl Head<'_> {
    /// Recognises the format.
    pub(crate) fn sniff(&self, options: Options<'_>) -> Result<Sniffed, Unreadable> {
        let ending = ending(self.path);
        if let Some(format) = web(self.bytes, &ending) {
            return format.map(|format| Sniffed::of(format, 0));
        }
        if self.bytes.starts_with(b"\xff\xfe") || self.bytes.starts_with(b"\xfe\xff") {
            return Err(Unreadable::convertible(
                "text in UTF-16, which this build does not read (feature `encodings`)",
            ));
        }
        if let Some(parquet) = self.sniff_parquet(&ending) {
            return parquet.map(|()| Sniffed::of(Format::Parquet, 0));
        }
        let mut content = self.bytes;
        while let Some(rest) = content.strip_prefix(BOM) {
            content = rest;
        }
        let bom = self.bytes.len() - content.len();
        if content.trim_ascii().is_empty() && self.whole {
            return Ok(Sniffed::of(by_ending_alone(&ending), bom));
        }
        if let Some(json) = self.sniff_json(content, &ending) {
            return json.map(|format| Sniffed::of(format, bom));
        }
        if let Some(what) = foreign(content, &ending) {
            return Err(what);
        }
        let delimited = self.sniff_delimited((content, bom), &ending, options);
        Ok(delimited?.unwrap_or(Sniffed::of(Format::Text, 0)))
    }

    /// `None` where it is not Parquet, and not named so either.
    fn sniff_parquet(&self, ending: &str) -> Option<Result<(), Unreadable>> {
        let begins_so = self.bytes.starts_with(b"PAR1") || self.bytes.starts_with(b"PARE");
        match (begins_so, cfg!(feature = "parquet")) {
            (true, true) => Some(Ok(())),
            (true, false) => Some(Err(Unreadable::other(
                "a Parquet file, which is not read without the cargo feature `parquet`",
            ))),
            _ if is_parquet_ending(ending) => Some(Err(Unreadable::other(
                "named as Parquet, but it does not begin as one; copy or write it again",
            ))),
            _ => None,
        }
    }

    /// `None` where it is not JSON at all.
    fn sniff_json(&self, content: &[u8], ending: &str) -> Option<Result<Format, Unreadable>> {
        if let Some(kind) = json::sniff(content) {
            return Some(kind.map(|kind| match kind {
                Kind::Lines => Format::Jsonl,
                Kind::Document => Format::Json,
            }));
        }
        let named_json =
            matches!(ending, "jsonl" | "ndjson" | "json" | "jl") && !repair::is_binary(content);
        named_json.then_some(Ok(Format::Jsonl))
    }

    fn sniff_delimited(
        &self,
        (content, bom): (&[u8], usize),
        ending: &str,
        options: Options<'_>,
    ) -> Result<Option<Sniffed>, Unreadable> {
        let named_so = matches!(ending, "csv" | "tsv" | "tab" | "psv");
        let found = Look {
            content,
            whole: self.whole,
            named_so,
            delimiters: match ending {
                "tsv" | "tab" => b"\t",
                _ => b",\t;|",
            },
            names: options.names,
            columns: options.columns,
        }
        .find();
        match found {
            Some(found) => Ok(Some(Sniffed {
                format: Format::Delimited(found.dialect),
                preamble: bom + found.header.end,
                header: bom + found.header.start,
            })),
            None if named_so => Err(Unreadable::convertible("a header row that does not end")),
            None => Ok(None),
        }
    }
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

fn by_ending_alone(ending: &str) -> Format {
    match ending {
        "csv" | "psv" => Format::Delimited(Dialect::of(b',')),
        "tsv" | "tab" => Format::Delimited(Dialect::of(b'\t')),
        "txt" | "text" => Format::Text,
        "warc" | "wet" if cfg!(feature = "warc") => Format::Warc,
        _ => Format::Jsonl,
    }
}

/// Pages and archives, by how they begin; a page also by its ending, if it begins with markup at all.
#[cfg(feature = "warc")]
fn web(content: &[u8], ending: &str) -> Option<Result<Format, Unreadable>> {
    if warc::begins(content) {
        return Some(Ok(Format::Warc));
    }
    page(content, ending)
}

#[cfg(not(feature = "warc"))]
fn web(content: &[u8], ending: &str) -> Option<Result<Format, Unreadable>> {
    if content.starts_with(b"WARC/1.") {
        let reason = "a WARC file, which this build does not read (feature `warc`)";
        return Some(Err(Unreadable::convertible(reason)));
    }
    page(content, ending)
}

#[cfg(feature = "html")]
fn page(content: &[u8], ending: &str) -> Option<Result<Format, Unreadable>> {
    let marked = content.strip_prefix(BOM).unwrap_or(content);
    let wide = content.starts_with(b"\xff\xfe<\0") || content.starts_with(b"\xfe\xff\0<");
    let named_so = matches!(ending, "html" | "htm" | "xhtml");
    let is_page = html::begins(marked) || (named_so && (wide || html::is_named_rightly(marked)));
    is_page.then_some(Ok(Format::Html))
}

#[cfg(not(feature = "html"))]
fn page(content: &[u8], _ending: &str) -> Option<Result<Format, Unreadable>> {
    let start = content.strip_prefix(BOM).unwrap_or(content);
    let start = start.trim_ascii_start();
    let begins =
        |with: &[u8]| start.len() >= with.len() && start[..with.len()].eq_ignore_ascii_case(with);
    (begins(b"<!doctype html") || begins(b"<html")).then_some(Err(Unreadable::other(
        "an HTML page, which this build does not read (feature `html`)",
    )))
}

/// What a file is that is none of ours.
fn foreign(content: &[u8], ending: &str) -> Option<Unreadable> {
    /// What files begin with that may hold articles, and what to do about them.
    const KNOWN: &[(&[u8], &str)] = &[
        (b"%PDF-", "a PDF document; take the text out of it"),
        (b"{\\rtf", "a text document (RTF); save it as plain text"),
        (
            b"\xd0\xcf\x11\xe0",
            "an Office document; save what is in it as CSV",
        ),
        (b"\x89HDF", "HDF5; write it as Parquet or CSV"),
        (b"Obj\x01", "Avro; write it as JSON lines or Parquet"),
        (b"ORC", "ORC; write it as Parquet"),
        (
            b"FEA1",
            "the first version of Feather; write it as Parquet, or as Feather 2",
        ),
        (b"7z\xbc\xaf\x27\x1c", "a 7z archive; unpack it"),
        (b"Rar!\x1a\x07", "a RAR archive; unpack it"),
        (b"RDX", "R's own format; write it as CSV"),
        (b"RDA", "R's own format; write it as CSV"),
    ];
    let start = content.trim_ascii_start();
    let begins =
        |with: &[u8]| start.len() >= with.len() && start[..with.len()].eq_ignore_ascii_case(with);
    let is_pickle = matches!(content, [0x80, 2..=5, ..]) || matches!(ending, "pkl" | "pickle");
    if is_pickle {
        let why =
            "a Python pickle, which only Python may open; write it there as JSON lines or Parquet";
        return Some(Unreadable::convertible(why));
    }
    if let Some((_, why)) = KNOWN.iter().find(|(magic, _)| content.starts_with(magic)) {
        return Some(Unreadable::convertible(*why));
    }
    let name = feed::root(start);
    let name = name.map(|name| String::from_utf8_lossy(name).into_owned());
    if begins(b"<?xml") || name.as_deref().is_some_and(|name| XML.contains(&name)) {
        let name = name.unwrap_or_default();
        let why = match name.as_str() {
            "opml" => "a list of feeds (OPML), not their articles".to_owned(),
            "urlset" | "sitemapindex" => {
                "a list of addresses (sitemap), not their articles".to_owned()
            }
            "doc" => {
                "XML as trafilatura writes it (or another); write JSON instead (--json)".to_owned()
            }
            _ => format!(
                "XML (<{name}>) that is no feed; convert it to JSON lines or CSV, an article a record"
            ),
        };
        return Some(Unreadable::convertible(why));
    }
    repair::is_binary(content).then(|| Unreadable::other("a binary file, not text"))
}

/// Elements that documents begin with which need not say that they are XML.
const XML: [&str; 8] = [
    "doc",
    "TEI",
    "nitf",
    "newsitem",
    "newsItem",
    "newsMessage",
    "mediawiki",
    "opml",
];

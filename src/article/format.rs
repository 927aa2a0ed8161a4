//! What the records of a file are: told by its first bytes, with its ending as a hint.

use std::path::Path;

use super::csv::{self, Columns, RowEnd};
use super::fields::{FieldNames, Role};
use super::repair;

/// What the records of a file are.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
#[non_exhaustive]
pub enum Format {
    /// JSON lines.
    Jsonl,
    /// CSV, TSV and the like: a header row, then one row a record.
    Delimited {
        /// What stands between two fields: `,`, `;`, `|` or a tab.
        delimiter: u8,
    },
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

/// What a file turned out to be: a format, and how many bytes stand before the first record.
pub(crate) type Sniffed = Result<(Format, usize), Unreadable>;

/// Why a file cannot be read.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Unreadable {
    pub(crate) reason: &'static str,
    /// Whether it holds what could be articles, in another form.
    pub(crate) convertible: bool,
}

impl Unreadable {
    /// Something that holds no articles.
    pub(crate) fn other(reason: &'static str) -> Unreadable {
        Unreadable {
            reason,
            convertible: false,
        }
    }

    fn convertible(reason: &'static str) -> Unreadable {
        Unreadable {
            reason,
            convertible: true,
        }
    }
}

impl Head<'_> {
    /// Recognises the format.
    pub(crate) fn sniff(&self, names: &FieldNames) -> Sniffed {
        let ending = ending(self.path);
        if let Some(format) = web(self.bytes, &ending) {
            return format.map(|format| (format, 0));
        }
        if self.bytes.starts_with(b"\xff\xfe") || self.bytes.starts_with(b"\xfe\xff") {
            return Err(Unreadable::convertible(
                "text in UTF-16; convert it to UTF-8",
            ));
        }
        if let Some(parquet) = self.sniff_parquet(&ending) {
            return parquet.map(|()| (Format::Parquet, 0));
        }
        let content = self.bytes.strip_prefix(BOM).unwrap_or(self.bytes);
        let bom = self.bytes.len() - content.len();
        if content.trim_ascii().is_empty() && self.whole {
            return Ok((by_ending_alone(&ending), bom));
        }
        if let Some(json) = self.sniff_json(content, &ending) {
            return json.map(|()| (Format::Jsonl, bom));
        }
        if let Some(what) = foreign(content) {
            return Err(Unreadable::other(what));
        }
        let delimited = self.sniff_delimited(content, bom, &ending, names);
        Ok(delimited?.unwrap_or((Format::Text, 0)))
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
    fn sniff_json(&self, content: &[u8], ending: &str) -> Option<Result<(), Unreadable>> {
        let start = content.trim_ascii_start();
        let mut lines = start
            .split_inclusive(|byte| *byte == b'\n')
            .map(<[u8]>::trim_ascii);
        let is_json = |line: &[u8]| serde_json::from_slice::<serde::de::IgnoredAny>(line).is_ok();
        let is_object = |line: &[u8]| line.starts_with(b"{") && is_json(line);
        let first = lines.clone().next().unwrap_or_default();
        let has_objects = lines.by_ref().take(20).any(is_object);
        let inside = |open: u8| start.strip_prefix(&[open]).map(<[u8]>::trim_ascii_start);
        let is_array = inside(b'[').is_some_and(|inside| inside.starts_with(b"{"));
        // Objects may stand one a line within an array, too.
        if is_array && !(has_objects && is_json(first)) {
            return Some(Err(Unreadable::convertible(
                "a JSON array; one object a line is read (`jq -c '.[]'` makes that)",
            )));
        }
        if has_objects {
            return Some(Ok(()));
        }
        if first == b"{" && inside(b'{').is_some_and(|inside| inside.starts_with(b"\"")) {
            return Some(Err(Unreadable::convertible(
                "JSON objects over several lines; one object a line is read (`jq -c .` makes that)",
            )));
        }
        let named_json =
            matches!(ending, "jsonl" | "ndjson" | "json" | "jl") && !repair::is_binary(content);
        let begins_like_json = inside(b'{').is_some_and(|inside| inside.starts_with(b"\""));
        (named_json || begins_like_json).then_some(Ok(()))
    }

    fn sniff_delimited(
        &self,
        content: &[u8],
        bom: usize,
        ending: &str,
        names: &FieldNames,
    ) -> Result<Option<(Format, usize)>, Unreadable> {
        let blank = content
            .iter()
            .take_while(|byte| matches!(byte, b'\r' | b'\n'))
            .count();
        let delimiters: &[u8] = match ending {
            "tsv" | "tab" => b"\t",
            _ => b",\t;|",
        };
        let named_so = matches!(ending, "csv" | "tsv" | "tab" | "psv");
        let mut best: Option<(usize, usize, u8, usize)> = None;
        for &delimiter in delimiters {
            let RowEnd::At(length) = csv::row_end(&content[blank..], delimiter, self.whole) else {
                continue;
            };
            let columns = Columns::of(&content[blank..blank + length], delimiter, names);
            let mut roles: Vec<Role> = columns.roles().collect();
            roles.sort_unstable();
            roles.dedup();
            let has_text = roles
                .iter()
                .any(|role| matches!(role, Role::Text | Role::Title));
            // A line of prose may hold one such word among its commas; a header holds several.
            let convincing = named_so || (has_text && roles.len() >= 2 && columns.names.len() >= 2);
            let rank = (roles.len(), columns.names.len());
            if convincing && best.is_none_or(|best| rank > (best.0, best.1)) {
                best = Some((rank.0, rank.1, delimiter, bom + blank + length));
            }
        }
        match best {
            Some((_, _, delimiter, preamble)) => {
                Ok(Some((Format::Delimited { delimiter }, preamble)))
            }
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
        "csv" | "psv" => Format::Delimited { delimiter: b',' },
        "tsv" | "tab" => Format::Delimited { delimiter: b'\t' },
        "txt" | "text" => Format::Text,
        "warc" | "wet" if cfg!(feature = "warc") => Format::Warc,
        _ => Format::Jsonl,
    }
}

/// Pages and archives, by how they begin; a page also by its ending, if it begins with markup at all.
#[cfg(feature = "warc")]
fn web(content: &[u8], ending: &str) -> Option<Result<Format, Unreadable>> {
    if super::warc::begins(content) {
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
    let is_page = super::html::begins(marked)
        || (named_so && (wide || super::html::is_named_rightly(marked)));
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
fn foreign(content: &[u8]) -> Option<&'static str> {
    let start = content.trim_ascii_start();
    let begins =
        |with: &[u8]| start.len() >= with.len() && start[..with.len()].eq_ignore_ascii_case(with);
    if begins(b"<?xml") {
        Some("XML, which is not read")
    } else if begins(b"%PDF-") || begins(b"PK\x03\x04") || repair::is_binary(content) {
        Some("a binary file, not text")
    } else {
        None
    }
}

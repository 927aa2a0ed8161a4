//! CSV and its relatives: a header row, then one row a record; a quoted field may hold line breaks.
//!
//! The cutter must find where a row ends before anyone parses it, so the rules of quoting stand here once, in
//! [`row_end`], exactly as the `csv` crate's parser has them: a quote opens only at the beginning of a field.

use std::borrow::Cow;
use std::ops::Range;

use memchr::{memchr, memchr2};

use super::block::{Block, Span};
use super::fields::{FieldNames, Role};
use super::record::{Parsed, Picked, without_line_end};
use super::{Place, RejectReason, repair};

/// Whether the bytes to cut are the last, whether the file broke off with them, and how long a record may be.
#[derive(Clone, Copy)]
pub(crate) struct End {
    pub(crate) ended: bool,
    pub(crate) broke: bool,
    pub(crate) longest: usize,
}

/// Finds the rows that are whole; says where the last of them ends.
///
/// A quote that never closes would swallow the rest of the file. Its line alone is rejected, and the next line is read
/// as a row again; so it is where a record would be longer than it may be before the quote closes.
pub(crate) fn cut(bytes: &[u8], delimiter: u8, end: End, records: &mut Vec<Span>) -> usize {
    let mut start = 0;
    while start < bytes.len() {
        let rest = &bytes[start..];
        match row_end(rest, delimiter, end.ended) {
            RowEnd::At(length) => {
                if !rest[..length]
                    .iter()
                    .all(|byte| matches!(byte, b'\r' | b'\n'))
                {
                    records.push(Span::sound(start, start + length));
                }
                start += length;
            }
            RowEnd::OpenQuote if end.broke || end.ended || rest.len() > end.longest => {
                let line = memchr(b'\n', rest).map_or(rest.len(), |at| at + 1);
                let length = if end.broke { rest.len() } else { line };
                let flaw = Some(RejectReason::BrokenCsv);
                records.push(Span {
                    start,
                    end: start + length,
                    flaw,
                });
                start += length;
            }
            RowEnd::OpenQuote | RowEnd::Unknown => break,
        }
    }
    start
}

pub(crate) enum RowEnd {
    /// So many bytes are the row, line end included.
    At(usize),
    /// The bytes end within a row.
    Unknown,
    /// The bytes end within quotes.
    OpenQuote,
}

/// Where the row at the head of some bytes ends.
pub(crate) fn row_end(bytes: &[u8], delimiter: u8, ended: bool) -> RowEnd {
    let mut at = 0;
    while let Some(hit) = memchr2(b'"', b'\n', &bytes[at..]) {
        at += hit + 1;
        if bytes[at - 1] == b'\n' {
            return RowEnd::At(at);
        }
        let opens = at == 1 || bytes[at - 2] == delimiter;
        if opens {
            match closing_quote(bytes, at) {
                Some(close) if close + 1 < bytes.len() || ended => at = close + 1,
                // The quote may be the first half of a doubled one.
                Some(_) => return RowEnd::Unknown,
                None => return RowEnd::OpenQuote,
            }
        }
    }
    if ended {
        RowEnd::At(bytes.len())
    } else {
        RowEnd::Unknown
    }
}

/// The quote that closes a field whose inside begins at `at`.
fn closing_quote(bytes: &[u8], mut at: usize) -> Option<usize> {
    loop {
        at += memchr(b'"', &bytes[at..])?;
        if bytes.get(at + 1) != Some(&b'"') {
            return Some(at);
        }
        at += 2;
    }
}

/// The fields of a row.
pub(crate) fn fields(row: &[u8], delimiter: u8) -> Vec<Cow<'_, [u8]>> {
    let row = without_line_end(row);
    let mut fields = Vec::new();
    let mut rest = row;
    loop {
        let (field, length) = field(rest, delimiter);
        fields.push(field);
        match rest.get(length) {
            Some(_) => rest = &rest[length + 1..],
            None => return fields,
        }
    }
}

/// The fields of a row as texts, stray bytes mended.
pub(crate) fn cells(row: &[u8], delimiter: u8) -> Vec<Cow<'_, str>> {
    let fields = fields(row, delimiter).into_iter();
    fields.map(|field| in_text(field).0).collect()
}

/// A field as a text, and whether it had to be mended for that.
fn in_text(field: Cow<'_, [u8]>) -> (Cow<'_, str>, bool) {
    match field {
        Cow::Borrowed(field) => repair::text(field),
        Cow::Owned(field) => {
            let (text, repaired) = repair::text(&field);
            (Cow::Owned(text.into_owned()), repaired)
        }
    }
}

/// How many fields a row has.
pub(crate) fn count_cells(row: &[u8], delimiter: u8) -> usize {
    fields(row, delimiter).len()
}

/// Whether a row is an article.
pub(crate) fn is_article(row: &[u8], delimiter: u8, columns: &Columns) -> bool {
    let (picked, repaired) = pick(fields(row, delimiter), columns);
    picked.has_text_or_title() && !(repaired && repair::is_binary(row))
}

/// Where in a row the text of its article stands, quotes included.
pub(crate) fn text_cell(row: &[u8], delimiter: u8, columns: &Columns) -> Option<Range<usize>> {
    let line = without_line_end(row);
    let (picked, _) = pick(fields(line, delimiter), columns);
    let (_, column) = picked.origin(Role::Text)?;
    let mut start = 0;
    for _ in 0..column {
        start += field(&line[start..], delimiter).1 + 1;
    }
    Some(start..start + field(&line[start..], delimiter).1)
}

/// The field at the head of some bytes, and how long it is as written.
fn field(bytes: &[u8], delimiter: u8) -> (Cow<'_, [u8]>, usize) {
    let plain = |from: usize| memchr(delimiter, &bytes[from..]).map_or(bytes.len(), |at| from + at);
    if bytes.first() != Some(&b'"') {
        let end = plain(0);
        return (Cow::Borrowed(&bytes[..end]), end);
    }
    let close = closing_quote(bytes, 1).unwrap_or(bytes.len());
    let end = plain((close + 1).min(bytes.len()));
    let inside = &bytes[1..close];
    let after = bytes.get(close + 1..end).unwrap_or_default();
    if after.is_empty() && memchr(b'"', inside).is_none() {
        return (Cow::Borrowed(inside), end);
    }
    let mut unquoted = Vec::with_capacity(inside.len() + after.len());
    let mut rest = inside;
    while let Some(quote) = memchr(b'"', rest) {
        unquoted.extend_from_slice(&rest[..=quote]);
        rest = &rest[(quote + 2).min(rest.len())..];
    }
    unquoted.extend_from_slice(rest);
    unquoted.extend_from_slice(after);
    (Cow::Owned(unquoted), end)
}

/// What the columns of a file are in an article, by its header row.
#[derive(Clone, Debug)]
pub(crate) struct Columns {
    pub(crate) names: Vec<String>,
    roles: Vec<Option<(Role, u8)>>,
}

impl Columns {
    /// Reads a header row, with or without a byte order mark.
    pub(crate) fn of(header: &[u8], delimiter: u8, fields_named: &FieldNames) -> Columns {
        let header = header
            .strip_prefix(b"\xef\xbb\xbf")
            .unwrap_or(header)
            .trim_ascii_start();
        let names: Vec<String> = fields(header, delimiter)
            .iter()
            .map(|name| String::from_utf8_lossy(name).trim().to_owned())
            .collect();
        let roles = names
            .iter()
            .map(|name| fields_named.resolve(name))
            .collect();
        Columns { names, roles }
    }

    /// The roles that have a column.
    pub(crate) fn roles(&self) -> impl Iterator<Item = Role> {
        self.roles.iter().flatten().map(|(role, _)| *role)
    }
}

/// Parses a block of rows.
pub(crate) fn parse<'b>(
    block: &'b Block,
    input: u32,
    delimiter: u8,
    columns: &Columns,
) -> Parsed<'b> {
    let mut parsed = Parsed::default();
    let mut used = vec![0; columns.names.len()];
    for (record, raw, flaw) in block.records() {
        let place = Place { input, record };
        if let Some(reason) = flaw {
            parsed.reject(place, raw, reason);
            continue;
        }
        let row = fields(raw, delimiter);
        let is_short = row.len() < columns.names.len();
        let (picked, repaired) = pick(row, columns);
        if repaired && repair::is_binary(raw) {
            parsed.reject(place, raw, RejectReason::NotText);
            continue;
        }
        if is_short && !picked.has_text_or_title() {
            parsed.reject(place, raw, RejectReason::BrokenCsv);
            continue;
        }
        parsed.tally.repaired += u64::from(repaired);
        picked.origins().for_each(|(_, column)| used[column] += 1);
        parsed.add(place, raw, picked);
    }
    let taken = columns.names.iter().zip(&columns.roles).zip(used);
    for ((name, role), used) in taken.filter(|(_, used)| *used > 0) {
        if let Some((role, _)) = role {
            *parsed
                .tally
                .fields
                .entry((*role, name.clone()))
                .or_default() += used;
        }
    }
    parsed
}

/// Picks an article's fields out of a row; says whether a text had to be repaired.
fn pick<'b>(row: Vec<Cow<'b, [u8]>>, columns: &Columns) -> (Picked<'b>, bool) {
    let mut picked = Picked::default();
    let mut any_repaired = false;
    for (column, (value, role)) in row.into_iter().zip(&columns.roles).enumerate() {
        let Some((role, rank)) = *role else { continue };
        let (value, repaired) = in_text(value);
        any_repaired |= repaired;
        picked.offer(role, rank, (0, column), value);
    }
    (picked, any_repaired)
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::{End, cut, fields};

    fn by_crate(file: &[u8]) -> Vec<Vec<Vec<u8>>> {
        let mut reader = csv::ReaderBuilder::new()
            .has_headers(false)
            .flexible(true)
            .from_reader(file);
        let rows = reader
            .byte_records()
            .map(|row| row.unwrap().iter().map(<[u8]>::to_vec).collect());
        rows.collect()
    }

    fn by_us(file: &[u8]) -> Vec<Vec<Vec<u8>>> {
        let mut records = Vec::new();
        let end = cut(
            file,
            b',',
            End {
                ended: true,
                longest: usize::MAX,
                broke: false,
            },
            &mut records,
        );
        assert_eq!(end, file.len());
        let row = |row| {
            fields(row, b',')
                .into_iter()
                .map(|field| field.into_owned())
                .collect()
        };
        records
            .iter()
            .map(|span| row(&file[span.start..span.end]))
            .collect()
    }

    #[test]
    fn quoted_fields_hold_line_breaks_commas_and_quotes() {
        let file = b"1,\"two\nlines, \"\"quoted\"\"\",x\r\n\r\n2,5\" nail,\"\"\n";
        let expected: Vec<Vec<&[u8]>> = vec![
            vec![b"1", b"two\nlines, \"quoted\"", b"x"],
            vec![b"2", b"5\" nail", b""],
        ];
        assert_eq!(by_us(file), expected);
    }

    #[test]
    fn a_quote_that_never_closes_costs_one_line() {
        let mut records = Vec::new();
        cut(
            b"1,\"open\n2,b\n3,c\n",
            b',',
            End {
                ended: true,
                longest: usize::MAX,
                broke: false,
            },
            &mut records,
        );
        let flaws: Vec<bool> = records.iter().map(|span| span.flaw.is_some()).collect();
        assert_eq!(flaws, [true, false, false]);
    }

    proptest! {
        /// Where quotes are balanced, the crate and the cutter must see the same rows.
        #[test]
        fn rows_are_those_of_the_csv_crate(
            rows in proptest::collection::vec(proptest::collection::vec("[a\" \nü,]{0,6}", 1..4), 0..6),
            bare in "[ab,\n]{0,10}",
        ) {
            let mut writer = csv::WriterBuilder::new().flexible(true).from_writer(Vec::new());
            for row in &rows {
                writer.write_record(row).unwrap();
            }
            let mut file = writer.into_inner().unwrap();
            file.extend_from_slice(bare.as_bytes());
            prop_assert_eq!(by_us(&file), by_crate(&file));
        }
    }
}

//! CSV and its relatives: a header row, then one row a record; a quoted field may hold line breaks.
//!
//! How a file is written is found by what follows its header (`dialect.rs`). A row that has another number of fields than the
//! header by any rules that are known (`row.rs`) is a reject.

mod columns;
mod dialect;
mod first_rows;
mod headless;
mod reader;
mod row;

use std::collections::BTreeMap;

use memchr::memchr;

use crate::corpus::record::Parsed;
use crate::corpus::record::fields::Role;
use crate::corpus::record::repair;
use crate::corpus::sweep::block::{Block, Span};
use crate::corpus::{Place, RejectReason};
pub(crate) use columns::{Columns, append_cell, cells, count_cells};
use columns::{is_article, text_cell};
pub use dialect::Dialect;
use dialect::Look;
pub(crate) use headless::{guess, is_record};
pub(super) use reader::sniff;
use row::{RowEnd, fields, fitting, row_end};

/// Whether the bytes to cut are the last, whether the file broke off with them, and how long a record may be.
#[derive(Clone, Copy)]
pub(crate) struct End {
    pub(crate) ended: bool,
    pub(crate) broke: bool,
    pub(crate) longest: usize,
}

/// Finds the rows that are whole; says where the last of them ends.
///
/// A quote that never closes would swallow the rest of the file. Its line alone is rejected, and the next line that may
/// begin a row is read as one again; so it is where a record would be longer than it may be before the quote closes.
fn cut(bytes: &[u8], dialect: Dialect, end: End, records: &mut Vec<Span>) -> usize {
    let mut start = 0;
    while start < bytes.len() {
        let rest = &bytes[start..];
        let (length, flaw) = match row_end(rest, dialect, end.ended) {
            RowEnd::At(row) => {
                let fits = dialect.columns() == 0 || row.fields == dialect.columns();
                match (fits && row.is_sound, is_one_line(&rest[..row.length])) {
                    (true, _) => (row.length, None),
                    (false, is_one_line) => {
                        match fitting(rest, dialect, end.ended) {
                            Some((_, row)) => (row.length, None),
                            // What ends as it should is one row, whatever it holds; else nobody knows where it ends.
                            None if is_one_line || row.is_sound || dialect.columns() == 0 => {
                                (row.length, None)
                            }
                            None => (broken_lines(rest, dialect), Some(RejectReason::BrokenCsv)),
                        }
                    }
                }
            }
            RowEnd::OpenQuote if end.broke => (rest.len(), Some(RejectReason::BrokenCsv)),
            RowEnd::OpenQuote if end.ended || rest.len() > end.longest => {
                match fitting(rest, dialect, end.ended) {
                    Some((_, row)) => (row.length, None),
                    None => (broken_lines(rest, dialect), Some(RejectReason::BrokenCsv)),
                }
            }
            RowEnd::OpenQuote | RowEnd::Unknown => break,
        };
        let is_blank = rest[..length]
            .iter()
            .all(|byte| matches!(byte, b'\r' | b'\n'));
        if !is_blank {
            records.push(Span {
                start,
                end: start + length,
                flaw,
            });
        }
        start += length;
    }
    start
}

fn is_one_line(row: &[u8]) -> bool {
    memchr(b'\n', row).is_none_or(|end| end + 1 == row.len())
}

/// How long a row is that is broken by its quotes: up to the next line that may begin another.
fn broken_lines(bytes: &[u8], dialect: Dialect) -> usize {
    let mut at = 0;
    loop {
        at += match memchr(b'\n', &bytes[at..]) {
            Some(end) => end + 1,
            None => return bytes.len(),
        };
        if at == bytes.len() || dialect.may_begin(&bytes[at..]) {
            return at;
        }
    }
}

/// Parses a block of rows.
fn parse<'b>(block: &'b Block, input: u32, dialect: Dialect, columns: &Columns) -> Parsed<'b> {
    let mut parsed = Parsed::default();
    let mut taken: BTreeMap<(Role, usize), u64> = BTreeMap::new();
    for (record, raw, flaw) in block.records() {
        let place = Place { input, record };
        if let Some(reason) = flaw {
            parsed.reject(place, raw, reason);
            continue;
        }
        let row = fields(raw, dialect);
        let fits = row.len() == columns.names.len();
        let (picked, repaired) = columns::pick(row, columns);
        if repaired && repair::is_binary(raw) {
            parsed.reject(place, raw, RejectReason::NotText);
            continue;
        }
        if !fits {
            parsed.reject(place, raw, RejectReason::FieldCount);
            continue;
        }
        parsed.tally.repaired += u64::from(repaired);
        for (role, (_, column)) in picked.origins() {
            *taken.entry((role, column)).or_default() += 1;
        }
        parsed.add(place, raw, picked);
    }
    let taken = taken.into_iter();
    parsed.tally.fields = taken
        .map(|((role, column), used)| ((role, columns.names[column].clone()), used))
        .collect();
    parsed
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::{Dialect, End, cut, fields};

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
            Dialect::of(b','),
            End {
                ended: true,
                broke: false,
                longest: usize::MAX,
            },
            &mut records,
        );
        assert_eq!(end, file.len());
        let row = |row| {
            fields(row, Dialect::of(b','))
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
            Dialect::of(b','),
            End {
                ended: true,
                broke: false,
                longest: usize::MAX,
            },
            &mut records,
        );
        let flaws: Vec<bool> = records.iter().map(|span| span.flaw.is_some()).collect();
        assert_eq!(flaws, [true, false, false]);
    }

    fn rows_of(file: &str, header: usize, dialect: Dialect) -> Vec<Option<Vec<String>>> {
        let dialect = dialect.with_columns(header);
        let mut records = Vec::new();
        let end = End {
            ended: true,
            broke: false,
            longest: usize::MAX,
        };
        cut(file.as_bytes(), dialect, end, &mut records);
        let text =
            |field: std::borrow::Cow<'_, [u8]>| String::from_utf8(field.into_owned()).unwrap();
        let rows = records.iter().map(|span| {
            let row = fields(&file.as_bytes()[span.start..span.end], dialect);
            let is_row = span.flaw.is_none() && row.len() == header;
            is_row.then(|| row.into_iter().map(text).collect())
        });
        rows.collect()
    }

    #[test]
    fn a_row_that_is_written_otherwise_is_read_all_the_same() {
        let plain = Dialect::of(b',');
        for (row, text) in [
            ("1,\"so \\\"it\\\" is,\nand\",x\n", "so \"it\" is,\nand"),
            ("1,  \"a, b\" ,x\n", "a, b"),
            ("1,\"so \"it\" is,\nand\",x\n", "so \"it\" is,\nand"),
            ("1,5\" nail,x\n", "5\" nail"),
        ] {
            let file = format!("0,first,x\n{row}2,last,x\n");
            let rows = rows_of(&file, 3, plain);
            let texts: Vec<_> = rows
                .iter()
                .map(|row| row.as_ref().unwrap()[1].as_str())
                .collect();
            assert_eq!(texts, ["first", text, "last"]);
        }
    }

    #[test]
    fn a_lost_quote_costs_its_own_row() {
        let file = "1,\"open,x\n2,\"b\",x\n3,\"c, d\",x\n";
        let rows = rows_of(file, 3, Dialect::of(b','));
        assert_eq!(
            rows.iter().map(Option::is_some).collect::<Vec<_>>(),
            [false, true, true]
        );
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

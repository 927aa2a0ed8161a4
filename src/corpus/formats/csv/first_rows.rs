//! The first rows of a table, as some rules cut them.

use super::dialect::{Dialect, Extra, FULL, First};
use super::row::{RowEnd, row_end};

/// How many rows are looked at.
const ROWS: usize = 200;

/// The first rows of a file, by some rules.
pub(super) struct FirstRows<'a> {
    content: &'a [u8],
    /// How many fields each has; 0 for one that breaks the rules.
    fields: Vec<usize>,
    /// How many end with an empty field.
    open: usize,
    pub(super) first: First,
}

impl<'a> FirstRows<'a> {
    pub(super) fn of(content: &'a [u8], dialect: Dialect, whole: bool) -> FirstRows<'a> {
        let mut rows = FirstRows {
            content,
            fields: Vec::new(),
            open: 0,
            first: First::Any,
        };
        let mut rest = content;
        while rows.fields.len() < ROWS && !rest.is_empty() {
            let row = match row_end(rest, dialect, whole) {
                RowEnd::At(row) => row,
                // What is cut off tells nothing; a quote that nothing closes does.
                RowEnd::Unknown => break,
                RowEnd::OpenQuote if !whole => break,
                RowEnd::OpenQuote => {
                    rows.fields.push(0);
                    break;
                }
            };
            let line = rest[..row.length].trim_ascii_end();
            if !line.is_empty() {
                let first = First::of(
                    &line[..memchr::memchr2(dialect.delimiter, b'\n', line).unwrap_or(line.len())],
                );
                rows.first = if rows.fields.is_empty() {
                    first
                } else {
                    rows.first.or(first)
                };
                rows.fields.push(if row.is_sound { row.fields } else { 0 });
                rows.open += usize::from(
                    rest[..row.length]
                        .trim_ascii_end()
                        .ends_with(&[dialect.delimiter]),
                );
            }
            rest = &rest[row.length..];
        }
        rows
    }

    fn count(&self, fields: usize) -> usize {
        self.fields.iter().filter(|it| **it == fields).count()
    }

    /// The share of rows that have so many fields.
    pub(super) fn share(&self, fields: usize) -> usize {
        (self.count(fields) * FULL)
            .checked_div(self.fields.len())
            .unwrap_or(FULL)
    }

    /// The rules with the number of fields that rows are to have: as the header, but for one that it leaves out.
    pub(super) fn dialect(&self, dialect: Dialect, header: usize, named: Option<usize>) -> Dialect {
        if let Some(named) = named {
            let common = self
                .fields
                .iter()
                .copied()
                .max_by_key(|fields| (self.count(*fields), *fields));
            return dialect.with_columns(common.unwrap_or(0).max(named));
        }
        let more = self.count(header + 1);
        if more * 2 <= self.fields.len() || more < 2 {
            return dialect.with_columns(header);
        }
        let extra = match self.open == self.fields.len() && dialect.delimiter != b'\t' {
            true => Extra::Last,
            false => Extra::First,
        };
        Dialect {
            extra,
            ..dialect.with_columns(header + 1)
        }
    }

    /// Whether there is a backslash that stands before what databases put one before.
    pub(super) fn has_letters(&self, dialect: Dialect) -> bool {
        let mut pairs = self.content.windows(2);
        pairs.any(|pair| {
            let marks = matches!(pair[1], b'n' | b't' | b'N' | b'\\' | b'\n')
                || pair[1] == dialect.delimiter;
            pair[0] == b'\\' && marks
        })
    }
}

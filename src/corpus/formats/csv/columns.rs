//! What the columns of a file are in an article.

use std::borrow::Cow;
use std::ops::Range;

use super::Dialect;
use super::row::{self, fields};
use crate::corpus::record::fields::{FieldNames, Rank, Role};
use crate::corpus::record::repair;
use crate::corpus::record::{Picked, without_line_end};

/// What the columns of a file are in an article, by its header row.
#[derive(Clone, Debug)]
pub(crate) struct Columns {
    pub(crate) names: Vec<String>,
    pub(super) roles: Vec<Option<(Role, Rank)>>,
}

impl Columns {
    /// Reads a header row, with or without a byte order mark.
    pub(crate) fn of(header: &[u8], dialect: Dialect, fields_named: &FieldNames) -> Columns {
        let mut header = header;
        while let Some(rest) = header.strip_prefix(b"\xef\xbb\xbf") {
            header = rest;
        }
        // Its own fields are counted, and no others expected.
        let plain = dialect.with_columns(0);
        let names = fields(header.trim_ascii_start(), plain)
            .iter()
            .map(|name| String::from_utf8_lossy(name).trim().to_owned())
            .collect();
        Columns::resolved(dialect.complete(names), fields_named)
    }

    /// The columns of a file without a header.
    pub(crate) fn named(names: &[String], dialect: Dialect, fields_named: &FieldNames) -> Columns {
        Columns::resolved(dialect.complete(names.to_vec()), fields_named)
    }

    fn resolved(names: Vec<String>, fields_named: &FieldNames) -> Columns {
        let roles = names.iter().map(|name| fields_named.resolve(name));
        Columns {
            roles: roles.collect(),
            names,
        }
    }

    /// The roles that have a column.
    pub(crate) fn roles(&self) -> impl Iterator<Item = Role> {
        self.roles.iter().flatten().map(|(role, _)| *role)
    }
}

/// The fields of a row as texts, stray bytes mended.
pub(crate) fn cells(row: &[u8], dialect: Dialect) -> Vec<Cow<'_, str>> {
    let fields = fields(row, dialect).into_iter();
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

/// Writes a cell, in quotes where it needs them or they are wanted.
pub(crate) fn append_cell(cell: &str, dialect: Dialect, wants_quotes: bool, to: &mut Vec<u8>) {
    let needs_quotes = |byte: u8| byte == dialect.delimiter || matches!(byte, b'"' | b'\r' | b'\n');
    let is_odd = cell.bytes().any(needs_quotes) || (dialect.is_escaped && cell.contains('\\'));
    match (dialect.is_quoted, dialect.is_escaped) {
        // Of what no cell can hold, a space is left.
        (false, false) => {
            let is_mark = |byte: u8| byte == dialect.delimiter || matches!(byte, b'\r' | b'\n');
            to.extend(
                cell.bytes()
                    .map(|byte| if is_mark(byte) { b' ' } else { byte }),
            );
        }
        (false, true) => {
            for byte in cell.bytes() {
                let is_mark = byte == dialect.delimiter || matches!(byte, b'\n' | b'\\');
                to.extend(is_mark.then_some(b'\\'));
                to.push(byte);
            }
        }
        (true, _) if !is_odd && !wants_quotes => to.extend_from_slice(cell.as_bytes()),
        (true, is_escaped) => {
            to.push(b'"');
            for byte in cell.bytes() {
                match byte {
                    b'"' if is_escaped => to.push(b'\\'),
                    b'"' => to.push(b'"'),
                    b'\\' if is_escaped => to.push(b'\\'),
                    _ => {}
                }
                to.push(byte);
            }
            to.push(b'"');
        }
    }
}

/// How many fields a row has.
pub(crate) fn count_cells(row: &[u8], dialect: Dialect) -> usize {
    fields(row, dialect).len()
}

/// Whether a row is an article.
pub(crate) fn is_article(row: &[u8], dialect: Dialect, columns: &Columns) -> bool {
    let fields = fields(row, dialect);
    if fields.len() != columns.names.len() {
        return false;
    }
    let (picked, repaired) = pick(fields, columns);
    picked.has_text_or_title() && !(repaired && repair::is_binary(row))
}

/// Where in a row the text of its article stands, quotes included.
pub(crate) fn text_cell(row: &[u8], dialect: Dialect, columns: &Columns) -> Option<Range<usize>> {
    let line = without_line_end(row);
    let (picked, _) = pick(fields(line, dialect), columns);
    let (_, column) = picked.origin(Role::Text)?;
    let dialect = row::fitting(line, dialect, true).map_or(dialect, |(fitting, _)| fitting);
    let mut start = 0;
    for _ in 0..column {
        start += row::length(line.get(start..)?, dialect) + 1;
    }
    Some(start..start + row::length(line.get(start..)?, dialect))
}

/// Picks an article's fields out of a row; says whether a text had to be repaired.
pub(super) fn pick<'b>(row: Vec<Cow<'b, [u8]>>, columns: &Columns) -> (Picked<'b>, bool) {
    let mut picked = Picked::default();
    let mut any_repaired = false;
    for (column, (value, role)) in row.into_iter().zip(&columns.roles).enumerate() {
        let Some((role, rank)) = *role else { continue };
        // So databases write that there is nothing.
        if *value == *b"\\N" {
            continue;
        }
        let (value, repaired) = in_text(value);
        any_repaired |= repaired;
        picked.offer(role, rank, (0, column), value);
    }
    (picked, any_repaired)
}

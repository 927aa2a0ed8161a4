//! One row: where it ends, and what its fields are.
//!
//! The cutter must find where a row ends before anyone parses it, so the rules of quoting stand here once. Rows that keep
//! them are read as the `csv` crate reads them: a quote opens only at the beginning of a field. One that does not, or that has
//! another number of fields than the header, is tried by other rules before it is given up.

use std::borrow::Cow;

use memchr::{memchr, memchr3};

use super::Dialect;
use crate::corpus::record::without_line_end;

/// Where a row ends, and whether it keeps the rules.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct Row {
    /// How many bytes it has, line end included.
    pub(crate) length: usize,
    pub(crate) fields: usize,
    /// Whether each quote that opens closes at the end of its field.
    pub(crate) is_sound: bool,
}

/// What is at the head of some bytes.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum RowEnd {
    At(Row),
    /// The bytes end within a row.
    Unknown,
    /// The bytes end within quotes.
    OpenQuote,
}

/// Where a field ends that begins some bytes.
#[derive(Clone, Copy)]
enum FieldEnd {
    /// At a place, where a delimiter or the end of the row is.
    At {
        end: usize,
        is_sound: bool,
    },
    Unknown,
    OpenQuote,
}

/// Where the row at the head of some bytes ends; `ended` says whether no more bytes follow.
pub(crate) fn row_end(bytes: &[u8], dialect: Dialect, ended: bool) -> RowEnd {
    let (mut at, mut fields, mut is_sound) = (0, 0, true);
    loop {
        match field_end(&bytes[at..], dialect, ended) {
            FieldEnd::Unknown => return RowEnd::Unknown,
            FieldEnd::OpenQuote => return RowEnd::OpenQuote,
            FieldEnd::At {
                end,
                is_sound: field,
            } => {
                at += end;
                fields += 1;
                is_sound &= field;
            }
        }
        match bytes.get(at) {
            Some(&byte) if byte == dialect.delimiter => at += 1,
            Some(_) => {
                return RowEnd::At(Row {
                    length: at + 1,
                    fields,
                    is_sound,
                });
            }
            None if ended => {
                return RowEnd::At(Row {
                    length: at,
                    fields,
                    is_sound,
                });
            }
            None => return RowEnd::Unknown,
        }
    }
}

/// Where the field at the head of some bytes ends.
fn field_end(bytes: &[u8], dialect: Dialect, ended: bool) -> FieldEnd {
    let Some(quote) = opening_quote(bytes, dialect) else {
        return plain_end(bytes, 0, dialect, ended);
    };
    let mut at = quote + 1;
    loop {
        let rest = bytes.get(at..).unwrap_or_default();
        let mark = if dialect.is_escaped { b'\\' } else { b'"' };
        let Some(hit) = memchr::memchr2(b'"', mark, rest) else {
            return FieldEnd::OpenQuote;
        };
        at += hit;
        if bytes[at] == b'\\' {
            at += 2;
            continue;
        }
        match bytes.get(at + 1) {
            // The quote may be the first half of a doubled one.
            None if !ended => return FieldEnd::Unknown,
            Some(b'"') => at += 2,
            _ => match end_behind_quote(bytes, quote, at, dialect, ended) {
                Some(end) => return end,
                None => at += 1,
            },
        }
    }
}

/// The end of a field that was opened by one quote, and in which another stands that is not doubled; `None` where that one is
/// part of the field.
fn end_behind_quote(
    bytes: &[u8],
    opening: usize,
    quote: usize,
    dialect: Dialect,
    ended: bool,
) -> Option<FieldEnd> {
    let after = quote + 1;
    let spaces = match dialect.is_spaced {
        true => bytes[after..]
            .iter()
            .take_while(|byte| **byte == b' ')
            .count(),
        false => 0,
    };
    Some(match bytes.get(after + spaces) {
        Some(&byte) if byte == dialect.delimiter || byte == b'\n' => FieldEnd::At {
            end: after + spaces,
            is_sound: true,
        },
        None | Some(b'\r') if ended => plain_end(bytes, after, dialect, ended),
        None => FieldEnd::Unknown,
        Some(b'\r') => plain_end(bytes, after, dialect, ended),
        Some(_) if dialect.is_lazy => {
            // A quote that stands where a field could begin was meant to open one.
            let before = bytes[quote - 1];
            let is_opening =
                quote > opening + 1 && (before == dialect.delimiter || before == b'\n');
            return is_opening.then_some(FieldEnd::At {
                end: quote,
                is_sound: false,
            });
        }
        Some(_) => match plain_end(bytes, after, dialect, ended) {
            FieldEnd::At { end, .. } => FieldEnd::At {
                end,
                is_sound: false,
            },
            other => other,
        },
    })
}

/// The end of a field whose rest from `at` on is in no quotes.
fn plain_end(bytes: &[u8], mut at: usize, dialect: Dialect, ended: bool) -> FieldEnd {
    let mark = if dialect.is_escaped { b'\\' } else { b'\n' };
    loop {
        let rest = bytes.get(at..).unwrap_or_default();
        let Some(hit) = memchr3(dialect.delimiter, b'\n', mark, rest) else {
            return match ended {
                true => FieldEnd::At {
                    end: bytes.len(),
                    is_sound: true,
                },
                false => FieldEnd::Unknown,
            };
        };
        at += hit;
        if dialect.is_escaped && bytes[at] == b'\\' {
            at += 2;
            continue;
        }
        return FieldEnd::At {
            end: at,
            is_sound: true,
        };
    }
}

/// Where the quote stands that opens the field at the head of some bytes.
fn opening_quote(bytes: &[u8], dialect: Dialect) -> Option<usize> {
    if !dialect.is_quoted {
        return None;
    }
    let spaces = match dialect.is_spaced {
        true => bytes.iter().take_while(|byte| **byte == b' ').count(),
        false => 0,
    };
    (bytes.get(spaces) == Some(&b'"')).then_some(spaces)
}

/// The rules by which a row has as many fields as the header, where there are some: those of the file, else others that
/// are known from files written otherwise.
pub(crate) fn fitting(bytes: &[u8], dialect: Dialect, ended: bool) -> Option<(Dialect, Row)> {
    let others = [
        dialect,
        Dialect {
            is_escaped: true,
            ..dialect
        },
        Dialect {
            is_spaced: true,
            ..dialect
        },
        Dialect {
            is_lazy: true,
            ..dialect
        },
    ];
    others
        .into_iter()
        .find_map(|dialect| match row_end(bytes, dialect, ended) {
            RowEnd::At(row) if row.is_sound && row.fields == dialect.columns() => {
                Some((dialect, row))
            }
            _ => None,
        })
}

/// The fields of a row.
pub(crate) fn fields(row: &[u8], dialect: Dialect) -> Vec<Cow<'_, [u8]>> {
    let row = without_line_end(row);
    let mut dialect = dialect;
    if dialect.columns() > 0 {
        // A row is of other rules only if they take in all of it.
        let whole = |(_, found): &(Dialect, Row)| found.length == row.len();
        if let Some((fitting, _)) = fitting(row, dialect, true).filter(whole) {
            dialect = fitting;
        }
    }
    let mut fields = Vec::new();
    let mut rest = row;
    loop {
        let length = length(rest, dialect);
        fields.push(value(&rest[..length], dialect));
        match rest.get(length) {
            Some(_) => rest = &rest[length + 1..],
            None => return fields,
        }
    }
}

/// How long the field at the head of a row is, as written. Within a row there are no line ends but in quotes.
pub(crate) fn length(row: &[u8], dialect: Dialect) -> usize {
    match field_end(row, dialect, true) {
        FieldEnd::At { end, .. } if row.get(end) != Some(&b'\n') => end,
        FieldEnd::At { .. } | FieldEnd::Unknown | FieldEnd::OpenQuote => {
            memchr(dialect.delimiter, row).unwrap_or(row.len())
        }
    }
}

/// What a field says that is written so.
fn value(field: &[u8], dialect: Dialect) -> Cow<'_, [u8]> {
    let Some(quote) = opening_quote(field, dialect) else {
        return match dialect.is_escaped && memchr(b'\\', field).is_some() {
            true => Cow::Owned(unescaped(field, dialect)),
            false => Cow::Borrowed(field),
        };
    };
    let inside = &field[quote + 1..];
    let close = closing(inside, dialect);
    let (inside, after) = match close {
        Some(close) => (&inside[..close], &inside[close + 1..]),
        None => (inside, &[][..]),
    };
    let after = match dialect.is_spaced {
        true => after.trim_ascii_end(),
        false => after,
    };
    let is_plain =
        memchr(b'"', inside).is_none() && !(dialect.is_escaped && memchr(b'\\', inside).is_some());
    if is_plain && after.is_empty() {
        return Cow::Borrowed(inside);
    }
    let mut value = Vec::with_capacity(inside.len() + after.len());
    let mut rest = inside;
    while let Some((&byte, next)) = rest.split_first() {
        rest = match (byte, next.first()) {
            (b'"', Some(b'"')) => {
                value.push(b'"');
                &next[1..]
            }
            (b'\\', Some(&escaped)) if dialect.is_escaped => {
                // What stands for itself anyway keeps its backslash.
                let is_mark =
                    matches!(escaped, b'"' | b'\\' | b'\n' | b'\r') || escaped == dialect.delimiter;
                if !is_mark {
                    value.push(b'\\');
                }
                value.push(escaped);
                &next[1..]
            }
            _ => {
                value.push(byte);
                next
            }
        };
    }
    value.extend_from_slice(after);
    Cow::Owned(value)
}

/// Where the quote is that closes a field, in what follows the one that opened it.
fn closing(inside: &[u8], dialect: Dialect) -> Option<usize> {
    if dialect.is_lazy {
        return memchr::memrchr(b'"', inside);
    }
    let mut at = 0;
    loop {
        let rest = inside.get(at..)?;
        let mark = if dialect.is_escaped { b'\\' } else { b'"' };
        at += memchr::memchr2(b'"', mark, rest)?;
        match (inside[at], inside.get(at + 1)) {
            (b'"', Some(b'"')) | (b'\\', _) => at += 2,
            _ => return Some(at),
        }
    }
}

/// A field in no quotes, as databases write it.
fn unescaped(field: &[u8], dialect: Dialect) -> Vec<u8> {
    let has_letters = dialect.delimiter == b'\t';
    let mut value = Vec::with_capacity(field.len());
    let mut rest = field;
    while let Some((&byte, next)) = rest.split_first() {
        let escaped = next.first().copied().filter(|_| byte == b'\\');
        rest = match escaped {
            Some(escaped) => {
                if escaped == b'N' {
                    value.push(byte);
                }
                value.push(match escaped {
                    b'n' if has_letters => b'\n',
                    b't' if has_letters => b'\t',
                    b'r' if has_letters => b'\r',
                    other => other,
                });
                &next[1..]
            }
            None => {
                value.push(byte);
                next
            }
        };
    }
    value
}

//! How the rows of a file are written, found by what follows its header.

use std::ops::Range;

use super::columns::Columns;
use super::first_rows::FirstRows;
use super::row::{RowEnd, row_end};
use crate::corpus::record::fields::{FieldNames, Role};

/// How the rows of a table are written.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub struct Dialect {
    /// What stands between two fields: `,`, `;`, `|` or a tab.
    pub delimiter: u8,
    /// Whether a field may stand in quotes.
    pub is_quoted: bool,
    /// Whether a backslash takes from what follows it that it would be a quote, a delimiter or the end of a row.
    pub is_escaped: bool,
    /// Whether spaces may stand between a delimiter and a quote.
    pub is_spaced: bool,
    /// Whether a quote closes only where the field ends.
    pub(crate) is_lazy: bool,
    /// How many fields a row has; 0 where that is not known.
    pub(super) columns: u16,
    pub(super) first: First,
    pub(super) extra: Extra,
}

/// What the first field of every row is like, by which a row is known after one that is broken.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Hash)]
pub(super) enum First {
    #[default]
    Any,
    Digits,
    Quoted,
    /// Without spaces.
    Word,
}

/// A field that rows have and the header does not.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Hash)]
pub(super) enum Extra {
    #[default]
    None,
    /// The names of rows, as R writes them.
    First,
    /// What a delimiter at the end of each row leaves behind.
    Last,
}

impl Dialect {
    /// The plain one, with a delimiter.
    pub fn of(delimiter: u8) -> Dialect {
        Dialect {
            delimiter,
            is_quoted: true,
            is_escaped: false,
            is_spaced: false,
            is_lazy: false,
            columns: 0,
            first: First::Any,
            extra: Extra::None,
        }
    }

    /// That of lines of text, which are no fields: what stands between them is in no text.
    pub(crate) fn lines() -> Dialect {
        Dialect {
            is_quoted: false,
            ..Dialect::of(0x1f).with_columns(1)
        }
    }

    /// Whether it is that of lines of text.
    pub(crate) fn is_lines(self) -> bool {
        self.delimiter == 0x1f
    }

    pub(crate) fn columns(self) -> usize {
        usize::from(self.columns)
    }

    pub(crate) fn with_columns(self, columns: usize) -> Dialect {
        Dialect {
            columns: u16::try_from(columns).unwrap_or(0),
            ..self
        }
    }

    /// Names for all fields of a row, from those in the header.
    pub(super) fn complete(self, mut names: Vec<String>) -> Vec<String> {
        if self.extra == Extra::First {
            names.insert(0, String::new());
        }
        while names.len() < self.columns() {
            names.push(String::new());
        }
        names
    }

    /// Whether a line may begin a row, as far as its first field tells.
    pub(super) fn may_begin(self, line: &[u8]) -> bool {
        let end = memchr::memchr2(self.delimiter, b'\n', line).unwrap_or(line.len());
        First::of(&line[..end]).is_a(self.first)
    }
}

impl First {
    pub(super) fn of(field: &[u8]) -> First {
        match field {
            [b'"', ..] => First::Quoted,
            [] => First::Any,
            _ if field.iter().all(u8::is_ascii_digit) => First::Digits,
            _ if field.contains(&b' ') => First::Any,
            _ => First::Word,
        }
    }

    fn is_a(self, other: First) -> bool {
        other == First::Any || self == other || (other == First::Word && self == First::Digits)
    }

    pub(super) fn or(self, other: First) -> First {
        match (self, other) {
            (a, b) if a == b => a,
            (First::Digits | First::Word, First::Digits | First::Word) => First::Word,
            _ => First::Any,
        }
    }
}

/// A table that was recognised.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Found {
    pub(crate) dialect: Dialect,
    /// Where the header row stands; before it there may be lines that are none.
    pub(crate) header: Range<usize>,
}

/// Lines that may stand before the header.
const COMMENTS: usize = 50;

/// What is known of a file before its rows are looked at.
pub(crate) struct Look<'a> {
    pub(crate) content: &'a [u8],
    /// Whether that is all of the file.
    pub(crate) whole: bool,
    /// Whether it is named as a table.
    pub(crate) named_so: bool,
    pub(crate) delimiters: &'a [u8],
    pub(crate) names: &'a FieldNames,
    /// The names of the columns of a file without a header.
    pub(crate) columns: Option<&'a [String]>,
}

impl Look<'_> {
    /// Finds the header, and the rules by which most rows have as many fields as it.
    pub(crate) fn find(&self) -> Option<Found> {
        let (mut start, forced) = self.sep_line();
        let mut best: Option<(Rank, Found)> = None;
        for _ in 0..COMMENTS {
            let blank = |byte: &&u8| matches!(byte, b'\r' | b'\n');
            start += self.content[start..].iter().take_while(blank).count();
            let found = self.at(start, forced);
            if found.as_ref().map(|it| &it.0) > best.as_ref().map(|it| &it.0) {
                best = found;
            }
            if self.content.get(start) != Some(&b'#') {
                break;
            }
            start = match memchr::memchr(b'\n', &self.content[start..]) {
                Some(end) => start + end + 1,
                None => break,
            };
        }
        best.map(|(_, found)| found)
    }

    /// The line in which Excel says what the delimiter is.
    fn sep_line(&self) -> (usize, Option<u8>) {
        let end = memchr::memchr(b'\n', self.content).map_or(0, |end| end + 1);
        let line = self.content[..end].trim_ascii();
        let line = line.strip_prefix(b"\"").unwrap_or(line);
        match line.strip_prefix(b"sep=").or(line.strip_prefix(b"SEP=")) {
            Some([delimiter, rest @ ..]) if rest.is_empty() || rest == b"\"" => {
                (end, Some(*delimiter))
            }
            // A tab is white space.
            Some([]) => (end, Some(b'\t')),
            _ => (0, None),
        }
    }

    /// The best table whose header, or first row, begins at a place.
    fn at(&self, start: usize, forced: Option<u8>) -> Option<(Rank, Found)> {
        let forced = forced.map(|delimiter| [delimiter]);
        let delimiters = forced
            .as_ref()
            .map_or(self.delimiters, |forced| &forced[..]);
        let tables = delimiters.iter().filter_map(|&delimiter| {
            let plain = Dialect::of(delimiter);
            let first = self.judge(start, plain)?;
            if first.0.share == FULL && !self.content.contains(&b'\\') {
                return Some(first);
            }
            let others = variants(plain).into_iter();
            let others = others.filter_map(|dialect| self.judge(start, dialect));
            // Of rules that do as well, the plainer ones.
            Some(others.fold(
                first,
                |best, other| if other.0 > best.0 { other } else { best },
            ))
        });
        let tables: Vec<_> = tables.collect();
        let is_best = |rank: &Rank| tables.iter().all(|(other, _)| other <= rank);
        let best = tables.iter().position(|(rank, _)| is_best(rank))?;
        tables.into_iter().nth(best)
    }

    /// How well a file is read by some rules; `None` where it is no table by them.
    fn judge(&self, start: usize, dialect: Dialect) -> Option<(Rank, Found)> {
        let content = &self.content[start..];
        let RowEnd::At(header) = row_end(content, dialect, self.whole) else {
            return None;
        };
        let has_header = self.columns.is_none();
        let rows = if has_header {
            &content[header.length..]
        } else {
            content
        };
        let rows = FirstRows::of(rows, dialect, self.whole);
        let mut dialect = rows.dialect(dialect, header.fields, self.columns.map(<[String]>::len));
        let names = match self.columns {
            Some(names) => Columns::named(names, dialect, self.names),
            None => Columns::of(&content[..header.length], dialect, self.names),
        };
        let mut roles: Vec<Role> = names.roles().collect();
        roles.sort_unstable();
        roles.dedup();
        let share = rows.share(dialect.columns());
        let has_text = roles
            .iter()
            .any(|role| matches!(role, Role::Text | Role::Title));
        // A line of prose may hold one such word among its commas; a header holds several, and is followed by rows.
        let is_header = has_text && roles.len() >= 2 && dialect.columns() >= 2 && share * 2 >= FULL;
        if !(self.named_so || is_header) {
            return None;
        }
        let has_letters = rows.has_letters(dialect);
        if !has_letters && dialect.is_escaped && !dialect.is_quoted {
            return None;
        }
        dialect.first = rows.first;
        let end = if has_header {
            start + header.length
        } else {
            start
        };
        let rank = Rank {
            roles: roles.len(),
            is_mostly: share * 2 >= FULL && dialect.columns() > 1,
            share,
            is_database: dialect.is_escaped && dialect.delimiter == b'\t' && has_letters,
            columns: dialect.columns(),
        };
        let header = start..end;
        Some((rank, Found { dialect, header }))
    }
}

/// A share of one, in thousandths.
pub(super) const FULL: usize = 1000;

/// How convincing a table is.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
struct Rank {
    roles: usize,
    is_mostly: bool,
    /// Of rows as long as the header, in thousandths.
    share: usize,
    /// Whether backslashes stand where databases put them.
    is_database: bool,
    columns: usize,
}

/// Other rules than the plain ones, the likeliest first.
fn variants(plain: Dialect) -> Vec<Dialect> {
    let escaped = Dialect {
        is_escaped: true,
        ..plain
    };
    let bare = |dialect| Dialect {
        is_quoted: false,
        ..dialect
    };
    let spaced = |dialect| Dialect {
        is_spaced: true,
        ..dialect
    };
    vec![
        escaped,
        spaced(plain),
        spaced(escaped),
        bare(plain),
        bare(escaped),
    ]
}

//! The pages of a database, and the rows in the leaves of the tree that a table is.

use std::io;

use crate::corpus::open::archive::Bytes;
use crate::corpus::record::repair;

/// Trees are not deeper: each level has at least two branches.
const DEEPEST: usize = 40;

/// No row is longer, as the library has it.
const LONGEST: u64 = 1 << 31;

/// An open database.
pub(super) struct Database {
    bytes: Bytes,
    page: usize,
    /// How many bytes of a page are the database's own.
    usable: usize,
    encoding: Encoding,
}

#[derive(Clone, Copy, PartialEq, Eq)]
enum Encoding {
    Utf8,
    Utf16 { is_big: bool },
}

/// A row as it stands in a leaf.
pub(super) struct Cell {
    pub(super) id: i64,
    pub(super) payload: Vec<u8>,
}

/// A value of a row.
#[derive(Clone, Debug, PartialEq)]
pub(super) enum Field {
    Null,
    Integer(i64),
    Real(f64),
    Text(String),
    Blob(Vec<u8>),
}

fn damaged() -> io::Error {
    io::Error::new(io::ErrorKind::InvalidData, "the database is damaged")
}

/// Takes the bytes of a leaf, where its header begins, and how many cells it has.
type VisitLeaf<'v> = dyn FnMut(&[u8], usize, usize) -> io::Result<()> + 'v;

impl Database {
    /// Reads the header. The inner error says what is wrong with it.
    pub(super) fn open(bytes: Bytes) -> io::Result<Result<Database, &'static str>> {
        const CUT_OFF: &str = "a database that is cut off";
        let Ok(header) = bytes.read(0, 100) else {
            return Ok(Err(CUT_OFF));
        };
        let page = match usize::from(u16_at(&header, 16)) {
            1 => 65_536,
            page => page,
        };
        let usable = page.saturating_sub(usize::from(header[20]));
        if !page.is_power_of_two() || usable < 480 || bytes.length < page as u64 {
            return Ok(Err(CUT_OFF));
        }
        let encoding = match header[59] {
            2 => Encoding::Utf16 { is_big: false },
            3 => Encoding::Utf16 { is_big: true },
            _ => Encoding::Utf8,
        };
        Ok(Ok(Database {
            bytes,
            page,
            usable,
            encoding,
        }))
    }

    /// A page by its number, which counts from 1.
    fn page(&self, number: u32) -> io::Result<Vec<u8>> {
        let number = u64::from(number).checked_sub(1).ok_or_else(damaged)?;
        self.bytes.read(number * self.page as u64, self.page)
    }

    /// Hands on every row of the table whose tree begins at a page.
    pub(super) fn rows(
        &self,
        root: u32,
        visit: &mut dyn FnMut(Cell) -> io::Result<()>,
    ) -> io::Result<()> {
        self.leaves(root, 0, &mut |page, start, cells| {
            for cell in 0..cells {
                visit(self.cell(page, pointer(page, start + 8, cell)?)?)?;
            }
            Ok(())
        })
    }

    /// How many rows the table has whose tree begins at a page.
    pub(super) fn count(&self, root: u32) -> io::Result<u64> {
        let mut count = 0;
        self.leaves(root, 0, &mut |_, _, cells| {
            count += cells as u64;
            Ok(())
        })?;
        Ok(count)
    }

    /// Hands on every leaf below a page: its bytes, where its header begins, and how many cells it has.
    fn leaves(&self, number: u32, depth: usize, visit: &mut VisitLeaf<'_>) -> io::Result<()> {
        if depth > DEEPEST {
            return Err(damaged());
        }
        let page = self.page(number)?;
        let start = if number == 1 { 100 } else { 0 };
        let cells = usize::from(u16_at(&page, start + 3));
        match page[start] {
            13 => visit(&page, start, cells),
            5 => {
                for cell in 0..cells {
                    let at = pointer(&page, start + 12, cell)?;
                    let child = page.get(at..at + 4).ok_or_else(damaged)?;
                    self.leaves(u32_at(child, 0), depth + 1, visit)?;
                }
                self.leaves(u32_at(&page, start + 8), depth + 1, visit)
            }
            _ => Err(damaged()),
        }
    }

    /// The row at a place of a leaf, with what of it stands on pages of its own.
    fn cell(&self, page: &[u8], at: usize) -> io::Result<Cell> {
        let mut rest = page.get(at..).ok_or_else(damaged)?;
        let length = varint(&mut rest)?;
        let id = varint(&mut rest)?.cast_signed();
        if length > LONGEST.min(self.bytes.length) {
            return Err(damaged());
        }
        let length = length as usize;
        let here = self.local(length);
        let mut payload = rest.get(..here).ok_or_else(damaged)?.to_vec();
        let mut next = match length > here {
            true => u32_at(rest.get(here..here + 4).ok_or_else(damaged)?, 0),
            false => 0,
        };
        while payload.len() < length {
            let page = self.page(next)?;
            next = u32_at(&page, 0);
            let left = (length - payload.len()).min(self.usable - 4);
            payload.extend_from_slice(&page[4..4 + left]);
        }
        Ok(Cell { id, payload })
    }

    /// How much of a row of some length stands in the leaf itself.
    fn local(&self, length: usize) -> usize {
        let most = self.usable - 35;
        if length <= most {
            return length;
        }
        let least = (self.usable - 12) * 32 / 255 - 23;
        let here = least + (length - least) % (self.usable - 4);
        if here <= most { here } else { least }
    }

    /// The values of a row.
    pub(super) fn fields(&self, payload: &[u8]) -> io::Result<Vec<Field>> {
        let mut head = payload;
        let length = varint(&mut head)?;
        let before = payload.len() - head.len();
        let length = usize::try_from(length)
            .ok()
            .and_then(|it| it.checked_sub(before));
        let mut kinds = length
            .and_then(|length| head.get(..length))
            .ok_or_else(damaged)?;
        let mut body = &head[kinds.len()..];
        let mut fields = Vec::new();
        while !kinds.is_empty() {
            let kind = varint(&mut kinds)?;
            let length = match kind {
                0 | 8 | 9 => 0,
                1..=4 => kind as usize,
                5 => 6,
                6 | 7 => 8,
                _ => usize::try_from(kind.saturating_sub(12) / 2).map_err(|_| damaged())?,
            };
            let value = body.split_at_checked(length).ok_or_else(damaged)?;
            body = value.1;
            fields.push(self.field(kind, value.0));
        }
        Ok(fields)
    }

    fn field(&self, kind: u64, bytes: &[u8]) -> Field {
        match kind {
            8 => Field::Integer(0),
            9 => Field::Integer(1),
            1..=6 => {
                let first = bytes
                    .first()
                    .map_or(0, |byte| i64::from(byte.cast_signed()));
                let rest = bytes.iter().skip(1);
                Field::Integer(rest.fold(first, |number, &byte| number << 8 | i64::from(byte)))
            }
            7 => Field::Real(f64::from_be_bytes(bytes.try_into().unwrap_or_default())),
            13.. if kind % 2 == 1 => Field::Text(self.text(bytes)),
            12.. => Field::Blob(bytes.to_vec()),
            _ => Field::Null,
        }
    }

    fn text(&self, bytes: &[u8]) -> String {
        let Encoding::Utf16 { is_big } = self.encoding else {
            return repair::text(bytes).0.into_owned();
        };
        let units = bytes.chunks_exact(2).map(|unit| {
            let unit = [unit[0], unit[1]];
            match is_big {
                true => u16::from_be_bytes(unit),
                false => u16::from_le_bytes(unit),
            }
        });
        char::decode_utf16(units).filter_map(Result::ok).collect()
    }
}

/// Where a cell stands, by the list of pointers behind the header.
fn pointer(page: &[u8], list: usize, cell: usize) -> io::Result<usize> {
    let at = list + 2 * cell;
    let pointer = page.get(at..at + 2).ok_or_else(damaged)?;
    Ok(usize::from(u16_at(pointer, 0)))
}

/// A number of one to nine bytes.
fn varint(bytes: &mut &[u8]) -> io::Result<u64> {
    let mut number = 0u64;
    for at in 0..9 {
        let (&byte, rest) = bytes.split_first().ok_or_else(damaged)?;
        *bytes = rest;
        if at == 8 {
            return Ok(number << 8 | u64::from(byte));
        }
        number = number << 7 | u64::from(byte & 0x7f);
        if byte & 0x80 == 0 {
            break;
        }
    }
    Ok(number)
}

fn u16_at(bytes: &[u8], at: usize) -> u16 {
    u16::from_be_bytes([bytes[at], bytes[at + 1]])
}

fn u32_at(bytes: &[u8], at: usize) -> u32 {
    u32::from(u16_at(bytes, at)) << 16 | u32::from(u16_at(bytes, at + 2))
}

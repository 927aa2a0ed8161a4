//! Pages of a column, told from their headers alone: how long each is once it is decompressed, before anybody does that.
//!
//! A header is a struct in Thrift's compact protocol, of which a few numbers are wanted and the rest is passed over.

use std::io::Read;
use std::ops::Range;

use ::parquet::file::metadata::ColumnChunkMetaData;
use ::parquet::file::reader::ChunkReader;

use super::Source;

/// No header is longer: statistics in it may hold two values, which writers cut.
const LONGEST: usize = 1 << 20;
/// No header has structs deeper in each other.
const DEEPEST: u32 = 8;

/// What of a column chunk is too long to be held.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(crate) struct Oversized {
    /// Whether the values that all rows refer to are.
    pub(crate) dictionary: bool,
    /// The rows, counted in the row group, whose page is; of a column whose rows have one value each.
    pub(crate) rows: Vec<Range<usize>>,
}

impl Oversized {
    /// Whether nothing is.
    pub(crate) fn is_nothing(&self) -> bool {
        !self.dictionary && self.rows.is_empty()
    }

    /// Goes through the headers of a chunk whose pages may be longer than `most`; `None` where a header cannot be read.
    pub(crate) fn of(source: &Source, chunk: &ColumnChunkMetaData, most: u64) -> Option<Oversized> {
        let mut found = Oversized::default();
        let (mut at, length) = chunk.byte_range();
        let (end, mut row) = (at.checked_add(length)?, 0usize);
        let values = usize::try_from(chunk.num_values()).ok()?;
        while at < end && row < values {
            let (page, header) = Page::read(source, at, end)?;
            let is_long = page.uncompressed > most;
            if page.is_dictionary {
                found.dictionary |= is_long;
            } else {
                let rows = row..row.checked_add(page.values)?;
                row = rows.end;
                if is_long {
                    found.rows.push(rows);
                }
            }
            at = at
                .checked_add(header as u64)?
                .checked_add(page.compressed)?;
        }
        Some(found)
    }
}

/// What a header says of its page.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(crate) struct Page {
    pub(crate) is_dictionary: bool,
    pub(crate) uncompressed: u64,
    compressed: u64,
    /// How many values it has, the absent ones too.
    values: usize,
}

impl Page {
    /// The page that begins at an offset, and how long its header is.
    pub(crate) fn read(source: &Source, at: u64, end: u64) -> Option<(Page, usize)> {
        let longest = usize::try_from(end.checked_sub(at)?).ok()?.min(LONGEST);
        let mut bytes = Vec::new();
        let mut wanted = longest.min(512);
        loop {
            let reader = source.get_read(at).ok()?;
            bytes.clear();
            reader.take(wanted as u64).read_to_end(&mut bytes).ok()?;
            let mut header = Compact(&bytes);
            if let Some(page) = header.page() {
                return Some((page, bytes.len() - header.0.len()));
            }
            if wanted >= longest {
                return None;
            }
            wanted = (wanted * 8).min(longest);
        }
    }
}

/// What is left of a header.
struct Compact<'b>(&'b [u8]);

/// The kinds of values that fields have.
const TRUE: u8 = 1;
const FALSE: u8 = 2;
const BYTE: u8 = 3;
const DOUBLE: u8 = 7;
const BINARY: u8 = 8;
const LIST: u8 = 9;
const SET: u8 = 10;
const MAP: u8 = 11;
const STRUCT: u8 = 12;

impl Compact<'_> {
    fn page(&mut self) -> Option<Page> {
        let mut page = Page::default();
        let mut id = 0;
        while let Some((field, kind)) = self.field(&mut id)? {
            match field {
                1 => page.is_dictionary = self.number()? == 2,
                2 => page.uncompressed = u64::try_from(self.number()?).ok()?,
                3 => page.compressed = u64::try_from(self.number()?).ok()?,
                // The headers of each kind of page begin with the number of values.
                5 | 7 | 8 if kind == STRUCT => page.values = self.values()?,
                _ => self.skip(kind, DEEPEST)?,
            }
        }
        Some(page)
    }

    fn values(&mut self) -> Option<usize> {
        let (mut id, mut values) = (0, 0);
        while let Some((field, kind)) = self.field(&mut id)? {
            match field {
                1 => values = usize::try_from(self.number()?).ok()?,
                _ => self.skip(kind, DEEPEST)?,
            }
        }
        Some(values)
    }

    /// The number and kind of the next field of a struct; the inner `None` at its end.
    fn field(&mut self, id: &mut i64) -> Option<Option<(i64, u8)>> {
        let byte = self.byte()?;
        if byte == 0 {
            return Some(None);
        }
        *id = match byte >> 4 {
            0 => self.number()?,
            further => id.checked_add(i64::from(further))?,
        };
        Some(Some((*id, byte & 15)))
    }

    fn skip(&mut self, kind: u8, depth: u32) -> Option<()> {
        let depth = depth.checked_sub(1)?;
        match kind {
            TRUE | FALSE => {}
            BYTE => drop(self.byte()?),
            4..=6 => drop(self.number()?),
            DOUBLE => self.pass(8)?,
            BINARY => {
                let length = usize::try_from(self.varint()?).ok()?;
                self.pass(length)?;
            }
            LIST | SET => {
                let head = self.byte()?;
                let count = match head >> 4 {
                    15 => self.varint()?,
                    few => u64::from(few),
                };
                for _ in 0..count {
                    self.skip_item(head & 15, depth)?;
                }
            }
            MAP => {
                let count = self.varint()?;
                let kinds = if count > 0 { self.byte()? } else { 0 };
                for _ in 0..count {
                    self.skip_item(kinds >> 4, depth)?;
                    self.skip_item(kinds & 15, depth)?;
                }
            }
            STRUCT => {
                let mut id = 0;
                while let Some((_, kind)) = self.field(&mut id)? {
                    self.skip(kind, depth)?;
                }
            }
            _ => return None,
        }
        Some(())
    }

    /// A truth takes a byte within a list, and none in a field.
    fn skip_item(&mut self, kind: u8, depth: u32) -> Option<()> {
        match kind {
            TRUE | FALSE => self.byte().map(drop),
            kind => self.skip(kind, depth),
        }
    }

    fn byte(&mut self) -> Option<u8> {
        let (byte, rest) = self.0.split_first()?;
        self.0 = rest;
        Some(*byte)
    }

    fn pass(&mut self, bytes: usize) -> Option<()> {
        self.0 = self.0.get(bytes..)?;
        Some(())
    }

    fn varint(&mut self) -> Option<u64> {
        let mut number = 0u64;
        for shift in (0..64).step_by(7) {
            let byte = self.byte()?;
            number |= u64::from(byte & 0x7f) << shift;
            if byte & 0x80 == 0 {
                return Some(number);
            }
        }
        None
    }

    fn number(&mut self) -> Option<i64> {
        let number = self.varint()?;
        Some((number >> 1).cast_signed() ^ -(number & 1).cast_signed())
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    #[test]
    fn a_header_says_how_long_its_page_is() {
        // A data page of one value: 11 bytes, 20 compressed.
        let bytes = [
            0x15, 0, 0x15, 22, 0x15, 40, 0x2c, 0x15, 2, 0x15, 0, 0x15, 6, 0x15, 6, 0x1c, 0, 0, 0, 9,
        ];
        let mut header = Compact(&bytes);
        let page = Page {
            is_dictionary: false,
            uncompressed: 11,
            compressed: 20,
            values: 1,
        };
        assert_eq!(header.page(), Some(page));
        assert_eq!(header.0, [9]);
    }

    proptest! {
        #[test]
        fn any_bytes_are_a_header_or_none(bytes in prop::collection::vec(any::<u8>(), 0..200)) {
            let _ = Compact(&bytes).page();
        }
    }
}

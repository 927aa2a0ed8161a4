//! Flatbuffers, as far as Arrow needs them: tables whose fields are found by number, vectors and texts.

/// A table in a buffer. A field that is absent, or lies outside of the buffer, has its default.
#[derive(Clone, Copy)]
pub(super) struct Table<'b> {
    buffer: &'b [u8],
    at: usize,
}

impl<'b> Table<'b> {
    /// The table that a buffer is about.
    pub(super) fn root(buffer: &'b [u8]) -> Option<Table<'b>> {
        let at = u32_at(buffer, 0)? as usize;
        (at < buffer.len()).then_some(Table { buffer, at })
    }

    fn field(&self, number: usize) -> Option<usize> {
        let back = u32_at(self.buffer, self.at)?.cast_signed();
        let table = i64::try_from(self.at).ok()? - i64::from(back);
        let table = usize::try_from(table).ok()?;
        let length = usize::from(u16_at(self.buffer, table)?);
        let place = 4 + 2 * number;
        if place + 2 > length {
            return None;
        }
        let offset = usize::from(u16_at(self.buffer, table + place)?);
        (offset > 0).then_some(self.at + offset)
    }

    /// Where the thing is that a field points to.
    fn target(&self, number: usize) -> Option<usize> {
        let at = self.field(number)?;
        at.checked_add(u32_at(self.buffer, at)? as usize)
    }

    pub(super) fn byte(&self, number: usize) -> u8 {
        let at = self.field(number);
        at.and_then(|at| self.buffer.get(at)).copied().unwrap_or(0)
    }

    pub(super) fn short(&self, number: usize, default: i16) -> i16 {
        let at = self.field(number).and_then(|at| u16_at(self.buffer, at));
        at.map_or(default, u16::cast_signed)
    }

    pub(super) fn int(&self, number: usize, default: i32) -> i32 {
        let at = self.field(number).and_then(|at| u32_at(self.buffer, at));
        at.map_or(default, u32::cast_signed)
    }

    pub(super) fn long(&self, number: usize) -> i64 {
        let at = self.field(number).and_then(|at| i64_at(self.buffer, at));
        at.unwrap_or(0)
    }

    pub(super) fn table(&self, number: usize) -> Option<Table<'b>> {
        let at = self.target(number)?;
        (at < self.buffer.len()).then_some(Table {
            buffer: self.buffer,
            at,
        })
    }

    pub(super) fn text(&self, number: usize) -> Option<&'b str> {
        let bytes = self.vector(number, 1)?;
        std::str::from_utf8(bytes).ok()
    }

    /// The bytes of a vector whose items have a width.
    fn vector(&self, number: usize, width: usize) -> Option<&'b [u8]> {
        let at = self.target(number)?;
        let length = (u32_at(self.buffer, at)? as usize).checked_mul(width)?;
        self.buffer.get(at + 4..)?.get(..length)
    }

    pub(super) fn tables(&self, number: usize) -> Option<Vec<Table<'b>>> {
        let Some(at) = self.target(number) else {
            return Some(Vec::new());
        };
        let length = self.vector(number, 4)?.len() / 4;
        let item = |item: usize| {
            let place = at + 4 + 4 * item;
            let at = place.checked_add(u32_at(self.buffer, place)? as usize)?;
            (at < self.buffer.len()).then_some(Table {
                buffer: self.buffer,
                at,
            })
        };
        (0..length).map(item).collect()
    }

    /// A vector of structs of so many longs each, as longs.
    pub(super) fn longs(&self, number: usize, each: usize) -> Vec<i64> {
        let bytes = self.vector(number, 8 * each).unwrap_or_default();
        let longs = bytes.chunks_exact(8);
        longs.filter_map(|long| i64_at(long, 0)).collect()
    }
}

fn u16_at(bytes: &[u8], at: usize) -> Option<u16> {
    Some(u16::from_le_bytes(*bytes.get(at..)?.first_chunk()?))
}

fn u32_at(bytes: &[u8], at: usize) -> Option<u32> {
    Some(u32::from_le_bytes(*bytes.get(at..)?.first_chunk()?))
}

fn i64_at(bytes: &[u8], at: usize) -> Option<i64> {
    Some(i64::from_le_bytes(*bytes.get(at..)?.first_chunk()?))
}

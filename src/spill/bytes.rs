//! Little-endian numbers out of bytes.

/// Bytes that numbers are taken from, from the front.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Bytes<'b>(pub(crate) &'b [u8]);

impl Bytes<'_> {
    /// The next four bytes as a number; `None` at the end.
    pub(crate) fn u32(&mut self) -> Option<u32> {
        let (number, rest) = self.0.split_first_chunk()?;
        self.0 = rest;
        Some(u32::from_le_bytes(*number))
    }

    /// The next eight bytes.
    pub(crate) fn u64(&mut self) -> Option<u64> {
        let (number, rest) = self.0.split_first_chunk()?;
        self.0 = rest;
        Some(u64::from_le_bytes(*number))
    }

    /// A number of entries, then so many, each of `bytes`.
    pub(crate) fn table<T>(
        &mut self,
        bytes: usize,
        entry: impl Fn(&mut Self) -> Option<T>,
    ) -> Option<Vec<T>> {
        let entries = usize::try_from(self.u64()?).ok()?;
        // What claims to have more than there is must not be given room for it.
        (entries.checked_mul(bytes)? <= self.0.len()).then_some(())?;
        (0..entries).map(|_| entry(self)).collect()
    }
}

//! How rows and numbers are packed into runs.

use serde::Deserialize;

use crate::stages::candidates::BandKey;

const SIX: usize = 6;

/// The lower 48 bits of numbers.
pub(super) fn six_bytes(numbers: impl Iterator<Item = u64>, to: &mut Vec<u8>) {
    to.clear();
    numbers.for_each(|number| to.extend_from_slice(&number.to_le_bytes()[..SIX]));
}

/// Numbers of 48 bits.
pub(super) fn of_six(bytes: &[u8]) -> impl Iterator<Item = u64> + '_ {
    bytes.as_chunks::<SIX>().0.iter().map(|six| {
        let mut eight = [0; 8];
        eight[..SIX].copy_from_slice(six);
        u64::from_le_bytes(eight)
    })
}

/// The rows of a run, until one cannot be read.
pub(super) struct Rows<'a, T> {
    rest: &'a [u8],
    row: std::marker::PhantomData<T>,
}

/// The rows of a run.
pub(super) fn rows<'a, T: Deserialize<'a>>(payload: &'a [u8]) -> Rows<'a, T> {
    Rows {
        rest: payload,
        row: std::marker::PhantomData,
    }
}

impl<'a, T: Deserialize<'a>> Iterator for Rows<'a, T> {
    /// A row, and its bytes; nothing where they are none.
    type Item = Option<(T, &'a [u8])>;

    fn next(&mut self) -> Option<Self::Item> {
        if self.rest.is_empty() {
            return None;
        }
        let whole = self.rest;
        match postcard::take_from_bytes(whole) {
            Ok((row, rest)) => {
                self.rest = rest;
                Some(Some((row, &whole[..whole.len() - rest.len()])))
            }
            Err(_) => {
                self.rest = &[];
                Some(None)
            }
        }
    }
}

/// The keys of a row as a sweep has them.
pub(super) fn band_keys(bytes: &[u8]) -> Vec<BandKey> {
    of_six(bytes).map(|key| BandKey::of(key << 16)).collect()
}

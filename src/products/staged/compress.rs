//! Runs on their way from task to task, compressed: most of their bytes are texts.

use std::cell::Cell;

use super::{Job, MapReduce, PackedRun, Sender};
use crate::error::Result;

/// Zstandard's quickest level but for those that it trades for ratio.
const LEVEL: i32 = 1;
/// What a run of fewer bytes saves is not worth the call.
const LEAST: usize = 64;

/// No frame is so many times as long as its compressed bytes.
const MOST: usize = 1 << 16;

/// The first byte says how the others are to be read.
const AS_IT_IS: u8 = 0;
const ZSTANDARD: u8 = 1;

/// Bytes as they travel: what compression makes no smaller stays as it is.
pub(super) fn compress(bytes: &[u8]) -> Vec<u8> {
    let framed = |how: u8, bytes: &[u8]| {
        let mut framed = Vec::with_capacity(1 + bytes.len());
        framed.push(how);
        framed.extend_from_slice(bytes);
        framed
    };
    if bytes.len() >= LEAST
        && let Ok(smaller) = zstd::bulk::compress(bytes, LEVEL)
        && smaller.len() + 4 < bytes.len()
    {
        let mut framed = framed(ZSTANDARD, &(bytes.len() as u32).to_le_bytes());
        framed.extend_from_slice(&smaller);
        return framed;
    }
    framed(AS_IT_IS, bytes)
}

/// The bytes that travelled; `None` where they are damaged.
fn decompress(framed: &[u8]) -> Option<Vec<u8>> {
    let (how, rest) = framed.split_first()?;
    match *how {
        AS_IT_IS => Some(rest.to_vec()),
        ZSTANDARD => {
            let (length, smaller) = rest.split_first_chunk()?;
            let length = u32::from_le_bytes(*length) as usize;
            // A length that no compression reaches is not believed, and no memory taken for it.
            (length / MOST < smaller.len()).then_some(())?;
            let bytes = zstd::bulk::decompress(smaller, length).ok()?;
            (bytes.len() == length).then_some(bytes)
        }
        _ => None,
    }
}

/// A stage that reads what travelled compressed.
pub(super) struct Decompressed<'j> {
    pub(super) job: &'j Job,
    pub(super) stage: Box<dyn MapReduce + 'j>,
}

impl Decompressed<'_> {
    fn read(&self, run: &PackedRun) -> Result<PackedRun> {
        let payload = decompress(&run.payload).ok_or_else(|| self.job.damaged("bytes"))?;
        Ok(PackedRun {
            kind: run.kind,
            share: run.share,
            payload,
        })
    }
}

impl MapReduce for Decompressed<'_> {
    fn map(&self, run: &PackedRun, to: &mut Sender) -> Result<()> {
        self.stage.map(&self.read(run)?, to)
    }

    fn reduce(&self, runs: &mut dyn Iterator<Item = PackedRun>, to: &mut Sender) -> Result<()> {
        let damaged = Cell::new(None);
        let mut read = runs.map_while(|run| match self.read(&run) {
            Ok(run) => Some(run),
            Err(error) => {
                damaged.set(Some(error));
                None
            }
        });
        self.stage.reduce(&mut read, to)?;
        match damaged.into_inner() {
            Some(error) => Err(error),
            None => Ok(()),
        }
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::{compress, decompress};

    proptest! {
        #[test]
        fn bytes_arrive_as_they_left(bytes in proptest::collection::vec(0u8..4, 0..3000)) {
            prop_assert_eq!(decompress(&compress(&bytes)), Some(bytes));
        }

        #[test]
        fn damaged_bytes_are_no_more_than_refused(bytes in proptest::collection::vec(any::<u8>(), 0..300)) {
            let _ = decompress(&bytes);
        }
    }
}

//! Files that are read whole: those that are one record, and those of few.

use std::io::Read;

use super::Sweep;
use super::block::{Block, Cutter, KEPT_OF_TOO_LONG};
use super::schedule::input_number;
use crate::corpus::{Place, RejectReason};
use crate::error::Result;

/// A file of few records, read whole.
pub(super) type Small = (u32, Block);

/// A text file, read whole.
pub(super) struct Text {
    pub(super) input: u32,
    pub(super) bytes: Vec<u8>,
    pub(super) flaw: Option<RejectReason>,
}

impl Sweep<'_> {
    /// Reads a file of few records as one block.
    pub(super) fn read_small(&self, at: usize) -> Result<Small> {
        let input = &self.corpus.inputs[at];
        let number = input_number(at);
        let limits = self.corpus.options.limits;
        let (reader, meter) = input.open(limits)?;
        let mut cutter = Cutter::new(reader, input, limits.record);
        let mut whole = Block::default();
        while let Some(block) = cutter.next(&self.buffers) {
            whole.append(&block);
            self.buffers.give_back(block.bytes);
        }
        if let Some(error) = cutter.into_broke() {
            self.break_off(at, &meter, error)?;
        }
        if let Some(is_wanted) = self.is_wanted {
            whole.keep_only(|record| {
                is_wanted(Place {
                    input: number,
                    record,
                })
            });
        }
        Ok((number, whole))
    }

    pub(super) fn read_text(&self, at: usize) -> Result<Text> {
        let input = &self.corpus.inputs[at];
        let number = input_number(at);
        let limits = self.corpus.options.limits;
        let (reader, meter) = input.open(limits)?;
        let mut bytes =
            Vec::with_capacity(usize::try_from(input.stamp.bytes).unwrap_or(0).min(1 << 20) + 1);
        let read = reader
            .take(limits.record as u64 + 1)
            .read_to_end(&mut bytes);
        let is_long = bytes.len() > limits.record;
        let flaw = is_long.then_some(RejectReason::TooLong);
        if is_long {
            bytes.truncate(KEPT_OF_TOO_LONG);
            bytes.shrink_to_fit();
        }
        if let Err(error) = read {
            self.break_off(at, &meter, error)?;
        }
        Ok(Text {
            input: number,
            bytes,
            flaw,
        })
    }
}

//! An anchor with a text that has it, in ten bytes.

use std::cmp::Ordering;

use zerocopy::little_endian::{U16, U64};
use zerocopy::{FromBytes, Immutable, IntoBytes};

use crate::corpus::TextId;
use crate::spill::Keyed;

/// An anchor of 48 bits and the number of a text that has it; entries ascend by anchor, then by text.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, FromBytes, IntoBytes, Immutable)]
#[repr(C)]
pub(super) struct Entry {
    /// The lower half of the text's number, ...
    text: U16,
    /// ... and the upper half below the anchor.
    anchor: U64,
}

impl Entry {
    pub(super) fn new(anchor: u64, text: TextId) -> Entry {
        Entry {
            text: U16::new(text as u16),
            anchor: U64::new(anchor << 16 | u64::from(text >> 16)),
        }
    }

    pub(super) fn anchor(self) -> u64 {
        self.anchor.get() >> 16
    }

    pub(super) fn text(self) -> TextId {
        (self.anchor.get() as u32) << 16 | u32::from(self.text.get())
    }
}

impl Ord for Entry {
    fn cmp(&self, other: &Entry) -> Ordering {
        let order = |entry: &Entry| (entry.anchor.get(), entry.text.get());
        order(self).cmp(&order(other))
    }
}

impl PartialOrd for Entry {
    fn partial_cmp(&self, other: &Entry) -> Option<Ordering> {
        Some(self.cmp(other))
    }
}

/// Its upper 32 bits say to which piece of the order an entry belongs; those are the anchor's alone.
impl Keyed for Entry {
    fn key(&self) -> u64 {
        self.anchor.get()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn entries_hold_what_they_are_made_of_and_ascend_by_anchor_then_by_text() {
        assert_eq!(size_of::<Entry>(), 10);
        let texts = [0, 1, 0xffff, 0x1_0000, 0x1_0001, u32::MAX];
        let anchors = [0, 1, 0x1_0000, (1 << 48) - 1];
        let made = anchors.map(|anchor| texts.map(|text| Entry::new(anchor, text)));
        for (of_anchor, anchor) in made.iter().zip(anchors) {
            for (entry, text) in of_anchor.iter().zip(texts) {
                assert_eq!((entry.anchor(), entry.text()), (anchor, text));
            }
        }
        assert!(made.concat().is_sorted());
    }
}

//! The tables that tell stories.
//!
//! To weigh one article asks for a thousand counts all over them, and they have 2^27 bytes and some at most: so they are read
//! whole, once they are asked for.

use std::sync::OnceLock;

use super::State;
use super::file::Section;
use super::keeper::LARGE;
use crate::spill::Bytes;
use crate::stages::stories;

/// What was read of the tables so far.
#[derive(Default)]
pub(super) struct Loaded {
    counts: OnceLock<Counts>,
}

/// The counts of all slots, and of those that a byte does not hold.
#[derive(Default)]
struct Counts {
    small: Vec<u8>,
    large: Vec<(u32, u32)>,
}

/// Where the tables are.
#[derive(Clone, Copy)]
pub(super) struct StoredModel {
    pub(super) counts: Section,
    pub(super) large: Section,
}

impl State {
    fn counts(&self, told: StoredModel) -> &Counts {
        self.loaded.counts.get_or_init(|| {
            let small = self.or_fail(self.file.whole(told.counts), Vec::new());
            let large = self.or_fail(self.file.whole(told.large), Vec::new());
            let entry = |bytes: &[u8; 8]| {
                let mut bytes = Bytes(bytes);
                (bytes.u32().unwrap_or(0), bytes.u32().unwrap_or(0))
            };
            let large = large.as_chunks().0.iter().map(entry).collect();
            Counts { small, large }
        })
    }
}

impl stories::Tables for State {
    fn slot(&self, at: usize) -> u32 {
        let Some(told) = self.parts.told else {
            return 0;
        };
        let Counts { small, large } = self.counts(told);
        match small.get(at) {
            Some(&LARGE) => {
                let place = large.binary_search_by_key(&(at as u32), |entry| entry.0);
                place.map_or(LARGE.into(), |place| large[place].1)
            }
            count => count.copied().unwrap_or(0).into(),
        }
    }
}

//! The tables that tell stories.
//!
//! To weigh one article asks for a thousand counts all over their table, which has 2^26 bytes at most: so that is read whole,
//! once it is asked for. Of the pairs, each 256th key is read, and behind it what is sought.

use std::sync::OnceLock;

use super::file::{Opened, Section};
use super::keeper::{LARGE, STEP};
use super::{Bytes, State};
use crate::error::Result;
use crate::stories;

/// What was read of the tables so far.
#[derive(Default)]
pub(super) struct Loaded {
    counts: OnceLock<Counts>,
    steps: OnceLock<Vec<u64>>,
}

/// The counts of all slots, and of those that a byte does not hold.
#[derive(Default)]
struct Counts {
    small: Vec<u8>,
    large: Vec<(u32, u32)>,
}

/// Where the tables are.
#[derive(Clone, Copy)]
pub(super) struct Told {
    pub(super) counts: Section,
    pub(super) large: Section,
    pub(super) pairs: Section,
    pub(super) steps: Section,
}

/// Bytes of a pair: its key, and how many articles have it.
const PAIR: u64 = 12;

impl State {
    fn counts(&self, told: Told) -> &Counts {
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

    fn steps(&self, told: Told) -> &[u64] {
        self.loaded.steps.get_or_init(|| {
            let steps = self.or_fail(self.file.whole(told.steps), Vec::new());
            let keys = steps.as_chunks().0.iter();
            keys.map(|key| u64::from_le_bytes(*key)).collect()
        })
    }

    /// How many articles have a pair.
    fn find_pair(&self, told: Told, key: u64) -> Result<u32> {
        let step = self.steps(told).partition_point(|&first| first <= key);
        let Some(step) = step.checked_sub(1) else {
            return Ok(1);
        };
        let first = (step * STEP) as u64;
        let end = (first + STEP as u64).min(Opened::entries::<12>(told.pairs));
        let bytes = self.file.stretch(told.pairs, first * PAIR..end * PAIR)?;
        let entry = |bytes: &[u8; PAIR as usize]| {
            let mut bytes = Bytes(bytes);
            (bytes.u64().unwrap_or(0), bytes.u32().unwrap_or(1))
        };
        let (entries, _) = bytes.as_chunks();
        let at = entries.binary_search_by_key(&key, |bytes| entry(bytes).0);
        Ok(at.map_or(1, |at| entry(&entries[at]).1))
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

    fn bits(&self) -> u32 {
        self.contents.known.as_ref().map_or(1, |known| known.1)
    }

    fn pair(&self, key: u64) -> u32 {
        match self.parts.told {
            Some(told) => self.or_fail(self.find_pair(told, key), 1),
            None => 1,
        }
    }
}

//! Document frequencies: in how many articles of a language a feature stands.

use std::sync::atomic::{AtomicU32, Ordering};

use super::features::Feature;
use crate::fingerprint::mix;

/// Who knows in how many articles of some languages a feature stands.
pub(super) trait Counts {
    /// How many articles of these languages have this feature.
    fn of(&self, languages: &[u32], feature: Feature) -> u32;

    /// The same, of languages in which it is frequent; in others it counts for none.
    fn of_frequent(&self, languages: &[u32], feature: Feature) -> u32;
}

/// Where a feature of a language is counted, in a table of two to the power of `bits` slots.
pub(super) fn place(bits: u32, language: u32, feature: Feature) -> usize {
    let key = mix(u64::from(feature) << 32 | u64::from(language));
    (key >> (64 - bits)) as usize
}

/// Slots an article, and the least and the most slots there are, as powers of two.
const SLOTS: (usize, u32, u32) = (64, 20, 26);

/// Counts by language and feature, in a table whose size hangs on the number of articles alone.
///
/// What falls into one slot is counted together. Grams and stems repeat from article to article, so that there are few
/// different ones for the slots there are.
pub(super) struct Frequencies {
    slots: Vec<AtomicU32>,
    bits: u32,
    /// A bit for each slot, set where it is frequent: few are, and all bits fit where slots do not.
    frequent: Vec<u64>,
}

impl Frequencies {
    pub(super) fn new(articles: usize) -> Frequencies {
        let (each, least, most) = SLOTS;
        let bits = (articles * each).next_power_of_two().trailing_zeros();
        let bits = bits.clamp(least, most);
        let mut slots = Vec::new();
        slots.resize_with(1 << bits, AtomicU32::default);
        Frequencies {
            slots,
            bits,
            frequent: Vec::new(),
        }
    }

    fn place(&self, language: u32, feature: Feature) -> usize {
        place(self.bits, language, feature)
    }

    /// The counts of all slots.
    pub(super) fn slots(&self) -> impl Iterator<Item = u32> + '_ {
        self.slots.iter().map(|slot| slot.load(Ordering::Relaxed))
    }

    fn slot(&self, language: u32, feature: Feature) -> &AtomicU32 {
        &self.slots[self.place(language, feature)]
    }

    /// Marks, once all are counted, what stands in so many articles of a language.
    pub(super) fn mark(&mut self, least: u32) {
        let bits = |slots: &[AtomicU32]| {
            let is_frequent = |slot: &AtomicU32| slot.load(Ordering::Relaxed) >= least;
            let bits = slots.iter().rev();
            bits.fold(0, |bits, slot| bits << 1 | u64::from(is_frequent(slot)))
        };
        self.frequent = self.slots.chunks(64).map(bits).collect();
    }

    /// Counts more articles of a language with these features.
    pub(super) fn add(&self, language: u32, features: impl Iterator<Item = (Feature, u32)>) {
        // Slots lie far apart. To count one waits for it; to look ahead lets several be fetched at once.
        const AHEAD: usize = 32;
        let mut ahead: Vec<(&AtomicU32, u32)> = Vec::with_capacity(AHEAD);
        let mut features = features.peekable();
        while features.peek().is_some() {
            let next = features.by_ref().take(AHEAD);
            ahead.extend(next.map(|(feature, articles)| (self.slot(language, feature), articles)));
            let seen: u64 = ahead
                .iter()
                .map(|slot| u64::from(slot.0.load(Ordering::Relaxed)))
                .sum();
            std::hint::black_box(seen);
            for (slot, articles) in ahead.drain(..) {
                slot.fetch_add(articles, Ordering::Relaxed);
            }
        }
    }
}

impl Counts for Frequencies {
    fn of(&self, languages: &[u32], feature: Feature) -> u32 {
        let count = |&language: &u32| self.slot(language, feature).load(Ordering::Relaxed);
        languages.iter().map(count).sum()
    }

    fn of_frequent(&self, languages: &[u32], feature: Feature) -> u32 {
        let count = |&language: &u32| {
            let place = self.place(language, feature);
            match self.frequent[place / 64] >> (place % 64) & 1 {
                0 => 0,
                _ => self.slots[place].load(Ordering::Relaxed),
            }
        };
        languages.iter().map(count).sum()
    }
}

//! Document frequencies: in how many articles of a language a feature stands.
//!
//! Counts lie in tables whose sizes hang on the number of articles alone; what falls into one slot is counted together.
//! Grams and stems repeat from article to article, so that there are few different ones for the slots there are. Windows
//! and pairs have tables of their own: most of them are seen once, and would fill any other.

use std::sync::atomic::{AtomicU16, AtomicU32, Ordering};

use serde::{Deserialize, Serialize};

use super::features::Feature;
use crate::kernel::mix;

/// Who knows in how many articles of some languages a feature stands.
pub(super) trait Counts {
    /// How many articles of these languages have this gram or stem.
    fn of(&self, languages: &[u32], feature: Feature) -> u32;

    /// How many of the articles that were looked at for them have this window, of languages in which it is frequent; in
    /// others it counts for none.
    fn of_window(&self, languages: &[u32], window: Feature) -> u32;

    /// How many articles of a pool have this pair of stems.
    fn of_pair(&self, pool: usize, pair: Feature) -> u32;
}

/// Who counts in how many articles features stand.
pub(super) trait Counting: Sync {
    /// Counts more articles of a language with these grams and stems.
    fn add(&self, language: u32, features: impl Iterator<Item = (Feature, u32)>);

    /// Counts one more article of a language with these windows.
    fn add_windows(&self, language: u32, windows: impl Iterator<Item = Feature>);

    /// Counts one more article of a pool with these pairs.
    fn add_pairs(&self, pool: usize, pairs: impl Iterator<Item = Feature>);
}

/// How many slots each table has, as powers of two.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub(super) struct Sizes {
    features: u32,
    windows: u32,
    pairs: u32,
}

/// Slots an article, and the least and the most slots there are, as powers of two.
type Slots = (usize, u32, u32);
const FEATURES: Slots = (64, 20, 26);
const WINDOWS: Slots = (512, 16, 24);
const PAIRS: Slots = (64, 16, 26);

impl Sizes {
    /// Those of the largest tables.
    pub(super) const MOST: Sizes = Sizes {
        features: FEATURES.2,
        windows: WINDOWS.2,
        pairs: PAIRS.2,
    };

    /// How many slots each table has, as powers of two.
    pub(super) fn bits(self) -> [u32; 3] {
        [self.features, self.windows, self.pairs]
    }

    /// Those for so many articles, of which so many are looked at for windows.
    pub(super) fn new(articles: usize, sampled: usize) -> Sizes {
        let bits = |(each, least, most): Slots, articles: usize| {
            let slots = (articles * each).next_power_of_two();
            slots.trailing_zeros().clamp(least, most)
        };
        Sizes {
            features: bits(FEATURES, articles),
            windows: bits(WINDOWS, sampled),
            pairs: bits(PAIRS, articles),
        }
    }

    /// Where a gram or stem of a language is counted, if all tables lie one behind the other.
    pub(super) fn feature(self, language: u32, feature: Feature) -> usize {
        place(self.features, language, feature)
    }

    /// Where a window of a language is.
    pub(super) fn window(self, language: u32, window: Feature) -> usize {
        (1 << self.features) + place(self.windows, language, window)
    }

    /// Where a pair of a pool is.
    pub(super) fn pair(self, pool: usize, pair: Feature) -> usize {
        (1 << self.features) + (1 << self.windows) + place(self.pairs, pool as u32, pair)
    }
}

/// Where a feature is counted in a table of two to the power of `bits` slots.
pub(super) fn place(bits: u32, of: u32, feature: Feature) -> usize {
    let key = mix(u64::from(feature) << 32 | u64::from(of));
    (key >> (64 - bits)) as usize
}

/// Counts by language and feature.
pub(super) struct Frequencies {
    pub(super) sizes: Sizes,
    features: Vec<AtomicU32>,
    windows: Vec<AtomicU16>,
    pairs: Vec<AtomicU16>,
    /// A bit for several slots of windows, set where one of them is frequent: few are, and the bits fit where slots do not.
    frequent: Vec<u64>,
    /// In so many articles stands what is frequent.
    least: u32,
}

/// How many bits tell frequent windows.
const FREQUENT: usize = 1 << 17;

/// A slot that is counted up, by any thread.
trait Slot {
    fn get(&self) -> u32;
    /// Adds to it, as far as it holds.
    fn add(&self, count: u32);
}

impl Slot for AtomicU32 {
    fn get(&self) -> u32 {
        self.load(Ordering::Relaxed)
    }

    fn add(&self, count: u32) {
        self.fetch_add(count, Ordering::Relaxed);
    }
}

impl Slot for AtomicU16 {
    fn get(&self) -> u32 {
        self.load(Ordering::Relaxed).into()
    }

    fn add(&self, count: u32) {
        let count = u16::try_from(count).unwrap_or(u16::MAX);
        let sum = |slot: u16| Some(slot.saturating_add(count));
        // It never fails, as there always is a sum.
        let _ = self.fetch_update(Ordering::Relaxed, Ordering::Relaxed, sum);
    }
}

impl Frequencies {
    /// Tables for so many articles, of which so many are looked at for windows.
    pub(super) fn new(articles: usize, sampled: usize) -> Frequencies {
        let sizes = Sizes::new(articles, sampled);
        Frequencies {
            sizes,
            features: slots(sizes.features),
            windows: slots(sizes.windows),
            pairs: slots(sizes.pairs),
            frequent: Vec::new(),
            least: 0,
        }
    }

    /// Tables of these sizes that hold these counts, table by table.
    pub(super) fn of(sizes: Sizes, mut counts: impl Iterator<Item = u32>) -> Frequencies {
        let mut frequencies = Frequencies {
            sizes,
            features: slots(sizes.features),
            windows: slots(sizes.windows),
            pairs: slots(sizes.pairs),
            frequent: Vec::new(),
            least: 0,
        };
        let small = |slot: &mut AtomicU16, count: u32| {
            *slot = AtomicU16::new(u16::try_from(count).unwrap_or(u16::MAX));
        };
        let tables = &mut frequencies;
        for (slot, count) in tables.features.iter_mut().zip(&mut counts) {
            *slot = AtomicU32::new(count);
        }
        for (slot, count) in tables.windows.iter_mut().zip(&mut counts) {
            small(slot, count);
        }
        for (slot, count) in tables.pairs.iter_mut().zip(&mut counts) {
            small(slot, count);
        }
        frequencies
    }

    /// The counts of all slots, table by table.
    pub(super) fn slots(&self) -> impl Iterator<Item = u32> + '_ {
        let features = self.features.iter().map(Slot::get);
        let windows = self.windows.iter().map(Slot::get);
        features
            .chain(windows)
            .chain(self.pairs.iter().map(Slot::get))
    }

    /// Marks, once all are counted, which windows stand in so many articles of a language.
    pub(super) fn mark(&mut self, least: u32) {
        self.frequent = vec![0; FREQUENT / 64];
        for (place, _) in (0..)
            .zip(&self.windows)
            .filter(|(_, slot)| slot.get() >= least)
        {
            let bit: usize = place % FREQUENT;
            self.frequent[bit / 64] |= 1 << (bit % 64);
        }
        self.least = least;
    }
}

impl Counting for Frequencies {
    fn add(&self, language: u32, features: impl Iterator<Item = (Feature, u32)>) {
        let bits = self.sizes.features;
        let place = |(feature, count)| (place(bits, language, feature), count);
        add(&self.features, features.map(place));
    }

    fn add_windows(&self, language: u32, windows: impl Iterator<Item = Feature>) {
        let bits = self.sizes.windows;
        let place = |window| (place(bits, language, window), 1);
        add(&self.windows, windows.map(place));
    }

    fn add_pairs(&self, pool: usize, pairs: impl Iterator<Item = Feature>) {
        let bits = self.sizes.pairs;
        let place = |pair| (place(bits, pool as u32, pair), 1);
        add(&self.pairs, pairs.map(place));
    }
}

fn slots<S: Default>(bits: u32) -> Vec<S> {
    let mut slots = Vec::new();
    slots.resize_with(1 << bits, S::default);
    slots
}

/// Adds to slots at these places.
fn add<S: Slot>(slots: &[S], places: impl Iterator<Item = (usize, u32)>) {
    // Slots lie far apart. To count one waits for it; to look ahead lets several be fetched at once.
    const AHEAD: usize = 32;
    let mut ahead = [(0, 0); AHEAD];
    let mut places = places.fuse();
    loop {
        let mut filled = 0;
        for (place, next) in ahead.iter_mut().zip(places.by_ref()) {
            *place = next;
            filled += 1;
        }
        let seen: u64 = ahead[..filled]
            .iter()
            .map(|&(place, _)| u64::from(slots[place].get()))
            .sum();
        std::hint::black_box(seen);
        for &(place, count) in &ahead[..filled] {
            slots[place].add(count);
        }
        if filled < AHEAD {
            return;
        }
    }
}

impl Counts for Frequencies {
    fn of(&self, languages: &[u32], feature: Feature) -> u32 {
        let bits = self.sizes.features;
        let count = |&language: &u32| self.features[place(bits, language, feature)].get();
        languages.iter().map(count).sum()
    }

    fn of_window(&self, languages: &[u32], window: Feature) -> u32 {
        let count = |&language: &u32| {
            let place = place(self.sizes.windows, language, window);
            let bit = place % FREQUENT;
            if self.frequent[bit / 64] >> (bit % 64) & 1 == 0 {
                return 0;
            }
            Some(self.windows[place].get())
                .filter(|&count| count >= self.least)
                .unwrap_or(0)
        };
        languages.iter().map(count).sum()
    }

    fn of_pair(&self, pool: usize, pair: Feature) -> u32 {
        self.pairs[place(self.sizes.pairs, pool as u32, pair)].get()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_counted_is_found_again_in_its_own_table() {
        let mut counts = Frequencies::new(10, 10);
        counts.add(1, (0..100).map(|feature| (feature, 3)));
        counts.add(2, [(7, 40)].into_iter());
        counts.add_windows(1, [7].into_iter());
        (0..9).for_each(|_| counts.add_windows(2, [7].into_iter()));
        counts.add_pairs(0, [7].into_iter());
        counts.mark(8);
        assert_eq!((counts.of(&[1], 7), counts.of(&[1, 2], 7)), (3, 43));
        assert_eq!(
            (counts.of_window(&[1], 7), counts.of_window(&[1, 2], 7)),
            (0, 9)
        );
        assert_eq!((counts.of_pair(0, 7), counts.of_pair(1, 7)), (1, 0));
        let slots: Vec<u32> = counts.slots().collect();
        assert_eq!(slots[counts.sizes.feature(2, 7)], 40);
        assert_eq!(slots[counts.sizes.window(2, 7)], 9);
        assert_eq!(slots[counts.sizes.pair(0, 7)], 1);
    }

    #[test]
    fn a_small_slot_holds_what_it_can() {
        let slot = AtomicU16::new(65_000);
        slot.add(500);
        slot.add(500);
        assert_eq!(slot.get(), 65_535);
    }
}

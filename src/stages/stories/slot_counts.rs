//! Counts of a part of a dump, merged exactly in any order.
//!
//! A slot is the upper bits of a hash. So counts by the most bits that any table has are those of a smaller table too: neighbours are
//! added. How large tables are is known once all articles are.

use std::sync::{Mutex, PoisonError};

use serde::{Deserialize, Serialize};

use super::features::Feature;
use super::frequencies::{Counting, Frequencies, Sizes, place};

/// Places and counts, ascending.
type Run = Vec<(u32, u32)>;

/// A gatherer sums up what it has once it has so many counts more.
const SUMMED: usize = 1 << 20;

/// Counts by slot, of grams and stems, of windows, and of pairs.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub(super) struct SlotCounts {
    tables: [Run; 3],
}

/// Sorts counts, and adds those of one place.
fn summed(mut run: Run) -> Run {
    // What is merged is two runs that are sorted: this sort only has to merge them.
    run.sort();
    run.dedup_by(|next, kept| {
        let is_same = next.0 == kept.0;
        if is_same {
            kept.1 = kept.1.wrapping_add(next.1);
        }
        is_same
    });
    run
}

impl SlotCounts {
    /// Adds the counts of another part.
    pub(super) fn merge(&mut self, other: SlotCounts) {
        for (own, other) in self.tables.iter_mut().zip(other.tables) {
            if own.is_empty() {
                *own = other;
            } else if !other.is_empty() {
                own.extend(other);
                *own = summed(std::mem::take(own));
            }
        }
    }

    /// The same in tables of these sizes, from those of the most.
    pub(super) fn folded(mut self, sizes: Sizes) -> SlotCounts {
        let (most, bits) = (Sizes::MOST.bits(), sizes.bits());
        for (at, run) in self.tables.iter_mut().enumerate() {
            let shift = most[at] - bits[at];
            run.iter_mut().for_each(|it| it.0 >>= shift);
            *run = summed(std::mem::take(run));
        }
        self
    }

    /// The counts of slots that shares have between them, of tables of the most sizes.
    pub(super) fn split(self, shares: u32) -> Vec<(u32, SlotCounts)> {
        let mut split: Vec<(u32, SlotCounts)> = Vec::new();
        let share = |at: usize, place: u32| {
            (u64::from(place) * u64::from(shares)) >> Sizes::MOST.bits()[at]
        };
        for (at, run) in self.tables.into_iter().enumerate() {
            for own in run.chunk_by(|a, b| share(at, a.0) == share(at, b.0)) {
                let mut counts = SlotCounts::default();
                counts.tables[at] = own.to_vec();
                split.push((share(at, own[0].0) as u32, counts));
            }
        }
        split
    }

    /// The same with the place of each as what it is more than the one before, which is short in bytes.
    pub(super) fn into_deltas(mut self) -> SlotCounts {
        for run in &mut self.tables {
            let mut last = 0;
            for (place, _) in run {
                *place -= std::mem::replace(&mut last, *place);
            }
        }
        self
    }

    /// The reverse of [`SlotCounts::into_deltas`].
    pub(super) fn of_deltas(mut self) -> SlotCounts {
        for run in &mut self.tables {
            let mut last = 0u32;
            for (place, _) in run {
                last = last.wrapping_add(*place);
                *place = last;
            }
        }
        self
    }

    /// Takes the pairs of other counts.
    pub(super) fn take_pairs(&mut self, other: SlotCounts) {
        let [_, _, pairs] = other.tables;
        self.tables[2] = pairs;
    }

    /// The tables of these sizes.
    pub(super) fn tables(&self, sizes: Sizes) -> Frequencies {
        let bits = sizes.bits();
        let runs = self.tables.iter().zip(bits);
        let mut runs = runs.flat_map(|(run, bits)| {
            let mut next = run.iter().peekable();
            (0..1u32 << bits).map(move |slot| next.next_if(|it| it.0 == slot).map_or(0, |it| it.1))
        });
        Frequencies::of(sizes, &mut runs)
    }
}

/// Counts nothing: where it was counted before.
pub(super) struct Uncounted;

impl Counting for Uncounted {
    fn add(&self, _: u32, _: impl Iterator<Item = (Feature, u32)>) {}

    fn add_windows(&self, _: u32, _: impl Iterator<Item = Feature>) {}

    fn add_pairs(&self, _: usize, _: impl Iterator<Item = Feature>) {}
}

/// Gathers the counts of a part of a dump.
#[derive(Debug, Default)]
pub(super) struct Gatherer {
    tables: [Mutex<(Run, usize)>; 3],
}

impl Gatherer {
    fn take(&self, at: usize, counts: impl Iterator<Item = (u32, u32)>) {
        let mut table = self.tables[at]
            .lock()
            .unwrap_or_else(PoisonError::into_inner);
        let (run, summed_up) = &mut *table;
        run.extend(counts);
        if run.len() > 2 * *summed_up + SUMMED {
            *run = summed(std::mem::take(run));
            *summed_up = run.len();
        }
    }

    /// All that was counted.
    pub(super) fn finish(self) -> SlotCounts {
        let tables = self.tables.map(|table| {
            let (run, _) = table.into_inner().unwrap_or_else(PoisonError::into_inner);
            summed(run)
        });
        SlotCounts { tables }
    }
}

impl Counting for Gatherer {
    fn add(&self, language: u32, features: impl Iterator<Item = (Feature, u32)>) {
        let bits = Sizes::MOST.bits()[0];
        let place = |(feature, count)| (place(bits, language, feature) as u32, count);
        self.take(0, features.map(place));
    }

    fn add_windows(&self, language: u32, windows: impl Iterator<Item = Feature>) {
        let bits = Sizes::MOST.bits()[1];
        let place = |window| (place(bits, language, window) as u32, 1);
        self.take(1, windows.map(place));
    }

    fn add_pairs(&self, pool: usize, pairs: impl Iterator<Item = Feature>) {
        let bits = Sizes::MOST.bits()[2];
        let place = |pair| (place(bits, pool as u32, pair) as u32, 1);
        self.take(2, pairs.map(place));
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    /// What is counted: a language or pool, a feature, and of which of the three tables.
    type Counted = (u32, u32, usize);

    fn count(to: &impl Counting, counted: &[Counted]) {
        for &(of, feature, table) in counted {
            match table {
                0 => to.add(of, [(feature, 3)].into_iter()),
                1 => to.add_windows(of, [feature].into_iter()),
                _ => to.add_pairs(of as usize, [feature].into_iter()),
            }
        }
    }

    fn gathered(counted: &[Counted]) -> SlotCounts {
        let gatherer = Gatherer::default();
        count(&gatherer, counted);
        gatherer.finish()
    }

    proptest! {
        #![proptest_config(ProptestConfig::with_cases(8))]
        #[test]
        fn counts_of_parts_are_those_of_tables_in_any_order(
            counted in prop::collection::vec((0u32..3, 0u32..5000, 0usize..3), 0..300),
            at in any::<prop::sample::Index>(),
            shares in 1u32..9,
        ) {
            let tables = Frequencies::new(1000, 1000);
            count(&tables, &counted);
            let (a, b) = counted.split_at(at.index(counted.len() + 1));
            for parts in [[a, b], [b, a]] {
                let mut merged = SlotCounts::default();
                for part in parts {
                    for (_, own) in gathered(part).split(shares) {
                        merged.merge(own.into_deltas().of_deltas());
                    }
                }
                prop_assert_eq!(&merged, &gathered(&counted));
                let folded = merged.folded(tables.sizes).tables(tables.sizes);
                prop_assert!(folded.slots().eq(tables.slots()));
            }
        }
    }
}

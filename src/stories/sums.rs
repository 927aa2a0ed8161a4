//! Sums: how often each feature of an article counts, over all its words.

use super::answers::Told;

/// Features with how often each counts: open addressing in a table that fits the first cache, kept from article to article.
#[derive(Default)]
pub(super) struct Sums {
    /// A power of two of them; a count of 0 where there is none.
    slots: Vec<(Told, u32)>,
    /// Which are taken.
    taken: Vec<u32>,
}

impl Sums {
    /// Makes room for so many more features.
    pub(super) fn reserve(&mut self, features: usize) {
        let wanted = (2 * (self.taken.len() + features)).next_power_of_two();
        if wanted > self.slots.len() {
            let old = std::mem::replace(&mut self.slots, vec![(Told::default(), 0); wanted]);
            self.taken.clear();
            for (told, count) in old.into_iter().filter(|slot| slot.1 > 0) {
                self.add(told, count);
            }
        }
    }

    /// Counts a feature, for which there is room.
    pub(super) fn add(&mut self, told: Told, count: u32) {
        let mask = self.slots.len() - 1;
        // The lowest bits say what kind a feature is.
        let mut at = (told.feature >> 2) as usize & mask;
        loop {
            let slot = &mut self.slots[at];
            if slot.1 == 0 {
                *slot = (told, count);
                self.taken.push(at as u32);
                return;
            }
            if slot.0.feature == told.feature {
                slot.1 += count;
                return;
            }
            at = (at + 1) & mask;
        }
    }

    /// Hands on all features with their counts, in no order that means anything, and forgets them.
    pub(super) fn drain(&mut self, mut visit: impl FnMut(Told, u32)) {
        for at in self.taken.drain(..) {
            let (told, count) = &mut self.slots[at as usize];
            visit(*told, std::mem::take(count));
        }
    }
}

#[cfg(test)]
mod tests {
    use std::collections::BTreeMap;

    use proptest::prelude::*;

    use super::*;

    proptest! {
        #[test]
        fn sums_are_those_of_a_map(added in prop::collection::vec((0u32..40, 1u32..9), 0..200)) {
            let mut sums = Sums::default();
            for _ in 0..2 {
                let mut expected: BTreeMap<u32, u32> = BTreeMap::new();
                for &(feature, count) in &added {
                    sums.reserve(1);
                    sums.add(Told { feature: feature * 4096, ..Told::default() }, count);
                    *expected.entry(feature * 4096).or_default() += count;
                }
                let mut found = BTreeMap::new();
                sums.drain(|told, count| {
                    found.insert(told.feature, count);
                });
                prop_assert_eq!(found, expected);
            }
        }
    }
}

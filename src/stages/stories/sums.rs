//! Sums: how often each feature of an article counts, over all its words.

use super::answers::Told;
use super::features::Feature;

/// Features with how often each counts: open addressing in a table that fits the first cache, kept from article to article.
#[derive(Default)]
pub(super) struct Sums {
    /// A power of two of places for sums, by number, one more than it is; 0 where there is none.
    places: Vec<u32>,
    sums: Vec<(Told, u32)>,
}

impl Sums {
    /// Begins anew, with room for so many features.
    pub(super) fn begin(&mut self, features: usize) {
        let wanted = (2 * features).next_power_of_two().max(64);
        self.places.clear();
        self.places.resize(wanted, 0);
        self.sums.clear();
    }

    /// Counts a feature, for which there is room; its number.
    pub(super) fn add(&mut self, told: Told, count: u32) -> usize {
        let mask = self.places.len() - 1;
        // The lowest bits say what kind a feature is.
        let mut at = (told.feature >> 2) as usize & mask;
        loop {
            let number = self.places[at] as usize;
            if number == 0 {
                self.sums.push((told, count));
                self.places[at] = self.sums.len() as u32;
                return self.sums.len() - 1;
            }
            let sum = &mut self.sums[number - 1];
            if sum.0.feature == told.feature {
                sum.1 += count;
                return number - 1;
            }
            at = (at + 1) & mask;
        }
    }

    /// Each of some features once.
    pub(super) fn each(
        &mut self,
        features: impl ExactSizeIterator<Item = Feature>,
    ) -> impl Iterator<Item = Feature> + '_ {
        self.begin(features.len());
        for feature in features {
            let told = Told {
                feature,
                ..Told::default()
            };
            self.add(told, 1);
        }
        self.sums.iter().map(|sum| sum.0.feature)
    }

    /// All features with their counts, by number.
    pub(super) fn all(&self) -> &[(Told, u32)] {
        &self.sums
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
                sums.begin(added.len());
                for &(feature, count) in &added {
                    let feature = feature * 4096;
                    let number = sums.add(Told { feature, ..Told::default() }, count);
                    prop_assert_eq!(sums.all()[number].0.feature, feature);
                    *expected.entry(feature).or_default() += count;
                }
                let found = sums.all().iter().map(|sum| (sum.0.feature, sum.1));
                prop_assert_eq!(found.collect::<BTreeMap<u32, u32>>(), expected);
            }
        }
    }
}

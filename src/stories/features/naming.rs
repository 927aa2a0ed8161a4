//! Naming: which words of an article its features come from, for readers.

use std::collections::BTreeMap;

use super::{Cutter, Feature, pair};

/// A word of an article, or two in a row, with the features that come from it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(in crate::stories) struct Named {
    /// As it stands in the article, where it stands first.
    pub(in crate::stories) word: String,
    pub(in crate::stories) features: Vec<Feature>,
}

impl Cutter {
    /// The words of the article last cut that count, each once, and its pairs of words.
    pub(in crate::stories) fn named(&self, (title, text): (&str, &str)) -> Vec<Named> {
        let mut words: BTreeMap<Vec<Feature>, String> = BTreeMap::new();
        let written = |used: &super::Use| {
            let whole = if used.in_title { title } else { text };
            &whole[used.start as usize..used.end as usize]
        };
        for (at, used) in self
            .uses
            .iter()
            .enumerate()
            .filter(|used| used.1.weight > 0)
        {
            let grams = self.lexicon.grams(used.word).iter();
            let features: Vec<Feature> = grams.map(|&gram| self.lexicon.feature(gram)).collect();
            let named = || written(used).to_owned();
            words.entry(features).or_insert_with(named);
            if used.back == 0 {
                continue;
            }
            let before = &self.uses[at - usize::from(used.back)];
            let stem = |used: &super::Use| self.lexicon.feature(self.lexicon.stem(used.word));
            let both = || format!("{} {}", written(before), written(used));
            words
                .entry(vec![pair(stem(before), stem(used))])
                .or_insert_with(both);
        }
        let named = |(features, word)| Named { word, features };
        words.into_iter().map(named).collect()
    }
}

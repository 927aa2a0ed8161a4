//! Naming: which words of an article its features come from, for readers.

use std::collections::BTreeMap;

use super::{Feature, Use, pair};
use crate::stages::stories::vocabulary::Vocabulary;

/// A word of an article, or two in a row, with the features that come from it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(in crate::stages::stories) struct Named {
    /// As it stands in the article, where it stands first.
    pub(in crate::stages::stories) word: String,
    pub(in crate::stages::stories) features: Vec<Feature>,
}

/// The words of an article that count, each once, and its pairs of words.
pub(in crate::stages::stories) fn named(vocabulary: &Vocabulary, uses: &[Use]) -> Vec<Named> {
    let mut words: BTreeMap<Vec<Feature>, String> = BTreeMap::new();
    for (at, used) in uses.iter().enumerate() {
        if used.marks.weight() == 0 {
            continue;
        }
        let written = |used: &Use| vocabulary.letters(used.word);
        let features = vocabulary.grams(used.word).to_vec();
        let named = || written(used).to_owned();
        words.entry(features).or_insert_with(named);
        if used.marks.back() == 0 {
            continue;
        }
        let before = &uses[at - used.marks.back()];
        let stem = |used: &Use| vocabulary.stem(used.word);
        let both = || format!("{} {}", written(before), written(used));
        words
            .entry(vec![pair(stem(before), stem(used))])
            .or_insert_with(both);
    }
    let named = |(features, word)| Named { word, features };
    words.into_iter().map(named).collect()
}

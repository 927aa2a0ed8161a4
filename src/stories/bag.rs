//! Bags: what an article holds, counted.

use super::features::{Feature, Kind, Use, feature, pair};
use super::forms::{WORDS, Window};
use super::vocabulary::{FeatureId, Vocabulary, WordId};
use super::weights::Paired;

/// Counts the words and features of articles, keeping its room between them.
#[derive(Default)]
pub(super) struct Bag {
    /// How often each word counts, and which do.
    words: Vec<u32>,
    used: Vec<WordId>,
    /// How often each feature counts, of the article at hand.
    counts: Vec<u32>,
    counted: Vec<(FeatureId, u32)>,
}

impl Bag {
    /// The grams and stems met, with how often each counts, in no order that means anything.
    pub(super) fn count(&mut self, vocabulary: &Vocabulary, uses: &[Use]) -> &[(FeatureId, u32)] {
        self.words.resize(vocabulary.words(), 0);
        self.counts.resize(vocabulary.len(), 0);
        self.counted.clear();
        self.used.clear();
        for used in uses {
            let weight = used.marks.weight();
            let count = &mut self.words[used.word as usize];
            if *count == 0 && weight > 0 {
                self.used.push(used.word);
            }
            *count += weight;
        }
        for &word in &self.used {
            let weight = std::mem::take(&mut self.words[word as usize]);
            let stem = std::iter::once(vocabulary.stem(word));
            for id in vocabulary.grams(word).iter().copied().chain(stem) {
                let count = &mut self.counts[id as usize];
                if *count == 0 {
                    self.counted.push((id, 0));
                }
                *count += weight;
            }
        }
        for (id, count) in &mut self.counted {
            *count = std::mem::take(&mut self.counts[*id as usize]);
        }
        &self.counted
    }

    /// The pairs of neighbouring stems that are both among these, with how often each counts.
    pub(super) fn pairs(
        &mut self,
        vocabulary: &Vocabulary,
        uses: &[Use],
        stems: &[FeatureId],
    ) -> Vec<Paired> {
        self.mark(stems);
        let mut pairs = Vec::new();
        let tells = |used: &Use| {
            let stem = vocabulary.stem(used.word);
            let tells = used.marks.weight() > 0 && self.counts[stem as usize] > 0;
            tells.then(|| vocabulary.feature(stem))
        };
        for (at, second) in uses.iter().enumerate() {
            let back = second.marks.back();
            if back == 0 {
                continue;
            }
            let first = &uses[at - back];
            if let Some((before, stem)) = tells(second).and_then(|stem| Some((tells(first)?, stem)))
            {
                pairs.push(Paired {
                    feature: pair(before, stem),
                    count: second.marks.weight(),
                });
            }
        }
        self.unmark(stems);
        pairs.sort_unstable_by_key(|pair: &Paired| pair.feature);
        pairs.dedup_by(|next, kept| {
            let same = next.feature == kept.feature;
            kept.count += if same { next.count } else { 0 };
            same
        });
        pairs
    }

    /// The words of these stems as a reader would write them: not at the head of a sentence, nor in a title, if it can be
    /// helped.
    pub(super) fn shown<'v>(
        &mut self,
        vocabulary: &'v Vocabulary,
        uses: &[Use],
        stems: &[FeatureId],
    ) -> Vec<&'v str> {
        self.mark(stems);
        let mut best: Vec<Option<&Use>> = vec![None; stems.len()];
        for used in uses {
            let at = self.counts[vocabulary.stem(used.word) as usize] as usize;
            let rank = |used: &Use| (used.marks.in_title(), used.marks.opens());
            if at > 0 && best[at - 1].is_none_or(|best| rank(used) < rank(best)) {
                best[at - 1] = Some(used);
            }
        }
        self.unmark(stems);
        let word = |used: Option<&Use>| used.map_or("", |used| vocabulary.letters(used.word));
        best.into_iter().map(word).collect()
    }

    /// Marks features by their places, counted from 1, where counts stood.
    fn mark(&mut self, ids: &[FeatureId]) {
        for (&id, place) in ids.iter().zip(1..) {
            self.counts[id as usize] = place;
        }
    }

    fn unmark(&mut self, ids: &[FeatureId]) {
        ids.iter().for_each(|&id| self.counts[id as usize] = 0);
    }
}

/// The stems of an article, each once.
pub(super) fn stems(vocabulary: &Vocabulary, uses: &[Use]) -> Vec<Feature> {
    let stem = |used: &Use| vocabulary.feature(vocabulary.stem(used.word));
    let mut stems: Vec<Feature> = uses.iter().map(stem).collect();
    stems.sort_unstable();
    stems.dedup();
    stems
}

/// The windows of an article, in the order of the text.
pub(super) fn windows(vocabulary: &Vocabulary, uses: &[Use]) -> Vec<Window> {
    let spaced = uses.iter().filter(|used| used.marks.is_spaced());
    let masked: Vec<u64> = spaced
        .map(|used| u64::from(vocabulary.masked(used.word)))
        .collect();
    let turn = 64 / WORDS as u32;
    let hash = |words: &[u64]| {
        words
            .iter()
            .fold(0, |hash: u64, word| hash.rotate_left(turn) ^ word)
    };
    let windows = masked.windows(WORDS);
    windows
        .map(|words| feature(Kind::Window, hash(words)))
        .collect()
}

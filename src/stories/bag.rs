//! Bags: what an article holds, counted.

use super::features::{Feature, Kind, Use, feature, pair};
use super::forms::{WORDS, Window};
use super::vocabulary::{Vocabulary, WordId};
use super::weights::Paired;

/// Counts the words of articles, keeping its room between them.
#[derive(Default)]
pub(super) struct Bag {
    /// How often each word counts, of the article at hand.
    counts: Vec<u32>,
    /// Which do, each once.
    counted: Vec<(WordId, u32)>,
    /// What is noted of each word; nothing between articles.
    notes: Vec<u32>,
}

impl Bag {
    /// Counts the words of an article.
    pub(super) fn count(&mut self, vocabulary: &Vocabulary, uses: &[Use]) {
        self.counts.resize(vocabulary.len(), 0);
        self.notes.resize(vocabulary.len(), 0);
        self.counted.clear();
        for used in uses {
            let weight = used.marks.weight();
            if weight > 0 {
                let word = vocabulary.same(used.word);
                let count = &mut self.counts[word as usize];
                if *count == 0 {
                    self.counted.push((word, 0));
                }
                *count += weight;
            }
        }
        for (word, count) in &mut self.counted {
            *count = std::mem::take(&mut self.counts[*word as usize]);
        }
    }

    /// The words that were counted, each once, with how often they do.
    pub(super) fn counted(&self) -> &[(WordId, u32)] {
        &self.counted
    }

    /// Notes the places of words' stems among some, counted from 1; `place` is 0 for a stem that is none of them.
    fn note(&mut self, vocabulary: &Vocabulary, place: impl Fn(Feature) -> u32) {
        for &(word, _) in &self.counted {
            self.notes[word as usize] = place(vocabulary.stem(word));
        }
    }

    fn forget(&mut self) {
        for &(word, _) in &self.counted {
            self.notes[word as usize] = 0;
        }
    }

    /// The pairs of neighbouring stems that are both wanted, with how often each counts; of the article that was counted.
    pub(super) fn pairs(
        &mut self,
        vocabulary: &Vocabulary,
        uses: &[Use],
        is_wanted: impl Fn(Feature) -> bool,
    ) -> Vec<Paired> {
        self.note(vocabulary, |stem| u32::from(is_wanted(stem)));
        let mut pairs = Vec::new();
        let tells = |used: &Use| {
            let word = vocabulary.same(used.word);
            let tells = self.notes[word as usize] > 0 && used.marks.weight() > 0;
            tells.then(|| vocabulary.stem(word))
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
        self.forget();
        pairs.sort_unstable_by_key(|pair: &Paired| pair.feature);
        pairs.dedup_by(|next, kept| {
            let same = next.feature == kept.feature;
            kept.count += if same { next.count } else { 0 };
            same
        });
        pairs
    }

    /// For each of these stems the use that shows best how its word is written: not at the head of a sentence, nor in a title, if
    /// it can be helped.
    pub(super) fn best(
        &mut self,
        vocabulary: &Vocabulary,
        uses: &[Use],
        stems: &[Feature],
    ) -> Vec<Option<usize>> {
        let place = |stem| stems.iter().position(|&other| other == stem);
        self.note(vocabulary, |stem| place(stem).map_or(0, |at| at as u32 + 1));
        let mut best: Vec<Option<usize>> = vec![None; stems.len()];
        let rank = |at: usize| (uses[at].marks.in_title(), uses[at].marks.opens());
        for (at, used) in uses.iter().enumerate() {
            let place = self.notes[vocabulary.same(used.word) as usize] as usize;
            if place > 0
                && used.marks.weight() > 0
                && best[place - 1].is_none_or(|best| rank(at) < rank(best))
            {
                best[place - 1] = Some(at);
            }
        }
        self.forget();
        best
    }
}

/// The stems of an article, each once.
pub(super) fn stems(vocabulary: &Vocabulary, uses: &[Use]) -> Vec<Feature> {
    let mut stems: Vec<Feature> = uses.iter().map(|used| vocabulary.stem(used.word)).collect();
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

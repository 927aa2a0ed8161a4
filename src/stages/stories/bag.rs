//! Bags: what an article holds, counted.

use super::features::{Feature, Kind, Use, feature, pair};
use super::forms::{WORDS, Window};
use super::vocabulary::{Vocabulary, WordId};
use super::weights::{PAIR, Paired};

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

    /// What the words of the article that was counted are noted for, in the order they were counted in: the pairs of
    /// neighbouring stems that are both marked by [`PAIR`], with how often each counts; and for the places that are noted,
    /// up to a most, the use that shows best how the word is written: not at the head of a sentence, nor in a title, if it
    /// can be helped.
    pub(super) fn noted(
        &mut self,
        vocabulary: &Vocabulary,
        uses: &[Use],
        notes: impl Iterator<Item = u32>,
        most: usize,
    ) -> (Vec<Paired>, Vec<Option<usize>>) {
        for (&(word, _), note) in self.counted.iter().zip(notes) {
            self.notes[word as usize] = note;
        }
        let mut pairs = Vec::new();
        let mut best: Vec<Option<usize>> = vec![None; most];
        let note = |used: &Use| match used.marks.weight() {
            0 => 0,
            _ => self.notes[vocabulary.same(used.word) as usize],
        };
        for (at, used) in uses.iter().enumerate() {
            let noted = note(used);
            if noted == 0 {
                continue;
            }
            if let Some(place) = (noted % PAIR).checked_sub(1) {
                let rank = |at: usize| (uses[at].marks.in_title(), uses[at].marks.opens());
                let best = &mut best[place as usize];
                if best.is_none_or(|best| rank(at) < rank(best)) {
                    *best = Some(at);
                }
            }
            let back = used.marks.back();
            if noted >= PAIR && back > 0 && note(&uses[at - back]) >= PAIR {
                let stem = |used: &Use| vocabulary.stem(used.word);
                pairs.push(Paired {
                    feature: pair(stem(&uses[at - back]), stem(used)),
                    count: used.marks.weight(),
                });
            }
        }
        for &(word, _) in &self.counted {
            self.notes[word as usize] = 0;
        }
        pairs.sort_unstable_by_key(|pair: &Paired| pair.feature);
        pairs.dedup_by(|next, kept| {
            let same = next.feature == kept.feature;
            kept.count += if same { next.count } else { 0 };
            same
        });
        (pairs, best)
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

//! Answers: what the words of a vocabulary are worth, each asked for once and not once an article.

use super::features::Feature;
use super::vocabulary::{Vocabulary, WordId};

/// What a gram or a stem is worth: how rare it is, in parts of [`UNIT`](super::weigher::UNIT), and how many articles have
/// it, as far as a small number holds that.
#[derive(Clone, Copy, Debug, Default)]
pub(super) struct Told {
    pub(super) feature: Feature,
    pub(super) rarity: u16,
    pub(super) articles: u16,
}

/// What the words of a vocabulary are worth.
#[derive(Default)]
pub(super) struct Answers {
    words: Vec<Answer>,
    told: Vec<Told>,
}

/// What is known of a word.
#[derive(Clone, Copy)]
struct Answer {
    /// Who asked last.
    tag: u32,
    /// Where the answers to its features lie among all.
    start: u32,
    /// How many they are.
    count: u32,
    /// The rarity of its rarest gram.
    rarest: u16,
}

/// Nobody asked yet.
const UNASKED: Answer = Answer {
    tag: u32::MAX,
    start: u32::MAX,
    count: 0,
    rarest: 0,
};

impl Answers {
    /// Forgets all, for another vocabulary.
    pub(super) fn clear(&mut self) {
        self.words.clear();
        self.told.clear();
    }

    /// Asks for what is not known yet of these words; `tell` tells it of a feature. Who asks with the same tag would be told
    /// the same.
    pub(super) fn ask(
        &mut self,
        vocabulary: &Vocabulary,
        words: &[(WordId, u32)],
        tag: u32,
        tell: impl Fn(Feature) -> Told,
    ) {
        self.words.resize(vocabulary.len(), UNASKED);
        for &(word, _) in words {
            let answer = &mut self.words[word as usize];
            if answer.tag == tag {
                continue;
            }
            let features = vocabulary.features(word);
            if answer.start == u32::MAX {
                answer.start = self.told.len() as u32;
                answer.count = features.len() as u32;
                let budget = self.told.len() + features.len();
                self.told.resize(budget, NOTHING);
            }
            let told = &mut self.told[answer.start as usize..][..features.len()];
            for (told, &feature) in told.iter_mut().zip(features) {
                *told = tell(feature);
            }
            let grams = told.split_last().map_or(&[][..], |(_, grams)| grams);
            let rarest = grams.iter().map(|gram| gram.rarity).max();
            answer.rarest = rarest.unwrap_or(0);
            answer.tag = tag;
        }
    }

    /// The answers to the grams of a word that was asked for, the one to its stem, and the rarity of its rarest gram.
    pub(super) fn of(&self, word: WordId) -> (&[Told], Told, u16) {
        let answer = self.words[word as usize];
        let told = &self.told[answer.start as usize..][..answer.count as usize];
        let (&stem, grams) = told.split_last().unwrap_or((&NOTHING, &[]));
        (grams, stem, answer.rarest)
    }
}

const NOTHING: Told = Told {
    feature: 0,
    rarity: 0,
    articles: 0,
};

//! Answers: what the words of a vocabulary are worth, each asked for once and not once an article.

use super::features::Feature;
use super::vocabulary::{Vocabulary, WordId};

/// What a gram or a stem is worth: how many articles have it, and how rare that makes it.
#[derive(Clone, Copy, Debug, Default)]
pub(super) struct Told {
    pub(super) feature: Feature,
    pub(super) articles: u32,
    pub(super) rarity: f32,
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
    told: (u32, u32),
    /// The rarity of its rarest gram.
    rarest: f32,
}

/// Nobody asked yet.
const UNASKED: Answer = Answer {
    tag: u32::MAX,
    told: (0, 0),
    rarest: 0.0,
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
        (words, tag): (&[(WordId, u32)], u32),
        tell: impl Fn(Feature) -> Told,
    ) {
        self.words.resize(vocabulary.len(), UNASKED);
        for &(word, _) in words {
            let answer = &mut self.words[word as usize];
            if answer.tag == tag {
                continue;
            }
            let features = vocabulary.features(word);
            if answer.told == UNASKED.told {
                let start = self.told.len();
                self.told.resize(start + features.len(), Told::default());
                answer.told = (start as u32, self.told.len() as u32);
            }
            let (start, end) = answer.told;
            let told = &mut self.told[start as usize..end as usize];
            for (told, &feature) in told.iter_mut().zip(features) {
                *told = tell(feature);
            }
            let grams = told.split_last().map_or(&[][..], |(_, grams)| grams);
            answer.rarest = grams.iter().map(|gram| gram.rarity).fold(0.0, f32::max);
            answer.tag = tag;
        }
    }

    /// The answers to the features of a word that was asked for: its grams, then its stem.
    pub(super) fn of(&self, word: WordId) -> &[Told] {
        let (start, end) = self.words[word as usize].told;
        &self.told[start as usize..end as usize]
    }

    /// The rarity of the rarest gram of a word that was asked for.
    pub(super) fn rarest(&self, word: WordId) -> f32 {
        self.words[word as usize].rarest
    }
}

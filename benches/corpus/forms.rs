//! A form is an article that is written again and again with other names and figures: results, earnings, weather.
//!
//! Two articles of one form are no copies: what they share is the form. How much that is differs from kind to kind.

use crate::lexicon::{Lexicon, Word};
use crate::random::{Purpose, Random};
use crate::script::Script;

/// A form: its sentences.
#[derive(Debug)]
pub(crate) struct Form {
    pub(crate) sentences: Vec<Vec<Piece>>,
}

/// A piece of a sentence.
#[derive(Clone, Copy, Debug)]
pub(crate) enum Piece {
    /// What never changes.
    Word(Word),
    Name,
    Figure,
    /// Any word.
    Filled,
}

/// How many fixed words stand between two that are filled in, and how many sentences there are.
const KINDS: [((usize, usize), (usize, usize)); 3] = [
    // Results of a match day: hardly a phrase is fixed.
    ((1, 4), (10, 20)),
    // Earnings.
    ((3, 7), (8, 14)),
    // The weather: of the shingles of two together, a quarter to two fifths are shared.
    ((5, 10), (7, 12)),
];

impl Form {
    /// The forms of a language; each kind has three in the language that most of the press uses.
    pub(crate) fn all(lexicon: &Lexicon, script: Script, seed: u64) -> Vec<Form> {
        let of_each = if script == Script::Latin { 3 } else { 1 };
        let mut random = Random::of(seed, Purpose::Forms, script as u64);
        let mut forms = Vec::new();
        for (fixed, sentences) in KINDS {
            for _ in 0..of_each {
                let count = random.within(sentences.0, sentences.1);
                let fixed = script.words(fixed);
                let sentences = (0..count)
                    .map(|_| sentence(lexicon, fixed, &mut random))
                    .collect();
                forms.push(Form { sentences });
            }
        }
        forms
    }
}

fn sentence(lexicon: &Lexicon, fixed: (usize, usize), random: &mut Random) -> Vec<Piece> {
    let length = random.within(10, 20);
    let mut pieces = Vec::with_capacity(length);
    while pieces.len() < length {
        pieces.push(match random.below(5) {
            0 => Piece::Name,
            1 => Piece::Filled,
            _ => Piece::Figure,
        });
        for _ in 0..random.within(fixed.0, fixed.1) {
            pieces.push(Piece::Word(lexicon.word(random.next())));
        }
    }
    pieces
}

//! The lexicon: what a word is cut into.

use super::features::{Feature, Kind, feature};
use crate::kernel::{is_spaceless, normalize};

/// Letters in a gram.
const GRAM: usize = 4;
/// Syllables in a gram of Hangul, where one is a letter or two of other scripts.
const HANGUL_GRAM: usize = 2;
/// Letters in a stem.
const STEM: usize = 5;

/// A word cut into its features.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct Cut {
    /// The hash of its normal form.
    pub(super) normal: u64,
    /// The same with all numbers alike; 0 for a piece of a script without spaces.
    pub(super) masked: u32,
}

/// Cuts words, keeping its room between them.
#[derive(Default)]
pub(super) struct Lexicon {
    normal: String,
    letters: Vec<char>,
    bytes: Vec<u8>,
}

impl Lexicon {
    /// Cuts a word with spaces around it, or a piece of a script without spaces, as it was read; adds its grams to
    /// `features`, then its stem.
    pub(super) fn cut(&mut self, raw: &str, features: &mut Vec<Feature>) -> Cut {
        if raw.is_ascii() {
            let mut bytes = std::mem::take(&mut self.bytes);
            bytes.clear();
            bytes.push(b'_');
            bytes.extend(raw.bytes().map(|byte| byte.to_ascii_lowercase()));
            bytes.push(b'_');
            let cut = cut(&bytes, false, features);
            self.bytes = bytes;
            return cut;
        }
        self.normal.clear();
        normalize(raw, &mut self.normal);
        let mut letters = std::mem::take(&mut self.letters);
        letters.clear();
        let cut = if raw.starts_with(is_spaceless) {
            letters.extend(self.normal.chars());
            piece(&letters, features)
        } else {
            letters.push('_');
            letters.extend(self.normal.chars());
            letters.push('_');
            cut(
                &letters,
                matches!(letters[1..], ['가'..='힣', ..]),
                features,
            )
        };
        self.letters = letters;
        cut
    }
}

/// Cuts a word; its letters stand between marks, so that its ends are known from its middle.
fn cut<L: Letter>(letters: &[L], is_hangul: bool, features: &mut Vec<Feature>) -> Cut {
    let len = letters.len();
    let inner = &letters[1..len - 1];
    let is_number = inner.iter().all(|letter| letter.is_digit());
    let normal = hash(letters);
    if is_number {
        features.push(feature(Kind::Gram, normal));
        features.push(feature(Kind::Stem, hash(inner)));
        return Cut { normal, masked: 1 };
    }
    let n = if is_hangul { HANGUL_GRAM } else { GRAM };
    let grams = letters.windows(n.min(len));
    features.extend(grams.map(|gram| feature(Kind::Gram, hash(gram))));
    let stem = &inner[..STEM.min(inner.len())];
    features.push(feature(Kind::Stem, hash(stem)));
    Cut {
        normal,
        masked: (normal >> 32) as u32,
    }
}

/// A piece of a script without spaces is a gram and a stem in one.
fn piece(letters: &[char], features: &mut Vec<Feature>) -> Cut {
    let normal = hash(letters);
    features.push(feature(Kind::Gram, normal));
    features.push(feature(Kind::Stem, normal));
    Cut { normal, masked: 0 }
}

/// A letter of a normal form.
trait Letter: Copy {
    fn code(self) -> u32;
    fn is_digit(self) -> bool;
}

impl Letter for char {
    fn code(self) -> u32 {
        u32::from(self)
    }

    fn is_digit(self) -> bool {
        self.is_ascii_digit()
    }
}

impl Letter for u8 {
    fn code(self) -> u32 {
        u32::from(self)
    }

    fn is_digit(self) -> bool {
        self.is_ascii_digit()
    }
}

fn hash<L: Letter>(letters: &[L]) -> u64 {
    letters.iter().fold(letters.len() as u64, |hash, letter| {
        (hash ^ u64::from(letter.code()))
            .wrapping_mul(0x9e37_79b9_7f4a_7c15)
            .rotate_left(29)
    })
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    proptest! {
        #[test]
        fn plain_words_are_cut_like_any_others(word in "[a-zA-Z0-9]{1,12}") {
            let (mut plain, mut slow) = (Vec::new(), Vec::new());
            let quick = Lexicon::default().cut(&word, &mut plain);
            let letters: Vec<char> = format!("_{}_", word.to_lowercase()).chars().collect();
            prop_assert_eq!(quick, cut(&letters, false, &mut slow));
            prop_assert_eq!(plain, slow);
        }
    }
}

//! The lexicon: words met lately, each cut once.
//!
//! Articles of one dump share most of their words, so that what a word is cut into is kept from article to article, and what
//! an article counts is counted by number instead of by hash. It is room for work: nothing that is found hangs on what it
//! holds.

use ahash::AHashMap;

use super::features::{Feature, Kind, feature};
use crate::fingerprint::{is_spaceless, mix, normalize};

/// Letters in a gram.
const GRAM: usize = 4;
/// Syllables in a gram of Hangul, where one is a letter or two of other scripts.
const HANGUL_GRAM: usize = 2;
/// Letters in a stem.
const STEM: usize = 5;
/// Features that are kept at most, before the lexicon starts anew.
const MOST: usize = 1 << 20;

/// A word's number in the lexicon.
pub(super) type WordId = u32;
/// A feature's number in the lexicon.
pub(super) type FeatureId = u32;

/// What a word is cut into.
struct Word {
    /// Where its grams lie among all.
    grams: (u32, u32),
    stem: FeatureId,
    /// Its hash, with all numbers alike.
    masked: u32,
}

/// Words and features by number.
#[derive(Default)]
pub(super) struct Lexicon {
    word_ids: WordIds,
    words: Vec<Word>,
    grams: Vec<FeatureId>,
    feature_ids: AHashMap<Feature, FeatureId>,
    features: Vec<Feature>,
    normal: String,
    letters: Vec<char>,
}

impl Lexicon {
    /// How many features have a number.
    pub(super) fn len(&self) -> usize {
        self.features.len()
    }

    /// Forgets everything if it has grown too large; whether it did.
    pub(super) fn trim(&mut self) -> bool {
        let is_full = self.features.len() > MOST;
        if is_full {
            self.word_ids = WordIds::default();
            self.words.clear();
            self.grams.clear();
            self.feature_ids.clear();
            self.features.clear();
        }
        is_full
    }

    /// The feature of a number.
    pub(super) fn feature(&self, id: FeatureId) -> Feature {
        self.features[id as usize]
    }

    /// The stem of a word.
    pub(super) fn stem(&self, word: WordId) -> FeatureId {
        self.words[word as usize].stem
    }

    /// The grams of a word.
    pub(super) fn grams(&self, word: WordId) -> &[FeatureId] {
        let (start, end) = self.words[word as usize].grams;
        &self.grams[start as usize..end as usize]
    }

    /// The hash of a word, with all numbers alike.
    pub(super) fn masked(&self, word: WordId) -> u32 {
        self.words[word as usize].masked
    }

    /// The number of a word with spaces around it, or of a piece of a script without spaces, as it was read; with its key.
    pub(super) fn word(&mut self, raw: &str, key: u64) -> WordId {
        if let Some(word) = self.word_ids.find(key) {
            return word;
        }
        let word = if raw.starts_with(is_spaceless) {
            self.piece(raw)
        } else {
            self.cut(raw)
        };
        let id = self.words.len() as WordId;
        self.words.push(word);
        self.word_ids.insert(key, id);
        id
    }

    /// Cuts a word; its letters stand between marks, so that its ends are known from its middle.
    fn cut(&mut self, raw: &str) -> Word {
        self.normal.clear();
        normalize(raw, &mut self.normal);
        let mut letters = std::mem::take(&mut self.letters);
        letters.clear();
        letters.push('_');
        letters.extend(self.normal.chars());
        letters.push('_');
        let len = letters.len();
        let inner = &letters[1..len - 1];
        let is_hangul = matches!(inner, ['가'..='힣', ..]);
        let is_number = inner.iter().all(char::is_ascii_digit);
        let n = if is_hangul { HANGUL_GRAM } else { GRAM };
        let n = if is_number { len } else { n.min(len) };
        let start = self.grams.len() as u32;
        for gram in letters.windows(n) {
            let id = self.number(feature(Kind::Gram, hash(gram)));
            self.grams.push(id);
        }
        let stem = if is_number {
            inner.len()
        } else {
            STEM.min(inner.len())
        };
        let word = Word {
            grams: (start, self.grams.len() as u32),
            stem: self.number(feature(Kind::Stem, hash(&inner[..stem]))),
            masked: if is_number {
                1
            } else {
                (hash(&letters) >> 32) as u32
            },
        };
        self.letters = letters;
        word
    }

    /// A piece of a script without spaces is a gram and a stem in one.
    fn piece(&mut self, raw: &str) -> Word {
        self.normal.clear();
        normalize(raw, &mut self.normal);
        let letters: Vec<char> = self.normal.chars().collect();
        let hash = hash(&letters);
        let start = self.grams.len() as u32;
        let gram = self.number(feature(Kind::Gram, hash));
        self.grams.push(gram);
        Word {
            grams: (start, start + 1),
            stem: self.number(feature(Kind::Stem, hash)),
            masked: 0,
        }
    }

    fn number(&mut self, feature: Feature) -> FeatureId {
        let next = self.features.len() as FeatureId;
        let id = *self.feature_ids.entry(feature).or_insert(next);
        if id == next {
            self.features.push(feature);
        }
        id
    }
}

/// The numbers of words by their keys: open addressing, since this is asked for every word of a dump.
#[derive(Default)]
pub(super) struct WordIds {
    /// Keys with the number behind each, one more than it is; 0 where there is none. A power of two of them.
    slots: Vec<(u64, u32)>,
    len: usize,
}

impl WordIds {
    pub(super) fn find(&self, key: u64) -> Option<WordId> {
        let mask = self.slots.len().checked_sub(1)?;
        let mut at = key as usize & mask;
        loop {
            match self.slots[at] {
                (_, 0) => return None,
                (other, number) if other == key => return Some(number - 1),
                _ => at = (at + 1) & mask,
            }
        }
    }

    pub(super) fn insert(&mut self, key: u64, id: WordId) {
        if self.len * 2 >= self.slots.len() {
            let larger = vec![(0, 0); (self.slots.len() * 2).max(1 << 12)];
            let slots = std::mem::replace(&mut self.slots, larger);
            let taken = slots.into_iter().filter(|slot| slot.1 > 0);
            taken.for_each(|slot| self.put(slot));
        }
        self.len += 1;
        self.put((key, id + 1));
    }

    /// Forgets all, and keeps the room if it is not much.
    pub(super) fn clear(&mut self) {
        const KEPT: usize = 1 << 16;
        self.slots.truncate(KEPT);
        self.slots.fill((0, 0));
        self.len = 0;
    }

    fn put(&mut self, slot: (u64, u32)) {
        let mask = self.slots.len() - 1;
        let mut at = slot.0 as usize & mask;
        while self.slots[at].1 > 0 {
            at = (at + 1) & mask;
        }
        self.slots[at] = slot;
    }
}

/// A word's key: its bytes, eight at a time, folded.
pub(super) fn key(word: &[u8]) -> u64 {
    let (eights, rest) = word.as_chunks::<8>();
    let mut hash = word.len() as u64;
    for eight in eights {
        hash = mix(hash ^ u64::from_le_bytes(*eight));
    }
    let last = rest
        .iter()
        .fold(0, |last, &byte| last << 8 | u64::from(byte));
    mix(hash.rotate_left(7) ^ last)
}

fn hash(letters: &[char]) -> u64 {
    letters.iter().fold(letters.len() as u64, |hash, &c| {
        (hash ^ u64::from(u32::from(c)))
            .wrapping_mul(0x9e37_79b9_7f4a_7c15)
            .rotate_left(29)
    })
}

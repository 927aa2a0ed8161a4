//! The vocabulary: the words of the batch at hand and what they are cut into, by numbers of their own.
//!
//! A batch has few different words and features. Counted by such numbers, all that is counted lies close together, where
//! numbers of a whole dump lie far apart; and what a word is cut into is looked up once a batch.

use super::features::Feature;
use super::lexicon::{Lexicon, WordIds, key};

/// A word's number in the batch.
pub(super) type WordId = u32;
/// A feature's number in the batch.
pub(super) type FeatureId = u32;

/// What a word is cut into.
#[derive(Clone, Copy)]
struct Word {
    /// Where its grams lie among all.
    grams: (u32, u32),
    stem: FeatureId,
    masked: u32,
    /// Where its letters end among all.
    end: u32,
}

/// Words and features of a batch by number.
#[derive(Default)]
pub(super) struct Vocabulary {
    lexicon: Lexicon,
    ids: WordIds,
    words: Vec<Word>,
    letters: String,
    grams: Vec<FeatureId>,
    features: Vec<Feature>,
    /// For each feature of the lexicon the batch it was met in last, and its number there.
    met: Vec<(u32, FeatureId)>,
    batch: u32,
}

impl Vocabulary {
    /// Begins a batch, under new numbers.
    pub(super) fn begin(&mut self) {
        if self.lexicon.trim() {
            self.met.clear();
        }
        self.batch += 1;
        self.ids.clear();
        self.words.clear();
        self.letters.clear();
        self.grams.clear();
        self.features.clear();
    }

    /// The number of a word as it was read.
    pub(super) fn word(&mut self, raw: &str) -> WordId {
        let key = key(raw.as_bytes());
        if let Some(word) = self.ids.find(key) {
            return word;
        }
        let known = self.lexicon.word(raw, key);
        self.met.resize(self.lexicon.len(), (0, 0));
        let start = self.grams.len() as u32;
        for at in 0..self.lexicon.grams(known).len() {
            let gram = self.number(self.lexicon.grams(known)[at]);
            self.grams.push(gram);
        }
        let stem = self.number(self.lexicon.stem(known));
        self.letters.push_str(raw);
        let id = self.words.len() as WordId;
        self.words.push(Word {
            grams: (start, self.grams.len() as u32),
            stem,
            masked: self.lexicon.masked(known),
            end: self.letters.len() as u32,
        });
        self.ids.insert(key, id);
        id
    }

    fn number(&mut self, known: super::lexicon::FeatureId) -> FeatureId {
        let (batch, number) = &mut self.met[known as usize];
        if *batch != self.batch {
            (*batch, *number) = (self.batch, self.features.len() as FeatureId);
            self.features.push(self.lexicon.feature(known));
        }
        *number
    }

    /// How many features have a number.
    pub(super) fn len(&self) -> usize {
        self.features.len()
    }

    /// How many words have a number.
    pub(super) fn words(&self) -> usize {
        self.words.len()
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

    /// A word as it was read.
    pub(super) fn letters(&self, word: WordId) -> &str {
        let before = (word as usize).checked_sub(1);
        let start = before.map_or(0, |before| self.words[before].end);
        &self.letters[start as usize..self.words[word as usize].end as usize]
    }

    /// All words as bytes, by which they get the same numbers again.
    pub(super) fn to_bytes(&self) -> Vec<u8> {
        let mut bytes = Vec::with_capacity(self.letters.len() + self.words.len());
        for word in 0..self.words.len() as WordId {
            let letters = self.letters(word).as_bytes();
            write_number(letters.len() as u32, &mut bytes);
            bytes.extend_from_slice(letters);
        }
        bytes
    }

    /// Begins a batch of words that were kept as bytes.
    pub(super) fn begin_with(&mut self, mut bytes: &[u8]) {
        self.begin();
        while !bytes.is_empty() {
            let length = read_number(&mut bytes) as usize;
            let (letters, rest) = bytes.split_at(length.min(bytes.len()));
            self.word(&String::from_utf8_lossy(letters));
            bytes = rest;
        }
    }
}

/// Appends a number, most often as one byte.
fn write_number(number: u32, bytes: &mut Vec<u8>) {
    match u8::try_from(number) {
        Ok(byte) if byte < u8::MAX => bytes.push(byte),
        _ => {
            bytes.push(u8::MAX);
            bytes.extend_from_slice(&number.to_le_bytes());
        }
    }
}

/// Takes a number off the front.
fn read_number(bytes: &mut &[u8]) -> u32 {
    let (&first, rest) = bytes.split_first().unwrap_or((&0, &[]));
    *bytes = rest;
    match bytes.split_first_chunk() {
        Some((four, rest)) if first == u8::MAX => {
            *bytes = rest;
            u32::from_le_bytes(*four)
        }
        _ => u32::from(first),
    }
}

//! The vocabulary: the words that a thread met lately, by numbers of their own.
//!
//! A few hundred articles have few different words. Counted by such numbers, all that is counted lies close together, where
//! numbers of a whole dump lie far apart; and what a word is cut into, and what that is worth, is looked up once for all of
//! them.

use std::ops::Range;

use super::features::Feature;
use super::lexicon::Lexicon;
use crate::kernel::mix;

/// A word's number in the vocabulary.
pub(super) type WordId = u32;

/// How many words met last are at hand.
const USUAL: usize = 2048;

/// Words by number.
#[derive(Default)]
pub(super) struct Vocabulary {
    lexicon: Lexicon,
    ids: WordIds,
    /// Words met last, by the lower bits of their keys: most of a text are a few hundred, which stay in the first cache.
    usual: Vec<[u32; 3]>,
    normals: WordIds,
    /// Of each word the first one of the same normal form.
    same: Vec<WordId>,
    /// The hash of each, with all numbers alike.
    masked: Vec<u32>,
    /// Where the features of each lie among all: those of the first word of its normal form.
    places: Vec<(u32, u32)>,
    features: Vec<Feature>,
    /// Where the letters of each end among all.
    ends: Vec<u32>,
    letters: String,
}

impl Vocabulary {
    /// Forgets all words.
    pub(super) fn begin(&mut self) {
        self.usual.clear();
        self.ids.clear();
        self.normals.clear();
        self.same.clear();
        self.masked.clear();
        self.places.clear();
        self.features.clear();
        self.ends.clear();
        self.letters.clear();
    }

    /// The number of the word that stands here in a text, as it was read.
    pub(super) fn word(&mut self, text: &str, word: Range<usize>) -> WordId {
        let key = key(text.as_bytes(), word.clone());
        let [high, low] = halves(key);
        let usual = low as usize % USUAL;
        match self.usual.get(usual) {
            Some(&[x, y, id]) if (x, y) == (high, low) => return id,
            Some(_) => {}
            None => self.usual = vec![[0, 0, 0]; USUAL],
        }
        let id = match self.ids.find(key) {
            Some(id) => id,
            None => self.cut(text, word, key),
        };
        self.usual[usual] = [high, low, id];
        id
    }

    fn cut(&mut self, text: &str, word: Range<usize>, key: u64) -> WordId {
        let start = self.features.len();
        let cut = self.lexicon.cut(&text[word.clone()], &mut self.features);
        let id = self.len() as WordId;
        let same = self.normals.find(cut.normal).unwrap_or(id);
        if same == id {
            self.normals.insert(cut.normal, id);
        }
        self.add(&text[word], cut.masked, start, same);
        self.ids.insert(key, id);
        id
    }

    /// Adds a word, of which the features lie behind all others.
    fn add(&mut self, raw: &str, masked: u32, start: usize, same: WordId) {
        let place = if same as usize == self.len() {
            (start as u32, self.features.len() as u32)
        } else {
            self.features.truncate(start);
            self.places[same as usize]
        };
        self.same.push(same);
        self.masked.push(masked);
        self.places.push(place);
        self.letters.push_str(raw);
        self.ends.push(self.letters.len() as u32);
    }

    /// How many words have a number.
    pub(super) fn len(&self) -> usize {
        self.same.len()
    }

    /// The first word of the same normal form: all that counts words counts those.
    pub(super) fn same(&self, word: WordId) -> WordId {
        self.same[word as usize]
    }

    /// The features of a word: its grams, then its stem.
    pub(super) fn features(&self, word: WordId) -> &[Feature] {
        let (start, end) = self.places[word as usize];
        &self.features[start as usize..end as usize]
    }

    /// The grams of a word.
    pub(super) fn grams(&self, word: WordId) -> &[Feature] {
        self.features(word).split_last().map_or(&[], |all| all.1)
    }

    /// The stem of a word.
    pub(super) fn stem(&self, word: WordId) -> Feature {
        self.features[self.places[word as usize].1 as usize - 1]
    }

    /// The hash of a word, with all numbers alike.
    pub(super) fn masked(&self, word: WordId) -> u32 {
        self.masked[word as usize]
    }

    /// A word as it was read.
    pub(super) fn letters(&self, word: WordId) -> &str {
        let before = (word as usize).checked_sub(1);
        let start = before.map_or(0, |before| self.ends[before]);
        &self.letters[start as usize..self.ends[word as usize] as usize]
    }

    /// All words as bytes, by which they get the same numbers again.
    pub(super) fn to_bytes(&self) -> Vec<u8> {
        let mut bytes = Vec::with_capacity(self.letters.len() + 2 * self.len());
        for (word, &same) in (0..).zip(&self.same) {
            let letters = self.letters(word).as_bytes();
            write_number(word - same, &mut bytes);
            write_number(letters.len() as u32, &mut bytes);
            bytes.extend_from_slice(letters);
        }
        bytes
    }

    /// Begins with words that were kept as bytes; none is to be asked for by its letters.
    pub(super) fn begin_with(&mut self, mut bytes: &[u8]) {
        self.begin();
        while !bytes.is_empty() {
            let same = (self.len() as WordId).saturating_sub(read_number(&mut bytes));
            let length = read_number(&mut bytes) as usize;
            let (letters, rest) = bytes.split_at(length.min(bytes.len()));
            let start = self.features.len();
            let letters = String::from_utf8_lossy(letters);
            let cut = self.lexicon.cut(&letters, &mut self.features);
            self.add(&letters, cut.masked, start, same);
            bytes = rest;
        }
    }
}

/// The numbers of words by their keys: open addressing, since this is asked for every word of a dump.
#[derive(Default)]
struct WordIds {
    /// The halves of a key, and the number, one more than it is; 0 where there is none. A power of two of them.
    slots: Vec<[u32; 3]>,
    len: usize,
}

/// The halves of a key.
fn halves(key: u64) -> [u32; 2] {
    [(key >> 32) as u32, key as u32]
}

impl WordIds {
    fn find(&self, key: u64) -> Option<WordId> {
        let mask = self.slots.len().checked_sub(1)?;
        let [high, low] = halves(key);
        let mut at = low as usize & mask;
        loop {
            match self.slots[at] {
                [_, _, 0] => return None,
                [x, y, number] if (x, y) == (high, low) => return Some(number - 1),
                _ => at = (at + 1) & mask,
            }
        }
    }

    fn insert(&mut self, key: u64, id: WordId) {
        if self.len * 2 >= self.slots.len() {
            let larger = vec![[0; 3]; (self.slots.len() * 2).max(1 << 12)];
            let slots = std::mem::replace(&mut self.slots, larger);
            let taken = slots.into_iter().filter(|slot| slot[2] > 0);
            taken.for_each(|slot| self.put(slot));
        }
        self.len += 1;
        let [high, low] = halves(key);
        self.put([high, low, id + 1]);
    }

    fn clear(&mut self) {
        self.slots.fill([0; 3]);
        self.len = 0;
    }

    fn put(&mut self, slot: [u32; 3]) {
        let mask = self.slots.len() - 1;
        let mut at = slot[1] as usize & mask;
        while self.slots[at][2] > 0 {
            at = (at + 1) & mask;
        }
        self.slots[at] = slot;
    }
}

/// The key of the word that stands here: its bytes, eight at a time, folded.
fn key(text: &[u8], word: Range<usize>) -> u64 {
    let mut hash = word.len() as u64;
    let mut at = word.start;
    while at + 8 < word.end {
        hash = mix(hash ^ eight(text, at)).rotate_left(7);
        at += 8;
    }
    // What is behind the word is shifted out.
    let behind = 8 * (8 - (word.end - at).clamp(1, 8)) as u32;
    mix(hash ^ eight(text, at) << behind)
}

/// Eight bytes of a text; beyond its end zeros.
fn eight(text: &[u8], at: usize) -> u64 {
    match text[at..].first_chunk() {
        Some(eight) => u64::from_le_bytes(*eight),
        None => {
            let rest = text[at..].iter().rev();
            rest.fold(0, |eight, &byte| eight << 8 | u64::from(byte))
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

#[cfg(test)]
mod tests {
    use super::*;

    fn id(words: &mut Vocabulary, word: &str) -> WordId {
        words.word(word, 0..word.len())
    }

    #[test]
    fn words_of_one_normal_form_count_as_one_and_keep_their_letters() {
        let mut words = Vocabulary::default();
        let ids: Vec<WordId> = ["Bay", "bay", "BAY", "bays", "Bay", "東京", "2020"]
            .map(|word| id(&mut words, word))
            .to_vec();
        assert_eq!(ids, [0, 1, 2, 3, 0, 4, 5]);
        let same: Vec<WordId> = ids.iter().map(|&id| words.same(id)).collect();
        assert_eq!(same, [0, 0, 0, 3, 0, 4, 5]);
        let mut again = Vocabulary::default();
        again.begin_with(&words.to_bytes());
        for id in ids {
            assert_eq!(again.letters(id), words.letters(id));
            assert_eq!(again.same(id), words.same(id));
            assert_eq!(again.masked(id), words.masked(id));
            assert_eq!(again.features(id), words.features(id));
        }
    }

    #[test]
    fn a_word_has_one_key_wherever_it_stands_and_no_other_has_it() {
        let words: Vec<String> = (1..40).map(|n| "a".repeat(n)).collect();
        let mut keys: Vec<u64> = words
            .iter()
            .map(|word| key(word.as_bytes(), 0..word.len()))
            .collect();
        for (word, &known) in words.iter().zip(&keys) {
            let text = format!("b{word}, and then some more of it");
            assert_eq!(key(text.as_bytes(), 1..word.len() + 1), known);
            let text = format!("b{word}!");
            assert_eq!(key(text.as_bytes(), 1..word.len() + 1), known);
        }
        keys.sort_unstable();
        keys.dedup();
        assert_eq!(keys.len(), 39);
    }
}

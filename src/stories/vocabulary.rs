//! The vocabulary: the words that a thread met lately, by numbers of their own.
//!
//! A few hundred articles have few different words. Counted by such numbers, all that is counted lies close together, where
//! numbers of a whole dump lie far apart; and what a word is cut into, and what that is worth, is looked up once for all of
//! them.

use super::features::Feature;
use super::lexicon::Lexicon;
use crate::fingerprint::mix;

/// A word's number in the vocabulary.
pub(super) type WordId = u32;

/// What is known of a word.
#[derive(Clone, Copy)]
struct Word {
    /// The first word of the same normal form.
    same: WordId,
    /// Where its features lie among all.
    features: (u32, u32),
    masked: u32,
    /// Where its letters end among all.
    end: u32,
}

/// Words by number.
#[derive(Default)]
pub(super) struct Vocabulary {
    lexicon: Lexicon,
    ids: WordIds,
    normals: WordIds,
    words: Vec<Word>,
    letters: String,
    features: Vec<Feature>,
}

impl Vocabulary {
    /// Forgets all words.
    pub(super) fn begin(&mut self) {
        self.ids.clear();
        self.normals.clear();
        self.words.clear();
        self.letters.clear();
        self.features.clear();
    }

    /// The number of a word as it was read.
    pub(super) fn word(&mut self, raw: &str) -> WordId {
        let key = key(raw.as_bytes());
        match self.ids.find(key) {
            Some(word) => word,
            None => {
                let id = self.add(raw);
                self.ids.insert(key, id);
                id
            }
        }
    }

    fn add(&mut self, raw: &str) -> WordId {
        let start = self.features.len();
        let cut = self.lexicon.cut(raw, &mut self.features);
        let id = self.words.len() as WordId;
        let mut features = (start as u32, self.features.len() as u32);
        let same = match self.normals.find(cut.normal) {
            Some(same) => {
                self.features.truncate(start);
                features = self.words[same as usize].features;
                same
            }
            None => {
                self.normals.insert(cut.normal, id);
                id
            }
        };
        self.letters.push_str(raw);
        self.words.push(Word {
            same,
            features,
            masked: cut.masked,
            end: self.letters.len() as u32,
        });
        id
    }

    /// How many words have a number.
    pub(super) fn len(&self) -> usize {
        self.words.len()
    }

    /// The first word of the same normal form: all that counts words counts those.
    pub(super) fn same(&self, word: WordId) -> WordId {
        self.words[word as usize].same
    }

    /// The features of a word: its grams, then its stem.
    pub(super) fn features(&self, word: WordId) -> &[Feature] {
        let (start, end) = self.words[word as usize].features;
        &self.features[start as usize..end as usize]
    }

    /// The grams of a word.
    pub(super) fn grams(&self, word: WordId) -> &[Feature] {
        let (start, end) = self.words[word as usize].features;
        &self.features[start as usize..end as usize - 1]
    }

    /// The stem of a word.
    pub(super) fn stem(&self, word: WordId) -> Feature {
        self.features[self.words[word as usize].features.1 as usize - 1]
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

    /// Begins with words that were kept as bytes; none is to be asked for by its letters.
    pub(super) fn begin_with(&mut self, mut bytes: &[u8]) {
        self.begin();
        while !bytes.is_empty() {
            let length = read_number(&mut bytes) as usize;
            let (letters, rest) = bytes.split_at(length.min(bytes.len()));
            self.add(&String::from_utf8_lossy(letters));
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

/// A word's key: its bytes, eight at a time, folded.
fn key(word: &[u8]) -> u64 {
    let (eights, rest) = word.as_chunks::<8>();
    let mut hash = word.len() as u64;
    for eight in eights {
        hash = mix(hash ^ u64::from_le_bytes(*eight));
    }
    mix(hash.rotate_left(7) ^ few(rest))
}

/// Up to seven bytes as a number, in which none is lost.
fn few(bytes: &[u8]) -> u64 {
    if let (Some(first), Some(last)) = (bytes.first_chunk::<4>(), bytes.last_chunk::<4>()) {
        let last = u64::from(u32::from_le_bytes(*last));
        return last << 32 | u64::from(u32::from_le_bytes(*first));
    }
    match *bytes {
        [] => 0,
        [a] => u64::from(a),
        [a, b] => u64::from(a) << 8 | u64::from(b),
        [a, b, .., c] => u64::from(a) << 16 | u64::from(b) << 8 | u64::from(c),
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

    #[test]
    fn words_of_one_normal_form_count_as_one_and_keep_their_letters() {
        let mut words = Vocabulary::default();
        let ids: Vec<WordId> = ["Bay", "bay", "BAY", "bays", "Bay", "東京", "2020"]
            .map(|word| words.word(word))
            .to_vec();
        assert_eq!(ids, [0, 1, 2, 3, 0, 4, 5]);
        let same: Vec<WordId> = ids.iter().map(|&id| words.same(id)).collect();
        assert_eq!(same, [0, 0, 0, 3, 0, 4, 5]);
        let mut again = Vocabulary::default();
        again.begin_with(&words.to_bytes());
        for id in ids {
            assert_eq!(again.letters(id), words.letters(id));
            assert_eq!(again.features(id), words.features(id));
        }
    }

    #[test]
    fn words_of_any_length_have_keys_of_their_own() {
        let words: Vec<String> = (0..40).map(|n| "a".repeat(n)).collect();
        let mut keys: Vec<u64> = words.iter().map(|word| key(word.as_bytes())).collect();
        keys.extend((1..40).map(|n| key(format!("{}b", "a".repeat(n - 1)).as_bytes())));
        keys.sort_unstable();
        keys.dedup();
        assert_eq!(keys.len(), 79);
    }
}

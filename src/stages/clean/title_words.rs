//! Titles by their words, to be found at the head of texts without line breaks.

use xxhash_rust::xxh3::xxh3_64;
use zerocopy::{FromBytes, Immutable, IntoBytes};

use super::phrases::{JOIN, Word, join};
use super::sieve::BloomFilter;
use crate::error::Result;
use crate::kernel::mix;
use crate::spill::{Keyed, Sorted};

/// A title of fewer bytes than this is too common a phrase to be known as a title.
const TITLE_BYTES: usize = 12;

/// A title by its words.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(super) struct Title {
    hash: u64,
    words: usize,
    /// The hash of its first words, up to [`OPENING`].
    opening: u64,
}

/// Titles are looked up by so many of their first words.
const OPENING: usize = 3;
/// Of the titles with one opening so many are known, those of smallest hash.
const ALIKE: usize = 64;

impl Title {
    /// `None` for a title that is too short to be told from a common phrase.
    pub(super) fn of(title: &str) -> Option<Title> {
        if title.trim().len() < TITLE_BYTES {
            return None;
        }
        let mut found = Title {
            hash: JOIN,
            words: 0,
            opening: JOIN,
        };
        for word in title.split_whitespace() {
            found.hash = mix(found.hash ^ xxh3_64(word.as_bytes()));
            found.words += 1;
            if found.words <= OPENING {
                found.opening = found.hash;
            }
        }
        Some(found)
    }

    /// Its hash, how many words it has, and the hash of its first ones.
    pub(super) fn parts(&self) -> (u64, usize, u64) {
        (self.hash, self.words, self.opening)
    }

    /// The title of these parts.
    pub(super) fn of_parts(hash: u64, words: usize, opening: u64) -> Title {
        Title {
            hash,
            words,
            opening,
        }
    }
}

/// A title as it is sorted: by its first words, how many of them there are, then as titles are.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, FromBytes, IntoBytes, Immutable)]
#[repr(C)]
pub(super) struct TitleEntry {
    opening: u64,
    opens: u32,
    words: u32,
    hash: u64,
}

impl From<Title> for TitleEntry {
    fn from(title: Title) -> TitleEntry {
        TitleEntry {
            opening: title.opening,
            opens: title.words.min(OPENING) as u32,
            words: title.words as u32,
            hash: title.hash,
        }
    }
}

impl TitleEntry {
    fn key(&self) -> (u64, usize) {
        (self.opening, self.opens as usize)
    }

    fn title(&self) -> Title {
        Title {
            hash: self.hash,
            words: self.words as usize,
            opening: self.opening,
        }
    }
}

impl Keyed for TitleEntry {
    fn key(&self) -> u64 {
        self.opening
    }
}

/// The titles of a dump, by their first words.
#[derive(Clone, Debug, Default)]
pub(super) struct TitleWords {
    titles: Vec<TitleEntry>,
    /// Lets through the openings there are.
    sieve: BloomFilter,
}

impl TitleWords {
    pub(super) fn new(sorted: &Sorted<TitleEntry>) -> Result<TitleWords> {
        let mut titles: Vec<TitleEntry> = Vec::new();
        sorted.scan(|piece| {
            for same in piece.chunk_by(|a, b| a.key() == b.key()) {
                let mut same = same.to_vec();
                same.sort_unstable_by_key(TitleEntry::title);
                same.dedup();
                titles.extend(same.iter().take(ALIKE));
            }
            Ok(())
        })?;
        titles.shrink_to_fit();
        Ok(TitleWords::of_entries(titles))
    }

    /// The words of titles that were known before.
    pub(super) fn of(titles: Vec<Title>) -> TitleWords {
        let mut titles: Vec<TitleEntry> = titles.into_iter().map(TitleEntry::from).collect();
        titles.sort_unstable_by_key(|title| (title.key(), title.title()));
        TitleWords::of_entries(titles)
    }

    fn of_entries(titles: Vec<TitleEntry>) -> TitleWords {
        let sieve = BloomFilter::of(titles.iter().map(|title| title.opening));
        TitleWords { titles, sieve }
    }

    /// The bytes they take.
    pub(super) fn bytes(&self) -> u64 {
        (self.titles.len() * size_of::<TitleEntry>()) as u64 + self.sieve.bytes()
    }

    fn of_opening(&self, opening: u64, opens: usize) -> impl Iterator<Item = Title> {
        let key = (opening, opens);
        let start = self.titles.partition_point(|title| title.key() < key);
        self.titles[start..]
            .iter()
            .take_while(move |title| title.key() == key)
            .map(TitleEntry::title)
    }

    /// All titles that are known.
    pub(super) fn all(&self) -> impl Iterator<Item = Title> + '_ {
        self.titles.iter().map(TitleEntry::title)
    }

    /// How many words the longest title has that stands at the head of these words.
    pub(super) fn starts(&self, words: &[Word], own: Option<Title>) -> Option<usize> {
        let stands = |title: &Title| {
            Some(*title) != own
                && words
                    .get(..title.words)
                    .is_some_and(|words| join(words) == title.hash)
        };
        let mut opening = JOIN;
        let mut longest = None;
        for (len, word) in (1..=OPENING).zip(words) {
            opening = mix(opening ^ word.1);
            if !self.sieve.may_hold(opening) {
                continue;
            }
            let titles = self.of_opening(opening, len);
            longest = longest.max(titles.filter(stands).map(|title| title.words).max());
        }
        longest
    }
}

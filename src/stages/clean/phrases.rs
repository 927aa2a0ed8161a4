//! Phrases: what lines are to a page, runs of words are to a text without line breaks.
//!
//! A text that lost its line breaks still opens with its site's menu and ends with its rankings. Runs of six words stand
//! in for lines there: they are learned like lines, and dropped only in one piece with the head or the foot of the text.
//! Other articles' titles are known by their words.

use std::ops::Range;

use xxhash_rust::xxh3::xxh3_64;

use super::doubts::SHORT_TEXT;
use super::learn::{Evidence, LineStats};
use super::lines::words as count_words;
use super::title_words::{Title, TitleWords};
use crate::kernel::mix;

/// A text is unbroken if its lines have more bytes than this on average, or if it has one line only.
const LINE_BYTES: usize = 1000;
/// How many words make a phrase.
const PHRASE: usize = 6;
/// Phrases are learned at the head of a text, in so many words, ...
const HEAD_WORDS: usize = 48;
/// ... and at its foot, in so many.
const FOOT_WORDS: usize = 320;
/// So many words of no known kind may stand between two known pieces of a foot.
const GAP_WORDS: usize = 12;

/// Whether a text of `bytes` bytes in so many lines has lost its line breaks.
pub(super) fn is_unbroken(lines: usize, bytes: usize) -> bool {
    lines == 1 || (lines > 0 && bytes / lines > LINE_BYTES)
}

/// A word of an unbroken text: where it stands, and its hash.
pub(super) type Word = (Range<usize>, u64);

fn find_words(text: &str, words: &mut Vec<Word>) {
    let start = |word: &str| word.as_ptr() as usize - text.as_ptr() as usize;
    words.clear();
    words.extend(text.split_whitespace().map(|word| {
        (
            start(word)..start(word) + word.len(),
            xxh3_64(word.as_bytes()),
        )
    }));
}

/// The hash of no words.
pub(super) const JOIN: u64 = 1;

pub(super) fn join(words: &[Word]) -> u64 {
    words.iter().fold(JOIN, |hash, word| mix(hash ^ word.1))
}

/// The phrase as it is learned and looked up: never the hash of a line.
fn phrase(words: &[Word]) -> u32 {
    (join(words) >> 32) as u32
}

/// The hash under which a phrase stands among the learned lines.
pub(super) fn as_line(phrase: u32) -> u64 {
    mix(u64::from(phrase) | 1 << 40)
}

/// The phrases by which an unbroken text is learned from; `words` is a buffer.
pub(super) fn phrases(text: &str, words: &mut Vec<Word>) -> Box<[u32]> {
    find_words(text, words);
    let foot = words
        .len()
        .saturating_sub(FOOT_WORDS)
        .max(HEAD_WORDS.min(words.len()));
    let mut found: Vec<u32> = words[..HEAD_WORDS.min(words.len())]
        .windows(PHRASE)
        .chain(words[foot..].windows(PHRASE))
        .map(phrase)
        .collect();
    found.sort_unstable();
    found.dedup();
    found.into()
}

/// What is known of the words of an unbroken text.
struct Known {
    /// What was learned of the phrase that begins with each word.
    learned: Vec<Option<LineStats>>,
    /// How many words the title has that begins with each word; 0 where none does.
    titled: Vec<usize>,
    /// Which words are no words.
    marks: Vec<bool>,
}

/// What is left of a text that has up to twice as many words as a short one is half of it, or so many words; ...
const SOME_WORDS: usize = 24;
/// ... what is left of a longer one has so many, ...
const FEW_WORDS: usize = 8;
/// ... unless this share of it, as one in so many, is certainly furniture, and as much of it lists, so that the page may
/// have no article.
const LIST_SHARE: usize = 4;
/// So many words beyond a piece that more than twice as many pages have are how sentences begin, or end, by chance.
const CHANCE_WORDS: usize = 3;

/// The stretches at the head and the foot of an unbroken text that are furniture; `words` is a buffer.
pub(super) fn furniture(
    text: &str,
    words: &mut Vec<Word>,
    own: Option<Title>,
    titles: &TitleWords,
    learned: impl Fn(u32) -> Option<LineStats>,
) -> Vec<Range<usize>> {
    find_words(text, words);
    let is_mark = |word: &Word| !text[word.0.clone()].chars().any(char::is_alphanumeric);
    let phrases = (0..words.len()).map(|at| words.get(at..at + PHRASE));
    let titled = (0..words.len()).map(|at| titles.starts(&words[at..], own).unwrap_or(0));
    let known = Known {
        learned: phrases.map(|words| learned(phrase(words?))).collect(),
        titled: titled.collect(),
        marks: words.iter().map(is_mark).collect(),
    };
    let is_learned = known.learned.iter().any(Option::is_some);
    if !is_learned && !known.words(Evidence::Weak).contains(&false) {
        // An item that another took for its title, not a page of nothing but titles.
        return Vec::new();
    }
    known.stretches(text, words)
}

impl Known {
    /// Which words are known by phrases of such evidence, or, where any will do, by titles.
    fn words(&self, least: Evidence) -> Vec<bool> {
        let mut known = vec![false; self.marks.len()];
        for at in 0..known.len() {
            let learned = self.learned[at].is_some_and(|learned| learned.evidence >= least);
            let titled = if least == Evidence::Weak {
                self.titled[at]
            } else {
                0
            };
            let reach = titled.max(if learned { PHRASE } else { 0 });
            known[at..at + reach].fill(true);
        }
        known
    }

    /// What is dropped, as far as enough is left.
    fn stretches(&self, text: &str, words: &[Word]) -> Vec<Range<usize>> {
        let kept = self.kept(&self.words(Evidence::Weak), GAP_WORDS);
        if kept.len() == words.len() {
            return Vec::new();
        }
        let size = |kept: &Range<usize>| match kept.is_empty() {
            true => 0,
            false => count_words(&text[words[kept.start].0.start..words[kept.end - 1].0.end]),
        };
        let (total, left) = (size(&(0..words.len())), size(&kept));
        let is_enough = match total {
            ..=SHORT_TEXT => false,
            total if total <= 2 * SHORT_TEXT => left * 2 >= total || left >= SOME_WORDS,
            _ => left >= FEW_WORDS,
        };
        let kept = if is_enough {
            kept
        } else {
            let certain = self.words(Evidence::Certain);
            if total > 2 * SHORT_TEXT && self.is_without_article(&certain) {
                kept
            } else {
                Some(self.kept(&certain, 0))
                    .filter(|kept| !kept.is_empty())
                    .unwrap_or(0..words.len())
            }
        };
        let mut found = Vec::new();
        if kept.start > 0 {
            found.push(words[0].0.start..words[kept.start - 1].0.end);
        }
        if kept.end < words.len() {
            found.push(words[kept.end].0.start..text.len());
        }
        found
    }

    /// Whether a text has menus and lists, given which words are certainly furniture, and so may be nothing else.
    fn is_without_article(&self, certain: &[bool]) -> bool {
        let known = self.words(Evidence::Weak);
        let many = |words: &mut dyn Iterator<Item = bool>| {
            words.filter(|&it| it).count() * LIST_SHARE >= certain.len()
        };
        let other = known
            .iter()
            .zip(certain)
            .map(|(&known, &certain)| known && !certain);
        many(&mut certain.iter().copied()) && many(&mut other.into_iter())
    }

    /// The words between head and foot, given which are known and how many others may stand between them in the foot.
    fn kept(&self, known: &[bool], gap: usize) -> Range<usize> {
        let is_known = |&at: &usize| known[at] || self.marks[at];
        let head = (0..known.len()).take_while(is_known).count();
        let head = if known[..head].contains(&true) {
            self.end_of_head(head)
        } else {
            0
        };
        let foot = foot(&known[head..], gap) + head;
        head..self.start_of_foot(foot)
    }

    /// Where the head ends, without the words that some pages begin their articles with.
    fn end_of_head(&self, head: usize) -> usize {
        let is_edge = |&end: &usize| {
            let at = end - PHRASE;
            self.is_rarer(at + 1, at) && self.titled[end..head].iter().all(|&words| words == 0)
        };
        let ends = head.saturating_sub(CHANCE_WORDS).max(PHRASE)..head;
        ends.rev().find(is_edge).unwrap_or(head)
    }

    /// Where the foot starts, without the words that some pages end their articles with.
    fn start_of_foot(&self, foot: usize) -> usize {
        let is_edge = |&start: &usize| {
            self.is_rarer(start - 1, start)
                && self.titled[foot..start].iter().all(|&words| words == 0)
        };
        let starts = foot + 1..(foot + 1 + CHANCE_WORDS).min(self.marks.len());
        starts.into_iter().find(is_edge).unwrap_or(foot)
    }

    /// Whether the phrase at `at` stands on less than half of the pages that the one at `other` stands on.
    fn is_rarer(&self, at: usize, other: usize) -> bool {
        match (self.learned[at], self.learned[other]) {
            (Some(at), Some(other)) => at.pages * 2 < other.pages,
            _ => false,
        }
    }
}

/// Where the foot starts, given which words are known: it is mostly known, with gaps of so many words at most.
fn foot(known: &[bool], most: usize) -> usize {
    let (mut start, mut gap, mut count) = (known.len(), 0, 0);
    for at in (0..known.len()).rev() {
        gap = if known[at] { 0 } else { gap + 1 };
        if gap > most {
            break;
        }
        if known[at] {
            start = at;
            count += 1;
        }
    }
    if count * 2 >= known.len() - start {
        start
    } else {
        known.len()
    }
}

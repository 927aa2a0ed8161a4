//! Features: what of an article's words and letters can tell its story from others.

mod letters;
mod naming;

use std::ops::Range;

use super::vocabulary::{Vocabulary, WordId};
use crate::fingerprint::mix;
use letters::{CAPITAL, Letters, SPACELESS, STOP, WORD};
pub(super) use naming::{Named, named};

/// A feature's hash; its lowest bits say what kind it is. It never changes between versions.
pub(super) type Feature = u32;

/// What a feature is made of.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Kind {
    /// A few neighbouring letters of one word: they carry inflected languages, in which words lose.
    Gram,
    /// Two stems that stand side by side.
    Pair,
    /// A word's first letters.
    Stem,
    /// Three words in a row, as [`forms`](super::forms) has them.
    Window,
}

/// The feature of a hash.
pub(super) fn feature(kind: Kind, hash: u64) -> Feature {
    (mix(hash ^ (kind as u64) << 60) >> 32) as u32 & !3 | kind as u32
}

/// Whether a feature is a stem.
pub(super) fn is_stem(feature: Feature) -> bool {
    feature & 3 == Kind::Stem as u32
}

/// The feature of two stems in a row.
pub(super) fn pair(before: Feature, stem: Feature) -> Feature {
    feature(Kind::Pair, u64::from(before) << 32 | u64::from(stem))
}

/// How often a word counts in a title.
const TITLE: u32 = 3;
/// How often a word counts that begins with a capital without beginning a sentence: names tell stories.
const NAME: u32 = 2;
/// A story is told in the beginning of an article: so many words of a title count, and of a text.
const LONGEST: usize = 384;

/// A word as it is used in an article.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct Use {
    pub(super) word: WordId,
    pub(super) marks: Marks,
}

/// What is known of the use of a word, in one byte.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct Marks(pub(super) u8);

impl Marks {
    const TITLE: u8 = 1;
    const NAME: u8 = 2;
    const OPENS: u8 = 4;
    const SPACED: u8 = 8;
    const DROPPED: u8 = 16;
    /// Where the number of uses begins that lie between the word and the one it makes a pair with.
    const BACK: u32 = 6;

    fn set(self, mark: u8, is_set: bool) -> Marks {
        Marks(self.0 | if is_set { mark } else { 0 })
    }

    fn has(self, mark: u8) -> bool {
        self.0 & mark != 0
    }

    /// How often the word counts.
    pub(super) fn weight(self) -> u32 {
        let title = if self.in_title() { TITLE } else { 1 };
        let name = if self.has(Marks::NAME) { NAME } else { 1 };
        if self.has(Marks::DROPPED) {
            0
        } else {
            title * name
        }
    }

    /// So many uses before it stands the one it makes a pair with; 0 where there is none.
    pub(super) fn back(self) -> usize {
        usize::from(self.0 >> Marks::BACK)
    }

    /// Whether it opens a sentence, so that its capital means nothing.
    pub(super) fn opens(self) -> bool {
        self.has(Marks::OPENS)
    }

    /// Whether it stands in the title.
    pub(super) fn in_title(self) -> bool {
        self.has(Marks::TITLE)
    }

    /// Whether it is a word with spaces around it.
    pub(super) fn is_spaced(self) -> bool {
        self.has(Marks::SPACED)
    }

    /// The same for a use that counts no more.
    pub(super) fn dropped(self) -> Marks {
        self.set(Marks::DROPPED, true)
    }
}

/// Cuts articles into words, keeping its room between articles.
#[derive(Default)]
pub(super) struct Cutter {
    /// The words of the batch at hand.
    pub(super) vocabulary: Vocabulary,
    /// Those of the article last cut, in the order of the text.
    pub(super) uses: Vec<Use>,
    /// How many there may be.
    most: usize,
    in_title: bool,
}

impl Cutter {
    /// Cuts an article of this title and of the stretches of this text that cleaning kept.
    pub(super) fn cut(&mut self, title: &str, text: &str, kept: &[Range<usize>]) {
        self.uses.clear();
        self.in_title = true;
        self.most = LONGEST;
        self.add(title, 0..title.len());
        self.in_title = false;
        self.most = self.uses.len() + LONGEST;
        for stretch in kept {
            self.add(text, stretch.clone());
        }
    }

    fn add(&mut self, text: &str, stretch: Range<usize>) {
        // The head of a text opens a sentence; a pair reaches over no line end.
        let (mut opens, mut joined) = (true, false);
        let letters = Letters::table();
        let mut at = stretch.start;
        while at < stretch.end && self.uses.len() < self.most {
            let (class, len) = letters.at(text, at);
            if class & WORD == 0 {
                opens |= class & STOP != 0;
                joined &= text.as_bytes()[at] != b'\n';
                at += len;
                continue;
            }
            let end = letters.word_end(text, at, stretch.end);
            let marks = Marks(0)
                .set(Marks::TITLE, self.in_title)
                .set(Marks::NAME, !opens && class & CAPITAL != 0);
            let is_spaced = class & SPACELESS == 0;
            if is_spaced {
                let marks = marks.set(Marks::SPACED, true).set(Marks::OPENS, opens);
                self.push(text, at..end, marks, u8::from(joined));
            } else {
                self.run(text, at..end, marks);
            }
            (opens, joined) = (false, is_spaced);
            at = end;
        }
    }

    /// A run of a script without spaces: its pieces overlap, and two that touch or overlap least are a pair.
    fn run(&mut self, text: &str, run: Range<usize>, marks: Marks) {
        // Thai, Lao, Burmese and Khmer write letters and vowel signs; Han and Kana whole syllables.
        let has_letters = text[run.clone()].starts_with(
            |c| matches!(c, '\u{e01}'..='\u{eff}' | '\u{1000}'..='\u{109f}' | '\u{1780}'..='\u{17d3}'),
        );
        let (n, step) = if has_letters { (4, 3) } else { (2, 1) };
        let places = text[run.clone()].char_indices();
        let mut places: Vec<usize> = places.map(|(at, _)| run.start + at).collect();
        places.push(run.end);
        let n = n.min(places.len() - 1);
        let most = self.most - self.uses.len();
        for (at, piece) in places.windows(n + 1).take(most).enumerate() {
            let back = if at >= step { step as u8 } else { 0 };
            self.push(text, piece[0]..piece[n], marks, back);
        }
    }

    fn push(&mut self, text: &str, word: Range<usize>, marks: Marks, back: u8) {
        self.uses.push(Use {
            word: self.vocabulary.word(text, word),
            marks: Marks(marks.0 | back << Marks::BACK),
        });
    }
}

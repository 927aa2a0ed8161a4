//! Features: what of an article's words and letters can tell its story from others.

mod letters;
mod margins;
mod naming;
mod parts;

use std::ops::Range;

use super::titles::{self, RowHash, TitleParts};
use super::vocabulary::{Vocabulary, WordId};
use crate::corpus::Article;
use crate::kernel::mix;
use letters::{CAPITAL, Letters, SPACELESS, STOP, WORD, is_stop};
use margins::margins;
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

/// Whether a feature is a pair of stems.
pub(super) fn is_pair(feature: Feature) -> bool {
    feature & 3 == Kind::Pair as u32
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
    const CLOSE: u8 = 32;
    /// Where the number of uses begins that lie between the word and the one it makes a pair with; [`JOINED`] for one that a
    /// hyphen or an apostrophe joins to the one before.
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
        match self.0 >> Marks::BACK {
            JOINED => 1,
            back => back.into(),
        }
    }

    /// What stands between it and the word before, where both may be one name.
    pub(super) fn joint(self) -> Option<char> {
        match (self.0 >> Marks::BACK, self.has(Marks::CLOSE)) {
            (JOINED, false) => Some('-'),
            (JOINED, true) => Some('\u{2019}'),
            (_, true) => Some(' '),
            _ => None,
        }
    }

    /// Whether it has a capital that means something.
    pub(super) fn is_name(self) -> bool {
        self.has(Marks::NAME)
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

/// Stands for the word before, where a hyphen or an apostrophe joins them.
const JOINED: u8 = 2;

/// How a word is joined to the one before, with this between them: how far back that is, and whether they are close.
fn join(between: &str) -> (u8, bool) {
    match between {
        " " | "\u{a0}" => (1, true),
        "-" | "\u{2011}" => (JOINED, false),
        "'" | "\u{2019}" => (JOINED, true),
        _ => (1, false),
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
    /// Where the parts of the title lie in it, and among the uses.
    spans: Vec<Range<usize>>,
    parts: Vec<Range<usize>>,
    recurring: Vec<Feature>,
}

impl Cutter {
    /// Cuts an article, of whose text cleaning kept these stretches, without what is furniture of titles.
    ///
    /// The words of its margins count where the rest has them too.
    pub(super) fn cut(
        &mut self,
        article: &Article<'_>,
        kept: &[Range<usize>],
        furniture: &TitleParts,
    ) {
        self.title(&article.title);
        if self.parts.len() > 1 && !furniture.is_empty() {
            self.drop_parts(article.source.as_deref(), furniture);
        }
        let titled = self.uses.len();
        let text = &*article.text;
        let own = margins(text, kept);
        self.most = titled + LONGEST;
        let (mut head, mut foot) = (titled, None);
        for stretch in kept {
            let end = stretch.end;
            let borders = [own.start, own.end].map(|at| at.clamp(stretch.start, end));
            if borders[0] > stretch.start {
                self.add(text, stretch.start..borders[0], true);
                head = self.uses.len();
            }
            self.add(text, borders[0]..borders[1], true);
            if borders[1] < end {
                foot.get_or_insert(self.uses.len());
                self.add(text, borders[1]..end, true);
            }
        }
        self.drop_margins(titled..head, foot.unwrap_or(self.uses.len()));
    }

    /// Cuts a title into the words of its parts.
    pub(super) fn title(&mut self, title: &str) {
        self.uses.clear();
        self.parts.clear();
        self.most = LONGEST;
        self.in_title = true;
        let mut spans = std::mem::take(&mut self.spans);
        parts::parts(title, &mut spans);
        let mut end = 0;
        for span in &spans {
            let opens = end == 0 || title[end..span.start].contains(is_stop);
            let start = self.uses.len();
            self.add(title, span.clone(), opens);
            self.parts.push(start..self.uses.len());
            end = span.end;
        }
        self.spans = spans;
        self.in_title = false;
    }

    /// Where the parts of the title last cut lie among the uses.
    pub(super) fn parts(&self) -> &[Range<usize>] {
        &self.parts
    }

    /// The hash of a row of words, numbers alike.
    pub(super) fn hash(&self, row: Range<usize>) -> u64 {
        let with = |hash: RowHash, at| hash.with(self.word(at));
        row.fold(RowHash::default(), with).part()
    }

    /// The hash of a word, numbers alike.
    pub(super) fn word(&self, at: usize) -> u32 {
        let word = self.uses[at].word;
        match self.vocabulary.masked(word) {
            0 => self.vocabulary.stem(word),
            masked => masked,
        }
    }

    /// The stem of a word.
    pub(super) fn stem(&self, at: usize) -> Feature {
        self.vocabulary.stem(self.uses[at].word)
    }

    /// Drops the parts of the title that are furniture.
    fn drop_parts(&mut self, source: Option<&str>, furniture: &TitleParts) {
        let source = source.map(titles::source);
        let mut parts = std::mem::take(&mut self.parts);
        let mut end = 0;
        parts.retain_mut(|part| {
            let is_own = !furniture.holds(self.hash(part.clone()), source);
            if is_own {
                let start = end;
                self.uses.copy_within(part.clone(), start);
                end += part.len();
                *part = start..end;
            }
            is_own
        });
        self.parts = parts;
        self.uses.truncate(end);
    }

    /// Drops the words at the head, and those from the foot on, that stand nowhere else.
    fn drop_margins(&mut self, head: Range<usize>, foot: usize) {
        let margins = head.clone().chain(foot..self.uses.len());
        let bit = |stem: Feature| (stem >> 2) as usize & 511;
        let mut bits = [0u64; 8];
        for at in margins.clone() {
            let bit = bit(self.stem(at));
            bits[bit / 64] |= 1 << (bit % 64);
        }
        if bits == [0; 8] {
            return;
        }
        let mut recurring = std::mem::take(&mut self.recurring);
        recurring.clear();
        for at in (0..head.start).chain(head.end..foot) {
            let stem = self.stem(at);
            if bits[bit(stem) / 64] >> (bit(stem) % 64) & 1 == 1 {
                recurring.push(stem);
            }
        }
        recurring.sort_unstable();
        for at in margins {
            if recurring.binary_search(&self.stem(at)).is_err() {
                self.uses[at].marks = self.uses[at].marks.dropped();
            }
        }
        self.recurring = recurring;
    }

    /// Adds the words of a stretch, at whose head a sentence opens or does not; a pair reaches over no line end.
    fn add(&mut self, text: &str, stretch: Range<usize>, mut opens: bool) {
        // Where the word before ends that this one makes a pair with.
        let mut joined: Option<usize> = None;
        let letters = Letters::table();
        let mut at = stretch.start;
        while at < stretch.end && self.uses.len() < self.most {
            let (class, len) = letters.at(text, at);
            if class & WORD == 0 {
                opens |= class & STOP != 0;
                joined = joined.filter(|_| text.as_bytes()[at] != b'\n');
                at += len;
                continue;
            }
            let end = letters.word_end(text, at, stretch.end);
            let marks = Marks(0)
                .set(Marks::TITLE, self.in_title)
                .set(Marks::NAME, !opens && class & CAPITAL != 0);
            let is_spaced = class & SPACELESS == 0;
            if is_spaced {
                let (back, is_close) = joined.map_or((0, false), |before| join(&text[before..at]));
                let marks = marks.set(Marks::SPACED, true).set(Marks::OPENS, opens);
                self.push(text, at..end, marks.set(Marks::CLOSE, is_close), back);
            } else {
                self.run(text, at..end, marks);
            }
            (opens, joined) = (false, is_spaced.then_some(end));
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
        // Of letters three pieces and more make a word: they count for one.
        let of_word = if has_letters { 3 } else { 1 };
        let most = (self.most - self.uses.len()) * of_word;
        let pieces = most.min(places.len() - n);
        self.most += pieces - pieces.div_ceil(of_word);
        for (at, piece) in places.windows(n + 1).take(pieces).enumerate() {
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

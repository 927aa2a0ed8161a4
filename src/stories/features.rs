//! Features: what of an article's words and letters can tell its story from others.

use std::ops::Range;

use unicode_normalization::char::is_combining_mark;

use super::forms::Window;
use crate::fingerprint::{is_spaceless, mix, normalize};

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

/// The feature of two stems in a row.
pub(super) fn pair(before: Feature, stem: Feature) -> Feature {
    feature(Kind::Pair, u64::from(before) << 32 | u64::from(stem))
}

/// Letters in a gram.
const GRAM: usize = 4;
/// Syllables in a gram of Hangul, where one is a letter or two of other scripts.
const HANGUL_GRAM: usize = 2;
/// Letters in a stem.
const STEM: usize = 5;
/// How often a word counts in a title.
const TITLE: u32 = 3;
/// How often a word counts that begins with a capital without beginning a sentence: names tell stories.
const NAME: u32 = 2;
/// A story is told in the beginning of an article: bytes of text behind this count no more.
const LONGEST: usize = 1 << 16;

/// A stem as it stands in an article.
#[derive(Clone, Debug)]
pub(super) struct Placed {
    pub(super) stem: Feature,
    /// How often it counts.
    pub(super) weight: u32,
    /// So many stems before it stands the one it makes a pair with; 0 where there is none.
    pub(super) back: u8,
    /// Whether it opens a sentence, so that its capital means nothing.
    opens: bool,
    /// Its word, in the text as it was read.
    word: Range<usize>,
    in_title: bool,
}

/// What was found of a word.
struct Token {
    /// Its hash, with all numbers alike.
    masked: u64,
    /// Which grams of the article are its own, and which stem.
    grams: Range<usize>,
    stem: usize,
}

/// Cuts articles into features, keeping its room between articles.
#[derive(Default)]
pub(super) struct Cutter {
    normal: String,
    letters: Vec<char>,
    grams: Vec<(Feature, u32)>,
    stems: Vec<Placed>,
    tokens: Vec<Token>,
    in_title: bool,
}

impl Cutter {
    /// Cuts an article of this title and of the stretches of this text that cleaning kept.
    pub(super) fn cut(&mut self, title: &str, text: &str, kept: &[Range<usize>]) {
        self.grams.clear();
        self.stems.clear();
        self.tokens.clear();
        self.in_title = true;
        self.add(title, 0..title.len(), TITLE);
        self.in_title = false;
        let mut left = LONGEST;
        for stretch in kept {
            let end = text.floor_char_boundary(stretch.end.min(stretch.start + left));
            self.add(text, stretch.start..end, 1);
            left -= end - stretch.start;
        }
    }

    /// The grams met with how often each counts, ascending.
    pub(super) fn grams(&mut self) -> &[(Feature, u32)] {
        sum(&mut self.grams);
        &self.grams
    }

    /// The stems, in the order of the text.
    pub(super) fn stems(&self) -> &[Placed] {
        &self.stems
    }

    /// The word of this stem as a reader would write it: not at the head of a sentence, nor in a title, if it can be helped.
    pub(super) fn word<'t>(&self, stem: Feature, title: &'t str, text: &'t str) -> &'t str {
        let places = self.stems.iter().filter(|placed| placed.stem == stem);
        let best = places.min_by_key(|placed| (placed.in_title, placed.opens));
        best.map_or("", |placed| {
            let whole = if placed.in_title { title } else { text };
            &whole[placed.word.clone()]
        })
    }

    /// The windows of the article, in the order of the text.
    pub(super) fn windows(&self) -> impl Iterator<Item = Window> {
        self.tokens.windows(super::forms::WORDS).map(|words| {
            let hash = words.iter().fold(0, |hash, word| mix(hash ^ word.masked));
            feature(Kind::Window, hash)
        })
    }

    /// How many words are known by their spaces.
    pub(super) fn len(&self) -> usize {
        self.tokens.len()
    }

    /// Drops what the words marked gave.
    pub(super) fn drop(&mut self, marked: &[bool]) {
        let marks = self.tokens.iter().zip(marked);
        for (token, _) in marks.filter(|(_, marked)| **marked) {
            let counts = self.grams[token.grams.clone()].iter_mut();
            counts.for_each(|gram| gram.1 = 0);
            self.stems[token.stem].weight = 0;
        }
        self.grams.retain(|gram| gram.1 > 0);
    }

    fn add(&mut self, text: &str, stretch: Range<usize>, weight: u32) {
        // The head of a text opens a sentence; a pair reaches over no line end.
        let (mut opens, mut joined) = (true, false);
        let mut chars = text[stretch.clone()].char_indices().peekable();
        while let Some((at, c)) = chars.next() {
            if !is_inner(c) {
                opens |= is_stop(c);
                joined &= c != '\n';
                continue;
            }
            let spaceless = is_spaceless(c);
            let mut end = at + c.len_utf8();
            while let Some((at, next)) =
                chars.next_if(|&(_, next)| is_inner(next) && is_spaceless(next) == spaceless)
            {
                end = at + next.len_utf8();
            }
            let word = stretch.start + at..stretch.start + end;
            let is_name = !opens && c.is_uppercase();
            let weight = if is_name { weight * NAME } else { weight };
            self.normal.clear();
            normalize(&text[word.clone()], &mut self.normal);
            if self.normal.is_empty() {
                continue;
            }
            self.letters.clear();
            if spaceless {
                self.letters.extend(self.normal.chars());
                self.run(text, word, weight);
            } else {
                self.letters.push('_');
                self.letters.extend(self.normal.chars());
                self.letters.push('_');
                self.spaced(word, weight, (opens, joined));
            }
            (opens, joined) = (false, !spaceless);
        }
    }

    /// A word with spaces around it; its letters stand between marks.
    fn spaced(&mut self, word: Range<usize>, weight: u32, (opens, joined): (bool, bool)) {
        let len = self.letters.len();
        let is_hangul = matches!(self.letters[1..], ['가'..='힣', ..]);
        let is_number = self.letters[1..len - 1].iter().all(char::is_ascii_digit);
        let n = if is_hangul { HANGUL_GRAM } else { GRAM };
        let n = if is_number { len } else { n.min(len) };
        let first = self.grams.len();
        for gram in self.letters.windows(n) {
            self.grams.push((feature(Kind::Gram, hash(gram)), weight));
        }
        let letters = len - 2;
        let stem = if is_number {
            letters
        } else {
            STEM.min(letters)
        };
        self.stems.push(Placed {
            stem: feature(Kind::Stem, hash(&self.letters[1..=stem])),
            weight,
            back: u8::from(joined),
            opens,
            word,
            in_title: self.in_title,
        });
        self.tokens.push(Token {
            masked: if is_number { 1 } else { hash(&self.letters) },
            grams: first..self.grams.len(),
            stem: self.stems.len() - 1,
        });
    }

    /// A run of a script without spaces: what is a gram there is a stem too, and two that overlap or touch are a pair.
    fn run(&mut self, text: &str, run: Range<usize>, weight: u32) {
        // Thai, Lao, Burmese and Khmer write letters and vowel signs; Han and Kana whole syllables.
        let has_letters = matches!(
            self.letters.first(),
            Some('\u{e01}'..='\u{eff}' | '\u{1000}'..='\u{109f}' | '\u{1780}'..='\u{17d3}')
        );
        let (n, step) = if has_letters { (4, 3) } else { (2, 1) };
        let n = n.min(self.letters.len());
        // What normalizing changes in length is not shown exactly; no decision hangs on it.
        let places: Vec<usize> = text[run.clone()]
            .char_indices()
            .map(|(at, _)| run.start + at)
            .chain([run.end])
            .collect();
        let place = |at: usize| places[at.min(places.len() - 1)];
        for (at, gram) in self.letters.windows(n).enumerate() {
            let hash = hash(gram);
            self.grams.push((feature(Kind::Gram, hash), weight));
            self.stems.push(Placed {
                stem: feature(Kind::Stem, hash),
                weight,
                back: if at >= step { step as u8 } else { 0 },
                opens: false,
                word: place(at)..place(at + n),
                in_title: self.in_title,
            });
        }
    }
}

/// Sorts what was counted, each feature once.
pub(super) fn sum(counts: &mut Vec<(Feature, u32)>) {
    counts.sort_unstable();
    counts.dedup_by(|next, kept| {
        let same = next.0 == kept.0;
        kept.1 += if same { next.1 } else { 0 };
        same
    });
}

/// Whether a character stands inside words.
fn is_inner(c: char) -> bool {
    c.is_alphanumeric() || is_combining_mark(c)
}

/// Whether what follows may have a capital without being a name.
fn is_stop(c: char) -> bool {
    matches!(
        c,
        '.' | '!'
            | '?'
            | '…'
            | ':'
            | ';'
            | '\n'
            | '"'
            | '“'
            | '„'
            | '«'
            | '‘'
            | '。'
            | '！'
            | '？'
            | '؟'
            | '|'
            | '•'
            | '·'
    )
}

fn hash(letters: &[char]) -> u64 {
    letters.iter().fold(letters.len() as u64, |hash, &c| {
        (hash ^ u64::from(u32::from(c)))
            .wrapping_mul(0x9e37_79b9_7f4a_7c15)
            .rotate_left(29)
    })
}

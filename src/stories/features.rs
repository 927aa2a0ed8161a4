//! Features: what of an article's words and letters can tell its story from others.

mod naming;

use std::ops::Range;

use unicode_normalization::char::is_combining_mark;

use super::forms::Window;
use super::lexicon::{FeatureId, Lexicon, WordId};
use crate::fingerprint::{is_spaceless, mix};
pub(super) use naming::Named;

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
/// A story is told in the beginning of an article: bytes of text behind this count no more.
const LONGEST: usize = 1 << 13;

/// A word as it is used in an article.
#[derive(Clone, Copy, Debug)]
struct Use {
    word: WordId,
    /// How often it counts.
    weight: u32,
    /// So many uses before it stands the one it makes a pair with; 0 where there is none.
    back: u8,
    /// Whether it opens a sentence, so that its capital means nothing.
    opens: bool,
    in_title: bool,
    /// Where it stands in the text as it was read.
    start: u32,
    end: u32,
}

/// Counts by feature, of the article at hand.
#[derive(Default)]
struct Counts {
    of: Vec<u32>,
    counted: Vec<(FeatureId, u32)>,
}

impl Counts {
    fn add(&mut self, id: FeatureId, weight: u32) {
        let count = &mut self.of[id as usize];
        if *count == 0 {
            self.counted.push((id, 0));
        }
        *count += weight;
    }
}

/// Cuts articles into features, keeping its room between articles.
#[derive(Default)]
pub(super) struct Cutter {
    lexicon: Lexicon,
    uses: Vec<Use>,
    /// The uses of words with spaces around them.
    spaced: Vec<u32>,
    /// How often each word counts, and which do.
    words: Vec<u32>,
    used: Vec<WordId>,
    counts: Counts,
    /// How many articles have each feature, of those the tag stands for.
    having: Vec<(u32, u32)>,
    in_title: bool,
}

impl Cutter {
    /// Cuts an article of this title and of the stretches of this text that cleaning kept.
    pub(super) fn cut(&mut self, title: &str, text: &str, kept: &[Range<usize>]) {
        if self.lexicon.trim() {
            self.having.clear();
        }
        self.uses.clear();
        self.spaced.clear();
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

    /// The grams and stems met, with how often each counts, in no order that means anything.
    pub(super) fn count(&mut self) -> &[(FeatureId, u32)] {
        self.words.resize(self.lexicon.words(), 0);
        self.counts.of.resize(self.lexicon.len(), 0);
        self.counts.counted.clear();
        self.used.clear();
        for used in self.uses.iter().filter(|used| used.weight > 0) {
            let count = &mut self.words[used.word as usize];
            if *count == 0 {
                self.used.push(used.word);
            }
            *count += used.weight;
        }
        for &word in &self.used {
            let weight = std::mem::take(&mut self.words[word as usize]);
            let grams = self.lexicon.grams(word).iter();
            grams.for_each(|&gram| self.counts.add(gram, weight));
            self.counts.add(self.lexicon.stem(word), weight);
        }
        let Counts { of, counted } = &mut self.counts;
        for (id, count) in counted.iter_mut() {
            *count = std::mem::take(&mut of[*id as usize]);
        }
        counted
    }

    /// Whether the next article is cut anew, under other numbers.
    pub(super) fn is_full(&self) -> bool {
        self.lexicon.is_full()
    }

    /// The stems met, each once.
    pub(super) fn stems(&self) -> Vec<Feature> {
        let stem = |used: &Use| self.lexicon.feature(self.lexicon.stem(used.word));
        let mut stems: Vec<Feature> = self.uses.iter().map(stem).collect();
        stems.sort_unstable();
        stems.dedup();
        stems
    }

    /// The feature of a number.
    pub(super) fn feature(&self, id: FeatureId) -> Feature {
        self.lexicon.feature(id)
    }

    /// How many articles have a feature, which `ask` tells; one tag stands for one way to ask.
    pub(super) fn having(
        &mut self,
        id: FeatureId,
        tag: Option<u32>,
        ask: impl Fn(Feature) -> u32,
    ) -> u32 {
        let Some(tag) = tag else {
            return ask(self.feature(id));
        };
        if self.having.len() < self.lexicon.len() {
            self.having.resize(self.lexicon.len(), (u32::MAX, 0));
        }
        let known = &mut self.having[id as usize];
        if known.0 != tag {
            *known = (tag, ask(self.lexicon.feature(id)));
        }
        known.1
    }

    /// The words of these stems as a reader would write them: not at the head of a sentence, nor in a title, if it can be
    /// helped.
    pub(super) fn words<'t>(
        &mut self,
        stems: &[FeatureId],
        (title, text): (&'t str, &'t str),
    ) -> Vec<&'t str> {
        self.mark(stems);
        let mut best: Vec<Option<&Use>> = vec![None; stems.len()];
        for used in &self.uses {
            let at = self.counts.of[self.lexicon.stem(used.word) as usize] as usize;
            let rank = |used: &Use| (used.in_title, used.opens);
            if at > 0 && best[at - 1].is_none_or(|best| rank(used) < rank(best)) {
                best[at - 1] = Some(used);
            }
        }
        let word = |used: Option<&Use>| {
            used.map_or("", |used| {
                let whole = if used.in_title { title } else { text };
                &whole[used.start as usize..used.end as usize]
            })
        };
        let words = best.into_iter().map(word).collect();
        self.unmark(stems);
        words
    }

    /// The pairs of neighbouring stems that are both among these, with how often each counts.
    pub(super) fn pairs(&mut self, stems: &[FeatureId]) -> Vec<(Feature, u32)> {
        self.mark(stems);
        let mut pairs = Vec::new();
        let tells = |used: &Use| {
            let stem = self.lexicon.stem(used.word);
            let tells = used.weight > 0 && self.counts.of[stem as usize] > 0;
            tells.then(|| self.lexicon.feature(stem))
        };
        for (at, second) in self.uses.iter().enumerate().filter(|used| used.1.back > 0) {
            let first = &self.uses[at - usize::from(second.back)];
            if let Some((before, stem)) = tells(second).and_then(|stem| Some((tells(first)?, stem)))
            {
                pairs.push((pair(before, stem), second.weight));
            }
        }
        self.unmark(stems);
        pairs.sort_unstable();
        pairs.dedup_by(|next, kept| {
            let same = next.0 == kept.0;
            kept.1 += if same { next.1 } else { 0 };
            same
        });
        pairs
    }

    /// Marks features by their places, counted from 1, where counts stood.
    fn mark(&mut self, ids: &[FeatureId]) {
        for (&id, place) in ids.iter().zip(1..) {
            self.counts.of[id as usize] = place;
        }
    }

    fn unmark(&mut self, ids: &[FeatureId]) {
        ids.iter().for_each(|&id| self.counts.of[id as usize] = 0);
    }

    /// The windows of the article, in the order of the text.
    pub(super) fn windows(&self) -> Vec<Window> {
        let masked = |&at: &u32| u64::from(self.lexicon.masked(self.uses[at as usize].word));
        let masked: Vec<u64> = self.spaced.iter().map(masked).collect();
        let turn = 64 / super::forms::WORDS as u32;
        let hash = |words: &[u64]| {
            words
                .iter()
                .fold(0, |hash: u64, word| hash.rotate_left(turn) ^ word)
        };
        let windows = masked.windows(super::forms::WORDS);
        windows
            .map(|words| feature(Kind::Window, hash(words)))
            .collect()
    }

    /// How many words are known by their spaces.
    pub(super) fn len(&self) -> usize {
        self.spaced.len()
    }

    /// Counts the words marked no more, of those known by their spaces.
    pub(super) fn drop(&mut self, marked: &[bool]) {
        let marks = self.spaced.iter().zip(marked);
        for (&at, _) in marks.filter(|(_, marked)| **marked) {
            self.uses[at as usize].weight = 0;
        }
    }

    fn add(&mut self, text: &str, stretch: Range<usize>, weight: u32) {
        // The head of a text opens a sentence; a pair reaches over no line end.
        let (mut opens, mut joined) = (true, false);
        let mut at = stretch.start;
        while at < stretch.end {
            let byte = text.as_bytes()[at];
            if byte.is_ascii() && !byte.is_ascii_alphanumeric() {
                opens |= is_stop(char::from(byte));
                joined &= byte != b'\n';
                at += 1;
                continue;
            }
            let end = word_end(text, at, stretch.end);
            let first = text[at..].chars().next().unwrap_or('\n');
            if end == at {
                opens |= is_stop(first);
                at += first.len_utf8();
                continue;
            }
            let is_name = !opens && first.is_uppercase();
            let weight = if is_name { weight * NAME } else { weight };
            let is_spaced = !is_spaceless(first);
            if is_spaced {
                let back = u8::from(joined);
                self.spaced.push(self.uses.len() as u32);
                self.push(text, at..end, (true, weight), (opens, back));
            } else {
                self.run(text, at..end, weight);
            }
            (opens, joined) = (false, is_spaced);
            at = end;
        }
    }

    /// A run of a script without spaces: its pieces overlap, and two that touch or overlap least are a pair.
    fn run(&mut self, text: &str, run: Range<usize>, weight: u32) {
        // Thai, Lao, Burmese and Khmer write letters and vowel signs; Han and Kana whole syllables.
        let has_letters = text[run.clone()].starts_with(
            |c| matches!(c, '\u{e01}'..='\u{eff}' | '\u{1000}'..='\u{109f}' | '\u{1780}'..='\u{17d3}'),
        );
        let (n, step) = if has_letters { (4, 3) } else { (2, 1) };
        let places = text[run.clone()].char_indices();
        let mut places: Vec<usize> = places.map(|(at, _)| run.start + at).collect();
        places.push(run.end);
        let n = n.min(places.len() - 1);
        for (at, piece) in places.windows(n + 1).enumerate() {
            let back = if at >= step { step as u8 } else { 0 };
            self.push(text, piece[0]..piece[n], (false, weight), (false, back));
        }
    }

    fn push(
        &mut self,
        text: &str,
        place: Range<usize>,
        (is_spaced, weight): (bool, u32),
        (opens, back): (bool, u8),
    ) {
        self.uses.push(Use {
            word: self.lexicon.word(&text[place.clone()], is_spaced),
            weight,
            back,
            opens,
            in_title: self.in_title,
            start: place.start as u32,
            end: place.end as u32,
        });
    }
}

/// Where the word ends that begins here, in a script with spaces or in one without; here, if none begins.
fn word_end(text: &str, start: usize, end: usize) -> usize {
    let mut at = start;
    let mut kind = None;
    loop {
        if kind != Some(true) {
            let rest = text.as_bytes()[at..end].iter();
            let ascii = rest.take_while(|byte| byte.is_ascii_alphanumeric()).count();
            if ascii > 0 {
                (at, kind) = (at + ascii, Some(false));
            }
        }
        if text.as_bytes()[at..end].first().is_none_or(u8::is_ascii) {
            return at;
        }
        let Some(c) = text[at..].chars().next() else {
            return at;
        };
        let spaceless = is_spaceless(c);
        if !(c.is_alphanumeric() || is_combining_mark(c))
            || kind.is_some_and(|kind| kind != spaceless)
        {
            return at;
        }
        (at, kind) = (at + c.len_utf8(), Some(spaceless));
    }
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

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn words_end_where_a_reader_would_end_them() {
        let cut = |text: &str| {
            let (mut at, mut words) = (0, Vec::new());
            while at < text.len() {
                let end = word_end(text, at, text.len());
                words.extend((end > at).then(|| text[at..end].to_owned()));
                at = end
                    + if end > at {
                        0
                    } else {
                        text[at..].chars().next().map_or(1, char::len_utf8)
                    };
            }
            words
        };
        assert_eq!(
            cut("Café-Bar, 24 Std. Ωμέγα"),
            ["Café", "Bar", "24", "Std", "Ωμέγα"]
        );
        assert_eq!(cut("東京2020とiPhone"), ["東京", "2020", "と", "iPhone"]);
        assert_eq!(cut("e\u{301}tat"), ["e\u{301}tat"]);
    }
}

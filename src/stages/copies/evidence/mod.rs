//! Evidence: what two texts that share much disagree on.
//!
//! Likeness does not make a copy: two draws of one lottery, two companies' notices, two stories around one gallery are alike
//! too. What tells them apart stands where the texts differ. Of one text in two versions, numbers and names agree nearly
//! everywhere, and neither version has much of its own. Of two items of a form, what stands in the slots differs.

mod align;
mod words;

pub(crate) use align::Aligner;
pub(crate) use words::{Cutter, Word};

use align::{Stretch, gaps};
use words::unit;

/// Between two stretches, so many words on either side are held against each other; ...
const SLOT: usize = 12;
/// ... and so many where they are one short phrase against another.
const SHORT_SLOT: usize = 4;
/// A run of so many words that the other text lacks is a text's own, ...
const OWN: usize = 15;
/// ... in scripts without spaces of so many characters.
const OWN_CHARACTERS: usize = 24;

/// How many things stand aligned in two texts, and how many of those differ.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, serde::Serialize)]
pub struct Agreement {
    /// How many stand in both where the texts run side by side.
    pub aligned: u32,
    /// How many of them are not the same.
    pub differ: u32,
}

/// Texts have names if so many stand in both.
const NAMES: u32 = 10;
/// Where so many agree and none differs, the subject is one, whatever became of it.
const MANY_NAMES: u32 = 30;
/// So many words at the head and the foot of a text are its page's, ...
const EDGE: usize = 12;
/// ... of short texts one in so many.
const EDGE_SHARE: usize = 12;

/// What two texts disagree on, where they are aligned.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, serde::Serialize)]
pub struct Evidence {
    /// Their numbers.
    pub numbers: Agreement,
    /// Their words with a capital; spellings of one word agree.
    pub names: Agreement,
    /// At how many places a number or a name differs.
    pub places: u32,
    /// How often a short phrase stands against another that is spelt otherwise.
    pub slots: u32,
    /// Whether a word of each title stands in its own text, against such a word of the other, and neither in the other text; a
    /// name, where the texts have names.
    pub is_subject_another: bool,
    /// Which share of each text, in thousandths, lies in long runs of which the other has nothing.
    pub own: (u16, u16),
    /// How many words the shorter text has.
    pub words: u32,
    /// How many seconds apart they were published, where both times are known.
    pub seconds: Option<u64>,
}

impl Evidence {
    /// The evidence of two texts, published so far apart; the same whichever of them is named first.
    pub(crate) fn of(
        aligner: &mut Aligner,
        a: &[Word],
        b: &[Word],
        seconds: Option<u64>,
    ) -> Evidence {
        // What is aligned with what may hang on which text is gone through: it is the shorter one.
        if a.len() > b.len() || a.len() == b.len() && is_behind(a, b) {
            let evidence = Evidence::of_ordered(aligner, b, a, seconds);
            let own = (evidence.own.1, evidence.own.0);
            return Evidence { own, ..evidence };
        }
        Evidence::of_ordered(aligner, a, b, seconds)
    }

    fn of_ordered(aligner: &mut Aligner, a: &[Word], b: &[Word], seconds: Option<u64>) -> Evidence {
        let stretches = aligner.align(a, b);
        let mut evidence = Evidence {
            own: own_shares(stretches, a, b),
            words: a.len().min(b.len()) as u32,
            seconds,
            ..Evidence::default()
        };
        let (mut by_name, mut by_word) = (false, false);
        for stretch in stretches {
            evidence.agree(&a[stretch.a..stretch.a + stretch.len]);
        }
        for (x, y) in gaps(stretches, a.len(), b.len()) {
            if !x.is_empty() && !y.is_empty() {
                // At the head and the foot stand credits and stamps, which every paper has its own of.
                if is_inside(&x, a.len()) && is_inside(&y, b.len()) {
                    evidence.hold(&a[x.clone()], &b[y.clone()]);
                }
                if x.len() <= SLOT && y.len() <= SLOT && !by_name {
                    let any = |_: Word| true;
                    let in_a = Part { words: a, part: &x };
                    let in_b = Part { words: b, part: &y };
                    by_name = subjects_differ(in_a, in_b, Word::is_name);
                    by_word = by_word || subjects_differ(in_a, in_b, any);
                }
            }
        }
        let Agreement { aligned, differ } = evidence.names;
        let is_one = aligned >= MANY_NAMES && differ == 0;
        evidence.is_subject_another = by_name && !is_one || by_word && aligned < NAMES;
        evidence
    }

    /// Their numbers and names together.
    pub(crate) fn specifics(&self) -> Agreement {
        self.numbers.and(self.names)
    }

    /// Notes what stands in a stretch that both have.
    fn agree(&mut self, words: &[Word]) {
        let count = |is: fn(Word) -> bool| words.iter().filter(|&&word| is(word)).count() as u32;
        self.numbers.aligned += count(Word::is_number);
        self.names.aligned += count(Word::is_name);
    }

    /// Holds what stands in a gap of the one against what stands in the same gap of the other.
    fn hold(&mut self, a: &[Word], b: &[Word]) {
        if a.len().max(b.len()) > SLOT && !are_tables(a, b) {
            return;
        }
        let before = self.specifics().differ;
        self.numbers
            .note(a, b, Word::is_number, |x, y| x.hash() == y.hash());
        self.names.note(a, b, Word::is_name, Word::resembles);
        self.places += u32::from(self.specifics().differ > before);
        if a.len().max(b.len()) <= SHORT_SLOT {
            let lacks = |from: &[Word], to: &[Word]| {
                let is_there = |word: &Word| to.iter().any(|other| word.resembles(*other));
                !from.iter().all(is_there)
            };
            self.slots += u32::from(lacks(a, b) && lacks(b, a));
        }
    }
}

impl Agreement {
    /// Counts the words of a kind on both sides of a gap: those that have a match on the other side, each taken once, and
    /// those that could have one and do not.
    fn note(
        &mut self,
        a: &[Word],
        b: &[Word],
        is: fn(Word) -> bool,
        agree: fn(Word, Word) -> bool,
    ) {
        let count = |words: &[Word]| words.iter().filter(|&&word| is(word)).count() as u32;
        let least = count(a).min(count(b));
        if least == 0 {
            return;
        }
        let mut rest: Vec<Word> = b.iter().copied().filter(|&word| is(word)).collect();
        let mut agreed = 0;
        for &word in a.iter().filter(|&&word| is(word)) {
            if let Some(at) = rest.iter().position(|&other| agree(word, other)) {
                rest.swap_remove(at);
                agreed += 1;
            }
        }
        self.aligned += least;
        self.differ += least - agreed;
    }

    /// What of both agreements there is.
    fn and(self, other: Agreement) -> Agreement {
        Agreement {
            aligned: self.aligned + other.aligned,
            differ: self.differ + other.differ,
        }
    }

    /// Whether more than so many thousandths differ.
    pub(crate) fn differs_by(self, thousandths: u32) -> bool {
        u64::from(self.differ) * 1000 > u64::from(self.aligned) * u64::from(thousandths)
    }
}

/// Whether one text of two of one length comes behind the other.
fn is_behind(a: &[Word], b: &[Word]) -> bool {
    let words = a.iter().map(|word| word.0);
    words.gt(b.iter().map(|word| word.0))
}

/// Whether a gap begins behind the head of a text of so many words, and ends before its foot.
fn is_inside(gap: &std::ops::Range<usize>, words: usize) -> bool {
    let edge = EDGE.min(words / EDGE_SHARE).max(1);
    gap.start >= edge && gap.end + edge <= words
}

/// Whether two gaps are rows of figures, of about one length.
fn are_tables(a: &[Word], b: &[Word]) -> bool {
    let figures = |words: &[Word]| words.iter().filter(|word| word.is_number()).count();
    let (x, y) = (a.len(), b.len());
    2 * figures(a) >= x && 2 * figures(b) >= y && x.max(y) <= 2 * x.min(y)
}

/// A part of a text.
#[derive(Clone, Copy)]
struct Part<'a> {
    /// The words of the whole text.
    words: &'a [Word],
    /// Which of them.
    part: &'a std::ops::Range<usize>,
}

/// Whether both gaps hold a word of their own text's title, of those that `count`, that nowhere stands in the other text.
fn subjects_differ(a: Part<'_>, b: Part<'_>, count: impl Fn(Word) -> bool) -> bool {
    let (mut of_a, mut of_b) = (subjects(a).peekable(), subjects(b));
    if of_a.peek().is_none() || of_b.next().is_none() {
        return false;
    }
    let lacking = |of: Part<'_>, other: Part<'_>| -> Vec<Word> {
        let is_lacking = |&at: &usize| !stands(of.words, at, other.words);
        let lacking = subjects(of).filter(is_lacking).map(|at| of.words[at]);
        lacking.filter(|&word| count(word)).collect()
    };
    let (x, y) = (lacking(a, b), lacking(b, a));
    let unlike = |word: &Word, others: &[Word]| !others.iter().any(|other| word.resembles(*other));
    x.iter().any(|word| unlike(word, &y)) && y.iter().any(|word| unlike(word, &x))
}

/// Where words of the title stand in a part of a text.
fn subjects<'a>(Part { words, part }: Part<'a>) -> impl Iterator<Item = usize> + use<'a> {
    part.clone().filter(move |&at| words[at].is_titled())
}

/// Whether what stands at a place of one text stands anywhere in another.
fn stands(from: &[Word], at: usize, other: &[Word]) -> bool {
    let wanted = unit(from[at], from.get(at + 1).copied());
    (0..other.len()).any(|at| {
        other[at].hash() == from_hash(wanted)
            && unit(other[at], other.get(at + 1).copied()) == wanted
    })
}

/// The hash of the word that a unit begins with.
fn from_hash(unit: Option<u64>) -> u32 {
    match unit {
        Some(unit) if unit >> 32 != 0 => (unit >> 32) as u32,
        Some(unit) => unit as u32,
        None => 0,
    }
}

/// The shares of two texts, in thousandths, that lie in long runs of which the other has nothing.
fn own_shares(stretches: &[Stretch], a: &[Word], b: &[Word]) -> (u16, u16) {
    let in_a = stretches.iter().map(|stretch| (stretch.a, stretch.len));
    let mut in_b: Vec<(usize, usize)> = stretches.iter().map(|it| (it.b, it.len)).collect();
    in_b.sort_unstable();
    (own(in_a, a), own(in_b.into_iter(), b))
}

/// The share of a text, in thousandths, that lies in long runs outside of these stretches, which ascend.
fn own(stretches: impl Iterator<Item = (usize, usize)>, words: &[Word]) -> u16 {
    if words.is_empty() {
        return 0;
    }
    let alone = words.iter().filter(|word| word.is_alone()).count();
    let least = if 2 * alone > words.len() {
        OWN_CHARACTERS
    } else {
        OWN
    };
    let (mut from, mut sum) = (0, 0);
    for (start, len) in stretches.chain([(words.len(), 0)]) {
        let run = start.saturating_sub(from);
        if run >= least {
            sum += run;
        }
        from = from.max(start + len);
    }
    (1000 * sum / words.len()) as u16
}

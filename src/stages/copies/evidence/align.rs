//! Alignment: where two texts run side by side, and what stands between.
//!
//! Runs of three words that both texts have are extended as far as the texts agree. One pass over the one text, with a table
//! of the other's runs, finds them in linear time; paragraphs that changed places are found too. A common phrase that happens
//! to stand in both texts is no alignment: short stretches count only where a neighbour has the same offset.

use super::words::Word;

/// So many words that agree begin a stretch.
const RUN: usize = 3;
/// Of the places of a run in the other text, so many are looked at.
const PLACES: usize = 8;

/// A stretch of so many words stands in both texts by no accident; ...
const SURE: usize = 6;
/// ... a shorter one counts if it is shifted by no more than this against the one before it or behind it.
const SHIFTED: isize = 4;

/// A stretch that both texts have: where it begins in each, and how many words it has.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct Stretch {
    pub(super) a: usize,
    pub(super) b: usize,
    pub(super) len: usize,
}

/// Aligns texts, keeping its buffers between pairs.
#[derive(Debug, Default)]
pub(crate) struct Aligner {
    /// The first place of each run, by a few bits of its hash; one more than the place, so that 0 is none.
    first: Vec<u32>,
    /// The next place of a run with the same bits.
    next: Vec<u32>,
    found: Vec<Stretch>,
    stretches: Vec<Stretch>,
}

impl Stretch {
    /// How far the second text lies behind the first here.
    fn offset(self) -> isize {
        self.b as isize - self.a as isize
    }

    fn is_in_line(self, other: Option<&Stretch>) -> bool {
        other.is_some_and(|other| (self.offset() - other.offset()).abs() <= SHIFTED)
    }
}

impl Aligner {
    /// The stretches that two texts share, in the order of the first.
    pub(super) fn align(&mut self, a: &[Word], b: &[Word]) -> &[Stretch] {
        self.found.clear();
        self.stretches.clear();
        if a.len() < RUN || b.len() < RUN {
            return &self.stretches;
        }
        self.index(b);
        let (mut at, mut from) = (0, (0, 0));
        while at + RUN <= a.len() {
            let Some(place) = self.place(a, b, at, from.1) else {
                at += 1;
                continue;
            };
            let least = if place >= from.1 { from.1 } else { 0 };
            let stretch = extended(a, b, at, place, (from.0, least));
            from = (stretch.a + stretch.len, stretch.b + stretch.len);
            at = from.0;
            self.found.push(stretch);
        }
        let found = &self.found;
        let counts = |(at, stretch): &(usize, &Stretch)| {
            let before = at.checked_sub(1).and_then(|at| found.get(at));
            let is_sure = stretch.len >= SURE || found.len() == 1;
            is_sure || stretch.is_in_line(before) || stretch.is_in_line(found.get(at + 1))
        };
        let counted = found.iter().enumerate().filter(counts);
        self.stretches.extend(counted.map(|(_, stretch)| *stretch));
        &self.stretches
    }

    fn index(&mut self, b: &[Word]) {
        let slots = (2 * b.len()).next_power_of_two();
        self.first.clear();
        self.first.resize(slots, 0);
        self.next.clear();
        self.next.resize(b.len(), 0);
        // From behind, so that the first place comes first.
        for place in (0..=b.len() - RUN).rev() {
            let slot = hash(&b[place..]) as usize & (slots - 1);
            self.next[place] = self.first[slot];
            self.first[slot] = place as u32 + 1;
        }
    }

    /// Where the run at `at` stands in the other text: the first place from `from` on, else the first of all.
    fn place(&self, a: &[Word], b: &[Word], at: usize, from: usize) -> Option<usize> {
        let run = &a[at..at + RUN];
        let mut next = self.first[hash(run) as usize & (self.first.len() - 1)];
        let (mut first, mut looked) = (None, 0);
        while next > 0 && looked < PLACES {
            let place = next as usize - 1;
            next = self.next[place];
            if same(run, &b[place..place + RUN]) {
                if place >= from {
                    return Some(place);
                }
                first = first.or(Some(place));
                looked += 1;
            }
        }
        first
    }
}

/// A run that both texts have, with all that agrees before it, as far as `least` in each, and behind it.
fn extended(a: &[Word], b: &[Word], mut x: usize, mut y: usize, least: (usize, usize)) -> Stretch {
    let mut len = RUN;
    while x > least.0 && y > least.1 && a[x - 1].hash() == b[y - 1].hash() {
        (x, y, len) = (x - 1, y - 1, len + 1);
    }
    let rest = a[x + len..].iter().zip(&b[y + len..]);
    len += rest
        .take_while(|(one, other)| one.hash() == other.hash())
        .count();
    Stretch { a: x, b: y, len }
}

fn same(a: &[Word], b: &[Word]) -> bool {
    a.iter().zip(b).all(|(a, b)| a.hash() == b.hash())
}

fn hash(run: &[Word]) -> u32 {
    let run = run.iter().take(RUN);
    let mixed = run.fold(0u32, |hash, word| {
        (hash.rotate_left(11) ^ word.hash()).wrapping_mul(0x9e37_79b1)
    });
    mixed >> 7
}

/// What stands between two stretches that follow each other in both texts: from where to where in each; also before the
/// first and behind the last.
pub(super) fn gaps(
    stretches: &[Stretch],
    a: usize,
    b: usize,
) -> impl Iterator<Item = (std::ops::Range<usize>, std::ops::Range<usize>)> {
    let end = Stretch { a, b, len: 0 };
    let mut before = (0, 0);
    stretches
        .iter()
        .copied()
        .chain([end])
        .filter_map(move |next| {
            let from = std::mem::replace(&mut before, (next.a + next.len, next.b + next.len));
            (next.b >= from.1).then_some((from.0..next.a, from.1..next.b))
        })
}

#[cfg(test)]
mod tests {
    use super::super::words::words_of;
    use super::*;

    fn aligned(a: &str, b: &str) -> Vec<(usize, usize, usize)> {
        let (a, b) = (words_of("", a), words_of("", b));
        let mut aligner = Aligner::default();
        let stretches = aligner.align(&a, &b);
        stretches.iter().map(|it| (it.a, it.b, it.len)).collect()
    }

    #[test]
    fn stretches_are_as_long_as_the_texts_agree() {
        let found = aligned(
            "the mayor said on Monday that the bridge stays shut",
            "the mayor said on Tuesday that the bridge stays shut",
        );
        assert_eq!(found, [(0, 0, 4), (5, 5, 5)]);
    }

    #[test]
    fn paragraphs_that_changed_places_are_found() {
        let (one, two) = (
            "the lower lock was closed on Friday",
            "a new gate comes by barge next spring",
        );
        let found = aligned(&format!("{one}. {two}"), &format!("{two}. {one}"));
        assert_eq!(found, [(0, 8, 7), (7, 0, 8)]);
    }

    #[test]
    fn a_common_phrase_out_of_line_is_no_alignment() {
        let rest = "the fish market opens at six, the tram runs at nine";
        let found = aligned(
            &format!("at the end of the day {rest} and nothing moved"),
            &format!("{rest} but by then at the end of a week"),
        );
        assert_eq!(found, [(6, 0, 11)]);
    }

    #[test]
    fn gaps_stand_between_stretches_that_follow_each_other() {
        let stretches = [
            Stretch { a: 1, b: 2, len: 4 },
            Stretch { a: 7, b: 6, len: 3 },
        ];
        let found: Vec<_> = gaps(&stretches, 12, 9).collect();
        assert_eq!(found, [(0..1, 0..2), (5..7, 6..6), (10..12, 9..9)]);
    }
}

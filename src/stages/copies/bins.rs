//! Bins: texts that are candidates of each other, kept together, so that what is read for one pair serves many.
//!
//! Where the shingle sets of all candidates do not fit into memory, they are dealt out to bins that do, one after another.
//! Which bin a text comes to decides nothing but what has to be read twice.

use crate::corpus::TextId;
use crate::stages::candidates::Pair;

/// The bin of a text that no pair needs.
const NONE: u32 = u32::MAX;

/// Which bin each text is in.
#[derive(Debug)]
pub(super) struct Bins {
    of_text: Vec<u32>,
    count: usize,
}

/// Texts that hang together, as far as a bin can hold them.
pub(super) struct Gathering<'a> {
    /// The number of another text of the same bin; its own where it is the first.
    parents: Vec<TextId>,
    /// How many shingles the texts have that hang on each first one.
    sums: Vec<u64>,
    /// How many shingles a bin holds at most, unless a text alone has more.
    most: u64,
    shingles: &'a dyn Fn(TextId) -> u32,
}

impl<'a> Gathering<'a> {
    pub(super) fn new(
        texts: usize,
        most: u64,
        shingles: &'a dyn Fn(TextId) -> u32,
    ) -> Gathering<'a> {
        Gathering {
            parents: vec![NONE; texts],
            sums: vec![0; texts],
            most,
            shingles,
        }
    }

    /// Keeps a pair together if there is room.
    pub(super) fn add(&mut self, (a, b): Pair) {
        let (a, b) = (self.first(a), self.first(b));
        let sum = self.sums[a as usize] + self.sums[b as usize];
        if a != b && sum <= self.most {
            let (a, b) = (a.min(b), a.max(b));
            self.parents[b as usize] = a;
            self.sums[a as usize] = sum;
        }
    }

    fn first(&mut self, mut text: TextId) -> TextId {
        if self.parents[text as usize] == NONE {
            self.parents[text as usize] = text;
            self.sums[text as usize] = u64::from((self.shingles)(text));
        }
        while self.parents[text as usize] != text {
            // Halves the way for whoever comes next.
            let next = self.parents[text as usize];
            self.parents[text as usize] = self.parents[next as usize];
            text = self.parents[text as usize];
        }
        text
    }

    /// Fills bins with what hangs together.
    pub(super) fn into_bins(mut self) -> Bins {
        let (mut count, mut filled) = (0, 0);
        let mut of_text = vec![NONE; self.parents.len()];
        for text in 0..self.parents.len() as u32 {
            if self.parents[text as usize] == NONE {
                continue;
            }
            // A first one has the least number of its texts.
            let first = self.first(text);
            if first == text {
                let sum = self.sums[text as usize];
                if count == 0 || filled + sum > self.most {
                    (count, filled) = (count + 1, 0);
                }
                filled += sum;
                of_text[text as usize] = count - 1;
            } else {
                of_text[text as usize] = of_text[first as usize];
            }
        }
        Bins {
            of_text,
            count: count as usize,
        }
    }
}

impl Bins {
    /// How many bins there are.
    pub(super) fn len(&self) -> usize {
        self.count
    }

    /// The bin of a text, if some pair needs it.
    pub(super) fn of(&self, text: TextId) -> Option<usize> {
        Some(self.of_text[text as usize])
            .filter(|&bin| bin != NONE)
            .map(|bin| bin as usize)
    }

    /// The bin that both texts of a pair are in.
    pub(super) fn of_both(&self, (a, b): Pair) -> Option<usize> {
        self.of(a).filter(|_| self.of(a) == self.of(b))
    }
}

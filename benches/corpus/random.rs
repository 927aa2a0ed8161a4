//! Random numbers that anybody can draw again: a stream is fixed by a seed, by what it is for, and by a number.
//!
//! SplitMix64 is the same on every machine and in every year, which no crate promises.

/// What a stream of numbers decides. Streams of different purposes have nothing to do with each other.
#[derive(Clone, Copy, Debug)]
pub(crate) enum Purpose {
    Lexicon = 1,
    Forms,
    Site,
    Slots,
    Ranking,
    Part,
    Source,
    Genre,
    Cast,
    Name,
    Topic,
    Beat,
    Draft,
    Quote,
    Edit,
    Headline,
    Figures,
    Stamp,
}

/// A stream of random numbers.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Random(u64);

impl Random {
    pub(crate) fn of(seed: u64, purpose: Purpose, number: u64) -> Random {
        let place = mix(seed ^ (purpose as u64).wrapping_mul(0xD6E8_FEB8_6659_FD93));
        Random(mix(place ^ number.wrapping_mul(0xA076_1D64_78BD_642F)))
    }

    /// The stream that a number which is random already begins.
    pub(crate) fn from(number: u64) -> Random {
        Random(number)
    }

    pub(crate) fn next(&mut self) -> u64 {
        self.0 = self.0.wrapping_add(0x9E37_79B9_7F4A_7C15);
        mix(self.0)
    }

    /// A number under `bound`, which is not 0.
    pub(crate) fn below(&mut self, bound: usize) -> usize {
        ((u128::from(self.next()) * bound as u128) >> 64) as usize
    }

    /// A number under `bound`, the small ones more often: `bound` times the power of a number from 0 to 1.
    pub(crate) fn skewed(&mut self, bound: usize, power: u32) -> usize {
        let drawn = self.below(bound);
        (1..power).fold(drawn, |skewed, _| skewed * drawn / bound)
    }

    /// A number from `low` to `high`, both of them possible.
    pub(crate) fn within(&mut self, low: usize, high: usize) -> usize {
        low + self.below(high - low + 1)
    }

    pub(crate) fn percent(&mut self, share: usize) -> bool {
        self.below(100) < share
    }

    pub(crate) fn pick<'a, T>(&mut self, from: &'a [T]) -> &'a T {
        &from[self.below(from.len())]
    }

    pub(crate) fn shuffle<T>(&mut self, items: &mut [T]) {
        for last in (1..items.len()).rev() {
            items.swap(last, self.below(last + 1));
        }
    }
}

/// The finaliser of SplitMix64.
fn mix(number: u64) -> u64 {
    let mut z = number;
    z = (z ^ (z >> 30)).wrapping_mul(0xBF58_476D_1CE4_E5B9);
    z = (z ^ (z >> 27)).wrapping_mul(0x94D0_49BB_1331_11EB);
    z ^ (z >> 31)
}

//! Pairs of texts that were decided: similar ones, and those that were refused.

use super::refusal::Refusal;
use super::sets::Sets;
use crate::kernel::{Overlap, Share};
use crate::spill::Reservation;
use crate::stages::candidates::Pair;

/// How two similar texts relate.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum PairKind {
    /// One text in two versions.
    Near,
    /// The smaller is cut from the larger.
    Excerpt,
}

/// Two texts whose exact similarity was computed and passed.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct SimilarPair {
    /// The two texts, the lesser number first.
    pub pair: Pair,
    /// What they share.
    pub overlap: Overlap,
    /// As what they passed.
    pub similarity: PairKind,
    /// Which share of each, in thousandths, lies in long runs of which the other has nothing.
    pub own: (u16, u16),
    /// Whether a figure or a name of the one is another in the other.
    pub differs: bool,
}

/// Two texts that share enough, and are no copies all the same.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct RefusedPair {
    /// The two texts, the lesser number first.
    pub pair: Pair,
    /// What speaks against them.
    pub refusal: Refusal,
    /// How much of the smaller text the larger one holds.
    pub containment: Share,
}

impl SimilarPair {
    /// The text with fewer shingles, then the other.
    pub(super) fn by_size(&self) -> (u32, u32) {
        let (a, b) = self.pair;
        if self.overlap.sizes.0 < self.overlap.sizes.1 {
            (a, b)
        } else {
            (b, a)
        }
    }
}

/// What verification found.
#[derive(Debug, Default)]
pub struct Verified {
    /// The similar pairs, ascending.
    pub pairs: Vec<SimilarPair>,
    /// Pairs that share enough and are no copies all the same, ascending, with what speaks against them.
    pub refused: Vec<RefusedPair>,
    /// The texts that were read for it.
    pub sets: Sets,
    /// How many candidates were decided by exact similarity.
    pub decided: usize,
    pub(super) _reserved: Vec<Reservation>,
}

impl Verified {
    /// What was found of a pair of texts, the lesser number first, if it is similar.
    pub(super) fn similar(&self, pair: Pair) -> Option<&SimilarPair> {
        let found = self
            .pairs
            .binary_search_by_key(&pair, |similar| similar.pair);
        found.ok().map(|at| &self.pairs[at])
    }
}

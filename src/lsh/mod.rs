//! Which pairs of texts are worth a look?
//!
//! Two generators: bands find texts that are close, anchors those that share a little, and excerpts. Texts that stood at
//! one address of one source are candidates too. Nothing is known
//! of a candidate pair yet; it is decided by exact similarity later.

mod addresses;
mod anchors;
mod banding;
mod buckets;

pub use addresses::same_address;
pub use anchors::{Anchors, Postings};
use rayon::prelude::*;

pub use anchors::anchors;
pub(crate) use anchors::{POSTING, SHORT, is_sparse, shared};
pub use banding::Banding;
pub(crate) use buckets::bands_met;

/// Two texts, the lesser number first.
pub type Pair = (u32, u32);

/// Stands for the row of a text that has none.
pub const NO_ROW: u32 = u32::MAX;

/// The signatures of all texts.
#[derive(Clone, Copy, Debug)]
pub struct Signatures<'a> {
    values: &'a [u32],
    num_hashes: usize,
    rows: &'a [u32],
}

impl<'a> Signatures<'a> {
    /// `values` holds rows of `num_hashes` values; `rows` says which of them is each text's, and is [`NO_ROW`] for a text
    /// without shingles, which has no signature.
    pub fn new(values: &'a [u32], num_hashes: usize, rows: &'a [u32]) -> Signatures<'a> {
        Signatures {
            values,
            num_hashes,
            rows,
        }
    }

    /// How many texts there are.
    pub fn len(&self) -> usize {
        self.rows.len()
    }

    /// Whether there is no text.
    pub fn is_empty(&self) -> bool {
        self.rows.is_empty()
    }

    /// How many values a signature has.
    pub fn num_hashes(&self) -> usize {
        self.num_hashes
    }

    /// The signature of a text; `None` for one without shingles.
    pub fn of(&self, text: u32) -> Option<&'a [u32]> {
        let row = self.rows[text as usize];
        let at = row as usize * self.num_hashes;
        (row != NO_ROW).then(|| &self.values[at..at + self.num_hashes])
    }
}

/// The candidate pairs of a run, and what each generator gave.
#[derive(Clone, Debug, Default)]
pub struct Candidates {
    /// The pairs, ascending, each once.
    pub pairs: Vec<Pair>,
    /// How many the bands gave.
    pub from_bands: usize,
    /// How many the anchors gave.
    pub from_anchors: usize,
    /// How many stood at one address.
    pub from_addresses: usize,
    /// The postings of the anchors, which tell templates from texts later.
    pub postings: Postings,
}

/// The pairs of texts that share a bucket or enough anchors; another `seed` cuts other bands from the signatures.
pub fn candidate_pairs(
    signatures: &Signatures<'_>,
    anchors: Anchors<'_>,
    banding: Banding,
    seed: u64,
) -> Candidates {
    let mut pairs = buckets::pairs(signatures, banding, seed);
    let from_bands = pairs.len();
    let postings = Postings::of(&anchors);
    let sampled = anchors::pairs(&anchors, &postings);
    let from_anchors = sampled.len();
    pairs.extend(sampled);
    pairs.par_sort_unstable();
    pairs.dedup();
    Candidates {
        pairs,
        from_bands,
        from_anchors,
        from_addresses: 0,
        postings,
    }
}

impl Candidates {
    /// Adds the pairs of texts that stood at one address.
    pub fn add_addresses(&mut self, pairs: Vec<Pair>) {
        self.from_addresses = pairs.len();
        self.pairs.extend(pairs);
        self.pairs.par_sort_unstable();
        self.pairs.dedup();
    }
}

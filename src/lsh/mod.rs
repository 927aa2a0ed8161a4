//! Which pairs of texts are worth a look?
//!
//! Two generators: bands find texts that are close, anchors those that share a little, and excerpts. Nothing is known
//! of a candidate pair yet; it is decided by exact similarity later.

mod anchors;
mod banding;
mod buckets;

pub use anchors::{Anchors, Postings};
pub(crate) use anchors::{SHORT, anchors, is_sparse};
pub use banding::Banding;

/// Two texts, the lesser number first.
pub type Pair = (u32, u32);

/// The signatures of all texts in one piece.
#[derive(Clone, Copy, Debug)]
pub struct Signatures<'a> {
    values: &'a [u32],
    num_hashes: usize,
    signed: &'a [bool],
}

impl<'a> Signatures<'a> {
    /// `num_hashes` values for each text; `signed` says which texts have shingles, and so a signature.
    pub fn new(values: &'a [u32], num_hashes: usize, signed: &'a [bool]) -> Signatures<'a> {
        Signatures {
            values,
            num_hashes,
            signed,
        }
    }

    /// How many texts there are.
    pub fn len(&self) -> usize {
        self.signed.len()
    }

    /// Whether there is no text.
    pub fn is_empty(&self) -> bool {
        self.signed.is_empty()
    }

    /// The signature of a text; `None` for one without shingles.
    pub fn of(&self, text: u32) -> Option<&'a [u32]> {
        let at = text as usize;
        self.signed[at].then(|| &self.values[at * self.num_hashes..(at + 1) * self.num_hashes])
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
    /// The postings of the anchors, which tell templates from texts later.
    pub postings: Postings,
}

/// The pairs of texts that share a bucket or enough anchors.
pub fn candidate_pairs(
    signatures: &Signatures<'_>,
    anchors: &Anchors,
    banding: Banding,
) -> Candidates {
    let mut pairs = buckets::pairs(signatures, banding);
    let from_bands = pairs.len();
    let postings = Postings::of(anchors);
    let sampled = anchors::pairs(anchors, &postings);
    let from_anchors = sampled.len();
    pairs.extend(sampled);
    pairs.sort_unstable();
    pairs.dedup();
    Candidates {
        pairs,
        from_bands,
        from_anchors,
        postings,
    }
}

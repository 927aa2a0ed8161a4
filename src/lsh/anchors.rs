//! Anchors: a sample of shingles by which texts of low overlap meet, and excerpts find what they were cut from.
//!
//! An anchor is a shingle whose hash is 0 modulo [`SPARSE`]; of a short text, modulo [`DENSE`]. Any two texts draw the
//! same sample of what they share.

use rayon::prelude::*;

use super::Pair;
use crate::fingerprint::mix;

/// One shingle in so many is an anchor.
const SPARSE: u64 = 8;
/// The same, for texts of fewer than [`SHORT`] shingles.
const DENSE: u64 = 2;
/// A text of fewer shingles than this is short.
pub(crate) const SHORT: usize = 64;
/// The texts that share an anchor are its posting; a posting of more than this many leads nowhere.
const POSTING: usize = 64;
/// How many anchors a pair must share, where it has enough of them.
const SHARED: usize = 3;

/// Appends the anchors of a shingle set to `out`, ascending and without repeats: the upper half of each hash, and the
/// sparse ones marked by their lowest bit. Returns how many were drawn, repeats included.
pub(crate) fn anchors(shingles: &[u64], seed: u64, out: &mut Vec<u32>) -> usize {
    let modulus = if shingles.len() < SHORT {
        DENSE
    } else {
        SPARSE
    };
    let from = out.len();
    for &shingle in shingles {
        let hash = mix(shingle ^ seed);
        if hash % modulus == 0 {
            out.push((hash >> 32) as u32 & !1 | u32::from(hash % SPARSE == 0));
        }
    }
    let drawn = out.len() - from;
    out[from..].sort_unstable();
    let mut kept = from;
    for at in from..out.len() {
        if at == from || out[at] != out[at - 1] {
            out[kept] = out[at];
            kept += 1;
        }
    }
    out.truncate(kept);
    drawn
}

/// Whether an anchor is among those that texts of any length draw.
pub(crate) fn is_sparse(anchor: u32) -> bool {
    anchor & 1 == 1
}

/// The anchors of every text, by text.
#[derive(Clone, Debug, Default)]
pub struct Anchors {
    pub(super) ends: Vec<usize>,
    pub(super) hashes: Vec<u32>,
}

impl Anchors {
    /// Appends the anchors of the next text.
    pub(crate) fn push(&mut self, anchors: &[u32]) {
        self.hashes.extend_from_slice(anchors);
        self.ends.push(self.hashes.len());
    }

    /// The anchors of one text, ascending.
    pub(crate) fn of(&self, text: u32) -> &[u32] {
        let at = text as usize;
        let start = at.checked_sub(1).map_or(0, |before| self.ends[before]);
        &self.hashes[start..self.ends[at]]
    }

    /// How many texts there are.
    pub(crate) fn len(&self) -> usize {
        self.ends.len()
    }
}

/// Which texts have an anchor: all postings, by anchor.
#[derive(Clone, Debug, Default)]
pub struct Postings(Vec<u64>);

impl Postings {
    pub(super) fn of(anchors: &Anchors) -> Postings {
        let mut entries: Vec<u64> = (0..anchors.len() as u32)
            .into_par_iter()
            .flat_map_iter(|text| {
                anchors
                    .of(text)
                    .iter()
                    .map(move |&hash| u64::from(hash) << 32 | u64::from(text))
            })
            .collect();
        entries.par_sort_unstable();
        Postings(entries)
    }

    /// The texts that have an anchor, in the order of content hash.
    pub(crate) fn texts(&self, anchor: u32) -> impl ExactSizeIterator<Item = u32> + '_ {
        let start = self
            .0
            .partition_point(|&entry| entry >> 32 < u64::from(anchor));
        let len = self.0[start..].partition_point(|&entry| entry >> 32 == u64::from(anchor));
        self.0[start..start + len].iter().map(|&entry| entry as u32)
    }
}

/// The pairs of texts that share enough anchors.
pub(super) fn pairs(anchors: &Anchors, postings: &Postings) -> Vec<Pair> {
    let runs: Vec<&[u64]> = postings
        .0
        .par_chunk_by(|a, b| a >> 32 == b >> 32)
        .filter(|run| (2..=POSTING).contains(&run.len()))
        .collect();
    // Turn the postings round: for every text, the postings it stands in.
    let mut ends = vec![0usize; anchors.len() + 1];
    for entry in runs.iter().copied().flatten() {
        ends[*entry as u32 as usize + 1] += 1;
    }
    for at in 1..ends.len() {
        ends[at] += ends[at - 1];
    }
    let mut standing = vec![0u32; ends[anchors.len()]];
    let mut next = ends.clone();
    for (run, entries) in runs.iter().enumerate() {
        for entry in *entries {
            let slot = &mut next[*entry as u32 as usize];
            standing[*slot] = run as u32;
            *slot += 1;
        }
    }
    (0..anchors.len() as u32)
        .into_par_iter()
        .flat_map_iter(|text| {
            let own = &standing[ends[text as usize]..ends[text as usize + 1]];
            let mut met: Vec<u32> = own
                .iter()
                .flat_map(|&run| runs[run as usize].iter().map(|&entry| entry as u32))
                .filter(|&other| other > text)
                .collect();
            met.sort_unstable();
            met.chunk_by(|a, b| a == b)
                .filter(|shared| shared.len() >= needed(anchors.of(text), anchors.of(shared[0])))
                .map(|shared| (text, shared[0]))
                .collect::<Vec<Pair>>()
        })
        .collect()
}

/// How many anchors two texts must share: [`SHARED`], or half of what the one with fewer could share at all.
fn needed(a: &[u32], b: &[u32]) -> usize {
    let sparse = |anchors: &[u32]| anchors.iter().filter(|&&anchor| is_sparse(anchor)).count();
    let all_sparse = |anchors: &[u32]| anchors.iter().all(|&anchor| is_sparse(anchor));
    let least = if all_sparse(a) == all_sparse(b) {
        a.len().min(b.len())
    } else {
        sparse(a).min(sparse(b))
    };
    least.div_ceil(2).clamp(1, SHARED)
}

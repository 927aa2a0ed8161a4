//! Anchors: a sample of shingles by which texts of low overlap meet, and excerpts find what they were cut from.
//!
//! An anchor is a shingle whose hash is 0 modulo [`SPARSE`]; of a short text, modulo [`DENSE`]. Any two texts draw the
//! same sample of what they share.

use multiversion::multiversion;
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
pub(crate) const POSTING: usize = 64;
/// How many anchors a pair must share, where it has enough of them.
const SHARED: usize = 3;

/// Appends the anchors of a shingle set to `out`, ascending and without repeats: the upper half of each hash, and the
/// sparse ones marked by their lowest bit. Returns how many were drawn, repeats included.
pub fn anchors(shingles: &[u64], out: &mut Vec<u32>) -> usize {
    let modulus = if shingles.len() < SHORT {
        DENSE
    } else {
        SPARSE
    };
    let from = out.len();
    draw(shingles, modulus, out);
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

/// Appends the anchors of a shingle set as they come.
#[multiversion(targets("x86_64+avx512f+avx512dq+avx512vl", "x86_64+avx2"))]
fn draw(shingles: &[u64], modulus: u64, out: &mut Vec<u32>) {
    let (chunks, rest) = shingles.as_chunks::<LANES>();
    let anchor = |hash: u64| (hash >> 32) as u32 & !1 | u32::from(hash.is_multiple_of(SPARSE));
    let drawn = |hash: &u64| hash & (modulus - 1) == 0;
    for chunk in chunks {
        let mut hashes = [0; LANES];
        let mut any = 0u32;
        for (at, (hash, &shingle)) in hashes.iter_mut().zip(chunk).enumerate() {
            *hash = mix(shingle);
            any |= u32::from(drawn(hash)) << at;
        }
        while any != 0 {
            out.push(anchor(hashes[any.trailing_zeros() as usize % LANES]));
            any &= any - 1;
        }
    }
    out.extend(
        rest.iter()
            .map(|&shingle| mix(shingle))
            .filter(drawn)
            .map(anchor),
    );
}

/// So many shingles are hashed side by side.
const LANES: usize = 16;

/// Whether an anchor is among those that texts of any length draw.
pub(crate) fn is_sparse(anchor: u32) -> bool {
    anchor & 1 == 1
}

/// The anchors of all texts.
#[derive(Clone, Copy, Debug)]
pub struct Anchors<'a> {
    hashes: &'a [u32],
    ends: &'a [usize],
    rows: &'a [u32],
}

impl<'a> Anchors<'a> {
    /// `hashes` holds rows of anchors, each ascending; `ends` says where each row ends, `rows` which is each text's.
    pub fn new(hashes: &'a [u32], ends: &'a [usize], rows: &'a [u32]) -> Anchors<'a> {
        Anchors { hashes, ends, rows }
    }

    /// The anchors of one text, ascending.
    pub(crate) fn of(&self, text: u32) -> &'a [u32] {
        let row = self.rows[text as usize] as usize;
        let start = row.checked_sub(1).map_or(0, |before| self.ends[before]);
        &self.hashes[start..self.ends[row]]
    }

    /// How many texts there are.
    pub(crate) fn len(&self) -> usize {
        self.rows.len()
    }
}

/// Which texts have an anchor: all postings, by anchor.
#[derive(Clone, Debug, Default)]
pub struct Postings(Vec<u64>);

impl Postings {
    pub(super) fn of(anchors: &Anchors<'_>) -> Postings {
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

    /// The anchors that stand in `least` texts or more, ascending.
    pub(crate) fn anchors(&self, least: usize) -> impl Iterator<Item = u32> + '_ {
        let runs = self.0.chunk_by(|a, b| a >> 32 == b >> 32);
        let long = runs.filter(move |run| run.len() >= least);
        long.map(|run| (run[0] >> 32) as u32)
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
pub(super) fn pairs(anchors: &Anchors<'_>, postings: &Postings) -> Vec<Pair> {
    let runs: Vec<&[u64]> = postings
        .0
        .par_chunk_by(|a, b| a >> 32 == b >> 32)
        .filter(|run| (2..=POSTING).contains(&run.len()))
        .collect();
    let standing = Standing::of(&runs, anchors.len());
    let texts: Vec<u32> = (0..anchors.len() as u32).collect();
    let found = texts.par_chunks(COUNTED).flat_map_iter(|texts| {
        // How many anchors each other text shares with the one at hand: a byte each, since no text stands in more
        // postings than matter.
        let mut shared = vec![0u8; anchors.len()];
        let mut met: Vec<u32> = Vec::new();
        let mut found: Vec<Pair> = Vec::new();
        for &text in texts {
            for &run in standing.of_text(text) {
                let others = runs[run as usize].iter().map(|&entry| entry as u32);
                for other in others.filter(|&other| other > text) {
                    let count = &mut shared[other as usize];
                    if *count == 0 {
                        met.push(other);
                    }
                    *count = count.saturating_add(1);
                }
            }
            met.sort_unstable();
            for other in met.drain(..) {
                let count = std::mem::take(&mut shared[other as usize]);
                if usize::from(count) >= needed(anchors.of(text), anchors.of(other), count) {
                    found.push((text, other));
                }
            }
        }
        found
    });
    found.collect()
}

/// So many texts are counted with one table.
const COUNTED: usize = 1 << 14;

/// The postings turned round: for every text, those it stands in.
struct Standing {
    ends: Vec<usize>,
    runs: Vec<u32>,
}

impl Standing {
    fn of(runs: &[&[u64]], texts: usize) -> Standing {
        let mut ends = vec![0usize; texts + 1];
        for &entry in runs.iter().copied().flatten() {
            ends[entry as u32 as usize + 1] += 1;
        }
        for at in 1..ends.len() {
            ends[at] += ends[at - 1];
        }
        let mut standing = vec![0u32; ends[texts]];
        let mut next = ends.clone();
        for (run, entries) in (0..).zip(runs) {
            for &entry in *entries {
                let slot = &mut next[entry as u32 as usize];
                standing[*slot] = run;
                *slot += 1;
            }
        }
        Standing {
            ends,
            runs: standing,
        }
    }

    fn of_text(&self, text: u32) -> &[u32] {
        &self.runs[self.ends[text as usize]..self.ends[text as usize + 1]]
    }
}

/// How many anchors two texts share, of those not `crowded`, and how many they must share to be a candidate pair.
pub(crate) fn shared(a: &[u32], b: &[u32], is_crowded: impl Fn(u32) -> bool) -> (usize, usize) {
    let common = a.iter().filter(|anchor| b.binary_search(anchor).is_ok());
    let count = common.filter(|&&anchor| !is_crowded(anchor)).count();
    (count, needed(a, b, count.min(255) as u8))
}

/// How many anchors two texts that share `count` must share: [`SHARED`], or half of what the one with fewer could share
/// at all.
fn needed(a: &[u32], b: &[u32], count: u8) -> usize {
    if usize::from(count) >= SHARED {
        return SHARED;
    }
    let sparse = |anchors: &[u32]| anchors.iter().filter(|&&anchor| is_sparse(anchor)).count();
    let all_sparse = |anchors: &[u32]| anchors.iter().all(|&anchor| is_sparse(anchor));
    let least = if all_sparse(a) == all_sparse(b) {
        a.len().min(b.len())
    } else {
        sparse(a).min(sparse(b))
    };
    least.div_ceil(2).clamp(1, SHARED)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn vector_registers_draw_what_the_definition_says() {
        for count in [1, 15, 16, 17, 63, 64, 65, 400] {
            let set: Vec<u64> = (0..count).map(|i| mix(count << 20 | i)).collect();
            let modulus = if count < 64 { 2 } else { 8 };
            let mut plainly: Vec<u32> = set
                .iter()
                .map(|&shingle| mix(shingle))
                .filter(|hash| hash % modulus == 0)
                .map(|hash| (hash >> 32) as u32 & !1 | u32::from(hash % 8 == 0))
                .collect();
            plainly.sort_unstable();
            let mut drawn = Vec::new();
            assert_eq!(anchors(&set, &mut drawn), plainly.len());
            assert_eq!(drawn, plainly, "{count}");
        }
    }
}

//! Anchors: a sample of shingles by which texts of low overlap meet, and excerpts find what they were cut from.
//!
//! An anchor is a shingle whose hash is 0 modulo [`SPARSE`]; of a short text, modulo [`DENSE`]. Any two texts draw the
//! same sample of what they share.
//!
//! An anchor has 48 bits: 31 of the hash, one that marks a sparse anchor, and 16 more of the hash. The upper 32 tell the
//! anchors of two texts apart; all 48 are needed where those of all texts meet, which may be 10^11 in a dump.

use std::borrow::Cow;
use std::sync::{Mutex, PoisonError};

use multiversion::multiversion;

use crate::error::Result;
use crate::kernel::{mix, sort_hashes};
use crate::spill::{Column, ColumnWriter, MemoryBudget, Reservation};

/// One shingle in so many is an anchor.
const SPARSE: u64 = 8;
/// The same, for texts of fewer than [`SHORT`] shingles.
const DENSE: u64 = 2;
/// A text of fewer shingles than this is short.
pub(crate) const SHORT: usize = 64;

/// So many of the bits of an anchor lie below its upper half.
pub(super) const LOWER: u32 = 16;

/// Appends the anchors of a shingle set to `out`, ascending and without repeats: 48 bits each, of which bit 16 marks the
/// sparse ones. Returns how many were drawn, repeats included.
pub fn anchors(shingles: &[u64], out: &mut Vec<u64>) -> usize {
    let modulus = if shingles.len() < SHORT {
        DENSE
    } else {
        SPARSE
    };
    let from = out.len();
    draw(shingles, modulus, out);
    let drawn = out.len() - from;
    sort_hashes(&mut out[from..], |anchor| (anchor >> LOWER) as u32);
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
fn draw(shingles: &[u64], modulus: u64, out: &mut Vec<u64>) {
    let (chunks, rest) = shingles.as_chunks::<LANES>();
    let anchor =
        |hash: u64| hash >> LOWER & !(1 << LOWER) | u64::from(hash.is_multiple_of(SPARSE)) << LOWER;
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
pub(crate) fn is_sparse(anchor: u64) -> bool {
    is_upper_sparse(upper(anchor))
}

/// The upper half of an anchor.
pub(crate) fn upper(anchor: u64) -> u32 {
    (anchor >> LOWER) as u32
}

/// Whether an anchor is sparse, of its upper half.
pub(crate) fn is_upper_sparse(upper: u32) -> bool {
    upper & 1 == 1
}

/// The anchors of all articles, in halves: what is below the upper ones is let go once texts have met.
#[derive(Debug, Default)]
pub(crate) struct AnchorRows {
    upper: Column<u32>,
    /// Where the anchors of each article end within its piece.
    ends: Vec<u32>,
    /// The first article of each piece, and where its anchors begin.
    pieces: Vec<(u32, u64)>,
    _reserved: Option<Reservation>,
}

/// Takes the anchors of all batches, in any order.
#[derive(Debug)]
pub(crate) struct AnchorsWriter {
    upper: ColumnWriter<u32>,
    lower: ColumnWriter<u16>,
    ends: Mutex<Vec<(usize, Vec<u32>)>>,
}

impl AnchorsWriter {
    pub(crate) fn new(budget: &MemoryBudget) -> AnchorsWriter {
        AnchorsWriter {
            upper: ColumnWriter::cold(budget),
            lower: ColumnWriter::cold(budget),
            ends: Mutex::default(),
        }
    }

    /// Adds the anchors of a batch in one piece, and where those of each article end.
    pub(crate) fn push(&self, batch: usize, anchors: &[u64], ends: Vec<u32>) -> Result<()> {
        let upper = anchors.iter().map(|&anchor| (anchor >> LOWER) as u32);
        self.upper.push(batch, upper.collect())?;
        let lower = anchors.iter().map(|&anchor| anchor as u16);
        self.lower.push(batch, lower.collect())?;
        let mut all = self.ends.lock().unwrap_or_else(PoisonError::into_inner);
        all.push((batch, ends));
        Ok(())
    }

    /// All anchors, in the order of the batches: the rows, and what is below their upper halves.
    pub(crate) fn finish(self, budget: &MemoryBudget) -> Result<(AnchorRows, Column<u16>)> {
        let mut parts = self
            .ends
            .into_inner()
            .unwrap_or_else(PoisonError::into_inner);
        parts.sort_unstable_by_key(|part| part.0);
        let articles: usize = parts.iter().map(|part| part.1.len()).sum();
        let mut rows = AnchorRows {
            upper: self.upper.finish(),
            ends: Vec::with_capacity(articles),
            pieces: Vec::with_capacity(parts.len()),
            _reserved: Some(budget.reserve(4 * articles as u64)?),
        };
        let mut start = 0;
        for (_, ends) in parts.into_iter().filter(|(_, ends)| !ends.is_empty()) {
            rows.pieces.push((rows.ends.len() as u32, start));
            start += u64::from(ends[ends.len() - 1]);
            rows.ends.extend(ends);
        }
        Ok((rows, self.lower.finish()))
    }
}

/// Room for what [`AnchorRows::visit`] reads from disk.
#[derive(Default)]
pub(crate) struct AnchorBuffers {
    upper: Vec<u32>,
    lower: Vec<u16>,
}

impl AnchorRows {
    /// The upper halves of an article's anchors, ascending: enough to compare two texts, whatever the size of the dump.
    pub(crate) fn of(&self, article: usize) -> Result<Cow<'_, [u32]>> {
        let piece = self
            .pieces
            .partition_point(|piece| piece.0 as usize <= article);
        let (first, from) = self.pieces[piece - 1];
        let before = (article > first as usize).then(|| self.ends[article - 1]);
        let places = before.unwrap_or(0) as usize..self.ends[article] as usize;
        let from = from as usize;
        self.upper.values(from + places.start..from + places.end)
    }

    /// How many pieces they are read in.
    pub(crate) fn pieces(&self) -> usize {
        self.pieces.len()
    }

    /// Hands on the anchors of all articles of a piece, in their order, given what is below the upper halves; `buffers` are
    /// for what lies on disk.
    pub(crate) fn visit(
        &self,
        piece: usize,
        lower: &Column<u16>,
        buffers: &mut AnchorBuffers,
        mut visit: impl FnMut(usize, &[u32], &[u16]),
    ) -> Result<()> {
        let (first, from) = self.pieces[piece];
        let next = self.pieces.get(piece + 1).map(|next| next.0 as usize);
        let ends = &self.ends[first as usize..next.unwrap_or(self.ends.len())];
        let (from, all) = (from as usize, ends.last().map_or(0, |&end| end as usize));
        let upper = self.upper.read(from..from + all, &mut buffers.upper)?;
        let lower = lower.read(from..from + all, &mut buffers.lower)?;
        let mut start = 0;
        for (article, &end) in (first as usize..).zip(ends) {
            let own = start..end as usize;
            visit(article, &upper[own.clone()], &lower[own]);
            start = end as usize;
        }
        Ok(())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn vector_registers_draw_what_the_definition_says() {
        for count in [1, 15, 16, 17, 63, 64, 65, 400] {
            let set: Vec<u64> = (0..count).map(|i| mix(count << 20 | i)).collect();
            let modulus = if count < 64 { 2 } else { 8 };
            let mut plainly: Vec<u64> = set
                .iter()
                .map(|&shingle| mix(shingle))
                .filter(|hash| hash % modulus == 0)
                .map(|hash| {
                    let upper = hash >> 32 & !1 | u64::from(hash % 8 == 0);
                    upper << 16 | hash >> 16 & 0xffff
                })
                .collect();
            plainly.sort_unstable();
            let mut drawn = Vec::new();
            assert_eq!(anchors(&set, &mut drawn), plainly.len());
            assert_eq!(drawn, plainly, "{count}");
        }
    }
}

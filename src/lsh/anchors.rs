//! Anchors: a sample of shingles by which texts of low overlap meet, and excerpts find what they were cut from.
//!
//! An anchor is a shingle whose hash is 0 modulo [`SPARSE`]; of a short text, modulo [`DENSE`]. Any two texts draw the
//! same sample of what they share.

use std::borrow::Cow;
use std::sync::{Mutex, PoisonError};

use multiversion::multiversion;

use crate::error::Result;
use crate::fingerprint::{mix, sort_hashes};
use crate::spill::{Column, ColumnWriter, Room, Taken};

/// One shingle in so many is an anchor.
const SPARSE: u64 = 8;
/// The same, for texts of fewer than [`SHORT`] shingles.
const DENSE: u64 = 2;
/// A text of fewer shingles than this is short.
pub(crate) const SHORT: usize = 64;

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
    sort_hashes(&mut out[from..], |hash| hash);
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

/// The anchors of all articles.
#[derive(Debug, Default)]
pub(crate) struct AnchorRows {
    hashes: Column<u32>,
    /// Where the anchors of each article end within its piece.
    ends: Vec<u32>,
    /// The first article of each piece, and where its anchors begin.
    pieces: Vec<(u32, u64)>,
    _taken: Option<Taken>,
}

/// Takes the anchors of all batches, in any order.
#[derive(Debug)]
pub(crate) struct AnchorsWriter {
    hashes: ColumnWriter<u32>,
    ends: Mutex<Vec<(usize, Vec<u32>)>>,
}

impl AnchorsWriter {
    pub(crate) fn new(room: &Room) -> AnchorsWriter {
        AnchorsWriter {
            hashes: ColumnWriter::cold(room),
            ends: Mutex::default(),
        }
    }

    /// Adds the anchors of a batch in one piece, and where those of each article end.
    pub(crate) fn push(&self, batch: usize, hashes: Vec<u32>, ends: Vec<u32>) -> Result<()> {
        self.hashes.push(batch, hashes)?;
        let mut all = self.ends.lock().unwrap_or_else(PoisonError::into_inner);
        all.push((batch, ends));
        Ok(())
    }

    /// All anchors, in the order of the batches.
    pub(crate) fn finish(self, room: &Room) -> Result<AnchorRows> {
        let mut parts = self
            .ends
            .into_inner()
            .unwrap_or_else(PoisonError::into_inner);
        parts.sort_unstable_by_key(|part| part.0);
        let articles: usize = parts.iter().map(|part| part.1.len()).sum();
        let mut rows = AnchorRows {
            hashes: self.hashes.finish(),
            ends: Vec::with_capacity(articles),
            pieces: Vec::with_capacity(parts.len()),
            _taken: Some(room.hold(4 * articles as u64)?),
        };
        let mut start = 0;
        for (_, ends) in parts.into_iter().filter(|(_, ends)| !ends.is_empty()) {
            rows.pieces.push((rows.ends.len() as u32, start));
            start += u64::from(ends[ends.len() - 1]);
            rows.ends.extend(ends);
        }
        Ok(rows)
    }
}

impl AnchorRows {
    /// The anchors of an article, ascending.
    pub(crate) fn of(&self, article: usize) -> Result<Cow<'_, [u32]>> {
        let piece = self
            .pieces
            .partition_point(|piece| piece.0 as usize <= article);
        let (first, from) = self.pieces[piece - 1];
        let before = (article > first as usize).then(|| self.ends[article - 1]);
        let places = before.unwrap_or(0) as usize..self.ends[article] as usize;
        let from = from as usize;
        self.hashes.values(from + places.start..from + places.end)
    }

    /// How many pieces they are read in.
    pub(super) fn pieces(&self) -> usize {
        self.pieces.len()
    }

    /// Hands on the anchors of all articles of a piece, in their order; `buffer` is for what lies on disk.
    pub(super) fn visit(
        &self,
        piece: usize,
        buffer: &mut Vec<u32>,
        mut visit: impl FnMut(usize, &[u32]),
    ) -> Result<()> {
        let (first, from) = self.pieces[piece];
        let next = self.pieces.get(piece + 1).map(|next| next.0 as usize);
        let ends = &self.ends[first as usize..next.unwrap_or(self.ends.len())];
        let (from, all) = (from as usize, ends.last().map_or(0, |&end| end as usize));
        let hashes = self.hashes.read(from..from + all, buffer)?;
        let mut start = 0;
        for (article, &end) in (first as usize..).zip(ends) {
            visit(article, &hashes[start..end as usize]);
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

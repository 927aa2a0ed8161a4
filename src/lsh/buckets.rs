//! Buckets: the texts that agree on a band meet in one.

use std::sync::atomic::{AtomicU32, Ordering};

use rayon::prelude::*;

use super::banding::Banding;
use super::pairs::Pairs;
use super::{Rows, as_number};
use crate::error::Result;
use crate::fingerprint::mix;
use crate::spill::{Column, Room, radix};

/// In a bucket of up to this many texts every pair meets.
pub(super) const BUCKET: usize = 32;
/// In a larger one each text meets so many of smallest content hash, so that a large group has members all others know, ...
pub(super) const HUBS: usize = 3;
/// ... and, where further rows do not split it, so many that follow it.
pub(super) const NEIGHBOURS: usize = 8;
/// What is in hand of a band takes so many times the keys of one.
const IN_HAND: usize = 4;
/// How many further bands may split a bucket.
const SPLITS: usize = 3;

/// Cuts bands from signatures.
#[derive(Clone, Debug)]
pub struct Cut {
    banding: Banding,
    /// Which hash of a signature comes when.
    slots: Vec<usize>,
}

impl Cut {
    /// Cuts signatures of `num_hashes` values; another `seed` cuts other bands from them.
    pub fn new(banding: Banding, num_hashes: usize, seed: u64) -> Cut {
        let mut slots: Vec<usize> = (0..num_hashes).collect();
        slots.sort_by_key(|&slot| {
            if seed == 0 {
                slot as u64
            } else {
                mix(seed ^ mix(slot as u64))
            }
        });
        Cut { banding, slots }
    }

    /// How many bands it cuts.
    pub fn bands(&self) -> usize {
        self.banding.bands
    }

    /// Appends a hash of what a signature has in each band.
    pub fn keys(&self, signature: &[u32], out: &mut Vec<u32>) {
        let bands = self.slots.chunks_exact(self.banding.rows);
        out.extend((0..self.banding.bands).zip(bands).map(|(band, slots)| {
            let hash = slots.iter().fold(band as u64, |hash, &slot| {
                mix(hash ^ u64::from(signature[slot]))
            });
            (hash >> 32) as u32
        }));
    }
}

/// The bands in which two signatures fall into one bucket, counted from 0.
pub(crate) fn bands_met(a: &[u32], b: &[u32], banding: Banding, seed: u64) -> Vec<usize> {
    let cut = Cut::new(banding, a.len(), seed);
    let keys = |signature: &[u32]| {
        let mut keys = Vec::with_capacity(banding.bands);
        cut.keys(signature, &mut keys);
        keys
    };
    let both = keys(a).into_iter().zip(keys(b));
    let met = both.enumerate().filter(|(_, (x, y))| x == y);
    met.map(|(band, _)| band).collect()
}

/// The keys of some bands following one another, by band and text.
struct Keys {
    bands: usize,
    first: usize,
    by_band: Vec<Vec<AtomicU32>>,
}

impl Keys {
    fn read(
        column: &Column<u32>,
        rows: &Rows<'_>,
        bands: usize,
        (first, count): (usize, usize),
    ) -> Result<Keys> {
        let zeros = || (0..rows.texts()).map(|_| AtomicU32::new(0)).collect();
        let by_band: Vec<Vec<AtomicU32>> = (0..count).map(|_| zeros()).collect();
        let pieces = (0..column.pieces()).into_par_iter();
        pieces.try_for_each_init(Vec::new, |buffer, piece| {
            let (start, keys) = column.piece(piece, buffer)?;
            for (article, keys) in (start / bands..).zip(keys.chunks_exact(bands)) {
                let Some(text) = rows.text(article) else {
                    continue;
                };
                for (at, by_text) in by_band.iter().enumerate() {
                    by_text[text as usize].store(keys[(first + at) % bands], Ordering::Relaxed);
                }
            }
            Ok::<_, crate::error::Error>(())
        })?;
        Ok(Keys {
            bands,
            first,
            by_band,
        })
    }

    fn of(&self, text: u32, band: usize) -> u32 {
        let at = (band + self.bands - self.first) % self.bands;
        self.by_band[at][text as usize].load(Ordering::Relaxed)
    }
}

/// Finds the pairs of texts that share a bucket in any band, given the keys of each article's bands.
pub(super) fn pairs(
    column: &Column<u32>,
    rows: &Rows<'_>,
    (bands, room): (usize, &Room),
    found: &Pairs,
) -> Result<()> {
    // The keys of as many bands as there is room for are read at once, and of those that may split their buckets.
    let band_bytes = 4 * rows.texts().max(1) as u64;
    let fit = usize::try_from(room.free() / 2 / band_bytes).unwrap_or(usize::MAX);
    // Each thread has a band in hand, of which it takes the keys with their texts, and as much to sort them.
    let hands = rayon::current_num_threads().min(bands);
    let at_once = fit.saturating_sub(SPLITS + IN_HAND * hands).clamp(1, bands);
    let splits = SPLITS.min(bands - 1);
    for first in (0..bands).step_by(at_once) {
        let here = at_once.min(bands - first);
        let read = (here + splits).min(bands);
        let in_hand = IN_HAND * hands.min(here);
        let _taken = room.take_anyway((read + in_hand) as u64 * band_bytes);
        let keys = Keys::read(column, rows, bands, (first, read))?;
        let in_band = |band| meet_in_band(&keys, rows, band, found);
        (first..first + here)
            .into_par_iter()
            .with_max_len(1)
            .try_for_each(in_band)?;
    }
    Ok(())
}

fn meet_in_band(keys: &Keys, rows: &Rows<'_>, band: usize, found: &Pairs) -> Result<()> {
    let texts = (0..rows.texts() as u32).filter(|&text| rows.has_shingles(text));
    let keyed = texts.map(|text| u64::from(keys.of(text, band)) << 32 | u64::from(text));
    let mut keyed: Vec<u64> = keyed.collect();
    radix::sort(&mut keyed, 0);
    let mut met = Vec::new();
    for bucket in keyed.chunk_by(|a, b| a >> 32 == b >> 32) {
        if bucket.len() > 1 {
            found.check_interrupt()?;
            let members = bucket.iter().map(|&entry| entry as u32).collect();
            meet(members, keys, (band, SPLITS), &mut |a, b| {
                met.push(as_number((a, b)));
            });
            met = found.push_some(met)?;
        }
    }
    found.push(met)
}

/// The pairs that meet in one bucket, whose members ascend: texts are numbered by content hash.
fn meet(
    members: Vec<u32>,
    keys: &Keys,
    (band, splits): (usize, usize),
    met: &mut impl FnMut(u32, u32),
) {
    if members.len() <= BUCKET {
        for (at, &a) in members.iter().enumerate() {
            members[at + 1..].iter().for_each(|&b| met(a, b));
        }
        return;
    }
    if splits == SPLITS {
        for (at, &a) in members.iter().enumerate() {
            members[..at.min(HUBS)].iter().for_each(|&hub| met(hub, a));
        }
    }
    if splits > 0 && keys.bands > 1 {
        let next = (band + 1) % keys.bands;
        let mut keyed: Vec<(u32, u32)> = members
            .iter()
            .map(|&text| (keys.of(text, next), text))
            .collect();
        keyed.sort_unstable();
        for part in keyed
            .chunk_by(|a, b| a.0 == b.0)
            .filter(|part| part.len() > 1)
        {
            let members = part.iter().map(|&(_, text)| text).collect();
            meet(members, keys, (next, splits - 1), met);
        }
        return;
    }
    for (at, &a) in members.iter().enumerate() {
        let following = members[at + 1..].iter().take(NEIGHBOURS);
        following.for_each(|&b| met(a, b));
    }
}

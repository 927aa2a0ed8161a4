//! Buckets: the texts that agree on a band meet in one.

use std::sync::atomic::{AtomicU16, AtomicU32, Ordering};

use rayon::prelude::*;
use zerocopy::{FromBytes, Immutable, IntoBytes};

use super::pairs::Pairs;
use super::{Rows, as_number};
use crate::corpus::TextId;
use crate::error::Result;
use crate::kernel::{Banding, mix};
use crate::spill::{Column, MemoryBudget, radix};

/// In a bucket of up to this many texts every pair meets.
pub(super) const BUCKET: usize = 32;
/// In a larger one each text meets so many of smallest content hash, so that a large group has members all others know, ...
pub(crate) const HUBS: usize = 3;
/// ... and, where further rows do not split it, so many that follow it.
pub(crate) const NEIGHBOURS: usize = 8;
/// What is in hand of a band, upper halves with their texts, and as much to sort them, takes so many times the keys of one.
const IN_HAND: usize = 3;
/// How many further bands may split a bucket.
pub(crate) const SPLITS: usize = 3;

/// What a signature has in one band: a hash of 48 bits, of which the upper 32 are looked at first.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, FromBytes, IntoBytes, Immutable)]
#[repr(transparent)]
pub struct BandKey([u16; 3]);

/// The bytes of a key.
const KEY_BYTES: u64 = size_of::<BandKey>() as u64;

impl BandKey {
    /// The upper 48 bits of a hash.
    pub(crate) fn of(hash: u64) -> BandKey {
        BandKey([
            (hash >> 48) as u16,
            (hash >> 32) as u16,
            (hash >> 16) as u16,
        ])
    }

    /// The hash, as far as it is known.
    pub(crate) fn hash(self) -> u64 {
        u64::from(self.upper()) << 32 | u64::from(self.lower()) << 16
    }

    fn upper(self) -> u32 {
        u32::from(self.0[0]) << 16 | u32::from(self.0[1])
    }

    fn lower(self) -> u16 {
        self.0[2]
    }
}

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
    pub fn keys(&self, signature: &[u32], out: &mut Vec<BandKey>) {
        let bands = self.slots.chunks_exact(self.banding.rows);
        out.extend((0..self.banding.bands).zip(bands).map(|(band, slots)| {
            BandKey::of(slots.iter().fold(band as u64, |hash, &slot| {
                mix(hash ^ u64::from(signature[slot]))
            }))
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
    by_band: Vec<InBand>,
}

/// The keys of one band, by text, in halves.
struct InBand {
    upper: Vec<AtomicU32>,
    lower: Vec<AtomicU16>,
}

impl InBand {
    fn zeros(texts: usize) -> InBand {
        InBand {
            upper: (0..texts).map(|_| AtomicU32::new(0)).collect(),
            lower: (0..texts).map(|_| AtomicU16::new(0)).collect(),
        }
    }

    fn put(&self, text: TextId, key: BandKey) {
        self.upper[text as usize].store(key.upper(), Ordering::Relaxed);
        self.lower[text as usize].store(key.lower(), Ordering::Relaxed);
    }

    fn upper(&self, text: TextId) -> u32 {
        self.upper[text as usize].load(Ordering::Relaxed)
    }

    fn lower(&self, text: TextId) -> u16 {
        self.lower[text as usize].load(Ordering::Relaxed)
    }
}

impl Keys {
    fn read(
        column: &Column<BandKey>,
        rows: &Rows<'_>,
        bands: usize,
        first: usize,
        count: usize,
    ) -> Result<Keys> {
        let by_band: Vec<InBand> = (0..count).map(|_| InBand::zeros(rows.texts())).collect();
        let pieces = (0..column.pieces()).into_par_iter();
        pieces.try_for_each_init(Vec::new, |buffer, piece| {
            let (start, keys) = column.piece(piece, buffer)?;
            for (article, keys) in (start / bands..).zip(keys.chunks_exact(bands)) {
                let Some(text) = rows.text(article) else {
                    continue;
                };
                for (at, in_band) in by_band.iter().enumerate() {
                    in_band.put(text, keys[(first + at) % bands]);
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

    fn of(&self, band: usize) -> &InBand {
        &self.by_band[(band + self.bands - self.first) % self.bands]
    }

    /// Splits texts by their keys in a band.
    fn split(&self, members: &[TextId], band: usize) -> Vec<Vec<TextId>> {
        let in_band = self.of(band % self.bands);
        let keyed = members.iter().map(|&text| (in_band.upper(text), text));
        let mut keyed: Vec<(u32, u32)> = keyed.collect();
        keyed.sort_unstable();
        let runs = keyed.chunk_by(|a, b| a.0 == b.0);
        let runs = runs.filter(|run| run.len() > 1);
        runs.flat_map(|run| buckets(run.iter().map(|&(_, text)| text), in_band))
            .collect()
    }
}

/// The texts of a run whose keys agree in their lower halves too, each lot ascending.
fn buckets(run: impl Iterator<Item = TextId>, in_band: &InBand) -> Vec<Vec<TextId>> {
    let mut keyed: Vec<(u16, u32)> = run.map(|text| (in_band.lower(text), text)).collect();
    keyed.sort_unstable();
    let agree = keyed.chunk_by(|a, b| a.0 == b.0);
    let agree = agree.filter(|bucket| bucket.len() > 1);
    agree
        .map(|bucket| bucket.iter().map(|&(_, text)| text).collect())
        .collect()
}

/// Finds the pairs of texts that share a bucket in any band, given the keys of each article's bands.
pub(super) fn pairs(
    column: &Column<BandKey>,
    rows: &Rows<'_>,
    bands: usize,
    budget: &MemoryBudget,
    found: &Pairs,
) -> Result<()> {
    // The keys of as many bands as there is room for are read at once, and of those that may split their buckets.
    let band_bytes = KEY_BYTES * rows.texts().max(1) as u64;
    let fit = usize::try_from(budget.free() / 2 / band_bytes).unwrap_or(usize::MAX);
    // Each thread has a band in hand, of which it takes the keys with their texts, and as much to sort them.
    let hands = rayon::current_num_threads().min(bands);
    let at_once = fit.saturating_sub(SPLITS + IN_HAND * hands).clamp(1, bands);
    let splits = SPLITS.min(bands - 1);
    for first in (0..bands).step_by(at_once) {
        let here = at_once.min(bands - first);
        let read = (here + splits).min(bands);
        let in_hand = IN_HAND * hands.min(here);
        let _reserved = budget.reserve_anyway((read + in_hand) as u64 * band_bytes);
        let keys = Keys::read(column, rows, bands, first, read)?;
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
    let in_band = keys.of(band);
    let keyed = texts.map(|text| u64::from(in_band.upper(text)) << 32 | u64::from(text));
    let mut keyed: Vec<u64> = keyed.collect();
    radix::sort(&mut keyed, 0);
    let mut met = Vec::new();
    for run in keyed.chunk_by(|a, b| a >> 32 == b >> 32) {
        if run.len() > 1 {
            found.check_interrupt()?;
            for members in buckets(run.iter().map(|&entry| entry as u32), in_band) {
                let split = |members: &[u32], next: usize| keys.split(members, band + next);
                meet(members, &split, 0, keys.bands > 1, &mut |a, b| {
                    met.push(as_number((a, b)));
                });
            }
            met = found.push_some(met)?;
        }
    }
    found.push(met)
}

/// Splits the members of a bucket by their keys in the band that follows so many bands later, each lot ascending; lots of one
/// are left out.
type Split<'s> = &'s dyn Fn(&[TextId], usize) -> Vec<Vec<TextId>>;

/// The pairs that meet in one bucket, whose members ascend: texts are numbered by content hash. It was split so often, and there
/// are further bands to split it by, or none.
pub(super) fn meet(
    members: Vec<TextId>,
    split: Split<'_>,
    splits: usize,
    has_more: bool,
    met: &mut dyn FnMut(TextId, TextId),
) {
    if members.len() <= BUCKET {
        for (at, &a) in members.iter().enumerate() {
            members[at + 1..].iter().for_each(|&b| met(a, b));
        }
        return;
    }
    if splits == 0 {
        for (at, &a) in members.iter().enumerate() {
            members[..at.min(HUBS)].iter().for_each(|&hub| met(hub, a));
        }
    }
    if splits < SPLITS && has_more {
        for members in split(&members, splits + 1) {
            meet(members, split, splits + 1, has_more, met);
        }
        return;
    }
    for (at, &a) in members.iter().enumerate() {
        let following = members[at + 1..].iter().take(NEIGHBOURS);
        following.for_each(|&b| met(a, b));
    }
}

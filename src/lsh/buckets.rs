//! Buckets: the texts that agree on a band meet in one.

use rayon::prelude::*;

use super::banding::Banding;
use super::{Pair, Signatures};
use crate::fingerprint::mix;

/// In a bucket of up to this many texts every pair meets.
pub(super) const BUCKET: usize = 32;
/// In a larger one each text meets so many of smallest content hash, so that a large group has members all others know, ...
pub(super) const HUBS: usize = 3;
/// ... and, where further rows do not split it, so many that follow it.
pub(super) const NEIGHBOURS: usize = 8;
/// How many further bands may split a bucket.
const SPLITS: usize = 3;

/// Cuts bands from signatures.
struct Cut<'a> {
    signatures: &'a Signatures<'a>,
    banding: Banding,
    /// Which hash of a signature comes when.
    slots: Vec<usize>,
}

impl<'a> Cut<'a> {
    fn new(signatures: &'a Signatures<'a>, banding: Banding, seed: u64) -> Cut<'a> {
        let mut slots: Vec<usize> = (0..signatures.num_hashes()).collect();
        slots.sort_by_key(|&slot| {
            if seed == 0 {
                slot as u64
            } else {
                mix(seed ^ mix(slot as u64))
            }
        });
        Cut {
            signatures,
            banding,
            slots,
        }
    }

    /// The hash of what a text has in a band; `None` for one without shingles.
    fn key(&self, text: u32, band: usize) -> Option<u64> {
        let signature = self.signatures.of(text)?;
        let Banding { rows, .. } = self.banding;
        let slots = &self.slots[band * rows..(band + 1) * rows];
        Some(slots.iter().fold(band as u64, |hash, &slot| {
            mix(hash ^ u64::from(signature[slot]))
        }))
    }
}

/// The bands in which two signatures fall into one bucket, counted from 0.
pub(crate) fn bands_met(a: &[u32], b: &[u32], banding: Banding, seed: u64) -> Vec<usize> {
    let both = [a, b].concat();
    let signatures = Signatures::new(&both, a.len(), &[0, 1]);
    let cut = Cut::new(&signatures, banding, seed);
    let bucket = |text: u32, band: usize| Some(cut.key(text, band)? >> 32);
    (0..banding.bands)
        .filter(|&band| bucket(0, band) == bucket(1, band))
        .collect()
}

/// The pairs of texts that share a bucket in any band.
pub(super) fn pairs(signatures: &Signatures<'_>, banding: Banding, seed: u64) -> Vec<Pair> {
    let cut = Cut::new(signatures, banding, seed);
    let mut found: Vec<Pair> = Vec::new();
    for band in 0..banding.bands {
        let mut keyed: Vec<u64> = (0..signatures.len() as u32)
            .into_par_iter()
            .filter_map(|text| Some(cut.key(text, band)? & !0xffff_ffff | u64::from(text)))
            .collect();
        keyed.par_sort_unstable();
        let buckets = keyed
            .par_chunk_by(|a, b| a >> 32 == b >> 32)
            .filter(|bucket| bucket.len() > 1);
        found.par_extend(buckets.flat_map_iter(|bucket| {
            let members: Vec<u32> = bucket.iter().map(|&entry| entry as u32).collect();
            let mut met = Vec::new();
            meet(members, &cut, (band, SPLITS), &mut met);
            met
        }));
    }
    found.par_sort_unstable();
    found.dedup();
    found
}

/// The pairs that meet in one bucket, whose members ascend: texts are numbered by content hash.
fn meet(members: Vec<u32>, cut: &Cut<'_>, (band, splits): (usize, usize), met: &mut Vec<Pair>) {
    if members.len() <= BUCKET {
        for (at, &a) in members.iter().enumerate() {
            met.extend(members[at + 1..].iter().map(|&b| (a, b)));
        }
        return;
    }
    if splits == SPLITS {
        for (at, &a) in members.iter().enumerate() {
            met.extend(members[..at.min(HUBS)].iter().map(|&hub| (hub, a)));
        }
    }
    if splits > 0 && cut.banding.bands > 1 {
        let next = (band + 1) % cut.banding.bands;
        let keyed = |&text: &u32| Some((cut.key(text, next)?, text));
        let mut keyed: Vec<(u64, u32)> = members.iter().filter_map(keyed).collect();
        keyed.sort_unstable();
        for part in keyed
            .chunk_by(|a, b| a.0 == b.0)
            .filter(|part| part.len() > 1)
        {
            let members = part.iter().map(|&(_, text)| text).collect();
            meet(members, cut, (next, splits - 1), met);
        }
        return;
    }
    for (at, &a) in members.iter().enumerate() {
        met.extend(members[at + 1..].iter().take(NEIGHBOURS).map(|&b| (a, b)));
    }
}

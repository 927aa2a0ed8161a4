//! Buckets: the texts that agree on a band meet in one.

use rayon::prelude::*;

use super::banding::Banding;
use super::{Pair, Signatures};
use crate::fingerprint::mix;

/// In a bucket of up to this many texts every pair meets.
const BUCKET: usize = 32;
/// In a larger one each text meets so many of smallest content hash, so that a large group has members all others know, ...
const HUBS: usize = 3;
/// ... and, where further rows do not split it, so many that follow it.
const NEIGHBOURS: usize = 8;
/// How many further bands may split a bucket.
const SPLITS: usize = 3;

/// The pairs of texts that share a bucket in any band.
pub(super) fn pairs(signatures: &Signatures<'_>, banding: Banding) -> Vec<Pair> {
    let mut found: Vec<Pair> = Vec::new();
    for band in 0..banding.bands {
        let mut keyed: Vec<u64> = (0..signatures.len() as u32)
            .into_par_iter()
            .filter_map(|text| {
                let rows = signatures.of(text)?;
                Some(key(rows, banding, band) & !0xffff_ffff | u64::from(text))
            })
            .collect();
        keyed.par_sort_unstable();
        let buckets = keyed
            .par_chunk_by(|a, b| a >> 32 == b >> 32)
            .filter(|bucket| bucket.len() > 1);
        found.par_extend(buckets.flat_map_iter(|bucket| {
            let members: Vec<u32> = bucket.iter().map(|&entry| entry as u32).collect();
            let mut met = Vec::new();
            meet(members, signatures, banding, (band, SPLITS), &mut met);
            met
        }));
    }
    found.par_sort_unstable();
    found.dedup();
    found
}

fn key(signature: &[u32], banding: Banding, band: usize) -> u64 {
    let rows = &signature[band * banding.rows..(band + 1) * banding.rows];
    rows.iter()
        .fold(band as u64, |hash, &row| mix(hash ^ u64::from(row)))
}

/// The pairs that meet in one bucket, whose members ascend: texts are numbered by content hash.
fn meet(
    members: Vec<u32>,
    signatures: &Signatures<'_>,
    banding: Banding,
    (band, splits): (usize, usize),
    met: &mut Vec<Pair>,
) {
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
    if splits > 0 && banding.bands > 1 {
        let next = (band + 1) % banding.bands;
        let keyed = |&text: &u32| Some((key(signatures.of(text)?, banding, next), text));
        let mut keyed: Vec<(u64, u32)> = members.iter().filter_map(keyed).collect();
        keyed.sort_unstable();
        for part in keyed
            .chunk_by(|a, b| a.0 == b.0)
            .filter(|part| part.len() > 1)
        {
            let members = part.iter().map(|&(_, text)| text).collect();
            meet(members, signatures, banding, (next, splits - 1), met);
        }
        return;
    }
    for (at, &a) in members.iter().enumerate() {
        met.extend(members[at + 1..].iter().take(NEIGHBOURS).map(|&b| (a, b)));
    }
}

//! Hot keys: those that more texts have than one share should hold.
//!
//! A sample of texts tells them. Texts are numbered by content, so the sampled texts of a key cut all of its texts into ranges, and bound
//! its first ones. Whoever has a hot anchor meets the first texts that have it, in whatever share. A hot bucket is split by the bands
//! that follow, as in a run; what no band splits, and an address, is held range by range. So what meets is what meets in one share.

use ahash::AHashMap;
use serde::{Deserialize, Serialize};
use xxhash_rust::xxh3::xxh3_128;

use super::wire::{HotRow, KeyedRow, Kind, ManyRow, TextKey, band_keys, of_six, rows};
use super::{Job, MapReduce, PackedRun, Sender};
use crate::error::Result;
use crate::kernel::mix;
use crate::stages::candidates::by_key::{HUBS, InBand, KEPT_OF_MANY, NEIGHBOURS, SPLITS, asks};

/// Which keys are hot.
#[derive(Clone, Copy, Debug)]
pub(super) struct Heat {
    /// One text in so many is sampled.
    pub(super) every: u64,
}

impl Default for Heat {
    fn default() -> Heat {
        Heat { every: 1024 }
    }
}

/// A key is hot that so many sampled texts have. There are more such texts than fill a posting or a bucket.
const HOT: usize = 80;
/// A range of texts has so many sampled ones.
const RANGE: usize = 64;

/// A key of whatever kind: a hash of 128 bits.
pub(super) type KeyHash = (u64, u64);

/// What is known of a hot key.
#[derive(Clone, Debug, Serialize, Deserialize)]
pub(super) struct HotKey {
    /// The first texts that have it come up to here.
    cutoff: TextKey,
    /// Where a range ends, and the next one begins; and up to where texts of the next one may follow one of the range.
    ends: Vec<(TextKey, TextKey)>,
}

impl HotKey {
    /// Of a key whose sampled texts these are, ascending.
    fn of(sampled: &[TextKey]) -> HotKey {
        let ends = (RANGE..).step_by(RANGE).map_while(|at| {
            let (end, last) = (sampled.get(at)?, sampled.get(at + NEIGHBOURS)?);
            Some((*end, *last))
        });
        HotKey {
            cutoff: sampled[KEPT_OF_MANY.min(sampled.len()) - 1],
            ends: ends.collect(),
        }
    }

    /// The range of a text, and whether it may follow one of the range before.
    pub(super) fn range(&self, text: TextKey) -> (u32, bool) {
        let range = self.ends.partition_point(|end| end.0 <= text);
        let follows = range > 0 && text <= self.ends[range - 1].1;
        (range as u32, follows)
    }
}

/// The hot keys of a dump.
pub(super) type HotKeys = AHashMap<KeyHash, HotKey>;

/// The first texts of hot keys, ascending, and what each asks of those it shares anchors with.
pub(super) type Heads = AHashMap<KeyHash, Vec<(TextKey, u8)>>;

/// Kinds of keys: no two have one hash.
const ANCHOR: u8 = 0;
const ADDRESS: u8 = 1;
const BUCKET: u8 = 2;

fn hash(kind: u8, of: &[u64]) -> KeyHash {
    let mut bytes = [0; 1 + 8 * (2 + SPLITS)];
    bytes[0] = kind;
    for (to, from) in bytes[1..].as_chunks_mut().0.iter_mut().zip(of) {
        *to = from.to_le_bytes();
    }
    let hash = xxh3_128(&bytes);
    (hash as u64, (hash >> 64) as u64)
}

pub(super) fn of_anchor(anchor: u64) -> KeyHash {
    hash(ANCHOR, &[anchor])
}

pub(super) fn of_address(address: u64) -> KeyHash {
    hash(ADDRESS, &[address])
}

/// Of the bucket that a text falls into once that of its band was split so often.
pub(super) fn of_bucket(it: &InBand, splits: usize) -> KeyHash {
    let mut key = [0; 2 + SPLITS];
    key[0] = it.band.into();
    key[1..2 + splits].copy_from_slice(&it.keys[..=splits]);
    hash(BUCKET + splits as u8, &key)
}

/// How often buckets are split at most, where a text has so many bands.
pub(super) fn most_splits(bands: usize) -> usize {
    if bands > 1 { SPLITS } else { 0 }
}

impl KeyedRow<'_> {
    pub(super) fn anchors(&self) -> Vec<u64> {
        of_six(self.anchors).collect()
    }

    pub(super) fn in_bands(&self) -> Vec<InBand> {
        InBand::of(&band_keys(self.keys)).collect()
    }
}

/// Finds hot keys in a sample of texts.
pub(super) struct FindHot<'j>(pub(super) &'j Job);

impl MapReduce for FindHot<'_> {
    fn map(&self, run: &PackedRun, to: &mut Sender) -> Result<()> {
        let job = self.0;
        for row in rows::<KeyedRow<'_>>(&run.payload) {
            let (row, _) = row.ok_or_else(|| job.damaged("keys"))?;
            if !mix(row.id.0).is_multiple_of(job.heat.every) {
                continue;
            }
            let in_bands = row.in_bands();
            let buckets = in_bands.iter().flat_map(|it| {
                let splits = 0..=most_splits(in_bands.len());
                splits.map(|splits| of_bucket(it, splits))
            });
            let anchors = of_six(row.anchors).map(of_anchor);
            let addresses = row.addresses.iter().copied().map(of_address);
            for key in anchors.chain(addresses).chain(buckets) {
                let row = HotRow {
                    key,
                    text: row.id,
                    asks: 0,
                    anchor: None,
                };
                to.send(Kind::Sampled, 0, &row);
            }
        }
        Ok(())
    }

    fn reduce(&self, runs: &mut dyn Iterator<Item = PackedRun>, _: &mut Sender) -> Result<()> {
        let sampled = gathered(self.0, runs)?;
        let keys = sampled.chunk_by(|a, b| a.key == b.key);
        let hot = keys.filter(|it| it.len() >= HOT).map(|it| {
            let texts: Vec<TextKey> = it.iter().map(|row| row.text).collect();
            (it[0].key, HotKey::of(&texts))
        });
        self.0.keep_hot_keys(&hot.collect::<Vec<_>>())
    }
}

/// The rows of runs, each once, by key and text.
fn gathered(job: &Job, runs: &mut dyn Iterator<Item = PackedRun>) -> Result<Vec<HotRow>> {
    let mut all: Vec<HotRow> = Vec::new();
    for run in runs {
        for row in rows::<HotRow>(&run.payload) {
            all.push(row.ok_or_else(|| job.damaged("hot keys"))?.0);
        }
    }
    all.sort_unstable();
    all.dedup();
    Ok(all)
}

/// Finds the first texts of hot keys.
pub(super) struct FindHeads<'j>(pub(super) &'j Job);

impl MapReduce for FindHeads<'_> {
    fn map(&self, run: &PackedRun, to: &mut Sender) -> Result<()> {
        let job = self.0;
        let hot = job.hot_keys()?;
        if hot.is_empty() {
            return Ok(());
        }
        for row in rows::<KeyedRow<'_>>(&run.payload) {
            let (row, _) = row.ok_or_else(|| job.damaged("keys"))?;
            let asks = asks(&row.anchors());
            let anchors = of_six(row.anchors).map(|anchor| (of_anchor(anchor), Some(anchor)));
            let buckets = row.in_bands();
            let buckets = buckets.iter().map(|it| (of_bucket(it, 0), None));
            let addresses = row.addresses.iter().map(|&it| (of_address(it), None));
            for (key, anchor) in anchors.chain(buckets).chain(addresses) {
                if hot.get(&key).is_some_and(|hot| row.id <= hot.cutoff) {
                    let row = HotRow {
                        key,
                        text: row.id,
                        asks,
                        anchor,
                    };
                    to.send(Kind::Head, 0, &row);
                }
            }
        }
        Ok(())
    }

    fn reduce(&self, runs: &mut dyn Iterator<Item = PackedRun>, to: &mut Sender) -> Result<()> {
        let rows = gathered(self.0, runs)?;
        let mut heads = Vec::new();
        for of_key in rows.chunk_by(|a, b| a.key == b.key) {
            for row in of_key.iter().take(KEPT_OF_MANY) {
                if let Some(anchor) = row.anchor {
                    let many = ManyRow {
                        text: row.text,
                        anchor,
                        is_crowded: true,
                    };
                    let share = to.share(row.text.0);
                    to.send(Kind::Many, share, &many);
                }
            }
            let first = of_key.iter().take(HUBS).map(|row| (row.text, row.asks));
            heads.push((of_key[0].key, first.collect()));
        }
        self.0.keep_heads(&heads)
    }
}

//! Meeting: texts that share a key meet in its share, and pairs that met become candidates.

use super::keys::{ByShare, InRange, Meeting};
use super::wire::{CountsRow, KeyedRow, Kind, ManyRow, MetRow, PairRow, TextKey, rows};
use super::{Job, MapReduce, PackedRun, Sender};
use crate::error::Result;
use crate::stages::candidates::by_key::{
    MetBy, meet_at_addresses, meet_by_anchors, meet_following, meet_in_bands,
};

/// Meets the texts that share a key.
pub(super) struct Meet<'j>(pub(super) &'j Job);

const IN_BAND: MetBy = MetBy {
    is_in_band: true,
    is_at_address: false,
    anchors: 0,
};
const AT_ADDRESS: MetBy = MetBy {
    is_in_band: false,
    is_at_address: true,
    anchors: 0,
};
const BY_ANCHOR: MetBy = MetBy {
    is_in_band: false,
    is_at_address: false,
    anchors: 1,
};

/// Pairs of texts, by their numbers in a share, the lesser above.
#[derive(Default)]
struct Met(Vec<(u64, MetBy)>);

impl Met {
    fn push(&mut self, a: u32, b: u32, by: MetBy) {
        let pair = u64::from(a.min(b)) << 32 | u64::from(a.max(b));
        self.0.push((pair, by));
    }

    /// Sends each pair once.
    fn send(mut self, texts: &[(TextKey, u8)], to: &mut Sender) {
        self.0.sort_unstable_by_key(|met| met.0);
        for same in self.0.chunk_by(|a, b| a.0 == b.0) {
            let by = same.iter().fold(MetBy::default(), |all, it| all.and(it.1));
            let (a, b) = ((same[0].0 >> 32) as usize, same[0].0 as u32 as usize);
            MetRow::new(texts[a], texts[b], by).send(to);
        }
    }
}

impl MapReduce for Meet<'_> {
    fn map(&self, run: &PackedRun, to: &mut Sender) -> Result<()> {
        let (mut by_share, mut texts) = (ByShare::new(self.0)?, 0u16);
        for row in rows::<KeyedRow<'_>>(&run.payload) {
            let (row, _) = row.ok_or_else(|| self.0.damaged("keys"))?;
            by_share.add(&row, to);
            texts += 1;
            if texts == u16::MAX {
                by_share.send_all(to);
                texts = 0;
            }
        }
        by_share.send_all(to);
        Ok(())
    }

    fn reduce(&self, runs: &mut dyn Iterator<Item = PackedRun>, to: &mut Sender) -> Result<()> {
        let job = self.0;
        let mut held: Vec<PackedRun> = Vec::new();
        for run in runs {
            // By hot keys texts met where they were.
            if run.kind == Kind::Met as u32 {
                to.forward(run.kind, run.share, &run.payload);
            } else {
                held.push(run);
            }
        }
        let meeting = Meeting::of(&held).ok_or_else(|| job.damaged("keys"))?;
        drop(held);
        let Meeting {
            texts,
            bands,
            mut anchors,
            mut addresses,
            ranges,
        } = meeting;
        let mut met = Met::default();
        for (splits, mut buckets) in bands.into_iter().enumerate() {
            let mut meet = |a, b| met.push(a, b, IN_BAND);
            meet_in_bands(&mut buckets, job.cut.bands(), splits, &mut meet);
        }
        meet_in_ranges(ranges, &mut met);
        meet_at_addresses(&mut addresses, &mut |a, b| met.push(a, b, AT_ADDRESS));
        meet_by_anchors(
            &mut anchors,
            &mut |a, b| met.push(a, b, BY_ANCHOR),
            &mut |many| {
                for holder in many.texts {
                    let text = texts[holder.text as usize].0;
                    let row = ManyRow {
                        text,
                        anchor: many.anchor,
                        is_crowded: many.is_crowded,
                    };
                    let share = to.share(text.0);
                    to.send(Kind::Many, share, &row);
                }
            },
        );
        met.send(&texts, to);
        Ok(())
    }
}

/// The pairs of texts that follow one another in the ranges of hot keys.
fn meet_in_ranges(mut ranges: Vec<InRange>, met: &mut Met) {
    ranges.sort_unstable();
    ranges.dedup();
    for range in ranges.chunk_by(|a, b| (a.key, a.range) == (b.key, b.range)) {
        let (of_this, of_next) = range.split_at(range.partition_point(|it| !it.is_of_next));
        let texts = |some: &[InRange]| some.iter().map(|it| it.text).collect::<Vec<u32>>();
        let by = if range[0].is_address {
            AT_ADDRESS
        } else {
            IN_BAND
        };
        let mut meet = |a, b| met.push(a, b, by);
        meet_following(&texts(of_this), &texts(of_next), &mut meet);
    }
}

/// Keeps the pairs that are worth a comparison.
pub(super) struct Pairs<'j>(pub(super) &'j Job);

impl MapReduce for Pairs<'_> {
    fn map(&self, run: &PackedRun, to: &mut Sender) -> Result<()> {
        to.forward(run.kind, run.share, &run.payload);
        Ok(())
    }

    fn reduce(&self, runs: &mut dyn Iterator<Item = PackedRun>, to: &mut Sender) -> Result<()> {
        let mut met: Vec<MetRow> = Vec::new();
        for run in runs {
            for row in rows(&run.payload) {
                met.push(row.ok_or_else(|| self.0.damaged("pairs"))?.0);
            }
        }
        met.sort_unstable();
        let mut counts = CountsRow::default();
        for same in met.chunk_by(|a, b| a.pair == b.pair) {
            let all = same
                .iter()
                .fold(MetBy::default(), |all, row| all.and(row.by()));
            let by_anchors = all.has_anchors(same[0].asks);
            counts.from_bands += u64::from(all.is_in_band);
            counts.from_addresses += u64::from(all.is_at_address);
            counts.from_anchors += u64::from(by_anchors);
            if by_anchors || all.is_in_band || all.is_at_address {
                counts.candidates += 1;
                let pair = same[0].pair;
                let share = to.share(pair.0.0);
                to.send(Kind::Pair, share, &PairRow { pair });
            }
        }
        to.send(Kind::Counts, 0, &counts);
        Ok(())
    }
}

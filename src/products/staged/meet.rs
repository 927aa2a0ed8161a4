//! Meeting: texts that share a key meet in its share, and pairs that met become candidates.

use super::keys::{ByShare, Meeting};
use super::wire::{CountsRow, Kind, ManyRow, MetRow, PairRow, TextKey, TextRow, rows};
use super::{Job, MapReduce, PackedRun, Sender};
use crate::error::Result;
use crate::kernel::mix;
use crate::stages::candidates::by_key::{MetBy, meet_at_addresses, meet_by_anchors, meet_in_bands};

/// Meets the texts that share a key.
pub(super) struct Meet<'j>(pub(super) &'j Job);

impl MapReduce for Meet<'_> {
    fn map(&self, run: &PackedRun, to: &mut Sender) -> Result<()> {
        let (mut by_share, mut texts) = (ByShare::default(), 0u16);
        for row in rows::<TextRow<'_>>(&run.payload) {
            let (row, _) = row.ok_or_else(|| self.0.damaged("texts"))?;
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
        let runs: Vec<PackedRun> = runs.collect();
        let Meeting {
            texts,
            mut bands,
            mut anchors,
            mut addresses,
        } = Meeting::of(&runs).ok_or_else(|| job.damaged("keys"))?;
        let mut met: Vec<(u64, MetBy)> = Vec::new();
        let pair = |a: u32, b: u32| u64::from(a.min(b)) << 32 | u64::from(a.max(b));
        meet_in_bands(&mut bands, job.cut.bands(), &mut |a, b| {
            let is_in_band = true;
            met.push((
                pair(a, b),
                MetBy {
                    is_in_band,
                    ..MetBy::default()
                },
            ));
        });
        drop(bands);
        meet_at_addresses(&mut addresses, &mut |a, b| {
            let is_at_address = true;
            met.push((
                pair(a, b),
                MetBy {
                    is_at_address,
                    ..MetBy::default()
                },
            ));
        });
        meet_by_anchors(
            &mut anchors,
            &mut |a, b| {
                met.push((
                    pair(a, b),
                    MetBy {
                        anchors: 1,
                        ..MetBy::default()
                    },
                ))
            },
            &mut |many| {
                for holder in many.texts {
                    let text = texts[holder.text as usize].0;
                    let share = to.share(text.0);
                    let row = ManyRow {
                        text,
                        anchor: many.anchor,
                        is_crowded: many.is_crowded,
                    };
                    to.send(Kind::Many, share, &row);
                }
            },
        );
        send(&texts, met, to);
        Ok(())
    }
}

/// Sends the pairs that met in a share, each once.
fn send(texts: &[(TextKey, u8)], mut met: Vec<(u64, MetBy)>, to: &mut Sender) {
    met.sort_unstable_by_key(|met| met.0);
    for same in met.chunk_by(|a, b| a.0 == b.0) {
        let by = same.iter().fold(MetBy::default(), |all, it| all.and(it.1));
        let (a, b) = (
            texts[(same[0].0 >> 32) as usize],
            texts[same[0].0 as u32 as usize],
        );
        let row = MetRow {
            pair: (a.0, b.0),
            is_in_band: by.is_in_band,
            is_at_address: by.is_at_address,
            anchors: by.anchors,
            asks: (a.1, b.1),
        };
        let share = to.share(mix(a.0.0 ^ mix(b.0.0)));
        to.send(Kind::Met, share, &row);
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
            let by = |row: &MetRow| MetBy {
                is_in_band: row.is_in_band,
                is_at_address: row.is_at_address,
                anchors: row.anchors,
            };
            let all = same
                .iter()
                .fold(MetBy::default(), |all, row| all.and(by(row)));
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

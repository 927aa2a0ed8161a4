//! Meeting: texts that share a key meet in its share, and pairs that met become candidates.

use ahash::AHashMap;
use xxhash_rust::xxh3::xxh3_64;

use super::wire::{
    CountsRow, Kind, ManyRow, MetRow, PairRow, TextId, TextRow, band_keys, of_six, rows,
};
use super::{Job, Run, Sender, Stage};
use crate::corpus::{bare_host, canonical_address};
use crate::error::Result;
use crate::kernel::mix;
use crate::stages::candidates::by_key::{
    Holder, InBand, MetBy, asks, meet_at_addresses, meet_by_anchors, meet_in_bands,
};

/// Meets the texts that share a key.
pub(super) struct Meet<'j>(pub(super) &'j Job);

/// The keys of some texts in one share: a text is named once, however many it has.
#[derive(Default)]
struct Keys {
    /// Of each text its id, and what it asks of those it shares anchors with.
    texts: Vec<u8>,
    count: u16,
    bands: Vec<u8>,
    anchors: Vec<u8>,
    addresses: Vec<u8>,
}

const TEXT: usize = 17;
const IN_BAND: usize = 2 + 1 + 6 * 4;
const ANCHOR: usize = 2 + 6;
const ADDRESS: usize = 2 + 8;

impl Keys {
    /// In bytes: four lengths, then what they are of.
    fn to_bytes(&self) -> Vec<u8> {
        let parts = [&self.texts, &self.bands, &self.anchors, &self.addresses];
        let mut bytes = Vec::new();
        for part in parts {
            bytes.extend_from_slice(&(part.len() as u32).to_le_bytes());
        }
        parts.iter().for_each(|part| bytes.extend_from_slice(part));
        bytes
    }
}

/// The keys of texts by share.
struct ByShare {
    of_share: AHashMap<u32, Keys>,
}

impl ByShare {
    /// The keys of a share, and the number of a text in it.
    fn of(&mut self, share: u32, text: (TextId, u8)) -> (&mut Keys, [u8; 2]) {
        let keys = self.of_share.entry(share).or_default();
        let is_last = keys.texts.len() >= TEXT
            && keys.texts[keys.texts.len() - TEXT..][..TEXT - 1] == text.0.bytes();
        if !is_last {
            keys.texts.extend_from_slice(&text.0.bytes());
            keys.texts.push(text.1);
            keys.count += 1;
        }
        let number = (keys.count - 1).to_le_bytes();
        (keys, number)
    }

    fn send_all(&mut self, to: &mut Sender) {
        let mut shares: Vec<(u32, Keys)> = self.of_share.drain().collect();
        shares.sort_unstable_by_key(|share| share.0);
        for (share, keys) in shares {
            to.whole(Kind::Keys, share, keys.to_bytes());
        }
    }
}

impl Stage for Meet<'_> {
    fn map(&self, run: &Run, to: &mut Sender) -> Result<()> {
        let mut by_share = ByShare {
            of_share: AHashMap::new(),
        };
        let mut texts = 0u16;
        for row in rows::<TextRow<'_>>(&run.payload) {
            let (row, _) = row.ok_or_else(|| self.0.damaged("texts"))?;
            let Some(first) = row.articles.first() else {
                continue;
            };
            let anchors: Vec<u64> = of_six(first.anchors).collect();
            let text = (row.id, asks(&anchors));
            for &anchor in &anchors {
                let share = to.share(mix(anchor));
                let (keys, number) = by_share.of(share, text);
                keys.anchors.extend_from_slice(&number);
                keys.anchors.extend_from_slice(&anchor.to_le_bytes()[..6]);
            }
            if first.shingles > 0 && !first.heading().is_alone() {
                for in_band in InBand::of(&band_keys(first.keys)) {
                    let share = to.share(mix(in_band.keys[0] ^ u64::from(in_band.band)));
                    let (keys, number) = by_share.of(share, text);
                    keys.bands.extend_from_slice(&number);
                    keys.bands.push(in_band.band);
                    for key in in_band.keys {
                        keys.bands
                            .extend_from_slice(&(key >> 16).to_le_bytes()[..6]);
                    }
                }
                for article in &row.articles {
                    let Some(address) = article.url.and_then(canonical_address) else {
                        continue;
                    };
                    let source = article.source().map_or("", bare_host);
                    let address = xxh3_64(address.as_bytes());
                    if address == 0 {
                        continue;
                    }
                    let hash = mix(address ^ xxh3_64(source.as_bytes()));
                    let (keys, number) = by_share.of(to.share(mix(hash)), text);
                    keys.addresses.extend_from_slice(&number);
                    keys.addresses.extend_from_slice(&hash.to_le_bytes());
                }
            }
            texts += 1;
            if texts == u16::MAX {
                by_share.send_all(to);
                texts = 0;
            }
        }
        by_share.send_all(to);
        Ok(())
    }

    fn reduce(&self, runs: &mut dyn Iterator<Item = Run>, to: &mut Sender) -> Result<()> {
        let job = self.0;
        let runs: Vec<Run> = runs.collect();
        let parsed: Option<Vec<Parsed<'_>>> =
            runs.iter().map(|run| Parsed::of(&run.payload)).collect();
        let parsed = parsed.ok_or_else(|| job.damaged("keys"))?;
        let mut texts: Vec<(TextId, u8)> = parsed
            .iter()
            .flat_map(|keys| keys.texts.iter().copied())
            .collect();
        texts.sort_unstable();
        texts.dedup();
        let mut met: Vec<(u64, MetBy)> = Vec::new();
        let pair = |a: u32, b: u32| u64::from(a.min(b)) << 32 | u64::from(a.max(b));
        let broken = || job.damaged("keys");
        let (mut bands, mut anchors, mut addresses) = (Vec::new(), Vec::new(), Vec::new());
        for keys in &parsed {
            let numbers: Vec<u32> = keys
                .texts
                .iter()
                .map(|text| texts.binary_search(text).map_or(0, |at| at as u32))
                .collect();
            for entry in keys.bands {
                let text = number(&numbers, entry).ok_or_else(broken)?;
                let mut in_band = InBand {
                    band: entry[2],
                    keys: [0; 4],
                };
                for (key, six) in in_band.keys.iter_mut().zip(of_six(&entry[3..])) {
                    *key = six;
                }
                bands.push((in_band, text));
            }
            for entry in keys.anchors {
                let text = number(&numbers, entry).ok_or_else(broken)?;
                let key = of_six(&entry[2..]).next().unwrap_or_default();
                anchors.push(Holder { key, text });
            }
            for entry in keys.addresses {
                let text = number(&numbers, entry).ok_or_else(broken)?;
                let key = u64::from_le_bytes(entry[2..].try_into().unwrap_or_default());
                addresses.push(Holder { key, text });
            }
        }
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
        Ok(())
    }
}

fn number(numbers: &[u32], entry: &[u8]) -> Option<u32> {
    let at = u16::from_le_bytes(*entry.first_chunk()?);
    numbers.get(usize::from(at)).copied()
}

/// The keys of a run.
struct Parsed<'a> {
    texts: Vec<(TextId, u8)>,
    bands: &'a [[u8; IN_BAND]],
    anchors: &'a [[u8; ANCHOR]],
    addresses: &'a [[u8; ADDRESS]],
}

impl<'a> Parsed<'a> {
    fn of(bytes: &'a [u8]) -> Option<Parsed<'a>> {
        let (head, rest) = bytes.split_first_chunk::<16>()?;
        let lengths = head.as_chunks::<4>().0;
        let length = |at: usize| u32::from_le_bytes(lengths[at]) as usize;
        let (texts, rest) = rest.split_at_checked(length(0))?;
        let (bands, rest) = rest.split_at_checked(length(1))?;
        let (anchors, rest) = rest.split_at_checked(length(2))?;
        let text = |text: &[u8; TEXT]| {
            let (id, asks) = text.split_at(16);
            let id = TextId::of_bytes(id.try_into().unwrap_or(&[0; 16]));
            (id, asks[0])
        };
        (rest.len() == length(3)).then(|| Parsed {
            texts: texts.as_chunks().0.iter().map(text).collect(),
            bands: bands.as_chunks().0,
            anchors: anchors.as_chunks().0,
            addresses: rest.as_chunks().0,
        })
    }
}

/// Keeps the pairs that are worth a comparison.
pub(super) struct Pairs<'j>(pub(super) &'j Job);

impl Stage for Pairs<'_> {
    fn map(&self, run: &Run, to: &mut Sender) -> Result<()> {
        to.forward(run.kind, run.share, &run.payload);
        Ok(())
    }

    fn reduce(&self, runs: &mut dyn Iterator<Item = Run>, to: &mut Sender) -> Result<()> {
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

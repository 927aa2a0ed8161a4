//! Meeting by key: what candidates are found from, where no machine holds the keys of all texts.
//!
//! Each key goes to one share, and all texts that have it meet there. So a share needs nothing of the others: the pairs of a bucket,
//! of a posting, and of an address hang on their members alone. What pairs meet by is put together pair by pair.

pub(crate) use super::KEPT_OF_MANY;
use super::addresses;
use super::asking::{AnchorCounts, needed};
use super::buckets::{BandKey, meet};
pub(crate) use super::buckets::{HUBS, NEIGHBOURS, SPLITS};
use super::is_sparse;
use super::postings::{MANY, POSTING, SHARED};
use crate::corpus::TextId;

/// The anchors that are templates in a whole dump.
#[derive(Clone, Debug, Default)]
pub(crate) struct KnownForms {
    /// All, ascending.
    pub(crate) forms: Vec<u64>,
    /// Those that stand in too many texts to lead anywhere, ascending.
    pub(crate) crowded: Vec<u64>,
}

/// A key, and a text that has it; the number of the text is one in the order of content hash.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) struct Holder {
    pub(crate) key: u64,
    pub(crate) text: TextId,
}

/// What a text has in a band, and in those that follow it.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) struct InBand {
    pub(crate) band: u8,
    /// In the band itself, then in those by which a large bucket is split.
    pub(crate) keys: [u64; 1 + SPLITS],
}

impl InBand {
    /// What a text has in each band, given its keys in all.
    pub(crate) fn of(keys: &[BandKey]) -> impl Iterator<Item = InBand> + '_ {
        let key = |band: usize| keys[band % keys.len()].hash();
        (0..keys.len()).map(move |band| InBand {
            band: band as u8,
            keys: std::array::from_fn(|next| key(band + next)),
        })
    }
}

/// By what a pair met.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(crate) struct MetBy {
    pub(crate) is_in_band: bool,
    pub(crate) is_at_address: bool,
    /// How many anchors led from one to the other.
    pub(crate) anchors: u8,
}

impl MetBy {
    /// What two shares know of a pair.
    pub(crate) fn and(self, other: MetBy) -> MetBy {
        MetBy {
            is_in_band: self.is_in_band | other.is_in_band,
            is_at_address: self.is_at_address | other.is_at_address,
            anchors: self.anchors.saturating_add(other.anchors),
        }
    }

    /// Whether its anchors make it a candidate, given what each of the two asks for.
    pub(crate) fn has_anchors(self, asks: (u8, u8)) -> bool {
        let shared = usize::from(self.anchors);
        shared >= SHARED
            || shared > 0 && shared >= needed(AnchorCounts(asks.0), AnchorCounts(asks.1))
    }
}

/// What a text with these anchors asks of those that it shares some with.
pub(crate) fn asks(anchors: &[u64]) -> u8 {
    AnchorCounts::of(anchors.iter().map(|&anchor| is_sparse(anchor))).0
}

/// The pairs of texts that agree in a band, of `bands`, and in so many more that follow it: those of a bucket that was split so
/// often. The entries are sorted.
pub(crate) fn meet_in_bands(
    entries: &mut [(InBand, TextId)],
    bands: usize,
    splits: usize,
    met: &mut dyn FnMut(TextId, TextId),
) {
    let is_same =
        |a: &InBand, b: &InBand| (a.band, &a.keys[..=splits]) == (b.band, &b.keys[..=splits]);
    entries.sort_unstable_by(|(a, one), (b, other)| {
        let (a, b) = ((a.band, &a.keys[..=splits]), (b.band, &b.keys[..=splits]));
        a.cmp(&b).then(one.cmp(other))
    });
    let buckets = entries.chunk_by(|a, b| is_same(&a.0, &b.0));
    for bucket in buckets.filter(|it| it.len() > 1) {
        let split = |members: &[u32], next: usize| {
            let key = |&text: &TextId| {
                let at = bucket.binary_search_by_key(&text, |it| it.1);
                (at.map_or(0, |at| bucket[at].0.keys[next]), text)
            };
            let mut keyed: Vec<(u64, u32)> = members.iter().map(key).collect();
            keyed.sort_unstable();
            let lots = keyed
                .chunk_by(|a, b| a.0 == b.0)
                .filter(|lot| lot.len() > 1);
            lots.map(|lot| lot.iter().map(|it| it.1).collect())
                .collect()
        };
        let members = bucket.iter().map(|it| it.1).collect();
        meet(members, &split, splits, bands > 1, met);
    }
}

/// The pairs of a range of a bucket that no further band splits, or of an address: its texts ascend, and then come those of the
/// next range, of which so many are here as may follow one of this.
pub(crate) fn meet_following(
    texts: &[TextId],
    next: &[TextId],
    met: &mut dyn FnMut(TextId, TextId),
) {
    for (at, &text) in texts.iter().enumerate() {
        let after = texts[at + 1..].iter().chain(next).take(NEIGHBOURS);
        after.for_each(|&other| met(text, other));
    }
}

/// The pairs of texts that share an anchor, once for each, and the texts of anchors that many have; the entries are sorted.
pub(crate) fn meet_by_anchors(
    entries: &mut [Holder],
    met: &mut dyn FnMut(TextId, TextId),
    many: &mut dyn FnMut(ManyHave<'_>),
) {
    entries.sort_unstable();
    for posting in entries.chunk_by(|a, b| a.key == b.key) {
        let is_crowded = posting.len() > POSTING;
        let first = if is_crowded { HUBS } else { posting.len() };
        for (at, holder) in posting.iter().enumerate().skip(1) {
            let before = posting[..at.min(first)].iter();
            before.for_each(|other| met(other.text, holder.text));
        }
        if posting.len() >= MANY {
            many(ManyHave {
                anchor: posting[0].key,
                is_crowded,
                texts: &posting[..posting.len().min(KEPT_OF_MANY)],
            });
        }
    }
}

/// An anchor that many texts have.
pub(crate) struct ManyHave<'h> {
    pub(crate) anchor: u64,
    /// Whether it stands in too many for all of them to meet.
    pub(crate) is_crowded: bool,
    /// The first texts that have it.
    pub(crate) texts: &'h [Holder],
}

/// The pairs of texts that stood at one address; the entries are sorted.
pub(crate) fn meet_at_addresses(entries: &mut [Holder], met: &mut dyn FnMut(TextId, TextId)) {
    entries.sort_unstable();
    for at_one in entries.chunk_by(|a, b| a.key == b.key) {
        let mut texts: Vec<TextId> = at_one.iter().map(|it| it.text).collect();
        texts.dedup();
        addresses::meet(&texts, met);
    }
}

//! Keys of texts on their way to the shares where they meet, packed: a text is named once in a share, however many of its keys go there.

use ahash::AHashMap;
use xxhash_rust::xxh3::xxh3_64;

use super::hot::{Heads, HotKey, HotKeys, KeyHash, most_splits, of_address, of_anchor, of_bucket};
use super::wire::{ArticleRow, KeyedRow, Kind, MetRow, TextKey, of_six};
use super::{Job, PackedRun, Sender};
use crate::corpus::{bare_host, canonical_address};
use crate::error::Result;
use crate::kernel::mix;
use crate::stages::candidates::by_key::{Holder, InBand, MetBy, SPLITS, asks};

/// The keys of some texts in one share: a text is named once, however many it has.
#[derive(Default)]
struct Keys {
    /// Of each text its id, and what it asks of those it shares anchors with.
    texts: Vec<u8>,
    count: u16,
    bands: Vec<u8>,
    anchors: Vec<u8>,
    addresses: Vec<u8>,
    ranges: Vec<u8>,
}

const TEXT: usize = 17;
/// The number of the text, how often its bucket was split, the band, and four keys.
const IN_BAND: usize = 2 + 1 + 1 + 6 * 4;
const ANCHOR: usize = 2 + 6;
const ADDRESS: usize = 2 + 8;
/// The number of the text, what is ranged and by what it meets, the range, and whether the text is of the next one.
const IN_RANGE: usize = 2 + 16 + 1 + 4 + 1;
const PARTS: usize = 5;

impl Keys {
    /// In bytes: the lengths of the parts, then the parts.
    fn to_bytes(&self) -> Vec<u8> {
        let parts = [
            &self.texts,
            &self.bands,
            &self.anchors,
            &self.addresses,
            &self.ranges,
        ];
        let mut bytes = Vec::new();
        for part in parts {
            bytes.extend_from_slice(&(part.len() as u32).to_le_bytes());
        }
        parts.iter().for_each(|part| bytes.extend_from_slice(part));
        bytes
    }
}

/// The keys of texts by share.
pub(super) struct ByShare<'j> {
    of_share: AHashMap<u32, Keys>,
    hot: &'j HotKeys,
    heads: &'j Heads,
}

/// A text that is being sent, and what it asks of those it shares anchors with.
type Sent = (TextKey, u8);

impl<'j> ByShare<'j> {
    pub(super) fn new(job: &'j Job) -> Result<ByShare<'j>> {
        Ok(ByShare {
            of_share: AHashMap::new(),
            hot: job.hot_keys()?,
            heads: job.heads()?,
        })
    }

    /// Adds the keys of a text; by hot ones it meets the first texts that have them at once.
    pub(super) fn add(&mut self, row: &KeyedRow<'_>, to: &mut Sender) {
        let anchors = row.anchors();
        let text = (row.id, asks(&anchors));
        for &anchor in &anchors {
            let anchors = 1;
            let by = MetBy {
                anchors,
                ..MetBy::default()
            };
            if self.is_met(|| of_anchor(anchor), text, by, to).is_none() {
                let (keys, number) = self.of(to.share(mix(anchor)), text);
                keys.anchors.extend_from_slice(&number);
                keys.anchors.extend_from_slice(&anchor.to_le_bytes()[..6]);
            }
        }
        let in_bands = row.in_bands();
        let most = most_splits(in_bands.len());
        for in_band in in_bands {
            self.add_in_band(&in_band, most, text, to);
        }
        for &address in &row.addresses {
            let by = MetBy {
                is_at_address: true,
                ..MetBy::default()
            };
            match self.is_met(|| of_address(address), text, by, to) {
                Some(hot) => self.add_in_range(of_address(address), hot, by, text, to),
                None => {
                    let (keys, number) = self.of(to.share(mix(address)), text);
                    keys.addresses.extend_from_slice(&number);
                    keys.addresses.extend_from_slice(&address.to_le_bytes());
                }
            }
        }
    }

    /// Adds a text to the first bucket of a band that is not hot, or to a range of the last one.
    fn add_in_band(&mut self, it: &InBand, most: usize, text: Sent, to: &mut Sender) {
        let by = MetBy {
            is_in_band: true,
            ..MetBy::default()
        };
        let Some(mut hot) = self.is_met(|| of_bucket(it, 0), text, by, to) else {
            let share = to.share(mix(it.keys[0] ^ u64::from(it.band)));
            return self.add_to_bucket(it, 0, share, text);
        };
        for splits in 1..=most {
            let key = of_bucket(it, splits);
            match self.hot.get(&key) {
                Some(hotter) => hot = hotter,
                None => return self.add_to_bucket(it, splits, to.share(key.0), text),
            }
        }
        self.add_in_range(of_bucket(it, most), hot, by, text, to);
    }

    fn add_to_bucket(&mut self, it: &InBand, splits: usize, share: u32, text: Sent) {
        let (keys, number) = self.of(share, text);
        keys.bands.extend_from_slice(&number);
        keys.bands.push(splits as u8);
        keys.bands.push(it.band);
        for key in it.keys {
            keys.bands
                .extend_from_slice(&(key >> 16).to_le_bytes()[..6]);
        }
    }

    /// Adds a text to its range of a hot key, and to the one before if it may follow a text of that.
    fn add_in_range(&mut self, key: KeyHash, hot: &HotKey, by: MetBy, text: Sent, to: &Sender) {
        let (range, follows) = hot.range(text.0);
        let ranges = [(range, false), (range.wrapping_sub(1), true)];
        for (range, is_of_next) in ranges.into_iter().take(1 + usize::from(follows)) {
            let (keys, number) = self.of(to.share(mix(key.0 ^ mix(range.into()))), text);
            keys.ranges.extend_from_slice(&number);
            keys.ranges.extend_from_slice(&key.0.to_le_bytes());
            keys.ranges.extend_from_slice(&key.1.to_le_bytes());
            keys.ranges.push(by.is_at_address.into());
            keys.ranges.extend_from_slice(&range.to_le_bytes());
            keys.ranges.push(is_of_next.into());
        }
    }

    /// Has a text meet the first texts of a key where it is hot, and says what is known of it.
    fn is_met(
        &self,
        key: impl Fn() -> KeyHash,
        (text, asks): Sent,
        by: MetBy,
        to: &mut Sender,
    ) -> Option<&'j HotKey> {
        if self.hot.is_empty() {
            return None;
        }
        let hot = self.hot.get(&key())?;
        let heads = self.heads.get(&key()).map(Vec::as_slice);
        for &(head, of_head) in heads.unwrap_or_default() {
            if head < text {
                MetRow::new((head, of_head), (text, asks), by).send(to);
            }
        }
        Some(hot)
    }

    /// The keys of a share, and the number of a text in it.
    fn of(&mut self, share: u32, text: Sent) -> (&mut Keys, [u8; 2]) {
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

    pub(super) fn send_all(&mut self, to: &mut Sender) {
        let mut shares: Vec<(u32, Keys)> = self.of_share.drain().collect();
        shares.sort_unstable_by_key(|share| share.0);
        for (share, keys) in shares {
            to.whole(Kind::Keys, share, keys.to_bytes());
        }
    }
}

/// A hash of the address of an article at its source; `None` where it has none, or that of a whole site.
pub(super) fn address(article: &ArticleRow<'_>) -> Option<u64> {
    let address = xxh3_64(canonical_address(article.url?)?.as_bytes());
    // Where no source is given it is the host, and one for telephones is the same paper.
    let source = article.source().map_or("", bare_host);
    (address != 0).then(|| mix(address ^ xxh3_64(source.as_bytes())))
}

/// A text in a range of a hot key.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(super) struct InRange {
    pub(super) key: KeyHash,
    pub(super) range: u32,
    /// Whether it is of the next range, and may follow a text of this one.
    pub(super) is_of_next: bool,
    pub(super) text: u32,
    /// Whether the key is an address; else it is a bucket.
    pub(super) is_address: bool,
}

/// What meets in a share.
#[derive(Default)]
pub(super) struct Meeting {
    /// The texts, ascending, and what each asks of those it shares anchors with.
    pub(super) texts: Vec<(TextKey, u8)>,
    /// By how often their buckets were split.
    pub(super) bands: [Vec<(InBand, u32)>; 1 + SPLITS],
    pub(super) anchors: Vec<Holder>,
    pub(super) addresses: Vec<Holder>,
    pub(super) ranges: Vec<InRange>,
}

impl Meeting {
    /// What these runs hold; `None` where one is damaged.
    pub(super) fn of(runs: &[PackedRun]) -> Option<Meeting> {
        let parsed: Option<Vec<Parsed<'_>>> =
            runs.iter().map(|run| Parsed::of(&run.payload)).collect();
        let parsed = parsed?;
        let mut meeting = Meeting::default();
        let texts = parsed.iter().flat_map(|keys| keys.texts.iter().copied());
        meeting.texts.extend(texts);
        meeting.texts.sort_unstable();
        meeting.texts.dedup();
        for keys in &parsed {
            meeting.add(keys)?;
        }
        Some(meeting)
    }

    fn add(&mut self, keys: &Parsed<'_>) -> Option<()> {
        let numbers: Vec<u32> = keys
            .texts
            .iter()
            .map(|text| self.texts.binary_search(text).map_or(0, |at| at as u32))
            .collect();
        for entry in keys.bands {
            let mut in_band = InBand {
                band: entry[3],
                keys: [0; 1 + SPLITS],
            };
            for (key, six) in in_band.keys.iter_mut().zip(of_six(&entry[4..])) {
                *key = six;
            }
            let bucket = self.bands.get_mut(usize::from(entry[2]))?;
            bucket.push((in_band, number(&numbers, entry)?));
        }
        for entry in keys.anchors {
            let (key, text) = (of_six(&entry[2..]).next()?, number(&numbers, entry)?);
            self.anchors.push(Holder { key, text });
        }
        for entry in keys.addresses {
            let key = u64::from_le_bytes(entry[2..].try_into().ok()?);
            let text = number(&numbers, entry)?;
            self.addresses.push(Holder { key, text });
        }
        for entry in keys.ranges {
            let long = |at: usize| Some(u64::from_le_bytes(*entry[at..].first_chunk()?));
            self.ranges.push(InRange {
                key: (long(2)?, long(10)?),
                range: u32::from_le_bytes(*entry[19..].first_chunk()?),
                is_of_next: entry[23] != 0,
                text: number(&numbers, entry)?,
                is_address: entry[18] != 0,
            });
        }
        Some(())
    }
}

fn number(numbers: &[u32], entry: &[u8]) -> Option<u32> {
    let at = u16::from_le_bytes(*entry.first_chunk()?);
    numbers.get(usize::from(at)).copied()
}

/// The keys of a run.
struct Parsed<'a> {
    texts: Vec<(TextKey, u8)>,
    bands: &'a [[u8; IN_BAND]],
    anchors: &'a [[u8; ANCHOR]],
    addresses: &'a [[u8; ADDRESS]],
    ranges: &'a [[u8; IN_RANGE]],
}

impl<'a> Parsed<'a> {
    fn of(bytes: &'a [u8]) -> Option<Parsed<'a>> {
        let (head, rest) = bytes.split_first_chunk::<{ 4 * PARTS }>()?;
        let lengths = head.as_chunks::<4>().0;
        let length = |at: usize| u32::from_le_bytes(lengths[at]) as usize;
        let (texts, rest) = rest.split_at_checked(length(0))?;
        let (bands, rest) = rest.split_at_checked(length(1))?;
        let (anchors, rest) = rest.split_at_checked(length(2))?;
        let (addresses, rest) = rest.split_at_checked(length(3))?;
        let text = |text: &[u8; TEXT]| {
            let (id, asks) = text.split_at(16);
            let id = TextKey::of_bytes(id.try_into().unwrap_or(&[0; 16]));
            (id, asks[0])
        };
        (rest.len() == length(4)).then(|| Parsed {
            texts: texts.as_chunks().0.iter().map(text).collect(),
            bands: bands.as_chunks().0,
            anchors: anchors.as_chunks().0,
            addresses: addresses.as_chunks().0,
            ranges: rest.as_chunks().0,
        })
    }
}

//! Keys of texts on their way to the shares where they meet, packed: a text is named once in a share, however many of its keys go there.

use ahash::AHashMap;
use xxhash_rust::xxh3::xxh3_64;

use super::wire::{ArticleRow, Kind, TextKey, TextRow, band_keys, of_six};
use super::{PackedRun, Sender};
use crate::corpus::{bare_host, canonical_address};
use crate::kernel::mix;
use crate::stages::candidates::by_key::{Holder, InBand, asks};

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
#[derive(Default)]
pub(super) struct ByShare {
    of_share: AHashMap<u32, Keys>,
}

impl ByShare {
    /// Adds the keys of a text.
    pub(super) fn add(&mut self, row: &TextRow<'_>, to: &Sender) {
        let Some(first) = row.articles.first() else {
            return;
        };
        let anchors: Vec<u64> = of_six(first.anchors).collect();
        let text = (row.id, asks(&anchors));
        for &anchor in &anchors {
            let (keys, number) = self.of(to.share(mix(anchor)), text);
            keys.anchors.extend_from_slice(&number);
            keys.anchors.extend_from_slice(&anchor.to_le_bytes()[..6]);
        }
        if first.shingles == 0 || first.heading().is_alone() {
            return;
        }
        for in_band in InBand::of(&band_keys(first.keys)) {
            let hash = mix(in_band.keys[0] ^ u64::from(in_band.band));
            let (keys, number) = self.of(to.share(hash), text);
            keys.bands.extend_from_slice(&number);
            keys.bands.push(in_band.band);
            for key in in_band.keys {
                keys.bands
                    .extend_from_slice(&(key >> 16).to_le_bytes()[..6]);
            }
        }
        for hash in row.articles.iter().filter_map(address) {
            let (keys, number) = self.of(to.share(mix(hash)), text);
            keys.addresses.extend_from_slice(&number);
            keys.addresses.extend_from_slice(&hash.to_le_bytes());
        }
    }

    /// The keys of a share, and the number of a text in it.
    fn of(&mut self, share: u32, text: (TextKey, u8)) -> (&mut Keys, [u8; 2]) {
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
fn address(article: &ArticleRow<'_>) -> Option<u64> {
    let address = xxh3_64(canonical_address(article.url?)?.as_bytes());
    // Where no source is given it is the host, and one for telephones is the same paper.
    let source = article.source().map_or("", bare_host);
    (address != 0).then(|| mix(address ^ xxh3_64(source.as_bytes())))
}

/// What meets in a share.
#[derive(Default)]
pub(super) struct Meeting {
    /// The texts, ascending, and what each asks of those it shares anchors with.
    pub(super) texts: Vec<(TextKey, u8)>,
    pub(super) bands: Vec<(InBand, u32)>,
    pub(super) anchors: Vec<Holder>,
    pub(super) addresses: Vec<Holder>,
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
                band: entry[2],
                keys: [0; 4],
            };
            for (key, six) in in_band.keys.iter_mut().zip(of_six(&entry[3..])) {
                *key = six;
            }
            self.bands.push((in_band, number(&numbers, entry)?));
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
            let id = TextKey::of_bytes(id.try_into().unwrap_or(&[0; 16]));
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

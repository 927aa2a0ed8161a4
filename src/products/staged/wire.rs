//! What runs hold: rows one behind the other, in Postcard's format.

use serde::{Deserialize, Serialize};

use super::Sender;
use super::hot::KeyHash;
pub(super) use super::member::{MemberRow, SimilarRow};
pub(super) use super::packing::{band_keys, of_six, rows, six_bytes};
use crate::corpus::{Article, KEEP_BY, Place, Timestamp};
use crate::kernel::{Heading, Identity, mix};
use crate::stages::candidates::by_key::MetBy;
use crate::stages::fingerprint::{Fingerprint, OnePrint};

/// What a run holds.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Kind {
    /// The number of a file.
    File = 0,
    /// Page statistics.
    Pages = 1,
    /// What else is learned of a file.
    Rest = 2,
    /// [`TwinRow`]s.
    Twin = 3,
    /// [`ArticleRow`]s.
    Article = 4,
    /// [`CountsRow`]s.
    Counts = 5,
    /// [`ExceptionRow`]s.
    Exception = 6,
    /// [`TextRow`]s.
    Text = 7,
    /// Keys of texts.
    Keys = 8,
    /// [`MetRow`]s.
    Met = 9,
    /// [`ManyRow`]s.
    Many = 10,
    /// [`PairRow`]s.
    Pair = 11,
    /// [`SketchRow`]s.
    Sketch = 12,
    /// [`BearerRow`]s.
    Bearer = 13,
    /// [`FormRow`]s.
    Form = 14,
    /// [`EdgeRow`]s.
    Edge = 15,
    /// [`MemberRow`]s.
    Member = 16,
    /// [`SimilarRow`]s.
    Similar = 17,
    /// [`KeyedRow`]s.
    Keyed = 18,
    /// [`HotRow`]s.
    Sampled = 19,
    /// [`HotRow`]s.
    Head = 20,
    // What stages of stories make is beside them.
    Learned = 40,
    Node = 41,
    Sample = 42,
    Record = 43,
    Item = 44,
    Times = 45,
    Draft = 46,
    Weighed = 47,
    StoryKeys = 48,
    StoryMet = 49,
    StoryPair = 50,
    StoryAsk = 51,
    Scored = 52,
    MetCounts = 53,
    Joined = 54,
    Linked = 55,
    Told = 56,
}

/// Where an article was read: its record, below the number of its file.
pub(super) type At = u64;

const RECORD_BITS: u32 = 40;

pub(super) fn at(file: u32, record: u64) -> At {
    u64::from(file) << RECORD_BITS | record
}

pub(super) fn place(at: At) -> Place {
    Place {
        input: (at >> RECORD_BITS) as u32,
        record: at & ((1 << RECORD_BITS) - 1),
    }
}

/// A text of the dump: 96 bits of its content above the number of its part. Texts ascend as in a run.
#[derive(
    Clone, Copy, Debug, Default, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize,
)]
pub(super) struct TextKey(pub(super) u64, pub(super) u64);

const PART: u64 = u32::MAX as u64;

impl TextKey {
    /// A part of a class of identical articles.
    pub(super) fn new(class: Identity, part: u32) -> TextKey {
        TextKey(class.first, class.second & !PART | u64::from(part))
    }

    /// The same of whatever part.
    pub(super) fn class(self) -> TextKey {
        TextKey(self.0, self.1 & !PART)
    }

    pub(super) fn bytes(self) -> [u8; 16] {
        let mut bytes = [0; 16];
        bytes[..8].copy_from_slice(&self.0.to_le_bytes());
        bytes[8..].copy_from_slice(&self.1.to_le_bytes());
        bytes
    }

    pub(super) fn of_bytes(bytes: &[u8; 16]) -> TextKey {
        let bytes = u128::from_le_bytes(*bytes);
        TextKey(bytes as u64, (bytes >> 64) as u64)
    }
}

/// An article, and what stands for it.
#[derive(Clone, Debug, Serialize, Deserialize)]
pub(super) struct ArticleRow<'a> {
    pub(super) at: At,
    page: (u64, u64),
    text_identity: (u64, u64),
    pub(super) tokens: u32,
    pub(super) shingles: u32,
    heading: u32,
    /// Six bytes for each band.
    pub(super) keys: &'a [u8],
    pub(super) sketch: &'a [u8],
    /// Six bytes for each anchor.
    pub(super) anchors: &'a [u8],
    id: Option<&'a str>,
    title: &'a str,
    text: &'a str,
    source: Option<&'a str>,
    pub(super) url: Option<&'a str>,
    lang: Option<&'a str>,
    published: Option<i64>,
    record_hash: u64,
    order: [u64; KEEP_BY],
}

impl<'a> ArticleRow<'a> {
    pub(super) fn of(
        article: &'a Article<'_>,
        at: At,
        print: &OnePrint<'a>,
        keys: &'a [u8],
        anchors: &'a [u8],
    ) -> ArticleRow<'a> {
        let Fingerprint {
            page,
            text,
            tokens,
            shingles,
        } = print.print;
        ArticleRow {
            at,
            page: (page.first, page.second),
            text_identity: (text.first, text.second),
            tokens,
            shingles,
            heading: print.heading.code(),
            keys,
            sketch: print.sketch,
            anchors,
            id: article.external_id.as_deref(),
            title: &article.title,
            text: &article.text,
            source: article.source.as_deref(),
            url: article.url.as_deref(),
            lang: article.lang.as_deref(),
            published: article.published.map(|time| time.0),
            record_hash: article.record_hash,
            order: article.order,
        }
    }

    pub(super) fn print(&self) -> Fingerprint {
        let identity = |(first, second): (u64, u64)| Identity { first, second };
        Fingerprint {
            page: identity(self.page),
            text: identity(self.text_identity),
            tokens: self.tokens,
            shingles: self.shingles,
        }
    }

    pub(super) fn heading(&self) -> Heading {
        Heading::of_code(self.heading).unwrap_or(Heading::ALONE)
    }

    pub(super) fn article(&self) -> Article<'a> {
        Article {
            external_id: self.id.map(Into::into),
            title: self.title.into(),
            text: self.text.into(),
            source: self.source.map(Into::into),
            published: self.published.map(Timestamp),
            url: self.url.map(Into::into),
            lang: self.lang.map(Into::into),
            place: place(self.at),
            record_hash: self.record_hash,
            order: self.order,
        }
    }

    pub(super) fn source(&self) -> Option<&'a str> {
        self.source
    }

    /// Without what texts meet and are compared by.
    pub(super) fn plain(&self) -> ArticleRow<'a> {
        ArticleRow {
            keys: &[],
            sketch: &[],
            anchors: &[],
            ..self.clone()
        }
    }

    /// Without the keys by which it meets others.
    pub(super) fn keyless(&self) -> ArticleRow<'a> {
        ArticleRow {
            keys: &[],
            ..self.clone()
        }
    }

    /// Without what only the article needs that a text is taken from.
    pub(super) fn stripped(&self) -> ArticleRow<'a> {
        ArticleRow {
            keys: &[],
            sketch: &[],
            anchors: &[],
            text: "",
            lang: None,
            ..self.clone()
        }
    }
}

/// The class of an article by its own text.
pub(super) fn own_class(print: &Fingerprint) -> Identity {
    match print.tokens {
        0 => print.page,
        _ => print.text,
    }
}

/// A page, and what it was cleaned to.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
pub(super) struct TwinRow {
    pub(super) page: (u64, u64),
    pub(super) tokens: u32,
    pub(super) text: (u64, u64),
}

/// The class of a page of which articles were cleaned in different ways.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
pub(super) struct ExceptionRow {
    pub(super) page: (u64, u64),
    pub(super) class: (u64, u64),
}

/// What stages counted.
#[derive(Clone, Copy, Debug, Default, Serialize, Deserialize)]
pub(super) struct CountsRow {
    pub(super) text_bytes: u64,
    pub(super) furniture_bytes: u64,
    pub(super) emptied: u64,
    pub(super) from_bands: u64,
    pub(super) from_anchors: u64,
    pub(super) from_addresses: u64,
    pub(super) candidates: u64,
    pub(super) decided: u64,
}

/// A text, and the articles that bear it: first the one that it is taken from, the others without their texts.
#[derive(Clone, Debug, Serialize, Deserialize)]
pub(super) struct TextRow<'a> {
    pub(super) id: TextKey,
    #[serde(borrow)]
    pub(super) articles: Vec<ArticleRow<'a>>,
}

/// By what a text meets others.
#[derive(Clone, Debug, Serialize, Deserialize)]
pub(super) struct KeyedRow<'a> {
    pub(super) id: TextKey,
    /// Six bytes for each band; none where it meets none in bands.
    pub(super) keys: &'a [u8],
    /// Six bytes for each anchor.
    pub(super) anchors: &'a [u8],
    /// Hashes of addresses and sources, ascending.
    pub(super) addresses: Vec<u64>,
}

/// A key that may be hot, and a text that has it.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
pub(super) struct HotRow {
    pub(super) key: KeyHash,
    pub(super) text: TextKey,
    /// What it asks of those it shares anchors with.
    pub(super) asks: u8,
    /// The anchor, where the key is one.
    pub(super) anchor: Option<u64>,
}

/// Two texts that met, the lesser first.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
pub(super) struct MetRow {
    pub(super) pair: (TextKey, TextKey),
    pub(super) is_in_band: bool,
    pub(super) is_at_address: bool,
    pub(super) anchors: u8,
    /// What each of them asks of those it shares anchors with.
    pub(super) asks: (u8, u8),
}

impl MetRow {
    /// Two texts with what each asks of those it shares anchors with, and by what they met.
    pub(super) fn new(one: (TextKey, u8), other: (TextKey, u8), by: MetBy) -> MetRow {
        let (a, b) = (one.min(other), one.max(other));
        MetRow {
            pair: (a.0, b.0),
            is_in_band: by.is_in_band,
            is_at_address: by.is_at_address,
            anchors: by.anchors,
            asks: (a.1, b.1),
        }
    }

    pub(super) fn by(&self) -> MetBy {
        MetBy {
            is_in_band: self.is_in_band,
            is_at_address: self.is_at_address,
            anchors: self.anchors,
        }
    }

    /// Sends it to the share of its pair.
    pub(super) fn send(&self, to: &mut Sender) {
        let share = to.share(mix(self.pair.0.0 ^ mix(self.pair.1.0)));
        to.send(Kind::Met, share, self);
    }
}

/// A text that has an anchor that many have.
#[derive(Clone, Copy, Debug, Serialize, Deserialize)]
pub(super) struct ManyRow {
    pub(super) text: TextKey,
    pub(super) anchor: u64,
    pub(super) is_crowded: bool,
}

/// A candidate pair.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
pub(super) struct PairRow {
    pub(super) pair: (TextKey, TextKey),
}

/// A text's sketch.
#[derive(Clone, Copy, Debug, Serialize, Deserialize)]
pub(super) struct SketchRow<'a> {
    pub(super) text: TextKey,
    pub(super) sketch: &'a [u8],
}

/// A text that has an anchor that many have, with its sketch.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
pub(super) struct BearerRow<'a> {
    pub(super) anchor: u64,
    pub(super) text: TextKey,
    pub(super) is_crowded: bool,
    /// Nothing where it has none.
    pub(super) sketch: &'a [u8],
}

/// An anchor that is a template.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
pub(super) struct FormRow {
    pub(super) anchor: u64,
    pub(super) is_crowded: bool,
}

/// Two that hang together: texts of whatever part, or a text and a piece of wording.
#[derive(Clone, Copy, Debug, Serialize, Deserialize)]
pub(super) struct EdgeRow(pub(super) TextKey, pub(super) TextKey);

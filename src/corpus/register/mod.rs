//! The register: what a run keeps of every article besides its fingerprint.
//!
//! What decides (times, sources, hashes) stays in memory, some twenty bytes an article. Ids, titles and addresses are
//! columns, which may lie on disk.

mod writer;

use std::borrow::Cow;
use std::collections::BTreeMap;
use std::ops::Range;
use std::sync::Arc;

use super::record::plausible::Plausible;
use super::{Article, KEEP_BY, Place, Timestamp};
use crate::error::Result;
use crate::spill::{Column, Reservation};
pub(crate) use writer::RegisterWriter;

/// A source's number in the register.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct SourceId(pub u32);

/// The words that each source puts on its titles, ascending, by the name of the source; those that put none are absent.
pub(crate) type SiteWords = BTreeMap<String, Vec<u64>>;

/// What decides of one article.
#[derive(Clone, Copy, Debug)]
pub struct Entry {
    /// When it was published.
    pub published: Option<Timestamp>,
    /// The outlet.
    pub source: Option<SourceId>,
    /// [`Article::hash_of_fields`] of the record.
    pub record_hash: u64,
}

/// Stands for a time or a number that there is not.
const NO_TIME: i64 = i64::MIN;
const NONE: u32 = u32::MAX;
/// So many bytes of each article stay in memory.
const HELD: u64 = 20;

/// The rows of all articles, by [`ArticleId`](super::ArticleId).
#[derive(Debug, Default)]
pub struct Register {
    published: Vec<i64>,
    sources_of: Vec<u32>,
    record_hashes: Vec<u64>,
    /// What says which article is kept; none where no article has any.
    orders: Vec<[u64; KEEP_BY]>,
    sources: Vec<String>,
    /// Those that hold articles.
    pieces: Vec<Piece>,
    /// The first article of each batch.
    batches: Vec<u32>,
    /// xxh3 of the canonical form of each URL; 0 where there is none, or that of a whole site.
    addresses: Column<u64>,
    /// Where the id of each article ends, and its title, among the strings of its batch; [`NONE`] for no id.
    ends: Column<u32>,
    strings: Column<u8>,
    without_id: usize,
    plausible: Plausible,
    implausible: usize,
    /// What is known of the titles of all sources, where these articles are a part of a dump.
    site_words: Option<Arc<SiteWords>>,
    _reserved: Option<Reservation>,
    _orders_taken: Option<Reservation>,
}

/// No value of any field.
const NO_ORDERS: [u64; KEEP_BY] = [0; KEEP_BY];

/// Where the articles of a batch were read, and where their strings begin.
#[derive(Debug)]
struct Piece {
    first: u32,
    strings: u64,
    places: Places,
}

#[derive(Debug)]
enum Places {
    /// One record after the other from this one on.
    Run(Place),
    /// Some records between them are no articles.
    Each(Box<[Place]>),
}

impl Places {
    fn of(articles: &[Article<'_>]) -> Places {
        let first = articles.first().map_or_else(Place::default, |it| it.place);
        let follows = |(at, article): (u64, &Article<'_>)| {
            let record = first.record + at;
            article.place == Place { record, ..first }
        };
        if (0..).zip(articles).all(follows) {
            Places::Run(first)
        } else {
            Places::Each(articles.iter().map(|article| article.place).collect())
        }
    }

    fn at(&self, offset: usize) -> Place {
        match self {
            Places::Run(first) => Place {
                record: first.record + offset as u64,
                ..*first
            },
            Places::Each(places) => places[offset],
        }
    }

    /// How many articles come before the one that was read there; `None` for a place before the first.
    fn offset(&self, place: Place) -> Option<usize> {
        match self {
            Places::Run(first) if first.input == place.input => {
                usize::try_from(place.record.checked_sub(first.record)?).ok()
            }
            Places::Run(_) => None,
            Places::Each(places) => places.binary_search(&place).ok(),
        }
    }
}

impl Register {
    /// Takes dates that are none for absent ones.
    fn drop_implausible(&mut self) {
        for time in &mut self.published {
            if *time != NO_TIME && !self.plausible.holds(*time) {
                *time = NO_TIME;
                self.implausible += 1;
            }
        }
    }

    /// How many articles came with a date that says nothing of when they were published: the beginning of a system's count, the
    /// moment of a crawl. They are taken for undated.
    pub fn implausible_dates(&self) -> usize {
        self.implausible
    }

    /// What sites put on their titles, where these articles are a part of a dump.
    pub(crate) fn site_words(&self) -> Option<&SiteWords> {
        self.site_words.as_deref()
    }

    /// Which times are taken for dates.
    pub(crate) fn plausible(&self) -> &Plausible {
        &self.plausible
    }

    /// How many articles there are.
    pub fn len(&self) -> usize {
        self.published.len()
    }

    /// Whether there is none.
    pub fn is_empty(&self) -> bool {
        self.published.is_empty()
    }

    /// The number of the first article of a batch; that of the next article where there is no such batch.
    pub fn first_of_batch(&self, batch: usize) -> u32 {
        let none = self.published.len() as u32;
        self.batches.get(batch).copied().unwrap_or(none)
    }

    /// The numbers of the articles of a batch.
    pub(crate) fn batch(&self, batch: usize) -> Range<u32> {
        self.first_of_batch(batch)..self.first_of_batch(batch + 1)
    }

    /// What decides of an article.
    pub fn entry(&self, article: usize) -> Entry {
        let (time, source) = (self.published[article], self.sources_of[article]);
        Entry {
            published: (time != NO_TIME).then_some(Timestamp(time)),
            source: (source != NONE).then_some(SourceId(source)),
            record_hash: self.record_hashes[article],
        }
    }

    /// Where an article was read.
    pub fn place(&self, article: usize) -> Place {
        let piece = self.piece_of(article);
        piece.places.at(article - piece.first as usize)
    }

    /// The article that was read at a place, if one was.
    pub(crate) fn article_at(&self, place: Place) -> Option<u32> {
        let begins = |piece: &Piece| piece.places.at(0) <= place;
        let piece = self.pieces.partition_point(begins).checked_sub(1)?;
        let offset = self.pieces[piece].places.offset(place)?;
        let article = self.pieces[piece].first as usize + offset;
        (self.articles_of(piece).contains(&article)).then_some(article as u32)
    }

    fn piece_of(&self, article: usize) -> &Piece {
        &self.pieces[self.number_of_piece(article)]
    }

    fn number_of_piece(&self, article: usize) -> usize {
        let begins = |piece: &Piece| piece.first as usize <= article;
        self.pieces.partition_point(begins) - 1
    }

    /// The articles of a piece.
    fn articles_of(&self, piece: usize) -> Range<usize> {
        let end = self.pieces.get(piece + 1).map(|next| next.first as usize);
        self.pieces[piece].first as usize..end.unwrap_or(self.len())
    }

    /// An article's own id, as read.
    ///
    /// # Errors
    ///
    /// When it lies on disk, and cannot be read.
    pub fn external_id(&self, article: usize) -> Result<Option<Cow<'_, str>>> {
        let ends = self.ends_of(article)?;
        let id = || self.string(article, ends[0]..ends[1]);
        (ends[1] != NONE).then(id).transpose()
    }

    /// An article's title.
    ///
    /// # Errors
    ///
    /// When it lies on disk, and cannot be read.
    pub fn title(&self, article: usize) -> Result<Cow<'_, str>> {
        let [start, id, end] = self.ends_of(article)?;
        self.string(article, if id == NONE { start } else { id }..end)
    }

    /// Where the strings of an article begin, where its id ends, and where its title does.
    fn ends_of(&self, article: usize) -> Result<[u32; 3]> {
        if article == self.piece_of(article).first as usize {
            let ends = self.ends.values(2 * article..2 * article + 2)?;
            return Ok([0, ends[0], ends[1]]);
        }
        let ends = self.ends.values(2 * article - 1..2 * article + 2)?;
        Ok([ends[0], ends[1], ends[2]])
    }

    fn string(&self, article: usize, span: Range<u32>) -> Result<Cow<'_, str>> {
        let start = self.piece_of(article).strings as usize;
        let span = start + span.start as usize..start + span.end as usize;
        Ok(match self.strings.values(span)? {
            Cow::Borrowed(bytes) => Cow::Borrowed(as_text(bytes)),
            Cow::Owned(bytes) => Cow::Owned(String::from_utf8(bytes).unwrap_or_default()),
        })
    }

    /// How many pieces ids and titles are read in.
    pub(crate) fn pieces(&self) -> usize {
        self.pieces.len()
    }

    /// Hands on the own ids of the articles of a piece, in their order.
    pub(super) fn visit_ids(
        &self,
        piece: usize,
        mut visit: impl FnMut(usize, Option<&str>),
    ) -> Result<()> {
        self.visit_strings(piece, |article, id, _| visit(article, id))
    }

    /// Hands on the titles of the articles of a piece, in their order.
    pub(crate) fn visit_titles(
        &self,
        piece: usize,
        mut visit: impl FnMut(usize, &str),
    ) -> Result<()> {
        self.visit_strings(piece, |article, _, title| visit(article, title))
    }

    fn visit_strings(
        &self,
        piece: usize,
        mut visit: impl FnMut(usize, Option<&str>, &str),
    ) -> Result<()> {
        let articles = self.articles_of(piece);
        let ends = self.ends.values(2 * articles.start..2 * articles.end)?;
        let from = self.pieces[piece].strings as usize;
        let last = ends.last().map_or(0, |&end| end as usize);
        let strings = self.strings.values(from..from + last)?;
        let string = |span: Range<usize>| strings.get(span).map(as_text);
        let mut start = 0;
        for (article, &[id, end]) in articles.zip(ends.as_chunks::<2>().0) {
            let own = string(start..id as usize).filter(|_| id != NONE);
            start = if id == NONE { start } else { id as usize };
            let title = string(start..end as usize);
            visit(article, own, title.unwrap_or_default());
            start = end as usize;
        }
        Ok(())
    }

    /// xxh3 of the canonical form of each article's URL, a piece at a time; 0 where there is none, or that of a whole site.
    pub(crate) fn scan_addresses(
        &self,
        visit: impl FnMut(usize, &[u64]) -> Result<()>,
    ) -> Result<()> {
        self.addresses.scan(visit)
    }

    /// xxh3 of the canonical form of an article's URL; 0 where there is none, or that of a whole site.
    pub(crate) fn address(&self, article: usize) -> Result<u64> {
        let address = self.addresses.values(article..article + 1)?;
        Ok(address.first().copied().unwrap_or_default())
    }

    /// [`Article::order`] of an article.
    pub(crate) fn order(&self, article: usize) -> [u64; KEEP_BY] {
        self.orders.get(article).copied().unwrap_or(NO_ORDERS)
    }

    /// The name of an article's source.
    pub fn source(&self, article: usize) -> Option<&str> {
        let name = self.sources.get(self.sources_of[article] as usize);
        name.map(String::as_str)
    }

    /// The names of all sources, by [`SourceId`].
    pub(crate) fn sources(&self) -> impl Iterator<Item = &str> {
        self.sources.iter().map(String::as_str)
    }

    /// How many articles came without an id of their own.
    pub fn without_id(&self) -> usize {
        self.without_id
    }
}

/// What was a string when it was entered is one when it is read.
fn as_text(bytes: &[u8]) -> &str {
    std::str::from_utf8(bytes).unwrap_or_default()
}

//! From a record's fields to an article.

pub(super) mod address;
pub(super) mod date;
pub(super) mod fields;
pub(super) mod host;
mod item;
pub(super) mod language;
pub(super) mod names;
pub(super) mod pick;
mod picked;
pub(super) mod plausible;
pub(super) mod repair;

use std::borrow::Cow;
use std::collections::BTreeMap;

use super::formats::text::unlisted;
use super::sweep::block::Block;
use super::sweep::filter::LeftOut;
use super::{Article, Place, Reject, RejectReason, Timestamp};
use date::{Evidence, Settled, Unsettled};
use fields::Role;
pub(crate) use picked::Picked;

/// What became of the records of one block.
#[derive(Default)]
pub(crate) struct Parsed<'a> {
    pub(crate) articles: Vec<Article<'a>>,
    pub(crate) raw: Vec<&'a [u8]>,
    pub(crate) rejects: Vec<Reject<'a>>,
    /// The articles, by their places here, whose date could be two.
    pub(crate) unsettled: Vec<(usize, Unsettled)>,
    /// The records that are no articles and not bad either.
    pub(crate) beside: Vec<(Place, &'a [u8])>,
    pub(crate) tally: Tally,
    /// Whether nobody asks for dates and record hashes.
    pub(crate) texts_only: bool,
}

/// The counts a block adds to the report.
#[derive(Default)]
pub(crate) struct Tally {
    pub(crate) repaired: u64,
    pub(crate) unreadable_dates: u64,
    /// How many articles were not wanted, by why.
    pub(crate) left_out: BTreeMap<LeftOut, u64>,
    /// What the dates of each input say about dates that could be two.
    pub(crate) evidence: BTreeMap<u32, Evidence>,
    /// Pages that an extractor was at.
    #[cfg(feature = "html")]
    pub(crate) pages: u64,
    pub(crate) fields: BTreeMap<(Role, String), u64>,
    /// By source, how many pages were not taken by the extractor that was to take them.
    pub(crate) instead: InsteadBySource,
}

/// How many pages the other extractor took, and how many are all that is visible.
pub(crate) type InsteadBySource = BTreeMap<Option<String>, [u64; 2]>;

/// What took the text of a page in place of the extractor that was to take it.
#[cfg(feature = "html")]
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Instead {
    /// The other extractor.
    Other,
    /// None: it is all that is visible.
    Visible,
}

#[cfg(feature = "html")]
impl Tally {
    /// Counts a page of a source.
    pub(crate) fn note_instead(&mut self, source: Option<&str>, instead: Option<Instead>) {
        if let Some(instead) = instead {
            let counts = self.instead.entry(source.map(str::to_owned)).or_default();
            counts[instead as usize] += 1;
        }
    }
}

/// A value as a number that ascends with it: a number, or else a moment.
///
/// 0 is less than any, and stands for none.
fn order_of(value: Option<&str>) -> u64 {
    let number = value.and_then(|value| {
        let number = value.trim().parse::<f64>().ok().filter(|it| !it.is_nan());
        number.or_else(|| date::parse(value).map(|moment| moment.0 as f64))
    });
    number.map_or(0, |number| {
        const SIGN: u64 = 1 << 63;
        // Of numbers below zero, the bits descend. The sum makes one zero of two.
        let bits = (number + 0.0).to_bits();
        if bits & SIGN == 0 { bits | SIGN } else { !bits }
    })
}

impl Tally {
    fn add(&mut self, other: Tally) {
        self.repaired += other.repaired;
        self.unreadable_dates += other.unreadable_dates;
        for (why, count) in &other.left_out {
            *self.left_out.entry(*why).or_default() += count;
        }
        for (input, evidence) in &other.evidence {
            self.evidence.entry(*input).or_default().add(evidence);
        }
        #[cfg(feature = "html")]
        {
            self.pages += other.pages;
        }
        for (field, used) in other.fields {
            *self.fields.entry(field).or_default() += used;
        }
        for (source, [by_other, as_visible]) in other.instead {
            let counts = self.instead.entry(source).or_default();
            *counts = [counts[0] + by_other, counts[1] + as_visible];
        }
    }
}

impl<'a> Parsed<'a> {
    /// Adds a record: an article, or a reject where it has neither text nor title.
    pub(crate) fn add(&mut self, place: Place, raw: &'a [u8], mut picked: Picked<'a>) {
        let (text, title) = (picked.take(Role::Text), picked.take(Role::Title));
        if text.is_none() && title.is_none() {
            self.reject(place, raw, RejectReason::NoTextOrTitle);
            return;
        }
        let written = picked.take(Role::Date).filter(|_| !self.texts_only);
        let fetched = picked.take(Role::Fetched);
        let external_id = picked.take(Role::Id);
        let url = picked.take(Role::Url);
        let order = Role::KEEP_BY.map(|role| order_of(picked.take(role).as_deref()));
        // An id that is an address is both.
        let url = url.or_else(|| external_id.clone().filter(|id| id.contains("://")));
        let source = picked.take(Role::Source).map(host::outlet);
        let published = written.and_then(|written| {
            self.date(&written, fetched.as_deref(), url.as_deref(), place.input)
        });
        let by_url = || url.as_deref().and_then(address::outlet).map(Cow::Owned);
        let mut article = Article {
            title: title.unwrap_or_default(),
            text: text.map(unlisted).unwrap_or_default(),
            source: source.or_else(by_url),
            external_id,
            published,
            url,
            lang: picked.take(Role::Lang),
            place,
            record_hash: 0,
            order,
        };
        if !self.texts_only {
            article.record_hash = article.hash_of_fields();
        }
        self.articles.push(article);
        self.raw.push(raw);
    }

    /// Reads a date, with when the page was fetched and its address beside it; what could be two dates is kept for later.
    fn date(
        &mut self,
        written: &str,
        fetched: Option<&str>,
        url: Option<&str>,
        input: u32,
    ) -> Option<Timestamp> {
        let mut evidence = Evidence::default();
        let read = date::read_noting(written, &mut evidence);
        let fetched = || fetched.and_then(date::parse);
        let published = match read {
            Some(date::Read::Moment(moment)) => Some(moment),
            Some(date::Read::Ago(seconds)) => fetched().map(|moment| Timestamp(moment.0 - seconds)),
            Some(date::Read::Either(unsettled)) => {
                evidence.note(&unsettled, fetched(), url.and_then(address::day));
                self.unsettled.push((self.articles.len(), unsettled));
                None
            }
            None => None,
        };
        if published.is_none() && !matches!(read, Some(date::Read::Either(_))) {
            self.tally.unreadable_dates += 1;
        }
        if !evidence.is_empty() {
            self.tally.evidence.entry(input).or_default().add(&evidence);
        }
        published
    }

    /// Settles the dates that could be two.
    pub(crate) fn settle(&mut self, settled: &Settled) {
        for (at, date) in std::mem::take(&mut self.unsettled) {
            let article = &mut self.articles[at];
            article.published = settled.order(article.place.input).of(&date);
            self.tally.unreadable_dates += u64::from(article.published.is_none());
            if article.published.is_some() {
                article.record_hash = article.hash_of_fields();
            }
        }
    }

    /// Notes what took the text of the page that was read at a place, if it was added.
    #[cfg(feature = "html")]
    pub(crate) fn note_instead(&mut self, place: Place, instead: Option<Instead>) {
        if let Some(article) = self.articles.last().filter(|it| it.place == place) {
            self.tally.note_instead(article.source.as_deref(), instead);
        }
    }

    /// The records of a block with nothing known but their places.
    pub(crate) fn of_places(block: &'a Block, input: u32) -> Parsed<'a> {
        let mut parsed = Parsed::default();
        for (record, raw, flaw) in block.records() {
            let place = Place { input, record };
            if let Some(reason) = flaw {
                parsed.reject(place, raw, reason);
                continue;
            }
            parsed.articles.push(Article {
                place,
                ..Article::default()
            });
            parsed.raw.push(raw);
        }
        parsed
    }

    /// Adds what became of records that follow.
    pub(crate) fn append(&mut self, mut next: Parsed<'a>) {
        let before = self.articles.len();
        let unsettled = next.unsettled.into_iter();
        self.unsettled
            .extend(unsettled.map(|(at, date)| (before + at, date)));
        self.articles.append(&mut next.articles);
        self.raw.append(&mut next.raw);
        self.rejects.append(&mut next.rejects);
        self.beside.append(&mut next.beside);
        self.tally.add(next.tally);
    }

    /// Adds a record that is no article.
    pub(crate) fn reject(&mut self, place: Place, raw: &'a [u8], reason: RejectReason) {
        self.rejects.push(Reject { place, reason, raw });
    }
}

/// A record without the line feed, or carriage return and line feed, that ends it.
pub(crate) fn without_line_end(raw: &[u8]) -> &[u8] {
    let line = raw.strip_suffix(b"\n").unwrap_or(raw);
    line.strip_suffix(b"\r").unwrap_or(line)
}

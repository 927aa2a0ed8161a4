//! What a page says of itself: in its head, and in what it tells search engines.

use std::borrow::Cow;

use memchr::memmem;

use super::tags::Tag;

/// What a page says of itself, each as written but for character references.
#[derive(Debug, Default)]
pub(super) struct Head {
    /// The title as a browser shows it, often with the site's name behind it.
    title: Option<String>,
    /// The title as it is shown where the page is shared, mostly without.
    shared_title: Option<String>,
    pub(super) canonical: Option<String>,
    shared_address: Option<String>,
    pub(super) date: Option<String>,
    /// How good the place is where the date was found: 0 is the best.
    date_rank: usize,
    pub(super) lang: Option<String>,
}

/// The names under which a date of publication is given, the best first. The first is JSON-LD's.
const DATES: [&str; 14] = [
    "datePublished",
    "article:published_time",
    "og:article:published_time",
    "og:published_time",
    "parsely-pub-date",
    "sailthru.date",
    "pubdate",
    "publishdate",
    "publish-date",
    "dc.date.issued",
    "dcterms.issued",
    "dc.date",
    "date",
    // A time within the article, where no name says what it is the time of.
    "time",
];

impl Head {
    /// Takes what a tag says of the page.
    pub(super) fn note(&mut self, tag: &Tag<'_>) {
        if tag.is("meta") {
            self.note_meta(tag);
        } else if tag.is("link") {
            let relation = tag.attribute("rel").unwrap_or_default();
            if relation.eq_ignore_ascii_case("canonical") {
                let address = tag.attribute("href").map(unescaped);
                self.canonical = self.canonical.take().or(address);
            }
        } else if tag.is("title") {
            let title = tag.raw.map(unescaped).filter(|title| !title.is_empty());
            self.title = self.title.take().or(title);
        } else if tag.is("html") {
            self.lang = tag
                .attribute("lang")
                .or_else(|| tag.attribute("xml:lang"))
                .filter(|lang| !lang.trim().is_empty())
                .map(str::to_owned);
        } else if tag.is("time") {
            self.note_date("time", tag.attribute("datetime"));
        } else if tag.is("script") {
            let kind = tag.attribute("type").unwrap_or_default();
            if kind.eq_ignore_ascii_case("application/ld+json") {
                self.note_date("datePublished", tag.raw.and_then(published_by_json));
            }
        }
    }

    fn note_meta(&mut self, tag: &Tag<'_>) {
        let names = ["property", "name", "itemprop"];
        let Some(name) = names.iter().find_map(|kind| tag.attribute(kind)) else {
            return;
        };
        let content = tag
            .attribute("content")
            .filter(|text| !text.trim().is_empty());
        if name.eq_ignore_ascii_case("og:title") {
            self.shared_title = content.map(unescaped);
        } else if name.eq_ignore_ascii_case("og:url") {
            self.shared_address = content.map(unescaped);
        } else {
            self.note_date(name, content);
        }
    }

    fn note_date(&mut self, name: &str, written: Option<&str>) {
        let rank = DATES
            .iter()
            .position(|known| known.eq_ignore_ascii_case(name));
        if let (Some(rank), Some(written)) = (rank, written)
            && (self.date.is_none() || rank < self.date_rank)
        {
            self.date = Some(unescaped(written));
            self.date_rank = rank;
        }
    }

    /// Settles what was said twice, once the page has been gone through.
    pub(super) fn settle(&mut self) {
        let shared = self.shared_address.take();
        self.canonical = self
            .canonical
            .take()
            .filter(|address| !address.is_empty())
            .or(shared);
    }

    /// The title: as shared, else as an extractor found it, else as a browser shows it.
    pub(super) fn title(&self, extracted: Option<String>) -> String {
        let extracted = extracted.filter(|title| !title.is_empty());
        let title = self.shared_title.clone().or(extracted);
        title.or_else(|| self.title.clone()).unwrap_or_default()
    }
}

/// The first date of publication in JSON-LD, which is not always sound JSON.
fn published_by_json(script: &str) -> Option<&str> {
    let key = b"\"datePublished\"";
    let at = memmem::find(script.as_bytes(), key)? + key.len();
    let value = script[at..].trim_start().strip_prefix(':')?.trim_start();
    let value = value.strip_prefix('"')?;
    value.split('"').next()
}

/// A text without character references, with single spaces.
fn unescaped(text: &str) -> String {
    let text: Cow<'_, str> = html_escape::decode_html_entities(text);
    let words: Vec<&str> = text.split_whitespace().collect();
    words.join(" ")
}

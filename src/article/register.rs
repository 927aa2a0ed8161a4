//! The register: what a run keeps of every article besides its fingerprint.

use std::collections::HashSet;
use std::fmt::Write as _;
use std::num::NonZeroU64;
use std::ops::Range;

use ahash::AHashMap;
use xxhash_rust::xxh3::xxh3_64;

use super::{Article, Place, Timestamp, address};

/// A source's number in the register.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct SourceId(pub u32);

/// One article's row.
#[derive(Clone, Debug)]
pub struct Entry {
    /// Where it was read.
    pub place: Place,
    /// When it was published.
    pub published: Option<Timestamp>,
    /// The outlet.
    pub source: Option<SourceId>,
    /// xxh3 of the whole record.
    pub record_hash: u64,
    /// xxh3 of the canonical form of its URL; `None` where it has none, or that of a whole site.
    pub address: Option<NonZeroU64>,
    id: Option<Range<usize>>,
    title: Range<usize>,
}

/// The rows of all articles, by [`ArticleId`](super::ArticleId), with their strings in one piece.
#[derive(Clone, Debug, Default)]
pub struct Register {
    entries: Vec<Entry>,
    strings: String,
    sources: Vec<String>,
    source_ids: AHashMap<String, SourceId>,
    batches: Vec<u32>,
}

impl Register {
    /// Enters an article under the next number.
    pub fn push(&mut self, article: &Article<'_>) {
        let id = article.external_id.as_deref().map(|id| self.keep(id));
        let title = self.keep(&article.title);
        let source = article
            .source
            .as_deref()
            .map(|source| self.source_id(source));
        let Article {
            place,
            published,
            record_hash,
            ..
        } = *article;
        let address = article.url.as_deref().and_then(address::canonical);
        self.entries.push(Entry {
            place,
            published,
            source,
            record_hash,
            address: address.and_then(|address| NonZeroU64::new(xxh3_64(address.as_bytes()))),
            id,
            title,
        });
    }

    /// Makes room for other registers, so that what is appended is copied once.
    pub(crate) fn reserve<'a>(&mut self, others: impl Iterator<Item = &'a Register> + Clone) {
        self.entries
            .reserve_exact(others.clone().map(Register::len).sum());
        self.strings
            .reserve_exact(others.map(|other| other.strings.len()).sum());
    }

    /// Enters all articles of the register of the next batch, in their order.
    pub fn append(&mut self, other: &Register) {
        self.batches.push(self.entries.len() as u32);
        let shift = self.strings.len();
        self.strings.push_str(&other.strings);
        let sources: Vec<SourceId> = other
            .sources
            .iter()
            .map(|source| self.source_id(source))
            .collect();
        self.entries.extend(other.entries.iter().map(|entry| Entry {
            id: entry.id.clone().map(|id| id.start + shift..id.end + shift),
            title: entry.title.start + shift..entry.title.end + shift,
            source: entry.source.map(|source| sources[source.0 as usize]),
            ..*entry
        }));
    }

    fn keep(&mut self, text: &str) -> Range<usize> {
        let start = self.strings.len();
        self.strings.push_str(text);
        start..self.strings.len()
    }

    fn source_id(&mut self, source: &str) -> SourceId {
        if let Some(&id) = self.source_ids.get(source) {
            return id;
        }
        let id = SourceId(self.sources.len() as u32);
        self.sources.push(source.to_owned());
        self.source_ids.insert(source.to_owned(), id);
        id
    }

    /// How many articles there are.
    pub fn len(&self) -> usize {
        self.entries.len()
    }

    /// Whether there is none.
    pub fn is_empty(&self) -> bool {
        self.entries.is_empty()
    }

    /// The number of the first article of a batch; that of the next article where there is no such batch.
    pub fn first_of_batch(&self, batch: usize) -> u32 {
        self.batches
            .get(batch)
            .copied()
            .unwrap_or(self.entries.len() as u32)
    }

    /// The numbers of the articles of a batch.
    pub(crate) fn batch(&self, batch: usize) -> Range<u32> {
        self.first_of_batch(batch)..self.first_of_batch(batch + 1)
    }

    /// An article's row.
    pub fn entry(&self, article: usize) -> &Entry {
        &self.entries[article]
    }

    /// An article's own id, as read.
    pub fn external_id(&self, article: usize) -> Option<&str> {
        self.entries[article].id.clone().map(|id| &self.strings[id])
    }

    /// An article's title.
    pub fn title(&self, article: usize) -> &str {
        &self.strings[self.entries[article].title.clone()]
    }

    /// The name of an article's source.
    pub fn source(&self, article: usize) -> Option<&str> {
        self.entries[article]
            .source
            .map(|source| self.sources[source.0 as usize].as_str())
    }

    /// How many articles came without an id of their own.
    pub fn without_id(&self) -> usize {
        self.entries
            .iter()
            .filter(|entry| entry.id.is_none())
            .count()
    }

    /// The `article_id` of every article: its own id, else `file:record`; a repeated one gets `#2`, `#3`, ….
    pub fn article_ids(&self, inputs: &[String]) -> ArticleIds {
        let mut ids = ArticleIds {
            ends: Vec::with_capacity(self.len()),
            text: String::new(),
            repeated: 0,
        };
        let mut taken: AHashMap<u64, u32> = AHashMap::with_capacity(self.len());
        let mut suffixed: HashSet<String> = HashSet::new();
        for article in 0..self.len() {
            let start = ids.text.len();
            match self.external_id(article) {
                Some(id) => ids.text.push_str(id),
                None => {
                    let Place { input, record } = self.entries[article].place;
                    let file = inputs.get(input as usize).map_or("", String::as_str);
                    // Writing to a string cannot fail.
                    let _ = write!(ids.text, "{file}:{record}");
                }
            }
            ids.distinguish(start, &mut taken, &mut suffixed);
            ids.ends.push(ids.text.len());
        }
        ids
    }
}

/// The `article_id` column: unique, in article order.
#[derive(Clone, Debug)]
pub struct ArticleIds {
    ends: Vec<usize>,
    text: String,
    repeated: usize,
}

impl ArticleIds {
    /// The id of one article.
    pub fn of(&self, article: usize) -> &str {
        let start = article.checked_sub(1).map_or(0, |before| self.ends[before]);
        &self.text[start..self.ends[article]]
    }

    /// How many articles have one: all.
    pub fn len(&self) -> usize {
        self.ends.len()
    }

    /// Whether there is no article.
    pub fn is_empty(&self) -> bool {
        self.ends.is_empty()
    }

    /// How many ids had been taken already and got a `#2` or more.
    pub fn repeated(&self) -> usize {
        self.repeated
    }

    /// Makes the id that starts at `start` unlike all before it.
    fn distinguish(
        &mut self,
        start: usize,
        taken: &mut AHashMap<u64, u32>,
        suffixed: &mut HashSet<String>,
    ) {
        let base = self.text.len();
        let count = taken
            .entry(xxh3_64(&self.text.as_bytes()[start..]))
            .or_insert(0);
        *count += 1;
        let mut next = *count;
        if next == 1 && !suffixed.contains(&self.text[start..]) {
            return;
        }
        next = next.max(2);
        self.repeated += 1;
        loop {
            self.text.truncate(base);
            let _ = write!(self.text, "#{next}");
            let hash = xxh3_64(&self.text.as_bytes()[start..]);
            if !taken.contains_key(&hash) && suffixed.insert(self.text[start..].to_owned()) {
                break;
            }
            next += 1;
        }
        // The next repeat starts its search here: a million equal ids take a million steps.
        taken.insert(xxh3_64(&self.text.as_bytes()[start..base]), next);
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_repeated_id_gets_a_number_that_nobody_has() {
        let mut register = Register::default();
        for id in ["a", "a", "a#2", "a", "b#2", "b", "b"] {
            register.push(&Article {
                external_id: Some(id.into()),
                ..Article::default()
            });
        }
        register.push(&Article {
            place: Place {
                input: 0,
                record: 9,
            },
            ..Article::default()
        });
        let ids = register.article_ids(&["x.jsonl".to_owned()]);
        let all: Vec<&str> = (0..register.len()).map(|article| ids.of(article)).collect();
        assert_eq!(
            all,
            ["a", "a#2", "a#2#2", "a#3", "b#2", "b", "b#3", "x.jsonl:9"]
        );
        assert_eq!(ids.repeated(), 4);
    }
}

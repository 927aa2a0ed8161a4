//! From a record's fields to an article.

use std::borrow::Cow;
use std::collections::BTreeMap;

use super::block::Block;
use super::fields::Role;
use super::{Article, Place, Reject, RejectReason, date, host};

/// The fields of one record: for each role the best-named field that holds anything.
#[derive(Default)]
pub(crate) struct Picked<'a> {
    fields: [Option<Field<'a>>; Role::ALL.len()],
}

struct Field<'a> {
    rank: u8,
    origin: (usize, usize),
    value: Cow<'a, str>,
}

impl<'a> Picked<'a> {
    /// Takes a value for a role, unless it is blank or a better-named field has been taken.
    ///
    /// `origin` says where it came from: a level and a key for JSON, a column for CSV.
    pub(crate) fn offer(
        &mut self,
        role: Role,
        rank: u8,
        origin: (usize, usize),
        value: Cow<'a, str>,
    ) {
        let field = &mut self.fields[role as usize];
        let is_better = field.as_ref().is_none_or(|taken| {
            rank < taken.rank || (rank == taken.rank && origin == taken.origin)
        });
        if is_better && !value.trim_start().is_empty() {
            *field = Some(Field {
                rank,
                origin,
                value,
            });
        }
    }

    pub(crate) fn origins(&self) -> impl Iterator<Item = (usize, usize)> {
        self.fields.iter().flatten().map(|field| field.origin)
    }

    #[cfg(test)]
    pub(crate) fn value(&self, role: Role) -> Option<&str> {
        self.fields[role as usize]
            .as_ref()
            .map(|field| &*field.value)
    }

    /// Where the value for a role came from.
    pub(crate) fn origin(&self, role: Role) -> Option<(usize, usize)> {
        self.fields[role as usize]
            .as_ref()
            .map(|field| field.origin)
    }

    /// Writes the values as a JSON object, by what they are in an article.
    #[cfg(feature = "parquet")]
    pub(crate) fn write_json(&self, to: &mut Vec<u8>) {
        let fields = Role::ALL.into_iter().zip(&self.fields);
        let values: std::collections::BTreeMap<&str, &str> = fields
            .filter_map(|(role, field)| Some((role.name(), &*field.as_ref()?.value)))
            .collect();
        // Writing strings to memory cannot fail.
        let _ = serde_json::to_writer(to, &values);
    }

    pub(crate) fn has_text_or_title(&self) -> bool {
        [Role::Text, Role::Title]
            .iter()
            .any(|role| self.fields[*role as usize].is_some())
    }

    /// The same fields, owned.
    pub(crate) fn into_owned<'b>(self) -> Picked<'b> {
        let owned = |field: Field<'a>| Field {
            rank: field.rank,
            origin: field.origin,
            value: Cow::Owned(field.value.into_owned()),
        };
        Picked {
            fields: self.fields.map(|field| field.map(owned)),
        }
    }

    fn take(&mut self, role: Role) -> Option<Cow<'a, str>> {
        self.fields[role as usize].take().map(|field| field.value)
    }
}

/// What became of the records of one block.
#[derive(Default)]
pub(crate) struct Parsed<'a> {
    pub(crate) articles: Vec<Article<'a>>,
    pub(crate) raw: Vec<&'a [u8]>,
    pub(crate) rejects: Vec<Reject<'a>>,
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

impl<'a> Parsed<'a> {
    /// Adds a record: an article, or a reject where it has neither text nor title.
    pub(crate) fn add(&mut self, place: Place, raw: &'a [u8], mut picked: Picked<'a>) {
        let (text, title) = (picked.take(Role::Text), picked.take(Role::Title));
        if text.is_none() && title.is_none() {
            self.reject(place, raw, RejectReason::NoTextOrTitle);
            return;
        }
        let written = picked.take(Role::Date).filter(|_| !self.texts_only);
        let published = written.as_deref().and_then(date::parse);
        if written.is_some() && published.is_none() {
            self.tally.unreadable_dates += 1;
        }
        let url = picked.take(Role::Url);
        let source = picked.take(Role::Source);
        let mut article = Article {
            external_id: picked.take(Role::Id),
            title: title.unwrap_or_default(),
            text: text.unwrap_or_default(),
            source: source.or_else(|| url.as_deref().and_then(host::of_url).map(Cow::Owned)),
            published,
            url,
            lang: picked.take(Role::Lang),
            place,
            record_hash: 0,
        };
        if !self.texts_only {
            article.record_hash = article.hash_of_fields();
        }
        self.articles.push(article);
        self.raw.push(raw);
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

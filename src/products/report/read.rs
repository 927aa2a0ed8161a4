//! The readings of the corpus that a report takes: one of all articles, then those whose texts are shown.

use std::ops::Range;
use std::sync::{Mutex, PoisonError};

use ahash::AHashMap;

use super::index::EXAMPLE;
use super::order::Order;
use super::rows::Rows;
use super::text::{LONGEST, PageText};
use crate::corpus::{Article, Corpus};
use crate::error::Result;
use crate::output::safe_cell;
use crate::stages::clean::Furniture;
use crate::stages::copies::Kind;

/// A corpus whose rows are known, and what is furniture in it.
pub(super) struct Reader<'a, C: ?Sized> {
    pub(super) corpus: &'a C,
    pub(super) furniture: &'a Furniture,
    pub(super) rows: &'a Rows,
    pub(super) order: &'a Order,
    /// For each row the place among the articles that are shown; [`ALONE`] where it is not.
    shown: Vec<u32>,
    /// The forms whose first items' texts say more than their titles, by the places of those.
    examples: AHashMap<u32, u32>,
}

const ALONE: u32 = u32::MAX;

/// What is known of the articles that are shown before their texts are, in their order.
#[derive(Debug, Default)]
pub(super) struct Beginnings {
    pub(super) texts: Vec<Box<str>>,
    /// How many bytes are shown of each text, at most.
    pub(super) bytes: Vec<u32>,
    /// The address of each, and its language.
    pub(super) urls: Vec<Option<Box<str>>>,
    pub(super) languages: Vec<Option<Box<str>>>,
    /// Of forms and notices, by their numbers, how the text of the first item begins.
    examples: AHashMap<u32, Box<str>>,
}

impl Beginnings {
    /// Forgets all addresses.
    pub(super) fn leave_out_addresses(&mut self) {
        self.urls.clear();
    }

    /// How the text of the first item of a form begins, where it is asked for and known.
    pub(super) fn example(&self, form: u32) -> &str {
        self.examples.get(&form).map_or("", |example| example)
    }
}

/// The row of an article, and of one that is shown its beginning and the bytes of its text.
type Read = (u32, Option<Begun>);

/// How an article begins, how many bytes of it are shown, and the form that it is an example of.
struct Begun {
    text: Box<str>,
    bytes: u32,
    url: Option<Box<str>>,
    language: Option<Box<str>>,
    example: Option<(u32, Box<str>)>,
}

impl<'a, C: Corpus + ?Sized> Reader<'a, C> {
    pub(super) fn new(
        corpus: &'a C,
        furniture: &'a Furniture,
        rows: &'a Rows,
        order: &'a Order,
    ) -> Reader<'a, C> {
        let mut shown = vec![ALONE; rows.len()];
        for (&row, at) in order.articles.iter().zip(0..) {
            shown[row as usize] = at;
        }
        Reader {
            corpus,
            furniture,
            rows,
            order,
            shown,
            examples: examples(rows, order),
        }
    }

    /// Reads all articles, and finds out whether each has its row and each row its article.
    pub(super) fn beginnings(&self) -> Result<Beginnings> {
        let count = self.order.articles.len();
        let found = Mutex::new((
            Beginnings {
                texts: vec![Box::default(); count],
                bytes: vec![0; count],
                urls: vec![None; count],
                languages: vec![None; count],
                examples: AHashMap::new(),
            },
            vec![false; self.rows.len()],
        ));
        self.corpus.sweep(&|batch| {
            let read = batch.articles.iter().map(|article| self.begin(article));
            let read: Vec<Read> = read.collect::<Result<_>>()?;
            let mut found = found.lock().unwrap_or_else(PoisonError::into_inner);
            let (beginnings, met) = &mut *found;
            for (row, beginning) in read {
                met[row as usize] = true;
                if let Some(begun) = beginning {
                    let at = self.shown[row as usize] as usize;
                    beginnings.texts[at] = begun.text;
                    beginnings.bytes[at] = begun.bytes;
                    beginnings.urls[at] = begun.url;
                    beginnings.languages[at] = begun.language;
                    beginnings.examples.extend(begun.example);
                }
            }
            Ok(())
        })?;
        let (beginnings, met) = found.into_inner().unwrap_or_else(PoisonError::into_inner);
        match met.iter().position(|is_met| !is_met) {
            Some(row) => Err(self.rows.strange(row as u32, "is no article in them")),
            None => Ok(beginnings),
        }
    }

    /// An article's row, and its beginning where it is shown.
    fn begin(&self, article: &Article<'_>) -> Result<Read> {
        let row = self.rows.at(article.place);
        let row = row.ok_or_else(|| self.rows.forgotten(article.place))?;
        let title = self.rows.title(row);
        if title != article.title && title != safe_cell(&article.title) {
            return Err(self.rows.strange(row, "has another title in them"));
        }
        let at = self.shown[row as usize];
        if at == ALONE {
            return Ok((row, None));
        }
        let text = PageText::of(article, self.furniture);
        let form = self.examples.get(&at).copied();
        let begun = Begun {
            text: text.beginning().into(),
            // The article, and at most as much furniture.
            bytes: article.text.len().min(2 * LONGEST) as u32,
            url: article
                .url
                .as_deref()
                .filter(|url| is_link(url))
                .map(Box::from),
            language: article.language().map(Box::from),
            example: form.map(|form| (form, text.example(EXAMPLE).into())),
        };
        Ok((row, Some(begun)))
    }

    /// Reads the texts of some of the articles that are shown, in their order.
    pub(super) fn texts(&self, wanted: Range<usize>) -> Result<Vec<PageText>> {
        let place = |place| {
            let row = self.rows.at(place)?;
            let at = self.shown[row as usize] as usize;
            wanted.contains(&at).then(|| at - wanted.start)
        };
        let texts = Mutex::new(vec![PageText::default(); wanted.len()]);
        self.corpus
            .sweep_again(&|it| place(it).is_some(), &|batch| {
                let read = batch.articles.iter().filter_map(|article| {
                    let at = place(article.place)?;
                    Some((at, PageText::of(article, self.furniture)))
                });
                let read: Vec<(usize, PageText)> = read.collect();
                let mut texts = texts.lock().unwrap_or_else(PoisonError::into_inner);
                read.into_iter().for_each(|(at, text)| texts[at] = text);
                Ok(())
            })?;
        Ok(texts.into_inner().unwrap_or_else(PoisonError::into_inner))
    }
}

/// Whether an address leads somewhere in the web, and is no longer than one that does.
fn is_link(url: &str) -> bool {
    const LONGEST_URL: usize = 1_000;
    let is_web = |scheme: &str| {
        url.get(..scheme.len())
            .is_some_and(|it| it.eq_ignore_ascii_case(scheme))
    };
    url.len() <= LONGEST_URL && (is_web("https://") || is_web("http://"))
}

/// The forms of which a text is shown as an example: notices, which stand under the titles of articles, and what has no
/// title.
fn examples(rows: &Rows, order: &Order) -> AHashMap<u32, u32> {
    let mut examples = AHashMap::new();
    for (form, number) in order.forms.iter().zip(0..) {
        let Some(&first) = form.items.first() else {
            continue;
        };
        let title = rows.title(order.articles[first as usize]);
        if form.kind == Kind::Notice || title.trim().is_empty() {
            examples.insert(first, number);
        }
    }
    examples
}

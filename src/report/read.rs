//! The readings of the corpus that a report takes: one of all articles, then those whose texts are shown.

use std::ops::Range;
use std::sync::{Mutex, PoisonError};

use super::order::Order;
use super::rows::Rows;
use super::text::{LONGEST, PageText};
use crate::article::{Article, Corpus};
use crate::clean::Furniture;
use crate::error::Result;
use crate::output::safe_cell;

/// A corpus whose rows are known, and what is furniture in it.
pub(super) struct Reader<'a, C: ?Sized> {
    pub(super) corpus: &'a C,
    pub(super) furniture: &'a Furniture,
    pub(super) rows: &'a Rows,
    pub(super) order: &'a Order,
    /// For each row the place among the articles that are shown; [`ALONE`] where it is not.
    shown: Vec<u32>,
}

const ALONE: u32 = u32::MAX;

/// What is known of the articles that are shown before their texts are, in their order.
#[derive(Debug, Default)]
pub(super) struct Beginnings {
    pub(super) texts: Vec<Box<str>>,
    /// How many bytes are shown of each text, at most.
    pub(super) bytes: Vec<u32>,
}

/// The row of an article, and of one that is shown its beginning and the bytes of its text.
type Read = (u32, Option<(Box<str>, u32)>);

impl<'a, C: Corpus + ?Sized> Reader<'a, C> {
    pub(super) fn new(
        corpus: &'a C,
        furniture: &'a Furniture,
        (rows, order): (&'a Rows, &'a Order),
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
        }
    }

    /// Reads all articles, and finds out whether each has its row and each row its article.
    pub(super) fn beginnings(&self) -> Result<Beginnings> {
        let count = self.order.articles.len();
        let found = Mutex::new((
            Beginnings {
                texts: vec![Box::default(); count],
                bytes: vec![0; count],
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
                if let Some((text, bytes)) = beginning {
                    let at = self.shown[row as usize] as usize;
                    beginnings.texts[at] = text;
                    beginnings.bytes[at] = bytes;
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
        if self.shown[row as usize] == ALONE {
            return Ok((row, None));
        }
        let text = PageText::of(article, self.furniture);
        // The article, and at most as much furniture.
        let bytes = article.text.len().min(2 * LONGEST) as u32;
        Ok((row, Some((text.beginning().into(), bytes))))
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

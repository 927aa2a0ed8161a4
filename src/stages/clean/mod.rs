//! Which of a page is the article?
//!
//! Furniture is learned from the dump itself: a line that recurs on pages which are otherwise unlike is furniture; one
//! that recurs because its page was captured fifty times, or reprinted on thirty sites, is not. No list of phrases of
//! any language is involved.

mod blocks;
mod distinct;
mod doubts;
mod headline;
mod judge;
mod learn;
mod lines;
mod lists;
mod page;
mod pages;
mod phrases;
mod sieve;
mod stats;
mod store;
mod strip;
mod title_words;

use std::ops::Range;
use std::sync::Arc;

use crate::corpus::{Article, Corpus};
use crate::error::Result;
use crate::pool::Pool;
use crate::spill::{MemoryBudget, Reservation};
use page::{Page, PageReader};
use pages::{Pages, PagesWriter};
pub(crate) use stats::Gathering;
pub use stats::PageStats;
pub(crate) use strip::Cleaner;
pub use strip::Dropped;
#[doc(hidden)]
pub use strip::Reason;

/// A text without some stretches of it, which are in order. A line that goes takes its line break along.
pub(crate) fn without(text: &str, spans: impl Iterator<Item = Range<usize>>) -> String {
    let mut left = String::with_capacity(text.len());
    let mut from = 0;
    for span in spans {
        let line = text[..span.start].trim_end_matches([' ', '\t']).len();
        left.push_str(text.get(from..line).unwrap_or_default());
        let rest = &text[span.end..];
        let after = rest.trim_start_matches([' ', '\t', '\r']);
        let after = after.strip_prefix('\n').unwrap_or(after);
        from = text.len() - after.len();
    }
    left.push_str(text.get(from..).unwrap_or_default());
    left.trim().to_owned()
}

/// What was learned of a dump: which lines its pages repeat around their articles.
#[derive(Clone, Debug, Default)]
pub struct Furniture {
    lines: learn::Lines,
    lists: lists::Lists,
    titles: learn::Titles,
    _reserved: Option<Arc<Reservation>>,
}

impl Furniture {
    /// Learns from every page of a corpus.
    ///
    /// # Errors
    ///
    /// When the corpus cannot be read, or what does not fit into the memory budget cannot be kept on disk.
    pub fn learn<C: Corpus + ?Sized>(corpus: &C, budget: &MemoryBudget) -> Result<Furniture> {
        let (pages, readers) = (PagesWriter::new(budget), Pool::default());
        corpus.sweep_texts(&|batch| {
            let read = readers.with(PageReader::default, |reader| {
                let read = batch.articles.iter().map(|article| {
                    budget.check_interrupt()?;
                    Ok(reader.read(article))
                });
                read.collect::<Result<Vec<Page>>>()
            });
            pages.push(batch.number, &read?)
        })?;
        Furniture::of_pages(&pages.finish()?, budget)
    }

    fn of_pages(pages: &Pages, budget: &MemoryBudget) -> Result<Furniture> {
        let learn::FurnitureTables {
            lines,
            lists,
            titles,
            taken,
        } = learn::learn(pages, budget)?;
        Ok(Furniture {
            lines,
            lists,
            titles,
            _reserved: Some(Arc::new(taken)),
        })
    }

    /// What this furniture or the other knows: of a line that both know the stronger evidence, and the pages of both.
    ///
    /// That is less than what is learned of both corpora at once: a line that is too rare in each of them is not known.
    /// [`PageStats`] are merged exactly.
    pub fn merged(&self, other: &Furniture) -> Furniture {
        Furniture {
            lines: self.lines.merged(&other.lines),
            lists: lists::Lists::of(self.lists.frames().chain(other.lists.frames()).collect()),
            titles: self.titles.merged(&other.titles),
            _reserved: None,
        }
    }

    /// The lines of a page that are furniture, in the order they stand.
    pub fn dropped(&self, article: &Article<'_>) -> Vec<Dropped> {
        Cleaner::new(self).dropped(article).to_vec()
    }

    /// An article's text without its furniture; `None` where there is none in it, and the text is as it should be.
    ///
    /// A line that goes takes its line break along.
    pub fn cleaned(&self, article: &Article<'_>) -> Option<String> {
        let dropped = self.dropped(article);
        let spans = dropped.iter().map(|dropped| dropped.span.clone());
        (!dropped.is_empty()).then(|| without(&article.text, spans))
    }

    /// The stretches of an article's text that are the article, in order.
    pub fn kept(&self, article: &Article<'_>) -> Vec<Range<usize>> {
        Cleaner::new(self).kept(article).to_vec()
    }
}

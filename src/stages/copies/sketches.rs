//! The sketches of the texts: in memory in the order of the texts where they fit, else where the sweep left them.

use std::borrow::Cow;

use rayon::prelude::*;

use crate::corpus::{ArticleId, TextId};
use crate::error::Result;
use crate::spill::{Column, MemoryBudget, Reservation};

/// The sketches of all texts.
#[derive(Debug)]
pub(super) struct Sketches {
    bytes: usize,
    lie: Storage,
}

#[derive(Debug)]
enum Storage {
    /// By text, in one piece.
    ByText {
        sketches: Vec<u8>,
        _reserved: Reservation,
    },
    /// By article.
    ByArticle(Column<u8>),
}

impl Default for Sketches {
    fn default() -> Sketches {
        Sketches {
            bytes: 0,
            lie: Storage::ByArticle(Column::default()),
        }
    }
}

impl Sketches {
    /// The sketches of the texts, of `bytes` bytes each, from those of the articles.
    pub(super) fn of(
        read: Column<u8>,
        articles: &[ArticleId],
        bytes: usize,
        budget: &MemoryBudget,
    ) -> Result<Sketches> {
        // They are met at random, so they are laid in the order of the texts where both fit for a while.
        let fits = read
            .is_in_memory()
            .then(|| budget.try_reserve((articles.len() * bytes) as u64));
        let Some(_reserved) = fits.flatten() else {
            return Ok(Sketches {
                bytes,
                lie: Storage::ByArticle(read),
            });
        };
        let mut sketches = vec![0; articles.len() * bytes];
        let rows = sketches.par_chunks_exact_mut(bytes).zip(articles);
        rows.try_for_each_init(Vec::new, |buffer, (row, &article)| {
            let from = article as usize * bytes;
            row.copy_from_slice(read.read(from..from + bytes, buffer)?);
            Ok::<_, crate::error::Error>(())
        })?;
        Ok(Sketches {
            bytes,
            lie: Storage::ByText {
                sketches,
                _reserved,
            },
        })
    }

    /// The sketch of a text; zeros for one without shingles.
    pub(super) fn of_text(&self, text: TextId, articles: &[ArticleId]) -> Result<Cow<'_, [u8]>> {
        match &self.lie {
            Storage::ByText { sketches, .. } => {
                let from = text as usize * self.bytes;
                Ok(Cow::Borrowed(&sketches[from..from + self.bytes]))
            }
            Storage::ByArticle(column) => {
                let from = articles[text as usize] as usize * self.bytes;
                column.values(from..from + self.bytes)
            }
        }
    }
}

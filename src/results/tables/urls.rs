//! The addresses of all articles, read once more for a table that is to have them.

use std::borrow::Cow;

use crate::corpus::Corpus;
use crate::error::Result;
use crate::spill::{Column, ColumnWriter};

use super::Tables;

/// The address of every article, in their order; what does not fit into memory lies on disk.
pub(super) struct Urls {
    /// How many bytes each has, and one more; 0 where there is none.
    lengths: Column<u32>,
    bytes: Column<u8>,
    /// Where the address of the next article begins.
    at: usize,
}

impl Urls {
    /// Reads a corpus for them.
    pub(super) fn read<C: Corpus + ?Sized>(tables: &Tables<'_>, corpus: &C) -> Result<Urls> {
        let budget = &tables.found.budget;
        let (lengths, bytes) = (ColumnWriter::cold(budget), ColumnWriter::cold(budget));
        corpus.sweep(&|batch| {
            let urls = batch.articles.iter().map(|article| article.url.as_deref());
            let length = |url: Option<&str>| url.map_or(0, |url| url.len() as u32 + 1);
            lengths.push(batch.number, urls.clone().map(length).collect())?;
            bytes.push(batch.number, urls.flatten().flat_map(str::bytes).collect())
        })?;
        Ok(Urls {
            lengths: lengths.finish(),
            bytes: bytes.finish(),
            at: 0,
        })
    }

    /// The address of an article; they are asked for one after another.
    pub(super) fn next(&mut self, article: usize) -> Result<Option<Cow<'_, str>>> {
        let length = self.lengths.values(article..article + 1)?;
        let Some(length) = length.first().copied().unwrap_or(0).checked_sub(1) else {
            return Ok(None);
        };
        let start = self.at;
        self.at += length as usize;
        Ok(match self.bytes.values(start..self.at)? {
            Cow::Borrowed(bytes) => std::str::from_utf8(bytes).ok().map(Cow::Borrowed),
            Cow::Owned(bytes) => String::from_utf8(bytes).ok().map(Cow::Owned),
        })
    }
}

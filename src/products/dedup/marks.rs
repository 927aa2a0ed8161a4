//! The rows that records are marked with.

use std::path::Path;

use ahash::AHashMap;

use super::decisions::rows_of;
use crate::corpus::ArticleId;
use crate::error::Result;
use crate::kernel::Share;
use crate::output::{ClusterRow, Relation};
use crate::results::tables::{Strings, Tables};
use crate::stages::copies::Kind;

/// The rows that records are marked with.
#[derive(Clone, Copy)]
pub enum Marks<'a> {
    /// Those of a run.
    Found(&'a Tables<'a>),
    /// Those of a clusters table.
    Stored(&'a StoredRows),
}

impl Marks<'_> {
    /// A row, with what of it has to be read first.
    pub(crate) fn read(&self, row: u32) -> Result<Marked<'_>> {
        let row = row as usize;
        Ok(match self {
            Marks::Found(tables) => Marked::Found(tables, row, tables.strings(row)?),
            Marks::Stored(rows) => Marked::Stored(rows, row),
        })
    }
}

/// The row that a record is marked with.
pub(crate) enum Marked<'a> {
    /// One of a run.
    Found(&'a Tables<'a>, usize, Strings<'a>),
    /// One of a clusters table.
    Stored(&'a StoredRows, usize),
}

impl Marked<'_> {
    pub(crate) fn row(&self) -> ClusterRow<'_> {
        match self {
            Marked::Found(tables, row, strings) => tables.row(*row, strings),
            Marked::Stored(rows, row) => rows.row(*row),
        }
    }
}

/// The rows of a clusters table, without what only the articles themselves say.
#[derive(Clone, Debug, Default)]
pub struct StoredRows {
    ids: Vec<Box<str>>,
    numbers: AHashMap<Box<str>, u32>,
    rows: Vec<StoredRow>,
}

#[derive(Clone, Copy, Debug)]
struct StoredRow {
    article: ArticleId,
    story: u32,
    copy: u32,
    matched: Option<u32>,
    relation: Relation,
    similarity: Option<Share>,
    copies: u32,
    story_articles: u32,
    kind: Option<Kind>,
    form: Option<u32>,
    story_sources: Option<u32>,
    story_independent: Option<u32>,
}

impl StoredRows {
    /// The rows of a clusters table that are of these inputs, in the order that [`Decisions::read`](super::Decisions::read)
    /// numbers them in.
    ///
    /// # Errors
    ///
    /// When the table cannot be read, is no clusters table, or names none of the inputs.
    pub fn read(path: &Path, inputs: &[String]) -> Result<StoredRows> {
        let mut rows = StoredRows::default();
        rows_of(path, inputs, &mut |_, _, row| {
            rows.push(row);
            Ok(())
        })?;
        Ok(rows)
    }

    fn push(&mut self, row: &ClusterRow<'_>) {
        let stored = StoredRow {
            article: self.number(row.article_id),
            story: self.number(row.story_id),
            copy: self.number(row.copy_id),
            matched: row.matched_id.map(|id| self.number(id)),
            relation: row.relation,
            similarity: row.similarity,
            copies: row.copies,
            story_articles: row.story_articles,
            kind: row.kind,
            form: row.form_id.map(|id| self.number(id)),
            story_sources: row.story_sources,
            story_independent: row.story_independent,
        };
        self.rows.push(stored);
    }

    fn number(&mut self, id: &str) -> u32 {
        if let Some(&number) = self.numbers.get(id) {
            return number;
        }
        let number = self.ids.len() as u32;
        self.ids.push(id.into());
        self.numbers.insert(id.into(), number);
        number
    }

    fn row(&self, row: usize) -> ClusterRow<'_> {
        let row = self.rows[row];
        let id = |number: u32| &*self.ids[number as usize];
        ClusterRow {
            article_id: id(row.article),
            story_id: id(row.story),
            copy_id: id(row.copy),
            relation: row.relation,
            similarity: row.similarity,
            matched_id: row.matched.map(id),
            copies: row.copies,
            story_articles: row.story_articles,
            title: "",
            source: None,
            published: None,
            input: "",
            record: 0,
            story_label: None,
            kind: row.kind,
            form_id: row.form.map(id),
            story_sources: row.story_sources,
            story_independent: row.story_independent,
        }
    }
}

//! The rows of a clusters table, kept as a report needs them.

use std::ops::Range;
use std::path::{Path, PathBuf};

use ahash::AHashMap;

use crate::corpus::{Place, Timestamp};
use crate::error::{Error, Result};
use crate::kernel::Share;
use crate::output::table::table_error;
use crate::output::{ClusterRow, Relation};
use crate::products::dedup::read_rows;
use crate::stages::copies::Kind;

/// A clusters table whose rows are all of the inputs at hand, with its strings in one piece.
#[derive(Debug, Default)]
pub(super) struct Rows {
    path: PathBuf,
    inputs: Vec<String>,
    rows: Vec<Row>,
    strings: String,
    sources: Vec<Range<usize>>,
    by_place: AHashMap<Place, u32>,
}

/// One article.
#[derive(Clone, Debug)]
pub(super) struct Row {
    /// The line of the table it stands in.
    line: u64,
    pub(super) place: Place,
    /// The number of its story, and that of its copy group; numbers say nothing but which rows share them.
    pub(super) story: u32,
    pub(super) copy: u32,
    /// Whether it leads its story, and whether it stands for its copies.
    pub(super) stands: (bool, bool),
    pub(super) relation: Relation,
    pub(super) similarity: Option<Share>,
    pub(super) published: Option<Timestamp>,
    /// What kind of record it is: an article, where the table does not say.
    pub(super) kind: Kind,
    /// The number of its form or its notice; numbers say nothing but which rows share them.
    pub(super) form: Option<u32>,
    /// The number of its source among [`Rows::sources`].
    pub(super) source: Option<u32>,
    id: Range<usize>,
    title: Range<usize>,
    label: Option<Range<usize>>,
}

impl Rows {
    /// Reads a clusters table of these inputs.
    ///
    /// # Errors
    ///
    /// When the table cannot be read, is no clusters table, has no rows, or has rows of other inputs.
    pub(super) fn read(path: &Path, inputs: Vec<String>) -> Result<Rows> {
        let mut rows = Rows {
            path: path.to_owned(),
            ..Rows::default()
        };
        let mut numbers = Numbers::default();
        read_rows(path, &inputs, &mut |line, input, row| {
            let Some(input) = input else {
                let reason = format!("{STRANGE}: it has a row of {}", row.input);
                return Err(table_error(path, line, reason));
            };
            let place = Place {
                input,
                record: row.record,
            };
            rows.push(line, place, row, &mut numbers);
            Ok(())
        })?;
        if rows.rows.is_empty() {
            return Err(table_error(path, 1, "no rows below the header"));
        }
        rows.inputs = inputs;
        Ok(rows)
    }

    fn push(&mut self, line: u64, place: Place, row: &ClusterRow<'_>, numbers: &mut Numbers) {
        let source = row.source.map(|source| {
            if let Some(&known) = numbers.sources.get(source) {
                return known;
            }
            let number = self.sources.len() as u32;
            let name = self.keep(source);
            self.sources.push(name);
            numbers.sources.insert(source.into(), number);
            number
        });
        let row = Row {
            line,
            place,
            story: numbers.of(row.story_id),
            copy: numbers.of(row.copy_id),
            stands: (
                row.article_id == row.story_id,
                row.article_id == row.copy_id,
            ),
            relation: row.relation,
            similarity: row.similarity,
            published: row.published,
            kind: row.kind.unwrap_or_default(),
            form: row.form_id.map(|id| numbers.of(id)),
            source,
            id: self.keep(row.article_id),
            title: self.keep(row.title),
            label: row.story_label.map(|label| self.keep(label)),
        };
        self.by_place.insert(place, self.rows.len() as u32);
        self.rows.push(row);
    }

    fn keep(&mut self, text: &str) -> Range<usize> {
        let start = self.strings.len();
        self.strings.push_str(text);
        start..self.strings.len()
    }

    pub(super) fn len(&self) -> usize {
        self.rows.len()
    }

    pub(super) fn row(&self, row: u32) -> &Row {
        &self.rows[row as usize]
    }

    pub(super) fn all(&self) -> &[Row] {
        &self.rows
    }

    /// The row of the article at a place.
    pub(super) fn at(&self, place: Place) -> Option<u32> {
        self.by_place.get(&place).copied()
    }

    pub(super) fn id(&self, row: u32) -> &str {
        &self.strings[self.row(row).id.clone()]
    }

    pub(super) fn title(&self, row: u32) -> &str {
        &self.strings[self.row(row).title.clone()]
    }

    pub(super) fn label(&self, row: u32) -> Option<&str> {
        let label = self.row(row).label.clone();
        label.map(|label| &self.strings[label])
    }

    /// The names of the sources.
    pub(super) fn sources(&self) -> impl ExactSizeIterator<Item = &str> {
        self.sources.iter().map(|name| &self.strings[name.clone()])
    }

    pub(super) fn inputs(&self) -> &[String] {
        &self.inputs
    }

    /// The error for a row that is not what the inputs have there.
    pub(super) fn strange(&self, row: u32, what: &str) -> Error {
        let Row { line, place, .. } = *self.row(row);
        let reason = format!("{STRANGE}: {} {what}", self.show(place));
        table_error(&self.path, line, reason)
    }

    /// The error for an article that has no row.
    pub(super) fn forgotten(&self, place: Place) -> Error {
        let reason = format!("{STRANGE}: it has no row for {}", self.show(place));
        table_error(&self.path, 1, reason)
    }

    fn show(&self, Place { input, record }: Place) -> String {
        let input = self.inputs.get(input as usize);
        format!("{}:{record}", input.map_or("", String::as_str))
    }
}

/// How the errors about a table and inputs that are not of each other begin.
const STRANGE: &str = "the table does not belong to these inputs";

/// The numbers of ids and sources, while a table is read.
#[derive(Default)]
struct Numbers {
    ids: AHashMap<Box<str>, u32>,
    sources: AHashMap<Box<str>, u32>,
}

impl Numbers {
    fn of(&mut self, id: &str) -> u32 {
        let next = self.ids.len() as u32;
        match self.ids.get(id) {
            Some(&number) => number,
            None => *self.ids.entry(id.into()).or_insert(next),
        }
    }
}

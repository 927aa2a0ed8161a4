//! A clusters table of articles that were held against an index: the columns of every one, and what the index says.

use serde::ser::{Serialize, Serializer};

use super::row::{Value, serialize_row};
use super::{Closed, Destination, Table, table};
use crate::error::Result;
use crate::index::IndexRow;

/// The columns: those of [`ClusterRow`](super::ClusterRow), then three.
const COLUMNS: [&str; 21] = [
    "article_id",
    "story_id",
    "copy_id",
    "relation",
    "similarity",
    "matched_id",
    "copies",
    "story_articles",
    "title",
    "source",
    "published",
    "input",
    "record",
    "story_label",
    "kind",
    "form_id",
    "story_sources",
    "story_independent",
    "matched_in",
    "group_key",
    "story_status",
];

/// Opens such a table; the formats and the errors are those of [`clusters`](super::clusters).
///
/// # Errors
///
/// As [`clusters`](super::clusters).
pub fn indexed(destination: &Destination) -> Result<IndexWriter> {
    table("output", destination, COLUMNS.to_vec(), &[]).map(IndexWriter)
}

/// Hands on the values of a row.
fn with_values<T>(row: &IndexRow, take: impl FnOnce(&[Value<'_>]) -> T) -> T {
    let cluster = row.cluster();
    let mut values = cluster.values().to_vec();
    let matched_in = row.matched_in.as_deref();
    values.push(matched_in.map_or(Value::Absent, Value::Text));
    values.push(Value::Text(&row.group_key));
    values.push(Value::Text(row.story_status));
    take(&values)
}

/// A row is a map of its columns, as a line of JSON has it.
impl Serialize for IndexRow {
    fn serialize<S: Serializer>(&self, serializer: S) -> std::result::Result<S::Ok, S::Error> {
        with_values(self, |values| serialize_row(&COLUMNS, values, serializer))
    }
}

/// A table of articles that were held against an index, on its way; dropped unfinished, it leaves nothing.
pub struct IndexWriter(Box<dyn Table>);

impl IndexWriter {
    /// Writes cells of CSV so that no spreadsheet runs them as formulas, each such text behind an apostrophe.
    pub fn for_spreadsheets(mut self) -> IndexWriter {
        self.0.make_safe();
        self
    }

    /// Writes one article's row.
    ///
    /// # Errors
    ///
    /// When the destination cannot be written to.
    pub fn write(&mut self, row: &IndexRow) -> Result<()> {
        with_values(row, |values| self.0.write(values))
    }

    /// Completes the table without showing it yet.
    ///
    /// # Errors
    ///
    /// When the destination cannot be written to.
    pub fn close(self) -> Result<Closed> {
        self.0.close()
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::output::ClusterRow;

    #[test]
    fn it_has_the_columns_of_every_clusters_table_first() {
        assert_eq!(COLUMNS[..ClusterRow::COLUMNS.len()], ClusterRow::COLUMNS);
    }
}

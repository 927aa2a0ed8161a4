//! A clusters table of articles that were held against an index: the columns of every one, and what the index says.

use super::IndexRow;
use crate::error::Result;
use crate::output::{self, Closed, ClusterRow, Destination, Table, Value};

/// The columns that follow those of [`ClusterRow`].
const COLUMNS: [&str; 3] = ["matched_in", "group_key", "story_status"];

/// Opens such a table; the formats and the errors are those of [`output::clusters`].
///
/// # Errors
///
/// As [`output::clusters`].
pub fn table(destination: &Destination) -> Result<IndexWriter> {
    let columns = [&ClusterRow::COLUMNS[..], &COLUMNS].concat();
    output::table("output", destination, columns, &[]).map(IndexWriter)
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
        let mut values = row.cluster().values().to_vec();
        let matched_in = row.matched_in.as_deref();
        values.push(matched_in.map_or(Value::Absent, Value::Text));
        values.push(Value::Text(&row.group_key));
        values.push(Value::Text(row.story_status));
        self.0.write(&values)
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

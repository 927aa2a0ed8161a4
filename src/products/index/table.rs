//! A clusters table of articles that were held against an index: the columns of every one, and what the index says.

use serde::ser::{Serialize, Serializer};

use super::IndexRow;
use crate::error::{ErrorKind, Result};
use crate::output::{self, Closed, ClusterRow, Destination, Table, Value};

/// The columns that follow those of [`ClusterRow`].
const COLUMNS: [&str; 4] = ["matched_in", "group_key", "story_status", "estimated"];

fn all_columns() -> Vec<&'static str> {
    [&ClusterRow::COLUMNS[..], &COLUMNS].concat()
}

/// Opens such a table; the formats and the errors are those of [`output::clusters`].
///
/// # Errors
///
/// As [`output::clusters`].
pub fn table(destination: &Destination) -> Result<IndexWriter> {
    table_of(destination, &[])
}

/// Opens such a table of some columns, in their order; of all where none is named.
///
/// # Errors
///
/// As [`output::clusters`], and [`ErrorKind::Setting`] for a column that there is not.
pub fn table_of(destination: &Destination, columns: &[String]) -> Result<IndexWriter> {
    let all = all_columns();
    let place = |name: &String| {
        let found = all.iter().position(|column| column == name);
        found.ok_or_else(|| ErrorKind::Setting {
            name: "--columns",
            value: name.clone(),
            expected: format!("one of {}", all.join(", ")),
        })
    };
    let places = columns.iter().map(place);
    let mut places = places.collect::<std::result::Result<Vec<usize>, ErrorKind>>()?;
    if places.is_empty() {
        places = (0..all.len()).collect();
    }
    let columns = places.iter().map(|&place| all[place]).collect();
    let table = output::table("output", destination, columns, &[])?;
    Ok(IndexWriter { table, places })
}

/// Whether all of these are columns of such a table.
pub fn are_columns(names: &[String]) -> bool {
    let all = all_columns();
    !names.is_empty() && names.iter().all(|name| all.contains(&name.as_str()))
}

/// Hands on the values of a row.
fn with_values<T>(row: &IndexRow, take: impl FnOnce(&[Value<'_>]) -> T) -> T {
    let cluster = row.cluster();
    let mut values = cluster.values().to_vec();
    let matched_in = row.matched_in.as_deref();
    values.push(matched_in.map_or(Value::Absent, Value::Text));
    values.push(Value::Text(&row.group_key));
    values.push(Value::Text(row.story_status));
    values.push(match row.is_estimated {
        true => Value::Text("true"),
        false => Value::Absent,
    });
    take(&values)
}

/// A row is a map of its columns, as a line of JSON has it.
impl Serialize for IndexRow {
    fn serialize<S: Serializer>(&self, serializer: S) -> std::result::Result<S::Ok, S::Error> {
        with_values(self, |values| {
            output::serialize_row(&all_columns(), values, serializer)
        })
    }
}

/// A table of articles that were held against an index, on its way; dropped unfinished, it leaves nothing.
pub struct IndexWriter {
    table: Box<dyn Table>,
    /// Which of all columns each of its own is.
    places: Vec<usize>,
}

impl IndexWriter {
    /// Writes cells of CSV so that no spreadsheet runs them as formulas, each such text behind an apostrophe.
    pub fn for_spreadsheets(mut self) -> IndexWriter {
        self.table.make_safe();
        self
    }

    /// Writes one article's row.
    ///
    /// # Errors
    ///
    /// When the destination cannot be written to.
    pub fn write(&mut self, row: &IndexRow) -> Result<()> {
        with_values(row, |values| {
            let places = self.places.iter();
            let own: Vec<Value<'_>> = places.map(|&place| values[place]).collect();
            self.table.write(&own)
        })
    }

    /// Completes the table without showing it yet.
    ///
    /// # Errors
    ///
    /// When the destination cannot be written to.
    pub fn close(self) -> Result<Closed> {
        self.table.close()
    }
}

//! The tables that a run writes, on their way to their places.

use super::{Closed, ClusterRow, Destination, PairRow, Table, Value, table};
use crate::error::{ErrorKind, Result};

/// Opens a clusters table: CSV, TSV, JSONL or Parquet by the destination's ending, CSV on standard output.
///
/// The CSV is RFC 4180 in UTF-8, with a header always, fields quoted where they need it, and lines ended by a line feed
/// alone. A JSONL object has the columns as keys, in their order; numbers are numbers and what is absent is `null`. In
/// Parquet, similarities are doubles, counts unsigned integers, and times are in UTC (cargo feature `parquet`).
///
/// Open it before a long run, not after: a place that cannot be written to is found out here.
///
/// # Errors
///
/// [`ErrorKind::Setting`] when the ending is none of those known, and an input-output error when the place cannot be
/// written to.
pub fn clusters(destination: &Destination) -> Result<ClusterWriter> {
    clusters_as(destination, TableOptions::default())
}

/// Opens a clusters table that is not as usual.
///
/// # Errors
///
/// As [`clusters`], and [`ErrorKind::Setting`] for a column that there is not.
pub fn clusters_as(destination: &Destination, options: TableOptions) -> Result<ClusterWriter> {
    let all = || ClusterRow::COLUMNS.into_iter().chain([URL]);
    let place = |name: &String| {
        let found = all().position(|column| column == name);
        found.ok_or_else(|| ErrorKind::Setting {
            name: "--columns",
            value: name.clone(),
            expected: format!("one of {}", all().collect::<Vec<_>>().join(", ")),
        })
    };
    let places = options.columns.iter().map(place);
    let mut places = places.collect::<std::result::Result<Vec<usize>, ErrorKind>>()?;
    if places.is_empty() {
        places = (0..ClusterRow::COLUMNS.len()).collect();
    }
    let columns = places.iter().filter_map(|&place| all().nth(place));
    let table = table("output", destination, columns.collect(), &options.settings)?;
    Ok(ClusterWriter { table, places })
}

/// What a clusters table is to be, where that is not as usual.
#[derive(Clone, Debug, Default)]
pub struct TableOptions {
    /// The columns, in their order, `url` among those that may be; all but that where there are none.
    pub columns: Vec<String>,
    /// The settings of the run, which Parquet keeps in its metadata.
    pub settings: Vec<(String, String)>,
}

/// The column of addresses, which tables have where it is asked for.
const URL: &str = "url";

/// Whether all of these are columns of a clusters table.
pub(crate) fn are_columns(names: &[String]) -> bool {
    let is_column = |name: &String| name == URL || ClusterRow::COLUMNS.contains(&name.as_str());
    !names.is_empty() && names.iter().all(is_column)
}

/// Opens a table of similar pairs; the formats and the errors are those of [`clusters`].
///
/// # Errors
///
/// As [`clusters`].
pub fn pairs(destination: &Destination) -> Result<PairWriter> {
    table("pairs", destination, PairRow::COLUMNS.to_vec(), &[]).map(PairWriter)
}

/// A clusters table on its way to its [`Destination`]; dropped unfinished, it leaves nothing.
pub struct ClusterWriter {
    table: Box<dyn Table>,
    /// Where the columns stand among the values of a row, the address behind them.
    places: Vec<usize>,
}

impl ClusterWriter {
    /// Writes cells of CSV so that no spreadsheet runs them as formulas, each such text behind an apostrophe.
    pub fn for_spreadsheets(mut self) -> ClusterWriter {
        self.table.make_safe();
        self
    }

    /// Whether it has the column of addresses.
    pub fn has_url(&self) -> bool {
        self.places.contains(&ClusterRow::COLUMNS.len())
    }

    /// Writes one article's row.
    ///
    /// # Errors
    ///
    /// When the destination cannot be written to.
    pub fn write(&mut self, row: &ClusterRow<'_>) -> Result<()> {
        self.write_with(row, None)
    }

    /// Writes one article's row, with its address.
    ///
    /// # Errors
    ///
    /// When the destination cannot be written to.
    pub fn write_with(&mut self, row: &ClusterRow<'_>, url: Option<&str>) -> Result<()> {
        let values = row.values();
        let url = url.map_or(Value::Absent, Value::Text);
        let value = |&place: &usize| values.get(place).copied().unwrap_or(url);
        let row: Vec<Value<'_>> = self.places.iter().map(value).collect();
        self.table.write(&row)
    }

    /// Completes the table without showing it yet, for runs whose several outputs are to appear together.
    ///
    /// # Errors
    ///
    /// When the destination cannot be written to.
    pub fn close(self) -> Result<Closed> {
        self.table.close()
    }

    /// Completes the table and puts it in its place.
    ///
    /// # Errors
    ///
    /// When the destination cannot be written to, or the table not be moved there.
    pub fn finish(self) -> Result<()> {
        self.close()?.commit()
    }
}

/// A table of pairs on its way to its [`Destination`]; dropped unfinished, it leaves nothing.
pub struct PairWriter(Box<dyn Table>);

impl PairWriter {
    /// Writes cells of CSV so that no spreadsheet runs them as formulas, each such text behind an apostrophe.
    pub fn for_spreadsheets(mut self) -> PairWriter {
        self.0.make_safe();
        self
    }

    /// Writes one pair's row.
    ///
    /// # Errors
    ///
    /// When the destination cannot be written to.
    pub fn write(&mut self, row: &PairRow<'_>) -> Result<()> {
        self.0.write(&row.values())
    }

    /// Completes the table without showing it yet, for runs whose several outputs are to appear together.
    ///
    /// # Errors
    ///
    /// When the destination cannot be written to.
    pub fn close(self) -> Result<Closed> {
        self.0.close()
    }

    /// Completes the table and puts it in its place.
    ///
    /// # Errors
    ///
    /// When the destination cannot be written to, or the table not be moved there.
    pub fn finish(self) -> Result<()> {
        self.close()?.commit()
    }
}

/// Opens a table of stretches of texts; the formats and the errors are those of [`clusters`].
///
/// # Errors
///
/// As [`clusters`].
pub fn spans(destination: &Destination) -> Result<SpanWriter> {
    let columns = vec!["input", "record", "start", "end", "reason"];
    table("spans", destination, columns, &[]).map(SpanWriter)
}

/// A table of stretches of texts on its way to its [`Destination`]; dropped unfinished, it leaves nothing.
pub struct SpanWriter(Box<dyn Table>);

impl SpanWriter {
    /// Writes one stretch: the file and the 1-based record, the characters of its text, and why it is told.
    ///
    /// # Errors
    ///
    /// When the destination cannot be written to.
    pub fn write(
        &mut self,
        input: &str,
        record: u64,
        characters: std::ops::Range<u64>,
        reason: &str,
    ) -> Result<()> {
        self.0.write(&[
            Value::Text(input),
            Value::Count(record),
            Value::Count(characters.start),
            Value::Count(characters.end),
            Value::Text(reason),
        ])
    }

    /// Completes the table without showing it yet, for runs whose several outputs are to appear together.
    ///
    /// # Errors
    ///
    /// When the destination cannot be written to.
    pub fn close(self) -> Result<Closed> {
        self.0.close()
    }
}

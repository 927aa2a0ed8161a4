//! CSV: a header, then a line a row.

use std::borrow::Cow;
use std::fmt::Write as _;
use std::io;

use crate::error::{Error, Result};

use super::Table;
use super::file::{Closed, OutputFile};
use super::row::Value;

pub(super) struct CsvTable {
    name: std::path::PathBuf,
    writer: ::csv::Writer<OutputFile>,
    field: String,
    /// Whether no cell is to be one that a spreadsheet runs.
    is_safe: bool,
}

/// A cell that a spreadsheet takes for a text, whatever it begins with: with an apostrophe before what would be a formula.
pub(crate) fn safe_cell(text: &str) -> Cow<'_, str> {
    const FIRST: [char; 11] = ['=', '+', '-', '@', '\t', '\r', '\n', '＝', '＋', '－', '＠'];
    match text.starts_with(FIRST) {
        true => format!("'{text}").into(),
        false => text.into(),
    }
}

impl CsvTable {
    pub(super) fn new(file: OutputFile, columns: &[&str], delimiter: u8) -> Result<CsvTable> {
        let name = file.name().to_owned();
        let mut writer = ::csv::WriterBuilder::new()
            .delimiter(delimiter)
            .from_writer(file);
        writer
            .write_record(columns)
            .map_err(|error| Error::io(&name, io_error(error)))?;
        Ok(CsvTable {
            name,
            writer,
            field: String::new(),
            is_safe: false,
        })
    }

    fn write_row(&mut self, row: &[Value<'_>]) -> ::csv::Result<()> {
        for value in row {
            if let Value::Text(text) = value {
                match self.is_safe {
                    true => self.writer.write_field(&*safe_cell(text))?,
                    false => self.writer.write_field(text)?,
                }
                continue;
            }
            self.field.clear();
            // Writing to a string fails only where a `Display` does, and those of a `Value` do not.
            let _ = write!(self.field, "{value}");
            self.writer.write_field(&self.field)?;
        }
        self.writer.write_record(None::<&[u8]>)
    }
}

impl Table for CsvTable {
    fn write(&mut self, row: &[Value<'_>]) -> Result<()> {
        self.write_row(row)
            .map_err(|error| Error::io(&self.name, io_error(error)))
    }

    fn make_safe(&mut self) {
        self.is_safe = true;
    }

    fn close(self: Box<Self>) -> Result<Closed> {
        let file = self
            .writer
            .into_inner()
            .map_err(|error| Error::io(&self.name, error.into_error()))?;
        file.close()
    }
}

fn io_error(error: ::csv::Error) -> io::Error {
    match error.into_kind() {
        ::csv::ErrorKind::Io(error) => error,
        other => io::Error::other(format!("{other:?}")),
    }
}

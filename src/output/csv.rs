//! CSV: a header, then a line a row.

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
        })
    }

    fn write_row(&mut self, row: &[Value<'_>]) -> ::csv::Result<()> {
        for value in row {
            if let Value::Text(text) = value {
                self.writer.write_field(text)?;
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

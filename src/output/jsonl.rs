//! JSONL: an object a row, one a line.

use std::io::Write as _;

use crate::error::{Error, Result};

use super::Table;
use super::file::{Closed, OutputFile};
use super::row::{Value, serialize_row};

pub(super) struct JsonlTable {
    file: OutputFile,
    columns: Vec<&'static str>,
    line: Vec<u8>,
}

impl JsonlTable {
    pub(super) fn new(file: OutputFile, columns: Vec<&'static str>) -> JsonlTable {
        JsonlTable {
            file,
            columns,
            line: Vec::new(),
        }
    }
}

impl Table for JsonlTable {
    fn write(&mut self, row: &[Value<'_>]) -> Result<()> {
        self.line.clear();
        let mut json = serde_json::Serializer::new(&mut self.line);
        serialize_row(&self.columns, row, &mut json)
            .map_err(|error| Error::io(self.file.name(), error.into()))?;
        self.line.push(b'\n');
        self.file
            .write_all(&self.line)
            .map_err(|error| Error::io(self.file.name(), error))
    }

    fn close(self: Box<Self>) -> Result<Closed> {
        self.file.close()
    }
}

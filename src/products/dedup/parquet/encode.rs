//! Row groups that several threads encode, and that are written in the order of their numbers.

use std::collections::BTreeMap;
use std::path::{Path, PathBuf};
use std::sync::{Mutex, PoisonError};

use ::bytes::Bytes;
use ::parquet::column::writer::{ColumnCloseResult, ColumnWriter, get_column_writer};
use ::parquet::errors::{ParquetError, Result as Written};
use ::parquet::file::properties::WriterPropertiesPtr;
use ::parquet::file::writer::{SerializedFileWriter, SerializedPageWriter, TrackedWrite};
use ::parquet::schema::types::{ColumnDescPtr, TypePtr};

use crate::error::Result;
use crate::output::OutputFile;
use crate::output::parquet::parquet_error;

/// A column of a row group, as it will stand in the file.
pub(in crate::products::dedup) struct Encoded {
    bytes: Bytes,
    closed: ColumnCloseResult,
}

impl Encoded {
    /// Encodes what `write` writes.
    pub(in crate::products::dedup) fn of<E: From<ParquetError>>(
        described: ColumnDescPtr,
        properties: &WriterPropertiesPtr,
        write: impl FnOnce(&mut ColumnWriter<'_>) -> std::result::Result<(), E>,
    ) -> std::result::Result<Encoded, E> {
        let mut sink = TrackedWrite::new(Vec::new());
        let pages = Box::new(SerializedPageWriter::new(&mut sink));
        let mut column = get_column_writer(described, properties.clone(), pages);
        write(&mut column)?;
        let closed = column.close()?;
        let bytes = sink.into_inner()?.into();
        Ok(Encoded { bytes, closed })
    }
}

/// A file whose row groups come from several threads, in any order.
pub(in crate::products::dedup) struct Groups {
    name: PathBuf,
    properties: WriterPropertiesPtr,
    columns: Vec<ColumnDescPtr>,
    state: Mutex<State>,
}

struct State {
    writer: SerializedFileWriter<OutputFile>,
    /// The number whose turn it is.
    next: usize,
    early: BTreeMap<usize, Vec<Encoded>>,
}

impl Groups {
    /// Begins a file.
    pub(in crate::products::dedup) fn begin(
        file: OutputFile,
        schema: TypePtr,
        properties: WriterPropertiesPtr,
    ) -> Result<Groups> {
        let name = file.name().to_owned();
        let writer = SerializedFileWriter::new(file, schema, properties.clone())
            .map_err(|error| parquet_error(&name, error))?;
        Ok(Groups {
            columns: writer.schema_descr().columns().to_vec(),
            name,
            properties,
            state: Mutex::new(State {
                writer,
                next: 0,
                early: BTreeMap::new(),
            }),
        })
    }

    /// The file as the user named it.
    pub(in crate::products::dedup) fn name(&self) -> &Path {
        &self.name
    }

    /// How columns are written.
    pub(in crate::products::dedup) fn properties(&self) -> &WriterPropertiesPtr {
        &self.properties
    }

    /// A column of the file.
    pub(in crate::products::dedup) fn column(&self, number: usize) -> Option<ColumnDescPtr> {
        self.columns.get(number).cloned()
    }

    /// Takes the row group of this number; one without columns takes its turn too.
    pub(in crate::products::dedup) fn put(
        &self,
        number: usize,
        columns: Vec<Encoded>,
    ) -> Result<()> {
        let mut state = self.state.lock().unwrap_or_else(PoisonError::into_inner);
        state.early.insert(number, columns);
        state
            .write_due()
            .map_err(|error| parquet_error(&self.name, error))
    }

    /// Writes the end of the file.
    pub(in crate::products::dedup) fn finish(self) -> Result<OutputFile> {
        let state = self.state.into_inner();
        let writer = state.unwrap_or_else(PoisonError::into_inner).writer;
        let written = writer.into_inner();
        written.map_err(|error| parquet_error(&self.name, error))
    }
}

impl State {
    fn write_due(&mut self) -> Written<()> {
        while let Some(columns) = self.early.remove(&self.next) {
            self.next += 1;
            if columns.is_empty() {
                continue;
            }
            let mut group = self.writer.next_row_group()?;
            for column in columns {
                group.append_column(&column.bytes, column.closed)?;
            }
            group.close()?;
        }
        Ok(())
    }
}

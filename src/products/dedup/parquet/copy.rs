//! Parquet to Parquet, column by column: levels and values go over as they are, whatever they mean.

use std::sync::{Arc, Mutex, PoisonError};

use ::parquet::column::writer::ColumnWriter;
use ::parquet::errors::{ParquetError, Result as Written};
use ::parquet::file::reader::FileReader;
use ::parquet::file::reader::RowGroupReader;
use rayon::prelude::*;

use super::super::KeptCounts;
use super::super::decisions::Fate;
use super::super::marks::Marked;
use super::super::rewrite::{MARK_COLUMNS, Rewriter, mark_names, marks};
use super::columns::{Cleaning, Depth, retain};
use super::encode::{Encoded, Groups};
use super::properties::{partition_names, properties, widened};
use super::{damaged, open};
use crate::corpus::Place;
use crate::corpus::formats::parquet::levels::{Cells, Column, Values};
use crate::corpus::formats::parquet::{Slice, Table, guarded, rows_in, rows_of};
use crate::error::{Error, ErrorKind, Result};
use crate::output::parquet::{ColumnBuffer, parquet_error};
use crate::output::{OutputFile, Value};

/// About how many bytes of a column are on their way at a time.
const COLUMN_BYTES: usize = 1 << 20;

/// About how many bytes a row group has that one thread copies; a larger one is cut.
const SLICE_BYTES: usize = 64 << 20;

/// A Parquet file that rows of others are copied to.
pub(super) struct Copy<'a> {
    rewriter: &'a Rewriter<'a>,
    groups: Groups,
    /// How many row groups were given numbers.
    begun: usize,
    /// The columns that only the names of folders have in the inputs.
    partitions: Vec<String>,
    marks: Vec<String>,
}

impl<'a> Copy<'a> {
    /// Begins a file that the rows of all these inputs go to. The values of partitions become columns, since the folders
    /// that say them are gone.
    pub(super) fn into_one(
        rewriter: &'a Rewriter<'a>,
        inputs: &[u32],
        file: OutputFile,
    ) -> Result<Copy<'a>> {
        let Some((&first, others)) = inputs.split_first() else {
            return Err(ErrorKind::NoInput {
                input: String::new(),
                reason: "nothing in it can be read".to_owned(),
            }
            .into());
        };
        let table = open(rewriter, first)?;
        let partitions = partition_names(&table);
        for &other in others {
            let other_table = open(rewriter, other)?;
            let is_alike = other_table.schema() == table.schema()
                && partition_names(&other_table) == partitions;
            if !is_alike {
                let name = |number: u32| rewriter.inputs[number as usize].name.clone();
                return Err(ErrorKind::MixedForms {
                    one: name(first),
                    other: name(other),
                }
                .into());
            }
        }
        Copy::begin(rewriter, &table, partitions, file)
    }

    /// Begins a file that the rows of one input go to, in a folder like the one it is in.
    pub(super) fn of_shard(
        rewriter: &'a Rewriter<'a>,
        input: u32,
        file: OutputFile,
    ) -> Result<Copy<'a>> {
        Copy::begin(rewriter, &open(rewriter, input)?, Vec::new(), file)
    }

    fn begin(
        rewriter: &'a Rewriter<'a>,
        table: &Table,
        partitions: Vec<String>,
        file: OutputFile,
    ) -> Result<Copy<'a>> {
        let schema = table.schema();
        let is_there = |name: &str| {
            schema.get_fields().iter().any(|field| field.name() == name)
                || partitions.iter().any(|partition| partition == name)
        };
        let marks = match rewriter.plan.marks {
            Some(_) => mark_names(is_there).to_vec(),
            None => Vec::new(),
        };
        let schema = widened(&schema, &partitions, &marks)
            .map_err(|error| parquet_error(file.name(), error))?;
        let is_wider = !partitions.is_empty() || !marks.is_empty();
        let properties = Arc::new(properties(table, is_wider, rewriter.plan.settings));
        Ok(Copy {
            rewriter,
            groups: Groups::begin(file, schema, properties)?,
            begun: 0,
            partitions,
            marks,
        })
    }

    /// Copies the kept rows of an input.
    ///
    /// Large row groups are cut into several, which threads copy side by side.
    pub(super) fn append(&mut self, number: u32) -> Result<KeptCounts> {
        let input = &self.rewriter.inputs[number as usize];
        let table = open(self.rewriter, number)?;
        let slices = table.slices_of(SLICE_BYTES);
        let begun = self.begun;
        self.begun += slices.len();
        let counts = Mutex::new(KeptCounts::default());
        // Drawn one after another, so that few wait for their turn.
        let numbered = slices.into_iter().enumerate().par_bridge();
        numbered.try_for_each(|(at, slice)| {
            self.rewriter.check_interrupt()?;
            let mut kept = KeptCounts::default();
            let fates = self.fates(number, &slice, &mut kept);
            let mut columns = Vec::new();
            if fates.iter().any(Option::is_some) {
                let copied = self.copy_slice(&table, number, slice, &fates);
                columns = copied.map_err(|error| match error {
                    Failed::Reading(why) => {
                        table.failure(input).unwrap_or_else(|| damaged(input, &why))
                    }
                    Failed::Writing(error) => parquet_error(self.groups.name(), error),
                    Failed::Marking(error) => error,
                })?;
            }
            let mut counts = counts.lock().unwrap_or_else(PoisonError::into_inner);
            counts.add(kept);
            drop(counts);
            self.groups.put(begun + at, columns)
        })?;
        input.check_unchanged()?;
        Ok(counts.into_inner().unwrap_or_else(PoisonError::into_inner))
    }

    pub(super) fn finish(self) -> Result<OutputFile> {
        self.groups.finish()
    }

    /// What becomes of each row: its fate if it is kept.
    fn fates(&self, input: u32, slice: &Slice, kept: &mut KeptCounts) -> Vec<Option<Fate>> {
        let records = (slice.before + 1..).take(slice.rows);
        let fate = |record| {
            let fate = self
                .rewriter
                .plan
                .decisions
                .known(Place { input, record })?;
            let fate = self.rewriter.with_marks(fate);
            kept.kept += u64::from(fate.keep);
            kept.removed += u64::from(!fate.keep);
            fate.keep.then_some(fate)
        };
        records.map(fate).collect()
    }

    fn copy_slice(
        &self,
        table: &Table,
        input: u32,
        slice: Slice,
        fates: &[Option<Fate>],
    ) -> std::result::Result<Vec<Encoded>, Failed> {
        let reader =
            guarded(|| table.file().get_row_group(slice.group)).map_err(Failed::Reading)?;
        let source = Source {
            rewriter: self.rewriter,
            table,
            input,
            slice,
            keep: fates.iter().map(Option::is_some).collect(),
        };
        let schema = table.metadata().file_metadata().schema_descr();
        let mut encoded = Vec::new();
        for column in 0..schema.num_columns() {
            let copied = self.encoded(column, |to| source.copy_column(&*reader, column, to));
            encoded.push(copied?);
        }
        let partitions = table.partitions().iter();
        for name in &self.partitions {
            let here = partitions.clone().find(|it| it.name == *name);
            let value = here.and_then(|it| it.value.as_deref());
            let value = value.map_or(Value::Absent, Value::Text);
            let values = fates.iter().flatten().map(|_| value);
            let written = self.encoded(encoded.len(), |to| {
                write_values(to, "partition", name, values)
            });
            encoded.push(written?);
        }
        let marked = fates
            .iter()
            .flatten()
            .map(|fate| self.rewriter.marked(*fate));
        let marked: Vec<Option<Marked<'_>>> = marked.collect::<Result<_>>()?;
        for (at, name) in self.marks.iter().enumerate() {
            let values = marked.iter().map(Option::as_ref);
            let values = values.map(|row| row.map_or(Value::Absent, |row| marks(row)[at]));
            let written = self.encoded(encoded.len(), |to| {
                write_values(to, MARK_COLUMNS[at], name, values)
            });
            encoded.push(written?);
        }
        Ok(encoded)
    }

    fn encoded(
        &self,
        number: usize,
        write: impl FnOnce(&mut ColumnWriter<'_>) -> std::result::Result<(), Failed>,
    ) -> std::result::Result<Encoded, Failed> {
        let described = self.groups.column(number);
        let described =
            described.ok_or_else(|| ParquetError::General("a column too many".to_owned()))?;
        Encoded::of(described, self.groups.properties(), write)
    }
}

/// Why a row group could not be copied.
enum Failed {
    Reading(String),
    Writing(ParquetError),
    Marking(Error),
}

impl From<Error> for Failed {
    fn from(error: Error) -> Failed {
        Failed::Marking(error)
    }
}

impl From<ParquetError> for Failed {
    fn from(error: ParquetError) -> Failed {
        Failed::Writing(error)
    }
}

/// A row group that is copied.
struct Source<'a> {
    rewriter: &'a Rewriter<'a>,
    table: &'a Table,
    input: u32,
    slice: Slice,
    keep: Vec<bool>,
}

impl Source<'_> {
    fn copy_column(
        &self,
        reader: &dyn RowGroupReader,
        number: usize,
        to: &mut ColumnWriter<'_>,
    ) -> std::result::Result<(), Failed> {
        let metadata = self.table.metadata();
        let described = metadata.file_metadata().schema_descr().column(number);
        let depth = Depth {
            full: described.max_def_level(),
            repeated: described.max_rep_level(),
        };
        let column = guarded(|| reader.get_column_reader(number));
        let too_long = self.table.oversized(self.slice.group);
        let levels = (depth.full, depth.repeated);
        let column = Column::new(column.map_err(Failed::Reading)?);
        let mut column = column.without(too_long, levels);
        column.skip(self.slice.start);
        let cleaning = Cleaning::of(self.rewriter, self.table, self.input, number, self.slice);
        let mut cleaning = cleaning.transpose().map_err(Failed::Reading)?;
        let group = metadata.row_group(self.slice.group);
        let bytes = group.column(number).uncompressed_size();
        let rows = match &cleaning {
            Some(_) => self.slice.batch,
            None => rows_in(COLUMN_BYTES, bytes, rows_of(group)),
        };
        for keep in self.keep.chunks(rows) {
            let cells = guarded(|| column.read(keep.len()));
            let mut cells = cells.map_err(Failed::Reading)?;
            if cells.rows != keep.len() {
                let why = format!("column {} ends early", described.path());
                return Err(Failed::Reading(why));
            }
            if let Some(cleaning) = &mut cleaning {
                cleaning.clean(&mut cells, depth).map_err(Failed::Reading)?;
            }
            retain(&mut cells, depth, keep);
            write_cells(to, &cells, depth)?;
        }
        Ok(())
    }
}

/// Writes cells to a column of their own type.
fn write_cells(to: &mut ColumnWriter<'_>, cells: &Cells, depth: Depth) -> Written<()> {
    use ColumnWriter as W;
    let levels = (depth.full > 0).then_some(&cells.definition[..]);
    let repeats = (depth.repeated > 0).then_some(&cells.repetition[..]);
    match (to, &cells.values) {
        (W::BoolColumnWriter(to), Values::Bool(it)) => to.write_batch(it, levels, repeats),
        (W::Int32ColumnWriter(to), Values::Int32(it)) => to.write_batch(it, levels, repeats),
        (W::Int64ColumnWriter(to), Values::Int64(it)) => to.write_batch(it, levels, repeats),
        (W::Int96ColumnWriter(to), Values::Int96(it)) => to.write_batch(it, levels, repeats),
        (W::FloatColumnWriter(to), Values::Float(it)) => to.write_batch(it, levels, repeats),
        (W::DoubleColumnWriter(to), Values::Double(it)) => to.write_batch(it, levels, repeats),
        (W::ByteArrayColumnWriter(to), Values::Bytes(it)) => to.write_batch(it, levels, repeats),
        (W::FixedLenByteArrayColumnWriter(to), Values::Fixed(it)) => {
            to.write_batch(it, levels, repeats)
        }
        _ => Err(ParquetError::General("a column of another type".to_owned())),
    }?;
    Ok(())
}

/// Writes a column that the input does not have, a stretch at a time.
fn write_values<'v>(
    to: &mut ColumnWriter<'_>,
    column: &str,
    name: &str,
    values: impl Iterator<Item = Value<'v>>,
) -> std::result::Result<(), Failed> {
    const STRETCH: usize = 4096;
    let mut buffer = ColumnBuffer::new(column, name)?;
    for (at, value) in values.enumerate() {
        if at > 0 && at % STRETCH == 0 {
            buffer.flush(to)?;
        }
        buffer.push(&value);
    }
    buffer.flush(to)?;
    Ok(())
}

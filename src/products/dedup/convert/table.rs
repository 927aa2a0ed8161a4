//! Records told as Parquet: columns of the types that their values have.

use std::collections::BTreeMap;
use std::sync::{Arc, Mutex, PoisonError};

use ::bytes::Bytes;
use ::parquet::basic::{Compression, LogicalType, TimeUnit, TimestampType, ZstdLevel};
use ::parquet::basic::{Repetition, Type as Physical};
use ::parquet::column::writer::ColumnWriter;
use ::parquet::data_type::ByteArray;
use ::parquet::errors::{ParquetError, Result as Written};
use ::parquet::file::metadata::KeyValue;
use ::parquet::file::properties::WriterProperties;
use ::parquet::schema::types::{ColumnPath, Type as Described, TypePtr};

use super::super::KeptCounts;
use super::super::parquet::JSON_COLUMNS;
use super::super::parquet::encode::{Encoded, Groups};
use super::super::rewrite::{MARK_COLUMNS, Rewriter, mark_names};
use super::Conversion;
use super::fields::{Record, Told};
use super::lines::in_columns;
use super::schema::{Column, Survey, Type};
use crate::error::Result;
use crate::output::parquet::{ColumnBuffer, parquet_error, provenance};
use crate::output::{OutputFile, Value};

/// About how many bytes and how many rows a row group has.
const GROUP_BYTES: usize = 64 << 20;
const GROUP_ROWS: usize = 128 << 10;

/// Values are weighed against the size of a page after so many, since articles are long.
const WRITE_BATCH: usize = 128;

/// Writes the kept records as rows.
pub(super) fn write(
    conversion: &Conversion<'_>,
    file: OutputFile,
) -> Result<(OutputFile, KeptCounts)> {
    let survey = Survey::of(conversion)?;
    if survey.schema.columns.is_empty() {
        return Err(conversion.unfit("no record is left of which columns could be made"));
    }
    let table = Table::new(conversion, survey, file)?;
    let kept = conversion.sweep(&|batch| {
        let mut cells = table.cells();
        let kept = conversion.teller.tell(batch, &mut |record| {
            table.add(record, &mut cells);
            Ok(())
        })?;
        table.put(batch.number, cells)?;
        Ok(kept)
    })?;
    Ok((table.groups.finish()?, kept))
}

/// A table that is written.
struct Table {
    survey: Survey,
    marks: Vec<String>,
    groups: Groups,
    /// The batches of each row group.
    batches: Vec<std::ops::Range<usize>>,
    gathering: Mutex<BTreeMap<usize, Gathered>>,
}

/// The batches of a row group that have come, each by column.
type Gathered = BTreeMap<usize, Vec<Cells>>;

impl Table {
    fn new(conversion: &Conversion<'_>, survey: Survey, file: OutputFile) -> Result<Table> {
        let name = file.name().to_owned();
        let columns = &survey.schema.columns;
        let marks = match conversion.teller.rewriter.plan.marks {
            Some(_) => mark_names(|name| columns.iter().any(|it| it.name == name)).to_vec(),
            None => Vec::new(),
        };
        let fields = columns.iter().map(described);
        let marked = MARK_COLUMNS.iter().zip(&marks);
        let marked = marked.map(|(column, name)| Ok(ColumnBuffer::new(column, name)?.described));
        let schema = || -> Written<TypePtr> {
            let fields: Written<Vec<TypePtr>> = fields.chain(marked).collect();
            let schema = Described::group_type_builder("schema").with_fields(fields?);
            schema.build().map(Arc::new)
        };
        let schema = schema().map_err(|error| parquet_error(&name, error))?;
        let properties = properties(columns, conversion.teller.rewriter);
        Ok(Table {
            groups: Groups::begin(file, schema, Arc::new(properties))?,
            batches: row_groups(&survey.batches),
            survey,
            marks,
            gathering: Mutex::default(),
        })
    }

    /// Columns to be filled.
    fn cells(&self) -> Vec<Cells> {
        let columns = self.survey.schema.columns.iter();
        let own = columns.map(|column| Cells::new(column.holds()));
        // Each name was good for the schema, so it is for a column.
        let marks = MARK_COLUMNS.iter().zip(&self.marks);
        let marks = marks.filter_map(|(column, name)| ColumnBuffer::new(column, name).ok());
        own.chain(marks.map(Cells::Mark)).collect()
    }

    fn add(&self, record: &Record<'_>, cells: &mut [Cells]) {
        let (own, marks) = cells.split_at_mut(self.survey.schema.columns.len());
        for (cells, value) in own.iter_mut().zip(in_columns(&self.survey.schema, record)) {
            cells.push(value.as_ref());
        }
        for (cells, mark) in marks.iter_mut().zip(record.marks.iter().flatten()) {
            if let Cells::Mark(column) = cells {
                column.push(mark);
            }
        }
    }

    /// Takes a batch; with the last of its row group, that is encoded and handed on.
    fn put(&self, number: usize, cells: Vec<Cells>) -> Result<()> {
        let at = self.batches.partition_point(|group| group.end <= number);
        let Some(group) = self.batches.get(at) else {
            return Ok(());
        };
        let gathered = {
            let mut gathering = self
                .gathering
                .lock()
                .unwrap_or_else(PoisonError::into_inner);
            let gathered = gathering.entry(at).or_default();
            gathered.insert(number, cells);
            if gathered.len() < group.len() {
                return Ok(());
            }
            gathering.remove(&at).unwrap_or_default()
        };
        let encoded = self
            .encoded(gathered)
            .map_err(|error| parquet_error(self.groups.name(), error))?;
        self.groups.put(at, encoded)
    }

    fn encoded(&self, gathered: Gathered) -> Written<Vec<Encoded>> {
        let mut batches: Vec<_> = gathered.into_values().map(Vec::into_iter).collect();
        let columns = self.survey.schema.columns.len() + self.marks.len();
        let encoded = (0..columns).map(|number| {
            let described = self.groups.column(number);
            let described =
                described.ok_or_else(|| ParquetError::General("a column too many".to_owned()))?;
            Encoded::of(described, self.groups.properties(), |column| {
                for batch in &mut batches {
                    batch.next().map_or(Ok(()), |cells| cells.write(column))?;
                }
                Ok(())
            })
        });
        encoded.collect()
    }
}

/// Cuts batches of so many rows and bytes into row groups; what has no rows has none.
fn row_groups(batches: &[(usize, usize)]) -> Vec<std::ops::Range<usize>> {
    let mut groups = Vec::new();
    let (mut start, mut all_rows, mut all_bytes) = (0, 0, 0);
    for (at, (rows, bytes)) in batches.iter().enumerate() {
        all_rows += rows;
        all_bytes += bytes;
        let is_last = at + 1 == batches.len();
        if all_rows >= GROUP_ROWS || all_bytes >= GROUP_BYTES || (is_last && all_rows > 0) {
            groups.push(start..at + 1);
            (start, all_rows, all_bytes) = (at + 1, 0, 0);
        }
    }
    groups
}

/// How a column is told of in the file.
fn described(column: &Column) -> Written<TypePtr> {
    let milliseconds = || {
        LogicalType::Timestamp(TimestampType {
            is_adjusted_to_u_t_c: true,
            unit: TimeUnit::MILLIS,
        })
    };
    let (physical, logical) = match column.holds() {
        // Not every reader knows JSON for a text, so which are JSON stands in the metadata.
        Type::Text | Type::Json => (Physical::BYTE_ARRAY, Some(LogicalType::String)),
        Type::Integer => (Physical::INT64, None),
        Type::Double => (Physical::DOUBLE, None),
        Type::Truth => (Physical::BOOLEAN, None),
        Type::Moment => (Physical::INT64, Some(milliseconds())),
    };
    Described::primitive_type_builder(&column.name, physical)
        .with_repetition(Repetition::OPTIONAL)
        .with_logical_type(logical)
        .build()
        .map(Arc::new)
}

fn properties(columns: &[Column], rewriter: &Rewriter<'_>) -> WriterProperties {
    let level = ZstdLevel::try_new(3).unwrap_or_default();
    let nested = columns.iter().filter(|it| it.holds() == Type::Json);
    let nested: Vec<&str> = nested.map(|it| it.name.as_str()).collect();
    let entry = || KeyValue::new(JSON_COLUMNS.to_owned(), serde_json::to_string(&nested).ok());
    let own = (!nested.is_empty()).then(entry);
    let entries = own.into_iter().chain(provenance(rewriter.plan.settings));
    let entries: Vec<KeyValue> = entries.collect();
    let builder = WriterProperties::builder()
        .set_key_value_metadata((!entries.is_empty()).then_some(entries))
        .set_compression(Compression::ZSTD(level))
        .set_write_batch_size(WRITE_BATCH);
    // Texts, titles and ids are all different: a dictionary of them would only cost time.
    let different = columns
        .iter()
        .filter(|column| rewriter.names.is_different_in_all(&column.name));
    different
        .fold(builder, |builder, column| {
            let path = ColumnPath::new(vec![column.name.clone()]);
            builder.set_column_dictionary_enabled(path, false)
        })
        .build()
}

/// The values of one column in some rows.
enum Cells {
    Bytes {
        /// 1 where there is a value.
        levels: Vec<i16>,
        arena: Vec<u8>,
        ends: Vec<usize>,
    },
    Integers(Vec<i16>, Vec<i64>),
    Doubles(Vec<i16>, Vec<f64>),
    Truths(Vec<i16>, Vec<bool>),
    Mark(ColumnBuffer),
}

impl Cells {
    fn new(holds: Type) -> Cells {
        match holds {
            Type::Text | Type::Json => Cells::Bytes {
                levels: Vec::new(),
                arena: Vec::new(),
                ends: Vec::new(),
            },
            Type::Integer | Type::Moment => Cells::Integers(Vec::new(), Vec::new()),
            Type::Double => Cells::Doubles(Vec::new(), Vec::new()),
            Type::Truth => Cells::Truths(Vec::new(), Vec::new()),
        }
    }

    fn push(&mut self, value: Option<&Told<'_>>) {
        let text = value.and_then(|value| match value {
            // An empty cell may as well not be there.
            Told::Cell(cell) if cell.is_empty() => None,
            value => value.text(),
        });
        let text = text.as_deref();
        match self {
            Cells::Bytes {
                levels,
                arena,
                ends,
            } => {
                levels.push(i16::from(text.is_some()));
                if let Some(text) = text {
                    arena.extend_from_slice(text.as_bytes());
                    ends.push(arena.len());
                }
            }
            Cells::Integers(levels, values) => {
                let value = match value {
                    Some(Told::Field(Value::Time(time))) => time.0.checked_mul(1_000),
                    _ => text.and_then(|text| text.parse().ok()),
                };
                push(levels, values, value);
            }
            Cells::Doubles(levels, values) => {
                push(levels, values, text.and_then(|text| text.parse().ok()));
            }
            Cells::Truths(levels, values) => push(levels, values, text.map(|text| text == "true")),
            Cells::Mark(_) => {}
        }
    }

    fn write(self, to: &mut ColumnWriter<'_>) -> Written<()> {
        use ColumnWriter as W;
        match (to, self) {
            (
                W::ByteArrayColumnWriter(to),
                Cells::Bytes {
                    levels,
                    arena,
                    ends,
                },
            ) => {
                let bytes = Bytes::from(arena);
                let starts = std::iter::once(0).chain(ends.iter().copied());
                let values = starts
                    .zip(&ends)
                    .map(|(start, &end)| ByteArray::from(bytes.slice(start..end)));
                let values: Vec<ByteArray> = values.collect();
                to.write_batch(&values, Some(&levels), None)
            }
            (W::Int64ColumnWriter(to), Cells::Integers(levels, values)) => {
                to.write_batch(&values, Some(&levels), None)
            }
            (W::DoubleColumnWriter(to), Cells::Doubles(levels, values)) => {
                to.write_batch(&values, Some(&levels), None)
            }
            (W::BoolColumnWriter(to), Cells::Truths(levels, values)) => {
                to.write_batch(&values, Some(&levels), None)
            }
            (to, Cells::Mark(mut column)) => return column.flush(to),
            _ => Err(ParquetError::General("a column of another type".to_owned())),
        }
        .map(drop)
    }
}

fn push<T>(levels: &mut Vec<i16>, values: &mut Vec<T>, value: Option<T>) {
    levels.push(i16::from(value.is_some()));
    values.extend(value);
}

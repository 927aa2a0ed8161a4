//! Parquet: typed columns, compressed with Zstandard.
//!
//! A similarity is a double of four decimals, as in JSON; counts are unsigned; a time is in milliseconds and in UTC.
//! What is empty in CSV is null.

use std::io;
use std::path::Path;
use std::sync::Arc;

use ::parquet::basic::{Compression, LogicalType, Repetition, Type as Physical, ZstdLevel};
use ::parquet::basic::{IntType, TimeUnit, TimestampType};
use ::parquet::column::writer::ColumnWriter;
use ::parquet::data_type::ByteArray;
use ::parquet::errors::{ParquetError, Result as Written};
use ::parquet::file::metadata::KeyValue;
use ::parquet::file::properties::WriterProperties;
use ::parquet::file::writer::{SerializedFileWriter, SerializedRowGroupWriter};
use ::parquet::schema::types::{ColumnPath, Type, TypePtr};

use crate::error::{Error, Result};

use super::Table;
use super::file::{Closed, OutputFile};
use super::row::Value;

/// How many rows wait in memory until they are written as a row group.
const GROUP_ROWS: usize = 64 << 10;

pub(super) struct ParquetTable {
    name: std::path::PathBuf,
    columns: Vec<ColumnBuffer>,
    rows: usize,
    writer: SerializedFileWriter<OutputFile>,
}

impl ParquetTable {
    pub(super) fn new(
        file: OutputFile,
        columns: &[&str],
        settings: &[(String, String)],
    ) -> Result<ParquetTable> {
        let name = file.name().to_owned();
        let failed = |error| parquet_error(&name, error);
        let columns: Vec<ColumnBuffer> = columns
            .iter()
            .map(|name| ColumnBuffer::new(name, name))
            .collect::<Written<_>>()
            .map_err(failed)?;
        let fields = columns.iter().map(|column| Arc::clone(&column.described));
        let schema = Type::group_type_builder("schema").with_fields(fields.collect());
        let schema = schema.build().map_err(failed)?;
        let writer =
            SerializedFileWriter::new(file, Arc::new(schema), Arc::new(properties(settings)))
                .map_err(failed)?;
        Ok(ParquetTable {
            name,
            columns,
            rows: 0,
            writer,
        })
    }

    fn write_group(&mut self) -> Written<()> {
        if self.rows == 0 {
            return Ok(());
        }
        self.rows = 0;
        let mut group = self.writer.next_row_group()?;
        for column in &mut self.columns {
            column.write(&mut group)?;
        }
        group.close()?;
        Ok(())
    }
}

impl Table for ParquetTable {
    fn write(&mut self, row: &[Value<'_>]) -> Result<()> {
        for (column, value) in self.columns.iter_mut().zip(row) {
            column.push(value);
        }
        self.rows += 1;
        if self.rows < GROUP_ROWS {
            return Ok(());
        }
        self.write_group()
            .map_err(|error| parquet_error(&self.name, error))
    }

    fn close(mut self: Box<Self>) -> Result<Closed> {
        let written = self.write_group();
        let ParquetTable { name, writer, .. } = *self;
        let file = written.and_then(|()| writer.into_inner());
        file.map_err(|error| parquet_error(&name, error))?.close()
    }
}

/// Entries of metadata that say which version wrote a file, and with which settings.
pub(crate) fn provenance(settings: &[(String, String)]) -> Vec<KeyValue> {
    if settings.is_empty() {
        return Vec::new();
    }
    let object: serde_json::Map<String, serde_json::Value> = settings
        .iter()
        .map(|(name, value)| (name.clone(), value.as_str().into()))
        .collect();
    let object = serde_json::Value::Object(object).to_string();
    let version = env!("CARGO_PKG_VERSION").to_owned();
    vec![
        KeyValue::new(VERSION.to_owned(), version),
        KeyValue::new(SETTINGS.to_owned(), object),
    ]
}

/// Whether an entry of metadata is such a one.
pub(crate) fn is_provenance(entry: &KeyValue) -> bool {
    matches!(entry.key.as_str(), VERSION | SETTINGS)
}

const VERSION: &str = "samestory.version";
const SETTINGS: &str = "samestory.settings";

fn properties(settings: &[(String, String)]) -> WriterProperties {
    let level = ZstdLevel::try_new(3).unwrap_or_default();
    let provenance = provenance(settings);
    WriterProperties::builder()
        .set_key_value_metadata((!provenance.is_empty()).then_some(provenance))
        .set_compression(Compression::ZSTD(level))
        // Ids and titles are all different: a dictionary of them would only cost time.
        .set_column_dictionary_enabled(ColumnPath::from("article_id"), false)
        .set_column_dictionary_enabled(ColumnPath::from("title"), false)
        .build()
}

/// The values of one column of a row group that is being gathered.
pub(crate) struct ColumnBuffer {
    pub(crate) described: TypePtr,
    /// 1 where there is a value.
    levels: Vec<i16>,
    values: Values,
}

enum Values {
    Text(Vec<ByteArray>),
    Shares(Vec<f64>),
    Counts(Vec<i32>),
    Wide(Vec<i64>),
}

impl ColumnBuffer {
    /// An empty column that holds what a column of tables holds, under a name of its own.
    pub(crate) fn new(column: &str, name: &str) -> Written<ColumnBuffer> {
        let integer = |bit_width| {
            LogicalType::Integer(IntType {
                bit_width,
                is_signed: false,
            })
        };
        let (physical, logical, values) = match column {
            "similarity" | "jaccard" | "containment" | "hours_apart" => {
                (Physical::DOUBLE, None, Values::Shares(Vec::new()))
            }
            "copies" | "story_articles" | "story_sources" | "story_independent" => (
                Physical::INT32,
                Some(integer(32)),
                Values::Counts(Vec::new()),
            ),
            "record" | "start" | "end" => {
                (Physical::INT64, Some(integer(64)), Values::Wide(Vec::new()))
            }
            "published" => {
                let milliseconds = LogicalType::Timestamp(TimestampType {
                    is_adjusted_to_u_t_c: true,
                    unit: TimeUnit::MILLIS,
                });
                (
                    Physical::INT64,
                    Some(milliseconds),
                    Values::Wide(Vec::new()),
                )
            }
            _ => (
                Physical::BYTE_ARRAY,
                Some(LogicalType::String),
                Values::Text(Vec::new()),
            ),
        };
        let described = Type::primitive_type_builder(name, physical)
            .with_repetition(Repetition::OPTIONAL)
            .with_logical_type(logical)
            .build()?;
        Ok(ColumnBuffer {
            described: Arc::new(described),
            levels: Vec::new(),
            values,
        })
    }

    pub(crate) fn push(&mut self, value: &Value<'_>) {
        let is_there = match (&mut self.values, value) {
            (_, Value::Absent) => false,
            (Values::Text(texts), Value::Text(text)) => {
                texts.push(ByteArray::from(*text));
                true
            }
            (Values::Text(texts), other) => {
                texts.push(ByteArray::from(other.to_string().as_str()));
                true
            }
            (Values::Shares(shares), value) => push(shares, value.share()),
            (Values::Counts(counts), Value::Count(count)) => {
                push(counts, u32::try_from(*count).ok().map(u32::cast_signed))
            }
            (Values::Wide(wide), Value::Count(count)) => push(wide, Some(count.cast_signed())),
            (Values::Wide(wide), Value::Time(time)) => push(wide, time.0.checked_mul(1_000)),
            (Values::Counts(_) | Values::Wide(_), _) => false,
        };
        self.levels.push(i16::from(is_there));
    }

    /// Writes what was gathered as the next column of a row group, and is empty again.
    pub(crate) fn write<W: io::Write + Send>(
        &mut self,
        group: &mut SerializedRowGroupWriter<'_, W>,
    ) -> Written<()> {
        let Some(mut column) = group.next_column()? else {
            return Err(ParquetError::General("a column too many".to_owned()));
        };
        self.flush(column.untyped())?;
        column.close()
    }

    /// Writes what was gathered to a column that more may follow in, and is empty again.
    pub(crate) fn flush(&mut self, column: &mut ColumnWriter<'_>) -> Written<()> {
        use ColumnWriter as W;
        let levels = Some(&self.levels[..]);
        match (column, &self.values) {
            (W::ByteArrayColumnWriter(to), Values::Text(it)) => to.write_batch(it, levels, None),
            (W::DoubleColumnWriter(to), Values::Shares(it)) => to.write_batch(it, levels, None),
            (W::Int32ColumnWriter(to), Values::Counts(it)) => to.write_batch(it, levels, None),
            (W::Int64ColumnWriter(to), Values::Wide(it)) => to.write_batch(it, levels, None),
            _ => Err(ParquetError::General("a column of another type".to_owned())),
        }?;
        self.levels.clear();
        match &mut self.values {
            Values::Text(it) => it.clear(),
            Values::Shares(it) => it.clear(),
            Values::Counts(it) => it.clear(),
            Values::Wide(it) => it.clear(),
        }
        Ok(())
    }
}

fn push<T>(to: &mut Vec<T>, value: Option<T>) -> bool {
    let is_there = value.is_some();
    to.extend(value);
    is_there
}

/// An error of the Parquet writer, as one of the file that was written; the system's own word where it is that.
pub(crate) fn parquet_error(path: &Path, error: ParquetError) -> Error {
    let source = match error {
        ParquetError::External(inner) => match inner.downcast::<io::Error>() {
            Ok(error) => *error,
            Err(other) => io::Error::other(other),
        },
        other => io::Error::other(other),
    };
    Error::io(path, source)
}

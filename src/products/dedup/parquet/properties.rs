//! What a Parquet file that is written has of the one that was read: its schema, wider where it must be, and its properties.

use std::sync::Arc;

use ::parquet::basic::{Compression, ZstdLevel};
use ::parquet::errors::Result as Written;
use ::parquet::file::metadata::KeyValue;
use ::parquet::file::properties::{WriterProperties, WriterPropertiesBuilder};
use ::parquet::schema::types::{Type, TypePtr};

use super::super::rewrite::MARK_COLUMNS;
use crate::corpus::formats::parquet::{Partition, Table};
use crate::output::parquet::{ColumnBuffer, is_provenance, provenance};

/// Values are weighed against the size of a page after so many, since articles are long.
const WRITE_BATCH: usize = 128;
/// What other tools keep in the metadata about all columns, and what is wrong once there are more.
const ABOUT_ALL_COLUMNS: [&str; 2] = ["ARROW:schema", "org.apache.spark.sql.parquet.row.metadata"];

/// The names of partitions that the file itself has no column for.
pub(super) fn partition_names(table: &Table) -> Vec<String> {
    let schema = table.schema();
    let is_column = |name: &str| schema.get_fields().iter().any(|field| field.name() == name);
    let mut names: Vec<String> = Vec::new();
    for Partition { name, .. } in table.partitions() {
        if !is_column(name) && !names.contains(name) {
            names.push(name.clone());
        }
    }
    names
}

/// A schema with more columns at its end.
pub(super) fn widened(
    schema: &TypePtr,
    partitions: &[String],
    marks: &[String],
) -> Written<TypePtr> {
    if partitions.is_empty() && marks.is_empty() {
        return Ok(Arc::clone(schema));
    }
    let mut fields = schema.get_fields().to_vec();
    for name in partitions {
        fields.push(ColumnBuffer::new("partition", name)?.described);
    }
    for (column, name) in MARK_COLUMNS.iter().zip(marks) {
        fields.push(ColumnBuffer::new(column, name)?.described);
    }
    let schema = Type::group_type_builder(schema.name()).with_fields(fields);
    schema.build().map(Arc::new)
}

/// How the columns are written: compressed as they came, with the metadata they came with.
pub(super) fn properties(
    table: &Table,
    is_wider: bool,
    settings: &[(String, String)],
) -> WriterProperties {
    let about_all = |entry: &KeyValue| ABOUT_ALL_COLUMNS.contains(&entry.key.as_str());
    let metadata = table.metadata();
    let entries = metadata
        .file_metadata()
        .key_value_metadata()
        .into_iter()
        .flatten()
        .filter(|entry| !(is_wider && about_all(entry) || is_provenance(entry)));
    let entries: Vec<KeyValue> = entries.cloned().chain(provenance(settings)).collect();
    let builder = WriterProperties::builder()
        .set_compression(Compression::ZSTD(ZstdLevel::try_new(3).unwrap_or_default()))
        .set_write_batch_size(WRITE_BATCH)
        .set_key_value_metadata((!entries.is_empty()).then_some(entries));
    let columns = metadata.row_groups().first().map(|group| group.columns());
    let compressed = |builder: WriterPropertiesBuilder, column: &_| {
        let column: &::parquet::file::metadata::ColumnChunkMetaData = column;
        builder.set_column_compression(column.column_path().clone(), column.compression())
    };
    columns
        .unwrap_or_default()
        .iter()
        .fold(builder, compressed)
        .build()
}

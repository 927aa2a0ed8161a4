//! Makes Parquet files for tests, and takes them apart again.

use std::path::Path;
use std::sync::Arc;

use ::parquet::column::reader::ColumnReader;
use ::parquet::column::writer::ColumnWriter;
use ::parquet::data_type::{ByteArray, FixedLenByteArray, Int96};
use ::parquet::file::metadata::KeyValue;
use ::parquet::file::properties::WriterProperties;
use ::parquet::file::reader::{FileReader, SerializedFileReader};
use ::parquet::file::writer::SerializedFileWriter;
use ::parquet::schema::parser::parse_message_type;
use bytes::Bytes;

use crate::corpora::Dump;

/// One column of a row group: its values, and the levels where it is optional or repeated.
pub(crate) struct Cells {
    pub(crate) values: Values,
    pub(crate) definition: Vec<i16>,
    pub(crate) repetition: Vec<i16>,
}

#[derive(Clone)]
pub(crate) enum Values {
    Bool(Vec<bool>),
    Int32(Vec<i32>),
    Int64(Vec<i64>),
    Int96(Vec<Int96>),
    Float(Vec<f32>),
    Double(Vec<f64>),
    Bytes(Vec<Vec<u8>>),
    Fixed(Vec<Vec<u8>>),
}

impl Values {
    /// As a required column.
    pub(crate) fn all(self) -> Cells {
        self.at(&[], &[])
    }

    /// As a column with these levels.
    pub(crate) fn at(self, definition: &[i16], repetition: &[i16]) -> Cells {
        Cells {
            values: self,
            definition: definition.to_vec(),
            repetition: repetition.to_vec(),
        }
    }
}

pub(crate) fn texts(texts: &[&str]) -> Values {
    Values::Bytes(texts.iter().map(|text| text.as_bytes().to_vec()).collect())
}

/// A file of some row groups, with a note in its metadata.
pub(crate) fn file(schema: &str, groups: Vec<Vec<Cells>>) -> Vec<u8> {
    let schema = Arc::new(parse_message_type(schema).expect("it is a schema"));
    let note = KeyValue::new("note".to_owned(), "kept".to_owned());
    let properties = WriterProperties::builder()
        .set_compression(::parquet::basic::Compression::SNAPPY)
        .set_data_page_size_limit(2048)
        .set_write_batch_size(16)
        .set_key_value_metadata(Some(vec![note]))
        .build();
    let mut writer = SerializedFileWriter::new(Vec::new(), schema, Arc::new(properties))
        .expect("memory can be written");
    for columns in groups {
        let mut group = writer.next_row_group().expect("a group begins");
        for cells in columns {
            let mut column = group
                .next_column()
                .expect("a column begins")
                .expect("there are so many columns");
            write(column.untyped(), &cells);
            column.close().expect("a column ends");
        }
        assert!(group.next_column().expect("no more columns").is_none());
        group.close().expect("a group ends");
    }
    writer.into_inner().expect("the file ends")
}

fn write(to: &mut ColumnWriter<'_>, cells: &Cells) {
    use ColumnWriter as W;
    let some = |levels: &Vec<i16>| (!levels.is_empty()).then(|| levels.clone());
    let (definition, repetition) = (some(&cells.definition), some(&cells.repetition));
    let levels = (definition.as_deref(), repetition.as_deref());
    let written = match (to, cells.values.clone()) {
        (W::BoolColumnWriter(to), Values::Bool(it)) => to.write_batch(&it, levels.0, levels.1),
        (W::Int32ColumnWriter(to), Values::Int32(it)) => to.write_batch(&it, levels.0, levels.1),
        (W::Int64ColumnWriter(to), Values::Int64(it)) => to.write_batch(&it, levels.0, levels.1),
        (W::Int96ColumnWriter(to), Values::Int96(it)) => to.write_batch(&it, levels.0, levels.1),
        (W::FloatColumnWriter(to), Values::Float(it)) => to.write_batch(&it, levels.0, levels.1),
        (W::DoubleColumnWriter(to), Values::Double(it)) => to.write_batch(&it, levels.0, levels.1),
        (W::ByteArrayColumnWriter(to), Values::Bytes(it)) => {
            let it: Vec<ByteArray> = it.into_iter().map(ByteArray::from).collect();
            to.write_batch(&it, levels.0, levels.1)
        }
        (W::FixedLenByteArrayColumnWriter(to), Values::Fixed(it)) => {
            let it = it.into_iter().map(|it| ByteArray::from(it).into());
            let it: Vec<FixedLenByteArray> = it.collect();
            to.write_batch(&it, levels.0, levels.1)
        }
        _ => panic!("the schema has another type here"),
    };
    written.expect("memory can be written");
}

/// A dump as a file whose row groups have so many rows.
pub(crate) fn dump(dump: &Dump, rows: usize) -> Vec<u8> {
    let optional = |values: Vec<Option<&str>>| {
        let levels: Vec<i16> = values
            .iter()
            .map(|value| i16::from(value.is_some()))
            .collect();
        texts(&values.into_iter().flatten().collect::<Vec<_>>()).at(&levels, &[])
    };
    let groups = dump.records.chunks(rows).map(|records| {
        let column = |of: fn(&crate::corpora::Record) -> Option<&str>| {
            optional(records.iter().map(of).collect())
        };
        vec![
            column(|record| Some(&record.id)),
            column(|record| Some(&record.title)),
            column(|record| Some(&record.text)),
            column(|record| record.source.as_deref()),
            column(|record| record.date.as_deref()),
        ]
    });
    let schema = "message dump { optional binary id (STRING); optional binary title (STRING); \
        optional binary text (STRING); optional binary source (STRING); optional binary date (STRING); }";
    file(schema, groups.collect())
}

/// Whether an entry of metadata says how a file came about.
fn is_of_run(key: &str) -> bool {
    matches!(key, "samestory.version" | "samestory.settings")
}

/// What a file holds: its schema, its metadata, and for each column its levels and values over all row groups.
#[derive(Debug, PartialEq)]
pub(crate) struct Contents {
    pub(crate) schema: ::parquet::schema::types::Type,
    pub(crate) metadata: Vec<(String, Option<String>)>,
    pub(crate) columns: Vec<Column>,
}

#[derive(Debug, Default, PartialEq)]
pub(crate) struct Column {
    pub(crate) name: String,
    pub(crate) definition: Vec<i16>,
    pub(crate) repetition: Vec<i16>,
    /// As they print.
    pub(crate) values: Vec<String>,
}

impl Contents {
    pub(crate) fn of(path: &Path) -> Contents {
        let bytes = Bytes::from(std::fs::read(path).expect("it can be read"));
        let reader = SerializedFileReader::new(bytes).expect("it is Parquet");
        let file = reader.metadata().file_metadata();
        let described = file.schema_descr();
        let mut columns: Vec<Column> = described
            .columns()
            .iter()
            .map(|column| Column {
                name: column.path().string(),
                ..Column::default()
            })
            .collect();
        for group in 0..reader.num_row_groups() {
            let group = reader.get_row_group(group).expect("there are so many");
            for (number, column) in columns.iter_mut().enumerate() {
                column.add(group.get_column_reader(number).expect("there are so many"));
            }
        }
        let entries = file.key_value_metadata().cloned().unwrap_or_default();
        Contents {
            schema: described.root_schema().clone(),
            metadata: entries
                .into_iter()
                .filter(|it| !is_of_run(&it.key))
                .map(|it| (it.key, it.value))
                .collect(),
            columns,
        }
    }

    pub(crate) fn values(&self, name: &str) -> &[String] {
        let column = self.columns.iter().find(|column| column.name == name);
        &column.unwrap_or_else(|| panic!("no column {name}")).values
    }
}

impl Column {
    fn add(&mut self, reader: ColumnReader) {
        macro_rules! add {
            ($reader:ident, $show:expr) => {{
                let mut values = Vec::new();
                let levels = (Some(&mut self.definition), Some(&mut self.repetition));
                $reader
                    .read_records(usize::MAX, levels.0, levels.1, &mut values)
                    .expect("its pages are sound");
                self.values.extend(values.iter().map($show));
            }};
        }
        let shown = |bytes: &[u8]| match std::str::from_utf8(bytes) {
            Ok(text) => text.to_owned(),
            Err(_) => format!("{bytes:?}"),
        };
        use ColumnReader as R;
        match reader {
            R::BoolColumnReader(mut it) => add!(it, ToString::to_string),
            R::Int32ColumnReader(mut it) => add!(it, ToString::to_string),
            R::Int64ColumnReader(mut it) => add!(it, ToString::to_string),
            R::Int96ColumnReader(mut it) => add!(it, |value| format!("{value:?}")),
            R::FloatColumnReader(mut it) => add!(it, |value| format!("{value:?}")),
            R::DoubleColumnReader(mut it) => add!(it, |value| format!("{value:?}")),
            R::ByteArrayColumnReader(mut it) => add!(it, |value| shown(value.data())),
            R::FixedLenByteArrayColumnReader(mut it) => add!(it, |value| shown(value.data())),
        }
    }
}

//! A stretch of one column: its values, and the levels that say which rows have them.

use ::parquet::column::reader::ColumnReader;
use ::parquet::data_type::{AsBytes, ByteArray, FixedLenByteArray, Int96};
use ::parquet::errors::Result;
use serde_json::Value as Json;

use super::value::Kind;

/// Values of one physical type.
#[derive(Debug)]
pub(crate) enum Values {
    Bool(Vec<bool>),
    Int32(Vec<i32>),
    Int64(Vec<i64>),
    Int96(Vec<Int96>),
    Float(Vec<f32>),
    Double(Vec<f64>),
    Bytes(Vec<ByteArray>),
    Fixed(Vec<FixedLenByteArray>),
}

impl Values {
    /// The bytes of a value; `None` where the values are not bytes.
    pub(crate) fn bytes(&self, at: usize) -> Option<&[u8]> {
        match self {
            Values::Bytes(values) => values.get(at).map(AsBytes::as_bytes),
            Values::Fixed(values) => values.get(at).map(AsBytes::as_bytes),
            _ => None,
        }
    }

    /// A value as JSON has it: numbers and truths are such, all else is text.
    pub(crate) fn json(&self, at: usize, kind: Kind) -> Json {
        let number =
            |number: f64| serde_json::Number::from_f64(number).map_or(Json::Null, Json::Number);
        match (self, kind) {
            (Values::Bool(values), _) => values.get(at).copied().map_or(Json::Null, Json::Bool),
            (Values::Float(values), _) => {
                number(values.get(at).map_or(f64::NAN, |it| f64::from(*it)))
            }
            (Values::Double(values), _) => number(values.get(at).copied().unwrap_or(f64::NAN)),
            (_, Kind::Signed | Kind::Unsigned) if self.bytes(at).is_none() => {
                match self.integer(at, kind == Kind::Unsigned).map(u64::try_from) {
                    Some(Ok(number)) => number.into(),
                    _ => self
                        .integer(at, false)
                        .map_or(Json::Null, |it| (it as i64).into()),
                }
            }
            (Values::Bytes(_) | Values::Fixed(_), Kind::Text) => {
                let bytes = self.bytes(at).unwrap_or_default();
                std::str::from_utf8(bytes).map_or_else(|_| hex(bytes), Into::into)
            }
            (Values::Bytes(_) | Values::Fixed(_), Kind::Signed) => {
                hex(self.bytes(at).unwrap_or_default())
            }
            _ => kind
                .text(self, at)
                .map_or(Json::Null, |(text, _)| text.into()),
        }
    }

    /// A value that is a whole number.
    pub(crate) fn integer(&self, at: usize, is_unsigned: bool) -> Option<i128> {
        match self {
            Values::Int32(values) if is_unsigned => {
                Some(i128::from(values.get(at)?.cast_unsigned()))
            }
            Values::Int64(values) if is_unsigned => {
                Some(i128::from(values.get(at)?.cast_unsigned()))
            }
            Values::Int32(values) => Some(i128::from(*values.get(at)?)),
            Values::Int64(values) => Some(i128::from(*values.get(at)?)),
            _ => None,
        }
    }
}

/// Bytes that are no text, told without loss.
fn hex(bytes: &[u8]) -> Json {
    let digits: String = bytes.iter().map(|byte| format!("{byte:02x}")).collect();
    digits.into()
}

/// Some rows of one column.
#[derive(Debug)]
pub(crate) struct Cells {
    /// How much of the way to a value there is, one for each place; empty where there always is one.
    pub(crate) definition: Vec<i16>,
    /// 0 where a row begins; empty where each place is a row.
    pub(crate) repetition: Vec<i16>,
    pub(crate) values: Values,
    pub(crate) rows: usize,
}

/// Reads a column stretch by stretch.
pub(crate) struct Column {
    reader: ColumnReader,
}

impl Column {
    pub(crate) fn new(reader: ColumnReader) -> Column {
        Column { reader }
    }

    /// Passes over so many rows.
    pub(crate) fn skip(&mut self, rows: usize) -> Result<usize> {
        use ColumnReader as R;
        match &mut self.reader {
            R::BoolColumnReader(it) => it.skip_records(rows),
            R::Int32ColumnReader(it) => it.skip_records(rows),
            R::Int64ColumnReader(it) => it.skip_records(rows),
            R::Int96ColumnReader(it) => it.skip_records(rows),
            R::FloatColumnReader(it) => it.skip_records(rows),
            R::DoubleColumnReader(it) => it.skip_records(rows),
            R::ByteArrayColumnReader(it) => it.skip_records(rows),
            R::FixedLenByteArrayColumnReader(it) => it.skip_records(rows),
        }
    }

    /// The next rows, as many as asked for where there are so many.
    pub(crate) fn read(&mut self, rows: usize) -> Result<Cells> {
        use ColumnReader as R;
        let (mut definition, mut repetition) = (Vec::new(), Vec::new());
        macro_rules! read {
            ($reader:ident, $kind:ident) => {{
                let mut values = Vec::with_capacity(rows);
                let levels = (Some(&mut definition), Some(&mut repetition));
                let read = $reader.read_records(rows, levels.0, levels.1, &mut values)?;
                (read.0, Values::$kind(values))
            }};
        }
        let (rows, values) = match &mut self.reader {
            R::BoolColumnReader(it) => read!(it, Bool),
            R::Int32ColumnReader(it) => read!(it, Int32),
            R::Int64ColumnReader(it) => read!(it, Int64),
            R::Int96ColumnReader(it) => read!(it, Int96),
            R::FloatColumnReader(it) => read!(it, Float),
            R::DoubleColumnReader(it) => read!(it, Double),
            R::ByteArrayColumnReader(it) => read!(it, Bytes),
            R::FixedLenByteArrayColumnReader(it) => read!(it, Fixed),
        };
        Ok(Cells {
            definition,
            repetition,
            values,
            rows,
        })
    }
}

//! A stretch of one column: its values, and the levels that say which rows have them.

use std::ops::Range;
use std::sync::Arc;

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

impl Cells {
    fn append(&mut self, other: Cells) {
        self.definition.extend(other.definition);
        self.repetition.extend(other.repetition);
        self.rows += other.rows;
        match (&mut self.values, other.values) {
            (Values::Bool(to), Values::Bool(it)) => to.extend(it),
            (Values::Int32(to), Values::Int32(it)) => to.extend(it),
            (Values::Int64(to), Values::Int64(it)) => to.extend(it),
            (Values::Int96(to), Values::Int96(it)) => to.extend(it),
            (Values::Float(to), Values::Float(it)) => to.extend(it),
            (Values::Double(to), Values::Double(it)) => to.extend(it),
            (Values::Bytes(to), Values::Bytes(it)) => to.extend(it),
            (Values::Fixed(to), Values::Fixed(it)) => to.extend(it),
            // All values of a column are of one type.
            _ => {}
        }
    }

    /// Adds rows without a value; where a row must have one, with one that says nothing.
    fn add_absent(&mut self, rows: usize, full: i16, repeated: i16) {
        self.rows += rows;
        if repeated > 0 {
            self.repetition.extend(std::iter::repeat_n(0, rows));
        }
        if full > 0 {
            self.definition.extend(std::iter::repeat_n(0, rows));
            return;
        }
        match &mut self.values {
            Values::Bool(to) => to.resize(to.len() + rows, false),
            Values::Int32(to) => to.resize(to.len() + rows, 0),
            Values::Int64(to) => to.resize(to.len() + rows, 0),
            Values::Int96(to) => to.resize(to.len() + rows, Int96::default()),
            Values::Float(to) => to.resize(to.len() + rows, 0.0),
            Values::Double(to) => to.resize(to.len() + rows, 0.0),
            Values::Bytes(to) => to.resize(to.len() + rows, ByteArray::from("")),
            Values::Fixed(to) => {
                to.resize(
                    to.len() + rows,
                    FixedLenByteArray::from(ByteArray::from("")),
                );
            }
        }
    }
}

/// Reads a column stretch by stretch.
pub(crate) struct Column {
    reader: ColumnReader,
    /// The next row, counted in the group, and how many before it are yet to be passed over.
    next: usize,
    lag: usize,
    /// The rows that are never read.
    excluded: Arc<[Range<usize>]>,
    /// The levels of a value that is there, and of a further value of one row.
    depth: (i16, i16),
}

impl Column {
    pub(crate) fn new(reader: ColumnReader) -> Column {
        Column {
            reader,
            next: 0,
            lag: 0,
            excluded: Arc::default(),
            depth: (0, 0),
        }
    }

    /// Never reads some rows of the group, which ascend by where they begin: they seem to have no value. `depth` has the
    /// levels of a value that is there, and of a further value of one row.
    pub(crate) fn without(self, excluded: Arc<[Range<usize>]>, depth: (i16, i16)) -> Column {
        Column {
            excluded,
            depth,
            ..self
        }
    }

    /// Passes over so many rows. A page that is passed over as a whole is not decompressed.
    pub(crate) fn skip(&mut self, rows: usize) {
        self.next += rows;
        self.lag += rows;
    }

    fn catch_up(&mut self) -> Result<usize> {
        use ColumnReader as R;
        let rows = std::mem::take(&mut self.lag);
        if rows == 0 {
            return Ok(0);
        }
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
        let end = self.next + rows;
        let is_here = |excluded: &Range<usize>| excluded.start < end && excluded.end > self.next;
        if !self.excluded.iter().any(is_here) {
            return self.read_all(rows);
        }
        let mut cells = self.read_all(0)?;
        while self.next < end {
            let mut here = self.excluded.iter();
            let within = here.clone().filter(|it| it.contains(&self.next));
            if let Some(past) = within.map(|it| it.end).max() {
                let absent = past.min(end) - self.next;
                cells.add_absent(absent, self.depth.0, self.depth.1);
                self.skip(absent);
                continue;
            }
            let start = here
                .find(|it| it.start > self.next)
                .map_or(end, |it| it.start);
            let wanted = start.min(end) - self.next;
            let read = self.read_all(wanted)?;
            let is_cut_off = read.rows < wanted;
            cells.append(read);
            if is_cut_off {
                break;
            }
        }
        Ok(cells)
    }

    fn read_all(&mut self, rows: usize) -> Result<Cells> {
        use ColumnReader as R;
        self.catch_up()?;
        self.next += rows;
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

//! Arrow in and out, by the PyCapsule protocol: whatever hands over a stream of batches is data, whoever made it.

use std::fs::File;
use std::sync::Arc;

use arrow_array::cast::AsArray;
use arrow_array::ffi::{FFI_ArrowArray, FFI_ArrowSchema, from_ffi};
use arrow_array::ffi_stream::{FFI_ArrowArrayStream, RecordBatchStreamReader};
use arrow_array::types::{
    Float32Type, Float64Type, Int8Type, Int16Type, Int32Type, Int64Type, TimestampMillisecondType,
    UInt8Type, UInt16Type, UInt32Type, UInt64Type,
};
use arrow_array::{
    Array, ArrayRef, RecordBatch, RecordBatchIterator, RecordBatchReader, StructArray,
};
use arrow_schema::{ArrowError, DataType, SchemaRef, TimeUnit};
use parquet::arrow::arrow_reader::{ArrowReaderOptions, ParquetRecordBatchReaderBuilder};
use pyo3::exceptions::{PyKeyError, PyTypeError, PyValueError};
use pyo3::prelude::*;
use pyo3::types::{PyCapsule, PyList, PyTuple};

use crate::errors::Failure;

/// Rows of a batch that is read from a file.
const BATCH_ROWS: usize = 16 << 10;

/// Batches that are read one after another.
pub(crate) type Batches = Box<dyn RecordBatchReader + Send>;

/// A table in memory, as record batches of one schema.
#[pyclass(frozen, module = "samestory._samestory")]
pub(crate) struct ArrowTable {
    schema: SchemaRef,
    batches: Vec<RecordBatch>,
}

impl ArrowTable {
    pub(crate) fn new(schema: SchemaRef, batches: Vec<RecordBatch>) -> ArrowTable {
        ArrowTable { schema, batches }
    }

    /// All of a Parquet file.
    pub(crate) fn of_parquet(file: File) -> Result<ArrowTable, Failure> {
        let reader = parquet(file)?.build()?;
        let schema = reader.schema();
        let batches: Result<Vec<RecordBatch>, ArrowError> = reader.collect();
        Ok(ArrowTable::new(schema, batches?))
    }

    fn rows(&self) -> usize {
        self.batches.iter().map(RecordBatch::num_rows).sum()
    }

    fn column_at(&self, name: &str) -> PyResult<usize> {
        let found = self.schema.index_of(name);
        found.map_err(|_| PyKeyError::new_err(format!("no column {name:?}")))
    }
}

/// Batches as the protocol hands them over.
pub(crate) fn stream(py: Python<'_>, batches: Batches) -> PyResult<Bound<'_, PyCapsule>> {
    let stream = FFI_ArrowArrayStream::new(batches);
    PyCapsule::new_with_value(py, stream, c"arrow_array_stream")
}

/// A Parquet file to be read in batches.
pub(crate) fn parquet(file: File) -> Result<ParquetRecordBatchReaderBuilder<File>, Failure> {
    let options = ArrowReaderOptions::new();
    let builder = ParquetRecordBatchReaderBuilder::try_new_with_options(file, options)?;
    Ok(builder.with_batch_size(BATCH_ROWS))
}

#[pymethods]
impl ArrowTable {
    /// All that an object hands over.
    #[staticmethod]
    fn of(py: Python<'_>, data: &Bound<'_, PyAny>) -> PyResult<ArrowTable> {
        let batches = batches_of(data)?;
        let schema = batches.schema();
        let read: Result<Vec<RecordBatch>, ArrowError> = py.detach(|| batches.collect());
        let batches = read.map_err(|error| Failure::from(error).raise(py))?;
        Ok(ArrowTable::new(schema, batches))
    }

    /// Some of the columns.
    fn select(&self, names: Vec<String>) -> PyResult<ArrowTable> {
        let places = names.iter().map(|name| self.column_at(name));
        let places: Vec<usize> = places.collect::<PyResult<_>>()?;
        let wrong = |error: ArrowError| PyValueError::new_err(error.to_string());
        let schema = self.schema.project(&places).map_err(wrong)?;
        let batches = self.batches.iter().map(|batch| batch.project(&places));
        let batches: Result<Vec<RecordBatch>, ArrowError> = batches.collect();
        Ok(ArrowTable::new(Arc::new(schema), batches.map_err(wrong)?))
    }

    #[getter]
    fn num_rows(&self) -> usize {
        self.rows()
    }

    #[getter]
    fn column_names(&self) -> Vec<String> {
        let fields = self.schema.fields().iter();
        fields.map(|field| field.name().clone()).collect()
    }

    #[pyo3(signature = (requested_schema=None))]
    fn __arrow_c_stream__<'py>(
        &self,
        py: Python<'py>,
        requested_schema: Option<Bound<'py, PyAny>>,
    ) -> PyResult<Bound<'py, PyCapsule>> {
        // The protocol leaves it to whoever gives whether it gives what was asked for.
        drop(requested_schema);
        let batches = self.batches.clone().into_iter().map(Ok);
        let reader = RecordBatchIterator::new(batches, Arc::clone(&self.schema));
        stream(py, Box::new(reader))
    }

    fn __arrow_c_schema__<'py>(&self, py: Python<'py>) -> PyResult<Bound<'py, PyCapsule>> {
        let schema = FFI_ArrowSchema::try_from(self.schema.as_ref());
        let schema = schema.map_err(|error| PyValueError::new_err(error.to_string()))?;
        PyCapsule::new_with_value(py, schema, c"arrow_schema")
    }

    /// The values of a column, from a row on, as Python has them.
    #[pyo3(signature = (name, start=0, length=None))]
    fn values<'py>(
        &self,
        py: Python<'py>,
        name: &str,
        start: usize,
        length: Option<usize>,
    ) -> PyResult<Bound<'py, PyList>> {
        let at = self.column_at(name)?;
        let list = PyList::empty(py);
        let (mut skip, mut left) = (start, length.unwrap_or(usize::MAX));
        for batch in &self.batches {
            let column = batch.column(at);
            let from = skip.min(column.len());
            skip -= from;
            let to = column.len().min(from.saturating_add(left));
            left -= to - from;
            for row in from..to {
                list.append(value(py, column, row)?)?;
            }
        }
        Ok(list)
    }
}

/// One value, as Python has it.
fn value<'py>(py: Python<'py>, column: &ArrayRef, row: usize) -> PyResult<Bound<'py, PyAny>> {
    macro_rules! number {
        ($kind:ty) => {
            column
                .as_primitive::<$kind>()
                .value(row)
                .into_pyobject(py)?
                .into_any()
        };
    }
    if column.is_null(row) {
        return Ok(py.None().into_bound(py));
    }
    Ok(match column.data_type() {
        DataType::Utf8 => column
            .as_string::<i32>()
            .value(row)
            .into_pyobject(py)?
            .into_any(),
        DataType::LargeUtf8 => column
            .as_string::<i64>()
            .value(row)
            .into_pyobject(py)?
            .into_any(),
        DataType::Utf8View => column
            .as_string_view()
            .value(row)
            .into_pyobject(py)?
            .into_any(),
        DataType::Boolean => {
            let is_set = column.as_boolean().value(row);
            is_set.into_pyobject(py)?.to_owned().into_any()
        }
        DataType::Int8 => number!(Int8Type),
        DataType::Int16 => number!(Int16Type),
        DataType::Int32 => number!(Int32Type),
        DataType::Int64 => number!(Int64Type),
        DataType::UInt8 => number!(UInt8Type),
        DataType::UInt16 => number!(UInt16Type),
        DataType::UInt32 => number!(UInt32Type),
        DataType::UInt64 => number!(UInt64Type),
        DataType::Float32 => number!(Float32Type),
        DataType::Float64 => number!(Float64Type),
        DataType::Timestamp(TimeUnit::Millisecond, _) => moment(
            py,
            column.as_primitive::<TimestampMillisecondType>().value(row),
        )?,
        DataType::List(_) => list(py, &column.as_list::<i32>().value(row))?,
        DataType::FixedSizeList(_, _) => list(py, &column.as_fixed_size_list().value(row))?,
        other => {
            let reason =
                format!("a value of {other}: take the column from to_pyarrow() or to_polars()");
            return Err(PyTypeError::new_err(reason));
        }
    })
}

fn list<'py>(py: Python<'py>, items: &ArrayRef) -> PyResult<Bound<'py, PyAny>> {
    let list = PyList::empty(py);
    (0..items.len()).try_for_each(|at| list.append(value(py, items, at)?))?;
    Ok(list.into_any())
}

/// A moment as a `datetime` in UTC.
fn moment(py: Python<'_>, milliseconds: i64) -> PyResult<Bound<'_, PyAny>> {
    let datetime = py.import("datetime")?;
    let utc = datetime.getattr("timezone")?.getattr("utc")?;
    let epoch = datetime
        .getattr("datetime")?
        .call1((1970, 1, 1, 0, 0, 0, 0, utc))?;
    let since = datetime
        .getattr("timedelta")?
        .call1((0, 0, 0, milliseconds))?;
    epoch.add(since)
}

/// The batches that a Python object hands over.
pub(crate) fn batches_of(data: &Bound<'_, PyAny>) -> PyResult<Batches> {
    if data.hasattr("__arrow_c_stream__")? {
        let capsule = data.call_method0("__arrow_c_stream__")?;
        return stream_of(&capsule);
    }
    if data.hasattr("__arrow_c_array__")? {
        let capsules = data.call_method0("__arrow_c_array__")?;
        return array_of(&capsules);
    }
    Err(PyTypeError::new_err(
        "neither __arrow_c_stream__ nor __arrow_c_array__",
    ))
}

#[expect(unsafe_code, reason = "a stream of Arrow is handed over in C")]
fn stream_of(capsule: &Bound<'_, PyAny>) -> PyResult<Batches> {
    let capsule = capsule.cast::<PyCapsule>()?;
    let pointer = capsule.pointer_checked(Some(c"arrow_array_stream"))?;
    // SAFETY: a capsule of this name holds such a stream; it is moved out of it, which leaves it marked as released.
    let reader = unsafe { RecordBatchStreamReader::from_raw(pointer.cast().as_ptr()) };
    let reader = reader.map_err(|error| Failure::from(error).raise(capsule.py()))?;
    Ok(Box::new(reader))
}

#[expect(unsafe_code, reason = "an array of Arrow is handed over in C")]
fn array_of(capsules: &Bound<'_, PyAny>) -> PyResult<Batches> {
    let py = capsules.py();
    let capsules = capsules.cast::<PyTuple>()?;
    let (schema, array) = (capsules.get_item(0)?, capsules.get_item(1)?);
    let schema = schema
        .cast::<PyCapsule>()?
        .pointer_checked(Some(c"arrow_schema"))?;
    let array = array
        .cast::<PyCapsule>()?
        .pointer_checked(Some(c"arrow_array"))?;
    // SAFETY: capsules of these names hold such structures, of which the array is moved out; the schema stays where it is.
    let data = unsafe {
        let schema: &FFI_ArrowSchema = schema.cast().as_ref();
        let array = FFI_ArrowArray::from_raw(array.cast().as_ptr());
        from_ffi(array, schema)
    };
    let data = data.map_err(|error| Failure::from(error).raise(py))?;
    if !matches!(data.data_type(), DataType::Struct(_)) {
        let is = data.data_type();
        return Err(PyTypeError::new_err(format!(
            "an array of {is}, where a table is needed"
        )));
    }
    let batch = RecordBatch::from(StructArray::from(data));
    let schema = batch.schema();
    Ok(Box::new(RecordBatchIterator::new([Ok(batch)], schema)))
}

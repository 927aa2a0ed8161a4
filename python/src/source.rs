//! What a call is given: paths, or batches that are spooled to a file without a name, which the library reads as the binary
//! reads a Parquet file. So there is one reader, and what does not fit into memory need not.

use std::fs::File;
use std::io::{Read, Seek};
use std::path::PathBuf;
use std::sync::Arc;

use arrow_array::cast::AsArray;
use arrow_array::types::{Date64Type, TimestampMillisecondType, TimestampSecondType};
use arrow_array::{
    ArrayRef, BooleanArray, RecordBatch, RecordBatchReader, TimestampMillisecondArray,
};
use arrow_schema::{ArrowError, DataType, Field, IntervalUnit, Schema, SchemaRef, TimeUnit};
use arrow_select::filter::filter_record_batch;
use arrow_select::take::take;
use parquet::arrow::ArrowWriter;
use parquet::arrow::arrow_reader::ParquetRecordBatchReader;
use parquet::basic::Compression;
use parquet::errors::ParquetError;
use parquet::file::properties::{EnabledStatistics, WriterProperties};
use pyo3::exceptions::PyTypeError;
use pyo3::prelude::*;
use pyo3::types::PyCapsule;
use samestory::corpus::FileCorpus;
use samestory::error::{Error, ErrorKind};

use crate::arrow::{ArrowTable, Batches, batches_of, parquet, stream};
use crate::errors::Failure;
use crate::settings::Settings;
use crate::work::{Job, Shared, work};

/// What spooled data is called where a file would have its name.
const NAME: &str = "data";

/// What a call is given.
#[pyclass(frozen, module = "samestory._samestory")]
pub(crate) struct Source(Kind);

#[derive(Clone)]
enum Kind {
    Paths(Vec<PathBuf>),
    Spool(Spool),
}

#[derive(Clone)]
struct Spool {
    file: Arc<File>,
    rows: u64,
    names: Arc<[String]>,
}

impl Source {
    /// These files.
    pub(crate) fn of(paths: Vec<PathBuf>) -> Source {
        Source(Kind::Paths(paths))
    }

    /// The rows of a frame; `None` for paths.
    pub(crate) fn row_count(&self) -> Option<u64> {
        match &self.0 {
            Kind::Paths(_) => None,
            Kind::Spool(spool) => Some(spool.rows),
        }
    }

    /// What opens it as a corpus; that may take long.
    pub(crate) fn opener(
        &self,
        settings: &Settings,
        shared: &Shared,
    ) -> impl FnOnce() -> Result<FileCorpus, Failure> + Send + 'static {
        let (kind, settings, shared) = (self.0.clone(), settings.clone(), shared.clone());
        move || {
            shared.begin("opening")?;
            let builder = settings.builder(&shared)?;
            let corpus = match kind {
                Kind::Paths(paths) => builder.open(&paths)?,
                Kind::Spool(spool) => {
                    let file = spool.file.try_clone();
                    let file = file.map_err(|error| Error::io(NAME, error))?;
                    builder.open_file(NAME, file)?
                }
            };
            if !settings.is_lenient() {
                corpus.check_unread()?;
            }
            shared.expect(corpus.total_bytes());
            Ok(corpus)
        }
    }

    fn spool(&self) -> PyResult<Spool> {
        match &self.0 {
            Kind::Spool(spool) => Ok(spool.clone()),
            Kind::Paths(_) => Err(PyTypeError::new_err("no frame")),
        }
    }
}

#[pymethods]
impl Source {
    /// Files, folders and globs.
    #[staticmethod]
    fn paths(paths: Vec<PathBuf>) -> Source {
        Source::of(paths)
    }

    /// All that an object hands over as Arrow, which is read to its end.
    #[staticmethod]
    fn stream(
        py: Python<'_>,
        data: &Bound<'_, PyAny>,
        settings: Settings,
        progress: Option<Bound<'_, PyAny>>,
    ) -> PyResult<Source> {
        let batches = batches_of(data)?;
        let shared = Shared::default();
        let job = Job {
            shared: shared.clone(),
            threads: 1,
            progress,
        };
        let folder = settings.temp_dir();
        let spool = work(py, &job, move || spooled(batches, folder, &shared))?;
        Ok(Source(Kind::Spool(spool)))
    }

    /// The rows of a frame; `None` for paths.
    #[getter]
    fn rows(&self) -> Option<u64> {
        self.row_count()
    }

    /// The names of a frame's columns.
    fn names(&self) -> PyResult<Vec<String>> {
        Ok(self.spool()?.names.to_vec())
    }

    /// All of the one Parquet file that this is.
    fn table(&self, py: Python<'_>) -> PyResult<ArrowTable> {
        let Kind::Paths(paths) = &self.0 else {
            return Err(PyTypeError::new_err("a frame, no file"));
        };
        let path = paths.first().cloned().unwrap_or_default();
        let job = Job {
            shared: Shared::default(),
            threads: 1,
            progress: None,
        };
        work(py, &job, move || {
            let file = File::open(&path).map_err(|error| Error::io(&path, error))?;
            ArrowTable::of_parquet(file)
        })
    }

    /// The rows of a frame of which the byte is not 0.
    fn kept(&self, py: Python<'_>, mask: Vec<u8>) -> PyResult<ArrowTable> {
        let spool = self.spool()?;
        let job = Job {
            shared: Shared::default(),
            threads: 1,
            progress: None,
        };
        work(py, &job, move || {
            let rows = rows(&spool, mask.into())?;
            let schema = rows.schema();
            let batches: Result<Vec<RecordBatch>, ArrowError> = rows.collect();
            Ok(ArrowTable::new(schema, batches?))
        })
    }

    /// The same, to be read once or more, batch by batch.
    fn streamed(&self, mask: Vec<u8>) -> PyResult<KeptRows> {
        let spool = self.spool()?;
        Ok(KeptRows {
            spool,
            mask: mask.into(),
        })
    }

    /// Writes a frame as Parquet.
    fn save(&self, py: Python<'_>, path: PathBuf) -> PyResult<()> {
        let spool = self.spool()?;
        let job = Job {
            shared: Shared::default(),
            threads: 1,
            progress: None,
        };
        work(py, &job, move || {
            let failed = |error| Failure::from(Error::io(&path, error));
            let mut from = spool.file.try_clone().map_err(failed)?;
            from.rewind().map_err(failed)?;
            let mut to = File::create(&path).map_err(failed)?;
            std::io::copy(&mut from.by_ref(), &mut to).map_err(failed)?;
            Ok(())
        })
    }
}

/// The rows of a spool that are kept, read when they are asked for.
struct Rows {
    reader: ParquetRecordBatchReader,
    mask: Arc<[u8]>,
    from: usize,
}

impl Iterator for Rows {
    type Item = Result<RecordBatch, ArrowError>;

    fn next(&mut self) -> Option<Self::Item> {
        let batch = match self.reader.next()? {
            Ok(batch) => batch,
            Err(error) => return Some(Err(error)),
        };
        let (from, rows) = (self.from, batch.num_rows());
        self.from += rows;
        let is_kept = |row: usize| Some(self.mask.get(row).is_some_and(|&byte| byte != 0));
        let chosen: BooleanArray = (from..from + rows).map(is_kept).collect();
        Some(filter_record_batch(&batch, &chosen))
    }
}

impl RecordBatchReader for Rows {
    fn schema(&self) -> SchemaRef {
        self.reader.schema()
    }
}

fn rows(spool: &Spool, mask: Arc<[u8]>) -> Result<Rows, Failure> {
    let file = spool
        .file
        .try_clone()
        .map_err(|error| Error::io(NAME, error))?;
    let reader = parquet(file)?.build()?;
    Ok(Rows {
        reader,
        mask,
        from: 0,
    })
}

/// The rows of a frame that are kept, of which only a batch at a time is in memory.
#[pyclass(frozen, module = "samestory._samestory")]
pub(crate) struct KeptRows {
    spool: Spool,
    mask: Arc<[u8]>,
}

#[pymethods]
impl KeptRows {
    #[pyo3(signature = (requested_schema=None))]
    fn __arrow_c_stream__<'py>(
        &self,
        py: Python<'py>,
        requested_schema: Option<Bound<'py, PyAny>>,
    ) -> PyResult<Bound<'py, PyCapsule>> {
        drop(requested_schema);
        let rows = rows(&self.spool, Arc::clone(&self.mask));
        stream(py, Box::new(rows.map_err(|failure| failure.raise(py))?))
    }
}

/// A row group is written when it takes so many bytes.
const GROUP_BYTES: usize = 32 << 20;
/// Rows that are written at once: between them a wish to stop is heard.
const SLICE_ROWS: usize = 1024;

/// Writes batches to a file that is gone with the process.
fn spooled(batches: Batches, folder: PathBuf, shared: &Shared) -> Result<Spool, Failure> {
    shared.begin("taking over")?;
    let full = |source| ErrorKind::Spill {
        folder: folder.clone(),
        source,
    };
    // What writes Parquet hands on what the system said in a wrapper of its own.
    let unwritten = |error: ParquetError| match error {
        ParquetError::External(inner) => match inner.downcast::<std::io::Error>() {
            Ok(error) => Failure::from(full(*error)),
            Err(inner) => ParquetError::External(inner).into(),
        },
        error => error.into(),
    };
    let file = tempfile::tempfile_in(&folder).map_err(full)?;
    let taken = batches.schema();
    let columns: Vec<(usize, DataType)> = taken
        .fields()
        .iter()
        .enumerate()
        .filter_map(|(at, field)| Some((at, storable(field.data_type())?)))
        .collect();
    let fields = columns.iter().map(|(at, kind)| {
        let field: &Field = taken.field(*at);
        Field::clone(field).with_data_type(kind.clone())
    });
    let schema: SchemaRef = Arc::new(Schema::new(fields.collect::<Vec<Field>>()));
    let properties = WriterProperties::builder()
        .set_compression(Compression::UNCOMPRESSED)
        .set_dictionary_enabled(false)
        .set_statistics_enabled(EnabledStatistics::None)
        .build();
    let writing = file.try_clone().map_err(full)?;
    let mut writer = ArrowWriter::try_new(writing, Arc::clone(&schema), Some(properties))?;
    let mut rows = 0;
    for batch in batches {
        let batch = batch?;
        for from in (0..batch.num_rows()).step_by(SLICE_ROWS) {
            shared.interrupt().check()?;
            let slice = batch.slice(from, SLICE_ROWS.min(batch.num_rows() - from));
            let slice = stored(&slice, &columns, &schema)?;
            writer.write(&slice).map_err(unwritten)?;
            if writer.in_progress_size() >= GROUP_BYTES {
                writer.flush().map_err(unwritten)?;
            }
        }
        rows += batch.num_rows() as u64;
    }
    writer.close().map_err(unwritten)?;
    let names = taken.fields().iter().map(|field| field.name().clone());
    Ok(Spool {
        file: Arc::new(file),
        rows,
        names: names.collect(),
    })
}

/// The columns of a batch that can be stored, as they are.
fn stored(
    batch: &RecordBatch,
    columns: &[(usize, DataType)],
    schema: &SchemaRef,
) -> Result<RecordBatch, Failure> {
    let columns = columns.iter().map(|(at, _)| as_stored(batch.column(*at)));
    let columns: Result<Vec<ArrayRef>, Failure> = columns.collect();
    let rows = arrow_array::RecordBatchOptions::new().with_row_count(Some(batch.num_rows()));
    Ok(RecordBatch::try_new_with_options(
        Arc::clone(schema),
        columns?,
        &rows,
    )?)
}

/// A column as the type that [`storable`] gives.
fn as_stored(column: &ArrayRef) -> Result<ArrayRef, Failure> {
    Ok(match column.data_type() {
        DataType::Timestamp(TimeUnit::Second, zone) => {
            let seconds = column.as_primitive::<TimestampSecondType>();
            let times: TimestampMillisecondArray =
                seconds.unary_opt(|seconds| seconds.checked_mul(1_000));
            Arc::new(times.with_timezone_opt(zone.clone()))
        }
        DataType::Date64 => {
            let days = column.as_primitive::<Date64Type>();
            Arc::new(days.unary::<_, TimestampMillisecondType>(|milliseconds| milliseconds))
        }
        DataType::Dictionary(_, _) => {
            let dictionary = column.as_any_dictionary();
            as_stored(&take(dictionary.values(), dictionary.keys(), None)?)?
        }
        _ => Arc::clone(column),
    })
}

/// The type as which Parquet has a column; `None` where it has none, and no article is in it.
fn storable(kind: &DataType) -> Option<DataType> {
    let inner = |field: &Field| storable(field.data_type()).map(drop);
    match kind {
        DataType::Union(_, _) | DataType::Interval(IntervalUnit::MonthDayNano) => return None,
        // Parquet knows no seconds.
        DataType::Timestamp(TimeUnit::Second, zone) => {
            return Some(DataType::Timestamp(TimeUnit::Millisecond, zone.clone()));
        }
        DataType::Date64 => return Some(DataType::Timestamp(TimeUnit::Millisecond, None)),
        DataType::Dictionary(_, values) => return storable(values),
        DataType::RunEndEncoded(_, values) => inner(values)?,
        DataType::List(field)
        | DataType::LargeList(field)
        | DataType::ListView(field)
        | DataType::LargeListView(field)
        | DataType::FixedSizeList(field, _)
        | DataType::Map(field, _) => inner(field)?,
        DataType::Struct(fields) => fields.iter().try_for_each(|field| inner(field))?,
        _ => {}
    }
    Some(kind.clone())
}

//! Parquet: columns in row groups, of which only those that hold an article's fields are read.
//!
//! Rows are read in slices of a row group, side by side, each slice in batches of about as many bytes as a block of
//! lines. Where a slice ends follows from the file's footer alone, so the batches are the same in every sweep.

mod fields;
pub(crate) mod levels;
mod pages;
mod partition;
mod reader;
mod rows;
mod sheet;
mod source;
pub(crate) mod value;

use std::ops::Range;
use std::sync::{Arc, OnceLock};

use ::parquet::file::metadata::{ColumnChunkMetaData, ParquetMetaData, RowGroupMetaData};
use ::parquet::file::reader::{FileReader, Length};
use ::parquet::file::serialized_reader::SerializedFileReader;

use ::parquet::schema::types::TypePtr;

use crate::corpus::guard::caught;
use crate::corpus::open::input::Input;
use crate::corpus::open::limits::{Limits, Yield};
use crate::corpus::record::fields::{FieldNames, Role};
use crate::error::Result;
use crate::error::Unused;

pub(crate) use fields::Leaf;
use pages::{Oversized, Page};
pub(crate) use partition::Partition;
pub(super) use reader::{Tables, sniff};
pub(crate) use rows::{Reader, broken, for_each_row, parse};
pub(crate) use sheet::Sheet;
pub(crate) use source::Source;

/// About how many bytes of values a batch has.
pub(crate) const BATCH_BYTES: usize = 512 << 10;

/// A batch has no more rows than this, however short they look: repeated values take no room in a file.
const BATCH_ROWS: usize = 4096;

/// Nor has it more bytes than so many batches should have, if its rows all had the longest value that lies in the file once
/// for many.
const WORST_BATCHES: i64 = 256;

/// How many batches make a slice, which one thread reads.
const SLICE_BATCHES: usize = 32;

/// A Parquet file whose footer has been read.
pub(crate) struct Table {
    file: SerializedFileReader<Source>,
    /// To know a disk that fails from a file that is damaged.
    source: Source,
    /// The columns that hold fields of an article.
    leaves: Vec<Leaf>,
    /// The paths of all columns.
    paths: Vec<String>,
    partitions: Vec<Partition>,
    limits: Limits,
    /// How many bytes of text came of it.
    given: Yield,
    /// For each row group, once it was asked for, the rows of which a value is too long to be held.
    oversized: Vec<OnceLock<Arc<[Range<usize>]>>>,
}

/// Some rows of one row group: what a thread reads at a time.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct Slice {
    pub(crate) group: usize,
    /// The first row, counted in the group.
    pub(crate) start: usize,
    pub(crate) rows: usize,
    /// How many rows of the file come before.
    pub(crate) before: u64,
    /// How many rows make a batch.
    pub(crate) batch: usize,
}

impl Slice {
    /// How many batches it makes.
    pub(crate) fn batches(&self) -> usize {
        self.rows.div_ceil(self.batch)
    }
}

impl Table {
    /// Reads the footer of an input. The inner error says why it is no Parquet file that can be read.
    pub(crate) fn open(
        input: &Input,
        names: &FieldNames,
        limits: Limits,
    ) -> Result<std::result::Result<Table, String>> {
        let source = Source::open(input)?;
        if let Some(why) = source.flaw(input)? {
            return Ok(Err(why.to_owned()));
        }
        let read = guarded(|| SerializedFileReader::new(source.clone()));
        let file = match read {
            Ok(file) => file,
            Err(error) => return source.failure(input).map_or(Ok(Err(error)), Err),
        };
        let (leaves, paths) = fields::find(file.metadata().file_metadata().schema_descr(), names);
        let partitions = partition::partitions(input);
        let groups = file.metadata().num_row_groups();
        Ok(Ok(Table {
            file,
            source,
            leaves,
            paths,
            partitions,
            limits,
            given: Yield::new(limits.most(input.stamp.bytes)),
            oversized: (0..groups).map(|_| OnceLock::new()).collect(),
        }))
    }

    /// The paths of all columns and partitions.
    pub(crate) fn paths(&self) -> impl Iterator<Item = &str> {
        let partitions = self.partitions.iter().map(|it| it.name.as_str());
        self.paths.iter().map(String::as_str).chain(partitions)
    }

    /// The fields that rows of this file may have.
    pub(crate) fn roles(&self, names: &FieldNames) -> Vec<Role> {
        let partitions = self.partitions.iter().filter_map(|it| it.role(names));
        let leaves = self.leaves.iter().map(|leaf| leaf.role);
        leaves.chain(partitions.map(|(role, _)| role)).collect()
    }

    /// The longest column of texts that is not read.
    pub(crate) fn unused(&self, names: &FieldNames) -> Option<Unused> {
        let groups = self.metadata().row_groups();
        let rows: u64 = groups.iter().map(|group| rows_of(group) as u64).sum();
        let is_text = |column: usize| {
            let schema = self.metadata().file_metadata().schema_descr();
            schema.column(column).physical_type() == ::parquet::basic::Type::BYTE_ARRAY
        };
        let unread = self
            .paths
            .iter()
            .enumerate()
            .filter(|(column, path)| is_text(*column) && names.resolve(path).is_none());
        let sized = unread.map(|(column, path)| {
            let bytes = groups
                .iter()
                .map(|group| group.column(column).uncompressed_size().max(0));
            Unused {
                field: path.clone(),
                characters: bytes.sum::<i64>().cast_unsigned() / rows.max(1),
            }
        });
        sized
            .max_by_key(|unused| unused.characters)
            .filter(Unused::may_be_text)
    }

    pub(crate) fn leaves(&self) -> &[Leaf] {
        &self.leaves
    }

    pub(crate) fn partitions(&self) -> &[Partition] {
        &self.partitions
    }

    /// The schema: the fields of a row.
    pub(crate) fn schema(&self) -> TypePtr {
        let metadata = self.metadata().file_metadata();
        metadata.schema_descr().root_schema_ptr()
    }

    pub(crate) fn file(&self) -> &SerializedFileReader<Source> {
        &self.file
    }

    pub(crate) fn metadata(&self) -> &ParquetMetaData {
        self.file.metadata()
    }

    /// The error of the file itself, if it could not be read, rather than what is in it.
    pub(crate) fn failure(&self, input: &Input) -> Option<crate::error::Error> {
        self.source.failure(input)
    }

    /// All rows, cut into slices of a few batches.
    pub(crate) fn slices(&self) -> Vec<Slice> {
        self.cut(|_, batch, _| batch * SLICE_BATCHES)
    }

    /// All rows, cut into slices of about so many bytes in all columns; a smaller row group is one.
    pub(crate) fn slices_of(&self, bytes: usize) -> Vec<Slice> {
        self.cut(|group, batch, rows| {
            let all = usize::try_from(group.total_byte_size()).unwrap_or(0);
            let slices = (all / bytes).max(1);
            rows.div_ceil(slices).next_multiple_of(batch)
        })
    }

    /// Row groups as slices of as many rows as `slice` says, by how many make a batch and how many there are.
    fn cut(&self, slice: impl Fn(&RowGroupMetaData, usize, usize) -> usize) -> Vec<Slice> {
        let mut slices = Vec::new();
        let mut before = 0;
        for (group, metadata) in self.metadata().row_groups().iter().enumerate() {
            let rows = rows_of(metadata);
            let batch = self.batch_rows(metadata, rows);
            let length = slice(metadata, batch, rows).max(1);
            let starts = (0..rows).step_by(length);
            slices.extend(starts.map(|start| Slice {
                group,
                start,
                rows: (rows - start).min(length),
                before: before + start as u64,
                batch,
            }));
            before += rows as u64;
        }
        slices
    }

    /// A whole row group as one slice.
    pub(crate) fn whole_group(&self, group: usize) -> Slice {
        let groups = self.metadata().row_groups();
        let rows = rows_of(&groups[group]);
        let before = groups[..group]
            .iter()
            .map(|group| rows_of(group) as u64)
            .sum();
        let batch = self.batch_rows(&groups[group], rows);
        Slice {
            group,
            start: 0,
            rows,
            before,
            batch,
        }
    }

    fn batch_rows(&self, group: &RowGroupMetaData, rows: usize) -> usize {
        let bytes: i64 = self
            .leaves
            .iter()
            .map(|leaf| self.bytes(group.column(leaf.column), rows))
            .fold(0, i64::saturating_add);
        rows_in(BATCH_BYTES, bytes, rows)
    }

    /// About how many bytes the values of a chunk have, of which each may stand in many rows and lie in the file once.
    fn bytes(&self, chunk: &ColumnChunkMetaData, rows: usize) -> i64 {
        let lain = chunk.uncompressed_size().max(0);
        let unencoded = chunk.unencoded_byte_array_data_bytes().unwrap_or(0);
        let dictionary = chunk.dictionary_page_offset().and_then(|at| {
            let at = u64::try_from(at).ok()?;
            let (page, _) = Page::read(&self.source, at, self.source.len())?;
            i64::try_from(page.uncompressed).ok()
        });
        // A batch of nothing but the longest value must not have more than so many bytes.
        let longest = dictionary.unwrap_or(0).saturating_mul(rows as i64) / WORST_BATCHES;
        lain.max(unencoded).max(longest)
    }

    /// Counts bytes of text that came of it; says whether there were too many.
    pub(crate) fn gives_too_much(&self, bytes: u64) -> bool {
        self.given.add(bytes)
    }

    /// How many bytes a value may have.
    pub(crate) fn longest(&self) -> usize {
        self.limits.record
    }

    /// The rows of a group of which some value lies in a page that is too long to be held, ascending.
    ///
    /// Where it cannot be known which rows those are, all are.
    pub(crate) fn oversized(&self, group: usize) -> Arc<[Range<usize>]> {
        let found = self.oversized[group].get_or_init(|| self.find_oversized(group).into());
        Arc::clone(found)
    }

    fn find_oversized(&self, group: usize) -> Vec<Range<usize>> {
        // A page holds many values. Some writers make pages of a hundred million bytes.
        let most = 2 * self.limits.record as u64;
        let metadata = self.metadata().row_group(group);
        let schema = self.metadata().file_metadata().schema_descr();
        let all = 0..rows_of(metadata);
        let mut found = Vec::new();
        for leaf in &self.leaves {
            let chunk = metadata.column(leaf.column);
            if u64::try_from(chunk.uncompressed_size()).is_ok_and(|bytes| bytes <= most) {
                continue;
            }
            let is_flat = schema.column(leaf.column).max_rep_level() == 0;
            match Oversized::of(&self.source, chunk, most) {
                Some(oversized) if oversized.is_nothing() => {}
                Some(oversized) if is_flat && !oversized.dictionary => {
                    found.extend(oversized.rows);
                }
                Some(_) => return vec![all],
                // Whoever reads the page says what is wrong with it.
                None => {}
            }
        }
        found.sort_unstable_by_key(|rows| (rows.start, rows.end));
        found
    }
}

/// How many rows of a chunk make up so many bytes, if all are about alike.
pub(crate) fn rows_in(bytes: usize, chunk_bytes: i64, rows: usize) -> usize {
    let a_row = usize::try_from(chunk_bytes).unwrap_or(usize::MAX) / rows.max(1);
    (bytes / a_row.max(1)).clamp(1, BATCH_ROWS)
}

/// How many rows a group has; a file that says fewer than none has none.
pub(crate) fn rows_of(group: &RowGroupMetaData) -> usize {
    usize::try_from(group.num_rows()).unwrap_or(0)
}

/// Runs what reads a file that may be damaged; what the reader panics on is damage too.
pub(crate) fn guarded<T>(
    read: impl FnOnce() -> ::parquet::errors::Result<T>,
) -> std::result::Result<T, String> {
    match caught(read) {
        Some(Ok(value)) => Ok(value),
        Some(Err(error)) => Err(error.to_string()),
        None => Err("damaged beyond what can be read".to_owned()),
    }
}

/// A table that several threads read.
pub(crate) type Shared = Arc<Table>;

/// The slices of an open table that are yet to be drawn.
#[derive(Default)]
pub(crate) struct Slices {
    table: Option<(usize, Shared)>,
    left: std::vec::IntoIter<Slice>,
}

impl Slices {
    /// All slices of the input of this number.
    pub(crate) fn of(input: usize, table: Table) -> Slices {
        Slices {
            left: table.slices().into_iter(),
            table: Some((input, Arc::new(table))),
        }
    }

    /// The first batch of the input of this number.
    pub(crate) fn beginning(input: usize, table: Table) -> Slices {
        let first = table.slices().into_iter().next().map(|slice| Slice {
            rows: slice.batch.min(slice.rows),
            ..slice
        });
        Slices {
            left: first.into_iter().collect::<Vec<_>>().into_iter(),
            table: Some((input, Arc::new(table))),
        }
    }

    pub(crate) fn is_empty(&self) -> bool {
        self.left.len() == 0
    }
}

impl Iterator for Slices {
    type Item = (usize, Shared, Slice);

    fn next(&mut self) -> Option<Self::Item> {
        let slice = self.left.next();
        let (input, table) = self.table.as_ref()?;
        match slice {
            Some(slice) => Some((*input, Arc::clone(table), slice)),
            None => {
                self.table = None;
                None
            }
        }
    }
}

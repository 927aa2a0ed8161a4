//! From columns to articles.

use std::borrow::Cow;
use std::ops::Range;
use std::sync::Arc;

use ::parquet::errors::ParquetError;
use ::parquet::file::reader::FileReader;

use super::levels::{Cells, Column};
use super::{Leaf, Slice, Table, guarded};
use crate::corpus::record::fields::{FieldNames, Role};
use crate::corpus::record::{Parsed, Picked};
use crate::corpus::{Place, RejectReason};

/// Reads the fields of a slice, batch by batch.
pub(crate) struct Reader<'t> {
    columns: Vec<(&'t Leaf, Column)>,
    /// The levels at which each column has a value.
    full: Vec<i16>,
    /// The rows of the group that are never read.
    too_long: Arc<[Range<usize>]>,
    slice: Slice,
    /// How many rows of the slice were read.
    read: usize,
}

/// Some consecutive rows, by column.
pub(crate) struct Rows<'t> {
    columns: Vec<(&'t Leaf, i16, Cells)>,
    /// How many rows of the file come before.
    before: u64,
    rows: usize,
    /// Which rows are passed over; none where this is empty.
    passed_over: Vec<bool>,
    /// Which rows were not read, since they are too long; none where this is empty.
    too_long: Vec<bool>,
}

impl Rows<'_> {
    /// Passes over the rows whose number in the file is not wanted.
    pub(crate) fn keep_only(&mut self, is_wanted: impl Fn(u64) -> bool) {
        let numbers = (self.before + 1..).take(self.rows);
        self.passed_over = numbers.map(|number| !is_wanted(number)).collect();
    }

    fn is_passed_over(&self, row: usize) -> bool {
        self.passed_over
            .get(row)
            .is_some_and(|passed_over| *passed_over)
    }
}

impl<'t> Reader<'t> {
    /// Goes to the beginning of a slice.
    pub(crate) fn new(table: &'t Table, slice: Slice) -> std::result::Result<Reader<'t>, String> {
        let too_long = table.oversized(slice.group);
        guarded(|| {
            let group = table.file().get_row_group(slice.group)?;
            let schema = table.metadata().file_metadata().schema_descr();
            let mut columns = Vec::new();
            for leaf in table.leaves() {
                let described = schema.column(leaf.column);
                let depth = (described.max_def_level(), described.max_rep_level());
                let column = Column::new(group.get_column_reader(leaf.column)?);
                let mut column = column.without(Arc::clone(&too_long), depth);
                column.skip(slice.start);
                columns.push((leaf, column));
            }
            let full = columns
                .iter()
                .map(|(leaf, _)| schema.column(leaf.column).max_def_level());
            Ok(Reader {
                full: full.collect(),
                too_long,
                columns,
                slice,
                read: 0,
            })
        })
    }

    /// The rows of the next batch.
    pub(crate) fn next(&mut self) -> std::result::Result<Rows<'t>, String> {
        let rows = self.slice.batch.min(self.slice.rows - self.read);
        let before = self.slice.before + self.read as u64;
        let here = self.slice.start + self.read..self.slice.start + self.read + rows;
        let holds = |row: usize| self.too_long.iter().any(|long| long.contains(&row));
        let too_long = match self.too_long.is_empty() {
            true => Vec::new(),
            false => here.map(holds).collect(),
        };
        self.read += rows;
        guarded(|| {
            let mut columns = Vec::with_capacity(self.columns.len());
            for ((leaf, column), full) in self.columns.iter_mut().zip(&self.full) {
                let cells = column.read(rows)?;
                if cells.rows != rows {
                    return Err(too_few(&leaf.path));
                }
                columns.push((*leaf, *full, cells));
            }
            Ok(Rows {
                columns,
                before,
                rows,
                passed_over: Vec::new(),
                too_long,
            })
        })
    }
}

fn too_few(path: &str) -> ParquetError {
    ParquetError::EOF(format!("column {path} ends before its row group does"))
}

/// Which column a row's text was taken from, for those whose text is in one.
pub(crate) type TextOrigin = Vec<Option<usize>>;

/// Makes articles of rows. Rejected rows are written into `arena` as JSON.
///
/// `text_of` gets, for each article, the number of the leaf that its text was taken from.
pub(crate) fn parse<'b>(
    rows: &'b Rows<'_>,
    table: &Table,
    names: &FieldNames,
    input: u32,
    arena: &'b mut Vec<u8>,
    text_of: &mut TextOrigin,
) -> Parsed<'b> {
    let mut picks: Vec<(Picked<'b>, bool)> = Vec::new();
    picks.resize_with(rows.rows, Default::default);
    let mut too_long = rows.too_long.clone();
    too_long.resize(rows.rows, false);
    for (at, (leaf, full, cells)) in rows.columns.iter().enumerate() {
        for_each_row(cells, *full, |row, values| {
            if rows.is_passed_over(row) {
                return;
            }
            let (picked, repaired) = &mut picks[row];
            if let Some((value, mended)) = field(leaf, cells, values) {
                too_long[row] |= value.len() > table.longest();
                *repaired |= mended;
                picked.offer(leaf.role, leaf.rank, (0, at), value);
            }
        });
    }
    offer_partitions(&mut picks, table, names);
    let mut raw: Vec<Range<usize>> = Vec::with_capacity(picks.len());
    for (row, (picked, _)) in picks.iter().enumerate() {
        let start = arena.len();
        if !picked.has_text_or_title() && !rows.is_passed_over(row) && !too_long[row] {
            picked.write_json(arena);
        }
        raw.push(start..arena.len());
    }
    let arena: &'b [u8] = arena;
    let mut used = vec![0u64; table.leaves().len() + table.partitions().len()];
    let mut parsed = Parsed::default();
    for (row, ((picked, repaired), raw)) in picks.into_iter().zip(raw).enumerate() {
        if rows.is_passed_over(row) {
            continue;
        }
        let record = rows.before + row as u64 + 1;
        if too_long[row] {
            // What it holds would be longer than what is kept of anything.
            parsed.reject(Place { input, record }, b"", RejectReason::TooLong);
            continue;
        }
        if picked.has_text_or_title() {
            picked.origins().for_each(|(_, (_, at))| used[at] += 1);
            text_of.push(picked.origin(Role::Text).map(|(_, at)| at));
            parsed.tally.repaired += u64::from(repaired);
        }
        parsed.add(Place { input, record }, &arena[raw], picked);
    }
    parsed.tally.fields = taken(table, names, &used);
    parsed
}

/// The rows of a slice that could not be read, each a reject with its place.
pub(crate) fn broken<'b>(slice: &Slice, batch: usize, input: u32) -> Parsed<'b> {
    let mut parsed = Parsed::default();
    let start = batch * slice.batch;
    let end = (start + slice.batch).min(slice.rows);
    for row in start..end {
        let record = slice.before + row as u64 + 1;
        parsed.reject(Place { input, record }, b"", RejectReason::BrokenParquet);
    }
    parsed
}

/// The value of a field in one row.
fn field<'b>(leaf: &Leaf, cells: &'b Cells, values: Range<usize>) -> Option<(Cow<'b, str>, bool)> {
    if !leaf.is_list {
        return leaf.kind.text(&cells.values, values.start);
    }
    // As in JSON, a list of paragraphs is a text; of a list of anything else, the first string counts.
    let mut joined: Option<(String, bool)> = None;
    for at in values {
        let Some((item, repaired)) = leaf.kind.text(&cells.values, at) else {
            continue;
        };
        match &mut joined {
            None => joined = Some((item.into_owned(), repaired)),
            Some((joined, mended)) if leaf.role == Role::Text => {
                joined.push('\n');
                joined.push_str(&item);
                *mended |= repaired;
            }
            Some(_) => break,
        }
    }
    joined.map(|(joined, repaired)| (joined.into(), repaired))
}

/// Calls back with each row that has values, and where they are.
pub(crate) fn for_each_row(cells: &Cells, full: i16, mut visit: impl FnMut(usize, Range<usize>)) {
    let places = match cells.definition.len().max(cells.repetition.len()) {
        0 => cells.rows,
        places => places,
    };
    let (mut row, mut value, mut first) = (0, 0, 0);
    for at in 0..places {
        let begins = cells.repetition.get(at).is_none_or(|&level| level == 0);
        if begins && at > 0 {
            if first < value {
                visit(row, first..value);
            }
            row += 1;
            first = value;
        }
        value += usize::from(cells.definition.get(at).is_none_or(|&level| level == full));
    }
    if first < value {
        visit(row, first..value);
    }
}

fn offer_partitions(picks: &mut [(Picked<'_>, bool)], table: &Table, names: &FieldNames) {
    for (at, partition) in table.partitions().iter().enumerate() {
        let Some(((role, rank), value)) = partition.role(names).zip(partition.value.as_deref())
        else {
            continue;
        };
        let origin = (0, table.leaves().len() + at);
        for (picked, _) in picks.iter_mut() {
            picked.offer(role, rank, origin, Cow::Owned(value.to_owned()));
        }
    }
}

type Taken = std::collections::BTreeMap<(Role, String), u64>;

fn taken(table: &Table, names: &FieldNames, used: &[u64]) -> Taken {
    let leaves = table
        .leaves()
        .iter()
        .map(|leaf| Some((leaf.role, leaf.path.clone())));
    let partitions = table.partitions().iter().map(|partition| {
        let (role, _) = partition.role(names)?;
        Some((role, partition.name.clone()))
    });
    let fields = leaves.chain(partitions).zip(used);
    let fields = fields.filter(|(_, used)| **used > 0);
    fields
        .filter_map(|(field, used)| Some((field?, *used)))
        .collect()
}

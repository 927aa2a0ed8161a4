//! Tables: rows of different lengths, made batch by batch and read by place, in memory or on disk.

use std::ops::Range;
use std::sync::{Mutex, PoisonError};

use super::rows::Rows;
use crate::error::Result;
use crate::spill::{Column, ColumnWriter, MemoryBudget, Plain};

/// A table that is being made; any thread adds the rows of any batch.
#[derive(Debug)]
pub(super) struct TableWriter<T> {
    cells: ColumnWriter<T>,
    /// How long the rows of each batch are.
    lengths: Mutex<Vec<(usize, Vec<u32>)>>,
}

impl<T: Plain> TableWriter<T> {
    pub(super) fn new(budget: &MemoryBudget) -> TableWriter<T> {
        TableWriter {
            cells: ColumnWriter::new(budget),
            lengths: Mutex::default(),
        }
    }

    /// Adds the rows of a batch, once for each batch.
    ///
    /// # Errors
    ///
    /// When they have to go to disk, and cannot.
    pub(super) fn push(&self, batch: usize, rows: Rows<T>) -> Result<()> {
        let (lengths, cells) = rows.into_parts();
        let mut all = self.lengths.lock().unwrap_or_else(PoisonError::into_inner);
        all.push((batch, lengths));
        drop(all);
        self.cells.push(batch, cells)
    }

    /// The table, its batches in order.
    pub(super) fn finish(self) -> Table<T> {
        let lengths = self.lengths.into_inner();
        let mut batches = lengths.unwrap_or_else(PoisonError::into_inner);
        batches.sort_unstable_by_key(|&(batch, _)| batch);
        let mut table = Table {
            cells: self.cells.finish(),
            lengths: Vec::with_capacity(batches.iter().map(|batch| batch.1.len()).sum()),
            starts: Vec::new(),
        };
        let mut start = 0;
        for length in batches.into_iter().flat_map(|(_, lengths)| lengths) {
            if table.lengths.len().is_multiple_of(STEP) {
                table.starts.push(start);
            }
            table.lengths.push(length);
            start += length as usize;
        }
        table
    }
}

/// Of so many rows the start of one is kept.
const STEP: usize = 16;

/// Rows by place.
#[derive(Debug, Default)]
pub(super) struct Table<T> {
    cells: Column<T>,
    lengths: Vec<u32>,
    /// Where every [`STEP`]th row starts.
    starts: Vec<usize>,
}

impl<T: Plain> Table<T> {
    /// A row: where it lies, if that is memory, else read into `buffer`.
    ///
    /// # Errors
    ///
    /// When it lies on disk, and cannot be read.
    pub(super) fn row<'a>(&'a self, row: usize, buffer: &'a mut Vec<T>) -> Result<&'a [T]> {
        let start = self.start(row);
        let end = start + self.lengths[row] as usize;
        self.cells.read(start..end, buffer)
    }

    /// Several rows one after another, read as one piece.
    ///
    /// # Errors
    ///
    /// As those of [`Table::row`].
    pub(super) fn rows(&self, rows: Range<usize>) -> Result<Rows<T>> {
        let lengths = &self.lengths[rows.clone()];
        let count: usize = lengths.iter().map(|&length| length as usize).sum();
        let mut buffer = Vec::new();
        let cells = match count {
            0 => &[],
            _ => {
                let start = self.start(rows.start);
                self.cells.read(start..start + count, &mut buffer)?
            }
        };
        Ok(Rows::of_parts(lengths, cells.to_vec()))
    }

    /// How many cells a row has.
    pub(super) fn len(&self, row: usize) -> usize {
        self.lengths[row] as usize
    }

    fn start(&self, row: usize) -> usize {
        let before = &self.lengths[row / STEP * STEP..row];
        let before: usize = before.iter().map(|&length| length as usize).sum();
        self.starts[row / STEP] + before
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    proptest! {
        #[test]
        fn a_table_reads_the_same_wherever_it_lies(
            batches in prop::collection::vec(prop::collection::vec(prop::collection::vec(any::<u8>(), 0..9), 0..30), 1..6),
            limit in 0u64..500,
        ) {
            let writer = TableWriter::new(&MemoryBudget::new(limit, std::env::temp_dir()));
            for (number, batch) in batches.iter().enumerate().rev() {
                let mut rows = Rows::default();
                batch.iter().for_each(|row| rows.push(row.iter().copied()));
                writer.push(number, rows)?;
            }
            let (table, all) = (writer.finish(), batches.concat());
            prop_assert_eq!(table.lengths.len(), all.len());
            let mut buffer = Vec::new();
            for (row, expected) in all.iter().enumerate() {
                prop_assert_eq!(table.row(row, &mut buffer)?, &expected[..]);
                let both = table.rows(row..(row + 2).min(all.len()))?;
                prop_assert_eq!(both.of(0), &expected[..]);
            }
        }
    }
}

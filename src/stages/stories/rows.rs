//! Rows of different lengths, in one piece of memory.

use std::ops::Range;

/// Rows, one behind the other.
#[derive(Clone, Debug)]
pub(super) struct Rows<T> {
    ends: Vec<u32>,
    cells: Vec<T>,
}

impl<T> Default for Rows<T> {
    fn default() -> Rows<T> {
        Rows {
            ends: Vec::new(),
            cells: Vec::new(),
        }
    }
}

impl<T> Rows<T> {
    /// Adds a row.
    pub(super) fn push(&mut self, cells: impl IntoIterator<Item = T>) {
        self.cells.extend(cells);
        self.ends.push(self.cells.len() as u32);
    }

    /// Adds a row of whatever `write` adds to the cells.
    pub(super) fn push_with(&mut self, write: impl FnOnce(&mut Vec<T>)) {
        write(&mut self.cells);
        self.ends.push(self.cells.len() as u32);
    }

    /// Where the cells of a row lie among all.
    pub(super) fn range(&self, row: usize) -> Range<usize> {
        let start = row.checked_sub(1).map_or(0, |before| self.ends[before]);
        start as usize..self.ends[row] as usize
    }

    /// The cells of a row.
    pub(super) fn of(&self, row: usize) -> &[T] {
        &self.cells[self.range(row)]
    }

    /// How long the rows are, and the cells of all.
    pub(super) fn into_parts(self) -> (Vec<u32>, Vec<T>) {
        let mut start = 0;
        let length = |end: u32| end - std::mem::replace(&mut start, end);
        (self.ends.into_iter().map(length).collect(), self.cells)
    }

    /// The rows of these lengths, from the cells of all.
    pub(super) fn of_parts(lengths: &[u32], cells: Vec<T>) -> Rows<T> {
        let mut end = 0;
        let next = |&length: &u32| {
            end += length;
            end
        };
        Rows {
            ends: lengths.iter().map(next).collect(),
            cells,
        }
    }
}

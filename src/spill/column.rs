//! Columns: values in the order of articles, made batch by batch in any order, and read by place.

use std::borrow::Cow;
use std::ops::Range;
use std::sync::{Mutex, OnceLock, PoisonError};

use super::budget::EIGHTHS;
use super::file::SpillFile;
use super::{MemoryBudget, Plain, Reservation, bytes_of};
use crate::error::Result;
use crate::interrupt::Interrupt;

/// The values of one batch.
#[derive(Debug)]
enum Part<T> {
    Memory {
        values: Vec<T>,
        _reserved: Reservation,
    },
    Disk {
        at: u64,
        len: usize,
    },
}

impl<T> Part<T> {
    fn len(&self) -> usize {
        match self {
            Part::Memory { values, .. } => values.len(),
            Part::Disk { len, .. } => *len,
        }
    }
}

/// A column that is being made; any thread adds the values of any batch.
#[derive(Debug)]
pub(crate) struct ColumnWriter<T> {
    budget: MemoryBudget,
    /// How many eighths of the room may be taken while it still takes more.
    eighths: u64,
    file: OnceLock<SpillFile>,
    parts: Mutex<Vec<(usize, Part<T>)>>,
}

impl<T: Plain> ColumnWriter<T> {
    pub(crate) fn new(budget: &MemoryBudget) -> ColumnWriter<T> {
        ColumnWriter::within(budget, EIGHTHS)
    }

    /// A column that leaves room for others, since it is read once and in order, or seldom.
    pub(crate) fn cold(budget: &MemoryBudget) -> ColumnWriter<T> {
        ColumnWriter::within(budget, 1)
    }

    fn within(budget: &MemoryBudget, eighths: u64) -> ColumnWriter<T> {
        ColumnWriter {
            budget: budget.clone(),
            eighths,
            file: OnceLock::new(),
            parts: Mutex::default(),
        }
    }

    /// Adds the values of a batch, once for each batch.
    ///
    /// # Errors
    ///
    /// When they have to go to disk, and cannot, or the run is to stop.
    pub(crate) fn push(&self, batch: usize, mut values: Vec<T>) -> Result<()> {
        self.budget.check_interrupt()?;
        values.shrink_to_fit();
        let part = match self
            .budget
            .take_within(self.eighths, bytes_of::<T>(values.len()))
        {
            Some(_reserved) => Part::Memory { values, _reserved },
            None => Part::Disk {
                at: self.file()?.append(&values)?,
                len: values.len(),
            },
        };
        let mut parts = self.parts.lock().unwrap_or_else(PoisonError::into_inner);
        parts.push((batch, part));
        Ok(())
    }

    fn file(&self) -> Result<&SpillFile> {
        if let Some(file) = self.file.get() {
            return Ok(file);
        }
        let file = self.budget.file()?;
        Ok(self.file.get_or_init(|| file))
    }

    /// The column, its batches in order.
    pub(crate) fn finish(self) -> Column<T> {
        let mut parts = self
            .parts
            .into_inner()
            .unwrap_or_else(PoisonError::into_inner);
        parts.sort_unstable_by_key(|&(batch, _)| batch);
        let mut column = Column {
            parts: Vec::with_capacity(parts.len()),
            starts: Vec::with_capacity(parts.len()),
            len: 0,
            file: self.file.into_inner(),
            interrupt: self.budget.interrupt(),
        };
        for (_, part) in parts.into_iter().filter(|(_, part)| part.len() > 0) {
            column.starts.push(column.len);
            column.len += part.len();
            column.parts.push(part);
        }
        column
    }
}

/// Values by place.
#[derive(Debug)]
pub(crate) struct Column<T> {
    parts: Vec<Part<T>>,
    /// The place of the first value of each part.
    starts: Vec<usize>,
    len: usize,
    file: Option<SpillFile>,
    interrupt: Interrupt,
}

impl<T> Default for Column<T> {
    fn default() -> Column<T> {
        Column {
            parts: Vec::new(),
            starts: Vec::new(),
            len: 0,
            file: None,
            interrupt: Interrupt::default(),
        }
    }
}

impl<T: Plain> Column<T> {
    /// How many values there are.
    pub(crate) fn len(&self) -> usize {
        self.len
    }

    /// The values at these places: where they lie, if that is memory and one piece of it, else read into `buffer`.
    ///
    /// # Errors
    ///
    /// When they lie on disk, and cannot be read.
    pub(crate) fn read<'a>(
        &'a self,
        places: Range<usize>,
        buffer: &'a mut Vec<T>,
    ) -> Result<&'a [T]> {
        if places.is_empty() {
            return Ok(&[]);
        }
        let (first, from) = self.find(places.start);
        let to = from + places.len();
        if let Part::Memory { values, .. } = &self.parts[first]
            && to <= values.len()
        {
            return Ok(&values[from..to]);
        }
        buffer.clear();
        buffer.resize(places.len(), T::new_zeroed());
        self.copy(first, from, buffer)?;
        Ok(buffer)
    }

    /// The values at these places, borrowed where they lie in one piece of memory.
    ///
    /// # Errors
    ///
    /// As those of [`Column::read`].
    pub(crate) fn values(&self, places: Range<usize>) -> Result<Cow<'_, [T]>> {
        if places.is_empty() {
            return Ok(Cow::Borrowed(&[]));
        }
        let (first, from) = self.find(places.start);
        let to = from + places.len();
        if let Part::Memory { values, .. } = &self.parts[first]
            && to <= values.len()
        {
            return Ok(Cow::Borrowed(&values[from..to]));
        }
        let mut copied = vec![T::new_zeroed(); places.len()];
        self.copy(first, from, &mut copied)?;
        Ok(Cow::Owned(copied))
    }

    /// The part that holds a place, and where in it.
    fn find(&self, place: usize) -> (usize, usize) {
        let part = self.starts.partition_point(|&start| start <= place) - 1;
        (part, place - self.starts[part])
    }

    /// Copies what begins at place `from` of part `first`.
    fn copy(&self, first: usize, mut from: usize, mut to: &mut [T]) -> Result<()> {
        for part in &self.parts[first..] {
            let count = (part.len() - from).min(to.len());
            let (here, rest) = to.split_at_mut(count);
            match part {
                Part::Memory { values, .. } => here.copy_from_slice(&values[from..from + count]),
                Part::Disk { at, .. } => {
                    if let Some(file) = &self.file {
                        file.read(at + bytes_of::<T>(from), here)?;
                    }
                }
            }
            (from, to) = (0, rest);
            if to.is_empty() {
                break;
            }
        }
        Ok(())
    }

    /// Whether nothing of it lies on disk.
    pub(crate) fn is_in_memory(&self) -> bool {
        self.file.is_none()
    }

    /// How many pieces it has: one for each batch that had values.
    pub(crate) fn pieces(&self) -> usize {
        self.parts.len()
    }

    /// The values of one piece, read into `buffer` where they lie on disk, with the place of the first.
    ///
    /// # Errors
    ///
    /// As those of [`Column::read`], and where the run is to stop.
    pub(crate) fn piece<'a>(
        &'a self,
        piece: usize,
        buffer: &'a mut Vec<T>,
    ) -> Result<(usize, &'a [T])> {
        self.interrupt.check()?;
        let start = self.starts[piece];
        let values = self.read(start..start + self.parts[piece].len(), buffer)?;
        Ok((start, values))
    }

    /// Hands on all values in their order, a piece at a time, each with the place of its first.
    ///
    /// # Errors
    ///
    /// Those of `visit`, and of reading.
    pub(crate) fn scan(&self, mut visit: impl FnMut(usize, &[T]) -> Result<()>) -> Result<()> {
        let mut buffer = Vec::new();
        (0..self.pieces()).try_for_each(|piece| {
            let (start, values) = self.piece(piece, &mut buffer)?;
            visit(start, values)
        })
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    proptest! {
        #[test]
        fn a_column_reads_the_same_wherever_it_lies(
            batches in prop::collection::vec(prop::collection::vec(any::<u32>(), 0..40), 1..12),
            limit in 0u64..2000,
        ) {
            let writer = ColumnWriter::new(&MemoryBudget::new(limit, std::env::temp_dir()));
            for (number, batch) in batches.iter().enumerate().rev() {
                writer.push(number, batch.clone())?;
            }
            let (column, all) = (writer.finish(), batches.concat());
            prop_assert_eq!(column.len(), all.len());
            let mut scanned = Vec::new();
            column.scan(|start, piece| {
                assert_eq!(start, scanned.len());
                scanned.extend_from_slice(piece);
                Ok(())
            })?;
            prop_assert_eq!(&scanned, &all);
            let mut buffer = Vec::new();
            for start in 0..all.len() {
                let end = (start + 7).min(all.len());
                prop_assert_eq!(column.read(start..end, &mut buffer)?, &all[start..end]);
            }
        }
    }

    #[test]
    fn what_a_column_took_is_free_again() -> Result<()> {
        let budget = MemoryBudget::new(2000, std::env::temp_dir());
        let writer = ColumnWriter::new(&budget);
        writer.push(0, vec![1u64; 100])?;
        writer.push(1, vec![2u64; 100])?;
        assert_eq!((budget.free(), budget.spilled()), (1200, 800));
        drop(writer.finish());
        assert_eq!((budget.free(), budget.most_taken()), (2000, 800));
        Ok(())
    }
}

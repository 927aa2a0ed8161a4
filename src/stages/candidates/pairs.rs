//! Pairs: what the generators find, gathered, sorted, and each kept once.

use super::as_number;
use crate::error::Result;
use crate::spill::{Column, ColumnWriter, MemoryBudget, Sorter};

/// So many pairs are handed over at once.
const HANDED: usize = 1 << 13;

/// Pairs that are being found; any thread adds any.
#[derive(Debug)]
pub(super) struct Pairs {
    sorter: Sorter<u64>,
}

impl Pairs {
    /// Pairs of so many texts.
    pub(super) fn new(texts: usize, budget: &MemoryBudget) -> Pairs {
        Pairs {
            sorter: Sorter::below(as_number((texts as u32, 0)), budget),
        }
    }

    pub(super) fn push(&self, mut found: Vec<u64>) -> Result<()> {
        // The same pair is often found several times over.
        found.sort_unstable();
        found.dedup();
        self.sorter.push(found)
    }

    /// Fails once the run is to stop.
    pub(super) fn check_interrupt(&self) -> Result<()> {
        self.sorter.check_interrupt()
    }

    /// Takes pairs over once there are many.
    pub(super) fn push_some(&self, found: Vec<u64>) -> Result<Vec<u64>> {
        if found.len() < HANDED {
            return Ok(found);
        }
        self.push(found)?;
        Ok(Vec::new())
    }

    /// All pairs, ascending, each once, in pieces.
    pub(super) fn finish(self, mut visit: impl FnMut(Vec<u64>) -> Result<()>) -> Result<()> {
        let mut last = None;
        self.sorter.finish()?.scan(|piece| {
            piece.chunks(8 * HANDED).try_for_each(|pairs| {
                let is_new = |&pair: &u64| last.replace(pair) != Some(pair);
                visit(pairs.iter().copied().filter(is_new).collect())
            })
        })
    }

    /// Adds them to others, each once; says how many there were.
    pub(super) fn hand_over(self, others: &Pairs) -> Result<usize> {
        let mut count = 0;
        self.finish(|pairs| {
            count += pairs.len();
            others.push(pairs)
        })?;
        Ok(count)
    }

    /// The same as a column.
    pub(super) fn into_column(self, budget: &MemoryBudget) -> Result<Column<u64>> {
        let (writer, mut piece) = (ColumnWriter::new(budget), 0);
        self.finish(|pairs| {
            piece += 1;
            writer.push(piece, pairs)
        })?;
        Ok(writer.finish())
    }
}

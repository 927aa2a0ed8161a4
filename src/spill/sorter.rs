//! Sorters: entries that are made in any order and read in their own.
//!
//! As long as there is room they lie in memory, and are sorted there at the end. Beyond, they are dealt out to shares by
//! the upper bits of their key, which is a hash: so each share has an equal part of the order, is sorted in memory by
//! itself, and one after another they are all in order, without a merge. All shares lie in one file, in pieces.

use std::sync::{Mutex, MutexGuard, PoisonError};

use super::partition::{Partitioner, Partitions};
use super::{MemoryBudget, Plain, Reservation, bytes_of, radix};
use crate::error::Result;

/// What a sorter sorts: its order begins with its key, whose upper bits are about evenly spread.
pub(crate) trait Keyed: Plain + Ord {
    /// Ascends with the order, which begins with it; values that are to be read together have the same one.
    fn key(&self) -> u64;
}

/// Shares of one sorter.
const SHARES: usize = 256;

/// Entries that are being gathered; any thread adds any.
#[derive(Debug)]
pub(crate) struct Sorter<T> {
    budget: MemoryBudget,
    /// How far a key is shifted for its upper bits to be the highest.
    shift: u32,
    gathered: Mutex<Gathered<T>>,
}

#[derive(Debug)]
struct Gathered<T> {
    held: Vec<Vec<T>>,
    taken: Vec<Reservation>,
    dealer: Option<Partitioner<T>>,
}

impl<T: Keyed> Sorter<T> {
    pub(crate) fn new(budget: &MemoryBudget) -> Sorter<T> {
        Sorter::below(u64::MAX, budget)
    }

    /// A sorter of keys that are evenly spread up to a most.
    pub(crate) fn below(most: u64, budget: &MemoryBudget) -> Sorter<T> {
        Sorter {
            budget: budget.clone(),
            shift: most.max(1).leading_zeros(),
            gathered: Mutex::new(Gathered {
                held: Vec::new(),
                taken: Vec::new(),
                dealer: None,
            }),
        }
    }

    /// Adds entries.
    ///
    /// # Errors
    ///
    /// When they have to go to disk, and cannot, or the run is to stop.
    pub(crate) fn push(&self, mut entries: Vec<T>) -> Result<()> {
        self.budget.check_interrupt()?;
        entries.shrink_to_fit();
        let mut gathered = self.gathered();
        if gathered.dealer.is_none() {
            // Sorted in the end in one piece, they take their room twice.
            if let Some(taken) = self.budget.try_reserve(2 * bytes_of::<T>(entries.len())) {
                gathered.taken.push(taken);
                gathered.held.push(entries);
                return Ok(());
            }
            let mut dealer = Partitioner::new(SHARES, &self.budget)?;
            for held in std::mem::take(&mut gathered.held) {
                deal(&held, self.shift, &mut dealer)?;
            }
            gathered.taken.clear();
            gathered.dealer = Some(dealer);
        }
        match &mut gathered.dealer {
            Some(dealer) => deal(&entries, self.shift, dealer),
            None => Ok(()),
        }
    }

    /// Fails once the run is to stop.
    pub(crate) fn check_interrupt(&self) -> Result<()> {
        self.budget.check_interrupt()
    }

    fn gathered(&self) -> MutexGuard<'_, Gathered<T>> {
        self.gathered.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// All entries, to be read in order.
    ///
    /// # Errors
    ///
    /// When the last of them have to go to disk, and cannot.
    pub(crate) fn finish(self) -> Result<Sorted<T>> {
        let gathered = self
            .gathered
            .into_inner()
            .unwrap_or_else(PoisonError::into_inner);
        if let Some(dealer) = gathered.dealer {
            return Ok(Sorted::Disk {
                dealt: dealer.finish()?,
                known: self.shift + SHARES.ilog2(),
            });
        }
        let pieces = radix::sorted(gathered.held, self.shift);
        drop(gathered.taken);
        let count = pieces.iter().map(Vec::len).sum();
        let _reserved = self.budget.reserve_anyway(bytes_of::<T>(count));
        Ok(Sorted::Memory { pieces, _reserved })
    }
}

/// Gives each entry to its share.
fn deal<T: Keyed>(entries: &[T], shift: u32, dealer: &mut Partitioner<T>) -> Result<()> {
    entries.iter().try_for_each(|entry| {
        let share = (entry.key() << shift >> (64 - SHARES.ilog2())) as usize;
        dealer.deal(share, std::slice::from_ref(entry))
    })
}

/// Entries in their order.
#[derive(Debug)]
pub(crate) enum Sorted<T> {
    Memory {
        pieces: Vec<Vec<T>>,
        _reserved: Reservation,
    },
    Disk {
        dealt: Partitions<T>,
        /// In so many of their first bits the keys of a share agree.
        known: u32,
    },
}

impl<T: Keyed> Sorted<T> {
    /// Hands on all entries in ascending order, a piece at a time; entries of one key are in one piece.
    ///
    /// # Errors
    ///
    /// Those of `visit`, and of reading; or the run is to stop.
    pub(crate) fn scan(&self, mut visit: impl FnMut(&[T]) -> Result<()>) -> Result<()> {
        match self {
            Sorted::Memory { pieces, _reserved } => pieces.iter().try_for_each(|piece| {
                _reserved.budget().check_interrupt()?;
                visit(piece)
            }),
            Sorted::Disk { dealt, known } => (0..dealt.shares()).try_for_each(|share| {
                let (mut entries, _reserved) = dealt.read(share)?;
                radix::par_sort(&mut entries, *known);
                visit(&entries)
            }),
        }
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;
    use zerocopy::{FromBytes, Immutable, IntoBytes};

    use super::*;

    #[derive(
        Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, FromBytes, IntoBytes, Immutable,
    )]
    #[repr(C)]
    struct Entry {
        hash: u64,
        article: u64,
    }

    impl Keyed for Entry {
        fn key(&self) -> u64 {
            self.hash
        }
    }

    proptest! {
        #[test]
        fn entries_come_in_their_order_wherever_they_lie(
            batches in prop::collection::vec(prop::collection::vec((0u64..9, any::<u64>()), 0..90), 1..9),
            limit in 0u64..4000,
        ) {
            let entry = |&(hash, article): &(u64, u64)| Entry { hash: hash << 60 | hash, article };
            let sorter = Sorter::new(&MemoryBudget::new(limit, std::env::temp_dir()));
            for batch in &batches {
                sorter.push(batch.iter().map(entry).collect())?;
            }
            let (sorted, mut all) = (sorter.finish()?, batches.concat().iter().map(entry).collect::<Vec<_>>());
            all.sort_unstable();
            let mut scanned: Vec<Entry> = Vec::new();
            sorted.scan(|piece| {
                if let (Some(last), Some(next)) = (scanned.last(), piece.first()) {
                    assert_ne!(last.hash, next.hash);
                }
                scanned.extend_from_slice(piece);
                Ok(())
            })?;
            prop_assert_eq!(scanned, all);
        }
    }
}

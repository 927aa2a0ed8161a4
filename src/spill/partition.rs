//! Dealers: values dealt out to shares, all of which lie in one file, in pieces.

use std::marker::PhantomData;

use super::file::SpillFile;
use super::{MemoryBudget, Plain, Reservation, bytes_of};
use crate::error::Result;

/// So many bytes of a share are written at once, where there is room for it.
const WRITTEN: u64 = 1 << 16;
/// The bytes that wait to be written take no more than one part in so many of the room.
const WAITING: u64 = 64;

/// Deals values out; each share keeps the order in which it got them.
#[derive(Debug)]
pub(crate) struct Partitioner<T> {
    file: SpillFile,
    shares: Vec<Share>,
    waiting: Vec<Vec<T>>,
    /// So many values of a share wait at most.
    written: usize,
    budget: MemoryBudget,
    _reserved: Reservation,
}

type Share = Vec<Piece>;

/// Some values of a share that follow one another.
#[derive(Clone, Copy, Debug)]
struct Piece {
    /// Where they begin in the file.
    at: u64,
    /// How many values of the share come before.
    before: u64,
    len: usize,
}

impl<T: Plain> Partitioner<T> {
    pub(crate) fn new(shares: usize, budget: &MemoryBudget) -> Result<Partitioner<T>> {
        let written = (budget.limit() / (WAITING * shares as u64)).clamp(1 << 10, WRITTEN);
        Ok(Partitioner {
            file: budget.file()?,
            shares: vec![Share::new(); shares],
            waiting: (0..shares).map(|_| Vec::new()).collect(),
            written: (written as usize / size_of::<T>()).max(1),
            _reserved: budget.reserve_anyway(shares as u64 * written),
            budget: budget.clone(),
        })
    }

    /// Gives values to a share.
    ///
    /// # Errors
    ///
    /// When they cannot be written.
    pub(crate) fn deal(&mut self, share: usize, values: &[T]) -> Result<()> {
        let waiting = &mut self.waiting[share];
        waiting.extend_from_slice(values);
        if waiting.len() >= self.written {
            self.write(share)?;
        }
        Ok(())
    }

    fn write(&mut self, share: usize) -> Result<()> {
        self.budget.check_interrupt()?;
        let waiting = &mut self.waiting[share];
        if !waiting.is_empty() {
            let last = self.shares[share].last();
            let before = last.map_or(0, |last| last.before + last.len as u64);
            self.shares[share].push(Piece {
                before,
                at: self.file.append(waiting)?,
                len: waiting.len(),
            });
            waiting.clear();
        }
        Ok(())
    }

    /// The shares, to be read.
    ///
    /// # Errors
    ///
    /// When the last values cannot be written.
    pub(crate) fn finish(mut self) -> Result<Partitions<T>> {
        (0..self.shares.len()).try_for_each(|share| self.write(share))?;
        Ok(Partitions {
            file: self.file,
            shares: self.shares,
            budget: self.budget,
            values: PhantomData,
        })
    }
}

/// What was dealt out.
#[derive(Debug)]
pub(crate) struct Partitions<T> {
    file: SpillFile,
    shares: Vec<Share>,
    budget: MemoryBudget,
    values: PhantomData<T>,
}

impl<T: Plain> Partitions<T> {
    /// How many shares there are.
    pub(crate) fn shares(&self) -> usize {
        self.shares.len()
    }

    /// How many values a share has.
    pub(crate) fn len(&self, share: usize) -> usize {
        self.shares[share].iter().map(|piece| piece.len).sum()
    }

    /// Reads the values of a share that follow its first so many.
    ///
    /// # Errors
    ///
    /// When they cannot be read.
    pub(crate) fn read_at(&self, share: usize, from: u64, to: &mut [T]) -> Result<()> {
        let pieces = &self.shares[share];
        let piece = pieces.partition_point(|piece| piece.before <= from) - 1;
        let mut from = (from - pieces[piece].before) as usize;
        let mut rest = to;
        for piece in &pieces[piece..] {
            if rest.is_empty() {
                break;
            }
            let here;
            let count = (piece.len - from).min(rest.len());
            (here, rest) = rest.split_at_mut(count);
            self.file.read(piece.at + bytes_of::<T>(from), here)?;
            from = 0;
        }
        Ok(())
    }

    /// The values of a share, and the room they take.
    ///
    /// # Errors
    ///
    /// When they cannot be read.
    pub(crate) fn read(&self, share: usize) -> Result<(Vec<T>, Reservation)> {
        self.budget.check_interrupt()?;
        let count = self.len(share);
        let taken = self.budget.reserve_anyway(bytes_of::<T>(count));
        let mut values = vec![T::new_zeroed(); count];
        let mut rest = values.as_mut_slice();
        for piece in &self.shares[share] {
            let here;
            (here, rest) = rest.split_at_mut(piece.len);
            self.file.read(piece.at, here)?;
        }
        Ok((values, taken))
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    proptest! {
        #[test]
        fn a_share_keeps_the_order_of_what_it_got(
            dealt in prop::collection::vec((0usize..5, prop::collection::vec(any::<u64>(), 0..300)), 1..30),
        ) {
            let mut dealer = Partitioner::new(5, &MemoryBudget::new(0, std::env::temp_dir()))?;
            let mut all = vec![Vec::new(); 5];
            for (share, values) in &dealt {
                dealer.deal(*share, values)?;
                all[*share].extend_from_slice(values);
            }
            let dealt = dealer.finish()?;
            for (share, all) in all.iter().enumerate() {
                prop_assert_eq!(&dealt.read(share)?.0, all);
                for from in (0..all.len()).step_by(37) {
                    let mut some = vec![0; (all.len() - from).min(200)];
                    dealt.read_at(share, from as u64, &mut some)?;
                    prop_assert_eq!(&some[..], &all[from..from + some.len()]);
                }
            }
        }
    }
}

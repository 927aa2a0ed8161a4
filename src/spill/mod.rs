//! What of a run does not fit into memory?
//!
//! A run holds columns (a value or a row for each article) and sorted entries (hashes with the articles that bear them).
//! Both stay in memory as long as there is [`MemoryBudget`], and go to unnamed temporary files beyond. Nothing that is found
//! hangs on which of them did: a column is read by place and a sorter by order, wherever the values lie.

mod budget;
mod bytes;
mod column;
mod file;
mod partition;
pub(crate) mod radix;
mod sorter;

pub use budget::MemoryBudget;
pub(crate) use budget::Reservation;
pub(crate) use bytes::Bytes;
pub(crate) use column::{Column, ColumnWriter};
pub(crate) use partition::{Partitioner, Partitions};
pub(crate) use sorter::{Keyed, Sorted, Sorter};

use zerocopy::{FromBytes, Immutable, IntoBytes};

/// What can lie in a file as it lies in memory: no padding, no pointers, any bits allowed.
pub(crate) trait Plain: FromBytes + IntoBytes + Immutable + Copy + Send + Sync {}

impl<T: FromBytes + IntoBytes + Immutable + Copy + Send + Sync> Plain for T {}

/// The bytes that so many values take.
fn bytes_of<T>(count: usize) -> u64 {
    (count * size_of::<T>()) as u64
}

/// A number, by a hash.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, FromBytes, IntoBytes, Immutable)]
#[repr(C)]
pub(crate) struct Hashed {
    pub(crate) hash: u64,
    pub(crate) number: u64,
}

impl Keyed for Hashed {
    fn key(&self) -> u64 {
        self.hash
    }
}

impl Keyed for u64 {
    fn key(&self) -> u64 {
        *self
    }
}

//! What tells texts apart, however many there are.

use zerocopy::{FromBytes, Immutable, IntoBytes};

/// A hash of 128 bits (xxh3): among 10^10 texts the chance that two unlike ones have the same is below 10^-18. They
/// ascend by their first 64 bits.
#[derive(
    Clone,
    Copy,
    Debug,
    Default,
    PartialEq,
    Eq,
    PartialOrd,
    Ord,
    Hash,
    FromBytes,
    IntoBytes,
    Immutable,
)]
#[repr(C)]
pub struct Identity {
    /// The upper half: what identities are ordered by, and shared out by.
    pub first: u64,
    /// The lower half: what tells those apart that agree in the first.
    pub second: u64,
}

impl From<u128> for Identity {
    fn from(hash: u128) -> Identity {
        Identity {
            first: (hash >> 64) as u64,
            second: hash as u64,
        }
    }
}

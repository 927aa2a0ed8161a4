//! What is found of copies, as runs hold it.

use serde::{Deserialize, Serialize};

use super::wire::{At, TextKey};

/// An article's place among the copies.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
pub(super) struct MemberRow {
    pub(super) at: At,
    pub(super) text: TextKey,
    /// Whether the text is taken from it.
    pub(super) is_first: bool,
    /// Of the text.
    pub(super) tokens: u32,
    pub(super) shingles: u32,
    pub(super) heading: u32,
    pub(super) representative: At,
    pub(super) relation: u8,
    /// In millionths.
    pub(super) similarity: u32,
    pub(super) copies: u32,
    pub(super) kind: u8,
    pub(super) form: Option<At>,
}

/// A similar pair.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
pub(super) struct SimilarRow {
    pub(super) pair: (TextKey, TextKey),
    pub(super) shared: u32,
    pub(super) sizes: (u32, u32),
    pub(super) is_excerpt: bool,
    pub(super) own: (u16, u16),
    pub(super) differs: bool,
}

//! What does a text look like to the rest of the tool?
//!
//! A text becomes tokens, tokens become shingles, and the set of shingles is the text from there on: similarity is
//! measured on it, and a signature and a few anchors stand for it where the set itself would be too large.

mod banding;
pub(crate) mod bytes;
mod heading;
mod identity;
mod letters;
mod logarithm;
mod minhash;
mod normalize;
mod shingle;
mod sketch;
mod sort;
mod tokens;

pub use banding::Banding;
pub(crate) use bytes::{BLOCK, block_at, gather};
pub(crate) use heading::Heading;
#[doc(hidden)]
pub use identity::Identity;
pub(crate) use logarithm::ln;
pub use minhash::Signer;
#[doc(hidden)]
pub use minhash::agreement;
pub(crate) use minhash::mix;
pub use normalize::normalize;
pub(crate) use normalize::whole_words;
pub use shingle::{Overlap, Share, shingles};
#[doc(hidden)]
pub use sketch::{estimate, estimated, sketch};
pub(crate) use sort::sort_hashes;
pub use tokens::Tokenizer;
pub(crate) use tokens::{fold, is_spaceless};

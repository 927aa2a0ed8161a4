//! What does a text look like to the rest of the tool?
//!
//! A text becomes tokens, tokens become shingles, and the set of shingles is the text from there on: similarity is
//! measured on it, and a signature and a few anchors stand for it where the set itself would be too large.

pub(crate) mod bytes;
mod identity;
mod letters;
mod normalize;
mod order;
mod shingle;
mod signature;
mod sketch;
mod sweep;
mod tokens;

pub(crate) use bytes::{BLOCK, block_at, gather};
pub use identity::Identity;
pub use normalize::normalize;
pub(crate) use normalize::whole_words;
pub(crate) use order::sort_hashes;
pub use shingle::{Millionths, Overlap, shingles};
pub(crate) use signature::mix;
pub use signature::{Signer, agreement};
pub use sketch::{estimate, estimated, sketch};
pub use sweep::{Fingerprints, Print, Prints, Shingler, fingerprint};
pub(crate) use sweep::{Heading, Lone, register};
pub use tokens::Tokenizer;
pub(crate) use tokens::{fold, is_spaceless};

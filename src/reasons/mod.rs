//! What is shown of a result, so that a reader sees why.

mod difference;

pub use difference::{Difference, Piece, Row};

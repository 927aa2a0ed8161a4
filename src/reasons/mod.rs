//! What is shown of a result, so that a reader sees why.

mod difference;
mod steps;

pub use difference::{Difference, Piece, Row};
pub(crate) use steps::{Step, steps};

//! What is shown of a result, so that a reader sees why.

mod difference;
mod steps;

pub use difference::{Difference, Paragraphs, Words};
pub(crate) use steps::{Step, steps};

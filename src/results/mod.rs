//! What a run found, as rows: what of it is shown, and in which words.

pub mod diff;
pub mod rejects;
pub mod tables;

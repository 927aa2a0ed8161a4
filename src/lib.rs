//! Finds which scraped news articles are the same text.

pub mod article;
pub mod error;
pub mod eval;
pub mod output;

//! Finds which scraped news articles are the same text.

pub mod article;
pub mod clean;
pub mod compression;
pub mod config;
pub mod copies;
pub mod dedup;
pub mod error;
pub mod eval;
pub mod fingerprint;
pub mod lsh;
pub mod output;
pub mod pipeline;
pub mod rejects;
pub mod tables;

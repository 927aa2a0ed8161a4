//! What the tool promises its users.

mod bad_input;
mod cluster;
#[cfg(feature = "parquet")]
mod columnar;
mod command;
mod corpora;
mod dedup;
mod eval;
mod help;
mod limits;
mod outputs;
#[cfg(feature = "parquet")]
mod parquet;
mod quality;
mod run;
mod same;
mod samples;
mod stories;

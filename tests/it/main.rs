//! What the tool promises its users.

#[cfg(feature = "warc")]
mod archives;
mod bad_input;
mod cluster;
mod command;
mod corpora;
mod dedup;
mod eval;
mod help;
mod limits;
mod outputs;
#[cfg(feature = "html")]
mod pages;
mod quality;
mod run;
mod same;
mod samples;
mod settings;

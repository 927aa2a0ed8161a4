//! What the tool promises its users.

mod bad_input;
mod cluster;
mod command;
mod corpora;
mod dedup;
mod eval;
mod help;
mod limits;
mod outputs;
mod quality;
mod run;
mod same;
mod samples;
mod stories;

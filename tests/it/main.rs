//! What the tool promises its users.

#[cfg(feature = "warc")]
mod against;
mod archives;
mod bad_input;
mod bare_index;
mod browser;
mod cluster;
#[cfg(feature = "parquet")]
mod columnar;
mod command;
#[cfg(feature = "parquet")]
mod conversions;
mod corpora;
mod dedup;
mod docs;
mod eval;
mod examples;
mod explain;
#[cfg(unix)]
mod faults;
mod furniture;
mod help;
mod index;
mod inputs;
mod keep_by;
mod kinds;
mod kinds_shown;
mod limits;
mod links;
mod memory;
mod outputs;
#[cfg(feature = "html")]
mod pages;
#[cfg(feature = "parquet")]
mod parquet;
mod python;
mod quality;
#[cfg(feature = "remote")]
mod remote;
mod repeats;
mod report;
mod report_read;
mod run;
mod same;
mod samples;
#[cfg(feature = "serve")]
mod serve;
mod settings;
mod shapes;
#[cfg(feature = "staged")]
mod staged;
mod stories;
mod story_rows;
mod tables;
mod tune;
mod versions;
mod work;

//! Flags of `samestory report`.

use std::path::PathBuf;

use clap::{ArgAction, Args};

use super::{Choosing, Reading, Telling, bytes};

#[derive(Args, Debug)]
#[command(mut_arg("inputs", |inputs| {
    inputs
        .long("input")
        .num_args(1..)
        .action(ArgAction::Append)
        .required(false)
        .help("What the clusters were made from, named as it was then: files, folders, globs; - is standard input")
}))]
pub(crate) struct ReportCall {
    /// The clusters, as `cluster` writes them: CSV, JSONL or Parquet, plain or compressed; or an index, which needs no --input; --since shows what is new or grown in it
    #[arg(value_name = "CLUSTERS")]
    pub(crate) clusters: PathBuf,
    #[command(flatten)]
    pub(crate) reading: Reading,
    #[command(flatten)]
    pub(crate) choosing: Choosing,
    /// Where the page goes; standard output by default
    #[arg(long, short, value_name = "FILE")]
    pub(crate) output: Option<PathBuf>,
    /// What the page is called; by default by the names of the inputs
    #[arg(long, value_name = "TEXT")]
    pub(crate) title: Option<String>,
    /// The most the page may take: 500K, 30M, 1G. The smallest groups go without their texts where it is too little
    #[arg(long, value_name = "SIZE", value_parser = bytes, default_value = "30M")]
    pub(crate) max_size: u64,
    /// Take what is furniture from this folder, which `cluster --state` made, instead of learning it
    #[arg(long, value_name = "FOLDER", help_heading = "Cleaning")]
    pub(crate) state: Option<PathBuf>,
    /// Take the pages as they are, menus and all
    #[arg(long, conflicts_with = "state", help_heading = "Cleaning")]
    pub(crate) keep_furniture: bool,
    #[command(flatten)]
    pub(crate) telling: Telling,
}

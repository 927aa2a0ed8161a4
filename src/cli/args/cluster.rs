//! Flags of `samestory cluster`.

use std::path::PathBuf;

use clap::Args;

use super::{Deciding, Reading, Relating, Telling};

#[derive(Args, Debug)]
pub(crate) struct ClusterCall {
    #[command(flatten)]
    pub(crate) reading: Reading,
    /// Where the clusters go: .csv or .jsonl, with .gz or .zst behind it, or .parquet; standard output by default
    #[arg(long, short, value_name = "FILE")]
    pub(crate) output: Option<String>,
    /// Write every similar pair here too
    #[arg(long, value_name = "FILE")]
    pub(crate) pairs: Option<String>,
    /// Keep what was learned and decided in this folder, for `explain` and `dedup`
    #[arg(long, value_name = "FOLDER")]
    pub(crate) state: Option<PathBuf>,
    #[command(flatten)]
    pub(crate) deciding: Deciding,
    #[command(flatten)]
    pub(crate) relating: Relating,
    #[command(flatten)]
    pub(crate) telling: Telling,
}

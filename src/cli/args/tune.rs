//! Flags of `samestory tune`.

use std::path::PathBuf;

use clap::Args;

use super::{Deciding, Reading, Relating, Telling};

#[derive(Args, Debug)]
pub(crate) struct TuneCall {
    #[command(flatten)]
    pub(crate) reading: Reading,
    /// Different texts that are compared with all others, those of smallest content hash
    #[arg(long, value_name = "N", default_value_t = 2_000)]
    pub(crate) sample: usize,
    /// Thresholds to try, from 0.05 up
    #[arg(
        long,
        value_name = "SHARE,...",
        value_delimiter = ',',
        default_value = "0.1,0.2,0.3,0.4,0.5,0.6,0.7,0.8,0.9"
    )]
    pub(crate) thresholds: Vec<f64>,
    /// Thresholds of stories to try, too, on the copies of these settings
    #[arg(long, value_name = "SHARE,...", value_delimiter = ',')]
    pub(crate) story_thresholds: Vec<f64>,
    /// Write a page of HTML with charts here too
    #[arg(long, short, value_name = "FILE.html")]
    pub(crate) output: Option<PathBuf>,
    /// Write JSON instead of tables
    #[arg(long)]
    pub(crate) json: bool,
    #[command(flatten)]
    pub(crate) deciding: Deciding,
    #[command(flatten)]
    pub(crate) relating: Relating,
    #[command(flatten)]
    pub(crate) telling: Telling,
}

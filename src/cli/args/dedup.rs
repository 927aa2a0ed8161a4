//! Flags of `samestory dedup`.

use std::path::PathBuf;

use clap::{Args, ValueEnum};
use samestory::dedup::OnePer;

use super::{Choosing, Deciding, Reading, Relating, Telling};

#[derive(Args, Debug)]
pub(crate) struct DedupCall {
    #[command(flatten)]
    pub(crate) reading: Reading,
    #[command(flatten)]
    pub(crate) choosing: Choosing,
    /// Where the kept records go: a file, or a folder to write shard for shard under the same names, which a name without
    /// ending is where a folder or several files went in
    #[arg(
        long,
        short,
        value_name = "FILE|FOLDER/",
        required_unless_present = "dry_run"
    )]
    pub(crate) output: Option<String>,
    /// Say how many records would be kept, and write none
    #[arg(long, conflicts_with_all = ["mark", "removed"])]
    pub(crate) dry_run: bool,
    /// Write the rows of the articles that were left out here, with what each copies
    #[arg(long, value_name = "FILE")]
    pub(crate) removed: Option<String>,
    /// Of what one record is kept
    #[arg(long, value_enum, value_name = "WHAT", default_value_t = OnePerFlag::Copy)]
    pub(crate) one_per: OnePerFlag,
    /// Keep all records, and add the columns of the clusters table to each
    #[arg(long, conflicts_with_all = ["one_per", "removed"])]
    pub(crate) mark: bool,
    /// Leave the furniture out of the texts that are written
    #[arg(long, conflicts_with = "keep_furniture")]
    pub(crate) strip_furniture: bool,
    /// Take the copies from this clusters table instead of computing them
    #[arg(long, value_name = "FILE")]
    pub(crate) clusters: Option<PathBuf>,
    /// Take the copies, and what is furniture, from this folder, which `cluster --state` made
    #[arg(long, value_name = "FOLDER", conflicts_with = "clusters")]
    pub(crate) state: Option<PathBuf>,
    /// Write what the run was here, as JSON: version, settings, inputs with their hashes, counts, by source, time and memory
    #[arg(long, value_name = "FILE.json")]
    pub(crate) report_json: Option<String>,
    #[command(flatten)]
    pub(crate) deciding: Deciding,
    #[command(flatten)]
    pub(crate) relating: Relating,
    #[command(flatten)]
    pub(crate) telling: Telling,
}

/// Of what one record is kept.
#[derive(Clone, Copy, Debug, ValueEnum)]
pub(crate) enum OnePerFlag {
    /// Of the copies of one text
    Copy,
    /// Of the articles of one story
    Story,
}

impl OnePerFlag {
    pub(crate) fn one_per(self) -> OnePer {
        match self {
            OnePerFlag::Copy => OnePer::Copy,
            OnePerFlag::Story => OnePer::Story,
        }
    }
}

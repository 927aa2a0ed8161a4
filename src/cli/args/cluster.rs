//! Flags of `samestory cluster`.

use std::path::PathBuf;

use clap::{Args, ValueEnum};
use samestory::corpus::Timestamp;

use super::{Choosing, Deciding, Reading, Relating, Telling, date};

#[derive(Args, Debug)]
pub(crate) struct ClusterCall {
    #[command(flatten)]
    pub(crate) reading: Reading,
    #[command(flatten)]
    pub(crate) choosing: Choosing,
    /// Where the clusters go: .csv or .jsonl, with .gz or .zst behind it, or .parquet; stories go to .jsonl or .atom;
    /// standard output by default
    #[arg(long, short, value_name = "FILE")]
    pub(crate) output: Option<PathBuf>,
    /// Of what there is a row: by default of an article, and of a story where the output is a feed (.atom)
    #[arg(long, value_enum, value_name = "WHAT")]
    pub(crate) by: Option<ByFlag>,
    /// Of stories, write only those of at least so many articles; by default 2 where they go to a feed, and 1 elsewhere
    #[arg(long, value_name = "N")]
    pub(crate) min_articles: Option<usize>,
    /// Of stories, write only those of which an article was published at this time or later: 2026-11-25
    #[arg(long, value_name = "DATE", value_parser = date)]
    pub(crate) new_since: Option<Timestamp>,
    /// The order of stories: size is the largest first
    #[arg(long, value_enum, value_name = "ORDER")]
    pub(crate) sort: Option<SortFlag>,
    /// Write every similar pair here too
    #[arg(long, value_name = "FILE")]
    pub(crate) pairs: Option<PathBuf>,
    /// Put an apostrophe before cells of CSV that a spreadsheet would run as formulas
    #[arg(long)]
    pub(crate) csv_safe: bool,
    /// Keep what was learned and decided in this folder, for `explain`, `report` and `dedup`
    #[arg(long, value_name = "FOLDER")]
    pub(crate) state: Option<PathBuf>,
    /// Leave what stages found in this folder, and go on from what an earlier run left there of the same inputs and settings
    #[arg(long, value_name = "FOLDER", conflicts_with = "state")]
    pub(crate) work: Option<PathBuf>,
    /// Hold the articles against this index, which `index create` made: what they match may be an article of it
    #[arg(long, value_name = "FOLDER")]
    pub(crate) against: Option<PathBuf>,
    /// Take the articles into the index too
    #[arg(long, requires = "against")]
    pub(crate) add: bool,
    /// Respect what this CSV says of stories: a line is a,b,same or a,b,different, of two article_ids; copies go with each other
    #[arg(
        long,
        value_name = "FILE.csv",
        help_heading = "Stories",
        conflicts_with = "copies_only"
    )]
    pub(crate) links: Option<PathBuf>,
    /// Write what the run was here, as JSON: version, settings, inputs with their hashes, counts, by source, time and memory
    #[arg(long, value_name = "FILE.json")]
    pub(crate) report_json: Option<PathBuf>,
    #[command(flatten)]
    pub(crate) deciding: Deciding,
    #[command(flatten)]
    pub(crate) relating: Relating,
    #[command(flatten)]
    pub(crate) telling: Telling,
}

/// The order of stories.
#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
pub(crate) enum SortFlag {
    /// That of their leads; in a feed the newest first
    Lead,
    /// The largest first
    Size,
}

/// Of what there is a row.
#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
pub(crate) enum ByFlag {
    /// Of every article
    Article,
    /// Of every story, with its articles
    Story,
    /// Of every article that was published under one address again and again, with what changed
    Version,
}

//! Flags of `samestory index`, `seen` and `changes`.

use std::path::PathBuf;

use clap::{Args, Subcommand};
use samestory::corpus::Timestamp;

use super::{Choosing, Deciding, Reading, Relating, Telling, date, seconds};

#[derive(Args, Debug)]
pub(crate) struct IndexCall {
    #[command(subcommand)]
    pub(crate) action: IndexAction,
}

#[derive(Debug, Subcommand)]
pub(crate) enum IndexAction {
    /// Make an index without articles; all that is taken into it is decided by the settings given here
    Create {
        /// The folder, which is made, or is empty
        #[arg(value_name = "INDEX")]
        index: PathBuf,
        /// Keep no texts and no titles: less than half the size; how alike an article of it is to others is an estimate
        #[arg(long)]
        without_texts: bool,
        #[command(flatten)]
        deciding: Box<Deciding>,
        #[command(flatten)]
        relating: Relating,
    },
    /// Take articles in, and say what they match
    Ingest(Box<IngestCall>),
    /// Decide of all articles anew, from their kept texts: copies as one run over all finds them; stories grow or become one
    Settle(Whole),
    /// As settle, with stories as one run over all finds them
    Rebuild(Whole),
    /// Keep what a CSV says of stories, and respect it from now on
    Link {
        /// The folder
        #[arg(value_name = "INDEX")]
        index: PathBuf,
        /// A line is a,b,same or a,b,different: two article_ids that tell the same story, or not; copies go with each other
        #[arg(value_name = "LINKS.csv")]
        links: PathBuf,
        #[command(flatten)]
        telling: Telling,
    },
    /// Take all articles of another index in
    Merge {
        /// The index that they go to
        #[arg(value_name = "INDEX")]
        index: PathBuf,
        /// The index that they come from, which stays as it is
        #[arg(value_name = "OTHER")]
        other: PathBuf,
        #[command(flatten)]
        telling: Telling,
    },
    /// Say what an index holds
    Stats {
        /// The folder
        #[arg(value_name = "INDEX")]
        index: PathBuf,
        /// Write JSON
        #[arg(long)]
        json: bool,
    },
    /// Write the stories of an index, under ids that are never another's
    Stories {
        /// The folder
        #[arg(value_name = "INDEX")]
        index: PathBuf,
        /// Only stories of which an article was published at this time or later: 2026-11-25
        #[arg(long, value_name = "DATE", value_parser = date)]
        since: Option<Timestamp>,
        /// Where they go: .jsonl, or .atom for a feed; standard output by default
        #[arg(long, short, value_name = "FILE")]
        output: Option<PathBuf>,
        /// Only those of at least so many articles; by default 2 in a feed, and 1 elsewhere
        #[arg(long, value_name = "N")]
        min_articles: Option<usize>,
    },
    /// Write all articles of an index, a row each
    Table {
        /// The folder
        #[arg(value_name = "INDEX")]
        index: PathBuf,
        /// Where they go: .csv, .jsonl or .parquet; standard output by default
        #[arg(long, short, value_name = "FILE")]
        output: Option<PathBuf>,
    },
    /// Hold every byte of an index against its hashes
    Check {
        /// The folder
        #[arg(value_name = "INDEX")]
        index: PathBuf,
    },
    /// Remove articles for good, with their texts
    Forget {
        /// The folder
        #[arg(value_name = "INDEX")]
        index: PathBuf,
        /// The article_ids
        #[arg(value_name = "ID", required_unless_present = "older")]
        ids: Vec<String>,
        /// Remove what was published so long before the newest articles: 400d
        #[arg(long, value_name = "TIME", value_parser = seconds, conflicts_with = "ids")]
        older: Option<u64>,
        #[command(flatten)]
        telling: Telling,
    },
}

#[derive(Args, Debug)]
pub(crate) struct Whole {
    /// The folder
    #[arg(value_name = "INDEX")]
    pub(crate) index: PathBuf,
    #[command(flatten)]
    pub(crate) telling: Telling,
}

#[derive(Args, Debug)]
pub(crate) struct IngestCall {
    /// The folder
    #[arg(value_name = "INDEX")]
    pub(crate) index: PathBuf,
    #[command(flatten)]
    pub(crate) reading: Reading,
    #[command(flatten)]
    pub(crate) choosing: Choosing,
    /// What the articles are said to have come with; the name of the first input by default
    #[arg(long, value_name = "NAME")]
    pub(crate) name: Option<String>,
    /// Then forget what was published so long before the newest articles: 400d
    #[arg(long, value_name = "TIME", value_parser = seconds)]
    pub(crate) retain: Option<u64>,
    #[command(flatten)]
    pub(crate) telling: Telling,
}

#[derive(Args, Debug)]
#[command(mut_arg("inputs", |inputs| {
    inputs.required(false).help("Files, folders or globs of articles; standard input by default")
}))]
pub(crate) struct SeenCall {
    /// The index, which `index create` made
    #[arg(long, value_name = "FOLDER")]
    pub(crate) index: PathBuf,
    #[command(flatten)]
    pub(crate) reading: Reading,
    #[command(flatten)]
    pub(crate) choosing: Choosing,
    /// Where the answers go; standard output by default
    #[arg(long, short, value_name = "FILE")]
    pub(crate) output: Option<PathBuf>,
    #[command(flatten)]
    pub(crate) telling: Telling,
}

#[derive(Args, Debug)]
pub(crate) struct ChangesCall {
    /// The index
    #[arg(value_name = "INDEX")]
    pub(crate) index: PathBuf,
    /// Tell what came behind this cursor, which a line of changes has; 0 for all
    #[arg(long, value_name = "CURSOR", default_value = "0")]
    pub(crate) after: String,
}

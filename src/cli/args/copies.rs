//! Flags that say what a copy is, and who stands for copies.

use std::path::PathBuf;

use clap::{Args, ValueEnum};
use samestory::config::{Config, Keep, KeepBy, Threshold, Within};
use samestory::error::Result;

use super::{Reading, seconds};

/// What a copy is.
#[derive(Args, Clone, Debug)]
pub(crate) struct Deciding {
    /// Take the pages as they are, menus and all
    #[arg(long, help_heading = "Cleaning")]
    keep_furniture: bool,
    /// List the lines that cleaning drops, by source and with counts, as CSV
    #[arg(
        long,
        value_name = "FILE",
        help_heading = "Cleaning",
        conflicts_with = "keep_furniture"
    )]
    pub(crate) furniture_out: Option<PathBuf>,
    /// Jaccard similarity from which two texts are copies
    #[arg(
        long,
        visible_alias = "threshold",
        value_name = "SHARE",
        default_value_t = Config::default().copy_threshold.share(),
        help_heading = "Copies"
    )]
    copy_threshold: f64,
    /// Share of the smaller text that the larger must hold for it to be an excerpt
    #[arg(
        long,
        value_name = "SHARE",
        default_value_t = Config::default().excerpt_threshold.share(),
        help_heading = "Copies"
    )]
    excerpt_threshold: f64,
    /// Share of the pairs at the threshold of the bands that they must find
    #[arg(
        long,
        value_name = "SHARE",
        default_value_t = Config::default().recall.share(),
        help_heading = "Copies"
    )]
    recall: f64,
    /// Tokens in a shingle
    #[arg(long, value_name = "N", default_value_t = Config::default().shingle_tokens, help_heading = "Copies")]
    shingle_tokens: usize,
    /// MinHash values in a signature
    #[arg(long, value_name = "N", default_value_t = Config::default().num_hashes, help_heading = "Copies")]
    num_hashes: usize,
    /// Seed of the signatures
    #[arg(long, value_name = "N", default_value_t = Config::default().seed, help_heading = "Copies")]
    seed: u64,
    /// Call copies only what is of one source, or only what is of different ones
    #[arg(long, value_enum, value_name = "SOURCES", help_heading = "Copies")]
    within: Option<WithinFlag>,
    /// Call copies only what was published within this time: 36h, 30d, 2w
    #[arg(long, value_name = "TIME", value_parser = seconds, help_heading = "Copies")]
    copy_window: Option<u64>,
    /// Which article stands for its copies, and which leads a story
    #[arg(long, value_enum, value_name = "WHICH", default_value_t = KeepFlag::Earliest, help_heading = "Representatives")]
    keep: KeepFlag,
    /// Fields whose values say so before that, up to 3, each with a direction: score:desc,date:asc. Numbers and dates have an
    /// order; an article without a value comes last
    #[arg(
        long,
        value_name = "FIELD:desc,...",
        value_delimiter = ',',
        help_heading = "Representatives"
    )]
    keep_by: Vec<String>,
    /// Sources whose articles stand for their copies, and lead stories, before all others
    #[arg(
        long,
        value_name = "SOURCE,...",
        value_delimiter = ',',
        help_heading = "Representatives"
    )]
    prefer: Vec<String>,
}

#[derive(Clone, Copy, Debug, ValueEnum)]
enum WithinFlag {
    /// Copies are of one source
    Source,
    /// Copies are of different sources
    AcrossSources,
}

#[derive(Clone, Copy, Debug, ValueEnum)]
enum KeepFlag {
    /// The one published first
    Earliest,
    /// The one published last
    Latest,
    /// The one with the most words
    Longest,
    /// The one most like the others
    Central,
}

impl Deciding {
    pub(crate) fn config(&self) -> Result<Config> {
        let config = Config {
            keep_furniture: self.keep_furniture,
            shingle_tokens: self.shingle_tokens,
            num_hashes: self.num_hashes,
            seed: self.seed,
            copy_threshold: Threshold::new("--copy-threshold", self.copy_threshold)?,
            excerpt_threshold: Threshold::new("--excerpt-threshold", self.excerpt_threshold)?,
            recall: Threshold::new("--recall", self.recall)?,
            within: self.within.map(|within| match within {
                WithinFlag::Source => Within::Source,
                WithinFlag::AcrossSources => Within::AcrossSources,
            }),
            copy_window: self.copy_window,
            keep: match self.keep {
                KeepFlag::Earliest => Keep::Earliest,
                KeepFlag::Latest => Keep::Latest,
                KeepFlag::Longest => Keep::Longest,
                KeepFlag::Central => Keep::Central,
            },
            keep_by: self
                .keep_by
                .iter()
                .map(|by| KeepBy::named(by))
                .collect::<Result<_>>()?,
            prefer: self.prefer.clone(),
            copies_only: true,
            ..Config::default()
        };
        config.check()?;
        Ok(config)
    }

    /// Has the fields read that say which article is kept.
    pub(crate) fn reads(&self, reading: &mut Reading) {
        let field = |by: &String| {
            let named = by.rsplit_once(':');
            named.map_or(by.clone(), |(field, _)| field.to_owned())
        };
        reading.keep_by = self.keep_by.iter().map(field).collect();
    }
}

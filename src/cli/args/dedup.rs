//! Flags of `samestory dedup`.

use std::path::PathBuf;

use clap::{Args, ValueEnum};
use samestory::config::Config;
use samestory::copies::Kind;
use samestory::dedup::{Choice, OnePer};
use samestory::kernel::Share;

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
    pub(crate) output: Option<PathBuf>,
    /// Say how many records would be kept, and write none
    #[arg(long, conflicts_with_all = ["mark", "removed"])]
    pub(crate) dry_run: bool,
    /// Replace what an earlier run wrote to the folder; what else is in it stays
    #[arg(long)]
    pub(crate) overwrite: bool,
    /// Write the rows of the articles that were left out here, with what each copies
    #[arg(long, value_name = "FILE")]
    pub(crate) removed: Option<PathBuf>,
    /// Put an apostrophe before cells of --removed that a spreadsheet would run as formulas
    #[arg(long)]
    pub(crate) csv_safe: bool,
    /// Of what one record is kept
    #[arg(long, value_enum, value_name = "WHAT", default_value_t = OnePerFlag::Copy)]
    pub(crate) one_per: OnePerFlag,
    /// Leave out all records of these kinds too: notice, empty, form
    #[arg(long, value_name = "KIND,...", value_delimiter = ',', value_parser = droppable)]
    pub(crate) drop: Vec<Kind>,
    /// Keep at most so many records of each form and of each notice; --keep says which
    #[arg(long, value_name = "N", value_parser = clap::value_parser!(u32).range(1..))]
    pub(crate) max_per_form: Option<u32>,
    /// Fail, and write nothing, where more than this share of all records would be left out: 60%, 0.6
    #[arg(long, value_name = "SHARE", value_parser = share)]
    pub(crate) max_removed: Option<Share>,
    /// Keep all records, and add the columns of the clusters table to each
    #[arg(long, conflicts_with_all = ["one_per", "removed", "drop", "max_per_form", "max_removed"])]
    pub(crate) mark: bool,
    /// Leave the furniture out of the texts that are written
    #[arg(long, conflicts_with = "keep_furniture")]
    pub(crate) strip_furniture: bool,
    /// Leave paragraphs out of the texts that are written which stand in a record that was published before: lines of 12 words
    /// and more, up to half of a text
    #[arg(long)]
    pub(crate) strip_repeats: bool,
    /// Write here where in the texts of kept records there is furniture or a repeated paragraph: input, record, first
    /// character and the one behind the last, reason. Nothing is left out for that
    #[arg(long, value_name = "FILE", conflicts_with = "dry_run")]
    pub(crate) spans: Option<PathBuf>,
    /// Take the copies from this clusters table instead of computing them
    #[arg(long, value_name = "FILE")]
    pub(crate) clusters: Option<PathBuf>,
    /// Take the copies, and what is furniture, from this folder, which `cluster --state` made
    #[arg(long, value_name = "FOLDER", conflicts_with = "clusters")]
    pub(crate) state: Option<PathBuf>,
    /// Keep only what this index does not have, which `index create` made
    #[arg(long, value_name = "FOLDER", conflicts_with_all = ["clusters", "state", "mark", "furniture_out", "spans", "strip_repeats", "dry_run"])]
    pub(crate) against: Option<PathBuf>,
    /// Take the articles into the index too, kept or not
    #[arg(long, requires = "against")]
    pub(crate) add: bool,
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

impl DedupCall {
    /// Whether it has to be known what is furniture.
    pub(crate) fn needs_furniture(&self) -> bool {
        self.strip_furniture || self.spans.is_some()
    }

    /// Which records are kept.
    pub(crate) fn choice(&self, config: &Config) -> Choice {
        let mut choice = Choice::new(self.one_per.one_per(), config);
        choice.drop.clone_from(&self.drop);
        choice.max_per_form = self.max_per_form;
        choice
    }
}

/// A kind of records that may be left out.
fn droppable(name: &str) -> std::result::Result<Kind, String> {
    match Kind::named(name) {
        Some(Kind::Article) => {
            Err("articles are what is kept; notice, empty and form can be left out".to_owned())
        }
        Some(kind) => Ok(kind),
        None => Err("one of notice, empty, form".to_owned()),
    }
}

/// A share as a part of one or in percent.
///
/// # Errors
///
/// What was expected, where the text is no such share.
pub fn share(text: &str) -> std::result::Result<Share, String> {
    let (number, whole) = match text.strip_suffix('%') {
        Some(number) => (number, 100.0),
        None => (text, 1.0),
    };
    let share = number.trim().parse::<f64>().map(|number| number / whole);
    match share {
        Ok(share) if (0.0..=1.0).contains(&share) => Ok(Share((share * 1e6).round() as u32)),
        _ => Err("a share of all records, such as 60% or 0.6".to_owned()),
    }
}

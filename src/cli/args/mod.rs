//! The flags: one file a command, and one for each group of flags that commands share.

mod choosing;
mod cluster;
mod copies;
mod dedup;
mod eval;
mod explain;
mod index;
mod input;
mod report;
mod run;
#[cfg(feature = "serve")]
mod serve;
mod stories;
mod tune;
mod version;

use clap::{Parser, Subcommand};
use samestory::corpus::{Timestamp, parse_date};

pub(crate) use choosing::Choosing;
pub use choosing::{Moment, moment, share};
pub(crate) use cluster::{ByFlag, ClusterCall, SortFlag};
pub(crate) use copies::Deciding;
pub use dedup::share as share_removed;
pub(crate) use dedup::{DedupCall, OnePerFlag};
pub(crate) use eval::EvalCall;
pub(crate) use explain::ExplainCall;
pub(crate) use index::{ChangesCall, IndexAction, IndexCall, IngestCall, SeenCall};
pub(crate) use input::Reading;
pub(crate) use report::ReportCall;
pub(crate) use run::{Level, ProgressFlag, Telling};
#[cfg(feature = "serve")]
pub(crate) use serve::ServeCall;
pub(crate) use stories::Relating;
pub(crate) use tune::TuneCall;

/// Finds which scraped news articles are one text, and which tell one story.
#[derive(Debug, Parser)]
#[command(version, long_version = version::LONG, about, max_term_width = 100)]
pub(crate) struct Cli {
    #[command(subcommand)]
    pub(crate) command: Command,
}

#[derive(Debug, Subcommand)]
pub(crate) enum Command {
    /// Group the articles that are one text, and those that tell one story; a row each
    Cluster(ClusterCall),
    /// Write the corpus without its copies, each record as it was read
    Dedup(DedupCall),
    /// Say why two articles are, or are not, together
    Explain(ExplainCall),
    /// Write a page that shows stories and copy groups with their texts, and opens offline
    Report(ReportCall),
    /// Try other thresholds on a dump, and measure what finding candidates misses
    Tune(TuneCall),
    /// Keep articles in an index, which tomorrow's are held against
    Index(IndexCall),
    /// Say of articles whether an index has their text, or their story; a line of JSON each
    Seen(SeenCall),
    /// Answer over HTTP what `seen`, `index` and `changes` do
    #[cfg(feature = "serve")]
    Serve(ServeCall),
    /// Tell what was changed in an index, as lines of JSON
    Changes(ChangesCall),
    /// See to work folders, in which `cluster --work` leaves what its stages found
    Work {
        #[command(subcommand)]
        action: WorkAction,
    },
    /// Score clusters against a gold standard
    Eval(EvalCall),
    /// Write what completes this command line in a shell, to standard output
    Completions {
        /// The shell
        #[arg(value_enum)]
        shell: clap_complete::Shell,
    },
    /// Write the manual page, to standard output
    Man {
        /// The command whose page it is; the tool itself by default
        #[arg(value_name = "COMMAND")]
        command: Option<String>,
    },
}

#[derive(Debug, Subcommand)]
pub(crate) enum WorkAction {
    /// Remove what stages left in a folder, and the folder where it is empty then
    Clean {
        /// The folder
        #[arg(value_name = "FOLDER")]
        folder: std::path::PathBuf,
    },
}

/// A time, or the beginning of a day.
fn date(text: &str) -> std::result::Result<Timestamp, String> {
    parse_date(text).ok_or_else(|| "a date or a time, such as 2026-11-25".to_owned())
}

/// A time as a number and a unit, in seconds.
///
/// # Errors
///
/// What was expected, where the text is no such time.
pub fn seconds(text: &str) -> std::result::Result<u64, String> {
    let expected = || "a number and one of s, m, h, d, w, such as 30d".to_owned();
    let (number, unit) = text.split_at(text.len() - text.chars().last().map_or(0, char::len_utf8));
    let factor = match unit {
        "s" => 1,
        "m" => 60,
        "h" => 3_600,
        "d" => 86_400,
        "w" => 604_800,
        _ => return Err(expected()),
    };
    let number: u64 = number.parse().map_err(|_| expected())?;
    number.checked_mul(factor).ok_or_else(expected)
}

/// A size as a number and a unit of a thousand bytes, a million or a thousand million.
///
/// # Errors
///
/// What was expected, where the text is no such size.
pub fn bytes(text: &str) -> std::result::Result<u64, String> {
    let expected = || "a number of bytes, or one and one of K, M, G, such as 30M".to_owned();
    let number = text.trim_end_matches(|c: char| c.is_ascii_alphabetic());
    let factor = match &text[number.len()..] {
        "" => 1,
        "k" | "K" => 1_000,
        "M" => 1_000_000,
        "G" => 1_000_000_000,
        _ => return Err(expected()),
    };
    let number: u64 = number.parse().map_err(|_| expected())?;
    number.checked_mul(factor).ok_or_else(expected)
}

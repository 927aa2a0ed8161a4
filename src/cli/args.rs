//! The flags.

use std::path::PathBuf;

use super::memory;
use clap::{Args, Parser, Subcommand, ValueEnum};
use samestory::article::FieldNames;
#[cfg(feature = "html")]
use samestory::article::Html;
use samestory::config::{Config, Keep, Threshold, Within};
use samestory::dedup::OnePer;
use samestory::error::{ErrorKind, Result};

/// Finds which scraped news articles are one text, and which tell one story.
#[derive(Debug, Parser)]
#[command(version, about, max_term_width = 100)]
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

/// What to read, and how.
#[derive(Args, Clone, Debug)]
pub(crate) struct Reading {
    /// Files, folders or globs of JSONL, CSV, TSV, Parquet, WARC, HTML or plain text, compressed or not; - is standard input
    #[arg(required = true, value_name = "INPUT")]
    pub(crate) inputs: Vec<String>,
    /// The field with the text, where it has no common name; dots lead into objects
    #[arg(long, value_name = "FIELD", help_heading = "Reading")]
    text_field: Option<String>,
    /// The field with the title
    #[arg(long, value_name = "FIELD", help_heading = "Reading")]
    title_field: Option<String>,
    /// The field with the record's own id
    #[arg(long, value_name = "FIELD", help_heading = "Reading")]
    id_field: Option<String>,
    /// The field with the date of publication
    #[arg(long, value_name = "FIELD", help_heading = "Reading")]
    date_field: Option<String>,
    /// The field with the outlet; else the host of the URL
    #[arg(long, value_name = "FIELD", help_heading = "Reading")]
    source_field: Option<String>,
    /// The field with the address
    #[arg(long, value_name = "FIELD", help_heading = "Reading")]
    url_field: Option<String>,
    /// The field with the language
    #[arg(long, value_name = "FIELD", help_heading = "Reading")]
    lang_field: Option<String>,
    /// What to take of HTML pages, and of fields that hold HTML
    #[cfg(feature = "html")]
    #[arg(long, value_enum, value_name = "HOW", default_value_t = HtmlFlag::Auto, help_heading = "Reading")]
    html: HtmlFlag,
    /// Write the records that are no articles here, as they were read
    #[arg(long, value_name = "FILE", help_heading = "Reading")]
    pub(crate) rejects: Option<String>,
    /// Make the first bad record an error
    #[arg(long, help_heading = "Reading")]
    pub(crate) strict: bool,
}

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
    pub(crate) furniture_out: Option<String>,
    /// Jaccard similarity from which two texts are copies
    #[arg(
        long,
        value_name = "SHARE",
        default_value_t = 0.3,
        help_heading = "Copies"
    )]
    copy_threshold: f64,
    /// Share of the smaller text that the larger must hold for it to be an excerpt
    #[arg(
        long,
        value_name = "SHARE",
        default_value_t = 0.8,
        help_heading = "Copies"
    )]
    excerpt_threshold: f64,
    /// Share of the pairs at the threshold of the bands that they must find
    #[arg(
        long,
        value_name = "SHARE",
        default_value_t = 0.99,
        help_heading = "Copies"
    )]
    recall: f64,
    /// Tokens in a shingle
    #[arg(long, value_name = "N", default_value_t = 5, help_heading = "Copies")]
    shingle_tokens: usize,
    /// MinHash values in a signature
    #[arg(long, value_name = "N", default_value_t = 128, help_heading = "Copies")]
    num_hashes: usize,
    /// Seed of the signatures
    #[arg(long, value_name = "N", default_value_t = 0, help_heading = "Copies")]
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
    /// Sources whose articles stand for their copies, and lead stories, before all others
    #[arg(
        long,
        value_name = "SOURCE,...",
        value_delimiter = ',',
        help_heading = "Representatives"
    )]
    prefer: Vec<String>,
}

/// What a story is.
#[derive(Args, Clone, Debug)]
pub(crate) struct Relating {
    /// Find copies only; each copy group is a story of its own then
    #[arg(long, help_heading = "Stories")]
    copies_only: bool,
    /// Average score from which two groups tell one story, in a language of 1,000 articles; it grows with their logarithm
    #[arg(
        long,
        value_name = "SHARE",
        default_value_t = 0.214,
        help_heading = "Stories"
    )]
    story_threshold: f64,
    /// Compare for stories only what was published within this time: 36h, 3d, 2w
    #[arg(long, value_name = "TIME", value_parser = seconds, default_value = "7d", help_heading = "Stories")]
    story_window: u64,
    /// Most telling terms by which an article is met
    #[arg(long, value_name = "N", default_value_t = 20, help_heading = "Stories")]
    story_terms: usize,
}

/// How to run, and what to tell.
#[derive(Args, Clone, Debug)]
pub(crate) struct Telling {
    /// Take settings from this file; flags override it. By default samestory.toml here, if there is one
    #[arg(long, value_name = "FILE", help_heading = "Running")]
    pub(crate) config: Option<PathBuf>,
    /// Threads to use; all cores by default
    #[arg(long, value_name = "N", help_heading = "Running")]
    pub(crate) threads: Option<usize>,
    /// Memory to take at most: 4G, 512M, 50%; half of what there is by default. What does not fit goes to --temp-dir
    #[arg(long, value_name = "SIZE", value_parser = memory::size, help_heading = "Running")]
    memory: Option<memory::Size>,
    /// The folder of temporary files, which have no names and are gone when the run ends; the system's by default
    #[arg(long, value_name = "FOLDER", help_heading = "Running")]
    temp_dir: Option<PathBuf>,
    /// Say nothing but errors
    #[arg(long, short, help_heading = "Running", conflicts_with = "verbose")]
    pub(crate) quiet: bool,
    /// Tell how candidates were found and where the time went
    #[arg(long, short, help_heading = "Running")]
    pub(crate) verbose: bool,
}

#[derive(Args, Debug)]
pub(crate) struct ClusterCall {
    #[command(flatten)]
    pub(crate) reading: Reading,
    /// Where the clusters go: .csv or .jsonl, with .gz or .zst behind it, or .parquet; stories go to .jsonl or .atom;
    /// standard output by default
    #[arg(long, short, value_name = "FILE")]
    pub(crate) output: Option<String>,
    /// Of what there is a row: by default of an article, and of a story where the output is a feed (.atom)
    #[arg(long, value_enum, value_name = "WHAT")]
    pub(crate) by: Option<ByFlag>,
    /// Write every similar pair here too
    #[arg(long, value_name = "FILE")]
    pub(crate) pairs: Option<String>,
    #[command(flatten)]
    pub(crate) deciding: Deciding,
    #[command(flatten)]
    pub(crate) relating: Relating,
    #[command(flatten)]
    pub(crate) telling: Telling,
}

#[derive(Args, Debug)]
pub(crate) struct DedupCall {
    #[command(flatten)]
    pub(crate) reading: Reading,
    /// Where the kept records go: a file, or a folder to write shard for shard under the same names
    #[arg(long, short, value_name = "FILE|FOLDER/")]
    pub(crate) output: String,
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
    #[command(flatten)]
    pub(crate) deciding: Deciding,
    #[command(flatten)]
    pub(crate) relating: Relating,
    #[command(flatten)]
    pub(crate) telling: Telling,
}

/// Of what there is a row.
#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
pub(crate) enum ByFlag {
    /// Of every article
    Article,
    /// Of every story, with its articles
    Story,
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

#[derive(Args, Debug)]
pub(crate) struct EvalCall {
    /// The clusters, as `cluster` writes them
    #[arg(value_name = "CLUSTERS")]
    pub(crate) clusters: PathBuf,
    /// The gold: id,cluster or id_a,id_b,label
    #[arg(value_name = "GOLD")]
    pub(crate) gold: PathBuf,
    /// The column to judge
    #[arg(long, value_enum, default_value_t = Column::CopyId)]
    pub(crate) column: Column,
    /// Write JSON instead of a table
    #[arg(long)]
    pub(crate) json: bool,
}

#[derive(Clone, Copy, Debug, ValueEnum)]
#[value(rename_all = "snake_case")]
pub(crate) enum Column {
    /// Copy groups
    CopyId,
    /// Stories
    StoryId,
}

impl Column {
    pub(crate) fn name(self) -> &'static str {
        match self {
            Column::CopyId => "copy_id",
            Column::StoryId => "story_id",
        }
    }
}

#[cfg(feature = "html")]
#[derive(Clone, Copy, Debug, ValueEnum)]
enum HtmlFlag {
    /// The main text, by the extractor that serves most dumps: fast, at present
    Auto,
    /// The main text, hundreds of pages a second
    Fast,
    /// The main text, several times slower and a little more often right
    Best,
    /// All text on the page, a line a block
    Off,
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

impl Reading {
    /// What to take of HTML.
    #[cfg(feature = "html")]
    pub(crate) fn html(&self) -> Html {
        match self.html {
            HtmlFlag::Auto => Html::Auto,
            HtmlFlag::Fast => Html::Fast,
            HtmlFlag::Best => Html::Best,
            HtmlFlag::Off => Html::Off,
        }
    }

    pub(crate) fn fields(&self) -> FieldNames {
        FieldNames {
            text: self.text_field.clone(),
            title: self.title_field.clone(),
            id: self.id_field.clone(),
            date: self.date_field.clone(),
            source: self.source_field.clone(),
            url: self.url_field.clone(),
            lang: self.lang_field.clone(),
        }
    }
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
            prefer: self.prefer.clone(),
            copies_only: true,
            ..Config::default()
        };
        config.check()?;
        Ok(config)
    }
}

impl Relating {
    /// The settings, with those of stories.
    pub(crate) fn complete(&self, config: Config) -> Result<Config> {
        let config = Config {
            copies_only: self.copies_only,
            story_threshold: Threshold::new("--story-threshold", self.story_threshold)?,
            story_window: self.story_window,
            story_terms: self.story_terms,
            ..config
        };
        config.check()?;
        Ok(config)
    }
}

impl Telling {
    /// The settings, with the memory and the folder that the run may take.
    pub(crate) fn bounded(&self, config: Config) -> Config {
        Config {
            memory: memory::limit(self.memory),
            temp_dir: Some(self.temp_dir()),
            ..config
        }
    }

    /// The folder of temporary files.
    pub(crate) fn temp_dir(&self) -> PathBuf {
        self.temp_dir.clone().unwrap_or_else(std::env::temp_dir)
    }

    /// Makes the pool of threads that the run uses.
    pub(crate) fn pool(&self) -> Result<rayon::ThreadPool> {
        let threads = self.threads.unwrap_or(0);
        if threads > MOST_THREADS {
            return Err(ErrorKind::Setting {
                name: "--threads",
                value: threads.to_string(),
                expected: format!("up to {MOST_THREADS}"),
            }
            .into());
        }
        let failed = |error: rayon::ThreadPoolBuildError| ErrorKind::Setting {
            name: "--threads",
            value: threads.to_string(),
            expected: error.to_string(),
        };
        Ok(rayon::ThreadPoolBuilder::new()
            .num_threads(threads)
            .build()
            .map_err(failed)?)
    }
}

/// More threads than this do nothing but wait for each other.
const MOST_THREADS: usize = 512;

/// A time as a number and a unit, in seconds.
fn seconds(text: &str) -> std::result::Result<u64, String> {
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

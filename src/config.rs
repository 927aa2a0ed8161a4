//! Every setting of a run, with the defaults that serve all corpora and languages.

use std::path::PathBuf;

use crate::corpus;
#[doc(hidden)]
pub use crate::corpus::KEEP_BY;
use crate::corpus::{Role, Timestamp};
use crate::error::{ErrorKind, Result};
use crate::interrupt::Interrupt;
use crate::kernel::{Banding, Share};
use crate::links::Links;
use crate::spill::MemoryBudget;

/// The settings of a run.
///
/// ```
/// use samestory::config::Config;
///
/// let config = Config { num_hashes: 256, ..Config::default() };
/// assert_eq!(config.shingle_tokens, 5);
/// ```
#[derive(Clone, Debug, PartialEq)]
pub struct Config {
    /// Leave the pages as they are instead of dropping furniture.
    pub keep_furniture: bool,
    /// How many consecutive tokens make a shingle.
    pub shingle_tokens: usize,
    /// How many MinHash values a signature has.
    pub num_hashes: usize,
    /// Seed of the signatures: it changes which candidates are met, never how one is decided.
    pub seed: u64,
    /// The Jaccard similarity from which a pair is a copy.
    pub copy_threshold: Threshold,
    /// The share of the smaller text that the larger one must hold for it to be an excerpt.
    pub excerpt_threshold: Threshold,
    /// The share of the pairs at the banding threshold that the bands must find.
    pub recall: Threshold,
    /// Which pairs of sources may be copies.
    pub within: Option<Within>,
    /// How many seconds apart two articles may be published and still be copies; `None` for any.
    pub copy_window: Option<u64>,
    /// Find copies only: each copy group is a story of its own.
    pub copies_only: bool,
    /// The average score from which two groups tell one story.
    pub story_threshold: Threshold,
    /// How many seconds apart two articles may be published and still be compared for a story.
    pub story_window: u64,
    /// How many of its most telling terms an article is met by.
    pub story_terms: usize,
    /// Which member stands for a copy group, and which representative leads a story.
    pub keep: Keep,
    /// Fields whose values say which member that is before `keep` does, the most important first; at most [`KEEP_BY`].
    pub keep_by: Vec<KeepBy>,
    /// Sources whose articles stand for their group, or lead their story, before all others, most preferred first.
    pub prefer: Vec<String>,
    /// What somebody says of stories: which articles tell the same, and which do not.
    pub links: Links,
    /// How many bytes of memory the run may take; `None` for any. It changes nothing of what is found.
    pub memory: Option<u64>,
    /// The folder of the temporary files that hold what does not fit; the system's where there is none.
    pub temp_dir: Option<PathBuf>,
    /// Ends the run once it is set.
    pub interrupt: Interrupt,
}

impl Default for Config {
    fn default() -> Config {
        Config {
            keep_furniture: false,
            shingle_tokens: 5,
            num_hashes: 128,
            seed: 0,
            copy_threshold: Threshold(Share(COPY)),
            excerpt_threshold: Threshold(Share(EXCERPT)),
            recall: Threshold(Share(RECALL)),
            within: None,
            copy_window: None,
            copies_only: false,
            story_threshold: Threshold(Share(STORY)),
            story_window: STORY_WINDOW,
            story_terms: 20,
            keep: Keep::Earliest,
            keep_by: Vec::new(),
            prefer: Vec::new(),
            links: Links::default(),
            memory: None,
            temp_dir: None,
            interrupt: Interrupt::default(),
        }
    }
}

const COPY: u32 = 200_000;
const EXCERPT: u32 = 650_000;
const RECALL: u32 = 990_000;
const STORY: u32 = 150_000;
/// Below this Jaccard similarity finding pairs is left to the anchors.
const BANDING_FROM: f64 = 0.7;
/// About what a run over a small dump takes.
const BASE: u64 = 64 << 20;
/// Two weeks.
const STORY_WINDOW: u64 = 14 * 24 * 3600;

impl Config {
    /// Checks the settings that have a range, once, before anything is read.
    ///
    /// # Errors
    ///
    /// [`ErrorKind::Setting`] names the first setting that is out of range.
    pub fn check(&self) -> Result<()> {
        range("--shingle-tokens", self.shingle_tokens, 1, 64)?;
        range("--num-hashes", self.num_hashes, 16, 4096)?;
        range("--story-terms", self.story_terms, 2, 64)?;
        range("--keep-by", self.keep_by.len(), 0, KEEP_BY)?;
        let most = 100 * 366 * 24 * 3600;
        range("--story-window", self.story_window as usize, 1, most)
    }

    /// How signatures are cut into bands.
    pub fn banding(&self) -> Banding {
        let threshold = self.copy_threshold.share().max(BANDING_FROM);
        Banding::plan(threshold, self.recall.share(), self.num_hashes)
    }

    /// The memory that the run may take for what grows with the dump, and the folder for what goes beyond.
    ///
    /// A fifth of the memory, and what a run over a small dump takes, is left for what is not counted: articles that are
    /// being read, buffers, what the allocator keeps.
    pub fn budget(&self) -> MemoryBudget {
        let folder = self.temp_dir.clone().unwrap_or_else(std::env::temp_dir);
        let counted = |memory: u64| memory - memory / 5 - BASE.min(memory / 5);
        let budget = MemoryBudget::new(self.memory.map_or(u64::MAX, counted), folder);
        budget.interrupted_by(self.interrupt.clone())
    }
}

fn range(name: &'static str, value: usize, least: usize, most: usize) -> Result<()> {
    if (least..=most).contains(&value) {
        return Ok(());
    }
    Err(ErrorKind::Setting {
        name,
        value: value.to_string(),
        expected: format!("from {least} to {most}"),
    }
    .into())
}

/// A share above 0 and up to 1, in millionths: it refuses anything else, so nobody checks again.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct Threshold(Share);

impl Threshold {
    /// A threshold from a share.
    ///
    /// # Errors
    ///
    /// [`ErrorKind::Setting`] for NaN and for anything not above 0 and up to 1; `name` is the setting's.
    pub fn new(name: &'static str, share: f64) -> Result<Threshold> {
        if share > 0.0 && share <= 1.0 {
            return Ok(Threshold(Share(((share * 1e6).round() as u32).max(1))));
        }
        Err(ErrorKind::Setting {
            name,
            value: share.to_string(),
            expected: "above 0 and up to 1".to_owned(),
        }
        .into())
    }

    /// The threshold in millionths, as decisions use it.
    pub fn millionths(self) -> Share {
        self.0
    }

    /// The threshold as a share, for reports and plans.
    pub fn share(self) -> f64 {
        f64::from(self.0.0) / 1e6
    }
}

/// Limits copies by source.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Within {
    /// Copies are of one source: what others reprint stays.
    Source,
    /// Copies are of different sources: what a source repeats stays.
    AcrossSources,
}

/// A field whose value says which article stands for a copy group.
///
/// Values are numbers, or else moments; an article without one comes last.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct KeepBy {
    /// The field, as records have it. One that articles are known to have is taken from them: when they were published, and
    /// how long their texts are.
    pub field: String,
    /// Whether the largest value comes first.
    pub is_descending: bool,
}

impl KeepBy {
    /// The field and the direction that a text such as `score:desc` names.
    ///
    /// # Errors
    ///
    /// [`ErrorKind::Setting`] where it names no direction, or a field that has no numbers.
    pub fn named(text: &str) -> Result<KeepBy> {
        let wrong = |expected: &str| ErrorKind::Setting {
            name: "--keep-by",
            value: text.to_owned(),
            expected: expected.to_owned(),
        };
        let (field, direction) = text.rsplit_once(':').unwrap_or((text, ""));
        let is_descending = match direction {
            "desc" => true,
            "asc" => false,
            _ => {
                return Err(
                    wrong("a field and a direction, such as score:desc or date:asc").into(),
                );
            }
        };
        match corpus::common_role(field) {
            None | Some(Role::Date | Role::Text) if !field.is_empty() => Ok(KeepBy {
                field: field.to_owned(),
                is_descending,
            }),
            _ => Err(wrong("a field of numbers or moments").into()),
        }
    }

    /// The place of an article by this field; the least comes first.
    pub(crate) fn place(&self, value: KeepByValue) -> u64 {
        let ascending = |number: i64| number.cast_unsigned() ^ 1 << 63;
        let value = match corpus::common_role(&self.field) {
            Some(Role::Date) => value.published.map_or(0, |time| ascending(time.0)),
            Some(Role::Text) => ascending(value.tokens.into()),
            _ => value.order,
        };
        match value {
            0 => u64::MAX,
            value if self.is_descending => !value,
            value => value,
        }
    }
}

/// What is known of an article that may be kept.
#[derive(Clone, Copy)]
pub(crate) struct KeepByValue {
    pub(crate) published: Option<Timestamp>,
    pub(crate) tokens: u32,
    /// The number of the field.
    pub(crate) order: u64,
}

/// Which member stands for a copy group.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Keep {
    /// The one published first; undated ones come last.
    #[default]
    Earliest,
    /// The one published last; undated ones come last.
    Latest,
    /// The one with the most tokens.
    Longest,
    /// The one most like all the others.
    Central,
}

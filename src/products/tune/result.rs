//! What other thresholds would do, as it is told.

use serde::Serialize;

use super::interval::Interval;
use crate::kernel::Share;
use crate::stages::stories::StoryThresholdRow;

/// What was tried and measured.
#[derive(Clone, Debug, Serialize)]
pub(crate) struct Tuning {
    /// Articles read, and the different texts they have.
    pub(crate) articles: usize,
    /// See [`Tuning::articles`].
    pub(crate) texts: usize,
    /// Texts of the sample.
    pub(crate) sample: usize,
    /// How many pairs of a text of the sample and another text have a Jaccard similarity in each twentieth from 0 to 1;
    /// those below 0.05 are not counted.
    pub(crate) distribution: Vec<u64>,
    /// What finds the pairs that are similar by the settings, and what is missed.
    pub(crate) recall: Vec<Recall>,
    /// What each threshold gives, the lowest first.
    pub(crate) thresholds: Vec<CopyThresholdRow>,
    /// What each threshold of stories gives on the copies of these settings, the lowest first; none where none is tried.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub(crate) stories: Vec<StoryThresholdRow>,
}

/// How much of the truly similar pairs of the sample is met.
#[derive(Clone, Debug, Serialize)]
pub(crate) struct Recall {
    /// Which pairs: `all`, `near` or `excerpt`.
    pub(crate) pairs: &'static str,
    /// How many there are.
    pub(crate) count: u64,
    /// The share that falls into one bucket of any band.
    pub(crate) bands: Interval,
    /// The share that shares anchors enough.
    pub(crate) anchors: Interval,
    /// The share that became candidates, by whatever.
    pub(crate) candidates: Interval,
    /// The share that a run finds in the end.
    pub(crate) found: Interval,
}

/// What a threshold gives.
#[derive(Clone, Debug, Serialize)]
pub(crate) struct CopyThresholdRow {
    /// The Jaccard similarity from which a pair is a copy.
    pub(crate) threshold: f64,
    /// Whether it is the one of the settings.
    pub(crate) is_own: bool,
    /// Copy groups, those of one article included.
    pub(crate) groups: usize,
    /// Groups of two or more.
    pub(crate) with_copies: usize,
    /// Articles that another one stands for.
    pub(crate) copies: usize,
    /// How many articles the largest group has.
    pub(crate) largest: u32,
    /// Similar pairs of texts that a run finds.
    pub(crate) pairs: usize,
    /// The share of the truly similar pairs of the sample that it finds.
    pub(crate) recall: Interval,
    /// The pairs nearest to the threshold that pass, nearest first.
    pub(crate) above: Vec<Example>,
    /// Those that do not.
    pub(crate) below: Vec<Example>,
}

/// A pair of articles beside a threshold.
#[derive(Clone, Debug, PartialEq, Serialize)]
pub(crate) struct Example {
    /// Their exact Jaccard similarity.
    pub(crate) jaccard: Share,
    /// Their `article_id`s.
    pub(crate) ids: (String, String),
    /// Their titles.
    pub(crate) titles: (String, String),
}

impl Default for CopyThresholdRow {
    fn default() -> CopyThresholdRow {
        CopyThresholdRow {
            threshold: 0.0,
            is_own: false,
            groups: 0,
            with_copies: 0,
            copies: 0,
            largest: 0,
            pairs: 0,
            recall: Interval::default(),
            above: Vec::new(),
            below: Vec::new(),
        }
    }
}

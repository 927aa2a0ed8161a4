//! Thresholds: what others than the one of the settings would make of stories.

use serde::Serialize;

use super::NodeId;
use super::candidates::Candidates;
use super::learn::LanguageStats;
use super::link;
use super::score::{Scored, Scorer};
use super::weigh::Weighing;
use super::{Copies, Representatives};
use crate::config::{Config, Threshold};
use crate::corpus::Corpus;
use crate::error::Result;
use crate::progress::Stage;

/// What a threshold of stories gives.
#[derive(Clone, Debug, Default, PartialEq, Serialize)]
pub struct StoryThresholdRow {
    /// The average score from which two groups tell one story.
    pub threshold: f64,
    /// Whether it is the one of the settings.
    pub is_own: bool,
    /// Stories, those of one article included.
    pub stories: usize,
    /// Those that are told in several texts.
    pub told_twice: usize,
    /// Texts that another one leads.
    pub related: usize,
    /// How many articles the largest story has, copies included.
    pub largest: u32,
}

/// Tries thresholds of stories in a corpus whose copies are known: what tells stories is learned once for all of them.
pub(crate) fn try_thresholds<C: Corpus + ?Sized>(
    corpus: &C,
    copies: Copies<'_>,
    config: &Config,
    thresholds: &[Threshold],
    on_stage: &dyn Fn(Stage) -> Result<()>,
) -> Result<Vec<StoryThresholdRow>> {
    let nodes = Representatives::new(copies.register, copies.texts, copies.groups)?;
    on_stage(Stage::Terms)?;
    let mut learned = LanguageStats::new(corpus, copies, &nodes)?;
    on_stage(Stage::Weigh)?;
    let cut = std::mem::take(&mut learned.cut);
    let vectors = Weighing::new(&learned, &nodes, config.story_terms, copies.budget).weigh(&cut)?;
    drop(cut);
    let pools = std::mem::take(&mut learned.pools);
    drop(learned);
    on_stage(Stage::Relate)?;
    let candidates = Candidates::new(&nodes, &vectors, &pools, config.story_window, copies.budget)?;
    let copies_of = |node: &NodeId| {
        let article = nodes.articles[*node as usize];
        copies.groups.of(article as usize).copies
    };
    let mut rows = Vec::with_capacity(thresholds.len());
    for threshold in thresholds {
        on_stage(Stage::Link)?;
        let Scored { scorer, edges, .. } = Scorer::learn(
            &nodes,
            &vectors,
            &pools,
            &candidates.pairs,
            threshold.millionths(),
            config.story_window,
            copies.budget,
        )?;
        let told = link::link(&edges, &scorer)?;
        let related = told.iter().map(|members| members.len() - 1).sum();
        let sizes = told
            .iter()
            .map(|members| members.iter().map(copies_of).sum());
        let alone = (0..nodes.len() as u32).map(|node| copies_of(&node));
        rows.push(StoryThresholdRow {
            threshold: threshold.share(),
            is_own: *threshold == config.story_threshold,
            stories: nodes.len() - related,
            told_twice: told.len(),
            related,
            largest: sizes.chain(alone).max().unwrap_or(0),
        });
    }
    Ok(rows)
}

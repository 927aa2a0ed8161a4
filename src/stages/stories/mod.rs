//! Which articles tell the same story in other words?
//!
//! Of each copy group the representative alone is looked at. What tells stories is what few articles of a language share:
//! each article becomes a vector of its most telling letters, stems and pairs of stems. Articles that share telling terms
//! are candidates; their cosine fades with the time between them; groups that score enough on average over all cross pairs
//! become stories.

mod answers;
mod bag;
mod candidates;
mod common;
mod components;
mod fading;
mod features;
mod forms;
mod frequencies;
mod grow;
mod known;
mod labels;
mod language;
mod lead;
mod learn;
mod lexicon;
mod linguist;
mod link;
mod linked;
mod model;
mod names;
mod nodes;
mod open;
mod parts;
mod rows;
mod score;
mod sums;
mod table;
mod tally;
mod thresholds;
mod titles;
mod uses;
mod vectors;
mod vocabulary;
mod waking;
mod weigh;
mod weights;

use rayon::prelude::*;

use crate::config::Config;
use crate::corpus::{ArticleId, Corpus, Register};
use crate::error::Result;
use crate::kernel::Share;
use crate::progress::Stage;
use crate::spill::MemoryBudget;
use crate::stages::clean::Furniture;
use crate::stages::copies::{CopyGroups, Texts};
use candidates::Candidates;
pub(crate) use grow::{Grown, Known, Told, Wanted, grow, relinked};
#[doc(hidden)]
pub use known::TermShare;
pub(crate) use known::{ArticleVector, LearnedModel, ModelHeader, PairScorer, Tables};
use lead::Leads;
use learn::LanguageStats;
pub(crate) use link::{SAMPLE, cross};
use linked::Linked;
pub(crate) use linked::{Scores, apart};
pub(crate) use model::{StoryModel, find_and_teach};
use nodes::Representatives;
pub(crate) use parts::ModelParts;
pub(crate) use score::Apart;
use score::{Scored, Scorer};
#[doc(hidden)]
pub use thresholds::StoryThresholdRow;
pub(crate) use thresholds::try_thresholds;
use vectors::Vectors;
use weigh::Weighing;

/// The number of a node of the stories' graph: the representative of a copy group that is compared with others.
pub(crate) type NodeId = u32;

/// An article's place among the stories.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Part {
    /// The article that leads the story.
    pub lead: ArticleId,
    /// The cosine of its representative to the lead, before any fading with time.
    pub similarity: Share,
    /// How many articles the story has, copies included.
    pub articles: u32,
}

/// How stories were found.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
#[doc(hidden)]
pub struct StoryCounts {
    /// Representatives that were compared.
    pub representatives: usize,
    /// Languages whose statistics are kept apart.
    pub languages: usize,
    /// Keys of representatives that another one has too.
    pub keys: usize,
    /// Buckets of two or more that share a key, and the size of the largest.
    pub buckets: usize,
    /// See [`StoryCounts::buckets`].
    pub largest_bucket: usize,
    /// Candidate pairs.
    pub candidates: usize,
    /// Candidate pairs that are alike enough to be linked.
    pub linked: usize,
}

/// The story of every article, by article.
#[derive(Clone, Debug, Default)]
pub struct Stories {
    parts: Vec<Part>,
    /// The leads of stories of several articles, ascending.
    labels: Vec<Labelled>,
    /// How they were found.
    pub counts: StoryCounts,
}

/// A story of several articles.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
struct Labelled {
    lead: ArticleId,
    label: String,
    /// Whether it tells an event in several texts.
    has_texts: bool,
}

/// What copies were found in.
#[derive(Clone, Copy)]
pub(crate) struct Copies<'a> {
    pub(crate) register: &'a Register,
    pub(crate) furniture: &'a Furniture,
    pub(crate) texts: &'a Texts,
    pub(crate) groups: &'a CopyGroups,
    pub(crate) budget: &'a MemoryBudget,
}

/// Who keeps what was learned.
#[derive(Clone, Copy)]
pub(crate) struct Keep<'a> {
    /// Is told it.
    pub(crate) told: &'a dyn Fn(&LearnedModel<'_>) -> Result<()>,
    /// Says of which articles vectors are kept for what comes.
    pub(crate) waiting: Option<&'a dyn Fn(ArticleId) -> bool>,
}

/// Finds the stories in a corpus whose copies are known; sweeps it twice, once for a sample.
pub(crate) fn find<C: Corpus + ?Sized>(
    corpus: &C,
    copies: Copies<'_>,
    config: &Config,
    on_stage: &dyn Fn(Stage) -> Result<()>,
    keep: Option<Keep<'_>>,
) -> Result<Stories> {
    let nodes = Representatives::new(copies.register, copies.texts, copies.groups)?;
    on_stage(Stage::Terms)?;
    let mut learned = LanguageStats::new(corpus, copies, &nodes)?;
    on_stage(Stage::Weigh)?;
    let cut = std::mem::take(&mut learned.cut);
    let weighing = || Weighing::new(&learned, &nodes, config.story_terms, copies.budget);
    let vectors = weighing().weigh(&cut)?;
    let waiting = match keep.and_then(|keep| keep.waiting) {
        Some(is_kept) => {
            let kept: Vec<bool> = nodes.articles.iter().map(|&it| is_kept(it)).collect();
            Some(weighing().waiting(&kept).weigh(&cut)?)
        }
        None => None,
    };
    drop(cut);
    let pools = std::mem::take(&mut learned.pools);
    // What was learned is let go before candidates need room, where nobody keeps it.
    let learned = keep.map(|keep| (keep, learned));
    on_stage(Stage::Relate)?;
    let candidates = Candidates::new(&nodes, &vectors, &pools, config.story_window, copies.budget)?;
    let Scored {
        scorer,
        edges,
        compared,
    } = Scorer::learn(
        &nodes,
        &vectors,
        &pools,
        &candidates.pairs,
        config.story_threshold.millionths(),
        config.story_window,
        copies.budget,
    )?;
    if let Some((keep, learned)) = &learned {
        (keep.told)(&LearnedModel {
            learned,
            pools: &pools,
            scorer: &scorer,
            nodes: &nodes,
            vectors: &vectors,
            waiting: waiting.as_ref(),
            edges: &edges,
            terms: config.story_terms,
        })?;
    }
    drop((learned, waiting));
    on_stage(Stage::Link)?;
    let members = link::link(&edges, &scorer)?;
    let linked = Linked::of(
        &config.links,
        &nodes,
        copies.register,
        copies.groups,
        &corpus.inputs(),
        copies.budget,
    )?;
    let members = linked.respected(members, &scorer)?;
    let counts = StoryCounts {
        representatives: nodes.len(),
        languages: pools.sizes.len(),
        keys: candidates.keys,
        buckets: candidates.buckets,
        largest_bucket: candidates.largest_bucket,
        candidates: compared,
        linked: edges.count,
    };
    let leads = Leads {
        nodes: &nodes,
        vectors: &vectors,
        register: copies.register,
        texts: copies.texts,
        config,
    };
    Stories::new(&members, &leads, copies.groups, counts)
}

/// A node's story: its lead, and how alike the node is to that.
type Led = (u32, Share);

impl Stories {
    /// Each copy group a story of its own, where stories are not asked for.
    pub(crate) fn of_copies(groups: &CopyGroups) -> Stories {
        let part = |member: crate::stages::copies::Member| Part {
            lead: member.representative,
            similarity: Share(0),
            articles: member.copies,
        };
        Stories {
            parts: groups.iter().map(part).collect(),
            ..Stories::default()
        }
    }

    fn new(
        stories: &[Vec<NodeId>],
        leads: &Leads<'_>,
        groups: &CopyGroups,
        counts: StoryCounts,
    ) -> Result<Stories> {
        let (nodes, vectors) = (leads.nodes, leads.vectors);
        let article = |node: NodeId| nodes.articles[node as usize];
        let alone = |node: NodeId| (article(node), Share(0));
        let mut led: Vec<Led> = (0..nodes.len() as u32).map(alone).collect();
        let mut labels = Vec::with_capacity(stories.len());
        let told: Vec<(u32, String, Vec<Share>)> = stories
            .par_iter()
            .map(|members| {
                leads.config.interrupt.check()?;
                let lead = leads.choose(members)?;
                let cosines = vectors.cosines(lead, members)?;
                let cosines = cosines.into_iter().map(Share).collect();
                Ok((lead, labels::label(members, vectors)?, cosines))
            })
            .collect::<Result<_>>()?;
        for (members, (lead, label, cosines)) in stories.iter().zip(told) {
            for (&node, cosine) in members.iter().zip(cosines) {
                led[node as usize] = (article(lead), cosine);
            }
            labels.push(Labelled {
                lead: article(lead),
                label,
                has_texts: true,
            });
        }
        labels.par_extend(labelled_alone(&led, vectors, groups)?);
        labels.sort_unstable();
        Ok(Stories {
            parts: parts(&led, nodes, groups),
            labels,
            counts,
        })
    }

    /// An article's place.
    pub fn of(&self, article: usize) -> Part {
        self.parts[article]
    }

    /// The most telling words of the story that an article leads; `None` where it leads none, or that has no other article.
    pub fn label(&self, lead: u32) -> Option<&str> {
        let at = self
            .labels
            .binary_search_by_key(&lead, |label| label.lead)
            .ok()?;
        Some(&self.labels[at].label)
    }

    /// The leads of the stories that tell an event in several texts, in article order.
    pub fn leads(&self) -> impl Iterator<Item = u32> {
        let several = self.labels.iter().filter(|label| label.has_texts);
        several.map(|label| label.lead)
    }
}

/// The stories that are one text in several articles.
fn labelled_alone(led: &[Led], vectors: &Vectors, groups: &CopyGroups) -> Result<Vec<Labelled>> {
    let mut stories: Vec<(u32, u32)> = led.iter().map(|led| led.0).zip(0..).collect();
    stories.par_sort_unstable();
    let alone = stories
        .chunk_by(|a, b| a.0 == b.0)
        .filter(|story| story.len() == 1);
    let alone = alone.map(|story| story[0]);
    let printed: Vec<(u32, u32)> = alone
        .filter(|&(article, _)| groups.of(article as usize).copies > 1)
        .collect();
    let labelled = printed.into_par_iter().map(|(lead, node)| {
        Ok(Labelled {
            lead,
            label: labels::label(&[node], vectors)?,
            has_texts: false,
        })
    });
    let labelled: Result<Vec<Labelled>> = labelled.collect();
    // A text of which nothing is known to tell has no label.
    Ok(labelled?
        .into_iter()
        .filter(|it| !it.label.is_empty())
        .collect())
}

/// The place of every article, from those of the nodes.
fn parts(led: &[Led], nodes: &Representatives, groups: &CopyGroups) -> Vec<Part> {
    let of = |representative: ArticleId| {
        let node = nodes.of(representative);
        node.map_or((representative, Share(0)), |node| led[node as usize])
    };
    let mut sizes = vec![0u32; nodes.articles_in_all()];
    for member in groups.iter() {
        sizes[of(member.representative).0 as usize] += 1;
    }
    let part = |member: crate::stages::copies::Member| {
        let (lead, similarity) = of(member.representative);
        Part {
            lead,
            similarity,
            articles: sizes[lead as usize],
        }
    };
    groups.iter().map(part).collect()
}

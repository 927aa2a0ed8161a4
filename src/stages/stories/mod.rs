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
#[cfg(feature = "staged")]
mod learned;
#[cfg(feature = "staged")]
mod learned_part;
mod lexicon;
mod linguist;
mod link;
mod linked;
mod model;
mod names;
mod nodes;
mod open;
mod parts;
mod reading;
mod rows;
mod score;
#[cfg(feature = "staged")]
pub(crate) mod shares;
#[cfg(feature = "staged")]
mod slot_counts;
#[cfg(feature = "staged")]
mod stored;
mod sums;
mod table;
mod tally;
mod telling;
mod thresholds;
mod title_counts;
mod titles;
mod uses;
mod vectors;
mod vocabulary;
mod waking;
mod weigh;
mod weigher;
mod weights;

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
use language::LanguageGroups;
use lead::Leads;
use learn::LanguageStats;
#[cfg(feature = "staged")]
pub use learned::Learned;
#[cfg(feature = "staged")]
pub use learned_part::LearnedPart;
use link::Edges;
pub(crate) use link::{SAMPLE, cross};
use linked::Linked;
pub(crate) use linked::{Scores, apart};
pub(crate) use model::{StoryModel, find_and_teach};
use nodes::Representatives;
#[cfg(feature = "staged")]
pub(crate) use nodes::{is_bare, is_headline, is_node};
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

fn scored<'a>(
    nodes: &'a Representatives,
    vectors: &'a Vectors,
    pools: &'a LanguageGroups,
    candidates: &Candidates,
    config: &Config,
    budget: &MemoryBudget,
) -> Result<Scored<'a>> {
    Scorer::learn(
        nodes,
        vectors,
        pools,
        &candidates.pairs,
        config.story_threshold.millionths(),
        config.story_window,
        budget,
    )
}

/// The stories that edges make, as far as links by hand allow.
fn linked(
    edges: &Edges,
    scorer: &Scorer<'_>,
    nodes: &Representatives,
    copies: Copies<'_>,
    config: &Config,
    inputs: &[String],
) -> Result<Vec<Vec<NodeId>>> {
    let members = link::link(edges, scorer)?;
    let linked = Linked::of(
        &config.links,
        nodes,
        copies.register,
        copies.groups,
        inputs,
        copies.budget,
    )?;
    linked.respected(members, scorer)
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
    let waiting = keep.and_then(|keep| keep.waiting).map(|is_kept| {
        let kept: Vec<bool> = nodes.articles.iter().map(|&it| is_kept(it)).collect();
        weighing().waiting(&kept).weigh(&cut)
    });
    let waiting = waiting.transpose()?;
    drop(cut);
    let pools = std::mem::take(&mut learned.pools);
    // What was learned is let go before candidates need room, where nobody keeps it.
    let learned = keep.map(|keep| (keep, learned));
    on_stage(Stage::Relate)?;
    let candidates = Candidates::new(&nodes, &vectors, &pools, config.story_window, copies.budget)?;
    let scored = scored(&nodes, &vectors, &pools, &candidates, config, copies.budget)?;
    let (scorer, edges, compared) = (scored.scorer, scored.edges, scored.compared);
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
    let members = linked(&edges, &scorer, &nodes, copies, config, &corpus.inputs())?;
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

impl Stories {
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

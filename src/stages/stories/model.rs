//! A model: what a run learned of stories, and the vectors of some of its articles, so that one more can be held against them.

use std::cell::RefCell;
use std::cmp::Reverse;
use std::ops::Range;

use ahash::AHashMap;

use super::NodeId;
use super::candidates::RARE;
use super::features::Cutter;
use super::known::{self, ArticleVector, LearnedModel, ModelHeader, PairScorer, Tables};
use super::parts::{ModelParts, Node, source_mark};
use super::score::{Apart, FEW_TERMS, ScoreScale};
use super::vectors::{self, Telling, cosine};
use super::waking::Waker;
use super::{Copies, Keep, Stories};
use crate::config::Config;
use crate::corpus::{Article, ArticleId, Corpus};
use crate::error::Result;
use crate::progress::Stage;

/// So many candidates are kept of those that share most, as in a run.
pub(super) const KEPT: usize = 32;

/// Finds stories as a run does, and gives the model too: `number` says which number an article has, and whether the model has its
/// vector.
pub(crate) fn find_and_teach<C: Corpus + ?Sized>(
    corpus: &C,
    copies: Copies<'_>,
    config: &Config,
    on_stage: &dyn Fn(Stage) -> Result<()>,
    number: &dyn Fn(ArticleId) -> (u32, bool),
) -> Result<(Stories, ModelParts)> {
    let parts = RefCell::new(ModelParts::default());
    let keep = |learned: &LearnedModel<'_>| {
        *parts.borrow_mut() = ModelParts::of(learned, copies.register, number)?;
        Ok(())
    };
    let is_kept = |article: ArticleId| number(article).1;
    let keep = Keep {
        told: &keep,
        waiting: Some(&is_kept),
    };
    let stories = super::find(corpus, copies, config, on_stage, Some(keep))?;
    Ok((stories, parts.into_inner()))
}

/// The counts of slots.
struct Counted {
    small: Vec<u8>,
    large: AHashMap<usize, u32>,
}

impl Tables for Counted {
    fn slot(&self, at: usize) -> u32 {
        match self.small.get(at) {
            Some(255) => self.large.get(&at).copied().unwrap_or(255),
            count => count.copied().unwrap_or(0).into(),
        }
    }

    // Whoever asks is none of those that were counted.
    fn uncounted(&self) -> u32 {
        1
    }
}

/// The same of what is counted already.
struct Plain<'c>(&'c Counted);

impl Tables for Plain<'_> {
    fn slot(&self, at: usize) -> u32 {
        self.0.slot(at)
    }
}

/// How two articles of these times and marks of sources stand to each other.
pub(super) fn apart(times: (Option<i64>, Option<i64>), sources: (u16, u16)) -> Apart {
    Apart {
        gap: times.0.zip(times.1).map(|(x, y)| x.abs_diff(y)),
        is_one_source: sources.0 != 0 && sources.0 == sources.1,
    }
}

/// Says how much an article is alike those that have vectors, as reports of one event.
pub(crate) struct StoryModel {
    teller: PairScorer,
    known: ModelHeader,
    counts: Counted,
    nodes: Vec<Node>,
    vectors: Vec<u8>,
    terms: Vec<Telling>,
    /// Telling terms, each with a node that has it, ascending.
    holders: Vec<(u32, u32)>,
}

/// An article as stories hear it.
pub(crate) struct Heard {
    weighed: ArticleVector,
    source: u16,
    time: Option<i64>,
}

/// An article that one more may tell a story with.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct Alike {
    pub(crate) number: u32,
    /// In millionths, as the cosine.
    pub(crate) score: u64,
    pub(crate) cosine: u32,
    /// Whether the two by themselves are enough for their stories to be compared.
    pub(crate) may_join: bool,
}

impl StoryModel {
    /// A model that was kept; `None` where the parts are none.
    pub(crate) fn of(parts: ModelParts) -> Option<StoryModel> {
        let known: ModelHeader = serde_json::from_slice(&parts.known).ok()?;
        let counts = Counted {
            large: parts.large_counts()?.into_iter().collect(),
            small: parts.counts.clone(),
        };
        let (nodes, terms) = (parts.all_nodes()?, parts.all_terms()?);
        let mut holders = Vec::with_capacity(terms.len());
        for (at, node) in (0u32..).zip(&nodes) {
            let own = terms[node.terms.clone()].iter();
            holders.extend(own.map(|term| (term[0], at)));
        }
        holders.sort_unstable();
        Some(StoryModel {
            teller: PairScorer::of(known.clone()),
            known,
            counts,
            nodes,
            vectors: parts.vectors,
            terms,
            holders,
        })
    }

    /// Weighs an article of which cleaning kept these stretches; `None` where it is in a language that has no stories.
    pub(crate) fn hear(&self, article: &Article<'_>, kept: &[Range<usize>]) -> Option<Heard> {
        let mut cutter = Cutter::default();
        cutter.vocabulary.begin();
        cutter.cut(article, kept, &self.teller.titles);
        let (tongue, _) = self.teller.linguist.tongue(article, kept, &cutter);
        let keys = &self.teller.pools.keys;
        let own = keys.iter().position(|keys| keys.contains(&tongue.key()));
        let pool = own.or((keys.len() == 1).then_some(0))?;
        if pool >= self.teller.pools() {
            return None;
        }
        let pool = u16::try_from(pool).ok()?;
        Some(Heard {
            weighed: self.teller.weigh(article, kept, pool, None, &self.counts),
            source: source_mark(article.source.as_deref()),
            time: article.published.map(|time| time.0),
        })
    }

    /// The articles that it meets as in a run, within a window of seconds: those it shares most with.
    pub(crate) fn meet(&self, heard: &Heard, window: u64) -> Vec<Alike> {
        // By node how many rare terms both have, and how many others.
        let mut shared: AHashMap<u32, (u32, u32)> = AHashMap::new();
        for &[feature, articles] in &heard.weighed.terms {
            let start = self.holders.partition_point(|it| it.0 < feature);
            let here = self.holders[start..].iter();
            for &(_, node) in here.take_while(|it| it.0 == feature) {
                let (rare, others) = shared.entry(node).or_default();
                match articles <= RARE {
                    true => *rare += 1,
                    false => *others += 1,
                }
            }
        }
        let gap = |node: &Node| heard.time.zip(node.time).map(|(a, b)| a.abs_diff(b));
        let mut ranked: Vec<(Reverse<u32>, u64, u32)> = Vec::new();
        for (&at, &(rare, others)) in shared.iter().collect::<std::collections::BTreeMap<_, _>>() {
            let node = &self.nodes[at as usize];
            let keys = rare + others * others.saturating_sub(1) / 2;
            let gap = gap(node);
            let is_near = gap.is_none_or(|gap| gap <= window);
            if keys > 0 && is_near && node.pool == heard.weighed.pool {
                ranked.push((Reverse(keys), gap.unwrap_or(window), at));
            }
        }
        ranked.sort_unstable();
        ranked.truncate(KEPT);
        ranked
            .into_iter()
            .map(|(.., at)| self.alike(heard, at))
            .collect()
    }

    /// How much an article is alike the one of a number; `None` where that has no vector here.
    pub(crate) fn with(&self, heard: &Heard, number: u32) -> Option<Alike> {
        let at = self.nodes.binary_search_by_key(&number, |node| node.number);
        Some(self.alike(heard, at.ok()? as u32))
    }

    /// The score of two articles that have vectors here, in millionths.
    pub(crate) fn between(&self, a: NodeId, b: NodeId) -> Option<u64> {
        let find = |number: u32| {
            let at = self.nodes.binary_search_by_key(&number, |node| node.number);
            Some(&self.nodes[at.ok()?])
        };
        let (x, y) = (find(a)?, find(b)?);
        if x.pool != y.pool {
            return Some(0);
        }
        let (one, other) = (self.vector(x, |_| false), self.vector(y, |_| false));
        let features = (vectors::features(&one), vectors::features(&other));
        let factor = self
            .teller
            .yardstick
            .factor(apart((x.time, y.time), (x.source, y.source)), features);
        let cosine = cosine(&one, &other);
        Some(ScoreScale::faded(cosine, factor, (x.is_item, y.is_item)))
    }

    /// The least average score of a story, in millionths.
    pub(crate) fn threshold(&self) -> u64 {
        self.teller.yardstick.threshold
    }

    /// The vector of an article as it is compared, with what `wakes` of what no other article of the model has.
    fn vector(&self, node: &Node, wakes: impl Fn(u32) -> bool) -> Vec<u8> {
        let counted = known::Counted(&Plain(&self.counts), self.known.slots);
        let waker = Waker::new(&self.known, &counted);
        let mut vector = Vec::new();
        let kept = &self.vectors[node.vector.clone()];
        waker.wake(kept, node.pool, wakes, &mut vector);
        vector
    }

    fn alike(&self, heard: &Heard, at: u32) -> Alike {
        let node = &self.nodes[at as usize];
        let weighed = &heard.weighed;
        let shared = |feature| weighed.features.binary_search(&feature).is_ok();
        let vector = self.vector(node, shared);
        let cosine = cosine(&weighed.vector, &vector);
        let yardstick = &self.teller.yardstick;
        let features = (weighed.features.len(), vectors::features(&vector));
        let factor = yardstick.factor(
            apart((heard.time, node.time), (heard.source, node.source)),
            features,
        );
        let score = match weighed.pool == node.pool {
            true => ScoreScale::faded(cosine, factor, (weighed.is_item, node.is_item)),
            false => 0,
        };
        let own = &self.terms[node.terms.clone()];
        let is_shared = |term: &&Telling| own.iter().any(|other| other[0] == term[0]);
        let terms = weighed.terms.iter().filter(is_shared).count();
        let counting = FEW_TERMS.get(terms).copied().unwrap_or(10);
        Alike {
            number: node.number,
            score,
            cosine,
            may_join: score * counting >= yardstick.threshold * 10,
        }
    }
}

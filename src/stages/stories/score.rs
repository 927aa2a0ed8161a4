//! Scores: how much two articles are alike, for as far apart as they were published.

use rayon::prelude::*;

use super::NodeId;
use super::Representatives;
use super::candidates::{Met, Pair};
use super::fading::{Fading, Gaps, MOST, WHOLE};
use super::forms::may_tell;
use super::language::LanguageGroups;
use super::link::{Edges, Linking};
use super::vectors::Vectors;
use crate::error::Result;
use crate::interrupt::Interrupt;
use crate::kernel::Share;
use crate::spill::{Column, ColumnWriter, MemoryBudget, Sorted};

/// Candidates of this cosine, in millionths, mostly tell one story: how far apart they were published tells how scores fade.
pub(super) const SIMILAR: u32 = 200_000;

/// Candidates that share one telling term, or two, are joined by their own score only if so much of it is enough, of ten.
pub(super) const FEW_TERMS: [u64; 3] = [6, 6, 8];

/// Two articles of one source score so many tenths: what an outlet tells again it has its columns and its own words for, so
/// that two of its articles are more alike than two of different ones.
const ONE_SOURCE: u64 = 9;

/// The candidates of so many nodes are compared by one thread at a time.
pub(super) const AT_A_TIME: usize = 256;

/// Scores pairs of nodes.
pub(super) struct Scorer<'a> {
    nodes: &'a Representatives,
    vectors: &'a Vectors,
    pools: &'a LanguageGroups,
    pub(super) yardstick: ScoreScale,
    interrupt: Interrupt,
}

/// How two articles stand to each other, whatever they say.
#[derive(Clone, Copy, Debug, Default)]
pub(crate) struct Apart {
    /// The seconds between them, where both have a time.
    pub(crate) gap: Option<u64>,
    /// Whether both are known to be of one source.
    pub(crate) is_one_source: bool,
}

/// What scores are measured by.
#[derive(Clone, Debug, Default)]
pub(super) struct ScoreScale {
    /// The least average score, in millionths, of what tells one story.
    pub(super) threshold: u64,
    pub(super) fading: Fading,
}

impl ScoreScale {
    /// How much a score fades between two articles of so many features, in units of [`WHOLE`].
    pub(super) fn factor(&self, apart: Apart, features: (usize, usize)) -> u64 {
        let factor = self.fading.factor(apart.gap, features);
        match apart.is_one_source {
            true => factor * ONE_SOURCE / 10,
            false => factor,
        }
    }

    /// A cosine after fading, of two articles that are items of forms or not.
    pub(super) fn faded(cosine: u32, factor: u64, items: (bool, bool)) -> u64 {
        match may_tell(cosine, items) {
            true => u64::from(cosine) * factor / WHOLE,
            false => 0,
        }
    }

    /// Whether a score is enough for two articles to be compared as groups, which share so many telling terms.
    pub(super) fn joins(&self, score: u64, terms: u32) -> bool {
        let counting = FEW_TERMS.get(terms as usize).copied().unwrap_or(10);
        score * counting >= self.threshold * 10
    }
}

/// The nodes of a candidate pair, their cosine, in millionths, and how many telling terms they share.
type Compared = [u32; 4];

/// What comparing the candidates gave.
pub(super) struct Scored<'a> {
    pub(super) scorer: Scorer<'a>,
    /// The pairs that may be joined.
    pub(super) edges: Edges,
    /// How many pairs were compared.
    pub(super) compared: usize,
}

impl<'a> Scorer<'a> {
    /// Learns how scores fade from the candidates, and hands back those that may be joined, with their scores.
    pub(super) fn learn(
        nodes: &'a Representatives,
        vectors: &'a Vectors,
        pools: &'a LanguageGroups,
        candidates: &Sorted<Met>,
        threshold: Share,
        window: u64,
        budget: &MemoryBudget,
    ) -> Result<Scored<'a>> {
        let threshold = u64::from(threshold.0);
        let hopeful = |cosine: u32| is_hopeful(cosine, threshold);
        let (compared, pairs) = compare(vectors, candidates, &hopeful, budget)?;
        let gap = |&[a, b, cosine, _]: &Compared| {
            let gap = nodes.apart(a, b).gap;
            gap.filter(|_| cosine >= SIMILAR)
        };
        let mut similar = Gaps::default();
        compared.scan(|_, compared| {
            let gaps = compared.iter().filter_map(gap);
            gaps.for_each(|gap| similar.add(gap, window));
            Ok(())
        })?;
        let dated: Vec<i64> = nodes.times.iter().flatten().copied().collect();
        let fading = Fading::learn(&Gaps::of_all(&dated, window), &similar, window);
        let scorer = Scorer {
            nodes,
            vectors,
            pools,
            yardstick: ScoreScale { threshold, fading },
            interrupt: budget.interrupt(),
        };
        let edges = Edges::new(nodes.len(), budget, |visit| {
            compared.scan(|_, compared| {
                let scored = compared.iter().map(|&[a, b, cosine, terms]| {
                    let score = scorer.score((a, b), cosine);
                    (((a, b), score as u32), scorer.yardstick.joins(score, terms))
                });
                let joined = scored.filter(|scored| scored.1).map(|scored| scored.0);
                visit(&joined.collect::<Vec<_>>())
            })
        })?;
        Ok(Scored {
            scorer,
            edges,
            compared: pairs,
        })
    }

    /// The sum of the scores of a node to others, in millionths: 0 between languages and beyond the window.
    pub(super) fn scores(&self, node: NodeId, others: &[NodeId]) -> Result<u64> {
        self.interrupt.check()?;
        let pools = &self.pools.of;
        let is_near = |&&other: &&u32| {
            let gap = self.nodes.apart(node, other).gap;
            pools[node as usize] == pools[other as usize]
                && gap.is_none_or(|gap| self.yardstick.fading.reaches(gap))
        };
        let others: Vec<NodeId> = others.iter().filter(is_near).copied().collect();
        let cosines = self.vectors.cosines(node, &others)?;
        let both = others.into_iter().zip(cosines);
        Ok(both
            .map(|(other, cosine)| self.score((node, other), cosine))
            .sum())
    }

    /// The score of two nodes of so much cosine, in millionths.
    fn score(&self, (a, b): Pair, cosine: u32) -> u64 {
        let features = (self.vectors.features(a), self.vectors.features(b));
        let factor = self.yardstick.factor(self.nodes.apart(a, b), features);
        ScoreScale::faded(
            cosine,
            factor,
            (self.vectors.is_item(a), self.vectors.is_item(b)),
        )
    }

    /// The least average score of a story, in millionths.
    pub(super) fn threshold(&self) -> u64 {
        self.yardstick.threshold
    }
}

impl Linking for Scorer<'_> {
    fn by_content(&self, node: NodeId) -> u32 {
        self.nodes.by_content[node as usize]
    }

    fn interrupt(&self) -> &Interrupt {
        &self.interrupt
    }
}

/// Whether articles of this cosine, in millionths, may score as much as a threshold.
pub(super) fn is_hopeful(cosine: u32, threshold: u64) -> bool {
    let most = (u64::from(cosine) as f64 * MOST) as u64;
    most >= threshold
}

/// Compares the candidates: those that are hopeful, and how many there are in all.
fn compare(
    vectors: &Vectors,
    candidates: &Sorted<Met>,
    hopeful: &(dyn Fn(NodeId) -> bool + Sync),
    budget: &MemoryBudget,
) -> Result<(Column<Compared>, usize)> {
    let compared = ColumnWriter::new(budget);
    let (mut parts, mut count) = (0, 0);
    candidates.scan(|pairs| {
        // Pairs of one article lie side by side, so that its vector is read once.
        let of_nodes: Vec<&[Met]> = pairs.chunk_by(|x, y| x.node == y.node).collect();
        let chunks = of_nodes.par_chunks(AT_A_TIME);
        let here = chunks.len();
        let counts = chunks.enumerate().map(|(at, nodes)| {
            let (mut own, mut count) = (Vec::new(), 0);
            for met in nodes {
                budget.check_interrupt()?;
                let mut others: Vec<NodeId> = met.iter().map(|met| met.other).collect();
                others.dedup();
                count += others.len();
                let cosines = vectors.cosines(met[0].node, &others)?;
                let pairs = others
                    .into_iter()
                    .zip(cosines)
                    .filter(|both| hopeful(both.1));
                for (other, cosine) in pairs {
                    let terms = vectors.terms_shared(met[0].node, other)?;
                    own.push([met[0].node, other, cosine, terms]);
                }
            }
            compared.push(parts + at, own)?;
            Ok(count)
        });
        count += counts.sum::<Result<usize>>()?;
        parts += here;
        Ok(())
    })?;
    Ok((compared.finish(), count))
}

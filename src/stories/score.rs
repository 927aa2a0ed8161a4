//! Scores: how much two articles are alike, for as far apart as they were published.

use rayon::prelude::*;

use super::Nodes;
use super::candidates::Pair;
use super::fading::{Fading, Gaps, MOST, WHOLE};
use super::language::Pools;
use super::logarithm::ln;
use super::vectors::Vectors;
use crate::fingerprint::Millionths;

/// The number of articles for which a threshold is given.
const GIVEN: f64 = 1000.0;
/// Candidates below this share of their threshold are not compared further.
const JOINED: (u64, u64) = (2, 5);

/// Scores pairs of nodes.
pub(super) struct Scorer<'a> {
    nodes: &'a Nodes,
    vectors: &'a Vectors,
    pools: &'a Pools,
    pub(super) yardstick: Yardstick,
}

/// What scores are measured by.
#[derive(Clone, Debug, Default)]
pub(super) struct Yardstick {
    /// For each pool the least average score, in millionths, of what tells one story.
    pub(super) thresholds: Vec<u64>,
    pub(super) fading: Fading,
}

impl Yardstick {
    /// How much a score fades between two times, in units of [`WHOLE`].
    pub(super) fn factor(&self, times: (Option<i64>, Option<i64>)) -> u64 {
        match times.0.zip(times.1) {
            Some((x, y)) => self.fading.factor(x.abs_diff(y)),
            None => WHOLE,
        }
    }

    /// A cosine after fading.
    pub(super) fn faded(cosine: u32, factor: u64) -> u64 {
        u64::from(cosine) * factor / WHOLE
    }
}

/// A threshold that is given for [`GIVEN`] articles, in millionths, for a language of so many.
fn scaled(threshold: Millionths, articles: usize) -> u64 {
    let log = ln(articles.max(2) as f64) / ln(GIVEN);
    (f64::from(threshold.0) * log).round() as u64
}

/// A candidate pair with its cosine, in millionths.
type Compared = (Pair, u32);

impl<'a> Scorer<'a> {
    /// Learns how scores fade from the candidates, and hands back those that may be joined, with their scores.
    ///
    /// The threshold grows with the logarithm of the number of articles of the language: the more there are, the more of an
    /// article's weight lies on what few others have.
    pub(super) fn new(
        (nodes, vectors, pools): (&'a Nodes, &'a Vectors, &'a Pools),
        candidates: &[Pair],
        (threshold, window): (Millionths, u64),
    ) -> (Scorer<'a>, Vec<(Pair, u64)>) {
        let sizes = pools.sizes.iter();
        let thresholds: Vec<u64> = sizes.map(|&size| scaled(threshold, size)).collect();
        let of = |node: u32| thresholds[pools.of[node as usize] as usize];
        let hopeful = |&(pair, cosine): &Compared| {
            let most = (u64::from(cosine) as f64 * MOST) as u64;
            most * JOINED.1 >= of(pair.0) * JOINED.0
        };
        let compared: Vec<Compared> = candidates
            .par_iter()
            .map(|&(a, b)| ((a, b), vectors.cosine(a, b)))
            .filter(hopeful)
            .collect();
        let gap = |&((a, b), cosine): &Compared| {
            let both = nodes.times[a as usize].zip(nodes.times[b as usize]);
            let gap = both.map(|(x, y)| x.abs_diff(y));
            gap.filter(|_| u64::from(cosine) >= of(a))
        };
        let mut similar = Gaps::default();
        compared
            .iter()
            .filter_map(gap)
            .for_each(|gap| similar.add(gap, window));
        let dated: Vec<i64> = nodes.times.iter().flatten().copied().collect();
        let fading = Fading::learn(&Gaps::of_all(&dated, window), &similar, window);
        let scorer = Scorer {
            nodes,
            vectors,
            pools,
            yardstick: Yardstick { thresholds, fading },
        };
        let mut edges: Vec<(Pair, u64)> = compared
            .into_par_iter()
            .map(|((a, b), cosine)| ((a, b), scorer.faded((a, b), cosine)))
            .collect();
        edges.retain(|&((a, _), score)| score * JOINED.1 >= scorer.threshold(a) * JOINED.0);
        (scorer, edges)
    }

    /// The score of two nodes, in millionths: 0 between languages and beyond the window.
    pub(super) fn score(&self, a: u32, b: u32) -> u64 {
        if self.pools.of[a as usize] != self.pools.of[b as usize] {
            return 0;
        }
        match self.factor(a, b) {
            0 => 0,
            factor => Yardstick::faded(self.vectors.cosine(a, b), factor),
        }
    }

    /// The threshold of a node's language, in millionths.
    pub(super) fn threshold(&self, node: u32) -> u64 {
        self.yardstick.thresholds[self.pools.of[node as usize] as usize]
    }

    /// The rank of a node by content.
    pub(super) fn by_content(&self, node: u32) -> u32 {
        self.nodes.by_content[node as usize]
    }

    fn faded(&self, (a, b): Pair, cosine: u32) -> u64 {
        Yardstick::faded(cosine, self.factor(a, b))
    }

    fn factor(&self, a: u32, b: u32) -> u64 {
        let times = &self.nodes.times;
        self.yardstick
            .factor((times[a as usize], times[b as usize]))
    }
}

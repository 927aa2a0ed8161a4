//! Scores: how much two articles are alike, for as far apart as they were published.

use rayon::prelude::*;

use super::Nodes;
use super::candidates::Pair;
use super::fading::{Fading, Gaps, MOST, WHOLE};
use super::language::Pools;
use super::logarithm::ln;
use super::vectors::Vectors;
use crate::error::Result;
use crate::fingerprint::Millionths;

/// The number of articles for which a threshold is given.
const GIVEN: f64 = 1000.0;
/// Candidates below this share of their threshold are not compared further.
const JOINED: (u64, u64) = (2, 5);

/// So many candidates are compared by one thread at a time.
const AT_A_TIME: usize = 4096;

/// Scores pairs of nodes.
pub(super) struct Scorer<'a> {
    nodes: &'a Nodes,
    vectors: &'a Vectors,
    pools: &'a Pools,
    /// For each pool the least average score, in millionths, of what tells one story.
    thresholds: Vec<u64>,
    fading: Fading,
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
    ) -> Result<(Scorer<'a>, Vec<(Pair, u64)>)> {
        let log = |&articles: &usize| ln(articles.max(2) as f64) / ln(GIVEN);
        let threshold = |articles| (f64::from(threshold.0) * log(articles)).round() as u64;
        let thresholds: Vec<u64> = pools.sizes.iter().map(threshold).collect();
        let of = |node: u32| thresholds[pools.of[node as usize] as usize];
        let hopeful = |&(pair, cosine): &Compared| {
            let most = (u64::from(cosine) as f64 * MOST) as u64;
            most * JOINED.1 >= of(pair.0) * JOINED.0
        };
        // Pairs of one article lie side by side, so that its vector is read once.
        let compare = |pairs: &[Pair]| {
            let mut compared: Vec<Compared> = Vec::new();
            for own in pairs.chunk_by(|x, y| x.0 == y.0) {
                let cosines = vectors.cosines(own[0].0, own.iter().map(|pair| pair.1))?;
                compared.extend(own.iter().copied().zip(cosines).filter(hopeful));
            }
            Ok(compared)
        };
        let parts = candidates.par_chunks(AT_A_TIME).map(compare);
        let compared = parts.collect::<Result<Vec<_>>>()?.concat();
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
            thresholds,
            fading,
        };
        let mut edges: Vec<(Pair, u64)> = compared
            .into_par_iter()
            .map(|((a, b), cosine)| ((a, b), scorer.faded((a, b), cosine)))
            .collect();
        edges.retain(|&((a, _), score)| score * JOINED.1 >= scorer.threshold(a) * JOINED.0);
        Ok((scorer, edges))
    }

    /// The sum of the scores of a node to others, in millionths: 0 between languages and beyond the window.
    pub(super) fn scores(&self, node: u32, others: &[u32]) -> Result<u64> {
        let pool = |node: u32| self.pools.of[node as usize];
        let factor = |&other: &u32| match pool(node) == pool(other) {
            true => self.factor(node, other),
            false => 0,
        };
        let scored = others.iter().map(|other| (*other, factor(other)));
        let scored: Vec<(u32, u64)> = scored.filter(|scored| scored.1 > 0).collect();
        let cosines = self
            .vectors
            .cosines(node, scored.iter().map(|scored| scored.0))?;
        let both = cosines.into_iter().zip(scored);
        Ok(both
            .map(|(cosine, (_, factor))| u64::from(cosine) * factor / WHOLE)
            .sum())
    }

    /// The threshold of a node's language, in millionths.
    pub(super) fn threshold(&self, node: u32) -> u64 {
        self.thresholds[self.pools.of[node as usize] as usize]
    }

    /// The rank of a node by content.
    pub(super) fn by_content(&self, node: u32) -> u32 {
        self.nodes.by_content[node as usize]
    }

    fn faded(&self, (a, b): Pair, cosine: u32) -> u64 {
        u64::from(cosine) * self.factor(a, b) / WHOLE
    }

    fn factor(&self, a: u32, b: u32) -> u64 {
        let times = &self.nodes.times;
        match times[a as usize].zip(times[b as usize]) {
            Some((x, y)) => self.fading.factor(x.abs_diff(y)),
            None => WHOLE,
        }
    }
}

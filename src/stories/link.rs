//! Linking: groups that are alike on average become stories.
//!
//! Agglomerative clustering by average linkage, in rounds of reciprocal nearest neighbours (Sumengen et al.: *Scaling
//! Hierarchical Agglomerative Clustering to Billion-sized Datasets*, 2021): in each round every two groups join that are
//! most alike to each other of all they are compared with, which are those that a candidate pair joins. Rounds need no
//! order of groups, and no group waits for those of another component.

use std::cmp::Ordering;

use rayon::prelude::*;

use super::candidates::Pair;
use super::score::Scorer;
use crate::error::Result;

/// Two groups with more cross pairs than this are compared by their members of smallest content hash.
const EXACT: usize = 4096;
pub(crate) const SAMPLE: usize = 64;
/// No group.
const NONE: u32 = u32::MAX;

/// What two groups score together.
#[derive(Clone, Copy, Debug)]
struct Edge {
    to: u32,
    /// The sum of the scores of all cross pairs.
    sum: u64,
}

/// The sum of the scores of so many cross pairs; ordered by what is an average.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
struct Average {
    sum: u64,
    pairs: u64,
}

impl Ord for Average {
    fn cmp(&self, other: &Average) -> Ordering {
        let product = |sum: u64, pairs: u64| u128::from(sum) * u128::from(pairs);
        product(self.sum, other.pairs).cmp(&product(other.sum, self.pairs))
    }
}

impl PartialOrd for Average {
    fn partial_cmp(&self, other: &Average) -> Option<Ordering> {
        Some(self.cmp(other))
    }
}

/// Groups, each named by its least member.
struct Linker<'a> {
    scorer: &'a Scorer<'a>,
    /// The members of each group, by content; none where it joined another.
    members: Vec<Vec<u32>>,
    /// The groups each is compared with, by name.
    edges: Vec<Vec<Edge>>,
    /// The group each is most alike, if enough for a story.
    best: Vec<u32>,
    /// The group each joins in this round.
    partner: Vec<u32>,
}

/// The stories of more than one node, from the scored pairs of nodes.
pub(super) fn link(
    nodes: usize,
    pairs: &[(Pair, u64)],
    scorer: &Scorer<'_>,
) -> Result<Vec<Vec<u32>>> {
    let mut linker = Linker::new(nodes, pairs, scorer);
    let mut changed: Vec<u32> = (0..nodes as u32)
        .filter(|&node| !linker.edges[node as usize].is_empty())
        .collect();
    while !changed.is_empty() {
        linker.choose(&changed);
        changed = linker.join()?;
    }
    let mut stories = linker.members;
    stories.retain(|members| members.len() > 1);
    Ok(stories)
}

impl<'a> Linker<'a> {
    fn new(nodes: usize, pairs: &[(Pair, u64)], scorer: &'a Scorer<'a>) -> Linker<'a> {
        let mut edges: Vec<Vec<Edge>> = vec![Vec::new(); nodes];
        for &((a, b), sum) in pairs {
            edges[a as usize].push(Edge { to: b, sum });
            edges[b as usize].push(Edge { to: a, sum });
        }
        edges
            .par_iter_mut()
            .for_each(|edges| edges.sort_unstable_by_key(|edge| edge.to));
        Linker {
            scorer,
            members: (0..nodes as u32).map(|node| vec![node]).collect(),
            edges,
            best: vec![NONE; nodes],
            partner: vec![NONE; nodes],
        }
    }

    /// Finds anew for these groups which they are most alike.
    fn choose(&mut self, changed: &[u32]) {
        let best: Vec<u32> = changed
            .par_iter()
            .map(|&group| self.most_alike(group))
            .collect();
        for (&group, best) in changed.iter().zip(best) {
            self.best[group as usize] = best;
        }
    }

    fn most_alike(&self, group: u32) -> u32 {
        let threshold = Average {
            sum: self.scorer.threshold(group),
            pairs: 1,
        };
        self.edges[group as usize]
            .iter()
            .map(|edge| (self.average(group, edge), edge.to))
            .filter(|alike| alike.0 >= threshold)
            // Two groups must choose alike among equals: by the lesser of both names, then the greater.
            .max_by(|x, y| {
                x.0.cmp(&y.0)
                    .then(names(group, y.1).cmp(&names(group, x.1)))
            })
            .map_or(NONE, |alike| alike.1)
    }

    fn average(&self, group: u32, edge: &Edge) -> Average {
        let len = |group: u32| self.members[group as usize].len() as u64;
        Average {
            sum: edge.sum,
            pairs: len(group) * len(edge.to),
        }
    }

    /// Joins every two groups that are most alike to each other; the groups whose edges changed.
    fn join(&mut self) -> Result<Vec<u32>> {
        let chosen = |&a: &u32| {
            let b = self.best[a as usize];
            b != NONE && a < b && self.best[b as usize] == a
        };
        let joining: Vec<Pair> = (0..self.best.len() as u32)
            .filter(chosen)
            .map(|a| (a, self.best[a as usize]))
            .collect();
        for &(a, b) in &joining {
            self.partner[a as usize] = b;
            self.partner[b as usize] = a;
        }
        let joined = joining.par_iter().map(|&pair| self.joined(pair));
        let joined = joined.collect::<Result<Vec<_>>>()?;
        let mut edges: Vec<(u32, Edge)> = joined
            .into_par_iter()
            .flatten_iter()
            .flat_map_iter(|(group, edge)| {
                let back = Edge { to: group, ..edge };
                [(group, edge), (edge.to, back)]
            })
            .collect();
        edges.par_sort_unstable_by_key(|(group, edge)| (*group, edge.to));
        let changed = self.replace(&edges);
        for (a, b) in joining {
            let other = std::mem::take(&mut self.members[b as usize]);
            let members = &mut self.members[a as usize];
            members.extend(other);
            members.sort_unstable_by_key(|&node| self.scorer.by_content(node));
            for group in [a, b] {
                self.best[group as usize] = NONE;
                self.partner[group as usize] = NONE;
            }
            self.edges[b as usize] = Vec::new();
        }
        Ok(changed)
    }

    /// What a group is called after this round.
    fn name(&self, group: u32) -> u32 {
        group.min(self.partner[group as usize])
    }

    /// The edges of two groups that join, under the names after this round. Those between two pairs that both join are given
    /// by the pair of the lesser name.
    fn joined(&self, (a, b): Pair) -> Result<Vec<(u32, Edge)>> {
        self.scorer.check_interrupt()?;
        let both = self.edges[a as usize].iter().chain(&self.edges[b as usize]);
        let mut others: Vec<u32> = both
            .map(|edge| self.name(edge.to))
            .filter(|&to| to != a)
            .collect();
        others.sort_unstable();
        others.dedup();
        others.retain(|&to| to > a || self.partner[to as usize] == NONE);
        let edge = |to: u32| {
            let parts = [to, self.partner[to as usize]];
            let parts = parts.into_iter().filter(|&part| part != NONE);
            let sums = parts.map(|part| Ok(self.sum(a, part)? + self.sum(b, part)?));
            let sum = sums.sum::<Result<u64>>()?;
            Ok((a, Edge { to, sum }))
        };
        others.into_iter().map(edge).collect()
    }

    /// The sum of the scores of all cross pairs of two groups.
    fn sum(&self, a: u32, b: u32) -> Result<u64> {
        let edges = &self.edges[a as usize];
        match edges.binary_search_by_key(&b, |edge| edge.to) {
            Ok(at) => Ok(edges[at].sum),
            Err(_) => self.cross(&self.members[a as usize], &self.members[b as usize]),
        }
    }

    fn cross(&self, x: &[u32], y: &[u32]) -> Result<u64> {
        cross(x, y, |&a, y| self.scorer.scores(a, y))
    }

    /// Takes over new edges, sorted by group; the groups that have any.
    fn replace(&mut self, edges: &[(u32, Edge)]) -> Vec<u32> {
        let mut changed = Vec::new();
        for new in edges.chunk_by(|x, y| x.0 == y.0) {
            let group = new[0].0;
            let mut own = std::mem::take(&mut self.edges[group as usize]);
            // A group that joins another has new edges to all; one that does not, to those that do.
            let stays = self.partner[group as usize] == NONE;
            own.retain(|edge| stays && self.partner[edge.to as usize] == NONE);
            own.extend(new.iter().map(|(_, edge)| *edge));
            own.sort_unstable_by_key(|edge| edge.to);
            self.edges[group as usize] = own;
            changed.push(group);
        }
        changed
    }
}

/// The sum of the scores of all cross pairs of two groups, whose members are in the order of content; `scores` is that of
/// one to several.
pub(crate) fn cross<T, E>(
    x: &[T],
    y: &[T],
    scores: impl Fn(&T, &[T]) -> std::result::Result<u64, E>,
) -> std::result::Result<u64, E> {
    let all = |x: &[T], y: &[T]| x.iter().map(|a| scores(a, y)).sum();
    let cells = x.len() * y.len();
    if cells <= EXACT {
        return all(x, y);
    }
    let (s, t) = (&x[..x.len().min(SAMPLE)], &y[..y.len().min(SAMPLE)]);
    let sum: u64 = all(s, t)?;
    let sampled = u128::from(sum) * cells as u128 / (s.len() * t.len()) as u128;
    Ok(sampled as u64)
}

fn names(a: u32, b: u32) -> Pair {
    (a.min(b), a.max(b))
}

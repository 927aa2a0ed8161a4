//! Linking: groups that are alike on average become stories.
//!
//! Agglomerative clustering by average linkage, in rounds of reciprocal nearest neighbours (Sumengen et al.: *Scaling
//! Hierarchical Agglomerative Clustering to Billion-sized Datasets*, 2021): in each round every two groups join that are
//! most alike to each other of all they are compared with, which are those that a candidate pair joins. Rounds need no
//! order of groups. What no chain of pairs joins is linked apart, component by component.

use std::cmp::Ordering;

use rayon::prelude::*;
use zerocopy::{FromBytes, Immutable, IntoBytes};

use super::NodeId;
use super::candidates::Pair;
use super::components::Components;
use super::linked::Scores;
use super::score::Scorer;
use crate::error::Result;
use crate::interrupt::Interrupt;
use crate::spill::{Keyed, MemoryBudget, Sorted, Sorter};

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

/// Whoever knows how much nodes are alike that are to be linked.
pub(super) trait Linking: Scores + Sync {
    /// The rank of a node by content.
    fn by_content(&self, node: NodeId) -> u32;

    /// What says that the run is to stop.
    fn interrupt(&self) -> &Interrupt;
}

/// The pairs of nodes that may be joined, by component.
pub(super) struct Edges {
    sorted: Sorted<Joined>,
    pub(super) count: usize,
}

/// A pair that may be joined, in its component, which is named by its least node.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, FromBytes, IntoBytes, Immutable)]
#[repr(C)]
pub(super) struct Joined {
    pub(super) component: u32,
    pub(super) a: NodeId,
    pub(super) b: NodeId,
    pub(super) score: u32,
}

impl Keyed for Joined {
    fn key(&self) -> u64 {
        self.component.into()
    }
}

impl Edges {
    /// Gathers pairs with their scores; `scan` hands on all of them, and is asked twice.
    pub(super) fn new(
        nodes: usize,
        budget: &MemoryBudget,
        scan: impl Fn(&mut dyn FnMut(&[(Pair, u32)]) -> Result<()>) -> Result<()>,
    ) -> Result<Edges> {
        let _reserved = budget.reserve_anyway(4 * nodes as u64);
        let mut components = Components((0..nodes as u32).collect());
        let mut count = 0;
        scan(&mut |pairs| {
            count += pairs.len();
            pairs.iter().for_each(|&((a, b), _)| components.join(a, b));
            Ok(())
        })?;
        let sorter = Sorter::below(nodes as u64, budget);
        scan(&mut |pairs| {
            let joined = pairs.iter().map(|&((a, b), score)| Joined {
                component: components.of(a),
                a,
                b,
                score,
            });
            sorter.push(joined.collect())
        })?;
        Ok(Edges {
            sorted: sorter.finish()?,
            count,
        })
    }

    /// Hands on all pairs with their scores.
    pub(super) fn scan(&self, mut visit: impl FnMut(Pair, u32)) -> Result<()> {
        self.sorted.scan(|joined| {
            joined.iter().for_each(|it| visit((it.a, it.b), it.score));
            Ok(())
        })
    }
}

/// The stories of more than one node, from the pairs that may be joined.
pub(super) fn link(edges: &Edges, scorer: &Scorer<'_>) -> Result<Vec<Vec<NodeId>>> {
    let mut stories = Vec::new();
    edges.sorted.scan(|edges| {
        let components: Vec<&[Joined]> =
            edges.chunk_by(|x, y| x.component == y.component).collect();
        let linked = components
            .into_par_iter()
            .map(|edges| link_component(edges, scorer));
        let linked = linked.collect::<Result<Vec<_>>>()?;
        stories.extend(linked.into_iter().flatten());
        Ok(())
    })?;
    Ok(stories)
}

/// The stories of one component.
pub(super) fn link_component(edges: &[Joined], scorer: &impl Linking) -> Result<Vec<Vec<NodeId>>> {
    if let [Joined { a, b, score, .. }] = *edges
        && u64::from(score) >= scorer.enough()
    {
        let mut story = vec![a, b];
        story.sort_unstable_by_key(|&node| scorer.by_content(node));
        return Ok(vec![story]);
    }
    let mut stories = Linker::new(edges, scorer).linked()?;
    stories.retain(|members| members.len() > 1);
    Ok(stories)
}

/// The stories that groups make, whose members are in the order of content, of which these pairs may be joined.
pub(super) fn link_groups(
    members: Vec<Vec<NodeId>>,
    pairs: &[Pair],
    scorer: &impl Linking,
) -> Result<Vec<Vec<NodeId>>> {
    let mut edges: Vec<Vec<Edge>> = vec![Vec::new(); members.len()];
    for &(a, b) in pairs {
        let (x, y) = (&members[a as usize], &members[b as usize]);
        let sum = cross(x, y, |&node, others| scorer.sum(node, others))?;
        edges[a as usize].push(Edge { to: b, sum });
        edges[b as usize].push(Edge { to: a, sum });
    }
    let mut stories = Linker::of(members, edges, scorer).linked()?;
    stories.retain(|members| !members.is_empty());
    Ok(stories)
}

/// The groups of one component, each named by its least member: by the number of that in the component.
struct Linker<'a, S> {
    scorer: &'a S,
    /// The members of each group, by content; none where it joined another.
    members: Vec<Vec<NodeId>>,
    /// The groups each is compared with, by name.
    edges: Vec<Vec<Edge>>,
    /// The group each is most alike, if enough for a story.
    best: Vec<u32>,
    /// The group each joins in this round.
    partner: Vec<u32>,
    /// The average score from which groups tell one story.
    threshold: u64,
}

impl<'a, S: Linking> Linker<'a, S> {
    fn new(pairs: &[Joined], scorer: &'a S) -> Linker<'a, S> {
        let mut nodes: Vec<NodeId> = pairs.iter().flat_map(|pair| [pair.a, pair.b]).collect();
        nodes.sort_unstable();
        nodes.dedup();
        let place = |node: NodeId| nodes.partition_point(|&other| other < node) as u32;
        let mut edges: Vec<Vec<Edge>> = vec![Vec::new(); nodes.len()];
        for pair in pairs {
            let (a, b, sum) = (place(pair.a), place(pair.b), pair.score.into());
            edges[a as usize].push(Edge { to: b, sum });
            edges[b as usize].push(Edge { to: a, sum });
        }
        let members = nodes.into_iter().map(|node| vec![node]).collect();
        Linker::of(members, edges, scorer)
    }

    fn of(members: Vec<Vec<u32>>, mut edges: Vec<Vec<Edge>>, scorer: &'a S) -> Linker<'a, S> {
        for edges in &mut edges {
            edges.sort_unstable_by_key(|edge| edge.to);
        }
        Linker {
            scorer,
            edges,
            best: vec![NONE; members.len()],
            partner: vec![NONE; members.len()],
            threshold: scorer.enough(),
            members,
        }
    }

    /// Joins groups until none is enough like another.
    fn linked(mut self) -> Result<Vec<Vec<NodeId>>> {
        let mut changed: Vec<u32> = (0..self.members.len() as u32).collect();
        while !changed.is_empty() {
            self.choose(&changed);
            changed = self.join()?;
        }
        Ok(self.members)
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
            sum: self.threshold,
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
        let chosen = |&a: &NodeId| {
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
        self.scorer.interrupt().check()?;
        let both = self.edges[a as usize].iter().chain(&self.edges[b as usize]);
        let mut others: Vec<NodeId> = both
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
    fn sum(&self, a: NodeId, b: NodeId) -> Result<u64> {
        let edges = &self.edges[a as usize];
        match edges.binary_search_by_key(&b, |edge| edge.to) {
            Ok(at) => Ok(edges[at].sum),
            Err(_) => self.cross(&self.members[a as usize], &self.members[b as usize]),
        }
    }

    fn cross(&self, x: &[u32], y: &[u32]) -> Result<u64> {
        cross(x, y, |&a, y| self.scorer.sum(a, y))
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

fn names(a: NodeId, b: NodeId) -> Pair {
    (a.min(b), a.max(b))
}

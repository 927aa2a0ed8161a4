//! Open stories: articles of a model, which new ones meet and are linked with.

use std::cmp::Reverse;

use rayon::prelude::*;

use super::NodeId;
use super::candidates::{Pair, RARE};
use super::components::Components;
use super::grow::{Known, Told};
use super::known::ModelHeader;
use super::labels;
use super::lead;
use super::link::{Linking, link_groups};
use super::linked::{Linked, Scores};
use super::model::{KEPT, apart};
use super::parts::{Growth, Node};
use super::score::ScoreScale;
use super::vectors::{self, Telling};
use crate::error::Result;
use crate::interrupt::Interrupt;
use crate::kernel::Share;

/// A model to which articles are added.
pub(super) struct Open {
    pub(super) header: ModelHeader,
    pub(super) growth: Growth,
    pub(super) yardstick: ScoreScale,
    /// In the order of their numbers, as they are kept.
    pub(super) kept: Vec<Node>,
    pub(super) kept_vectors: Vec<u8>,
    pub(super) kept_terms: Vec<Telling>,
    pub(super) words: Vec<u8>,
    /// The same as they are compared now.
    pub(super) nodes: Vec<Node>,
    pub(super) vectors: Vec<u8>,
    pub(super) terms: Vec<Telling>,
    /// The rank of each node by content.
    pub(super) ranks: Vec<u32>,
    /// Nodes that may tell one story, with their scores.
    pub(super) edges: Vec<(Pair, u32)>,
    pub(super) interrupt: Interrupt,
}

/// Nodes that tell one story already.
struct Groups {
    /// The group of each node.
    of: Vec<u32>,
    members: Vec<Vec<NodeId>>,
}

impl Open {
    /// The pairs that may be joined, of nodes from `first` on with all.
    pub(super) fn meet(&self, first: usize, window: u64) -> Result<Vec<(Pair, u32)>> {
        let holders = self.holders(first);
        let new = (first..self.nodes.len()).into_par_iter();
        let met = new.map_init(
            || vec![(0u32, 0u32); self.nodes.len()],
            |shared, node| {
                self.interrupt.check()?;
                Ok(self.met(node, &holders, shared, window))
            },
        );
        let met: Result<Vec<Vec<(Pair, u32)>>> = met.collect();
        Ok(met?.concat())
    }

    /// The terms of nodes from `first` on, each with all nodes that have it, ascending.
    fn holders(&self, first: usize) -> Vec<(u32, u32)> {
        let terms = |node: &Node| self.terms[node.terms.clone()].iter().map(|term| term[0]);
        let mut asked: Vec<u32> = self.nodes[first..].iter().flat_map(terms).collect();
        asked.par_sort_unstable();
        asked.dedup();
        let nodes = (0u32..self.nodes.len() as u32).into_par_iter();
        let mut holders: Vec<(u32, u32)> = nodes
            .flat_map_iter(|at| {
                let own = terms(&self.nodes[at as usize]);
                own.filter(|term| asked.binary_search(term).is_ok())
                    .map(move |term| (term, at))
            })
            .collect();
        holders.par_sort_unstable();
        holders
    }

    /// Those that a node shares most keys with, as far as they may be joined. `shared` is nothing but zeros, before and after.
    fn met(
        &self,
        at: usize,
        holders: &[(u32, u32)],
        shared: &mut [(u32, u32)],
        window: u64,
    ) -> Vec<(Pair, u32)> {
        let own = &self.nodes[at];
        let mut met: Vec<u32> = Vec::new();
        for &[feature, articles] in &self.terms[own.terms.clone()] {
            let start = holders.partition_point(|it| it.0 < feature);
            let here = holders[start..].iter().take_while(|it| it.0 == feature);
            for &(_, other) in here {
                let shared = &mut shared[other as usize];
                if *shared == (0, 0) {
                    met.push(other);
                }
                match articles <= RARE {
                    true => shared.0 += 1,
                    false => shared.1 += 1,
                }
            }
        }
        let mut ranked: Vec<(Reverse<u32>, u64, u32)> = Vec::new();
        for other in met {
            let (rare, others) = std::mem::take(&mut shared[other as usize]);
            let node = &self.nodes[other as usize];
            let keys = rare + others * others.saturating_sub(1) / 2;
            let gap = own.time.zip(node.time).map(|(a, b)| a.abs_diff(b));
            let is_near = gap.is_none_or(|gap| gap <= window);
            if keys > 0 && is_near && node.pool == own.pool && other as usize != at {
                ranked.push((Reverse(keys), gap.unwrap_or(window), other));
            }
        }
        ranked.sort_unstable();
        ranked.truncate(KEPT);
        let ranked = ranked.into_iter().map(|it| it.2);
        let others: Vec<NodeId> = ranked.collect();
        let scores = self.scores(at as u32, &others);
        let may_join = |&(other, score): &(u32, u64)| {
            let terms = self.terms_shared(at as u32, other);
            self.yardstick.joins(score, terms)
        };
        let joined = others.into_iter().zip(scores).filter(may_join);
        joined
            .map(|(other, score)| ((other.min(at as u32), other.max(at as u32)), score as u32))
            .collect()
    }

    fn terms_shared(&self, a: NodeId, b: NodeId) -> u32 {
        let terms = |at: u32| &self.terms[self.nodes[at as usize].terms.clone()];
        let other = terms(b);
        let is_shared = |term: &&Telling| other.iter().any(|other| other[0] == term[0]);
        terms(a).iter().filter(is_shared).count() as u32
    }

    fn cosines<'s>(&'s self, one: NodeId, others: &'s [NodeId]) -> impl Iterator<Item = u32> + 's {
        let vector = |at: u32| &self.vectors[self.nodes[at as usize].vector.clone()];
        vectors::cosines(vector(one), others.iter().map(move |&it| vector(it)))
    }

    /// The scores of one to others, in millionths: 0 between languages and beyond the window.
    fn scores(&self, one: NodeId, others: &[NodeId]) -> Vec<u64> {
        let x = &self.nodes[one as usize];
        let score = |(&other, cosine): (&u32, u32)| {
            let y = &self.nodes[other as usize];
            if x.pool != y.pool {
                return 0;
            }
            let features = (
                vectors::features(&self.vectors[x.vector.clone()]),
                vectors::features(&self.vectors[y.vector.clone()]),
            );
            let apart = apart((x.time, y.time), (x.source, y.source));
            let factor = self.yardstick.factor(apart, features);
            ScoreScale::faded(cosine, factor, (x.is_item, y.is_item))
        };
        others
            .iter()
            .zip(self.cosines(one, others))
            .map(score)
            .collect()
    }

    /// The stories of all that hangs together with nodes from `first` on, or that somebody said something of. What tells one story
    /// already stays together.
    pub(super) fn told(&self, first: usize, known: &dyn Known) -> Result<Vec<Told>> {
        let all = 0..self.nodes.len() as u32;
        let groups = self.groups(known);
        let mut components = Components(all.clone().collect());
        for members in &groups.members {
            members
                .iter()
                .for_each(|&node| components.join(members[0], node));
        }
        for &((a, b), _) in &self.edges {
            components.join(a, b);
        }
        let linked = self.linked(known);
        let mut touched = vec![false; self.nodes.len()];
        for node in (first as u32..all.end).chain(linked.ends()) {
            touched[components.of(node) as usize] = true;
        }
        let of: Vec<u32> = all.map(|it| components.of(it)).collect();
        let is_touched = |node: NodeId| touched[of[node as usize] as usize];
        let mut pairs: Vec<(u32, Pair)> = Vec::new();
        for &((a, b), _) in self.edges.iter().filter(|it| is_touched(it.0.0)) {
            let (x, y) = (groups.of[a as usize], groups.of[b as usize]);
            if x != y {
                pairs.push((of[a as usize], (x.min(y), x.max(y))));
            }
        }
        pairs.par_sort_unstable();
        pairs.dedup();
        let each: Vec<&[(u32, Pair)]> = pairs.chunk_by(|x, y| x.0 == y.0).collect();
        let stories = each.into_par_iter().map(|pairs| self.link(pairs, &groups));
        let stories: Vec<Vec<Vec<u32>>> = stories.collect::<Result<_>>()?;
        let mut stories = stories.concat();
        let mut is_told = vec![false; self.nodes.len()];
        let told = stories.iter().flatten();
        told.for_each(|&node| is_told[node as usize] = true);
        let rest = groups.members.iter();
        let rest = rest.filter(|it| is_touched(it[0]) && !is_told[it[0] as usize]);
        stories.extend(rest.cloned());
        let ends: Vec<u32> = linked.ends().collect();
        let spoken = stories
            .iter()
            .filter(|it| it.iter().any(|node| ends.contains(node)));
        let first_of = |node: NodeId| groups.members[groups.of[node as usize] as usize][0];
        let bound = spoken.flatten().map(|&node| (first_of(node), node));
        let bound: Vec<Pair> = bound.collect();
        let stories = linked.binding(bound).respected(stories, self)?;
        let told = stories.par_iter().map(|members| self.tell(members, known));
        told.collect()
    }

    /// What tells one story already, each in the order of content.
    fn groups(&self, known: &dyn Known) -> Groups {
        let story = |node: &Node| known.story(node.number);
        let mut order: Vec<(u32, u32, u32)> = (0u32..)
            .zip(&self.nodes)
            .map(|(at, node)| (story(node), self.ranks[at as usize], at))
            .collect();
        order.par_sort_unstable();
        let mut groups = Groups {
            of: vec![0; order.len()],
            members: Vec::new(),
        };
        for same in order.chunk_by(|a, b| a.0 == b.0) {
            for &(.., node) in same {
                groups.of[node as usize] = groups.members.len() as u32;
            }
            groups.members.push(same.iter().map(|it| it.2).collect());
        }
        groups
    }

    /// The stories of one component, of which these groups may be joined.
    fn link(&self, pairs: &[(u32, Pair)], groups: &Groups) -> Result<Vec<Vec<NodeId>>> {
        let mut own: Vec<u32> = pairs.iter().flat_map(|it| [it.1.0, it.1.1]).collect();
        own.sort_unstable();
        own.dedup();
        let place = |group: u32| own.partition_point(|&it| it < group) as u32;
        let pairs: Vec<Pair> = pairs
            .iter()
            .map(|it| (place(it.1.0), place(it.1.1)))
            .collect();
        let members = own.iter().map(|&it| groups.members[it as usize].clone());
        link_groups(members.collect(), &pairs, self)
    }

    fn linked(&self, known: &dyn Known) -> Linked {
        let place = |number: u32| {
            let at = self.nodes.binary_search_by_key(&number, |node| node.number);
            at.ok().map(|at| at as u32)
        };
        let (mut same, mut different) = (Vec::new(), Vec::new());
        for (a, b, is_same) in known.links() {
            let Some((a, b)) = place(a).zip(place(b)) else {
                continue;
            };
            match is_same {
                true => same.push((a, b)),
                false => different.push((a, b)),
            }
        }
        Linked::lenient(same, different)
    }

    fn tell(&self, members: &[u32], known: &dyn Known) -> Result<Told> {
        self.interrupt.check()?;
        let number = |node: NodeId| self.nodes[node as usize].number;
        let lead = lead::chosen(
            members,
            |&node| known.wanted(number(node)),
            |node, others| Ok(self.cosines(node, others).collect()),
        )?;
        let words = members.iter().flat_map(|&node| {
            vectors::words_of_bytes(&self.words[self.nodes[node as usize].words.clone()])
        });
        let cosines = self.cosines(lead, members).map(Share);
        let label = (members.len() > 1).then(|| labels::told_by(words.collect(), members.len()));
        Ok(Told {
            lead: number(lead),
            members: members.iter().map(|&it| number(it)).zip(cosines).collect(),
            label,
        })
    }
}

impl Scores for Open {
    fn sum(&self, one: NodeId, others: &[NodeId]) -> Result<u64> {
        self.interrupt.check()?;
        Ok(self.scores(one, others).into_iter().sum())
    }

    fn enough(&self) -> u64 {
        self.yardstick.threshold
    }

    fn usual(&self) -> Option<usize> {
        None
    }
}

impl Linking for Open {
    fn by_content(&self, node: NodeId) -> u32 {
        self.ranks[node as usize]
    }

    fn interrupt(&self) -> &Interrupt {
        &self.interrupt
    }
}

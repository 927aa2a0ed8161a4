//! Grouping: similar pairs become copy groups, without chains and without bridges.
//!
//! A group is a centre and the texts similar to it; the centres are the lexicographically first maximal independent set
//! (Blelloch, Fineman, Shun: *Greedy Sequential Maximal Independent Set and Matching are Parallel on Average*, SPAA 2012)
//! of the graph of near pairs, in an order that hangs on the texts alone. Excerpts attach last.

use ahash::AHashMap;

use super::limits::Limits;
use super::texts::Texts;
use super::verify::{Sets, SimilarPair, Similarity};
use crate::fingerprint::{Millionths, Overlap};

/// Which text each text's group is centred on, and whether it came as an excerpt.
#[derive(Clone, Debug, Default)]
pub(super) struct Groups {
    /// For each text the centre of its group; its own number where it is alone.
    pub(super) centre: Vec<u32>,
    /// For each text whether it belongs to its group as an excerpt.
    pub(super) excerpt: Vec<bool>,
}

/// The near neighbours of each text.
struct Graph {
    ends: Vec<usize>,
    edges: Vec<(u32, Millionths)>,
}

impl Graph {
    fn new(texts: usize, pairs: &[SimilarPair]) -> Graph {
        let near = || pairs.iter().filter(|similar| similar.similarity == Similarity::Near);
        let mut ends = vec![0usize; texts + 1];
        for similar in near() {
            ends[similar.pair.0 as usize + 1] += 1;
            ends[similar.pair.1 as usize + 1] += 1;
        }
        for at in 1..ends.len() {
            ends[at] += ends[at - 1];
        }
        let mut edges = vec![(0, Millionths(0)); ends[texts]];
        let mut next = ends.clone();
        for SimilarPair { pair: (a, b), overlap, .. } in near() {
            for (from, to) in [(a, b), (b, a)] {
                edges[next[*from as usize]] = (*to, overlap.jaccard());
                next[*from as usize] += 1;
            }
        }
        Graph { ends, edges }
    }

    fn of(&self, text: u32) -> &[(u32, Millionths)] {
        &self.edges[self.ends[text as usize]..self.ends[text as usize + 1]]
    }

    /// All texts: those most similar to most first, then the longest, then by content hash.
    fn order(&self, texts: &Texts) -> Vec<u32> {
        let sum = |text: u32| self.of(text).iter().map(|edge| u64::from(edge.1.0)).sum::<u64>();
        let mut order: Vec<(std::cmp::Reverse<(u64, u32)>, u32)> = (0..texts.len() as u32)
            .map(|text| (std::cmp::Reverse((sum(text), texts.prints[text as usize].tokens)), text))
            .collect();
        order.sort_unstable();
        order.into_iter().map(|(_, text)| text).collect()
    }
}

/// The centre that each text joins, by near pairs alone.
pub(super) fn centres(texts: &Texts, pairs: &[SimilarPair]) -> Vec<u32> {
    let graph = Graph::new(texts.len(), pairs);
    let order = graph.order(texts);
    join(&graph, &order, &mut Limits::none())
}

fn join(graph: &Graph, order: &[u32], limits: &mut Limits<'_>) -> Vec<u32> {
    let mut rank = vec![0u32; order.len()];
    let mut taken = vec![false; order.len()];
    let mut is_centre = vec![false; order.len()];
    for (&text, at) in order.iter().zip(0..) {
        rank[text as usize] = at;
        if !taken[text as usize] {
            is_centre[text as usize] = true;
            taken[text as usize] = true;
            graph.of(text).iter().for_each(|edge| taken[edge.0 as usize] = true);
        }
    }
    let mut centre: Vec<u32> = (0..order.len() as u32).collect();
    for &text in order.iter().filter(|&&text| !is_centre[text as usize]) {
        let best = graph
            .of(text)
            .iter()
            .filter(|edge| is_centre[edge.0 as usize] && limits.fit(edge.0, text))
            .max_by_key(|edge| (edge.1, std::cmp::Reverse(rank[edge.0 as usize])));
        if let Some(&(best, _)) = best {
            limits.join(best, text);
            centre[text as usize] = best;
        }
    }
    centre
}

/// Groups the texts by their similar pairs.
pub(super) fn group(texts: &Texts, pairs: &[SimilarPair], sets: &Sets, limits: &mut Limits<'_>) -> Groups {
    let round_ups = round_ups(texts, pairs, sets);
    let kept: Vec<SimilarPair> =
        pairs.iter().copied().filter(|similar| !quotes(similar, &round_ups)).collect();
    let graph = Graph::new(texts.len(), &kept);
    let order = graph.order(texts);
    let mut groups = Groups { centre: join(&graph, &order, limits), excerpt: vec![false; texts.len()] };
    attach(texts, &kept, &mut groups, limits);
    groups
}

/// Whether a round-up and something it quotes make this pair.
fn quotes(similar: &SimilarPair, round_ups: &[bool]) -> bool {
    let (a, b) = similar.pair;
    let larger = if similar.overlap.sizes.0 >= similar.overlap.sizes.1 { a } else { b };
    round_ups[larger as usize] && contains(similar)
}

/// From this containment on, the larger text of a pair holds the smaller one.
const HOLDS: Millionths = Millionths(700_000);
/// Texts that share less than this of the smaller are unlike.
const UNLIKE: Millionths = Millionths(300_000);
/// Of the texts a large text holds, this many are compared, those of smallest content hash.
const COMPARED: usize = 64;
/// A text that holds this many unlike texts is a round-up; ...
const ROUND_UP: usize = 3;
/// ... one that holds two is, where they make up this much of it.
const FILLED: Millionths = Millionths(800_000);

fn contains(similar: &SimilarPair) -> bool {
    similar.overlap.sizes.0 != similar.overlap.sizes.1 && similar.overlap.containment() >= HOLDS
}

/// Which texts are round-ups: they hold texts that are unlike each other.
fn round_ups(texts: &Texts, pairs: &[SimilarPair], sets: &Sets) -> Vec<bool> {
    let mut held: AHashMap<u32, Vec<u32>> = AHashMap::new();
    for similar in pairs.iter().filter(|similar| contains(similar)) {
        let (a, b) = similar.pair;
        let (small, large) = if similar.overlap.sizes.0 < similar.overlap.sizes.1 { (a, b) } else { (b, a) };
        held.entry(large).or_default().push(small);
    }
    let mut found = vec![false; texts.len()];
    let holders: Vec<(u32, Vec<u32>)> = held.into_iter().filter(|(_, held)| held.len() > 1).collect();
    for (large, mut held) in holders {
        held.sort_unstable();
        let mut unlike: Vec<u32> = Vec::new();
        for &text in held.iter().take(COMPARED) {
            let apart = |&&other: &&u32| Overlap::of(sets.of(text), sets.of(other)).containment() < UNLIKE;
            if unlike.iter().filter(apart).count() == unlike.len() {
                unlike.push(text);
            }
        }
        let size = sets.of(large).len() as u32;
        let filled: u32 = unlike.iter().map(|&text| Overlap::of(sets.of(text), sets.of(large)).shared).sum();
        found[large as usize] =
            unlike.len() >= ROUND_UP || (unlike.len() == 2 && Millionths::ratio(filled, size) >= FILLED);
    }
    found
}

/// Attaches groups whose centre is an excerpt to the group of what it was cut from: larger texts first, no chains.
fn attach(texts: &Texts, pairs: &[SimilarPair], groups: &mut Groups, limits: &mut Limits<'_>) {
    let mut hosts: AHashMap<u32, Vec<(Millionths, u32)>> = AHashMap::new();
    for similar in pairs.iter().filter(|similar| similar.similarity == Similarity::Excerpt) {
        let (a, b) = similar.pair;
        let (small, large) = if similar.overlap.sizes.0 < similar.overlap.sizes.1 { (a, b) } else { (b, a) };
        hosts.entry(small).or_default().push((similar.overlap.containment(), large));
    }
    let mut cuts: Vec<u32> = hosts.keys().copied().filter(|&text| groups.centre[text as usize] == text).collect();
    cuts.sort_unstable_by_key(|&text| (std::cmp::Reverse(texts.prints[text as usize].tokens), text));
    let mut members: AHashMap<u32, Vec<u32>> = AHashMap::new();
    for (&centre, text) in groups.centre.iter().zip(0..) {
        members.entry(centre).or_default().push(text);
    }
    let near = groups.centre.clone();
    let mut is_host = vec![false; texts.len()];
    let mut is_cut = vec![false; texts.len()];
    for cut in cuts.into_iter() {
        if is_host[cut as usize] {
            continue;
        }
        let tokens = |text: u32| texts.prints[text as usize].tokens;
        let host = hosts[&cut]
            .iter()
            .map(|&(containment, large)| (containment, tokens(large), std::cmp::Reverse(large)))
            .filter(|&(.., large)| {
                let host = near[large.0 as usize];
                host != cut && !is_cut[host as usize] && members[&cut].iter().all(|&text| limits.fit(host, text))
            })
            .max();
        let Some((.., large)) = host else { continue };
        let host = near[large.0 as usize];
        is_host[host as usize] = true;
        is_cut[cut as usize] = true;
        for &text in &members[&cut] {
            limits.join(host, text);
            groups.centre[text as usize] = host;
            groups.excerpt[text as usize] = true;
        }
    }
}

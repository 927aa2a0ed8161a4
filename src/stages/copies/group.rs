//! Grouping: similar pairs become copy groups, without chains and without bridges.
//!
//! A group is a centre and the texts similar to it; the centres are the lexicographically first maximal independent set
//! (Blelloch, Fineman, Shun: *Greedy Sequential Maximal Independent Set and Matching are Parallel on Average*, SPAA 2012)
//! of the graph of near pairs, in an order that hangs on the texts alone. Excerpts attach last.

use std::borrow::Cow;

use ahash::AHashMap;

use super::limits::Limits;
use super::round_ups::{are_versions, round_ups};
use super::rules::{CUT, FRAMELESS};
use super::texts::Texts;
use crate::corpus::TextId;

use super::pairs::{PairKind, SimilarPair};
use crate::error::Result;
use crate::kernel::Share;
use crate::spill::Column;

/// Which text each text's group is centred on, and whether it came as an excerpt.
#[derive(Clone, Debug, Default)]
pub(crate) struct Groups {
    /// For each text the centre of its group; its own number where it is alone.
    pub(crate) centre: Vec<TextId>,
    /// For each text whether it belongs to its group as an excerpt.
    pub(crate) excerpt: Vec<bool>,
    /// For each text whether it is a round-up.
    pub(crate) round_up: Vec<bool>,
}

/// The near neighbours of each text.
struct Graph {
    ends: Vec<usize>,
    edges: Vec<(TextId, Share)>,
}

impl Graph {
    fn new(texts: usize, pairs: &[SimilarPair]) -> Graph {
        let near = || {
            pairs
                .iter()
                .filter(|similar| similar.similarity == PairKind::Near)
        };
        let mut ends = vec![0usize; texts + 1];
        for similar in near() {
            ends[similar.pair.0 as usize + 1] += 1;
            ends[similar.pair.1 as usize + 1] += 1;
        }
        for at in 1..ends.len() {
            ends[at] += ends[at - 1];
        }
        let mut edges = vec![(0, Share(0)); ends[texts]];
        let mut next = ends.clone();
        for SimilarPair {
            pair: (a, b),
            overlap,
            ..
        } in near()
        {
            for (from, to) in [(a, b), (b, a)] {
                edges[next[*from as usize]] = (*to, overlap.jaccard());
                next[*from as usize] += 1;
            }
        }
        Graph { ends, edges }
    }

    fn of(&self, text: TextId) -> &[(TextId, Share)] {
        &self.edges[self.ends[text as usize]..self.ends[text as usize + 1]]
    }

    /// All texts: those most similar to most first, then the longest, then by content hash.
    fn order(&self, texts: &Texts) -> Vec<TextId> {
        let sum = |text: TextId| {
            self.of(text)
                .iter()
                .map(|edge| u64::from(edge.1.0))
                .sum::<u64>()
        };
        let mut order: Vec<(std::cmp::Reverse<(u64, u32)>, u32)> = (0..texts.len() as u32)
            .map(|text| {
                (
                    std::cmp::Reverse((sum(text), texts.print(text).tokens)),
                    text,
                )
            })
            .collect();
        order.sort_unstable();
        order.into_iter().map(|(_, text)| text).collect()
    }
}

/// The centre that each text joins, by near pairs alone.
pub(super) fn centres(texts: &Texts, pairs: &[SimilarPair]) -> Vec<TextId> {
    let graph = Graph::new(texts.len(), pairs);
    let order = graph.order(texts);
    join(&graph, &order, &mut Limits::none())
}

fn join(graph: &Graph, order: &[TextId], limits: &mut Limits<'_>) -> Vec<TextId> {
    let mut rank = vec![0u32; order.len()];
    let mut taken = vec![false; order.len()];
    let mut is_centre = vec![false; order.len()];
    for (&text, at) in order.iter().zip(0..) {
        rank[text as usize] = at;
        if !taken[text as usize] {
            is_centre[text as usize] = true;
            taken[text as usize] = true;
            graph
                .of(text)
                .iter()
                .for_each(|edge| taken[edge.0 as usize] = true);
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
pub(super) fn group(
    texts: &Texts,
    candidates: &Column<u64>,
    pairs: &[SimilarPair],
    excerpt: Share,
    limits: &mut Limits<'_>,
) -> Result<Groups> {
    let round_ups = round_ups(texts, candidates, pairs)?;
    let quotes = |text: TextId| round_ups[text as usize];
    let joins = |similar: &&SimilarPair| {
        // A round-up may be copied, but joins nothing it quotes.
        let (a, b) = (quotes(similar.pair.0), quotes(similar.pair.1));
        !(a || b)
            || similar.overlap.jaccard() >= FRAMELESS
            || a && b && are_versions(similar.overlap)
    };
    let kept: Cow<'_, [SimilarPair]> = match round_ups.iter().any(|&is_round_up| is_round_up) {
        true => Cow::Owned(pairs.iter().filter(joins).copied().collect()),
        // Every pair joins.
        false => Cow::Borrowed(pairs),
    };
    let graph = Graph::new(texts.len(), &kept);
    let order = graph.order(texts);
    let mut groups = Groups {
        centre: join(&graph, &order, limits),
        excerpt: vec![false; texts.len()],
        round_up: Vec::new(),
    };
    attach(texts, &kept, &mut groups, limits);
    mark_cuts(&kept, excerpt, &mut groups);

    groups.round_up = round_ups;
    Ok(groups)
}

/// Marks as excerpts the members that a longer one of their group holds, though they are similar enough to be near: a
/// paywall copy with half of the text must not stand for the whole.
fn mark_cuts(pairs: &[SimilarPair], threshold: Share, groups: &mut Groups) {
    for similar in pairs {
        let (small, large) = similar.by_size();
        let together = groups.centre[small as usize] == groups.centre[large as usize];
        let (a, b) = similar.overlap.sizes;
        let is_cut =
            Share::ratio(a.min(b), a.max(b)) <= CUT && similar.overlap.containment() >= threshold;
        if together && is_cut {
            groups.excerpt[small as usize] = true;
        }
    }
}

/// Attaches groups whose centre is an excerpt to the group of what it was cut from: larger texts first, no chains.
fn attach(texts: &Texts, pairs: &[SimilarPair], groups: &mut Groups, limits: &mut Limits<'_>) {
    let mut hosts: AHashMap<u32, Vec<(Share, u32)>> = AHashMap::new();
    for similar in pairs
        .iter()
        .filter(|similar| similar.similarity == PairKind::Excerpt)
    {
        let (small, large) = similar.by_size();
        hosts
            .entry(small)
            .or_default()
            .push((similar.overlap.containment(), large));
    }
    let mut cuts: Vec<u32> = hosts
        .keys()
        .copied()
        .filter(|&text| groups.centre[text as usize] == text)
        .collect();
    cuts.sort_unstable_by_key(|&text| (std::cmp::Reverse(texts.print(text).tokens), text));
    let mut members: AHashMap<u32, Vec<u32>> = AHashMap::new();
    for (centre, text) in groups.centre.iter().zip(0..) {
        // Only those of the groups that may be attached are asked for.
        if hosts.contains_key(centre) {
            members.entry(*centre).or_default().push(text);
        }
    }
    let near = groups.centre.clone();
    let mut is_host = vec![false; texts.len()];
    let mut is_cut = vec![false; texts.len()];
    for cut in cuts.into_iter() {
        if is_host[cut as usize] {
            continue;
        }
        let tokens = |text: TextId| texts.print(text).tokens;
        let host = hosts[&cut]
            .iter()
            .map(|&(containment, large)| (containment, tokens(large), std::cmp::Reverse(large)))
            .filter(|&(.., large)| {
                let host = near[large.0 as usize];
                host != cut
                    && !is_cut[host as usize]
                    && members[&cut].iter().all(|&text| limits.fit(host, text))
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

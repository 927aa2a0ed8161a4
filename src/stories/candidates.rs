//! Candidates: articles that share a rare term, or two of their most telling ones.

use std::cmp::Reverse;

use rayon::prelude::*;

use super::Nodes;
use super::language::Pools;
use super::shared::Buckets;
use super::vectors::Vectors;
use crate::fingerprint::mix;

/// Two nodes, the lesser first.
pub(super) type Pair = (u32, u32);

/// A term of at most so many articles is a key by itself; others are keys in twos.
pub(super) const RARE: u32 = 64;
/// How many nodes before and behind it each node meets in a bucket, by time.
const REACH: usize = 16;
/// How many candidates each node keeps of those it met.
const KEPT: usize = 32;

/// The candidate pairs, and how they came about.
#[derive(Debug, Default)]
pub(super) struct Candidates {
    /// Ascending, each once.
    pub(super) pairs: Vec<Pair>,
    pub(super) keys: usize,
    pub(super) buckets: usize,
    pub(super) largest_bucket: usize,
}

impl Candidates {
    /// Meets the nodes of each language that share a key and are published within `window` seconds of each other.
    ///
    /// Each node keeps those it shares most keys with; ties go to the nearest in time.
    pub(super) fn new(nodes: &Nodes, vectors: &Vectors, pools: &Pools, window: u64) -> Candidates {
        let buckets = Buckets::new(nodes.len(), &|node, keys| {
            add_keys(vectors.terms(node), pools.of[node as usize], keys);
        });
        let near = |a: u32, b: u32| {
            let both = nodes.times[a as usize].zip(nodes.times[b as usize]);
            both.is_none_or(|(x, y)| x.abs_diff(y) <= window)
        };
        let chosen = |met: &mut Vec<u32>, node: u32| {
            met.clear();
            buckets.neighbours(node, REACH, met);
            met.retain(|&other| near(node, other));
            met.sort_unstable();
            let counts = met.chunk_by(|a, b| a == b);
            let mut ranked: Vec<(Reverse<usize>, u32, u32)> = counts
                .map(|same| (Reverse(same.len()), same[0].abs_diff(node), same[0]))
                .collect();
            ranked.sort_unstable();
            ranked.truncate(KEPT);
            let pair =
                move |(.., other): (Reverse<usize>, u32, u32)| (node.min(other), node.max(other));
            ranked.into_iter().map(pair)
        };
        let mut pairs: Vec<Pair> = (0..nodes.len() as u32)
            .into_par_iter()
            .map_init(Vec::new, chosen)
            .flatten_iter()
            .collect();
        pairs.par_sort_unstable();
        pairs.dedup();
        Candidates {
            pairs,
            keys: buckets.keys(),
            buckets: buckets.count,
            largest_bucket: buckets.largest,
        }
    }
}

/// Adds the keys by which an article with these terms meets others.
pub(super) fn add_keys(terms: &[(u32, u32)], pool: u16, keys: &mut Vec<u64>) {
    let pool = u64::from(pool);
    for (at, &(a, articles)) in terms.iter().enumerate() {
        if articles <= RARE {
            keys.push(mix(u64::from(a) << 16 | pool));
            continue;
        }
        for &(b, _) in terms[..at].iter().filter(|term| term.1 > RARE) {
            let both = u64::from(a.min(b)) << 32 | u64::from(a.max(b));
            keys.push(mix(both ^ pool << 61 ^ pool));
        }
    }
}

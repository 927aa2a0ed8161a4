//! Candidates: articles that share a rare term, or two of their most telling ones.

use std::cmp::Reverse;

use rayon::prelude::*;
use zerocopy::{FromBytes, Immutable, IntoBytes};

use super::NodeId;
use super::Representatives;
use super::language::LanguageGroups;
use super::vectors::{Telling, Vectors};
use crate::error::Result;
use crate::kernel::mix;
use crate::spill::{Keyed, MemoryBudget, Sorted, Sorter};

/// Two nodes, the lesser first.
pub(super) type Pair = (u32, u32);

/// A term of at most so many articles is a key by itself; others are keys in twos.
pub(super) const RARE: u32 = 64;
/// How many nodes before and behind it each node meets in a bucket, by time.
const REACH: usize = 16;
/// How many candidates each node keeps of those it met.
const KEPT: usize = 32;
/// So many nodes give their keys at a time.
const AT_A_TIME: usize = 1024;

/// The candidate pairs, and how they came about.
#[derive(Debug)]
pub(super) struct Candidates {
    /// Ascending; a pair that both keep is there twice.
    pub(super) pairs: Sorted<Met>,
    pub(super) keys: usize,
    pub(super) buckets: usize,
    pub(super) largest_bucket: usize,
}

/// A key, and a node that has it.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, FromBytes, IntoBytes, Immutable)]
#[repr(C)]
struct Keyholder {
    /// The key's upper and lower half: so nothing is lost to alignment.
    key: [u32; 2],
    node: NodeId,
}

impl Keyed for Keyholder {
    fn key(&self) -> u64 {
        u64::from(self.key[0]) << 32 | u64::from(self.key[1])
    }
}

/// A node, and another that it met.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, FromBytes, IntoBytes, Immutable)]
#[repr(C)]
pub(super) struct Met {
    pub(super) node: NodeId,
    pub(super) other: NodeId,
}

impl Keyed for Met {
    fn key(&self) -> u64 {
        self.node.into()
    }
}

impl Candidates {
    /// Meets the nodes of each language that share a key and are published within `window` seconds of each other.
    ///
    /// Each node keeps those it shares most keys with; ties go to the nearest in time, then by a hash of both records.
    pub(super) fn new(
        nodes: &Representatives,
        vectors: &Vectors,
        pools: &LanguageGroups,
        window: u64,
        budget: &MemoryBudget,
    ) -> Result<Candidates> {
        let keys = keys(vectors, pools, nodes.len(), budget)?;
        let near = |a: NodeId, b: NodeId| {
            let both = nodes.times[a as usize].zip(nodes.times[b as usize]);
            both.is_none_or(|(x, y)| x.abs_diff(y) <= window)
        };
        let (mut shared_keys, mut buckets, mut largest_bucket) = (0, 0, 0);
        let met = Sorter::below(nodes.len() as u64, budget);
        keys.scan(|holders| {
            let mut own = Vec::new();
            for bucket in holders.chunk_by(|a, b| a.key == b.key) {
                if bucket.len() == 1 {
                    continue;
                }
                shared_keys += bucket.len();
                buckets += 1;
                largest_bucket = bucket.len().max(largest_bucket);
                in_bucket(bucket, |holder| holder.node, near, &mut |node, other| {
                    own.push(Met { node, other });
                    own.push(Met {
                        node: other,
                        other: node,
                    });
                });
                if own.len() > 1 << 16 {
                    met.push(std::mem::take(&mut own))?;
                }
            }
            met.push(own)
        })?;
        drop(keys);
        let pairs = Sorter::below(nodes.len() as u64, budget);
        met.finish()?.scan(|met| {
            let of_nodes: Vec<&[Met]> = met.chunk_by(|a, b| a.node == b.node).collect();
            of_nodes.par_chunks(AT_A_TIME).try_for_each(|of_nodes| {
                let kept = of_nodes.iter().flat_map(|met| kept(met, nodes, window));
                pairs.push(kept.collect())
            })
        })?;
        Ok(Candidates {
            pairs: pairs.finish()?,
            keys: shared_keys,
            buckets,
            largest_bucket,
        })
    }
}

/// The keys of all nodes.
fn keys(
    vectors: &Vectors,
    pools: &LanguageGroups,
    nodes: usize,
    budget: &MemoryBudget,
) -> Result<Sorted<Keyholder>> {
    let sorter = Sorter::new(budget);
    (0..nodes.div_ceil(AT_A_TIME))
        .into_par_iter()
        .try_for_each(|part| {
            let own = part * AT_A_TIME..((part + 1) * AT_A_TIME).min(nodes);
            let (mut buffer, mut keys, mut holders) = (Vec::new(), Vec::new(), Vec::new());
            for node in own.start as u32..own.end as u32 {
                keys.clear();
                let terms = vectors.terms(node, &mut buffer)?;
                add_keys(terms, pools.of[node as usize], &mut keys);
                holders.extend(keys.iter().map(|&key| Keyholder {
                    key: [(key >> 32) as u32, key as u32],
                    node,
                }));
            }
            sorter.push(holders)
        })?;
    sorter.finish()
}

/// Hands on the pairs that meet in a bucket, whose holders are in the order of time.
pub(super) fn in_bucket<H>(
    bucket: &[H],
    node: impl Fn(&H) -> u32,
    near: impl Fn(u32, u32) -> bool,
    met: &mut dyn FnMut(u32, u32),
) {
    for (at, a) in bucket.iter().enumerate() {
        let behind = bucket[at + 1..].iter().take(REACH).map(&node);
        let a = node(a);
        behind.filter(|&b| near(a, b)).for_each(|b| met(a, b));
    }
}

/// The place of one that a node met: the least is kept first.
pub(super) type Ranked = (Reverse<usize>, u64, u64);

/// The place of one that shares so many keys with a node, is so many seconds from it, and has so much of a [`tie`].
pub(super) fn rank(keys: usize, gap: Option<u64>, window: u64, tie: u64) -> Ranked {
    (Reverse(keys), gap.unwrap_or(window), tie)
}

/// What ties of two go by, from the hashes of their records.
pub(super) fn tie(a: u64, b: u64) -> u64 {
    mix(a ^ b)
}

/// Those that a node keeps.
pub(super) fn nearest<T: Ord>(mut ranked: Vec<(Ranked, T)>) -> impl Iterator<Item = T> {
    ranked.sort_unstable();
    ranked.truncate(KEPT);
    ranked.into_iter().map(|ranked| ranked.1)
}

/// The pairs a node keeps of those it met.
fn kept(met: &[Met], nodes: &Representatives, window: u64) -> impl Iterator<Item = Met> + use<> {
    let counts = met.chunk_by(|a, b| a.other == b.other);
    let ranked = counts.map(|same| {
        let (node, other) = (same[0].node, same[0].other);
        let [a, b] = [node, other].map(|it| nodes.records[it as usize]);
        let gap = nodes.apart(node, other).gap;
        (rank(same.len(), gap, window, tie(a, b)), same[0])
    });
    nearest(ranked.collect()).map(|Met { node, other }| Met {
        node: node.min(other),
        other: node.max(other),
    })
}

/// Adds the keys by which an article with these terms meets others.
pub(super) fn add_keys(terms: &[Telling], pool: u16, keys: &mut Vec<u64>) {
    let pool = u64::from(pool);
    for (at, &[a, articles]) in terms.iter().enumerate() {
        if articles <= RARE {
            keys.push(mix(u64::from(a) << 16 | pool));
            continue;
        }
        for &[b, _] in terms[..at].iter().filter(|term| term[1] > RARE) {
            let both = u64::from(a.min(b)) << 32 | u64::from(a.max(b));
            keys.push(mix(both ^ pool << 61 ^ pool));
        }
    }
}

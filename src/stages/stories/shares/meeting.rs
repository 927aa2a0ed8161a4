//! Meeting in shares: representatives that share keys.

use std::collections::BTreeMap;

use ahash::AHashMap;

use super::super::candidates::{Ranked, add_keys, in_bucket, nearest, rank, tie};
use super::rows::{KeysRow, MetCounts, MetOther, MetRow, NodeRef, PairOfNodes, WeighedRow};

/// The keys of representatives, by the share of each key.
pub(crate) fn keys_of<'r>(
    rows: impl Iterator<Item = &'r WeighedRow<'r>>,
    share: impl Fn(u64) -> u32,
) -> BTreeMap<u32, KeysRow> {
    let mut of_share: BTreeMap<u32, KeysRow> = BTreeMap::new();
    let mut keys = Vec::new();
    for row in rows {
        keys.clear();
        add_keys(&row.terms, row.facts.pool, &mut keys);
        for &key in &keys {
            let own = of_share.entry(share(key)).or_default();
            if own.nodes.last() != Some(&row.facts.node) {
                own.nodes.push(row.facts.node);
            }
            own.keys.push((key, own.nodes.len() as u32 - 1));
        }
    }
    of_share
}

/// Meets representatives that share a key and are published within a window of seconds; `home` says which share is at home where.
pub(crate) fn meet(
    rows: &[KeysRow],
    window: u64,
    home: impl Fn(&NodeRef) -> u32,
    visit: &mut dyn FnMut(&NodeRef, MetRow),
) -> MetCounts {
    let mut nodes: Vec<NodeRef> = rows.iter().flat_map(|row| row.nodes.clone()).collect();
    nodes.sort_unstable();
    nodes.dedup();
    let mut holders: Vec<(u64, u32)> = Vec::new();
    for row in rows {
        let place = |node: &NodeRef| nodes.binary_search(node).unwrap_or_default() as u32;
        let places: Vec<u32> = row.nodes.iter().map(place).collect();
        let own = row.keys.iter();
        holders.extend(own.filter_map(|&(key, at)| Some((key, *places.get(at as usize)?))));
    }
    holders.sort_unstable();
    let mut counts = MetCounts::default();
    let mut met: Vec<(u32, u32)> = Vec::new();
    let near = |a: u32, b: u32| {
        let both = nodes[a as usize].time.zip(nodes[b as usize].time);
        both.is_none_or(|(x, y)| x.abs_diff(y) <= window)
    };
    for bucket in holders.chunk_by(|a, b| a.0 == b.0) {
        if bucket.len() == 1 {
            continue;
        }
        counts.keys += bucket.len() as u64;
        counts.buckets += 1;
        counts.largest_bucket = counts.largest_bucket.max(bucket.len() as u64);
        in_bucket(bucket, |holder| holder.1, near, &mut |a, b| {
            met.extend([(a, b), (b, a)]);
        });
    }
    drop(holders);
    met.sort_unstable();
    for of_node in met.chunk_by(|a, b| a.0 == b.0) {
        let node = &nodes[of_node[0].0 as usize];
        let others = of_node.chunk_by(|a, b| a.1 == b.1).map(|same| {
            let other = &nodes[same[0].1 as usize];
            MetOther {
                at: other.at,
                home: home(other),
                is_less: other < node,
                gap: node.time.zip(other.time).map(|(a, b)| a.abs_diff(b)),
                tie: tie(node.record, other.record),
                keys: same.len() as u32,
            }
        });
        let others = others.collect();
        visit(
            node,
            MetRow {
                at: node.at,
                others,
            },
        );
    }
    counts
}

/// The pairs that representatives keep of those they met, with the share that the first of each is at home in; all of them are at
/// home in one share.
pub(crate) fn kept(
    rows: Vec<MetRow>,
    window: u64,
    own: u32,
    visit: &mut dyn FnMut(u32, PairOfNodes),
) {
    let mut of_node: AHashMap<u64, Vec<MetOther>> = AHashMap::new();
    for row in rows {
        of_node.entry(row.at).or_default().extend(row.others);
    }
    let mut of_node: Vec<(u64, Vec<MetOther>)> = of_node.into_iter().collect();
    of_node.sort_unstable_by_key(|it| it.0);
    for (node, mut others) in of_node {
        others.sort_unstable();
        let ranked = others.chunk_by(|a, b| a.at == b.at).map(|same| {
            let keys = same.iter().map(|it| it.keys as usize).sum();
            (rank(keys, same[0].gap, window, same[0].tie), same[0])
        });
        let ranked: Vec<(Ranked, MetOther)> = ranked.collect();
        for other in nearest(ranked) {
            let (nodes, homes) = match other.is_less {
                true => ((other.at, node), (other.home, own)),
                false => ((node, other.at), (own, other.home)),
            };
            let home = homes.1;
            visit(homes.0, PairOfNodes { nodes, home });
        }
    }
}

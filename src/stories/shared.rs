//! Shared keys: which nodes hold the same keys, as buckets.

use rayon::prelude::*;

/// Keys that are made and sorted at a time; the buckets do not hang on it.
const AT_A_TIME: usize = 1 << 25;

/// The nodes behind every key that two or more share, in ascending order, bucket behind bucket.
#[derive(Debug, Default)]
pub(super) struct Buckets {
    nodes: Vec<u32>,
    /// For each entry whether it opens a bucket.
    opens: Vec<bool>,
    /// The entries of each node, and where those of each end.
    entries: Vec<u32>,
    ends: Vec<u32>,
    /// How many buckets there are.
    pub(super) count: usize,
    /// How many nodes the largest holds.
    pub(super) largest: usize,
}

impl Buckets {
    /// Puts nodes into buckets by the keys that `keys` adds to its argument; no node gives a key twice.
    pub(super) fn new(nodes: usize, keys: &(dyn Fn(u32, &mut Vec<u64>) + Sync)) -> Buckets {
        let total: usize = (0..nodes as u32)
            .into_par_iter()
            .fold(
                Default::default,
                |(sum, mut own): (usize, Vec<u64>), node| {
                    own.clear();
                    keys(node, &mut own);
                    (sum + own.len(), own)
                },
            )
            .map(|(sum, _)| sum)
            .sum();
        let parts = total.div_ceil(AT_A_TIME).next_power_of_two() as u64;
        let mut buckets = Buckets::default();
        for part in 0..parts {
            let mut entries: Vec<(u64, u32)> = (0..nodes as u32)
                .into_par_iter()
                .fold(
                    Default::default,
                    |(mut all, mut own): (Vec<_>, Vec<u64>), node| {
                        own.clear();
                        keys(node, &mut own);
                        let wanted = own.iter().filter(|&&key| key & (parts - 1) == part);
                        all.extend(wanted.map(|&key| (key, node)));
                        (all, own)
                    },
                )
                .flat_map_iter(|(all, _)| all)
                .collect();
            entries.par_sort_unstable();
            buckets.add(&entries);
        }
        buckets.index(nodes);
        buckets
    }

    fn add(&mut self, entries: &[(u64, u32)]) {
        for bucket in entries
            .chunk_by(|a, b| a.0 == b.0)
            .filter(|bucket| bucket.len() > 1)
        {
            self.count += 1;
            self.largest = self.largest.max(bucket.len());
            for (at, entry) in bucket.iter().enumerate() {
                self.nodes.push(entry.1);
                self.opens.push(at == 0);
            }
        }
    }

    fn index(&mut self, nodes: usize) {
        self.ends = vec![0; nodes + 1];
        for &node in &self.nodes {
            self.ends[node as usize + 1] += 1;
        }
        for node in 0..nodes {
            self.ends[node + 1] += self.ends[node];
        }
        let mut next = self.ends.clone();
        self.entries = vec![0; self.nodes.len()];
        for (&node, entry) in self.nodes.iter().zip(0..) {
            self.entries[next[node as usize] as usize] = entry;
            next[node as usize] += 1;
        }
    }

    /// How many keys all nodes share with others.
    pub(super) fn keys(&self) -> usize {
        self.nodes.len()
    }

    /// Adds the nodes that stand next to this one, `reach` before and behind it in each of its buckets.
    pub(super) fn neighbours(&self, node: u32, reach: usize, met: &mut Vec<u32>) {
        let own = self.ends[node as usize]..self.ends[node as usize + 1];
        for &entry in &self.entries[own.start as usize..own.end as usize] {
            let at = entry as usize;
            let mut before = at;
            while !self.opens[before] && at - before < reach {
                before -= 1;
                met.push(self.nodes[before]);
            }
            let behind = (at + 1..self.nodes.len()).take(reach);
            met.extend(
                behind
                    .take_while(|&at| !self.opens[at])
                    .map(|at| self.nodes[at]),
            );
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn nodes_meet_their_neighbours_in_each_bucket() {
        let keys = |node: u32, keys: &mut Vec<u64>| {
            keys.extend([u64::from(node % 2), 100 + u64::from(node)])
        };
        let buckets = Buckets::new(10, &keys);
        assert_eq!((buckets.count, buckets.largest, buckets.keys()), (2, 5, 10));
        let mut met = Vec::new();
        buckets.neighbours(4, 1, &mut met);
        assert_eq!(met, [2, 6]);
        met.clear();
        buckets.neighbours(9, 3, &mut met);
        assert_eq!(met, [7, 5, 3]);
    }
}

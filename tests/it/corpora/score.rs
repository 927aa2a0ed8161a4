//! How well groups agree with the truth, counted in pairs of articles.

use std::collections::{BTreeMap, HashMap};
use std::hash::Hash;

use super::Dump;

/// What a tool found: article id to copy id.
pub(crate) type Clusters = HashMap<String, String>;

/// Pairs of articles put together, against pairs that belong together.
#[derive(Clone, Copy, Debug, PartialEq)]
pub(crate) struct PairScores {
    /// The share of the predicted pairs that are true; 1 where none is predicted.
    pub(crate) precision: f64,
    /// The share of the true pairs that are predicted; 1 where there is none.
    pub(crate) recall: f64,
    /// Their harmonic mean.
    pub(crate) f1: f64,
}

/// Scores `predicted` over the ids in `gold`; an id that `predicted` does not have is alone.
pub(crate) fn pair_scores(gold: &[(String, String)], predicted: &Clusters) -> PairScores {
    let cluster = |id: &String| predicted.get(id).ok_or_else(|| id.clone());
    let together = pairs_within(gold.iter().map(|(id, group)| (cluster(id), group)));
    let claimed = pairs_within(gold.iter().map(|(id, _)| cluster(id)));
    let wanted = pairs_within(gold.iter().map(|(_, group)| group));
    PairScores {
        precision: share(together, claimed),
        recall: share(together, wanted),
        f1: share(2 * together, claimed + wanted),
    }
}

/// How many pairs of items are equal.
fn pairs_within<T: Eq + Hash>(items: impl Iterator<Item = T>) -> u64 {
    let mut sizes: HashMap<T, u64> = HashMap::new();
    for item in items {
        *sizes.entry(item).or_default() += 1;
    }
    sizes.values().map(|size| size * (size - 1) / 2).sum()
}

fn share(part: u64, whole: u64) -> f64 {
    if whole == 0 {
        1.0
    } else {
        part as f64 / whole as f64
    }
}

impl Dump {
    /// Scores copy groups against the truth.
    pub(crate) fn score(&self, clusters: &Clusters) -> PairScores {
        pair_scores(&self.gold, clusters)
    }

    /// The share of the listed pairs that are in one group, by what was done to the second of the pair.
    pub(crate) fn recall_by_edit(&self, clusters: &Clusters) -> BTreeMap<&str, f64> {
        let mut counts: BTreeMap<&str, (u64, u64)> = BTreeMap::new();
        for pair in &self.pairs {
            let (found, all) = counts.entry(&pair.edit).or_default();
            let group = clusters.get(&pair.a);
            *found += u64::from(group.is_some() && group == clusters.get(&pair.b));
            *all += 1;
        }
        counts
            .into_iter()
            .map(|(edit, (found, all))| (edit, share(found, all)))
            .collect()
    }

    /// The truth as the clusters of a perfect tool.
    pub(crate) fn truth(&self) -> Clusters {
        self.gold.iter().cloned().collect()
    }
}

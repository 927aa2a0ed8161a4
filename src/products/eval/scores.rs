//! Scores are numbers from how many articles each cluster shares with each gold group.

use serde::Serialize;

use super::worst::Labels;

/// Precision, recall, and their harmonic mean, each from 0 to 1.
#[derive(Clone, Copy, Debug, PartialEq, Serialize)]
pub struct PrecisionRecall {
    /// How much of what was put together belongs together.
    pub precision: f64,
    /// How much of what belongs together was put together.
    pub recall: f64,
    /// `2 * precision * recall / (precision + recall)`; 0 where both are.
    pub f1: f64,
}

impl PrecisionRecall {
    fn new(precision: f64, recall: f64) -> PrecisionRecall {
        PrecisionRecall {
            precision,
            recall,
            f1: harmonic_mean(precision, recall),
        }
    }
}

/// Homogeneity, completeness, and their harmonic mean, each from 0 to 1.
#[derive(Clone, Copy, Debug, PartialEq, Serialize)]
pub struct VMeasure {
    /// `1 - H(gold | clusters) / H(gold)`: 1 where every cluster is of one gold group; 1 where there is one group only.
    pub homogeneity: f64,
    /// `1 - H(clusters | gold) / H(clusters)`: 1 where every gold group is in one cluster; 1 where there is one cluster.
    pub completeness: f64,
    /// `2 * homogeneity * completeness / (homogeneity + completeness)`; 0 where both are.
    pub v: f64,
}

/// How well clusters agree with gold groups.
///
/// Below, `n` is the number of articles, `a` the size of a cluster, `b` that of a gold group, `j` how many articles
/// the two share, and sums run over clusters, groups, or all of their intersections. `C(x) = x * (x - 1) / 2` is the
/// number of pairs among `x` articles.
#[derive(Clone, Copy, Debug, PartialEq, Serialize)]
pub struct Scores {
    /// The articles of the gold, `n`.
    pub articles: u64,
    /// How many of them the clusters do not have; each counts as a cluster of its own.
    pub absent: u64,
    /// The clusters these articles are in.
    pub clusters: u64,
    /// The groups of the gold.
    pub gold_groups: u64,
    /// How many articles of the gold the largest cluster has.
    pub biggest: u64,
    /// B-cubed: precision is `Σ j² / a / n`, the share of an article's cluster that is of its group, averaged over
    /// articles; recall is `Σ j² / b / n`.
    ///
    /// Bagga and Baldwin, *Entity-based cross-document coreferencing using the vector space model*, 1998.
    pub bcubed: PrecisionRecall,
    /// Over pairs of articles: precision is `Σ C(j) / Σ C(a)`, recall is `Σ C(j) / Σ C(b)`; 1 where there are no pairs.
    pub pairwise: PrecisionRecall,
    /// The adjusted Rand index `(Σ C(j) - e) / ((Σ C(a) + Σ C(b)) / 2 - e)` with `e = Σ C(a) * Σ C(b) / C(n)`: 0 is what
    /// chance would give, 1 is the same partition. It can be below 0.
    ///
    /// Hubert and Arabie, *Comparing partitions*, 1985.
    pub adjusted_rand: f64,
    /// Homogeneity and completeness, from entropies.
    ///
    /// Rosenberg and Hirschberg, *V-measure: a conditional entropy-based external cluster evaluation measure*, 2007.
    pub v_measure: VMeasure,
}

impl Scores {
    /// The scores of a table of at least one article.
    pub(super) fn of(table: &Contingency) -> Scores {
        Scores {
            articles: table.articles,
            absent: table.absent,
            clusters: table.clusters.len() as u64,
            gold_groups: table.groups.len() as u64,
            biggest: table.clusters.iter().copied().max().unwrap_or_default(),
            bcubed: table.bcubed(),
            pairwise: table.pairwise(),
            adjusted_rand: table.adjusted_rand(),
            v_measure: table.v_measure(),
        }
    }
}

/// How many articles are in each cluster, in each gold group, and in both.
///
/// All are in a fixed order, so that sums of floating-point numbers over them come out the same every time.
#[derive(Debug)]
pub(super) struct Contingency {
    articles: u64,
    absent: u64,
    clusters: Vec<u64>,
    groups: Vec<u64>,
    /// The cluster, the group, and how many they share, where that is not 0.
    shared: Vec<Shared>,
}

#[derive(Debug)]
struct Shared {
    cluster: usize,
    group: usize,
    articles: u64,
}

impl Contingency {
    pub(super) fn new(clusters: &Labels<'_>, groups: &Labels<'_>) -> Contingency {
        let mut both: Vec<(usize, usize)> = clusters.iter().zip(groups.iter()).collect();
        both.sort_unstable();
        let shared = both.chunk_by(|x, y| x == y).map(|same| Shared {
            cluster: same[0].0,
            group: same[0].1,
            articles: same.len() as u64,
        });
        Contingency {
            articles: both.len() as u64,
            absent: clusters.nameless(),
            clusters: clusters.sizes(),
            groups: groups.sizes(),
            shared: shared.collect(),
        }
    }

    fn bcubed(&self) -> PrecisionRecall {
        let share = |whole: &dyn Fn(&Shared) -> u64| {
            let sum: f64 = self
                .shared
                .iter()
                .map(|s| (s.articles * s.articles) as f64 / whole(s) as f64)
                .sum();
            sum / self.articles as f64
        };
        PrecisionRecall::new(
            share(&|s| self.clusters[s.cluster]),
            share(&|s| self.groups[s.group]),
        )
    }

    /// The pairs put together, the pairs that belong together, and the pairs that are both.
    fn pairs(&self) -> (u64, u64, u64) {
        (
            self.clusters.iter().copied().map(pairs_among).sum(),
            self.groups.iter().copied().map(pairs_among).sum(),
            self.shared.iter().map(|s| pairs_among(s.articles)).sum(),
        )
    }

    fn pairwise(&self) -> PrecisionRecall {
        let (together, belonging, both) = self.pairs();
        let share = |of| {
            if of == 0 {
                1.0
            } else {
                both as f64 / of as f64
            }
        };
        PrecisionRecall::new(share(together), share(belonging))
    }

    fn adjusted_rand(&self) -> f64 {
        let (together, belonging, both) = self.pairs();
        let (together, belonging, both) = (together as f64, belonging as f64, both as f64);
        let expected = match pairs_among(self.articles) {
            0 => 0.0,
            pairs => together * belonging / pairs as f64,
        };
        let most = f64::midpoint(together, belonging);
        if most == expected {
            1.0 // both are one group, or both are all alone
        } else {
            (both - expected) / (most - expected)
        }
    }

    fn v_measure(&self) -> VMeasure {
        let n = self.articles as f64;
        let entropy = |sizes: &[u64]| -> f64 {
            let terms = sizes.iter().map(|&size| size as f64 / n);
            -terms.map(|share| share * share.ln()).sum::<f64>()
        };
        let terms = self.shared.iter().map(|s| {
            let by_chance = self.clusters[s.cluster] as f64 * self.groups[s.group] as f64;
            s.articles as f64 / n * (s.articles as f64 * n / by_chance).ln()
        });
        let information: f64 = terms.sum();
        // The quotient may miss the range by a rounding error.
        let share = |of: f64| {
            if of == 0.0 {
                1.0
            } else {
                (information / of).clamp(0.0, 1.0)
            }
        };
        let homogeneity = share(entropy(&self.groups));
        let completeness = share(entropy(&self.clusters));
        VMeasure {
            homogeneity,
            completeness,
            v: harmonic_mean(homogeneity, completeness),
        }
    }
}

/// How many pairs there are among so many articles.
pub(super) fn pairs_among(articles: u64) -> u64 {
    articles * articles.saturating_sub(1) / 2
}

pub(super) fn ratio_or_zero(part: u64, whole: u64) -> f64 {
    if whole == 0 {
        0.0
    } else {
        part as f64 / whole as f64
    }
}

fn harmonic_mean(a: f64, b: f64) -> f64 {
    if a + b == 0.0 {
        0.0
    } else {
        2.0 * a * b / (a + b)
    }
}

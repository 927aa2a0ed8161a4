//! The groups that went worst: split over many clusters, or joined with others in one.

use std::cmp::Reverse;

use serde::Serialize;

use super::scores::pairs_among;

/// How many groups a report names, how many pieces of each, and how many articles of each piece.
const GROUPS: usize = 5;
const PIECES: usize = 4;
const ARTICLES: usize = 3;

/// A gold group that was split, or a cluster that was merged from several.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct WorstGroup {
    /// Its name: the gold's cluster, or the clusters' value of the judged column.
    pub name: String,
    /// How many pairs of its articles are wrong: in different clusters, or of different gold groups.
    pub wrong_pairs: u64,
    /// How many articles it has.
    pub articles: u64,
    /// How many pieces it is in: clusters for a gold group, gold groups for a cluster.
    pub pieces: u64,
    /// The largest of the pieces, at most four, the largest first.
    pub largest: Vec<Fragment>,
}

/// The articles that a gold group and a cluster share.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct Fragment {
    /// The other group's name; `None` for an article that the clusters do not have.
    pub name: Option<String>,
    /// How many articles there are.
    pub articles: u64,
    /// The ids of a few of them, at most three.
    pub ids: Vec<String>,
}

/// Which group each article is in, the articles in order of their ids.
#[derive(Debug)]
pub(super) struct Labels<'a> {
    of: Vec<usize>,
    /// The names of the groups, in order; an article without a name is a group of its own beyond them.
    names: Vec<&'a str>,
    nameless: usize,
}

impl<'a> Labels<'a> {
    pub(super) fn new(labels: impl Iterator<Item = Option<&'a str>> + Clone) -> Labels<'a> {
        let mut names: Vec<&str> = labels.clone().flatten().collect();
        names.sort_unstable();
        names.dedup();
        let mut nameless = 0;
        let of = labels.map(|label| {
            label
                .and_then(|name| names.binary_search(&name).ok())
                .unwrap_or_else(|| {
                    nameless += 1;
                    names.len() + nameless - 1
                })
        });
        let of = of.collect();
        Labels {
            of,
            names,
            nameless,
        }
    }

    pub(super) fn iter(&self) -> impl Iterator<Item = usize> {
        self.of.iter().copied()
    }

    pub(super) fn nameless(&self) -> u64 {
        self.nameless as u64
    }

    /// How many articles each group has.
    pub(super) fn sizes(&self) -> Vec<u64> {
        let mut sizes = vec![0; self.names.len() + self.nameless];
        for &group in &self.of {
            sizes[group] += 1;
        }
        sizes
    }

    fn name(&self, group: usize) -> Option<&'a str> {
        self.names.get(group).copied()
    }
}

/// The `wholes` whose articles are in different `parts`, those with most such pairs first, ties by name.
pub(super) fn worst(ids: &[&str], wholes: &Labels<'_>, parts: &Labels<'_>) -> Vec<WorstGroup> {
    let mut order: Vec<usize> = (0..ids.len()).collect();
    order.sort_unstable_by_key(|&article| (wholes.of[article], parts.of[article], article));
    let mut ranked: Vec<(u64, &[usize])> = order
        .chunk_by(|&x, &y| wholes.of[x] == wholes.of[y])
        .map(|articles| (wrong_pairs(articles, parts), articles))
        .filter(|&(wrong, _)| wrong > 0)
        .collect();
    ranked.sort_by_key(|&(wrong, _)| Reverse(wrong));
    ranked.truncate(GROUPS);
    ranked
        .into_iter()
        .map(|(wrong_pairs, articles)| {
            let pieces = pieces(articles, parts);
            WorstGroup {
                name: wholes
                    .name(wholes.of[articles[0]])
                    .unwrap_or_default()
                    .to_owned(),
                wrong_pairs,
                articles: articles.len() as u64,
                pieces: pieces.len() as u64,
                largest: pieces
                    .iter()
                    .take(PIECES)
                    .map(|piece| described(piece, ids, parts))
                    .collect(),
            }
        })
        .collect()
}

fn wrong_pairs(articles: &[usize], parts: &Labels<'_>) -> u64 {
    let right = articles
        .chunk_by(|&x, &y| parts.of[x] == parts.of[y])
        .map(|piece| pairs_among(piece.len() as u64));
    pairs_among(articles.len() as u64) - right.sum::<u64>()
}

fn pieces<'o>(articles: &'o [usize], parts: &Labels<'_>) -> Vec<&'o [usize]> {
    let mut pieces: Vec<&[usize]> = articles
        .chunk_by(|&x, &y| parts.of[x] == parts.of[y])
        .collect();
    pieces.sort_by_key(|piece| Reverse(piece.len()));
    pieces
}

fn described(piece: &[usize], ids: &[&str], parts: &Labels<'_>) -> Fragment {
    Fragment {
        name: parts.name(parts.of[piece[0]]).map(str::to_owned),
        articles: piece.len() as u64,
        ids: piece
            .iter()
            .take(ARTICLES)
            .map(|&article| ids[article].to_owned())
            .collect(),
    }
}

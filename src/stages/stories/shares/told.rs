//! Telling in shares: components of representatives that may be joined, linked as in a run.

use serde::{Deserialize, Serialize};

use super::super::components::Components;
use super::super::fading::{Fading, Gaps};
use super::super::labels;
use super::super::lead;
use super::super::link::{Joined, Linking, link_component};
use super::super::linked::Scores;
use super::super::score::{Apart, ScoreScale};
use super::super::vectors;
use super::compared::apart;
use super::rows::{JoinedRow, MetCounts, ScoredRow, ToldRow, WeighedRow};
use crate::error::Result;
use crate::interrupt::Interrupt;
use crate::kernel::Share;

/// What scores are measured by, in a whole dump, and what was counted of it.
#[derive(Clone, Debug, Default, Serialize, Deserialize)]
pub(crate) struct Scale {
    threshold: u64,
    fading: Fading,
    counts: MetCounts,
}

impl Scale {
    /// Learns how scores fade, of all representatives' times, which ascend, and of the pairs that are alike.
    pub(crate) fn learn(counts: MetCounts, times: &[i64], threshold: Share, window: u64) -> Scale {
        Scale {
            threshold: threshold.0.into(),
            fading: Fading::learn(&Gaps::of_all(times, window), &counts.similar, window),
            counts,
        }
    }

    fn yardstick(&self) -> ScoreScale {
        ScoreScale {
            threshold: self.threshold,
            fading: self.fading.clone(),
        }
    }

    /// The pairs of these that may be joined.
    pub(crate) fn joined<'s>(
        &'s self,
        rows: impl Iterator<Item = ScoredRow> + 's,
    ) -> impl Iterator<Item = JoinedRow> + 's {
        let yardstick = self.yardstick();
        rows.filter_map(move |row| {
            let apart = Apart {
                gap: row.gap,
                is_one_source: row.is_one_source,
            };
            let features = (row.features.0.into(), row.features.1.into());
            let factor = yardstick.factor(apart, features);
            let score = ScoreScale::faded(row.cosine, factor, row.items);
            let joins = yardstick.joins(score, row.terms);
            let (nodes, score) = (row.nodes, score as u32);
            joins.then_some(JoinedRow { nodes, score })
        })
    }

    /// What meeting and comparing counted: keys, buckets, the largest of these, and pairs that were compared.
    pub(crate) fn counts(&self) -> [u64; 4] {
        let it = &self.counts;
        [it.keys, it.buckets, it.largest_bucket, it.compared]
    }
}

/// Representatives that may be joined, in their order.
struct Here<'r> {
    rows: &'r [WeighedRow<'r>],
    /// The rank of each by content.
    ranks: Vec<u32>,
    yardstick: ScoreScale,
    interrupt: Interrupt,
}

impl Here<'_> {
    fn cosines<'s>(&'s self, one: u32, others: &'s [u32]) -> impl Iterator<Item = u32> + 's {
        let vector = |at: u32| &*self.rows[at as usize].vector;
        vectors::cosines(vector(one), others.iter().map(move |&it| vector(it)))
    }
}

impl Scores for Here<'_> {
    fn sum(&self, one: u32, others: &[u32]) -> Result<u64> {
        self.interrupt.check()?;
        let x = &self.rows[one as usize];
        let score = |(&other, cosine): (&u32, u32)| {
            let y = &self.rows[other as usize];
            let apart = apart(&x.facts, &y.facts);
            let reaches = |gap| self.yardstick.fading.reaches(gap);
            if x.facts.pool != y.facts.pool || !apart.gap.is_none_or(reaches) {
                return 0;
            }
            let features = (vectors::features(&x.vector), vectors::features(&y.vector));
            let factor = self.yardstick.factor(apart, features);
            ScoreScale::faded(cosine, factor, (x.facts.is_item, y.facts.is_item))
        };
        Ok(others
            .iter()
            .zip(self.cosines(one, others))
            .map(score)
            .sum())
    }

    fn enough(&self) -> u64 {
        self.yardstick.threshold
    }

    fn usual(&self) -> Option<usize> {
        None
    }
}

impl Linking for Here<'_> {
    fn by_content(&self, node: u32) -> u32 {
        self.ranks[node as usize]
    }

    fn interrupt(&self) -> &Interrupt {
        &self.interrupt
    }
}

/// The stories of components that are whole, from their representatives and the pairs of them that may be joined; `None` where one of
/// a pair is not here.
pub(crate) fn told(
    mut rows: Vec<WeighedRow<'_>>,
    joined: &[JoinedRow],
    scale: &Scale,
    interrupt: &Interrupt,
    visit: &mut dyn FnMut(ToldRow),
) -> Result<Option<()>> {
    rows.sort_unstable_by_key(|row| row.facts.node);
    let Some(edges) = edges(&rows, joined) else {
        return Ok(None);
    };
    let mut order: Vec<u32> = (0..rows.len() as u32).collect();
    order.sort_unstable_by_key(|&node| rows[node as usize].facts.node.content());
    let mut ranks = vec![0; rows.len()];
    for (rank, node) in (0u32..).zip(order) {
        ranks[node as usize] = rank;
    }
    let here = Here {
        rows: &rows,
        ranks,
        yardstick: scale.yardstick(),
        interrupt: interrupt.clone(),
    };
    let mut is_told = vec![false; rows.len()];
    for edges in edges.chunk_by(|x, y| x.component == y.component) {
        for members in link_component(edges, &here)? {
            members.iter().for_each(|&it| is_told[it as usize] = true);
            visit(here.tell(&members)?);
        }
    }
    let alone = rows.iter().zip(is_told).filter(|it| !it.1);
    alone.filter_map(|it| told_alone(it.0)).for_each(visit);
    Ok(Some(()))
}

/// Pairs that may be joined, by component, sorted.
fn edges(rows: &[WeighedRow<'_>], joined: &[JoinedRow]) -> Option<Vec<Joined>> {
    let mut places: Vec<(u64, u32)> = rows.iter().map(|row| row.facts.node.at).zip(0..).collect();
    places.sort_unstable();
    let place = |at: u64| {
        let place = places.binary_search_by_key(&at, |it| it.0);
        Some(places[place.ok()?].1)
    };
    let mut components = Components((0..rows.len() as u32).collect());
    let mut edges = Vec::with_capacity(joined.len());
    for row in joined {
        let (a, b) = (place(row.nodes.0)?, place(row.nodes.1)?);
        components.join(a, b);
        edges.push((a, b, row.score));
    }
    let mut edges: Vec<Joined> = edges
        .into_iter()
        .map(|(a, b, score)| Joined {
            component: components.of(a),
            a,
            b,
            score,
        })
        .collect();
    edges.sort_unstable();
    Some(edges)
}

impl Here<'_> {
    fn tell(&self, members: &[u32]) -> Result<ToldRow> {
        let row = |node: u32| &self.rows[node as usize];
        let lead = lead::chosen(
            members,
            |&node| row(node).facts.wanted,
            |node, others| Ok(self.cosines(node, others).collect()),
        )?;
        let words = members.iter().map(|&node| &row(node).words);
        let words = words.flat_map(|words| vectors::words_of_bytes(words));
        let at = |node: u32| row(node).facts.node.at;
        let cosines = self.cosines(lead, members);
        Ok(ToldRow {
            lead: at(lead),
            label: labels::told_by(words.collect(), members.len()),
            members: members.iter().map(|&node| at(node)).zip(cosines).collect(),
        })
    }
}

/// The story of a text that is told in no other, where it has copies and a label.
pub(crate) fn told_alone(row: &WeighedRow<'_>) -> Option<ToldRow> {
    if row.facts.copies < 2 {
        return None;
    }
    let label = labels::told_by(vectors::words_of_bytes(&row.words), 1);
    (!label.is_empty()).then(|| ToldRow {
        lead: row.facts.node.at,
        label,
        members: Vec::new(),
    })
}

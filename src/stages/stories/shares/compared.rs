//! Comparing in shares: the cosines of pairs whose vectors are here.

use ahash::AHashMap;

use super::super::score::{AT_A_TIME, Apart, SIMILAR, is_hopeful};
use super::super::vectors::{self, Telling};
use super::rows::{Facts, MetCounts, ScoredRow, WeighedRow};
use crate::kernel::Share;

/// How two representatives stand to each other.
pub(super) fn apart(a: &Facts, b: &Facts) -> Apart {
    let times = a.node.time.zip(b.node.time);
    Apart {
        gap: times.map(|(x, y)| x.abs_diff(y)),
        is_one_source: a.source != 0 && a.source == b.source,
    }
}

/// Whether pairs of a cosine may reach a threshold at all.
pub(crate) fn hoped_for(threshold: Share) -> impl Fn(u32) -> bool {
    move |cosine| is_hopeful(cosine, u64::from(threshold.0))
}

/// Compares pairs of representatives, which ascend, each once; `None` where one is not here.
pub(crate) fn compared(
    rows: &[WeighedRow<'_>],
    pairs: &[(u64, u64)],
    (hopeful, window): (&dyn Fn(u32) -> bool, u64),
    visit: &mut dyn FnMut(ScoredRow),
) -> Option<MetCounts> {
    let of: AHashMap<u64, &WeighedRow<'_>> =
        rows.iter().map(|row| (row.facts.node.at, row)).collect();
    let mut counts = MetCounts::default();
    for of_node in pairs.chunk_by(|x, y| x.0 == y.0) {
        let one = *of.get(&of_node[0].0)?;
        for of_node in of_node.chunks(AT_A_TIME) {
            let others = of_node.iter().map(|pair| of.get(&pair.1).copied());
            let others: Vec<&WeighedRow<'_>> = others.collect::<Option<_>>()?;
            let vectors = others.iter().map(|other| &*other.vector);
            let cosines: Vec<u32> = vectors::cosines(&one.vector, vectors).collect();
            counts.compared += others.len() as u64;
            for (other, cosine) in others.into_iter().zip(cosines) {
                if hopeful(cosine) {
                    let row = scored(one, other, cosine);
                    if let Some(gap) = row.gap.filter(|_| cosine >= SIMILAR) {
                        counts.similar.add(gap, window);
                    }
                    visit(row);
                }
            }
        }
    }
    Some(counts)
}

fn scored(a: &WeighedRow<'_>, b: &WeighedRow<'_>, cosine: u32) -> ScoredRow {
    let Apart { gap, is_one_source } = apart(&a.facts, &b.facts);
    let is_shared = |term: &&Telling| b.terms.iter().any(|other| other[0] == term[0]);
    let features = |row: &WeighedRow<'_>| vectors::features(&row.vector) as u16;
    ScoredRow {
        nodes: (a.facts.node.at, b.facts.node.at),
        cosine,
        terms: a.terms.iter().filter(is_shared).count() as u32,
        gap,
        is_one_source,
        features: (features(a), features(b)),
        items: (a.facts.is_item, b.facts.is_item),
    }
}

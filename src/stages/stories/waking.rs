//! Waking: what one article alone has tells it from others once another one has it.
//!
//! A run leaves out what no other article has, as there is nothing to compare. An article that is kept for what comes keeps it, marked as
//! asleep; it counts from the day on that another article has it.

use super::features::{Feature, is_pair};
use super::frequencies::Counts;
use super::known::ModelHeader;
use super::parts::Node;
use super::vectors::{self, Telling};
use super::weigher::lone_share;

/// In how many articles of a pool, which is counted under these keys, a feature stands.
fn having(feature: Feature, (pool, keys): (u16, &[u32]), counts: &impl Counts) -> u32 {
    match is_pair(feature) {
        true => counts.of_pair(pool.into(), feature),
        false => counts.of(keys, feature),
    }
}

/// A vector that is kept for what comes, with marks on what no other article of its pool has.
pub(super) fn asleep(vector: &[u8], of: (u16, &[u32]), counts: &impl Counts) -> Vec<u8> {
    let mut asleep = 0;
    let all = vectors::features(vector);
    let marked = vectors::asleep(vector, |feature| {
        let sleeps = having(feature, of, counts) < 2;
        asleep += usize::from(sleeps);
        sleeps
    });
    // Of what is written in a language of few articles nothing is counted under the keys of its pool.
    match asleep * 4 > all * 3 {
        true => vector.to_vec(),
        false => marked,
    }
}

/// Nodes as they are compared now: with what does not sleep any more.
pub(super) struct Awake {
    pub(super) nodes: Vec<Node>,
    pub(super) vectors: Vec<u8>,
    pub(super) terms: Vec<Telling>,
}

/// What wakes features that sleep.
pub(super) struct Waker<'w, C> {
    keys: &'w [Vec<u32>],
    /// By pool, what share of its weight has what sleeps.
    shares: Vec<f64>,
    counts: &'w C,
}

impl<'w, C: Counts> Waker<'w, C> {
    pub(super) fn new(known: &'w ModelHeader, counts: &'w C) -> Waker<'w, C> {
        Waker {
            keys: &known.keys,
            shares: known.sizes.iter().map(|&size| lone_share(size)).collect(),
            counts,
        }
    }

    fn having(&self, pool: u16, feature: Feature) -> u32 {
        let keys = self.keys.get(usize::from(pool));
        having(
            feature,
            (pool, keys.map_or(&[], Vec::as_slice)),
            self.counts,
        )
    }

    /// The vector of an article of a pool as it is compared now.
    pub(super) fn wake(
        &self,
        kept: &[u8],
        pool: u16,
        wakes: impl Fn(Feature) -> bool,
        to: &mut Vec<u8>,
    ) {
        let share = self.shares.get(usize::from(pool)).copied().unwrap_or(0.0);
        let wakes = |feature| wakes(feature) || self.having(pool, feature) > 1;
        vectors::awake(kept, share, wakes, to);
    }
}

impl Awake {
    /// Nodes that have these vectors and terms.
    pub(super) fn of(
        nodes: &[Node],
        (kept, told): (&[u8], &[Telling]),
        known: &ModelHeader,
        counts: &impl Counts,
    ) -> Awake {
        let waker = Waker::new(known, counts);
        let mut awake = Awake {
            nodes: Vec::with_capacity(nodes.len()),
            vectors: Vec::with_capacity(kept.len()),
            terms: Vec::with_capacity(told.len()),
        };
        for node in nodes {
            let (vector, terms) = (awake.vectors.len(), awake.terms.len());
            let kept = &kept[node.vector.clone()];
            waker.wake(kept, node.pool, |_| false, &mut awake.vectors);
            let now = |&[feature, articles]: &Telling| match articles {
                0..=2 => [feature, waker.having(node.pool, feature)],
                _ => [feature, articles],
            };
            let told = told[node.terms.clone()].iter().map(now);
            awake
                .terms
                .extend(told.filter(|it| it[1] > 1).take(known.terms));
            awake.nodes.push(Node {
                vector: vector..awake.vectors.len(),
                terms: terms..awake.terms.len(),
                ..node.clone()
            });
        }
        awake
    }
}

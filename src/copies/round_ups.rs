//! Round-ups: articles that quote several stories, and are a copy of none.
//!
//! Where two texts are not similar, what they share is measured on their anchors here, a sample of their shingles: most of
//! what a round-up quotes is too little for its exact similarity to be worth computing.

use ahash::AHashMap;

use super::rules::FRAMELESS;
use super::texts::Texts;
use super::verify::SimilarPair;
use crate::fingerprint::{Millionths, Overlap};
use crate::lsh::Pair;

/// A source of a round-up gives it at least this much of its text.
const QUOTED: Millionths = Millionths(80_000);
/// A text that takes more than this from one other is a version of that one.
const MAINLY: Millionths = Millionths(750_000);
/// So is one that shares this much of both with another.
const VERSION: Millionths = Millionths(620_000);
/// A text of which the other holds less than this goes on beyond what was quoted.
const WHOLE: Millionths = Millionths(750_000);
/// Texts that share less than this of the smaller are unlike.
const UNLIKE: Millionths = Millionths(150_000);
/// Two unlike sources make a round-up if both go on beyond what was quoted, and ...
const BEYOND: usize = 2;
/// ... each gives this much; ...
const QUOTED_AT_LENGTH: Millionths = Millionths(150_000);
/// ... or if there are so many sources; ...
const SOURCES: usize = 3;
/// ... which may be quoted whole if they make up this much of it, since excerpts of one article are unlike too, ...
const FILLED: Millionths = Millionths(450_000);
/// ... and none gives more than this: the longest excerpt of an article is often half of it.
const EVENLY: Millionths = Millionths(450_000);
/// Of the texts that share something with one, this many are compared: those that give it most.
const COMPARED: usize = 64;

/// Which texts are round-ups, of those that are similar to any.
pub(super) fn round_ups(texts: &Texts, candidates: &[Pair], similar: &[SimilarPair]) -> Vec<bool> {
    let mut sources: AHashMap<u32, Vec<Source>> = AHashMap::new();
    let mut exact: AHashMap<Pair, Overlap> = AHashMap::new();
    for doubtful in similar
        .iter()
        .filter(|similar| similar.overlap.jaccard() < FRAMELESS)
    {
        sources.entry(doubtful.pair.0).or_default();
        sources.entry(doubtful.pair.1).or_default();
        exact.insert(doubtful.pair, doubtful.overlap);
    }
    for &(a, b) in candidates {
        if !sources.contains_key(&a) && !sources.contains_key(&b) {
            continue;
        }
        let overlap = exact
            .get(&(a, b))
            .copied()
            .unwrap_or_else(|| texts.sampled(a, b));
        let (of_a, of_b) = shares(overlap);
        for (text, other, given, held) in [(a, b, of_a, of_b), (b, a, of_b, of_a)] {
            let Some(sources) = sources.get_mut(&text) else {
                continue;
            };
            if given >= QUOTED {
                sources.push(Source {
                    given,
                    held,
                    text: other,
                });
            }
        }
    }
    let mut found = vec![false; texts.len()];
    for (text, is_round_up) in found.iter_mut().enumerate() {
        if let Some(sources) = sources.remove(&(text as u32)) {
            *is_round_up = sources.len() >= BEYOND && quotes_many(sources, texts);
        }
    }
    found
}

/// A text that shares something with another: what share of the other it gives, and what share of its own that is.
struct Source {
    given: Millionths,
    held: Millionths,
    text: u32,
}

/// What share of each of two texts stands in the other too.
fn shares(Overlap { shared, sizes }: Overlap) -> (Millionths, Millionths) {
    (
        Millionths::ratio(shared, sizes.0),
        Millionths::ratio(shared, sizes.1),
    )
}

fn quotes_many(mut sources: Vec<Source>, texts: &Texts) -> bool {
    sources.sort_unstable_by_key(|source| (std::cmp::Reverse(source.given), source.text));
    let is_version =
        |source: &Source| source.given > MAINLY || source.given.min(source.held) > VERSION;
    if sources.iter().any(is_version) {
        return false;
    }
    let mut unlike: Vec<&Source> = Vec::new();
    for source in sources.iter().take(COMPARED) {
        let apart = |other: &&Source| {
            let (one, other) = shares(texts.sampled(source.text, other.text));
            one.max(other) < UNLIKE
        };
        if unlike.iter().all(apart) {
            unlike.push(source);
        }
    }
    let beyond = |least: Millionths| {
        unlike
            .iter()
            .filter(|source| source.held < WHOLE && source.given >= least)
            .count()
            >= BEYOND
    };
    let filled: u32 = unlike.iter().map(|source| source.given.0).sum();
    beyond(QUOTED_AT_LENGTH)
        || unlike.len() >= SOURCES
            && (beyond(QUOTED) || filled >= FILLED.0 && sources[0].given <= EVENLY)
}

//! Round-ups: articles that quote several stories, and are a copy of none.

use ahash::AHashMap;

use super::texts::Texts;
use super::verify::{Sets, SharedPair};
use crate::fingerprint::{Millionths, Overlap};

/// A source of a round-up gives it at least this much of its text.
const QUOTED: Millionths = Millionths(80_000);
/// A text that takes more than this from one other is a version of that one.
const MAINLY: Millionths = Millionths(650_000);
/// A text of which the other holds less than this goes on beyond what was quoted.
const WHOLE: Millionths = Millionths(800_000);
/// Texts that share less than this of the smaller are unlike.
const UNLIKE: Millionths = Millionths(150_000);
/// How many unlike sources make a round-up.
const SOURCES: usize = 3;
/// Of its sources so many must go on beyond what was quoted, ...
const BEYOND: usize = 2;
/// ... or else the sources must make up this much of it, since excerpts of one article are unlike too.
const FILLED: Millionths = Millionths(800_000);
/// Of the texts that share something with one, this many are compared: those that give it most.
const COMPARED: usize = 64;

/// Which texts are round-ups.
pub(super) fn round_ups(texts: &Texts, shared: &[SharedPair], sets: &Sets) -> Vec<bool> {
    let mut sources: AHashMap<u32, Vec<Source>> = AHashMap::new();
    for &SharedPair { pair: (a, b), overlap } in shared {
        for (text, other, own, size) in [(a, b, overlap.sizes.0, overlap.sizes.1), (b, a, overlap.sizes.1, overlap.sizes.0)] {
            let given = Millionths::ratio(overlap.shared, own);
            if given >= QUOTED {
                let held = Millionths::ratio(overlap.shared, size);
                sources.entry(text).or_default().push(Source { given, held, text: other });
            }
        }
    }
    let mut found = vec![false; texts.len()];
    for (text, is_round_up) in found.iter_mut().enumerate() {
        if let Some(sources) = sources.remove(&(text as u32)) {
            *is_round_up = sources.len() >= SOURCES && quotes_many(sources, sets);
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

fn quotes_many(mut sources: Vec<Source>, sets: &Sets) -> bool {
    sources.sort_unstable_by_key(|source| (std::cmp::Reverse(source.given), source.text));
    if sources[0].given > MAINLY {
        return false;
    }
    let mut unlike: Vec<&Source> = Vec::new();
    for source in sources.iter().take(COMPARED) {
        let apart = |other: &&Source| Overlap::of(sets.of(source.text), sets.of(other.text)).containment() < UNLIKE;
        if unlike.iter().all(apart) {
            unlike.push(source);
        }
    }
    let beyond = unlike.iter().filter(|source| source.held < WHOLE).count();
    let filled: u32 = unlike.iter().map(|source| source.given.0).sum();
    unlike.len() >= SOURCES && (beyond >= BEYOND || filled >= FILLED.0)
}

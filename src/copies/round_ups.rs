//! Round-ups: articles that quote several stories, and are a copy of none.
//!
//! Where two texts are not similar, what they share is measured on their anchors here, a sample of their shingles: most of
//! what a round-up quotes is too little for its exact similarity to be worth computing.

use rayon::prelude::*;

use super::rules::FRAMELESS;
use super::texts::Texts;
use super::verify::SimilarPair;
use crate::error::{Error, Result};
use crate::fingerprint::{Millionths, Overlap};
use crate::lsh::{Pair, as_pair};
use crate::spill::Column;

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

/// Which texts are round-ups, of those that are similar to any; `similar` ascends.
pub(super) fn round_ups(
    texts: &Texts,
    candidates: &Column<u64>,
    similar: &[SimilarPair],
) -> Result<Vec<bool>> {
    let mut is_doubtful = vec![false; texts.len()];
    let doubtful = similar
        .iter()
        .filter(|similar| similar.overlap.jaccard() < FRAMELESS);
    for SimilarPair { pair: (a, b), .. } in doubtful {
        is_doubtful[*a as usize] = true;
        is_doubtful[*b as usize] = true;
    }
    let exact = |pair: Pair| {
        let at = similar.binary_search_by_key(&pair, |similar| similar.pair);
        let overlap = similar[at.ok()?].overlap;
        (overlap.jaccard() < FRAMELESS).then_some(overlap)
    };
    let mut sources: Vec<(u32, Source)> = (0..candidates.pieces())
        .into_par_iter()
        .try_fold(Vec::new, |mut sources, piece| {
            let mut buffer = Vec::new();
            for (a, b) in candidates
                .piece(piece, &mut buffer)?
                .1
                .iter()
                .copied()
                .map(as_pair)
            {
                if !is_doubtful[a as usize] && !is_doubtful[b as usize] {
                    continue;
                }
                let overlap = exact((a, b)).map_or_else(|| texts.sampled(a, b), Ok)?;
                let (of_a, of_b) = shares(overlap);
                for (text, other, given, held) in [(a, b, of_a, of_b), (b, a, of_b, of_a)] {
                    if is_doubtful[text as usize] && given >= QUOTED {
                        let source = Source {
                            given,
                            held,
                            text: other,
                        };
                        sources.push((text, source));
                    }
                }
            }
            Ok::<_, Error>(sources)
        })
        .try_reduce(Vec::new, |mut a, mut b| {
            a.append(&mut b);
            Ok(a)
        })?;
    sources.par_sort_unstable_by_key(|&(text, ref source)| {
        (text, std::cmp::Reverse(source.given), source.text)
    });
    let mut found = vec![false; texts.len()];
    for of_text in sources.chunk_by(|a, b| a.0 == b.0) {
        found[of_text[0].0 as usize] = of_text.len() >= BEYOND && quotes_many(of_text, texts)?;
    }
    Ok(found)
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

/// Whether these sources, those that give most first, make a round-up.
fn quotes_many(sources: &[(u32, Source)], texts: &Texts) -> Result<bool> {
    let sources = || sources.iter().map(|(_, source)| source);
    let is_version =
        |source: &Source| source.given > MAINLY || source.given.min(source.held) > VERSION;
    if sources().any(is_version) {
        return Ok(false);
    }
    let mut unlike: Vec<&Source> = Vec::new();
    for source in sources().take(COMPARED) {
        let mut is_apart = true;
        for other in &unlike {
            let (one, other) = shares(texts.sampled(source.text, other.text)?);
            is_apart &= one.max(other) < UNLIKE;
        }
        if is_apart {
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
    let most = sources()
        .next()
        .map_or(Millionths(0), |source| source.given);
    Ok(beyond(QUOTED_AT_LENGTH)
        || unlike.len() >= SOURCES && (beyond(QUOTED) || filled >= FILLED.0 && most <= EVENLY))
}

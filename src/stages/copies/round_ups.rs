//! Round-ups: articles that quote several stories, and are a copy of none.
//!
//! A text speaks for a round-up if it goes beyond what is quoted of it: an excerpt stands whole in what it was cut from.
//! Versions of one text do not speak of each other; and where there is another version, what is quoted stands in that too, or
//! it is but a background that was added.
//!
//! Where two texts are not similar, what they share is measured on their anchors here, a sample of their shingles: most of
//! what a round-up quotes is too little for its exact similarity to be worth computing.

use rayon::prelude::*;

use super::pairs::SimilarPair;
use super::rules::FRAMELESS;
use super::texts::Texts;
use crate::corpus::TextId;
use crate::error::{Error, Result};
use crate::kernel::{Overlap, Share};
use crate::spill::Column;
use crate::stages::candidates::{Pair, as_pair};

/// A source of a round-up gives it at least this much of its text.
const QUOTED: Share = Share(80_000);
/// A text that takes more than this from one other is a version of that one.
const MAINLY: Share = Share(750_000);
/// Two texts that share this much of both are versions of one.
const VERSION: Share = Share(450_000);
/// A text of which the other holds less than this goes on beyond what was quoted.
const WHOLE: Share = Share(750_000);
/// Texts that share less than this of the smaller are unlike.
const UNLIKE: Share = Share(150_000);
/// Two unlike sources make a round-up if each gives this much; ...
const QUOTED_AT_LENGTH: Share = Share(150_000);
const BEYOND: usize = 2;
/// ... or so many that give less; ...
const SOURCES: usize = 3;
/// ... or so many that are quoted whole, if they make up this much of it, and none more than [`EVENLY`]: an article may have
/// two or three excerpts that have nothing in common.
const WHOLE_SOURCES: usize = 4;
const FILLED: Share = Share(450_000);
const EVENLY: Share = Share(450_000);
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
    let finding = Finding {
        texts,
        candidates,
        similar,
    };
    let sources = finding.sources(&is_doubtful)?;
    let mut found = vec![false; texts.len()];
    finding.without_versions(&sources, &mut found)?;
    let of_versions = || by_text(&sources).filter(|of_text| has_versions(of_text));
    // What several round-ups quote shares something with several unlike texts, too. So it matters what those are, which
    // are looked at only where it does.
    let mut others = vec![false; texts.len()];
    for of_text in of_versions() {
        if quotes_many(of_text, texts, |source| !found[source as usize])? {
            let unknown = of_text.iter().filter(|it| !is_doubtful[it.1.text as usize]);
            unknown.for_each(|it| others[it.1.text as usize] = true);
        }
    }
    if others.contains(&true) {
        finding.without_versions(&finding.sources(&others)?, &mut found)?;
    }
    let alone = found.clone();
    for of_text in of_versions() {
        found[of_text[0].0 as usize] = quotes_many(of_text, texts, |it| !alone[it as usize])?;
    }
    Ok(found)
}

/// What round-ups are found from.
struct Finding<'a> {
    texts: &'a Texts,
    candidates: &'a Column<u64>,
    similar: &'a [SimilarPair],
}

/// A text, and one that it shares something with.
type OfText = (u32, Source);

impl Finding<'_> {
    /// What the doubtful texts share something with, by text, those first that give most.
    fn sources(&self, is_doubtful: &[bool]) -> Result<Vec<OfText>> {
        let pieces = (0..self.candidates.pieces()).into_par_iter();
        let mut sources = pieces
            .try_fold(Vec::new, |mut sources, piece| {
                let mut buffer = Vec::new();
                let pairs = self.candidates.piece(piece, &mut buffer)?.1;
                for (a, b) in pairs.iter().copied().map(as_pair) {
                    if is_doubtful[a as usize] || is_doubtful[b as usize] {
                        self.note((a, b), is_doubtful, &mut sources)?;
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
        Ok(sources)
    }

    /// Notes what the doubtful ones of a pair share with the other.
    fn note(&self, pair: Pair, is_doubtful: &[bool], sources: &mut Vec<OfText>) -> Result<()> {
        let (a, b) = pair;
        let at = self.similar.binary_search_by_key(&pair, |it| it.pair);
        let exact = at.ok().map(|at| self.similar[at].overlap);
        let exact = exact.filter(|overlap| overlap.jaccard() < FRAMELESS);
        let overlap = exact.map_or_else(|| self.texts.sampled(a, b), Ok)?;
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
        Ok(())
    }

    /// Finds those round-ups of which there is but one version.
    fn without_versions(&self, sources: &[OfText], found: &mut [bool]) -> Result<()> {
        for of_text in by_text(sources).filter(|of_text| !has_versions(of_text)) {
            found[of_text[0].0 as usize] = quotes_many(of_text, self.texts, |_| true)?;
        }
        Ok(())
    }
}

fn by_text(sources: &[OfText]) -> impl Iterator<Item = &[OfText]> {
    sources.chunk_by(|a, b| a.0 == b.0)
}

fn has_versions(of_text: &[OfText]) -> bool {
    of_text.iter().any(|(_, source)| source.is_version())
}

/// A text that shares something with another: what share of the other it gives, and what share of its own that is.
struct Source {
    given: Share,
    held: Share,
    text: TextId,
}

impl Source {
    /// Whether it is another version of the text.
    fn is_version(&self) -> bool {
        self.given.min(self.held) >= VERSION
    }
}

/// What share of each of two texts stands in the other too.
fn shares(Overlap { shared, sizes }: Overlap) -> (Share, Share) {
    (Share::ratio(shared, sizes.0), Share::ratio(shared, sizes.1))
}

/// Whether two texts that share so much are versions of one, whatever they quote.
pub(super) fn are_versions(overlap: Overlap) -> bool {
    let (a, b) = shares(overlap);
    a.min(b) >= VERSION
}

/// Whether these sources, those that give most first, make a round-up, if only those that `may` speak do.
fn quotes_many(sources: &[OfText], texts: &Texts, may: impl Fn(u32) -> bool) -> Result<bool> {
    let quoted = || {
        let sources = sources.iter().map(|(_, source)| source);
        sources.filter(|source| !source.is_version() && may(source.text))
    };
    if quoted().any(|source| source.given > MAINLY) {
        return Ok(false);
    }
    let versions = sources.iter().map(|(_, source)| source);
    let versions = versions.filter(|source| source.is_version());
    let version = versions.max_by_key(|source| (source.given.min(source.held), source.text));
    let mut unlike: Vec<&Source> = Vec::new();
    for source in quoted().take(COMPARED) {
        let mut is_apart = match version {
            Some(version) => shares(texts.sampled(version.text, source.text)?).0 >= QUOTED,
            None => true,
        };
        for other in &unlike {
            let (one, other) = shares(texts.sampled(source.text, other.text)?);
            is_apart &= one.max(other) < UNLIKE;
        }
        if is_apart {
            unlike.push(source);
        }
    }
    let beyond = || unlike.iter().filter(|source| source.held < WHOLE);
    let at_length = beyond().filter(|it| it.given >= QUOTED_AT_LENGTH);
    let filled: u32 = unlike.iter().map(|source| source.given.0).sum();
    let is_even = unlike.iter().all(|source| source.given <= EVENLY);
    let is_filled = unlike.len() >= WHOLE_SOURCES && filled >= FILLED.0 && is_even;
    Ok(at_length.count() >= BEYOND || beyond().count() >= SOURCES || is_filled)
}

//! Verification: every candidate is decided by what the two texts really share.

use std::sync::{Mutex, PoisonError};

use ahash::AHashSet;
use rayon::prelude::*;

use super::group::centres;
use super::rules::Rules;
use super::templates::Templates;
use super::texts::Texts;
use crate::article::{Corpus, Place, Register};
use crate::clean::{Cleaner, Furniture};
use crate::config::Config;
use crate::error::Result;
use crate::fingerprint::{Overlap, Shingler, agreement};
use crate::lsh::{Candidates, Pair};
use crate::pool::Pool;

/// How often the members of a group are shown to the centres of their neighbours, at most.
const ROUNDS: usize = 4;

/// The shingle sets of texts, by text; those that no candidate pair needs are absent.
#[derive(Debug, Default)]
pub struct Sets(Vec<Option<Box<[u64]>>>);

impl Sets {
    /// The set of a text, ascending; empty where no candidate needed it.
    pub fn of(&self, text: u32) -> &[u64] {
        self.0[text as usize].as_deref().unwrap_or_default()
    }

    /// Reads the texts of `needed` again.
    fn read<C: Corpus + ?Sized>(
        corpus: &C,
        furniture: &Furniture,
        (register, texts): (&Register, &Texts),
        (needed, k): (&[bool], usize),
    ) -> Result<Sets> {
        let mut wanted: Vec<(u32, u32)> = (0..texts.len())
            .filter(|&text| needed[text])
            .map(|text| (texts.articles[text], text as u32))
            .collect();
        wanted.sort_unstable();
        let place = |article: u32| register.entry(article as usize).place;
        let mut places: Vec<Place> = wanted.iter().map(|&(article, _)| place(article)).collect();
        places.sort_unstable();
        let is_wanted = |place: Place| places.binary_search(&place).is_ok();
        let sets: Mutex<Vec<Option<Box<[u64]>>>> = Mutex::new(vec![None; texts.len()]);
        let cutters = Pool::default();
        corpus.sweep_again(&is_wanted, &|batch| {
            let articles = register.batch(batch.number);
            let whole = batch.articles.len() == articles.len();
            let from = wanted.partition_point(|&(article, _)| article < articles.start);
            let to = wanted.partition_point(|&(article, _)| article < articles.end);
            let mut read: Vec<(u32, Box<[u64]>)> = Vec::with_capacity(to - from);
            cutters.with(
                || (Cleaner::new(furniture), Shingler::default()),
                |(cleaner, shingler)| {
                    for (at, &(article, text)) in wanted[from..to].iter().enumerate() {
                        let at = if whole {
                            (article - articles.start) as usize
                        } else {
                            at
                        };
                        let Some(article) = batch.articles.get(at) else {
                            break;
                        };
                        let set = shingler.sorted_shingles(article, cleaner.kept(article), k);
                        read.push((text, set.into()));
                    }
                },
            );
            let mut sets = sets.lock().unwrap_or_else(PoisonError::into_inner);
            for (text, set) in read {
                sets[text as usize] = Some(set);
            }
            Ok(())
        })?;
        Ok(Sets(
            sets.into_inner().unwrap_or_else(PoisonError::into_inner),
        ))
    }
}

/// How two similar texts relate.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Similarity {
    /// One text in two versions.
    Near,
    /// The smaller is cut from the larger.
    Excerpt,
}

/// Two texts whose exact similarity was computed and passed.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct SimilarPair {
    /// The two texts, the lesser number first.
    pub pair: Pair,
    /// What they share.
    pub overlap: Overlap,
    /// As what they passed.
    pub similarity: Similarity,
}

impl SimilarPair {
    /// The text with fewer shingles, then the other.
    pub(super) fn by_size(&self) -> (u32, u32) {
        let (a, b) = self.pair;
        if self.overlap.sizes.0 < self.overlap.sizes.1 {
            (a, b)
        } else {
            (b, a)
        }
    }
}

/// What verification found.
#[derive(Debug, Default)]
pub struct Verified {
    /// The similar pairs, ascending.
    pub pairs: Vec<SimilarPair>,
    /// The shingle sets that were read for it.
    pub sets: Sets,
    /// How many candidates were decided by exact similarity.
    pub decided: usize,
}

/// Decides every candidate pair by exact similarity.
///
/// # Errors
///
/// When the corpus cannot be read again.
pub fn verify<C: Corpus + ?Sized>(
    corpus: &C,
    furniture: &Furniture,
    (register, texts): (&Register, &Texts),
    candidates: &Candidates,
    config: &Config,
) -> Result<Verified> {
    let judge = Judge {
        register,
        texts,
        config,
    };
    let hopeful: Vec<Pair> = candidates
        .pairs
        .par_iter()
        .copied()
        .filter(|&pair| judge.may_pass(pair))
        .collect();
    let mut needed = vec![false; texts.len()];
    for &(a, b) in &hopeful {
        needed[a as usize] = true;
        needed[b as usize] = true;
    }
    let sets = Sets::read(
        corpus,
        furniture,
        (register, texts),
        (&needed, config.shingle_tokens),
    )?;
    let templates = Templates::new(texts, &candidates.postings);
    let mut pairs = judge.decide_all(&hopeful, &sets, &templates);
    let mut decided = hopeful.len();
    let mut known: AHashSet<Pair> = hopeful.into_iter().collect();
    for _ in 0..ROUNDS {
        // A large group's members met only some of each other. Let each meet the centres its neighbours joined.
        let centres = centres(texts, &pairs);
        let mut proposed: Vec<Pair> = pairs
            .iter()
            .filter(|similar| similar.similarity == Similarity::Near)
            .flat_map(|&SimilarPair { pair: (a, b), .. }| {
                let (x, y) = (centres[a as usize], centres[b as usize]);
                [(a, y), (x, b), (x, y)].map(|(a, b)| (a.min(b), a.max(b)))
            })
            .filter(|pair| pair.0 != pair.1 && !known.contains(pair) && judge.may_pass(*pair))
            .collect();
        proposed.sort_unstable();
        proposed.dedup();
        let found = judge.decide_all(&proposed, &sets, &templates);
        decided += proposed.len();
        known.extend(proposed);
        if found.is_empty() {
            break;
        }
        pairs.extend(found);
        pairs.sort_unstable_by_key(|similar| similar.pair);
    }
    Ok(Verified {
        pairs,
        sets,
        decided,
    })
}

/// What decides a pair.
struct Judge<'a> {
    register: &'a Register,
    texts: &'a Texts,
    config: &'a Config,
}

impl Judge<'_> {
    /// Whether the settings allow the pair, and its estimate lies no more than five standard errors below what passes.
    fn may_pass(&self, (a, b): Pair) -> bool {
        let signatures = self.texts.signatures();
        let (Some(x), Some(y)) = (signatures.of(a), signatures.of(b)) else {
            return false;
        };
        let hashes = f64::from(x.len() as u32);
        let estimate = f64::from(agreement(x, y)) / hashes;
        let sizes = (self.texts.print(a).shingles, self.texts.print(b).shingles);
        Rules(self.config).may_pass(estimate, hashes, sizes) && self.allowed((a, b))
    }

    fn allowed(&self, (a, b): Pair) -> bool {
        let entry = |text: u32| {
            self.register
                .entry(self.texts.articles[text as usize] as usize)
        };
        let (x, y, rules) = (entry(a), entry(b), Rules(self.config));
        rules.allows_times(x.published, y.published) && rules.allows_sources(x.source, y.source)
    }

    fn decide_all(
        &self,
        pairs: &[Pair],
        sets: &Sets,
        templates: &Templates<'_>,
    ) -> Vec<SimilarPair> {
        pairs
            .par_iter()
            .filter_map(|&pair| {
                let (a, b) = (sets.of(pair.0), sets.of(pair.1));
                let overlap = Overlap::of(a, b);
                let tokens = |text: u32| self.texts.print(text).tokens;
                let least = tokens(pair.0).min(tokens(pair.1));
                let own = || templates.discount(a, b, overlap);
                let similarity = Rules(self.config).decide(least, overlap, own)?;
                Some(SimilarPair {
                    pair,
                    overlap,
                    similarity,
                })
            })
            .collect()
    }
}

//! Verification: every candidate is decided by what the two texts really share.

use rayon::prelude::*;

use super::group::centres;
use super::rules::Rules;
use super::sets::{Kept, Sets, Source};
use super::templates::Templates;
use super::texts::Texts;
use crate::article::{Corpus, Register};
use crate::clean::Furniture;
use crate::config::Config;
use crate::error::Result;
use crate::fingerprint::{Overlap, estimate};
use crate::lsh::{Candidates, Pair, as_number, as_pair};
use crate::spill::{Column, ColumnWriter, Dealer, Room};

/// How often the members of a group are shown to the centres of their neighbours, at most.
const ROUNDS: usize = 4;

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

impl Verified {
    /// What two texts share.
    pub(super) fn overlap(&self, a: u32, b: u32) -> Result<Overlap> {
        let pair = (a.min(b), a.max(b));
        match self
            .pairs
            .binary_search_by_key(&pair, |similar| similar.pair)
        {
            Ok(at) => Ok(self.pairs[at].overlap),
            Err(_) => Ok(Overlap::of(&self.sets.of(a)?, &self.sets.of(b)?)),
        }
    }
}

/// Decides every candidate pair by exact similarity.
///
/// # Errors
///
/// When the corpus cannot be read again, or what does not fit into the room cannot be kept on disk.
pub fn verify<C: Corpus + ?Sized>(
    corpus: &C,
    furniture: &Furniture,
    (register, texts, candidates): (&Register, &Texts, &Candidates),
    (config, room): (&Config, &Room),
) -> Result<Verified> {
    let judge = Judge {
        register,
        texts,
        config,
        templates: Templates::new(texts, &candidates.postings),
        room,
    };
    let hopeful = judge.hopeful(&candidates.pairs)?;
    let source = Source {
        corpus,
        furniture,
        register,
        texts,
        k: config.shingle_tokens,
        room,
    };
    let sets = Sets::read(&source, &hopeful)?;
    let mut pairs = judge.decide_hopeful(&hopeful, &sets)?;
    let mut decided = hopeful.len();
    let mut known: Vec<u64> = Vec::new();
    for _ in 0..ROUNDS {
        let proposed = judge.propose(&pairs, &hopeful, &mut known)?;
        let found = judge.decide_all(&proposed, &sets)?;
        decided += proposed.len();
        if found.is_empty() {
            break;
        }
        pairs.extend(found);
        pairs.par_sort_unstable_by_key(|similar| similar.pair);
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
    templates: Templates<'a>,
    room: &'a Room,
}

impl Judge<'_> {
    /// The pairs that may pass.
    fn hopeful(&self, candidates: &Column<u64>) -> Result<Column<u64>> {
        let writer = ColumnWriter::new(self.room);
        let pieces = (0..candidates.pieces()).into_par_iter();
        pieces.try_for_each_init(Vec::new, |buffer, piece| {
            let (_, pairs) = candidates.piece(piece, buffer)?;
            writer.push(piece, self.filtered(pairs)?)
        })?;
        Ok(writer.finish())
    }

    fn filtered(&self, pairs: &[u64]) -> Result<Vec<u64>> {
        let mut kept = Vec::new();
        self.room.check_interrupt()?;
        for &pair in pairs {
            if self.may_pass(as_pair(pair))? {
                kept.push(pair);
            }
        }
        Ok(kept)
    }

    /// Whether the settings allow the pair, and its estimate lies no more than five standard errors below what passes.
    fn may_pass(&self, (a, b): Pair) -> Result<bool> {
        if !self.allowed((a, b)) {
            return Ok(false);
        }
        let (Some(x), Some(y)) = (self.texts.sketch(a)?, self.texts.sketch(b)?) else {
            return Ok(false);
        };
        let hashes = f64::from(x.len() as u32);
        let sizes = (self.texts.print(a).shingles, self.texts.print(b).shingles);
        Ok(Rules(self.config).may_pass(estimate(&x, &y), hashes, sizes))
    }

    fn allowed(&self, (a, b): Pair) -> bool {
        if self.config.within.is_none() && self.config.copy_window.is_none() {
            return true;
        }
        let entry = |text: u32| {
            self.register
                .entry(self.texts.articles[text as usize] as usize)
        };
        let (x, y, rules) = (entry(a), entry(b), Rules(self.config));
        rules.allows_times(x.published, y.published) && rules.allows_sources(x.source, y.source)
    }

    /// The pairs of the texts of a similar pair with the centres that they joined, of those not `known` yet.
    ///
    /// A large group's members met only some of each other. So each meets the centres its neighbours joined.
    fn propose(
        &self,
        pairs: &[SimilarPair],
        hopeful: &Column<u64>,
        known: &mut Vec<u64>,
    ) -> Result<Vec<u64>> {
        let centres = centres(self.texts, pairs);
        let mut proposed: Vec<u64> = pairs
            .iter()
            .filter(|similar| similar.similarity == Similarity::Near)
            .flat_map(|&SimilarPair { pair: (a, b), .. }| {
                let (x, y) = (centres[a as usize], centres[b as usize]);
                [(a, y), (x, b), (x, y)].map(|(a, b)| (a.min(b), a.max(b)))
            })
            .filter(|pair| pair.0 != pair.1)
            .map(as_number)
            .collect();
        proposed.par_sort_unstable();
        proposed.dedup();
        proposed.retain(|pair| known.binary_search(pair).is_err());
        let proposed = without(proposed, hopeful)?;
        let passed = proposed
            .par_chunks(1 << 12)
            .map(|pairs| self.filtered(pairs))
            .collect::<Result<Vec<_>>>()?
            .concat();
        known.extend_from_slice(&passed);
        known.par_sort_unstable();
        Ok(passed)
    }

    /// Decides the pairs whose sets were read: where those lie in bins, bin by bin.
    fn decide_hopeful(&self, hopeful: &Column<u64>, sets: &Sets) -> Result<Vec<SimilarPair>> {
        let Kept::Disk(binned) = &sets.0 else {
            let pieces = (0..hopeful.pieces()).into_par_iter();
            let decided = pieces.map_init(Vec::new, |buffer, piece| {
                self.decide_all(hopeful.piece(piece, buffer)?.1, sets)
            });
            return Ok(decided.collect::<Result<Vec<_>>>()?.concat());
        };
        let apart = binned.bins.len();
        let mut dealer = Dealer::new(apart + 1, self.room)?;
        hopeful.scan(|_, pairs| {
            pairs.iter().try_for_each(|&pair| {
                let bin = binned.bins.of_both(as_pair(pair)).unwrap_or(apart);
                dealer.deal(bin, &[pair])
            })
        })?;
        let dealt = dealer.finish()?;
        let mut found = Vec::new();
        for bin in 0..apart {
            let ((pairs, _taken), sets) = (dealt.read(bin)?, binned.bin(bin)?);
            let decided = pairs.par_iter().map(|&pair| {
                let (a, b) = as_pair(pair);
                self.decide((a, b), sets.of(a), sets.of(b))
            });
            let decided: Vec<Option<SimilarPair>> = decided.collect::<Result<_>>()?;
            found.extend(decided.into_iter().flatten());
        }
        let (mut pairs, _taken) = dealt.read(apart)?;
        pairs.par_sort_unstable_by_key(|&pair| {
            let (a, b) = as_pair(pair);
            (binned.bins.of(a), binned.bins.of(b), pair)
        });
        found.extend(self.decide_all(&pairs, sets)?);
        found.par_sort_unstable_by_key(|similar| similar.pair);
        Ok(found)
    }

    fn decide_all(&self, pairs: &[u64], sets: &Sets) -> Result<Vec<SimilarPair>> {
        let decided = pairs.par_iter().map(|&pair| {
            let (a, b) = as_pair(pair);
            self.decide((a, b), &sets.of(a)?, &sets.of(b)?)
        });
        let decided: Vec<Option<SimilarPair>> = decided.collect::<Result<_>>()?;
        Ok(decided.into_iter().flatten().collect())
    }

    /// Decides a pair by the sets of its texts.
    fn decide(&self, pair: Pair, a: &[u64], b: &[u64]) -> Result<Option<SimilarPair>> {
        self.room.check_interrupt()?;
        let overlap = Overlap::of(a, b);
        let similarity = self.similarity(pair, (a, b), overlap)?;
        Ok(similarity.map(|similarity| SimilarPair {
            pair,
            overlap,
            similarity,
        }))
    }

    fn similarity(
        &self,
        pair: Pair,
        (a, b): (&[u64], &[u64]),
        overlap: Overlap,
    ) -> Result<Option<Similarity>> {
        let tokens = |text: u32| self.texts.print(text).tokens;
        let least = tokens(pair.0).min(tokens(pair.1));
        let own = || self.templates.discount(a, b, overlap);
        Rules(self.config).try_decide(least, overlap, own)
    }
}

/// The pairs that are not in a column; both ascend.
fn without(pairs: Vec<u64>, column: &Column<u64>) -> Result<Vec<u64>> {
    let mut kept = Vec::with_capacity(pairs.len());
    let mut pairs = pairs.into_iter().peekable();
    column.scan(|_, piece| {
        let Some(last) = piece.last() else {
            return Ok(());
        };
        let mut rest = piece.iter().copied().peekable();
        while let Some(pair) = pairs.next_if(|pair| pair <= last) {
            while rest.next_if(|&other| other < pair).is_some() {}
            if rest.peek() != Some(&pair) {
                kept.push(pair);
            }
        }
        Ok(())
    })?;
    kept.extend(pairs);
    Ok(kept)
}

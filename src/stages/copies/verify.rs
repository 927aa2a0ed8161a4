//! Verification: every candidate is decided by what the two texts really share.

use rayon::prelude::*;

use super::evidence::{Aligner, Evidence};
use super::group::centres;
use super::pairs::{PairKind, RefusedPair, SimilarPair, Verified};
use super::rules::{Decision, Rules};
use super::sets::{Kept, ReadText, Sets, Source};
use super::templates::Templates;
use super::texts::Texts;
use crate::config::Config;
use crate::corpus::{Corpus, Register, TextId, Timestamp};
use crate::error::{Error, Result};
use crate::kernel::{Overlap, estimate};
use crate::spill::{Column, ColumnWriter, MemoryBudget, Partitioner, Reservation};
use crate::stages::candidates::{Candidates, Pair, as_number, as_pair};
use crate::stages::clean::Furniture;

/// How often the members of a group are shown to the centres of their neighbours, at most.
const ROUNDS: usize = 4;

/// Decides every candidate pair by exact similarity.
///
/// # Errors
///
/// When the corpus cannot be read again, or what does not fit into the memory budget cannot be kept on disk.
pub fn verify<C: Corpus + ?Sized>(
    corpus: &C,
    furniture: &Furniture,
    register: &Register,
    texts: &Texts,
    candidates: &Candidates,
    config: &Config,
    budget: &MemoryBudget,
) -> Result<Verified> {
    let judge = Verifier {
        register,
        texts,
        config,
        templates: Templates::new(texts, &candidates.postings),
        budget,
    };
    let hopeful = judge.hopeful(&candidates.pairs)?;
    let source = Source {
        corpus,
        furniture,
        register,
        texts,
        k: config.shingle_tokens,
        budget,
    };
    let sets = Sets::read(&source, &hopeful)?;
    let mut found = judge.decide_hopeful(&hopeful, &sets)?;
    let mut decided = hopeful.len();
    let mut known: Vec<u64> = Vec::new();
    for _ in 0..ROUNDS {
        let proposed = judge.propose(&found.pairs, &hopeful, &mut known)?;
        let mut more = judge.decide_all(&proposed, &sets)?;
        more.sort();
        decided += proposed.len();
        let is_last = more.pairs.is_empty();
        found.add(more);
        found.sort();
        if is_last {
            break;
        }
    }
    Ok(Verified {
        pairs: found.pairs,
        refused: found.refused,
        sets,
        decided,
        _reserved: found.taken,
    })
}

/// What was found of pairs that share enough.
#[derive(Default)]
struct Found {
    pairs: Vec<SimilarPair>,
    refused: Vec<RefusedPair>,
    taken: Vec<Reservation>,
    /// What others found, to be put together once.
    others: Vec<Found>,
}

impl Found {
    fn add(&mut self, mut other: Found) {
        self.others.append(&mut other.others);
        self.others.push(other);
    }

    fn add_similar(&mut self, similar: SimilarPair, budget: &MemoryBudget) {
        make_place(&mut self.pairs, &mut self.taken, budget);
        self.pairs.push(similar);
    }

    fn add_refused(&mut self, refused: RefusedPair, budget: &MemoryBudget) {
        make_place(&mut self.refused, &mut self.taken, budget);
        self.refused.push(refused);
    }

    /// Puts all together, in order. There is no more than one place for each, and little more for all.
    fn sort(&mut self) {
        let others = std::mem::take(&mut self.others);
        let count = |of: &dyn Fn(&Found) -> usize| others.iter().map(of).sum();
        let place = |count: usize| count + count / 16;
        self.pairs.reserve_exact(place(count(&|it| it.pairs.len())));
        self.refused
            .reserve_exact(place(count(&|it| it.refused.len())));
        for mut other in others {
            self.pairs.append(&mut other.pairs);
            self.refused.append(&mut other.refused);
            self.taken.append(&mut other.taken);
        }
        self.pairs.par_sort_unstable_by_key(|similar| similar.pair);
        self.refused.par_sort_unstable();
    }

    fn joined(mut self, other: Found) -> Result<Found> {
        self.add(other);
        Ok(self)
    }
}

/// Makes place for one value more, and counts it in the room: what else fills the room then goes to disk.
fn make_place<T>(values: &mut Vec<T>, taken: &mut Vec<Reservation>, budget: &MemoryBudget) {
    const LEAST: usize = 16;
    if values.len() == values.capacity() {
        let more = values.len().max(LEAST);
        taken.push(budget.reserve_anyway((more * size_of::<T>()) as u64));
        values.reserve_exact(more);
    }
}

/// What decides a pair.
struct Verifier<'a> {
    register: &'a Register,
    texts: &'a Texts,
    config: &'a Config,
    templates: Templates<'a>,
    budget: &'a MemoryBudget,
}

impl Verifier<'_> {
    /// The pairs that may pass.
    fn hopeful(&self, candidates: &Column<u64>) -> Result<Column<u64>> {
        let writer = ColumnWriter::new(self.budget);
        let pieces = (0..candidates.pieces()).into_par_iter();
        pieces.try_for_each_init(Vec::new, |buffer, piece| {
            let (_, pairs) = candidates.piece(piece, buffer)?;
            writer.push(piece, self.filtered(pairs)?)
        })?;
        Ok(writer.finish())
    }

    fn filtered(&self, pairs: &[u64]) -> Result<Vec<u64>> {
        let mut kept = Vec::new();
        self.budget.check_interrupt()?;
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
        let entry = |text: TextId| {
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
        let of_pair = |&SimilarPair { pair: (a, b), .. }: &SimilarPair| {
            let (x, y) = (centres[a as usize], centres[b as usize]);
            [(a, y), (x, b), (x, y)].map(|(a, b)| (a.min(b), a.max(b)))
        };
        let is_near = |similar: &&SimilarPair| similar.similarity == PairKind::Near;
        // A large group proposes the same few pairs again and again: they are thrown together whenever there are twice as many.
        const PART: usize = 1 << 18;
        let mut proposed: Vec<u64> = Vec::new();
        let mut most = PART;
        let together = |proposed: &mut Vec<u64>| {
            proposed.par_sort_unstable();
            proposed.dedup();
        };
        for part in pairs.chunks(PART) {
            self.budget.check_interrupt()?;
            let of_part = part.iter().filter(is_near).flat_map(of_pair);
            let of_part = of_part.filter(|pair| pair.0 != pair.1).map(as_number);
            proposed.extend(of_part.filter(|pair| known.binary_search(pair).is_err()));
            if proposed.len() >= most {
                together(&mut proposed);
                most = (2 * proposed.len()).max(PART);
            }
        }
        together(&mut proposed);
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

    /// Decides the pairs whose texts were read: where those lie in bins, bin by bin.
    fn decide_hopeful(&self, hopeful: &Column<u64>, sets: &Sets) -> Result<Found> {
        let Kept::Disk(binned) = &sets.0 else {
            let pieces = (0..hopeful.pieces()).into_par_iter();
            let decided = pieces.map_init(Vec::new, |buffer, piece| {
                self.decide_all(hopeful.piece(piece, buffer)?.1, sets)
            });
            let mut found = decided.try_reduce(Found::default, Found::joined)?;
            found.sort();
            return Ok(found);
        };
        let apart = binned.bins.len();
        let mut dealer = Partitioner::new(apart + 1, self.budget)?;
        hopeful.scan(|_, pairs| {
            pairs.iter().try_for_each(|&pair| {
                let bin = binned.bins.of_both(as_pair(pair)).unwrap_or(apart);
                dealer.deal(bin, &[pair])
            })
        })?;
        let dealt = dealer.finish()?;
        let mut found = Found::default();
        for bin in 0..apart {
            let ((pairs, _reserved), sets) = (dealt.read(bin)?, binned.bin(bin)?);
            found.add(self.decide_each(&pairs, |text| Ok(sets.of(text)))?);
        }
        let (mut pairs, _reserved) = dealt.read(apart)?;
        pairs.par_sort_unstable_by_key(|&pair| {
            let (a, b) = as_pair(pair);
            (binned.bins.of(a), binned.bins.of(b), pair)
        });
        found.add(self.decide_all(&pairs, sets)?);
        found.sort();
        Ok(found)
    }

    fn decide_all(&self, pairs: &[u64], sets: &Sets) -> Result<Found> {
        self.decide_each(pairs, |text| sets.of(text))
    }

    /// Decides pairs, given where their texts are had from.
    fn decide_each<'t>(
        &self,
        pairs: &[u64],
        text: impl Fn(TextId) -> Result<ReadText<'t>> + Sync,
    ) -> Result<Found> {
        let decide = |(mut found, mut aligner): (Found, Aligner), &pair: &u64| {
            let (a, b) = as_pair(pair);
            self.decide((a, b), &text(a)?, &text(b)?, &mut found, &mut aligner)?;
            Ok::<_, Error>((found, aligner))
        };
        pairs
            .par_iter()
            .try_fold(Default::default, decide)
            .map(|found| Ok(found?.0))
            .try_reduce(Found::default, Found::joined)
    }

    /// Decides a pair, given its texts.
    fn decide(
        &self,
        pair: Pair,
        a: &ReadText<'_>,
        b: &ReadText<'_>,
        found: &mut Found,
        aligner: &mut Aligner,
    ) -> Result<()> {
        self.budget.check_interrupt()?;
        let overlap = Overlap::of(a.set(), b.set());
        let tokens = |text: TextId| self.texts.print(text).tokens;
        let least = tokens(pair.0).min(tokens(pair.1));
        let own = || self.templates.discount(a.set(), b.set(), overlap);
        let (mut own_shares, mut differs) = ((0, 0), false);
        let evidence = || {
            let apart = seconds_apart(self.register, self.texts, pair);
            let evidence = Evidence::of(aligner, a.words(), b.words(), apart);
            own_shares = evidence.own;
            differs = evidence.specifics().differ > 0;
            Ok(evidence)
        };
        match Rules(self.config).try_decide(least, overlap, own, evidence)? {
            Decision::Unlike => {}
            Decision::Refused(refusal) => {
                let containment = overlap.containment();
                let refused = RefusedPair {
                    pair,
                    refusal,
                    containment,
                };
                found.add_refused(refused, self.budget);
            }
            Decision::Similar(similarity) => {
                let similar = SimilarPair {
                    pair,
                    overlap,
                    similarity,
                    own: own_shares,
                    differs,
                };
                found.add_similar(similar, self.budget);
            }
        }
        Ok(())
    }
}

/// How many seconds lie between the publications of two texts, at least, where both are known: a time without hours may be any
/// of its day.
pub(super) fn seconds_apart(register: &Register, texts: &Texts, (a, b): Pair) -> Option<u64> {
    let time = |text: TextId| {
        let article = texts.articles[text as usize];
        register.entry(article as usize).published
    };
    Some(least_seconds_apart(time(a)?, time(b)?))
}

const DAY: i64 = 24 * 3600;

/// How many seconds lie between two times at least.
pub(crate) fn least_seconds_apart(a: Timestamp, b: Timestamp) -> u64 {
    let is_day = |time: Timestamp| time.0.rem_euclid(DAY) == 0;
    let apart = a.0.abs_diff(b.0);
    match is_day(a) && is_day(b) {
        true => apart.saturating_sub(DAY as u64),
        false => apart,
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

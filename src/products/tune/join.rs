//! The exact join: every text of a sample against every text there is.

use std::sync::{Mutex, PoisonError};

use ahash::AHashMap;

use super::Dump;
use crate::corpus::{Corpus, Entry, TextId};
use crate::error::Result;
use crate::kernel::{Overlap, Share, Signer};
use crate::stages::candidates;
use crate::stages::candidates::{Pair, Postings};
use crate::stages::clean::Cleaner;
use crate::stages::copies::{
    Aligner, Cutter, Evidence, PairKind, Rules, Templates, Word, least_seconds_apart,
};
use crate::stages::fingerprint::Shingler;

/// Pairs that share less than this, of both or of the smaller, are not kept.
const LEAST: (Share, Share) = (Share(50_000), Share(500_000));

/// A text of the sample, and one that it shares something with.
#[derive(Clone, Debug)]
pub(super) struct Joined {
    pub(super) text: TextId,
    pub(super) other: u32,
    pub(super) overlap: Overlap,
    /// What they share once templates do not count.
    own: Overlap,
    evidence: Evidence,
    least_tokens: u32,
    is_allowed: bool,
    pub(super) is_in_band: bool,
    pub(super) has_anchors: bool,
}

impl Joined {
    pub(super) fn pair(&self) -> Pair {
        (self.text.min(self.other), self.text.max(self.other))
    }

    /// As what the two pass.
    pub(super) fn verdict(&self, rules: Rules<'_>) -> Option<PairKind> {
        let decision = rules.decide(self.least_tokens, self.overlap, self.own, self.evidence);
        decision.similarity().filter(|_| self.is_allowed)
    }
}

/// The pairs of a sample, by its texts.
pub(super) struct Sampled {
    /// Texts of the sample.
    pub(super) sample: usize,
    pub(super) pairs: Vec<Joined>,
}

impl Sampled {
    /// How many pairs have a Jaccard similarity in each of so many parts of the range from 0 to 1.
    pub(super) fn distribution(&self, parts: usize) -> Vec<u64> {
        let mut counts = vec![0; parts];
        for pair in &self.pairs {
            let jaccard = pair.overlap.jaccard();
            let part = jaccard.0 as usize * parts / 1_000_000;
            if jaccard >= LEAST.0 {
                counts[part.min(parts - 1)] += 1;
            }
        }
        counts
    }
}

/// The shingles of the sample, each with the texts that have it.
struct Index {
    texts: Vec<TextId>,
    sets: Vec<Vec<u64>>,
    words: Vec<Vec<Word>>,
    postings: AHashMap<u64, Vec<u32>>,
}

/// Joins the texts of smallest content hash with all.
pub(super) fn join<C: Corpus + ?Sized>(
    dump: &Dump<'_, C>,
    templates: &Templates<'_>,
    postings: &Postings,
    sample: usize,
) -> Result<Sampled> {
    // Texts are numbered by content hash.
    let signed = (0..dump.texts.len() as u32).filter(|&text| dump.texts.print(text).shingles > 0);
    let texts: Vec<TextId> = signed.take(sample).collect();
    let mut read: Vec<(u32, Vec<u64>, Vec<Word>)> = sweep(dump, &|text, set, words| {
        let is_sampled = texts.binary_search(&text).is_ok();
        let read = is_sampled.then(|| (text, set.to_vec(), words.to_vec()));
        Ok(read.into_iter().collect())
    })?;
    read.sort_unstable_by_key(|text| text.0);
    let mut index = Index {
        postings: AHashMap::new(),
        texts: Vec::with_capacity(read.len()),
        sets: Vec::with_capacity(read.len()),
        words: Vec::with_capacity(read.len()),
    };
    for (text, set, words) in read {
        index.texts.push(text);
        index.sets.push(set);
        index.words.push(words);
    }
    for (set, at) in index.sets.iter().zip(0..) {
        for &shingle in set {
            index.postings.entry(shingle).or_default().push(at);
        }
    }
    let compare = Compare {
        dump,
        index: &index,
        templates,
        postings,
    };
    let mut pairs = sweep(dump, &|text, set, words| compare.all(text, set, words))?;
    pairs.sort_unstable_by_key(|pair| (pair.text, pair.other));
    Ok(Sampled {
        sample: index.texts.len(),
        pairs,
    })
}

/// Makes something of a text, given its set and its words.
type Visit<'v, T> = &'v (dyn Fn(u32, &[u64], &[Word]) -> Result<Vec<T>> + Sync);

/// Makes something of the set of each text, in no order.
fn sweep<C: Corpus + ?Sized, T: Send>(dump: &Dump<'_, C>, visit: Visit<'_, T>) -> Result<Vec<T>> {
    let made: Mutex<Vec<T>> = Mutex::default();
    dump.corpus.sweep(&|batch| {
        let mut own = Vec::new();
        let mut cleaner = Cleaner::new(dump.furniture);
        let mut shingler = Shingler::default();
        let mut cutter = Cutter::default();
        let first = dump.register.first_of_batch(batch.number);
        for (article, number) in batch.articles.iter().zip(first..) {
            let text = dump.texts.of_article[number as usize];
            if dump.texts.articles[text as usize] == number {
                let kept = cleaner.kept(article);
                let words = cutter.words(article, kept);
                let set = shingler.sorted_shingles(article, kept, dump.config.shingle_tokens);
                own.extend(visit(text, set, words)?);
            }
        }
        let mut made = made.lock().unwrap_or_else(PoisonError::into_inner);
        made.extend(own);
        Ok(())
    })?;
    Ok(made.into_inner().unwrap_or_else(PoisonError::into_inner))
}

struct Compare<'c, C: ?Sized> {
    dump: &'c Dump<'c, C>,
    index: &'c Index,
    templates: &'c Templates<'c>,
    postings: &'c Postings,
}

impl<C: Corpus + ?Sized> Compare<'_, C> {
    /// The texts of the sample that share something with a text.
    fn all(&self, other: u32, set: &[u64], words: &[Word]) -> Result<Vec<Joined>> {
        let mut shared: AHashMap<u32, u32> = AHashMap::new();
        let postings = set
            .iter()
            .filter_map(|shingle| self.index.postings.get(shingle));
        for &at in postings.flatten() {
            *shared.entry(at).or_default() += 1;
        }
        let mut found = Vec::new();
        let mut aligner = Aligner::default();
        let mut shared: Vec<(u32, u32)> = shared.into_iter().collect();
        shared.sort_unstable();
        for (at, shared) in shared {
            let text = self.index.texts[at as usize];
            let sizes = (self.index.sets[at as usize].len() as u32, set.len() as u32);
            let overlap = Overlap { shared, sizes };
            let is_kept = overlap.jaccard() >= LEAST.0 || overlap.containment() >= LEAST.1;
            if text != other && is_kept {
                let of_text = &self.index.words[at as usize];
                let apart = self.seconds_apart(text, other);
                let evidence = Evidence::of(&mut aligner, of_text, words, apart);
                found.push(self.one(
                    text,
                    &self.index.sets[at as usize],
                    other,
                    set,
                    overlap,
                    evidence,
                )?);
            }
        }
        Ok(found)
    }

    fn entry(&self, text: TextId) -> Entry {
        let article = self.dump.texts.articles[text as usize];
        self.dump.register.entry(article as usize)
    }

    fn seconds_apart(&self, a: u32, b: u32) -> Option<u64> {
        let (a, b) = (self.entry(a).published?, self.entry(b).published?);
        Some(least_seconds_apart(a, b))
    }

    fn one(
        &self,
        text: TextId,
        x: &[u64],
        other: u32,
        y: &[u64],
        overlap: Overlap,
        evidence: Evidence,
    ) -> Result<Joined> {
        let config = self.dump.config;
        let rules = Rules(config);
        let tokens = |text: TextId| self.dump.texts.print(text).tokens;
        let (a, b) = (self.entry(text), self.entry(other));
        let mut signer = Signer::new(config.num_hashes);
        let (mut v, mut w) = (Vec::new(), Vec::new());
        signer.sign(x, &mut v);
        signer.sign(y, &mut w);
        let (mut p, mut q) = (Vec::new(), Vec::new());
        candidates::anchors(x, &mut p);
        candidates::anchors(y, &mut q);
        let leads = |anchor| self.postings.leads(anchor, (text, other));
        let (shared, needed) = candidates::shared(&p, &q, leads);
        let banding = config.banding();
        Ok(Joined {
            text,
            other,
            overlap,
            own: self.templates.discount(x, y, overlap)?,
            evidence,
            least_tokens: tokens(text).min(tokens(other)),
            is_allowed: rules.allows_times(a.published, b.published)
                && rules.allows_sources(a.source, b.source),
            is_in_band: !candidates::bands_met(&v, &w, banding, config.seed).is_empty(),
            has_anchors: shared > 0 && shared >= needed,
        })
    }
}

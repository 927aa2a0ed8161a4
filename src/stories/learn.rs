//! Learning: three sweeps, one over a sample for the languages of the dump, one for in how many articles each feature stands,
//! one to weigh them.

use std::sync::{Mutex, PoisonError};

use rayon::prelude::*;

use super::features::{Cutter, Feature};
use super::forms;
use super::frequencies::{Counts, Frequencies};
use super::language::{Pools, Tongue};
use super::lexicon::FeatureId;
use super::linguist::{self, Linguist, Sampled};
use super::vectors::{Chunk, Drafts, Parts, Vectors};
use super::weights::{self, Draft, Weigher};
use super::{Copies, Nodes};
use crate::article::{Article, Corpus};
use crate::error::Result;

/// What is known of a dump before its articles are weighed.
pub(super) struct Learned {
    /// What each node is written in.
    tongues: Vec<Tongue>,
    /// The pools of the languages.
    pub(super) pools: Pools,
    pub(super) frequencies: Frequencies,
    /// For each pool the articles that a window must stand in to be form, of those it was counted in.
    pub(super) form: Vec<u32>,
    /// Who knows the languages.
    pub(super) linguist: Linguist,
}

/// The pairs of neighbouring stems that two or more articles of a pool have, and how many; by pool and pair.
pub(super) type SharedPairs = Vec<(u64, u32)>;

/// Made of each batch of a sweep, by batch.
struct Made<T>(Mutex<Vec<(usize, T)>>);

impl<T> Made<T> {
    fn put(&self, batch: usize, made: T) {
        let mut all = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        all.push((batch, made));
    }

    fn in_order(self) -> Vec<T> {
        let mut all = self.0.into_inner().unwrap_or_else(PoisonError::into_inner);
        all.sort_unstable_by_key(|made| made.0);
        all.into_iter().map(|made| made.1).collect()
    }
}

/// Who knows the languages of the dump, from a sample.
fn linguist<C: Corpus + ?Sized>(corpus: &C, copies: Copies<'_>, nodes: &Nodes) -> Result<Linguist> {
    let linguist = Linguist::default();
    let is_sampled = |node: u32| (nodes.by_content[node as usize] as usize) < linguist::SAMPLED;
    let cutters = Cutters::default();
    let sampled = sweep(corpus, copies, nodes, &|articles| {
        let mut cutter = cutters.take();
        let guess = |(_, article): (u32, &Article<'_>)| {
            let kept = copies.furniture.kept(article);
            let language = linguist.guess(article, &kept)?;
            cutter.cut(&article.title, &article.text, &kept);
            Some((language, cutter.stems()))
        };
        let sampled = articles.filter(|(node, _)| is_sampled(*node));
        let sampled: Vec<Sampled> = sampled.filter_map(guess).collect();
        cutters.give_back(cutter);
        sampled
    })?;
    let is_all = nodes.len() <= linguist::SAMPLED;
    Ok(Linguist::knowing(
        sampled.into_iter().flatten().collect(),
        is_all,
    ))
}

/// Cutters that are not at work: each has room, and knows words.
#[derive(Default)]
struct Cutters(Mutex<Vec<Cutter>>);

impl Cutters {
    fn take(&self) -> Cutter {
        let mut idle = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        idle.pop().unwrap_or_default()
    }

    fn give_back(&self, cutter: Cutter) {
        let mut idle = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        idle.push(cutter);
    }
}

/// In how many articles of one language each feature stands, of those met since it was last passed on.
#[derive(Default)]
struct Tally {
    language: u32,
    articles: Vec<u32>,
    met: Vec<FeatureId>,
}

impl Tally {
    /// Counts an article with these features.
    fn add(&mut self, features: &[(FeatureId, u32)]) {
        for &(id, _) in features {
            if self.articles.len() <= id as usize {
                self.articles.resize(id as usize + 1, 0);
            }
            let articles = &mut self.articles[id as usize];
            if *articles == 0 {
                self.met.push(id);
            }
            *articles += 1;
        }
    }

    /// Adds what was counted to the counts of all.
    fn pass_on(&mut self, cutter: &Cutter, frequencies: &Frequencies) {
        let articles = &mut self.articles;
        let counted = self.met.drain(..).map(|id| {
            let articles = std::mem::take(&mut articles[id as usize]);
            (cutter.feature(id), articles)
        });
        frequencies.add(self.language, counted);
    }
}

/// Makes something of the representatives of one batch, which are handed to it one by one with their nodes.
type Visit<'v, T> = &'v (dyn Fn(&mut dyn Iterator<Item = (u32, &Article<'_>)>) -> T + Sync);

/// Sweeps the representatives.
fn sweep<C: Corpus + ?Sized, T: Send>(
    corpus: &C,
    copies: Copies<'_>,
    nodes: &Nodes,
    visit: Visit<'_, T>,
) -> Result<Vec<T>> {
    let made = Made(Mutex::default());
    corpus.sweep(&|batch| {
        let first = copies.register.first_of_batch(batch.number);
        let articles = batch.articles.iter().zip(first..);
        let mut own = articles.filter_map(|(article, number)| Some((nodes.of(number)?, article)));
        made.put(batch.number, visit(&mut own));
        Ok(())
    })?;
    Ok(made.in_order())
}

impl Learned {
    /// The first two sweeps: languages, and in how many articles each feature stands.
    pub(super) fn new<C: Corpus + ?Sized>(
        corpus: &C,
        copies: Copies<'_>,
        nodes: &Nodes,
    ) -> Result<Learned> {
        let linguist = linguist(corpus, copies, nodes)?;
        let mut frequencies = Frequencies::new(nodes.len());
        let is_sampled = |node: u32| (nodes.by_content[node as usize] as usize) < forms::SAMPLE;
        let cutters = Cutters::default();
        let of_batches = sweep(corpus, copies, nodes, &|articles| {
            let mut cutter = cutters.take();
            let mut tally = Tally::default();
            let mut tongues = Vec::new();
            for (node, article) in articles {
                let kept = copies.furniture.kept(article);
                let tongue = linguist.tongue(article, &kept);
                if tongue.key() != tally.language || cutter.is_full() {
                    tally.pass_on(&cutter, &frequencies);
                    tally.language = tongue.key();
                }
                cutter.cut(&article.title, &article.text, &kept);
                tally.add(cutter.count());
                if is_sampled(node) {
                    let mut windows = cutter.windows();
                    windows.sort_unstable();
                    windows.dedup();
                    frequencies.add(tongue.key(), windows.into_iter().map(|window| (window, 1)));
                }
                tongues.push((node, tongue));
            }
            tally.pass_on(&cutter, &frequencies);
            cutters.give_back(cutter);
            tongues
        })?;
        let mut tongues = vec![Tongue::default(); nodes.len()];
        for (node, tongue) in of_batches.into_iter().flatten() {
            tongues[node as usize] = tongue;
        }
        frequencies.mark(forms::FEWEST);
        let pools = Pools::new(&tongues);
        let mut sampled = vec![0; pools.sizes.len()];
        for (node, &pool) in (0..nodes.len() as u32).zip(&pools.of) {
            sampled[pool as usize] += usize::from(is_sampled(node));
        }
        let least = |(&size, sampled)| forms::least(size, sampled);
        Ok(Learned {
            tongues,
            form: pools.sizes.iter().zip(sampled).map(least).collect(),
            pools,
            frequencies,
            linguist,
        })
    }

    /// The third sweep: every article's vector, terms and words; and the pairs they were weighed by.
    pub(super) fn weigh<C: Corpus + ?Sized>(
        &self,
        corpus: &C,
        copies: Copies<'_>,
        nodes: &Nodes,
        terms: usize,
    ) -> Result<(Vectors, SharedPairs)> {
        let weighers: Vec<Weigher> = self
            .pools
            .sizes
            .iter()
            .map(|&size| Weigher::new(size))
            .collect();
        let cutters = Cutters::default();
        let drafts = sweep(corpus, copies, nodes, &|articles| {
            let mut cutter = cutters.take();
            let mut keys = Vec::new();
            let mut drafts = Drafts::default();
            for (node, article) in articles {
                let kept = copies.furniture.kept(article);
                cutter.cut(&article.title, &article.text, &kept);
                let pool = self.pool(node);
                let is_usual = self
                    .pools
                    .keys_for(pool, self.tongues[node as usize], &mut keys);
                let language = Asked {
                    weigher: &weighers[pool],
                    terms,
                    keys: &keys,
                    tag: is_usual.then_some(pool as u32),
                    form: self.form[pool],
                };
                let draft = draft(&mut cutter, article, &language, &self.frequencies);
                drafts.push(node, &draft);
            }
            cutters.give_back(cutter);
            drafts.shrink();
            drafts
        })?;
        let pairs = self.pairs(&drafts);
        let finish = |node: u32, parts: Parts<'_>| {
            let pool = self.pool(node);
            let having = |pair| having_pair(&pairs, pool, pair);
            weights::finish(parts, (&weighers[pool], terms), having)
        };
        let chunks: Vec<Chunk> = drafts
            .into_par_iter()
            .map(|drafts| drafts.finish(finish))
            .collect();
        Ok((Vectors::new(nodes.len(), chunks), pairs))
    }

    fn pool(&self, node: u32) -> usize {
        self.pools.of[node as usize].into()
    }

    /// The pairs of each pool that two or more articles have, and how many; by key.
    fn pairs(&self, drafts: &[Drafts]) -> SharedPairs {
        let keys = |drafts: &Drafts| -> Vec<u64> {
            let of_node = |(node, pairs): (u32, &[(Feature, u32)])| {
                let pool = self.pool(node);
                pairs
                    .iter()
                    .map(move |pair| key(pool, pair.0))
                    .collect::<Vec<_>>()
            };
            drafts.pairs().flat_map(of_node).collect()
        };
        let mut all: Vec<u64> = drafts.par_iter().flat_map_iter(keys).collect();
        all.par_sort_unstable();
        let shared = all.chunk_by(|a, b| a == b).filter(|same| same.len() > 1);
        shared.map(|same| (same[0], same.len() as u32)).collect()
    }
}

/// What is asked of a language when an article of it is weighed.
pub(super) struct Asked<'a> {
    pub(super) weigher: &'a Weigher,
    pub(super) terms: usize,
    /// What its features are counted under, and a tag where that is asked for again.
    pub(super) keys: &'a [u32],
    pub(super) tag: Option<u32>,
    /// In so many articles of those counted a window must stand to be form.
    pub(super) form: u32,
}

/// Weighs an article that was cut, but for its pairs.
pub(super) fn draft<'t>(
    cutter: &mut Cutter,
    article: &'t Article<'_>,
    asked: &Asked<'_>,
    counts: &impl Counts,
) -> Draft<'t> {
    forms::drop(cutter, |window| {
        counts.of_frequent(asked.keys, window) >= asked.form
    });
    let text = (article.title.as_ref(), article.text.as_ref());
    let having = |feature| counts.of(asked.keys, feature);
    let weigher = (asked.weigher, asked.terms);
    Draft::new(cutter, text, weigher, (asked.tag, having))
}

/// How many articles of a pool have a pair, of which those that one alone has are not listed.
fn having_pair(pairs: &SharedPairs, pool: usize, pair: Feature) -> u32 {
    let key = key(pool, pair);
    let at = pairs.binary_search_by_key(&key, |pair| pair.0);
    at.map_or(1, |at| pairs[at].1)
}

pub(super) fn key(pool: usize, pair: Feature) -> u64 {
    (pool as u64) << 32 | u64::from(pair)
}

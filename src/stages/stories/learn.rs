//! Learning: a skim of a sample for the languages of the dump, and one sweep for in how many articles each feature stands.
//! What the sweep cut articles into is kept, so that weighing reads no text again.

use std::collections::BTreeMap;
use std::ops::Range;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::sync::{Mutex, PoisonError};

use rayon::prelude::*;

use super::NodeId;
use super::bag;
use super::features::Cutter;
use super::forms;
use super::frequencies::{Counting, Frequencies};
use super::language::{Language, LanguageGroups};
use super::linguist::{self, LanguageDetector, Sampled};
use super::reading::{Read, sweep};
use super::rows::Rows;
use super::sums::Sums;
use super::table::{Table, TableWriter};
use super::tally::Tally;
use super::titles::TitleParts;
use super::uses;
use super::{Copies, Representatives};
use crate::corpus::{Article, ArticleId, Corpus, language_code};
use crate::error::Result;
use crate::pool::Pool;
use crate::spill::MemoryBudget;
use crate::stages::clean::Cleaner;

/// What is known of a dump before its articles are weighed.
pub(super) struct LanguageStats {
    /// What each node is written in.
    pub(super) tongues: Vec<Language>,
    /// The pools of the languages.
    pub(super) pools: LanguageGroups,
    pub(super) frequencies: Frequencies,
    /// For each pool the articles that a window must stand in to be form, of those it was counted in.
    pub(super) form: Vec<u32>,
    /// How many words an average article of each pool has.
    pub(super) lengths: Vec<u64>,
    /// Who guessed the languages.
    pub(super) linguist: LanguageDetector,
    /// What is furniture of titles.
    pub(super) titles: TitleParts,
    pub(super) cut: Cut,
}

/// All representatives as they were cut into words.
#[derive(Default)]
pub(super) struct Cut {
    /// The words of each stretch of work.
    pub(super) words: Table<u8>,
    /// The uses of words of each article.
    pub(super) uses: Table<u8>,
    /// The batches of each stretch, and the rows of each.
    pub(super) batches: Vec<Vec<(usize, Range<usize>)>>,
}

/// A thread keeps its words for so many articles, or until it has so many words: more would leave the second cache.
const STRETCH: (u32, usize) = (8192, 1 << 16);

/// What a thread works with.
struct Worker<'f> {
    cleaner: Cleaner<'f>,
    cutter: Cutter,
    tally: Tally,
    windows: Sums,
    /// The stretch of work that it is in, which has a number; none where the next batch begins one.
    stretch: Option<usize>,
}

impl<'f> Worker<'f> {
    fn new(read: Read<'f>) -> Worker<'f> {
        Worker {
            cleaner: Cleaner::new(read.furniture),
            cutter: Cutter::default(),
            tally: Tally::default(),
            windows: Sums::default(),
            stretch: None,
        }
    }
}

/// Who knows the languages of the dump, from a sample.
fn linguist<C: Corpus + ?Sized>(
    corpus: &C,
    read: Read<'_>,
    nodes: &Representatives,
    titles: &TitleParts,
) -> Result<LanguageDetector> {
    let sampled = sampled(corpus, read, nodes, titles)?.into_iter();
    let is_all = nodes.len() <= linguist::SAMPLED;
    Ok(LanguageDetector::knowing(
        sampled.map(|sampled| sampled.1).collect(),
        is_all,
    ))
}

/// What the sampled ones among nodes are taken for, in the order of their articles.
pub(super) fn sampled<C: Corpus + ?Sized>(
    corpus: &C,
    read: Read<'_>,
    nodes: &Representatives,
    titles: &TitleParts,
) -> Result<Vec<(u32, Sampled)>> {
    let linguist = LanguageDetector::default();
    let is_sampled = |node: NodeId| (nodes.by_content[node as usize] as usize) < linguist::SAMPLED;
    let workers = Pool::default();
    let sampled: Mutex<Vec<(u32, Sampled)>> = Mutex::default();
    sweep(corpus, read, nodes, &is_sampled, &|_, articles| {
        let work = |worker: &mut Worker<'_>| {
            worker.cutter.vocabulary.begin();
            for (node, article) in articles {
                read.budget.check_interrupt()?;
                let kept = worker.cleaner.kept(article);
                let Some(language) = linguist.guess(article, kept) else {
                    continue;
                };
                worker.cutter.cut(article, kept, titles);
                let stems = bag::stems(&worker.cutter.vocabulary, &worker.cutter.uses);
                let declared = article.lang.as_deref().and_then(language_code);
                let mut all = sampled.lock().unwrap_or_else(PoisonError::into_inner);
                all.push((nodes.articles[node as usize], (language, stems, declared)));
            }
            Ok(())
        };
        workers.with(|| Worker::new(read), work)
    })?;
    let mut sampled = sampled.into_inner().unwrap_or_else(PoisonError::into_inner);
    sampled.sort_unstable_by_key(|sampled| sampled.0);
    Ok(sampled)
}

impl LanguageStats {
    /// The first two sweeps: languages, and in how many articles each feature stands.
    pub(super) fn new<C: Corpus + ?Sized>(
        corpus: &C,
        copies: Copies<'_>,
        nodes: &Representatives,
    ) -> Result<LanguageStats> {
        let titles = TitleParts::learn(copies.register, copies.budget)?;
        let read = copies.read();
        let linguist = linguist(corpus, read, nodes, &titles)?;
        let counts = Frequencies::new(nodes.len(), nodes.len().min(forms::SAMPLE));
        let mut learner = Learner::new(read, nodes, (&linguist, &titles), counts);
        let tongues = learner.sweep(corpus, read)?;
        let pools = LanguageGroups::new(&tongues);
        let mut sampled = vec![0; pools.sizes.len()];
        for (node, &pool) in (0..nodes.len() as u32).zip(&pools.of) {
            sampled[pool as usize] += usize::from(learner.is_sampled(node));
        }
        let least = |(&size, sampled)| forms::least(size, sampled);
        let form = pools.sizes.iter().zip(sampled).map(least).collect();
        let (mut frequencies, words_of, cut) = learner.finish();
        let lengths = pools.lengths(&words_of);
        frequencies.mark(forms::FEWEST);
        Ok(LanguageStats {
            tongues,
            form,
            pools,
            frequencies,
            lengths,
            linguist,
            titles,
            cut,
        })
    }

    /// What is known of a dump once more articles of it came, which alone are swept; `None` where too many of them are in languages
    /// that were not met before.
    pub(super) fn grown<C: Corpus + ?Sized>(
        corpus: &C,
        copies: Copies<'_>,
        nodes: &Representatives,
        before: LanguageStats,
    ) -> Result<Option<LanguageStats>> {
        let (read, known) = (copies.read(), (&before.linguist, &before.titles));
        let mut learner = Learner {
            // Windows were counted in a sample: more would be too many for it.
            sample: 0,
            ..Learner::new(read, nodes, known, before.frequencies)
        };
        let tongues = learner.sweep(corpus, read)?;
        let Some(pools) = before.pools.grown(&tongues) else {
            return Ok(None);
        };
        let (mut frequencies, _, cut) = learner.finish();
        frequencies.mark(forms::FEWEST);
        Ok(Some(LanguageStats {
            tongues,
            form: before.form,
            pools,
            frequencies,
            lengths: before.lengths,
            linguist: before.linguist,
            titles: before.titles,
            cut,
        }))
    }
}

/// Cuts and counts articles.
pub(super) struct Learner<'a, F> {
    nodes: &'a Representatives,
    budget: &'a MemoryBudget,
    linguist: &'a LanguageDetector,
    titles: &'a TitleParts,
    frequencies: F,
    /// In so many articles windows are counted, those of smallest content hash.
    sample: usize,
    tongues: Mutex<Vec<Language>>,
    /// How many words all articles of each language have, by what its features are counted under.
    words_of: Mutex<BTreeMap<u32, u64>>,
    words: TableWriter<u8>,
    uses: TableWriter<u8>,
    /// How many stretches were begun.
    stretches: AtomicUsize,
    /// Each batch, its stretch, and how many articles it has.
    batches: Mutex<Vec<(usize, usize, usize)>>,
}

impl<'a, F: Counting> Learner<'a, F> {
    pub(super) fn new(
        read: Read<'a>,
        nodes: &'a Representatives,
        (linguist, titles): (&'a LanguageDetector, &'a TitleParts),
        frequencies: F,
    ) -> Learner<'a, F> {
        Learner {
            nodes,
            budget: read.budget,
            linguist,
            titles,
            words_of: Mutex::default(),
            frequencies,
            sample: forms::SAMPLE,
            tongues: Mutex::new(vec![Language::default(); nodes.len()]),
            words: TableWriter::new(read.budget),
            uses: TableWriter::new(read.budget),
            stretches: AtomicUsize::new(0),
            batches: Mutex::default(),
        }
    }

    /// Learns from all nodes, and hands on what each is written in.
    pub(super) fn sweep<C: Corpus + ?Sized>(
        &mut self,
        corpus: &C,
        read: Read<'_>,
    ) -> Result<Vec<Language>> {
        let (learner, workers) = (&*self, Pool::default());
        sweep(corpus, read, self.nodes, &|_| true, &|batch, articles| {
            let new = || Worker::new(read);
            workers.with(new, |worker| learner.learn(worker, batch, articles))
        })?;
        let rest = workers.into_all().into_par_iter();
        rest.try_for_each(|mut worker| learner.pass_on(&mut worker))?;
        let tongues = std::mem::take(&mut self.tongues).into_inner();
        Ok(tongues.unwrap_or_else(PoisonError::into_inner))
    }

    /// Whether windows are counted in a node.
    pub(super) fn is_sampled(&self, node: NodeId) -> bool {
        (self.nodes.by_content[node as usize] as usize) < self.sample
    }

    /// Learns from the articles of a batch.
    fn learn(
        &self,
        worker: &mut Worker<'_>,
        batch: usize,
        articles: &mut dyn Iterator<Item = (ArticleId, &Article<'_>)>,
    ) -> Result<()> {
        let stretch = worker.stretch.unwrap_or_else(|| {
            worker.cutter.vocabulary.begin();
            self.stretches.fetch_add(1, Ordering::Relaxed)
        });
        worker.stretch = Some(stretch);
        let (mut kept_uses, mut own) = (Rows::default(), Vec::new());
        let mut words_of: BTreeMap<u32, u64> = BTreeMap::new();
        for (node, article) in articles {
            self.budget.check_interrupt()?;
            let kept = worker.cleaner.kept(article);
            worker.cutter.cut(article, kept, self.titles);
            let (tongue, _) = self.linguist.tongue(article, kept, &worker.cutter);
            let Cutter {
                vocabulary, uses, ..
            } = &worker.cutter;
            if let Some(form) = self.nodes.form(node) {
                form.count(&bag::stems(vocabulary, uses), &self.frequencies);
            }
            *words_of.entry(tongue.key()).or_default() += uses.len() as u64;
            worker.tally.add(vocabulary, uses, tongue.key());
            if self.is_sampled(node) {
                let windows = bag::windows(vocabulary, uses);
                let each = worker.windows.each(windows.into_iter());
                self.frequencies.add_windows(tongue.key(), each);
            }
            kept_uses.push_with(|bytes| uses::to_bytes(uses, bytes));
            own.push((node, tongue));
        }
        let mut batches = self.batches.lock().unwrap_or_else(PoisonError::into_inner);
        batches.push((batch, stretch, own.len()));
        drop(batches);
        let mut tongues = self.tongues.lock().unwrap_or_else(PoisonError::into_inner);
        own.into_iter()
            .for_each(|(node, tongue)| tongues[node as usize] = tongue);
        drop(tongues);
        let mut all = self.words_of.lock().unwrap_or_else(PoisonError::into_inner);
        for (language, words) in words_of {
            *all.entry(language).or_default() += words;
        }
        drop(all);
        self.uses.push(batch, kept_uses)?;
        let words = worker.cutter.vocabulary.len();
        if worker.tally.articles() >= STRETCH.0 || words >= STRETCH.1 {
            self.pass_on(worker)?;
        }
        Ok(())
    }

    /// Ends a worker's stretch: passes on what it counted, and keeps its words.
    fn pass_on(&self, worker: &mut Worker<'_>) -> Result<()> {
        let Some(stretch) = worker.stretch.take() else {
            return Ok(());
        };
        let vocabulary = &worker.cutter.vocabulary;
        worker.tally.pass_on(vocabulary, &self.frequencies);
        let mut words = Rows::default();
        words.push(vocabulary.to_bytes());
        self.words.push(stretch, words)
    }

    /// What was counted, how many words all articles of each language have, and what articles were cut into.
    pub(super) fn finish(self) -> (F, BTreeMap<u32, u64>, Cut) {
        let batches = self.batches.into_inner();
        let mut batches = batches.unwrap_or_else(PoisonError::into_inner);
        batches.sort_unstable();
        let mut cut = Cut {
            words: self.words.finish(),
            uses: self.uses.finish(),
            batches: vec![Vec::new(); self.stretches.into_inner()],
        };
        let mut row = 0;
        for (batch, stretch, articles) in batches {
            cut.batches[stretch].push((batch, row..row + articles));
            row += articles;
        }
        let words_of = self.words_of.into_inner();
        let words_of = words_of.unwrap_or_else(PoisonError::into_inner);
        (self.frequencies, words_of, cut)
    }
}

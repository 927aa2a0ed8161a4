//! Weighing: every article's vector, terms and words, from what it was cut into.

use rayon::prelude::*;

use super::Representatives;
use super::answers::Answers;
use super::features::{Feature, Use};
use super::forms;
use super::frequencies::{Counting, Counts};
use super::language::Language;
use super::learn::{Cut, LanguageStats};
use super::rows::Rows;
use super::table::TableWriter;
use super::uses;
use super::vectors::{self, Drafted, Drafts, DraftsWriter, Telling, Vectors};
use super::vocabulary::Vocabulary;
use super::weigher::Weigher;
use super::weights::{self, Draft, Scales};
use crate::error::Result;
use crate::pool::Pool;
use crate::spill::MemoryBudget;

/// So many articles are finished by one thread at a time.
const CHUNK: usize = 256;

/// Weighs all representatives.
pub(super) struct Weighing<'a> {
    learned: &'a LanguageStats,
    /// What each node is written in, and the pool of each.
    of: (&'a [Language], &'a [u16]),
    /// Whether the pairs of nodes are counted.
    counts_pairs: bool,
    nodes: &'a Representatives,
    /// The nodes in the order of their articles.
    order: Vec<u32>,
    /// One for each pool.
    weighers: Vec<Weigher>,
    terms: usize,
    /// The nodes that are weighed as they wait for more; all as they are, and their pairs counted, where nothing is said.
    waiting: Option<&'a [bool]>,
    budget: &'a MemoryBudget,
}

/// What a thread weighs with.
#[derive(Default)]
struct Bench {
    vocabulary: Vocabulary,
    scales: Scales,
    answers: Answers,
    uses: Vec<Use>,
    words: Vec<u8>,
    keys: Vec<u32>,
}

impl<'a> Weighing<'a> {
    pub(super) fn new(
        learned: &'a LanguageStats,
        nodes: &'a Representatives,
        terms: usize,
        budget: &'a MemoryBudget,
    ) -> Weighing<'a> {
        let pools = learned.pools.sizes.iter().zip(&learned.pools.languages);
        let pools = pools.zip(&learned.lengths);
        let weigher = |((&size, &language), &length)| Weigher::new(size, language, length);
        Weighing {
            learned,
            of: (&learned.tongues, &learned.pools.of),
            counts_pairs: true,
            nodes,
            order: nodes.in_order_of_articles(),
            weighers: pools.map(weigher).collect(),
            terms,
            waiting: None,
            budget,
        }
    }

    /// Weighs some nodes as they are kept for what comes, once all were weighed and counted.
    pub(super) fn waiting(self, nodes: &'a [bool]) -> Weighing<'a> {
        let weighers = self.weighers.into_iter().map(Weigher::expecting);
        Weighing {
            weighers: weighers.collect(),
            terms: 2 * self.terms,
            waiting: Some(nodes),
            counts_pairs: false,
            ..self
        }
    }

    /// Weighs the nodes of a part of a dump, which are written in these languages, of these pools; their pairs are not counted.
    pub(super) fn part(self, tongues: &'a [Language], pools: &'a [u16]) -> Weighing<'a> {
        Weighing {
            of: (tongues, pools),
            counts_pairs: false,
            ..self
        }
    }

    /// Every article's vector, terms and words, from what all were cut into.
    pub(super) fn weigh(self, cut: &Cut) -> Result<Vectors> {
        let drafts = self.draft(cut)?;
        let (vectors, terms) = (TableWriter::new(self.budget), TableWriter::new(self.budget));
        let chunks = 0..self.order.len().div_ceil(CHUNK);
        chunks.into_par_iter().try_for_each(|chunk| {
            let (own_vectors, own_terms) = self.finish(&drafts, chunk)?;
            vectors.push(chunk, own_vectors)?;
            terms.push(chunk, own_terms)
        })?;
        let mut rows = vec![0; self.order.len()];
        for (&node, row) in self.order.iter().zip(0..) {
            rows[node as usize] = row;
        }
        Ok(Vectors {
            vectors: vectors.finish(),
            terms: terms.finish(),
            words: drafts.words,
            items: drafts.items,
            rows,
        })
    }

    /// Weighs all that hangs on grams and stems, and counts the pairs.
    pub(super) fn draft(&self, cut: &Cut) -> Result<Drafts> {
        let drafts = DraftsWriter::new(self.budget);
        let benches: Pool<Bench> = Pool::default();
        let stretches = 0..cut.batches.len();
        stretches
            .into_par_iter()
            .try_for_each(|stretch| -> Result<()> {
                benches.with(Bench::default, |bench| {
                    let words = cut.words.row(stretch, &mut bench.words)?;
                    bench.vocabulary.begin_with(words);
                    bench.answers.clear();
                    for (batch, rows) in &cut.batches[stretch] {
                        let kept = cut.uses.rows(rows.clone())?;
                        let mut drafted = Drafted::default();
                        for (at, row) in rows.clone().enumerate() {
                            uses::of_bytes(kept.of(at), &mut bench.uses);
                            self.draft_one(bench, row, &mut drafted);
                        }
                        drafts.push(*batch, drafted)?;
                    }
                    Ok(())
                })
            })?;
        Ok(drafts.finish())
    }

    /// Weighs the article on the bench, which has a row.
    fn draft_one(&self, bench: &mut Bench, row: usize, drafted: &mut Drafted) {
        let node = self.order[row];
        if self.waiting.is_some_and(|waiting| !waiting[node as usize]) {
            return drafted.push(&Draft::default());
        }
        let pool = self.pool(node);
        let tongue = self.of.0[node as usize];
        let keys = &mut bench.keys;
        let is_usual = self.learned.pools.keys_for(pool, tongue, keys);
        // Who asks for other languages than the rest of a pool shares no answers with it.
        let tag = if is_usual { pool } else { (1 << 16) + row };
        let asked = Asked {
            weigher: &self.weighers[pool],
            terms: self.terms,
            keys,
            tag: tag as u32,
            form: self.learned.form[pool],
        };
        let counts = &self.learned.frequencies;
        if let Some(form) = self.nodes.form(node) {
            form.drop_shared(&bench.vocabulary, &mut bench.uses, counts);
        }
        let mut draft = draft(
            &bench.vocabulary,
            &mut bench.uses[..],
            &asked,
            &mut bench.scales,
            &mut bench.answers,
            counts,
        );
        draft.is_item |= self.nodes.form(node).is_some();
        if self.counts_pairs {
            counts.add_pairs(pool, draft.pairs.iter().map(|pair| pair.feature));
        }
        drafted.push(&draft);
    }

    /// The pool of a node.
    fn pool(&self, node: u32) -> usize {
        self.of.1[node as usize].into()
    }

    /// Finishes a chunk of drafts, now that all pairs are counted.
    fn finish(&self, drafts: &Drafts, chunk: usize) -> Result<(Rows<u8>, Rows<Telling>)> {
        let start = chunk * CHUNK;
        let rows = start..(start + CHUNK).min(self.order.len());
        let (mut vectors, mut terms) = (Rows::default(), Rows::default());
        let mut nodes = self.order[rows.clone()].iter();
        drafts.visit(rows, |parts| {
            let pool = nodes.next().map_or(0, |&node| self.pool(node));
            let having = |pair: Feature| self.learned.frequencies.of_pair(pool, pair);
            let weigher = &self.weighers[pool];
            let (vector, told) = weights::finish(parts, weigher, self.terms, having);
            vectors.push_with(|bytes| vectors::to_bytes(&vector, bytes));
            terms.push(told.iter().map(|term| [term.feature, term.articles]));
        })?;
        Ok((vectors, terms))
    }
}

/// What is asked of a language when an article of it is weighed.
pub(super) struct Asked<'a> {
    pub(super) weigher: &'a Weigher,
    pub(super) terms: usize,
    /// What its features are counted under, and a tag by which it is known that the same was asked before.
    pub(super) keys: &'a [u32],
    pub(super) tag: u32,
    /// In so many articles of those counted a window must stand to be form.
    pub(super) form: u32,
}

/// Weighs an article that was cut, but for its pairs.
pub(super) fn draft<'v>(
    vocabulary: &'v Vocabulary,
    uses: &'v mut [Use],
    asked: &Asked<'_>,
    scales: &mut Scales,
    answers: &mut Answers,
    counts: &impl Counts,
) -> Draft<'v> {
    let having = |window| counts.of_window(asked.keys, window);
    let is_item = forms::drop(vocabulary, uses, having, asked.form);
    scales.bag.count(vocabulary, uses);
    let words = scales.bag.counted();
    answers.ask(vocabulary, words, asked.tag, |feature| {
        let articles = counts.of(asked.keys, feature);
        asked.weigher.told(feature, articles)
    });
    Draft {
        is_item,
        ..Draft::new(
            scales,
            vocabulary,
            uses,
            asked.weigher,
            asked.terms,
            answers,
        )
    }
}

//! Learning: a skim of a sample for the languages of the dump, one sweep for in how many articles each feature stands, and
//! weighing, which reads no text again.

use std::sync::{Mutex, PoisonError};

use rayon::prelude::*;
use zerocopy::{FromBytes, Immutable, IntoBytes};

use super::bag::{self, Bag};
use super::features::{Cutter, Feature, Use};
use super::forms;
use super::frequencies::{Counts, Frequencies};
use super::language::{Pools, Tongue};
use super::linguist::{self, Linguist, Sampled};
use super::rows::Rows;
use super::table::{Table, TableWriter};
use super::uses;
use super::vectors::{self, Drafted, Drafts, DraftsWriter, Telling, Vectors};
use super::vocabulary::{FeatureId, Vocabulary};
use super::weights::{self, Draft, Weigher};
use super::{Copies, Nodes};
use crate::article::{Article, Corpus};
use crate::clean::Cleaner;
use crate::error::Result;
use crate::pool::Pool;
use crate::spill::{Keyed, Room, Sorted, Sorter};

/// What is known of a dump before its articles are weighed.
pub(super) struct Learned {
    /// What each node is written in.
    tongues: Vec<Tongue>,
    /// The pools of the languages.
    pub(super) pools: Pools,
    pub(super) frequencies: Frequencies,
    /// For each pool the articles that a window must stand in to be form, of those it was counted in.
    pub(super) form: Vec<u32>,
    /// Who guessed the languages.
    pub(super) linguist: Linguist,
    cut: Cut,
}

/// The pairs of each pool that two or more articles have, and how many; by key.
pub(super) type SharedPairs = Vec<(u64, u32)>;

/// All representatives as they were cut into words.
struct Cut {
    /// The words of each batch.
    words: Table<u8>,
    /// The uses of words of each article.
    uses: Table<u8>,
    /// The row of the first article of each batch, and behind them how many there are.
    firsts: Vec<usize>,
}

/// What a thread works with.
struct Worker<'f> {
    cleaner: Cleaner<'f>,
    cutter: Cutter,
}

impl<'f> Worker<'f> {
    fn new(copies: Copies<'f>) -> Worker<'f> {
        Worker {
            cleaner: Cleaner::new(copies.furniture),
            cutter: Cutter::default(),
        }
    }
}

/// Who knows the languages of the dump, from a sample.
fn linguist<C: Corpus + ?Sized>(corpus: &C, copies: Copies<'_>, nodes: &Nodes) -> Result<Linguist> {
    let linguist = Linguist::default();
    let is_sampled = |node: u32| (nodes.by_content[node as usize] as usize) < linguist::SAMPLED;
    let workers = Pool::default();
    let sampled: Mutex<Vec<(u32, Sampled)>> = Mutex::default();
    sweep(corpus, copies, nodes, &is_sampled, &|_, articles| {
        let work = |worker: &mut Worker<'_>| {
            worker.cutter.vocabulary.begin();
            for (node, article) in articles {
                copies.room.check_interrupt()?;
                let kept = worker.cleaner.kept(article);
                let Some(language) = linguist.guess(article, kept) else {
                    continue;
                };
                worker.cutter.cut(&article.title, &article.text, kept);
                let stems = bag::stems(&worker.cutter.vocabulary, &worker.cutter.uses);
                let mut all = sampled.lock().unwrap_or_else(PoisonError::into_inner);
                all.push((nodes.articles[node as usize], (language, stems)));
            }
            Ok(())
        };
        workers.with(|| Worker::new(copies), work)
    })?;
    let mut sampled = sampled.into_inner().unwrap_or_else(PoisonError::into_inner);
    sampled.sort_unstable_by_key(|sampled| sampled.0);
    let is_all = nodes.len() <= linguist::SAMPLED;
    Ok(Linguist::knowing(
        sampled.into_iter().map(|sampled| sampled.1).collect(),
        is_all,
    ))
}

/// In how many articles of one language each feature stands, of those of a batch met since it was last passed on.
#[derive(Default)]
struct Tally {
    language: u32,
    /// For each feature the article it was met in last, and the number of articles.
    articles: Vec<(u32, u32)>,
    met: Vec<FeatureId>,
}

impl Tally {
    /// Counts an article, which has a number in its batch, counted from 1.
    fn add(&mut self, cutter: &Cutter, number: u32) {
        let vocabulary = &cutter.vocabulary;
        self.articles.resize(vocabulary.len(), (0, 0));
        for used in &cutter.uses {
            let stem = vocabulary.stem(used.word);
            let grams = vocabulary.grams(used.word);
            for &id in std::iter::once(&stem).chain(grams) {
                let (last, articles) = &mut self.articles[id as usize];
                if *last != number {
                    *last = number;
                    if *articles == 0 {
                        self.met.push(id);
                    }
                    *articles += 1;
                }
            }
        }
    }

    /// Adds what was counted to the counts of all.
    fn pass_on(&mut self, vocabulary: &Vocabulary, frequencies: &Frequencies) {
        let articles = &mut self.articles;
        let counted = self.met.drain(..).map(|id| {
            let articles = std::mem::take(&mut articles[id as usize].1);
            (vocabulary.feature(id), articles)
        });
        frequencies.add(self.language, counted);
    }
}

/// Makes something of the representatives of one batch, which are handed to it one by one with their nodes.
type Visit<'v> =
    &'v (dyn Fn(usize, &mut dyn Iterator<Item = (u32, &Article<'_>)>) -> Result<()> + Sync);

/// Sweeps those representatives that are wanted.
fn sweep<C: Corpus + ?Sized>(
    corpus: &C,
    copies: Copies<'_>,
    nodes: &Nodes,
    is_wanted: &(dyn Fn(u32) -> bool + Sync),
    visit: Visit<'_>,
) -> Result<()> {
    let register = copies.register;
    let wanted = |article: u32| nodes.of(article).filter(|&node| is_wanted(node));
    let is_wanted = |place| register.article_at(place).and_then(wanted).is_some();
    corpus.sweep_again(&is_wanted, &|batch| {
        let numbers = register.batch(batch.number);
        let all: Vec<Option<u32>> = if batch.articles.len() == numbers.len() {
            numbers.map(wanted).collect()
        } else {
            numbers.filter_map(wanted).map(Some).collect()
        };
        let own = all.iter().zip(batch.articles);
        let mut own = own.filter_map(|(node, article)| Some(((*node)?, article)));
        visit(batch.number, &mut own)
    })
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
        let words = TableWriter::new(copies.room);
        let all_uses = TableWriter::new(copies.room);
        let workers = Pool::default();
        let tongues = Mutex::new(vec![Tongue::default(); nodes.len()]);
        let counts: Mutex<Vec<(usize, usize)>> = Mutex::default();
        sweep(corpus, copies, nodes, &|_| true, &|batch, articles| {
            let work = |worker: &mut Worker<'_>| {
                let Worker { cleaner, cutter } = worker;
                let (mut tally, mut own) = (Tally::default(), Vec::new());
                let mut kept_uses = Rows::default();
                let mut bytes = Vec::new();
                cutter.vocabulary.begin();
                for ((node, article), number) in articles.zip(1..) {
                    copies.room.check_interrupt()?;
                    let kept = cleaner.kept(article);
                    let tongue = linguist.tongue(article, kept);
                    if tongue.key() != tally.language {
                        tally.pass_on(&cutter.vocabulary, &frequencies);
                        tally.language = tongue.key();
                    }
                    cutter.cut(&article.title, &article.text, kept);
                    tally.add(cutter, number);
                    if is_sampled(node) {
                        let mut windows = bag::windows(&cutter.vocabulary, &cutter.uses);
                        windows.sort_unstable();
                        windows.dedup();
                        frequencies
                            .add(tongue.key(), windows.into_iter().map(|window| (window, 1)));
                    }
                    bytes.clear();
                    uses::to_bytes(&cutter.uses, &mut bytes);
                    kept_uses.push(bytes.iter().copied());
                    own.push((node, tongue));
                }
                tally.pass_on(&cutter.vocabulary, &frequencies);
                let mut counts = counts.lock().unwrap_or_else(PoisonError::into_inner);
                counts.push((batch, own.len()));
                drop(counts);
                let mut tongues = tongues.lock().unwrap_or_else(PoisonError::into_inner);
                own.into_iter()
                    .for_each(|(node, tongue)| tongues[node as usize] = tongue);
                drop(tongues);
                let mut kept_words = Rows::default();
                kept_words.push(cutter.vocabulary.to_bytes());
                words.push(batch, kept_words)?;
                all_uses.push(batch, kept_uses)
            };
            workers.with(|| Worker::new(copies), work)
        })?;
        let tongues = tongues.into_inner().unwrap_or_else(PoisonError::into_inner);
        let counts = counts.into_inner().unwrap_or_else(PoisonError::into_inner);
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
            cut: Cut::new(words.finish(), all_uses.finish(), counts),
        })
    }

    /// Every article's vector, terms and words; and where they are to be kept, the pairs that several articles have.
    pub(super) fn weigh(
        &mut self,
        nodes: &Nodes,
        copies: Copies<'_>,
        terms: usize,
    ) -> Result<(Vectors, SharedPairs)> {
        let room = copies.room;
        let pools = self.pools.sizes.iter();
        let weighers: Vec<Weigher> = pools.map(|&size| Weigher::new(size)).collect();
        let order = nodes.in_order_of_articles();
        let (drafts, pairs) = self.draft(&order, (&weighers, terms), room)?;
        self.cut.uses = Table::default();
        self.cut.words = Table::default();
        let kept: Option<Mutex<SharedPairs>> = copies.keeper.map(|_| Mutex::default());
        let shared = self.shared(pairs, &order, (room, kept.as_ref()))?;
        let mut finisher = Finisher {
            learned: self,
            order: &order,
            weighers: (&weighers, terms),
            vectors: TableWriter::new(room),
            terms: TableWriter::new(room),
            chunks: 0,
            row: 0,
        };
        shared.scan(|shared| {
            let end = shared.last().map_or(0, |last| last.row as usize + 1);
            finisher.finish(&drafts, end.max(finisher.row), shared)
        })?;
        finisher.finish(&drafts, drafts.len(), &[])?;
        let mut rows = vec![0; order.len()];
        for (&node, row) in order.iter().zip(0..) {
            rows[node as usize] = row;
        }
        let vectors = Vectors {
            vectors: finisher.vectors.finish(),
            terms: finisher.terms.finish(),
            words: drafts.words,
            rows,
        };
        let mut kept = kept.map_or_else(Vec::new, |kept| {
            kept.into_inner().unwrap_or_else(PoisonError::into_inner)
        });
        kept.par_sort_unstable();
        Ok((vectors, kept))
    }

    /// Weighs all that hangs on grams and stems, and gathers the pairs.
    fn draft(
        &self,
        order: &[u32],
        (weighers, terms): (&[Weigher], usize),
        room: &Room,
    ) -> Result<(Drafts, Sorter<PairIn>)> {
        let (drafts, pairs) = (DraftsWriter::new(room), Sorter::new(room));
        let benches: Pool<Bench> = Pool::default();
        let batches = 0..self.cut.words.len();
        batches.into_par_iter().try_for_each(|batch| {
            let rows = self.cut.firsts[batch]..self.cut.firsts[batch + 1];
            benches.with(Bench::default, |bench| {
                let words = self.cut.words.row(batch, &mut bench.words)?;
                bench.vocabulary.begin_with(words);
                bench.asked.clear();
                let kept = self.cut.uses.rows(rows.clone())?;
                let (mut drafted, mut paired) = (Drafted::default(), Vec::new());
                for (at, row) in rows.enumerate() {
                    room.check_interrupt()?;
                    uses::of_bytes(kept.of(at), &mut bench.uses);
                    let pool = self.pool(order[row]);
                    let draft = self.draft_one(bench, order[row], at, (&weighers[pool], terms));
                    paired.extend(draft.pairs.iter().map(|pair| PairIn {
                        pair: pair.feature,
                        row: row as u32,
                    }));
                    drafted.push(&draft);
                }
                pairs.push(paired)?;
                drafts.push(batch, drafted)
            })
        })?;
        Ok((drafts.finish(), pairs))
    }

    /// Weighs the article on the bench, which has a place in its batch.
    fn draft_one<'b>(
        &self,
        bench: &'b mut Bench,
        node: u32,
        at: usize,
        (weigher, terms): (&Weigher, usize),
    ) -> Draft<'b> {
        let pool = self.pool(node);
        let keys = &mut bench.keys;
        let is_usual = self.pools.keys_for(pool, self.tongues[node as usize], keys);
        // Who asks for other languages than the rest of a pool shares no answers with it.
        let tag = if is_usual {
            pool as u32
        } else {
            (1 << 16) + at as u32
        };
        let (vocabulary, known) = (&bench.vocabulary, &mut bench.asked);
        let asked = Asked {
            weigher,
            terms,
            keys,
            tag,
            form: self.form[pool],
        };
        let article = (&mut bench.bag, vocabulary, &mut bench.uses[..]);
        draft(article, &asked, known, &self.frequencies)
    }

    /// Which pairs stand in two or more articles of their pool, and in how many.
    fn shared(
        &self,
        pairs: Sorter<PairIn>,
        order: &[u32],
        (room, kept): (&Room, Option<&Mutex<SharedPairs>>),
    ) -> Result<Sorted<Shared>> {
        let shared = Sorter::below(order.len() as u64, room);
        pairs.finish()?.scan(|pairs| {
            // What lies between two pieces is one pair's, so that each piece can be counted by itself.
            let pieces = pairs.len().div_ceil(AT_A_TIME).max(1);
            let border = |piece: usize| {
                let at = (piece * AT_A_TIME).min(pairs.len());
                let pair = pairs.get(at).map(|pair| pair.pair);
                pair.map_or(at, |pair| pairs.partition_point(|other| other.pair < pair))
            };
            (0..pieces).into_par_iter().try_for_each(|piece| {
                let own = &pairs[border(piece)..border(piece + 1)];
                let (mut found, mut several) = (Vec::new(), Vec::new());
                let mut counts = vec![0; self.pools.sizes.len()];
                for same in own.chunk_by(|a, b| a.pair == b.pair) {
                    let pool = |pair: &PairIn| self.pool(order[pair.row as usize]);
                    if same.len() == 1 {
                        continue;
                    }
                    same.iter().for_each(|pair| counts[pool(pair)] += 1);
                    found.extend(same.iter().map(|pair| Shared {
                        row: pair.row,
                        pair: pair.pair,
                        articles: counts[pool(pair)],
                    }));
                    for pair in same {
                        let count = std::mem::take(&mut counts[pool(pair)]);
                        if kept.is_some() && count > 1 {
                            several.push((key(pool(pair), pair.pair), count));
                        }
                    }
                }
                if let Some(kept) = kept {
                    let mut kept = kept.lock().unwrap_or_else(PoisonError::into_inner);
                    kept.extend(several);
                }
                shared.push(found)
            })
        })?;
        shared.finish()
    }

    fn pool(&self, node: u32) -> usize {
        self.pools.of[node as usize].into()
    }
}

/// The key of a pair in a pool.
pub(super) fn key(pool: usize, pair: Feature) -> u64 {
    (pool as u64) << 32 | u64::from(pair)
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

/// For each feature who asked for it last, how many articles have it, and how rare that makes it.
pub(super) type Answers = Vec<(u32, u32, f64)>;

/// Weighs an article that was cut, but for its pairs.
pub(super) fn draft<'v>(
    (bag, vocabulary, uses): (&mut Bag, &'v Vocabulary, &mut [Use]),
    asked: &Asked<'_>,
    known: &mut Answers,
    counts: &impl Counts,
) -> Draft<'v> {
    forms::drop(vocabulary, uses, |window| {
        counts.of_frequent(asked.keys, window) >= asked.form
    });
    known.resize(vocabulary.len(), (u32::MAX, 0, 0.0));
    let told = |id: FeatureId| {
        let known = &mut known[id as usize];
        if known.0 != asked.tag {
            let articles = counts.of(asked.keys, vocabulary.feature(id));
            *known = (asked.tag, articles, asked.weigher.rarity(articles));
        }
        (known.1, known.2)
    };
    Draft::new((bag, vocabulary, uses), (asked.weigher, asked.terms), told)
}

/// So many entries are counted by one thread at a time.
const AT_A_TIME: usize = 1 << 16;
/// So many articles are finished by one thread at a time.
const CHUNK: usize = 256;

/// What a thread weighs with.
#[derive(Default)]
struct Bench {
    vocabulary: Vocabulary,
    bag: Bag,
    uses: Vec<Use>,
    words: Vec<u8>,
    keys: Vec<u32>,
    asked: Answers,
}

impl Cut {
    /// What was cut, with how many articles each batch had.
    fn new(words: Table<u8>, uses: Table<u8>, mut counts: Vec<(usize, usize)>) -> Cut {
        counts.sort_unstable();
        let mut firsts = vec![0];
        for (_, count) in counts {
            firsts.push(firsts[firsts.len() - 1] + count);
        }
        Cut {
            words,
            uses,
            firsts,
        }
    }
}

/// A pair, and the row of an article that has it.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, FromBytes, IntoBytes, Immutable)]
#[repr(C)]
struct PairIn {
    pair: Feature,
    row: u32,
}

impl Keyed for PairIn {
    fn key(&self) -> u64 {
        u64::from(self.pair) << 32
    }
}

/// A pair of the article in a row that others have too, and how many have it.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, FromBytes, IntoBytes, Immutable)]
#[repr(C)]
struct Shared {
    row: u32,
    pair: Feature,
    articles: u32,
}

impl Keyed for Shared {
    fn key(&self) -> u64 {
        self.row.into()
    }
}

/// Finishes drafts, in the order of articles.
struct Finisher<'l> {
    learned: &'l Learned,
    order: &'l [u32],
    weighers: (&'l [Weigher], usize),
    vectors: TableWriter<u8>,
    terms: TableWriter<Telling>,
    /// How many chunks were made, and the row that is next.
    chunks: usize,
    row: usize,
}

impl Finisher<'_> {
    /// Finishes the drafts up to a row, of which these pairs are shared.
    fn finish(&mut self, drafts: &Drafts, end: usize, shared: &[Shared]) -> Result<()> {
        let rows = self.row..end;
        let count = rows.len().div_ceil(CHUNK);
        (0..count).into_par_iter().try_for_each(|chunk| {
            let start = rows.start + chunk * CHUNK;
            let own = start..(start + CHUNK).min(rows.end);
            let place = |row: usize| shared.partition_point(|pair| (pair.row as usize) < row);
            let shared = &shared[place(own.start)..place(own.end)];
            self.finish_chunk(drafts, self.chunks + chunk, own, shared)
        })?;
        self.chunks += count;
        self.row = end;
        Ok(())
    }

    fn finish_chunk(
        &self,
        drafts: &Drafts,
        chunk: usize,
        rows: std::ops::Range<usize>,
        shared: &[Shared],
    ) -> Result<()> {
        let (mut own_vectors, mut own_terms) = (Rows::default(), Rows::default());
        let mut row = rows.start as u32;
        drafts.visit(rows, |parts| {
            let having = |pair: Feature| {
                let at = shared.binary_search_by_key(&(row, pair), |pair| (pair.row, pair.pair));
                at.map_or(1, |at| shared[at].articles)
            };
            let weigher = &self.weighers.0[self.learned.pool(self.order[row as usize])];
            let (vector, terms) = weights::finish(parts, (weigher, self.weighers.1), having);
            own_vectors.push(vectors::to_bytes(&vector));
            own_terms.push(terms.iter().map(|term| [term.feature, term.articles]));
            row += 1;
        })?;
        self.vectors.push(chunk, own_vectors)?;
        self.terms.push(chunk, own_terms)
    }
}

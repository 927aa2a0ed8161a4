//! The texts of candidates, read again as shingle sets and sequences of words: in memory where they fit, else on disk, bin by
//! bin.

use std::borrow::Cow;
use std::sync::{Mutex, PoisonError};

use zerocopy::{FromBytes, IntoBytes};

use super::bins::{Bins, Gathering};
use super::evidence::{Cutter, Word};
use super::texts::Texts;
use crate::corpus::{Article, ArticleId, Corpus, Register, TextId};
use crate::error::Result;
use crate::pool::Pool;
use crate::spill::{Column, MemoryBudget, Partitioner, Partitions, Reservation};
use crate::stages::candidates::as_pair;
use crate::stages::clean::{Cleaner, Furniture};
use crate::stages::fingerprint::Shingler;

/// The texts that candidate pairs need, by text; the others are absent.
#[derive(Debug)]
pub struct Sets(pub(super) Kept);

/// A text as it was read again: how many shingles it has, its shingles in ascending order, and its words in reading order.
#[derive(Clone, Debug, Default)]
pub struct ReadText<'a>(Cow<'a, [u64]>);

impl ReadText<'_> {
    /// Its shingles, ascending; none where no candidate needed it.
    pub fn set(&self) -> &[u64] {
        self.parts().0
    }

    /// Its words, in reading order.
    pub(super) fn words(&self) -> &[Word] {
        <[Word]>::ref_from_bytes(self.parts().1.as_bytes()).unwrap_or_default()
    }

    fn parts(&self) -> (&[u64], &[u64]) {
        match self.0.split_first() {
            Some((&shingles, rest)) => rest.split_at(rest.len().min(shingles as usize)),
            None => (&[], &[]),
        }
    }

    /// What is kept of a text with these shingles and words.
    fn packed(set: &[u64], words: &[Word]) -> Box<[u64]> {
        let words = words.iter().map(|word| word.0);
        let shingles = [set.len() as u64].into_iter().chain(set.iter().copied());
        shingles.chain(words).collect()
    }
}

/// Where the sets are kept.
#[derive(Debug)]
pub(super) enum Kept {
    Memory {
        sets: Vec<Option<Box<[u64]>>>,
        _reserved: Reservation,
    },
    Disk(Binned),
}

/// Texts in bins. In its bin each lies behind the number of its text and its length.
#[derive(Debug)]
pub(super) struct Binned {
    pub(super) bins: Bins,
    pub(super) dealt: Partitions<u64>,
    /// Where each text begins in its bin; [`ABSENT`] for one that was not read.
    starts: Vec<u64>,
    _reserved: Reservation,
}

const ABSENT: u64 = u64::MAX;
/// What stands before each text.
const HEAD: usize = 2;
/// A bin takes no more than one part in so many of the room, ...
const BIN: u64 = 8;
/// ... unless there would be more bins than this.
const MOST_BINS: u64 = 1024;

impl Default for Sets {
    fn default() -> Sets {
        Sets(Kept::Memory {
            sets: Vec::new(),
            _reserved: MemoryBudget::default().reserve_anyway(0),
        })
    }
}

/// What sets are read from.
pub(super) struct Source<'a, C: ?Sized> {
    pub(super) corpus: &'a C,
    pub(super) furniture: &'a Furniture,
    pub(super) register: &'a Register,
    pub(super) texts: &'a Texts,
    /// How many tokens make a shingle.
    pub(super) k: usize,
    pub(super) budget: &'a MemoryBudget,
}

impl Sets {
    /// A text; empty where no candidate needed it.
    ///
    /// # Errors
    ///
    /// When it lies on disk, and cannot be read.
    pub fn of(&self, text: TextId) -> Result<ReadText<'_>> {
        Ok(ReadText(match &self.0 {
            Kept::Memory { sets, .. } => {
                let text = sets.get(text as usize).and_then(Option::as_deref);
                Cow::Borrowed(text.unwrap_or_default())
            }
            Kept::Disk(binned) => Cow::Owned(binned.of(text)?),
        }))
    }

    /// Reads the texts of these pairs again.
    pub(super) fn read<C: Corpus + ?Sized>(
        source: &Source<'_, C>,
        pairs: &Column<u64>,
    ) -> Result<Sets> {
        let texts = source.texts;
        let mut wanted = Wanted::none(source.register.len());
        pairs.scan(|_, pairs| {
            for &pair in pairs {
                let (a, b) = as_pair(pair);
                wanted.add(texts.articles[a as usize]);
                wanted.add(texts.articles[b as usize]);
            }
            Ok(())
        })?;
        let size = |text: TextId| {
            let length = texts.print(text);
            1 + length.shingles + length.tokens
        };
        let is_wanted = |&text: &TextId| wanted.holds(texts.articles[text as usize]);
        let all = || (0..texts.len() as u32).filter(is_wanted);
        let sum: u64 = all().map(|text| u64::from(size(text))).sum();
        let bytes = 8 * sum + (size_of::<Option<Box<[u64]>>>() * texts.len()) as u64;
        if let Some(_reserved) = source.budget.try_reserve(bytes) {
            let sets: Mutex<Vec<Option<Box<[u64]>>>> = Mutex::new(vec![None; texts.len()]);
            source.sweep(&wanted, &|read| {
                let mut sets = sets.lock().unwrap_or_else(PoisonError::into_inner);
                for (text, set) in read {
                    sets[text as usize] = Some(set);
                }
                Ok(())
            })?;
            let sets = sets.into_inner().unwrap_or_else(PoisonError::into_inner);
            return Ok(Sets(Kept::Memory { sets, _reserved }));
        }
        let most = (source.budget.limit() / BIN / 8)
            .max(sum / MOST_BINS)
            .max(1);
        let mut gathering = Gathering::new(texts.len(), most, &size);
        pairs.scan(|_, pairs| {
            pairs.iter().for_each(|&pair| gathering.add(as_pair(pair)));
            Ok(())
        })?;
        let bins = gathering.into_bins();
        Binned::read(source, &wanted, bins).map(|binned| Sets(Kept::Disk(binned)))
    }
}

impl Binned {
    fn read<C: Corpus + ?Sized>(
        source: &Source<'_, C>,
        wanted: &Wanted,
        bins: Bins,
    ) -> Result<Binned> {
        let _reserved = source.budget.reserve_anyway(12 * source.texts.len() as u64);
        let dealing = Mutex::new((
            Partitioner::new(bins.len(), source.budget)?,
            vec![0u64; bins.len()],
            vec![ABSENT; source.texts.len()],
        ));
        source.sweep(wanted, &|read| {
            let mut dealing = dealing.lock().unwrap_or_else(PoisonError::into_inner);
            let (dealer, ends, starts) = &mut *dealing;
            for (text, set) in read {
                let Some(bin) = bins.of(text) else { continue };
                starts[text as usize] = ends[bin];
                ends[bin] += (HEAD + set.len()) as u64;
                dealer.deal(bin, &[u64::from(text), set.len() as u64])?;
                dealer.deal(bin, &set)?;
            }
            Ok(())
        })?;
        let dealing = dealing.into_inner();
        let (dealer, _, starts) = dealing.unwrap_or_else(PoisonError::into_inner);
        Ok(Binned {
            bins,
            dealt: dealer.finish()?,
            starts,
            _reserved,
        })
    }

    fn of(&self, text: TextId) -> Result<Vec<u64>> {
        let start = self.starts[text as usize];
        let (Some(bin), true) = (self.bins.of(text), start != ABSENT) else {
            return Ok(Vec::new());
        };
        let mut head = [0; HEAD];
        self.dealt.read_at(bin, start, &mut head)?;
        let mut set = vec![0; head[1] as usize];
        self.dealt.read_at(bin, start + HEAD as u64, &mut set)?;
        Ok(set)
    }

    /// All sets of a bin.
    pub(super) fn bin(&self, bin: usize) -> Result<Bin<'_>> {
        let (values, _reserved) = self.dealt.read(bin)?;
        Ok(Bin {
            starts: &self.starts,
            values,
            _reserved,
        })
    }
}

/// The sets of one bin, in memory.
pub(super) struct Bin<'a> {
    starts: &'a [u64],
    values: Vec<u64>,
    _reserved: Reservation,
}

impl Bin<'_> {
    /// A text of this bin.
    pub(super) fn of(&self, text: TextId) -> ReadText<'_> {
        let start = self.starts[text as usize];
        if start == ABSENT {
            return ReadText::default();
        }
        let from = start as usize + HEAD;
        let len = self.values[from - 1] as usize;
        ReadText(Cow::Borrowed(&self.values[from..from + len]))
    }
}

impl<C: Corpus + ?Sized> Source<'_, C> {
    /// Reads the wanted articles again, and hands on their texts, a batch at a time.
    fn sweep(
        &self,
        wanted: &Wanted,
        visit: &(dyn Fn(Vec<ReadSet>) -> Result<()> + Sync),
    ) -> Result<()> {
        let is_wanted = |place| {
            let article = self.register.article_at(place);
            article.is_some_and(|article| wanted.holds(article))
        };
        let cutters = Pool::default();
        self.corpus.sweep_again(&is_wanted, &|batch| {
            let articles = self.register.batch(batch.number);
            let whole = batch.articles.len() == articles.len();
            let here = articles.clone().filter(|&article| wanted.holds(article));
            let mut read = Vec::new();
            cutters.with(
                || Readers::new(self.furniture),
                |Readers(cleaner, shingler, cutter)| {
                    for (at, number) in here.enumerate() {
                        let at = if whole {
                            (number - articles.start) as usize
                        } else {
                            at
                        };
                        let Some(article) = batch.articles.get(at) else {
                            break;
                        };
                        self.budget.check_interrupt()?;
                        let article: &Article<'_> = article;
                        let kept = cleaner.kept(article);
                        let words = cutter.words(article, kept);
                        let set = shingler.sorted_shingles(article, kept, self.k);
                        let text = self.texts.of_article[number as usize];
                        read.push((text, ReadText::packed(set, words)));
                    }
                    Ok::<_, crate::error::Error>(())
                },
            )?;
            visit(read)
        })
    }
}

/// What texts are read with.
struct Readers<'f>(Cleaner<'f>, Shingler, Cutter);

impl<'f> Readers<'f> {
    fn new(furniture: &'f Furniture) -> Readers<'f> {
        Readers(
            Cleaner::new(furniture),
            Shingler::default(),
            Cutter::default(),
        )
    }
}

/// A text, as it is kept.
type ReadSet = (u32, Box<[u64]>);

/// Which articles are wanted: a bit each.
struct Wanted(Vec<u64>);

impl Wanted {
    fn none(articles: usize) -> Wanted {
        Wanted(vec![0; articles.div_ceil(64)])
    }

    fn add(&mut self, article: ArticleId) {
        self.0[article as usize / 64] |= 1 << (article % 64);
    }

    fn holds(&self, article: ArticleId) -> bool {
        self.0[article as usize / 64] >> (article % 64) & 1 == 1
    }
}

//! Pages: what learning keeps of them all, in memory while there is room, and on disk beyond.
//!
//! The lines of a batch lie in one piece, page after page, each behind a head that says what there is of it; they are
//! read in order, a batch at a time. Samples lie apart, since those of a few pages are read again and again.

use std::borrow::Cow;
use std::sync::{Mutex, PoisonError};

use super::headline::Headline;
use super::lines::Size;
use super::page::Page;
use super::phrases::as_line;
use super::title_words::TitleEntry;
use crate::error::Result;
use crate::spill::{Column, ColumnWriter, MemoryBudget, Reservation, Sorted, Sorter};

/// The pages of a dump, as they are read.
#[derive(Debug)]
pub(super) struct PagesWriter {
    budget: MemoryBudget,
    lines: ColumnWriter<u32>,
    samples: ColumnWriter<u32>,
    titles: Sorter<TitleEntry>,
    counted: Mutex<Vec<Counted>>,
}

/// What is counted of a batch.
#[derive(Debug, Default)]
struct Counted {
    batch: usize,
    /// How many values the sample of each page has.
    samples: Vec<u32>,
    lines: usize,
    is_any_unbroken: bool,
}

/// The pages of a dump.
#[derive(Debug)]
pub(super) struct Pages {
    lines: Column<u32>,
    samples: Column<u32>,
    /// Where the sample of each page ends.
    sample_ends: Vec<u64>,
    /// The first page of each piece of lines.
    firsts: Vec<u32>,
    /// How many lines there are, repeats and masked forms and phrases included.
    pub(super) line_count: usize,
    /// The titles by words, where there are unbroken texts to find them in.
    pub(super) titles: Option<Sorted<TitleEntry>>,
    _reserved: Reservation,
}

impl PagesWriter {
    pub(super) fn new(budget: &MemoryBudget) -> PagesWriter {
        PagesWriter {
            budget: budget.clone(),
            lines: ColumnWriter::new(budget),
            samples: ColumnWriter::new(budget),
            titles: Sorter::new(budget),
            counted: Mutex::default(),
        }
    }

    /// Adds the pages of a batch.
    pub(super) fn push(&self, batch: usize, pages: &[Page]) -> Result<()> {
        let mut counted = Counted {
            batch,
            samples: Vec::with_capacity(pages.len()),
            ..Counted::default()
        };
        let (mut lines, mut samples) = (Vec::new(), Vec::new());
        for page in pages {
            write(page, &mut lines);
            let before = samples.len();
            samples.extend(halves(page.title));
            samples.extend(page.headline.parts());
            samples.extend_from_slice(page.windows.drawn());
            counted.samples.push((samples.len() - before) as u32);
            counted.lines += page.lines.len() + page.masked.len() + page.phrases.len();
            counted.is_any_unbroken |= !page.phrases.is_empty();
        }
        let titles = pages.iter().filter_map(|page| page.title_words);
        self.titles.push(titles.map(TitleEntry::from).collect())?;
        self.lines.push(batch, lines)?;
        self.samples.push(batch, samples)?;
        let mut all = self.counted.lock().unwrap_or_else(PoisonError::into_inner);
        all.push(counted);
        Ok(())
    }

    /// All pages, numbered in the order of their batches.
    pub(super) fn finish(self) -> Result<Pages> {
        let mut counted = self
            .counted
            .into_inner()
            .unwrap_or_else(PoisonError::into_inner);
        counted.sort_unstable_by_key(|counted| counted.batch);
        let pages: usize = counted.iter().map(|counted| counted.samples.len()).sum();
        let _reserved = self.budget.reserve(8 * pages as u64)?;
        let mut sample_ends = Vec::with_capacity(pages);
        let (mut firsts, mut end) = (Vec::new(), 0);
        for counted in counted.iter().filter(|counted| !counted.samples.is_empty()) {
            firsts.push(sample_ends.len() as u32);
            sample_ends.extend(counted.samples.iter().map(|&len| {
                end += u64::from(len);
                end
            }));
        }
        let is_any_unbroken = counted.iter().any(|counted| counted.is_any_unbroken);
        let titles = is_any_unbroken.then(|| self.titles.finish());
        Ok(Pages {
            lines: self.lines.finish(),
            samples: self.samples.finish(),
            sample_ends,
            firsts,
            line_count: counted.iter().map(|counted| counted.lines).sum(),
            titles: titles.transpose()?,
            _reserved,
        })
    }
}

impl Pages {
    /// How many there are.
    pub(super) fn len(&self) -> usize {
        self.sample_ends.len()
    }

    /// How many pieces they are read in.
    pub(super) fn pieces(&self) -> usize {
        self.firsts.len()
    }

    /// Hands on the pages of one piece in their order, with their numbers; `buffer` is for what lies on disk.
    pub(super) fn visit(
        &self,
        piece: usize,
        buffer: &mut Vec<u32>,
        mut visit: impl FnMut(u32, Leaf<'_>),
    ) -> Result<()> {
        let (_, mut rest) = self.lines.piece(piece, buffer)?;
        let mut page = self.firsts[piece];
        while !rest.is_empty() {
            let (leaf, after) = Leaf::first(rest);
            visit(page, leaf);
            rest = after;
            page += 1;
        }
        Ok(())
    }

    /// The titles and the sample of a page.
    pub(super) fn sample(&self, page: u32) -> Result<Sample<'_>> {
        let page = page as usize;
        let start = page
            .checked_sub(1)
            .map_or(0, |before| self.sample_ends[before]);
        let values = start as usize..self.sample_ends[page] as usize;
        Ok(Sample(self.samples.values(values)?))
    }
}

/// What pages are compared by: the title in two halves, its words in four, and the stretches drawn from the text.
#[derive(Debug)]
pub(super) struct Sample<'a>(Cow<'a, [u32]>);

/// So many values of a sample are its title.
const TITLE: usize = 6;

impl Sample<'_> {
    /// The hash of the title; 0 where there is none.
    pub(super) fn title(&self) -> u64 {
        whole(&self.0)
    }

    /// The words of the title, roughly.
    pub(super) fn headline(&self) -> Headline {
        let parts = self.0[2..].first_chunk();
        parts.map_or_else(Headline::default, |parts| Headline::of_parts(*parts))
    }

    /// The stretches that were drawn, ascending.
    pub(super) fn drawn(&self) -> &[u32] {
        &self.0[TITLE..]
    }
}

/// How many values say what there is of a page: how many lines, masked lines and phrases, then content, source and title.
const HEAD: usize = 9;
/// A line has so many: two of its hash, one of its size.
const LINE: usize = 3;

fn write(page: &Page, to: &mut Vec<u32>) {
    to.extend([
        page.lines.len() as u32,
        page.masked.len() as u32,
        page.phrases.len() as u32,
    ]);
    to.extend(
        [page.content, page.source, page.title]
            .into_iter()
            .flat_map(halves),
    );
    for &(hash, size) in page.lines.iter().chain(&page.masked) {
        let [low, high] = halves(hash);
        to.extend([low, high, size.0]);
    }
    to.extend_from_slice(&page.phrases);
}

fn halves(hash: u64) -> [u32; 2] {
    [hash as u32, (hash >> 32) as u32]
}

fn whole(halves: &[u32]) -> u64 {
    u64::from(halves[0]) | u64::from(halves[1]) << 32
}

/// One page as it lies.
#[derive(Clone, Copy, Debug)]
pub(super) struct Leaf<'a> {
    head: &'a [u32],
    lines: &'a [[u32; LINE]],
    masked: &'a [[u32; LINE]],
    phrases: &'a [u32],
}

impl<'a> Leaf<'a> {
    fn first(rest: &'a [u32]) -> (Leaf<'a>, &'a [u32]) {
        let (head, rest) = rest.split_at(HEAD);
        let (lines, rest) = rest.split_at(LINE * head[0] as usize);
        let (masked, rest) = rest.split_at(LINE * head[1] as usize);
        let (phrases, rest) = rest.split_at(head[2] as usize);
        let leaf = Leaf {
            head,
            lines: lines.as_chunks().0,
            masked: masked.as_chunks().0,
            phrases,
        };
        (leaf, rest)
    }

    /// Hash of title and text.
    pub(super) fn content(&self) -> u64 {
        whole(&self.head[3..])
    }

    /// Hash of the source; 0 where none is known.
    pub(super) fn source(&self) -> u64 {
        whole(&self.head[5..])
    }

    /// Hash of the title as a line; 0 where there is none.
    pub(super) fn title(&self) -> u64 {
        whole(&self.head[7..])
    }

    /// The hash and the size of every line, in the order they stand.
    pub(super) fn lines(&self) -> impl ExactSizeIterator<Item = (u64, Size)> + Clone + use<'a> {
        self.lines.iter().map(line)
    }

    /// One of its lines.
    pub(super) fn line(&self, at: usize) -> Option<(u64, Size)> {
        self.lines.get(at).map(line)
    }

    /// Everything of it that may recur, with its size.
    pub(super) fn all_lines(&self) -> impl Iterator<Item = (u64, Size)> + use<'a> {
        let phrase = |&phrase: &u32| (as_line(phrase), Size::PHRASE);
        let lines = self.lines.iter().chain(self.masked).map(line);
        lines.chain(self.phrases.iter().map(phrase))
    }
}

fn line(values: &[u32; LINE]) -> (u64, Size) {
    (whole(values), Size(values[2]))
}

//! Learning: which lines are furniture, judged by the rest of the pages that bear them.

use std::sync::atomic::{AtomicU8, Ordering};

use ahash::AHashMap;
use rayon::prelude::*;
use zerocopy::{FromBytes, Immutable, IntoBytes};

use super::distinct::{Distinct, Sources};
use super::judge::{FurnitureJudge, Judged, UNLIKE_PAGES};
use super::lines::Class;
use super::lists::Lists;
use super::pages::Pages;
use super::sieve::BloomFilter;
use super::title_words::{Title, TitleWords};
use crate::error::{Error, Result};
use crate::kernel::mix;
use crate::spill::{Keyed, MemoryBudget, Reservation, Sorted, Sorter};

/// How sure it is that a line is furniture.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(super) enum Evidence {
    /// It recurs on pages that are otherwise unlike: furniture beside other furniture, or at an end of the page.
    Weak,
    /// It recurs so widely that it is furniture wherever it stands.
    Strong,
    /// It stands on three quarters of all pages, or a source puts it into pages of its own, whose headlines and rests are unlike.
    Certain,
}

/// What is known of one line in one scope.
#[derive(Clone, Copy, Debug)]
pub(super) struct LineStats {
    pub(super) evidence: Evidence,
    /// On how many different pages it stands.
    pub(super) pages: u32,
}

/// The lines that were learned, each within its scope.
#[derive(Clone, Debug, Default)]
pub(super) struct Lines {
    sieve: BloomFilter,
    everywhere: AHashMap<u64, LineStats>,
    by_source: AHashMap<u64, LineStats>,
}

impl Lines {
    /// About how many bytes they take.
    fn bytes(&self) -> u64 {
        let tables = self.everywhere.capacity() + self.by_source.capacity();
        (tables * (size_of::<(u64, LineStats)>() + 1)) as u64 + self.sieve.bytes()
    }

    /// The lines of the whole dump, then those of each source.
    pub(super) fn tables(&self) -> [&AHashMap<u64, LineStats>; 2] {
        [&self.everywhere, &self.by_source]
    }

    /// The words of the sieve.
    pub(super) fn sieve(&self) -> &[u64] {
        self.sieve.words()
    }

    /// Lines that were learned before, with the words of their sieve.
    pub(super) fn of(
        everywhere: Vec<(u64, LineStats)>,
        by_source: Vec<(u64, LineStats)>,
        sieve: Vec<u64>,
    ) -> Option<Lines> {
        Some(Lines {
            sieve: BloomFilter::of_words(sieve)?,
            everywhere: everywhere.into_iter().collect(),
            by_source: by_source.into_iter().collect(),
        })
    }

    /// The lines of both, by the stronger evidence and with the pages of both.
    pub(super) fn merged(&self, other: &Lines) -> Lines {
        let both = |ours: &AHashMap<u64, LineStats>, others: &AHashMap<u64, LineStats>| {
            let mut both = ours.clone();
            others.iter().for_each(|(&line, &learned)| {
                let evidence = learned.evidence;
                let known = both.entry(line).or_insert(LineStats { evidence, pages: 0 });
                known.evidence = known.evidence.max(evidence);
                known.pages = known.pages.saturating_add(learned.pages);
            });
            both
        };
        Lines {
            sieve: self.sieve.merged(&other.sieve),
            everywhere: both(&self.everywhere, &other.everywhere),
            by_source: both(&self.by_source, &other.by_source),
        }
    }

    /// What is known of a line on a page of a source (0 for none): the stronger of source and dump.
    pub(super) fn find(&self, line: u64, source: u64) -> Option<LineStats> {
        if !self.sieve.may_hold(line) {
            return None;
        }
        let everywhere = self.everywhere.get(&line).copied();
        let own = if source == 0 {
            None
        } else {
            self.by_source.get(&scoped(line, source)).copied()
        };
        match (own, everywhere) {
            (Some(own), Some(all)) if all.evidence > own.evidence => Some(all),
            (Some(own), _) => Some(own),
            (None, all) => all,
        }
    }
}

fn scoped(line: u64, source: u64) -> u64 {
    mix(line ^ source.rotate_left(17))
}

/// The titles of a dump.
#[derive(Clone, Debug, Default)]
pub(super) struct Titles {
    /// Hashed as lines, ascending.
    lines: Vec<u64>,
    /// Where the lines begin whose upper bits are at least so much.
    starts: Vec<u32>,
    sieve: BloomFilter,
    /// By their words, where there are unbroken texts to find them in.
    pub(super) words: TitleWords,
}

/// So many titles have the same upper bits, on average.
const TITLES_TOGETHER: usize = 8;

impl Titles {
    fn new(pages: &Pages) -> Result<Titles> {
        let mut lines: Vec<u64> = (0..pages.pieces())
            .into_par_iter()
            .try_fold(Vec::new, |mut titles, piece| {
                pages.visit(piece, &mut Vec::new(), |_, page| titles.push(page.title()))?;
                Ok(titles)
            })
            .try_reduce(Vec::new, joined)?;
        lines.par_sort_unstable();
        lines.dedup();
        lines.retain(|&title| title != 0);
        lines.shrink_to_fit();
        let words = pages.titles.as_ref().map(TitleWords::new).transpose()?;
        Ok(Titles::of(lines, words.unwrap_or_default()))
    }

    /// The titles of these hashes, ascending, and words.
    pub(super) fn of(lines: Vec<u64>, words: TitleWords) -> Titles {
        let groups = (lines.len() / TITLES_TOGETHER).next_power_of_two();
        let mut starts = vec![0u32; groups + 1];
        for &title in &lines {
            starts[group(title, groups) + 1] += 1;
        }
        for at in 1..starts.len() {
            starts[at] += starts[at - 1];
        }
        Titles {
            sieve: BloomFilter::of(lines.iter().copied()),
            lines,
            starts,
            words,
        }
    }

    /// The titles of both.
    pub(super) fn merged(&self, other: &Titles) -> Titles {
        let mut lines: Vec<u64> = self.hashes().chain(other.hashes()).collect();
        lines.sort_unstable();
        lines.dedup();
        let mut words: Vec<Title> = self.words.all().chain(other.words.all()).collect();
        words.sort_unstable();
        words.dedup();
        Titles::of(lines, TitleWords::of(words))
    }

    /// All titles, hashed as lines.
    pub(super) fn hashes(&self) -> impl Iterator<Item = u64> + '_ {
        self.lines.iter().copied()
    }

    /// Whether a line is the title of some article.
    pub(super) fn holds(&self, line: u64) -> bool {
        if !self.sieve.may_hold(line) {
            return false;
        }
        let group = group(line, self.starts.len() - 1);
        let (start, end) = (self.starts[group], self.starts[group + 1]);
        self.lines[start as usize..end as usize].contains(&line)
    }

    fn bytes(&self) -> u64 {
        let starts = 4 * self.starts.len() as u64;
        8 * self.lines.len() as u64 + starts + self.sieve.bytes() + self.words.bytes()
    }
}

/// The group of a hash, by its upper bits; `groups` is a power of two.
fn group(hash: u64, groups: usize) -> usize {
    ((u128::from(hash) * groups as u128) >> 64) as usize
}

/// One after the other, the longer one in its place.
pub(super) fn joined<T>(mut a: Vec<T>, mut b: Vec<T>) -> Result<Vec<T>> {
    a.append(&mut b);
    Ok(a)
}

/// What was learned of a dump, and the memory it takes.
pub(super) struct FurnitureTables {
    pub(super) lines: Lines,
    pub(super) lists: Lists,
    pub(super) titles: Titles,
    pub(super) taken: Reservation,
}

/// Learns from all pages of a dump.
pub(super) fn learn(pages: &Pages, budget: &MemoryBudget) -> Result<FurnitureTables> {
    let (titles, rest) = rayon::join(
        || Titles::new(pages),
        || {
            let mut sources = Sources::new(pages)?;
            let distinct = Distinct::new(pages, &mut sources, budget)?;
            let lines = learn_lines(pages, &distinct, &sources, budget)?;
            let lists = Lists::learn(pages, &distinct, &lines)?;
            Ok::<_, Error>((lines, lists))
        },
    );
    let (titles, (lines, lists)) = (titles?, rest?);
    Ok(FurnitureTables {
        taken: budget.reserve(titles.bytes() + lines.bytes())?,
        lines,
        lists,
        titles,
    })
}

fn learn_lines(
    pages: &Pages,
    distinct: &Distinct,
    sources: &Sources,
    budget: &MemoryBudget,
) -> Result<Lines> {
    let recurring = recurring_lines(pages, distinct, sources, budget)?;
    let judge = FurnitureJudge::new(pages, distinct, &sources.sizes, budget);
    let mut judged: Vec<Judged> = Vec::new();
    recurring.scan(|piece| {
        let mut found = piece
            .par_chunk_by(|a, b| a.line == b.line)
            .try_fold(Vec::new, |mut found, bearers| {
                budget.check_interrupt()?;
                judge.judge(bearers, &mut found)?;
                Ok(found)
            })
            .try_reduce(Vec::new, joined)?;
        judged.append(&mut found);
        Ok(())
    })?;
    let mut lines = Lines {
        sieve: BloomFilter::of(judged.iter().map(|judged| judged.line)),
        ..Lines::default()
    };
    for Judged {
        line,
        source,
        learned,
    } in judged
    {
        match sources.hashes[source as usize] {
            0 => lines.everywhere.insert(line, learned),
            source => lines.by_source.insert(scoped(line, source), learned),
        };
    }
    Ok(lines)
}

/// A page that bears a line; ordered by line, source, and content hash among those that count for the dump, then others.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, FromBytes, IntoBytes, Immutable)]
#[repr(C)]
pub(super) struct LineOccurrence {
    pub(super) line: u64,
    /// The number of the source, above a bit that says that the page counts for its source only, above the class of the
    /// line.
    source_and_class: u32,
    /// The place of the page's content in the order of content hash.
    pub(super) rank: u32,
}

const CLASS_BITS: u32 = 3;
const OTHER: u32 = 1 << CLASS_BITS;

impl Keyed for LineOccurrence {
    fn key(&self) -> u64 {
        self.line
    }
}

impl LineOccurrence {
    pub(super) fn source(&self) -> u32 {
        self.source_and_class >> (CLASS_BITS + 1)
    }

    /// Whether the page counts for its source only, since one of another source has the same content.
    pub(super) fn is_other(&self) -> bool {
        self.source_and_class & OTHER != 0
    }

    pub(super) fn class(&self) -> Class {
        Class::of_number(self.source_and_class & (OTHER - 1))
    }
}

/// Sorts the lines of one page, which begin at `from`: a page bears a line once.
fn keep_first_of_lines(bearers: &mut Vec<LineOccurrence>, from: usize) {
    bearers[from..].sort_unstable();
    let mut kept = from;
    for at in from..bearers.len() {
        if at == from || bearers[at].line != bearers[at - 1].line {
            bearers[kept] = bearers[at];
            kept += 1;
        }
    }
    bearers.truncate(kept);
}

/// Every line that stands on enough pages, with the pages that bear it.
fn recurring_lines(
    pages: &Pages,
    distinct: &Distinct,
    sources: &Sources,
    budget: &MemoryBudget,
) -> Result<Sorted<LineOccurrence>> {
    // Most lines stand on one page only. A table of small counters, where lines may fall together, lets through all
    // that recur and few others; the exact counts are taken from what it lets through.
    let most = usize::try_from(budget.limit() / 8)
        .unwrap_or(usize::MAX)
        .max(1024);
    let slots = (2 * pages.line_count).next_power_of_two().max(1024);
    let slots = slots.min(1 << most.ilog2());
    let _reserved = budget.reserve_anyway(slots as u64);
    let counts: Vec<AtomicU8> = (0..slots).map(|_| AtomicU8::new(0)).collect();
    let slot = |line: u64| &counts[(line >> 7) as usize & (slots - 1)];
    let pieces = || (0..pages.pieces()).into_par_iter();
    pieces().try_for_each_init(Vec::new, |buffer, piece| {
        pages.visit(piece, buffer, |page, leaf| {
            if distinct.rank(page).is_none() {
                return;
            }
            for (line, _) in leaf.all_lines() {
                if slot(line).load(Ordering::Relaxed) < UNLIKE_PAGES as u8 {
                    slot(line).fetch_add(1, Ordering::Relaxed);
                }
            }
        })
    })?;
    let sorter = Sorter::new(budget);
    pieces().try_for_each_init(Vec::new, |buffer, piece| {
        let mut bearers: Vec<LineOccurrence> = Vec::new();
        pages.visit(piece, buffer, |page, leaf| {
            let Some(rank) = distinct.rank(page) else {
                return;
            };
            let source = sources.numbers[&leaf.source()] << (CLASS_BITS + 1);
            let other = u32::from(!distinct.is_first(page, rank)) * OTHER;
            let recurs =
                |(line, _): &(u64, _)| slot(*line).load(Ordering::Relaxed) >= UNLIKE_PAGES as u8;
            let from = bearers.len();
            bearers.extend(
                leaf.all_lines()
                    .filter(recurs)
                    .map(|(line, size)| LineOccurrence {
                        line,
                        source_and_class: source | other | size.class() as u32,
                        rank,
                    }),
            );
            keep_first_of_lines(&mut bearers, from);
        })?;
        sorter.push(bearers)
    })?;
    sorter.finish()
}

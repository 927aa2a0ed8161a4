//! Judging: whether the pages that bear a line are unlike, so that the line is furniture and not an article again.

use std::sync::{Mutex, PoisonError};

use ahash::{AHashMap, RandomState};

use super::blocks;
use super::distinct::Distinct;
use super::learn::{Evidence, LineOccurrence, LineStats};
use super::lines::Class;
use super::page::containment;
use super::pages::{Pages, Sample};
use crate::error::Result;
use crate::kernel::mix;
use crate::spill::MemoryBudget;

/// A line must stand on this many pages that are unlike each other.
pub(super) const UNLIKE_PAGES: usize = 3;
/// A phrase that no source bears often enough must stand on so many: a run of words recurs in every version of an article
/// that was reprinted and edited, where lines do not.
const UNLIKE_PAGES_OF_PHRASE: usize = 8;
/// Prose that so many pages bear is no passage that a series of articles repeats.
const PAGES_OF_PROSE: u32 = 8;
/// What so many sources print is a quotation where it is prose, and no site's furniture.
const QUOTING_SOURCES: usize = 3;
/// Pages are compared on this many of smallest content hash.
const SAMPLE: usize = 32;
/// Two pages are one article again if the lighter shares this much with the other, in hundredths.
const ALIKE: u32 = 50;
/// The same, where both have one title.
const ALIKE_UNDER_ONE_TITLE: u32 = 20;

/// What was found of a line in one scope.
pub(super) struct Judged {
    pub(super) line: u64,
    /// The number of the source; 0 for the whole dump.
    pub(super) source: u32,
    pub(super) learned: LineStats,
}

/// Judges lines by the pages that bear them.
pub(super) struct FurnitureJudge<'a> {
    pages: &'a Pages,
    distinct: &'a Distinct,
    /// How many different pages there are of each source, and under 0 in all.
    sizes: &'a [u32],
    /// What was found of pages before: all lines of an article stand on the same ones.
    known: [Mutex<AHashMap<u64, bool>>; SHARDS],
    /// How many answers a shelf keeps.
    most: usize,
    hasher: RandomState,
}

const SHARDS: usize = 64;

impl<'a> FurnitureJudge<'a> {
    pub(super) fn new(
        pages: &'a Pages,
        distinct: &'a Distinct,
        sizes: &'a [u32],
        budget: &MemoryBudget,
    ) -> FurnitureJudge<'a> {
        // A sixteenth of the room for all of them.
        let most = budget.limit() / (16 * 32 * SHARDS as u64);
        FurnitureJudge {
            pages,
            distinct,
            sizes,
            known: std::array::from_fn(|_| Mutex::default()),
            most: usize::try_from(most).unwrap_or(usize::MAX),
            hasher: RandomState::new(),
        }
    }

    /// Judges a line in the whole dump, and in each source that bears it.
    pub(super) fn judge(&self, bearers: &[LineOccurrence], found: &mut Vec<Judged>) -> Result<()> {
        if bearers.len() < UNLIKE_PAGES {
            return Ok(());
        }
        let (line, class) = (bearers[0].line, bearers[0].class());
        let mut sources = 0;
        for own in bearers.chunk_by(|a, b| a.source() == b.source()) {
            let source = own[0].source();
            sources += 1;
            if source != 0 && own.len() >= UNLIKE_PAGES {
                let scope = Scope {
                    class,
                    count: own.len() as u32,
                    size: self.sizes[source as usize],
                    sources: Some(1),
                };
                let mut ranks = [0; 2 * SAMPLE];
                let learned = self.evidence(scope, smallest_ranks(own, &mut ranks))?;
                found.extend(learned.map(|learned| Judged {
                    line,
                    source,
                    learned,
                }));
            }
        }
        let mut ranks: Vec<u32> = bearers
            .iter()
            .filter(|bearer| !bearer.is_other())
            .map(|bearer| bearer.rank)
            .collect();
        let scope = Scope {
            class,
            count: ranks.len() as u32,
            size: self.sizes[0],
            sources: (sources > 1 || bearers[0].source() != 0).then_some(sources),
        };
        if ranks.len() > SAMPLE {
            ranks.select_nth_unstable(SAMPLE);
            ranks.truncate(SAMPLE);
        }
        ranks.sort_unstable();
        let learned = self.evidence(scope, &ranks)?;
        found.extend(learned.map(|learned| Judged {
            line,
            source: 0,
            learned,
        }));
        Ok(())
    }

    /// What the pages that bear a line say of it, given those of smallest content hash.
    fn evidence(&self, scope: Scope, ranks: &[u32]) -> Result<Option<LineStats>> {
        if scope.is_quoted() {
            return Ok(None);
        }
        let recurs = scope.may_recur() && self.are_unlike(ranks, scope.enough())?;
        let mut evidence = recurs.then(|| scope.evidence());
        if evidence != Some(Evidence::Certain)
            && (!recurs || scope.class.is_prose())
            && self.are_of_one_block(ranks, scope)?
        {
            evidence = Some(Evidence::Certain);
        }
        Ok(evidence.map(|evidence| LineStats {
            evidence,
            pages: scope.count,
        }))
    }

    /// Whether `enough` of these pages are unlike each other.
    fn are_unlike(&self, ranks: &[u32], enough: usize) -> Result<bool> {
        if ranks.len() < enough {
            return Ok(false);
        }
        self.known(ranks, enough as u64, || self.compare(ranks, enough))
    }

    /// Whether what these pages share is a block, though it may be most of each.
    fn are_of_one_block(&self, ranks: &[u32], scope: Scope) -> Result<bool> {
        let is_one_source = scope.is_one_source();
        if ranks.len() < UNLIKE_PAGES || !is_one_source && scope.sources.is_some() {
            return Ok(false);
        }
        let question = BLOCK + u64::from(is_one_source);
        self.known(ranks, question, || {
            let samples = ranks.iter().map(|&rank| self.sample(rank));
            let samples: Vec<Sample<'_>> = samples.collect::<Result<_>>()?;
            Ok(blocks::is_block(&samples, is_one_source))
        })
    }

    /// The answer to a question about pages, looked up if it was asked before.
    fn known(
        &self,
        ranks: &[u32],
        question: u64,
        answer: impl FnOnce() -> Result<bool>,
    ) -> Result<bool> {
        let key = mix(self.hasher.hash_one(ranks) ^ question);
        let shelf = || {
            self.known[key as usize % SHARDS]
                .lock()
                .unwrap_or_else(PoisonError::into_inner)
        };
        if let Some(&known) = shelf().get(&key) {
            return Ok(known);
        }
        let found = answer()?;
        let mut shelf = shelf();
        if shelf.len() < self.most {
            shelf.insert(key, found);
        }
        Ok(found)
    }

    fn sample(&self, rank: u32) -> Result<Sample<'_>> {
        self.pages.sample(self.distinct.pages[rank as usize])
    }

    fn compare(&self, ranks: &[u32], enough: usize) -> Result<bool> {
        let mut unlike: Vec<Sample<'_>> = Vec::with_capacity(enough);
        for &rank in ranks {
            let page = self.sample(rank)?;
            if unlike.iter().all(|other| !alike(&page, other)) {
                unlike.push(page);
            }
            if unlike.len() == enough {
                return Ok(true);
            }
        }
        Ok(false)
    }
}

/// Questions about blocks, beside those how many pages are unlike.
const BLOCK: u64 = 1 << 32;

/// Where a line is judged: in one source, or in the whole dump.
#[derive(Clone, Copy)]
struct Scope {
    class: Class,
    /// How many pages bear it, of how many.
    count: u32,
    size: u32,
    /// Of how many sources they are, the unknown as one; `None` where all are unknown.
    sources: Option<usize>,
}

impl Scope {
    fn is_one_source(self) -> bool {
        self.sources == Some(1)
    }

    /// Whether what recurs is a text that many print, and not furniture.
    fn is_quoted(self) -> bool {
        let quotable = self.class.is_prose() || self.class == Class::Phrase;
        quotable
            && self
                .sources
                .is_some_and(|sources| sources >= QUOTING_SOURCES)
    }

    /// Whether one in so many pages bears the line.
    fn is_on_one_in(self, pages: u32) -> bool {
        self.count * pages >= self.size
    }

    /// Whether the line is on so many pages that they are no series of articles on one thing.
    fn is_on_many(self) -> bool {
        self.count >= PAGES_OF_PROSE || self.is_on_one_in(2)
    }

    /// Whether lines of this kind that recur so often may be furniture, if the pages are unlike.
    fn may_recur(self) -> bool {
        match self.class {
            Class::Phrase | Class::Short => true,
            Class::Wordy => self.is_one_source() || self.sources.is_none(),
            Class::Prose => self.is_on_one_in(20) && self.is_on_many(),
            Class::Variant => false,
        }
    }

    /// How sure it is that a line is furniture which stands on pages that are unlike.
    fn evidence(self) -> Evidence {
        let strong = match self.class {
            Class::Wordy if self.is_one_source() => self.is_on_one_in(50) && self.is_on_many(),
            Class::Wordy => self.is_on_one_in(20) && self.is_on_many(),
            _ => self.is_on_one_in(50),
        };
        match strong {
            true if self.count * 4 >= self.size * 3 => Evidence::Certain,
            true => Evidence::Strong,
            false => Evidence::Weak,
        }
    }

    /// How many pages must be unlike.
    fn enough(self) -> usize {
        if self.class == Class::Phrase && !self.is_one_source() {
            UNLIKE_PAGES_OF_PHRASE
        } else {
            UNLIKE_PAGES
        }
    }
}

/// The smallest ranks of the pages of one source that bear a line, ascending.
fn smallest_ranks<'r>(own: &[LineOccurrence], ranks: &'r mut [u32; 2 * SAMPLE]) -> &'r [u32] {
    // Those that count for the dump stand first, and either kind is in its order.
    let (first, others) = own.split_at(own.partition_point(|bearer| !bearer.is_other()));
    let bearers = first.iter().take(SAMPLE).chain(others.iter().take(SAMPLE));
    let mut count = 0;
    for (rank, bearer) in ranks.iter_mut().zip(bearers) {
        *rank = bearer.rank;
        count += 1;
    }
    let ranks = &mut ranks[..count];
    if !others.is_empty() {
        ranks.sort_unstable();
    }
    &ranks[..count.min(SAMPLE)]
}

/// Whether two pages, known by their samples, are one article again.
fn alike(a: &Sample<'_>, b: &Sample<'_>) -> bool {
    let one_title = a.title() != 0 && a.title() == b.title();
    containment(a.drawn(), b.drawn())
        >= if one_title {
            ALIKE_UNDER_ONE_TITLE
        } else {
            ALIKE
        }
}

//! Learning: which lines are furniture, judged by the rest of the pages that bear them.

use std::sync::atomic::{AtomicU8, Ordering};

use ahash::{AHashMap, AHashSet};
use rayon::prelude::*;

use super::lists::Lists;
use super::page::Page;
use super::phrases::{TitleWords, as_line};
use crate::fingerprint::mix;

/// How sure it is that a line is furniture.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(super) enum Evidence {
    /// It recurs on pages that are otherwise unlike: furniture beside other furniture, or at an end of the page.
    Weak,
    /// It recurs so widely that it is furniture wherever it stands.
    Strong,
}

/// What is known of one line in one scope.
#[derive(Clone, Copy, Debug)]
pub(super) struct Learned {
    pub(super) evidence: Evidence,
    /// On how many different pages it stands.
    pub(super) pages: u32,
}

/// A set of hashes that says of most others at once that they are not in it: one bit for each in sixteen or more.
#[derive(Clone, Debug, Default)]
pub(super) struct Sieve(Vec<u64>);

impl Sieve {
    /// Lets through these hashes, and one in sixteen or fewer of all others.
    pub(super) fn of(hashes: impl Iterator<Item = u64> + Clone) -> Sieve {
        let bits = (16 * hashes.clone().count()).next_power_of_two().max(64);
        let mut sieve = Sieve(vec![0; bits / 64]);
        for hash in hashes {
            let (word, bit) = sieve.place(hash);
            sieve.0[word] |= bit;
        }
        sieve
    }

    /// Whether a hash may be in the set; never `false` for one that is.
    pub(super) fn may_hold(&self, hash: u64) -> bool {
        if self.0.is_empty() {
            return false;
        }
        let (word, bit) = self.place(hash);
        self.0[word] & bit != 0
    }

    /// A sieve of these words; `None` where a sieve cannot have so many.
    fn of_words(words: Vec<u64>) -> Option<Sieve> {
        (words.is_empty() || words.len().is_power_of_two()).then_some(Sieve(words))
    }

    fn place(&self, hash: u64) -> (usize, u64) {
        let at = (hash >> 6) as usize & (self.0.len() - 1);
        (at, 1 << (hash & 63))
    }
}

/// The lines that were learned, each within its scope.
#[derive(Clone, Debug, Default)]
pub(super) struct Lines {
    sieve: Sieve,
    everywhere: AHashMap<u64, Learned>,
    by_source: AHashMap<u64, Learned>,
}

impl Lines {
    /// The lines of the whole dump, then those of each source.
    pub(super) fn tables(&self) -> [&AHashMap<u64, Learned>; 2] {
        [&self.everywhere, &self.by_source]
    }

    /// The words of the sieve.
    pub(super) fn sieve(&self) -> &[u64] {
        &self.sieve.0
    }

    /// Lines that were learned before, with the words of their sieve.
    pub(super) fn of(
        everywhere: Vec<(u64, Learned)>,
        by_source: Vec<(u64, Learned)>,
        sieve: Vec<u64>,
    ) -> Option<Lines> {
        Some(Lines {
            sieve: Sieve::of_words(sieve)?,
            everywhere: everywhere.into_iter().collect(),
            by_source: by_source.into_iter().collect(),
        })
    }

    /// What is known of a line on a page of a source (0 for none): the stronger of source and dump.
    pub(super) fn find(&self, line: u64, source: u64) -> Option<Learned> {
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

/// A line must stand on this many pages that are unlike each other.
const UNLIKE_PAGES: usize = 3;
/// A phrase that no source bears often enough must stand on so many: a run of words recurs in every version of an article
/// that was reprinted and edited, where lines do not.
const UNLIKE_PAGES_OF_PHRASE: usize = 8;
/// Pages are compared on this many of smallest content hash.
const SAMPLE: usize = 32;
/// Two pages are one article again if the lighter shares this much with the other, in hundredths.
const ALIKE: u32 = 50;
/// The same, where both have one title.
const ALIKE_UNDER_ONE_TITLE: u32 = 20;
/// A line of more bytes than this is prose, and prose that recurs is quoted more often than it is furniture.
const PROSE_BYTES: u32 = 160;

/// The titles of a dump.
#[derive(Clone, Debug, Default)]
pub(super) struct Titles {
    /// Hashed as lines.
    lines: AHashSet<u64>,
    sieve: Sieve,
    /// By their words, where there are unbroken texts to find them in.
    pub(super) words: TitleWords,
}

impl Titles {
    fn new(pages: &[Page]) -> Titles {
        let titles = pages
            .iter()
            .map(|page| page.title)
            .filter(|&title| title != 0);
        let (lines, sieve) = (titles.clone().collect(), Sieve::of(titles));
        let words = if pages.iter().any(|page| !page.phrases.is_empty()) {
            TitleWords::new(pages.iter().filter_map(|page| page.title_words))
        } else {
            TitleWords::default()
        };
        Titles {
            lines,
            sieve,
            words,
        }
    }

    /// All titles, hashed as lines.
    pub(super) fn hashes(&self) -> impl Iterator<Item = u64> + '_ {
        self.lines.iter().copied()
    }

    /// Titles that were learned before.
    pub(super) fn of(lines: Vec<u64>, words: Vec<super::phrases::Title>) -> Titles {
        let sieve = Sieve::of(lines.iter().copied());
        Titles {
            sieve,
            lines: lines.into_iter().collect(),
            words: match words.is_empty() {
                true => TitleWords::default(),
                false => TitleWords::new(words.into_iter()),
            },
        }
    }

    /// Whether a line is the title of some article.
    pub(super) fn holds(&self, line: u64) -> bool {
        self.sieve.may_hold(line) && self.lines.contains(&line)
    }
}

/// Learns from all pages of a dump.
pub(super) fn learn(pages: &[Page]) -> (Lines, Lists, Titles) {
    let (titles, (lines, lists)) = rayon::join(
        || Titles::new(pages),
        || {
            let distinct = distinct_pages(pages);
            let lines = learn_lines(pages, &distinct);
            let lists = Lists::learn(pages, &distinct, &lines);
            (lines, lists)
        },
    );
    (lines, lists, titles)
}

fn learn_lines(pages: &[Page], distinct: &[u32]) -> Lines {
    let entries = recurring_lines(pages, distinct);
    let sizes = source_sizes(pages, distinct);
    let judged: Vec<Judged> = entries
        .par_chunk_by(|a, b| a.line == b.line)
        .flat_map_iter(|bearers| judge(bearers, pages, &sizes))
        .collect();
    let mut lines = Lines {
        sieve: Sieve::of(judged.iter().map(|judged| judged.line)),
        ..Lines::default()
    };
    for Judged {
        line,
        source,
        learned,
    } in judged
    {
        match source {
            0 => lines.everywhere.insert(line, learned),
            _ => lines.by_source.insert(scoped(line, source), learned),
        };
    }
    lines
}

/// One page of each content, in the order of content hash: byte-identical pages prove nothing.
fn distinct_pages(pages: &[Page]) -> Vec<u32> {
    let mut order: Vec<(u64, u32)> = pages
        .iter()
        .zip(0..)
        .map(|(page, id)| (page.content, id))
        .collect();
    order.par_sort_unstable();
    order.dedup_by_key(|&mut (content, _)| content);
    order.into_iter().map(|(_, id)| id).collect()
}

/// How many different pages there are: of each source, and (under 0) in all.
fn source_sizes(pages: &[Page], distinct: &[u32]) -> AHashMap<u64, u32> {
    let mut sizes = AHashMap::new();
    for &page in distinct {
        let source = pages[page as usize].source;
        if source != 0 {
            *sizes.entry(source).or_default() += 1;
        }
    }
    sizes.insert(0, distinct.len() as u32);
    sizes
}

/// A page that bears a line; ordered by line, source, and content hash.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
struct Bearer {
    line: u64,
    source: u64,
    rank: u32,
    page: u32,
    bytes: u32,
}

/// Every line that stands on enough pages, with the pages that bear it.
fn recurring_lines(pages: &[Page], distinct: &[u32]) -> Vec<Bearer> {
    // Most lines stand on one page only. A table of small counters, where lines may fall together, lets through all
    // that recur and few others; the exact counts are taken from what it lets through.
    let total: usize = distinct
        .par_iter()
        .map(|&page| {
            let page = &pages[page as usize];
            page.lines.len() + page.masked.len() + page.phrases.len()
        })
        .sum();
    let slots = (2 * total).next_power_of_two().max(1024);
    let counts: Vec<AtomicU8> = (0..slots).map(|_| AtomicU8::new(0)).collect();
    let slot = |line: u64| &counts[(line >> 7) as usize & (slots - 1)];
    distinct.par_iter().for_each(|&page| {
        for (line, _) in all_lines(&pages[page as usize]) {
            if slot(line).load(Ordering::Relaxed) < UNLIKE_PAGES as u8 {
                slot(line).fetch_add(1, Ordering::Relaxed);
            }
        }
    });
    let mut entries: Vec<Bearer> = distinct
        .par_iter()
        .zip(0..distinct.len() as u32)
        .flat_map_iter(|(&page, rank)| {
            let source = pages[page as usize].source;
            let recurs = |line: u64| slot(line).load(Ordering::Relaxed) >= UNLIKE_PAGES as u8;
            let found = all_lines(&pages[page as usize]).filter(move |&(line, _)| recurs(line));
            found.map(move |(line, bytes)| Bearer {
                line,
                source,
                rank,
                page,
                bytes,
            })
        })
        .collect();
    entries.par_sort_unstable();
    entries.dedup_by_key(|bearer| (bearer.line, bearer.page));
    entries
}

/// Everything of a page that may recur, with its bytes.
fn all_lines(page: &Page) -> impl Iterator<Item = (u64, u32)> {
    let phrases = page.phrases.iter().map(|&phrase| (as_line(phrase), 0));
    page.lines
        .iter()
        .chain(&page.masked)
        .copied()
        .chain(phrases)
}

struct Judged {
    line: u64,
    source: u64,
    learned: Learned,
}

/// Judges a line in the whole dump, and in each source that bears it.
fn judge(bearers: &[Bearer], pages: &[Page], sizes: &AHashMap<u64, u32>) -> Vec<Judged> {
    let mut found = Vec::new();
    if bearers.len() < UNLIKE_PAGES {
        return found;
    }
    let line = bearers[0].line;
    for own in bearers.chunk_by(|a, b| a.source == b.source) {
        let source = own[0].source;
        if source != 0 && own.len() >= UNLIKE_PAGES {
            found.extend(
                evidence(own, pages, (sizes[&source], UNLIKE_PAGES)).map(|learned| Judged {
                    line,
                    source,
                    learned,
                }),
            );
        }
    }
    let mut all = bearers.to_vec();
    all.sort_unstable_by_key(|bearer| bearer.rank);
    let is_phrase = all[0].bytes == 0;
    let enough = if is_phrase {
        UNLIKE_PAGES_OF_PHRASE
    } else {
        UNLIKE_PAGES
    };
    found.extend(
        evidence(&all, pages, (sizes[&0], enough)).map(|learned| Judged {
            line,
            source: 0,
            learned,
        }),
    );
    found
}

/// What the pages that bear a line, in the order of their content hash, say of it in a scope of `size` pages:
/// it is furniture if it stands on `enough` that are unlike each other.
fn evidence(bearers: &[Bearer], pages: &[Page], (size, enough): (u32, usize)) -> Option<Learned> {
    let count = bearers.len() as u32;
    let prose = bearers[0].bytes > PROSE_BYTES;
    if prose && count * 20 < size {
        return None;
    }
    let mut unlike: Vec<&Page> = Vec::with_capacity(enough);
    for bearer in bearers.iter().take(SAMPLE) {
        let page = &pages[bearer.page as usize];
        if unlike.iter().all(|other| !alike(page, other)) {
            unlike.push(page);
        }
        if unlike.len() == enough {
            let evidence = if count * 50 >= size {
                Evidence::Strong
            } else {
                Evidence::Weak
            };
            return Some(Learned {
                evidence,
                pages: count,
            });
        }
    }
    None
}

/// Whether two pages are one article again.
fn alike(a: &Page, b: &Page) -> bool {
    let one_title = a.title != 0 && a.title == b.title;
    a.windows.containment(&b.windows)
        >= if one_title {
            ALIKE_UNDER_ONE_TITLE
        } else {
            ALIKE
        }
}

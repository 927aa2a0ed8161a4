//! Judging: whether the pages that bear a line are unlike, so that the line is furniture and not an article again.

use std::borrow::Cow;
use std::sync::{Mutex, PoisonError};

use ahash::{AHashMap, RandomState};

use super::learn::{Bearer, Distinct, Evidence, Learned};
use super::page::containment;
use super::pages::{Pages, drawn_of, title_of};
use crate::error::Result;
use crate::fingerprint::mix;
use crate::spill::Room;

/// A line must stand on this many pages that are unlike each other.
pub(super) const UNLIKE_PAGES: usize = 3;
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

/// What kind of line it is: a phrase, which has no bytes of its own, a short line, or prose.
pub(super) fn class_of(bytes: u32) -> u32 {
    match bytes {
        0 => PHRASE,
        bytes if bytes > PROSE_BYTES => PROSE,
        _ => SHORT,
    }
}

const PHRASE: u32 = 0;
const SHORT: u32 = 1;
const PROSE: u32 = 2;

/// What was found of a line in one scope.
pub(super) struct Judged {
    pub(super) line: u64,
    /// The number of the source; 0 for the whole dump.
    pub(super) source: u32,
    pub(super) learned: Learned,
}

/// Judges lines by the pages that bear them.
pub(super) struct Judge<'a> {
    pages: &'a Pages,
    distinct: &'a Distinct,
    /// How many different pages there are of each source, and under 0 in all.
    sizes: &'a [u32],
    /// What was found of pages before: all lines of an article stand on the same ones.
    known: [Mutex<AHashMap<u64, bool>>; SHELVES],
    /// How many answers a shelf keeps.
    most: usize,
    hasher: RandomState,
}

const SHELVES: usize = 64;

impl<'a> Judge<'a> {
    pub(super) fn new(
        pages: &'a Pages,
        distinct: &'a Distinct,
        sizes: &'a [u32],
        room: &Room,
    ) -> Judge<'a> {
        // A sixteenth of the room for all of them.
        let most = room.limit() / (16 * 32 * SHELVES as u64);
        Judge {
            pages,
            distinct,
            sizes,
            known: std::array::from_fn(|_| Mutex::default()),
            most: usize::try_from(most).unwrap_or(usize::MAX),
            hasher: RandomState::new(),
        }
    }

    /// Judges a line in the whole dump, and in each source that bears it.
    pub(super) fn judge(&self, bearers: &[Bearer], found: &mut Vec<Judged>) -> Result<()> {
        if bearers.len() < UNLIKE_PAGES {
            return Ok(());
        }
        let Bearer { line, .. } = bearers[0];
        for own in bearers.chunk_by(|a, b| a.source() == b.source()) {
            let source = own[0].source();
            if source != 0 && own.len() >= UNLIKE_PAGES {
                let mut ranks = [0; SAMPLE];
                let ranks = &mut ranks[..own.len().min(SAMPLE)];
                let first = ranks.iter_mut().zip(own);
                first.for_each(|(rank, bearer)| *rank = bearer.rank);
                let scope = (own.len(), self.sizes[source as usize], UNLIKE_PAGES);
                let learned = self.evidence(own[0].class(), ranks, scope)?;
                found.extend(learned.map(|learned| Judged {
                    line,
                    source,
                    learned,
                }));
            }
        }
        let mut ranks: Vec<u32> = bearers.iter().map(|bearer| bearer.rank).collect();
        if ranks.len() > SAMPLE {
            ranks.select_nth_unstable(SAMPLE);
            ranks.truncate(SAMPLE);
        }
        ranks.sort_unstable();
        let enough = if bearers[0].class() == PHRASE {
            UNLIKE_PAGES_OF_PHRASE
        } else {
            UNLIKE_PAGES
        };
        let scope = (bearers.len(), self.sizes[0], enough);
        let learned = self.evidence(bearers[0].class(), &ranks, scope)?;
        found.extend(learned.map(|learned| Judged {
            line,
            source: 0,
            learned,
        }));
        Ok(())
    }

    /// What the pages that bear a line say of it in a scope of `size` pages, given those of smallest content hash: it is
    /// furniture if it stands on `enough` that are unlike each other.
    fn evidence(
        &self,
        class: u32,
        ranks: &[u32],
        (count, size, enough): (usize, u32, usize),
    ) -> Result<Option<Learned>> {
        let count = count as u32;
        if class == PROSE && count * 20 < size || !self.are_unlike(ranks, enough)? {
            return Ok(None);
        }
        let evidence = if count * 50 >= size {
            Evidence::Strong
        } else {
            Evidence::Weak
        };
        Ok(Some(Learned {
            evidence,
            pages: count,
        }))
    }

    /// Whether `enough` of these pages are unlike each other.
    fn are_unlike(&self, ranks: &[u32], enough: usize) -> Result<bool> {
        if ranks.len() < enough {
            return Ok(false);
        }
        let key = mix(self.hasher.hash_one(ranks) ^ enough as u64);
        let shelf = || {
            self.known[key as usize % SHELVES]
                .lock()
                .unwrap_or_else(PoisonError::into_inner)
        };
        if let Some(&known) = shelf().get(&key) {
            return Ok(known);
        }
        let found = self.compare(ranks, enough)?;
        let mut shelf = shelf();
        if shelf.len() < self.most {
            shelf.insert(key, found);
        }
        Ok(found)
    }

    fn compare(&self, ranks: &[u32], enough: usize) -> Result<bool> {
        let mut unlike: Vec<Cow<'_, [u32]>> = Vec::with_capacity(enough);
        for &rank in ranks {
            let page = self.pages.sample(self.distinct.pages[rank as usize])?;
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

/// Whether two pages, known by their samples, are one article again.
fn alike(a: &[u32], b: &[u32]) -> bool {
    let one_title = title_of(a) != 0 && title_of(a) == title_of(b);
    containment(drawn_of(a), drawn_of(b))
        >= if one_title {
            ALIKE_UNDER_ONE_TITLE
        } else {
            ALIKE
        }
}

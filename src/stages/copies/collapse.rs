//! Identical articles by class, and the parts of a class that may all be copies of each other.

use ahash::AHashMap;
use rayon::prelude::*;
use zerocopy::{FromBytes, Immutable, IntoBytes};

use crate::config::{Config, Within};
use crate::corpus::{ArticleId, Entry, Register, SourceId, Timestamp};
use crate::error::Result;
use crate::kernel::Identity;
use crate::spill::{Column, Keyed, MemoryBudget, Sorted, Sorter};
use crate::stages::fingerprint::Fingerprint;

/// An article by the class of its text, and by the part of the class.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, FromBytes, IntoBytes, Immutable)]
#[repr(C)]
pub(super) struct ArticleText {
    pub(super) class: Identity,
    /// The part, above one bit that says that the class is not named after the article's own text.
    part_and_other: u32,
    pub(super) article: ArticleId,
}

impl Keyed for ArticleText {
    fn key(&self) -> u64 {
        self.class.first
    }
}

impl ArticleText {
    pub(super) fn part(&self) -> u32 {
        self.part_and_other >> 1
    }

    fn is_other(&self) -> bool {
        self.part_and_other & 1 == 1
    }

    fn set_part(&mut self, part: u32) {
        self.part_and_other = part << 1 | self.part_and_other & 1;
    }
}

/// The article whose fingerprint a text takes.
///
/// Of byte-identical pages cleaned in different ways, the class is named after one; that one's print serves. Where several
/// do, the first published, which hangs on the records and not on their order.
pub(super) fn first(bearers: &[ArticleText], register: &Register) -> ArticleId {
    if let [only] = bearers {
        return only.article;
    }
    let rank = |bearer: &&ArticleText| {
        let entry = register.entry(bearer.article as usize);
        (
            bearer.is_other(),
            entry.published.is_none(),
            entry.published,
            entry.record_hash,
            bearer.article,
        )
    };
    bearers
        .iter()
        .min_by_key(rank)
        .map_or(0, |bearer| bearer.article)
}

/// An article by its page.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, FromBytes, IntoBytes, Immutable)]
#[repr(C)]
struct OnPage {
    page: Identity,
    tokens: u32,
    pub(super) article: ArticleId,
    text: Identity,
}

impl Keyed for OnPage {
    fn key(&self) -> u64 {
        self.page.first
    }
}

/// All articles by class: the identity of the text, or where a page has no tokens, the page's own.
///
/// Byte-identical pages take the identity of the text of whichever of them kept the most tokens.
pub(super) fn bearers(
    prints: &Column<Fingerprint>,
    budget: &MemoryBudget,
) -> Result<Sorted<ArticleText>> {
    let by_page = Sorter::new(budget);
    let pieces = (0..prints.pieces()).into_par_iter();
    pieces.try_for_each_init(Vec::new, |buffer, piece| {
        let (start, prints) = prints.piece(piece, buffer)?;
        let on_page = |(article, print): (usize, &Fingerprint)| OnPage {
            page: print.page,
            tokens: print.tokens,
            article: article as u32,
            text: print.text,
        };
        by_page.push((start..).zip(prints).map(on_page).collect())
    })?;
    let by_class = Sorter::new(budget);
    by_page.finish()?.scan(|piece| {
        let mut bearers = Vec::with_capacity(piece.len());
        for same in piece.chunk_by(|a, b| a.page == b.page) {
            let best = same.iter().map(|it| (it.tokens, it.text)).max();
            let class = match best {
                None | Some((0, _)) => same[0].page,
                Some((_, text)) => text,
            };
            bearers.extend(same.iter().map(|it| ArticleText {
                class,
                part_and_other: u32::from(it.text != class),
                article: it.article,
            }));
        }
        by_class.push(bearers)
    })?;
    by_class.finish()
}

/// Splits one class of identical articles into parts whose members may all be copies of each other.
pub(super) fn part(class: &mut [ArticleText], register: &Register, config: &Config) {
    // By source where copies are of one source; then by time, each part starting at the first it can still hold.
    class.sort_by_cached_key(|&ArticleText { article, .. }| {
        let entry = register.entry(article as usize);
        let name = match config.within {
            Some(Within::Source) => register.source(article as usize).map(str::to_owned),
            _ => None,
        };
        (
            name,
            entry.published.is_none(),
            entry.published,
            entry.record_hash,
            article,
        )
    });
    let mut open: Vec<Part> = Vec::new();
    // The first part that a source may still join, where a part takes one article of each.
    let mut free: AHashMap<Option<SourceId>, usize> = AHashMap::new();
    for bearer in class {
        let Entry {
            source, published, ..
        } = register.entry(bearer.article as usize);
        let own = Part {
            first: published,
            source,
        };
        let apart = config.within == Some(Within::AcrossSources) && source.is_some();
        let from = if apart {
            free.get(&source).copied().unwrap_or(0)
        } else {
            0
        };
        let fits = |part: &Part| part.takes(&own, config);
        let place = if apart {
            open[from..].iter().position(fits).map(|at| from + at)
        } else {
            open.iter().rposition(fits)
        };
        let place = place.unwrap_or(open.len());
        if place == open.len() {
            open.push(own);
        }
        free.insert(source, place + 1);
        bearer.set_part(place as u32);
    }
}

/// Identical articles that may be copies of each other: what its first was.
struct Part {
    first: Option<Timestamp>,
    source: Option<SourceId>,
}

impl Part {
    fn takes(&self, other: &Part, config: &Config) -> bool {
        let near = match (self.first, other.first, config.copy_window) {
            (Some(first), Some(time), Some(window)) => time.0.abs_diff(first.0) <= window,
            _ => true,
        };
        near && (config.within != Some(Within::Source) || self.source == other.source)
    }
}

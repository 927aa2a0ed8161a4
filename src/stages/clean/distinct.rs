//! Distinct pages: which pages count where something is learned, since byte-identical ones prove nothing.
//!
//! Of the pages of one content one of each source counts for its source, and one for the whole dump. Pages of one content
//! and source are interchangeable, so nothing that is learned depends on the order of the input.

use ahash::{AHashMap, AHashSet};
use rayon::prelude::*;

use super::pages::Pages;
use crate::error::{Error, Result};
use crate::spill::{Hashed, MemoryBudget, Reservation, Sorter};

/// The different contents and pages of a dump.
pub(super) struct Distinct {
    /// A page of each content, in the order of content hash.
    pub(super) pages: Vec<u32>,
    /// The place of each page's content in that order; [`COPY`] for a page that does not count.
    ranks: Vec<u32>,
    _reserved: Reservation,
}

const COPY: u32 = u32::MAX;

impl Distinct {
    /// Finds the pages that count, and counts them in the sizes of their sources.
    pub(super) fn new(
        pages: &Pages,
        sources: &mut Sources,
        budget: &MemoryBudget,
    ) -> Result<Distinct> {
        let sorter = Sorter::new(budget);
        (0..pages.pieces()).into_par_iter().try_for_each(|piece| {
            let mut contents = Vec::new();
            pages.visit(piece, &mut Vec::new(), |page, leaf| {
                let source = sources.numbers[&leaf.source()];
                contents.push(Hashed {
                    hash: leaf.content(),
                    number: u64::from(source) << 32 | u64::from(page),
                });
            })?;
            sorter.push(contents)
        })?;
        let _reserved = budget.reserve(8 * pages.len() as u64)?;
        let mut distinct = Distinct {
            pages: Vec::with_capacity(pages.len()),
            ranks: vec![COPY; pages.len()],
            _reserved,
        };
        sorter.finish()?.scan(|piece| {
            for same in piece.chunk_by(|a, b| a.hash == b.hash) {
                let rank = distinct.pages.len() as u32;
                distinct.pages.push(same[0].number as u32);
                sources.sizes[0] += 1;
                for copies in same.chunk_by(|a, b| a.number >> 32 == b.number >> 32) {
                    let (source, page) = (copies[0].number >> 32, copies[0].number as u32);
                    distinct.ranks[page as usize] = rank;
                    if source != 0 {
                        sources.sizes[source as usize] += 1;
                    }
                }
            }
            Ok(())
        })?;
        Ok(distinct)
    }

    /// The place of a page's content in the order of content hash, if the page counts for its source.
    pub(super) fn rank(&self, page: u32) -> Option<u32> {
        Some(self.ranks[page as usize]).filter(|&rank| rank != COPY)
    }

    /// Whether a page that counts for its source counts for the whole dump.
    pub(super) fn is_first(&self, page: u32, rank: u32) -> bool {
        self.pages[rank as usize] == page
    }
}

/// The sources of a dump, numbered from 1 in the order of their hashes; 0 is none, or all.
pub(super) struct Sources {
    pub(super) hashes: Vec<u64>,
    pub(super) numbers: AHashMap<u64, u32>,
    /// How many different pages there are of each; under 0, how many different contents in all.
    pub(super) sizes: Vec<u32>,
}

impl Sources {
    /// The sources of all pages, whose sizes are not known yet.
    pub(super) fn new(pages: &Pages) -> Result<Sources> {
        let all = (0..pages.pieces())
            .into_par_iter()
            .try_fold(AHashSet::<u64>::new, |mut all, piece| {
                pages.visit(piece, &mut Vec::new(), |_, leaf| {
                    all.insert(leaf.source());
                })?;
                Ok(all)
            })
            .try_reduce(AHashSet::new, |mut all, part| {
                all.extend(part);
                Ok::<_, Error>(all)
            })?;
        let mut hashes: Vec<u64> = all.into_iter().filter(|&source| source != 0).collect();
        hashes.sort_unstable();
        hashes.insert(0, 0);
        Ok(Sources {
            numbers: hashes.iter().copied().zip(0..).collect(),
            sizes: vec![0; hashes.len()],
            hashes,
        })
    }
}

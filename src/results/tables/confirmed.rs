//! Who confirms a story: how many sources tell it, and how many of its reports do not repeat one another.

use rayon::prelude::*;

use crate::pipeline::Clustering;
use crate::spill::Reservation;
use crate::stages::copies::CopyRelation;

/// The counts of every story.
#[derive(Debug)]
pub(super) struct Confirmed {
    /// Of each story of several articles: its lead, how many sources it has, and how many copy groups. By lead.
    of_several: Vec<(u32, u32, u32)>,
    _reserved: Reservation,
}

/// Stands for the source of an article that names none; it comes after all others.
const NONE: u32 = u32::MAX;

impl Confirmed {
    /// Counts the sources and the copy groups of every story. Articles without a source count for none.
    pub(super) fn of(found: &Clustering) -> Confirmed {
        let is_of_several = |article: &usize| found.stories.of(*article).articles > 1;
        let source = |article: usize| found.register.entry(article).source;
        let mut told: Vec<(u32, u32, bool)> = (0..found.register.len())
            .filter(is_of_several)
            .map(|article| {
                let stands = found.groups.of(article).relation == CopyRelation::Representative;
                let source = source(article).map_or(NONE, |source| source.0);
                (found.stories.of(article).lead, source, stands)
            })
            .collect();
        let working = found.budget.reserve_anyway(12 * told.len() as u64);
        told.par_sort_unstable();
        let count = |story: &[(u32, u32, bool)]| {
            let sources = story.chunk_by(|a, b| a.1 == b.1);
            let known = sources.filter(|source| source[0].1 != NONE).count();
            let groups = story.iter().filter(|article| article.2).count();
            (story[0].0, known as u32, groups as u32)
        };
        let of_several: Vec<(u32, u32, u32)> =
            told.chunk_by(|a, b| a.0 == b.0).map(count).collect();
        drop(working);
        Confirmed {
            _reserved: found.budget.reserve_anyway(12 * of_several.len() as u64),
            of_several,
        }
    }

    /// How many sources the story of this lead has, and how many copy groups.
    pub(super) fn story(&self, lead: u32, found: &Clustering) -> (u32, u32) {
        match self.of_several.binary_search_by_key(&lead, |story| story.0) {
            Ok(at) => (self.of_several[at].1, self.of_several[at].2),
            Err(_) => {
                let source = found.register.entry(lead as usize).source;
                (u32::from(source.is_some()), 1)
            }
        }
    }
}

//! Stories in stages: what one run learns and links of the representatives of all copy groups, in shares.
//!
//! | stage | share | what is made of a share |
//! |---|---|---|
//! | `titles` | part of titles | what recurs beside unlike parts; how many items forms have |
//! | `nodes` | text | the representatives, with their articles |
//! | `title-table`, `inside` | one | furniture of titles, and where slices of time end |
//! | `languages` | one | the languages of the dump, of a sample |
//! | `frequencies`, `frequency-table` | slot, one | in how many articles words stand |
//! | `drafts` | – | representatives weighed, but for pairs of words |
//! | `pair-counts`, `pair-table` | slot, one | in how many articles pairs stand |
//! | `vectors` | – | representatives weighed |
//! | `story-keys` | key | representatives that meet |
//! | `story-pairs` | slice of time | the pairs that each keeps |
//! | `slices`, `slices-across` | slice of time | pairs compared |
//! | `fading` | one | how scores fade with time |
//! | `story-components` | one | which representatives hang together |
//! | `link` | component | stories, with their leads and labels |
//!
//! What is learned goes in rounds, each of which asks something of every part: see [`Learned`].

mod link;
mod nodes;
mod rounds;
mod slices;
mod tables;
mod titles;
mod weigh;

use super::{Job, MapReduce};
use crate::error::Result;
#[cfg(doc)]
use crate::stages::stories::Learned;
use crate::stages::stories::StoryCounts;

pub(super) use tables::StoryTables;

/// So many representatives are compared by one task, which holds about a kilobyte of each: the longer a slice of time, the fewer are lent
/// from one to another.
pub(super) const SLICE: u64 = 1 << 19;

impl Job {
    /// Whether stages find stories: where they are asked for, and nobody says which articles tell one.
    pub(super) fn tells_stories(&self) -> bool {
        !self.config.copies_only && self.config.links.is_empty()
    }

    /// How stories were found, of which so many pairs may be joined.
    pub(super) fn story_counts(&self, linked: u64) -> Result<StoryCounts> {
        let [keys, buckets, largest_bucket, candidates] = self.scale()?.counts();
        Ok(StoryCounts {
            representatives: self.languages_known()?.representatives() as usize,
            languages: self.finishing()?.len(),
            keys: keys as usize,
            buckets: buckets as usize,
            largest_bucket: largest_bucket as usize,
            candidates: candidates as usize,
            linked: linked as usize,
        })
    }

    /// A stage of stories.
    pub(super) fn story_stage(&self, name: &str) -> Option<Box<dyn MapReduce + '_>> {
        let table = |from| Box::new(rounds::Table(self, from));
        Some(match name {
            "titles" => Box::new(titles::Titles(self)),
            "nodes" => Box::new(nodes::Nodes(self)),
            "title-table" => Box::new(titles::TitleTable(self)),
            "inside" => Box::new(titles::Inside(self)),
            "languages" => Box::new(rounds::Languages(self)),
            "frequencies" => Box::new(rounds::Frequencies(self)),
            "frequency-table" => table(3),
            "drafts" => Box::new(weigh::Drafts(self)),
            "pair-counts" => Box::new(rounds::Merged(self)),
            "pair-table" => table(4),
            "vectors" => Box::new(weigh::Vectors(self)),
            "story-keys" => Box::new(slices::Keys(self)),
            "story-pairs" => Box::new(slices::Pairs(self)),
            "slices" => Box::new(slices::Slices(self)),
            "slices-across" => Box::new(slices::Across(self)),
            "fading" => Box::new(slices::Fading(self)),
            "story-components" => Box::new(link::Components(self)),
            "link" => Box::new(link::Link(self)),
            _ => return None,
        })
    }
}

//! What the representatives of a dump are known by, in files that every task reads.

use std::sync::OnceLock;

use ahash::AHashMap;

use crate::error::Result;
use crate::products::staged::Job;
use crate::products::staged::tables::{damaged, known, read, write};
use crate::stages::stories::Learned;
use crate::stages::stories::shares::{Languages, NodeRef, Scale};

/// What was read of the tables.
#[derive(Default)]
pub(in crate::products::staged) struct StoryTables {
    titles: OnceLock<Learned>,
    languages: OnceLock<Learned>,
    frequencies: OnceLock<Learned>,
    drafting: OnceLock<Languages>,
    finishing: OnceLock<Languages>,
    ends: OnceLock<Vec<SliceEnd>>,
    scale: OnceLock<Scale>,
    labels: OnceLock<AHashMap<u64, u64>>,
}

/// Where a slice ends, in the order of representatives: before this time, and of those of the time before these texts.
pub(super) type SliceEnd = (Option<i64>, u64);

const ENDS: &str = "slices";
const SCALE: &str = "fading";
const LABELS: &str = "story-labels";

impl Job {
    /// What is known after so many rounds of learning.
    pub(super) fn learned(&self, rounds: usize) -> Result<Learned> {
        if rounds == 0 {
            return Ok(Learned::default());
        }
        let path = self.path(&format!("learned-{rounds}"));
        let bytes: Vec<u8> = read(&path)?;
        Learned::from_bytes(&bytes).ok_or_else(|| damaged(&path))
    }

    pub(super) fn keep_learned(&self, rounds: usize, learned: &Learned) -> Result<()> {
        write(
            &self.path(&format!("learned-{rounds}")),
            &learned.to_bytes(),
        )
    }

    /// What parts of titles may be furniture.
    pub(super) fn titles_known(&self) -> Result<&Learned> {
        known(&self.stories.titles, || self.learned(1))
    }

    /// What is furniture of titles.
    pub(super) fn titles_judged(&self) -> Result<&Learned> {
        known(&self.stories.languages, || self.learned(2))
    }

    /// What languages there are.
    pub(super) fn languages_known(&self) -> Result<&Learned> {
        known(&self.stories.frequencies, || self.learned(3))
    }

    /// What articles are weighed by, but for their pairs.
    pub(super) fn drafting(&self) -> Result<&Languages> {
        known(&self.stories.drafting, || {
            Ok(Languages::of(self.learned(4)?))
        })
    }

    /// The same with pairs.
    pub(super) fn finishing(&self) -> Result<&Languages> {
        known(&self.stories.finishing, || {
            Ok(Languages::of(self.learned(5)?))
        })
    }

    /// The slice that a representative is at home in, of as many as there are shares.
    pub(super) fn home(&self) -> Result<impl Fn(&NodeRef) -> u32 + use<'_>> {
        let ends = known(&self.stories.ends, || read(&self.path(ENDS)))?;
        Ok(|node: &NodeRef| ends.partition_point(|end| *end <= (node.time, node.text.0)) as u32)
    }

    pub(super) fn keep_slices(&self, ends: &[SliceEnd]) -> Result<()> {
        write(&self.path(ENDS), &ends)
    }

    /// What scores are measured by.
    pub(super) fn scale(&self) -> Result<&Scale> {
        known(&self.stories.scale, || read(&self.path(SCALE)))
    }

    pub(super) fn keep_scale(&self, scale: &Scale) -> Result<()> {
        write(&self.path(SCALE), scale)
    }

    /// Which representatives hang together, by a number that all of them have; those that do with none are absent.
    pub(super) fn story_labels(&self) -> Result<&AHashMap<u64, u64>> {
        known(&self.stories.labels, || {
            let labels: Vec<(u64, u64)> = read(&self.path(LABELS))?;
            Ok(labels.into_iter().collect())
        })
    }

    pub(super) fn keep_story_labels(&self, labels: &[(u64, u64)]) -> Result<()> {
        write(&self.path(LABELS), &labels)
    }
}

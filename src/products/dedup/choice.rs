//! What is asked for: which records are kept, and which go first where not all are.

use crate::config::{Config, Keep};
use crate::error::{ErrorKind, Result};
use crate::output::{ClusterRow, Relation};
use crate::stages::copies::Kind;

/// Of what one record is kept.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum OnePer {
    /// Of each copy group: its representative.
    #[default]
    Copy,
    /// Of each story: its lead.
    Story,
}

impl OnePer {
    /// Whether the record of a row stands for its copies, or leads its story.
    pub(crate) fn stands(self, row: &ClusterRow<'_>) -> bool {
        match self {
            OnePer::Copy => row.article_id == row.copy_id,
            OnePer::Story => row.relation == Relation::Lead,
        }
    }

    /// The id that all records of one copy group, or of one story, have in common.
    pub(super) fn group<'r>(self, row: &ClusterRow<'r>) -> &'r str {
        match self {
            OnePer::Copy => row.copy_id,
            OnePer::Story => row.story_id,
        }
    }
}

/// Which records are kept. By default one of each copy group, and nothing else is left out.
#[derive(Clone, Debug, Default)]
pub struct Choice {
    /// Of what one record is kept.
    pub one_per: OnePer,
    /// The kinds of records that are left out altogether. Where what stands for a group is left out so, the next of its
    /// group is kept in its place, if that is of a kind that stays.
    pub drop: Vec<Kind>,
    /// How many records are kept of each form and of each notice, at most; `None` for any number.
    pub max_per_form: Option<u32>,
    /// Which records go first where not all of a form, or of a group without its representative, are kept: those that
    /// [`Config::prefer`] and [`Config::keep`] name first, then the longest, then by content and by id.
    pub keep: Keep,
    /// See [`Choice::keep`].
    pub prefer: Vec<String>,
}

impl Choice {
    /// One record of each copy group or story, with the preferences of a run's settings.
    pub fn new(one_per: OnePer, config: &Config) -> Choice {
        Choice {
            one_per,
            keep: config.keep,
            prefer: config.prefer.clone(),
            ..Choice::default()
        }
    }

    /// Checks that something is kept.
    ///
    /// # Errors
    ///
    /// [`ErrorKind::Setting`] where articles would be left out, or no item of any form kept.
    pub fn check(&self) -> Result<()> {
        let refused = |name, value: &str, expected: &str| {
            Err(ErrorKind::Setting {
                name,
                value: value.to_owned(),
                expected: expected.to_owned(),
            }
            .into())
        };
        if self.drop.contains(&Kind::Article) {
            return refused("--drop", "article", DROPPABLE);
        }
        if self.max_per_form == Some(0) {
            return refused(
                "--max-per-form",
                "0",
                "1 or more; --drop notice,form keeps none",
            );
        }
        Ok(())
    }

    /// Whether records of a kind are left out.
    pub(super) fn drops(&self, kind: Option<Kind>) -> bool {
        kind.is_some_and(|kind| self.drop.contains(&kind))
    }

    /// Whether it hangs on what kind of record a row is.
    pub(super) fn asks_for_kinds(&self) -> bool {
        !self.drop.is_empty() || self.max_per_form.is_some()
    }
}

/// What may be named as a kind that is left out.
const DROPPABLE: &str = "a list of notice, empty and form: articles are what is kept";

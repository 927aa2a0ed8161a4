//! Whether a clusters table is whole and says nothing that cannot be: one that was edited or cut may name what it does not
//! have, and whoever believed it would leave records out for nothing.

use std::path::Path;

use ahash::{AHashMap, AHashSet};
use xxhash_rust::xxh3::xxh3_128;

use crate::error::{Error, Result};
use crate::output::table::table_error;
use crate::output::{ClusterRow, Relation};

/// What the rows of a table said so far.
pub(super) struct Soundness<'p> {
    path: &'p Path,
    /// For each id whether it is its own representative, and whether it leads its own story.
    ids: AHashMap<u128, (bool, bool)>,
    /// The representatives and leads that rows name, each with the first line that does.
    copies: AHashMap<u128, u64>,
    stories: AHashMap<u128, u64>,
    places: AHashSet<(u32, u64)>,
}

impl<'p> Soundness<'p> {
    pub(super) fn of(path: &'p Path) -> Soundness<'p> {
        Soundness {
            path,
            ids: AHashMap::new(),
            copies: AHashMap::new(),
            stories: AHashMap::new(),
            places: AHashSet::new(),
        }
    }

    /// Notes a row, and its input where that is known.
    pub(super) fn note(
        &mut self,
        line: u64,
        input: Option<u32>,
        row: &ClusterRow<'_>,
    ) -> Result<()> {
        let wrong = |reason: String| Err(table_error(self.path, line, reason));
        let is_own = row.article_id == row.copy_id;
        let is_lead = row.article_id == row.story_id;
        let says = match row.relation {
            Relation::Lead => is_own && is_lead,
            Relation::Related => is_own && !is_lead,
            Relation::Exact | Relation::Near | Relation::Excerpt => !is_own,
        };
        if !says {
            return wrong(format!(
                "the relation of \"{}\" is {}, which its copy_id and story_id do not say",
                row.article_id, row.relation
            ));
        }
        let hash = |id: &str| xxh3_128(id.as_bytes());
        let known = self.ids.insert(hash(row.article_id), (is_own, is_lead));
        if known.is_some() {
            return wrong(format!(
                "the article_id \"{}\" stood in a line before",
                row.article_id
            ));
        }
        if let Some(input) = input
            && !self.places.insert((input, row.record))
        {
            return wrong(format!(
                "{}:{} stood in a line before",
                row.input, row.record
            ));
        }
        self.copies.entry(hash(row.copy_id)).or_insert(line);
        self.stories.entry(hash(row.story_id)).or_insert(line);
        Ok(())
    }

    /// Fails if a row names what the table does not have.
    pub(super) fn finish(self) -> Result<()> {
        let of = |id: &u128| self.ids.get(id).copied().unwrap_or((false, false));
        let copies = self.copies.iter().filter(|(id, _)| !of(id).0);
        let stories = self.stories.iter().filter(|(id, _)| !of(id).1);
        let first_copy = copies.map(|(_, &line)| line).min();
        let first_story = stories.map(|(_, &line)| line).min();
        match (first_copy, first_story) {
            (None, None) => Ok(()),
            (Some(line), story) if story.is_none_or(|story| line <= story) => {
                Err(self.unknown(line, "copy_id", "stands for itself"))
            }
            (_, line) => Err(self.unknown(line.unwrap_or(1), "story_id", "leads its story")),
        }
    }

    fn unknown(&self, line: u64, column: &str, what: &str) -> Error {
        let reason = format!("the {column} names no row of the table that {what}");
        table_error(self.path, line, reason)
    }
}

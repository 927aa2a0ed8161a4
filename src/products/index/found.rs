//! What was decided of a dump that was held against an index, as rows.

use std::sync::Arc;

use ahash::{AHashMap, AHashSet};

use super::Index;
use super::articles::{Articles, Head, Record};
use super::intake::{Came, TakenIn};
use super::pairs::MetPair;
use super::rows::{Members, NO_FORM, Row, Rows};
use super::shown::IndexRow;
use crate::corpus::{Place, ReadReport, Timestamp};
use crate::error::Result;
use crate::kernel::Share;
use crate::output::Relation;
use crate::stages::copies;

impl Index {
    /// All that is there, as if it were a dump.
    pub fn table(&self) -> Compared<'_> {
        let all = self.rows.there().map(|number| Came {
            place: Place::default(),
            number,
            is_known: false,
        });
        let came = all.collect();
        Compared::of(
            self,
            (None, Arc::clone(&self.rows)),
            (came, ReadReport::default()),
        )
    }
}

/// A dump that was held against an index.
pub struct Compared<'i> {
    pub(super) index: &'i Index,
    /// Those that the index does not have; none where it is shown as it is.
    pub(super) new: Option<Articles>,
    /// The number of the first of them.
    pub(super) first: u32,
    pub(super) came: Vec<Came>,
    pub(super) rows: Arc<Rows>,
    pub(super) groups: Arc<Members>,
    pub(super) stories: Arc<Members>,
    /// How many articles each story had before.
    before: Arc<AHashMap<u32, u32>>,
    /// The keys of stories that others became part of.
    merged: AHashSet<u32>,
    read: ReadReport,
    /// The similar pairs of new articles.
    pub(super) pairs: Vec<MetPair>,
}

impl<'i> Compared<'i> {
    pub(super) fn new(
        index: &'i Index,
        taken: TakenIn,
        (rows, pairs): (Rows, Vec<MetPair>),
    ) -> Compared<'i> {
        let TakenIn {
            articles,
            came,
            read,
            ..
        } = taken;
        let rows = (Some(articles), Arc::new(rows));
        Compared {
            pairs,
            ..Compared::of(index, rows, (came, read))
        }
    }

    pub(super) fn of(
        index: &'i Index,
        (new, rows): (Option<Articles>, Arc<Rows>),
        (came, read): (Vec<Came>, ReadReport),
    ) -> Compared<'i> {
        let is_as_it_was = Arc::ptr_eq(&index.rows, &rows);
        let mut merged = AHashSet::new();
        for number in index.rows.there().take_while(|_| !is_as_it_was) {
            let (was, is) = (index.row(number).story, rows.rows[number as usize].story);
            if was != is {
                merged.insert(is);
            }
        }
        let (groups, stories) = match is_as_it_was {
            true => (Arc::clone(index.groups()), Arc::clone(index.stories())),
            false => (
                Arc::new(rows.by(|row| row.group)),
                Arc::new(rows.by(|row| row.story)),
            ),
        };
        Compared {
            before: Arc::clone(index.sizes()),
            groups,
            stories,
            merged,
            index,
            first: index.manifest.articles,
            new,
            came,
            rows,
            read,
            pairs: Vec::new(),
        }
    }

    /// How many articles the dump has.
    pub fn len(&self) -> usize {
        self.came.len()
    }

    /// Whether it has none.
    pub fn is_empty(&self) -> bool {
        self.came.is_empty()
    }

    /// What reading met besides articles.
    pub fn read(&self) -> &ReadReport {
        &self.read
    }

    /// Where an article was read.
    pub fn place(&self, at: usize) -> Place {
        self.came[at].place
    }

    /// How many articles are new to the index.
    pub fn new_articles(&self) -> usize {
        self.new.as_ref().map_or(0, |new| new.len() as usize)
    }

    /// The file of an article, and its place in it.
    fn place_of(&self, number: u32) -> Result<(&Articles, u32)> {
        match &self.new {
            Some(new) if number >= self.first => Ok((new, number - self.first)),
            _ => self.index.place(number),
        }
    }

    pub(super) fn with<T>(&self, number: u32, read: impl FnOnce(&Record<'_>) -> T) -> Result<T> {
        let (file, at) = self.place_of(number)?;
        let block = file.near(at)?;
        Ok(read(&file.record(at, &block)?))
    }

    pub(super) fn id(&self, number: u32) -> Result<String> {
        let (file, at) = self.place_of(number)?;
        file.id(at)
    }

    pub(super) fn head(&self, number: u32) -> Option<&Head> {
        let (file, at) = self.place_of(number).ok()?;
        file.head(at)
    }

    fn source(&self, number: u32) -> u64 {
        self.head(number).map_or(0, |head| head.source)
    }

    /// When an article was published.
    pub(super) fn published(&self, number: u32) -> Option<Timestamp> {
        self.head(number)?.published()
    }

    /// The articles of the dump, by number, ascending.
    pub(super) fn numbers(&self) -> Vec<u32> {
        let mut numbers: Vec<u32> = self.came.iter().map(|came| came.number).collect();
        numbers.sort_unstable();
        numbers.dedup();
        numbers
    }

    fn ingest(&self, number: u32) -> Option<String> {
        let is_old = number < self.first;
        let ingest = self.index.manifest.ingest_of(number).filter(|_| is_old);
        ingest.map(|ingest| ingest.name.clone())
    }

    /// The row of an article, by its place in the dump.
    ///
    /// # Errors
    ///
    /// When the index cannot be read.
    pub fn row(&self, at: usize) -> Result<IndexRow> {
        self.row_with(self.came[at])
    }

    pub(super) fn row_of(&self, number: u32) -> Result<IndexRow> {
        self.row_with(Came {
            place: Place::default(),
            number,
            is_known: false,
        })
    }

    fn row_with(&self, came: Came) -> Result<IndexRow> {
        let Came {
            place,
            number,
            is_known,
        } = came;
        let row = self.rows.rows[number as usize];
        let mut told = self.with(number, |record| IndexRow {
            title: record.article.title.clone().into_owned(),
            source: record.article.source.as_deref().map(str::to_owned),
            published: record.article.published,
            input: record.input.to_owned(),
            record: match self.new {
                Some(_) => place.record,
                None => record.record,
            },
            ..IndexRow::default()
        })?;
        let (relation, similarity, matched) = match is_known {
            // What is there already is matched with itself.
            true => (Relation::Exact, Some(Share(1_000_000)), Some(number)),
            false => related(&row, number),
        };
        let (sources, independent) = self.confirmed(row.story);
        told.article_id = self.id(number)?;
        told.relation = Some(relation);
        told.similarity = similarity;
        told.matched_id = matched.map(|it| self.id(it)).transpose()?;
        told.matched_in = matched.and_then(|it| self.ingest(it));
        told.copy_id = self.id(row.representative)?;
        told.group_key = self.id(row.group)?;
        told.story_id = self.id(row.story)?;
        told.story_status = self.status(row.story);
        told.copies = self.groups.of(row.group).len() as u32;
        told.story_articles = self.stories.of(row.story).len() as u32;
        told.story_label = self.rows.label(row.story).map(str::to_owned);
        told.kind = row.kind;
        let form = Some(row.form).filter(|&form| form != NO_FORM);
        told.form_id = form.map(|form| self.id(form)).transpose()?;
        (told.story_sources, told.story_independent) = (sources, independent);
        told.is_known = is_known;
        told.is_estimated = row.is_estimated && !is_known;
        Ok(told)
    }

    /// What became of a story.
    pub(super) fn status(&self, story: u32) -> &'static str {
        let now = self.stories.of(story).len() as u32;
        match self.before.get(&story) {
            None => "new",
            Some(_) if self.merged.contains(&story) => "merged",
            Some(&before) if before < now => "grown",
            Some(_) if self.rows.beside.closed.binary_search(&story).is_ok() => "closed",
            Some(_) => "same",
        }
    }

    /// How many sources a story has, and how many copy groups.
    fn confirmed(&self, story: u32) -> (u32, u32) {
        let members = self.stories.of(story);
        let mut sources: Vec<u64> = members.clone().map(|it| self.source(it)).collect();
        sources.sort_unstable();
        sources.dedup();
        let sources = sources.iter().filter(|&&source| source != 0).count();
        let mut groups: Vec<u32> = members
            .map(|it| self.rows.rows[it as usize].group)
            .collect();
        groups.sort_unstable();
        groups.dedup();
        (sources as u32, groups.len() as u32)
    }
}

/// How an article relates to others, how alike they are, and to which one it was matched.
fn related(row: &Row, number: u32) -> (Relation, Option<Share>, Option<u32>) {
    let matched = (Some(row.similarity), Some(row.representative));
    let (relation, (similarity, matched)) = match row.relation {
        copies::CopyRelation::Representative if row.lead == number => {
            (Relation::Lead, (None, None))
        }
        copies::CopyRelation::Representative => {
            let story = (Some(row.story_similarity), Some(row.lead));
            (Relation::Related, story)
        }
        copies::CopyRelation::Exact => (Relation::Exact, matched),
        copies::CopyRelation::Near => (Relation::Near, matched),
        copies::CopyRelation::Excerpt => (Relation::Excerpt, matched),
    };
    (relation, similarity, matched)
}

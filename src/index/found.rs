//! What was decided of a dump that was held against an index, as rows.

use ahash::{AHashMap, AHashSet};

use super::Index;
use super::articles::{Articles, Record};
use super::intake::{Came, TakenIn};
use super::rows::{Members, NO_FORM, Rows};
use crate::article::{ReadReport, Timestamp};
use crate::copies::{self, Kind};
use crate::error::Result;
use crate::output::{ClusterRow, Relation, Similarity};

/// The row of one article of a dump, or of an index.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct IndexRow {
    /// See [`ClusterRow`].
    pub article_id: String,
    /// The id of its story, which is the `article_id` of the first article that told it, and is never another's.
    pub story_id: String,
    /// The `article_id` of what stands for its copies: an article of the index where it has copies there.
    pub copy_id: String,
    /// How it relates to `matched_id`.
    pub relation: Option<Relation>,
    /// See [`ClusterRow`].
    pub similarity: Option<Similarity>,
    /// The article that it is matched with, which may be one of the index.
    pub matched_id: Option<String>,
    /// The ingest that the matched article came with; `None` for one of the same dump.
    pub matched_in: Option<String>,
    /// The `article_id` of the first of its copies that the index ever took in: it stays whoever stands for the group.
    pub group_key: String,
    /// What became of its story by this dump: `new`, `grown`, `same`, `merged` or `closed`.
    pub story_status: &'static str,
    /// Articles of its group, and of its story.
    pub copies: u32,
    /// See `copies`.
    pub story_articles: u32,
    /// As read.
    pub title: String,
    /// As read.
    pub source: Option<String>,
    /// As read.
    pub published: Option<Timestamp>,
    /// The input and the record in it.
    pub input: String,
    /// See `input`.
    pub record: u64,
    /// The most telling words of its story.
    pub story_label: Option<String>,
    /// What kind of record it is.
    pub kind: Kind,
    /// What its form is named after.
    pub form_id: Option<String>,
    /// How many sources its story has, and how many copy groups.
    pub story_sources: u32,
    /// See `story_sources`.
    pub story_independent: u32,
    /// Whether the index had this record under this id before.
    pub is_known: bool,
}

impl IndexRow {
    /// The columns that every clusters table has.
    pub fn cluster(&self) -> ClusterRow<'_> {
        ClusterRow {
            article_id: &self.article_id,
            story_id: &self.story_id,
            copy_id: &self.copy_id,
            relation: self.relation.unwrap_or(Relation::Lead),
            similarity: self.similarity,
            matched_id: self.matched_id.as_deref(),
            copies: self.copies,
            story_articles: self.story_articles,
            title: &self.title,
            source: self.source.as_deref(),
            published: self.published,
            input: &self.input,
            record: self.record,
            story_label: self.story_label.as_deref(),
            kind: Some(self.kind),
            form_id: self.form_id.as_deref(),
            story_sources: Some(self.story_sources),
            story_independent: Some(self.story_independent),
        }
    }

    /// Whether the article is new text: it stands for its copies, and the index has none of them.
    pub fn is_new(&self) -> bool {
        self.copy_id == self.article_id && !self.is_known
    }
}

/// A dump that was held against an index.
pub struct Compared<'i> {
    index: &'i Index,
    new: Articles,
    came: Vec<Came>,
    pub(super) rows: Rows,
    groups: Members,
    stories: Members,
    /// How many articles each story had before.
    before: AHashMap<u32, u32>,
    /// The keys of stories that others became part of.
    merged: AHashSet<u32>,
    read: ReadReport,
}

impl<'i> Compared<'i> {
    pub(super) fn new(index: &'i Index, taken: TakenIn, rows: Rows) -> Compared<'i> {
        let mut merged = AHashSet::new();
        for number in index.rows.there() {
            let (was, is) = (index.row(number).story, rows.rows[number as usize].story);
            if was != is {
                merged.insert(is);
            }
        }
        Compared {
            before: super::ingest::counted(index.rows.there().map(|it| index.row(it).story)),
            groups: rows.by(|row| row.group),
            stories: rows.by(|row| row.story),
            merged,
            index,
            new: taken.articles,
            came: taken.came,
            rows,
            read: taken.read,
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
    pub fn place(&self, at: usize) -> crate::article::Place {
        self.came[at].place
    }

    /// How many articles are new to the index.
    pub fn new_articles(&self) -> usize {
        self.new.len() as usize
    }

    fn with<T>(&self, number: u32, read: impl FnOnce(&Record<'_>) -> T) -> Result<T> {
        if number < self.new.first {
            return self.index.with(number, |record| Ok(read(record)));
        }
        let at = number - self.new.first;
        let block = self.new.near(at)?;
        Ok(read(&self.new.record(at, &block)?))
    }

    fn id(&self, number: u32) -> Result<String> {
        match number < self.new.first {
            true => self.index.id(number),
            false => self.new.id(number - self.new.first),
        }
    }

    fn source(&self, number: u32) -> u64 {
        let file = match number < self.new.first {
            true => self.index.place(number).ok(),
            false => Some((&self.new, number - self.new.first)),
        };
        let head = file.and_then(|(file, at)| file.head(at));
        head.map_or(0, |head| head.source)
    }

    fn ingest(&self, number: u32) -> Option<String> {
        let is_old = number < self.new.first;
        let ingest = self.index.manifest.ingest_of(number).filter(|_| is_old);
        ingest.map(|ingest| ingest.name.clone())
    }

    /// The row of an article, by its place in the dump.
    ///
    /// # Errors
    ///
    /// When the index cannot be read.
    pub fn row(&self, at: usize) -> Result<IndexRow> {
        let Came {
            place,
            number,
            is_known,
        } = self.came[at];
        let row = self.rows.rows[number as usize];
        let mut told = self.with(number, |record| IndexRow {
            title: record.article.title.clone().into_owned(),
            source: record.article.source.as_deref().map(str::to_owned),
            published: record.article.published,
            input: record.input.to_owned(),
            record: place.record,
            ..IndexRow::default()
        })?;
        let share = |millionths: crate::fingerprint::Millionths| {
            Some(Similarity::from_millionths(millionths.0))
        };
        let exact = Some(Similarity::from_millionths(1_000_000));
        let (relation, similarity, matched) = match row.relation {
            // What is there already is matched with itself.
            _ if is_known => (Relation::Exact, exact, Some(number)),
            copies::Relation::Representative if row.lead == number => (Relation::Lead, None, None),
            copies::Relation::Representative => (
                Relation::Related,
                share(row.story_similarity),
                Some(row.lead),
            ),
            copies::Relation::Exact => (
                Relation::Exact,
                share(row.similarity),
                Some(row.representative),
            ),
            copies::Relation::Near => (
                Relation::Near,
                share(row.similarity),
                Some(row.representative),
            ),
            copies::Relation::Excerpt => (
                Relation::Excerpt,
                share(row.similarity),
                Some(row.representative),
            ),
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
        Ok(told)
    }

    /// What became of a story.
    fn status(&self, story: u32) -> &'static str {
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

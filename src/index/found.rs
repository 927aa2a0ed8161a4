//! What was decided of a dump that was held against an index, as rows.

use ahash::{AHashMap, AHashSet};

use super::Index;
use super::articles::{Articles, Record};
use super::intake::{Came, TakenIn};
use super::rows::{Members, NO_FORM, Rows};
use crate::article::{Place, ReadReport, Timestamp};
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

/// A story of an index.
#[derive(Clone, Debug)]
pub struct IndexStory {
    /// Its id, which is given once.
    pub story_id: String,
    /// `new`, `grown`, `closed`, `same` where no moment was named, or `merged` where it is part of another.
    pub story_status: &'static str,
    /// The story that it is part of now.
    pub replaced_by: Option<String>,
    /// Its articles, the lead first.
    pub rows: Vec<IndexRow>,
    /// The address of the lead.
    pub url: Option<String>,
}

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
            (None, self.rows.clone()),
            (came, ReadReport::default()),
        )
    }
}

/// A dump that was held against an index.
pub struct Compared<'i> {
    index: &'i Index,
    /// Those that the index does not have; none where it is shown as it is.
    new: Option<Articles>,
    /// The number of the first of them.
    first: u32,
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
        let TakenIn {
            articles,
            came,
            read,
            ..
        } = taken;
        Compared::of(index, (Some(articles), rows), (came, read))
    }

    fn of(
        index: &'i Index,
        (new, rows): (Option<Articles>, Rows),
        (came, read): (Vec<Came>, ReadReport),
    ) -> Compared<'i> {
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
            first: index.manifest.articles,
            new,
            came,
            rows,
            read,
        }
    }

    /// The stories of which an article was published at a moment or later, in the order of their ids' articles; all where none
    /// is named. Those that became part of another come behind it, without articles.
    ///
    /// # Errors
    ///
    /// Those of `visit`, and when the index cannot be read.
    pub fn stories(
        &self,
        since: Option<Timestamp>,
        visit: &mut dyn FnMut(&IndexStory) -> Result<()>,
    ) -> Result<()> {
        let replaced = &self.rows.beside.replaced;
        for key in self.stories.keys() {
            let members = self.stories.of(key);
            let lead = self.rows.rows[key as usize].lead;
            let time = |number: u32| -> Option<Timestamp> {
                let (file, at) = self.place_of(number).ok()?;
                file.head(at)?.published()
            };
            let times = members.clone().filter_map(time);
            let (first, last) = (times.clone().min(), times.max());
            if since.is_some_and(|since| last.is_none_or(|last| last < since)) {
                continue;
            }
            let mut rows = Vec::with_capacity(members.len());
            for number in std::iter::once(lead).chain(members.filter(|&it| it != lead)) {
                rows.push(self.row_of(number)?);
            }
            let is_closed = self.rows.beside.closed.binary_search(&key).is_ok();
            let status = match since {
                _ if is_closed => "closed",
                Some(since) if first.is_some_and(|first| first >= since) => "new",
                Some(_) => "grown",
                None => "same",
            };
            let url = self.with(lead, |record| {
                record.article.url.as_deref().map(str::to_owned)
            })?;
            let story_id = self.id(key)?;
            visit(&IndexStory {
                story_id: story_id.clone(),
                story_status: status,
                replaced_by: None,
                rows,
                url,
            })?;
            for &(old, _) in replaced.iter().filter(|it| self.replacement(it.0) == key) {
                // What was forgotten has no id any more.
                if self.rows.rows[old as usize].is_gone {
                    continue;
                }
                visit(&IndexStory {
                    story_id: self.id(old)?,
                    story_status: "merged",
                    replaced_by: Some(story_id.clone()),
                    rows: Vec::new(),
                    url: None,
                })?;
            }
        }
        Ok(())
    }

    /// What a story became part of, in the end.
    fn replacement(&self, story: u32) -> u32 {
        let replaced = &self.rows.beside.replaced;
        let mut story = story;
        // A story becomes part of an older one.
        while let Ok(at) = replaced.binary_search_by_key(&story, |it| it.0) {
            if replaced[at].1 >= story {
                break;
            }
            story = replaced[at].1;
        }
        story
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

    fn with<T>(&self, number: u32, read: impl FnOnce(&Record<'_>) -> T) -> Result<T> {
        let (file, at) = self.place_of(number)?;
        let block = file.near(at)?;
        Ok(read(&file.record(at, &block)?))
    }

    fn id(&self, number: u32) -> Result<String> {
        let (file, at) = self.place_of(number)?;
        file.id(at)
    }

    fn source(&self, number: u32) -> u64 {
        let file = self.place_of(number).ok();
        let head = file.and_then(|(file, at)| file.head(at));
        head.map_or(0, |head| head.source)
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

    fn row_of(&self, number: u32) -> Result<IndexRow> {
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

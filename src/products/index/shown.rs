//! What is shown of articles and stories of an index.

use crate::corpus::Timestamp;
use crate::kernel::Share;
use crate::output::{ClusterRow, Relation};
use crate::stages::copies::Kind;

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
    pub similarity: Option<Share>,
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
    /// Whether `similarity` is an estimate: the index keeps no texts.
    pub is_estimated: bool,
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

//! Sights: what an index says of an article.

use serde::Serialize;

use crate::kernel::Share;

/// How an article relates to what an index has.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize)]
#[serde(rename_all = "lowercase")]
pub enum Answer {
    /// Its text is one that is there.
    Exact,
    /// It is a version of one.
    Near,
    /// It is cut from one, or one from it.
    Excerpt,
    /// It is no copy of any, but tells a story that is there, and open.
    Related,
    /// Nothing there is its text, or tells its story.
    No,
}

impl Answer {
    /// Its name in outputs.
    pub fn name(self) -> &'static str {
        match self {
            Answer::Exact => "exact",
            Answer::Near => "near",
            Answer::Excerpt => "excerpt",
            Answer::Related => "related",
            Answer::No => "no",
        }
    }
}

/// What an index says of an article.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct Sight {
    /// How it relates to `matched_id`.
    pub seen: Answer,
    /// How similar it is to it: exact Jaccard, containment for an excerpt, or the cosine for a related one.
    #[serde(serialize_with = "crate::output::rounded")]
    pub similarity: Option<Share>,
    /// The article of the index whose text it is most like, or which leads the story that it tells.
    pub matched_id: Option<String>,
    /// The ingest that it came with.
    pub matched_in: Option<String>,
    /// What stands for its copies; nothing for a related one.
    pub copy_id: Option<String>,
    /// What its copies are kept under; nothing for a related one.
    pub group_key: Option<String>,
    /// The story that it tells.
    pub story_id: Option<String>,
    /// Whether `similarity` is an estimate: the index keeps no texts.
    #[serde(skip_serializing_if = "std::ops::Not::not")]
    pub estimated: bool,
}

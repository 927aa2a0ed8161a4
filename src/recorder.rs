//! Who is told what a run learned and found, each thing while the run holds it, and who knows it from an earlier run.
//!
//! Stages know no files of those who ask: a state and a work folder stand above them, and do what is asked here.

use crate::error::Result;
use crate::progress::Counts;
use crate::stages::candidates::Postings;
use crate::stages::clean::Furniture;
use crate::stages::copies::{CopyGroups, Groups, SimilarPair, StoredCopies, Texts};
use crate::stages::stories::{LearnedModel, Stories};

/// Is told what a run learned.
pub(crate) trait Recorder {
    /// What the pages repeat around their articles.
    fn furniture(&self, furniture: &Furniture) -> Result<()>;

    /// What the copy groups were made of.
    fn copies(&self, texts: &Texts, postings: &Postings, groups: &Groups) -> Result<()>;

    /// What tells stories.
    fn stories(&self, learned: &LearnedModel<'_>) -> Result<()>;
}

/// Keeps what the stages of a run found for a later run, which goes on behind it.
pub(crate) trait Checkpoints {
    /// The furniture that an earlier run learned.
    fn furniture(&self) -> Option<Furniture>;

    /// Keeps the furniture of this one.
    fn keep_furniture(&self, furniture: &Furniture) -> Result<()>;

    /// Whether an earlier run found copies that can be used.
    fn has_copies(&self) -> bool;

    /// What an earlier run found of copies among so many articles.
    fn copies(&self, articles: usize) -> Option<(StoredCopies, Counts)>;

    /// Keeps what this one found of copies.
    fn keep_copies(
        &self,
        groups: &CopyGroups,
        texts: &Texts,
        pairs: &[SimilarPair],
        counts: Counts,
    ) -> Result<()>;

    /// What an earlier run found of stories among so many articles.
    fn stories(&self, articles: usize) -> Option<Stories>;
}

//! Stories in shares that share nothing: what each of them makes of its rows, with what a run does to all of them at once.

mod compared;
mod drafted;
mod meeting;
mod rows;
mod told;

pub(crate) use compared::{compared, hoped_for};
pub(crate) use drafted::{Languages, NodeArticle, Part};
pub(crate) use meeting::{kept, keys_of, meet};
pub(crate) use rows::{
    DraftRow, JoinedRow, KeysRow, MetCounts, MetRow, NodeRef, PairOfNodes, ScoredRow, ToldRow,
    WeighedRow,
};
pub(crate) use told::{Scale, told, told_alone};

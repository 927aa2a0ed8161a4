//! Flags of `samestory eval`.

use std::path::PathBuf;

use clap::{Args, ValueEnum};

#[derive(Args, Debug)]
pub(crate) struct EvalCall {
    /// The clusters, as `cluster` writes them
    #[arg(value_name = "CLUSTERS")]
    pub(crate) clusters: PathBuf,
    /// The gold: id,cluster or id_a,id_b,label
    #[arg(value_name = "GOLD")]
    pub(crate) gold: PathBuf,
    /// The column to judge; by default whichever the gold fits better
    #[arg(long, value_enum)]
    pub(crate) column: Option<Column>,
    /// Write JSON instead of a table
    #[arg(long)]
    pub(crate) json: bool,
}

#[derive(Clone, Copy, Debug, ValueEnum)]
#[value(rename_all = "snake_case")]
pub(crate) enum Column {
    /// Copy groups
    CopyId,
    /// Stories
    StoryId,
}

impl Column {
    pub(crate) fn name(self) -> &'static str {
        match self {
            Column::CopyId => "copy_id",
            Column::StoryId => "story_id",
        }
    }
}

//! Flags of `samestory explain`.

use std::path::PathBuf;

use clap::{ArgAction, Args};

use super::{Choosing, Deciding, Reading, Relating, Telling};

#[derive(Args, Debug)]
#[command(
    mut_arg("inputs", |inputs| {
        inputs
            .long("input")
            .num_args(1..)
            .action(ArgAction::Append)
            .required(false)
            .required_unless_present("state")
            .help("What the articles are in, named as it was then: files, folders, globs; with --state, what that was made from")
    }),
    mut_arg("rejects", |rejects| rejects.conflicts_with("state")),
    mut_arg("furniture_out", |out| out.conflicts_with("state"))
)]
pub(crate) struct ExplainCall {
    /// The article_id of one article
    #[arg(value_name = "ID_A")]
    pub(crate) id_a: String,
    /// The article_id of the other
    #[arg(value_name = "ID_B")]
    pub(crate) id_b: String,
    #[command(flatten)]
    pub(crate) reading: Reading,
    #[command(flatten)]
    pub(crate) choosing: Choosing,
    /// Take what was decided from this folder, which `cluster --state` made, instead of deciding all anew
    #[arg(long, value_name = "FOLDER")]
    pub(crate) state: Option<PathBuf>,
    /// Write a page of HTML here instead, with both texts side by side
    #[arg(long, short, value_name = "FILE.html")]
    pub(crate) output: Option<PathBuf>,
    /// Write JSON
    #[arg(long)]
    pub(crate) json: bool,
    #[command(flatten)]
    pub(crate) deciding: Deciding,
    #[command(flatten)]
    pub(crate) relating: Relating,
    #[command(flatten)]
    pub(crate) telling: Telling,
}

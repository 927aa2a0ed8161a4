//! Flags of `samestory serve`.

use std::path::PathBuf;

use clap::Args;

use super::{Telling, seconds};

/// Answers over HTTP what `seen`, `index` and `changes` do.
///
/// Whoever asks gives the token that the environment variable SAMESTORY_TOKEN holds, as `Authorization: Bearer TOKEN`; where
/// there is none, anybody may who reaches the address.
#[derive(Args, Debug)]
pub(crate) struct ServeCall {
    /// The index, which `index create` made
    #[arg(value_name = "INDEX")]
    pub(crate) index: PathBuf,
    /// The address to listen at; by itself nobody else than this machine reaches it. Port 0 takes one that is free
    #[arg(long, value_name = "HOST:PORT", default_value = "127.0.0.1:8077")]
    pub(crate) listen: String,
    /// Listen beyond this machine without a token too
    #[arg(long)]
    pub(crate) without_token: bool,
    /// What articles are said to have come with, unless a request says it
    #[arg(long, value_name = "NAME", default_value = "http")]
    pub(crate) name: String,
    /// The longest an answer may take: 30s, 5m
    #[arg(long, value_name = "TIME", value_parser = seconds, default_value = "60s")]
    pub(crate) timeout: u64,
    /// When told to stop, the longest to wait for requests that are under way
    #[arg(long, value_name = "TIME", value_parser = seconds, default_value = "30s")]
    pub(crate) grace: u64,
    #[command(flatten)]
    pub(crate) telling: Telling,
}

//! Flags that say how to run, and what to tell.

use std::path::PathBuf;

use clap::Args;
use samestory::error::{ErrorKind, Result};

/// How to run, and what to tell.
#[derive(Args, Clone, Debug)]
pub(crate) struct Telling {
    /// Take settings from this file; flags override it. By default samestory.toml here, if there is one
    #[arg(long, value_name = "FILE", help_heading = "Running")]
    pub(crate) config: Option<PathBuf>,
    /// Threads to use; all cores by default
    #[arg(long, value_name = "N", help_heading = "Running")]
    pub(crate) threads: Option<usize>,
    /// Say nothing but errors
    #[arg(long, short, help_heading = "Running", conflicts_with = "verbose")]
    pub(crate) quiet: bool,
    /// Tell how candidates were found and where the time went
    #[arg(long, short, help_heading = "Running")]
    pub(crate) verbose: bool,
}

impl Telling {
    /// Makes the pool of threads that the run uses.
    pub(crate) fn pool(&self) -> Result<rayon::ThreadPool> {
        let threads = self.threads.unwrap_or(0);
        if threads > MOST_THREADS {
            return Err(ErrorKind::Setting {
                name: "--threads",
                value: threads.to_string(),
                expected: format!("up to {MOST_THREADS}"),
            }
            .into());
        }
        let failed = |error: rayon::ThreadPoolBuildError| ErrorKind::Setting {
            name: "--threads",
            value: threads.to_string(),
            expected: error.to_string(),
        };
        Ok(rayon::ThreadPoolBuilder::new()
            .num_threads(threads)
            .build()
            .map_err(failed)?)
    }
}

/// More threads than this do nothing but wait for each other.
const MOST_THREADS: usize = 512;

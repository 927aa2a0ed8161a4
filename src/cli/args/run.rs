//! Flags that say how to run, and what to tell.

use std::path::PathBuf;

use clap::{Args, ValueEnum};
use rayon::ThreadPoolBuilder;
use samestory::config::Config;
use samestory::error::{ErrorKind, Result};
use samestory::interrupt::Interrupt;

use crate::cli::memory;

/// How to run, and what to tell.
#[derive(Args, Clone, Debug)]
pub(crate) struct Telling {
    /// Take settings from this file; flags override it. By default samestory.toml here, if there is one, but for paths
    #[arg(long, value_name = "FILE", help_heading = "Running")]
    pub(crate) config: Option<PathBuf>,
    /// Threads to use; all cores by default
    #[arg(long, short = 'j', value_name = "N", help_heading = "Running")]
    pub(crate) threads: Option<usize>,
    /// Memory to take at most: 4G, 512M, 50%; half of what there is by default. What does not fit goes to --temp-dir
    #[arg(long, value_name = "SIZE", value_parser = memory::size, help_heading = "Running")]
    memory: Option<memory::Size>,
    /// The folder of temporary files, which have no names and are gone when the run ends; the system's by default
    #[arg(long, value_name = "FOLDER", help_heading = "Running")]
    temp_dir: Option<PathBuf>,
    /// How to tell how far the run is: a bar on a terminal, else a line every 30 seconds; JSON is for programs
    #[arg(long, value_enum, value_name = "HOW", default_value_t = ProgressFlag::Auto, help_heading = "Running")]
    pub(crate) progress: ProgressFlag,
    /// What to tell: warn leaves out the summary, debug is --verbose
    #[arg(long, value_enum, value_name = "LEVEL", help_heading = "Running", conflicts_with_all = ["quiet", "verbose"])]
    log_level: Option<Level>,
    /// Say nothing but errors
    #[arg(long, short, help_heading = "Running", conflicts_with = "verbose")]
    pub(crate) quiet: bool,
    /// Tell how candidates were found and where the time went
    #[arg(long, short, help_heading = "Running")]
    pub(crate) verbose: bool,
}

/// How to tell how far a run is.
#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
pub(crate) enum ProgressFlag {
    /// A bar on a terminal, else lines
    Auto,
    /// A bar
    Bar,
    /// A line every 30 seconds
    Lines,
    /// A line of JSON at each stage, and every second
    Json,
    /// Nothing
    None,
}

/// How much is told.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, ValueEnum)]
pub(crate) enum Level {
    /// Errors
    Error,
    /// Warnings too
    Warn,
    /// The summary too
    Info,
    /// How candidates were found and where the time went, too
    Debug,
}

impl Telling {
    /// How much is told.
    pub(crate) fn level(&self) -> Level {
        match (self.quiet, self.verbose, self.log_level) {
            (true, ..) => Level::Error,
            (_, true, _) => Level::Debug,
            (_, _, level) => level.unwrap_or(Level::Info),
        }
    }

    /// The settings, with the memory and the folder that the run may take.
    pub(crate) fn bounded(&self, config: Config, interrupt: Interrupt) -> Config {
        Config {
            interrupt,
            memory: memory::limit(self.memory),
            temp_dir: Some(self.temp_dir()),
            ..config
        }
    }

    /// The folder of temporary files.
    pub(crate) fn temp_dir(&self) -> PathBuf {
        self.temp_dir.clone().unwrap_or_else(std::env::temp_dir)
    }

    /// Starts the threads that the run uses, of which this is one.
    pub(crate) fn start_threads(&self) -> Result<()> {
        self.start(|threads| threads.use_current_thread())
    }

    /// Starts the threads that work is done in, while this one does something else.
    #[cfg(feature = "serve")]
    pub(crate) fn start_worker_threads(&self) -> Result<()> {
        self.start(|threads| threads)
    }

    fn start(&self, how: fn(ThreadPoolBuilder) -> ThreadPoolBuilder) -> Result<()> {
        let threads = self.threads.unwrap_or(0);
        let refused = |expected: String| ErrorKind::Setting {
            name: "--threads",
            value: threads.to_string(),
            expected,
        };
        if threads > MOST_THREADS {
            return Err(refused(format!("up to {MOST_THREADS}")).into());
        }
        let built = how(ThreadPoolBuilder::new().num_threads(threads)).build_global();
        Ok(built.map_err(|error| refused(error.to_string()))?)
    }
}

/// More threads than this do nothing but wait for each other.
const MOST_THREADS: usize = 512;

//! The command line: what was asked for, done with the library, and told on standard error.

mod against;
mod args;
mod cluster;
mod console;
mod cost;
mod dedup;
mod ending;
mod eval;
mod explain;
mod heap;
mod index;
mod index_tables;
mod kept;
mod manual;
pub mod memory;
mod progress;
mod remedy;
mod report;
mod run_report;
mod seen;
#[cfg(feature = "serve")]
mod serve;
mod settings;
mod space;
mod summary;
mod tally;
mod tune;
mod work;

use std::ffi::OsString;

use clap::Parser;
use samestory::error::{Error, ErrorKind};

use args::{Cli, Command, WorkAction};
pub use args::{Moment, bytes, moment, seconds, share, share_removed};
use console::to_stderr;
pub use index::index_stats;
pub use progress::memory as memory_taken;
pub use remedy::of as remedy;
pub use run_report::{AgainstIndex, Ended, Times, report as run_report};
pub use tally::Tally;

/// Done.
const DONE: u8 = 0;
/// Something failed.
const FAILED: u8 = 1;
/// The call was wrong.
const USAGE: u8 = 2;
/// Stopped by Ctrl-C, as shells count it.
const INTERRUPTED: u8 = 130;

/// Runs the command line, given with the name of the program before it, and gives the exit status.
pub fn main(call: Vec<OsString>) -> u8 {
    keep_readers_quiet();
    let arguments = match settings::arguments(call) {
        Ok(arguments) => arguments,
        Err(error) => {
            to_stderr(&format!("samestory: {error}"));
            return USAGE;
        }
    };
    let set = settings::from_file(&arguments);
    // Wrong usage ends here, with status 2 and clap's own message.
    let cli = Cli::try_parse_from(arguments).unwrap_or_else(|error| {
        if error.use_stderr()
            && let Some(file) = &set
        {
            to_stderr(&format!("samestory: with the settings of {file}:"));
        }
        error.exit()
    });
    let ended = match cli.command {
        Command::Cluster(call) => cluster::run(call),
        Command::Dedup(call) => dedup::run(call),
        Command::Explain(call) => explain::run(call),
        Command::Work {
            action: WorkAction::Clean { folder },
        } => work::clean(&folder),
        Command::Index(call) => index::run(call),
        Command::Seen(call) => seen::run(call),
        #[cfg(feature = "serve")]
        Command::Serve(call) => serve::run(&call),
        Command::Changes(call) => index::changes(&call),
        Command::Tune(call) => tune::run(call),
        Command::Eval(call) => eval::run(call),
        Command::Report(call) => report::run(call),
        Command::Completions { shell } => manual::completions(shell),
        Command::Man { command } => manual::man(command.as_deref()),
    };
    let is_named = ending::is_named();
    ending::claim();
    match ended {
        Ok(()) => DONE,
        // All that was to be written is: what was left to do is to tell of it.
        Err(error) if is_named && is_interrupted(&error) => {
            to_stderr("samestory: interrupted; the outputs are written");
            INTERRUPTED
        }
        Err(error) => complain(&error, set.as_deref()),
    }
}

fn is_interrupted(error: &anyhow::Error) -> bool {
    let error = error.downcast_ref::<Error>();
    error.is_some_and(|error| matches!(error.kind(), ErrorKind::Interrupted))
}

/// A panic within an HTML extractor, or a reader of Parquet, is caught and costs nothing: it is not told of.
pub fn keep_readers_quiet() {
    let tell = std::panic::take_hook();
    std::panic::set_hook(Box::new(move |panic| {
        if !samestory::corpus::is_guarded() {
            tell(panic);
        }
    }));
}

/// Tells of an error, with its remedy, and gives the exit status.
fn complain(error: &anyhow::Error, settings: Option<&str>) -> u8 {
    let known = error.downcast_ref::<Error>();
    if known.is_some_and(Error::is_broken_pipe) {
        // Whoever read our output has seen enough.
        return DONE;
    }
    // Not its sources too: an error of ours has them in its message.
    to_stderr(&format!("samestory: {error}"));
    if let Some(remedy) = known.and_then(remedy::of) {
        to_stderr(&format!("  {remedy}"));
    }
    if let (Some(ErrorKind::Setting { .. }), Some(file)) = (known.map(Error::kind), settings) {
        to_stderr(&format!("  settings were taken from {file}"));
    }
    match known.map(Error::kind) {
        Some(ErrorKind::Interrupted) => INTERRUPTED,
        Some(ErrorKind::Setting { .. }) => USAGE,
        _ => FAILED,
    }
}

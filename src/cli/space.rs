//! Temporary space: how much of it a run is about to need, and how much there is.

use samestory::config::Config;
use samestory::error::{ErrorKind, Result};

use super::console::Console;

/// So many bytes of temporary files are needed for each hundred bytes of the dump, at most.
const NEEDED: u64 = 70;

/// So many bytes of memory a run takes for each hundred bytes of the dump where there is as much, with stories.
const TAKEN_WITH_STORIES: u64 = 250;

/// Says what temporary files are to be expected, if any are, and refuses to begin where there is clearly no room for them.
pub(crate) fn check(console: &Console, config: &Config) -> Result<()> {
    let (Some(memory), Some(folder)) = (config.memory, &config.temp_dir) else {
        return Ok(());
    };
    let needed = console.corpus.expected_bytes() / 100 * NEEDED;
    // Half of the memory is for what could lie on disk as well.
    if needed <= memory / 2 {
        return Ok(());
    }
    let free = free(folder);
    let there = free.map_or(String::new(), |free| format!("; {} are free", shown(free)));
    console.say(&format!(
        "about {} of temporary files in {}{there}",
        shown(needed),
        folder.display(),
    ));
    match free {
        // The estimate is no more than that.
        Some(free) if free < needed / 2 => Err(ErrorKind::NoSpace {
            folder: folder.clone(),
            needed,
            free,
        }
        .into()),
        _ => Ok(()),
    }
}

/// Whether a run has all the memory that it could use, so that nothing has to go to files.
pub(crate) fn is_ample(console: &Console, config: &Config) -> bool {
    let share = match config.copies_only {
        true => NEEDED,
        false => TAKEN_WITH_STORIES,
    };
    let taken = console.corpus.expected_bytes() / 100 * share;
    config.memory.is_none_or(|memory| taken <= memory / 2)
}

/// The bytes that are free where a folder lies, where that is known.
#[cfg(unix)]
fn free(folder: &std::path::Path) -> Option<u64> {
    let system = rustix::fs::statvfs(folder).ok()?;
    Some(system.f_bavail * system.f_frsize)
}

#[cfg(not(unix))]
fn free(_: &std::path::Path) -> Option<u64> {
    None
}

fn shown(bytes: u64) -> String {
    match bytes {
        0..1_000_000_000 => format!("{} MB", bytes.div_ceil(1_000_000)),
        _ => format!("{:.1} GB", bytes as f64 / 1e9),
    }
}

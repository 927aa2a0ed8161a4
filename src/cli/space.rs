//! Temporary space: how much of it a run is about to need, and how much there is.

use samestory::config::Config;
use samestory::error::{ErrorKind, Result};

use super::console::Console;

/// So many bytes of temporary files are needed for each hundred bytes of the dump, at most.
const NEEDED: u64 = 70;

/// Says what temporary files are to be expected, if any are, and refuses to begin where there is clearly no room for them.
/// Returns whether any are.
pub(crate) fn check(console: &Console, config: &Config) -> Result<bool> {
    let (Some(memory), Some(folder)) = (config.memory, &config.temp_dir) else {
        return Ok(false);
    };
    let needed = console.corpus.expected_bytes() / 100 * NEEDED;
    // Half of the memory is for what could lie on disk as well.
    if needed <= memory / 2 {
        return Ok(false);
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
        _ => Ok(true),
    }
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

//! Keeping what is written apart from what is read, and the shards of one folder apart from each other.

use std::path::{Path, PathBuf};

use ahash::AHashMap;

use crate::article::Input;
use crate::error::{ErrorKind, Result};

/// Refuses a folder in which a shard would replace an input or another shard, or would be read as input next time.
pub(super) fn check(inputs: &[Input], folder: &Path) -> Result<()> {
    let clash = |output: &Path, reason: String| ErrorKind::Clash {
        output: output.to_owned(),
        reason,
    };
    let to = canonical(folder);
    let mut taken: AHashMap<&Path, &str> = AHashMap::with_capacity(inputs.len());
    for input in inputs {
        let (name, shard) = (&input.name, input.shard.as_path());
        let file = canonical(Path::new(name));
        let inside =
            input.found && folder_of(&file, shard).is_some_and(|root| to.starts_with(root));
        if inside || to.join(shard) == file {
            let reason = format!("it lies among the inputs, such as {name}");
            return Err(clash(folder, reason).into());
        }
        if let Some(other) = taken.insert(shard, name) {
            let reason = format!("both {other} and {name} would be written there");
            return Err(clash(&folder.join(shard), reason).into());
        }
    }
    Ok(())
}

/// The folder that was named, from a file below it and the path between.
fn folder_of<'p>(file: &'p Path, shard: &Path) -> Option<&'p Path> {
    file.ancestors().nth(shard.components().count())
}

/// The path without links and dots, as far as it exists.
fn canonical(path: &Path) -> PathBuf {
    if let Ok(whole) = path.canonicalize() {
        return whole;
    }
    let name = path.file_name().map(Path::new);
    let folder = path.parent().filter(|parent| *parent != Path::new(""));
    match (name, folder) {
        (Some(name), Some(folder)) => canonical(folder).join(name),
        (Some(name), None) => canonical(Path::new(".")).join(name),
        _ => path.to_owned(),
    }
}

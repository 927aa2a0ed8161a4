//! Keeping what is written apart from what is read, and the shards of one folder apart from each other.

use std::path::Path;

use ahash::{AHashMap, AHashSet};

use crate::corpus::Input;
use crate::error::{ErrorKind, Result};
use crate::output::{Apart, canonical};

/// Refuses a folder in which a shard would replace an input or another shard, or would be read as input next time.
pub(super) fn check(inputs: &[Input], folder: &Path) -> Result<()> {
    let clash = |output: &Path, reason: String| ErrorKind::Clash {
        output: output.to_owned(),
        reason,
    };
    let to = canonical(folder);
    let mut taken: AHashMap<&Path, &str> = AHashMap::with_capacity(inputs.len());
    let (mut apart, mut roots) = (Apart::new(), AHashSet::new());
    for input in inputs {
        let shard = input.shard.as_path();
        if let Some(other) = taken.insert(shard, &input.name) {
            let reason = format!("both {other} and {} would be written there", input.name);
            return Err(clash(&folder.join(shard), reason).into());
        }
        apart.reads(input.path());
        if let Some(root) = input.folder()
            && roots.insert(root)
        {
            apart.reads_folder(root);
        }
    }
    let is_inside = apart.writes_folder(folder).is_err();
    let mut shards = inputs.iter().map(|input| to.join(&input.shard));
    if is_inside || shards.any(|shard| apart.writes(&shard).is_err()) {
        let among = inputs.first().map_or("", |input| &input.name);
        let reason = format!("it lies among the inputs, such as {among}");
        return Err(clash(folder, reason).into());
    }
    Ok(())
}

//! `samestory work`, and what `cluster --work` says.

use std::path::Path;

use samestory::work::Work;

use super::console::{Console, to_stderr};

/// Removes what stages left in a folder.
pub(super) fn clean(folder: &Path) -> anyhow::Result<()> {
    let removed = Work::clean(folder)?;
    to_stderr(&format!("removed     {removed} results of stages"));
    Ok(())
}

/// Says what was taken over from an earlier run.
pub(super) fn tell(console: &Console, work: &Work) {
    let taken = work.taken_over();
    let what = match taken.is_empty() {
        true => "nothing to go on from".to_owned(),
        false => format!("taken over: {}", taken.join(", ")),
    };
    console.say(&format!("work        {what}"));
}

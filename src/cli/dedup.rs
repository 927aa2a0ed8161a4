//! `samestory dedup`.

use std::path::Path;

use samestory::article::Corpus;
use samestory::dedup::{self, Decisions, Finished, Kept, Target};
use samestory::output::{self, Closed, Destination};
use samestory::tables::Tables;

use super::args::DedupCall;
use super::cluster::{Side, compute};
use super::console::Console;
use super::summary;

/// Writes the corpus without its copies.
pub(crate) fn run(call: DedupCall) -> anyhow::Result<()> {
    let config = call.deciding.config()?;
    let console = Console::open(&call.reading, &call.telling)?;
    let clusters = call.clusters.as_deref().and_then(Path::to_str);
    console.keep_apart(&[
        Some(&call.output),
        call.removed.as_deref(),
        call.reading.rejects.as_deref(),
        call.deciding.furniture_out.as_deref(),
        clusters,
    ])?;
    let target = Target::named(&call.output);
    let mut removed = call
        .removed
        .as_deref()
        .map(|name| output::clusters(&Destination::named(name)))
        .transpose()?;
    let mut closed: Vec<Closed> = Vec::new();
    let inputs = console.corpus.inputs();
    let (decisions, found) = if let Some(clusters) = &call.clusters {
        let mut note =
            |row: &output::ClusterRow<'_>| removed.as_mut().map_or(Ok(()), |to| to.write(row));
        (Decisions::read(clusters, &inputs, &mut note)?, None)
    } else {
        let side = Side::open(&call.reading, &call.deciding)?;
        let found = compute(&console, &config)?;
        if let Some(to) = &mut removed {
            Tables::new(&found, &inputs).write_removed(to)?;
        }
        closed.extend(side.write(&console, &found)?);
        (Decisions::of(&found), Some(found))
    };
    console.begin("writing")?;
    let finished: Finished = console
        .pool
        .install(|| dedup::dedup(&console.corpus, &decisions, &target))?;
    closed.extend(removed.map(output::ClusterWriter::close).transpose()?);
    let Kept { kept, removed } = finished.commit()?;
    closed.into_iter().try_for_each(Closed::commit)?;
    console.finish();
    if let Some(found) = &found {
        summary::tell(&console, found, &config);
    }
    let (kept, removed) = (
        summary::count(kept as usize),
        summary::count(removed as usize),
    );
    console.say(&format!("kept        {kept} records, {removed} left out"));
    Ok(())
}

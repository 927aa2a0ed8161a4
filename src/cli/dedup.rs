//! `samestory dedup`.

use std::path::{Path, PathBuf};

use samestory::article::Corpus;
use samestory::clean::Furniture;
use samestory::dedup::{self, Decisions, Finished, Kept, Marks, Plan, StoredRows, Target};
use samestory::error::Result;
use samestory::output::{self, Closed, ClusterRow, ClusterWriter, Destination};
use samestory::pipeline::Clustering;
use samestory::spill::Room;
use samestory::state::State;
use samestory::tables::Tables;

use super::args::{DedupCall, OnePerFlag};
use super::cluster::{Side, compute};
use super::console::{Console, Named};
use super::summary;

/// Writes the corpus without its copies.
pub(crate) fn run(call: DedupCall) -> anyhow::Result<()> {
    let config = call.deciding.config()?;
    // Stories cost more than copies do: they are found only where something hangs on them.
    let config = match call.one_per {
        OnePerFlag::Copy if !call.mark => config,
        _ => call.relating.complete(config)?,
    };
    let console = Console::open(&call.reading, &call.telling)?;
    let config = call.telling.bounded(config, console.interrupt.clone());
    let state = match &call.state {
        Some(folder) => {
            let config = call.relating.complete(config.clone())?;
            Some(State::open(folder, &console.corpus, &config)?)
        }
        None => None,
    };
    let of_state = state.as_ref().map(State::clusters).transpose()?;
    let table = call.clusters.clone().or(of_state);
    let target = match call.overwrite {
        true => Target::named(&call.output).overwriting(),
        false => Target::named(&call.output),
    };
    keep_apart(&call, (&target, table.as_deref()), &console)?;
    dedup::check(&console.corpus, (call.mark, call.strip_furniture), &target)?;
    let mut removed = call
        .removed
        .as_deref()
        .map(|name| output::clusters(&Destination::named(name)))
        .transpose()?;
    if call.csv_safe {
        removed = removed.map(ClusterWriter::for_spreadsheets);
    }
    let mut closed: Vec<Closed> = Vec::new();
    let found = match table {
        Some(_) => None,
        None => {
            let side = Side::open(&call.reading, &call.deciding, call.csv_safe)?;
            let found = compute(&console, &config, None)?;
            closed.extend(side.write(&console, &found)?);
            Some(found)
        }
    };
    let from = From {
        found: found.as_ref(),
        table: table.as_deref(),
        state: state.as_ref(),
    };
    let finished = write(
        (&call, &target, &config.room()),
        &console,
        &from,
        &mut removed,
    )?;
    closed.extend(removed.map(ClusterWriter::close).transpose()?);
    let Kept { kept, removed } = console.naming(|| finished.commit_with(closed))?;
    console.finish();
    if let Some(found) = &found {
        summary::tell(&console, found, &config)?;
    }
    let (kept, removed) = (
        summary::count(kept as usize),
        summary::count(removed as usize),
    );
    console.say(&format!("kept        {kept} records, {removed} left out"));
    Ok(())
}

/// Refuses outputs that would replace what is read, or each other.
fn keep_apart(
    call: &DedupCall,
    (target, table): (&Target, Option<&Path>),
    console: &Console,
) -> Result<()> {
    let outputs = match target {
        Target::File(_) => vec![call.output.clone()],
        Target::Folder { path, .. } => {
            let inputs = console.corpus.files().iter();
            inputs.map(|input| path.join(&input.shard)).collect()
        }
    };
    let others = [
        call.removed.as_deref(),
        call.reading.rejects.as_deref(),
        call.deciding.furniture_out.as_deref(),
    ];
    let state = call.state.as_deref().map(samestory::state::file);
    // What is wrong with the folder itself is told better when it is looked at.
    let shards = match target {
        Target::Folder { .. } if others.iter().all(Option::is_none) => &[],
        _ => &outputs[..],
    };
    let written = shards.iter().map(PathBuf::as_path);
    console.keep_apart(&Named {
        read: table.into_iter().chain(state.as_deref()).collect(),
        written: written.chain(others.into_iter().flatten()).collect(),
        folder: None,
    })
}

/// What says which records are kept: a run, or a clusters table, which may be that of a state.
struct From<'f> {
    found: Option<&'f Clustering>,
    table: Option<&'f Path>,
    state: Option<&'f State>,
}

/// Writes what was found, or what the clusters table says.
fn write(
    (call, target, room): (&DedupCall, &Target, &Room),
    console: &Console,
    from: &From<'_>,
    removed: &mut Option<ClusterWriter>,
) -> Result<Finished> {
    let inputs = console.corpus.inputs();
    let one_per = call.one_per.one_per();
    let found = from.found;
    let tables = found.map(|found| Tables::new(found, &inputs)).transpose()?;
    let mut rows = StoredRows::default();
    let decisions = match (from.table, &tables) {
        (Some(path), _) => {
            let mut note = |row: &ClusterRow<'_>, is_kept: bool| {
                if call.mark {
                    rows.push(row);
                }
                let to = removed.as_mut().filter(|_| !is_kept);
                to.map_or(Ok(()), |to| to.write(row))
            };
            Decisions::read(path, &inputs, one_per, &mut note)?
        }
        (None, Some(tables)) => {
            if let Some(to) = removed {
                tables.write_removed(one_per, to)?;
            }
            Decisions::of(tables, one_per)
        }
        (None, None) => Decisions::default(),
    };
    let learned = match (call.strip_furniture, found, from.state) {
        (true, None, Some(state)) => Some(state.furniture()?),
        (true, None, None) => {
            console.begin("learning furniture")?;
            Some(Furniture::learn(&console.corpus, room)?)
        }
        _ => None,
    };
    let furniture = learned.as_ref().or(found.map(|found| &found.furniture));
    let marks = tables.as_ref().map_or(Marks::Stored(&rows), Marks::Found);
    let plan = Plan {
        decisions: &decisions,
        marks: call.mark.then_some(marks),
        furniture: furniture.filter(|_| call.strip_furniture),
    };
    console.begin("writing")?;
    dedup::dedup(&console.corpus, &plan, target)
}

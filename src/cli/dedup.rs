//! `samestory dedup`.

use std::path::Path;

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
use super::console::Console;
use super::progress::Planned;
use super::run_report::{Ended, RunReport};
use super::summary;

/// Writes the corpus without its copies.
pub(crate) fn run(call: DedupCall) -> anyhow::Result<()> {
    let config = call.deciding.config()?;
    // Stories cost more than copies do: they are found only where something hangs on them.
    let config = match call.one_per {
        OnePerFlag::Copy if !call.mark => config,
        _ => call.relating.complete(config)?,
    };
    let config = call.telling.bounded(config);
    let console = Console::open(&call.reading, call.choosing.filter(), &call.telling)?;
    let state = match &call.state {
        Some(folder) => {
            let config = call.relating.complete(config.clone())?;
            Some(State::open(folder, &console.corpus, &config)?)
        }
        None => None,
    };
    let table = call
        .clusters
        .clone()
        .or(state.as_ref().map(State::clusters));
    let clusters = table.as_deref().and_then(Path::to_str);
    console.keep_apart(&[
        call.output.as_deref(),
        call.removed.as_deref(),
        call.reading.rejects.as_deref(),
        call.deciding.furniture_out.as_deref(),
        call.report_json.as_deref(),
        clusters,
    ])?;
    let target = call.output.as_deref();
    let target = target.map(|name| Target::for_inputs(name, console.corpus.files()));
    let target = target.filter(|_| !call.dry_run);
    if let Some(target) = &target {
        dedup::check(&console.corpus, (call.mark, call.strip_furniture), target)?;
    }
    let furniture: Option<Planned> = call.strip_furniture.then_some(("learning furniture", 140));
    let others: Vec<Planned> = furniture.into_iter().chain([("writing", 100)]).collect();
    console.plan(&config, table.is_none(), &others);
    let report = RunReport::open(call.report_json.as_deref())?;
    let mut removed = call
        .removed
        .as_deref()
        .map(|name| output::clusters(&Destination::named(name)))
        .transpose()?;
    let mut closed: Vec<Closed> = Vec::new();
    let found = match table {
        Some(_) => None,
        None => {
            let side = Side::open(&call.reading, &call.deciding)?;
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
    let finished = match &target {
        Some(target) => Some(write(
            (&call, target, &config.room()),
            &console,
            &from,
            &mut removed,
        )?),
        None => None,
    };
    closed.extend(removed.map(ClusterWriter::close).transpose()?);
    let counted = match &finished {
        Some(finished) => finished.kept,
        None => decide(&call, &console, &from, &mut |_, _| Ok(()))?.counts(),
    };
    if let Some(report) = report {
        let ended = Ended {
            command: "dedup",
            config: &config,
            found: found.as_ref(),
            kept: Some(counted),
        };
        closed.push(report.write(&console, &ended)?);
    }
    let Kept { kept, removed } = finished.map_or(Ok(counted), Finished::commit)?;
    closed.into_iter().try_for_each(Closed::commit)?;
    console.finish();
    if let Some(found) = &found {
        summary::tell(&console, found, &config)?;
    }
    let (kept, removed) = (
        summary::count(kept as usize),
        summary::count(removed as usize),
    );
    let would_be = if call.dry_run {
        "; nothing was written"
    } else {
        ""
    };
    console.say(&format!(
        "kept        {kept} records, {removed} left out{would_be}"
    ));
    Ok(console.verdict(&call.reading)?)
}

/// What says which records are kept: a run, or a clusters table, which may be that of a state.
struct From<'f> {
    found: Option<&'f Clustering>,
    table: Option<&'f Path>,
    state: Option<&'f State>,
}

/// Decides which records are kept, by what was found or what the clusters table says, of which each row is noted.
fn decide(
    call: &DedupCall,
    console: &Console,
    from: &From<'_>,
    note: &mut dyn FnMut(&ClusterRow<'_>, bool) -> Result<()>,
) -> Result<Decisions> {
    let inputs = console.corpus.inputs();
    let one_per = call.one_per.one_per();
    let Some(path) = from.table else {
        let tables = from.found.map(|found| Tables::new(found, &inputs));
        let tables = tables.transpose()?;
        return Ok(tables.map_or_else(Decisions::default, |it| Decisions::of(&it, one_per)));
    };
    let decisions = Decisions::read(path, &inputs, one_per, note)?;
    Ok(match console.corpus.is_filtered() {
        true => decisions.of_some(),
        false => decisions,
    })
}

/// Writes what was found, or what the clusters table says.
fn write(
    (call, target, room): (&DedupCall, &Target, &Room),
    console: &Console,
    from: &From<'_>,
    removed: &mut Option<ClusterWriter>,
) -> Result<Finished> {
    let inputs = console.corpus.inputs();
    let found = from.found;
    let tables = found.map(|found| Tables::new(found, &inputs)).transpose()?;
    if let (Some(tables), Some(to)) = (&tables, removed.as_mut().filter(|_| from.table.is_none())) {
        tables.write_removed(call.one_per.one_per(), to)?;
    }
    let mut rows = StoredRows::default();
    let decisions = decide(call, console, from, &mut |row, is_kept| {
        if call.mark {
            rows.push(row);
        }
        let to = removed.as_mut().filter(|_| !is_kept);
        to.map_or(Ok(()), |to| to.write(row))
    })?;
    let learned = match (call.strip_furniture, found, from.state) {
        (true, None, Some(state)) => Some(state.furniture()?),
        (true, None, None) => {
            console.begin("learning furniture")?;
            let learn = || Furniture::learn(&console.corpus, room);
            Some(console.pool.install(learn)?)
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
    console
        .pool
        .install(|| dedup::dedup(&console.corpus, &plan, target))
}

//! `samestory dedup`.

use std::path::{Path, PathBuf};

use samestory::article::Corpus;
use samestory::clean::Furniture;
use samestory::copies::Kind;
use samestory::dedup::{
    self, Choice, Decisions, Finished, Kept, Marks, Plan, SourceTally, StoredRows, Target,
};
use samestory::error::Result;
use samestory::output::{self, Closed, ClusterWriter, Destination};
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
    let choice = call.choice(&config);
    let (finished, decisions) = write(
        (&call, &choice, &target),
        (&console, &config.room()),
        &from,
        &mut removed,
    )?;
    closed.extend(removed.map(ClusterWriter::close).transpose()?);
    let kept = console.naming(|| finished.commit_with(closed))?;
    console.finish();
    if let Some(found) = &found {
        summary::tell(&console, found, &config)?;
    }
    tell_kept(&console, kept, (&decisions, &choice));
    if !call.mark {
        tell_sources(&console, decisions.by_source());
    }
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

/// Writes what was found, or what the clusters table says; hands on what was decided.
fn write(
    (call, choice, target): (&DedupCall, &Choice, &Target),
    (console, room): (&Console, &Room),
    from: &From<'_>,
    removed: &mut Option<ClusterWriter>,
) -> Result<(Finished, Decisions)> {
    let inputs = console.corpus.inputs();
    let found = from.found;
    let tables = found.map(|found| Tables::new(found, &inputs)).transpose()?;
    console.begin("deciding")?;
    let corpus = &console.corpus;
    let decisions = match (from.table, &tables) {
        (Some(path), _) => Decisions::read(path, corpus, choice),
        (None, Some(tables)) => Decisions::of(tables, corpus, choice),
        (None, None) => Ok(Decisions::default()),
    }?;
    // What is too much is known before anything is written.
    if let Some(most) = call.max_removed {
        decisions.check_removed(most)?;
    }
    match (removed, from.table, &tables) {
        (Some(to), Some(path), _) => decisions.copy_removed(path, &inputs, to)?,
        (Some(to), None, Some(tables)) => decisions.write_removed(tables, to)?,
        _ => {}
    }
    let rows = match from.table.filter(|_| call.mark) {
        Some(path) => StoredRows::read(path, &inputs)?,
        None => StoredRows::default(),
    };
    let learned = match (call.strip_furniture, found, from.state) {
        (true, None, Some(state)) => Some(state.furniture()?),
        (true, None, None) => {
            console.begin("learning furniture")?;
            Some(Furniture::learn(corpus, room)?)
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
    let finished = dedup::dedup(corpus, &plan, target)?;
    Ok((finished, decisions))
}

/// Tells how many records were kept, and why others were not.
fn tell_kept(
    console: &Console,
    Kept { kept, removed }: Kept,
    (decisions, choice): (&Decisions, &Choice),
) {
    let number = |number: u64| summary::count(number as usize);
    let mut line = format!(
        "kept        {} records, {} left out",
        number(kept),
        number(removed)
    );
    let dropped = |kind: Kind| {
        let what = match kind {
            Kind::Article => return None,
            Kind::Notice => "notices",
            Kind::Empty => "without text",
            Kind::Form => "items of forms",
        };
        let records = choice
            .drop
            .contains(&kind)
            .then(|| decisions.dropped(kind))?;
        Some((records, what))
    };
    let over = choice
        .max_per_form
        .map(|_| (decisions.over_form(), "too many of their form"));
    let parts = Kind::ALL.into_iter().filter_map(dropped).chain(over);
    let parts: Vec<String> = parts
        .map(|(records, what)| format!("{} {what}", number(records)))
        .collect();
    if !parts.is_empty() {
        line.push_str(&format!(", among them {}", parts.join(", ")));
    }
    console.say(&line);
}

/// Sources that are named of which more than half is left out.
const NAMED: usize = 10;

/// Names the sources of which more than half was left out: something may be wrong with those.
fn tell_sources(console: &Console, by_source: &[SourceTally]) {
    let number = |number: u64| summary::count(number as usize);
    let little: Vec<&SourceTally> = by_source.iter().filter(|it| it.is_over_half()).collect();
    if little.is_empty() {
        return;
    }
    let (count, are) = match little.len() {
        1 => ("1".to_owned(), "source"),
        many => (summary::count(many), "sources"),
    };
    console.say(&format!("over half   left out of {count} {are}"));
    for it in little.iter().take(NAMED) {
        let name = it.source.as_deref().filter(|name| !name.trim().is_empty());
        console.say(&format!(
            "            {:>6} of {} {}",
            number(it.removed),
            number(it.records),
            summary::short(name.unwrap_or("(no source)"))
        ));
    }
    if little.len() > NAMED {
        let more = summary::count(little.len() - NAMED);
        console.say(&format!("            and of {more} more"));
    }
}

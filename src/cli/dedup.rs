//! `samestory dedup`.

use std::path::{Path, PathBuf};

use samestory::clean::Furniture;
use samestory::config::Config;
use samestory::corpus::{Corpus, FileCorpus};
use samestory::dedup::{
    self, Choice, Cuts, Decisions, Finished, KeptCounts, Marks, Plan, Repeats, RepeatsCut,
    StoredRows, Target,
};
use samestory::error::Result;
use samestory::output::{self, ClusterWriter, Destination, SpanWriter};
use samestory::pipeline::Clustering;
use samestory::state::{self, State};
use samestory::tables::Tables;

use super::args::{DedupCall, OnePerFlag};
use super::cluster::{Side, compute};
use super::console::{Console, Named};
use super::kept::tell_repeats;
pub(crate) use super::kept::{kept_line, tell_sources};
use super::progress::Planned;
use super::run_report::{Ended, RunReport};
use super::summary;

/// The stages of what is left out of texts.
const LEARNING: &str = "learning furniture";
const FINDING: &str = "finding repeats";

/// Writes the corpus without its copies.
pub(crate) fn run(mut call: DedupCall) -> anyhow::Result<()> {
    if let Some(folder) = &call.against {
        return super::against::dedup(&call, folder);
    }
    call.deciding.reads(&mut call.reading);
    let config = config(&call)?;
    let console = Console::open(&call.reading, call.choosing.filter(), &call.telling)?;
    let config = call.telling.bounded(config, console.interrupt.clone());
    let state = state(&call, &console, &config)?;
    let of_state = state.as_ref().map(State::clusters).transpose()?;
    let table = call.clusters.clone().or(of_state);
    let target = target(&call, &console, table.as_deref())?;
    console.plan(&config, table.is_none(), &planned(&call));
    let report = RunReport::open(call.report_json.as_deref())?;
    let mut spans = open_spans(&call)?;
    let mut removed = open_removed(&call)?;
    let mut closed = Vec::new();
    let found = match table {
        Some(_) => None,
        None => Some(found(&console, &config, &call, &mut closed)?),
    };
    let from = From {
        found: found.as_ref(),
        table: table.as_deref(),
        state: state.as_ref(),
    };
    let choice = call.choice(&config);
    let (finished, decisions, cut) = write(
        &call,
        &choice,
        target.as_ref(),
        &console,
        &config,
        &from,
        &mut Lists {
            removed: &mut removed,
            spans: &mut spans,
        },
    )?;
    closed.extend(spans.map(SpanWriter::close).transpose()?);
    let kept = finished.as_ref().map(|it| it.kept);
    let kept = kept.unwrap_or_else(|| decisions.counts());
    closed.extend(removed.map(ClusterWriter::close).transpose()?);
    let ended = Ended {
        kept: Some(kept),
        cut,
        ..Ended::of("dedup", &config, found.as_ref())
    };
    closed.extend(report.map(|it| it.write(&console, &ended)).transpose()?);
    console.naming(|| match finished {
        Some(finished) => finished.commit_with(closed).map(drop),
        None => output::commit_all(closed),
    })?;
    console.finish();
    if let Some(found) = &found {
        summary::tell(&console, found, &config)?;
    }
    tell_kept(&console, &call, kept, &decisions, &choice);
    Ok(console.verdict(&call.reading)?)
}

/// Tells how many records are kept, and of which sources others are left out.
fn tell_kept(
    console: &Console,
    call: &DedupCall,
    kept: KeptCounts,
    decisions: &Decisions,
    choice: &Choice,
) {
    let mut line = kept_line(kept, decisions, choice);
    if call.dry_run {
        line.push_str("; nothing was written");
    }
    console.say(&line);
    if !call.mark {
        tell_sources(console, decisions.by_source());
    }
}

fn open_spans(call: &DedupCall) -> Result<Option<SpanWriter>> {
    let spans = call.spans.as_deref().map(Destination::named);
    spans.as_ref().map(output::spans).transpose()
}

/// Finds what is a copy where no table says so, and writes what is told beside it.
fn found(
    console: &Console,
    config: &Config,
    call: &DedupCall,
    closed: &mut Vec<output::Closed>,
) -> anyhow::Result<Clustering> {
    let side = Side::open(&call.reading, &call.deciding, call.csv_safe)?;
    let found = compute(console, config, None)?;
    closed.extend(side.write(console, &found)?);
    Ok(found)
}

/// The state that says which copies there are, where one is named.
fn state(call: &DedupCall, console: &Console, config: &Config) -> Result<Option<State>> {
    let Some(folder) = &call.state else {
        return Ok(None);
    };
    let config = call.relating.complete(config.clone())?;
    State::open(folder, &console.corpus, &config).map(Some)
}

/// Where the corpus is written, if it can be; nowhere in a dry run.
fn target(call: &DedupCall, console: &Console, table: Option<&Path>) -> Result<Option<Target>> {
    let target = call.output.as_deref().filter(|_| !call.dry_run);
    let target = target.map(|name| Target::for_inputs(name, console.corpus.files()));
    let target = target.map(|target| match call.overwrite {
        true => target.overwriting(),
        false => target,
    });
    keep_apart(call, target.as_ref(), table, console)?;
    if let Some(target) = &target {
        let is_cut = call.strip_furniture || call.strip_repeats;
        dedup::check(&console.corpus, call.mark, is_cut, target)?;
    }
    Ok(target)
}

/// The settings of the run. Stories cost more than copies do: they are found only where something hangs on them.
fn config(call: &DedupCall) -> Result<Config> {
    let config = call.deciding.config()?;
    match call.one_per {
        OnePerFlag::Copy if !call.mark => Ok(config),
        _ => call.relating.complete(config),
    }
}

/// The stages beside those of clustering, with about how long each takes.
fn planned(call: &DedupCall) -> Vec<Planned> {
    let (is_told, is_cut) = (call.spans.is_some(), call.strip_repeats);
    let furniture: Option<Planned> = call.needs_furniture().then_some((LEARNING, 140));
    let repeats: Option<Planned> = (is_told || is_cut).then_some((FINDING, 40));
    let others = [("deciding", 10)]
        .into_iter()
        .chain(furniture)
        .chain(repeats);
    others.chain([("writing", 100)]).collect()
}

/// The table of what is left out, where it is asked for.
fn open_removed(call: &DedupCall) -> Result<Option<ClusterWriter>> {
    let destination = call.removed.as_deref().map(Destination::named);
    let removed = destination.map(|it| output::clusters(&it)).transpose()?;
    Ok(match call.csv_safe {
        true => removed.map(ClusterWriter::for_spreadsheets),
        false => removed,
    })
}

/// Refuses outputs that would replace what is read, or each other.
pub(crate) fn keep_apart(
    call: &DedupCall,
    target: Option<&Target>,
    table: Option<&Path>,
    console: &Console,
) -> Result<()> {
    let outputs = match target {
        Some(Target::File(_)) => call.output.iter().cloned().collect(),
        Some(Target::Folder { path, .. }) => {
            let inputs = console.corpus.files().iter();
            inputs.map(|input| path.join(&input.shard)).collect()
        }
        None => Vec::new(),
    };
    let others = [
        call.removed.as_deref(),
        call.reading.rejects.as_deref(),
        call.deciding.furniture_out.as_deref(),
        call.report_json.as_deref(),
        call.spans.as_deref(),
    ];
    let state = call.state.as_deref().map(samestory::state::file);
    // What is wrong with the folder itself is told better when it is looked at.
    let shards = match target {
        Some(Target::Folder { .. }) if others.iter().all(Option::is_none) => &[],
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

/// The lists that are written beside the records, where they are asked for.
struct Lists<'l> {
    /// The records that are left out.
    removed: &'l mut Option<ClusterWriter>,
    /// What is cut from the texts of the others.
    spans: &'l mut Option<SpanWriter>,
}

/// Writes what was found, or what the clusters table says, if it is to be written; hands on what was decided.
fn write(
    call: &DedupCall,
    choice: &Choice,
    target: Option<&Target>,
    console: &Console,
    config: &Config,
    from: &From<'_>,
    lists: &mut Lists<'_>,
) -> Result<(Option<Finished>, Decisions, Option<RepeatsCut>)> {
    let inputs = console.corpus.inputs();
    let found = from.found;
    let tables = found.map(|found| Tables::new(found, &inputs)).transpose()?;
    console.begin("deciding")?;
    let corpus = &console.corpus;
    let decisions = decide(
        call,
        choice,
        corpus,
        from.table,
        tables.as_ref(),
        lists.removed,
    )?;
    let Some(target) = target else {
        return Ok((None, decisions, None));
    };
    let rows = match from.table.filter(|_| call.mark) {
        Some(path) => StoredRows::read(path, &inputs)?,
        None => StoredRows::default(),
    };
    let learned = match call.needs_furniture() {
        true => learned(console, config, from)?,
        false => None,
    };
    let furniture = learned.as_ref().or(found.map(|found| &found.furniture));
    let marks = tables.as_ref().map_or(Marks::Stored(&rows), Marks::Found);
    let repeats = match call.strip_repeats || lists.spans.is_some() {
        true => Some(repeats(call, console, config, &decisions)?),
        false => None,
    };
    let settings = state::settings_of(config, corpus);
    let plan = Plan {
        decisions: &decisions,
        marks: call.mark.then_some(marks),
        furniture: furniture.filter(|_| call.strip_furniture),
        repeats: repeats.as_ref().filter(|_| call.strip_repeats),
        settings: &settings,
    };
    console.begin("writing")?;
    if let Some(to) = &mut *lists.spans {
        let cuts = Cuts {
            furniture,
            repeats: repeats.as_ref(),
        };
        dedup::write_spans(corpus, &plan, cuts, &config.budget(), to)?;
    }
    let finished = dedup::dedup(corpus, &plan, target)?;
    tell_repeats(console, plan.repeats);
    let cut = plan.repeats.map(Repeats::cut);
    Ok((Some(finished), decisions, cut))
}

/// Finds what records repeat of each other.
fn repeats(
    call: &DedupCall,
    console: &Console,
    config: &Config,
    decisions: &Decisions,
) -> Result<Repeats> {
    console.begin(FINDING)?;
    let kept = Some(decisions).filter(|_| !call.mark);
    Repeats::find(&console.corpus, kept, &config.budget())
}

/// Decides which records are kept, and lists the others where that is asked for.
fn decide(
    call: &DedupCall,
    choice: &Choice,
    corpus: &FileCorpus,
    table: Option<&Path>,
    tables: Option<&Tables<'_>>,
    removed: &mut Option<ClusterWriter>,
) -> Result<Decisions> {
    let decisions = match (table, tables) {
        (Some(path), _) => Decisions::read(path, corpus, choice),
        (None, Some(tables)) => Decisions::of(tables, corpus, choice),
        (None, None) => Ok(Decisions::default()),
    }?;
    let decisions = match table.is_some() && corpus.is_filtered() {
        true => decisions.of_some(),
        false => decisions,
    };
    // What is too much is known before anything is written.
    if let Some(most) = call.max_removed {
        decisions.check_removed(most)?;
    }
    match (removed, table, tables) {
        (Some(to), Some(path), _) => decisions.copy_removed(path, &corpus.inputs(), to)?,
        (Some(to), None, Some(tables)) => decisions.write_removed(tables, to)?,
        _ => {}
    }
    Ok(decisions)
}

/// What the pages repeat, where that is needed and was not found with the copies.
fn learned(console: &Console, config: &Config, from: &From<'_>) -> Result<Option<Furniture>> {
    match (from.found, from.state) {
        (None, Some(state)) => state.furniture().map(Some),
        (None, None) => {
            console.begin(LEARNING)?;
            Furniture::learn(&console.corpus, &config.budget()).map(Some)
        }
        _ => Ok(None),
    }
}

//! `samestory explain`.

use std::io::{IsTerminal, Write};

use anyhow::anyhow;
use samestory::compression::Compression;
use samestory::config::Config;
use samestory::error::{Error, ErrorKind, Result};
use samestory::explain::{Explainer, Paint, Subject};
use samestory::output::{Closed, Destination, OutputFile};
use samestory::state::{Keeper, State};
use samestory::tables::Tables;

use super::args::ExplainCall;
use super::cluster::{Side, compute};
use super::console::Console;

/// Columns of a text that goes to no terminal.
const COLUMNS: usize = 100;

/// Says why two articles are, or are not, together.
pub(crate) fn run(mut call: ExplainCall) -> anyhow::Result<()> {
    let config = call.relating.complete(call.deciding.config()?)?;
    let config = call.telling.bounded(config);
    if let (Some(folder), true) = (&call.state, call.reading.inputs.is_empty()) {
        call.reading.inputs = State::inputs(folder)?;
    }
    let console = Console::open(&call.reading, call.choosing.filter(), &call.telling)?;
    console.keep_apart(&[
        call.output.as_deref(),
        call.reading.rejects.as_deref(),
        call.deciding.furniture_out.as_deref(),
    ])?;
    let page = call.output.as_deref().map(Destination::named);
    let page = page.map(|to| OutputFile::create(&to, Compression::None));
    let page = page.transpose()?;
    let state = match &call.state {
        Some(folder) => State::open(folder, &console.corpus, &config)?,
        None => decide(&call, &console, &config)?,
    };
    let explainer = Explainer::new(&state, &console.corpus, &config)?;
    let (a, b) = subjects(&explainer, &call)?;
    let explanation = explainer.explain(&a, &b)?;
    console.finish();
    let mut closed: Vec<Closed> = Vec::new();
    if let Some(mut page) = page {
        let name = page.name().to_owned();
        let written = page.write_all(explanation.page().as_bytes());
        written.map_err(|error| Error::io(name, error))?;
        closed.push(page.close()?);
    }
    let text = match (call.json, closed.is_empty()) {
        (true, _) => serde_json::to_string_pretty(&explanation)? + "\n",
        (false, true) => explanation.show(paint()),
        (false, false) => String::new(),
    };
    let mut out = std::io::stdout().lock();
    out.write_all(text.as_bytes())
        .and_then(|()| out.flush())
        .map_err(|error| Error::io("-", error))?;
    closed.into_iter().try_for_each(Closed::commit)?;
    Ok(())
}

/// Decides all anew, and keeps that for as long as the call takes.
fn decide(call: &ExplainCall, console: &Console, config: &Config) -> anyhow::Result<State> {
    let folder = tempfile::tempdir_in(call.telling.temp_dir())?;
    let side = Side::open(&call.reading, &call.deciding)?;
    let keeper = Keeper::create(folder.path())?;
    let found = compute(console, config, Some(&keeper))?;
    let inputs = samestory::article::Corpus::inputs(&console.corpus);
    let tables = Tables::new(&found, &inputs)?;
    keeper.finish(&console.corpus, config, &tables)?.commit()?;
    let side = side.write(console, &found)?;
    side.into_iter().try_for_each(Closed::commit)?;
    // The file stays readable for as long as it is open, wherever its folder goes.
    Ok(State::open(folder.path(), &console.corpus, config)?)
}

/// Both articles; an error names each id that there is not.
fn subjects(explainer: &Explainer<'_>, call: &ExplainCall) -> anyhow::Result<(Subject, Subject)> {
    let unknown = |found: &Result<Subject>| match found {
        Err(error) if matches!(error.kind(), ErrorKind::UnknownId { .. }) => {
            Some(error.to_string())
        }
        _ => None,
    };
    let (a, b) = explainer.pair(&call.id_a, &call.id_b);
    if let (Some(a), Some(b)) = (unknown(&a), unknown(&b)) {
        return Err(anyhow!("{a}\nsamestory: {b}"));
    }
    Ok((a?, b?))
}

fn paint() -> Paint {
    let out = std::io::stdout();
    let no_color = std::env::var_os("NO_COLOR").is_some_and(|value| !value.is_empty());
    let width = match out.is_terminal() {
        true => columns(),
        false => COLUMNS,
    };
    Paint {
        is_coloured: out.is_terminal() && !no_color,
        width,
    }
}

/// As wide as the terminal is, but not so narrow that two texts find no room side by side.
fn columns() -> usize {
    let (_, columns) = console::Term::stdout().size();
    usize::from(columns).clamp(60, 200)
}

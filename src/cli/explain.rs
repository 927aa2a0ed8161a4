//! `samestory explain`.

use std::io::{IsTerminal, Write};

use anyhow::anyhow;
use samestory::compression::Compression;
use samestory::config::Config;
use samestory::error::{Error, ErrorKind, Result};
use samestory::explain::{Explainer, Paint, Subject};
use samestory::names::harmless_json;
use samestory::output::{Closed, Destination, OutputFile};
use samestory::state::{State, StateWriter};
use samestory::tables::Tables;

use super::args::ExplainCall;
use super::cluster::{Side, compute};
use super::console::{Console, Named};

/// Columns of a text that goes to no terminal.
const COLUMNS: usize = 100;

/// Says why two articles are, or are not, together.
pub(crate) fn run(mut call: ExplainCall) -> anyhow::Result<()> {
    call.deciding.reads(&mut call.reading);
    let config = call.relating.complete(call.deciding.config()?)?;
    if let (Some(folder), true) = (&call.state, call.reading.inputs.is_empty()) {
        call.reading.inputs = State::inputs(folder)?;
    }
    let console = Console::open(&call.reading, call.choosing.filter(), &call.telling)?;
    let config = call.telling.bounded(config, console.interrupt.clone());
    let state = call.state.as_deref().map(samestory::state::file);
    let written = [
        call.output.as_deref(),
        call.reading.rejects.as_deref(),
        call.deciding.furniture_out.as_deref(),
    ];
    console.keep_apart(&Named {
        read: state.as_deref().into_iter().collect(),
        written: written.into_iter().flatten().collect(),
        folder: None,
    })?;
    let page = call.output.as_deref().map(Destination::named);
    let page = page.map(|to| OutputFile::create(&to, Compression::None));
    let page = page.transpose()?;
    let mut closed: Vec<Closed> = Vec::new();
    let state = match &call.state {
        Some(folder) => State::open(folder, &console.corpus, &config)?,
        None => {
            let (state, side) = decide(&call, &console, &config)?;
            closed.extend(side);
            state
        }
    };
    let explainer = Explainer::new(&state, &console.corpus, &config)?;
    let (a, b) = subjects(&explainer, &call)?;
    let explanation = explainer.explain(&a, &b)?;
    console.finish();
    let is_page = page.is_some();
    if let Some(mut page) = page {
        let name = page.name().to_owned();
        let written = page.write_all(explanation.page().as_bytes());
        written.map_err(|error| Error::io(name, error))?;
        closed.push(page.close()?);
    }
    let text = match (call.json, is_page) {
        (true, _) => {
            let json = serde_json::to_string_pretty(&explanation)? + "\n";
            harmless_json(&json).into_owned()
        }
        (false, false) => explanation.show(paint()),
        (false, true) => String::new(),
    };
    let mut out = std::io::stdout().lock();
    out.write_all(text.as_bytes())
        .and_then(|()| out.flush())
        .map_err(|error| Error::io("-", error))?;
    console.commit(closed)?;
    Ok(())
}

/// Decides all anew, and keeps that for as long as the call takes; and the files that were asked for besides.
fn decide(
    call: &ExplainCall,
    console: &Console,
    config: &Config,
) -> anyhow::Result<(State, Vec<Closed>)> {
    let side = Side::open(&call.reading, &call.deciding, false)?;
    let keeper = StateWriter::in_passing(&call.telling.temp_dir())?;
    let found = compute(console, config, Some(&keeper))?;
    let inputs = samestory::corpus::Corpus::inputs(&console.corpus);
    let tables = Tables::new(&found, &inputs)?;
    let kept = keeper.finish(&console.corpus, config, &tables)?;
    let side = side.write(console, &found)?;
    Ok((kept.open()?, side))
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

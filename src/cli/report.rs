//! `samestory report`.

use std::path::Path;

use samestory::clean::Furniture;
use samestory::compression::Compression;
use samestory::config::Config;
use samestory::corpus::Timestamp;
use samestory::error::{ErrorKind, Result};
use samestory::index::Index;
use samestory::output::{self, Destination, OutputFile};
use samestory::state::State;
use samestory::{rejects, report};

use super::args::ReportCall;
use super::console::{Console, Named, to_stderr};
use super::summary;

/// Checks that inputs are named for a table, and none for an index.
fn check_inputs(call: &ReportCall) -> samestory::error::Result<()> {
    let inputs = call.reading.inputs.iter();
    let inputs: Vec<String> = inputs.map(|input| input.display().to_string()).collect();
    let (value, expected) = match (Index::is_there(&call.clusters), inputs.is_empty()) {
        (true, _) => (
            inputs.join(" "),
            "left out for an index, which has its articles",
        ),
        (false, true) => (
            "left out".to_owned(),
            "what the clusters were made from: files, folders, globs",
        ),
        (false, false) => return Ok(()),
    };
    Err(ErrorKind::Setting {
        name: "--input",
        value,
        expected: expected.to_owned(),
    }
    .into())
}

/// Writes a page that shows what a run found.
pub(crate) fn run(call: ReportCall) -> anyhow::Result<()> {
    if Index::is_there(&call.clusters) && call.reading.inputs.is_empty() {
        return match call.choosing.only_since() {
            Some(since) => of_index(&call, since),
            None => anyhow::bail!("of an index, --since alone says what is shown"),
        };
    }
    check_inputs(&call)?;
    let console = Console::open(&call.reading, call.choosing.filter(), &call.telling)?;
    let output = call.output.as_deref().unwrap_or(Path::new("-"));
    let state = call.state.as_deref().map(samestory::state::file);
    let read = [Some(call.clusters.as_path()), state.as_deref()];
    let rejects = call.reading.rejects.as_deref();
    console.keep_apart(&Named {
        read: read.into_iter().flatten().collect(),
        written: [output].into_iter().chain(rejects).collect(),
        folder: None,
    })?;
    let mut page = create(output)?;
    let rejected = rejects.map(create).transpose()?;
    let furniture = furniture(&call, &console)?;
    console.begin("reporting")?;
    let most = usize::try_from(call.max_size).unwrap_or(usize::MAX);
    let options = report::Options {
        most_bytes: most,
        title: call.title.clone(),
    };
    let shown = report::write(
        &call.clusters,
        &console.corpus,
        &furniture,
        &options,
        &mut page,
    )?;
    let mut closed = vec![page.close()?];
    if let Some(file) = rejected {
        let mut written = rejects::write(&console.corpus, file)?;
        rejects::write_unread(&console.corpus, &mut written)?;
        closed.push(written.close()?);
    }
    console.commit(closed)?;
    console.finish();
    tell(&console, &shown);
    Ok(console.verdict(&call.reading)?)
}

/// Writes a page that shows stories of an index.
fn of_index(call: &ReportCall, since: Option<Timestamp>) -> anyhow::Result<()> {
    let config = super::index::start(&call.telling)?;
    let output = call.output.as_deref().unwrap_or(Path::new("-"));
    super::index_tables::keep_apart(&call.clusters, output)?;
    let mut page = create(output)?;
    let index = Index::open(&call.clusters, &config)?;
    let (rows, corpus) = index.recent(since)?;
    // The page is made of a table, whoever made that.
    let folder = tempfile::tempdir_in(call.telling.temp_dir())?;
    let table = folder.path().join("clusters.csv");
    let mut to = output::clusters(&Destination::named(&table))?;
    rows.iter().try_for_each(|row| to.write(&row.cluster()))?;
    to.close()?.commit()?;
    let furniture = match call.keep_furniture {
        true => Furniture::default(),
        false => index.furniture()?,
    };
    let options = report::Options {
        most_bytes: usize::try_from(call.max_size).unwrap_or(usize::MAX),
        title: Some(call.title.clone().unwrap_or_else(|| title_of(call, since))),
    };
    let shown = report::write(&table, &corpus, &furniture, &options, &mut page)?;
    page.commit()?;
    if !call.telling.quiet {
        to_stderr(&told(&shown).join("\n"));
    }
    Ok(())
}

fn title_of(call: &ReportCall, since: Option<Timestamp>) -> String {
    let name = call.clusters.display();
    match since {
        Some(since) => format!("{name} since {since}"),
        None => name.to_string(),
    }
}

fn create(name: &Path) -> Result<OutputFile> {
    let destination = Destination::named(name);
    OutputFile::create(&destination, Compression::of_name(destination.name()))
}

/// What is furniture in the inputs.
fn furniture(call: &ReportCall, console: &Console) -> Result<Furniture> {
    if call.keep_furniture {
        return Ok(Furniture::default());
    }
    if let Some(folder) = &call.state {
        return State::of_inputs(folder, &console.corpus)?.furniture();
    }
    console.begin("learning furniture")?;
    let interrupt = console.interrupt.clone();
    let budget = call.telling.bounded(Config::default(), interrupt).budget();
    Furniture::learn(&console.corpus, &budget)
}

fn tell(console: &Console, shown: &report::Shown) {
    told(shown).iter().for_each(|line| console.say(line));
}

/// What a report shows, in lines.
fn told(shown: &report::Shown) -> Vec<String> {
    let mut lines = vec![format!(
        "report      {:.1} MB: {} stories, {} with their texts, {} with beginnings",
        shown.bytes as f64 / 1e6,
        summary::count(shown.stories),
        summary::count(shown.with_texts),
        summary::count(shown.with_beginnings),
    )];
    if shown.forms > 0 {
        lines.push(format!(
            "            {} forms and notices, {} of them listed",
            summary::count(shown.forms),
            summary::count(shown.listed_forms),
        ));
    }
    if shown.listed < shown.stories {
        let left_out = summary::count(shown.stories - shown.listed);
        lines.push(format!(
            "            {left_out} are not listed; --max-size has more room"
        ));
    }
    lines
}

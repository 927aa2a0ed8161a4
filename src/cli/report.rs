//! `samestory report`.

use std::path::Path;

use samestory::clean::Furniture;
use samestory::compression::Compression;
use samestory::config::Config;
use samestory::error::Result;
use samestory::output::{Destination, OutputFile};
use samestory::state::State;
use samestory::{rejects, report};

use super::args::ReportCall;
use super::console::{Console, Named};
use super::summary;

/// Writes a page that shows what a run found.
pub(crate) fn run(call: ReportCall) -> anyhow::Result<()> {
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
    let from = (call.clusters.as_path(), &console.corpus);
    let most = usize::try_from(call.max_size).unwrap_or(usize::MAX);
    let options = report::Options {
        most_bytes: most,
        title: call.title.clone(),
    };
    let shown = report::write(from, &furniture, &options, &mut page)?;
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
    let room = call.telling.bounded(Config::default(), interrupt).room();
    Furniture::learn(&console.corpus, &room)
}

fn tell(console: &Console, shown: &report::Shown) {
    console.say(&format!(
        "report      {:.1} MB: {} stories, {} with their texts, {} with beginnings",
        shown.bytes as f64 / 1e6,
        summary::count(shown.stories),
        summary::count(shown.with_texts),
        summary::count(shown.with_beginnings),
    ));
    if shown.forms > 0 {
        console.say(&format!(
            "            {} forms and notices, {} of them listed",
            summary::count(shown.forms),
            summary::count(shown.listed_forms),
        ));
    }
    if shown.listed < shown.stories {
        let left_out = summary::count(shown.stories - shown.listed);
        console.say(&format!(
            "            {left_out} are not listed; --max-size has more room"
        ));
    }
}

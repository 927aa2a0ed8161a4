//! `samestory cluster`.

use std::path::{Path, PathBuf};

use samestory::article::{Corpus, ReadReport};
use samestory::clean::Survey;
use samestory::compression::Compression;
use samestory::config::Config;
use samestory::error::{ErrorKind, Result};
use samestory::output::{self, ClusterWriter, Destination, OutputFile, PairWriter, StoryWriter};
use samestory::pipeline::{self, Clustering};
use samestory::rejects;
use samestory::state::{self, Keeper};
use samestory::tables::{Links, Tables};

use super::args::{ByFlag, ClusterCall, Deciding, Reading};
use super::console::{Console, Named};
use super::{heap, space, summary};

/// Clusters the articles and writes the tables.
pub(crate) fn run(call: ClusterCall) -> anyhow::Result<()> {
    let config = call.relating.complete(call.deciding.config()?)?;
    let console = Console::open(&call.reading, &call.telling)?;
    let config = call.telling.bounded(config, console.interrupt.clone());
    let output = call.output.as_deref().unwrap_or(Path::new("-"));
    let state = call.state.as_deref();
    let state_file = state.map(state::file);
    let written = [
        Some(output),
        call.pairs.as_deref(),
        call.reading.rejects.as_deref(),
        call.deciding.furniture_out.as_deref(),
        state_file.as_deref(),
    ];
    console.keep_apart(&Named {
        written: written.into_iter().flatten().collect(),
        folder: state,
        ..Named::default()
    })?;
    // What cannot be written should be known before the work is done; but nothing goes to standard output before.
    let destination = Destination::named(output);
    let how = (call.by, call.csv_safe);
    let early = match destination {
        Destination::Stdout => None,
        Destination::File(_) => Some(Output::open(&destination, how)?),
    };
    let mut pairs = call
        .pairs
        .as_deref()
        .map(|name| output::pairs(&Destination::named(name)))
        .transpose()?;
    if call.csv_safe {
        pairs = pairs.map(PairWriter::for_spreadsheets);
    }
    let side = Side::open(&call.reading, &call.deciding, call.csv_safe)?;
    let keeper = match &call.state {
        Some(folder) => {
            state::check(&console.corpus)?;
            Some(Keeper::create(folder)?)
        }
        None => None,
    };
    let found = compute(&console, &config, keeper.as_ref())?;
    console.begin("writing")?;
    let inputs = console.corpus.inputs();
    let tables = Tables::new(&found, &inputs)?;
    let output = early.map_or_else(|| Output::open(&destination, how), Ok)?;
    let output = output.write(&console, &tables)?;
    if let Some(pairs) = &mut pairs {
        tables.write_pairs(pairs)?;
    }
    let mut closed = vec![output];
    closed.extend(pairs.map(|pairs| pairs.close()).transpose()?);
    closed.extend(side.write(&console, &found)?);
    let kept = keeper.map(|keeper| keeper.finish(&console.corpus, &config, &tables));
    let kept = kept.transpose()?;
    console.naming(|| match kept {
        Some(kept) => kept.commit_with(closed),
        None => output::commit_all(closed),
    })?;
    console.finish();
    if tables.ids().repeated() > 0 {
        let repeated = summary::count(tables.ids().repeated());
        console.say(&format!(
            "ids         {repeated} were taken already and got a #2 or more"
        ));
    }
    Ok(summary::tell(&console, &found, &config)?)
}

/// The main output, of one form or the other.
enum Output {
    Articles(ClusterWriter),
    Stories(StoryWriter),
}

impl Output {
    fn open(destination: &Destination, (by, is_safe): (Option<ByFlag>, bool)) -> Result<Output> {
        let by = match by {
            None if output::is_feed(destination) => ByFlag::Story,
            by => by.unwrap_or(ByFlag::Article),
        };
        Ok(match by {
            ByFlag::Article if is_safe => {
                Output::Articles(output::clusters(destination)?.for_spreadsheets())
            }
            ByFlag::Article => Output::Articles(output::clusters(destination)?),
            ByFlag::Story => Output::Stories(output::stories(destination)?),
        })
    }

    fn write(self, console: &Console, tables: &Tables<'_>) -> Result<output::Closed> {
        match self {
            Output::Articles(mut to) => {
                tables.write_clusters(&mut to)?;
                to.close()
            }
            Output::Stories(mut to) => {
                let links = match to.is_feed() {
                    true => tables.links(&console.corpus)?,
                    false => Links::default(),
                };
                tables.write_stories(&links, &mut to)?;
                to.close()
            }
        }
    }
}

/// Finds the copies in a console's corpus; the keeper, if there is one, keeps what is learned.
pub(crate) fn compute(
    console: &Console,
    config: &Config,
    keeper: Option<&Keeper>,
) -> Result<Clustering> {
    space::check(console, config)?;
    if space::is_ample(console, config) {
        heap::keep_what_is_freed();
    }
    let on_stage = |stage| console.stage(stage);
    let found = match keeper {
        Some(keeper) => pipeline::cluster_and_keep(&console.corpus, config, &on_stage, keeper),
        None => pipeline::cluster(&console.corpus, config, &on_stage),
    }?;
    if found.register.is_empty() {
        summary::tell_reading(console, &found.read);
        return Err(nothing_read(console, &found.read));
    }
    Ok(found)
}

fn nothing_read(console: &Console, read: &ReadReport) -> samestory::error::Error {
    let input = console
        .corpus
        .inputs()
        .into_iter()
        .next()
        .unwrap_or_default();
    let reason = match samestory::tables::rejected(read) {
        0 => "no records".to_owned(),
        rejects => format!("no articles; {rejects} records were rejected"),
    };
    ErrorKind::NoInput { input, reason }.into()
}

/// The files beside the main output: what was rejected, and what cleaning drops.
pub(crate) struct Side {
    rejects: Option<OutputFile>,
    furniture: Option<OutputFile>,
    is_safe: bool,
}

impl Side {
    /// Opens the files that are asked for.
    pub(crate) fn open(reading: &Reading, deciding: &Deciding, is_safe: bool) -> Result<Side> {
        let open = |name: &Option<PathBuf>| {
            let destination = name.as_deref().map(Destination::named);
            destination
                .map(|to| OutputFile::create(&to, Compression::of_name(to.name())))
                .transpose()
        };
        Ok(Side {
            rejects: open(&reading.rejects)?,
            furniture: open(&deciding.furniture_out)?,
            is_safe,
        })
    }

    /// Writes and closes them.
    pub(crate) fn write(
        self,
        console: &Console,
        found: &Clustering,
    ) -> Result<Vec<output::Closed>> {
        let mut closed = Vec::new();
        if let Some(file) = self.rejects {
            closed.push(rejects::write(&console.corpus, file)?.close()?);
        }
        if let Some(mut file) = self.furniture {
            Survey::of(&console.corpus, &found.furniture)?.write(&mut file, self.is_safe)?;
            closed.push(file.close()?);
        }
        Ok(closed)
    }
}

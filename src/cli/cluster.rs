//! `samestory cluster`.

use std::path::{Path, PathBuf};

use samestory::compression::Compression;
use samestory::config::Config;
use samestory::corpus::{Corpus, ReadReport, Timestamp};
use samestory::error::{ErrorKind, Result};
use samestory::links::Links as StoryLinks;
use samestory::output::{
    self, ClusterWriter, Destination, OutputFile, PairWriter, StoryWriter, TableOptions,
    VersionWriter,
};
use samestory::pipeline::{self, Clustering};
use samestory::rejects;
use samestory::state::{self, StateWriter};
use samestory::tables::{LeadAddresses, Survey, Tables};
use samestory::work::Work;

use super::args::{ByFlag, ClusterCall, Deciding, Reading, SortFlag};
use super::console::{Console, Named};
use super::run_report::{Ended, RunReport};
use super::{heap, space, summary};

/// Clusters the articles and writes the tables.
pub(crate) fn run(mut call: ClusterCall) -> anyhow::Result<()> {
    if let Some(folder) = &call.against {
        return super::against::cluster(&call, folder);
    }
    call.deciding.reads(&mut call.reading);
    let columns = own_columns(&mut call.reading);
    let config = config(&call)?;
    let console = Console::open(&call.reading, call.choosing.filter(), &call.telling)?;
    let config = call.telling.bounded(config, console.interrupt.clone());
    let output = call.output.as_deref().unwrap_or(Path::new("-"));
    keep_apart(&console, &call, output)?;
    console.plan(&config, true, &[("writing", 40)]);
    // What cannot be written should be known before the work is done; but nothing goes to standard output before.
    let destination = Destination::named(output);
    let settings = state::settings_of(&config, &console.corpus);
    let how = How {
        by: call.by,
        is_safe: call.csv_safe,
        since: call.new_since,
        options: TableOptions { settings, columns },
    };
    let early = match destination {
        Destination::Stdout => None,
        Destination::File(_) => Some(Output::open(&destination, &how)?),
    };
    let pairs = open_pairs(&call)?;
    let side = Side::open(&call.reading, &call.deciding, call.csv_safe)?;
    let report = RunReport::open(call.report_json.as_deref())?;
    let keeper = keeper(&console, &call)?;
    let found = found(&console, &config, &call, keeper.as_ref())?;
    console.begin("writing")?;
    let inputs = console.corpus.inputs();
    let tables = Tables::new(&found, &inputs)?;
    let output = early.map_or_else(|| Output::open(&destination, &how), Ok)?;
    let is_by_size = call.sort == Some(SortFlag::Size);
    let output = output.write(&console, &tables, call.min_articles, is_by_size)?;
    let mut closed = vec![output];
    if let Some(mut pairs) = pairs {
        tables.write_pairs(&mut pairs)?;
        closed.push(pairs.close()?);
    }
    closed.extend(side.write(&console, &found)?);
    let kept = keeper.map(|keeper| keeper.finish(&console.corpus, &config, &tables));
    let kept = kept.transpose()?;
    let ended = Ended::of("cluster", &config, Some(&found));
    closed.extend(report.map(|it| it.write(&console, &ended)).transpose()?);
    console.naming(|| match kept {
        Some(kept) => kept.commit_with(closed),
        None => output::commit_all(closed),
    })?;
    console.finish();
    tell_repeated(&console, tables.ids().repeated());
    summary::tell(&console, &found, &config)?;
    Ok(console.verdict(&call.reading)?)
}

/// Takes the columns of the table that is written out of those that are named: they are told from those of tables that are read by
/// what they are called.
fn own_columns(reading: &mut Reading) -> Vec<String> {
    match reading.columns.take() {
        Some(names) if output::are_columns(&names) => names,
        others => {
            reading.columns = others;
            Vec::new()
        }
    }
}

/// Refuses to write over what is read, or one thing over another.
fn config(call: &ClusterCall) -> anyhow::Result<Config> {
    let links = call.links.as_deref().map(StoryLinks::read).transpose()?;
    Ok(Config {
        links: links.unwrap_or_default(),
        ..call.relating.complete(call.deciding.config()?)?
    })
}

fn keep_apart(console: &Console, call: &ClusterCall, output: &Path) -> Result<()> {
    let state = call.state.as_deref();
    let state_file = state.map(state::file);
    let written = [
        Some(output),
        call.pairs.as_deref(),
        call.reading.rejects.as_deref(),
        call.deciding.furniture_out.as_deref(),
        state_file.as_deref(),
        call.report_json.as_deref(),
    ];
    console.keep_apart(&Named {
        read: call.links.as_deref().into_iter().collect(),
        written: written.into_iter().flatten().collect(),
        folder: state,
    })
}

/// The table of pairs, where it is asked for.
pub(crate) fn open_pairs(call: &ClusterCall) -> Result<Option<PairWriter>> {
    let destination = call.pairs.as_deref().map(Destination::named);
    let pairs = destination.map(|it| output::pairs(&it)).transpose()?;
    Ok(match call.csv_safe {
        true => pairs.map(PairWriter::for_spreadsheets),
        false => pairs,
    })
}

/// Who keeps what is learned, where that is asked for.
fn keeper(console: &Console, call: &ClusterCall) -> Result<Option<StateWriter>> {
    let Some(folder) = &call.state else {
        return Ok(None);
    };
    state::check(&console.corpus)?;
    StateWriter::create(folder).map(Some)
}

/// Finds the copies and stories, and goes on from the work of an earlier run where there is a folder for it.
fn found(
    console: &Console,
    config: &Config,
    call: &ClusterCall,
    keeper: Option<&StateWriter>,
) -> Result<Clustering> {
    let work = call.work.as_deref();
    let work = work.map(|folder| Work::open(folder, &console.corpus, config));
    let work = work.transpose()?;
    let found = compute_with(console, config, keeper, work.as_ref())?;
    if let Some(work) = &work {
        super::work::tell(console, work);
    }
    Ok(found)
}

fn tell_repeated(console: &Console, repeated: usize) {
    if repeated > 0 {
        let repeated = summary::count(repeated);
        console.say(&format!(
            "ids         {repeated} were taken already and got a #2 or more"
        ));
    }
}

/// The main output, of one form or the other.
enum Output {
    Articles(ClusterWriter),
    Stories(StoryWriter),
    Versions(VersionWriter),
}

/// How the main output is to be written.
struct How {
    by: Option<ByFlag>,
    is_safe: bool,
    /// When a story has something new.
    since: Option<Timestamp>,
    options: TableOptions,
}

impl Output {
    fn open(destination: &Destination, how: &How) -> Result<Output> {
        let table = || output::clusters_as(destination, how.options.clone());
        let by = match how.by {
            None if output::is_feed(destination) => ByFlag::Story,
            by => by.unwrap_or(ByFlag::Article),
        };
        if let (Some(since), ByFlag::Article | ByFlag::Version) = (how.since, by) {
            return Err(ErrorKind::Setting {
                name: "--new-since",
                value: since.to_string(),
                expected: "left out where the rows are not those of stories: --by story".to_owned(),
            }
            .into());
        }
        Ok(match by {
            ByFlag::Article if how.is_safe => Output::Articles(table()?.for_spreadsheets()),
            ByFlag::Article => Output::Articles(table()?),
            ByFlag::Story | ByFlag::Version if !how.options.columns.is_empty() => {
                return Err(ErrorKind::Setting {
                    name: "--columns",
                    value: how.options.columns.join(","),
                    expected: "left out where the rows are not those of articles".to_owned(),
                }
                .into());
            }
            ByFlag::Story => Output::Stories(output::stories(destination)?.since(how.since)),
            ByFlag::Version => Output::Versions(output::versions(destination)?),
        })
    }

    fn write(
        self,
        console: &Console,
        tables: &Tables<'_>,
        least: Option<usize>,
        is_by_size: bool,
    ) -> Result<output::Closed> {
        match self {
            Output::Articles(mut to) => {
                tables.write_clusters_of(&console.corpus, &mut to)?;
                to.close()
            }
            Output::Versions(mut to) => {
                tables.write_versions(&console.corpus, &mut to)?;
                to.close()
            }
            Output::Stories(mut to) => {
                let links = match to.is_feed() {
                    true => tables.links(&console.corpus)?,
                    false => LeadAddresses::default(),
                };
                // A feed of stories of one article each would be one of articles.
                let least = least.unwrap_or(if to.is_feed() { 2 } else { 1 });
                tables.write_stories(&links, least, is_by_size, &mut to)?;
                to.close()
            }
        }
    }
}

/// Finds the copies in a console's corpus; the keeper, if there is one, keeps what is learned.
pub(crate) fn compute(
    console: &Console,
    config: &Config,
    keeper: Option<&StateWriter>,
) -> Result<Clustering> {
    compute_with(console, config, keeper, None)
}

/// Finds the same, and goes on from the work of an earlier run where there is a folder for it.
fn compute_with(
    console: &Console,
    config: &Config,
    keeper: Option<&StateWriter>,
    work: Option<&Work>,
) -> Result<Clustering> {
    space::check(console, config)?;
    if space::is_ample(console, config) {
        heap::keep_what_is_freed();
    }
    let on_stage = |stage| console.stage(stage);
    let found = match (keeper, work) {
        (Some(keeper), _) => keeper.cluster(&console.corpus, config, &on_stage),
        (None, Some(work)) => work.cluster(&console.corpus, config, &on_stage),
        (None, None) => pipeline::cluster(&console.corpus, config, &on_stage),
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
    let left_out: u64 = read.left_out.iter().map(|(_, count)| count).sum();
    let reason = match (samestory::tables::rejected(read), left_out) {
        (0, 0) => "no records".to_owned(),
        (rejects, 0) => format!("no articles; {rejects} records were rejected"),
        (0, left_out) => format!("no articles; {left_out} were left out"),
        (rejects, left_out) => {
            format!("no articles; {rejects} records were rejected, and {left_out} left out")
        }
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
            let mut file = rejects::write(&console.corpus, file)?;
            rejects::write_unread(&console.corpus, &mut file)?;
            closed.push(file.close()?);
        }
        if let Some(mut file) = self.furniture {
            Survey::of(&console.corpus, &found.furniture)?.write(&mut file, self.is_safe)?;
            closed.push(file.close()?);
        }
        Ok(closed)
    }
}

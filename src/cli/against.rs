//! `cluster` and `dedup` of a dump that is held against an index.

use std::path::{Path, PathBuf};

use samestory::compression::Compression;
use samestory::config::Config;
use samestory::dedup::{self as library, Decisions, KeptCounts, Plan, Target};
use samestory::error::{ErrorKind, Result};
use samestory::index::{self, Compared, Index, IndexWriter, Ingested, Intake};
use samestory::links::Links;
use samestory::output::{self, Closed, Destination, OutputFile, VersionWriter, commit_all};
use samestory::rejects;

use super::args::{ByFlag, ClusterCall, DedupCall, Reading, SortFlag};
use super::cluster::open_pairs;
use super::console::{Console, Named};
use super::index_tables::StoriesTo;
use super::run_report::{AgainstIndex, Ended, RunReport};
use super::tally::{Tally, tell};
use super::{dedup, heap};

/// A dump on its way, into the index or not.
pub(super) enum Held<'i> {
    Compared(Box<Compared<'i>>),
    Ingested(Box<Ingested<'i>>),
}

impl<'i> Held<'i> {
    /// Holds a console's corpus against an index, and takes it in where a name is given; stories are as links say.
    pub(super) fn hold(
        console: &Console,
        index: &'i Index,
        (name, links): (Option<String>, Links),
    ) -> Result<Held<'i>> {
        console.begin("comparing")?;
        heap::keep_what_is_freed();
        match name {
            None => {
                let compared = index.compare_linked(&console.corpus, &links);
                compared.map(|it| Held::Compared(Box::new(it)))
            }
            Some(name) => {
                let intake = Intake::named(name).linked(links);
                let ingested = index.ingest(&console.corpus, intake);
                ingested.map(|it| Held::Ingested(Box::new(it)))
            }
        }
    }

    pub(super) fn compared(&self) -> &Compared<'i> {
        match self {
            Held::Compared(compared) => compared,
            Held::Ingested(ingested) => ingested.compared(),
        }
    }

    /// Takes the dump in, if that is asked for.
    pub(super) fn commit(self) -> Result<()> {
        match self {
            Held::Compared(_) => Ok(()),
            Held::Ingested(ingested) => ingested.commit(),
        }
    }
}

/// Opens an index to be read or written to.
pub(super) fn open(folder: &Path, config: &Config, add: bool) -> Result<Index> {
    let index = match add {
        true => Index::open_to_write(folder, config),
        false => Index::open(folder, config),
    }?;
    index.check_settings(config)?;
    Ok(index)
}

/// What a dump is called in an index: as its first input.
pub(super) fn name_of(reading: &Reading) -> String {
    let first = reading.inputs.first();
    let first = first.map_or(String::new(), |input| input.display().to_string());
    match reading.inputs.len() {
        0 | 1 => first,
        more => format!("{first} and {} more", more - 1),
    }
}

/// Clusters a dump against an index.
pub(super) fn cluster(call: &ClusterCall, folder: &Path) -> anyhow::Result<()> {
    refuse(call)?;
    let links = call.links.as_deref().map(Links::read).transpose()?;
    let mut reading = call.reading.clone();
    // Columns of the table that is written are told from those of tables that are read by what they are called.
    let columns = match reading.columns.take() {
        Some(names) if index::are_columns(&names) => names,
        others => {
            reading.columns = others;
            Vec::new()
        }
    };
    let config = call.relating.complete(call.deciding.config()?)?;
    let console = Console::open(&reading, call.choosing.filter(), &call.telling)?;
    let config = call.telling.bounded(config, console.interrupt.clone());
    let output = call.output.as_deref().unwrap_or(Path::new("-"));
    let written = [
        Some(output),
        call.reading.rejects.as_deref(),
        call.pairs.as_deref(),
        call.report_json.as_deref(),
    ];
    console.keep_apart(&Named {
        read: call.links.as_deref().into_iter().collect(),
        written: written.into_iter().flatten().collect(),
        folder: Some(folder),
    })?;
    let how = How {
        output,
        call,
        columns: &columns,
    };
    let early = match Destination::named(output) {
        Destination::Stdout => None,
        Destination::File(_) => Some(how.open()?),
    };
    let rejected = open_rejects(&call.reading)?;
    let pairs = open_pairs(call)?;
    let report = RunReport::open(call.report_json.as_deref())?;
    let index = open(folder, &config, call.add)?;
    let name = call.add.then(|| name_of(&call.reading));
    let held = Held::hold(&console, &index, (name, links.unwrap_or_default()))?;
    let compared = held.compared();
    console.begin("writing")?;
    let to = early.map_or_else(|| how.open(), Ok)?;
    let mut tally = Tally::default();
    let mut closed = vec![how.write(to, compared, &mut tally)?];
    closed.extend(write_rejects(&console, rejected)?);
    if let Some(mut pairs) = pairs {
        compared.write_pairs(&mut pairs)?;
        closed.push(pairs.close()?);
    }
    let ended = ended("cluster", None, (&index, compared, &tally));
    closed.extend(report.map(|it| it.write(&console, &ended)).transpose()?);
    tell(&console, &index, compared, &tally);
    console.naming(|| commit_all(closed).and_then(|()| held.commit()))?;
    Ok(())
}

/// Refuses what a call against an index has no use for, and says what to do instead.
fn refuse(call: &ClusterCall) -> Result<()> {
    let folder = |folder: &Option<PathBuf>| folder.as_ref().map(|it| it.display().to_string());
    let refused = [
        (
            "--state",
            folder(&call.state),
            "left out with --against: the index keeps what a state does; ask `samestory seen`, or `samestory index table` and `index stories`",
        ),
        (
            "--work",
            folder(&call.work),
            "left out with --against: an ingest is there wholly or not at all, and one that was stopped is begun anew",
        ),
        (
            "--furniture-out",
            folder(&call.deciding.furniture_out),
            "left out with --against: it lists what a run over all its pages drops; run `samestory cluster` on the dump by itself",
        ),
    ];
    for (name, value, expected) in refused {
        if let Some(value) = value {
            return Err(ErrorKind::Setting {
                name,
                value,
                expected: expected.to_owned(),
            }
            .into());
        }
    }
    Ok(())
}

/// What is reported of a dump that was held against an index.
fn ended<'r>(
    command: &'static str,
    kept: Option<KeptCounts>,
    (index, compared, tally): (&'r Index, &'r Compared<'r>, &'r Tally),
) -> Ended<'r> {
    Ended {
        command,
        config: index.config(),
        found: None,
        kept,
        cut: None,
        held: Some(AgainstIndex {
            index,
            compared,
            tally,
        }),
    }
}

/// How the main output is to be written.
struct How<'c> {
    output: &'c Path,
    call: &'c ClusterCall,
    columns: &'c [String],
}

/// The main output.
enum To {
    Articles(IndexWriter),
    Stories(StoriesTo),
    Versions(VersionWriter),
}

impl How<'_> {
    fn open(&self) -> Result<To> {
        let destination = Destination::named(self.output);
        let refused = |name, value: String, expected: &str| ErrorKind::Setting {
            name,
            value,
            expected: expected.to_owned(),
        };
        let is_of_articles = !matches!(self.call.by, Some(ByFlag::Story | ByFlag::Version))
            && !output::is_feed(&destination);
        if !is_of_articles {
            if !self.columns.is_empty() {
                let columns = self.columns.join(",");
                let expected = "left out where the rows are not those of articles";
                return Err(refused("--columns", columns, expected).into());
            }
            if self.call.by != Some(ByFlag::Version) {
                return StoriesTo::open(self.output).map(To::Stories);
            }
        }
        if let Some(since) = self.call.new_since {
            let expected = "left out where the rows are not those of stories: --by story";
            return Err(refused("--new-since", since.to_string(), expected).into());
        }
        if !is_of_articles {
            return output::versions(&destination).map(To::Versions);
        }
        let table = index::table_of(&destination, self.columns)?;
        Ok(To::Articles(match self.call.csv_safe {
            true => table.for_spreadsheets(),
            false => table,
        }))
    }

    fn write(&self, to: To, compared: &Compared<'_>, tally: &mut Tally) -> Result<Closed> {
        let rows = (0..compared.len()).map(|at| compared.row(at));
        match to {
            To::Articles(mut to) => {
                for row in rows {
                    let row = row?;
                    tally.add(&row);
                    to.write(&row)?;
                }
                to.close()
            }
            To::Versions(mut to) => {
                for row in rows {
                    tally.add(&row?);
                }
                compared.write_versions(&mut to)?;
                to.close()
            }
            To::Stories(to) => {
                for row in rows {
                    tally.add(&row?);
                }
                let which = (
                    self.call.min_articles,
                    self.call.sort == Some(SortFlag::Size),
                );
                to.write(which, &|visit| {
                    compared.stories_of_dump(self.call.new_since, visit)
                })
            }
        }
    }
}

fn table(destination: &Destination, is_safe: bool) -> Result<IndexWriter> {
    let table = index::table(destination)?;
    Ok(match is_safe {
        true => table.for_spreadsheets(),
        false => table,
    })
}

pub(super) fn open_rejects(reading: &Reading) -> Result<Option<OutputFile>> {
    let to = reading.rejects.as_deref().map(Destination::named);
    let open = |to: Destination| OutputFile::create(&to, Compression::of_name(to.name()));
    to.map(open).transpose()
}

pub(super) fn write_rejects(console: &Console, file: Option<OutputFile>) -> Result<Option<Closed>> {
    let write = |file| rejects::write(&console.corpus, file)?.close();
    file.map(write).transpose()
}

/// Writes what of a dump an index does not have.
pub(super) fn dedup(call: &DedupCall, folder: &Path) -> anyhow::Result<()> {
    let config = call.relating.complete(call.deciding.config()?)?;
    let console = Console::open(&call.reading, call.choosing.filter(), &call.telling)?;
    let config = call.telling.bounded(config, console.interrupt.clone());
    let name = call.output.as_deref().unwrap_or(Path::new("-"));
    let target = Target::for_inputs(name, console.corpus.files());
    let target = match call.overwrite {
        true => target.overwriting(),
        false => target,
    };
    dedup::keep_apart(call, Some(&target), None, &console)?;
    console.keep_apart(&Named {
        folder: Some(folder),
        ..Named::default()
    })?;
    library::check(&console.corpus, false, call.strip_furniture, &target)?;
    let removed = call.removed.as_deref().map(Destination::named);
    let mut removed = removed.map(|to| table(&to, call.csv_safe)).transpose()?;
    let rejected = open_rejects(&call.reading)?;
    let report = RunReport::open(call.report_json.as_deref())?;
    let index = open(folder, &config, call.add)?;
    let name = call.add.then(|| name_of(&call.reading));
    let held = Held::hold(&console, &index, (name, Links::default()))?;
    let compared = held.compared();
    console.begin("deciding")?;
    let choice = call.choice(&config);
    let decisions = Decisions::of_index(compared, &console.corpus, &choice)?;
    if let Some(most) = call.max_removed {
        decisions.check_removed(most)?;
    }
    let tally = list_removed(compared, &decisions, removed.as_mut())?;
    let furniture = match call.strip_furniture {
        true => Some(index.furniture()?),
        false => None,
    };
    let plan = Plan {
        furniture: furniture.as_ref(),
        ..Plan::keep(&decisions)
    };
    console.begin("writing")?;
    let finished = library::dedup(&console.corpus, &plan, &target)?;
    let mut closed: Vec<Closed> = Vec::new();
    closed.extend(removed.map(IndexWriter::close).transpose()?);
    closed.extend(write_rejects(&console, rejected)?);
    let ended = ended("dedup", Some(finished.kept), (&index, compared, &tally));
    closed.extend(report.map(|it| it.write(&console, &ended)).transpose()?);
    tell(&console, &index, compared, &tally);
    let kept = console.naming(|| {
        let kept = finished.commit_with(closed)?;
        held.commit()?;
        Ok(kept)
    })?;
    console.say(&dedup::kept_line(kept, &decisions, &choice));
    dedup::tell_sources(&console, decisions.by_source());
    Ok(())
}

/// Lists what of a dump is not kept, where that is asked for, and counts all of it.
fn list_removed(
    compared: &Compared<'_>,
    decisions: &Decisions,
    mut to: Option<&mut IndexWriter>,
) -> Result<Tally> {
    let mut tally = Tally::default();
    for at in 0..compared.len() {
        let row = compared.row(at)?;
        tally.add(&row);
        if let (Some(to), false) = (&mut to, decisions.keeps(compared.place(at))) {
            to.write(&row)?;
        }
    }
    Ok(tally)
}

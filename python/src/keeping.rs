//! Which records are kept, and how they are written.

use std::path::{Path, PathBuf};

use pyo3::prelude::*;
use samestory::cli;
use samestory::config::Config;
use samestory::copies::Kind;
use samestory::dedup::{
    self, Choice, Cuts, Decisions, KeptCounts, Marks, OnePer, Plan, Repeats, RepeatsCut, Target,
    write_spans,
};
use samestory::error::{Error, Result};
use samestory::output::{self, Closed, Compression, Destination, OutputFile};
use samestory::state::settings_of;
use samestory::tables::Tables;

use crate::errors::Failure;
use crate::run::Found;
use crate::settings::{one_of, read};
use crate::work::Shared;

/// Which records are kept.
#[derive(Clone, Debug, FromPyObject)]
#[pyo3(from_item_all)]
pub(crate) struct Wanted {
    one_per: String,
    drop: Vec<String>,
    max_per_form: Option<u32>,
    max_removed: Option<String>,
}

impl Wanted {
    pub(crate) fn choice(&self, config: &Config) -> Result<Choice> {
        let one_per = one_of(
            "one_per",
            &self.one_per,
            &[("copy", OnePer::Copy), ("story", OnePer::Story)],
        )?;
        let kinds = [
            ("notice", Kind::Notice),
            ("empty", Kind::Empty),
            ("form", Kind::Form),
        ];
        let drop = self.drop.iter().map(|kind| one_of("drop", kind, &kinds));
        Ok(Choice {
            drop: drop.collect::<Result<_>>()?,
            max_per_form: self.max_per_form,
            ..Choice::new(one_per, config)
        })
    }

    /// Fails where more is left out than may be.
    pub(crate) fn check(&self, decisions: &Decisions) -> Result<()> {
        match read("max_removed", &self.max_removed, cli::share_removed)? {
            Some(most) => decisions.check_removed(most),
            None => Ok(()),
        }
    }
}

/// How the kept records are written, and what beside them.
#[derive(Clone, Debug, FromPyObject)]
#[pyo3(from_item_all)]
pub(crate) struct How {
    pub(crate) overwrite: bool,
    pub(crate) mark: bool,
    pub(crate) clean: bool,
    pub(crate) strip_repeats: bool,
    pub(crate) removed: Option<PathBuf>,
    pub(crate) csv_safe: bool,
    pub(crate) spans: Option<PathBuf>,
    pub(crate) report_json: Option<PathBuf>,
}

impl How {
    /// The files that are written beside the records.
    fn others(&self) -> impl Iterator<Item = &Path> {
        let all = [&self.removed, &self.spans, &self.report_json];
        all.into_iter().flatten().map(PathBuf::as_path)
    }
}

/// What was decided of the records of a run.
pub(crate) struct Chosen<'f> {
    found: &'f Found,
    how: &'f How,
    pub(crate) decisions: Decisions,
    repeats: Option<Repeats>,
}

impl<'f> Chosen<'f> {
    pub(crate) fn of(
        found: &'f Found,
        tables: &Tables<'_>,
        wanted: &Wanted,
        how: &'f How,
        shared: &Shared,
    ) -> std::result::Result<Chosen<'f>, Failure> {
        let others: Vec<&Path> = how.others().collect();
        found.keep_apart(&others)?;
        let choice = wanted.choice(&found.config)?;
        shared.begin("deciding")?;
        let decisions = Decisions::of(tables, &found.corpus, &choice)?;
        wanted.check(&decisions)?;
        let repeats = match how.strip_repeats || how.spans.is_some() {
            true => {
                shared.begin("finding repeats")?;
                let kept = Some(&decisions).filter(|_| !how.mark);
                Some(Repeats::find(&found.corpus, kept, &found.config.budget())?)
            }
            false => None,
        };
        Ok(Chosen {
            found,
            how,
            decisions,
            repeats,
        })
    }

    /// What is left out of the texts that are written.
    pub(crate) fn cuts(&self) -> Cuts<'_> {
        let furniture = Some(&self.found.clustering.furniture);
        Cuts {
            furniture: furniture.filter(|_| self.how.clean),
            repeats: self.repeats.as_ref().filter(|_| self.how.strip_repeats),
        }
    }

    fn plan<'p>(&'p self, tables: &'p Tables<'_>, settings: &'p [(String, String)]) -> Plan<'p> {
        let Cuts { furniture, repeats } = self.cuts();
        Plan {
            repeats,
            settings,
            decisions: &self.decisions,
            marks: self.how.mark.then_some(Marks::Found(tables)),
            furniture,
        }
    }

    /// Writes what goes beside the records to files that do not have their names yet.
    pub(crate) fn write_others(
        &self,
        tables: &Tables<'_>,
        kept: KeptCounts,
    ) -> std::result::Result<Vec<Closed>, Failure> {
        let mut closed = Vec::new();
        let found = self.found;
        if let Some(removed) = &self.how.removed {
            let mut writer = output::clusters(&Destination::File(removed.clone()))?;
            if self.how.csv_safe {
                writer = writer.for_spreadsheets();
            }
            self.decisions.write_removed(tables, &mut writer)?;
            closed.push(writer.close()?);
        }
        if let Some(spans) = &self.how.spans {
            let mut writer = output::spans(&Destination::File(spans.clone()))?;
            let cuts = Cuts {
                furniture: Some(&found.clustering.furniture),
                repeats: self.repeats.as_ref(),
            };
            let plan = self.plan(tables, &[]);
            write_spans(
                &found.corpus,
                &plan,
                cuts,
                &found.config.budget(),
                &mut writer,
            )?;
            closed.push(writer.close()?);
        }
        if let Some(path) = &self.how.report_json {
            closed.push(write_report(
                found,
                kept,
                self.repeats
                    .as_ref()
                    .filter(|_| self.how.strip_repeats)
                    .map(Repeats::cut),
                path,
            )?);
        }
        Ok(closed)
    }
}

fn write_report(
    found: &Found,
    kept: KeptCounts,
    cut: Option<RepeatsCut>,
    path: &Path,
) -> Result<Closed> {
    use std::io::Write;
    let report = found.report("dedup", Some(kept), cut)?;
    let to = Destination::File(path.to_owned());
    let mut file = OutputFile::create(&to, Compression::of_name(path))?;
    let written = serde_json::to_writer_pretty(&mut file, &report)
        .map_err(std::io::Error::from)
        .and_then(|()| file.write_all(b"\n"));
    written.map_err(|error| Error::io(path, error))?;
    file.close()
}

/// Writes the corpus as `dedup` does; hands on how many records were written, and how many not.
pub(crate) fn write_kept(
    found: &Found,
    shared: &Shared,
    wanted: &Wanted,
    how: &How,
    path: &Path,
) -> std::result::Result<(u64, u64), Failure> {
    let target = Target::for_inputs(path, found.corpus.files());
    let target = match how.overwrite {
        true => target.overwriting(),
        false => target,
    };
    let shards: Vec<PathBuf> = match &target {
        Target::File(_) => vec![path.to_owned()],
        Target::Folder { path, .. } => {
            let files = found.corpus.files().iter();
            files.map(|input| path.join(&input.shard)).collect()
        }
    };
    let written: Vec<&Path> = shards
        .iter()
        .map(PathBuf::as_path)
        .chain(how.others())
        .collect();
    found.keep_apart(&written)?;
    dedup::check(
        &found.corpus,
        how.mark,
        how.clean || how.strip_repeats,
        &target,
    )?;
    let tables = found.tables()?;
    let chosen = Chosen::of(found, &tables, wanted, how, shared)?;
    let settings = settings_of(&found.config, &found.corpus);
    shared.begin("writing")?;
    let finished = dedup::dedup(&found.corpus, &chosen.plan(&tables, &settings), &target)?;
    let others = chosen.write_others(&tables, finished.kept)?;
    let kept = finished.commit_with(others)?;
    Ok((kept.kept, kept.removed))
}

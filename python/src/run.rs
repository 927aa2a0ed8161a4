//! A run: what was found, and the tables of it, each made when it is asked for.

use std::fs::File;
use std::path::{Path, PathBuf};
use std::sync::Arc;
use std::time::Duration;

use pyo3::prelude::*;
use pyo3::types::PyBytes;
use samestory::cli::{self, Ended, Times};
use samestory::config::Config;
use samestory::corpus::{Corpus, FileCorpus, Place};
use samestory::dedup::{KeptCounts as Counts, RepeatsCut};
use samestory::error::ErrorKind;
use samestory::links::Links as StoryLinks;
use samestory::output::{
    self, Apart, Compression, Destination, OutputFile, TableOptions, commit_all,
};
use samestory::pipeline::{self, Clustering};
use samestory::progress::Stage;
use samestory::rejects;
use samestory::state::StateWriter;
use samestory::tables::{LeadAddresses, Survey, Tables};
use samestory::work::Work;
use serde_json::Value;

use crate::arrow::ArrowTable;
use crate::errors::Failure;
use crate::forms::Form;
use crate::furniture::cleaned;
use crate::heap::Kept;
use crate::keeping::{Chosen, How, Wanted, write_kept};
use crate::settings::Settings;
use crate::source::Source;
use crate::stories::stories;
use crate::summary::{nothing_read, summary};
use crate::work::{Job, Shared, work};

/// What a run found.
#[pyclass(frozen, module = "samestory._samestory")]
pub(crate) struct Run {
    found: Arc<Found>,
    shared: Shared,
    threads: usize,
    /// How many rows the frame has that was given; none where files were.
    rows: Option<u64>,
}

pub(crate) struct Found {
    pub(crate) corpus: FileCorpus,
    pub(crate) inputs: Vec<String>,
    pub(crate) config: Config,
    pub(crate) clustering: Clustering,
    folder: PathBuf,
    /// How long the run took, in all and by stages.
    took: (Duration, Times),
    /// What of an earlier run's work it went on from.
    pub(crate) taken_over: Vec<&'static str>,
}

impl Found {
    pub(crate) fn tables(&self) -> Result<Tables<'_>, Failure> {
        Ok(Tables::new(&self.clustering, &self.inputs)?)
    }

    /// What the library writes to a Parquet file, as a table.
    fn as_table(
        &self,
        write: impl FnOnce(&Tables<'_>, &Destination) -> samestory::error::Result<()>,
    ) -> Result<ArrowTable, Failure> {
        let spill = |source| ErrorKind::Spill {
            folder: self.folder.clone(),
            source,
        };
        let folder = tempfile::tempdir_in(&self.folder).map_err(spill)?;
        let path = folder.path().join("table.parquet");
        write(&self.tables()?, &Destination::File(path.clone()))?;
        ArrowTable::of_parquet(File::open(&path).map_err(spill)?)
    }

    /// A file beside the main output.
    fn beside(&self, path: &Path) -> samestory::error::Result<OutputFile> {
        self.keep_apart(&[path])?;
        let to = Destination::File(path.to_owned());
        OutputFile::create(&to, Compression::of_name(path))
    }

    /// What the run was.
    pub(crate) fn report(
        &self,
        command: &'static str,
        kept: Option<Counts>,
        cut: Option<RepeatsCut>,
    ) -> samestory::error::Result<Value> {
        let ended = Ended {
            command,
            config: &self.config,
            found: Some(&self.clustering),
            kept,
            cut,
            held: None,
        };
        let (took, times) = self.took.clone();
        cli::run_report(&self.corpus, &ended, took, times)
    }

    /// A byte for each of so many rows: 1 where it is an article.
    fn articles(&self, rows: u64) -> Vec<u8> {
        let mut mask = vec![0; rows as usize];
        let register = &self.clustering.register;
        for article in 0..register.len() {
            let record = register.place(article).record as usize;
            if let Some(byte) = mask.get_mut(record.wrapping_sub(1)) {
                *byte = 1;
            }
        }
        mask
    }

    /// Refuses an output that would replace what is read.
    pub(crate) fn keep_apart(&self, written: &[&Path]) -> samestory::error::Result<()> {
        let mut apart = apart_from(&self.corpus);
        written.iter().try_for_each(|file| apart.writes(file))
    }
}

/// What refuses outputs that would replace what is read.
pub(crate) fn apart_from(corpus: &FileCorpus) -> Apart {
    let mut apart = Apart::new();
    let files = corpus.files();
    files.iter().for_each(|input| apart.reads(input.path()));
    let folders = files.iter().filter_map(|input| input.folder());
    folders.for_each(|folder| apart.reads_folder(folder));
    apart
}

/// The folders that a run leaves something in, and the file that says which stories articles tell.
#[derive(Clone, Debug, FromPyObject)]
#[pyo3(from_item_all)]
pub(crate) struct Folders {
    state: Option<PathBuf>,
    work: Option<PathBuf>,
    links: Option<PathBuf>,
}

impl Folders {
    fn open(
        &self,
        corpus: &FileCorpus,
        config: &Config,
    ) -> samestory::error::Result<(Option<StateWriter>, Option<Work>)> {
        if let Some(folder) = self.state.as_ref().or(self.work.as_ref()) {
            apart_from(corpus).writes_folder(folder)?;
        }
        if let Some(folder) = &self.state {
            samestory::state::check(corpus)?;
            return Ok((Some(StateWriter::create(folder)?), None));
        }
        let work = self.work.as_deref();
        let work = work.map(|folder| Work::open(folder, corpus, config));
        Ok((None, work.transpose()?))
    }
}

/// Finds the copies and the stories in a corpus.
pub(crate) fn compute(
    corpus: &FileCorpus,
    config: &Config,
    shared: &Shared,
    keeper: Option<&StateWriter>,
    work: Option<&Work>,
) -> Result<Clustering, Failure> {
    // Where the memory holds all there is, nothing is won by giving it back in between.
    let share = if config.copies_only { 70 } else { 250 };
    let taken = corpus.expected_bytes() / 100 * share;
    let is_ample = config.memory.is_none_or(|memory| taken <= memory / 2);
    let _kept = is_ample.then(Kept::new);
    let on_stage = |stage: Stage| shared.begin(stage.name());
    Ok(match (keeper, work) {
        (Some(keeper), _) => keeper.cluster(corpus, config, &on_stage)?,
        (None, Some(work)) => work.cluster(corpus, config, &on_stage)?,
        (None, None) => pipeline::cluster(corpus, config, &on_stage)?,
    })
}

#[pymethods]
impl Run {
    /// Clusters what is given.
    #[new]
    fn new(
        py: Python<'_>,
        source: &Source,
        settings: Settings,
        folders: Folders,
        progress: Option<Bound<'_, PyAny>>,
    ) -> PyResult<Run> {
        let shared = Shared::default();
        let raise = |error| Failure::Library(error).raise(py);
        let threads = settings.threads().map_err(raise)?;
        let config = settings.config(&shared).map_err(raise)?;
        let open = source.opener(&settings, &shared);
        let of_rows = source.row_count();
        let job = Job {
            shared: shared.clone(),
            threads,
            progress,
        };
        let working = shared.clone();
        let found = work(py, &job, move || {
            let corpus = open()?;
            let links = folders.links.as_deref().map(StoryLinks::read);
            let config = Config {
                links: links.transpose()?.unwrap_or_default(),
                ..config
            };
            let (keeper, kept_work) = folders.open(&corpus, &config)?;
            let clustering = compute(
                &corpus,
                &config,
                &working,
                keeper.as_ref(),
                kept_work.as_ref(),
            )?;
            if clustering.register.is_empty() && of_rows != Some(0) {
                return Err(nothing_read(&corpus, &clustering).into());
            }
            let inputs = corpus.inputs();
            if let Some(keeper) = keeper {
                let tables = Tables::new(&clustering, &inputs)?;
                keeper.finish(&corpus, &config, &tables)?.commit()?;
            }
            Ok(Found {
                inputs,
                config,
                clustering,
                folder: settings.temp_dir(),
                took: working.times(),
                taken_over: kept_work.map(|work| work.taken_over()).unwrap_or_default(),
                corpus,
            })
        })?;
        let found = Arc::new(found);
        Ok(Run {
            found,
            shared,
            threads,
            rows: of_rows,
        })
    }

    /// How many articles there are.
    fn __len__(&self) -> usize {
        self.found.clustering.register.len()
    }

    /// A row an article, as `cluster` writes it; all columns where none are named.
    fn clusters(&self, py: Python<'_>, columns: Vec<String>) -> PyResult<ArrowTable> {
        self.work(py, |found, _| {
            let options = TableOptions {
                columns,
                ..TableOptions::default()
            };
            found.as_table(|tables, to| {
                let mut writer = output::clusters_as(to, options)?;
                tables.write_clusters_of(&found.corpus, &mut writer)?;
                writer.finish()
            })
        })
    }

    /// A row a similar pair.
    fn pairs(&self, py: Python<'_>) -> PyResult<ArrowTable> {
        self.work(py, |found, _| {
            found.as_table(|tables, to| {
                let mut writer = output::pairs(to)?;
                tables.write_pairs(&mut writer)?;
                writer.finish()
            })
        })
    }

    /// A row a story.
    fn stories(&self, py: Python<'_>) -> PyResult<ArrowTable> {
        self.work(py, |found, _| {
            let spill = |source| ErrorKind::Spill {
                folder: found.folder.clone(),
                source,
            };
            let folder = tempfile::tempdir_in(&found.folder).map_err(spill)?;
            let path = folder.path().join("stories.jsonl");
            let mut writer = output::stories(&Destination::File(path.clone()))?;
            found
                .tables()?
                .write_stories(&LeadAddresses::default(), 1, false, &mut writer)?;
            commit_all(vec![writer.close()?])?;
            stories(&std::fs::read_to_string(&path).map_err(spill)?)
        })
    }

    /// Writes the clusters, the stories or the versions to a file, as `cluster -o` does.
    fn write(&self, py: Python<'_>, path: PathBuf, form: Form) -> PyResult<()> {
        self.work(py, move |found, _| {
            found.keep_apart(&[&path])?;
            Ok(commit_all(vec![form.write(found, path)?])?)
        })
    }

    /// Writes the records that are no articles, and names the files that were not read, as `--rejects` does.
    fn write_rejects(&self, py: Python<'_>, path: PathBuf) -> PyResult<()> {
        self.work(py, move |found, _| {
            let mut file = rejects::write(&found.corpus, found.beside(&path)?)?;
            rejects::write_unread(&found.corpus, &mut file)?;
            Ok(commit_all(vec![file.close()?])?)
        })
    }

    /// Lists the lines that cleaning drops, as `--furniture-out` does.
    fn write_furniture(&self, py: Python<'_>, path: PathBuf, csv_safe: bool) -> PyResult<()> {
        self.work(py, move |found, _| {
            let mut file = found.beside(&path)?;
            let survey = Survey::of(&found.corpus, &found.clustering.furniture)?;
            survey.write(&mut file, csv_safe)?;
            Ok(commit_all(vec![file.close()?])?)
        })
    }

    /// What the run was, as JSON, as `--report-json` writes it.
    fn report(&self, py: Python<'_>) -> PyResult<String> {
        self.work(py, |found, _| {
            Ok(found.report("cluster", None, None)?.to_string())
        })
    }

    /// Writes the similar pairs to a file, as `cluster --pairs` does.
    fn write_pairs(&self, py: Python<'_>, path: PathBuf, csv_safe: bool) -> PyResult<()> {
        self.work(py, move |found, _| {
            found.keep_apart(&[&path])?;
            let mut writer = output::pairs(&Destination::File(path))?;
            if csv_safe {
                writer = writer.for_spreadsheets();
            }
            found.tables()?.write_pairs(&mut writer)?;
            Ok(writer.finish()?)
        })
    }

    /// What the command line tells of a run, as JSON.
    fn summary(&self) -> String {
        summary(&self.found).to_string()
    }

    /// A byte for each of so many rows: 1 where it is kept; and the texts that are changed, with their records.
    fn choose<'py>(
        &self,
        py: Python<'py>,
        wanted: Wanted,
        how: How,
        rows: u64,
    ) -> PyResult<(Bound<'py, PyBytes>, Option<ArrowTable>)> {
        let (mask, cleaned) = self.work(py, move |found, shared| {
            let tables = found.tables()?;
            let chosen = Chosen::of(found, &tables, &wanted, &how, shared)?;
            let keeps = |record| {
                let place = Place { input: 0, record };
                u8::from(chosen.decisions.keeps(place))
            };
            let mask: Vec<u8> = match how.mark {
                true => found.articles(rows),
                false => (1..=rows).map(keeps).collect(),
            };
            let cuts = chosen.cuts();
            let cleaned = match how.clean || how.strip_repeats {
                true => Some(cleaned(&found.corpus, &|article| cuts.cleaned(article))?.0),
                false => None,
            };
            commit_all(chosen.write_others(&tables, chosen.decisions.counts())?)?;
            Ok((mask, cleaned))
        })?;
        Ok((PyBytes::new(py, &mask), cleaned))
    }

    /// How many records are kept, and how many are not.
    fn count(&self, py: Python<'_>, wanted: Wanted, how: How) -> PyResult<(u64, u64)> {
        self.work(py, move |found, shared| {
            let tables = found.tables()?;
            let chosen = Chosen::of(found, &tables, &wanted, &how, shared)?;
            let counts = chosen.decisions.counts();
            commit_all(chosen.write_others(&tables, counts)?)?;
            Ok((counts.kept, counts.removed))
        })
    }

    /// The field that was read as the text, or another role.
    fn field(&self, role: &str) -> Option<String> {
        let fields = self.found.clustering.read.fields.iter();
        let mut found = fields.filter(|(name, _)| *name == role);
        found.next().map(|(_, path)| path.clone())
    }

    /// Writes the corpus without its copies, as `dedup` does; hands on how many records were written, and how many not.
    fn dedup(
        &self,
        py: Python<'_>,
        path: PathBuf,
        wanted: Wanted,
        how: How,
    ) -> PyResult<(u64, u64)> {
        self.work(py, move |found, shared| {
            write_kept(found, shared, &wanted, &how, &path)
        })
    }

    /// How many rows the frame has that was given; `None` where files were.
    #[getter]
    fn rows(&self) -> Option<u64> {
        self.rows
    }
}

impl Run {
    fn work<T: Send + 'static>(
        &self,
        py: Python<'_>,
        then: impl FnOnce(&Found, &Shared) -> Result<T, Failure> + Send + 'static,
    ) -> PyResult<T> {
        let job = Job {
            shared: self.shared.clone(),
            threads: self.threads,
            progress: None,
        };
        let (found, shared) = (Arc::clone(&self.found), self.shared.clone());
        work(py, &job, move || then(&found, &shared))
    }
}

//! Stages of a run that share nothing, for the tasks of a cluster.

use std::path::PathBuf;
use std::sync::{Arc, Mutex, PoisonError};

use pyo3::prelude::*;
use pyo3::types::{PyBytes, PyIterator};
use samestory::staged::{Gather, Job as StagedJob, PackedRun, STAGES};

use crate::errors::Failure;
use crate::settings::Settings;
use crate::work::{Job, Shared, work};

/// What the tasks of one job have in common.
#[pyclass(frozen, module = "samestory._samestory")]
pub(crate) struct Stages {
    job: Arc<StagedJob>,
    shared: Shared,
    threads: usize,
}

/// A run as Python has it: its kind, its share, and its bytes.
type Row<'py> = (u32, u32, Bound<'py, PyBytes>);

/// A stage as Python has it: its name, what it reads, and how that comes together.
type Named = (&'static str, Vec<(&'static str, u32)>, &'static str);

#[pymethods]
impl Stages {
    /// A job over these files, in so many shares, with its tables in a folder.
    #[new]
    fn new(
        py: Python<'_>,
        settings: Settings,
        files: Vec<PathBuf>,
        folder: PathBuf,
        shares: u32,
    ) -> PyResult<Stages> {
        let shared = Shared::default();
        let raise = |error| Failure::Library(error).raise(py);
        let threads = settings.threads().map_err(raise)?;
        let config = settings.config(&shared).map_err(raise)?;
        let reading = shared.clone();
        let opener = move |files: &[PathBuf]| settings.builder(&reading)?.open(files);
        let job = StagedJob::new(config, files, &folder, shares, Box::new(opener));
        Ok(Stages {
            job: Arc::new(job.map_err(raise)?),
            shared,
            threads,
        })
    }

    /// All stages, in their order; without those of stories where these are not found.
    #[staticmethod]
    fn graph(stories: bool) -> Vec<Named> {
        let gather = |gather| match gather {
            Gather::None => "none",
            Gather::Share => "share",
            Gather::One => "one",
        };
        let own = || STAGES.iter().filter(|it| stories || !it.of_stories);
        let is_own = |name: &str| name.is_empty() || own().any(|stage| stage.name == name);
        let named = own().map(|stage| {
            let inputs = stage.inputs.iter().copied();
            let inputs = inputs.filter(|input| is_own(input.0)).collect();
            (stage.name, inputs, gather(stage.gather))
        });
        named.collect()
    }

    /// A run for each file.
    fn files<'py>(&self, py: Python<'py>) -> Vec<Row<'py>> {
        to_python(py, self.job.file_runs())
    }

    /// Hands on what a run holds.
    fn map<'py>(
        &self,
        py: Python<'py>,
        stage: &str,
        kind: u32,
        share: u32,
        payload: Vec<u8>,
    ) -> PyResult<Vec<Row<'py>>> {
        let run = PackedRun {
            kind,
            share,
            payload,
        };
        let runs = self.work(py, stage, move |job, stage| {
            let mut to = job.sender();
            job.stage(stage)
                .ok_or_else(|| unknown(stage))?
                .map(&run, &mut to)?;
            Ok(to.all())
        })?;
        Ok(to_python(py, runs))
    }

    /// Makes of all runs of a share what the next stage reads.
    fn reduce<'py>(
        &self,
        py: Python<'py>,
        stage: &str,
        runs: &Bound<'py, PyAny>,
    ) -> PyResult<Vec<Row<'py>>> {
        let failed = Arc::new(Mutex::new(None));
        let runs = FromPython {
            runs: PyIterator::from_object(runs)?.unbind(),
            failed: Arc::clone(&failed),
        };
        let made = self.work(py, stage, move |job, stage| {
            let mut to = job.sender();
            let mut runs = runs;
            job.stage(stage)
                .ok_or_else(|| unknown(stage))?
                .reduce(&mut runs, &mut to)?;
            Ok(to.all())
        });
        let error = failed.lock().unwrap_or_else(PoisonError::into_inner).take();
        match error {
            Some(error) => Err(error),
            None => Ok(to_python(py, made?)),
        }
    }
}

impl Stages {
    fn work<T: Send + 'static>(
        &self,
        py: Python<'_>,
        stage: &str,
        then: impl FnOnce(&StagedJob, &str) -> Result<T, Failure> + Send + 'static,
    ) -> PyResult<T> {
        let job = Job {
            shared: self.shared.clone(),
            threads: self.threads,
            progress: None,
        };
        let (staged, stage) = (Arc::clone(&self.job), stage.to_owned());
        work(py, &job, move || then(&staged, &stage))
    }
}

fn unknown(stage: &str) -> Failure {
    Failure::Setting(format!("there is no stage {stage}"))
}

fn to_python(py: Python<'_>, runs: Vec<PackedRun>) -> Vec<Row<'_>> {
    let row = |run: PackedRun| (run.kind, run.share, PyBytes::new(py, &run.payload));
    runs.into_iter().map(row).collect()
}

/// Runs that Python hands over one by one: so not all of them need be in memory.
struct FromPython {
    runs: Py<PyIterator>,
    failed: Arc<Mutex<Option<PyErr>>>,
}

impl Iterator for FromPython {
    type Item = PackedRun;

    fn next(&mut self) -> Option<PackedRun> {
        Python::attach(|py| {
            let next = self.runs.bind(py).clone().next()?;
            let run = next.and_then(|run| {
                let (kind, share, payload) = run.extract()?;
                Ok(PackedRun {
                    kind,
                    share,
                    payload,
                })
            });
            match run {
                Ok(run) => Some(run),
                Err(error) => {
                    let mut failed = self.failed.lock().unwrap_or_else(PoisonError::into_inner);
                    *failed = Some(error);
                    None
                }
            }
        })
    }
}

//! Why two articles are together, and how right clusters are.

use std::path::PathBuf;

use pyo3::prelude::*;
use samestory::config::Config;
use samestory::corpus::{Corpus, FileCorpus};
use samestory::eval::EvalInput;
use samestory::explain::{Explainer, Paint};
use samestory::state::{State, StateWriter};
use samestory::tables::Tables;

use crate::errors::Failure;
use crate::run::compute;
use crate::settings::Settings;
use crate::source::Source;
use crate::work::{Job, Shared, work};

/// The page is as wide as this where it is text.
const COLUMNS: usize = 100;

/// Explains two articles: as JSON, as text, and as a page.
#[pyfunction]
pub(crate) fn explain(
    py: Python<'_>,
    ids: (String, String),
    source: Option<PyRef<'_, Source>>,
    state: Option<PathBuf>,
    settings: Settings,
    progress: Option<Bound<'_, PyAny>>,
) -> PyResult<(String, String, String)> {
    let shared = Shared::default();
    let raise = |error| Failure::Library(error).raise(py);
    let threads = settings.threads().map_err(raise)?;
    let config = settings.config(&shared).map_err(raise)?;
    let open = match (&source, &state) {
        (Some(source), _) => source.opener(&settings, &shared),
        (None, Some(folder)) => {
            let inputs = State::inputs(folder).map_err(raise)?;
            Source::of(inputs).opener(&settings, &shared)
        }
        (None, None) => Source::of(Vec::new()).opener(&settings, &shared),
    };
    let job = Job {
        shared: shared.clone(),
        threads,
        progress,
    };
    work(py, &job, move || {
        let corpus = open()?;
        let state = match state {
            Some(folder) => State::open(&folder, &corpus, &config)?,
            None => decide(&corpus, &config, &shared, &settings)?,
        };
        shared.begin("explaining")?;
        let explainer = Explainer::new(&state, &corpus, &config)?;
        let (a, b) = explainer.pair(&ids.0, &ids.1);
        let (a, b) = (a?, b?);
        let explanation = explainer.explain(&a, &b)?;
        let json = serde_json::to_string(&explanation);
        let json = json.map_err(|error| Failure::Data(error.to_string()))?;
        let paint = Paint {
            is_coloured: false,
            width: COLUMNS,
        };
        Ok((json, explanation.show(paint), explanation.page()))
    })
}

/// Decides all anew, and keeps that for as long as the call takes.
fn decide(
    corpus: &FileCorpus,
    config: &Config,
    shared: &Shared,
    settings: &Settings,
) -> Result<State, Failure> {
    let keeper = StateWriter::in_passing(&settings.temp_dir())?;
    let found = compute(corpus, config, shared, Some(&keeper), None)?;
    let inputs = corpus.inputs();
    let tables = Tables::new(&found, &inputs)?;
    Ok(keeper.finish(corpus, config, &tables)?.open()?)
}

/// Scores clusters against a gold standard: as JSON, and as text.
#[pyfunction]
pub(crate) fn evaluate(
    py: Python<'_>,
    clusters: PathBuf,
    gold: PathBuf,
    column: Option<String>,
) -> PyResult<(String, String)> {
    let job = Job {
        shared: Shared::default(),
        threads: 1,
        progress: None,
    };
    work(py, &job, move || {
        let report = samestory::eval::evaluate(&EvalInput {
            clusters,
            gold,
            column,
        })?;
        let json = serde_json::to_string(&report);
        let json = json.map_err(|error| Failure::Data(error.to_string()))?;
        Ok((json, report.to_string()))
    })
}

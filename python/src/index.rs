//! An index of the articles of all runs, as Python holds it: a folder, and its last version once something was asked of it.

use std::path::PathBuf;
use std::sync::mpsc::{RecvTimeoutError, sync_channel};
use std::sync::{Arc, Mutex};

use pyo3::prelude::*;
use samestory::cli::{self, seconds};
use samestory::config::Config;
use samestory::corpus::{Article, FileCorpus, parse_date};
use samestory::index::{Change, Index, Intake};
use samestory::links::Links;
use serde_json::json;

use crate::answers::{rows, seen, table};
use crate::arrow::ArrowTable;
use crate::asked::{Asked, Reader, ask, stamp};
use crate::errors::{Failure, lost};
use crate::heap::Kept as KeptMemory;
use crate::run::apart_from;
use crate::settings::{Settings, read};
use crate::source::Source;
use crate::stories::of_index;
use crate::work::{Job, Shared, TICK, lock, work};

/// An index in a folder. Every call is of the last version there is when it begins.
#[pyclass(frozen, module = "samestory._samestory")]
pub(crate) struct Kept {
    folder: PathBuf,
    reader: Arc<Mutex<Option<Reader>>>,
}

type Progress<'py> = Option<Bound<'py, PyAny>>;

#[pymethods]
impl Kept {
    #[new]
    fn new(folder: PathBuf) -> Kept {
        Kept {
            folder,
            reader: Arc::default(),
        }
    }

    /// Makes an index without articles, which keeps their texts or not.
    #[staticmethod]
    fn create(py: Python<'_>, folder: PathBuf, settings: Settings, texts: bool) -> PyResult<()> {
        run(py, &settings, None, move |config, _| {
            Ok(match texts {
                true => Index::create(&folder, &config),
                false => Index::create_without_texts(&folder, &config),
            }?)
        })
    }

    /// Refuses settings that the index was not made with.
    fn check_settings(&self, py: Python<'_>, settings: Settings) -> PyResult<()> {
        self.read(py, &settings, |index, config, _| {
            Ok(index.check_settings(config)?)
        })
    }

    /// Lets go of what was opened.
    fn close(&self) {
        *lock(&self.reader) = None;
    }

    /// Holds articles against the index, and takes them in where it is said how: under a name, and what to forget then. Hands on their
    /// rows, and what is told of them, as JSON.
    fn hold(
        &self,
        py: Python<'_>,
        source: &Source,
        settings: Settings,
        how: Option<(String, Option<String>)>,
        progress: Progress<'_>,
    ) -> PyResult<(ArrowTable, String)> {
        let folder = self.folder.clone();
        with_corpus(
            py,
            (source, &settings),
            progress,
            move |config, corpus, shared| {
                let Some((name, retain)) = how else {
                    let index = Index::open(&folder, config)?;
                    shared.begin("comparing")?;
                    let (table, told) = rows(corpus, &index.compare(corpus)?, config)?;
                    return Ok((table, told.to_string()));
                };
                let retain = read("retain", &retain, seconds)?;
                apart_from(corpus).writes_folder(&folder)?;
                let index = Index::open_to_write(&folder, config)?;
                shared.begin("comparing")?;
                let ingested = index.ingest(corpus, Intake::named(name))?;
                let (table, mut told) = rows(corpus, ingested.compared(), config)?;
                shared.begin("writing")?;
                ingested.commit()?;
                drop(index);
                if let Some(seconds) = retain {
                    let index = Index::open_to_write(&folder, config)?;
                    told["forgotten"] = json!(index.forget_older(seconds)?);
                }
                Ok((table, told.to_string()))
            },
        )
    }

    /// Says of each record whether the index has its text.
    fn seen(
        &self,
        py: Python<'_>,
        source: &Source,
        settings: Settings,
        progress: Progress<'_>,
    ) -> PyResult<ArrowTable> {
        let open = self.opener();
        with_corpus(
            py,
            (source, &settings),
            progress,
            move |config, corpus, shared| {
                let index = open(config)?;
                shared.begin("looking up")?;
                seen(&index, corpus, shared)
            },
        )
    }

    /// Says whether the index has one text, as JSON.
    fn look(
        &self,
        py: Python<'_>,
        settings: Settings,
        page: (String, String, Option<String>),
        known: (Option<String>, Option<String>),
    ) -> PyResult<String> {
        let ((text, title, source), (published, url)) = (page, known);
        let shared = Shared::default();
        let raise = |failure: Failure| failure.raise(py);
        let config = settings.config(&shared);
        let config = config.map_err(|error| raise(error.into()))?;
        let expected = "a date such as 2021-03-01 or 2021-03-01T12:00";
        let date = |text: &str| parse_date(text).ok_or_else(|| expected.to_owned());
        let published = read("published", &published, date);
        let article = Article {
            text: text.into(),
            title: title.into(),
            source: source.map(Into::into),
            published: published.map_err(|error| raise(error.into()))?,
            url: url.map(Into::into),
            ..Article::default()
        };
        let (answer, answered) = sync_channel(1);
        let asked = Asked { article, answer };
        let open = self.opener();
        let reader = Arc::clone(&self.reader);
        let sent = py.detach(move || ask(&reader, open(&config)?, asked));
        sent.map_err(raise)?;
        let answered = Mutex::new(answered);
        loop {
            match py.detach(|| lock(&answered).recv_timeout(TICK)) {
                Ok(sight) => {
                    let sight = sight.map_err(|error| raise(error.into()))?;
                    return serde_json::to_string(&sight).map_err(|error| raise(unwritten(&error)));
                }
                Err(RecvTimeoutError::Disconnected) => return Err(lost()),
                Err(RecvTimeoutError::Timeout) => py.check_signals()?,
            }
        }
    }

    /// Decides of all articles anew; of stories too, as one run over all does, where `whole`.
    fn settle(
        &self,
        py: Python<'_>,
        settings: Settings,
        whole: bool,
        progress: Progress<'_>,
    ) -> PyResult<()> {
        let folder = self.folder.clone();
        run(py, &settings, progress, move |config, shared| {
            let index = match whole {
                true => Index::open_to_rebuild(&folder, &config)?,
                false => Index::open_to_write(&folder, &config)?,
            };
            shared.begin("settling")?;
            Ok(match whole {
                true => index.rebuild(),
                false => index.settle(),
            }?)
        })
    }

    /// Keeps what a file says of stories.
    fn link(&self, py: Python<'_>, settings: Settings, links: PathBuf) -> PyResult<()> {
        let folder = self.folder.clone();
        run(py, &settings, None, move |config, _| {
            let links = Links::read(&links)?;
            Ok(Index::open_to_write(&folder, &config)?.link(&links)?)
        })
    }

    /// Takes all articles of another index in.
    fn merge(
        &self,
        py: Python<'_>,
        settings: Settings,
        other: PathBuf,
        progress: Progress<'_>,
    ) -> PyResult<()> {
        let folder = self.folder.clone();
        run(py, &settings, progress, move |config, shared| {
            let from = Index::open(&other, &config)?;
            from.need_texts()?;
            let index = Index::open_to_write(&folder, &config)?;
            shared.begin("comparing")?;
            let intake = Intake::named(other.display().to_string());
            Ok(index.ingest(&from.corpus(), intake)?.commit()?)
        })
    }

    /// Removes articles for good: those of some ids, or what is older than the newest by some time.
    fn forget(
        &self,
        py: Python<'_>,
        settings: Settings,
        which: (Vec<String>, Option<String>),
    ) -> PyResult<usize> {
        let (ids, older) = which;
        let folder = self.folder.clone();
        run(py, &settings, None, move |config, _| {
            let older = read("older", &older, seconds)?;
            let index = Index::open_to_write(&folder, &config)?;
            Ok(match older {
                Some(seconds) => index.forget_older(seconds),
                None => index.forget(&ids),
            }?)
        })
    }

    /// What was changed behind a cursor: JSON, a change each.
    fn changes(&self, py: Python<'_>, settings: Settings, after: String) -> PyResult<Vec<String>> {
        self.read(py, &settings, move |index, _, _| {
            let line = |(cursor, change): (String, Change)| {
                let mut line = serde_json::to_value(&change).map_err(|error| unwritten(&error))?;
                line["cursor"] = json!(cursor);
                Ok(line.to_string())
            };
            index.changes(&after)?.into_iter().map(line).collect()
        })
    }

    /// What the index holds, as JSON.
    fn stats(&self, py: Python<'_>, settings: Settings) -> PyResult<String> {
        self.read(py, &settings, |index, _, _| {
            Ok(cli::index_stats(index).to_string())
        })
    }

    /// Holds every byte against its hash: what is wrong, as JSON.
    fn check(&self, py: Python<'_>, settings: Settings) -> PyResult<String> {
        let folder = self.folder.clone();
        run(py, &settings, None, move |_, shared| {
            let checked = Index::check(&folder, &shared.interrupt())?;
            serde_json::to_string(&checked).map_err(|error| unwritten(&error))
        })
    }

    /// All articles, a row each.
    fn table(&self, py: Python<'_>, settings: Settings) -> PyResult<ArrowTable> {
        self.read(py, &settings, |index, config, _| {
            table(&index.table(), config)
        })
    }

    /// The stories of which an article was published at a moment or later, a row each.
    fn stories(
        &self,
        py: Python<'_>,
        settings: Settings,
        since: Option<String>,
    ) -> PyResult<ArrowTable> {
        self.read(py, &settings, move |index, _, _| {
            let since = read("since", &since, cli::moment)?;
            of_index(index, since.map(cli::Moment::start))
        })
    }
}

impl Kept {
    /// What gives the last version there is, opened once for all calls that read.
    fn opener(
        &self,
    ) -> impl FnOnce(&Config) -> samestory::error::Result<Arc<Index>> + Send + 'static {
        let (folder, reader) = (self.folder.clone(), Arc::clone(&self.reader));
        move |config| {
            let now = stamp(&folder);
            if let Some(reader) = &*lock(&reader)
                && now.is_some()
                && reader.stamp == now
            {
                return Ok(Arc::clone(&reader.index));
            }
            // It outlives this call, which alone may be interrupted by its flag.
            let lasting = Config {
                interrupt: samestory::interrupt::Interrupt::default(),
                ..config.clone()
            };
            let index = Arc::new(Index::open(&folder, &lasting)?);
            *lock(&reader) = Some(Reader {
                stamp: now,
                index: Arc::clone(&index),
                asked: None,
            });
            Ok(index)
        }
    }

    fn read<T: Send + 'static>(
        &self,
        py: Python<'_>,
        settings: &Settings,
        then: impl FnOnce(&Index, &Config, &Shared) -> Result<T, Failure> + Send + 'static,
    ) -> PyResult<T> {
        let open = self.opener();
        run(py, settings, None, move |config, shared| {
            then(&*open(&config)?, &config, shared)
        })
    }
}

/// Does something by settings, in a pool of its own.
fn run<T: Send + 'static>(
    py: Python<'_>,
    settings: &Settings,
    progress: Progress<'_>,
    then: impl FnOnce(Config, &Shared) -> Result<T, Failure> + Send + 'static,
) -> PyResult<T> {
    let shared = Shared::default();
    let raise = |error| Failure::Library(error).raise(py);
    let config = settings.config(&shared).map_err(raise)?;
    let job = Job {
        shared: shared.clone(),
        threads: settings.threads().map_err(raise)?,
        progress,
    };
    work(py, &job, move || then(config, &shared))
}

/// Does something with articles.
fn with_corpus<T: Send + 'static>(
    py: Python<'_>,
    (source, settings): (&Source, &Settings),
    progress: Progress<'_>,
    then: impl FnOnce(&Config, &FileCorpus, &Shared) -> Result<T, Failure> + Send + 'static,
) -> PyResult<T> {
    let shared = Shared::default();
    let raise = |error| Failure::Library(error).raise(py);
    let config = settings.config(&shared).map_err(raise)?;
    let open = source.opener(settings, &shared);
    let job = Job {
        shared: shared.clone(),
        threads: settings.threads().map_err(raise)?,
        progress,
    };
    work(py, &job, move || {
        let corpus = open()?;
        // Memory is taken again and again, by each article that is compared.
        let _kept = KeptMemory::new();
        then(&config, &corpus, &shared)
    })
}

fn unwritten(error: &serde_json::Error) -> Failure {
    Failure::Data(error.to_string())
}

//! An index of the articles of all runs, as Python holds it: a folder, and its last version once something was asked of it.

use std::path::{Path, PathBuf};
use std::sync::mpsc::{RecvTimeoutError, Sender, SyncSender, channel, sync_channel};
use std::sync::{Arc, Mutex};
use std::time::SystemTime;

use arrow_array::builder::{Float64Builder, StringBuilder, UInt64Builder};
use arrow_array::{ArrayRef, RecordBatch};
use arrow_schema::{Field, Schema};
use pyo3::prelude::*;
use samestory::cli::{self, Tally, seconds};
use samestory::config::Config;
use samestory::corpus::{Article, Batch, Corpus, FileCorpus, Place, parse_date};
use samestory::error::{Error, ErrorKind};
use samestory::index::{Change, Compared, Index, Intake, Sight};
use samestory::links::Links;
use samestory::output::Destination;
use serde_json::{Value, json};

use crate::arrow::ArrowTable;
use crate::errors::{Failure, lost};
use crate::furniture::{Ordered, unfit};
use crate::heap::Kept as KeptMemory;
use crate::run::apart_from;
use crate::settings::{Settings, read};
use crate::source::Source;
use crate::stories::of_index;
use crate::summary::reading;
use crate::work::{Job, Shared, TICK, lock, work};

/// An index in a folder. Every call is of the last version there is when it begins.
#[pyclass(frozen, module = "samestory._samestory")]
pub(crate) struct Kept {
    folder: PathBuf,
    reader: Arc<Mutex<Option<Reader>>>,
}

/// A version that was opened, and who is asked of single articles.
struct Reader {
    stamp: Stamp,
    index: Arc<Index>,
    /// A thread that lives as long as this, and the process that has it: a child by a fork does not.
    asked: Option<(u32, Sender<Asked>)>,
}

/// What tells one version of the manifest from the next without reading it.
type Stamp = Option<(u64, SystemTime)>;

/// A question about one article, and where the answer goes.
struct Asked {
    article: Article<'static>,
    answer: SyncSender<samestory::error::Result<Sight>>,
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

    /// Makes an index without articles.
    #[staticmethod]
    fn create(py: Python<'_>, folder: PathBuf, settings: Settings) -> PyResult<()> {
        run(py, &settings, None, move |config, _| {
            Ok(Index::create(&folder, &config)?)
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

    /// Takes articles in; hands on their rows, and what is told of it, as JSON.
    fn ingest(
        &self,
        py: Python<'_>,
        source: &Source,
        settings: Settings,
        how: (String, Option<String>),
        progress: Progress<'_>,
    ) -> PyResult<(ArrowTable, String)> {
        let (name, retain) = how;
        let folder = self.folder.clone();
        with_corpus(
            py,
            (source, &settings),
            progress,
            move |config, corpus, shared| {
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

    /// Holds articles against the index, which stays as it is.
    fn compare(
        &self,
        py: Python<'_>,
        source: &Source,
        settings: Settings,
        progress: Progress<'_>,
    ) -> PyResult<(ArrowTable, String)> {
        let folder = self.folder.clone();
        with_corpus(
            py,
            (source, &settings),
            progress,
            move |config, corpus, shared| {
                let index = Index::open(&folder, config)?;
                shared.begin("comparing")?;
                let (table, told) = rows(corpus, &index.compare(corpus)?, config)?;
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
            let index = Index::open_to_write(&folder, &config)?;
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
            let stats = index.stats();
            let bytes: serde_json::Map<String, Value> = stats
                .bytes
                .iter()
                .map(|(part, bytes)| (part.clone(), json!(bytes)))
                .collect();
            let told = json!({
                "version": stats.version,
                "articles": stats.articles,
                "forgotten": stats.forgotten,
                "groups": stats.groups,
                "stories": stats.stories,
                "closed": stats.closed,
                "ingests": index.ingests(),
                "bytes": bytes,
            });
            Ok(told.to_string())
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

fn stamp(folder: &Path) -> Stamp {
    let manifest = folder.join("MANIFEST").metadata().ok()?;
    Some((manifest.len(), manifest.modified().ok()?))
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

/// The rows of a dump that was held against an index, and what is told of it.
fn rows(
    corpus: &FileCorpus,
    compared: &Compared<'_>,
    config: &Config,
) -> Result<(ArrowTable, Value), Failure> {
    let mut tally = Tally::default();
    for at in 0..compared.len() {
        tally.add(&compared.row(at)?);
    }
    let mut told = reading(corpus, compared.read());
    told.insert("articles".to_owned(), json!(compared.len()));
    told.insert("new_articles".to_owned(), json!(compared.new_articles()));
    told.insert("known".to_owned(), json!(tally.known));
    told.insert("copies_of_index".to_owned(), json!(tally.of_index));
    told.insert("copies_of_each_other".to_owned(), json!(tally.of_dump));
    told.insert("related".to_owned(), json!(tally.related));
    Ok((table(compared, config)?, Value::Object(told)))
}

/// What the library writes to a Parquet file, as a table.
fn table(compared: &Compared<'_>, config: &Config) -> Result<ArrowTable, Failure> {
    let temporary = config.temp_dir.clone();
    let temporary = temporary.unwrap_or_else(std::env::temp_dir);
    let spill = |source| ErrorKind::Spill {
        folder: temporary.clone(),
        source,
    };
    let folder = tempfile::tempdir_in(&temporary).map_err(spill)?;
    let path = folder.path().join("table.parquet");
    let mut writer = samestory::index::table(&Destination::File(path.clone()))?;
    for at in 0..compared.len() {
        config.interrupt.check()?;
        writer.write(&compared.row(at)?)?;
    }
    writer.close()?.commit()?;
    ArrowTable::of_parquet(std::fs::File::open(&path).map_err(spill)?)
}

/// Asks about one article; who answers is there as long as this version of the index is the last.
fn ask(reader: &Mutex<Option<Reader>>, index: Arc<Index>, mut asked: Asked) -> Result<(), Failure> {
    let mut reader = lock(reader);
    let own = std::process::id();
    if let Some(reader) = &*reader
        && let Some((process, sender)) = &reader.asked
        && *process == own
        && Arc::ptr_eq(&reader.index, &index)
    {
        match sender.send(asked) {
            Ok(()) => return Ok(()),
            Err(unsent) => asked = unsent.0,
        }
    }
    let (sender, questions) = channel::<Asked>();
    let answering = Arc::clone(&index);
    let thread = std::thread::Builder::new().name("samestory-seen".to_owned());
    let thread = thread.spawn(move || {
        let seer = answering.seer();
        for asked in questions {
            let answer = match &seer {
                Ok(seer) => seer.look(&asked.article),
                Err(error) => Err(Error::io("index", std::io::Error::other(error.to_string()))),
            };
            let _ = asked.answer.send(answer);
        }
    });
    thread.map_err(|error| Failure::Setting(format!("threads: {error}")))?;
    let sent = sender.send(asked);
    if let Some(reader) = reader.as_mut().filter(|it| Arc::ptr_eq(&it.index, &index)) {
        reader.asked = Some((own, sender));
    }
    sent.map_err(|_| Failure::Setting("threads: none answers".to_owned()))
}

fn unwritten(error: &serde_json::Error) -> Failure {
    Failure::Data(error.to_string())
}

/// The texts that an answer has, in their order.
const ANSWER: [&str; 6] = [
    "seen",
    "matched_id",
    "matched_in",
    "copy_id",
    "group_key",
    "story_id",
];

/// A row a record, bad ones too, in their order.
fn seen(index: &Index, corpus: &FileCorpus, shared: &Shared) -> Result<ArrowTable, Failure> {
    use arrow_schema::DataType::{Float64, UInt64, Utf8};
    let text = |name: &str| Field::new(name, Utf8, true);
    let mut fields = vec![
        Field::new("input", Utf8, false),
        Field::new("record", UInt64, false),
        text("id"),
    ];
    fields.extend(ANSWER.map(text));
    fields.push(Field::new("similarity", Float64, true));
    fields.push(text("reason"));
    let schema = Arc::new(Schema::new(fields));
    let (seer, ordered, inputs) = (index.seer()?, Ordered::default(), corpus.inputs());
    let interrupt = shared.interrupt();
    corpus.sweep(&|batch| {
        let mut rows = Rows::default();
        for (place, record) in in_order(&batch) {
            interrupt.check()?;
            rows.places(&inputs, place);
            match record {
                Ok(article) => {
                    let sight = seer.look(article)?;
                    rows.answer(article.external_id.as_deref(), &sight);
                }
                Err(reason) => rows.rejected(&reason),
            }
        }
        let made = RecordBatch::try_new(Arc::clone(&schema), rows.columns());
        ordered.put(batch.number, made.map_err(unfit)?);
        Ok(())
    })?;
    Ok(ordered.table(schema))
}

/// The articles of a batch and, for what is none, why.
fn in_order<'b>(batch: &'b Batch<'_>) -> Vec<(Place, Result<&'b Article<'b>, String>)> {
    let articles = batch.articles.iter().map(|it| (it.place, Ok(it)));
    let rejects = batch
        .rejects
        .iter()
        .map(|it| (it.place, Err(it.reason.to_string())));
    let mut all: Vec<_> = articles.chain(rejects).collect();
    all.sort_by_key(|it| it.0);
    all
}

/// The columns of answers as they grow.
#[derive(Default)]
struct Rows {
    inputs: StringBuilder,
    records: UInt64Builder,
    ids: StringBuilder,
    answers: [StringBuilder; ANSWER.len()],
    similarities: Float64Builder,
    reasons: StringBuilder,
}

impl Rows {
    fn places(&mut self, inputs: &[String], place: Place) {
        let input = inputs.get(place.input as usize);
        self.inputs.append_value(input.map_or("", String::as_str));
        self.records.append_value(place.record);
    }

    fn answer(&mut self, id: Option<&str>, sight: &Sight) {
        let told = serde_json::to_value(sight).unwrap_or_default();
        self.ids.append_option(id);
        for (column, name) in self.answers.iter_mut().zip(ANSWER) {
            column.append_option(told[name].as_str());
        }
        self.similarities.append_option(told["similarity"].as_f64());
        self.reasons.append_null();
    }

    fn rejected(&mut self, reason: &str) {
        self.ids.append_null();
        for (column, name) in self.answers.iter_mut().zip(ANSWER) {
            column.append_option((name == "seen").then_some("rejected"));
        }
        self.similarities.append_null();
        self.reasons.append_value(reason);
    }

    fn columns(mut self) -> Vec<ArrayRef> {
        let mut columns: Vec<ArrayRef> = vec![
            Arc::new(self.inputs.finish()),
            Arc::new(self.records.finish()),
            Arc::new(self.ids.finish()),
        ];
        for mut answers in self.answers {
            columns.push(Arc::new(answers.finish()));
        }
        columns.push(Arc::new(self.similarities.finish()));
        columns.push(Arc::new(self.reasons.finish()));
        columns
    }
}

//! Furniture by itself: learned, kept, put together, and taken out of texts.

use std::collections::BTreeMap;
use std::sync::{Arc, Mutex, PoisonError};

use arrow_array::builder::{FixedSizeListBuilder, StringBuilder, UInt32Builder, UInt64Builder};
use arrow_array::{ArrayRef, RecordBatch};
use arrow_schema::{Field, Schema};
use pyo3::prelude::*;
use pyo3::types::PyBytes;
use samestory::clean::Furniture;
use samestory::config::Config;
use samestory::corpus::{Article, Corpus, FileCorpus};
use samestory::kernel::Signer;
use samestory::stages::fingerprint::Shingler;

use crate::arrow::ArrowTable;
use crate::errors::Failure;
use crate::settings::Settings;
use crate::source::Source;
use crate::work::{Job, Shared, work};

/// What was learned of a dump's pages.
#[pyclass(frozen, module = "samestory._samestory")]
pub(crate) struct Learned(Arc<Furniture>);

#[pymethods]
impl Learned {
    /// Learns from every page.
    #[staticmethod]
    fn learn(
        py: Python<'_>,
        source: &Source,
        settings: Settings,
        progress: Option<Bound<'_, PyAny>>,
    ) -> PyResult<Learned> {
        let learned = sweep(py, source, &settings, progress, |corpus, config| {
            Ok(Furniture::learn(corpus, &config.budget())?)
        })?;
        Ok(Learned(Arc::new(learned)))
    }

    /// Nothing learned: texts stay as they are.
    #[staticmethod]
    fn nothing() -> Learned {
        Learned(Arc::default())
    }

    #[staticmethod]
    fn from_bytes(py: Python<'_>, bytes: &[u8]) -> PyResult<Learned> {
        let learned = Furniture::from_bytes(bytes);
        let broken = || Failure::Data("no file of furniture, or not a whole one".to_owned());
        let learned = learned.ok_or_else(|| broken().raise(py))?;
        Ok(Learned(Arc::new(learned)))
    }

    fn to_bytes<'py>(&self, py: Python<'py>) -> Bound<'py, PyBytes> {
        let furniture = Arc::clone(&self.0);
        PyBytes::new(py, &py.detach(move || furniture.to_bytes()))
    }

    /// What one or the other knows.
    fn merged(&self, py: Python<'_>, other: &Learned) -> Learned {
        let (one, other) = (Arc::clone(&self.0), Arc::clone(&other.0));
        Learned(Arc::new(py.detach(move || one.merged(&other))))
    }

    /// The texts that cleaning changes, with their records; and the name of the field that the text is in.
    fn cleaned(
        &self,
        py: Python<'_>,
        source: &Source,
        settings: Settings,
        progress: Option<Bound<'_, PyAny>>,
    ) -> PyResult<(ArrowTable, Option<String>)> {
        let furniture = Arc::clone(&self.0);
        sweep(py, source, &settings, progress, move |corpus, _| {
            let (table, fields) = cleaned(corpus, &|article| furniture.cleaned(article))?;
            let text = fields.into_iter().find(|(role, _)| *role == "text");
            Ok((table, text.map(|(_, path)| path)))
        })
    }

    /// The text of one article without its furniture.
    fn cleaned_text(&self, text: &str, title: &str, source: Option<&str>) -> String {
        let article = Article {
            text: text.into(),
            title: title.into(),
            source: source.map(Into::into),
            ..Article::default()
        };
        self.0.cleaned(&article).unwrap_or_else(|| text.to_owned())
    }

    /// What stands for each text once its furniture is gone.
    fn fingerprint(
        &self,
        py: Python<'_>,
        source: &Source,
        settings: Settings,
        progress: Option<Bound<'_, PyAny>>,
    ) -> PyResult<ArrowTable> {
        let furniture = Arc::clone(&self.0);
        sweep(py, source, &settings, progress, move |corpus, config| {
            fingerprints(corpus, &furniture, config)
        })
    }
}

/// Does something with a corpus.
fn sweep<T: Send + 'static>(
    py: Python<'_>,
    source: &Source,
    settings: &Settings,
    progress: Option<Bound<'_, PyAny>>,
    then: impl FnOnce(&FileCorpus, &Config) -> Result<T, Failure> + Send + 'static,
) -> PyResult<T> {
    let shared = Shared::default();
    let raise = |error| Failure::Library(error).raise(py);
    let threads = settings.threads().map_err(raise)?;
    let config = settings.config(&shared).map_err(raise)?;
    let open = source.opener(settings, &shared);
    let job = Job {
        shared: shared.clone(),
        threads,
        progress,
    };
    work(py, &job, move || {
        let corpus = open()?;
        shared.begin("reading")?;
        then(&corpus, &config)
    })
}

/// Batches that threads make in any order, put together by their numbers.
#[derive(Default)]
pub(crate) struct Ordered(Mutex<BTreeMap<usize, RecordBatch>>);

impl Ordered {
    pub(crate) fn put(&self, number: usize, batch: RecordBatch) {
        let mut batches = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        batches.insert(number, batch);
    }

    pub(crate) fn table(self, schema: Arc<Schema>) -> ArrowTable {
        let batches = self.0.into_inner().unwrap_or_else(PoisonError::into_inner);
        ArrowTable::new(schema, batches.into_values().collect())
    }
}

/// Which field was read as which.
type Fields = Vec<(&'static str, String)>;

/// The texts that are other ones then, by input and record.
pub(crate) fn cleaned(
    corpus: &FileCorpus,
    cleaned: &(dyn Fn(&Article<'_>) -> Option<String> + Sync),
) -> Result<(ArrowTable, Fields), Failure> {
    use arrow_schema::DataType::{UInt32, UInt64, Utf8};
    let schema = Arc::new(Schema::new(vec![
        Field::new("input", UInt32, false),
        Field::new("record", UInt64, false),
        Field::new("text", Utf8, false),
    ]));
    let ordered = Ordered::default();
    let read = corpus.sweep(&|batch| {
        let (mut inputs, mut records, mut texts) = (
            UInt32Builder::new(),
            UInt64Builder::new(),
            StringBuilder::new(),
        );
        for article in batch.articles {
            if let Some(text) = cleaned(article) {
                inputs.append_value(article.place.input);
                records.append_value(article.place.record);
                texts.append_value(text);
            }
        }
        let columns: Vec<ArrayRef> = vec![
            Arc::new(inputs.finish()),
            Arc::new(records.finish()),
            Arc::new(texts.finish()),
        ];
        let made = RecordBatch::try_new(Arc::clone(&schema), columns);
        ordered.put(batch.number, made.map_err(unfit)?);
        Ok(())
    })?;
    Ok((ordered.table(schema), read.fields))
}

fn fingerprints(
    corpus: &FileCorpus,
    furniture: &Furniture,
    config: &Config,
) -> Result<ArrowTable, Failure> {
    use arrow_schema::DataType::{FixedSizeList, UInt32, UInt64, Utf8};
    let length = config.num_hashes as i32;
    let item = Arc::new(Field::new("item", UInt32, true));
    let schema = Arc::new(Schema::new(vec![
        Field::new("input", Utf8, false),
        Field::new("record", UInt64, false),
        Field::new("id", Utf8, true),
        Field::new("tokens", UInt32, false),
        Field::new("shingles", UInt32, false),
        Field::new("signature", FixedSizeList(item, length), true),
    ]));
    let (ordered, inputs) = (Ordered::default(), corpus.inputs());
    corpus.sweep(&|batch| {
        let (mut shingler, mut signer) = (Shingler::default(), Signer::new(config.num_hashes));
        let (mut names, mut records, mut ids) = (
            StringBuilder::new(),
            UInt64Builder::new(),
            StringBuilder::new(),
        );
        let (mut tokens, mut shingles) = (UInt32Builder::new(), UInt32Builder::new());
        let mut signatures = FixedSizeListBuilder::new(UInt32Builder::new(), length);
        let mut signature = Vec::new();
        for article in batch.articles {
            let kept = furniture.kept(article);
            let set = shingler.sorted_shingles(article, &kept, config.shingle_tokens);
            signature.clear();
            let is_signed = signer.sign(set, &mut signature);
            shingles.append_value(set.len() as u32);
            tokens.append_value(shingler.tokens().len() as u32);
            signature.resize(config.num_hashes, 0);
            signatures.values().append_slice(&signature);
            signatures.append(is_signed);
            names.append_value(
                inputs
                    .get(article.place.input as usize)
                    .map_or("", String::as_str),
            );
            records.append_value(article.place.record);
            ids.append_option(article.external_id.as_deref());
        }
        let columns: Vec<ArrayRef> = vec![
            Arc::new(names.finish()),
            Arc::new(records.finish()),
            Arc::new(ids.finish()),
            Arc::new(tokens.finish()),
            Arc::new(shingles.finish()),
            Arc::new(signatures.finish()),
        ];
        let made = RecordBatch::try_new(Arc::clone(&schema), columns);
        ordered.put(batch.number, made.map_err(unfit)?);
        Ok(())
    })?;
    Ok(ordered.table(schema))
}

/// A batch that does not fit its schema, as an error of the library's.
pub(crate) fn unfit(error: arrow_schema::ArrowError) -> samestory::error::Error {
    let reason = error.to_string();
    samestory::error::ErrorKind::Unfit {
        input: "data".to_owned(),
        reason,
    }
    .into()
}

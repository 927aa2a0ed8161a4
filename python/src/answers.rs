//! What an index answers of many records, as tables.

use std::sync::Arc;

use arrow_array::builder::{BooleanBuilder, Float64Builder, StringBuilder, UInt64Builder};
use arrow_array::{ArrayRef, RecordBatch};
use arrow_schema::{Field, Schema};
use samestory::cli::Tally;
use samestory::config::Config;
use samestory::corpus::{Article, Batch, Corpus, FileCorpus, Place};
use samestory::error::ErrorKind;
use samestory::index::{Compared, Index, Sight};
use samestory::output::Destination;
use serde_json::{Value, json};

use crate::arrow::ArrowTable;
use crate::errors::Failure;
use crate::furniture::{Ordered, unfit};
use crate::summary::reading;
use crate::work::Shared;

/// The rows of a dump that was held against an index, and what is told of it.
pub(crate) fn rows(
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
pub(crate) fn table(compared: &Compared<'_>, config: &Config) -> Result<ArrowTable, Failure> {
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
pub(crate) fn seen(
    index: &Index,
    corpus: &FileCorpus,
    shared: &Shared,
) -> Result<ArrowTable, Failure> {
    use arrow_schema::DataType::{Boolean, Float64, UInt64, Utf8};
    let text = |name: &str| Field::new(name, Utf8, true);
    let mut fields = vec![
        Field::new("input", Utf8, false),
        Field::new("record", UInt64, false),
        text("id"),
    ];
    fields.extend(ANSWER.map(text));
    fields.push(Field::new("similarity", Float64, true));
    fields.push(text("reason"));
    let is_estimating = !index.keeps_texts();
    if is_estimating {
        fields.push(Field::new("estimated", Boolean, false));
    }
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
        let made = RecordBatch::try_new(Arc::clone(&schema), rows.columns(is_estimating));
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
    estimated: BooleanBuilder,
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
        self.estimated.append_value(sight.estimated);
    }

    fn rejected(&mut self, reason: &str) {
        self.ids.append_null();
        for (column, name) in self.answers.iter_mut().zip(ANSWER) {
            column.append_option((name == "seen").then_some("rejected"));
        }
        self.similarities.append_null();
        self.reasons.append_value(reason);
        self.estimated.append_value(false);
    }

    fn columns(mut self, is_estimating: bool) -> Vec<ArrayRef> {
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
        if is_estimating {
            columns.push(Arc::new(self.estimated.finish()));
        }
        columns
    }
}

//! A run: what was found, and the tables of it, each made when it is asked for.

use std::fs::File;
use std::path::{Path, PathBuf};
use std::sync::Arc;

use arrow_array::builder::{ListBuilder, StringBuilder};
use arrow_array::{
    ArrayRef, RecordBatch, StringArray, TimestampMillisecondArray, UInt32Array, UInt64Array,
};
use pyo3::prelude::*;
use pyo3::types::PyBytes;
use samestory::article::{Corpus, FileCorpus, Place, parse_date};
use samestory::config::Config;
use samestory::dedup::{self, Choice, Decisions, Marks, Plan, Target};
use samestory::error::{Error, ErrorKind};
use samestory::fingerprint::Millionths;
use samestory::output::{self, Apart, Destination, TableOptions, commit_all};
use samestory::pipeline::{self, Clustering, Stage};
use samestory::state::settings_of;
use samestory::tables::{Links, Tables, Totals, rejected};
use serde_json::{Value, json};

use crate::arrow::ArrowTable;
use crate::errors::Failure;
use crate::furniture::cleaned;
use crate::heap::Kept;
use crate::settings::{Settings, Wanted};
use crate::source::Source;
use crate::work::{Job, Shared, work};

/// What a run found.
#[pyclass(frozen, module = "samestory._samestory")]
pub(crate) struct Run {
    found: Arc<Found>,
    shared: Shared,
    threads: usize,
}

struct Found {
    corpus: FileCorpus,
    inputs: Vec<String>,
    config: Config,
    clustering: Clustering,
    folder: PathBuf,
}

impl Found {
    fn tables(&self) -> Result<Tables<'_>, Failure> {
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

    /// Refuses an output that would replace what is read.
    fn keep_apart(&self, written: &[&Path]) -> samestory::error::Result<()> {
        let mut apart = Apart::new();
        self.corpus
            .files()
            .iter()
            .for_each(|input| apart.reads(input.path()));
        let folders = self
            .corpus
            .files()
            .iter()
            .filter_map(|input| input.folder());
        folders.for_each(|folder| apart.reads_folder(folder));
        written.iter().try_for_each(|file| apart.writes(file))
    }
}

/// The name of a stage, as the command line tells it.
fn name(stage: Stage) -> &'static str {
    match stage {
        Stage::Learn => "learning furniture",
        Stage::Fingerprint => "fingerprinting",
        Stage::Candidates => "finding candidates",
        Stage::Verify => "verifying",
        Stage::Group => "grouping",
        Stage::Terms => "learning terms",
        Stage::Weigh => "weighing terms",
        Stage::Relate => "relating",
        Stage::Link => "linking stories",
    }
}

/// Finds the copies and the stories in a corpus.
pub(crate) fn compute(
    corpus: &FileCorpus,
    config: &Config,
    shared: &Shared,
    keeper: Option<&samestory::state::Keeper>,
) -> Result<Clustering, Failure> {
    // Where the memory holds all there is, nothing is won by giving it back in between.
    let share = if config.copies_only { 70 } else { 250 };
    let taken = corpus.expected_bytes() / 100 * share;
    let is_ample = config.memory.is_none_or(|memory| taken <= memory / 2);
    let _kept = is_ample.then(Kept::new);
    let on_stage = |stage| shared.begin(name(stage));
    Ok(match keeper {
        Some(keeper) => keeper.cluster(corpus, config, &on_stage)?,
        None => pipeline::cluster(corpus, config, &on_stage)?,
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
            let clustering = compute(&corpus, &config, &working, None)?;
            if clustering.register.is_empty() && of_rows != Some(0) {
                return Err(nothing_read(&corpus, &clustering).into());
            }
            let inputs = corpus.inputs();
            let folder = settings.temp_dir();
            Ok(Found {
                corpus,
                inputs,
                config,
                clustering,
                folder,
            })
        })?;
        let found = Arc::new(found);
        Ok(Run {
            found,
            shared,
            threads,
        })
    }

    /// How many articles there are.
    fn __len__(&self) -> usize {
        self.found.clustering.register.len()
    }

    /// A row an article, as `cluster` writes it.
    fn clusters(&self, py: Python<'_>) -> PyResult<ArrowTable> {
        self.work(py, |found, _| {
            found.as_table(|tables, to| {
                let mut writer = output::clusters(to)?;
                tables.write_clusters(&mut writer)?;
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
                .write_stories(&Links::default(), (1, false), &mut writer)?;
            commit_all(vec![writer.close()?])?;
            stories(&std::fs::read_to_string(&path).map_err(spill)?)
        })
    }

    /// Writes the clusters, or the stories, to a file, as `cluster -o` does.
    fn write(
        &self,
        py: Python<'_>,
        path: PathBuf,
        by: Option<String>,
        csv_safe: bool,
    ) -> PyResult<()> {
        self.work(py, move |found, _| {
            found.keep_apart(&[&path])?;
            let to = Destination::File(path);
            let by_story = match by.as_deref() {
                None => output::is_feed(&to),
                Some("article") => false,
                Some("story") => true,
                Some(other) => {
                    let expected = "one of article, story";
                    return Err(crate::settings::refused("by", other, expected).into());
                }
            };
            let tables = found.tables()?;
            if by_story {
                let mut writer = output::stories(&to)?;
                let links = match writer.is_feed() {
                    true => tables.links(&found.corpus)?,
                    false => Links::default(),
                };
                // As the command line: a story of one article is no news to whoever follows a feed.
                let least = if writer.is_feed() { 2 } else { 1 };
                tables.write_stories(&links, (least, false), &mut writer)?;
                return Ok(commit_all(vec![writer.close()?])?);
            }
            let options = TableOptions {
                settings: settings_of(&found.config, &found.corpus),
                ..TableOptions::default()
            };
            let mut writer = output::clusters_as(&to, options)?;
            if csv_safe {
                writer = writer.for_spreadsheets();
            }
            tables.write_clusters(&mut writer)?;
            Ok(writer.finish()?)
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

    /// A byte for each of so many rows: 1 where it is kept.
    fn mask<'py>(
        &self,
        py: Python<'py>,
        wanted: Wanted,
        max_removed: Option<f64>,
        rows: u64,
    ) -> PyResult<Bound<'py, PyBytes>> {
        let mask = self.work(py, move |found, _| {
            let choice = wanted.choice(&found.config)?;
            let decisions = Decisions::of(&found.tables()?, &found.corpus, &choice)?;
            check_removed(&decisions, max_removed)?;
            let keeps = |record| u8::from(decisions.keeps(Place { input: 0, record }));
            Ok((1..=rows).map(keeps).collect::<Vec<u8>>())
        })?;
        Ok(PyBytes::new(py, &mask))
    }

    /// The texts that cleaning changes, with their records.
    fn cleaned(&self, py: Python<'_>) -> PyResult<ArrowTable> {
        self.work(py, |found, _| {
            Ok(cleaned(&found.corpus, &found.clustering.furniture)?.0)
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
            let choice = wanted.choice(&found.config)?;
            write_kept(found, shared, &choice, &path, &how)
        })
    }
}

/// How the kept records are written.
#[derive(Clone, Debug, FromPyObject)]
#[pyo3(from_item_all)]
struct How {
    overwrite: bool,
    mark: bool,
    clean: bool,
    removed: Option<PathBuf>,
    max_removed: Option<f64>,
}

fn write_kept(
    found: &Found,
    shared: &Shared,
    choice: &Choice,
    path: &Path,
    how: &How,
) -> Result<(u64, u64), Failure> {
    let target = match how.overwrite {
        true => Target::named(path).overwriting(),
        false => Target::named(path),
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
        .chain(how.removed.as_deref())
        .collect();
    found.keep_apart(&written)?;
    let tables = found.tables()?;
    let decisions = Decisions::of(&tables, &found.corpus, choice)?;
    check_removed(&decisions, how.max_removed)?;
    let mut others = Vec::new();
    if let Some(removed) = &how.removed {
        let mut writer = output::clusters(&Destination::named(removed))?;
        decisions.write_removed(&tables, &mut writer)?;
        others.push(writer.close()?);
    }
    let settings = settings_of(&found.config, &found.corpus);
    let plan = Plan {
        repeats: None,
        settings: &settings,
        decisions: &decisions,
        marks: how.mark.then_some(Marks::Found(&tables)),
        furniture: how.clean.then_some(&found.clustering.furniture),
    };
    shared.begin("writing")?;
    let kept = dedup::dedup(&found.corpus, &plan, &target)?.commit_with(others)?;
    Ok((kept.kept, kept.removed))
}

fn check_removed(decisions: &Decisions, most: Option<f64>) -> samestory::error::Result<()> {
    let Some(most) = most else {
        return Ok(());
    };
    if !(0.0..=1.0).contains(&most) {
        return Err(crate::settings::refused(
            "max_removed",
            &most.to_string(),
            "from 0 to 1",
        ));
    }
    decisions.check_removed(Millionths((most * 1e6).round() as u32))
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

fn nothing_read(corpus: &FileCorpus, clustering: &Clustering) -> Error {
    let input = corpus.inputs().into_iter().next().unwrap_or_default();
    let reason = match rejected(&clustering.read) {
        0 => "no records".to_owned(),
        rejects => format!("no articles; {rejects} records were rejected"),
    };
    ErrorKind::NoInput { input, reason }.into()
}

fn summary(found: &Found) -> Value {
    let Clustering {
        read,
        counts,
        register,
        pairs,
        ..
    } = &found.clustering;
    let totals = Totals::of(&found.clustering);
    let rejects: serde_json::Map<String, Value> = read
        .rejects
        .iter()
        .map(|(reason, count)| (reason.to_string(), json!(count)))
        .collect();
    let input = |number: u32| {
        found
            .inputs
            .get(number as usize)
            .cloned()
            .unwrap_or_default()
    };
    let first: Vec<Value> = read
        .first_rejects
        .iter()
        .map(|(place, reason)| {
            json!({"input": input(place.input), "record": place.record, "reason": reason.to_string()})
        })
        .collect();
    let cut_off: Vec<Value> = read
        .cut_off
        .iter()
        .map(|(number, reason)| json!({"input": input(*number), "reason": reason}))
        .collect();
    let passed_over: Vec<Value> = found
        .corpus
        .passed_over()
        .iter()
        .map(|(name, reason)| json!({"input": name, "reason": reason}))
        .collect();
    let fields: serde_json::Map<String, Value> = read
        .fields
        .iter()
        .map(|(role, path)| ((*role).to_owned(), json!(path)))
        .collect();
    json!({
        "articles": totals.articles,
        "rejected": rejected(read),
        "rejects": rejects,
        "first_rejects": first,
        "repaired": read.repaired,
        "unreadable_dates": read.unreadable_dates,
        "implausible_dates": register.implausible_dates(),
        "without_id": register.without_id(),
        "cut_off": cut_off,
        "passed_over": passed_over,
        "fields": fields,
        "text_bytes": counts.text_bytes,
        "furniture_bytes": counts.furniture_bytes,
        "candidates": counts.candidates,
        "similar_pairs": pairs.len(),
        "copy_groups": totals.groups,
        "copy_groups_of_several": totals.with_copies,
        "copies": totals.copies,
        "largest_copy_group": totals.largest,
        "stories": totals.stories,
        "stories_of_several_texts": totals.told_twice,
        "related": totals.related,
        "largest_story": totals.largest_story,
    })
}

/// Stories as a table, from their JSON lines.
fn stories(lines: &str) -> Result<ArrowTable, Failure> {
    let rows: Result<Vec<Value>, _> = lines.lines().map(serde_json::from_str).collect();
    let rows = rows.map_err(|error| Failure::Data(error.to_string()))?;
    let text = |value: &Value| value.as_str().map(str::to_owned);
    let texts = |of: &dyn Fn(&Value) -> Option<String>| -> ArrayRef {
        Arc::new(rows.iter().map(of).collect::<StringArray>())
    };
    let numbers = |name: &str| -> ArrayRef {
        let number = |row: &Value| row[name].as_u64().map(|number| number as u32);
        Arc::new(rows.iter().map(number).collect::<UInt32Array>())
    };
    let moments = |of: &dyn Fn(&Value) -> Option<String>| -> ArrayRef {
        let moment = |row| Some(parse_date(&of(row)?)?.0 * 1_000);
        let moments: TimestampMillisecondArray = rows.iter().map(moment).collect();
        Arc::new(moments.with_timezone("UTC"))
    };
    let lists = |of: &dyn Fn(&Value) -> Vec<String>| -> ArrayRef {
        let mut lists = ListBuilder::new(StringBuilder::new());
        for row in &rows {
            of(row)
                .iter()
                .for_each(|item| lists.values().append_value(item));
            lists.append(true);
        }
        Arc::new(lists.finish())
    };
    let items = |value: &Value| value.as_array().cloned().unwrap_or_default();
    let articles: UInt64Array = rows
        .iter()
        .map(|row| Some(items(&row["articles"]).len() as u64))
        .collect();
    let columns: Vec<(&str, ArrayRef)> = vec![
        ("story_id", texts(&|row| text(&row["story_id"]))),
        ("label", texts(&|row| text(&row["label"]))),
        ("title", texts(&|row| text(&row["lead"]["title"]))),
        ("source", texts(&|row| text(&row["lead"]["source"]))),
        ("published", moments(&|row| text(&row["lead"]["published"]))),
        ("first_seen", moments(&|row| text(&row["first_seen"]))),
        ("last_seen", moments(&|row| text(&row["last_seen"]))),
        ("articles", Arc::new(articles)),
        ("story_sources", numbers("story_sources")),
        ("story_independent", numbers("story_independent")),
        (
            "sources",
            lists(&|row| items(&row["sources"]).iter().filter_map(text).collect()),
        ),
        (
            "article_ids",
            lists(&|row| {
                let articles = items(&row["articles"]);
                articles
                    .iter()
                    .filter_map(|article| text(&article["article_id"]))
                    .collect()
            }),
        ),
    ];
    let nullable = columns
        .into_iter()
        .map(|(name, column)| (name, column, true));
    let batch = RecordBatch::try_from_iter_with_nullable(nullable)?;
    Ok(ArrowTable::new(batch.schema(), vec![batch]))
}

//! The settings of a call, by the names that the command line has them.

use std::path::PathBuf;

use pyo3::prelude::*;
use samestory::cli::{self, Moment, memory, seconds};
use samestory::config::{Config, Keep, KeepBy, Threshold, Within};
use samestory::corpus::{FieldNames, FileCorpus, FileCorpusBuilder, Filter, Html};
use samestory::error::{ErrorKind, Result};

use crate::work::Shared;

/// What Python hands over; `None` is the command line's default.
#[derive(Clone, Debug, FromPyObject)]
#[pyo3(from_item_all)]
pub(crate) struct Settings {
    id: Option<String>,
    title: Option<String>,
    text: Option<String>,
    source: Option<String>,
    published: Option<String>,
    url: Option<String>,
    lang: Option<String>,
    html: Option<String>,
    columns: Option<Vec<String>>,
    encoding: Option<String>,
    lines: bool,
    table: Option<String>,
    max_record: Option<String>,
    max_ratio: Option<u64>,
    strict: bool,
    lenient: bool,
    min_words: Option<usize>,
    max_words: Option<usize>,
    language: Vec<String>,
    since: Option<String>,
    until: Option<String>,
    limit: Option<u64>,
    sample: Option<String>,
    keep_furniture: bool,
    copy_threshold: Option<f64>,
    excerpt_threshold: Option<f64>,
    recall: Option<f64>,
    shingle_tokens: Option<usize>,
    num_hashes: Option<usize>,
    seed: Option<u64>,
    within: Option<String>,
    copy_window: Option<String>,
    keep: Option<String>,
    keep_by: Vec<String>,
    prefer: Vec<String>,
    copies_only: bool,
    story_threshold: Option<f64>,
    story_window: Option<String>,
    story_terms: Option<usize>,
    memory: Option<String>,
    pub(crate) threads: Option<usize>,
    pub(crate) temp_dir: Option<PathBuf>,
}

/// More threads than this do nothing but wait for each other.
const MOST_THREADS: usize = 512;

impl Settings {
    /// The threads of the run; 0 for as many as there are cores.
    pub(crate) fn threads(&self) -> Result<usize> {
        match self.threads.unwrap_or(0) {
            threads @ ..=MOST_THREADS => Ok(threads),
            more => Err(refused(
                "threads",
                &more.to_string(),
                &format!("up to {MOST_THREADS}"),
            )),
        }
    }

    /// The folder of temporary files.
    pub(crate) fn temp_dir(&self) -> PathBuf {
        self.temp_dir.clone().unwrap_or_else(std::env::temp_dir)
    }

    /// The settings of a run.
    pub(crate) fn config(&self, shared: &Shared) -> Result<Config> {
        let default = Config::default();
        let share =
            |name, share: Option<f64>, or| share.map_or(Ok(or), |it| Threshold::new(name, it));
        let time = |name, text| read(name, text, seconds);
        let memory = read("memory", &self.memory, memory::size)?;
        let config = Config {
            keep_furniture: self.keep_furniture,
            shingle_tokens: self.shingle_tokens.unwrap_or(default.shingle_tokens),
            num_hashes: self.num_hashes.unwrap_or(default.num_hashes),
            seed: self.seed.unwrap_or(default.seed),
            copy_threshold: share(
                "copy_threshold",
                self.copy_threshold,
                default.copy_threshold,
            )?,
            excerpt_threshold: share(
                "excerpt_threshold",
                self.excerpt_threshold,
                default.excerpt_threshold,
            )?,
            recall: share("recall", self.recall, default.recall)?,
            within: self.within()?,
            copy_window: time("copy_window", &self.copy_window)?,
            copies_only: self.copies_only,
            story_threshold: share(
                "story_threshold",
                self.story_threshold,
                default.story_threshold,
            )?,
            story_window: time("story_window", &self.story_window)?.unwrap_or(default.story_window),
            story_terms: self.story_terms.unwrap_or(default.story_terms),
            keep: self.keep()?,
            keep_by: self
                .keep_by
                .iter()
                .map(|by| KeepBy::named(by))
                .collect::<Result<_>>()?,
            prefer: self.prefer.clone(),
            memory: memory::limit(memory),
            temp_dir: Some(self.temp_dir()),
            interrupt: shared.interrupt(),
            ..default
        };
        config.check()?;
        Ok(config)
    }

    /// How a corpus is read.
    pub(crate) fn builder(&self, shared: &Shared) -> Result<FileCorpusBuilder> {
        let mut builder = FileCorpus::builder()
            .fields(self.fields())
            .html(self.html()?)
            .lines(self.lines)
            .filter(self.filter()?)
            .strict(self.strict)
            .temp_dir(self.temp_dir())
            .interrupt(shared.interrupt())
            .on_progress(shared.meter());
        if let Some(bytes) = read("max_record", &self.max_record, cli::bytes)? {
            builder = builder.max_record(record_bytes(bytes)?);
        }
        if let Some(times) = self.max_ratio {
            builder = builder.max_ratio(times);
        }
        if let Some(table) = &self.table {
            builder = builder.table(table);
        }
        if let Some(columns) = &self.columns {
            builder = builder.columns(columns.clone());
        }
        if let Some(encoding) = &self.encoding {
            builder = builder.encoding(encoding)?;
        }
        Ok(builder)
    }

    /// Whether files that may hold articles may be left unread.
    pub(crate) fn is_lenient(&self) -> bool {
        self.lenient
    }

    fn fields(&self) -> FieldNames {
        let field = |by: &String| {
            let named = by.rsplit_once(':');
            named.map_or(by.clone(), |(field, _)| field.to_owned())
        };
        FieldNames {
            text: self.text.clone(),
            title: self.title.clone(),
            id: self.id.clone(),
            date: self.published.clone(),
            source: self.source.clone(),
            url: self.url.clone(),
            lang: self.lang.clone(),
            keep_by: self.keep_by.iter().map(field).collect(),
            ..FieldNames::default()
        }
    }

    /// Which articles are wanted.
    fn filter(&self) -> Result<Filter> {
        let since = read("since", &self.since, cli::moment)?;
        let until = read("until", &self.until, cli::moment)?;
        Ok(Filter {
            min_words: self.min_words,
            max_words: self.max_words,
            languages: self.language.clone(),
            since: since.map(Moment::start),
            until: until.map(Moment::end),
            limit: self.limit,
            sample: read("sample", &self.sample, cli::share)?,
        })
    }

    fn html(&self) -> Result<Html> {
        let all = [
            ("auto", Html::Auto),
            ("fast", Html::Fast),
            ("best", Html::Best),
            ("off", Html::Off),
        ];
        one_of("html", self.html.as_deref().unwrap_or("auto"), &all)
    }

    fn within(&self) -> Result<Option<Within>> {
        let all = [
            ("source", Within::Source),
            ("across-sources", Within::AcrossSources),
        ];
        self.within
            .as_deref()
            .map(|name| one_of("within", name, &all))
            .transpose()
    }

    fn keep(&self) -> Result<Keep> {
        let all = [
            ("earliest", Keep::Earliest),
            ("latest", Keep::Latest),
            ("longest", Keep::Longest),
            ("central", Keep::Central),
        ];
        one_of("keep", self.keep.as_deref().unwrap_or("earliest"), &all)
    }
}

/// What a text says, as the command line reads it.
pub(crate) fn read<T>(
    name: &'static str,
    text: &Option<String>,
    of: impl FnOnce(&str) -> std::result::Result<T, String>,
) -> Result<Option<T>> {
    let read = |text: &str| of(text).map_err(|expected| refused(name, text, &expected));
    text.as_deref().map(read).transpose()
}

fn record_bytes(bytes: u64) -> Result<usize> {
    match usize::try_from(bytes) {
        Ok(fitting @ 1_000..) if bytes <= 1 << 30 => Ok(fitting),
        _ => Err(refused("max_record", &bytes.to_string(), "from 1K to 1G")),
    }
}

/// What has this name among those there are.
pub(crate) fn one_of<T: Copy>(setting: &'static str, name: &str, all: &[(&str, T)]) -> Result<T> {
    let names: Vec<&str> = all.iter().map(|one| one.0).collect();
    let found = all.iter().find(|one| one.0 == name);
    let expected = || format!("one of {}", names.join(", "));
    found
        .map(|one| one.1)
        .ok_or_else(|| refused(setting, name, &expected()))
}

pub(crate) fn refused(name: &'static str, value: &str, expected: &str) -> samestory::error::Error {
    let (value, expected) = (value.to_owned(), expected.to_owned());
    ErrorKind::Setting {
        name,
        value,
        expected,
    }
    .into()
}

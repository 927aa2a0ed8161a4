//! `samestory index`, `seen` and `changes`.

use std::collections::BTreeMap;
use std::io::Write;
use std::path::{Path, PathBuf};
use std::sync::{Mutex, PoisonError};

use samestory::article::{Batch, Corpus, Place, Timestamp};
use samestory::compression::Compression;
use samestory::config::Config;
use samestory::error::{Error, Result};
use samestory::index::{self, Change, Index, IndexStory, Intake, Seer, Sight};
use samestory::interrupt::Interrupt;
use samestory::output::{self, Apart, Destination, OutputFile, StoryRow};
use serde::Serialize;
use serde_json::json;

use super::against::{Held, Tally, name_of, open_rejects, tell, write_rejects};
use super::args::{ChangesCall, IndexAction, IndexCall, IngestCall, SeenCall, Telling};
use super::console::{Console, Named, to_stderr};
use super::ending;
use super::summary::{count, tell_reading};

/// Makes, writes to, or looks at an index.
pub(crate) fn run(call: IndexCall) -> anyhow::Result<()> {
    match call.action {
        IndexAction::Create {
            index,
            deciding,
            relating,
        } => {
            if deciding.furniture_out.is_some() {
                anyhow::bail!("--furniture-out lists what a run drops, and there is none here");
            }
            let config = relating.complete(deciding.config()?)?;
            Ok(Index::create(&index, &config)?)
        }
        IndexAction::Ingest(call) => ingest(&call),
        IndexAction::Settle(call) => {
            let config = start(&call.telling)?;
            write(&call.index, &config, |index| index.settle())?;
            told(&call.telling, &call.index, &config, "settled")
        }
        IndexAction::Rebuild(call) => {
            let config = start(&call.telling)?;
            write(&call.index, &config, |index| index.rebuild())?;
            told(&call.telling, &call.index, &config, "rebuilt")
        }
        IndexAction::Merge {
            index,
            other,
            telling,
        } => {
            let config = start(&telling)?;
            let from = Index::open(&other, &config)?;
            write(&index, &config, |index| {
                let name = other.display().to_string();
                index.ingest(&from.corpus(), Intake::named(name))?.commit()
            })?;
            told(&telling, &index, &config, "merged")
        }
        IndexAction::Stats { index, json } => stats(&index, json),
        IndexAction::Stories {
            index,
            since,
            output,
            min_articles,
        } => {
            let output = output.unwrap_or_else(|| PathBuf::from("-"));
            stories(&index, &output, (since, min_articles))
        }
        IndexAction::Table { index, output } => {
            let output = output.unwrap_or_else(|| PathBuf::from("-"));
            table(&index, &output)
        }
        IndexAction::Check { index } => check(&index),
        IndexAction::Forget {
            index,
            ids,
            older,
            telling,
        } => {
            let config = start(&telling)?;
            let removed = write(&index, &config, |index| match older {
                Some(seconds) => index.forget_older(seconds),
                None => index.forget(&ids),
            })?;
            if !telling.quiet {
                to_stderr(&format!("forgotten   {} articles", count(removed)));
            }
            Ok(())
        }
    }
}

/// Starts a call without inputs: its threads, and how it is stopped.
fn start(telling: &Telling) -> anyhow::Result<Config> {
    let interrupt = Interrupt::default();
    ending::listen(interrupt.clone())?;
    telling.start_threads()?;
    ending::opened();
    Ok(telling.bounded(Config::default(), interrupt))
}

fn write<T>(folder: &Path, config: &Config, change: impl FnOnce(&Index) -> Result<T>) -> Result<T> {
    let index = Index::open_to_write(folder, config)?;
    change(&index)
}

/// Tells what an index holds after it was written to.
fn told(telling: &Telling, folder: &Path, config: &Config, what: &str) -> anyhow::Result<()> {
    if !telling.quiet {
        let stats = Index::open(folder, config)?.stats();
        to_stderr(&format!(
            "{what:<11} {} articles in {} copy groups and {} stories",
            count(stats.articles as usize),
            count(stats.groups as usize),
            count(stats.stories as usize),
        ));
    }
    Ok(())
}

fn ingest(call: &IngestCall) -> anyhow::Result<()> {
    let console = Console::open(&call.reading, call.choosing.filter(), &call.telling)?;
    let config = call
        .telling
        .bounded(Config::default(), console.interrupt.clone());
    let written = call.reading.rejects.as_deref();
    console.keep_apart(&Named {
        written: written.into_iter().collect(),
        folder: Some(&call.index),
        ..Named::default()
    })?;
    let rejected = open_rejects(&call.reading)?;
    let index = Index::open_to_write(&call.index, &config)?;
    let name = call.name.clone().unwrap_or_else(|| name_of(&call.reading));
    let held = Held::hold(&console, &index, Some(name))?;
    let compared = held.compared();
    let mut tally = Tally::default();
    for at in 0..compared.len() {
        tally.add(&compared.row(at)?);
    }
    tell(&console, &index, compared, &tally);
    let closed = write_rejects(&console, rejected)?;
    console.naming(|| {
        console.commit(closed.into_iter().collect())?;
        held.commit()
    })?;
    drop(index);
    if let Some(seconds) = call.retain {
        let removed = write(&call.index, &config, |index| index.forget_older(seconds))?;
        console.say(&format!("forgotten   {} articles", count(removed)));
    }
    Ok(())
}

fn stats(folder: &Path, as_json: bool) -> anyhow::Result<()> {
    let index = Index::open(folder, &Config::default())?;
    let stats = index.stats();
    let mut out = std::io::stdout().lock();
    let failed = |error| Error::io("-", error);
    if as_json {
        let bytes: serde_json::Map<String, serde_json::Value> = stats
            .bytes
            .iter()
            .map(|(part, bytes)| (part.clone(), json!(bytes)))
            .collect();
        let value = json!({
            "version": stats.version,
            "articles": stats.articles,
            "forgotten": stats.forgotten,
            "groups": stats.groups,
            "stories": stats.stories,
            "closed": stats.closed,
            "ingests": index.ingests(),
            "bytes": bytes,
        });
        writeln!(out, "{value}").map_err(failed)?;
        return Ok(());
    }
    let number = |number: u64| count(number as usize);
    let mut lines = vec![
        format!("version     {}", stats.version),
        format!(
            "articles    {}, {} forgotten",
            number(stats.articles),
            number(stats.forgotten)
        ),
        format!("groups      {}", number(stats.groups)),
        format!(
            "stories     {}, {} of them over",
            number(stats.stories),
            number(stats.closed)
        ),
        format!("ingests     {}", number(stats.ingests)),
    ];
    let all: u64 = stats.bytes.iter().map(|it| it.1).sum();
    let each = |bytes: u64| bytes / stats.articles.max(1);
    lines.push(format!(
        "bytes       {}, {} an article",
        number(all),
        number(each(all))
    ));
    for (part, bytes) in &stats.bytes {
        lines.push(format!(
            "            {part}: {}, {} an article",
            number(*bytes),
            number(each(*bytes))
        ));
    }
    for line in lines {
        writeln!(out, "{line}").map_err(failed)?;
    }
    Ok(())
}

/// A story, as a line of JSON has it.
#[derive(Serialize)]
struct StoryLine<'l> {
    #[serde(flatten)]
    story: StoryRow<'l>,
    story_status: &'static str,
    replaced_by: Option<&'l str>,
}

/// A story that is part of another, as a line of JSON has it.
#[derive(Serialize)]
struct ReplacedLine<'l> {
    story_id: &'l str,
    story_status: &'static str,
    replaced_by: Option<&'l str>,
}

/// Refuses to write into the folder of an index.
fn keep_apart(folder: &Path, output: &Path) -> Result<()> {
    let mut apart = Apart::new();
    apart.writes(output)?;
    apart.writes_folder(folder)
}

fn stories(
    folder: &Path,
    output: &Path,
    (since, least): (Option<Timestamp>, Option<usize>),
) -> anyhow::Result<()> {
    keep_apart(folder, output)?;
    let index = Index::open(folder, &Config::default())?;
    let all = index.table();
    let destination = Destination::named(output);
    let failed = |error: serde_json::Error| Error::io(output, error.into());
    if output::is_feed(&destination) {
        let mut feed = output::stories(&destination)?;
        let mut newest = Vec::new();
        all.stories(since, &mut |story| {
            if story.rows.len() >= least.unwrap_or(2) {
                newest.push(story.clone());
            }
            Ok(())
        })?;
        newest.sort_by_cached_key(|story| {
            std::cmp::Reverse(story.rows.iter().filter_map(|row| row.published).max())
        });
        for story in &newest {
            if let Some(row) = row(story) {
                feed.write(&row)?;
            }
        }
        return Ok(feed.close()?.commit()?);
    }
    let mut file = OutputFile::create(&destination, Compression::of_name(output))?;
    all.stories(since, &mut |story| {
        if !story.rows.is_empty() && story.rows.len() < least.unwrap_or(1) {
            return Ok(());
        }
        let replaced_by = story.replaced_by.as_deref();
        let line = match row(story) {
            Some(row) => serde_json::to_vec(&StoryLine {
                story: row,
                story_status: story.story_status,
                replaced_by,
            }),
            None => serde_json::to_vec(&ReplacedLine {
                story_id: &story.story_id,
                story_status: story.story_status,
                replaced_by,
            }),
        };
        let mut line = line.map_err(failed)?;
        line.push(b'\n');
        file.write_all(&line)
            .map_err(|error| Error::io(output, error))
    })?;
    Ok(file.commit()?)
}

/// A story as outputs have it.
fn row(story: &IndexStory) -> Option<StoryRow<'_>> {
    let (lead, others) = story.rows.split_first()?;
    Some(StoryRow {
        lead: lead.cluster(),
        others: others.iter().map(|row| row.cluster()).collect(),
        url: story.url.as_deref(),
    })
}

fn table(folder: &Path, output: &Path) -> anyhow::Result<()> {
    keep_apart(folder, output)?;
    let index = Index::open(folder, &Config::default())?;
    let all = index.table();
    let mut to = index::table(&Destination::named(output))?;
    for at in 0..all.len() {
        to.write(&all.row(at)?)?;
    }
    Ok(to.close()?.commit()?)
}

fn check(folder: &Path) -> anyhow::Result<()> {
    let checked = Index::check(folder, &Interrupt::default())?;
    for name in &checked.unfinished {
        to_stderr(&format!(
            "{name}: left behind by a writer that was stopped; the next one removes it"
        ));
    }
    for wrong in &checked.wrong {
        to_stderr(wrong);
    }
    match checked.wrong.len() {
        0 => {
            to_stderr(&format!(
                "whole       {} files, {} bytes",
                count(checked.files),
                count(checked.bytes as usize)
            ));
            Ok(())
        }
        wrong => anyhow::bail!(
            "{}: {wrong} of {} files are not as they were written",
            folder.display(),
            checked.files
        ),
    }
}

/// Says of articles whether an index has them.
pub(crate) fn seen(mut call: SeenCall) -> anyhow::Result<()> {
    if call.reading.inputs.is_empty() {
        call.reading.inputs.push(PathBuf::from("-"));
    }
    let console = Console::open(&call.reading, call.choosing.filter(), &call.telling)?;
    let config = call
        .telling
        .bounded(Config::default(), console.interrupt.clone());
    let output = call.output.as_deref().unwrap_or(Path::new("-"));
    let written = [Some(output), call.reading.rejects.as_deref()];
    console.keep_apart(&Named {
        written: written.into_iter().flatten().collect(),
        folder: Some(&call.index),
        ..Named::default()
    })?;
    let rejected = open_rejects(&call.reading)?;
    let index = Index::open(&call.index, &config)?;
    let seer = index.seer()?;
    let destination = Destination::named(output);
    let file = OutputFile::create(&destination, Compression::of_name(output))?;
    console.begin("looking up")?;
    let answers = Mutex::new(Answers {
        next: 0,
        waiting: BTreeMap::new(),
        to: file,
    });
    let inputs = console.corpus.inputs();
    let read = console.corpus.sweep(&|batch| {
        let lines = look(&seer, &batch, &inputs, &console.interrupt)?;
        let mut answers = answers.lock().unwrap_or_else(PoisonError::into_inner);
        answers.waiting.insert(batch.number, lines);
        answers.write_what_is_due()
    })?;
    let answers = answers.into_inner().unwrap_or_else(PoisonError::into_inner);
    let mut closed = vec![answers.to.close()?];
    closed.extend(write_rejects(&console, rejected)?);
    console.commit(closed)?;
    console.finish();
    tell_reading(&console, &read);
    Ok(())
}

/// Answers on their way, in the order of the articles.
struct Answers {
    next: usize,
    waiting: BTreeMap<usize, Vec<u8>>,
    to: OutputFile,
}

impl Answers {
    fn write_what_is_due(&mut self) -> Result<()> {
        while let Some(lines) = self.waiting.remove(&self.next) {
            self.next += 1;
            let written = self.to.write_all(&lines);
            written.map_err(|error| Error::io(self.to.name(), error))?;
        }
        Ok(())
    }
}

/// What is said of an article.
#[derive(Serialize)]
struct Looked<'l> {
    id: Option<&'l str>,
    input: &'l str,
    record: u64,
    #[serde(flatten)]
    sight: Sight,
}

/// What is said of a record that is no article.
#[derive(Serialize)]
struct Rejected<'l> {
    id: Option<&'l str>,
    input: &'l str,
    record: u64,
    seen: &'static str,
    reason: String,
}

/// A change, with the cursor behind it.
#[derive(Serialize)]
struct Changed<'l> {
    cursor: &'l str,
    #[serde(flatten)]
    change: &'l Change,
}

/// A line for each record of a batch, bad ones too.
fn look(
    seer: &Seer<'_>,
    batch: &Batch<'_>,
    inputs: &[String],
    interrupt: &Interrupt,
) -> Result<Vec<u8>> {
    let mut lines: Vec<(Place, String)> = Vec::new();
    let input = |number: u32| inputs.get(number as usize).map_or("", String::as_str);
    let to_text =
        |line: serde_json::Result<String>| line.map_err(|error| Error::io("-", error.into()));
    for article in batch.articles {
        interrupt.check()?;
        let place = article.place;
        let line = Looked {
            id: article.external_id.as_deref(),
            input: input(place.input),
            record: place.record,
            sight: seer.look(article)?,
        };
        lines.push((place, to_text(serde_json::to_string(&line))?));
    }
    for reject in batch.rejects {
        let line = Rejected {
            id: None,
            input: input(reject.place.input),
            record: reject.place.record,
            seen: "rejected",
            reason: reject.reason.to_string(),
        };
        lines.push((reject.place, to_text(serde_json::to_string(&line))?));
    }
    lines.sort_by_key(|line| line.0);
    let mut bytes = Vec::new();
    for (_, line) in lines {
        bytes.extend_from_slice(line.as_bytes());
        bytes.push(b'\n');
    }
    Ok(bytes)
}

/// Tells what was changed behind a cursor.
pub(crate) fn changes(call: &ChangesCall) -> anyhow::Result<()> {
    let index = Index::open(&call.index, &Config::default())?;
    let mut out = std::io::BufWriter::new(std::io::stdout().lock());
    let failed = |error| Error::io("-", error);
    for (cursor, change) in index.changes(&call.after)? {
        let line = Changed {
            cursor: &cursor,
            change: &change,
        };
        let line = serde_json::to_string(&line).map_err(|error| failed(error.into()))?;
        writeln!(out, "{line}").map_err(failed)?;
    }
    out.flush().map_err(failed)?;
    Ok(())
}

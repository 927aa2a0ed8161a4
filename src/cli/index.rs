//! `samestory index` and `changes`.

use std::io::Write;
use std::path::{Path, PathBuf};

use samestory::config::Config;
use samestory::error::{Error, Result};
use samestory::index::{Change, Index, Intake};
use samestory::interrupt::Interrupt;
use samestory::links::Links;
use serde::Serialize;
use serde_json::{Map, Value, json};

use super::against::{Held, name_of, open_rejects, write_rejects};
use super::args::{ChangesCall, Deciding, IndexAction, IndexCall, IngestCall, Relating, Telling};
use super::console::{Console, Named, to_stderr};
use super::ending;
use super::index_tables::{stories, table};
use super::summary::count;
use super::tally::{Tally, tell};

/// Makes, writes to, or looks at an index.
pub(crate) fn run(call: IndexCall) -> anyhow::Result<()> {
    match call.action {
        IndexAction::Create {
            index,
            without_texts,
            deciding,
            relating,
        } => create(&index, without_texts, &deciding, &relating),
        IndexAction::Ingest(call) => ingest(&call),
        IndexAction::Settle(call) => {
            let config = start(&call.telling)?;
            write(&call.index, &config, |index| index.settle())?;
            told(&call.telling, &call.index, &config, "settled")
        }
        IndexAction::Rebuild(call) => {
            let config = start(&call.telling)?;
            Index::open_to_rebuild(&call.index, &config)?.rebuild()?;
            told(&call.telling, &call.index, &config, "rebuilt")
        }
        IndexAction::Link {
            index,
            links,
            telling,
        } => link(&index, &links, &telling),
        IndexAction::Merge {
            index,
            other,
            telling,
        } => merge(&index, &other, &telling),
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
            table(&index, output.as_deref().unwrap_or(Path::new("-")))
        }
        IndexAction::Check { index } => check(&index),
        IndexAction::Forget {
            index,
            ids,
            older,
            telling,
        } => {
            let removed = write(&index, &start(&telling)?, |index| match older {
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

fn create(
    index: &Path,
    without_texts: bool,
    deciding: &Deciding,
    relating: &Relating,
) -> anyhow::Result<()> {
    if deciding.furniture_out.is_some() {
        anyhow::bail!("--furniture-out lists what a run drops, and there is none here");
    }
    let config = relating.complete(deciding.config()?)?;
    let create = match without_texts {
        true => Index::create_without_texts,
        false => Index::create,
    };
    Ok(create(index, &config)?)
}

fn link(index: &Path, links: &Path, telling: &Telling) -> anyhow::Result<()> {
    let config = start(telling)?;
    let links = Links::read(links)?;
    write(index, &config, |index| index.link(&links))?;
    told(telling, index, &config, "linked")
}

fn merge(index: &Path, other: &Path, telling: &Telling) -> anyhow::Result<()> {
    let config = start(telling)?;
    let from = Index::open(other, &config)?;
    from.need_texts()?;
    write(index, &config, |index| {
        let name = other.display().to_string();
        index.ingest(&from.corpus(), Intake::named(name))?.commit()
    })?;
    told(telling, index, &config, "merged")
}

/// Starts a call without inputs: its threads, and how it is stopped.
pub(super) fn start(telling: &Telling) -> anyhow::Result<Config> {
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
    let held = Held::hold(&console, &index, (Some(name), Links::default()))?;
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

/// What an index holds, as JSON.
pub fn index_stats(index: &Index) -> Value {
    let stats = index.stats();
    let bytes: Map<String, Value> = stats
        .bytes
        .iter()
        .map(|(part, bytes)| (part.clone(), json!(bytes)))
        .collect();
    json!({
        "version": stats.version,
        "articles": stats.articles,
        "forgotten": stats.forgotten,
        "groups": stats.groups,
        "stories": stats.stories,
        "closed": stats.closed,
        "texts": index.keeps_texts(),
        "ingests": index.ingests(),
        "bytes": bytes,
    })
}

fn stats(folder: &Path, as_json: bool) -> anyhow::Result<()> {
    let index = Index::open(folder, &Config::default())?;
    let stats = index.stats();
    let mut out = std::io::stdout().lock();
    let failed = |error| Error::io("-", error);
    if as_json {
        writeln!(out, "{}", index_stats(&index)).map_err(failed)?;
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
    if !index.keeps_texts() {
        lines.push("texts       not kept; how alike articles are is an estimate".to_owned());
    }
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

/// A change, with the cursor behind it.
#[derive(Serialize)]
pub(super) struct Changed<'l> {
    pub(super) cursor: &'l str,
    #[serde(flatten)]
    pub(super) change: &'l Change,
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

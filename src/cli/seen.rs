//! `samestory seen`.

use std::collections::BTreeMap;
use std::io::Write;
use std::path::{Path, PathBuf};
use std::sync::{Mutex, PoisonError};

use samestory::compression::Compression;
use samestory::config::Config;
use samestory::corpus::{Batch, Corpus, Place};
use samestory::error::{Error, Result};
use samestory::index::{Answer, Index, Seer, Sight};
use samestory::interrupt::Interrupt;
use samestory::output::{Destination, OutputFile};
use serde::Serialize;

use super::against::{open_rejects, write_rejects};
use super::args::SeenCall;
use super::console::{Console, Named};
use super::heap;
use super::summary::tell_reading;

/// Says of articles whether an index has them.
pub(crate) fn run(mut call: SeenCall) -> anyhow::Result<()> {
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
    heap::keep_what_is_freed();
    let answers = Mutex::new(Answers {
        next: 0,
        waiting: BTreeMap::new(),
        to: file,
    });
    let inputs = console.corpus.inputs();
    let read = console.corpus.sweep(&|batch| {
        let (lines, _) = look(&seer, &batch, &inputs, &console.interrupt)?;
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

/// A line for each record of a batch, bad ones too, and what was answered of its articles.
pub(super) fn look(
    seer: &Seer<'_>,
    batch: &Batch<'_>,
    inputs: &[String],
    interrupt: &Interrupt,
) -> Result<(Vec<u8>, Vec<Answer>)> {
    let mut lines: Vec<(Place, String)> = Vec::new();
    let mut answers = Vec::with_capacity(batch.articles.len());
    let input = |number: u32| inputs.get(number as usize).map_or("", String::as_str);
    let to_text =
        |line: serde_json::Result<String>| line.map_err(|error| Error::io("-", error.into()));
    for article in batch.articles {
        interrupt.check()?;
        let place = article.place;
        let sight = seer.look(article)?;
        answers.push(sight.seen);
        let line = Looked {
            id: article.external_id.as_deref(),
            input: input(place.input),
            record: place.record,
            sight,
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
    Ok((bytes, answers))
}

//! What a run was, as JSON: for whoever keeps the results and wants to know later how they came about.

use std::collections::BTreeMap;
use std::io::Read;
use std::path::Path;
use std::time::Duration;

use samestory::config::Config;
use samestory::corpus::{FileCorpus, Input, ReadReport};
use samestory::dedup::{KeptCounts, RepeatsCut};
use samestory::error::{Error, Result};
use samestory::index::{Compared, Index};
use samestory::output::{Closed, Compression, Destination, OutputFile};
use samestory::pipeline::Clustering;
use samestory::state;
use samestory::tables::{Totals, rejected};
use serde_json::{Map, Value, json};
use xxhash_rust::xxh3::Xxh3;

use super::console::Console;
use super::tally::Tally;

/// A report that is to be written when the run is over.
pub(crate) struct RunReport(OutputFile);

/// What a run came to.
pub struct Ended<'r> {
    /// What was asked for: `cluster` or `dedup`.
    pub command: &'static str,
    /// By which settings.
    pub config: &'r Config,
    /// What it found, if it did not take it from a table.
    pub found: Option<&'r Clustering>,
    /// What was written of the records, where they are written.
    pub kept: Option<KeptCounts>,
    /// What was left out of their texts since other records have it, where that is.
    pub cut: Option<RepeatsCut>,
    /// What an index said of the records, where they were held against one.
    pub held: Option<AgainstIndex<'r>>,
}

impl<'a> Ended<'a> {
    /// A command that found something, or had it from a table.
    pub(super) fn of(
        command: &'static str,
        config: &'a Config,
        found: Option<&'a Clustering>,
    ) -> Ended<'a> {
        Ended {
            command,
            config,
            found,
            kept: None,
            cut: None,
            held: None,
        }
    }
}

/// What an index said of the records of a dump.
#[derive(Clone, Copy)]
pub struct AgainstIndex<'r> {
    /// The index, as it was before.
    pub index: &'r Index,
    /// What was said.
    pub compared: &'r Compared<'r>,
    /// What became of the records.
    pub tally: &'r Tally,
}

impl AgainstIndex<'_> {
    fn tell(&self, report: &mut Value) {
        let (index, compared, tally) = (self.index, self.compared, self.tally);
        report["index"] = json!({
            "version": index.version(),
            "articles": index.len(),
            "ingests": index.ingests().len(),
        });
        report["found"] = json!({
            "articles": compared.len(),
            "new_to_index": compared.new_articles(),
            "known": tally.known,
            "copies_of_index": tally.of_index,
            "copies_of_dump": tally.of_dump,
            "related_to_index": tally.related,
        });
    }
}

/// The stages of a run: how long each took, and the bytes that the process had at its end.
pub type Times = Vec<(&'static str, Duration, Option<u64>)>;

impl RunReport {
    /// Opens the file, where one is asked for.
    pub(crate) fn open(name: Option<&Path>) -> Result<Option<RunReport>> {
        let open = |name: &Path| {
            let destination = Destination::named(name);
            OutputFile::create(&destination, Compression::of_name(destination.name()))
                .map(RunReport)
        };
        name.map(open).transpose()
    }

    /// Writes the report.
    pub(crate) fn write(mut self, console: &Console, ended: &Ended<'_>) -> Result<Closed> {
        use std::io::Write;
        let took = console.started.elapsed();
        let report = report(&console.corpus, ended, took, console.times())?;
        let name = self.0.name().to_owned();
        let written = serde_json::to_writer_pretty(&mut self.0, &report)
            .map_err(std::io::Error::from)
            .and_then(|()| self.0.write_all(b"\n"));
        written.map_err(|error| Error::io(name, error))?;
        self.0.close()
    }
}

/// The report of a run that is over, and took so long.
///
/// # Errors
///
/// When an input cannot be read again for its hash.
pub fn report(
    corpus: &FileCorpus,
    ended: &Ended<'_>,
    took: Duration,
    times: Times,
) -> Result<Value> {
    let settings = state::settings_of(ended.config, corpus);
    let settings: Map<String, Value> = settings
        .into_iter()
        .map(|(name, value)| (name, value.into()))
        .collect();
    let inputs: Vec<Value> = corpus.files().iter().map(input).collect::<Result<_>>()?;
    let stages = times.into_iter().map(|(name, time, memory)| {
        json!({"name": name, "seconds": time.as_secs_f64(), "memory": memory})
    });
    let mut report = json!({
        "samestory": env!("CARGO_PKG_VERSION"),
        "command": ended.command,
        "settings": settings,
        "threads": rayon::current_num_threads(),
        "inputs": inputs,
        "not_read": not_read(corpus),
        "seconds": took.as_secs_f64(),
        "stages": stages.collect::<Vec<_>>(),
    });
    if let Some(found) = ended.found {
        report["read"] = read(corpus, &found.read);
        report["found"] = totals(found);
        report["sources"] = sources(found);
        report["memory"] =
            json!({"held": found.budget.most_taken(), "on_disk": found.budget.most_spilled()});
    }
    if let Some(held) = &ended.held {
        report["read"] = read(corpus, held.compared.read());
        held.tell(&mut report);
    }
    if let Some(KeptCounts { kept, removed }) = ended.kept {
        report["written"] = json!({"kept": kept, "left_out": removed});
    }
    if let Some(cut) = ended.cut {
        report["written"]["repeats_cut"] = json!({
            "records": cut.records,
            "paragraphs": cut.paragraphs,
            "bytes": cut.bytes,
        });
    }
    Ok(report)
}

/// An input, with the hash of its bytes as they are.
fn input(input: &Input) -> Result<Value> {
    let mut hasher = Xxh3::new();
    let mut buffer = vec![0; 256 << 10];
    let mut bytes = 0u64;
    let mut reader = input.raw()?;
    let hash = loop {
        match reader.read(&mut buffer) {
            Ok(0) => break format!("{:032x}", hasher.digest128()),
            Ok(read) => {
                hasher.update(&buffer[..read]);
                bytes += read as u64;
            }
            Err(error) if error.kind() == std::io::ErrorKind::Interrupted => {}
            Err(error) => return Err(Error::io(&input.name, error)),
        }
    };
    Ok(json!({
        "name": input.name,
        "bytes": bytes,
        "xxh3_128": hash,
        "format": format!("{:?}", input.format).split('(').next().unwrap_or_default().to_lowercase(),
        "compression": format!("{:?}", input.compression).to_lowercase(),
        "encoding": input.encoding(),
    }))
}

fn not_read(corpus: &FileCorpus) -> Value {
    let unread = corpus.unread().iter();
    unread
        .map(|file| json!({"name": file.input, "bytes": file.bytes, "reason": file.reason}))
        .collect()
}

fn read(corpus: &FileCorpus, read: &ReadReport) -> Value {
    let by_reason = |counts: Vec<(String, u64)>| -> Map<String, Value> {
        counts
            .into_iter()
            .map(|(reason, count)| (reason, count.into()))
            .collect()
    };
    let rejects = read
        .rejects
        .iter()
        .map(|(reason, count)| (reason.to_string(), *count));
    let left_out = read
        .left_out
        .iter()
        .map(|(why, count)| (why.to_string(), *count));
    let files = corpus.files();
    let cut_off = read.cut_off.iter().map(|(number, reason)| {
        json!({"name": files.get(*number as usize).map(|input| &input.name), "reason": reason})
    });
    let mut fields: BTreeMap<&str, Vec<&str>> = BTreeMap::new();
    for (role, path) in &read.fields {
        fields.entry(role).or_default().push(path);
    }
    json!({
        "bytes": read.bytes,
        "fields": fields,
        "rejected": rejected(read),
        "rejects": by_reason(rejects.collect()),
        "left_out": by_reason(left_out.collect()),
        "repaired": read.repaired,
        "unreadable_dates": read.unreadable_dates,
        "beside": read.beside,
        "cut_off": cut_off.collect::<Vec<_>>(),
    })
}

/// The counts of the summary.
fn totals(found: &Clustering) -> Value {
    let (totals, counts, stories) = (Totals::of(found), found.counts, &found.stories.counts);
    json!({
        "articles": totals.articles,
        "without_id": found.register.without_id(),
        "without_text": counts.emptied,
        "text_bytes": counts.text_bytes,
        "furniture_bytes": counts.furniture_bytes,
        "candidates": counts.candidates,
        "from_bands": counts.from_bands,
        "from_anchors": counts.from_anchors,
        "from_addresses": counts.from_addresses,
        "decided": counts.decided,
        "similar": found.pairs.len(),
        "groups": totals.groups,
        "groups_with_copies": totals.with_copies,
        "copies": totals.copies,
        "largest_group": totals.largest,
        "stories": totals.stories,
        "stories_of_several_texts": totals.told_twice,
        "related": totals.related,
        "largest_story": totals.largest_story,
        "languages": stories.languages,
        "story_candidates": stories.candidates,
    })
}

/// By source: how many articles, how many of them stand for their copies, and how many lead a story.
fn sources(found: &Clustering) -> Value {
    #[derive(Default, Clone, Copy)]
    struct Counts {
        articles: u64,
        representatives: u64,
        leads: u64,
    }
    let mut counts: BTreeMap<&str, Counts> = BTreeMap::new();
    for article in 0..found.register.len() {
        let source = found.register.source(article).unwrap_or_default();
        let of = counts.entry(source).or_default();
        of.articles += 1;
        of.representatives +=
            u64::from(found.groups.of(article).representative as usize == article);
        of.leads += u64::from(found.stories.of(article).lead as usize == article);
    }
    let row = |(source, of): (&str, Counts)| {
        let name = (!source.is_empty()).then_some(source);
        json!({
            "source": name,
            "articles": of.articles,
            "copies": of.articles - of.representatives,
            "representatives": of.representatives,
            "leads": of.leads,
        })
    };
    counts.into_iter().map(row).collect()
}

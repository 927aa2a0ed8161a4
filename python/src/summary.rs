//! What is told of a run.

use samestory::corpus::{Corpus, FileCorpus, ReadReport};
use samestory::error::{Error, ErrorKind};
use samestory::pipeline::Clustering;
use samestory::tables::{Totals, rejected};
use serde_json::{Map, Value, json};

use crate::run::Found;

/// Why there is nothing to cluster.
pub(crate) fn nothing_read(corpus: &FileCorpus, clustering: &Clustering) -> Error {
    let input = corpus.inputs().into_iter().next().unwrap_or_default();
    let read = &clustering.read;
    let left_out: u64 = read.left_out.iter().map(|(_, count)| count).sum();
    let reason = match (rejected(read), left_out) {
        (0, 0) => "no records".to_owned(),
        (rejects, 0) => format!("no articles; {rejects} records were rejected"),
        (0, left_out) => format!("no articles; {left_out} were left out"),
        (rejects, left_out) => {
            format!("no articles; {rejects} records were rejected, and {left_out} left out")
        }
    };
    ErrorKind::NoInput { input, reason }.into()
}

/// What reading a corpus met besides articles.
pub(crate) fn reading(corpus: &FileCorpus, read: &ReadReport) -> Map<String, Value> {
    let inputs = corpus.inputs();
    let input = |number: u32| inputs.get(number as usize).cloned().unwrap_or_default();
    let rejects = read.rejects.iter();
    let rejects: Map<String, Value> = rejects
        .map(|(reason, count)| (reason.to_string(), json!(count)))
        .collect();
    let left_out = read.left_out.iter();
    let left_out: Map<String, Value> = left_out
        .map(|(why, count)| (why.to_string(), json!(count)))
        .collect();
    let first = read.first_rejects.iter().map(|(place, reason)| {
        json!({"input": input(place.input), "record": place.record, "reason": reason.to_string()})
    });
    let cut_off = read.cut_off.iter();
    let cut_off =
        cut_off.map(|(number, reason)| json!({"input": input(*number), "reason": reason}));
    let passed_over = corpus.passed_over().iter();
    let passed_over = passed_over.map(|(name, reason)| json!({"input": name, "reason": reason}));
    let unread = corpus.unread().iter();
    let unread =
        unread.map(|file| json!({"input": file.input, "bytes": file.bytes, "reason": file.reason}));
    let fields = read.fields.iter();
    let fields: Map<String, Value> = fields
        .map(|(role, path)| ((*role).to_owned(), json!(path)))
        .collect();
    let told = [
        ("rejected", json!(rejected(read))),
        ("rejects", json!(rejects)),
        ("first_rejects", first.collect()),
        ("left_out", json!(left_out)),
        ("repaired", json!(read.repaired)),
        ("unreadable_dates", json!(read.unreadable_dates)),
        ("cut_off", cut_off.collect()),
        ("passed_over", passed_over.collect()),
        ("unread", unread.collect()),
        ("fields", json!(fields)),
    ];
    told.into_iter()
        .map(|(name, value)| (name.to_owned(), value))
        .collect()
}

/// What the command line tells of a run.
pub(crate) fn summary(found: &Found) -> Value {
    let Clustering {
        read,
        counts,
        register,
        pairs,
        ..
    } = &found.clustering;
    let totals = Totals::of(&found.clustering);
    let told = [
        ("articles", json!(totals.articles)),
        ("taken_over", json!(found.taken_over)),
        ("implausible_dates", json!(register.implausible_dates())),
        ("without_id", json!(register.without_id())),
        ("text_bytes", json!(counts.text_bytes)),
        ("furniture_bytes", json!(counts.furniture_bytes)),
        ("candidates", json!(counts.candidates)),
        ("similar_pairs", json!(pairs.len())),
        ("copy_groups", json!(totals.groups)),
        ("copy_groups_of_several", json!(totals.with_copies)),
        ("copies", json!(totals.copies)),
        ("largest_copy_group", json!(totals.largest)),
        ("stories", json!(totals.stories)),
        ("stories_of_several_texts", json!(totals.told_twice)),
        ("related", json!(totals.related)),
        ("largest_story", json!(totals.largest_story)),
    ];
    let mut all = reading(&found.corpus, read);
    all.extend(told.map(|(name, value)| (name.to_owned(), value)));
    Value::Object(all)
}

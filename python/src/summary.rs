//! What is told of a run.

use samestory::article::{Corpus, FileCorpus};
use samestory::error::{Error, ErrorKind};
use samestory::pipeline::Clustering;
use samestory::tables::{Totals, rejected};
use serde_json::{Value, json};

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
    let left_out: serde_json::Map<String, Value> = read
        .left_out
        .iter()
        .map(|(why, count)| (why.to_string(), json!(count)))
        .collect();
    let unread = found.corpus.unread().iter();
    let unread: Vec<Value> = unread
        .map(|file| json!({"input": file.input, "bytes": file.bytes, "reason": file.reason}))
        .collect();
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
        "left_out": left_out,
        "unread": unread,
        "taken_over": found.taken_over,
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

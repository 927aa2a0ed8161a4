//! Requests with articles: those that are looked up, and those that are taken in.

use std::collections::BTreeMap;
use std::io::{Seek, Write};
use std::sync::atomic::Ordering;
use std::sync::{Arc, Mutex, PoisonError};

use axum::Extension;
use axum::extract::{Query, Request, State};
use axum::http::StatusCode;
use axum::response::Response;
use samestory::corpus::{Corpus, FileCorpus};
use samestory::error::Error;
use samestory::index::{Compared, IndexRow, Intake};
use serde::{Deserialize, Serialize};
use xxhash_rust::xxh3::xxh3_64;

use super::answer::{LINES, Refusal, push_line, said_as, with_header};
use super::gate::{Place, blocking, body};
use super::shared::Shared;
use crate::cli::seen::look;

/// What a body is called, as an input is.
const INPUT: &str = "http.jsonl";
/// A key of an idempotent request has so many bytes at most.
const KEY: usize = 255;

/// Says of articles whether the index has them.
pub(super) async fn seen(
    State(shared): State<Arc<Shared>>,
    Extension(place): Extension<Place>,
    request: Request,
) -> Result<Response, Refusal> {
    let sent = body(request).await?;
    blocking(place, move || {
        let corpus = opened(&shared, &sent)?;
        let snapshot = shared.snapshot();
        let (seer, inputs) = (snapshot.seer(), corpus.inputs());
        let lines: Mutex<BTreeMap<usize, Vec<u8>>> = Mutex::default();
        let interrupt = &shared.config().interrupt;
        shared.pool.install(|| {
            corpus.sweep(&|batch| {
                let (told, answers) = look(&seer, &batch, &inputs, interrupt)?;
                let mut lines = lines.lock().unwrap_or_else(PoisonError::into_inner);
                lines.insert(batch.number, told);
                drop(lines);
                let seen = &shared.metrics.seen;
                let mut seen = seen.lock().unwrap_or_else(PoisonError::into_inner);
                for answer in answers {
                    *seen.entry(answer.name().to_owned()).or_insert(0) += 1;
                }
                Ok(())
            })
        })?;
        let lines = lines.into_inner().unwrap_or_else(PoisonError::into_inner);
        Ok(said_as(
            LINES,
            lines.into_values().flatten().collect::<Vec<u8>>(),
        ))
    })
    .await
}

/// How articles are taken in.
#[derive(Deserialize)]
pub(super) struct Asked {
    name: Option<String>,
}

/// Takes articles in, and answers once they are on the disk.
pub(super) async fn articles(
    State(shared): State<Arc<Shared>>,
    Extension(place): Extension<Place>,
    Query(asked): Query<Asked>,
    request: Request,
) -> Result<Response, Refusal> {
    let key = key(&request)?;
    let sent = body(request).await?;
    blocking(place, move || {
        let name = asked.name.unwrap_or_else(|| shared.name.clone());
        let (answer, is_again) = take_in(&shared, &sent, key, &name)?;
        let response = said_as(LINES, answer);
        Ok(match is_again {
            true => with_header(response, "idempotent-replayed", "true"),
            false => response,
        })
    })
    .await
}

fn key(request: &Request) -> Result<Option<String>, Refusal> {
    let Some(key) = request.headers().get("idempotency-key") else {
        return Ok(None);
    };
    let key = key.to_str().map(str::trim).unwrap_or_default();
    match key.len() {
        1..=KEY => Ok(Some(key.to_owned())),
        _ => Err(Refusal::new(
            StatusCode::BAD_REQUEST,
            format!("Idempotency-Key has 1 to {KEY} characters of ASCII"),
        )),
    }
}

/// A line that is told of an article that came.
#[derive(Serialize)]
struct Came<'l> {
    added: bool,
    #[serde(flatten)]
    row: &'l IndexRow,
}

/// A line that is told of a record that is no article.
#[derive(Serialize)]
struct Rejected {
    added: bool,
    record: u64,
    rejected: String,
}

/// Takes articles in, unless they were under the same key before; gives what is told of them, and whether it was told before.
fn take_in(
    shared: &Shared,
    sent: &[u8],
    key: Option<String>,
    name: &str,
) -> Result<(String, bool), Refusal> {
    let corpus = opened(shared, sent)?;
    let writer = shared.writer();
    let index = shared.open_to_write()?;
    let mut intake = Intake::named(name).going_on();
    if let Some(key) = key {
        let hash = xxh3_64(sent);
        match index.answered(&key)? {
            Some(known) if known.asked == hash => return Ok((known.answer, true)),
            Some(_) => {
                let reason = format!("another body came under the Idempotency-Key {key:?} before");
                let refusal = Refusal::new(StatusCode::UNPROCESSABLE_ENTITY, reason);
                return Err(refusal.with_remedy("give each body a key of its own"));
            }
            None => intake = intake.keyed(key, hash),
        }
    }
    let mut ingested = index.ingest(&corpus, intake)?;
    let added = ingested.compared().new_articles() as u64;
    let answer = told(ingested.compared(), &corpus)?;
    ingested.answer(answer.clone());
    ingested.commit()?;
    drop((index, writer));
    shared.metrics.added.fetch_add(added, Ordering::Relaxed);
    shared.refresh();
    Ok((answer, false))
}

/// A line for each record, in their order.
fn told(compared: &Compared<'_>, corpus: &FileCorpus) -> Result<String, Refusal> {
    let mut lines: BTreeMap<u64, Vec<u8>> = BTreeMap::new();
    for at in 0..compared.len() {
        let row = compared.row(at)?;
        let line = Came {
            added: !row.is_known,
            row: &row,
        };
        push_line(&line, lines.entry(row.record).or_default());
    }
    let lines = Mutex::new(lines);
    corpus.sweep(&|batch| {
        let mut lines = lines.lock().unwrap_or_else(PoisonError::into_inner);
        for reject in batch.rejects {
            let line = Rejected {
                added: false,
                record: reject.place.record,
                rejected: reject.reason.to_string(),
            };
            push_line(&line, lines.entry(line.record).or_default());
        }
        Ok(())
    })?;
    let lines = lines.into_inner().unwrap_or_else(PoisonError::into_inner);
    let all: Vec<u8> = lines.into_values().flatten().collect();
    Ok(String::from_utf8_lossy(&all).into_owned())
}

/// A body as a corpus: lines of JSON and nothing else, though files may be more.
fn opened(shared: &Shared, sent: &[u8]) -> Result<FileCorpus, Refusal> {
    let text = sent.strip_prefix(b"\xef\xbb\xbf").unwrap_or(sent);
    if !text.trim_ascii_start().starts_with(b"{") {
        let reason = match text.trim_ascii().is_empty() {
            true => "the body is empty",
            false => "the body is not lines of JSON: it does not begin with {",
        };
        let refusal = Refusal::new(StatusCode::BAD_REQUEST, reason);
        return Err(refusal
            .with_remedy("send an object a line, such as {\"id\": \"a1\", \"text\": \"...\"}"));
    }
    let folder = shared.temp_dir();
    let failed = |error| Refusal::from(Error::io(folder, error));
    let mut file = tempfile::tempfile_in(folder).map_err(failed)?;
    let written = file.write_all(sent).and_then(|()| file.rewind());
    written.map_err(failed)?;
    let builder = FileCorpus::builder()
        .temp_dir(folder)
        .interrupt(shared.config().interrupt.clone());
    Ok(builder.open_file(INPUT, file)?)
}

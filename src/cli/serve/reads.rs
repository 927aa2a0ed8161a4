//! Requests that change nothing.

use std::sync::Arc;

use axum::Extension;
use axum::extract::{Path, Query, State};
use axum::http::StatusCode;
use axum::response::Response;
use samestory::corpus::{Timestamp, parse_date};
use samestory::index::{IndexRow, Kept};
use serde::{Deserialize, Serialize};

use super::answer::{JSON, LINES, Refusal, TEXT, json, push_line, said_as, with_header};
use super::gate::{Place, blocking};
use super::shared::Shared;
use crate::cli::index::Changed;
use crate::cli::index_tables::story_line;

/// What there is to ask for.
pub(super) const DESCRIPTION: &str = include_str!("openapi.json");

/// So many lines are told at a time, unless more are asked for, and at most.
const PAGE: usize = 1_000;
const MOST: usize = 10_000;

type Answer = Result<Response, Refusal>;

pub(super) async fn healthy() -> Response {
    said_as(TEXT, "alive\n")
}

pub(super) async fn ready(State(shared): State<Arc<Shared>>) -> Answer {
    match shared.not_ready() {
        None => Ok(said_as(TEXT, "ready\n")),
        Some(reason) => Err(Refusal::again(StatusCode::SERVICE_UNAVAILABLE, reason)),
    }
}

pub(super) async fn openapi() -> Response {
    said_as(JSON, DESCRIPTION)
}

pub(super) async fn metrics(State(shared): State<Arc<Shared>>) -> Response {
    said_as("text/plain; version=0.0.4", shared.metrics.text(&shared))
}

/// An article, with its text.
#[derive(Serialize)]
struct ArticleLine<'l> {
    #[serde(flatten)]
    row: &'l IndexRow,
    ingest: Option<&'l str>,
    url: Option<&'l str>,
    lang: Option<&'l str>,
    #[serde(skip_serializing_if = "Option::is_none")]
    text: Option<&'l str>,
}

pub(super) async fn article(
    State(shared): State<Arc<Shared>>,
    Extension(place): Extension<Place>,
    Path(id): Path<String>,
) -> Answer {
    blocking(place, move || {
        let found = shared.snapshot().index().article(&id)?;
        let found: Kept = found.ok_or_else(|| Refusal::missing("article", &id))?;
        Ok(json(&ArticleLine {
            row: &found.row,
            ingest: found.ingest.as_deref(),
            url: found.url.as_deref(),
            lang: found.lang.as_deref(),
            text: found.text.as_deref(),
        }))
    })
    .await
}

#[derive(Serialize)]
struct Group<'g> {
    group_key: &'g str,
    copy_id: &'g str,
    copies: usize,
    articles: &'g [IndexRow],
}

pub(super) async fn group(
    State(shared): State<Arc<Shared>>,
    Extension(place): Extension<Place>,
    Path(key): Path<String>,
) -> Answer {
    blocking(place, move || {
        let rows = shared.snapshot().index().group(&key)?;
        let first = rows.first();
        let first = first.ok_or_else(|| Refusal::missing("copy group of the key", &key))?;
        Ok(json(&Group {
            group_key: &first.group_key,
            copy_id: &first.copy_id,
            copies: rows.len(),
            articles: &rows,
        }))
    })
    .await
}

pub(super) async fn story(
    State(shared): State<Arc<Shared>>,
    Extension(place): Extension<Place>,
    Path(id): Path<String>,
) -> Answer {
    blocking(place, move || {
        let story = shared.snapshot().index().story(&id)?;
        let story = story.ok_or_else(|| Refusal::missing("story", &id))?;
        let mut line = story_line(&story).unwrap_or_default();
        line.push(b'\n');
        Ok(said_as(JSON, line))
    })
    .await
}

#[derive(Deserialize)]
pub(super) struct Since {
    since: Option<String>,
    after: Option<String>,
    limit: Option<usize>,
}

pub(super) async fn stories(
    State(shared): State<Arc<Shared>>,
    Extension(place): Extension<Place>,
    Query(asked): Query<Since>,
) -> Answer {
    let since = asked.since.as_deref().map(date).transpose()?;
    let limit = limit(asked.limit)?;
    blocking(place, move || {
        let snapshot = shared.snapshot();
        let after = asked.after.as_deref();
        let (page, is_more) = snapshot.index().stories_page(since, after, limit)?;
        let mut lines = Vec::new();
        for story in &page {
            lines.extend(story_line(story).unwrap_or_default());
            lines.push(b'\n');
        }
        let response = said_as(LINES, lines);
        let last = page.last().filter(|_| is_more);
        let Some(last) = last else {
            return Ok(response);
        };
        let since = asked.since.as_deref().map(escaped);
        let since = since.map_or(String::new(), |since| format!("since={since}&"));
        let after = escaped(&last.story_id);
        let next = format!("</v1/stories?{since}after={after}&limit={limit}>; rel=\"next\"");
        Ok(with_header(response, "link", &next))
    })
    .await
}

#[derive(Deserialize)]
pub(super) struct Two {
    a: String,
    b: String,
}

pub(super) async fn explain(
    State(shared): State<Arc<Shared>>,
    Extension(place): Extension<Place>,
    Query(asked): Query<Two>,
) -> Answer {
    blocking(place, move || {
        let snapshot = shared.snapshot();
        Ok(json(&snapshot.seer().compare(&asked.a, &asked.b)?))
    })
    .await
}

#[derive(Deserialize)]
pub(super) struct Behind {
    after: Option<String>,
    limit: Option<usize>,
}

pub(super) async fn changes(
    State(shared): State<Arc<Shared>>,
    Extension(place): Extension<Place>,
    Query(asked): Query<Behind>,
) -> Answer {
    let limit = limit(asked.limit)?;
    blocking(place, move || {
        let after = asked.after.as_deref().unwrap_or("0");
        let mut lines = Vec::new();
        let changes = shared.snapshot().index().changes(after)?;
        for (cursor, change) in changes.iter().take(limit) {
            push_line(&Changed { cursor, change }, &mut lines);
        }
        Ok(said_as(LINES, lines))
    })
    .await
}

fn date(text: &str) -> Result<Timestamp, Refusal> {
    parse_date(text).ok_or_else(|| {
        let reason = format!("since={text} is no date or time, such as 2026-11-25");
        Refusal::new(StatusCode::BAD_REQUEST, reason)
    })
}

fn limit(asked: Option<usize>) -> Result<usize, Refusal> {
    match asked.unwrap_or(PAGE) {
        limit @ 1..=MOST => Ok(limit),
        other => Err(Refusal::new(
            StatusCode::BAD_REQUEST,
            format!("limit={other} is not from 1 to {MOST}"),
        )),
    }
}

/// A text as it stands in an address.
fn escaped(text: &str) -> String {
    let mut escaped = String::new();
    for byte in text.bytes() {
        match byte {
            b'a'..=b'z' | b'A'..=b'Z' | b'0'..=b'9' | b'-' | b'_' | b'.' | b'~' => {
                escaped.push(byte.into());
            }
            _ => escaped.push_str(&format!("%{byte:02X}")),
        }
    }
    escaped
}

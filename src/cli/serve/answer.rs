//! Answers: JSON, lines of JSON, and refusals that say what to do.

use axum::extract::Request;
use axum::http::header::{ALLOW, CONTENT_TYPE, RETRY_AFTER};
use axum::http::{HeaderName, HeaderValue, StatusCode};
use axum::middleware::Next;
use axum::response::{IntoResponse, Response};
use samestory::error::{Error, ErrorKind};
use serde::Serialize;

use super::shared::is_busy;
use crate::cli::remedy;

pub(super) const JSON: &str = "application/json";
pub(super) const LINES: &str = "application/x-ndjson";
pub(super) const TEXT: &str = "text/plain; charset=utf-8";

/// What is asked for is not given, and why.
#[derive(Debug)]
pub(super) struct Refusal {
    status: StatusCode,
    error: String,
    remedy: Option<String>,
    /// Whether to come again soon.
    is_for_now: bool,
}

impl Refusal {
    pub(super) fn new(status: StatusCode, error: impl Into<String>) -> Refusal {
        Refusal {
            status,
            error: error.into(),
            remedy: None,
            is_for_now: false,
        }
    }

    /// One that holds for a moment.
    pub(super) fn again(status: StatusCode, error: impl Into<String>) -> Refusal {
        Refusal {
            is_for_now: true,
            ..Refusal::new(status, error)
        }
    }

    /// What there is none of.
    pub(super) fn missing(what: &str, id: &str) -> Refusal {
        Refusal::new(StatusCode::NOT_FOUND, format!("there is no {what} {id:?}"))
    }

    pub(super) fn with_remedy(self, remedy: impl Into<String>) -> Refusal {
        Refusal {
            remedy: Some(remedy.into()),
            ..self
        }
    }
}

impl From<Error> for Refusal {
    fn from(error: Error) -> Refusal {
        let status = match error.kind() {
            _ if is_busy(&error) => StatusCode::SERVICE_UNAVAILABLE,
            ErrorKind::Interrupted => StatusCode::SERVICE_UNAVAILABLE,
            ErrorKind::UnknownId { .. } => StatusCode::NOT_FOUND,
            ErrorKind::Index { reason, .. } if reason.contains("cursor") => StatusCode::BAD_REQUEST,
            ErrorKind::NoSpace { .. } => StatusCode::INSUFFICIENT_STORAGE,
            ErrorKind::Index { .. }
            | ErrorKind::Io { .. }
            | ErrorKind::Spill { .. }
            | ErrorKind::Memory { .. } => StatusCode::INTERNAL_SERVER_ERROR,
            _ => StatusCode::BAD_REQUEST,
        };
        Refusal {
            remedy: remedy::of(&error).filter(|_| status != StatusCode::NOT_FOUND),
            is_for_now: status == StatusCode::SERVICE_UNAVAILABLE,
            ..Refusal::new(status, error.to_string())
        }
    }
}

impl IntoResponse for Refusal {
    fn into_response(self) -> Response {
        #[derive(Serialize)]
        struct Said<'s> {
            error: &'s str,
            #[serde(skip_serializing_if = "Option::is_none")]
            remedy: Option<&'s str>,
        }
        let said = Said {
            error: &self.error,
            remedy: self.remedy.as_deref(),
        };
        let mut response = said_as(JSON, to_json(&said));
        *response.status_mut() = self.status;
        if self.is_for_now {
            let soon = HeaderValue::from_static("1");
            response.headers_mut().insert(RETRY_AFTER, soon);
        }
        response
    }
}

/// An answer of some type.
pub(super) fn said_as(kind: &'static str, body: impl Into<axum::body::Body>) -> Response {
    let kind = HeaderValue::from_static(kind);
    ([(CONTENT_TYPE, kind)], body.into()).into_response()
}

/// What is told as JSON; it can always be.
fn to_json(value: &impl Serialize) -> Vec<u8> {
    serde_json::to_vec(value).unwrap_or_default()
}

/// A value as JSON.
pub(super) fn json(value: &impl Serialize) -> Response {
    let mut line = to_json(value);
    line.push(b'\n');
    said_as(JSON, line)
}

/// Adds a value as a line of JSON.
pub(super) fn push_line(value: &impl Serialize, to: &mut Vec<u8>) {
    to.extend_from_slice(&to_json(value));
    to.push(b'\n');
}

/// Adds a header, if its value can stand in one.
pub(super) fn with_header(mut response: Response, name: &'static str, value: &str) -> Response {
    if let Ok(value) = HeaderValue::from_str(value) {
        let name = HeaderName::from_static(name);
        response.headers_mut().insert(name, value);
    }
    response
}

pub(super) async fn no_route(request: Request) -> Refusal {
    let path = request.uri().path();
    Refusal::new(StatusCode::NOT_FOUND, format!("there is nothing at {path}"))
        .with_remedy("/openapi.json lists what there is")
}

pub(super) async fn no_method(request: Request) -> Refusal {
    let (method, path) = (request.method(), request.uri().path());
    let reason = format!("{method} is not for {path}");
    Refusal::new(StatusCode::METHOD_NOT_ALLOWED, reason)
        .with_remedy("/openapi.json lists what there is")
}

/// Makes refusals of the framework itself ones of ours, and says that answers are not to be guessed at or kept.
pub(super) async fn complete(request: Request, next: Next) -> Response {
    let response = next.run(request).await;
    let is_own = response.headers().contains_key(CONTENT_TYPE);
    let is_plain = response
        .headers()
        .get(CONTENT_TYPE)
        .is_some_and(|kind| kind == TEXT);
    let status = response.status();
    let response = match status.is_client_error() && (!is_own || is_plain) {
        true => {
            let allow = response.headers().get(ALLOW).cloned();
            let reason = axum::body::to_bytes(response.into_body(), 1 << 12).await;
            let reason = String::from_utf8_lossy(&reason.unwrap_or_default()).into_owned();
            let mut ours = Refusal::new(status, reason).into_response();
            if let Some(allow) = allow {
                ours.headers_mut().insert(ALLOW, allow);
            }
            ours
        }
        false => response,
    };
    let response = with_header(response, "x-content-type-options", "nosniff");
    with_header(response, "cache-control", "no-store")
}

//! Files on the web, asked for in parts where their server knows parts.

use std::ops::Range;
use std::sync::OnceLock;
use std::time::{Duration, SystemTime};

use bytes::Bytes;
use futures_util::{StreamExt, TryStreamExt};
use reqwest::header::{
    ACCEPT_ENCODING, CONTENT_LENGTH, CONTENT_RANGE, ETAG, HeaderMap, HeaderName, IF_MATCH,
    LAST_MODIFIED, RANGE, RETRY_AFTER,
};
use reqwest::{Client, Response, StatusCode, Url, redirect};

use super::fault::{Fault, innermost};
use super::fetch::{Answer, Version};
use crate::error::RemoteFault;

/// A connection that says nothing for so long is taken for cut.
pub(super) const SILENCE: Duration = Duration::from_secs(30);
pub(super) const CONNECT: Duration = Duration::from_secs(10);

/// A file on the web.
#[derive(Clone, Debug)]
pub(super) struct Page {
    pub(super) url: Url,
    /// What opens it, where it is not open to all.
    pub(super) bearer: Option<String>,
}

/// The one client, which keeps connections open.
fn client() -> Result<&'static Client, Fault> {
    static CLIENT: OnceLock<Client> = OnceLock::new();
    if let Some(client) = CLIENT.get() {
        return Ok(client);
    }
    let redirects = redirect::Policy::custom(|attempt| {
        const MOST: usize = 10;
        let was_safe = attempt.previous().iter().any(|url| url.scheme() == "https");
        if was_safe && attempt.url().scheme() != "https" {
            return attempt.error("it leads from https to an address without encryption");
        }
        match attempt.previous().len() > MOST {
            true => attempt.error("it leads from address to address"),
            false => attempt.follow(),
        }
    });
    let made = Client::builder()
        .user_agent(concat!("samestory/", env!("CARGO_PKG_VERSION")))
        .redirect(redirects)
        .connect_timeout(CONNECT)
        .read_timeout(SILENCE)
        .http1_only()
        .build()
        .map_err(|error| Fault::other(innermost(&error)))?;
    Ok(CLIENT.get_or_init(|| made))
}

impl Page {
    /// Asks for something; an answer that is none is a fault.
    async fn ask(&self, headers: &[(HeaderName, String)]) -> Result<Response, Fault> {
        // What is compressed on its way has no parts.
        let mut request = client()?
            .get(self.url.clone())
            .header(ACCEPT_ENCODING, "identity");
        for (name, value) in headers {
            request = request.header(name, value);
        }
        if let Some(bearer) = &self.bearer {
            request = request.bearer_auth(bearer);
        }
        let response = request.send().await.map_err(of_client)?;
        let status = response.status();
        if status.is_success() || status == StatusCode::RANGE_NOT_SATISFIABLE {
            return Ok(response);
        }
        Err(of_status(status, response.headers()))
    }

    /// Asks for all of a short answer.
    pub(super) async fn text(&self) -> Result<Bytes, Fault> {
        let response = self.ask(&[]).await?;
        response.bytes().await.map_err(of_client)
    }

    pub(super) async fn get(&self, range: Range<u64>, version: &Version) -> Result<Answer, Fault> {
        let last = range.end.saturating_sub(1).max(range.start);
        let mut headers = vec![(RANGE, format!("bytes={}-{last}", range.start))];
        // A weak mark matches nothing.
        if let Some(tag) = version.tag.as_ref().filter(|tag| !tag.starts_with("W/")) {
            headers.push((IF_MATCH, tag.clone()));
        }
        let response = self.ask(&headers).await?;
        let headers = response.headers();
        let text = |name: &HeaderName| headers.get(name).and_then(|it| it.to_str().ok());
        let content = text(&CONTENT_RANGE).and_then(content_range);
        let is_whole = response.status() == StatusCode::OK;
        let (start, size) = match (is_whole, content) {
            (true, _) => (0, text(&CONTENT_LENGTH).and_then(|it| it.parse().ok())),
            (false, Some((start, size))) => (start.unwrap_or(range.start), size),
            (false, None) => {
                return Err(Fault::other("the server does not say which part it gives"));
            }
        };
        let version = Version {
            tag: text(&ETAG).map(str::to_owned),
            modified: text(&LAST_MODIFIED).and_then(http_date),
        };
        let has_nothing = response.status() == StatusCode::RANGE_NOT_SATISFIABLE;
        let chunks = match has_nothing {
            true => futures_util::stream::empty().boxed(),
            false => response.bytes_stream().map_err(of_client).boxed(),
        };
        Ok(Answer {
            start,
            is_whole,
            size,
            version,
            chunks,
        })
    }
}

/// The beginning of a part and the size of the whole: `bytes 0-99/1234`, `bytes */1234`.
fn content_range(header: &str) -> Option<(Option<u64>, Option<u64>)> {
    let (part, size) = header.trim().strip_prefix("bytes ")?.split_once('/')?;
    let start = part
        .split_once('-')
        .and_then(|(start, _)| start.parse().ok());
    Some((start, size.parse().ok()))
}

fn http_date(text: &str) -> Option<SystemTime> {
    let seconds = jiff::fmt::rfc2822::parse(text)
        .ok()?
        .timestamp()
        .as_second();
    let seconds = u64::try_from(seconds).ok()?;
    Some(SystemTime::UNIX_EPOCH + Duration::from_secs(seconds))
}

fn of_client(error: reqwest::Error) -> Fault {
    let is_passing = error.is_connect()
        || error.is_timeout()
        || error.is_body()
        || error.is_decode()
        || error.is_request();
    let why = match error.is_timeout() {
        true => "no answer".to_owned(),
        false => innermost(&error),
    };
    match is_passing && !error.is_redirect() {
        true => Fault::Passing(why, None),
        false => Fault::other(why),
    }
}

fn of_status(status: StatusCode, headers: &HeaderMap) -> Fault {
    let after = headers.get(RETRY_AFTER).and_then(|it| it.to_str().ok());
    let after = after.and_then(|it| it.trim().parse().ok());
    match status {
        StatusCode::PRECONDITION_FAILED => Fault::Changed,
        StatusCode::NOT_FOUND | StatusCode::GONE => Fault::Final(RemoteFault::Missing),
        StatusCode::UNAUTHORIZED | StatusCode::FORBIDDEN => {
            Fault::Final(RemoteFault::Denied(status.to_string()))
        }
        StatusCode::REQUEST_TIMEOUT | StatusCode::TOO_EARLY | StatusCode::TOO_MANY_REQUESTS => {
            Fault::Passing(status.to_string(), after.map(Duration::from_secs))
        }
        _ if status.is_server_error() => {
            Fault::Passing(status.to_string(), after.map(Duration::from_secs))
        }
        _ => Fault::other(format!("the server answers {status}")),
    }
}

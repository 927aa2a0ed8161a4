//! The gate: who may ask, how many at a time, how much and for how long.

use std::hint::black_box;
use std::net::IpAddr;
use std::sync::Arc;
use std::sync::atomic::Ordering;
use std::time::Duration;

use axum::body::{Bytes, to_bytes};
use axum::extract::{Request, State};
use axum::http::header::{AUTHORIZATION, CONTENT_LENGTH, HOST, ORIGIN, WWW_AUTHENTICATE};
use axum::http::{HeaderMap, StatusCode};
use axum::middleware::Next;
use axum::response::{IntoResponse, Response};
use tokio::sync::OwnedSemaphorePermit;
use tokio::time::timeout;

use super::answer::Refusal;
use super::shared::Shared;

/// So many requests are under way at once; others are told to come again.
pub(super) const IN_FLIGHT: usize = 64;
/// Bytes of a body.
const BODY: usize = 8 << 20;
/// A body is there after so long.
const BODY_TIME: Duration = Duration::from_secs(30);

/// A request's place among those that are under way: it is free once all that works for the request has ended.
#[derive(Clone)]
pub(super) struct Place(#[expect(dead_code, reason = "the place goes with it")] Arc<Taken>);

struct Taken(
    Arc<Shared>,
    #[expect(dead_code, reason = "it is given back when dropped")] OwnedSemaphorePermit,
);

impl Drop for Taken {
    fn drop(&mut self) {
        self.0.under_way.fetch_sub(1, Ordering::SeqCst);
    }
}

/// Lets through whoever gives the token.
pub(super) async fn allowed(
    State(shared): State<Arc<Shared>>,
    request: Request,
    next: Next,
) -> Response {
    let Some(token) = &shared.token else {
        return match is_of_a_page(request.headers()) {
            false => next.run(request).await,
            true => Refusal::new(
                StatusCode::FORBIDDEN,
                "pages of other sites are not answered",
            )
            .with_remedy(
                "ask by address or as localhost, or start the service with SAMESTORY_TOKEN",
            )
            .into_response(),
        };
    };
    let given = request.headers().get(AUTHORIZATION);
    let given = given.and_then(|value| {
        let (scheme, token) = value.as_bytes().split_at_checked(7)?;
        scheme.eq_ignore_ascii_case(b"bearer ").then_some(token)
    });
    if given.is_some_and(|given| is_same(given, token.as_bytes())) {
        return next.run(request).await;
    }
    let refusal = Refusal::new(StatusCode::UNAUTHORIZED, "a token is asked for")
        .with_remedy("give it as a header: Authorization: Bearer TOKEN");
    let mut response = refusal.into_response();
    let bearer = axum::http::HeaderValue::from_static("Bearer");
    response.headers_mut().insert(WWW_AUTHENTICATE, bearer);
    response
}

/// Whether a request may be that of a page which somebody on this machine looks at: a browser names where the page is from, or asks
/// for this machine under a name that the page's owner gave it.
fn is_of_a_page(headers: &HeaderMap) -> bool {
    let host = headers.get(HOST).and_then(|host| host.to_str().ok());
    let is_own = host.is_none_or(|host| {
        let name = match host.rsplit_once(':') {
            Some((name, port)) if port.bytes().all(|it| it.is_ascii_digit()) => name,
            _ => host,
        };
        let address = name.trim_start_matches('[').trim_end_matches(']');
        name.eq_ignore_ascii_case("localhost") || address.parse::<IpAddr>().is_ok()
    });
    headers.contains_key(ORIGIN) || !is_own
}

/// Whether two texts are the same, in a time that does not tell where they differ.
fn is_same(given: &[u8], token: &[u8]) -> bool {
    let mut differ = given.len() ^ token.len();
    for (at, &byte) in given.iter().enumerate() {
        let other = token.get(at % token.len().max(1)).copied();
        differ |= usize::from(byte ^ other.unwrap_or(0));
    }
    black_box(differ) == 0
}

/// Lets through as many as there are places for, each for as long as an answer may take.
pub(super) async fn limited(
    State(shared): State<Arc<Shared>>,
    mut request: Request,
    next: Next,
) -> Response {
    if shared.is_stopping() {
        return Refusal::again(StatusCode::SERVICE_UNAVAILABLE, "the service is stopping")
            .into_response();
    }
    let Ok(permit) = Arc::clone(&shared.places).try_acquire_owned() else {
        let reason = format!("{IN_FLIGHT} requests are under way already");
        return Refusal::again(StatusCode::TOO_MANY_REQUESTS, reason).into_response();
    };
    shared.under_way.fetch_add(1, Ordering::SeqCst);
    let place = Place(Arc::new(Taken(Arc::clone(&shared), permit)));
    request.extensions_mut().insert(place.clone());
    let answered = timeout(shared.timeout, next.run(request)).await;
    drop(place);
    answered.unwrap_or_else(|_| {
        let reason =
            "it took longer than an answer may take; what was asked for may be done all the same";
        Refusal::again(StatusCode::SERVICE_UNAVAILABLE, reason).into_response()
    })
}

/// All of a body, unless it is too long or too slow.
pub(super) async fn body(request: Request) -> Result<Bytes, Refusal> {
    let too_long = || {
        let reason = format!("the body has more than {BODY} bytes");
        Refusal::new(StatusCode::PAYLOAD_TOO_LARGE, reason).with_remedy("send it in parts")
    };
    let length = request.headers().get(CONTENT_LENGTH);
    let length = length.and_then(|length| length.to_str().ok()?.parse::<u64>().ok());
    if length.is_some_and(|length| length > BODY as u64) {
        return Err(too_long());
    }
    match timeout(BODY_TIME, to_bytes(request.into_body(), BODY)).await {
        // Of a connection that broke nobody is told.
        Ok(read) => read.map_err(|_| too_long()),
        Err(_) => Err(Refusal::new(
            StatusCode::REQUEST_TIMEOUT,
            format!(
                "the body was not there after {} seconds",
                BODY_TIME.as_secs()
            ),
        )),
    }
}

/// Does what blocks in a thread that may; the request keeps its place for so long.
pub(super) async fn blocking<T: Send + 'static>(
    place: Place,
    work: impl FnOnce() -> Result<T, Refusal> + Send + 'static,
) -> Result<T, Refusal> {
    let working = tokio::task::spawn_blocking(move || {
        let done = work();
        drop(place);
        done
    });
    working.await.unwrap_or_else(|_| {
        let reason = "this failed, and should not have";
        Err(Refusal::new(StatusCode::INTERNAL_SERVER_ERROR, reason))
    })
}

#[cfg(test)]
mod tests {
    use axum::http::header::{HOST, HeaderMap, ORIGIN};

    use super::{is_of_a_page, is_same};

    #[test]
    fn a_page_of_another_site_is_known_by_its_headers() {
        let asked = |host: &'static str| {
            HeaderMap::from_iter([(HOST, host.parse().expect("it is a value"))])
        };
        for own in [
            "localhost",
            "127.0.0.1:8077",
            "[::1]:8077",
            "10.0.0.7:80",
            "LocalHost:8077",
        ] {
            assert!(!is_of_a_page(&asked(own)), "{own}");
        }
        assert!(is_of_a_page(&asked("rebound.example:8077")));
        let mut headers = asked("localhost");
        headers.insert(
            ORIGIN,
            "https://example.org".parse().expect("it is a value"),
        );
        assert!(is_of_a_page(&headers));
        assert!(!is_of_a_page(&HeaderMap::new()));
    }

    #[test]
    fn only_the_token_is_the_token() {
        for (given, is) in [
            ("secret", true),
            ("", false),
            ("secre", false),
            ("secrett", false),
        ] {
            assert_eq!(is_same(given.as_bytes(), b"secret"), is, "{given}");
        }
        assert!(!is_same(b"secretsecret", b"secret"));
    }
}

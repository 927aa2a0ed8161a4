//! `samestory serve`: an index over HTTP.
//!
//! It is thin: a request becomes a call of the library in a thread that may block, and what that gives becomes an answer. Whoever
//! asks is answered from the last version of the index; articles are taken in one request after the other, and answered once
//! they are on the disk.

mod answer;
mod gate;
mod metrics;
mod open;
mod reads;
mod shared;
mod writes;

use std::net::{SocketAddr, TcpListener, ToSocketAddrs};
use std::sync::Arc;
use std::time::Duration;

use anyhow::{Context, bail};
use axum::Router;
use axum::middleware::{from_fn, from_fn_with_state};
use axum::routing::{get, post};
use samestory::config::Config;
use samestory::interrupt::Interrupt;

use super::args::ServeCall;
use super::console::to_stderr;
use shared::Shared;

/// The environment variable that holds the token.
const TOKEN: &str = "SAMESTORY_TOKEN";

/// Serves an index until it is told to stop.
pub(crate) fn run(call: &ServeCall) -> anyhow::Result<()> {
    let token = token()?;
    let address = address(&call.listen)?;
    if !address.ip().is_loopback() && token.is_none() && !call.without_token {
        bail!(
            "--listen {} is reached from other machines: anybody there could read the index and write to it\n  \
            set {TOKEN} to a token that is asked for, or say --without-token",
            call.listen
        );
    }
    let interrupt = Interrupt::default();
    let config = call.telling.bounded(Config::default(), interrupt.clone());
    call.telling.start_worker_threads()?;
    let shared = Arc::new(Shared::open(call, config, token)?);
    let listener = TcpListener::bind(address)
        .with_context(|| format!("--listen {address} cannot be listened at"))?;
    listener.set_nonblocking(true)?;
    let runtime = tokio::runtime::Builder::new_multi_thread()
        .worker_threads(2)
        .max_blocking_threads(2 * gate::IN_FLIGHT)
        .enable_all()
        .build()?;
    if !call.telling.quiet {
        to_stderr(&format!("listening   http://{}", listener.local_addr()?));
    }
    let grace = Duration::from_secs(call.grace);
    let router = router(&shared);
    let unanswered = runtime.block_on(open::listen(listener, router, &shared, grace))?;
    // What does not end by itself is asked to, so that nothing is left half done.
    interrupt.set();
    runtime.shutdown_timeout(Duration::from_secs(5));
    if unanswered > 0 {
        bail!("{unanswered} requests were under way for longer than --grace, and were cut off");
    }
    if !call.telling.quiet {
        to_stderr("stopped");
    }
    Ok(())
}

fn token() -> anyhow::Result<Option<String>> {
    match std::env::var(TOKEN) {
        Ok(token) if token.trim().is_empty() => {
            bail!("{TOKEN} is empty\n  set it to a token, or unset it to ask for none")
        }
        Ok(token) => Ok(Some(token)),
        Err(std::env::VarError::NotPresent) => Ok(None),
        Err(error) => Err(error).context(TOKEN),
    }
}

fn address(listen: &str) -> anyhow::Result<SocketAddr> {
    let found = listen.to_socket_addrs().ok();
    let found = found.and_then(|mut addresses| addresses.next());
    found.with_context(|| {
        format!("--listen {listen} is no address and port, such as 127.0.0.1:8077 or [::1]:8077")
    })
}

/// The routes: those below /v1 ask for the token, and are few at a time.
fn router(shared: &Arc<Shared>) -> Router {
    let guarded = Router::new()
        .route("/v1/seen", post(writes::seen))
        .route("/v1/articles", post(writes::articles))
        .route("/v1/articles/{id}", get(reads::article))
        .route("/v1/groups/{key}", get(reads::group))
        .route("/v1/stories", get(reads::stories))
        .route("/v1/stories/{id}", get(reads::story))
        .route("/v1/explain", get(reads::explain))
        .route("/v1/changes", get(reads::changes))
        .route_layer(from_fn_with_state(Arc::clone(shared), gate::limited))
        .route("/metrics", get(reads::metrics))
        .route_layer(from_fn_with_state(Arc::clone(shared), gate::allowed));
    Router::new()
        .merge(guarded)
        .route("/healthz", get(reads::healthy))
        .route("/readyz", get(reads::ready))
        .route("/openapi.json", get(reads::openapi))
        .route_layer(from_fn_with_state(Arc::clone(shared), metrics::counted))
        .fallback(answer::no_route)
        .method_not_allowed_fallback(answer::no_method)
        .layer(from_fn(answer::complete))
        .with_state(Arc::clone(shared))
}

#[cfg(test)]
mod tests {
    use std::collections::BTreeSet;

    use serde_json::Value;

    #[test]
    fn the_description_lists_every_route_and_no_other() {
        let source = include_str!("mod.rs");
        let routes = source.lines().filter_map(|line| {
            let (path, how) = line.trim().strip_prefix(".route(\"")?.split_once("\", ")?;
            let method = how.split('(').next()?;
            Some((path.to_owned(), method.to_owned()))
        });
        let routes: BTreeSet<(String, String)> = routes.collect();
        let described: Value =
            serde_json::from_str(super::reads::DESCRIPTION).expect("the description is JSON");
        let paths = described["paths"].as_object().expect("there are paths");
        let described: BTreeSet<(String, String)> = paths
            .iter()
            .flat_map(|(path, methods)| {
                let methods = methods.as_object().expect("a path has methods");
                methods.keys().map(|method| (path.clone(), method.clone()))
            })
            .collect();
        assert_eq!(routes, described);
    }
}

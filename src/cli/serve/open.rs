//! Open connections: taken in, held to their times, and ended when the service is.

use std::future::Future;
use std::pin::pin;
use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::time::Duration;

use axum::Router;
use hyper::server::conn::http1;
use hyper_util::rt::{TokioIo, TokioTimer};
use hyper_util::service::TowerToHyperService;
use tokio::net::{TcpListener, TcpStream};
use tokio::sync::{Semaphore, watch};
use tokio::time::sleep;

use super::shared::Shared;

/// So many connections are open at once; others wait.
const CONNECTIONS: usize = 1_024;
/// The head of a request is there after so long, or the connection ends.
const HEAD: Duration = Duration::from_secs(10);
/// So often it is seen whether somebody else wrote to the index.
const LOOK: Duration = Duration::from_secs(1);

/// Answers until a signal says to stop, then waits for what is under way; gives how many requests were not answered.
pub(super) async fn listen(
    listener: std::net::TcpListener,
    router: Router,
    shared: &Arc<Shared>,
    grace: Duration,
) -> anyhow::Result<usize> {
    let listener = TcpListener::from_std(listener)?;
    let mut stop = pin!(told_to_stop()?);
    let (stopping, ends) = watch::channel(false);
    let places = Arc::new(Semaphore::new(CONNECTIONS));
    let open = Arc::new(AtomicUsize::new(0));
    tokio::spawn(follow(Arc::clone(shared)));
    loop {
        let place = Arc::clone(&places).acquire_owned().await?;
        let stream = tokio::select! {
            accepted = listener.accept() => match accepted {
                Ok((stream, _)) => stream,
                // Out of files, for instance: those that are open end some time.
                Err(_) => {
                    sleep(Duration::from_millis(50)).await;
                    continue;
                }
            },
            () = &mut stop => break,
        };
        let (router, ends, open) = (router.clone(), ends.clone(), Arc::clone(&open));
        open.fetch_add(1, Ordering::SeqCst);
        tokio::spawn(async move {
            serve(stream, router, ends).await;
            open.fetch_sub(1, Ordering::SeqCst);
            drop(place);
        });
    }
    drop(listener);
    shared.stop();
    let _ = stopping.send(true);
    let ended = async {
        while open.load(Ordering::SeqCst) > 0 {
            sleep(Duration::from_millis(10)).await;
        }
    };
    let again = pin!(told_to_stop()?);
    tokio::select! {
        () = ended => {}
        () = sleep(grace) => {}
        () = again => {}
    }
    Ok(shared.under_way())
}

async fn serve(stream: TcpStream, router: Router, mut ends: watch::Receiver<bool>) {
    let _ = stream.set_nodelay(true);
    let service = TowerToHyperService::new(router);
    let connection = http1::Builder::new()
        .timer(TokioTimer::new())
        .header_read_timeout(HEAD)
        .serve_connection(TokioIo::new(stream), service);
    let mut connection = pin!(connection);
    let mut is_ending = false;
    loop {
        tokio::select! {
            // How a connection ends that the other side broke is nothing to us.
            _ = connection.as_mut() => return,
            _ = ends.wait_for(|ends| *ends), if !is_ending => {
                connection.as_mut().graceful_shutdown();
                is_ending = true;
            }
        }
    }
}

/// Sees now and then whether somebody else wrote to the index.
async fn follow(shared: Arc<Shared>) {
    while !shared.is_stopping() {
        sleep(LOOK).await;
        let shared = Arc::clone(&shared);
        let _ = tokio::task::spawn_blocking(move || shared.refresh()).await;
    }
}

#[cfg(unix)]
fn told_to_stop() -> std::io::Result<impl Future<Output = ()>> {
    use tokio::signal::unix::{SignalKind, signal};
    let mut interrupted = signal(SignalKind::interrupt())?;
    let mut ended = signal(SignalKind::terminate())?;
    Ok(async move {
        tokio::select! {
            _ = interrupted.recv() => {}
            _ = ended.recv() => {}
        }
    })
}

#[cfg(not(unix))]
fn told_to_stop() -> std::io::Result<impl Future<Output = ()>> {
    Ok(async {
        let _ = tokio::signal::ctrl_c().await;
    })
}

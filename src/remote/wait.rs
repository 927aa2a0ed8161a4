//! From here, where all is threads, to where requests are made, and back.

use std::future::Future;
use std::io;
use std::sync::OnceLock;
use std::sync::mpsc::{self, Receiver, RecvTimeoutError};
use std::time::Duration;

use tokio::runtime::{Builder, Runtime};
use tokio::task::AbortHandle;

use super::fault::Fault;
use crate::interrupt::Interrupt;

/// The threads that wait for answers; they are started when the first address is met.
fn runtime() -> io::Result<&'static Runtime> {
    static RUNTIME: OnceLock<Runtime> = OnceLock::new();
    if let Some(runtime) = RUNTIME.get() {
        return Ok(runtime);
    }
    // Whoever uses this library may have chosen another provider.
    let _ = rustls::crypto::ring::default_provider().install_default();
    let made = Builder::new_multi_thread()
        .worker_threads(2)
        .thread_name("samestory-remote")
        .enable_all()
        .build()?;
    Ok(RUNTIME.get_or_init(|| made))
}

/// Something that goes on while others work.
pub(super) struct Pending<T> {
    answer: Receiver<T>,
    task: AbortHandle,
}

/// Begins something.
pub(super) fn begin<T: Send + 'static>(
    work: impl Future<Output = T> + Send + 'static,
) -> io::Result<Pending<T>> {
    let (to, answer) = mpsc::channel();
    let task = runtime()?.spawn(async move {
        // Whoever began it may have gone.
        let _ = to.send(work.await);
    });
    let task = task.abort_handle();
    Ok(Pending { answer, task })
}

impl<T> Pending<T> {
    /// Waits for it, unless the run is asked to stop.
    pub(super) fn wait(self, interrupt: &Interrupt) -> Result<T, Fault> {
        const LOOK: Duration = Duration::from_millis(50);
        loop {
            match self.answer.recv_timeout(LOOK) {
                Ok(answer) => return Ok(answer),
                Err(RecvTimeoutError::Disconnected) => {
                    return Err(Fault::other("what made the requests has ended"));
                }
                Err(RecvTimeoutError::Timeout) if interrupt.is_set() => {
                    self.task.abort();
                    return Err(Fault::Interrupted);
                }
                Err(RecvTimeoutError::Timeout) => {}
            }
        }
    }

    /// Waits for it so long at most.
    pub(super) fn wait_for(self, time: Duration) {
        let _ = self.answer.recv_timeout(time);
    }
}

impl<T> Drop for Pending<T> {
    fn drop(&mut self) {
        self.task.abort();
    }
}

/// Does something that needs answers, unless the run is asked to stop.
pub(super) fn wait<T: Send + 'static>(
    interrupt: &Interrupt,
    work: impl Future<Output = Result<T, Fault>> + Send + 'static,
) -> Result<T, Fault> {
    begin(work).map_err(Fault::other)?.wait(interrupt)?
}

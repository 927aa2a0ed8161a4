//! Work that takes long: done by threads of its own, while Python goes on and Ctrl-C is heard.

use std::sync::atomic::{AtomicBool, AtomicU64, Ordering};
use std::sync::mpsc::{RecvTimeoutError, sync_channel};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::time::{Duration, Instant};

use pyo3::prelude::*;
use samestory::cli::Times;
use samestory::error::{ErrorKind, Result};
use samestory::interrupt::Interrupt;

use crate::errors::{Failure, lost};

/// How often signals are looked for.
pub(crate) const TICK: Duration = Duration::from_millis(40);
/// How long the work may take to stop once it was asked to. What is held up in somebody else's code is left behind.
const GRACE: Duration = Duration::from_millis(700);

/// What one piece of work and whoever waits for it have in common.
#[derive(Clone, Debug, Default)]
pub(crate) struct Shared {
    flag: Arc<AtomicBool>,
    stage: Arc<Mutex<&'static str>>,
    done: Arc<AtomicU64>,
    total: Arc<AtomicU64>,
    begun: Arc<Mutex<Vec<Begun>>>,
}

/// A stage that began, when, and the bytes that the process had then.
type Begun = (&'static str, Instant, Option<u64>);

impl Shared {
    pub(crate) fn interrupt(&self) -> Interrupt {
        Interrupt::from(Arc::clone(&self.flag))
    }

    /// Notes that a stage begins.
    pub(crate) fn begin(&self, stage: &'static str) -> Result<()> {
        if self.flag.load(Ordering::Relaxed) {
            return Err(ErrorKind::Interrupted.into());
        }
        self.done.store(0, Ordering::Relaxed);
        *lock(&self.stage) = stage;
        lock(&self.begun).push((stage, Instant::now(), samestory::cli::memory_taken()));
        Ok(())
    }

    /// How long it took since the first stage began, and each of the stages, the last of which ends now.
    pub(crate) fn times(&self) -> (Duration, Times) {
        let begun = std::mem::take(&mut *lock(&self.begun));
        let now = (Instant::now(), samestory::cli::memory_taken());
        let ends = begun.iter().skip(1).map(|stage| (stage.1, stage.2));
        let stages = begun.iter().zip(ends.chain([now]));
        let times = stages.map(|(stage, end)| (stage.0, end.0 - stage.1, end.1));
        let all = begun
            .first()
            .map_or(Duration::ZERO, |first| now.0 - first.1);
        (all, times.collect())
    }

    /// Called with the bytes that a sweep has read.
    pub(crate) fn meter(&self) -> Box<dyn Fn(u64) + Send + Sync> {
        let done = Arc::clone(&self.done);
        Box::new(move |bytes| done.store(bytes, Ordering::Relaxed))
    }

    /// Notes how many bytes a sweep reads.
    pub(crate) fn expect(&self, bytes: u64) {
        self.total.store(bytes, Ordering::Relaxed);
    }

    fn state(&self) -> (&'static str, u64, u64) {
        let stage = *lock(&self.stage);
        let (done, total) = (&self.done, &self.total);
        (
            stage,
            done.load(Ordering::Relaxed),
            total.load(Ordering::Relaxed),
        )
    }
}

/// How a piece of work is done.
pub(crate) struct Job<'py> {
    pub(crate) shared: Shared,
    /// 0 for as many as there are cores.
    pub(crate) threads: usize,
    /// Told of the stage, and of the bytes read in it and to be read.
    pub(crate) progress: Option<Bound<'py, PyAny>>,
}

/// Does a piece of work in a pool of its own, which is gone afterwards: so a child of this process can work as well.
pub(crate) fn work<T: Send + 'static>(
    py: Python<'_>,
    job: &Job<'_>,
    work: impl FnOnce() -> std::result::Result<T, Failure> + Send + 'static,
) -> PyResult<T> {
    let shared = job.shared.clone();
    shared.flag.store(false, Ordering::Relaxed);
    let (tell, told) = sync_channel(1);
    let threads = job.threads;
    let failed = |error: &dyn std::fmt::Display| Failure::Setting(format!("threads: {error}"));
    let worker = std::thread::Builder::new().name("samestory".to_owned());
    let worker = worker.spawn(move || {
        let pool = rayon::ThreadPoolBuilder::new().num_threads(threads);
        let done = match pool.build() {
            Ok(pool) => pool.install(work),
            Err(error) => Err(failed(&error)),
        };
        let _ = tell.send(done);
    });
    let worker = worker.map_err(|error| failed(&error).raise(py))?;
    let told = Mutex::new(told);
    let wait = |time| py.detach(|| lock(&told).recv_timeout(time));
    let mut shown = None;
    let outcome = loop {
        match wait(TICK) {
            Ok(done) => break done.map_err(|failure| failure.raise(py)),
            Err(RecvTimeoutError::Disconnected) => break Err(lost()),
            Err(RecvTimeoutError::Timeout) => {}
        }
        let told = py
            .check_signals()
            .and_then(|()| tell_progress(job, &mut shown));
        if let Err(error) = told {
            shared.flag.store(true, Ordering::Relaxed);
            return match wait(GRACE) {
                Err(RecvTimeoutError::Timeout) => Err(error),
                _ => {
                    let _ = py.detach(|| worker.join());
                    Err(error)
                }
            };
        }
    };
    let _ = py.detach(|| worker.join());
    tell_progress(job, &mut shown)?;
    outcome
}

/// What is behind a lock, also when whoever held it broke off.
pub(crate) fn lock<T>(mutex: &Mutex<T>) -> MutexGuard<'_, T> {
    mutex.lock().unwrap_or_else(PoisonError::into_inner)
}

type Shown = Option<(&'static str, u64, u64)>;

fn tell_progress(job: &Job<'_>, shown: &mut Shown) -> PyResult<()> {
    let now = job.shared.state();
    if let Some(progress) = &job.progress
        && !now.0.is_empty()
        && *shown != Some(now)
    {
        *shown = Some(now);
        progress.call1(now)?;
    }
    Ok(())
}

//! What all requests share: the version of the index that is answered from, and who writes.

use std::path::{Path, PathBuf};
use std::sync::atomic::{AtomicBool, AtomicUsize, Ordering};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError, RwLock};
use std::time::{Duration, Instant};

use rayon::{ThreadPool, ThreadPoolBuilder};
use samestory::config::Config;
use samestory::error::{ErrorKind, Result};
use samestory::index::{BUSY, Index, Snapshot};
use tokio::sync::Semaphore;

use super::gate::IN_FLIGHT;
use super::metrics::Metrics;
use crate::cli::args::ServeCall;
use crate::cli::heap;

/// So long another process may write before a request is told to come again.
const WAIT: Duration = Duration::from_secs(10);

/// What all requests share.
pub(super) struct Shared {
    folder: PathBuf,
    config: Config,
    snapshot: RwLock<Arc<Snapshot>>,
    /// Why the last version could not be opened, if it could not.
    failure: Mutex<Option<String>>,
    writer: Mutex<()>,
    /// Threads that look articles up, which do not wait for what an ingest does.
    pub(super) pool: ThreadPool,
    pub(super) token: Option<String>,
    pub(super) places: Arc<Semaphore>,
    /// Requests that are being answered.
    pub(super) under_way: AtomicUsize,
    pub(super) metrics: Metrics,
    pub(super) timeout: Duration,
    /// What articles are said to have come with.
    pub(super) name: String,
    is_stopping: AtomicBool,
}

impl Shared {
    pub(super) fn open(
        call: &ServeCall,
        config: Config,
        token: Option<String>,
    ) -> anyhow::Result<Shared> {
        heap::keep_what_is_freed();
        let snapshot = Snapshot::open(&call.index, &config)?;
        snapshot.warm()?;
        let threads = call.telling.threads.unwrap_or(0);
        Ok(Shared {
            folder: call.index.clone(),
            config,
            snapshot: RwLock::new(Arc::new(snapshot)),
            failure: Mutex::default(),
            writer: Mutex::default(),
            pool: ThreadPoolBuilder::new().num_threads(threads).build()?,
            token,
            places: Arc::new(Semaphore::new(IN_FLIGHT)),
            under_way: AtomicUsize::new(0),
            metrics: Metrics::default(),
            timeout: Duration::from_secs(call.timeout),
            name: call.name.clone(),
            is_stopping: AtomicBool::new(false),
        })
    }

    /// The version that is answered from.
    pub(super) fn snapshot(&self) -> Arc<Snapshot> {
        let snapshot = self.snapshot.read();
        Arc::clone(&snapshot.unwrap_or_else(PoisonError::into_inner))
    }

    /// The folder of temporary files.
    pub(super) fn temp_dir(&self) -> &Path {
        self.config.temp_dir.as_deref().unwrap_or(Path::new("/tmp"))
    }

    pub(super) fn config(&self) -> &Config {
        &self.config
    }

    /// Takes the last version, if it is another.
    pub(super) fn refresh(&self) {
        let opened = match self.snapshot().index().is_last() {
            Ok(true) => Ok(None),
            Ok(false) => Snapshot::open(&self.folder, &self.config).map(Some),
            Err(error) => Err(error),
        };
        let failure = match opened {
            Ok(Some(snapshot)) => {
                let mut current = self
                    .snapshot
                    .write()
                    .unwrap_or_else(PoisonError::into_inner);
                // Somebody else may have been quicker.
                if snapshot.index().version() > current.index().version() {
                    *current = Arc::new(snapshot);
                }
                None
            }
            Ok(None) => None,
            Err(error) => Some(error.to_string()),
        };
        *self.failure.lock().unwrap_or_else(PoisonError::into_inner) = failure;
    }

    /// Why it is not ready, if it is not.
    pub(super) fn not_ready(&self) -> Option<String> {
        if self.is_stopping() {
            return Some("it is stopping".to_owned());
        }
        let failure = self.failure.lock();
        failure.unwrap_or_else(PoisonError::into_inner).clone()
    }

    /// The right to write, which requests of this process have one after the other.
    pub(super) fn writer(&self) -> MutexGuard<'_, ()> {
        self.writer.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// Opens the index to write to it, and waits a while where another process does.
    pub(super) fn open_to_write(&self) -> Result<Index> {
        let started = Instant::now();
        loop {
            let opened = Index::open_to_write(&self.folder, &self.config);
            let is_busy = matches!(&opened, Err(error) if is_busy(error));
            if !is_busy || started.elapsed() > WAIT || self.config.interrupt.is_set() {
                return opened;
            }
            std::thread::sleep(Duration::from_millis(50));
        }
    }

    pub(super) fn stop(&self) {
        self.is_stopping.store(true, Ordering::SeqCst);
    }

    pub(super) fn is_stopping(&self) -> bool {
        self.is_stopping.load(Ordering::SeqCst)
    }

    pub(super) fn under_way(&self) -> usize {
        self.under_way.load(Ordering::SeqCst)
    }
}

/// Whether an index could not be written to since another process does.
pub(super) fn is_busy(error: &samestory::error::Error) -> bool {
    matches!(error.kind(), ErrorKind::Index { reason, .. } if reason == BUSY)
}

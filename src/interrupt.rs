//! A wish to stop, that whoever works for long looks at.

use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};

use crate::error::{ErrorKind, Result};

/// A flag that ends a run with [`ErrorKind::Interrupted`] once it is set; a clone is the same flag.
///
/// Every stage looks at it many times a second. It says nothing of what a run finds, so any two are equal.
///
/// ```
/// use samestory::corpus::Article;
/// use samestory::config::Config;
/// use samestory::error::ErrorKind;
/// use samestory::pipeline;
///
/// let config = Config::default();
/// config.interrupt.set(); // another thread may do so at any time
/// let articles = [Article { text: "The ferry will not sail.".into(), ..Article::default() }];
/// let stopped = pipeline::cluster(&articles[..], &config, &|_| Ok(())).unwrap_err();
/// assert!(matches!(stopped.kind(), ErrorKind::Interrupted));
/// ```
#[derive(Clone, Debug, Default)]
pub struct Interrupt(Arc<AtomicBool>);

impl Interrupt {
    /// Asks whoever looks at it to stop.
    pub fn set(&self) {
        self.0.store(true, Ordering::Relaxed);
    }

    /// Whether it is set.
    pub fn is_set(&self) -> bool {
        self.0.load(Ordering::Relaxed)
    }

    /// Fails once it is set.
    ///
    /// # Errors
    ///
    /// [`ErrorKind::Interrupted`].
    pub fn check(&self) -> Result<()> {
        match self.is_set() {
            true => Err(ErrorKind::Interrupted.into()),
            false => Ok(()),
        }
    }
}

impl From<Arc<AtomicBool>> for Interrupt {
    fn from(flag: Arc<AtomicBool>) -> Interrupt {
        Interrupt(flag)
    }
}

impl PartialEq for Interrupt {
    fn eq(&self, _: &Interrupt) -> bool {
        true
    }
}

impl Eq for Interrupt {}

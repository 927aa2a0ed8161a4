//! What threads need for their work and keep between batches: buffers, and what is costly to make.

use std::sync::{Mutex, MutexGuard, PoisonError};

/// Things of which each thread takes one at a time; there are as many as were ever needed at once.
#[derive(Debug)]
pub(crate) struct Pool<T>(Mutex<Vec<T>>);

impl<T> Default for Pool<T> {
    fn default() -> Pool<T> {
        Pool(Mutex::default())
    }
}

impl<T> Pool<T> {
    /// Does `work` with one that is idle, or with a new one.
    pub(crate) fn with<R>(&self, new: impl FnOnce() -> T, work: impl FnOnce(&mut T) -> R) -> R {
        let idle = self.idle().pop();
        let mut one = idle.unwrap_or_else(new);
        let done = work(&mut one);
        self.idle().push(one);
        done
    }

    /// All of them, when nobody works any more.
    pub(crate) fn into_all(self) -> Vec<T> {
        self.0.into_inner().unwrap_or_else(PoisonError::into_inner)
    }

    fn idle(&self) -> MutexGuard<'_, Vec<T>> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

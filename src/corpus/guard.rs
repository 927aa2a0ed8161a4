//! Panics of others' code that reads what may be broken: they are caught, and cost no more than what was being read.

use std::cell::Cell;
use std::panic::{AssertUnwindSafe, catch_unwind};

thread_local! {
    static DEPTH: Cell<u32> = const { Cell::new(0) };
}

/// Whether this thread is within code whose panics are caught: a panic hook may keep quiet about them.
pub(crate) fn is_guarded() -> bool {
    DEPTH.get() > 0
}

/// Runs code whose panics are caught; `None` where it panics.
pub(crate) fn caught<T>(run: impl FnOnce() -> T) -> Option<T> {
    DEPTH.set(DEPTH.get() + 1);
    let ended = catch_unwind(AssertUnwindSafe(run));
    DEPTH.set(DEPTH.get() - 1);
    ended.ok()
}

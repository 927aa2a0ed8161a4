//! The heap of what is done here; Python and other extensions have theirs.

use libmimalloc_sys::{mi_collect, mi_option_get, mi_option_set, mi_option_t};

#[global_allocator]
static HEAP: mimalloc::MiMalloc = mimalloc::MiMalloc;

/// `mi_option_purge_delay`: after how many milliseconds free memory goes back; -1 for never.
const PURGE_DELAY: mi_option_t = 15;

/// Keeps what is freed for what comes next, until it is dropped: each sweep takes memory again that the one before it gave back.
pub(crate) struct Kept {
    delay: std::ffi::c_long,
}

impl Kept {
    /// Begins to keep what is freed.
    #[expect(unsafe_code, reason = "options of the allocator are set in C alone")]
    pub(crate) fn new() -> Kept {
        // SAFETY: the calls have no conditions; they read and store a number, which the allocator reads at each purge.
        unsafe {
            let delay = mi_option_get(PURGE_DELAY);
            mi_option_set(PURGE_DELAY, -1);
            Kept { delay }
        }
    }
}

impl Drop for Kept {
    #[expect(unsafe_code, reason = "options of the allocator are set in C alone")]
    fn drop(&mut self) {
        // Of two runs at a time the one that ends first leaves the other slower, no more.
        let delay = match self.delay {
            -1 => 1_000,
            delay => delay,
        };
        // SAFETY: as above; the second call gives back what is free, of this thread and of those that are gone.
        unsafe {
            mi_option_set(PURGE_DELAY, delay);
            mi_collect(true);
        }
    }
}

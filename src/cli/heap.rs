//! The heap, which the binary takes from mimalloc: whether what is freed goes back to the system.

use libmimalloc_sys::{mi_option_set_default, mi_option_t};

/// `mi_option_purge_delay`: after how many milliseconds free memory goes back; -1 for never.
const PURGE_DELAY: mi_option_t = 15;

/// Keeps what is freed for what comes next, unless the environment says otherwise.
///
/// Each sweep takes memory again that the one before it gave back; the system then clears it anew, page by page, which is
/// a tenth of the processor time of a run. Where memory is scarce that is the price of the bound.
pub(crate) fn keep_what_is_freed() {
    // SAFETY: the call has no conditions; it stores a number, which the allocator reads at each purge.
    #[expect(unsafe_code, reason = "options of the allocator are set in C alone")]
    unsafe {
        mi_option_set_default(PURGE_DELAY, -1);
    }
}

//! How a run ends before its time: by Ctrl-C, or because it is told to.
//!
//! The first signal asks the run to stop, so that it leaves nothing half done. What does not stop soon is stopped; a second
//! signal does not wait either. Only while outputs get their names a signal changes nothing: that takes a moment, and is
//! done wholly or not at all.

use std::sync::atomic::{AtomicU8, Ordering};
use std::time::Duration;

use samestory::error::{ErrorKind, Result};
use samestory::interrupt::Interrupt;
use samestory::output::remove_temporaries;

use super::console::to_stderr;

/// Inputs are being opened: nothing is begun, and a pipe that says nothing would never let the run unwind.
const OPENING: u8 = 0;
const RUNNING: u8 = 1;
/// Outputs are getting their names, or have them.
const NAMING: u8 = 2;
/// Somebody has taken it on to end the process.
const ENDING: u8 = 3;

static PHASE: AtomicU8 = AtomicU8::new(OPENING);

/// So long a run may take to stop by itself.
const GRACE: Duration = Duration::from_millis(600);

/// Listens for the signals that end a run. Those that whoever started it had ignored, as `nohup` has, stay ignored.
pub(crate) fn listen(interrupt: Interrupt) -> anyhow::Result<()> {
    let ignored = signals::ignored();
    ctrlc::set_handler(move || stop(&interrupt))?;
    signals::ignore(&ignored);
    Ok(())
}

fn stop(interrupt: &Interrupt) {
    let again = interrupt.is_set();
    interrupt.set();
    if PHASE.load(Ordering::SeqCst) == RUNNING && !again {
        std::thread::sleep(GRACE);
    }
    let is_mine = [OPENING, RUNNING]
        .into_iter()
        .any(|phase| pass(phase, ENDING));
    if is_mine {
        remove_temporaries();
        to_stderr(&format!("samestory: {}", ErrorKind::Interrupted));
        std::process::exit(i32::from(super::INTERRUPTED));
    }
}

fn pass(from: u8, to: u8) -> bool {
    let passed = PHASE.compare_exchange(from, to, Ordering::SeqCst, Ordering::SeqCst);
    passed.is_ok()
}

/// Notes that all inputs are open.
pub(crate) fn opened() {
    pass(OPENING, RUNNING);
}

/// Gives outputs their names, unless the run was asked to stop before.
pub(crate) fn naming<T>(interrupt: &Interrupt, name: impl FnOnce() -> Result<T>) -> Result<T> {
    interrupt.check()?;
    if !pass(RUNNING, NAMING) && PHASE.load(Ordering::SeqCst) != NAMING {
        wait_for_the_end();
    }
    name()
}

/// Whether outputs got their names, or may have got them.
pub(crate) fn is_named() -> bool {
    PHASE.load(Ordering::SeqCst) == NAMING
}

/// Has the process end as its caller says, unless a signal ends it already.
pub(crate) fn claim() {
    if PHASE.swap(ENDING, Ordering::SeqCst) == ENDING {
        wait_for_the_end();
    }
}

fn wait_for_the_end() -> ! {
    loop {
        std::thread::park();
    }
}

#[cfg(unix)]
mod signals {
    use libc::{SIG_IGN, SIGHUP, SIGINT, SIGTERM, c_int};

    /// Which of the signals that end a run are ignored.
    #[expect(unsafe_code, reason = "the system is asked in C alone")]
    pub(super) fn ignored() -> Vec<c_int> {
        let is_ignored = |signal: &c_int| {
            // SAFETY: without a new action the call only writes to the old one, which is a plain struct of its type.
            unsafe {
                let mut now: libc::sigaction = std::mem::zeroed();
                libc::sigaction(*signal, std::ptr::null(), &raw mut now) == 0
                    && now.sa_sigaction == SIG_IGN
            }
        };
        [SIGHUP, SIGINT, SIGTERM]
            .into_iter()
            .filter(is_ignored)
            .collect()
    }

    /// Ignores signals.
    #[expect(unsafe_code, reason = "the system is told in C alone")]
    pub(super) fn ignore(signals: &[c_int]) {
        for &signal in signals {
            // SAFETY: to ignore a signal runs no code of ours.
            unsafe {
                libc::signal(signal, SIG_IGN);
            }
        }
    }
}

#[cfg(not(unix))]
mod signals {
    pub(super) fn ignored() {}

    pub(super) fn ignore((): &()) {}
}

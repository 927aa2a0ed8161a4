//! What stands for each article of a corpus?
//!
//! One sweep enters every article in the register, cleans it, and takes its fingerprint: what the kernel makes of its text, kept
//! by article in columns.

mod apart;
mod lone;
mod shingler;
mod sweep;

pub(crate) use apart::{OnePrint, Printer, gathered};
pub(crate) use lone::SingleFingerprint;
pub use shingler::Shingler;
pub use sweep::Prints;
pub(crate) use sweep::register;
#[doc(hidden)]
pub use sweep::{Fingerprint, Fingerprints, fingerprint};

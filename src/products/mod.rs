//! What a user asks for: each of these is a command.

pub mod dedup;
pub mod eval;
pub mod explain;
#[cfg(feature = "index")]
pub mod index;
#[cfg(feature = "reports")]
pub mod report;
#[cfg(feature = "staged")]
pub mod staged;
pub mod state;
pub(crate) mod tune;
pub mod work;

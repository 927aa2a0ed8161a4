//! What happens when things go wrong: nothing is half, nothing is lost, and nothing of anybody else's is touched.

mod collisions;
mod edited;
mod folders;
mod names;
#[cfg(target_os = "linux")]
mod points;
mod signals;
mod streams;
#[cfg(target_os = "linux")]
mod synced;

//! `samestory`: finds which scraped news articles are the same text.

use std::process::ExitCode;

#[global_allocator]
static HEAP: mimalloc::MiMalloc = mimalloc::MiMalloc;

fn main() -> ExitCode {
    ExitCode::from(samestory::cli::main(std::env::args_os().collect()))
}

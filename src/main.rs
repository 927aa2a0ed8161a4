//! `samestory`: finds which scraped news articles are the same text.

mod cli;

use std::process::ExitCode;

fn main() -> ExitCode {
    cli::main()
}

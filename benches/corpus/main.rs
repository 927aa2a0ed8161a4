//! Writes a dump of invented news whose copies and stories are known, of any size:
//!
//! ```console
//! $ cargo run --release --example corpus -- --articles 1000000 --seed 7 -o big.jsonl --copies copies.csv --stories stories.csv
//! ```
//!
//! Every article is a function of the seed and its number alone. So a corpus takes no more memory for being large, is
//! the same for any number of threads, and begins with the articles of a smaller one of its seed.

mod draft;
mod forms;
mod lexicon;
mod page;
mod plan;
mod press;
mod prose;
mod random;
mod script;
#[cfg(test)]
mod tests;
mod write;

use std::fs::File;
use std::io::{self, Write};
use std::path::{Path, PathBuf};

use anyhow::{Context, Result};
use clap::Parser;

use plan::Plan;
use write::{Outputs, write};

/// Write invented news as JSON lines, with copies and stories that are known
#[derive(Debug, Parser)]
struct Args {
    /// How many articles
    #[arg(long, value_name = "N", default_value_t = 100_000)]
    articles: u64,

    /// The seed; another one invents other languages, sites and articles
    #[arg(long, value_name = "N", default_value_t = 0)]
    seed: u64,

    /// Where the articles go, compressed if it ends in .zst; standard output by default
    #[arg(short, long, value_name = "FILE")]
    output: Option<PathBuf>,

    /// Where the true copy groups go: id, cluster, edit
    #[arg(long, value_name = "FILE")]
    copies: Option<PathBuf>,

    /// Where the true stories go: id, cluster
    #[arg(long, value_name = "FILE")]
    stories: Option<PathBuf>,

    /// Write the articles alone, without what their sites put around them
    #[arg(long)]
    bare: bool,

    /// Threads to use; all cores by default
    #[arg(long, value_name = "N", default_value_t = 0)]
    threads: usize,
}

fn main() -> Result<()> {
    let args = Args::parse();
    rayon::ThreadPoolBuilder::new()
        .num_threads(args.threads)
        .build_global()?;
    let articles: Box<dyn Write + Send> = match &args.output {
        Some(path) => create(path)?,
        None => Box::new(io::stdout()),
    };
    let table = |path: &Option<PathBuf>| path.as_deref().map(create).transpose();
    let mut outputs = Outputs {
        articles,
        copies: table(&args.copies)?,
        stories: table(&args.stories)?,
    };
    write(
        &Plan::new(args.seed, args.bare),
        args.articles,
        &mut outputs,
    )
}

fn create(path: &Path) -> Result<Box<dyn Write + Send>> {
    let place = || path.display().to_string();
    let file = File::create(path).with_context(place)?;
    if path.extension().is_some_and(|ending| ending == "zst") {
        let encoder = zstd::Encoder::new(file, 3).with_context(place)?;
        return Ok(Box::new(encoder.auto_finish()));
    }
    Ok(Box::new(file))
}

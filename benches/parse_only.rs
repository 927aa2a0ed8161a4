//! Reads a dump and does nothing with it: what any tool has to pay, and the measure of what `samestory` costs.
//!
//! ```console
//! $ cargo run --release --example parse_only -- dump.jsonl
//! ```
//!
//! One thread, JSON lines, plain or (by the ending `.zst`) compressed. It prints the number of articles and the bytes of
//! their fields.

use std::borrow::Cow;
use std::fs::File;
use std::io::{BufRead, BufReader};

use anyhow::{Context, Result};
use serde::Deserialize;

/// The fields that `samestory` reads too.
#[derive(Deserialize)]
struct Record<'a> {
    #[serde(borrow)]
    id: Cow<'a, str>,
    #[serde(borrow)]
    title: Cow<'a, str>,
    #[serde(borrow)]
    text: Cow<'a, str>,
    #[serde(borrow)]
    date: Cow<'a, str>,
    #[serde(borrow)]
    source: Cow<'a, str>,
}

fn main() -> Result<()> {
    let path = std::env::args()
        .nth(1)
        .context("name a file of JSON lines")?;
    let file = File::open(&path).with_context(|| path.clone())?;
    let mut input: Box<dyn BufRead> = match path.ends_with(".zst") {
        true => Box::new(BufReader::with_capacity(1 << 20, zstd::Decoder::new(file)?)),
        false => Box::new(BufReader::with_capacity(1 << 20, file)),
    };
    let (mut articles, mut bytes, mut line) = (0_u64, 0, Vec::new());
    while input.read_until(b'\n', &mut line)? > 0 {
        articles += 1;
        let record: Record =
            sonic_rs::from_slice(&line).with_context(|| format!("{path}:{articles}"))?;
        let Record {
            id,
            title,
            text,
            date,
            source,
        } = &record;
        bytes += [id, title, text, date, source]
            .map(|field| field.len())
            .iter()
            .sum::<usize>();
        line.clear();
    }
    println!("{articles} articles, {bytes} bytes");
    Ok(())
}

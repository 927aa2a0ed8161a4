//! Learns furniture of three parts of a dump apart, merges what was learned, and gets the furniture of the whole, to the byte:
//! `cargo run --example partitions -- INPUT INPUT INPUT`

use samestory::clean::{Furniture, PageStats};
use samestory::config::Config;
use samestory::corpus::FileCorpus;

/// What a call may end with.
type Failure = Box<dyn std::error::Error>;

/// Runs the example, by default on parts of the samples.
pub(crate) fn main() -> Result<(), Failure> {
    let mut inputs: Vec<String> = std::env::args().skip(1).collect();
    if inputs.is_empty() {
        inputs = ["wire", "europe", "local"]
            .map(|it| format!("samples/{it}.jsonl"))
            .into();
    }
    let [whole, one, other] = run(&inputs)?;
    println!("{} bytes of furniture", whole.len());
    println!(
        "parts are merged exactly: {}",
        whole == one && whole == other
    );
    Ok(())
}

/// The furniture of all inputs at once, of parts in their order, and of parts in another order.
pub(crate) fn run(inputs: &[String]) -> Result<[Vec<u8>; 3], Failure> {
    let budget = Config::default().budget();
    let whole = Furniture::learn(&FileCorpus::builder().open(inputs)?, &budget)?;

    // Each part may be gathered by another machine, which sends these bytes.
    let mut parts = Vec::new();
    for input in inputs {
        let part = FileCorpus::builder().open(&[input])?;
        parts.push(PageStats::gather(&part, &budget)?.to_bytes());
    }
    let merged = |parts: &mut dyn Iterator<Item = &Vec<u8>>| {
        let mut merged = PageStats::default();
        for part in parts {
            merged.merge(PageStats::from_bytes(part).ok_or("a part is not whole")?);
        }
        Ok::<_, Failure>(merged.judge(&budget)?.to_bytes())
    };
    let one = merged(&mut parts.iter())?;
    let other = merged(&mut parts.iter().rev())?;
    Ok([whole.to_bytes(), one, other])
}

//! Learns of three parts of a dump apart, merges what was learned, and gets what is learned of the whole, to the byte: furniture, and what
//! stories are told by, languages and in how many articles words stand:
//! `cargo run --example partitions -- INPUT INPUT INPUT`

use samestory::clean::{Furniture, PageStats};
use samestory::config::Config;
use samestory::corpus::FileCorpus;
use samestory::stages::stories::{Learned, LearnedPart};
use samestory::stages::{self, IsOwn, Run};

/// What a call may end with.
type Failure = Box<dyn std::error::Error>;

/// What was learned of the whole, of parts in their order, and of parts in another order.
type Learnings = [Vec<u8>; 3];

/// Runs the example, by default on parts of the samples.
pub(crate) fn main() -> Result<(), Failure> {
    let mut inputs: Vec<String> = std::env::args().skip(1).collect();
    if inputs.is_empty() {
        inputs = ["wire", "europe", "local"]
            .map(|it| format!("samples/{it}.jsonl"))
            .into();
    }
    for (what, [whole, one, other]) in [
        ("furniture", furniture(&inputs)?),
        ("languages and frequencies", languages(&inputs)?),
    ] {
        let is_exact = whole == one && whole == other;
        println!("{} bytes of {what}", whole.len());
        println!("parts are merged exactly: {is_exact}");
    }
    Ok(())
}

/// The furniture of all inputs.
pub(crate) fn furniture(inputs: &[String]) -> Result<Learnings, Failure> {
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

/// What the stories of all inputs are told by.
pub(crate) fn languages(inputs: &[String]) -> Result<Learnings, Failure> {
    let corpus = FileCorpus::builder().open(inputs)?;
    let config = Config::default();
    let run = Run::new(&config, &|_stage| Ok(()))?;
    // Stories are told by the articles that stand for their copies, and which do hangs on the whole dump.
    let furniture = stages::learn(&corpus, &run)?;
    let prints = stages::fingerprint(&corpus, &furniture, &run)?;
    let (collapsed, candidates) = stages::candidates(prints, &run)?;
    let verified = stages::verify(&corpus, &furniture, &collapsed, &candidates, &run)?;
    let groups = stages::group(&collapsed, &candidates, &verified, &run)?;

    // A part is the articles of one input.
    let parts = inputs.len() as u32;
    let input = |article: u32| collapsed.register.place(article as usize).input;
    let learn = |order: &[Vec<u32>]| {
        let mut learned = Learned::default();
        while !learned.is_whole() {
            let mut merged: Option<LearnedPart> = None;
            for own in order {
                let is_own = |article| own.contains(&input(article));
                let asked = (&learned, &is_own as IsOwn<'_>);
                let part =
                    stages::learn_part(&corpus, &furniture, &collapsed, &groups, &run, asked)?;
                // Each part may be gathered by another machine, which sends these bytes.
                let part = LearnedPart::from_bytes(&part.to_bytes()).ok_or("it is not whole")?;
                match &mut merged {
                    Some(merged) => merged.merge(part),
                    None => merged = Some(part),
                }
            }
            learned = learned
                .next(merged.unwrap_or_default())
                .ok_or("it is of another round")?;
        }
        Ok::<_, Failure>(learned.to_bytes())
    };
    let each = |input: u32| vec![input];
    let whole = learn(&[(0..parts).collect()])?;
    let one = learn(&(0..parts).map(each).collect::<Vec<_>>())?;
    let other = learn(&(0..parts).rev().map(each).collect::<Vec<_>>())?;
    Ok([whole, one, other])
}

//! Calls the stages of a run one by one, and looks at what lies between them: `cargo run --example stages -- INPUT...`

use samestory::config::Config;
use samestory::corpus::FileCorpus;
use samestory::stages::{self, Run};

/// What a call may end with.
type Failure = Box<dyn std::error::Error>;

/// Runs the example, by default on the samples.
pub(crate) fn main() -> Result<(), Failure> {
    let mut inputs: Vec<String> = std::env::args().skip(1).collect();
    if inputs.is_empty() {
        inputs.push("samples".to_owned());
    }
    let (copies, stories) = run(&inputs)?;
    println!("{copies} copy groups, {stories} stories");
    Ok(())
}

/// How many copy groups and how many stories there are in these files.
pub(crate) fn run(inputs: &[String]) -> Result<(usize, usize), Failure> {
    let corpus = FileCorpus::builder().open(inputs)?;
    let config = Config::default();
    let told = |stage| {
        println!("{stage:?}");
        Ok(())
    };
    let run = Run::new(&config, &told)?;

    // What is learned of all pages. `Furniture::cleaned` gives the text of any one article without it.
    let furniture = stages::learn(&corpus, &run)?;

    let prints = stages::fingerprint(&corpus, &furniture, &run)?;
    println!("  {} articles", prints.register.len());

    // Takes the fingerprints: most of what they hold is not needed again.
    let (collapsed, candidates) = stages::candidates(prints, &run)?;
    println!(
        "  {} different texts, {} candidate pairs",
        collapsed.texts.len(),
        candidates.len()
    );

    let verified = stages::verify(&corpus, &furniture, &collapsed, &candidates, &run)?;
    println!(
        "  {} pairs compared, {} similar, {} alike but refused",
        verified.decided,
        verified.pairs.len(),
        verified.refused.len()
    );

    let groups = stages::group(&collapsed, &candidates, &verified, &run)?;
    let stories = stages::stories(&corpus, &furniture, &collapsed, &groups, &run)?;

    let standing = |(article, member): &(usize, samestory::copies::Member)| {
        member.representative as usize == *article
    };
    let leading = |article: &usize| stories.of(*article).lead as usize == *article;
    let articles = collapsed.register.len();
    Ok((
        groups.iter().enumerate().filter(standing).count(),
        (0..articles).filter(leading).count(),
    ))
}

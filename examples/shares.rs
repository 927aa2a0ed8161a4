//! Finds copies and stories in stages that share nothing, in this process, and says what goes from task to task:
//! `cargo run --release --example shares -- SHARES INPUT...`
//!
//! A line of JSON for each stage has its bytes an article, and the bytes of its largest share. `benches/scale/simulate.py` reads them.

use std::path::PathBuf;

use samestory::config::Config;
use samestory::corpus::FileCorpus;
use samestory::pipeline;
use samestory::staged::{Job, Local};
use samestory::work::Work;

/// What a call may end with.
type Failure = Box<dyn std::error::Error>;

/// Runs the example, by default on the samples.
pub(crate) fn main() -> Result<(), Failure> {
    let mut given = std::env::args().skip(1);
    let shares = given.next().map_or(Ok(4), |shares| shares.parse())?;
    let mut inputs: Vec<PathBuf> = given.map(PathBuf::from).collect();
    if inputs.is_empty() {
        inputs = ["wire", "europe", "local"]
            .map(|it| format!("samples/{it}.jsonl").into())
            .into();
    }
    for line in run(shares, &inputs)? {
        println!("{line}");
    }
    Ok(())
}

/// What each stage exchanged, a line of JSON each.
pub(crate) fn run(shares: u32, inputs: &[PathBuf]) -> Result<Vec<String>, Failure> {
    let config = Config::default();
    let folder = tempfile::tempdir()?;
    let open = |files: &[PathBuf]| FileCorpus::builder().open(files);
    let job = Job::new(
        config.clone(),
        inputs.to_vec(),
        folder.path(),
        shares,
        Box::new(open),
    )?;
    let local = Local::run(&job)?;

    // What a usual run makes of the work folder is what it finds by itself.
    let corpus = open(inputs)?;
    let work = Work::open(folder.path(), &corpus, &config)?;
    let found = work.cluster(&corpus, &config, &|_stage| Ok(()))?;
    let whole = pipeline::cluster(&corpus, &config, &|_stage| Ok(()))?;
    let articles = found.register.len();
    let same_story = |article| found.stories.of(article) == whole.stories.of(article);
    let is_equal = found.groups.iter().eq(whole.groups.iter()) && (0..articles).all(same_story);
    let line = |(stage, bytes): (&&str, &u64)| {
        let largest = local.largest.get(stage).copied().unwrap_or(0);
        format!(
            r#"{{"articles": {articles}, "shares": {shares}, "equal": {is_equal}, "stage": "{stage}", "bytes": {bytes}, "an_article": {}, "largest": {largest}}}"#,
            bytes / articles.max(1) as u64
        )
    };
    Ok(local.exchanged.iter().map(line).collect())
}

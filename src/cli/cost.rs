//! What the steps of a run did and what they cost, for whoever asks with `--verbose`.

use samestory::config::Config;
use samestory::pipeline::Clustering;
use samestory::stages::candidates::{BandKey, Banding};

use super::console::Console;
use super::summary::count;

/// Tells how candidates were found.
pub(super) fn tell_candidates(console: &Console, found: &Clustering, config: &Config) {
    let Banding { bands, rows } = config.banding();
    let banding = config.banding();
    let at: Vec<String> = [0.3, 0.5, 0.7, 0.9]
        .iter()
        .map(|&s| format!("{s}: {:.4}", banding.recall_at(s)))
        .collect();
    let articles = found.register.len().max(1) as f64;
    console.say(&format!(
        "            {bands} bands x {rows} rows of {} hashes find, at a Jaccard of {}",
        config.num_hashes,
        at.join(", ")
    ));
    console.say(&format!(
        "            {} from bands ({:.2} an article), {} from anchors ({:.2} an article), {} from addresses",
        count(found.counts.from_bands),
        found.counts.from_bands as f64 / articles,
        count(found.counts.from_anchors),
        found.counts.from_anchors as f64 / articles,
        count(found.counts.from_addresses),
    ));
    let bytes = found.texts.len() * (bands * size_of::<BandKey>() + config.num_hashes);
    console.say(&format!(
        "            {} different texts; sketches and band keys cost {:.1} MB",
        count(found.texts.len()),
        bytes as f64 / 1e6
    ));
}

/// Tells how long the run took, and with `--verbose` where the time and the memory went.
pub(super) fn tell(console: &Console, found: &Clustering) {
    let seconds = console.started.elapsed().as_secs_f64();
    let megabytes = found.read.bytes as f64 / 1e6;
    console.say(&format!(
        "time        {seconds:.2} s, {:.1} MB/s",
        megabytes / seconds.max(1e-9)
    ));
    if console.is_verbose() {
        for (stage, time, _) in console.times() {
            let time = time.as_secs_f64();
            let share = 100.0 * time / seconds.max(1e-9);
            console.say(&format!("            {time:.2} s {stage} ({share:.0}%)"));
        }
        console.say(&format!(
            "memory      {:.1} MB held at most for what grows with the dump, {:.1} MB on disk",
            found.budget.most_taken() as f64 / 1e6,
            found.budget.most_spilled() as f64 / 1e6,
        ));
    }
}

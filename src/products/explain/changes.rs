//! What setting would change a decision.

use super::because::LEAST;
use super::{Decision, Explanation, StoryEvidence};
use crate::config::{Config, Threshold};
use crate::kernel::Share;
use crate::stages::copies::{PairKind, Rules};

/// What would have decided otherwise.
pub(super) fn changes(it: &Explanation<'_>, config: &Config) -> Vec<String> {
    let mut told = Vec::new();
    match it.decision {
        Decision::Exact => {}
        Decision::Near | Decision::Excerpt => told.extend(parting(it, config)),
        Decision::Related | Decision::Apart => told.extend(joining(it, config)),
    }
    if let Some(story) = &it.story {
        told.extend(retelling(it, story));
    }
    told
}

fn threshold(hundredths: u32) -> Option<Threshold> {
    Threshold::new("--copy-threshold", f64::from(hundredths) / 100.0).ok()
}

/// Settings under which two would not be copies by themselves.
fn parting(it: &Explanation<'_>, config: &Config) -> Option<String> {
    let copies = &it.copies;
    let higher = copies.own_or_whole().0.0 / 10_000 + 1;
    let other = Config {
        copy_threshold: threshold(higher)?,
        ..config.clone()
    };
    let passes = copies.verdict?;
    let flag = other.copy_threshold.share();
    match (passes, copies.verdict_of(Rules(&other))) {
        (PairKind::Near, None) => Some(format!("--copy-threshold {flag} would part them.")),
        (PairKind::Near, Some(PairKind::Excerpt)) => Some(format!(
            "--copy-threshold {flag} would leave the shorter an excerpt."
        )),
        (PairKind::Excerpt, _) => {
            let higher = copies.own_or_whole().1.0 / 10_000 + 1;
            let flag = threshold(higher)?.share();
            Some(format!("--excerpt-threshold {flag} would part them."))
        }
        _ => None,
    }
}

/// Settings under which two would pass as copies; whether they then are in one group hangs on the others too.
fn joining(it: &Explanation<'_>, config: &Config) -> Vec<String> {
    let copies = &it.copies;
    let mut told = Vec::new();
    // What tells two apart does so at any threshold.
    if copies.refusal.is_some() {
        return told;
    }
    if copies.verdict_of(Rules(config)).is_some() {
        if !copies.are_sources_allowed {
            told.push("Without --within they would be copies.".to_owned());
        }
        if !copies.are_times_allowed {
            told.push("With a longer --copy-window they would be copies.".to_owned());
        }
        return told;
    }
    let met = match copies.met.is_candidate() {
        true => "",
        false => ", if they met: they share no band, too few anchors, and no address",
    };
    let lower = copies.jaccard.min(copies.own.jaccard()).0 / 10_000;
    let near = threshold(lower.max(LEAST.0)).map(|copy_threshold| Config {
        copy_threshold,
        ..config.clone()
    });
    if let Some(near) = near.filter(|near| copies.verdict_of(Rules(near)) == Some(PairKind::Near)) {
        let flag = near.copy_threshold.share();
        told.push(format!(
            "--copy-threshold {flag} would let them pass as copies{met}."
        ));
    }
    let lower = copies.containment.min(copies.own.containment()).0 / 10_000;
    let cut = threshold(lower.max(LEAST.1)).map(|excerpt_threshold| Config {
        excerpt_threshold,
        ..config.clone()
    });
    if let Some(cut) = cut.filter(|cut| copies.verdict_of(Rules(cut)) == Some(PairKind::Excerpt)) {
        let flag = cut.excerpt_threshold.share();
        told.push(format!(
            "--excerpt-threshold {flag} would let the shorter pass as an excerpt{met}."
        ));
    }
    told
}

/// Settings under which two would, or would not, tell one story.
fn retelling(it: &Explanation<'_>, story: &StoryEvidence) -> Option<String> {
    if !story.is_one_language {
        return None;
    }
    if story.is_beyond_window {
        let days = story.hours_apart? / 24.0;
        return Some(format!(
            "--story-window {}d would have them compared.",
            days.ceil()
        ));
    }
    let flag = |score: Share| f64::from(score.0);
    if it.decision == Decision::Related {
        let higher = (flag(story.score) / 1e3).floor() / 1e3 + 0.001;
        return story.is_direct().then(|| {
            format!(
                "From --story-threshold {higher:.3} on they would not be together by themselves."
            )
        });
    }
    let average = story.average.unwrap_or(story.score);
    let lower = (flag(average) / 1e3).floor() / 1e3;
    (average < story.threshold && lower > 0.0).then(|| {
        let met = match story.keys_shared {
            0 => ", if they shared a key by which articles meet",
            _ => "",
        };
        format!("--story-threshold {lower:.3} would let them be one story{met}.")
    })
}

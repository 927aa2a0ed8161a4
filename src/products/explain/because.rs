//! An explanation in sentences: why it was decided so, and what would have decided otherwise.

use super::refused::refused;
use super::{CopyEvidence, Decision, Explanation, StoryEvidence};
use crate::config::Config;
use crate::kernel::Share;
use crate::stages::copies::{EXACT_TOKENS, EXCERPT_TOKENS, FRAMELESS, PairKind, Rules};

/// Thresholds below these, in hundredths, are not proposed: of copies, and of excerpts.
pub(super) const LEAST: (u32, u32) = (5, 20);

/// A share as it is told.
pub(super) fn share(share: Share) -> String {
    // Rounded down, as tables have it, so that what misses a threshold does not seem to meet it.
    let tenths = share.0 / 100;
    format!("{}.{:04}", tenths / 10_000, tenths % 10_000)
}

/// Why two articles are, or are not, together.
pub(super) fn because(it: &Explanation<'_>, config: &Config) -> Vec<String> {
    let mut told = Vec::new();
    match it.decision {
        Decision::Exact if it.a.lone.set.is_empty() => told.push(
            "The pages are the same byte for byte, and cleaning leaves no text of either.".to_owned(),
        ),
        Decision::Exact => told.push(
            "Their cleaned texts are the same tokens in the same order, or the pages are the same byte for byte."
                .to_owned(),
        ),
        Decision::Near | Decision::Excerpt => {
            if it.decision == Decision::Excerpt {
                told.push(cut(it));
            }
            told.extend(passed(&it.copies, config));
            if !it.is_direct {
                told.extend(missed(it, config));
                told.extend(through(it));
            }
        }
        Decision::Related | Decision::Apart => {
            told.extend(passed(&it.copies, config));
            if it.copies.verdict.is_some() {
                told.extend(held_apart(it));
            } else {
                told.extend(missed(it, config));
            }
            told.extend(it.story.iter().flat_map(|story| related(it, story)));
            if it.story.is_none() && config.copies_only {
                told.push("Stories were not asked for (--copies-only).".to_owned());
            }
        }
    }
    told
}

fn cut(it: &Explanation<'_>) -> String {
    let which = match (it.a.stored.is_excerpt, it.b.stored.is_excerpt) {
        (true, true) => "Both are",
        (true, false) => "The first is",
        _ => "The second is",
    };
    format!("{which} cut from a longer text of their group.")
}

/// What the two pass by themselves.
fn passed(copies: &CopyEvidence, config: &Config) -> Option<String> {
    let told = match copies.verdict? {
        PairKind::Near if copies.least_tokens < EXACT_TOKENS => {
            "They have the same shingles.".to_owned()
        }
        PairKind::Near => format!(
            "They share {} of {} shingles: a Jaccard similarity of {}, and {} makes copies (--copy-threshold).",
            copies.shared,
            copies.all,
            share(copies.own_or_whole().0),
            config.copy_threshold.share()
        ),
        PairKind::Excerpt => format!(
            "{} of the shorter text stands in the longer one, and {} makes an excerpt (--excerpt-threshold).",
            share(copies.own_or_whole().1),
            config.excerpt_threshold.share()
        ),
    };
    Some(told)
}

/// Why the two are no copies by themselves.
fn missed(it: &Explanation<'_>, config: &Config) -> Vec<String> {
    let copies = &it.copies;
    let mut told = Vec::new();
    if it.a.lone.set.is_empty() || it.b.lone.set.is_empty() {
        told.push("Of one of them cleaning leaves no text, and only the same page byte for byte would be its copy.".to_owned());
        return told;
    }
    if let Some(refusal) = copies.refusal {
        let are_together = matches!(it.decision, Decision::Near | Decision::Excerpt);
        told.push(refused(refusal, it.a, it.b, are_together));
        told.extend(enough(copies, config));
    } else if copies.least_tokens < EXACT_TOKENS {
        told.push(format!(
            "The shorter text has {} tokens, and one of fewer than {EXACT_TOKENS} is a copy only of the same tokens.",
            copies.least_tokens
        ));
    } else if copies.verdict_of(Rules(config)).is_none() {
        told.push(format!(
            "They share {} of {} shingles: a Jaccard similarity of {}, where copies need {} (--copy-threshold); {} of the shorter stands in the longer, where an excerpt needs {} (--excerpt-threshold).",
            copies.shared,
            copies.all,
            share(copies.jaccard),
            config.copy_threshold.share(),
            share(copies.containment),
            config.excerpt_threshold.share()
        ));
        if let Some((jaccard, containment)) = copies.without_templates {
            told.push(format!(
                "Below {} what many unlike articles share does not count: without it, their similarity is {}, and {} of the shorter is in the longer.",
                f64::from(FRAMELESS.0) / 1e6,
                share(jaccard),
                share(containment)
            ));
        }
        let excerpt = config.excerpt_threshold.millionths();
        if copies.least_tokens < EXCERPT_TOKENS && copies.containment >= excerpt {
            told.push(format!(
                "The shorter has {} tokens, and one of fewer than {EXCERPT_TOKENS} is nobody's excerpt.",
                copies.least_tokens
            ));
        }
    } else if copies.is_refused_early {
        told.push(
            "Their signatures agree so little that they were not compared exactly.".to_owned(),
        );
    }
    if !copies.are_sources_allowed {
        told.push("The settings let no copies be of these two sources (--within).".to_owned());
    }
    if !copies.are_times_allowed {
        told.push(
            "They were published further apart than copies may be (--copy-window).".to_owned(),
        );
    }
    told
}

/// That what two share would make them copies, if nothing told them apart.
fn enough(copies: &CopyEvidence, config: &Config) -> Option<String> {
    let (jaccard, containment) = copies.own_or_whole();
    if jaccard >= config.copy_threshold.millionths() {
        return Some(format!(
            "What they share would be enough: a Jaccard similarity of {}, where copies need {} (--copy-threshold).",
            share(jaccard),
            config.copy_threshold.share()
        ));
    }
    (containment >= config.excerpt_threshold.millionths()).then(|| {
        format!(
            "What they share would be enough: {} of the shorter stands in the longer, where an excerpt needs {} (--excerpt-threshold).",
            share(containment),
            config.excerpt_threshold.share()
        )
    })
}

/// Through whom two are together that are not alike.
fn through(it: &Explanation<'_>) -> Vec<String> {
    let centre = it.between.iter().map(|centre| {
        format!(
            "Their group is made around {}, which the first is like by {} and the second by {} (contained: {} and {}).",
            centre.id,
            share(centre.jaccard.0),
            share(centre.jaccard.1),
            share(centre.containment.0),
            share(centre.containment.1)
        )
    });
    let mut told: Vec<String> = centre.collect();
    if told.is_empty() {
        told.push("They are together through others of their group.".to_owned());
    }
    told
}

/// Why two are in different groups that are alike.
fn held_apart(it: &Explanation<'_>) -> Vec<String> {
    let mut told = Vec::new();
    for subject in [it.a, it.b]
        .into_iter()
        .filter(|subject| subject.is_round_up)
    {
        told.push(format!(
            "{} quotes several articles that are unlike, and a round-up joins none of them.",
            subject.id
        ));
    }
    let is_candidate = it.copies.met.is_candidate();
    if told.is_empty() && !is_candidate {
        told.push(
            "But they never met: they share no band, too few anchors, and no address.".to_owned(),
        );
    }
    for centre in &it.between {
        told.push(format!(
            "{} is {}, with a similarity of {} to the first and {} to the second: each joins the centre it is most like, and there are no chains.",
            centre.id,
            centre.role,
            share(centre.jaccard.0),
            share(centre.jaccard.1)
        ));
    }
    if told.is_empty() {
        told.push("Each is in the group it is most like, and a group takes no other that its limits or its centre forbid.".to_owned());
    }
    told
}

fn related(it: &Explanation<'_>, story: &StoryEvidence) -> Vec<String> {
    let mut told = Vec::new();
    if !story.is_one_language {
        told.push("They are in different languages, and a story stays within one.".to_owned());
        return told;
    }
    let mut alike = format!(
        "As reports of an event they are alike by {} (cosine)",
        share(story.cosine)
    );
    if !story.is_beyond_window && (story.fading - 1.0).abs() >= 0.005 {
        let source = match story.is_one_source {
            true => ", their lengths and their common source",
            false => " and their lengths",
        };
        alike.push_str(&format!(
            ", which the time between them{source} make {} ({:.2} times)",
            share(story.score),
            story.fading
        ));
    }
    told.push(format!(
        "{alike}; {} makes one story (--story-threshold).",
        share(story.threshold)
    ));
    if story.is_beyond_window {
        told.push(
            "They were published further apart than articles are compared (--story-window)."
                .to_owned(),
        );
    }
    match (it.decision, story.average) {
        (Decision::Related, _) if !story.is_direct() => told.push(format!(
            "By themselves that would not do: they are together through others, as a story is told by the average over all pairs ({}).",
            steps(story)
        )),
        (Decision::Apart, Some(average)) if story.texts != (1, 1) => told.push(format!(
            "Over all pairs of their stories, of {} and {} texts, the average is {}.",
            story.texts.0,
            story.texts.1,
            share(average)
        )),
        _ => {}
    }
    if it.decision == Decision::Apart && !story.is_beyond_window {
        let is_enough = story
            .average
            .is_some_and(|average| average >= story.threshold);
        if story.keys_shared == 0 {
            told.push("They share none of the telling terms by which articles meet, so that they were not compared.".to_owned());
        } else if is_enough {
            told.push("That would be enough, but each joined what it is more like first, or they never met, or the terms they share are too few for two by themselves.".to_owned());
        }
    }
    told
}

/// The links of a path, as one goes along it.
fn steps(story: &StoryEvidence) -> String {
    let step = |(at, step): (usize, &super::Step)| match at {
        0 => step.id.clone(),
        _ => format!(" –{}– {}", share(step.score), step.id),
    };
    story.path.iter().enumerate().map(step).collect()
}

impl CopyEvidence {
    /// Jaccard similarity and containment as they were judged.
    pub(super) fn own_or_whole(&self) -> (Share, Share) {
        self.without_templates
            .unwrap_or((self.jaccard, self.containment))
    }
}

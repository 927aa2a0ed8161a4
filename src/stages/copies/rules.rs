//! Rules: what decides a pair of texts, whoever holds what is known of them.

use std::convert::Infallible;

use super::evidence::{Agreement, Evidence};
use super::pairs::PairKind;
use super::refusal::Refusal;
use crate::config::{Config, Within};
use crate::corpus::Timestamp;
use crate::kernel::{Overlap, Share};

/// Below this Jaccard similarity shared templates do not count.
pub(crate) const FRAMELESS: Share = Share(700_000);
/// A text of fewer tokens than this is a copy only of the same text.
pub(crate) const EXACT_TOKENS: u32 = 20;
/// A text of fewer tokens than this is nobody's excerpt.
pub(crate) const EXCERPT_TOKENS: u32 = 32;

/// Where the smaller text stands in the larger by less than this, its figures and names have to speak for it too: ...
pub(super) const SURELY_CONTAINED: Share = Share(800_000);
/// ... it has this many tokens, ...
const CONTAINED_TOKENS: u32 = 60;
/// ... and of at least this many figures and names that stand aligned ...
const CONTAINED_SPECIFICS: u32 = 10;
/// ... no more than so many thousandths differ.
const CONTAINED_DIFFER: u32 = 50;

/// In thousandths: where more of the aligned numbers differ, two texts are items of a form; ...
const NUMBERS: u32 = 150;
/// ... where the larger holds half of the smaller and more, if more than this do.
const NUMBERS_OF_VERSIONS: u32 = 250;
/// The containment from which that holds.
const VERSION: Share = Share(550_000);
/// An update changes no more than so many figures, ...
const UPDATED: u32 = 3;
/// ... at most one in so many words, ...
const UPDATED_WORDS: u32 = 50;
/// ... and so many thousandths of all figures and names, ...
const UPDATED_SPECIFICS: u32 = 100;
/// ... or one in so many words of texts that share this much.
const UPDATED_RARELY: u32 = 100;
const UPDATED_VERSION: Share = Share(800_000);
/// The thousandths that an update changes that came late.
const UPDATED_LATE: u32 = 30;
/// In thousandths: where more of the aligned names differ, and two or more do, the texts are of other people and places.
const NAMES: u32 = 150;
/// The same of numbers and names together, if one in [`UPDATED_WORDS`] words differs; ...
const SPECIFICS: u32 = 150;
/// ... the same of texts that share less than [`APART_BELOW`], and of the smaller less than [`CONTAINED_APART`].
const SPECIFICS_OF_FEW: u32 = 50;
/// Short phrases that stand against others, from which a text is a form; and in thousandths of its words.
const SLOTS: u32 = 3;
const SLOTS_OF_WORDS: u32 = 55;
/// ... unless at least one in so many words is a figure or a name that agrees: then letters were misread.
const AGREEING_WORDS: u32 = 10;
/// In thousandths: texts of which both have this much of their own share a block, or a background, ...
const APART: u32 = 170;
/// ... if their similarity is below this, and their containment below [`CONTAINED_APART`].
const APART_BELOW: Share = Share(500_000);
const CONTAINED_APART: Share = Share(750_000);
/// ... or if both have this much.
const FAR_APART: u32 = 300;
/// Below [`FRAMELESS`], texts of fewer words than this are too short to be versions of each other, unless all of at least
/// [`SHORT_SPECIFICS`] figures and names agree, and they share at least this.
const SHORT_WORDS: u32 = 50;
const SHORT_SPECIFICS: u32 = 15;
const SHORT_ALIKE: Share = Share(250_000);
/// From so many seconds on, a version comes late: reports that are made daily come a day apart. 22 hours.
const LATE: u64 = 22 * 3600;
/// Of late versions no more than one figure or name in so many words differs, ...
const LATE_WORDS: u32 = 100;
/// ... unless they are alike by this much.
const LATE_ALIKE: Share = Share(950_000);
/// Late versions of fewer than [`LATE_WORDS`] words are alike by this much, or stand whole in the other.
const LATE_SHORT: Share = Share(900_000);
const LATE_WHOLE: Share = Share(950_000);
/// What is cut from a longer text, and disagrees in nothing, stands there by this much.
const LATE_CUT: Share = Share(850_000);
/// From so many seconds on only versions that are alike by half, or stand in the other, are copies. A week.
const VERY_LATE: u64 = 7 * 24 * 3600;

/// What was decided of two texts.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Decision {
    /// They share too little.
    Unlike,
    /// They share enough, and are no copies all the same.
    Refused(Refusal),
    /// They are similar.
    Similar(PairKind),
}

impl Decision {
    /// As what they are similar, if they are.
    pub(crate) fn similarity(self) -> Option<PairKind> {
        match self {
            Decision::Similar(similarity) => Some(similarity),
            _ => None,
        }
    }

    /// Why they are not, where they share enough.
    pub(crate) fn refusal(self) -> Option<Refusal> {
        match self {
            Decision::Refused(refusal) => Some(refusal),
            _ => None,
        }
    }
}

/// The rules of some settings.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Rules<'c>(pub(crate) &'c Config);

impl Rules<'_> {
    /// Whether an estimate from `hashes` values lies no more than five standard errors below what passes, of texts of so
    /// many shingles.
    pub(crate) fn may_pass(self, estimate: f64, hashes: f64, sizes: (u32, u32)) -> bool {
        let sizes = (f64::from(sizes.0), f64::from(sizes.1));
        let (small, large) = (sizes.0.min(sizes.1), sizes.0.max(sizes.1));
        let contained = self.0.excerpt_threshold.share();
        let least = self
            .0
            .copy_threshold
            .share()
            .min(contained * small / (small + large - contained * small));
        estimate >= least - 5.0 * (least * (1.0 - least) / hashes).sqrt()
    }

    /// Whether the settings let articles of these sources be copies.
    pub(crate) fn allows_sources<S: PartialEq>(self, x: Option<S>, y: Option<S>) -> bool {
        match self.0.within {
            None => true,
            Some(Within::Source) => x == y,
            Some(Within::AcrossSources) => x.is_none() || x != y,
        }
    }

    /// Whether the settings let articles of these times be copies.
    pub(crate) fn allows_times(self, x: Option<Timestamp>, y: Option<Timestamp>) -> bool {
        match (x, y, self.0.copy_window) {
            (Some(x), Some(y), Some(window)) => x.0.abs_diff(y.0) <= window,
            _ => true,
        }
    }

    /// What is decided of two texts that share so much; `own` is what they share once templates do not count, and `least`
    /// the tokens of the shorter one.
    pub(crate) fn decide(
        self,
        least: u32,
        overlap: Overlap,
        own: Overlap,
        evidence: Evidence,
    ) -> Decision {
        let (own, evidence) = (|| Ok::<_, Infallible>(own), || Ok(evidence));
        let Ok(decision) = self.try_decide(least, overlap, own, evidence);
        decision
    }

    /// The same, where it is costly to know what templates take and what the texts disagree on, and may fail.
    pub(crate) fn try_decide<E>(
        self,
        least: u32,
        overlap: Overlap,
        own: impl FnOnce() -> Result<Overlap, E>,
        evidence: impl FnOnce() -> Result<Evidence, E>,
    ) -> Result<Decision, E> {
        let copy = self.0.copy_threshold.millionths();
        let is_same = overlap.jaccard() == Share(1_000_000);
        if is_same || least < EXACT_TOKENS {
            return Ok(if is_same {
                Decision::Similar(PairKind::Near)
            } else {
                Decision::Unlike
            });
        }
        if overlap.jaccard() < copy && !self.contains(least, overlap) {
            return Ok(Decision::Unlike);
        }
        let mut own_overlap = overlap;
        if overlap.jaccard() < copy.max(FRAMELESS) {
            own_overlap = own()?;
            if own_overlap.jaccard() < copy && !self.contains(least, own_overlap) {
                return Ok(Decision::Refused(Refusal::Template));
            }
        }
        let similarity = if own_overlap.jaccard() >= copy {
            PairKind::Near
        } else {
            PairKind::Excerpt
        };
        let evidence = evidence()?;
        if similarity == PairKind::Excerpt && !speaks_for_containment(own_overlap, evidence) {
            return Ok(Decision::Unlike);
        }
        Ok(match refusal(similarity, overlap, evidence) {
            Some(refusal) => Decision::Refused(refusal),
            None => Decision::Similar(similarity),
        })
    }

    /// Whether the larger of two texts holds enough of the smaller.
    fn contains(self, least: u32, overlap: Overlap) -> bool {
        least >= EXCERPT_TOKENS && overlap.containment() >= self.0.excerpt_threshold.millionths()
    }
}

/// Whether what is held of the smaller text is so much, or its figures and names agree so well, that it is cut from the larger.
fn speaks_for_containment(overlap: Overlap, evidence: Evidence) -> bool {
    let specifics = evidence.specifics();
    overlap.containment() >= SURELY_CONTAINED
        || evidence.words >= CONTAINED_TOKENS
            && specifics.aligned >= CONTAINED_SPECIFICS
            && !specifics.differs_by(CONTAINED_DIFFER)
}

/// Whether two texts are too short for what they share to say that they are versions: they agree in too little that is specific.
fn is_too_short(jaccard: Share, evidence: Evidence) -> bool {
    let specifics = evidence.specifics();
    let agree_in_all =
        specifics.differ == 0 && specifics.aligned >= SHORT_SPECIFICS && jaccard >= SHORT_ALIKE;
    evidence.words < SHORT_WORDS && jaccard < FRAMELESS && !agree_in_all
}

/// Numbers, or numbers and names, differ at places that are alike.
fn unlike(agreement: Agreement) -> Refusal {
    Refusal::Numbers {
        differ: agreement.differ,
        of: agreement.aligned,
    }
}

/// What speaks against two texts that share enough.
fn refusal(similarity: PairKind, overlap: Overlap, evidence: Evidence) -> Option<Refusal> {
    let Evidence { numbers, names, .. } = evidence;
    let (jaccard, containment) = (overlap.jaccard(), overlap.containment());
    let own = u32::from(evidence.own.0.min(evidence.own.1));
    let share_little = jaccard < APART_BELOW && containment < CONTAINED_APART;
    if own >= FAR_APART || own >= APART && share_little {
        return Some(Refusal::Apart { percent: own / 10 });
    }
    if evidence.is_subject_another {
        return Some(Refusal::Subject);
    }
    let most = if containment >= VERSION {
        NUMBERS_OF_VERSIONS
    } else {
        NUMBERS
    };
    if numbers.differs_by(most) && !is_update(jaccard, share_little, evidence) {
        return Some(unlike(numbers));
    }
    let Agreement { differ, aligned } = names;
    let named = Refusal::Names {
        differ,
        of: aligned,
    };
    let at_places = evidence.places > 1 || evidence.words < SHORT_WORDS || share_little;
    if at_places && differ >= 2 && names.differs_by(NAMES) {
        return Some(named);
    }
    let specifics = evidence.specifics();
    let most = if share_little {
        SPECIFICS_OF_FEW
    } else {
        SPECIFICS
    };
    let one_in_few = specifics.differ * UPDATED_WORDS >= evidence.words;
    if at_places && specifics.differs_by(most) && one_in_few {
        return Some(unlike(specifics));
    }
    let many_agree = specifics.aligned * AGREEING_WORDS >= evidence.words;
    let is_misread = many_agree && !specifics.differs_by(UPDATED_SPECIFICS);
    let is_filled = 1000 * evidence.slots >= SLOTS_OF_WORDS * evidence.words;
    if evidence.slots >= SLOTS && is_filled && !is_misread {
        return Some(Refusal::Slots {
            differ: evidence.slots,
            tokens: evidence.words,
        });
    }
    if similarity == PairKind::Near && is_too_short(jaccard, evidence) {
        return Some(Refusal::Short);
    }
    is_too_late(overlap, evidence).map(|seconds| Refusal::Late {
        hours: seconds / 3600,
    })
}

/// Whether the figures that differ are so few that the one text may be an update of the other: at one place, a time stamp among
/// them, or a few of many.
fn is_update(jaccard: Share, share_little: bool, evidence: Evidence) -> bool {
    let specifics = evidence.specifics();
    let one_in = |words: u32| specifics.differ * words <= evidence.words;
    let is_late = evidence.seconds.is_some_and(|seconds| seconds >= LATE);
    let is_one_place = evidence.places <= 1 && evidence.words >= SHORT_WORDS;
    if is_one_place && !share_little && !is_late {
        return true;
    }
    if evidence.numbers.differ > UPDATED || !one_in(UPDATED_WORDS) {
        return false;
    }
    if is_late {
        return !specifics.differs_by(UPDATED_LATE);
    }
    !specifics.differs_by(UPDATED_SPECIFICS) || one_in(UPDATED_RARELY) && jaccard >= UPDATED_VERSION
}

/// A text with more than this share of a longer one is an earlier version of it rather than a cut.
pub(crate) const CUT: Share = Share(600_000);

/// Whether the one text is so much shorter than the other that it may be cut from it.
fn is_cut(overlap: Overlap) -> bool {
    let (a, b) = overlap.sizes;
    Share::ratio(a.min(b), a.max(b)) <= CUT
}

/// How many seconds apart two texts were published, where that is too many for what differs.
fn is_too_late(overlap: Overlap, evidence: Evidence) -> Option<u64> {
    let (jaccard, containment) = (overlap.jaccard(), overlap.containment());
    let seconds = evidence.seconds.filter(|&seconds| seconds >= LATE)?;
    let differ = evidence.specifics().differ;
    let changed = jaccard < LATE_ALIKE && differ > (evidence.words / LATE_WORDS).max(1);
    let is_cut = is_cut(overlap) && differ == 0 && containment >= LATE_CUT;
    let is_whole = is_cut || containment >= LATE_WHOLE;
    let short = evidence.words < LATE_WORDS && jaccard < LATE_SHORT && !is_whole;
    let far = seconds >= VERY_LATE && jaccard < APART_BELOW && containment < SURELY_CONTAINED;
    (changed || short || far).then_some(seconds)
}

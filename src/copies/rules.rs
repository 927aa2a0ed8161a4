//! Rules: what decides a pair of texts, whoever holds what is known of them.

use std::convert::Infallible;

use super::verify::Similarity;
use crate::article::Timestamp;
use crate::config::{Config, Within};
use crate::fingerprint::{Millionths, Overlap};

/// Below this Jaccard similarity shared templates do not count.
pub(crate) const FRAMELESS: Millionths = Millionths(700_000);
/// A text of fewer tokens than this is a copy only of the same text.
pub(crate) const EXACT_TOKENS: u32 = 20;
/// A text of fewer tokens than this is nobody's excerpt.
pub(crate) const EXCERPT_TOKENS: u32 = 32;

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

    /// As what two texts pass that share so much; `own` is what they share once templates do not count, and `least` the
    /// tokens of the shorter one.
    pub(crate) fn decide(self, least: u32, overlap: Overlap, own: Overlap) -> Option<Similarity> {
        let Ok(similarity) = self.try_decide(least, overlap, || Ok::<_, Infallible>(own));
        similarity
    }

    /// The same, where it is costly to know what templates take, and may fail.
    pub(crate) fn try_decide<E>(
        self,
        least: u32,
        overlap: Overlap,
        own: impl FnOnce() -> Result<Overlap, E>,
    ) -> Result<Option<Similarity>, E> {
        let copy = self.0.copy_threshold.millionths();
        let excerpt = self.0.excerpt_threshold.millionths();
        if least < EXACT_TOKENS {
            let is_same = overlap.jaccard() == Millionths(1_000_000);
            return Ok(is_same.then_some(Similarity::Near));
        }
        if overlap.jaccard() >= copy.max(FRAMELESS) {
            return Ok(Some(Similarity::Near));
        }
        let contained =
            |overlap: Overlap| least >= EXCERPT_TOKENS && overlap.containment() >= excerpt;
        if overlap.jaccard() < copy && !contained(overlap) {
            return Ok(None);
        }
        let own = own()?;
        Ok(if own.jaccard() >= copy {
            Some(Similarity::Near)
        } else {
            contained(own).then_some(Similarity::Excerpt)
        })
    }
}

//! A share that was measured on a sample, and where the true one lies.

use serde::Serialize;

/// A share, and the interval that holds the true one in 95 of 100 samples.
#[derive(Clone, Copy, Debug, Default, PartialEq, Serialize)]
pub(crate) struct Interval {
    /// The share in the sample; 0 where it has nothing to be a share of.
    pub(crate) share: f64,
    /// The least that the true share may be.
    pub(crate) low: f64,
    /// The most.
    pub(crate) high: f64,
}

/// What was found of one text's pairs.
#[derive(Clone, Copy, Debug)]
pub(super) struct Counted {
    pub(super) found: u64,
    pub(super) all: u64,
}

/// Of a normal distribution, 95% lies so many standard deviations around its mean.
const Z: f64 = 1.959_964;

impl Interval {
    /// What is known of a share of nothing.
    pub(super) fn unknown() -> Interval {
        Interval {
            share: 0.0,
            low: 0.0,
            high: 1.0,
        }
    }

    /// The share of pairs that were found, texts being drawn at random, each with all its pairs.
    ///
    /// Pairs of one text are found or missed together, so that they tell less than as many pairs drawn one by one. How much
    /// less is the design effect: the variance of the ratio of both sums over texts, by linearisation (Cochran, *Sampling
    /// Techniques*, 3rd ed. 1977, section 6.3), over that of a binomial share; where all or none are found, that of equal
    /// texts with as many pairs (Kish, *Survey Sampling*, 1965). The interval is Wilson's (*Probable Inference, the Law of
    /// Succession, and Statistical Inference*, JASA 22, 1927) for as many pairs as that leaves (Korn, Graubard: *Confidence
    /// Intervals for Proportions with Small Expected Number of Positive Counts Estimated from Survey Data*, 1998).
    pub(super) fn of(texts: &[Counted]) -> Interval {
        let texts: Vec<(f64, f64)> = texts
            .iter()
            .filter(|text| text.all > 0)
            .map(|text| (text.found as f64, text.all as f64))
            .collect();
        let sum = |of: &dyn Fn(&(f64, f64)) -> f64| texts.iter().map(of).sum::<f64>();
        let (found, all) = (sum(&|text| text.0), sum(&|text| text.1));
        if all == 0.0 {
            return Interval::unknown();
        }
        let (share, n) = (found / all, texts.len() as f64);
        let kish = sum(&|text| text.1 * text.1) / all;
        let binomial = share * (1.0 - share) / all;
        let effect = if binomial > 0.0 && n > 1.0 {
            let squares = sum(&|text| (text.0 - share * text.1).powi(2));
            n / (n - 1.0) * squares / (all * all) / binomial
        } else {
            kish
        };
        wilson(share, all / effect.max(1.0))
    }
}

fn wilson(share: f64, n: f64) -> Interval {
    let square = Z * Z / n;
    let middle = (share + square / 2.0) / (1.0 + square);
    let half = Z / (1.0 + square) * (share * (1.0 - share) / n + square / (4.0 * n)).sqrt();
    Interval {
        share,
        low: (middle - half).max(0.0).min(share),
        high: (middle + half).min(1.0).max(share),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::kernel::mix;

    #[test]
    fn the_interval_is_wilsons_where_every_text_has_one_pair() {
        let one = |found| Counted { found, all: 1 };
        let texts: Vec<Counted> = (0..100).map(|at| one(u64::from(at < 81))).collect();
        let found = Interval::of(&texts);
        // As tables have it: 81 of 100 give 0.7222 to 0.8749.
        assert!((found.low - 0.7222).abs() < 5e-4, "{found:?}");
        assert!((found.high - 0.8749).abs() < 5e-4, "{found:?}");
    }

    #[test]
    fn pairs_that_are_missed_together_tell_less() {
        let one = |at: u64, all| Counted {
            found: if at.is_multiple_of(10) { 0 } else { all },
            all,
        };
        let apart: Vec<Counted> = (0..300).map(|at| one(at, 1)).collect();
        let together: Vec<Counted> = (0..30).map(|at| one(at, 10)).collect();
        let (apart, together) = (Interval::of(&apart), Interval::of(&together));
        assert!(together.high - together.low > 2.0 * (apart.high - apart.low));
    }

    #[test]
    fn the_interval_holds_the_truth_in_nineteen_samples_of_twenty() {
        // Texts with 1 to 8 pairs; one in twelve texts has half of its pairs missed.
        let text = |seed: u64| {
            let all = 1 + mix(seed) % 8;
            let is_missed = mix(seed ^ 77).is_multiple_of(12);
            let found = if is_missed { all / 2 } else { all };
            Counted { found, all }
        };
        let whole: Vec<Counted> = (0..20_000).map(text).collect();
        let sum = |of: fn(&Counted) -> u64| whole.iter().map(of).sum::<u64>() as f64;
        let truth = sum(|text| text.found) / sum(|text| text.all);
        let holds = |sample: u64| {
            let drawn = (0..200).map(|at| whole[mix(sample << 32 | at) as usize % whole.len()]);
            let found = Interval::of(&drawn.collect::<Vec<_>>());
            found.low <= truth && truth <= found.high
        };
        let held = (1..=400).filter(|&sample| holds(sample)).count();
        assert!(held >= 368, "{held} of 400");
    }
}

//! Fading: how much less likely two articles tell one story the further apart they were published, and the fewer their words are.
//!
//! Most reports of an event come within a day of each other, the last ones after a week. That is news, not this dump; but dates
//! may be coarse, equal or made up. So the dump is asked how far its dates inform: where articles that are alike stand no closer in
//! time than any two, nothing fades. A title says less than a text: what two of them share counts for less, and time for more.

use serde::{Deserialize, Serialize};

const SPANS: usize = 10;
/// Where the spans end that gaps are counted in, as shares of the window.
const EDGES: [f64; SPANS] = [
    0.125 / 7.0,
    0.25 / 7.0,
    0.5 / 7.0,
    1.0 / 7.0,
    2.0 / 7.0,
    3.0 / 7.0,
    4.0 / 7.0,
    5.0 / 7.0,
    6.0 / 7.0,
    1.0,
];
/// Before any pair was counted, so many are believed to have been, in these shares.
const BELIEF: f64 = 20.0;
const BELIEVED: [f64; SPANS] = [0.28, 0.10, 0.12, 0.17, 0.14, 0.07, 0.05, 0.03, 0.02, 0.02];

/// What factors are held in: a factor of one.
pub(super) const WHOLE: u64 = 1 << 16;
/// No factor is greater.
pub(super) const MOST: f64 = 2.2;
/// The factor of titles by hours between them, in hundredths; between those it goes straight.
const BY_HOURS: [(u64, u64); 10] = [
    (3, 250),
    (9, 162),
    (18, 110),
    (36, 72),
    (72, 40),
    (120, 25),
    (168, 20),
    (216, 17),
    (264, 15),
    (312, 2),
];
/// The factor of what has no time.
const UNDATED: u64 = WHOLE * 4 / 5;
/// A title has so many features that count, and a text of some length so many more: it fades by the root of a title's factor.
const TITLE: u64 = 48;
const LONGER: u64 = 80;
/// Articles of so many features score as much as they are alike, others by the root of how many they have to these.
const USUAL: u64 = 80;

/// How many pairs lie how far apart in time.
#[derive(Clone, Debug, Default, Serialize, Deserialize)]
pub(super) struct Gaps {
    spans: [u64; SPANS],
    total: u64,
}

impl Gaps {
    /// Counts a pair.
    pub(super) fn add(&mut self, seconds: u64, window: u64) {
        let share = seconds as f64 / window as f64;
        self.total += 1;
        if let Some(span) = EDGES.iter().position(|&edge| share <= edge) {
            self.spans[span] += 1;
        }
    }

    /// Adds the pairs of another part.
    #[cfg(feature = "staged")]
    pub(super) fn merge(&mut self, other: &Gaps) {
        self.total += other.total;
        for (own, other) in self.spans.iter_mut().zip(other.spans) {
            *own += other;
        }
    }

    /// The gaps of all pairs of these times, which ascend, within the window: how long a time a dump spans says nothing of
    /// any two of its articles.
    pub(super) fn of_all(times: &[i64], window: u64) -> Gaps {
        let mut gaps = Gaps::default();
        let mut before = 0;
        for (span, edge) in gaps.spans.iter_mut().zip(EDGES) {
            let reach = (edge * window as f64) as u64;
            let (mut from, mut within) = (0, 0);
            for (at, &time) in times.iter().enumerate() {
                while time.abs_diff(times[from]) > reach {
                    from += 1;
                }
                within += (at - from) as u64;
            }
            *span = within - before;
            before = within;
        }
        gaps.total = before;
        gaps
    }
}

/// A factor for every gap.
#[derive(Clone, Debug, Default, Serialize, Deserialize)]
pub(super) struct Fading {
    /// How far times inform, in units of [`WHOLE`].
    informed: u64,
    window: u64,
}

impl Fading {
    /// Learns from the gaps of all pairs and of those that are alike.
    ///
    /// With p and q the shares of both in a span, p/q is how much likelier a gap makes a story. That of the longest gaps is the
    /// share of pairs that are alike by chance: where most would be, times inform of nothing.
    pub(super) fn learn(all: &Gaps, similar: &Gaps, window: u64) -> Fading {
        let by_chance = ratios(all, similar)[SPANS - 1].min(1.0);
        let informed = ((1.0 - by_chance - 0.1) / 0.4).clamp(0.0, 1.0);
        Fading {
            informed: (informed * WHOLE as f64).round() as u64,
            window,
        }
    }

    /// Whether articles so many seconds apart may tell one story.
    pub(super) fn reaches(&self, gap: u64) -> bool {
        gap <= self.window
    }

    /// The factor for two articles so many seconds apart, which have so many features, in units of [`WHOLE`]: 0 beyond the window.
    pub(super) fn factor(&self, gap: Option<u64>, features: (usize, usize)) -> u64 {
        // The root of their product, in parts of 256.
        let features = ((features.0 as u64 * features.1 as u64) << 16).isqrt();
        let by_time = match gap {
            None => UNDATED,
            Some(gap) if !self.reaches(gap) => 0,
            Some(gap) => WHOLE - self.informed + self.informed * by_gap(gap, features) / WHOLE,
        };
        let by_length = (features * (WHOLE * WHOLE / 256 / USUAL)).isqrt();
        by_time * by_length / WHOLE
    }
}

/// The factor of a gap in seconds, where times inform, for so many features in parts of 256.
fn by_gap(gap: u64, features: u64) -> u64 {
    let of_titles = of_titles(gap) as i64;
    let of_texts = (of_titles as u64 * WHOLE).isqrt() as i64;
    let (whole, longer) = (WHOLE as i64, (LONGER * 256) as i64);
    let share = (features as i64 - (TITLE * 256) as i64) * whole / longer;
    let share = share.clamp(-whole / 2, whole);
    (of_titles + (of_texts - of_titles) * share / whole).max(0) as u64
}

/// The factor of a gap in seconds between titles.
fn of_titles(gap: u64) -> u64 {
    let held = |hundredths: u64| hundredths * WHOLE / 100;
    let next = BY_HOURS.partition_point(|knot| knot.0 * 3600 < gap);
    let Some(&(to, end)) = BY_HOURS.get(next) else {
        return held(BY_HOURS[BY_HOURS.len() - 1].1);
    };
    let (from, start) = BY_HOURS[next.saturating_sub(1)];
    if to == from {
        return held(end);
    }
    // Factors never rise.
    let (from, to) = (from * 3600, to * 3600);
    held(start) - (held(start) - held(end)) * (gap - from) / (to - from)
}

/// For each span how much likelier it is between pairs alike than between any, never rising.
fn ratios(all: &Gaps, similar: &Gaps) -> Vec<f64> {
    let n = similar.total as f64 + BELIEF;
    let mut blocks: Vec<(f64, f64, usize)> = Vec::new();
    let counts = similar.spans.iter().zip(all.spans).zip(BELIEVED);
    for ((&similar, of_all), believed) in counts {
        let p = (similar as f64 + BELIEF * believed) / n;
        let q = of_all as f64 / all.total.max(1) as f64;
        blocks.push((p, q, 1));
        // A longer gap is never likelier: spans that say so are pooled (Ayer et al. 1955).
        while let [.., before, last] = blocks[..]
            && before.0 * last.1 <= last.0 * before.1
        {
            blocks.truncate(blocks.len() - 2);
            blocks.push((before.0 + last.0, before.1 + last.1, before.2 + last.2));
        }
    }
    let ratio = |&(p, q, spans): &(f64, f64, usize)| {
        std::iter::repeat_n(if q > 0.0 { p / q } else { 1.0 }, spans)
    };
    blocks.iter().flat_map(ratio).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    const DAY: u64 = 86_400;
    const WEEK: u64 = 7 * DAY;

    fn gaps(seconds: impl Iterator<Item = u64>) -> Gaps {
        let mut gaps = Gaps::default();
        seconds.for_each(|gap| gaps.add(gap, WEEK));
        gaps
    }

    /// One article an hour for two months.
    fn hourly() -> Gaps {
        let times: Vec<i64> = (0..1440).map(|hour| hour * 3600).collect();
        Gaps::of_all(&times, WEEK)
    }

    const TITLES: (usize, usize) = (48, 48);
    const TEXTS: (usize, usize) = (128, 128);

    fn hourly_news() -> Fading {
        let similar = gaps((0..500).map(|pair| pair % 12 * 3600));
        Fading::learn(&hourly(), &similar, WEEK)
    }

    #[test]
    fn what_is_alike_within_hours_fades_within_days() {
        let fading = hourly_news();
        let factor = |gap| fading.factor(Some(gap), TITLES);
        assert!(factor(3600) > 3 * WHOLE / 2);
        assert!(factor(5 * DAY) < WHOLE / 4);
        for features in [(3, 9), TITLES, TEXTS] {
            let factor = |gap: &u64| std::cmp::Reverse(fading.factor(Some(*gap), features));
            assert!(
                (0..WEEK)
                    .step_by(1000)
                    .collect::<Vec<u64>>()
                    .is_sorted_by_key(factor)
            );
            assert_eq!(fading.factor(Some(WEEK + 1), features), 0);
            assert!(fading.factor(Some(0), features) as f64 <= MOST * WHOLE as f64);
        }
    }

    #[test]
    fn time_says_more_of_titles_than_of_texts() {
        let fading = hourly_news();
        let share = |features| {
            fading.factor(Some(5 * DAY), features) * 100 / fading.factor(Some(0), features)
        };
        assert!(2 * share(TITLES) < share(TEXTS));
    }

    #[test]
    fn where_time_tells_nothing_nothing_fades() {
        // Within the window, gaps are as they are between any two articles.
        let hours = (0..168_u64)
            .flat_map(|hour| std::iter::repeat_n(hour * 3600, (1440 - hour as usize) / 10));
        let similar = gaps(hours);
        let fading = Fading::learn(&hourly(), &similar, WEEK);
        let features = (80, 80);
        for gap in [0, DAY, 3 * DAY, 6 * DAY] {
            let factor = fading.factor(Some(gap), features) as f64 / WHOLE as f64;
            assert!((0.8..1.3).contains(&factor), "{gap}: {factor}");
        }
        assert_eq!(fading.factor(Some(WEEK + 1), features), 0);
        assert!(fading.factor(None, features) > WHOLE / 2);
    }

    #[test]
    fn gaps_of_all_pairs_are_those_of_each_pair() {
        let mut times: Vec<i64> = (0..200).map(|n| n * n * 7919 % (20 * DAY as i64)).collect();
        times.sort_unstable();
        let mut each = Gaps::default();
        for (at, a) in times.iter().enumerate() {
            times[..at]
                .iter()
                .for_each(|b| each.add(a.abs_diff(*b), WEEK));
        }
        let all = Gaps::of_all(&times, WEEK);
        assert_eq!(all.spans, each.spans);
        assert_eq!(all.total, each.spans.iter().sum::<u64>());
    }
}

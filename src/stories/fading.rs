//! Fading: how much less likely two articles tell one story the further apart they were published.
//!
//! It is learned from the dump. Where articles that are alike stand closer in time than any two articles do, time tells
//! stories apart, and it fades as they do. Where dates are coarse, equal or made up, gaps of similar articles are like
//! those of any, and nothing fades.

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
/// Nothing grows by more than this for being close in time.
pub(super) const MOST: f64 = 2.5;

/// How many pairs lie how far apart in time.
#[derive(Clone, Debug, Default)]
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
    /// Gaps in seconds, and the factor of each in units of [`WHOLE`]; between them it goes straight.
    knots: Vec<(u64, u64)>,
    window: u64,
}

impl Fading {
    /// Learns from the gaps of all pairs and of those that are alike.
    ///
    /// With p and q the shares of both in a span, p/q is how much likelier a gap makes a story: `1 + excess` where all of a
    /// story's articles are close, less the tail's p/q, which is that of pairs alike by chance. A factor is
    /// `0.75·√excess`, as far as the gaps are informed at all: where most pairs alike would be by chance, it is one.
    pub(super) fn learn(all: &Gaps, similar: &Gaps, window: u64) -> Fading {
        let (ratios, within) = ratios(all, similar);
        let tail = ratios[SPANS - 1];
        let by_chance = (tail * within).min(1.0);
        let informed = ((1.0 - by_chance - 0.1) / 0.4).clamp(0.0, 1.0);
        let mut start = 0.0;
        let mut knots: Vec<(u64, u64)> = vec![(0, 0)];
        for (ratio, edge) in ratios.into_iter().zip(EDGES) {
            let told = (ratio - tail).max(0.0).sqrt().min(MOST);
            let factor = 1.0 - informed + informed * told;
            let middle = (start + edge) / 2.0 * window as f64;
            knots.push((middle as u64, (factor * WHOLE as f64).round() as u64));
            start = edge;
        }
        knots[0].1 = knots[1].1;
        Fading { knots, window }
    }

    /// The factor for a gap, in units of [`WHOLE`]: 0 beyond the window.
    pub(super) fn factor(&self, seconds: u64) -> u64 {
        if seconds > self.window {
            return 0;
        }
        let next = self.knots.partition_point(|knot| knot.0 < seconds);
        let Some(&(to, end)) = self.knots.get(next) else {
            return self.knots[next - 1].1;
        };
        let (from, start) = self.knots[next.saturating_sub(1)];
        if to == from {
            return end;
        }
        // Factors never rise.
        start - (start - end) * (seconds - from) / (to - from)
    }
}

/// For each span how much likelier it is between pairs alike than between any, never rising; and the share of all pairs
/// that the window holds.
fn ratios(all: &Gaps, similar: &Gaps) -> (Vec<f64>, f64) {
    let n = similar.total as f64 + BELIEF;
    let mut blocks: Vec<(f64, f64, usize)> = Vec::new();
    let mut within = 0.0;
    let counts = similar.spans.iter().zip(all.spans).zip(BELIEVED);
    for ((&similar, of_all), believed) in counts {
        let p = (similar as f64 + BELIEF * believed) / n;
        let q = of_all as f64 / all.total.max(1) as f64;
        within += q;
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
    (blocks.iter().flat_map(ratio).collect(), within)
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

    #[test]
    fn what_is_alike_within_hours_fades_within_days() {
        let similar = gaps((0..500).map(|pair| pair % 12 * 3600));
        let fading = Fading::learn(&hourly(), &similar, WEEK);
        assert!(fading.factor(3600) > 2 * WHOLE);
        assert!(fading.factor(5 * DAY) < WHOLE / 4);
        assert!(
            (0..WEEK)
                .step_by(1000)
                .is_sorted_by_key(|gap| std::cmp::Reverse(fading.factor(gap)))
        );
    }

    #[test]
    fn where_time_tells_nothing_nothing_fades() {
        // Within the window, gaps are as they are between any two articles.
        let hours = (0..168_u64)
            .flat_map(|hour| std::iter::repeat_n(hour * 3600, (1440 - hour as usize) / 10));
        let similar = gaps(hours);
        let fading = Fading::learn(&hourly(), &similar, WEEK);
        for gap in [0, DAY, 3 * DAY, 6 * DAY] {
            let factor = fading.factor(gap) as f64 / WHOLE as f64;
            assert!((0.8..1.3).contains(&factor), "{gap}: {factor}");
        }
        assert_eq!(fading.factor(WEEK + 1), 0);
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
        assert_eq!((all.spans, all.total), (each.spans, each.total));
    }
}

//! Plausible times: which of the dates that a dump gives say when something was published.
//!
//! Systems write a date where they have none: the beginning of their count, the year 1, the moment of the crawl or of the
//! build. A date that is none stands as a wall between an article and its copies and its story, so it is an absent one. What is
//! known of it is what the rest of the dump says: all that decides is an exact count.

use std::collections::{BTreeMap, BTreeSet};

use serde::{Deserialize, Serialize};

const HOUR: i64 = 3600;
const DAY: i64 = 24 * HOUR;
/// The year 1600, before any newspaper, and the year 2100.
const POSSIBLE: std::ops::Range<i64> = -11_676_096_000..4_102_444_800;
/// The year 1990, before the web.
const WEB: i64 = 631_152_000;
/// The beginning of 1970 by any clock: the moment that systems count from.
const EPOCH: std::ops::RangeInclusive<i64> = -12 * HOUR..=14 * HOUR;
/// Where one in so many dates or more is older than the web, the dump is an archive.
const ARCHIVE: usize = 4;
/// A moment is suspect that one in so many dated articles has, and at least so many.
const SHARE: usize = 20;
const FEWEST: usize = 20;
/// What stands out has more than so many times the articles of what is beside it.
const OUT: usize = 10;
/// Days before and behind one that are beside it.
const BESIDE: i64 = 7;

/// Which times are times of publication.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub(crate) struct Plausible {
    /// Moments that stand for none, ascending.
    moments: Vec<i64>,
    /// Days before the web that stand for none, counted from 1970, ascending.
    days: Vec<i64>,
}

impl Plausible {
    /// Learns from the times of all articles that have one.
    pub(crate) fn learn(times: impl Iterator<Item = i64> + Clone) -> Plausible {
        let mut plausible = Plausible::default();
        let possible = times.filter(|time| POSSIBLE.contains(time));
        let dated = possible.clone().count();
        plausible.days = strange_days(possible.clone(), dated);
        let rest = possible.filter(|&time| plausible.is_day(time));
        let (total, suspects) = suspects(rest.clone());
        let stands_out = |&moment: &i64| stands_out(moment, total, rest.clone());
        plausible.moments = suspects.into_iter().filter(stands_out).collect();
        plausible
    }

    /// Whether a time says when something was published.
    pub(crate) fn holds(&self, time: i64) -> bool {
        POSSIBLE.contains(&time) && self.is_day(time) && self.moments.binary_search(&time).is_err()
    }

    fn is_day(&self, time: i64) -> bool {
        time >= WEB || self.days.binary_search(&day(time)).is_err()
    }
}

fn day(time: i64) -> i64 {
    time.div_euclid(DAY)
}

/// The days before the web that are no days of publication, of so many dates: the first of 1970, unless the week around it has
/// articles too; and where few dates are so old, each that is the only one of its year.
fn strange_days(times: impl Iterator<Item = i64> + Clone, dated: usize) -> Vec<i64> {
    let old = times.filter(|&time| time < WEB);
    let is_epoch = |time: &i64| EPOCH.contains(time) && time % 900 == 0;
    let epoch = old.clone().filter(is_epoch).count();
    let beside = old.clone().filter(|time| !is_epoch(time));
    let beside = beside.filter(|&time| day(time).abs() <= BESIDE).count();
    let mut strange = Vec::new();
    if epoch > OUT * beside {
        strange.extend([day(*EPOCH.start()), 0]);
    }
    let others = old.filter(|&time| !strange.contains(&day(time)));
    if others.clone().count() * ARCHIVE > dated {
        return strange;
    }
    let days: BTreeSet<i64> = others.map(day).collect();
    let days: Vec<i64> = days.into_iter().collect();
    let is_near = |a: i64, b: i64| a.abs_diff(b) <= 365;
    for (at, &day) in days.iter().enumerate() {
        let before = at.checked_sub(1).map(|before| days[before]);
        let beside = [before, days.get(at + 1).copied()];
        if !beside
            .into_iter()
            .flatten()
            .any(|other| is_near(day, other))
        {
            strange.push(day);
        }
    }
    strange.sort_unstable();
    strange
}

/// How many times there are, and the moments that a large share of them is, ascending.
fn suspects(times: impl Iterator<Item = i64> + Clone) -> (usize, Vec<i64>) {
    // What more than one in so many is stays among as many counters, whatever the order (Misra and Gries 1982).
    const COUNTERS: usize = 2 * SHARE;
    let mut counters: BTreeMap<i64, usize> = BTreeMap::new();
    let mut total = 0;
    for time in times.clone() {
        total += 1;
        if let Some(count) = counters.get_mut(&time) {
            *count += 1;
        } else if counters.len() < COUNTERS {
            counters.insert(time, 1);
        } else {
            counters.retain(|_, count| {
                *count -= 1;
                *count > 0
            });
        }
    }
    counters.values_mut().for_each(|count| *count = 0);
    for time in times {
        if let Some(count) = counters.get_mut(&time) {
            *count += 1;
        }
    }
    let enough = |count: usize| count >= FEWEST && count * SHARE >= total;
    counters.retain(|_, count| enough(*count));
    (total, counters.into_keys().collect())
}

/// Whether a moment stands out from what is beside it: the same time of other days, and where it is on the quarter of an hour,
/// as days without a time are by any clock, the days around it.
fn stands_out(moment: i64, total: usize, times: impl Iterator<Item = i64>) -> bool {
    let (mut own, mut around) = (0, [0; 2 * BESIDE as usize + 1]);
    let mut same_clock: BTreeMap<i64, usize> = BTreeMap::new();
    for time in times {
        if time == moment {
            own += 1;
            continue;
        }
        if (time - moment) % DAY == 0 {
            *same_clock.entry(day(time)).or_default() += 1;
        }
        let away = day(time) - day(moment);
        if away != 0 && away.abs() <= BESIDE {
            around[(away + BESIDE) as usize] += 1;
        }
    }
    let most = |counts: &mut dyn Iterator<Item = usize>| counts.max().unwrap_or(0);
    let is_alone = own > OUT * most(&mut same_clock.into_values());
    let may_be_a_day = moment % 900 == 0;
    // A dump of one day has that day for most of its articles.
    let is_strange_day = own * 2 <= total && own > OUT * most(&mut around.into_iter());
    is_alone && (!may_be_a_day || is_strange_day)
}

#[cfg(test)]
mod tests {
    use super::*;

    const NOON: i64 = 1_600_000_000 - 1_600_000_000 % DAY + 12 * HOUR;

    fn learn(times: &[i64]) -> Plausible {
        Plausible::learn(times.iter().copied())
    }

    /// One article each 50 minutes.
    fn news(articles: i64) -> Vec<i64> {
        (0..articles).map(|n| NOON + n * 3011).collect()
    }

    #[test]
    fn what_systems_write_for_no_date_is_none() {
        let year_1 = -62_135_596_800;
        let mut times = news(50);
        times.extend([0, 0, year_1, -5 * HOUR, 253_402_300_799, -2_208_988_800]);
        let plausible = learn(&times);
        for none in [0, year_1, -5 * HOUR, 253_402_300_799, -2_208_988_800] {
            assert!(!plausible.holds(none), "{none}");
        }
        assert!(news(50).into_iter().all(|time| plausible.holds(time)));
        assert!(!learn(&[0]).holds(0));
    }

    #[test]
    fn archives_keep_their_dates() {
        let daily: Vec<i64> = (-400..400).map(|day| day * DAY).collect();
        let plausible = learn(&daily);
        assert!(daily.iter().all(|&time| plausible.holds(time)));
        let centuries: Vec<i64> = (0..40).map(|n| -3_000_000_000 + n * 90_000_000).collect();
        let plausible = learn(&centuries);
        assert!(centuries.iter().all(|&time| plausible.holds(time)));
        let mut mixed = news(1000);
        mixed.extend((0..20).map(|week| 300_000_000 + week * 7 * DAY));
        let plausible = learn(&mixed);
        assert!(mixed.iter().all(|&time| plausible.holds(time)));
    }

    #[test]
    fn the_moment_of_a_crawl_is_no_date() {
        let crawl = NOON + 90 * DAY + 4_327;
        let mut times = news(200);
        times.extend([crawl; 30]);
        let plausible = learn(&times);
        assert!(!plausible.holds(crawl));
        assert!(news(200).into_iter().all(|time| plausible.holds(time)));
        // Of fewer it may be one agency's report in many papers.
        let mut times = news(200);
        times.extend([crawl; 19]);
        assert!(learn(&times).holds(crawl));
    }

    #[test]
    fn days_without_a_time_are_dates() {
        let midnight = NOON - 14 * HOUR;
        for days in [1, 2, 5, 60] {
            let times: Vec<i64> = (0..600).map(|n| midnight + n % days * DAY).collect();
            let plausible = learn(&times);
            assert!(times.iter().all(|&time| plausible.holds(time)), "{days}");
        }
        let built = midnight + 100 * DAY;
        let mut times: Vec<i64> = (0..600).map(|n| midnight + n % 60 * DAY).collect();
        times.extend([built; 300]);
        assert!(!learn(&times).holds(built));
    }

    #[test]
    fn what_goes_out_at_one_time_each_day_is_dated() {
        let times: Vec<i64> = (0..400).map(|n| NOON + n % 8 * DAY + 61).collect();
        let plausible = learn(&times);
        assert!(times.iter().all(|&time| plausible.holds(time)));
    }
}

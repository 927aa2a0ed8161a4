//! Bars over time: hours, days, weeks, months or years, whatever gives a chart that can be read.

use jiff::civil::Date;
use jiff::tz::TimeZone;

use super::figures::Bar;
use crate::corpus::Timestamp;

/// More bars than this are drawn in the next larger unit.
const MOST_BARS: i64 = 60;

/// Of a thousand dates, so many at each end may be mistakes, and do not stretch the chart.
const STRAYS: usize = 5;

const HOUR: i64 = 3_600;
const DAY: i64 = 24 * HOUR;
/// 1970 began on a Thursday: weeks begin on Mondays.
const WEEK_BEGINS: i64 = 4 * DAY;

/// What a bar stands for.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(super) enum Unit {
    #[default]
    Hour,
    Day,
    Week,
    Month,
    Year,
}

/// A stretch of time in bars.
#[derive(Clone, Copy, Debug, Default)]
pub(super) struct Calendar {
    pub(super) unit: Unit,
    /// The number of the first bar, and how many there are.
    first: i64,
    bars: usize,
    /// How many moments stand outside.
    pub(super) outside: usize,
}

impl Unit {
    const ALL: [Unit; 5] = [Unit::Hour, Unit::Day, Unit::Week, Unit::Month, Unit::Year];

    pub(super) fn name(self) -> &'static str {
        match self {
            Unit::Hour => "hour",
            Unit::Day => "day",
            Unit::Week => "week",
            Unit::Month => "month",
            Unit::Year => "year",
        }
    }

    /// The number of the bar that a moment is in.
    fn bar(self, moment: Timestamp) -> i64 {
        let date = || date(moment.0);
        match self {
            Unit::Hour => moment.0.div_euclid(HOUR),
            Unit::Day => moment.0.div_euclid(DAY),
            Unit::Week => (moment.0.saturating_sub(WEEK_BEGINS)).div_euclid(7 * DAY),
            Unit::Month => i64::from(date().year()) * 12 + i64::from(date().month()) - 1,
            Unit::Year => i64::from(date().year()),
        }
    }

    fn label(self, bar: i64) -> String {
        match self {
            Unit::Hour => {
                let hour = bar.rem_euclid(24);
                format!("{} {hour:02}:00", date(bar.saturating_mul(HOUR)))
            }
            Unit::Day => date(bar.saturating_mul(DAY)).to_string(),
            Unit::Week => date(bar.saturating_mul(7 * DAY) + WEEK_BEGINS).to_string(),
            Unit::Month => format!("{}-{:02}", bar.div_euclid(12), bar.rem_euclid(12) + 1),
            Unit::Year => bar.to_string(),
        }
    }
}

impl Calendar {
    /// The calendar of these dates.
    pub(super) fn of(mut dates: Vec<Timestamp>) -> Calendar {
        dates.sort_unstable();
        let strays = dates.len() * STRAYS / 1_000;
        let inner = &dates[strays..dates.len() - strays];
        let (Some(&first), Some(&last)) = (inner.first(), inner.last()) else {
            return Calendar::default();
        };
        let bars = |unit: Unit| unit.bar(last) - unit.bar(first) + 1;
        let fits = |unit: &Unit| bars(*unit) <= MOST_BARS;
        let unit = Unit::ALL.into_iter().find(fits).unwrap_or(Unit::Year);
        let mut calendar = Calendar {
            unit,
            first: unit.bar(first),
            bars: bars(unit).clamp(1, 10 * MOST_BARS) as usize,
            outside: 0,
        };
        let outside = dates.iter().filter(|&&date| calendar.place(date).is_none());
        calendar.outside = outside.count();
        calendar
    }

    fn place(&self, moment: Timestamp) -> Option<usize> {
        let bar = self.unit.bar(moment).checked_sub(self.first)?;
        usize::try_from(bar).ok().filter(|&bar| bar < self.bars)
    }

    /// How many of some moments are in each bar.
    pub(super) fn bars(&self, moments: impl Iterator<Item = Timestamp>) -> Vec<Bar> {
        let mut counts = vec![0; self.bars];
        for bar in moments.filter_map(|moment| self.place(moment)) {
            counts[bar] += 1;
        }
        let bars = counts.into_iter().zip(self.first..);
        let bars = bars.map(|(count, bar)| (self.unit.label(bar), vec![count]));
        bars.collect()
    }
}

/// The day of a moment; the first or the last there is where it is out of all calendars.
fn date(seconds: i64) -> Date {
    let (least, most) = (jiff::Timestamp::MIN, jiff::Timestamp::MAX);
    let seconds = seconds.clamp(least.as_second(), most.as_second());
    let moment = jiff::Timestamp::from_second(seconds).unwrap_or(most);
    moment.to_zoned(TimeZone::UTC).date()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn times(texts: &[&str]) -> Vec<Timestamp> {
        let time = |text: &&str| crate::corpus::parse_date(text).unwrap();
        texts.iter().map(time).collect()
    }

    #[test]
    fn the_unit_follows_from_the_stretch() {
        let unit = |from, to| Calendar::of(times(&[from, to])).unit;
        assert_eq!(
            unit("2024-03-01T10:00:00Z", "2024-03-02T10:00:00Z"),
            Unit::Hour
        );
        assert_eq!(unit("2024-03-01", "2024-04-01"), Unit::Day);
        assert_eq!(unit("2024-03-01", "2024-09-01"), Unit::Week);
        assert_eq!(unit("2021-03-01", "2024-04-01"), Unit::Month);
        assert_eq!(unit("1990-03-01", "2024-04-01"), Unit::Year);
    }

    #[test]
    fn a_bar_is_named_by_its_first_day() {
        let times = times(&["2024-03-06T10:00:00Z", "2024-08-07T09:00:00Z"]);
        let bars = Calendar::of(times.clone()).bars(times.into_iter());
        assert_eq!(bars[0], ("2024-03-04".to_owned(), vec![1]));
        assert_eq!(bars.len(), 23);
        assert_eq!(bars[22].1, [1]);
    }

    #[test]
    fn a_few_wrong_dates_do_not_stretch_the_calendar() {
        let mut times = vec![Timestamp(0), Timestamp(i64::MAX), Timestamp(i64::MIN)];
        times.extend((0..1_000).map(|hour| Timestamp(1_710_000_000 + hour * 100)));
        let calendar = Calendar::of(times);
        assert_eq!((calendar.unit, calendar.outside), (Unit::Hour, 3));
    }
}

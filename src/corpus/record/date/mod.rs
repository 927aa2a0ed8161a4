//! Dates as dumps have them: what a page shows, what a database stores, what an agency sends, in the languages that are told
//! apart.
//!
//! A date is read into whole seconds. A time without a zone is UTC. What could be two different days (`02/01/2025`) is no date
//! by itself: what else the dump says settles it (`order.rs`), or it is absent.

mod calendars;
mod names;
mod order;
mod past;
mod scan;
mod words;
mod written;
mod zones;

use std::borrow::Cow;
use std::fmt;

use jiff::civil;

use crate::corpus::Timestamp;
pub(crate) use order::{Evidence, Settled, Unsettled};
use scan::Scan;

/// Reads a date in any of the forms dumps have, or `None` where it is not one.
///
/// RFC 3339 and its looser relatives, RFC 2822, Unix seconds, milli-, micro- and nanoseconds, `26-FEB-1987 15:01:01.79`,
/// `13:58 JST, February 1, 2025`, `12 de marzo de 2021`, `20250201T135800Z`, `2025年2月1日 13時58分`, `令和3年1月5日`.
///
/// ```
/// use samestory::corpus::parse_date;
/// let moment = parse_date("13:58 JST, February 1, 2025").unwrap();
/// assert_eq!(moment.to_string(), "2025-02-01T04:58:00Z");
/// ```
pub fn parse(text: &str) -> Option<Timestamp> {
    match read(text) {
        Some(Read::Moment(moment)) => Some(moment),
        _ => None,
    }
}

/// What is written as a date.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Read {
    Moment(Timestamp),
    /// One of two moments.
    Either(Unsettled),
    /// So many seconds before it was written.
    Ago(i64),
}

/// Reads what is written as a date.
pub(crate) fn read(text: &str) -> Option<Read> {
    read_noting(text, &mut Evidence::default())
}

/// The same, taking in what the date says about others.
pub(crate) fn read_noting(text: &str, evidence: &mut Evidence) -> Option<Read> {
    let text = text.trim();
    // No date is longer; a text that came to stand in the date field must not cost a scan.
    if text.len() > LONGEST {
        return None;
    }
    if let Some(moment) = iso(text.as_bytes()).or_else(|| digits_only(text)) {
        return Some(Read::Moment(moment));
    }
    let text = written::unwrapped(text);
    if let Some(moment) = iso(text.as_bytes()).or_else(|| digits_only(&text)) {
        return Some(Read::Moment(moment));
    }
    let (text, calendar) = calendars::western(&text);
    let scanned = Scan::of(&text).and_then(|scan| {
        scan.note(evidence);
        scan.resolve(calendar)
    });
    scanned.or_else(|| past::seconds(&text).map(Read::Ago))
}

/// How many bytes a date has at most.
const LONGEST: usize = 128;

impl fmt::Display for Timestamp {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match jiff::Timestamp::from_second(self.0) {
            Ok(moment) => write!(f, "{moment:.0}"),
            Err(_) => write!(f, "{}", self.0),
        }
    }
}

/// The common case without a scan: `2021-07-01T08:01:00`, a space for the `T`, a fraction, `Z` or an offset after it.
fn iso(text: &[u8]) -> Option<Timestamp> {
    let (head, rest) = text.split_at_checked(19)?;
    let separators = [(4, b'-'), (7, b'-'), (13, b':'), (16, b':')];
    if separators.iter().any(|&(at, mark)| head[at] != mark)
        || !matches!(head[10], b'T' | b't' | b' ')
    {
        return None;
    }
    let number = |range: std::ops::Range<usize>| {
        head[range].iter().try_fold(0i64, |sum, byte| {
            byte.is_ascii_digit()
                .then(|| sum * 10 + i64::from(byte - b'0'))
        })
    };
    let date = (number(0..4)?, number(5..7)?, number(8..10)?);
    let time = (number(11..13)?, number(14..16)?, number(17..19)?);
    let fraction = match rest {
        [b'.' | b',', digits @ ..] => {
            1 + digits
                .iter()
                .take_while(|byte| byte.is_ascii_digit())
                .count()
        }
        _ => 0,
    };
    let offset = match &rest[fraction..] {
        [] | [b'Z' | b'z'] => 0,
        [sign @ (b'+' | b'-'), a, b, b':', c, d] | [sign @ (b'+' | b'-'), a, b, c, d] => {
            if ![a, b, c, d].iter().all(|byte| byte.is_ascii_digit()) {
                return None;
            }
            let digit = |byte: &u8| i64::from(byte - b'0');
            let minutes = (digit(a) * 10 + digit(b)) * 60 + digit(c) * 10 + digit(d);
            if *sign == b'-' { -minutes } else { minutes }
        }
        _ => return None,
    };
    moment(date, time, offset)
}

/// A number alone: a compact date, or a count since 1970.
fn digits_only(text: &str) -> Option<Timestamp> {
    let (whole, fraction) = text.split_once('.').unwrap_or((text, ""));
    let plain = |part: &str| part.bytes().all(|byte| byte.is_ascii_digit());
    if whole.is_empty() || whole.len() > 19 || !plain(whole) || !plain(fraction) {
        return None;
    }
    let number: i64 = whole.parse().ok()?;
    match (whole.len(), fraction) {
        (8, "") => compact_date(number).and_then(|date| moment(date, (0, 0, 0), 0)),
        (14, "") if (1900..2200).contains(&(number / 10_000_000_000)) => {
            let date = compact_date(number / 1_000_000)?;
            moment(date, compact_time(number % 1_000_000), 0)
        }
        _ => since_epoch(number),
    }
}

/// Seconds, milli-, micro- or nanoseconds since 1970: the one that gives a day between 1973 and 2100.
fn since_epoch(number: i64) -> Option<Timestamp> {
    const PLAUSIBLE: std::ops::Range<i64> = 100_000_000..4_102_444_800;
    [1, 1_000, 1_000_000, 1_000_000_000]
        .into_iter()
        .map(|scale| number / scale)
        .find(|seconds| PLAUSIBLE.contains(seconds))
        .map(Timestamp)
}

fn compact_date(number: i64) -> Option<(i64, i64, i64)> {
    let date = (number / 10_000, number / 100 % 100, number % 100);
    (1000..3000).contains(&date.0).then_some(date)
}

fn compact_time(number: i64) -> (i64, i64, i64) {
    (number / 10_000, number / 100 % 100, number % 100)
}

/// The moment at a date and time of a zone that many minutes ahead of UTC.
fn moment(date: (i64, i64, i64), time: (i64, i64, i64), offset_minutes: i64) -> Option<Timestamp> {
    let day = civil::Date::new(
        date.0.try_into().ok()?,
        date.1.try_into().ok()?,
        date.2.try_into().ok()?,
    )
    .ok()?;
    let (hour, minute, second) = time;
    // 24:00 is the end of the day; a leap second is the second before it.
    let in_range = (0..24).contains(&hour) || time == (24, 0, 0);
    if !in_range
        || !(0..60).contains(&minute)
        || !(0..=60).contains(&second)
        || offset_minutes.abs() > 24 * 60
    {
        return None;
    }
    let midnight = jiff::tz::Offset::UTC
        .to_timestamp(day.at(0, 0, 0, 0))
        .ok()?
        .as_second();
    let seconds = hour * 3600 + minute * 60 + second.min(59) - offset_minutes * 60;
    let total = midnight + seconds;
    jiff::Timestamp::from_second(total)
        .ok()
        .map(|_| Timestamp(total))
}

fn leading_digits(text: &str) -> usize {
    text.bytes().take_while(u8::is_ascii_digit).count()
}

/// A year of two digits, as RFC 2822 has it.
fn century(year: i64) -> i64 {
    if year < 50 { 2000 + year } else { 1900 + year }
}

/// A text as words in dates are compared.
fn plain(text: &str) -> Cow<'_, str> {
    use unicode_normalization::UnicodeNormalization;
    use unicode_normalization::char::is_combining_mark;
    if text.is_ascii() {
        let is_plain = !text.bytes().any(|byte| byte.is_ascii_uppercase());
        return match is_plain {
            true => Cow::Borrowed(text),
            false => Cow::Owned(text.to_ascii_lowercase()),
        };
    }
    let letters = text.nfkd().flat_map(char::to_lowercase);
    // In scripts of South Asia marks are letters.
    Cow::Owned(
        letters
            .filter(|&mark| !is_combining_mark(mark) || mark > '\u{900}')
            .map(|mark| if mark == 'ς' { 'σ' } else { mark })
            .collect(),
    )
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::parse;
    use crate::corpus::Timestamp;

    fn read(text: &str) -> String {
        parse(text).map_or_else(|| "none".to_owned(), |moment| moment.to_string())
    }

    #[test]
    fn dates_are_read_in_the_forms_dumps_have() {
        for (text, expected) in [
            ("2025-02-01T13:58:00+09:00", "2025-02-01T04:58:00Z"),
            ("2025-02-01T13:58:00.123456Z", "2025-02-01T13:58:00Z"),
            ("2021-07-01 08:01:00", "2021-07-01T08:01:00Z"),
            ("2021-07-01 08:01:00.25 +0200", "2021-07-01T06:01:00Z"),
            ("2021-07-01 08:01:00 UTC", "2021-07-01T08:01:00Z"),
            ("2021-07-01T08:01", "2021-07-01T08:01:00Z"),
            ("2021-07-01T08:01Z", "2021-07-01T08:01:00Z"),
            ("2021-07-01T08:01-05:00", "2021-07-01T13:01:00Z"),
            ("2021-07-01", "2021-07-01T00:00:00Z"),
            ("2021/07/01 8:01", "2021-07-01T08:01:00Z"),
            ("Sat, 01 Feb 2025 13:58:00 +0900", "2025-02-01T04:58:00Z"),
            ("Sat, 1 Feb 2025 13:58:00 GMT", "2025-02-01T13:58:00Z"),
            (
                "Sat Feb 01 2025 13:58:00 GMT+0900 (Japan Standard Time)",
                "2025-02-01T04:58:00Z",
            ),
            ("Sat Feb  1 13:58:00 2025", "2025-02-01T13:58:00Z"),
            ("1738385880", "2025-02-01T04:58:00Z"),
            ("1738385880.5", "2025-02-01T04:58:00Z"),
            ("1738385880000", "2025-02-01T04:58:00Z"),
            ("1738385880000000", "2025-02-01T04:58:00Z"),
            ("26-FEB-1987 15:01:01.79", "1987-02-26T15:01:01Z"),
            ("26-FEB-87", "1987-02-26T00:00:00Z"),
            ("27-MAR-1987 14:02:56.54V RM", "1987-03-27T14:02:56Z"),
            ("13:58 JST, February 1, 2025", "2025-02-01T04:58:00Z"),
            ("6:26 JST, February 22, 2025", "2025-02-21T21:26:00Z"),
            ("February 1, 2025", "2025-02-01T00:00:00Z"),
            ("1 February 2025", "2025-02-01T00:00:00Z"),
            ("Sept. 1st, 2025", "2025-09-01T00:00:00Z"),
            ("Feb 1, 2025 1:58 PM EST", "2025-02-01T18:58:00Z"),
            ("Feb. 1, 2025 at 12:05 a.m. ET", "2025-02-01T05:05:00Z"),
            ("20250201T135800Z", "2025-02-01T13:58:00Z"),
            ("20250201T1358", "2025-02-01T13:58:00Z"),
            ("20250201135800", "2025-02-01T13:58:00Z"),
            ("20250201", "2025-02-01T00:00:00Z"),
            ("31/01/2025", "2025-01-31T00:00:00Z"),
            ("01/31/2025 10:00", "2025-01-31T10:00:00Z"),
            ("1.2.2025", "2025-02-01T00:00:00Z"),
            ("2025年2月1日 13時58分", "2025-02-01T13:58:00Z"),
            ("2025年2月1日", "2025-02-01T00:00:00Z"),
            ("2016-12-31T23:59:60Z", "2016-12-31T23:59:59Z"),
            ("2016-12-31T24:00:00Z", "2017-01-01T00:00:00Z"),
            ("12. März 2021", "2021-03-12T00:00:00Z"),
            ("12. März 2021, 14.30 Uhr", "2021-03-12T14:30:00Z"),
            (
                "Freitag, 12. März 2021 um 12:30 Uhr",
                "2021-03-12T12:30:00Z",
            ),
            ("5 janvier 2021 à 14h30", "2021-01-05T14:30:00Z"),
            ("1er février 2021", "2021-02-01T00:00:00Z"),
            ("12 de marzo de 2021 12:30", "2021-03-12T12:30:00Z"),
            ("mar 5 ene 2021", "2021-01-05T00:00:00Z"),
            ("5 января 2021 г., 14:30", "2021-01-05T14:30:00Z"),
            ("5 stycznia 2021", "2021-01-05T00:00:00Z"),
            ("5 Ιανουαρίου 2021", "2021-01-05T00:00:00Z"),
            ("٥ يناير ٢٠٢١", "2021-01-05T00:00:00Z"),
            ("5 जनवरी 2021", "2021-01-05T00:00:00Z"),
            ("5 มกราคม 2564", "2021-01-05T00:00:00Z"),
            ("ngày 5 tháng 1 năm 2021", "2021-01-05T00:00:00Z"),
            ("2021년 1월 5일", "2021-01-05T00:00:00Z"),
            ("2021년 1월 5일 오후 2시 30분", "2021-01-05T14:30:00Z"),
            ("2021年1月5日下午2:30", "2021-01-05T14:30:00Z"),
            ("令和3年1月5日", "2021-01-05T00:00:00Z"),
            ("平成元年1月8日", "1989-01-08T00:00:00Z"),
            ("民國110年1月5日", "2021-01-05T00:00:00Z"),
            ("۱۶ دی ۱۳۹۹", "2021-01-05T00:00:00Z"),
            ("۱۳۹۹/۱۰/۱۶", "2021-01-05T00:00:00Z"),
            ("['2021-01-05']", "2021-01-05T00:00:00Z"),
            (
                "Timestamp('2021-01-05 14:30:00+0000', tz='UTC')",
                "2021-01-05T14:30:00Z",
            ),
            (
                "datetime.datetime(2021, 1, 5, 14, 30)",
                "2021-01-05T14:30:00Z",
            ),
            ("datetime.date(2021, 1, 5)", "2021-01-05T00:00:00Z"),
            ("ISODate(\"2021-01-05T14:30:00Z\")", "2021-01-05T14:30:00Z"),
            (
                "{\"$date\": {\"$numberLong\": \"1609857000000\"}}",
                "2021-01-05T14:30:00Z",
            ),
            ("{'$date': '2021-01-05T14:30:00Z'}", "2021-01-05T14:30:00Z"),
            ("/Date(1609857000000+0100)/", "2021-01-05T14:30:00Z"),
            ("2021-01-05T14:30:00[Europe/Berlin]", "2021-01-05T13:30:00Z"),
            (
                "2021-07-05T14:30:00+02:00[Europe/Berlin]",
                "2021-07-05T12:30:00Z",
            ),
            ("2021-07-05 14:30 America/New_York", "2021-07-05T18:30:00Z"),
        ] {
            assert_eq!(read(text), expected, "{text}");
        }
    }

    #[test]
    fn what_is_no_one_day_is_no_date() {
        for text in [
            "",
            "yesterday",
            "02/01/2025",
            "2025-02-30",
            "2025-13-01",
            "13:58",
            "42",
            "2025",
            "February 2025",
            "2025-02-01T25:00:00Z",
            "may contain 3 nuts, 2025",
            "１月",
            "12345678901234567890",
            "2021-01-05T14:30:00[Atlantis/Capital]",
            "5 listopada 2021",
            "3 hours ago",
            "2021-01",
            "-1",
        ] {
            assert_eq!(read(text), "none", "{text}");
        }
    }

    #[test]
    fn what_lies_so_far_back_is_told_in_every_language() {
        for (text, seconds) in [
            ("3 hours ago", 10_800),
            ("an hour ago", 3_600),
            ("5 mins. ago", 300),
            ("vor 3 Stunden", 10_800),
            ("il y a 2 jours", 172_800),
            ("hace 3 horas", 10_800),
            ("3 часа назад", 10_800),
            ("3時間前", 10_800),
            ("3小时前", 10_800),
            ("3시간 전", 10_800),
            ("قبل ساعتين", 7_200),
        ] {
            assert_eq!(super::read(text), Some(super::Read::Ago(seconds)), "{text}");
        }
    }

    proptest! {
        #[test]
        fn no_text_makes_dates_panic(text in ".{0,60}") {
            parse(&text);
        }

        #[test]
        fn no_mixture_of_date_parts_makes_dates_panic(
            parts in proptest::collection::vec(prop_oneof![
                "[0-9]{1,5}", "[-+:/., T()−時分h]", Just("Feb".to_owned()), Just("JST".to_owned()), Just("pm".to_owned()),
                Just("a.m".to_owned()), Just("\u{5e74}".to_owned()),
            ], 0..14),
        ) {
            parse(&parts.concat());
        }

        #[test]
        fn a_moment_reads_back_as_it_was_written(seconds in -62_000_000_000i64..250_000_000_000) {
            prop_assert_eq!(parse(&Timestamp(seconds).to_string()), Some(Timestamp(seconds)));
        }

        #[test]
        fn any_moment_can_be_written(seconds in any::<i64>()) {
            prop_assert!(!Timestamp(seconds).to_string().is_empty());
        }
    }
}

//! Dates as dumps have them: what a page shows, what a database stores, what an agency sends.
//!
//! A date is read into whole seconds. A time without a zone is UTC. What could be two different days (`02/01/2025`)
//! is no date.

use std::fmt;

use jiff::civil;

use super::Timestamp;

/// Reads a date in any of the forms dumps have, or `None` where it is not one.
///
/// RFC 3339 and its looser relatives, RFC 2822, Unix seconds, milli-, micro- and nanoseconds, `26-FEB-1987 15:01:01.79`,
/// `13:58 JST, February 1, 2025`, `1 February 2025`, `20250201T135800Z`, `2025年2月1日 13時58分`.
///
/// ```
/// use samestory::article::parse_date;
/// let moment = parse_date("13:58 JST, February 1, 2025").unwrap();
/// assert_eq!(moment.to_string(), "2025-02-01T04:58:00Z");
/// ```
pub fn parse(text: &str) -> Option<Timestamp> {
    let text = text.trim();
    // No date is longer; a text that came to stand in the date field must not cost a scan.
    if text.len() > 128 {
        return None;
    }
    iso(text.as_bytes())
        .or_else(|| digits_only(text))
        .or_else(|| Scan::of(text)?.resolve())
}

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

/// What stands in a date written for people, collected word by word in whatever order it comes.
#[derive(Default)]
struct Scan {
    /// Numbers that are neither the time nor the zone, with how many digits they had and what stood before them.
    numbers: Vec<(i64, usize, char)>,
    month: Option<i64>,
    /// Whether a number stood before the month's name.
    month_after_number: bool,
    time: Option<(i64, i64, i64)>,
    afternoon: Option<bool>,
    offset: Option<i64>,
}

impl Scan {
    fn of(text: &str) -> Option<Scan> {
        let mut scan = Scan::default();
        let mut rest = text;
        let mut before = ' ';
        while !rest.is_empty() {
            let Some(length) = scan.part(rest, before) else {
                // What follows a whole date and time, an agency's marks for one, takes nothing from it.
                return (scan.time.is_some() && scan.date().is_some()).then_some(scan);
            };
            before = rest[..length].chars().next_back()?;
            rest = &rest[length..];
        }
        Some(scan)
    }

    /// Takes in what stands at the head of the rest, and says how long it is; `None` for what has no place in a date.
    fn part(&mut self, rest: &str, before: char) -> Option<usize> {
        let first = rest.chars().next()?;
        match first {
            '0'..='9' => self.number(rest, before),
            '+' | '-' | '−' if self.time.is_some() && self.offset_follows(rest) => {
                self.signed_offset(rest)
            }
            // "(Japan Standard Time)" and "[Asia/Tokyo]" say again what the offset said.
            '(' | '[' => rest.find([')', ']']).map(|end| end + 1),
            'A'..='Z' | 'a'..='z' => self.word(rest),
            '年' | '月' | '日' | '時' | '时' | '点' | '分' | '秒' | '년' | '월' | '일' => {
                Some(first.len_utf8())
            }
            _ if first.is_alphabetic() => None,
            _ => Some(first.len_utf8()),
        }
    }

    /// A number: the time where a colon follows, else kept for [`Scan::resolve`].
    fn number(&mut self, rest: &str, before: char) -> Option<usize> {
        let digits = leading_digits(rest);
        if digits > 8 {
            return None;
        }
        let value: i64 = rest[..digits].parse().ok()?;
        let after = &rest[digits..];
        let is_hour = after.starts_with([':', '時', '时', '点'])
            || (after.starts_with('h') && leading_digits(&after[1..]) == 2);
        if is_hour && digits <= 2 && self.time.is_none() {
            return self.clock(rest);
        }
        if matches!(before, 'T' | 't')
            && matches!(digits, 4 | 6)
            && self.time.is_none()
            && !self.numbers.is_empty()
        {
            self.time = Some(compact_time(if digits == 4 { value * 100 } else { value }));
            return Some(digits);
        }
        if self.numbers.len() == 3 {
            return None;
        }
        self.numbers.push((value, digits, before));
        Some(digits)
    }

    /// `13:58`, `13:58:01.79`, `13時58分`.
    fn clock(&mut self, rest: &str) -> Option<usize> {
        let mut parts = [0; 3];
        let mut at = 0;
        for (index, part) in parts.iter_mut().enumerate() {
            let digits = leading_digits(&rest[at..]);
            if !(1..=2).contains(&digits) {
                // "13時" is a whole time; "13:" is not.
                return if index == 1 && !rest[..at].ends_with(':') {
                    self.set_time(parts, at)
                } else {
                    None
                };
            }
            *part = rest[at..at + digits].parse().ok()?;
            at += digits;
            match rest[at..].chars().next() {
                Some(mark @ (':' | '時' | '时' | '点' | 'h')) if index == 0 => {
                    at += mark.len_utf8()
                }
                Some(mark @ (':' | '分'))
                    if index == 1 && leading_digits(&rest[at + mark.len_utf8()..]) > 0 =>
                {
                    at += mark.len_utf8();
                }
                Some('.' | ',') if index == 2 && leading_digits(&rest[at + 1..]) > 0 => {
                    at += 1 + leading_digits(&rest[at + 1..]);
                }
                _ => break,
            }
        }
        self.set_time(parts, at)
    }

    fn set_time(&mut self, parts: [i64; 3], length: usize) -> Option<usize> {
        self.time = Some((parts[0], parts[1], parts[2]));
        Some(length)
    }

    /// Whether a sign after the time is an offset and not the dash before a date.
    fn offset_follows(&self, rest: &str) -> bool {
        let after = rest.trim_start_matches(['+', '-', '−']);
        let digits = leading_digits(after);
        digits == 4
            || (digits <= 2 && digits > 0 && (self.numbers.len() == 3 || self.month.is_some()))
    }

    /// `+0900`, `+09:00`, `+9`.
    fn signed_offset(&mut self, rest: &str) -> Option<usize> {
        let sign_length = rest.chars().next()?.len_utf8();
        let negative = !rest.starts_with('+');
        let after = &rest[sign_length..];
        let digits = leading_digits(after);
        let value: i64 = after[..digits].parse().ok()?;
        let (minutes, length) = match after[digits..].strip_prefix(':') {
            Some(tail) if digits <= 2 && leading_digits(tail) == 2 => {
                (value * 60 + tail[..2].parse::<i64>().ok()?, digits + 3)
            }
            _ if digits <= 2 => (value * 60, digits),
            _ => (value / 100 * 60 + value % 100, digits),
        };
        self.offset = Some(self.offset.unwrap_or(0) + if negative { -minutes } else { minutes });
        Some(sign_length + length)
    }

    fn word(&mut self, rest: &str) -> Option<usize> {
        let length = rest.bytes().take_while(u8::is_ascii_alphabetic).count();
        let word = rest[..length].to_ascii_lowercase();
        if let Some(month) = month(&word) {
            if self.month.is_some() {
                return None;
            }
            self.month = Some(month);
            self.month_after_number = !self.numbers.is_empty();
        } else if let Some(offset) = zone(&word).filter(|_| self.time.is_some()) {
            self.offset = Some(offset);
        } else {
            match word.as_str() {
                "am" | "pm" => self.afternoon = Some(word == "pm"),
                "a" | "p" if rest[length..].starts_with(".m") => {
                    self.afternoon = Some(word == "p");
                    return Some(length + 2 + usize::from(rest[length + 2..].starts_with('.')));
                }
                _ if is_filler(&word) => {}
                _ => return None,
            }
        }
        Some(length)
    }

    fn resolve(self) -> Option<Timestamp> {
        let date = self.date()?;
        let (hour, minute, second) = self.time.unwrap_or_default();
        let hour = match self.afternoon {
            Some(afternoon) if (1..=12).contains(&hour) => {
                hour % 12 + if afternoon { 12 } else { 0 }
            }
            _ => hour,
        };
        moment(date, (hour, minute, second), self.offset.unwrap_or(0))
    }

    fn date(&self) -> Option<(i64, i64, i64)> {
        let numbers = &self.numbers[..];
        if let Some(month) = self.month {
            return match *numbers {
                [(year, 4, _), (day, 1..=2, _)] | [(day, 1..=2, _), (year, 4, _)] => {
                    Some((year, month, day))
                }
                [(day, 1..=2, _), (year, 2, _)] if self.month_after_number => {
                    Some((century(year), month, day))
                }
                _ => None,
            };
        }
        match *numbers {
            [(compact, 8, _)] => compact_date(compact),
            [(year, 4, _), (month, 1..=2, _), (day, 1..=2, _)] => Some((year, month, day)),
            [(day, 1..=2, _), (month, 1..=2, '.'), (year, 4, '.')] => Some((year, month, day)),
            [(a, 1..=2, _), (b, 1..=2, _), (year, 4, _)] if a > 12 || a == b => Some((year, b, a)),
            [(a, 1..=2, _), (b, 1..=2, _), (year, 4, _)] if b > 12 => Some((year, a, b)),
            _ => None,
        }
    }
}

fn leading_digits(text: &str) -> usize {
    text.bytes().take_while(u8::is_ascii_digit).count()
}

/// A year of two digits, as RFC 2822 has it.
fn century(year: i64) -> i64 {
    if year < 50 { 2000 + year } else { 1900 + year }
}

fn month(word: &str) -> Option<i64> {
    const MONTHS: [&str; 12] = [
        "january",
        "february",
        "march",
        "april",
        "may",
        "june",
        "july",
        "august",
        "september",
        "october",
        "november",
        "december",
    ];
    let found = MONTHS.iter().position(|month| {
        word == *month
            || (word.len() >= 3 && word == &month[..3])
            || (word == "sept" && *month == "september")
    })?;
    i64::try_from(found + 1).ok()
}

/// How many minutes ahead of UTC a zone is. Where an abbreviation has several meanings, the one news agencies use.
fn zone(word: &str) -> Option<i64> {
    Some(match word {
        "z" | "ut" | "utc" | "gmt" | "wet" => 0,
        "bst" | "cet" | "west" | "wat" => 60,
        "cest" | "eet" | "sast" | "cat" => 120,
        "eest" | "msk" | "eat" => 180,
        "gst" => 240,
        "pkt" => 300,
        "ist" => 330,
        "npt" => 345,
        "wib" | "ict" => 420,
        "sgt" | "hkt" | "pht" | "awst" | "myt" => 480,
        "jst" | "kst" => 540,
        "acst" => 570,
        "aest" => 600,
        "aedt" => 660,
        "nzst" => 720,
        "nzdt" => 780,
        "nst" => -210,
        "brt" | "art" | "adt" => -180,
        "edt" | "ast" => -240,
        "est" | "cdt" | "et" => -300,
        "cst" | "mdt" => -360,
        "mst" | "pdt" => -420,
        "pst" | "akdt" => -480,
        "akst" => -540,
        "hst" => -600,
        _ => return None,
    })
}

fn is_filler(word: &str) -> bool {
    const DAYS: [&str; 7] = [
        "monday",
        "tuesday",
        "wednesday",
        "thursday",
        "friday",
        "saturday",
        "sunday",
    ];
    const WORDS: [&str; 14] = [
        "t",
        "st",
        "nd",
        "rd",
        "th",
        "at",
        "on",
        "of",
        "the",
        "published",
        "updated",
        "posted",
        "tues",
        "thurs",
    ];
    WORDS.contains(&word) || DAYS.iter().any(|day| word == *day || word == &day[..3])
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::parse;
    use crate::article::Timestamp;

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
            "-1",
        ] {
            assert_eq!(read(text), "none", "{text}");
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

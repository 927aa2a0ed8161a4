//! A date written for people, collected word by word in whatever order it comes.

use super::calendars::{Calendar, common_year, from_persian};
use super::order::{Evidence, Unsettled};
use super::words::{self, Meaning};
use super::{Read, century, compact_date, compact_time, leading_digits, moment, plain, zones};
use crate::corpus::Timestamp;

/// What stands in a date.
#[derive(Default)]
pub(super) struct Scan<'t> {
    /// Numbers that are neither the time nor the zone, with how many digits they had and what stood before them.
    numbers: Vec<(i64, usize, char)>,
    month: Option<i64>,
    /// What else the month may be.
    other_month: Option<i64>,
    /// Whether the month may be a day.
    month_or_day: bool,
    /// The language by which the month is told apart, if it is.
    language: u8,
    /// Whether the next number is the month.
    month_follows: bool,
    /// Whether a number stood before the month's name.
    month_after_number: bool,
    time: Option<(i64, i64, i64)>,
    afternoon: Option<bool>,
    offset: Option<i64>,
    /// The name of the zone.
    zone: Option<&'t str>,
}

impl<'t> Scan<'t> {
    pub(super) fn of(text: &'t str) -> Option<Scan<'t>> {
        let mut scan = Scan::default();
        let mut rest = text;
        let mut before = ' ';
        let mut was_clock = false;
        while !rest.is_empty() {
            let had_time = scan.time.is_some();
            let Some(length) = scan.part(rest, before, was_clock) else {
                // What follows a whole date and time, an agency's marks for one, takes nothing from it.
                return (scan.time.is_some() && scan.date().is_some()).then_some(scan);
            };
            let part = &rest[..length];
            was_clock = (!had_time && scan.time.is_some()) || (was_clock && part.trim().is_empty());
            before = part.chars().next_back()?;
            rest = &rest[length..];
        }
        Some(scan)
    }

    /// Takes in what stands at the head of the rest, and says how long it is; `None` for what has no place in a date.
    fn part(&mut self, rest: &'t str, before: char, was_clock: bool) -> Option<usize> {
        let first = rest.chars().next()?;
        match first {
            '0'..='9' => self.number(rest, before),
            '+' | '-' | '−' if self.time.is_some() && self.offset_follows(rest) => {
                self.signed_offset(rest)
            }
            '(' | '[' => self.bracket(rest),
            '年' | '月' | '日' | '時' | '时' | '点' | '分' | '秒' | '년' | '월' | '일' | '시'
            | '분' | '초' => Some(first.len_utf8()),
            _ if first.is_alphabetic() => self.word(rest, was_clock),
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
        let is_dotted = digits <= 2
            && self.date().is_some()
            && after.strip_prefix('.').is_some_and(|minutes| {
                leading_digits(minutes) == 2 && !minutes[2..].starts_with(['.', '-', '/'])
            });
        let is_hour = after.starts_with([':', '時', '时', '点', '點', '시'])
            || (after.starts_with('h') && leading_digits(&after[1..]) == 2)
            || is_dotted;
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
        if std::mem::take(&mut self.month_follows) && digits <= 2 {
            return self.set_month(value, digits);
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
                return if index == 1 && !rest[..at].ends_with([':', '.']) {
                    self.set_time(parts, at)
                } else {
                    None
                };
            }
            *part = rest[at..at + digits].parse().ok()?;
            at += digits;
            match rest[at..].chars().next() {
                Some(mark @ (':' | '時' | '时' | '点' | '點' | 'h')) if index == 0 => {
                    at += mark.len_utf8()
                }
                Some('.') if index == 0 => at += 1,
                Some('시') if index == 0 => {
                    at += '시'.len_utf8();
                    at += rest[at..].len() - rest[at..].trim_start().len();
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

    /// "(Japan Standard Time)" and "[Asia/Tokyo]" say again what an offset said; without one, a zone must be known.
    fn bracket(&mut self, rest: &'t str) -> Option<usize> {
        let end = rest.find([')', ']'])?;
        let inside = rest[1..end].trim();
        if self.offset.is_none() && inside.contains('/') {
            self.zone = Some(inside);
        }
        Some(end + 1)
    }

    fn set_month(&mut self, month: i64, length: usize) -> Option<usize> {
        if self.month.is_some() && !self.month_or_day {
            return None;
        }
        self.month = Some(month);
        self.month_after_number = !self.numbers.is_empty();
        self.month_or_day = false;
        Some(length)
    }

    fn word(&mut self, rest: &'t str, was_clock: bool) -> Option<usize> {
        let is_letter = |mark: char| mark.is_alphabetic() || is_mark(mark);
        let length = rest.find(|mark| !is_letter(mark)).unwrap_or(rest.len());
        if let Some(length) = zone_name(rest, length) {
            self.zone = Some(&rest[..length]);
            return Some(length);
        }
        // Some months have two words, and some halves of the day are written with points.
        let next = rest[length..]
            .find(|mark: char| is_letter(mark))
            .map_or(rest.len(), |at| length + at);
        let between = &rest[length..next];
        if matches!(between, " " | "." | ". ") {
            let end = rest[next..]
                .find(|mark| !is_letter(mark))
                .map_or(rest.len(), |at| next + at);
            let both = format!("{} {}", plain(&rest[..length]), plain(&rest[next..end]));
            if let Some(meaning) = words::meaning(&both) {
                return self.take(meaning, end, rest, was_clock);
            }
        }
        let word = plain(&rest[..length]);
        if let Some(offset) = zones::minutes(&word).filter(|_| self.time.is_some()) {
            self.offset = Some(offset);
            return Some(length);
        }
        let meaning = words::meaning(&word).or_else(|| month_of_three(&word))?;
        self.take(meaning, length, rest, was_clock)
    }

    fn take(
        &mut self,
        meaning: Meaning,
        length: usize,
        rest: &str,
        was_clock: bool,
    ) -> Option<usize> {
        match meaning {
            Meaning::Month {
                number,
                or_day,
                language,
            } => {
                if self.month.is_some() && or_day && !self.month_or_day {
                    return Some(length);
                }
                self.set_month(number.into(), length)?;
                (self.month_or_day, self.language) = (or_day, language);
            }
            Meaning::TwoMonths([first, second]) => {
                self.set_month(first.into(), length)?;
                self.other_month = Some(second.into());
            }
            // Such words are others in other languages, unless they stand beside a time.
            Meaning::Half { is_afternoon } => {
                let after = rest[length..].trim_start_matches(['.', ' ', ',']);
                let digits = leading_digits(after);
                let is_before_clock = (1..=2).contains(&digits)
                    && after[digits..].starts_with([':', '時', '时', '点', '點', '시']);
                if was_clock || is_before_clock {
                    self.afternoon = Some(is_afternoon);
                }
            }
            Meaning::MonthFollows => self.month_follows = true,
            Meaning::Filler => {}
        }
        Some(length)
    }

    pub(super) fn resolve(self, calendar: Calendar) -> Option<Read> {
        let date = self.date()?;
        let either = match (self.other_month, self.numbers_of_two()) {
            (Some(month), _) => Some((date.0, month, date.2)),
            (None, Some(other)) => Some(other),
            (None, None) => None,
        };
        let first = self.moment(date, calendar)?;
        let Some(other) = either else {
            return Some(Read::Moment(first));
        };
        let moments = [first, self.moment(other, calendar)?];
        let small = |number: i64| u8::try_from(number).unwrap_or(0);
        Some(Read::Either(match self.other_month {
            Some(_) => Unsettled::of_months(moments),
            None => Unsettled::of_numbers(moments, [small(date.2), small(date.1)]),
        }))
    }

    fn moment(&self, date: (i64, i64, i64), calendar: Calendar) -> Option<Timestamp> {
        let date = match calendar {
            Calendar::Persian => from_persian(date)?,
            Calendar::Western => (common_year(date.0), date.1, date.2),
        };
        let (hour, minute, second) = self.time.unwrap_or_default();
        let hour = match self.afternoon {
            Some(afternoon) if (1..=12).contains(&hour) => {
                hour % 12 + if afternoon { 12 } else { 0 }
            }
            _ => hour,
        };
        let shown = moment(date, (hour, minute, second), self.offset.unwrap_or(0))?;
        let Some(zone) = self.zone.filter(|_| self.offset.is_none()) else {
            return Some(shown);
        };
        let shown = jiff::Timestamp::from_second(shown.0).ok()?;
        let shown = jiff::tz::Offset::UTC.to_datetime(shown);
        zones::moment(shown, zone).map(Timestamp)
    }

    /// What the date says about dates that could be two.
    pub(super) fn note(&self, evidence: &mut Evidence) {
        if self.language > 0 {
            evidence.note_language(self.language);
        }
        if let [(a, 1..=2, _), (b, 1..=2, mark), (_, 4, _)] = self.numbers[..]
            && self.month.is_none()
            && mark != '.'
            && (a > 12) != (b > 12)
        {
            evidence.note_numbers(a > 12);
        }
    }

    /// The other of two dates, where two numbers could be the month.
    fn numbers_of_two(&self) -> Option<(i64, i64, i64)> {
        match self.numbers[..] {
            [(a, 1..=2, _), (b, 1..=2, mark), (year, 4, _)]
                if self.month.is_none() && mark != '.' && a != b && a <= 12 && b <= 12 =>
            {
                Some((year, a, b))
            }
            _ => None,
        }
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
            [(a, 1..=2, _), (b, 1..=2, _), (year, 4, _)] if b > 12 => Some((year, a, b)),
            // The day comes first, or may come first.
            [(a, 1..=2, _), (b, 1..=2, _), (year, 4, _)] => Some((year, b, a)),
            _ => None,
        }
    }
}

/// What an English month of which only the beginning is written means, such as "febr".
fn month_of_three(word: &str) -> Option<Meaning> {
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
    let is_it = |month: &str| word.len() >= 3 && month.starts_with(word);
    let at = MONTHS.iter().position(|month| is_it(month))?;
    Some(Meaning::Month {
        number: u8::try_from(at + 1).ok()?,
        or_day: false,
        language: 0,
    })
}

/// A mark that belongs to the letter before it.
fn is_mark(mark: char) -> bool {
    unicode_normalization::char::is_combining_mark(mark)
        || matches!(mark, '׳' | '\u{200c}' | '\u{200d}' | '॰')
}

/// How long the name of a zone is that begins some text, such as `America/New_York`.
fn zone_name(rest: &str, word: usize) -> Option<usize> {
    let is_part = |mark: char| mark.is_ascii_alphabetic() || matches!(mark, '/' | '_' | '-' | '+');
    let behind = rest[word..].strip_prefix(['/', '_'])?;
    behind
        .starts_with(|mark: char| mark.is_ascii_alphabetic())
        .then_some(())?;
    let length = rest.find(|mark| !is_part(mark)).unwrap_or(rest.len());
    rest[..length].contains('/').then_some(length)
}

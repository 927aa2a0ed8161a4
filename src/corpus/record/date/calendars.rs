//! Other digits, other eras, other calendars.

use std::borrow::Cow;

/// The calendar that a date is written by.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Calendar {
    Western,
    /// The solar one of Iran and Afghanistan.
    Persian,
}

/// The zeros of the digits that news is written in, besides those of ASCII.
const ZEROS: [char; 20] = [
    '\u{660}', '\u{6f0}', '\u{966}', '\u{9e6}', '\u{a66}', '\u{ae6}', '\u{b66}', '\u{be6}',
    '\u{c66}', '\u{ce6}', '\u{d66}', '\u{de6}', '\u{e50}', '\u{ed0}', '\u{f20}', '\u{1040}',
    '\u{17e0}', '\u{1810}', '\u{966}', '\u{ff10}',
];

/// Eras, with the year before their first.
const ERAS: [(&str, i64); 9] = [
    ("令和", 2018),
    ("平成", 1988),
    ("昭和", 1925),
    ("大正", 1911),
    ("明治", 1867),
    ("中華民國", 1911),
    ("中华民国", 1911),
    ("民國", 1911),
    ("民国", 1911),
];

const PERSIAN_MONTHS: [&str; 12] = [
    "فروردین",
    "اردیبهشت",
    "خرداد",
    "تیر",
    "مرداد",
    "شهریور",
    "مهر",
    "آبان",
    "آذر",
    "دی",
    "بهمن",
    "اسفند",
];

/// A date with the digits and the years of the West, and the calendar that it is in.
pub(super) fn western(text: &str) -> (Cow<'_, str>, Calendar) {
    if text.is_ascii() {
        return (Cow::Borrowed(text), Calendar::Western);
    }
    let has_persian_digits = text
        .chars()
        .any(|mark| ('\u{6f0}'..='\u{6f9}').contains(&mark));
    let digit = |mark: char| {
        let of = |zero: &char| {
            u32::from(mark)
                .checked_sub(u32::from(*zero))
                .filter(|value| *value < 10)
        };
        let value = ZEROS.iter().find_map(of);
        value
            .and_then(|value| char::from_digit(value, 10))
            .unwrap_or(mark)
    };
    // Marks of direction stand in dates of scripts that run the other way.
    let marks = text
        .chars()
        .filter(|mark| !matches!(mark, '\u{200e}' | '\u{200f}' | '\u{202a}'..='\u{202e}'));
    let text: String = marks.map(digit).collect();
    for (name, before) in ERAS {
        if let Some((head, rest)) = text.split_once(name) {
            let rest = rest.trim_start().replacen("元年", "1年", 1);
            let digits = super::leading_digits(&rest);
            if (1..=3).contains(&digits)
                && let Ok(year) = rest[..digits].parse::<i64>()
            {
                let text = format!("{head}{:04}{}", before + year, &rest[digits..]);
                return (Cow::Owned(text), Calendar::Western);
            }
        }
    }
    let words = || text.split(|mark: char| mark.is_whitespace() || mark == '،');
    let month = words().find_map(|word| {
        let at = PERSIAN_MONTHS.iter().position(|month| *month == word)?;
        Some((word.to_owned(), at + 1))
    });
    match month {
        Some((word, number)) => {
            let text = persian_by_number(&text.replacen(&word, " ", 1), number);
            (Cow::Owned(text), Calendar::Persian)
        }
        None if has_persian_digits && has_persian_year(&text) => {
            (Cow::Owned(text), Calendar::Persian)
        }
        None => (Cow::Owned(text), Calendar::Western),
    }
}

/// A date whose month had a name, with its number, the year first.
fn persian_by_number(text: &str, month: usize) -> String {
    let is_digit = |mark: char| mark.is_ascii_digit();
    let mut parts = text
        .split(|mark: char| !is_digit(mark))
        .filter(|part| !part.is_empty());
    let numbers: Vec<&str> = parts.by_ref().take(2).collect();
    let time = text.find(':').map_or("", |colon| {
        let start = text[..colon].rfind(|mark| !is_digit(mark));
        &text[start.map_or(0, |at| {
            at + text[at..].chars().next().map_or(1, char::len_utf8)
        })..]
    });
    match numbers[..] {
        [year, day] if year.len() == 4 => format!("{year}/{month}/{day} {time}"),
        [day, year] if year.len() == 4 => format!("{year}/{month}/{day} {time}"),
        _ => String::new(),
    }
}

fn has_persian_year(text: &str) -> bool {
    let numbers = text.split(|mark: char| !mark.is_ascii_digit());
    numbers
        .filter(|number| number.len() == 4)
        .any(|number| matches!(number.parse(), Ok(1300..=1499)))
}

/// The Western date of one in the Persian solar calendar, by the cycle of 33 years that holds in our time.
pub(super) fn from_persian((year, month, day): (i64, i64, i64)) -> Option<(i64, i64, i64)> {
    if !(1..=12).contains(&month) || !(1..=31).contains(&day) || !(1300..1500).contains(&year) {
        return None;
    }
    let leap = |year: i64| [1, 5, 9, 13, 17, 22, 26, 30].contains(&(year % 33));
    // 1 Farvardin 1300 was 21 March 1921.
    let years: i64 = (1300..year)
        .map(|year| if leap(year) { 366 } else { 365 })
        .sum();
    let months = if month <= 7 {
        (month - 1) * 31
    } else {
        186 + (month - 7) * 30
    };
    let first = jiff::civil::Date::new(1921, 3, 21).ok()?;
    let days = jiff::Span::new().try_days(years + months + day - 1).ok()?;
    let date = first.checked_add(days).ok()?;
    Some((date.year().into(), date.month().into(), date.day().into()))
}

/// A year without the 543 that Buddhists count more.
pub(super) fn common_year(year: i64) -> i64 {
    if (2400..2700).contains(&year) {
        year - 543
    } else {
        year
    }
}

//! Flags that say which articles are wanted.

use clap::Args;
use samestory::corpus::{Filter, Timestamp, parse_date};

/// Which articles are wanted.
#[derive(Args, Clone, Debug, Default)]
pub(crate) struct Choosing {
    /// Only articles with at least so many words (characters, in scripts without spaces)
    #[arg(long, value_name = "N", help_heading = "Choosing")]
    min_words: Option<usize>,
    /// Only articles with at most so many words
    #[arg(long, value_name = "N", help_heading = "Choosing")]
    max_words: Option<usize>,
    /// Only articles in these languages, by their words, else as they say: en,de
    #[arg(
        long,
        value_name = "LANG,...",
        value_delimiter = ',',
        help_heading = "Choosing"
    )]
    language: Vec<String>,
    /// Only articles published at this time or later: 2021-03-01
    #[arg(long, value_name = "DATE", value_parser = moment, help_heading = "Choosing")]
    since: Option<Moment>,
    /// Only articles published up to this day, or before this time
    #[arg(long, value_name = "DATE", value_parser = moment, help_heading = "Choosing")]
    until: Option<Moment>,
    /// Only the first N records, for trying out
    #[arg(long, value_name = "N", help_heading = "Choosing")]
    limit: Option<u64>,
    /// Only this share of the articles, the same whatever their order: 1%, 0.1
    #[arg(id = "sample_share", long = "sample", value_name = "SHARE", value_parser = share, help_heading = "Choosing")]
    sample: Option<u32>,
}

/// A moment, or a day.
#[derive(Clone, Copy, Debug)]
pub struct Moment {
    at: Timestamp,
    is_day: bool,
}

impl Choosing {
    /// When articles are published that are wanted, if nothing else says which are.
    pub(crate) fn only_since(&self) -> Option<Option<Timestamp>> {
        let filter = self.filter();
        let rest = Filter {
            since: None,
            ..filter.clone()
        };
        (rest == Filter::default()).then_some(filter.since)
    }

    /// Which articles are wanted.
    pub(crate) fn filter(&self) -> Filter {
        Filter {
            min_words: self.min_words,
            max_words: self.max_words,
            languages: self.language.clone(),
            since: self.since.map(Moment::start),
            until: self.until.map(Moment::end),
            limit: self.limit,
            sample: self.sample,
        }
    }
}

impl Moment {
    /// The moment, or the beginning of the day.
    pub fn start(self) -> Timestamp {
        self.at
    }

    /// The moment, or the end of the day.
    pub fn end(self) -> Timestamp {
        const DAY: i64 = 86_400;
        match self.is_day {
            true => Timestamp(self.at.0 + DAY),
            false => self.at,
        }
    }
}

/// A moment, or a day, as a record may have it.
///
/// # Errors
///
/// What was expected, where the text is no such time.
pub fn moment(text: &str) -> Result<Moment, String> {
    let at = parse_date(text).ok_or("a date such as 2021-03-01 or 2021-03-01T12:00")?;
    let is_day = at.0 % 86_400 == 0 && !text.contains(':');
    Ok(Moment { at, is_day })
}

/// A share of all above 0, in percent or as a part of one; in millionths.
///
/// # Errors
///
/// What was expected, where the text is no such share.
pub fn share(text: &str) -> Result<u32, String> {
    let expected = || "a share such as 1% or 0.1".to_owned();
    let (number, scale) = match text.strip_suffix('%') {
        Some(number) => (number, 10_000.0),
        None => (text, 1_000_000.0),
    };
    let number: f64 = number.trim().parse().map_err(|_| expected())?;
    let millionths = number * scale;
    match millionths > 0.0 && millionths <= 1_000_000.0 {
        true => Ok(millionths.round() as u32),
        false => Err(expected()),
    }
}

//! The words of dates, looked up in the tables of `names.rs`.

use std::sync::OnceLock;

use ahash::AHashMap;

use super::names;

/// What a word means in a date.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Meaning {
    Month {
        number: u8,
        /// Whether it is also the name of a day.
        or_day: bool,
        /// The language it is told apart by: 1 for Polish and Czech, 2 for Croatian.
        language: u8,
    },
    /// One month in Polish or Czech, and another in Croatian.
    TwoMonths([u8; 2]),
    Half {
        is_afternoon: bool,
    },
    /// A day, or nothing.
    Filler,
    /// What follows is the number of a month.
    MonthFollows,
}

/// What a word means that is in no table because it is in all English dates.
const FILLERS: &str = "t|st|nd|rd|th|er|at|on|of|the|published|updated|posted|tues|thurs|sept";

fn table() -> &'static AHashMap<&'static str, Meaning> {
    static TABLE: OnceLock<AHashMap<&'static str, Meaning>> = OnceLock::new();
    TABLE.get_or_init(|| {
        let words = |list: &'static str| list.split('|');
        let mut table = AHashMap::new();
        for filler in words(FILLERS).chain(words(names::FILLERS)) {
            table.insert(filler, Meaning::Filler);
        }
        for (list, is_afternoon) in [(names::MORNING, false), (names::AFTERNOON, true)] {
            for word in words(list) {
                table.insert(word, Meaning::Half { is_afternoon });
            }
        }
        for day in words(names::DAYS) {
            table.insert(day, Meaning::Filler);
        }
        for (months, number) in names::MONTHS.into_iter().zip(1..) {
            for word in words(months) {
                let or_day = table.get(word) == Some(&Meaning::Filler);
                let language = if words(names::WEST).any(|it| it == word) {
                    1
                } else if words(names::SOUTH).any(|it| it == word) {
                    2
                } else {
                    0
                };
                table.insert(
                    word,
                    Meaning::Month {
                        number,
                        or_day,
                        language,
                    },
                );
            }
        }
        for (word, months) in names::TWO_MONTHS {
            table.insert(word, Meaning::TwoMonths(*months));
        }
        table.insert(
            "sept",
            Meaning::Month {
                number: 9,
                or_day: false,
                language: 0,
            },
        );
        for word in ["thang", "thg"] {
            table.insert(word, Meaning::MonthFollows);
        }
        table
    })
}

/// What a word means, without case and accents; `None` where it has no place in a date.
pub(super) fn meaning(word: &str) -> Option<Meaning> {
    table().get(word).copied()
}

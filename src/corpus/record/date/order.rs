//! Which of two days a date is, where it could be two: settled by what the whole dump says.
//!
//! `03/04/2021` is the third of April or the fourth of March. A dump that also has `19/04/2021` has days first. What settles it
//! is counted in a first look at the dump, for each input and for all together; the counts do not depend on any order.

use crate::corpus::Timestamp;

/// A date that is one of two.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct Unsettled {
    pub(crate) question: Question,
    /// As the first answer has it, and as the second.
    pub(crate) moments: [Timestamp; 2],
    /// The two numbers, where it is numbers that could be a day or a month.
    numbers: [u8; 2],
}

/// What there is to be settled.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Question {
    /// Whether the day comes first, or the month.
    DayFirst,
    /// Whether months are called as in Polish and Czech, or as in Croatian.
    Slavic,
}

impl Unsettled {
    pub(super) fn of_numbers(moments: [Timestamp; 2], numbers: [u8; 2]) -> Unsettled {
        Unsettled {
            question: Question::DayFirst,
            moments,
            numbers,
        }
    }

    pub(super) fn of_months(moments: [Timestamp; 2]) -> Unsettled {
        Unsettled {
            question: Question::Slavic,
            moments,
            numbers: [0; 2],
        }
    }
}

/// What speaks for the first answer to a question, and for the second.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
struct Votes([u64; 2]);

impl Votes {
    fn add(&mut self, other: Votes) {
        self.0[0] += other.0[0];
        self.0[1] += other.0[1];
    }

    /// The answer that at least nineteen in twenty votes are for.
    fn answer(self) -> Option<usize> {
        let [first, second] = self.0;
        match (first > second, first.max(second)) {
            (_, 0) => None,
            (true, most) if second * 19 <= most => Some(0),
            (false, most) if first * 19 <= most => Some(1),
            _ => None,
        }
    }
}

/// What the dates of an input say about their order.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(crate) struct Evidence {
    day_first: Votes,
    slavic: Votes,
    /// Which numbers stood at the first place and at the second, a bit each, where both could be months.
    seen: [u16; 2],
    unsettled: u64,
}

impl Evidence {
    /// Whether anything was left to be settled that this order does not settle.
    pub(crate) fn has_questions(&self, order: Order) -> bool {
        self.unsettled > 0 && (order.day_first.is_none() && order.slavic.is_none())
    }

    /// Whether it says nothing.
    pub(crate) fn is_empty(&self) -> bool {
        *self == Evidence::default()
    }

    /// Takes in a date whose numbers can be read in one way only: whether the day is the first.
    pub(super) fn note_numbers(&mut self, is_day_first: bool) {
        self.day_first.0[usize::from(!is_day_first)] += 1;
    }

    /// Takes in a month that is called so in one of two languages only.
    pub(super) fn note_language(&mut self, language: u8) {
        self.slavic.0[usize::from(language == 2)] += 1;
    }

    /// Takes in a date that is to be settled, and when its page was fetched, and the day that stands in its address.
    pub(crate) fn note(
        &mut self,
        date: &Unsettled,
        fetched: Option<Timestamp>,
        day: Option<Timestamp>,
    ) {
        const DAY: i64 = 86_400;
        self.unsettled += 1;
        if date.question == Question::DayFirst {
            for (seen, number) in self.seen.iter_mut().zip(date.numbers) {
                *seen |= 1 << number;
            }
        }
        let votes = match date.question {
            Question::DayFirst => &mut self.day_first,
            Question::Slavic => &mut self.slavic,
        };
        let is_day = |moment: Timestamp| {
            day.is_some_and(|day| moment.0.div_euclid(DAY) == day.0.div_euclid(DAY))
        };
        // Nothing is published after it was fetched.
        let is_later =
            |moment: Timestamp| fetched.is_some_and(|fetched| moment.0 > fetched.0 + DAY);
        let [first, second] = date.moments;
        match (
            is_day(first),
            is_day(second),
            is_later(first),
            is_later(second),
        ) {
            (true, false, ..) | (false, false, false, true) => votes.0[0] += 1,
            (false, true, ..) | (false, false, true, false) => votes.0[1] += 1,
            _ => {}
        }
    }

    pub(crate) fn add(&mut self, other: &Evidence) {
        self.day_first.add(other.day_first);
        self.slavic.add(other.slavic);
        self.unsettled += other.unsettled;
        for (seen, other) in self.seen.iter_mut().zip(other.seen) {
            *seen |= other;
        }
    }

    /// What the evidence settles.
    pub(crate) fn order(&self) -> Order {
        // Where one of two numbers is the same in all dates and the other is not, days are what differs.
        let [first, second] = self.seen.map(u16::count_ones);
        let by_difference = match (first, second) {
            (1, 3..) => Some(1),
            (3.., 1) => Some(0),
            _ => None,
        };
        let no_votes = self.day_first == Votes::default();
        let day_first = self.day_first.answer();
        Order {
            day_first: day_first.or(by_difference.filter(|_| no_votes)),
            slavic: self.slavic.answer(),
        }
    }
}

/// How dates are to be read that could be two; as far as it is settled.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(crate) struct Order {
    day_first: Option<usize>,
    slavic: Option<usize>,
}

impl Order {
    /// The moment that a date is.
    pub(crate) fn of(self, date: &Unsettled) -> Option<Timestamp> {
        let answer = match date.question {
            Question::DayFirst => self.day_first,
            Question::Slavic => self.slavic,
        };
        Some(date.moments[answer?])
    }

    /// What this order leaves open, as another has it.
    pub(crate) fn or(self, other: Order) -> Order {
        Order {
            day_first: self.day_first.or(other.day_first),
            slavic: self.slavic.or(other.slavic),
        }
    }
}

/// The orders of all inputs.
#[derive(Clone, Debug, Default)]
pub(crate) struct Settled {
    orders: Vec<Order>,
}

impl Settled {
    /// By what was found in each input; one that does not settle it takes what all together say.
    pub(crate) fn by(evidence: &[Evidence]) -> Settled {
        let mut all = Evidence::default();
        evidence.iter().for_each(|of_input| all.add(of_input));
        let all = all.order();
        Settled {
            orders: evidence
                .iter()
                .map(|of_input| of_input.order().or(all))
                .collect(),
        }
    }

    /// One order for one input.
    pub(crate) fn alone(order: Order) -> Settled {
        Settled {
            orders: vec![order],
        }
    }

    /// The order of the dates of an input.
    pub(crate) fn order(&self, input: u32) -> Order {
        self.orders.get(input as usize).copied().unwrap_or_default()
    }
}

#[cfg(test)]
mod tests {
    use super::super::{Read, read};
    use super::*;

    fn evidence(dates: &[&str]) -> Evidence {
        let mut evidence = Evidence::default();
        for date in dates {
            match read(date) {
                Some(Read::Either(unsettled)) => evidence.note(&unsettled, None, None),
                _ => drop(super::super::read_noting(date, &mut evidence)),
            }
        }
        evidence
    }

    fn settled(date: &str, beside: &[&str]) -> Option<String> {
        let Some(Read::Either(unsettled)) = read(date) else {
            panic!("{date} is settled by itself");
        };
        let moment = evidence(beside).order().of(&unsettled)?;
        Some(moment.to_string()[..10].to_owned())
    }

    #[test]
    fn the_order_of_day_and_month_is_that_of_other_dates() {
        let date = "03/04/2021";
        assert_eq!(
            settled(date, &["19/04/2021"]).as_deref(),
            Some("2021-04-03")
        );
        assert_eq!(
            settled(date, &["04-19-2019"]).as_deref(),
            Some("2021-03-04")
        );
        assert_eq!(settled(date, &["04/19/2021", "19/04/2021"]), None);
        assert_eq!(settled(date, &[]), None);
        // In one month, days are what differs.
        let month = ["03-01-2020", "03-02-2020", "03-05-2020", "03-06-2020"];
        assert_eq!(settled(date, &month).as_deref(), Some("2021-03-04"));
    }

    #[test]
    fn months_of_two_meanings_are_those_of_the_language() {
        assert_eq!(
            settled("5 listopada 2021", &["7 stycznia 2021"]).as_deref(),
            Some("2021-11-05")
        );
        assert_eq!(
            settled("5. listopada 2021.", &["7. siječnja 2021."]).as_deref(),
            Some("2021-10-05")
        );
    }

    #[test]
    fn when_a_page_was_fetched_says_what_cannot_be() {
        let Some(Read::Either(unsettled)) = read("03/04/2021") else {
            panic!("it is settled by itself");
        };
        let mut evidence = Evidence::default();
        // The tenth of March: the third of April was to come.
        evidence.note(&unsettled, Some(Timestamp(1_615_334_400)), None);
        let order = evidence.order();
        assert_eq!(
            order.of(&unsettled).unwrap().to_string(),
            "2021-03-04T00:00:00Z"
        );
    }
}

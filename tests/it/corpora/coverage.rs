//! Coverage: several outlets report each event in words of their own.

use std::ops::RangeInclusive;

use super::language::Language;
use super::prose::Reporter;
use super::random::Random;
use super::{Dump, Record};

/// Which dates the articles have.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Dates {
    /// Within a day and a half of their event.
    Hours,
    /// A day of one week, whatever the event.
    AnyDay,
    None,
}

/// Events and what was written on them; no article is a copy.
#[derive(Clone, Debug)]
pub(crate) struct Coverage {
    pub(crate) events: usize,
    /// Articles on each event.
    pub(crate) articles: RangeInclusive<usize>,
    pub(crate) words: RangeInclusive<usize>,
    pub(crate) dates: Dates,
    pub(crate) language: Language,
    /// Whether all events are of one topic, which takes up a third of each article.
    pub(crate) one_topic: bool,
}

impl Default for Coverage {
    fn default() -> Self {
        Self {
            events: 30,
            articles: 1..=5,
            words: 120..=300,
            dates: Dates::Hours,
            language: Language::English,
            one_topic: false,
        }
    }
}

impl Coverage {
    /// The dump; its truth is the event of each article, which its id names too: `en-7-0` is the first on event 7.
    pub(crate) fn dump(&self, seed: u64) -> Dump {
        let mut random = Random::new(seed);
        let mut topic = Reporter::new(self.language, &mut random);
        let mut dump = Dump::default();
        for event in 0..self.events {
            let mut reporter = Reporter::new(self.language, &mut random);
            let start = random.below(28 * 24);
            for number in 0..random.within(self.articles.clone()) {
                let text = reporter.text(self.words.clone());
                let mut body = text.body();
                if self.one_topic {
                    let words = self.words.start() / 3..=self.words.end() / 3;
                    body = format!("{body}\n{}", topic.text(words).body());
                }
                let id = format!("{}-{event}-{number}", self.language.code());
                dump.gold.push((id.clone(), event_of(&id).to_owned()));
                dump.records.push(Record {
                    id,
                    title: text.headline,
                    text: body.clone(),
                    source: Some(format!("outlet{}.example", random.below(12))),
                    date: self.date(start, &mut random),
                    body,
                });
            }
        }
        dump
    }

    fn date(&self, start: usize, random: &mut Random) -> Option<String> {
        let hour = start + random.below(36);
        match self.dates {
            Dates::Hours => Some(format!(
                "2024-03-{:02}T{:02}:00:00Z",
                1 + hour / 24,
                hour % 24
            )),
            Dates::AnyDay => Some(format!("2024-03-{:02}", 1 + random.below(7))),
            Dates::None => None,
        }
    }
}

/// The event that an id names.
pub(crate) fn event_of(id: &str) -> &str {
    id.rsplit_once('-').map_or(id, |(event, _)| event)
}

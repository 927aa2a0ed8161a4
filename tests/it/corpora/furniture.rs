//! Furniture is what a site puts around every article: menus, a time stamp, rankings, prompts, its copyright.

use super::language::{Language, Lexicon};
use super::prose::Text;
use super::random::Random;

/// A minute of the year 2025.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) struct Moment {
    /// 0 is 1 January.
    pub(crate) day: usize,
    pub(crate) minute: usize,
}

impl Moment {
    /// Some minute between six and midnight.
    pub(crate) fn on(day: usize, random: &mut Random) -> Self {
        Self {
            day,
            minute: random.within(360..=1439),
        }
    }

    pub(crate) fn rfc3339(self) -> String {
        let (month, day) = self.month_and_day();
        let (hour, minute) = (self.minute / 60, self.minute % 60);
        format!("2025-{month:02}-{day:02}T{hour:02}:{minute:02}:00Z")
    }

    fn month_and_day(self) -> (usize, usize) {
        let mut day = self.day % 365;
        for (month, length) in (1..).zip([31, 28, 31, 30, 31, 30, 31, 31, 30, 31, 30]) {
            if day < length {
                return (month, day + 1);
            }
            day -= length;
        }
        (12, day + 1)
    }
}

/// A news site and its layout.
#[derive(Clone, Debug)]
pub(crate) struct Site {
    /// The `source` of its records.
    pub(crate) name: String,
    pub(crate) lexicon: &'static Lexicon,
    layout: Layout,
    /// Its rankings differ from those of other sites on the same day.
    seed: u64,
}

#[derive(Clone, Debug)]
struct Layout {
    menu: Vec<String>,
    stamp: usize,
    prints_headline: bool,
    /// A line `-` before every headline of a list.
    bullets: bool,
    read_more: String,
    lists: [List; 2],
    foot: Vec<String>,
}

/// A heading and how many headlines stand under it for how many days.
#[derive(Clone, Debug)]
struct List {
    heading: String,
    headlines: usize,
    days: usize,
}

/// What a list of headlines on a site can be drawn from, and the day it was drawn.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Edition<'a> {
    pub(crate) headlines: &'a [String],
    pub(crate) day: usize,
}

impl Site {
    pub(crate) fn new(name: String, language: Language, random: &mut Random) -> Self {
        let mut random = random.fork();
        let lexicon = language.lexicon();
        let layout = Layout::draw(&name, lexicon, &mut random);
        Self {
            name,
            lexicon,
            layout,
            seed: random.next(),
        }
    }

    /// `count` sites of one language.
    pub(crate) fn several(count: usize, language: Language, random: &mut Random) -> Vec<Self> {
        (0..count)
            .map(|number| {
                let name = format!("{}{number}.example", language.code());
                Self::new(name, language, random)
            })
            .collect()
    }

    /// The site without the headline above its articles, so that the text of a page is the text alone.
    pub(crate) fn without_headline(mut self) -> Self {
        self.layout.prints_headline = false;
        self
    }

    /// What the page has between its furniture: the text, under its headline where the site prints it.
    pub(crate) fn body(&self, text: &Text) -> String {
        let mut lines = text.lines();
        if self.layout.prints_headline && !lines.is_empty() {
            lines.insert(0, text.headline.clone());
        }
        lines.join("\n")
    }

    /// The whole page as a scraper saves it.
    pub(crate) fn page(&self, text: &Text, published: Moment, edition: Edition<'_>) -> String {
        let layout = &self.layout;
        let mut page = layout.menu.clone();
        if layout.prints_headline {
            page.push(text.headline.clone());
        }
        page.push(self.stamp(published));
        page.extend(self.lines_with_links(text, published, edition.headlines));
        for list in &layout.lists {
            page.push(list.heading.clone());
            for headline in self.draw_list(list, edition, &text.headline) {
                if layout.bullets {
                    page.push("-".to_owned());
                }
                page.push(headline.clone());
            }
        }
        page.extend(layout.foot.iter().cloned());
        page.join("\n")
    }

    /// The lines of a text, with links to other articles between them now and then.
    fn lines_with_links(
        &self,
        text: &Text,
        published: Moment,
        headlines: &[String],
    ) -> Vec<String> {
        let mut random = Random::new(self.seed ^ (published.day * 1440 + published.minute) as u64);
        let mut lines = Vec::new();
        for line in text.lines() {
            if !lines.is_empty() && random.chance(0.12) && !headlines.is_empty() {
                let link = random.pick(headlines);
                lines.push(format!("{}: {link}", self.layout.read_more));
            }
            lines.push(line);
        }
        lines
    }

    /// The headlines of a list: the same on all pages of a day, but that no page ranks itself.
    fn draw_list<'a>(&self, list: &List, edition: Edition<'a>, own: &str) -> Vec<&'a String> {
        let issue = (edition.day / list.days) as u64;
        let mut random = Random::new(self.seed.rotate_left(7 * list.days as u32) ^ issue).fork();
        let mut drawn: Vec<&String> = random
            .distinct(list.headlines + 1, edition.headlines.len())
            .into_iter()
            .map(|position| &edition.headlines[position])
            .filter(|headline| *headline != own)
            .collect();
        drawn.truncate(list.headlines);
        drawn
    }

    fn stamp(&self, published: Moment) -> String {
        const MONTHS: [&str; 12] = [
            "January",
            "February",
            "March",
            "April",
            "May",
            "June",
            "July",
            "August",
            "September",
            "October",
            "November",
            "December",
        ];
        let (month, day) = published.month_and_day();
        let time = format!("{}:{:02}", published.minute / 60, published.minute % 60);
        let name = MONTHS[month - 1];
        match (self.lexicon.language, self.layout.stamp) {
            (Language::Han, _) => format!("2025年{month}月{day}日 {time}"),
            (Language::English, 0) => format!("{time} JST, {name} {day}, 2025"),
            (Language::English, 1) => format!("Published {day} {name} 2025 at {time}"),
            (_, 2) => format!("2025-{month:02}-{day:02} {time}"),
            _ => format!("{day:02}.{month:02}.2025 | {time}"),
        }
    }
}

impl Layout {
    fn draw(name: &str, lexicon: &Lexicon, random: &mut Random) -> Self {
        let phrase = |words, random: &mut Random| lexicon.join(&lexicon.words(words, random));
        let menu = (0..random.within(1..=3))
            .map(|_| {
                lexicon
                    .words(random.within(4..=8), random)
                    .join([" | ", " > ", " · "][random.below(3)])
            })
            .collect();
        let list = |headlines, days, random: &mut Random| List {
            heading: phrase(random.within(2..=3), random).to_uppercase(),
            headlines,
            days,
        };
        Self {
            menu,
            stamp: random.below(4),
            prints_headline: random.chance(0.3),
            bullets: random.chance(0.3),
            read_more: phrase(2, random),
            lists: [
                list(random.within(5..=10), 1, random),
                list(random.within(4..=7), 3, random),
            ],
            foot: vec![
                phrase(random.within(6..=12), random) + lexicon.full_stop(),
                format!("© 2025 {name}. {}", phrase(3, random)),
            ],
        }
    }
}

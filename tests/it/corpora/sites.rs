//! Dumps in which it is hard to learn a site's furniture: few pages of each, or lists that never stay.

use super::Dump;
use super::edits::Edit;
use super::furniture::{Moment, Site};
use super::language::Language;
use super::press::{Draft, Headlines, Press};
use super::prose::Reporter;
use super::random::Random;
use super::wire::{LENGTH, add_single};

/// The edits that a reprint on another site undergoes when nobody rewrites it.
const REPRINTS: [Edit; 6] = [
    Edit::Verbatim,
    Edit::Dateline,
    Edit::Typography,
    Edit::Headline,
    Edit::DropParagraphs,
    Edit::Rewrap,
];

/// Many sources of exactly three pages each.
#[derive(Clone, Copy, Debug)]
pub(crate) struct ThreePageSources {
    pub(crate) sources: usize,
    /// Stories that stand on two to four of the sources.
    pub(crate) stories: usize,
    pub(crate) days: usize,
    pub(crate) language: Language,
    pub(crate) headlines: Headlines,
}

impl Default for ThreePageSources {
    fn default() -> Self {
        Self {
            sources: 60,
            stories: 24,
            days: 28,
            language: Language::English,
            headlines: Headlines::OfTheDump,
        }
    }
}

/// 60 sources with three pages each; 24 stories stand on two to four of them, the other pages have no copy.
pub(crate) fn three_page_sources(seed: u64) -> Dump {
    ThreePageSources::default().dump(seed)
}

impl ThreePageSources {
    pub(crate) fn dump(&self, seed: u64) -> Dump {
        let mut random = Random::new(seed);
        let sites = Site::several(self.sources, self.language, &mut random);
        let mut press = Press::new(sites, self.headlines);
        let mut free = vec![3_usize; self.sources];
        for _ in 0..self.stories {
            let mut sources: Vec<usize> = (0..self.sources).filter(|&s| free[s] > 0).collect();
            random.shuffle(&mut sources);
            sources.truncate(random.within(2..=4));
            for &source in &sources {
                free[source] -= 1;
            }
            let day = random.below(self.days);
            add_story(&mut press, &sources, day, &mut random);
        }
        for (source, pages) in free.into_iter().enumerate() {
            for _ in 0..pages {
                add_single(&mut press, source, random.below(self.days), &mut random);
            }
        }
        press.print(&mut random)
    }
}

/// Few sources over many days, each with new rankings every day.
#[derive(Clone, Copy, Debug)]
pub(crate) struct DailyRankings {
    pub(crate) sources: usize,
    pub(crate) days: usize,
    /// Articles without copies that each source prints a day.
    pub(crate) pages_a_day: usize,
    /// Stories a day that stand on two or more of the sources.
    pub(crate) stories_a_day: usize,
    pub(crate) language: Language,
    pub(crate) headlines: Headlines,
}

impl Default for DailyRankings {
    fn default() -> Self {
        Self {
            sources: 4,
            days: 24,
            pages_a_day: 1,
            stories_a_day: 2,
            language: Language::English,
            headlines: Headlines::OfTheDump,
        }
    }
}

/// Four sources over 24 days: a page each a day without copies, and two stories a day on two to four of the sources.
pub(crate) fn daily_rankings(seed: u64) -> Dump {
    DailyRankings::default().dump(seed)
}

impl DailyRankings {
    pub(crate) fn dump(&self, seed: u64) -> Dump {
        let mut random = Random::new(seed);
        let sites = Site::several(self.sources, self.language, &mut random);
        let mut press = Press::new(sites, self.headlines);
        for day in 0..self.days {
            for source in 0..self.sources {
                for _ in 0..self.pages_a_day {
                    add_single(&mut press, source, day, &mut random);
                }
            }
            for _ in 0..self.stories_a_day {
                let count = random.within(2..=self.sources);
                let sources = random.distinct(count, self.sources);
                add_story(&mut press, &sources, day, &mut random);
            }
        }
        press.print(&mut random)
    }
}

/// One story on several sites within two days, lightly edited on all but the first.
fn add_story(press: &mut Press, sites: &[usize], day: usize, random: &mut Random) {
    let language = press.sites[sites[0]].lexicon.language;
    let mut reporter = Reporter::new(language, random);
    let text = reporter.text(LENGTH);
    let original = press.add(Draft::new(text.clone(), sites[0], Moment::on(day, random)));
    for &site in &sites[1..] {
        let edit = random.pick(&REPRINTS);
        let copy = edit.apply(&text, &mut reporter);
        let published = Moment::on(day + random.below(2), random);
        press.add_copy(original, Draft::new(copy, site, published), edit.name());
    }
}

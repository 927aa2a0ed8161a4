//! Dumps in which the lines of an article recur as often as any furniture.

use super::Dump;
use super::furniture::{Moment, Site};
use super::language::Language;
use super::press::{Draft, Headlines, Press};
use super::prose::Reporter;
use super::random::Random;
use super::wire::{LENGTH, add_single};

/// Pages that a scraper saved again and again.
#[derive(Clone, Copy, Debug)]
pub(crate) struct CapturedFiftyTimes {
    /// How many pages were saved that often, all of them of the first site.
    pub(crate) pages: usize,
    pub(crate) captures: usize,
    /// Articles of the same site that were saved once.
    pub(crate) ordinary: usize,
    /// Articles of three other sites.
    pub(crate) elsewhere: usize,
    pub(crate) language: Language,
    pub(crate) headlines: Headlines,
}

impl Default for CapturedFiftyTimes {
    fn default() -> Self {
        Self {
            pages: 1,
            captures: 50,
            ordinary: 40,
            elsewhere: 60,
            language: Language::English,
            headlines: Headlines::OfTheDump,
        }
    }
}

/// One page saved on 50 days, under the rankings of each, among 40 pages of its own site and 60 of three others.
pub(crate) fn captured_fifty_times(seed: u64) -> Dump {
    CapturedFiftyTimes::default().dump(seed)
}

/// As [`captured_fifty_times`], with four such pages.
pub(crate) fn several_captured_fifty_times(seed: u64) -> Dump {
    let size = CapturedFiftyTimes {
        pages: 4,
        ..CapturedFiftyTimes::default()
    };
    size.dump(seed)
}

impl CapturedFiftyTimes {
    pub(crate) fn dump(&self, seed: u64) -> Dump {
        let mut random = Random::new(seed);
        let sites = Site::several(4, self.language, &mut random);
        let mut press = Press::new(sites, self.headlines);
        for _ in 0..self.pages {
            let text = Reporter::new(self.language, &mut random).text(LENGTH);
            let published = Moment::on(random.below(5), &mut random);
            let page = Draft::new(text, 0, published);
            let first = press.add(page.clone());
            for capture in 1..self.captures {
                let again = page.clone().captured_on(published.day + capture);
                press.add_copy(first, again, "capture");
            }
        }
        for _ in 0..self.ordinary {
            add_single(&mut press, 0, random.below(self.captures), &mut random);
        }
        for number in 0..self.elsewhere {
            let day = random.below(self.captures);
            add_single(&mut press, 1 + number % 3, day, &mut random);
        }
        press.print(&mut random)
    }
}

/// The sites that do not print the story that everybody else prints.
const OTHER_SITES: usize = 10;

/// A story that everybody prints.
#[derive(Clone, Copy, Debug)]
pub(crate) struct OneStoryOnThirtySites {
    pub(crate) sites: usize,
    /// Articles of ten other sites.
    pub(crate) background: usize,
    pub(crate) language: Language,
    pub(crate) headlines: Headlines,
}

impl Default for OneStoryOnThirtySites {
    fn default() -> Self {
        Self {
            sites: 30,
            background: 60,
            language: Language::English,
            headlines: Headlines::OfTheDump,
        }
    }
}

/// One article, word for word, on 30 sites of two to five pages, half of them with a headline of their own; besides,
/// 60 articles of ten sites that do not have it.
pub(crate) fn one_story_on_thirty_sites(seed: u64) -> Dump {
    OneStoryOnThirtySites::default().dump(seed)
}

impl OneStoryOnThirtySites {
    pub(crate) fn dump(&self, seed: u64) -> Dump {
        let mut random = Random::new(seed);
        let sites = Site::several(self.sites + OTHER_SITES, self.language, &mut random);
        let mut press = Press::new(sites, self.headlines);
        let mut reporter = Reporter::new(self.language, &mut random);
        let text = reporter.text(LENGTH);
        let first = press.add(Draft::new(text.clone(), 0, Moment::on(7, &mut random)));
        for site in 1..self.sites {
            let mut copy = text.clone();
            if site % 2 == 1 {
                copy.headline = reporter.headline();
            }
            let published = Moment::on(7 + random.below(2), &mut random);
            press.add_copy(first, Draft::new(copy, site, published), "reprint");
        }
        for site in 0..self.sites {
            for _ in 0..random.within(1..=4) {
                add_single(&mut press, site, random.below(14), &mut random);
            }
        }
        for number in 0..self.background {
            let site = self.sites + number % OTHER_SITES;
            add_single(&mut press, site, random.below(14), &mut random);
        }
        press.print(&mut random)
    }
}

//! Pages with hardly anything on them.

use super::Dump;
use super::furniture::{Moment, Site};
use super::language::Language;
use super::press::{Draft, Headlines, Press};
use super::prose::{Reporter, Text};
use super::random::Random;
use super::wire::add_singles;

/// Items of eight words, empty pages and pages with furniture only.
#[derive(Clone, Copy, Debug)]
pub(crate) struct ShortItems {
    /// Items of eight words; each stands on two pages, and on a third with one word changed.
    pub(crate) items: usize,
    /// Pages without a word; they have titles of their own.
    pub(crate) empty: usize,
    /// Pages of which the scraper got everything but the article.
    pub(crate) furniture_only: usize,
    /// Ordinary articles, from whose pages the furniture can be learned.
    pub(crate) singles: usize,
    pub(crate) language: Language,
}

impl Default for ShortItems {
    fn default() -> Self {
        Self {
            items: 30,
            empty: 10,
            furniture_only: 10,
            singles: 60,
            language: Language::English,
        }
    }
}

/// 30 items of eight words, each printed twice under one headline and once more with one word changed; ten empty pages, ten with
/// furniture only, 60 ordinary articles.
///
/// An item and its repetition are copies, named `repeated` in the pairs; one with a word changed, `one word changed`,
/// is not, and every empty page and every page with furniture only is alone. The items have no furniture around them.
pub(crate) fn short_items(seed: u64) -> Dump {
    ShortItems::default().dump(seed)
}

impl ShortItems {
    const SITES: usize = 4;
    const DAYS: usize = 20;

    pub(crate) fn dump(&self, seed: u64) -> Dump {
        let mut random = Random::new(seed);
        let sites = Site::several(Self::SITES, self.language, &mut random)
            .into_iter()
            .map(Site::without_headline)
            .collect();
        let mut press = Press::new(sites, Headlines::OfTheDump);
        for _ in 0..self.items {
            self.add_item(&mut press, &mut random);
        }
        for number in 0..self.empty + self.furniture_only {
            let nothing = Text {
                headline: Reporter::new(self.language, &mut random).headline(),
                paragraphs: Vec::new(),
                lexicon: self.language.lexicon(),
            };
            // Two pages of one site and day with nothing between their furniture could be equal byte for byte.
            let site = number % Self::SITES;
            let published = Moment::on(number % Self::DAYS, &mut random);
            let draft = Draft::new(nothing, site, published);
            if number < self.empty {
                press.add(draft.bare());
            } else {
                press.add(draft);
            }
        }
        add_singles(&mut press, self.singles, Self::DAYS, &mut random);
        press.print(&mut random)
    }

    fn add_item(&self, press: &mut Press, random: &mut Random) {
        let mut reporter = Reporter::new(self.language, random);
        let words: Vec<String> = (0..8)
            .map(|_| reporter.lexicon.rare_word(random).to_owned())
            .collect();
        let mut changed = words.clone();
        changed[random.below(8)] = format!("{}x", reporter.lexicon.rare_word(random));
        let headline = reporter.headline();
        let first = self.draft(&headline, &words, &mut reporter);
        let first = press.add(first);
        let again = self.draft(&headline, &words, &mut reporter);
        press.add_copy(first, again, "repeated");
        let other = self.draft(&headline, &changed, &mut reporter);
        let other = press.add(other);
        press.note(first, other, "one word changed");
    }

    fn draft(&self, headline: &str, words: &[String], reporter: &mut Reporter) -> Draft {
        let text = Text {
            headline: headline.to_owned(),
            paragraphs: vec![vec![
                reporter.lexicon.join(words) + reporter.lexicon.full_stop(),
            ]],
            lexicon: reporter.lexicon,
        };
        let published = Moment::on(reporter.random.below(Self::DAYS), &mut reporter.random);
        Draft::new(text, reporter.random.below(Self::SITES), published).bare()
    }
}

//! Wire stories as they come out of many newsrooms.

use super::Dump;
use super::edits::Edit;
use super::furniture::{Moment, Site};
use super::language::Language;
use super::press::{Draft, Headlines, Press};
use super::prose::Reporter;
use super::random::Random;

/// Originals, each reprinted with every sort of edit, among articles of the sites' own.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Wire {
    pub(crate) originals: usize,
    /// Reprints of each original.
    pub(crate) derivatives: usize,
    /// Articles without copies.
    pub(crate) singles: usize,
    pub(crate) sites: usize,
    pub(crate) days: usize,
    pub(crate) language: Language,
    pub(crate) headlines: Headlines,
}

impl Default for Wire {
    fn default() -> Self {
        Self {
            originals: 52,
            derivatives: 3,
            singles: 60,
            sites: 10,
            days: 28,
            language: Language::English,
            headlines: Headlines::OfTheDump,
        }
    }
}

/// 52 originals with three reprints each and 60 other articles, on ten sites.
///
/// Every kind of [`Edit`] is there twelve times, a third of them with a dateline, other typography or another headline
/// on top. The pairs are each reprint with its original, under the name of the edit, `ocr+dateline`.
pub(crate) fn wire(seed: u64) -> Dump {
    Wire::default().dump(seed)
}

/// As [`wire`], a fifth of it in each language; the ids and groups bear the language's first letters.
pub(crate) fn wire_in_five_languages(seed: u64) -> Dump {
    let dumps = Language::ALL.map(|language| {
        let size = Wire {
            originals: 13,
            singles: 12,
            sites: 3,
            language,
            ..Wire::default()
        };
        // Seeds of their own, or the dumps would be translations of each other, down to the figures.
        let dump = size.dump(seed ^ ((language as u64 + 1) << 32));
        (language.code(), dump)
    });
    dumps
        .into_iter()
        .fold(Dump::default(), |all, (code, dump)| all.and(code, dump))
}

impl Wire {
    pub(crate) fn dump(&self, seed: u64) -> Dump {
        let mut random = Random::new(seed);
        let sites = Site::several(self.sites, self.language, &mut random);
        let mut press = Press::new(sites, self.headlines);
        let mut edits = Edit::ALL.into_iter().cycle();
        for _ in 0..self.originals {
            let mut reporter = Reporter::new(self.language, &mut random);
            let text = reporter.text(LENGTH);
            let published = Moment::on(random.below(self.days), &mut random);
            let draft = Draft::new(text.clone(), random.below(self.sites), published);
            let original = press.add(draft);
            for edit in edits.by_ref().take(self.derivatives) {
                let mut name = edit.name().to_owned();
                let mut copy = edit.apply(&text, &mut reporter);
                if random.chance(0.33) {
                    let light = random.pick(&Edit::LIGHT);
                    name = format!("{name}+{}", light.name());
                    copy = light.apply(&copy, &mut reporter);
                }
                let later = Moment::on(published.day + random.below(3), &mut random);
                let draft = Draft::new(copy, random.below(self.sites), later);
                press.add_copy(original, draft, &name);
            }
        }
        add_singles(&mut press, self.singles, self.days, &mut random);
        press.print(&mut random)
    }
}

/// How many words an ordinary article has; with that, furniture is about a third of its page.
pub(crate) const LENGTH: std::ops::RangeInclusive<usize> = 240..=400;

/// `count` articles without copies, anywhere on the press's sites.
pub(crate) fn add_singles(press: &mut Press, count: usize, days: usize, random: &mut Random) {
    for _ in 0..count {
        let site = random.below(press.sites.len());
        add_single(press, site, random.below(days), random);
    }
}

/// An article without copies.
pub(crate) fn add_single(press: &mut Press, site: usize, day: usize, random: &mut Random) {
    let language = press.sites[site].lexicon.language;
    let text = Reporter::new(language, random).text(LENGTH);
    let published = Moment::on(day, random);
    press.add(Draft::new(text, site, published));
}

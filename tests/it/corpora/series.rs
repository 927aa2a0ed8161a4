//! Articles that look alike because they are made alike, not because one copies another.

use super::Dump;
use super::furniture::{Moment, Site};
use super::language::Language;
use super::press::{Draft, Headlines, Press};
use super::prose::{Reporter, Text};
use super::random::Random;
use super::wire::add_singles;

/// Articles filled into templates, as earnings, the weather and results are.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Templated {
    pub(crate) templates: usize,
    /// Articles from each template; every fifth is reprinted word for word on another site.
    pub(crate) fillings: usize,
    /// The share of a template's sentences that have something to fill in.
    pub(crate) open_sentences: f64,
    pub(crate) singles: usize,
    pub(crate) language: Language,
    /// Whether the pages have furniture.
    pub(crate) framed: bool,
}

impl Default for Templated {
    fn default() -> Self {
        Self {
            templates: 3,
            fillings: 25,
            open_sentences: 0.4,
            singles: 60,
            language: Language::English,
            framed: true,
        }
    }
}

/// Three templates with 25 different fillings each, five of them reprinted word for word; 60 other articles.
///
/// Two fillings of one template have an exact Jaccard similarity of 0.44 to 0.54 (to 0.62 in Han) and are not copies.
/// The pairs are the reprints and, as `same template`, consecutive fillings.
pub(crate) fn templated(seed: u64) -> Dump {
    Templated::default().dump(seed)
}

impl Templated {
    const SITES: usize = 6;

    pub(crate) fn dump(&self, seed: u64) -> Dump {
        let mut random = Random::new(seed);
        let sites = Site::several(Self::SITES, self.language, &mut random);
        let mut press = Press::new(sites, Headlines::OfTheDump);
        for _ in 0..self.templates {
            let template = Template::new(self, &mut random);
            let mut last = None;
            for number in 0..self.fillings {
                let text = template.filled(&mut Reporter::new(self.language, &mut random));
                let site = random.below(Self::SITES);
                let day = random.below(28);
                let draft = self.draft(text.clone(), site, Moment::on(day, &mut random));
                let filling = press.add(draft);
                if let Some(last) = last.replace(filling) {
                    press.note(last, filling, "same template");
                }
                if number % 5 == 0 {
                    let site = (site + 1) % Self::SITES;
                    let draft = self.draft(text, site, Moment::on(day, &mut random));
                    press.add_copy(filling, draft, "reprint");
                }
            }
        }
        add_singles(&mut press, self.singles, 28, &mut random);
        press.print(&mut random)
    }

    fn draft(&self, text: Text, site: usize, published: Moment) -> Draft {
        let draft = Draft::new(text, site, published);
        if self.framed { draft } else { draft.bare() }
    }
}

/// Paragraphs of sentences; what is to be filled in stands between two pieces of a sentence.
#[derive(Debug)]
struct Template {
    paragraphs: Vec<Vec<Vec<String>>>,
}

impl Template {
    const PARAGRAPHS: usize = 5;
    const SENTENCES: usize = 4;

    fn new(size: &Templated, random: &mut Random) -> Self {
        let mut reporter = Reporter::new(size.language, random);
        let mut open = 0.0;
        let mut sentence = || {
            open += size.open_sentences;
            if open < 1.0 {
                return vec![reporter.sentence()];
            }
            open -= 1.0;
            let words = |count, reporter: &mut Reporter| {
                let words = reporter.clause(count);
                reporter.lexicon.join(&words)
            };
            vec![
                words(5, &mut reporter),
                words(6, &mut reporter),
                words(2, &mut reporter) + reporter.lexicon.full_stop(),
            ]
        };
        let paragraphs = (0..Self::PARAGRAPHS)
            .map(|_| (0..Self::SENTENCES).map(|_| sentence()).collect())
            .collect();
        Self { paragraphs }
    }

    fn filled(&self, reporter: &mut Reporter) -> Text {
        let headline = reporter.headline();
        let sentence = |pieces: &Vec<String>| {
            let mut filled = vec![pieces[0].clone()];
            for piece in &pieces[1..] {
                let name = reporter.lexicon.name(1, &mut reporter.random);
                filled.extend([name, reporter.number(), piece.clone()]);
            }
            reporter.lexicon.join(&filled)
        };
        let sentences: Vec<String> = self.paragraphs.iter().flatten().map(sentence).collect();
        Text {
            headline,
            paragraphs: sentences
                .chunks(Self::SENTENCES)
                .map(<[String]>::to_vec)
                .collect(),
            lexicon: reporter.lexicon,
        }
    }
}

/// A daily item that hardly changes.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Horoscopes {
    pub(crate) days: usize,
    pub(crate) singles: usize,
    pub(crate) language: Language,
}

impl Default for Horoscopes {
    fn default() -> Self {
        Self {
            days: 45,
            singles: 40,
            language: Language::English,
        }
    }
}

/// A horoscope at six every morning for 45 days, one of its 30 sentences new each day; every third day another source
/// has it at seven. Besides, 40 ordinary articles of both.
///
/// The gold is the truth for a copy window under a day: only what appeared on the same morning is a copy. Without a
/// window all horoscopes are alike. The pairs are `same day`, `next day`, and `a month later` (31 days).
pub(crate) fn horoscopes(seed: u64) -> Dump {
    Horoscopes::default().dump(seed)
}

impl Horoscopes {
    const SENTENCES: usize = 30;

    pub(crate) fn dump(&self, seed: u64) -> Dump {
        let mut random = Random::new(seed);
        let sites = Site::several(2, self.language, &mut random)
            .into_iter()
            .map(Site::without_headline)
            .collect();
        let mut press = Press::new(sites, Headlines::OfTheDump);
        let mut reporter = Reporter::new(self.language, &mut random);
        let always: Vec<String> = (0..Self::SENTENCES).map(|_| reporter.sentence()).collect();
        let mut mornings = Vec::new();
        for day in 0..self.days {
            let text = todays(&always, day, &mut reporter);
            let morning = Moment { day, minute: 360 };
            let horoscope = press.add(Draft::new(text.clone(), 0, morning));
            if day % 3 == 0 {
                let later = Moment { day, minute: 420 };
                press.add_copy(horoscope, Draft::new(text, 1, later), "same day");
            }
            if let Some(&yesterday) = mornings.last() {
                press.note(yesterday, horoscope, "next day");
            }
            if let Some(&before) = day.checked_sub(31).and_then(|day| mornings.get(day)) {
                press.note(before, horoscope, "a month later");
            }
            mornings.push(horoscope);
        }
        add_singles(&mut press, self.singles, self.days, &mut random);
        press.print(&mut random)
    }
}

fn todays(always: &[String], day: usize, reporter: &mut Reporter) -> Text {
    let mut sentences = always.to_vec();
    sentences[day % always.len()] = reporter.sentence();
    Text {
        headline: reporter.headline(),
        paragraphs: sentences.chunks(5).map(<[String]>::to_vec).collect(),
        lexicon: reporter.lexicon,
    }
}

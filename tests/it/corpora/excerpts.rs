//! Parts of texts, and texts that turn into others.

use super::Dump;
use super::edits;
use super::exact;
use super::furniture::{Moment, Site};
use super::language::{Language, Lexicon};
use super::press::{Draft, Headlines, Press};
use super::prose::{Reporter, Text};
use super::random::Random;
use super::wire::add_singles;

/// Full articles, an excerpt of each on another page, and other articles.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Excerpts {
    /// The length of an excerpt over the length of the full text.
    pub(crate) fraction: f64,
    pub(crate) pairs: usize,
    pub(crate) singles: usize,
    pub(crate) sites: usize,
    /// Whether the pages have furniture. Without, their text is the excerpt and nothing else.
    pub(crate) framed: bool,
    pub(crate) language: Language,
}

impl Default for Excerpts {
    fn default() -> Self {
        Self {
            fraction: 0.25,
            pairs: 60,
            singles: 40,
            sites: 6,
            framed: true,
            language: Language::English,
        }
    }
}

/// 60 articles with an excerpt each of `fraction` their length, and 40 others, on six sites.
///
/// An excerpt has 44 words or more and a containment of at least 0.9 in its full text. The pairs are `(full, excerpt)`.
pub(crate) fn excerpts(seed: u64, fraction: f64) -> Dump {
    let size = Excerpts {
        fraction,
        ..Excerpts::default()
    };
    size.dump(seed)
}

impl Excerpts {
    pub(crate) fn dump(&self, seed: u64) -> Dump {
        let mut random = Random::new(seed);
        let mut press = bare_headline_press(self.sites, self.language, &mut random);
        let shortest = ((50.0 / self.fraction) as usize).max(320);
        for _ in 0..self.pairs {
            let mut reporter = Reporter::new(self.language, &mut random);
            let full = reporter.text(shortest..=shortest + shortest / 4);
            let part = edits::excerpt(&full, self.fraction, &mut reporter);
            let full = self.add(&mut press, None, full, &mut random);
            self.add(&mut press, Some(full), part, &mut random);
        }
        for _ in 0..self.singles {
            let text = Reporter::new(self.language, &mut random).text(240..=400);
            self.add(&mut press, None, text, &mut random);
        }
        press.print(&mut random)
    }

    fn add(
        &self,
        press: &mut Press,
        full: Option<usize>,
        text: Text,
        random: &mut Random,
    ) -> usize {
        let published = Moment::on(random.below(14), random);
        let mut draft = Draft::new(text, random.below(self.sites), published);
        if !self.framed {
            draft = draft.bare();
        }
        match full {
            Some(full) => press.add_copy(full, draft, "excerpt"),
            None => press.add(draft),
        }
    }
}

/// A press whose pages show no headline above the text, where it would be a large part of an excerpt.
fn bare_headline_press(sites: usize, language: Language, random: &mut Random) -> Press {
    let sites = Site::several(sites, language, random)
        .into_iter()
        .map(Site::without_headline)
        .collect();
    Press::new(sites, Headlines::OfTheDump)
}

/// One page, and two pages that are each an excerpt of it, from places far apart; 30 others on the same three sites.
///
/// The excerpts have nothing in common, yet they and the page are one copy group.
pub(crate) fn page_with_two_excerpts_of_itself(seed: u64) -> Dump {
    let mut random = Random::new(seed);
    let language = Language::English;
    let mut press = bare_headline_press(3, language, &mut random);
    let mut reporter = Reporter::new(language, &mut random);
    let page = reporter.text(420..=480);
    let third = page.paragraphs.len() / 3;
    let ends = [
        page.paragraphs[..third].to_vec(),
        page.paragraphs[page.paragraphs.len() - third..].to_vec(),
    ];
    let full = press.add(Draft::new(page.clone(), 0, Moment::on(3, &mut random)));
    for (site, paragraphs) in (1..).zip(ends) {
        let excerpt = Text {
            headline: reporter.headline(),
            paragraphs,
            ..page.clone()
        };
        let draft = Draft::new(excerpt, site, Moment::on(4, &mut random));
        press.add_copy(full, draft, "excerpt");
    }
    add_singles(&mut press, 30, 14, &mut random);
    press.print(&mut random)
}

/// Texts each a little edited from the one before.
#[derive(Clone, Copy, Debug)]
pub(crate) struct EditChains {
    pub(crate) chains: usize,
    /// How many times a text is edited: a chain has one text more.
    pub(crate) steps: usize,
    /// The exact Jaccard similarity that an edit leaves, or slightly more.
    pub(crate) neighbour_jaccard: f64,
    pub(crate) language: Language,
}

impl Default for EditChains {
    fn default() -> Self {
        Self {
            chains: 1,
            steps: 12,
            neighbour_jaccard: 0.6,
            language: Language::English,
        }
    }
}

/// Thirteen texts of 300 words, each from the one before by exchanging single words until their Jaccard similarity is
/// just over 0.6; the first and the last have nearly nothing in common. No furniture.
///
/// The pairs are the neighbours and, as `ends`, the first and last. There is no truth about what lies between: the
/// gold has every text alone, and is not for scoring.
pub(crate) fn edit_chain(seed: u64) -> Dump {
    EditChains::default().dump(seed)
}

impl EditChains {
    pub(crate) fn dump(&self, seed: u64) -> Dump {
        let mut random = Random::new(seed);
        let mut press = bare_headline_press(self.steps + 1, self.language, &mut random);
        for _ in 0..self.chains {
            let mut reporter = Reporter::new(self.language, &mut random);
            let mut text = reporter.text(300..=300);
            let day = random.below(14);
            let first = press.add(Draft::new(text.clone(), 0, Moment { day, minute: 0 }).bare());
            let mut last = first;
            for minute in 1..=self.steps {
                text = self.edited(&text, &mut reporter);
                let draft = Draft::new(text.clone(), minute, Moment { day, minute }).bare();
                let next = press.add(draft);
                press.note(last, next, "neighbours");
                last = next;
            }
            press.note(first, last, "ends");
        }
        press.print(&mut random)
    }

    /// The text with single words exchanged for as long as it stays similar enough.
    fn edited(&self, text: &Text, reporter: &mut Reporter) -> Text {
        let before = exact::shingles(&text.body());
        let mut lines = words_of(text);
        loop {
            let line = reporter.random.below(lines.len());
            let place = reporter.random.below(lines[line].len());
            let word = text.lexicon.rare_word(&mut reporter.random).to_owned();
            let old = std::mem::replace(&mut lines[line][place], word);
            let after = exact::shingles(&joined(&lines, text.lexicon).join("\n"));
            if exact::jaccard_of_sets(&before, &after) < self.neighbour_jaccard {
                lines[line][place] = old;
                break;
            }
        }
        let paragraphs = joined(&lines, text.lexicon)
            .into_iter()
            .map(|line| vec![line])
            .collect();
        Text {
            paragraphs,
            ..text.clone()
        }
    }
}

fn words_of(text: &Text) -> Vec<Vec<String>> {
    let words = |line: &String| {
        text.lexicon
            .units(line)
            .into_iter()
            .map(str::to_owned)
            .collect()
    };
    text.lines().iter().map(words).collect()
}

fn joined(lines: &[Vec<String>], lexicon: &Lexicon) -> Vec<String> {
    lines.iter().map(|words| lexicon.join(words)).collect()
}

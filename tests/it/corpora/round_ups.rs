//! Round-ups quote several articles and are a copy of none.

use super::Dump;
use super::edits::Edit;
use super::furniture::{Moment, Site};
use super::language::Language;
use super::press::{Draft, Headlines, Press};
use super::prose::{Reporter, Text};
use super::random::Random;

/// Articles and briefs, copies of some, and round-ups that quote them.
#[derive(Clone, Copy, Debug)]
pub(crate) struct RoundUps {
    /// Articles of five paragraphs or more; a tenth has a copy.
    pub(crate) articles: usize,
    /// Articles of one or two paragraphs; a tenth has a copy.
    pub(crate) briefs: usize,
    /// Every fourth quotes four briefs whole, the others a paragraph or two each of four articles.
    pub(crate) round_ups: usize,
    pub(crate) sites: usize,
    /// Whether the pages have furniture.
    pub(crate) framed: bool,
    pub(crate) language: Language,
}

impl Default for RoundUps {
    fn default() -> Self {
        Self {
            articles: 900,
            briefs: 300,
            round_ups: 500,
            sites: 20,
            framed: false,
            language: Language::English,
        }
    }
}

/// 900 articles and 300 briefs, of which 120 have a copy, and 500 round-ups that each quote four of them between words
/// of their own.
///
/// The gold joins the copies and nothing else. The pairs are the copies, `verbatim` or `dateline`, and what every
/// round-up quotes, `quotes a part` and `quotes it whole`, which do not belong together.
pub(crate) fn round_ups(seed: u64) -> Dump {
    RoundUps::default().dump(seed)
}

impl RoundUps {
    pub(crate) fn dump(&self, seed: u64) -> Dump {
        let mut random = Random::new(seed);
        let sites = Site::several(self.sites, self.language, &mut random);
        let mut press = Press::new(sites, Headlines::OfTheDump);
        let articles = self.add_articles(&mut press, self.articles, 5..=6, &mut random);
        let briefs = self.add_articles(&mut press, self.briefs, 1..=2, &mut random);
        for number in 0..self.round_ups {
            if number % 4 == 0 {
                self.add_round_up(&mut press, &briefs, "quotes it whole", &mut random);
            } else {
                self.add_round_up(&mut press, &articles, "quotes a part", &mut random);
            }
        }
        press.print(&mut random)
    }

    fn add_articles(
        &self,
        press: &mut Press,
        count: usize,
        paragraphs: std::ops::RangeInclusive<usize>,
        random: &mut Random,
    ) -> Vec<(usize, Text)> {
        let mut articles = Vec::new();
        for number in 0..count {
            let mut reporter = Reporter::new(self.language, random);
            let text = Text {
                headline: reporter.headline(),
                paragraphs: (0..random.within(paragraphs.clone()))
                    .map(|_| reporter.paragraph())
                    .collect(),
                lexicon: reporter.lexicon,
            };
            let original = press.add(self.draft(text.clone(), random));
            if number % 10 == 0 {
                let edit = *random.pick(&[Edit::Verbatim, Edit::Dateline]);
                let copy = edit.apply(&text, &mut reporter);
                press.add_copy(original, self.draft(copy, random), edit.name());
            }
            articles.push((original, text));
        }
        articles
    }

    fn add_round_up(
        &self,
        press: &mut Press,
        quotable: &[(usize, Text)],
        how: &str,
        random: &mut Random,
    ) {
        let mut reporter = Reporter::new(self.language, random);
        let quoted = random.distinct(4, quotable.len());
        let mut paragraphs = vec![vec![reporter.sentence(), reporter.sentence()]];
        for &position in &quoted {
            let source = &quotable[position].1.paragraphs;
            let count = match source.len() {
                brief @ 0..=2 => brief,
                _ => random.within(1..=2),
            };
            let first = random.below(source.len() - count + 1);
            let mut quote = source[first..first + count].to_vec();
            if random.chance(0.5) {
                quote[0].insert(0, reporter.sentence());
            } else {
                paragraphs.push(vec![reporter.sentence()]);
            }
            paragraphs.append(&mut quote);
        }
        paragraphs.push(vec![reporter.sentence()]);
        let text = Text {
            headline: reporter.headline(),
            paragraphs,
            lexicon: reporter.lexicon,
        };
        let round_up = press.add(self.draft(text, random));
        for position in quoted {
            press.note(quotable[position].0, round_up, how);
        }
    }

    fn draft(&self, text: Text, random: &mut Random) -> Draft {
        let published = Moment::on(random.below(60), random);
        let draft = Draft::new(text, random.below(self.sites), published);
        if self.framed { draft } else { draft.bare() }
    }
}

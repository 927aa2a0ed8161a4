//! Pages with something planted in them: what looks like furniture and is none, and what is and does not look like it.

use super::language::Language;
use super::prose::Reporter;
use super::random::Random;
use super::{Dump, Record};

/// Draws records of one language from one stream of random numbers.
#[derive(Clone, Debug)]
pub(crate) struct Planted {
    pub(crate) language: Language,
    pub(crate) random: Random,
    records: Vec<Record>,
}

/// Where a block stands on its page.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Place {
    Foot,
    Middle,
}

impl Planted {
    pub(crate) fn new(language: Language, seed: u64) -> Self {
        Self {
            language,
            random: Random::new(seed),
            records: Vec::new(),
        }
    }

    /// The dump of all that was planted; every record is a group of its own.
    pub(crate) fn dump(self) -> Dump {
        let own = |record: &Record| (record.id.clone(), record.id.clone());
        Dump {
            gold: self.records.iter().map(own).collect(),
            records: self.records,
            ..Dump::default()
        }
    }

    /// A reporter on a topic of its own.
    pub(crate) fn reporter(&mut self) -> Reporter {
        Reporter::new(self.language, &mut self.random)
    }

    /// A headline on a topic of its own.
    pub(crate) fn headline(&mut self) -> String {
        self.reporter().headline()
    }

    /// A paragraph of about so many words on a topic of its own.
    pub(crate) fn paragraph(&mut self, words: usize) -> String {
        let mut reporter = self.reporter();
        let mut sentences = Vec::new();
        let mut written = 0;
        while written < words {
            let clause = reporter.clause(12.min(words - written));
            written += clause.len();
            sentences.push(reporter.lexicon.join(&clause) + reporter.lexicon.full_stop());
        }
        reporter.lexicon.join(&sentences)
    }

    /// Adds a page; `body` is what is left of it without furniture.
    pub(crate) fn add(&mut self, source: &str, title: String, text: &[String], body: &[String]) {
        self.records.push(Record {
            id: format!("p{:05}", self.records.len()),
            title,
            text: text.join("\n"),
            source: Some(source.to_owned()),
            date: None,
            body: body.join("\n"),
        });
    }

    /// Adds a page without furniture.
    pub(crate) fn add_article(&mut self, source: &str, title: String, text: &[String]) {
        self.add(source, title, text, text);
    }

    /// Ordinary articles of a source.
    pub(crate) fn ordinary(&mut self, count: usize, source: &str) {
        for _ in 0..count {
            let text: Vec<String> = (0..5).map(|_| self.paragraph(60)).collect();
            let title = self.headline();
            self.add_article(source, title, &text);
        }
    }

    /// Pages of a short lead each, over one prompt of so many lines; `counts` puts a number into it that changes.
    pub(crate) fn prompts(&mut self, count: usize, lines: usize, counts: bool, source: &str) {
        let prompt: Vec<String> = (0..lines).map(|_| self.paragraph(45)).collect();
        for _ in 0..count {
            let (title, words) = (self.headline(), self.random.within(18..=30));
            let lead = vec![self.paragraph(words)];
            let mut prompt = prompt.clone();
            if counts {
                prompt[0] = format!("{} / 10: {}", self.random.within(1..=9), prompt[0]);
            }
            self.add(source, title, &[lead.clone(), prompt].concat(), &lead);
        }
    }

    /// Articles of two paragraphs with one block of so many words each, in lines.
    pub(crate) fn blocks(&mut self, count: usize, words: (usize, usize, usize), place: Place) {
        let (own, block, lines) = words;
        let mut block: Vec<String> = (0..lines).map(|_| self.paragraph(block / lines)).collect();
        block.insert(1, self.headline());
        for _ in 0..count {
            let title = self.headline();
            let own: Vec<String> = (0..2).map(|_| self.paragraph(own / 2)).collect();
            let text = match place {
                Place::Foot => [&own[..], &block].concat(),
                Place::Middle => [&own[..1], &block, &own[1..]].concat(),
            };
            self.add("wire.example", title, &text, &own);
        }
    }

    /// Draws of a lottery: each of so many days has numbers of its own, which stand on the pages of seven regions.
    pub(crate) fn draws(&mut self, days: usize, source: &str) {
        let lexicon = self.language.lexicon();
        let mut words = |count| lexicon.join(&lexicon.words(count, &mut self.random));
        let regions: Vec<String> = (0..7).map(|_| words(1)).collect();
        let (lead, games) = (words(5), [words(2), words(2)]);
        let numerals: Vec<String> = (0..30).map(|_| words(1)).collect();
        let jackpot = words(2);
        for _ in 0..days {
            let shared = self.drawn(5, &numerals);
            let money = format!("{jackpot}: ${} m", self.random.within(20..=400));
            for region in &regions {
                let own = self.drawn(3, &numerals);
                let mut text = vec![format!("{region}: {lead}"), games[0].clone()];
                text.extend(own);
                text.push(games[1].clone());
                text.extend(shared.clone());
                text.push(money.clone());
                self.add_article(source, format!("{region} {lead}"), &text);
            }
        }
    }

    /// Numbers, in figures and in words.
    fn drawn(&mut self, count: usize, numerals: &[String]) -> [String; 2] {
        let drawn: Vec<usize> = (0..count).map(|_| self.random.below(30)).collect();
        let figures: Vec<String> = drawn.iter().map(|number| format!("{number:02}")).collect();
        let words: Vec<String> = drawn
            .iter()
            .map(|&number| numerals[number].clone())
            .collect();
        [figures.join("-"), format!("({})", words.join(", "))]
    }

    /// Items of one sentence in three pieces, each of which many items have.
    pub(crate) fn sentences(&mut self, count: usize, join: &str) {
        let lexicon = self.language.lexicon();
        let mut piece = |words| lexicon.join(&lexicon.words(words, &mut self.random));
        let who: Vec<String> = (0..16).map(|_| piece(2)).collect();
        let what: Vec<String> = (0..12).map(|_| piece(7)).collect();
        let when: Vec<String> = (0..7).map(|_| piece(8) + lexicon.full_stop()).collect();
        for number in 0..count {
            let pieces = [&who, &what, &when].map(|of| self.random.pick(of).clone());
            let text = [pieces.join(join)];
            self.add_article(&format!("s{}.example", number % 9), String::new(), &text);
        }
    }

    /// Briefs of an agency, each of which eight sites put into articles of their own.
    pub(crate) fn embedded_briefs(&mut self, briefs: usize) {
        for _ in 0..briefs {
            let brief: Vec<String> = (0..4).map(|_| self.paragraph(16)).collect();
            let title = self.headline();
            self.add_article("agency.example", title, &brief);
            for site in 0..8 {
                let own: Vec<String> = (0..5).map(|_| self.paragraph(50)).collect();
                let (before, after) = own.split_at(self.random.within(1..=5));
                let text = [before, &brief, after].concat();
                let title = self.headline();
                self.add_article(&format!("site{site}.example"), title, &text);
            }
        }
    }
}

//! What a crawl holds besides articles: items of forms, notices, texts around a shared block. None of these is a copy of another.

use super::language::Language;
use super::prose::Reporter;
use super::random::Random;
use super::{Dump, Record};

/// What the slots of a form are filled with.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Slots {
    /// Figures, as results, draws and the weather have.
    Numbers,
    /// The name of a subject, again and again, as alerts and advertisements have.
    Names,
    /// Both.
    Both,
}

impl Slots {
    pub(crate) const ALL: [Slots; 3] = [Slots::Numbers, Slots::Names, Slots::Both];
}

/// Items of one form among articles.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Forms {
    pub(crate) language: Language,
    /// Whether letters are written in a script that has no capitals and that few tools know.
    pub(crate) ethiopic: bool,
    pub(crate) items: usize,
    pub(crate) slots: Slots,
    /// Sentences of an item, of some twelve words each; in two of three something is filled in.
    pub(crate) sentences: usize,
    /// Articles beside them.
    pub(crate) singles: usize,
}

impl Forms {
    /// The items are `f0`, `f1` …, an hour apart; every one is printed again word for word, on another site, as `r0`, `r1` ….
    pub(crate) fn dump(&self, seed: u64) -> Dump {
        let mut random = Random::new(seed);
        let mut reporter = Reporter::new(self.language, &mut random);
        let template: Vec<[String; 3]> = (0..self.sentences)
            .map(|_| {
                [3, 4, 5].map(|words| {
                    let words: Vec<String> = (0..words)
                        .map(|_| reporter.lexicon.word(&mut reporter.random).to_owned())
                        .collect();
                    reporter.lexicon.join(&words)
                })
            })
            .collect();
        let title: Vec<&str> = template[0].iter().map(String::as_str).collect();
        let mut dump = Dump::default();
        for item in 0..self.items {
            let subject = reporter.lexicon.name(2, &mut reporter.random);
            let place = reporter.lexicon.name(1, &mut reporter.random);
            let text = self.filled(&template, (&subject, &place), &mut reporter);
            let headline = match self.slots {
                Slots::Numbers => reporter.lexicon.join(&title),
                _ => reporter.lexicon.join(&[title[0], &subject]),
            };
            for (prefix, site, minute) in [("f", "one.example", 0), ("r", "two.example", 30)] {
                let date = format!(
                    "2024-03-{:02}T{:02}:{minute:02}:00Z",
                    1 + item / 24 % 28,
                    item % 24
                );
                let record =
                    self.record(format!("{prefix}{item}"), (&headline, &text), (site, date));
                dump.gold.push((record.id.clone(), format!("f{item}")));
                dump.records.push(record);
            }
        }
        add_articles(&mut dump, self.language, self.singles, &mut random);
        dump
    }

    fn filled(
        &self,
        template: &[[String; 3]],
        (subject, place): (&str, &str),
        reporter: &mut Reporter,
    ) -> String {
        let mut sentences = Vec::new();
        for (at, [one, two, three]) in template.iter().enumerate() {
            let mut pieces = vec![one.clone()];
            let has_slots = at % 3 != 2;
            if has_slots && self.slots != Slots::Names {
                pieces.push(reporter.number());
            }
            pieces.push(two.clone());
            if has_slots && self.slots != Slots::Numbers {
                pieces.push(if at % 2 == 0 { subject } else { place }.to_owned());
            } else if has_slots {
                pieces.push(reporter.number());
            }
            pieces.push(three.clone());
            sentences.push(reporter.lexicon.join(&pieces) + reporter.lexicon.full_stop());
        }
        reporter.lexicon.join(&sentences)
    }

    fn record(
        &self,
        id: String,
        (title, text): (&str, &str),
        (source, date): (&str, String),
    ) -> Record {
        let written = |text: &str| {
            if self.ethiopic {
                in_ethiopic(text)
            } else {
                text.to_owned()
            }
        };
        let text = written(text);
        Record {
            id,
            title: written(title),
            body: text.clone(),
            text,
            source: Some(source.to_owned()),
            date: Some(date),
        }
    }
}

/// Each letter as one of a script without capitals.
fn in_ethiopic(text: &str) -> String {
    let letter = |c: char| match c.is_alphabetic() {
        true => c
            .to_lowercase()
            .next()
            .and_then(|c| char::from_u32(0x1210 + 8 * (c as u32 % 32) + c as u32 / 32 % 6))
            .unwrap_or(c),
        false => c,
    };
    text.chars().map(letter).collect()
}

/// Adds articles that nothing else is a copy of.
fn add_articles(dump: &mut Dump, language: Language, count: usize, random: &mut Random) {
    for number in 0..count {
        let mut reporter = Reporter::new(language, random);
        let text = reporter.text(80..=300);
        let body = text.body();
        let id = format!("s{number}");
        dump.gold.push((id.clone(), id.clone()));
        dump.records.push(Record {
            id,
            title: text.headline,
            text: body.clone(),
            body,
            source: Some(format!("site{}.example", number % 7)),
            date: Some(format!("2024-03-{:02}T09:00:00Z", 1 + number % 28)),
        });
    }
}

/// Pages that bear one notice in place of an article each: `n0`, `n1` …, on `sites` sites, with articles beside them.
///
/// With `counted`, each page counts something else.
pub(crate) fn notices(
    language: Language,
    (pages, sites): (usize, usize),
    counted: bool,
    seed: u64,
) -> Dump {
    let mut random = Random::new(seed);
    let mut reporter = Reporter::new(language, &mut random);
    let notice = [
        reporter.sentence(),
        reporter.sentence(),
        reporter.sentence(),
    ];
    let mut dump = Dump::default();
    for page in 0..pages {
        let mut other = Reporter::new(language, &mut random);
        let mut lines = notice.to_vec();
        if counted {
            let count = [reporter.clause(3).join(" "), (page + 2).to_string()];
            lines.push(reporter.lexicon.join(&count));
        }
        let text = lines.join("\n");
        let id = format!("n{page}");
        dump.gold.push((id.clone(), id.clone()));
        dump.records.push(Record {
            id,
            title: other.headline(),
            body: text.clone(),
            text,
            source: Some(format!("wall{}.example", page % sites)),
            date: Some(format!("2024-03-{:02}T12:00:00Z", 1 + page % 28)),
        });
    }
    add_articles(&mut dump, language, 30, &mut random);
    dump
}

/// Where a block that several articles carry stands.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Block {
    /// At the foot, as what a company says of itself.
    Foot,
    /// In the middle, as a gallery does.
    Middle,
}

/// Articles of some 120 words around one block of some `words` words: `b0`, `b1` …, with other articles beside them.
pub(crate) fn around_a_block(
    language: Language,
    articles: usize,
    (block, words): (Block, usize),
    seed: u64,
) -> Dump {
    let mut random = Random::new(seed);
    let shared = Reporter::new(language, &mut random)
        .text(words..=words)
        .lines();
    let mut dump = Dump::default();
    for article in 0..articles {
        let text = Reporter::new(language, &mut random).text(110..=140);
        let own = text.lines();
        let (before, after) = match block {
            Block::Foot => (&own[..], &own[..0]),
            Block::Middle => own.split_at(own.len() / 2),
        };
        let body = [before, &shared, after].concat().join("\n");
        let id = format!("b{article}");
        dump.gold.push((id.clone(), id.clone()));
        dump.records.push(Record {
            id,
            title: text.headline,
            text: body.clone(),
            body,
            source: Some("block.example".to_owned()),
            date: Some(format!("2024-03-{:02}T15:00:00Z", 1 + article % 28)),
        });
    }
    add_articles(&mut dump, language, 30, &mut random);
    dump
}

//! Prose is what reporters write: sentences in paragraphs under a headline, around a topic and a few names.

use std::ops::RangeInclusive;

use super::language::{Language, Lexicon, capitalised};
use super::random::Random;

/// The text of an article, before any site puts its furniture around it.
#[derive(Clone, Debug)]
pub(crate) struct Text {
    pub(crate) headline: String,
    /// Sentences, by paragraph; a paragraph is a line of the page.
    pub(crate) paragraphs: Vec<Vec<String>>,
    pub(crate) lexicon: &'static Lexicon,
}

impl Text {
    pub(crate) fn lines(&self) -> Vec<String> {
        self.paragraphs
            .iter()
            .map(|sentences| self.lexicon.join(sentences))
            .collect()
    }

    pub(crate) fn body(&self) -> String {
        self.lines().join("\n")
    }

    /// The text with every sentence rewritten; sentences that come out empty are left out.
    pub(crate) fn map_sentences(&self, mut rewrite: impl FnMut(&str) -> String) -> Self {
        let mut text = self.clone();
        for sentence in text.paragraphs.iter_mut().flatten() {
            *sentence = rewrite(sentence);
        }
        text.without_gaps()
    }

    /// The text without empty sentences and paragraphs.
    pub(crate) fn without_gaps(mut self) -> Self {
        for paragraph in &mut self.paragraphs {
            paragraph.retain(|sentence| !sentence.is_empty());
        }
        self.paragraphs.retain(|paragraph| !paragraph.is_empty());
        self
    }
}

/// Writes about one topic, in one language, from one stream of random numbers.
#[derive(Clone, Debug)]
pub(crate) struct Reporter {
    pub(crate) lexicon: &'static Lexicon,
    pub(crate) random: Random,
    topic: Vec<&'static str>,
    names: Vec<String>,
}

impl Reporter {
    /// A reporter with a topic that nobody else has.
    pub(crate) fn new(language: Language, random: &mut Random) -> Self {
        let lexicon = language.lexicon();
        let mut random = random.fork();
        let topic = (0..25).map(|_| lexicon.rare_word(&mut random)).collect();
        let names = (0..4).map(|_| lexicon.name(2, &mut random)).collect();
        Self {
            lexicon,
            random,
            topic,
            names,
        }
    }

    /// An article of about `words` words in paragraphs of 30 to 80.
    pub(crate) fn text(&mut self, words: RangeInclusive<usize>) -> Text {
        let mut missing = self.random.within(words);
        let mut paragraphs = Vec::new();
        while missing > 0 {
            let (paragraph, written) = self.paragraph_and_length();
            paragraphs.push(paragraph);
            missing = missing.saturating_sub(written);
        }
        Text {
            headline: self.headline(),
            paragraphs,
            lexicon: self.lexicon,
        }
    }

    pub(crate) fn headline(&mut self) -> String {
        let length = self.random.within(7..=11);
        let words = self.clause(length);
        capitalised(&self.lexicon.join(&words))
    }

    pub(crate) fn paragraph(&mut self) -> Vec<String> {
        self.paragraph_and_length().0
    }

    fn paragraph_and_length(&mut self) -> (Vec<String>, usize) {
        let wanted = self.random.within(30..=50);
        let (mut sentences, mut written) = (Vec::new(), 0);
        while written < wanted {
            let words = self.sentence_words();
            written += words.len();
            sentences.push(self.lexicon.join(&words));
        }
        (sentences, written)
    }

    pub(crate) fn sentence(&mut self) -> String {
        let words = self.sentence_words();
        self.lexicon.join(&words)
    }

    fn sentence_words(&mut self) -> Vec<String> {
        let length = self.random.within(8..=16);
        let mut words = self.clause(length);
        words[0] = capitalised(&words[0]);
        if self.random.chance(0.12) {
            self.put_in_quotes(&mut words);
        } else if self.random.chance(0.4) {
            words[length / 2] += self.lexicon.comma();
        } else if self.random.chance(0.1) {
            words.insert(length / 2, "-".to_owned());
        }
        if self.random.chance(0.06) {
            words.push(self.lexicon.stock_phrase(&mut self.random).to_owned());
        }
        if let Some(last) = words.last_mut() {
            *last += self.lexicon.full_stop();
        }
        words
    }

    fn put_in_quotes(&mut self, words: &mut Vec<String>) {
        words[0].insert(0, '"');
        if let Some(last) = words.last_mut() {
            *last = format!("{last}{}\"", self.lexicon.comma());
        }
        words.push(self.random.pick(&self.names).clone());
        words.push(self.lexicon.word(&mut self.random).to_owned());
    }

    /// `length` words without an end; a name counts as one.
    pub(crate) fn clause(&mut self, length: usize) -> Vec<String> {
        (0..length)
            .map(|place| match self.random.below(100) {
                0..38 if place + 1 < length => {
                    self.lexicon.function_word(&mut self.random).to_owned()
                }
                38..42 => self.name(),
                42..46 => self.number(),
                46..66 => (*self.random.pick(&self.topic)).to_owned(),
                _ => self.lexicon.word(&mut self.random).to_owned(),
            })
            .collect()
    }

    fn name(&mut self) -> String {
        let name = self.random.pick(&self.names).clone();
        match self.lexicon.language {
            Language::English if self.random.chance(0.3) => name + "'s",
            _ => name,
        }
    }

    pub(crate) fn number(&mut self) -> String {
        match self.random.below(3) {
            0 => self.random.within(2..=99).to_string(),
            1 => format!("{}.{}", self.random.below(100), self.random.below(10)),
            _ => format!(
                "{},{:03}",
                self.random.within(1..=99),
                self.random.below(1000)
            ),
        }
    }
}

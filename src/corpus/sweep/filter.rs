//! Which articles of a dump are wanted: by their length, language and date, or a part of them for trying out.
//!
//! What is left out is left out in every sweep, as if it were not there, and counted.

use std::fmt;

use crate::corpus::record::Parsed;
use crate::corpus::record::language::code as language_code;
use crate::corpus::{Article, Timestamp};
use crate::kernel::Tokenizer;

/// Which articles are wanted; all where nothing is said.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Filter {
    /// With at least so many words in title and text; of scripts without spaces, characters.
    pub min_words: Option<usize>,
    /// With at most so many words.
    pub max_words: Option<usize>,
    /// In one of these languages, named as records may name them: `en`, `eng`, `English`.
    pub languages: Vec<String>,
    /// Published at this moment or later.
    pub since: Option<Timestamp>,
    /// Published before this moment.
    pub until: Option<Timestamp>,
    /// Of the first so many records, bad ones among them.
    pub limit: Option<u64>,
    /// Of records whose hash is among this share of all, in millionths: the same whatever their order.
    pub sample: Option<u32>,
}

/// Why an article was left out.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
#[non_exhaustive]
pub enum LeftOut {
    /// It is not in the sample.
    Sample,
    /// It has too few or too many words.
    Length,
    /// It is in another language, or in none that is known.
    Language,
    /// It was published at another time.
    Date,
    /// Nobody knows when it was published.
    NoDate,
}

impl fmt::Display for LeftOut {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            LeftOut::Sample => "not in the sample",
            LeftOut::Length => "too short or too long",
            LeftOut::Language => "in another language",
            LeftOut::Date => "published at another time",
            LeftOut::NoDate => "without a date",
        })
    }
}

impl Filter {
    /// Whether articles may be left out one by one.
    pub fn is_active(&self) -> bool {
        let Filter {
            limit: _,
            languages,
            ..
        } = self;
        let lengths = self.min_words.is_some() || self.max_words.is_some();
        let dates = self.since.is_some() || self.until.is_some();
        lengths || dates || !languages.is_empty() || self.sample.is_some()
    }

    /// Whether it looks at dates or hashes of records.
    pub(crate) fn needs_all_fields(&self) -> bool {
        self.since.is_some() || self.until.is_some() || self.sample.is_some()
    }

    /// Why an article is left out; `None` where it is wanted.
    fn judge(&self, article: &Article<'_>, hashes: &mut Vec<u64>) -> Option<LeftOut> {
        if let Some(share) = self.sample {
            // The upper half of a hash, as a share of what it may be.
            let place = ((article.record_hash >> 32) * 1_000_000) >> 32;
            if place >= u64::from(share) {
                return Some(LeftOut::Sample);
            }
        }
        if self.since.is_some() || self.until.is_some() {
            let Some(published) = article.published else {
                return Some(LeftOut::NoDate);
            };
            let is_early = self.since.is_some_and(|since| published < since);
            if is_early || self.until.is_some_and(|until| published >= until) {
                return Some(LeftOut::Date);
            }
        }
        if self.min_words.is_some() || self.max_words.is_some() {
            let words = words(&article.title, hashes) + words(&article.text, hashes);
            let is_short = self.min_words.is_some_and(|least| words < least);
            if is_short || self.max_words.is_some_and(|most| words > most) {
                return Some(LeftOut::Length);
            }
        }
        let is_foreign = !self.languages.is_empty() && !self.is_in_language(article);
        is_foreign.then_some(LeftOut::Language)
    }

    /// Whether an article is in one of the languages.
    fn is_in_language(&self, article: &Article<'_>) -> bool {
        let language = article.language();
        let wanted = self.languages.iter().filter_map(|name| language_code(name));
        language.is_some_and(|language| wanted.into_iter().any(|wanted| wanted == language))
    }
}

impl Article<'_> {
    /// The code (ISO 639-3) of the language it is in: by its words where they tell, else as it says.
    pub(crate) fn language(&self) -> Option<String> {
        const LOOKED_AT: usize = 1000;
        let sample: String = self
            .title
            .chars()
            .chain(['\n'])
            .chain(self.text.chars())
            .take(LOOKED_AT)
            .collect();
        let guessed = whatlang::detect(&sample).filter(whatlang::Info::is_reliable);
        let guessed = guessed.map(|info| info.lang().code().to_owned());
        guessed.or_else(|| language_code(self.lang.as_deref()?))
    }
}

/// How many words a text has; of scripts without spaces, characters.
fn words(text: &str, hashes: &mut Vec<u64>) -> usize {
    hashes.clear();
    Tokenizer::default().tokens(text, hashes);
    hashes.len()
}

impl Parsed<'_> {
    /// Leaves out the articles that are not wanted.
    pub(crate) fn keep(&mut self, filter: &Filter) {
        if !filter.is_active() {
            return;
        }
        let mut hashes = Vec::new();
        let verdicts: Vec<Option<LeftOut>> = self
            .articles
            .iter()
            .map(|article| filter.judge(article, &mut hashes))
            .collect();
        for why in verdicts.iter().flatten() {
            *self.tally.left_out.entry(*why).or_default() += 1;
        }
        let mut kept = verdicts.iter().map(Option::is_none);
        self.articles.retain(|_| kept.next().unwrap_or(true));
        let mut kept = verdicts.iter().map(Option::is_none);
        self.raw.retain(|_| kept.next().unwrap_or(true));
    }
}

//! The tally: in how many articles of each language words stand, of those met since it was last passed on.
//!
//! Words are counted, not what they are cut into: an article has a few hundred words and more than a thousand grams. So a
//! feature stands in as many articles as its words do, one that has two of them counted twice.

use super::features::{Feature, Use};
use super::frequencies::Counting;
use super::vocabulary::{Vocabulary, WordId};
use crate::corpus::ArticleId;

/// Counts words by language.
#[derive(Default)]
pub(super) struct Tally {
    languages: Vec<Counted>,
    /// The article each word was met in last.
    last: Vec<u32>,
    article: ArticleId,
}

/// The words of one language.
#[derive(Default)]
struct Counted {
    language: u32,
    /// How many articles have each word.
    articles: Vec<ArticleId>,
    met: Vec<WordId>,
}

impl Tally {
    /// Counts an article of a language.
    pub(super) fn add(&mut self, vocabulary: &Vocabulary, uses: &[Use], language: u32) {
        let is_same = |counted: &Counted| counted.language == language;
        let known = self.languages.iter().position(is_same);
        let at = known.unwrap_or(self.languages.len());
        if known.is_none() {
            self.languages.push(Counted {
                language,
                ..Counted::default()
            });
        }
        let counted = &mut self.languages[at];
        counted.articles.resize(vocabulary.len(), 0);
        self.last.resize(vocabulary.len(), 0);
        self.article += 1;
        for used in uses.iter().filter(|used| used.marks.weight() > 0) {
            let word = vocabulary.same(used.word);
            let last = &mut self.last[word as usize];
            if *last != self.article {
                *last = self.article;
                let articles = &mut counted.articles[word as usize];
                if *articles == 0 {
                    counted.met.push(word);
                }
                *articles += 1;
            }
        }
    }

    /// How many articles were counted since it was last passed on.
    pub(super) fn articles(&self) -> u32 {
        self.article
    }

    /// Adds what was counted to the counts of all, and forgets it.
    pub(super) fn pass_on(&mut self, vocabulary: &Vocabulary, frequencies: &impl Counting) {
        for counted in self.languages.drain(..) {
            let features = counted.met.iter().flat_map(|&word| {
                let articles = counted.articles[word as usize];
                let features = vocabulary.features(word);
                each_once(features).map(move |feature| (feature, articles))
            });
            frequencies.add(counted.language, features);
        }
        self.last.clear();
        self.article = 0;
    }
}

/// The features of a word, each once.
fn each_once(features: &[Feature]) -> impl Iterator<Item = Feature> {
    let is_first = |&(at, feature): &(usize, &Feature)| !features[..at].contains(feature);
    let first = features.iter().enumerate().filter(is_first);
    first.map(|(_, &feature)| feature)
}

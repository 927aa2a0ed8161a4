//! The linguist: guesses what articles are written in, among the languages that a dump has.
//!
//! Guessing goes by letters and trigrams of the languages it knows. One that it does not know, or a dialect, it takes now for
//! this and now for that one, and a story told in it would fall apart. So the guesses of a sample are held against each other:
//! what is one language has the same frequent words, whatever it was taken for.

use std::collections::BTreeMap;
use std::ops::Range;

use ahash::AHashMap;
use whatlang::{Detector, Lang, Script, detect_script};

use super::features::Feature;
use super::language::{Tongue, code, sample};
use crate::article::Article;

/// So many articles are asked for the languages of a dump, those of smallest content hash.
pub(super) const SAMPLED: usize = 1024;
/// A language that fewer of a sample are taken for is not told from others by its words.
const FEW: u32 = 4;
/// Frequent stems of a language that it is known by.
const FREQUENT: usize = 100;
/// Two languages are one if the cosine of the shares of articles that have each frequent stem is this; it is 0.2 and less for
/// languages that are none, 0.4 for titles of one language on different topics, and mostly above 0.6.
const ALIKE: f64 = 0.45;
/// A guess from so many bytes is taken even where it is not sure.
const ENOUGH: usize = 200;
/// A sure guess from so many characters counts more than what a record says of itself: templates say of all pages what they
/// were once set to.
const PLAIN: usize = 120;

/// Tells what articles are written in.
#[derive(Default)]
pub(super) struct Linguist {
    detector: Detector,
    /// The only languages that are guessed; any, where there is none.
    known: Vec<Lang>,
    /// Scripts of several languages of which the dump has one or none.
    only: Vec<(Script, Option<Lang>)>,
    /// Languages that are taken for others, by their codes.
    same: BTreeMap<&'static str, &'static str>,
}

/// What an article of a sample is taken for, and its stems.
pub(super) type Sampled = (Lang, Vec<Feature>);

/// How many articles are taken for a language, and the share of them that has each of its frequent stems.
struct Profile {
    language: Lang,
    articles: u32,
    shares: AHashMap<Feature, f64>,
}

impl Linguist {
    /// One who has seen a sample of a dump, or all of it; of a dump seen in part, languages that were not met are not guessed.
    pub(super) fn knowing(sampled: Vec<Sampled>, is_all: bool) -> Linguist {
        let mut by_code: BTreeMap<&'static str, Vec<Sampled>> = BTreeMap::new();
        for sampled in sampled {
            by_code.entry(sampled.0.code()).or_default().push(sampled);
        }
        let mut profiles: Vec<Profile> = by_code
            .values()
            .map(|sampled| Profile::of(sampled))
            .collect();
        profiles.sort_by_key(|profile| std::cmp::Reverse(profile.articles));
        let mut linguist = Linguist::default();
        let mut own: Vec<&Profile> = Vec::new();
        for profile in profiles.iter().filter(|profile| profile.articles >= FEW) {
            let alike = own
                .iter()
                .map(|other| (profile.cosine(other), other.language));
            let most = alike
                .max_by(|a, b| a.0.total_cmp(&b.0))
                .filter(|most| most.0 >= ALIKE);
            match most {
                Some((_, other)) => {
                    linguist.same.insert(profile.language.code(), other.code());
                }
                None => own.push(profile),
            }
        }
        if !is_all && !own.is_empty() {
            linguist.know(own.iter().map(|profile| profile.language).collect());
        }
        linguist
    }

    /// The languages that are guessed and those that are taken for others, by their codes.
    pub(super) fn told(&self) -> (Vec<String>, BTreeMap<String, String>) {
        let same = self
            .same
            .iter()
            .map(|(a, b)| (a.to_string(), b.to_string()));
        let only = self.known.iter().map(|lang| lang.code().to_owned());
        (only.collect(), same.collect())
    }

    /// One who was told so.
    pub(super) fn told_of(only: &[String], same: &BTreeMap<String, String>) -> Linguist {
        let lang = |code: &String| Lang::from_code(code.as_str());
        let only: Vec<Lang> = only.iter().filter_map(lang).collect();
        let pair = |(a, b): (&String, &String)| Some((lang(a)?.code(), lang(b)?.code()));
        let mut linguist = Linguist {
            same: same.iter().filter_map(pair).collect(),
            ..Linguist::default()
        };
        if !only.is_empty() {
            linguist.know(only);
        }
        linguist
    }

    /// Guesses no other languages than these.
    fn know(&mut self, known: Vec<Lang>) {
        self.only = only(&known);
        self.detector = Detector::with_allowlist(known.clone());
        self.known = known;
    }

    /// The code of the language an article is in, by its words where they are plain, else as it says or is guessed.
    pub(super) fn name(&self, article: &Article<'_>, kept: &[Range<usize>]) -> Option<String> {
        self.name_of(article, &sample(article, kept)).0
    }

    /// The same, and whether it is what the article says.
    fn name_of(&self, article: &Article<'_>, sample: &str) -> (Option<String>, bool) {
        let own = |lang: Lang| *self.same.get(lang.code()).unwrap_or(&lang.code());
        let Some(declared) = article.lang.as_deref().and_then(code) else {
            let guessed = self.guess_of(sample).map(own);
            return (guessed.map(str::to_owned), false);
        };
        match self.contradicted(&declared, sample).map(own) {
            Some(plain) if plain != declared => (Some(plain.to_owned()), false),
            _ => (Some(declared), true),
        }
    }

    /// The language of a text that is plainly another than the one that is said.
    fn contradicted(&self, declared: &str, sample: &str) -> Option<Lang> {
        let said = Lang::from_code(declared)?;
        // Of a language that is not guessed, every text is taken for another.
        let is_guessed = self.known.is_empty() || self.known.contains(&said);
        let script = detect_script(sample).filter(|_| sample.chars().count() >= PLAIN)?;
        if !is_guessed && script.langs().contains(&said) {
            return None;
        }
        let guess = self.detector.detect(sample)?;
        (guess.is_reliable() && guess.lang() != said).then(|| guess.lang())
    }

    /// The language an article's words are of, if that is sure.
    pub(super) fn guess(&self, article: &Article<'_>, kept: &[Range<usize>]) -> Option<Lang> {
        self.guess_of(&sample(article, kept))
    }

    fn guess_of(&self, sample: &str) -> Option<Lang> {
        // Of letters that one language alone can be written in, all is known.
        let script = detect_script(sample)?;
        if let Some(&(_, only)) = self.only.iter().find(|only| only.0 == script) {
            return only;
        }
        let guess = self.detector.detect(sample)?;
        (guess.is_reliable() || sample.len() > ENOUGH).then(|| guess.lang())
    }

    /// What an article is written in.
    pub(super) fn tongue(&self, article: &Article<'_>, kept: &[Range<usize>]) -> Tongue {
        let sample = sample(article, kept);
        let (language, is_declared) = self.name_of(article, &sample);
        Tongue::new(&sample, language.as_deref(), is_declared)
    }
}

/// The scripts of several languages of which one or none is among these.
fn only(known: &[Lang]) -> Vec<(Script, Option<Lang>)> {
    // Chinese and Japanese are told apart by their letters, not by their words.
    let told_by_words = |script: &Script| script.langs().len() > 1 && *script != Script::Mandarin;
    let scripts = Script::all().iter().copied().filter(told_by_words);
    let only = |script: Script| {
        let mut own = known.iter().filter(|known| script.langs().contains(known));
        let first = own.next().copied();
        own.next().is_none().then_some((script, first))
    };
    scripts.filter_map(only).collect()
}

impl Profile {
    fn of(sampled: &[Sampled]) -> Profile {
        let mut counts: AHashMap<Feature, u32> = AHashMap::new();
        for &stem in sampled.iter().flat_map(|(_, stems)| stems) {
            *counts.entry(stem).or_default() += 1;
        }
        let mut ranked: Vec<(std::cmp::Reverse<u32>, Feature)> = counts
            .into_iter()
            .map(|(stem, count)| (std::cmp::Reverse(count), stem))
            .collect();
        ranked.sort_unstable();
        ranked.truncate(FREQUENT);
        let articles = sampled.len() as u32;
        let share = |(count, stem): (std::cmp::Reverse<u32>, Feature)| {
            (stem, f64::from(count.0) / f64::from(articles))
        };
        Profile {
            language: sampled[0].0,
            articles,
            shares: ranked.into_iter().map(share).collect(),
        }
    }

    fn cosine(&self, other: &Profile) -> f64 {
        // Sums of floats hang on their order, and that of maps is anyone's guess.
        let sum = |mut products: Vec<f64>| -> f64 {
            products.sort_unstable_by(f64::total_cmp);
            products.into_iter().sum()
        };
        let squares =
            |profile: &Profile| sum(profile.shares.values().map(|share| share * share).collect());
        let both = |(stem, share): (&Feature, &f64)| Some(share * other.shares.get(stem)?);
        sum(self.shares.iter().filter_map(both).collect()) / (squares(self) * squares(other)).sqrt()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_has_the_same_frequent_words_is_one_language() {
        let article = |language, words: std::ops::Range<u32>, own: u32| {
            let own = 1000 + own * 10..1010 + own * 10;
            (language, words.chain(own).collect::<Vec<Feature>>())
        };
        let mut sampled: Vec<Sampled> = (0..20).map(|own| article(Lang::Spa, 0..30, own)).collect();
        sampled.extend((20..30).map(|own| article(Lang::Cat, 0..28, own)));
        sampled.extend((30..40).map(|own| article(Lang::Por, 25..55, own)));
        let linguist = Linguist::knowing(sampled, true);
        assert_eq!(linguist.same, BTreeMap::from([("cat", "spa")]));
    }

    #[test]
    fn plain_words_count_more_than_what_a_record_says() {
        let ferry = "The ferry to the northern islands will not sail before Monday, the harbour master said on Friday \
            evening, because the storm has damaged the pier and two of its engines.";
        let linguist = Linguist::default();
        let name = |lang: &str, text: &str| {
            let article = Article {
                lang: Some(lang.into()),
                text: text.into(),
                ..Article::default()
            };
            linguist.name(&article, std::slice::from_ref(&(0..text.len())))
        };
        assert_eq!(name("de", ferry).as_deref(), Some("eng"));
        assert_eq!(name("en-GB", ferry).as_deref(), Some("eng"));
        // Too little to tell, and a language that nobody here can tell.
        assert_eq!(name("de", &ferry[..30]).as_deref(), Some("deu"));
        assert_eq!(name("gl", ferry).as_deref(), Some("glg"));
    }
}

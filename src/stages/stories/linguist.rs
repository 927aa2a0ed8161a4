//! The linguist: guesses what articles are written in, among the languages that a dump has.
//!
//! Guessing goes by letters and trigrams of the languages it knows. One that it does not know, or a dialect, it takes now for
//! this and now for that one, and a story told in it would fall apart. So the guesses of a sample are held against each other:
//! what is one language has the same frequent words, whatever it was taken for.
//!
//! What a record says of its language comes from templates as often as from people. It is believed where the words do not plainly
//! say otherwise, and where most articles of the sample that say so are in that language.

use std::collections::BTreeMap;
use std::ops::Range;

use ahash::AHashMap;
use serde::{Deserialize, Serialize};
use whatlang::{Detector, Lang, Script, detect_script};

use super::common::Readers;
use super::features::{Cutter, Feature};
use super::language::{self, Language, sample};
use crate::corpus::{Article, language_code};

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
/// So many words of a text, those at its head, are held against the frequent ones of languages, and against what a record says of its
/// language; of fewer than so many nothing is plain.
const READ: usize = 80;
const PLAIN: u32 = 30;
/// Languages that are told by words.
const BITS: usize = 32;

/// Tells what articles are written in.
#[derive(Default)]
pub(super) struct LanguageDetector {
    detector: Detector,
    /// The only languages that are guessed; any, where there is none.
    known: Vec<Lang>,
    /// Scripts of several languages of which the dump has one or none.
    only: Vec<(Script, Option<Lang>)>,
    /// Languages that are taken for others, by their codes.
    same: BTreeMap<&'static str, &'static str>,
    /// Codes that records name and their texts are mostly not in.
    doubted: Vec<String>,
    /// The languages that the sample is in, and who guesses one of them; none where there are none.
    met: Vec<Lang>,
    narrow: Option<Detector>,
    /// Guesses among all languages.
    wide: Detector,
    /// The frequent stems of those that the sample is in, each with a bit for every language that has it.
    stems: AHashMap<Feature, u32>,
}

/// An article of a sample: what it is taken for, its stems, and what it says itself.
pub(super) type Sampled = (Lang, Vec<Feature>, Option<String>);

/// What a [`LanguageDetector`] knows, to be kept.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub(super) struct StoredDetector {
    /// The only languages that are guessed; any, where there is none.
    only: Vec<String>,
    /// The languages that the sample is in.
    met: Vec<String>,
    /// Languages that are taken for others.
    same: BTreeMap<String, String>,
    /// Languages that records name and their texts are mostly not in.
    doubted: Vec<String>,
    /// Frequent stems, each with a bit for every language of the sample that has it.
    stems: Vec<(Feature, u32)>,
}

/// How many articles are taken for a language, and the share of them that has each of its frequent stems.
struct Profile {
    language: Lang,
    articles: u32,
    shares: AHashMap<Feature, f64>,
}

impl LanguageDetector {
    /// One who has seen a sample of a dump, or all of it; of a dump seen in part, languages that were not met are not guessed.
    pub(super) fn knowing(sampled: Vec<Sampled>, is_all: bool) -> LanguageDetector {
        let mut by_code: BTreeMap<&'static str, Vec<Sampled>> = BTreeMap::new();
        let mut declared: BTreeMap<String, Vec<Lang>> = BTreeMap::new();
        for mut sampled in sampled {
            if let Some(code) = sampled.2.take() {
                declared.entry(code).or_default().push(sampled.0);
            }
            by_code.entry(sampled.0.code()).or_default().push(sampled);
        }
        let mut profiles: Vec<Profile> = by_code
            .values()
            .map(|sampled| Profile::of(sampled))
            .collect();
        profiles.sort_by_key(|profile| std::cmp::Reverse(profile.articles));
        let mut linguist = LanguageDetector::default();
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
        let own: Vec<Lang> = own.iter().map(|profile| profile.language).collect();
        for profile in &profiles {
            let language = linguist.one_of(profile.language.code());
            let bit = own.iter().take(BITS).position(|own| own.code() == language);
            let bits = bit.map_or(0, |bit| 1 << bit);
            let stems = profile.shares.keys().filter(|_| bits > 0);
            stems.for_each(|&stem| *linguist.stems.entry(stem).or_default() |= bits);
        }
        let is_doubted = |(code, guesses): &(&String, &Vec<Lang>)| {
            let is_so = |guess: &&Lang| linguist.one_of(guess.code()) == linguist.one_of(code);
            let right = guesses.iter().filter(is_so).count();
            let is_known = Lang::from_code(code.as_str()).is_some();
            is_known && guesses.len() >= FEW as usize && right * 2 < guesses.len()
        };
        let doubted = declared.iter().filter(is_doubted);
        linguist.doubted = doubted.map(|(code, _)| code.clone()).collect();
        linguist.meet(own.clone());
        if !is_all && !own.is_empty() {
            linguist.know(own);
        }
        linguist
    }

    /// What it knows, in codes.
    pub(super) fn told(&self) -> StoredDetector {
        let codes = |langs: &[Lang]| langs.iter().map(|lang| lang.code().to_owned()).collect();
        let same = self
            .same
            .iter()
            .map(|(a, b)| (a.to_string(), b.to_string()));
        let mut stems: Vec<(Feature, u32)> = self.stems.iter().map(|(&a, &b)| (a, b)).collect();
        stems.sort_unstable();
        StoredDetector {
            only: codes(&self.known),
            met: codes(&self.met),
            same: same.collect(),
            doubted: self.doubted.clone(),
            stems,
        }
    }

    /// One who was told so.
    pub(super) fn told_of(told: &StoredDetector) -> LanguageDetector {
        let lang = |code: &String| Lang::from_code(code.as_str());
        let langs = |codes: &[String]| -> Vec<Lang> { codes.iter().filter_map(lang).collect() };
        let pair = |(a, b): (&String, &String)| Some((lang(a)?.code(), lang(b)?.code()));
        let mut linguist = LanguageDetector {
            same: told.same.iter().filter_map(pair).collect(),
            doubted: told.doubted.clone(),
            stems: told.stems.iter().copied().collect(),
            ..LanguageDetector::default()
        };
        linguist.meet(langs(&told.met));
        let only = langs(&told.only);
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

    /// Guesses one of these where nothing better is known.
    fn meet(&mut self, met: Vec<Lang>) {
        self.narrow = (!met.is_empty()).then(|| Detector::with_allowlist(met.clone()));
        self.met = met;
    }

    /// The code that stands for a language and for those that are the same.
    fn one_of<'c>(&self, code: &'c str) -> &'c str {
        self.same.get(code).copied().unwrap_or(code)
    }

    /// The code of the language an article is in, as far as it is known, and whether that is what the article says.
    fn name_of(
        &self,
        article: &Article<'_>,
        sample: &str,
        cutter: &Cutter,
    ) -> (Option<String>, bool) {
        let guessed = |lang: Lang| Some(self.one_of(lang.code()).to_owned());
        let Some(declared) = article.lang.as_deref().and_then(language_code) else {
            let guess = self.by_words(cutter).or_else(|| self.guess_of(sample));
            return (guess.and_then(guessed), false);
        };
        let words = if self.doubted.contains(&declared) {
            let among = self
                .narrow
                .as_ref()
                .and_then(|narrow| narrow.detect_lang(sample));
            self.guess_of(sample).or(among)
        } else {
            self.contradiction(&declared, sample, cutter)
        };
        match words {
            Some(lang) if self.one_of(lang.code()) != self.one_of(&declared) => {
                (guessed(lang), false)
            }
            _ => (Some(declared), true),
        }
    }

    /// The language that the words of an article are plainly in, where that may be another than the one it says.
    fn contradiction(&self, declared: &str, sample: &str, cutter: &Cutter) -> Option<Lang> {
        let lang = Lang::from_code(declared)?;
        let script = detect_script(sample)?;
        let is_possible = script.langs().contains(&lang);
        let is_plain = || {
            let words = cutter.uses.iter().filter(|used| used.marks.is_spaced());
            let body = words.skip_while(|used| used.marks.in_title()).take(READ);
            let stems = body.map(|used| cutter.vocabulary.stem(used.word));
            Readers::all().contradict(language::number(declared), stems)
        };
        if sample.len() <= ENOUGH || is_possible && !is_plain() {
            return None;
        }
        let guess = self.wide.detect(sample)?;
        guess.is_reliable().then(|| guess.lang())
    }

    /// The language of the sample that an article is plainly in by its words: letters need not be asked then, which takes
    /// longer than all else that is done with it.
    fn by_words(&self, cutter: &Cutter) -> Option<Lang> {
        let words = cutter.uses.iter().filter(|used| used.marks.is_spaced());
        let (mut hits, mut read) = ([0u32; BITS], 0);
        for used in words.skip_while(|used| used.marks.in_title()).take(READ) {
            read += 1;
            let stem = cutter.vocabulary.stem(used.word);
            let mut bits = self.stems.get(&stem).copied().unwrap_or(0);
            while bits > 0 {
                hits[bits.trailing_zeros() as usize] += 1;
                bits &= bits - 1;
            }
        }
        let most = *hits.iter().max()?;
        let best = hits.iter().position(|&hits| hits == most)?;
        let others = hits.iter().enumerate().filter(|other| other.0 != best);
        let next = others.map(|other| *other.1).max()?;
        let is_plain = read >= PLAIN && most * 3 >= read && most >= 2 * next;
        self.met.get(best).copied().filter(|_| is_plain)
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

    /// What an article is written in that was cut: the language its words are plainly of, else the one it says; with the code of
    /// that.
    pub(super) fn tongue(
        &self,
        article: &Article<'_>,
        kept: &[Range<usize>],
        cutter: &Cutter,
    ) -> (Language, Option<String>) {
        let sample = sample(article, kept);
        let (language, is_declared) = self.name_of(article, &sample, cutter);
        (
            Language::new(&sample, language.as_deref(), is_declared),
            language,
        )
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
        for &stem in sampled.iter().flat_map(|(_, stems, _)| stems) {
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
    use super::super::titles::TitleParts;
    use super::*;

    #[test]
    fn what_has_the_same_frequent_words_is_one_language() {
        let article = |language, words: std::ops::Range<u32>, own: u32| {
            let own = 1000 + own * 10..1010 + own * 10;
            (language, words.chain(own).collect::<Vec<Feature>>(), None)
        };
        let mut sampled: Vec<Sampled> = (0..20).map(|own| article(Lang::Spa, 0..30, own)).collect();
        sampled.extend((20..30).map(|own| article(Lang::Cat, 0..28, own)));
        sampled.extend((30..40).map(|own| article(Lang::Por, 25..55, own)));
        let linguist = LanguageDetector::knowing(sampled, true);
        assert_eq!(linguist.same, BTreeMap::from([("cat", "spa")]));
    }

    fn article(lang: Option<&str>, text: &'static str) -> Article<'static> {
        Article {
            text: text.into(),
            lang: lang.map(|lang| lang.to_owned().into()),
            ..Article::default()
        }
    }

    fn named(linguist: &LanguageDetector, article: &Article<'_>) -> Option<String> {
        let (mut cutter, kept) = (Cutter::default(), 0..article.text.len());
        cutter.vocabulary.begin();
        let kept = std::slice::from_ref(&kept);
        cutter.cut(article, kept, &TitleParts::default());
        linguist.tongue(article, kept, &cutter).1
    }

    #[test]
    fn plain_words_count_for_more_than_what_a_record_says() {
        let text = "The harbour master said on Friday that the northern quay would stay closed until the crane has been taken down, \
            and that two of the ferries will have to sail from the other side of the bay for at least a week, or longer.";
        let linguist = LanguageDetector::default();
        for lang in [Some("de"), Some("en"), Some("es-MX"), Some("zh"), None] {
            assert_eq!(
                named(&linguist, &article(lang, text)).as_deref(),
                Some("eng"),
                "{lang:?}"
            );
        }
        // Of a language that is not guessed, and of a few words, it is believed.
        assert_eq!(
            named(&linguist, &article(Some("gl"), text)).as_deref(),
            Some("glg")
        );
        let short = article(Some("de"), "Northern quay closed after storm");
        assert_eq!(named(&linguist, &short).as_deref(), Some("deu"));
    }

    #[test]
    fn a_language_that_records_name_and_are_not_in_is_not_believed() {
        let sampled = |language, code: &str| (language, (0..30).collect(), Some(code.to_owned()));
        let mut all: Vec<Sampled> = (0..20).map(|_| sampled(Lang::Deu, "deu")).collect();
        all.extend((0..9).map(|_| sampled(Lang::Deu, "eng")));
        let linguist = LanguageDetector::knowing(all, true);
        assert_eq!(linguist.doubted, ["eng"]);
        let short = article(Some("en"), "Kai nach Sturm gesperrt");
        assert_eq!(named(&linguist, &short).as_deref(), Some("deu"));
        assert_eq!(
            LanguageDetector::told_of(&linguist.told()).told(),
            linguist.told()
        );
    }
}

//! Weights: what of an article tells its story, from how often it stands there and in how few others.

use std::borrow::Cow;

use zerocopy::{FromBytes, Immutable, IntoBytes};

use super::answers::{Answers, Told};
use super::bag::Bag;
use super::candidates::RARE;
use super::common::Common;
use super::features::{Feature, Use, is_stem};
use super::logarithm::{Logarithms, ln};
use super::names::Shown;
use super::sums::Sums;
use super::vocabulary::Vocabulary;

/// Grams and pairs of an article that count, by weight: what is weak beyond these is mostly noise.
pub(super) const STRONGEST: usize = 192;
/// Stems of an article that are looked at for pairs.
const PAIRED: usize = 64;
/// Words kept of an article for the label of its story; fewer where fewer terms are asked for.
const LABELLING: usize = 12;
/// Grams are gathered of an article's strongest words until there are so many: those of weaker words are hardly among the
/// [`STRONGEST`].
const GATHERED: usize = 2 * STRONGEST;
/// Words are told apart by strength in so many steps, of which one of weight has so many.
const STEPS: usize = 512;
const STEP: f32 = 8.0;

/// What weights up to one are held as.
pub(super) const ONE: u32 = 1 << 15;

/// A feature and its weight, of which those of an article have squares of [`ONE`] squared in sum.
pub(super) type Weighted = (Feature, u16);

/// A telling stem or pair of an article, with the number of articles that have it.
#[derive(Clone, Copy, Debug, FromBytes, IntoBytes, Immutable)]
#[repr(C)]
pub(super) struct Term {
    pub(super) feature: Feature,
    pub(super) articles: u32,
    pub(super) weight: f32,
}

/// A pair of stems in a row, and how often it counts in an article.
#[derive(Clone, Copy, Debug, FromBytes, IntoBytes, Immutable)]
#[repr(C)]
pub(super) struct Paired {
    pub(super) feature: Feature,
    pub(super) count: u32,
}

/// A word for the label of a story: its stem, its weight, and itself.
pub(super) type Word<'t> = (Feature, f32, Cow<'t, str>);

/// An article weighed, but for its pairs, of which it is not known yet how many articles have them.
#[derive(Clone, Debug, Default)]
pub(super) struct Draft<'t> {
    /// The strongest grams, by feature.
    pub(super) grams: Vec<Weighted>,
    /// The most telling stems that another article has too, most telling first; then rare grams, as many as stems are missing.
    pub(super) stems: Vec<Term>,
    /// Pairs of telling stems, by feature.
    pub(super) pairs: Vec<Paired>,
    /// Words for labels, most telling first.
    pub(super) words: Vec<Word<'t>>,
}

/// Weighs features in a pool of so many articles.
pub(super) struct Weigher {
    articles: usize,
    /// The logarithm of the number of articles, and of that with those that stand for the language.
    log: f64,
    log_with: f64,
    lone: f64,
    logs: Logarithms,
    common: Option<Common>,
    /// How many of the articles that stand for the language have a feature of each class; nothing where those are not asked.
    expected: Vec<f64>,
}

/// What is counted is held together with what would be counted in so many average articles of the language, as far as the
/// articles are not [`ENOUGH`] to tell by themselves.
const AVERAGE: f64 = 30.0;
const ENOUGH: usize = 3000;

impl Weigher {
    /// For a pool of so many articles in a language of this number, which have so many words on average.
    ///
    /// What no other article has tells stories apart where articles are few, and is noise where they are many: it counts in
    /// full up to 10 articles, and not at all from 300 on.
    pub(super) fn new(articles: usize, language: u32, words: u64) -> Weigher {
        const TOLD: (f64, f64) = (10.0, 300.0);
        let log = ln(articles.max(1) as f64);
        let lone = (ln(TOLD.1) - log) / (ln(TOLD.1) - ln(TOLD.0));
        let common = Common::of(language);
        let is_asked = articles <= ENOUGH && common.is_some();
        // Of articles of w words, with a share s, about ws/(1 + ws) have a feature.
        let expected = |class| {
            let times = Common::share_of(class) * words as f64;
            AVERAGE * times / (1.0 + times)
        };
        let classes = if is_asked { 0..=Common::CLASSES } else { 1..=0 };
        Weigher {
            articles,
            log,
            log_with: ln(articles.max(1) as f64 + if is_asked { AVERAGE } else { 0.0 }),
            lone: lone.clamp(0.0, 1.0),
            logs: Logarithms::default(),
            common,
            expected: classes.map(expected).collect(),
        }
    }

    /// What a pair tells that `having` articles of N have: `ln(N/having)`.
    fn rarity(&self, having: u32) -> f32 {
        let rarity = match having {
            0 | 1 => self.lone * self.log,
            having => (self.log - self.logs.of(having)).max(0.0),
        };
        rarity as f32
    }

    /// What a feature is worth that so many articles have: the same with what the language says of it.
    pub(super) fn told(&self, feature: Feature, articles: u32) -> Told {
        let common = self.common.as_ref().filter(|_| !self.expected.is_empty());
        let rarity = match common {
            None => self.rarity(articles),
            Some(common) => {
                let expected = self.expected[usize::from(common.class(feature))];
                let having = ln(f64::from(articles.max(1)) + expected);
                let lone = if articles < 2 { self.lone } else { 1.0 };
                (lone * (self.log_with - having).max(0.0)) as f32
            }
        };
        Told {
            feature,
            articles,
            rarity,
        }
    }

    /// Whether a word of this stem says little by itself: it is common in the language, or in many articles of several dozen.
    fn is_plain(&self, stem: Feature, articles: u32) -> bool {
        const SEVERAL: usize = 40;
        let is_frequent = articles as usize * 8 > self.articles && self.articles >= SEVERAL;
        is_frequent || self.common.as_ref().is_some_and(|common| common.is_plain(stem))
    }

    /// The weight of a feature of this rarity that counts `count` times: `(1 + ln count)·rarity`.
    fn weight(&self, count: u32, rarity: f32) -> f32 {
        (1.0 + self.logs.of(count) as f32) * rarity
    }
}

/// What articles are weighed with, kept from one to the next.
#[derive(Default)]
pub(super) struct Scales {
    pub(super) bag: Bag,
    grams: Sums,
    stems: Sums,
    /// How strong each of the words that count is, in steps.
    strengths: Vec<usize>,
}

impl Scales {
    /// Sums up, over the words that were counted, how often each stem counts, and each gram of words that may be among the
    /// strongest.
    fn gather(&mut self, weigher: &Weigher, answers: &Answers) {
        self.strengths.clear();
        let mut steps = [0; STEPS];
        for &(word, count) in self.bag.counted() {
            let strength = weigher.weight(count, answers.rarest(word));
            let step = ((strength * STEP) as usize).min(STEPS - 1);
            steps[step] += answers.of(word).len() - 1;
            self.strengths.push(step);
        }
        let (mut least, mut grams) = (STEPS, 0);
        while least > 1 && grams < GATHERED {
            least -= 1;
            grams += steps[least];
        }
        self.grams.reserve(grams);
        self.stems.reserve(self.strengths.len());
        for (&(word, count), &step) in self.bag.counted().iter().zip(&self.strengths) {
            if let Some((&stem, grams)) = answers.of(word).split_last() {
                let strong = if step >= least { grams } else { &[] };
                strong.iter().for_each(|&gram| self.grams.add(gram, count));
                self.stems.add(stem, count);
            }
        }
    }
}

impl<'t> Draft<'t> {
    /// Weighs an article whose words were counted and asked for.
    pub(super) fn new(
        scales: &mut Scales,
        (vocabulary, uses): (&'t Vocabulary, &'t [Use]),
        (weigher, terms): (&Weigher, usize),
        answers: &Answers,
    ) -> Draft<'t> {
        scales.gather(weigher, answers);
        let mut stems: Vec<Term> = Vec::new();
        scales.stems.drain(|told, count| {
            let weight = weigher.weight(count, told.rarity);
            stems.extend((weight > 0.0).then_some(Term::new(told, weight)));
        });
        if stems.len() > PAIRED {
            stems.select_nth_unstable_by(PAIRED, Term::by_weight);
        }
        let paired = stems[..PAIRED.min(stems.len())].iter();
        let mut paired: Vec<Feature> = paired.map(|term| term.feature).collect();
        paired.sort_unstable();
        let is_paired = |stem| paired.binary_search(&stem).is_ok();
        let pairs = scales.bag.pairs(vocabulary, uses, &is_paired);
        stems.retain(|stem| stem.articles > 1);
        if stems.len() > terms {
            stems.select_nth_unstable_by(terms, Term::by_weight);
            stems.truncate(terms);
        }
        stems.sort_unstable_by(Term::by_weight);
        let missing = terms - stems.len();
        let (mut grams, mut rare) = (Vec::new(), Vec::new());
        scales.grams.drain(|told, count| {
            let weight = weigher.weight(count, told.rarity);
            grams.extend((weight > 0.0).then_some((weight, told.feature)));
            if missing > 0 && (2..=RARE).contains(&told.articles) {
                rare.push(Term::new(told, weight));
            }
        });
        rare.sort_unstable_by(Term::by_weight);
        rare.truncate(missing);
        let telling = stems.iter().filter(|term| !weigher.is_plain(term.feature, term.articles));
        let telling: Vec<&Term> = telling.take(LABELLING).collect();
        let shown: Vec<Feature> = telling.iter().map(|term| term.feature).collect();
        let best = scales.bag.best(vocabulary, uses, &shown);
        let shown = Shown {
            vocabulary,
            uses,
            tells: is_paired,
        };
        let words = telling.into_iter().zip(best);
        let words = words.filter_map(|(term, best)| Some((term, shown.word(best?))));
        Draft {
            grams: strongest(grams),
            pairs,
            words: words
                .map(|(term, word)| (term.feature, term.weight, word))
                .collect(),
            stems: stems.into_iter().chain(rare).collect(),
        }
    }
}

/// What a draft holds of one node.
pub(super) struct Parts<'d> {
    pub(super) grams: Vec<Weighted>,
    pub(super) stems: &'d [Term],
    pub(super) pairs: &'d [Paired],
}

/// The finished vector and terms of an article, now that it is known how many have a pair.
pub(super) fn finish(
    parts: Parts<'_>,
    (weigher, terms): (&Weigher, usize),
    having: impl Fn(Feature) -> u32,
) -> (Vec<Weighted>, Vec<Term>) {
    let (mut told, rare): (Vec<Term>, Vec<Term>) =
        parts.stems.iter().partition(|term| is_stem(term.feature));
    let mut weighed = Vec::with_capacity(parts.pairs.len());
    for &Paired { feature, count } in parts.pairs {
        let articles = having(feature);
        let weight = weigher.weight(count, weigher.rarity(articles));
        weighed.push((weight, feature));
        if articles > 1 && weight > 0.0 {
            told.push(Term {
                feature,
                articles,
                weight,
            });
        }
    }
    told.sort_unstable_by(Term::by_weight);
    told.truncate(terms);
    // Where an article is too short for as many terms as may be, its rare grams stand in for them.
    told.extend(rare);
    told.truncate(terms);
    // Four fifths of a vector's square are its grams', one is its pairs'.
    let part =
        |share: f32| move |(feature, weight): Weighted| (f32::from(weight) * share.sqrt(), feature);
    let pairs = strongest(weighed).into_iter().map(part(0.2));
    (
        strongest(
            parts
                .grams
                .into_iter()
                .map(part(0.8))
                .chain(pairs)
                .collect(),
        ),
        told,
    )
}

impl Term {
    fn new(told: Told, weight: f32) -> Term {
        Term {
            feature: told.feature,
            articles: told.articles,
            weight,
        }
    }

    fn by_weight(&self, other: &Term) -> std::cmp::Ordering {
        let by_weight = other.weight.total_cmp(&self.weight);
        by_weight.then(self.feature.cmp(&other.feature))
    }
}

/// The strongest features by feature, weighted so that the squares of all have [`ONE`] squared for their sum.
fn strongest(mut weights: Vec<(f32, Feature)>) -> Vec<Weighted> {
    weights.retain(|weight| weight.0 > 0.0);
    if weights.len() > STRONGEST {
        weights.select_nth_unstable_by(STRONGEST, |a, b| b.0.total_cmp(&a.0).then(a.1.cmp(&b.1)));
        weights.truncate(STRONGEST);
    }
    weights.sort_unstable_by_key(|weight| weight.1);
    let squares: f64 = weights.iter().map(|weight| f64::from(weight.0).powi(2)).sum();
    let factor = f64::from(ONE) / squares.sqrt();
    let held = |(weight, feature): (f32, Feature)| {
        let weight = (f64::from(weight) * factor).round() as u16;
        (feature, weight)
    };
    let mut held: Vec<Weighted> = weights.into_iter().map(held).collect();
    held.retain(|weight| weight.1 > 0);
    held
}

//! Weights: what of an article tells its story, from how often it stands there and in how few others.

use zerocopy::{FromBytes, Immutable, IntoBytes};

use super::bag::Bag;
use super::candidates::RARE;
use super::features::{Feature, Use, is_stem};
use super::logarithm::{Logarithms, ln};
use super::vocabulary::{FeatureId, Vocabulary};

/// Grams and pairs of an article that count, by weight: what is weak beyond these is mostly noise.
pub(super) const STRONGEST: usize = 192;
/// Stems of an article that are looked at for pairs.
const PAIRED: usize = 64;
/// Words kept of an article for the label of its story; fewer where fewer terms are asked for.
const LABELLING: usize = 8;

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
pub(super) type Word<'t> = (Feature, f32, &'t str);

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
    /// The logarithm of the number of articles.
    log: f64,
    lone: f64,
    logs: Logarithms,
}

impl Weigher {
    /// What no other article has tells stories apart where articles are few, and is noise where they are many: it counts in
    /// full up to 10 articles, and not at all from 300 on.
    pub(super) fn new(articles: usize) -> Weigher {
        const TOLD: (f64, f64) = (10.0, 300.0);
        let log = ln(articles.max(1) as f64);
        let lone = (ln(TOLD.1) - log) / (ln(TOLD.1) - ln(TOLD.0));
        Weigher {
            log,
            lone: lone.clamp(0.0, 1.0),
            logs: Logarithms::default(),
        }
    }

    /// What a feature tells that `having` articles of N have: `ln(N/having)`.
    pub(super) fn rarity(&self, having: u32) -> f64 {
        match having {
            0 | 1 => self.lone * self.log,
            having => (self.log - self.logs.of(having)).max(0.0),
        }
    }

    /// The weight of a feature of this rarity that counts `count` times: `(1 + ln count)·rarity`.
    fn weight(&self, count: u32, rarity: f64) -> f64 {
        (1.0 + self.logs.of(count)) * rarity
    }
}

impl<'t> Draft<'t> {
    /// Weighs an article; `told` tells how many articles have a gram or stem, and how rare that makes it.
    pub(super) fn new(
        (bag, vocabulary, uses): (&mut Bag, &'t Vocabulary, &[Use]),
        (weigher, terms): (&Weigher, usize),
        mut told: impl FnMut(FeatureId) -> (u32, f64),
    ) -> Draft<'t> {
        let counts = bag.count(vocabulary, uses);
        let mut grams = Vec::with_capacity(counts.len());
        let mut rare = Vec::new();
        let mut stems: Vec<(FeatureId, Term)> = Vec::new();
        for &(id, count) in counts {
            let feature = vocabulary.feature(id);
            let (articles, rarity) = told(id);
            let weight = weigher.weight(count, rarity);
            let term = Term {
                feature,
                articles,
                weight: weight as f32,
            };
            if !is_stem(feature) {
                if weight > 0.0 {
                    grams.push((weight, feature));
                }
                if (2..=RARE).contains(&articles) {
                    rare.push(term);
                }
            } else if weight > 0.0 {
                stems.push((id, term));
            }
        }
        let by_weight = |a: &(FeatureId, Term), b: &(FeatureId, Term)| a.1.by_weight(&b.1);
        if stems.len() > PAIRED {
            stems.select_nth_unstable_by(PAIRED, by_weight);
        }
        let ids = |stems: &[(FeatureId, Term)]| -> Vec<FeatureId> {
            stems.iter().map(|stem| stem.0).collect()
        };
        let paired = ids(&stems[..PAIRED.min(stems.len())]);
        let pairs = bag.pairs(vocabulary, uses, &paired);
        stems.retain(|stem| stem.1.articles > 1);
        if stems.len() > terms {
            stems.select_nth_unstable_by(terms, by_weight);
            stems.truncate(terms);
        }
        stems.sort_unstable_by(by_weight);
        let missing = terms - stems.len();
        if missing == 0 {
            rare.clear();
        }
        rare.sort_unstable_by(Term::by_weight);
        rare.truncate(missing);
        let labelling = &stems[..LABELLING.min(stems.len())];
        let shown = bag.shown(vocabulary, uses, &ids(labelling));
        let words = labelling.iter().zip(shown);
        Draft {
            grams: strongest(grams),
            pairs,
            words: words
                .map(|((_, term), word)| (term.feature, term.weight, word))
                .collect(),
            stems: stems.iter().map(|stem| stem.1).chain(rare).collect(),
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
            let weight = weight as f32;
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
        |share: f64| move |(feature, weight): Weighted| (f64::from(weight) * share.sqrt(), feature);
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
    fn by_weight(&self, other: &Term) -> std::cmp::Ordering {
        let by_weight = other.weight.total_cmp(&self.weight);
        by_weight.then(self.feature.cmp(&other.feature))
    }
}

/// The strongest features by feature, weighted so that the squares of all have [`ONE`] squared for their sum.
fn strongest(mut weights: Vec<(f64, Feature)>) -> Vec<Weighted> {
    weights.retain(|weight| weight.0 > 0.0);
    if weights.len() > STRONGEST {
        weights.select_nth_unstable_by(STRONGEST, |a, b| b.0.total_cmp(&a.0).then(a.1.cmp(&b.1)));
        weights.truncate(STRONGEST);
    }
    weights.sort_unstable_by_key(|weight| weight.1);
    let squares: f64 = weights.iter().map(|weight| weight.0 * weight.0).sum();
    let factor = f64::from(ONE) / squares.sqrt();
    let held = |(weight, feature): (f64, Feature)| (feature, (weight * factor).round() as u16);
    let mut held: Vec<Weighted> = weights.into_iter().map(held).collect();
    held.retain(|weight| weight.1 > 0);
    held
}

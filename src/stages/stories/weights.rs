//! Weights: what of an article tells its story, from how often it stands there and in how few others.
//!
//! Whatever is weighed is an integer, so that weights are the same on any machine.

use std::borrow::Cow;

use zerocopy::{FromBytes, Immutable, IntoBytes};

use super::answers::{Answers, Told};
use super::bag::Bag;
use super::candidates::RARE;
use super::features::{Feature, Use, is_stem};
use super::names::Shown;
use super::sums::Sums;
use super::vocabulary::Vocabulary;
use super::weigher::Weigher;

/// Grams and pairs of an article that count, by weight: what is weak beyond these is mostly noise.
pub(super) const STRONGEST: usize = 128;
/// Grams are gathered of an article's strongest words until there are so many: those of weaker words are hardly among the
/// [`STRONGEST`].
const GATHERED: usize = 2 * STRONGEST;
/// Stems of an article that are looked at for pairs.
const PAIRED: usize = 64;
/// Words kept of an article for the label of its story; fewer where fewer terms are asked for.
const LABELLING: usize = 12;

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
    pub(super) weight: u32,
}

/// A pair of stems in a row, and how often it counts in an article.
#[derive(Clone, Copy, Debug, FromBytes, IntoBytes, Immutable)]
#[repr(C)]
pub(super) struct Paired {
    pub(super) feature: Feature,
    pub(super) count: u32,
}

/// A word for the label of a story: its stem, its weight, and itself.
pub(super) type Word<'t> = (Feature, u32, Cow<'t, str>);

/// An article weighed, but for its pairs, of which it is not known yet how many articles have them.
#[derive(Clone, Debug, Default)]
pub(super) struct Draft<'t> {
    /// The strongest grams.
    pub(super) grams: Vec<Weighted>,
    /// The most telling stems that another article has too, most telling first; then rare grams, as many as stems are missing.
    pub(super) stems: Vec<Term>,
    /// Pairs of telling stems, by feature.
    pub(super) pairs: Vec<Paired>,
    /// Words for labels, most telling first.
    pub(super) words: Vec<Word<'t>>,
    /// Whether it is an item of a form.
    pub(super) is_item: bool,
}

/// What articles are weighed with, kept from one to the next.
#[derive(Default)]
pub(super) struct Scales {
    pub(super) bag: Bag,
    grams: Sums,
    stems: Sums,
    /// How strong each of the words that count is, in steps, and the number of its stem.
    words: Vec<(u32, u32)>,
    /// What is noted of each stem.
    notes: Vec<u32>,
    /// The stems that are looked at for pairs, ascending.
    paired: Vec<Feature>,
    ranked: Vec<u64>,
}

/// Words are told apart by strength in so many steps; a step is as much weight as shifts to one.
const STEPS: usize = 512;
const STEP: u32 = 19;

impl Scales {
    /// Sums up, over the words that were counted, how often each stem counts, and each gram of words that may be among the
    /// strongest.
    fn gather(&mut self, weigher: &Weigher, answers: &Answers) {
        let counted = self.bag.counted();
        self.words.clear();
        self.stems.begin(counted.len());
        let mut steps = [0; STEPS];
        for &(word, count) in counted {
            let (grams, stem, rarest) = answers.of(word);
            let strength = weigher.weight(count, rarest) >> STEP;
            let step = strength.min(STEPS as u32 - 1);
            steps[step as usize] += grams.len();
            self.words.push((step, self.stems.add(stem, count) as u32));
        }
        let (mut least, mut gathered) = (STEPS, 0);
        while least > 0 && gathered < GATHERED {
            least -= 1;
            gathered += steps[least];
        }
        self.grams.begin(gathered);
        for (&(word, count), &(step, _)) in counted.iter().zip(&self.words) {
            if step as usize >= least {
                let grams = answers.of(word).0.iter();
                grams.for_each(|&gram| {
                    self.grams.add(gram, count);
                });
            }
        }
    }

    /// The most telling stems that another article has too, most telling first; notes which stems are looked at for pairs,
    /// and which are for labels.
    fn rank(&mut self, weigher: &Weigher, terms: usize) -> Vec<Term> {
        let all = self.stems.all();
        self.notes.clear();
        self.notes.resize(all.len(), 0);
        let weight = |&(told, count): &(Told, u32)| weigher.weight(count, told.rarity);
        // By weight, most first, then by feature; a number below shows where it stands.
        let mut ranked: Vec<(u64, u32)> = Vec::with_capacity(all.len());
        for (sum, number) in all.iter().zip(0..) {
            let weight = weight(sum);
            let rank = u64::from(!weight) << 32 | u64::from(sum.0.feature);
            ranked.extend((weight > 0).then_some((rank, number)));
        }
        if ranked.len() > PAIRED {
            ranked.select_nth_unstable(PAIRED);
        }
        self.paired.clear();
        for &(_, number) in &ranked[..PAIRED.min(ranked.len())] {
            self.notes[number as usize] = PAIR;
            self.paired.push(all[number as usize].0.feature);
        }
        self.paired.sort_unstable();
        ranked.retain(|&(_, number)| all[number as usize].0.articles > 1);
        if ranked.len() > terms {
            ranked.select_nth_unstable(terms);
            ranked.truncate(terms);
        }
        ranked.sort_unstable();
        let is_telling = |&&(_, number): &&(u64, u32)| {
            let told = all[number as usize].0;
            !weigher.is_plain(told.feature, told.articles.into())
        };
        let telling = ranked.iter().filter(is_telling).take(LABELLING);
        for (&(_, number), place) in telling.zip(1..) {
            self.notes[number as usize] |= place;
        }
        let term = |&(_, number): &(u64, u32)| {
            let sum = all[number as usize];
            Term::new(sum.0, weight(&sum))
        };
        ranked.iter().map(term).collect()
    }
}

/// Marks a stem that is looked at for pairs; what is below is its place in the label, counted from 1.
pub(super) const PAIR: u32 = 1 << 8;

impl<'t> Draft<'t> {
    /// Weighs an article whose words were counted and asked for.
    pub(super) fn new(
        scales: &mut Scales,
        vocabulary: &'t Vocabulary,
        uses: &'t [Use],
        weigher: &Weigher,
        terms: usize,
        answers: &Answers,
    ) -> Draft<'t> {
        scales.gather(weigher, answers);
        let mut stems = scales.rank(weigher, terms);
        let notes = scales.words.iter();
        let notes = notes.map(|&(_, stem)| scales.notes[stem as usize]);
        let (pairs, best) = scales.bag.noted(vocabulary, uses, notes, LABELLING);
        let paired = &scales.paired;
        let shown = Shown {
            vocabulary,
            uses,
            tells: |stem| paired.binary_search(&stem).is_ok(),
        };
        let telling = stems
            .iter()
            .filter(|term| !weigher.is_plain(term.feature, term.articles));
        let words = telling.zip(best);
        let words = words
            .filter_map(|(term, best)| Some((term.feature, term.weight, shown.word(best?))))
            .collect();
        let grams = scales.grams.all().iter();
        let missing = terms - stems.len();
        if missing > 0 {
            let rare = grams.clone().filter(|sum| {
                let articles = u32::from(sum.0.articles);
                (2..=RARE).contains(&articles)
            });
            let term =
                |&(told, count): &(Told, u32)| Term::new(told, weigher.weight(count, told.rarity));
            let mut rare: Vec<Term> = rare.map(term).collect();
            rare.sort_unstable_by(Term::by_weight);
            stems.extend(rare.into_iter().take(missing));
        }
        scales.ranked.clear();
        let ranked =
            grams.map(|&(told, count)| rank(told.feature, weigher.weight(count, told.rarity)));
        scales.ranked.extend(ranked);
        Draft {
            grams: strongest(&mut scales.ranked, weigher.most()),
            stems,
            pairs,
            words,
            is_item: false,
        }
    }
}

/// What a draft holds of one node.
pub(super) struct Parts<'d> {
    pub(super) grams: Vec<Weighted>,
    pub(super) stems: &'d [Term],
    pub(super) pairs: &'d [Paired],
}

/// Four fifths of a vector's square are its grams', one is its pairs': the roots of both, in parts of 2^16.
const SHARES: [u32; 2] = [58_617, 29_309];

/// The finished vector and terms of an article, now that it is known how many have a pair.
pub(super) fn finish(
    parts: Parts<'_>,
    weigher: &Weigher,
    terms: usize,
    having: impl Fn(Feature) -> u32,
) -> (Vec<Weighted>, Vec<Term>) {
    let rare = parts.stems.iter().position(|term| !is_stem(term.feature));
    let (stems, rare) = parts.stems.split_at(rare.unwrap_or(parts.stems.len()));
    let mut told = stems.to_vec();
    let most = weigher.most();
    let mut ranked = Vec::with_capacity(parts.pairs.len().max(most));
    for &Paired { feature, count } in parts.pairs {
        let articles = weigher.having(having(feature));
        let weight = weigher.weight(count, weigher.rarity(articles));
        ranked.push(rank(feature, weight));
        if articles > 1 && weight > 0 {
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
    let pairs = strongest(&mut ranked, most);
    ranked.clear();
    for (part, share) in [parts.grams, pairs].into_iter().zip(SHARES) {
        let part = part.into_iter();
        ranked.extend(part.map(|(feature, weight)| rank(feature, u32::from(weight) * share)));
    }
    (strongest(&mut ranked, most), told)
}

impl Term {
    fn new(told: Told, weight: u32) -> Term {
        Term {
            feature: told.feature,
            articles: told.articles.into(),
            weight,
        }
    }

    fn by_weight(&self, other: &Term) -> std::cmp::Ordering {
        let by_weight = other.weight.cmp(&self.weight);
        by_weight.then(self.feature.cmp(&other.feature))
    }
}

/// A feature and its weight as a number that ascends as weights descend, then with features.
fn rank(feature: Feature, weight: u32) -> u64 {
    u64::from(!weight) << 32 | u64::from(feature)
}

/// So many of the strongest features, weighted so that the squares of all have [`ONE`] squared for their sum; in an order that hangs
/// on the article alone.
fn strongest(ranked: &mut Vec<u64>, most: usize) -> Vec<Weighted> {
    ranked.retain(|&rank| rank >> 32 != u64::from(u32::MAX));
    if ranked.len() > most {
        ranked.select_nth_unstable(most);
        ranked.truncate(most);
    }
    let weight = |rank: u64| !((rank >> 32) as u32);
    // Squares of 24 bits each, so that all fit.
    let squares = ranked
        .iter()
        .map(|&rank| u64::from(weight(rank) >> 8).pow(2));
    let root = f64::from(1 << 8) * (squares.sum::<u64>() as f64).sqrt();
    let factor = f64::from(ONE) / root;
    let held = ranked.iter().map(|&rank| {
        let weight = f64::from(weight(rank)) * factor + 0.5;
        (rank as Feature, weight as u16)
    });
    held.filter(|weight| weight.1 > 0).collect()
}

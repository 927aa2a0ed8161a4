//! What is known of a dump's languages once its stories are found: enough to weigh any article of it again, one at a time.

use std::cmp::Reverse;
use std::collections::BTreeMap;
use std::ops::Range;

use ahash::AHashMap;
use serde::{Deserialize, Serialize};

use super::answers::Answers;
use super::candidates::add_keys;
use super::fading::{Fading, WHOLE};
use super::features::{Cutter, Feature, Named, named};
use super::forms::Form;
use super::frequencies::{Counts, Sizes};
use super::language::LanguageGroups;
use super::learn::LanguageStats;
use super::linguist::{self, LanguageDetector};
use super::link::Edges;
use super::score::{Apart, ScoreScale};
use super::titles::TitleParts;
use super::vectors::{Telling, Vectors, cosine, to_bytes};
use super::weigh::{Asked, draft};
use super::weigher::Weigher;
use super::weights::{self, ONE, Parts, Scales};
use super::{Representatives, Scorer};
use crate::corpus::Article;

/// What a run learned of its languages, but for the two large tables.
#[derive(Clone, Debug, Default, Serialize, Deserialize)]
pub(crate) struct ModelHeader {
    pub(super) languages: linguist::StoredDetector,
    pub(super) titles: TitleParts,
    /// Of each pool the number of its language and the words of an average article.
    pub(super) pools: Vec<(u32, u64)>,
    /// The forms, by the articles that they are named after.
    forms: BTreeMap<u32, Form>,
    pub(super) sizes: Vec<usize>,
    pub(super) keys: Vec<Vec<u32>>,
    pub(super) form: Vec<u32>,
    pub(super) slots: Sizes,
    pub(super) threshold: u64,
    pub(super) fading: Fading,
    pub(super) terms: usize,
}

/// What a run learned of its languages.
pub(crate) struct LearnedModel<'a> {
    pub(super) learned: &'a LanguageStats,
    pub(super) pools: &'a LanguageGroups,
    pub(super) scorer: &'a Scorer<'a>,
    pub(super) nodes: &'a Representatives,
    pub(super) vectors: &'a Vectors,
    /// Those of nodes that are kept for what comes.
    pub(super) waiting: Option<&'a Vectors>,
    pub(super) edges: &'a Edges,
    pub(super) terms: usize,
}

impl LearnedModel<'_> {
    pub(crate) fn known(&self) -> ModelHeader {
        let languages = self.pools.languages.iter().copied();
        let ScoreScale { threshold, fading } = &self.scorer.yardstick;
        ModelHeader {
            languages: self.learned.linguist.told(),
            titles: self.learned.titles.clone(),
            pools: languages
                .zip(self.learned.lengths.iter().copied())
                .collect(),
            forms: self.nodes.forms().clone(),
            sizes: self.pools.sizes.clone(),
            keys: self.pools.keys.clone(),
            form: self.learned.form.clone(),
            slots: self.learned.frequencies.sizes,
            threshold: *threshold,
            fading: fading.clone(),
            terms: self.terms,
        }
    }

    /// In how many articles features, windows and pairs stand, by slot.
    pub(crate) fn slots(&self) -> impl Iterator<Item = u32> + '_ {
        self.learned.frequencies.slots()
    }

    /// Each representative with the pool of its language.
    pub(crate) fn pools(&self) -> impl Iterator<Item = (u32, u16)> + '_ {
        let pools = self.pools.of.iter().copied();
        self.nodes.articles.iter().copied().zip(pools)
    }
}

/// The tables of counts, wherever they are.
pub(crate) trait Tables {
    /// The count of a slot.
    fn slot(&self, at: usize) -> u32;

    /// How many articles have whatever is asked for that are not counted: one where what is weighed is new.
    fn uncounted(&self) -> u32 {
        0
    }
}

pub(super) struct Counted<'t, T>(pub(super) &'t T, pub(super) Sizes);

impl<T: Tables> Counts for Counted<'_, T> {
    fn of(&self, languages: &[u32], feature: Feature) -> u32 {
        let count = |&language: &u32| self.0.slot(self.1.feature(language, feature));
        languages.iter().map(count).sum::<u32>() + self.0.uncounted()
    }

    fn of_window(&self, languages: &[u32], window: Feature) -> u32 {
        let count = |&language: &u32| self.0.slot(self.1.window(language, window));
        let frequent = |&count: &u32| count >= super::forms::FEWEST;
        languages.iter().map(count).filter(frequent).sum()
    }

    fn of_pair(&self, pool: usize, pair: Feature) -> u32 {
        self.0.slot(self.1.pair(pool, pair)) + self.0.uncounted()
    }
}

/// Weighs articles one at a time, and measures how alike they are.
pub(crate) struct PairScorer {
    pub(super) linguist: LanguageDetector,
    pub(super) titles: TitleParts,
    forms: BTreeMap<u32, Form>,
    pub(super) pools: LanguageGroups,
    weighers: Vec<Weigher>,
    form: Vec<u32>,
    slots: Sizes,
    pub(super) yardstick: ScoreScale,
    terms: usize,
}

/// An article weighed.
#[derive(Clone, Debug, Default)]
pub(crate) struct ArticleVector {
    /// The code of its language, as far as it is known.
    pub(crate) language: Option<String>,
    pub(crate) pool: u16,
    /// Whether it is an item of a form.
    pub(super) is_item: bool,
    pub(super) features: Vec<Feature>,
    weights: Vec<u16>,
    /// Both as bytes, as vectors are compared.
    pub(super) vector: Vec<u8>,
    /// Its most telling terms, and how many articles have each.
    pub(super) terms: Vec<Telling>,
    keys: Vec<u64>,
    words: Vec<Named>,
}

impl PairScorer {
    /// Whoever knows what a run learned.
    pub(crate) fn of(known: ModelHeader) -> PairScorer {
        let pools = known.sizes.iter().zip(&known.pools);
        let weighers =
            pools.map(|(&size, &(language, length))| Weigher::new(size, language, length));
        PairScorer {
            linguist: LanguageDetector::told_of(&known.languages),
            titles: known.titles,
            forms: known.forms,
            weighers: weighers.collect(),
            pools: LanguageGroups {
                of: Vec::new(),
                sizes: known.sizes,
                keys: known.keys,
                ..LanguageGroups::default()
            },
            form: known.form,
            slots: known.slots,
            yardstick: ScoreScale {
                threshold: known.threshold,
                fading: known.fading,
            },
            terms: known.terms,
        }
    }

    /// How many pools of languages there are.
    pub(crate) fn pools(&self) -> usize {
        let lens = [self.weighers.len(), self.form.len(), self.pools.keys.len()];
        lens.into_iter().min().unwrap_or(0)
    }

    /// How many articles a pool has.
    pub(crate) fn articles(&self, pool: u16) -> usize {
        self.pools.sizes[usize::from(pool)]
    }

    /// The average score from which articles tell one story, in millionths.
    pub(crate) fn threshold(&self) -> u64 {
        self.yardstick.threshold
    }

    /// How much the score of two articles fades with the time between them, for their lengths and for their source: 1 for not
    /// at all.
    pub(crate) fn factor(&self, a: &ArticleVector, b: &ArticleVector, apart: Apart) -> f64 {
        let features = (a.features.len(), b.features.len());
        self.yardstick.factor(apart, features) as f64 / WHOLE as f64
    }

    /// The score of two articles, in millionths; 0 between languages.
    pub(crate) fn score(&self, a: &ArticleVector, b: &ArticleVector, apart: Apart) -> u64 {
        if a.pool != b.pool {
            return 0;
        }
        let features = (a.features.len(), b.features.len());
        let factor = self.yardstick.factor(apart, features);
        ScoreScale::faded(a.cosine(b), factor, (a.is_item, b.is_item))
    }

    /// Weighs an article of a pool, and an item of a form if it is one, of which cleaning kept these stretches.
    pub(crate) fn weigh(
        &self,
        article: &Article<'_>,
        kept: &[Range<usize>],
        pool: u16,
        form: Option<u32>,
        tables: &impl Tables,
    ) -> ArticleVector {
        let at = usize::from(pool);
        let mut cutter = Cutter::default();
        cutter.vocabulary.begin();
        cutter.cut(article, kept, &self.titles);
        let mut keys = Vec::new();
        let (tongue, language) = self.linguist.tongue(article, kept, &cutter);
        self.pools.keys_for(at, tongue, &mut keys);
        let asked = Asked {
            weigher: &self.weighers[at],
            terms: self.terms,
            keys: &keys,
            tag: 0,
            form: self.form[at],
        };
        let (vocabulary, uses) = (&cutter.vocabulary, &mut cutter.uses[..]);
        let (mut scales, mut answers) = (Scales::default(), Answers::default());
        let counts = Counted(tables, self.slots);
        let form = form.filter(|form| self.forms.contains_key(form));
        if let Some(form) = form.and_then(|form| self.forms.get(&form)) {
            form.drop_shared(vocabulary, uses, &counts);
        }
        let draft = draft(vocabulary, uses, &asked, &mut scales, &mut answers, &counts);
        let parts = Parts {
            grams: draft.grams.clone(),
            stems: &draft.stems,
            pairs: &draft.pairs,
        };
        let having = |pair| counts.of_pair(at, pair);
        let (mut vector, terms) = weights::finish(parts, asked.weigher, self.terms, having);
        let terms: Vec<Telling> = terms
            .iter()
            .map(|term| [term.feature, term.articles])
            .collect();
        let mut weighed = ArticleVector {
            language,
            pool,
            is_item: draft.is_item || form.is_some(),
            words: named(&cutter.vocabulary, &cutter.uses),
            ..ArticleVector::default()
        };
        vector.sort_unstable();
        to_bytes(&vector, &mut weighed.vector);
        add_keys(&terms, pool, &mut weighed.keys);
        (weighed.features, weighed.weights) = vector.into_iter().unzip();
        weighed.terms = terms;
        weighed
    }
}

/// A word, or two in a row, and its share of a cosine, or of an article's weight.
#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct TermShare {
    /// The word as it stands in the first article.
    pub word: String,
    /// Its share, from 0 to 1.
    pub share: f64,
}

impl ArticleVector {
    /// The cosine of two articles, in millionths.
    pub(crate) fn cosine(&self, other: &ArticleVector) -> u32 {
        cosine(&self.vector, &other.vector)
    }

    /// How many keys both have by which articles meet.
    pub(crate) fn keys_shared(&self, other: &ArticleVector) -> usize {
        let keys = other.keys.iter();
        keys.filter(|key| self.keys.contains(key)).count()
    }

    fn weight(&self, feature: Feature) -> u64 {
        let at = self.features.binary_search(&feature);
        at.map_or(0, |at| u64::from(self.weights[at]))
    }

    /// The words that make the cosine of two articles, strongest first, at most so many.
    pub(crate) fn shared(&self, other: &ArticleVector, most: usize) -> Vec<TermShare> {
        let features = self.features.iter();
        let product = |&feature: &Feature| (feature, self.weight(feature) * other.weight(feature));
        name(&self.words, features.map(product).collect(), most)
    }

    /// The words that tell most of this article and nothing of the other, strongest first, at most so many.
    pub(crate) fn own(&self, other: &ArticleVector, most: usize) -> Vec<TermShare> {
        let features = self.features.iter();
        let own = features.filter(|&&feature| other.weight(feature) == 0);
        let square = |&feature: &Feature| (feature, self.weight(feature).pow(2));
        name(&self.words, own.map(square).collect(), most)
    }
}

/// Gives what features are worth to words, each to one: first to the word that takes most.
fn name(words: &[Named], mut worth: AHashMap<Feature, u64>, most: usize) -> Vec<TermShare> {
    worth.retain(|_, worth| *worth > 0);
    let mut named = Vec::new();
    while named.len() < most {
        let sum = |named: &Named| -> u64 {
            let features = named.features.iter();
            features.filter_map(|feature| worth.get(feature)).sum()
        };
        let best = words.iter().max_by_key(|named| {
            let word = Reverse(named.word.as_str());
            (sum(named), Reverse(named.features.len()), word)
        });
        let Some((best, sum)) = best.map(|best| (best, sum(best))).filter(|best| best.1 > 0) else {
            break;
        };
        for feature in &best.features {
            worth.remove(feature);
        }
        named.push(TermShare {
            word: best.word.clone(),
            share: sum as f64 / f64::from(ONE).powi(2),
        });
    }
    named
}

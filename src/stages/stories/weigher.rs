//! The weigher of a pool: what a feature is worth, by how many of its articles have it and by what its language says of it.

use super::answers::Told;
use super::common::Common;
use super::features::Feature;
use super::weights::STRONGEST;
use crate::kernel::ln;

/// As many are kept where some wait for another article to have them.
const WAITING: usize = STRONGEST + STRONGEST / 2;
/// A rarity of one.
pub(super) const UNIT: f64 = 2048.0;
/// `1 + ln count` is counted in parts of this; so no product of it with a rarity is beyond 32 bits.
const TIMES: f64 = 2048.0;

/// Weighs features in a pool of so many articles.
pub(super) struct Weigher {
    articles: usize,
    /// Whether what no other article has is weighed as if one more had it.
    expects: bool,
    /// The logarithm of the number of articles, and of that with those that stand for the language.
    log: f64,
    log_with: f64,
    lone: f64,
    /// The rarity of what few articles have, by their number.
    rarities: Vec<u16>,
    common: Option<Common>,
    /// How many of the articles that stand for the language have a feature of each class; nothing where those are not asked.
    expected: Vec<f64>,
    /// `1 + ln count` of small counts, in parts of [`TIMES`].
    times: Vec<u32>,
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
        let log = ln(articles.max(1) as f64);
        let lone = lone(articles);
        let rarity = |having| match having {
            0 | 1 => units(lone * log),
            having => units((log - ln(f64::from(having))).max(0.0)),
        };
        let common = Common::of(language);
        let is_asked = articles <= ENOUGH && common.is_some();
        // Of articles of w words, with a share s, about ws/(1 + ws) have a feature.
        let expected = |class| {
            let times = Common::share_of(class) * words as f64;
            AVERAGE * times / (1.0 + times)
        };
        let classes = 0..if is_asked { Common::CLASSES + 1 } else { 0 };
        Weigher {
            articles,
            expects: false,
            log,
            log_with: ln(articles.max(1) as f64 + if is_asked { AVERAGE } else { 0.0 }),
            lone,
            rarities: (0..LOOKED_UP).map(rarity).collect(),
            common,
            expected: classes.map(expected).collect(),
            times: (0..256).map(times).collect(),
        }
    }

    /// The same for articles that are kept for what comes: what no other article has is weighed as if one more had it.
    pub(super) fn expecting(mut self) -> Weigher {
        let of_two = self.rarities[2];
        self.rarities[..2].fill(of_two);
        self.expects = true;
        self
    }

    /// How many articles a feature is taken to be in.
    pub(super) fn having(&self, articles: u32) -> u32 {
        if self.expects {
            articles.max(2)
        } else {
            articles
        }
    }

    /// How many features of an article count.
    pub(super) fn most(&self) -> usize {
        if self.expects { WAITING } else { STRONGEST }
    }

    /// What a pair tells that `having` articles of N have: `ln(N/having)`.
    pub(super) fn rarity(&self, having: u32) -> u16 {
        let known = self.rarities.get(having as usize).copied();
        known.unwrap_or_else(|| units((self.log - ln(f64::from(having))).max(0.0)))
    }

    /// What a feature is worth that so many articles have: the same with what the language says of it.
    pub(super) fn told(&self, feature: Feature, articles: u32) -> Told {
        let articles = self.having(articles);
        let common = self.common.as_ref().filter(|_| !self.expected.is_empty());
        let rarity = match common {
            None => self.rarity(articles),
            Some(common) => {
                let expected = self.expected[usize::from(common.class(feature))];
                let having = ln(f64::from(articles.max(1)) + expected);
                let lone = if articles < 2 { self.lone } else { 1.0 };
                units(lone * self.own(articles) * (self.log_with - having).max(0.0))
            }
        };
        Told {
            feature,
            rarity,
            articles: u16::try_from(articles).unwrap_or(u16::MAX),
        }
    }

    /// How far a feature still tells articles apart that so many have, whatever the language says: what most of a dozen and more
    /// have tells none from the others.
    fn own(&self, articles: u32) -> f64 {
        const DOZEN: usize = 12;
        let rarity = self.log - ln(f64::from(articles.max(1)));
        if self.articles < DOZEN {
            1.0
        } else {
            (2.0 * rarity).clamp(0.0, 1.0)
        }
    }

    /// Whether a word of this stem says little by itself: it is common in the language, or in many articles of several dozen.
    pub(super) fn is_plain(&self, stem: Feature, articles: u32) -> bool {
        const SEVERAL: usize = 40;
        let is_frequent = articles as usize * 8 > self.articles && self.articles >= SEVERAL;
        is_frequent
            || self
                .common
                .as_ref()
                .is_some_and(|common| common.is_plain(stem))
    }

    /// The weight of a feature of this rarity that counts `count` times: `(1 + ln count)·rarity`.
    pub(super) fn weight(&self, count: u32, rarity: u16) -> u32 {
        let known = self.times.get(count as usize).copied();
        known.unwrap_or_else(|| times(count)) * u32::from(rarity)
    }
}

/// How far what no other article has counts in a pool of so many.
fn lone(articles: usize) -> f64 {
    const TOLD: (f64, f64) = (10.0, 300.0);
    let log = ln(articles.max(1) as f64);
    let lone = (ln(TOLD.1) - log) / (ln(TOLD.1) - ln(TOLD.0));
    lone.clamp(0.0, 1.0)
}

/// What share of its weight as if one more article had it has what no other has, in a pool of so many.
pub(super) fn lone_share(articles: usize) -> f64 {
    let log = ln(articles.max(3) as f64);
    lone(articles) * log / (log - ln(2.0))
}

/// So many rarities are looked up.
const LOOKED_UP: u32 = 4096;

/// A rarity in parts of [`UNIT`].
fn units(rarity: f64) -> u16 {
    (rarity * UNIT + 0.5) as u16
}

/// `1 + ln count`, in parts of [`TIMES`].
fn times(count: u32) -> u32 {
    ((1.0 + ln(f64::from(count.max(1)))) * TIMES + 0.5) as u32
}

//! Representatives of a part of a dump, cut and weighed.

use std::cmp::Reverse;

use super::super::learned::{Learned, OwnNodes};
use super::super::learned_part::LearnedPart;
use super::super::nodes::Representatives;
use super::super::reading::Read;
use super::super::titles::source;
use super::super::vectors;
use super::super::weigher::Weigher;
use super::super::weights::{self, Parts};
use super::super::{frequencies::Counts, learn::LanguageStats};
use super::rows::{DraftRow, Facts, NodeRef, WeighedRow};
use crate::config::{Config, Keep};
use crate::corpus::{Article, Register};
use crate::error::Result;
use crate::spill::MemoryBudget;
use crate::stages::clean::Furniture;
use crate::stages::copies::preference;

/// A representative, as copies know it.
pub(crate) struct NodeArticle {
    pub(crate) node: NodeRef,
    /// The article that its form is named after, where it is an item of one.
    pub(crate) form: Option<u64>,
    /// How many tokens its text has.
    pub(crate) tokens: u32,
    /// How many articles its copy group has.
    pub(crate) copies: u32,
}

/// What weighing goes by.
pub(crate) struct Languages {
    learned: Learned,
    stats: LanguageStats,
    weighers: Vec<Weigher>,
}

impl Languages {
    /// What was learned, as weighing goes by it.
    pub(crate) fn of(mut learned: Learned) -> Languages {
        let stats = learned.stats();
        learned.drop_counts();
        let pools = stats.pools.sizes.iter().zip(&stats.pools.languages);
        let pools = pools.zip(&stats.lengths);
        let weigher = |((&size, &language), &length)| Weigher::new(size, language, length);
        Languages {
            weighers: pools.map(weigher).collect(),
            learned,
            stats,
        }
    }

    /// How many languages have statistics of their own.
    pub(crate) fn len(&self) -> usize {
        self.weighers.len()
    }

    /// A representative weighed, now that all pairs are counted.
    pub(crate) fn finish<'d>(&self, draft: &'d DraftRow<'_>, terms: usize) -> WeighedRow<'d> {
        let pool = usize::from(draft.facts.pool);
        let having = |pair| self.stats.frequencies.of_pair(pool, pair);
        let (stems, pairs) = (draft.stems(), draft.pairs());
        let parts = Parts {
            grams: draft.grams.clone(),
            stems: &stems,
            pairs: &pairs,
        };
        let (mut vector, mut told) = (Vec::new(), Vec::new());
        if let Some(weigher) = self.weighers.get(pool) {
            let (weighted, terms) = weights::finish(parts, weigher, terms, having);
            vectors::to_bytes(&weighted, &mut vector);
            told.extend(terms.iter().map(|term| [term.feature, term.articles]));
        }
        WeighedRow {
            facts: draft.facts,
            vector: vector.into(),
            terms: told,
            words: (&*draft.words).into(),
        }
    }
}

/// Representatives of a part of a dump, in the order of their articles, with what their articles are read with.
pub(crate) struct Part<'p, 'a> {
    pub(crate) nodes: &'p [NodeArticle],
    /// Those of the nodes.
    pub(crate) articles: &'p [Article<'a>],
    pub(crate) register: &'p Register,
    pub(crate) furniture: &'p Furniture,
    pub(crate) budget: &'p MemoryBudget,
}

impl Part<'_, '_> {
    fn read(&self) -> Read<'_> {
        Read {
            register: self.register,
            furniture: self.furniture,
            budget: self.budget,
        }
    }

    fn own(&self) -> OwnNodes {
        let refs = self.nodes.iter().map(|it| it.node);
        OwnNodes {
            nodes: Representatives::of_part(self.register),
            contents: refs.map(|node| node.content()).collect(),
            forms: self.nodes.iter().map(|it| it.form).collect(),
        }
    }

    /// What the sampled are written in.
    pub(crate) fn languages(&self, learned: &Learned) -> Result<LearnedPart> {
        learned.languages(self.articles, self.read(), self.own())
    }

    /// In how many articles features stand.
    pub(crate) fn frequencies(&self, learned: &Learned) -> Result<LearnedPart> {
        learned.features(self.articles, self.read(), self.own())
    }

    /// Weighs all but for their pairs, which are counted.
    pub(crate) fn draft(
        &self,
        known: &Languages,
        config: &Config,
        visit: &mut dyn FnMut(DraftRow<'_>),
    ) -> Result<LearnedPart> {
        let own = (self.own(), &known.stats);
        let (part, own) =
            known
                .learned
                .pairs(self.articles, self.read(), own, config.story_terms)?;
        let (mut words, mut items) = (Vec::new(), Vec::new());
        let mut failed = Ok(());
        let mut numbers = 0..self.nodes.len();
        own.drafts.visit(0..self.nodes.len(), |parts| {
            let Some(at) = numbers.next() else { return };
            let row = || {
                let words = own.drafts.words.row(at, &mut words)?;
                let is_item = !own.drafts.items.row(at, &mut items)?.is_empty();
                let facts = self.facts(at, own.pools[at], is_item, config);
                let (grams, rest) = (parts.grams, (parts.stems, parts.pairs));
                visit(DraftRow::of(facts, grams, rest, words));
                Ok(())
            };
            let row = row();
            if failed.is_ok() {
                failed = row;
            }
        })?;
        failed.map(|()| part)
    }

    fn facts(&self, at: usize, pool: u16, is_item: bool, config: &Config) -> Facts {
        let NodeArticle {
            node,
            tokens,
            copies,
            ..
        } = self.nodes[at];
        let named = self.register.source(at);
        let (preferred, places, is_undated, time) =
            preference(self.register, config, at as u32, tokens);
        let longest = match config.keep {
            Keep::Longest => tokens,
            _ => 0,
        };
        Facts {
            node,
            pool,
            source: named.map_or(0, |name| source(name).max(1)),
            copies,
            wanted: (preferred, places, is_undated, time, Reverse(longest)),
            is_item,
        }
    }
}

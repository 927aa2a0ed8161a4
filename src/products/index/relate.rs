//! Relating: how alike two kept articles are, read again and cleaned alike.

use std::sync::Arc;

use ahash::AHashMap;

use super::Index;
use super::articles::Articles;
use super::estimate::Estimator;
use super::rows::Row;
use crate::config::Config;
use crate::corpus::ArticleId;
use crate::error::Result;
use crate::kernel::{Overlap, Share};
use crate::stages::clean::Furniture;
use crate::stages::copies::{CUT, CopyRelation};
use crate::stages::fingerprint::SingleFingerprint;

/// How an article relates to another.
pub(super) type Relating = (CopyRelation, Share);

/// Says how articles relate to each other.
pub(super) struct Relater<'i> {
    index: &'i Index,
    /// The articles that the index does not have yet.
    new: Option<&'i Articles>,
    furniture: &'i Furniture,
    config: &'i Config,
    known: AHashMap<u32, Arc<SingleFingerprint>>,
    /// Where no texts are kept, who estimates instead.
    bare: Option<Estimator<'i>>,
}

/// So many articles are kept at hand.
const KNOWN: usize = 4_096;

impl<'i> Relater<'i> {
    pub(super) fn new(
        index: &'i Index,
        new: Option<&'i Articles>,
        furniture: &'i Furniture,
    ) -> Relater<'i> {
        Relater {
            index,
            new,
            furniture,
            config: &index.config,
            known: AHashMap::new(),
            bare: None,
        }
    }

    /// One who estimates how alike articles are, of which no texts are kept.
    pub(super) fn estimating(
        index: &'i Index,
        furniture: &'i Furniture,
        bare: Estimator<'i>,
    ) -> Relater<'i> {
        Relater {
            bare: Some(bare),
            ..Relater::new(index, None, furniture)
        }
    }

    pub(super) fn lone(&mut self, number: u32) -> Result<Arc<SingleFingerprint>> {
        if let Some(lone) = self.known.get(&number) {
            return Ok(Arc::clone(lone));
        }
        let (file, at) = match self.new {
            Some(new) if number >= new.first => (new, number - new.first),
            _ => self.index.place(number)?,
        };
        let block = file.near(at)?;
        let article = file.record(at, &block)?.article;
        let lone = Arc::new(SingleFingerprint::of(&article, self.furniture, self.config));
        if self.known.len() == KNOWN {
            self.known.clear();
        }
        self.known.insert(number, Arc::clone(&lone));
        Ok(lone)
    }

    /// How an article relates to one that stands for it.
    pub(super) fn relate(&mut self, article: ArticleId, to: u32) -> Result<Relating> {
        if let Some(bare) = &self.bare {
            return bare.relate(article, to);
        }
        let (x, y) = (self.lone(article)?, self.lone(to)?);
        Ok(relation(&x, &y, self.config))
    }

    /// Has an article relate to another, which is what stands for it.
    pub(super) fn set(&self, row: &mut Row, (relation, similarity): Relating) {
        (row.relation, row.similarity) = (relation, similarity);
        let is_alike = matches!(relation, CopyRelation::Near | CopyRelation::Excerpt);
        row.is_estimated = self.bare.is_some() && is_alike;
    }
}

/// How a text relates to one that stands for it: as in a run, a cut is an excerpt though it is near.
pub(super) fn relation(x: &SingleFingerprint, y: &SingleFingerprint, config: &Config) -> Relating {
    let is_one_page = x.print.page == y.print.page;
    if is_one_page || (x.print.tokens > 0 && x.print.text == y.print.text) {
        return (CopyRelation::Exact, Share(1_000_000));
    }
    relation_of(Overlap::of(&x.set, &y.set), config)
}

/// The same of texts that are not one and share so much.
pub(super) fn relation_of(overlap: Overlap, config: &Config) -> Relating {
    let (a, b) = overlap.sizes;
    let is_held = overlap.containment() >= config.excerpt_threshold.millionths();
    let is_cut = Share::ratio(a.min(b), a.max(b)) <= CUT;
    let is_near = overlap.jaccard() >= config.copy_threshold.millionths();
    if is_held && (is_cut || !is_near) {
        (CopyRelation::Excerpt, overlap.containment())
    } else {
        (CopyRelation::Near, overlap.jaccard())
    }
}

//! Reading representatives: a sweep that leaves out all other articles.

use super::{Copies, NodeId, Representatives};
use crate::corpus::{Article, ArticleId, Corpus, Register};
use crate::error::Result;
use crate::spill::MemoryBudget;
use crate::stages::clean::Furniture;

/// What articles are read with.
#[derive(Clone, Copy)]
pub(super) struct Read<'a> {
    pub(super) register: &'a Register,
    pub(super) furniture: &'a Furniture,
    pub(super) budget: &'a MemoryBudget,
}

impl<'a> Copies<'a> {
    /// What the articles are read with.
    pub(super) fn read(self) -> Read<'a> {
        Read {
            register: self.register,
            furniture: self.furniture,
            budget: self.budget,
        }
    }
}

/// Makes something of the representatives of one batch, which are handed to it one by one with their nodes.
pub(super) type Visit<'v> =
    &'v (dyn Fn(usize, &mut dyn Iterator<Item = (NodeId, &Article<'_>)>) -> Result<()> + Sync);

/// Sweeps those representatives that are wanted.
pub(super) fn sweep<C: Corpus + ?Sized>(
    corpus: &C,
    read: Read<'_>,
    nodes: &Representatives,
    is_wanted: &(dyn Fn(NodeId) -> bool + Sync),
    visit: Visit<'_>,
) -> Result<()> {
    let register = read.register;
    let wanted = |article: ArticleId| nodes.of(article).filter(|&node| is_wanted(node));
    let is_wanted = |place| register.article_at(place).and_then(wanted).is_some();
    corpus.sweep_again(&is_wanted, &|batch| {
        let numbers = register.batch(batch.number);
        let all: Vec<Option<u32>> = if batch.articles.len() == numbers.len() {
            numbers.map(wanted).collect()
        } else {
            numbers.filter_map(wanted).map(Some).collect()
        };
        let own = all.iter().zip(batch.articles);
        let mut own = own.filter_map(|(node, article)| Some(((*node)?, article)));
        visit(batch.number, &mut own)
    })
}

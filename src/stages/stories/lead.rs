//! The lead: which article stands for a story.

use std::cmp::Reverse;

use super::NodeId;
use super::Representatives;
use super::vectors::Vectors;
use crate::config::{Config, Keep};
use crate::corpus::Register;
use crate::error::Result;
use crate::stages::copies::{Texts, preference};

/// Members of a story that centrality is measured by: those of smallest content hash.
const MEASURED: usize = 64;

/// Chooses leads by the settings, with ties that hang on the articles alone.
pub(super) struct Leads<'a> {
    pub(super) nodes: &'a Representatives,
    pub(super) vectors: &'a Vectors,
    pub(super) register: &'a Register,
    pub(super) texts: &'a Texts,
    pub(super) config: &'a Config,
}

impl Leads<'_> {
    /// The node that leads a story of these, which ascend by content.
    ///
    /// Preferred sources first; then what `--keep` asks for; then the one most like the others; then by content.
    pub(super) fn choose(&self, members: &[NodeId]) -> Result<NodeId> {
        let wanted = |&node: &NodeId| {
            let article = self.nodes.articles[node as usize];
            let text = self.texts.of_article[article as usize];
            let all = self.texts.print(text).tokens;
            let tokens = match self.config.keep {
                Keep::Longest => all,
                _ => 0,
            };
            (
                preference(self.register, self.config, article, all),
                Reverse(tokens),
            )
        };
        chosen(members, wanted, |node, others| {
            self.vectors.cosines(node, others)
        })
    }
}

/// The one of these, which ascend by content, that is wanted most; of several the one most like the others, then the first.
pub(super) fn chosen<W: Ord>(
    members: &[NodeId],
    wanted: impl Fn(&NodeId) -> W,
    cosines: impl Fn(NodeId, &[NodeId]) -> Result<Vec<u32>>,
) -> Result<NodeId> {
    let best = members.iter().map(&wanted).min();
    let mut equal = members
        .iter()
        .copied()
        .filter(|node| Some(wanted(node)) == best);
    let first = equal.next().unwrap_or_default();
    let Some(second) = equal.next() else {
        return Ok(first);
    };
    let measured = &members[..members.len().min(MEASURED)];
    let mut best = None;
    for node in [first, second].into_iter().chain(equal) {
        let others = measured.iter().copied().filter(|&other| other != node);
        let cosines = cosines(node, &others.collect::<Vec<_>>())?;
        let sum: u64 = cosines.into_iter().map(u64::from).sum();
        if best.is_none_or(|best: (u64, u32)| sum > best.0) {
            best = Some((sum, node));
        }
    }
    Ok(best.map_or(first, |best| best.1))
}

//! Pairs: what of a dump is similar to what, of the index or of the dump itself.

use super::corpus::KeptCorpus;
use super::found::Compared;
use crate::corpus::{ArticleId, TextId};
use crate::error::Result;
use crate::kernel::Share;
use crate::output::{PairRow, PairWriter, Relation};
use crate::pipeline::Clustering;
use crate::stages::copies::{PairKind, SimilarPair};

/// Two articles that are similar, the one that the index had first before the other.
#[derive(Clone, Copy, Debug)]
pub(super) struct MetPair {
    articles: (u32, u32),
    relation: Relation,
    jaccard: Share,
    containment: Share,
}

/// The similar pairs that a run found, of which one article at least is new: each article that repeats a text with the first that
/// bears it, then the pairs of similar texts, by the first that bears each.
pub(super) fn of_run(found: &Clustering, first_new: u32) -> Vec<MetPair> {
    let number = |article: ArticleId| KeptCorpus::number(found.register.place(article as usize));
    let texts = &found.texts;
    let bearer = |text: TextId| number(texts.articles[text as usize]);
    let one = Share(1_000_000);
    let mut pairs = Vec::new();
    for (article, &text) in (0u32..).zip(&texts.of_article) {
        let articles = (bearer(text), number(article));
        if articles.0 != articles.1 {
            pairs.push(MetPair {
                articles,
                relation: Relation::Exact,
                jaccard: one,
                containment: one,
            });
        }
    }
    for SimilarPair {
        pair: (a, b),
        overlap,
        similarity,
        ..
    } in &found.pairs
    {
        let (a, b) = (bearer(*a), bearer(*b));
        pairs.push(MetPair {
            articles: (a.min(b), a.max(b)),
            relation: match similarity {
                PairKind::Near => Relation::Near,
                PairKind::Excerpt => Relation::Excerpt,
            },
            jaccard: overlap.jaccard(),
            containment: overlap.containment(),
        });
    }
    pairs.retain(|it| it.articles.1 >= first_new);
    pairs
}

impl Compared<'_> {
    /// Writes every similar pair of which one article at least is new to the index.
    ///
    /// # Errors
    ///
    /// When the index cannot be read, or a row cannot be written.
    pub fn write_pairs(&self, to: &mut PairWriter) -> Result<()> {
        for pair in &self.pairs {
            let (a, b) = pair.articles;
            let times = self.published(a).zip(self.published(b));
            to.write(&PairRow {
                id_a: &self.id(a)?,
                id_b: &self.id(b)?,
                relation: pair.relation,
                jaccard: pair.jaccard,
                containment: pair.containment,
                seconds_apart: times.map(|(a, b)| a.0.abs_diff(b.0)),
            })?;
        }
        Ok(())
    }
}

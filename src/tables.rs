//! From what a run found to the rows that are written.

use crate::article::{ArticleIds, Place, ReadReport};
use crate::copies::{Member, Relation, SimilarPair, Similarity};
use crate::dedup::OnePer;
use crate::error::Result;
use crate::output::{self, ClusterRow, ClusterWriter, PairRow, PairWriter};
use crate::pipeline::Clustering;

/// A run's results as tables: one row an article, one row a similar pair.
#[derive(Debug)]
pub struct Tables<'a> {
    found: &'a Clustering,
    inputs: &'a [String],
    ids: ArticleIds,
}

impl<'a> Tables<'a> {
    /// The tables of a run over these inputs.
    pub fn new(found: &'a Clustering, inputs: &'a [String]) -> Tables<'a> {
        Tables {
            found,
            inputs,
            ids: found.register.article_ids(inputs),
        }
    }

    /// The `article_id` of every article.
    pub fn ids(&self) -> &ArticleIds {
        &self.ids
    }

    /// Where an article was read.
    pub fn place(&self, article: usize) -> Place {
        self.found.register.entry(article).place
    }

    /// One article's row.
    pub fn row(&self, article: usize) -> ClusterRow<'_> {
        let register = &self.found.register;
        let entry = register.entry(article);
        let Member {
            representative,
            relation,
            similarity,
            copies,
        } = self.found.groups.of(article);
        let representative = self.ids.of(representative as usize);
        let is_lead = relation == Relation::Representative;
        ClusterRow {
            article_id: self.ids.of(article),
            story_id: representative,
            copy_id: representative,
            relation: match relation {
                Relation::Representative => output::Relation::Lead,
                Relation::Exact => output::Relation::Exact,
                Relation::Near => output::Relation::Near,
                Relation::Excerpt => output::Relation::Excerpt,
            },
            similarity: (!is_lead).then(|| output::Similarity::from_millionths(similarity.0)),
            matched_id: (!is_lead).then_some(representative),
            copies,
            story_articles: copies,
            title: register.title(article),
            source: register.source(article),
            published: entry.published,
            input: self
                .inputs
                .get(entry.place.input as usize)
                .map_or("", String::as_str),
            record: entry.place.record,
        }
    }

    /// Writes the rows of all articles, in input order.
    ///
    /// # Errors
    ///
    /// When a row cannot be written.
    pub fn write_clusters(&self, to: &mut ClusterWriter) -> Result<()> {
        (0..self.found.register.len()).try_for_each(|article| to.write(&self.row(article)))
    }

    /// Writes the rows of the articles that are left out where one of each group is kept, in input order.
    ///
    /// # Errors
    ///
    /// When a row cannot be written.
    pub fn write_removed(&self, one_per: OnePer, to: &mut ClusterWriter) -> Result<()> {
        (0..self.found.register.len())
            .map(|article| self.row(article))
            .filter(|row| !one_per.keeps(row))
            .try_for_each(|row| to.write(&row))
    }

    /// Writes every similar pair: each article that repeats a text with the first that bears it, then the pairs of
    /// similar texts, by the first that bears each.
    ///
    /// # Errors
    ///
    /// When a row cannot be written.
    pub fn write_pairs(&self, to: &mut PairWriter) -> Result<()> {
        let one = output::Similarity::from_millionths(1_000_000);
        for article in 0..self.found.register.len() {
            let first = self.bearer(self.found.texts.of_article[article]);
            if first != article {
                to.write(&self.pair(first, article, (output::Relation::Exact, one, one)))?;
            }
        }
        for SimilarPair {
            pair: (a, b),
            overlap,
            similarity,
        } in &self.found.pairs
        {
            let relation = match similarity {
                Similarity::Near => output::Relation::Near,
                Similarity::Excerpt => output::Relation::Excerpt,
            };
            let jaccard = output::Similarity::from_millionths(overlap.jaccard().0);
            let containment = output::Similarity::from_millionths(overlap.containment().0);
            let (a, b) = (self.bearer(*a), self.bearer(*b));
            to.write(&self.pair(a.min(b), a.max(b), (relation, jaccard, containment)))?;
        }
        Ok(())
    }

    fn bearer(&self, text: u32) -> usize {
        self.found.texts.articles[text as usize] as usize
    }

    fn pair(
        &self,
        a: usize,
        b: usize,
        (relation, jaccard, containment): (
            output::Relation,
            output::Similarity,
            output::Similarity,
        ),
    ) -> PairRow<'_> {
        let time = |article: usize| self.found.register.entry(article).published;
        PairRow {
            id_a: self.ids.of(a),
            id_b: self.ids.of(b),
            relation,
            jaccard,
            containment,
            seconds_apart: time(a).zip(time(b)).map(|(a, b)| a.0.abs_diff(b.0)),
        }
    }
}

/// How many groups there are, and how large.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Totals {
    /// Articles read.
    pub articles: usize,
    /// Copy groups, those of one article included.
    pub groups: usize,
    /// Groups of two or more.
    pub with_copies: usize,
    /// Articles that another one stands for.
    pub copies: usize,
    /// How many articles the largest group has.
    pub largest: u32,
}

impl Totals {
    /// Counts a run's groups.
    pub fn of(found: &Clustering) -> Totals {
        let mut totals = Totals {
            articles: found.register.len(),
            ..Totals::default()
        };
        for member in found.groups.iter() {
            totals.largest = totals.largest.max(member.copies);
            if member.relation == Relation::Representative {
                totals.groups += 1;
                totals.with_copies += usize::from(member.copies > 1);
            } else {
                totals.copies += 1;
            }
        }
        totals
    }
}

/// How many records were rejected in all.
pub fn rejected(read: &ReadReport) -> u64 {
    read.rejects.iter().map(|&(_, count)| count).sum()
}

//! From what a run found to the rows that are written.

use crate::article::{ArticleIds, Place, ReadReport};
use crate::copies::{Member, Relation, SimilarPair, Similarity};
use crate::dedup::OnePer;
use crate::error::Result;
use crate::fingerprint::Millionths;
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

    /// What the tables are of.
    pub(crate) fn found(&self) -> &'a Clustering {
        self.found
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
        let member = self.found.groups.of(article);
        let story = self.found.stories.of(article);
        let representative = self.ids.of(member.representative as usize);
        let lead = self.ids.of(story.lead as usize);
        let is_lead = story.lead as usize == article;
        let (relation, similarity, matched) = match member.relation {
            Relation::Representative if is_lead => (output::Relation::Lead, None, None),
            Relation::Representative => (
                output::Relation::Related,
                Some(story.similarity),
                Some(lead),
            ),
            Relation::Exact => copy(output::Relation::Exact, &member, representative),
            Relation::Near => copy(output::Relation::Near, &member, representative),
            Relation::Excerpt => copy(output::Relation::Excerpt, &member, representative),
        };
        ClusterRow {
            article_id: self.ids.of(article),
            story_id: lead,
            copy_id: representative,
            relation,
            similarity: similarity.map(|share| output::Similarity::from_millionths(share.0)),
            matched_id: matched,
            copies: member.copies,
            story_articles: story.articles,
            title: register.title(article),
            source: register.source(article),
            published: entry.published,
            input: self
                .inputs
                .get(entry.place.input as usize)
                .map_or("", String::as_str),
            record: entry.place.record,
            story_label: self.found.stories.label(story.lead),
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

/// How a copy relates to its representative, and how similar it is.
fn copy<'a>(
    relation: output::Relation,
    member: &Member,
    representative: &'a str,
) -> (output::Relation, Option<Millionths>, Option<&'a str>) {
    (relation, Some(member.similarity), Some(representative))
}

/// How many groups and stories there are, and how large.
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
    /// Stories, those of one article included.
    pub stories: usize,
    /// Stories told in two texts or more.
    pub told_twice: usize,
    /// Representatives that another one leads.
    pub related: usize,
    /// How many articles the largest story has, copies included.
    pub largest_story: u32,
}

impl Totals {
    /// Counts a run's groups and stories.
    pub fn of(found: &Clustering) -> Totals {
        let mut totals = Totals {
            articles: found.register.len(),
            told_twice: found.stories.leads().count(),
            ..Totals::default()
        };
        for article in 0..totals.articles {
            let member = found.groups.of(article);
            let story = found.stories.of(article);
            totals.largest_story = totals.largest_story.max(story.articles);
            totals.stories += usize::from(story.lead as usize == article);
            totals.largest = totals.largest.max(member.copies);
            if member.relation == Relation::Representative {
                totals.groups += 1;
                totals.with_copies += usize::from(member.copies > 1);
                totals.related += usize::from(story.lead as usize != article);
            } else {
                totals.copies += 1;
            }
        }
        totals
    }
}

/// The stories of several texts that have most articles, at most so many: their leads, largest first.
pub fn largest_stories(found: &Clustering, most: usize) -> Vec<u32> {
    let articles = |&lead: &u32| std::cmp::Reverse(found.stories.of(lead as usize).articles);
    let mut leads: Vec<u32> = found.stories.leads().collect();
    leads.sort_by_key(articles);
    leads.truncate(most);
    leads
}

/// How many records were rejected in all.
pub fn rejected(read: &ReadReport) -> u64 {
    read.rejects.iter().map(|&(_, count)| count).sum()
}

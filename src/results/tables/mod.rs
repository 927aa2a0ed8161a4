//! From what a run found to the rows that are written.

mod confirmed;
mod kinds;
mod stories;
mod survey;
mod urls;
mod versions;

use std::borrow::Cow;

use crate::corpus::{ArticleId, ArticleIds, Corpus, Place, ReadReport, TextId};
use crate::error::Result;
use crate::kernel::Share;
use crate::output::{self, ClusterRow, ClusterWriter, PairRow, PairWriter};
use crate::pipeline::Clustering;
use crate::stages::copies::{CopyRelation, Member, PairKind, SimilarPair};

use confirmed::Confirmed;
#[doc(hidden)]
pub use kinds::{Items, NoArticles};
pub use stories::LeadAddresses;
#[doc(hidden)]
pub use survey::{Survey, SurveyRow};
use urls::Urls;
#[doc(hidden)]
pub use versions::{VersionText, write_versions};

/// A run's results as tables: one row an article, one row a similar pair.
#[derive(Debug)]
pub struct Tables<'a> {
    found: &'a Clustering,
    inputs: &'a [String],
    ids: ArticleIds<'a>,
    confirmed: Confirmed,
}

/// What of a row may have to be read from disk first.
#[derive(Clone, Debug)]
#[doc(hidden)]
pub struct Strings<'a> {
    id: Cow<'a, str>,
    representative: Option<Cow<'a, str>>,
    lead: Option<Cow<'a, str>>,
    form: Option<Cow<'a, str>>,
    title: Cow<'a, str>,
}

impl<'a> Tables<'a> {
    /// The tables of a run over these inputs.
    ///
    /// # Errors
    ///
    /// When ids that lie on disk cannot be read, or the repeated ones cannot be found there.
    pub fn new(found: &'a Clustering, inputs: &'a [String]) -> Result<Tables<'a>> {
        Ok(Tables {
            found,
            inputs,
            ids: ArticleIds::new(&found.register, inputs, &found.budget)?,
            confirmed: Confirmed::of(found),
        })
    }

    /// What the tables are of.
    pub(crate) fn found(&self) -> &'a Clustering {
        self.found
    }

    /// The `article_id` of every article.
    pub fn ids(&self) -> &ArticleIds<'a> {
        &self.ids
    }

    /// Where an article was read.
    pub fn place(&self, article: usize) -> Place {
        self.found.register.place(article)
    }

    /// The strings of one article's row.
    ///
    /// # Errors
    ///
    /// When they lie on disk, and cannot be read.
    pub fn strings(&self, article: usize) -> Result<Strings<'_>> {
        let other = |other: u32| {
            let other = other as usize;
            (other != article).then(|| self.ids.of(other)).transpose()
        };
        let member = self.found.groups.of(article);
        let form = member.form.map(|form| self.ids.of(form as usize));
        Ok(Strings {
            id: self.ids.of(article)?,
            representative: other(member.representative)?,
            form: form.transpose()?,
            lead: other(self.found.stories.of(article).lead)?,
            title: self.found.register.title(article)?,
        })
    }

    /// One article's row, with the strings of it.
    pub fn row<'r>(&'r self, article: usize, strings: &'r Strings<'_>) -> ClusterRow<'r> {
        let register = &self.found.register;
        let member = self.found.groups.of(article);
        let story = self.found.stories.of(article);
        let representative = strings.representative.as_deref().unwrap_or(&strings.id);
        let lead = strings.lead.as_deref().unwrap_or(&strings.id);
        let is_lead = story.lead as usize == article;
        let (relation, similarity, matched) = match member.relation {
            CopyRelation::Representative if is_lead => (output::Relation::Lead, None, None),
            CopyRelation::Representative => (
                output::Relation::Related,
                Some(story.similarity),
                Some(lead),
            ),
            CopyRelation::Exact => copy(output::Relation::Exact, &member, representative),
            CopyRelation::Near => copy(output::Relation::Near, &member, representative),
            CopyRelation::Excerpt => copy(output::Relation::Excerpt, &member, representative),
        };
        let (sources, independent) = self.confirmed.story(story.lead, self.found);
        let place = register.place(article);
        let input = self.inputs.get(place.input as usize);
        ClusterRow {
            article_id: &strings.id,
            story_id: lead,
            copy_id: representative,
            relation,
            similarity,
            matched_id: matched,
            copies: member.copies,
            story_articles: story.articles,
            title: &strings.title,
            source: register.source(article),
            published: register.entry(article).published,
            input: input.map_or("", String::as_str),
            record: place.record,
            story_label: self.found.stories.label(story.lead),
            kind: Some(member.kind),
            form_id: strings.form.as_deref(),
            story_sources: Some(sources),
            story_independent: Some(independent),
        }
    }

    /// Writes the rows of all articles, in input order.
    ///
    /// # Errors
    ///
    /// When a row cannot be written.
    pub fn write_clusters(&self, to: &mut ClusterWriter) -> Result<()> {
        (0..self.found.register.len()).try_for_each(|article| self.write_row(article, to))
    }

    /// The same, for a table that may have the column of addresses, for which the corpus is read once more.
    ///
    /// # Errors
    ///
    /// When the corpus cannot be read, or a row cannot be written.
    pub fn write_clusters_of<C: Corpus + ?Sized>(
        &self,
        corpus: &C,
        to: &mut ClusterWriter,
    ) -> Result<()> {
        if !to.has_url() {
            return self.write_clusters(to);
        }
        let mut urls = Urls::read(self, corpus)?;
        for article in 0..self.found.register.len() {
            let url = urls.next(article)?;
            to.write_with(&self.row(article, &self.strings(article)?), url.as_deref())?;
        }
        Ok(())
    }

    pub(crate) fn write_row(&self, article: usize, to: &mut ClusterWriter) -> Result<()> {
        to.write(&self.row(article, &self.strings(article)?))
    }

    /// Writes every similar pair: each article that repeats a text with the first that bears it, then the pairs of
    /// similar texts, by the first that bears each.
    ///
    /// # Errors
    ///
    /// When a row cannot be written.
    pub fn write_pairs(&self, to: &mut PairWriter) -> Result<()> {
        let one = Share(1_000_000);
        for article in 0..self.found.register.len() {
            let first = self.bearer(self.found.texts.of_article[article]);
            if first != article {
                let ids = (self.ids.of(first)?, self.ids.of(article)?);
                let row = self.pair(first, article, &ids.0, &ids.1);
                to.write(&row(output::Relation::Exact, one, one))?;
            }
        }
        for SimilarPair {
            pair: (a, b),
            overlap,
            similarity,
            ..
        } in &self.found.pairs
        {
            let relation = match similarity {
                PairKind::Near => output::Relation::Near,
                PairKind::Excerpt => output::Relation::Excerpt,
            };
            let jaccard = overlap.jaccard();
            let containment = overlap.containment();
            let (a, b) = (self.bearer(*a), self.bearer(*b));
            let (a, b) = (a.min(b), a.max(b));
            let ids = (self.ids.of(a)?, self.ids.of(b)?);
            let row = self.pair(a, b, &ids.0, &ids.1);
            to.write(&row(relation, jaccard, containment))?;
        }
        Ok(())
    }

    fn bearer(&self, text: TextId) -> usize {
        self.found.texts.articles[text as usize] as usize
    }

    /// The row of two articles with these ids, given how they relate and how similar they are.
    fn pair<'r>(
        &self,
        a: usize,
        b: usize,
        id_a: &'r str,
        id_b: &'r str,
    ) -> impl Fn(output::Relation, Share, Share) -> PairRow<'r> {
        let time = |article: usize| self.found.register.entry(article).published;
        let seconds_apart = time(a).zip(time(b)).map(|(a, b)| a.0.abs_diff(b.0));
        move |relation, jaccard, containment| PairRow {
            id_a,
            id_b,
            relation,
            jaccard,
            containment,
            seconds_apart,
        }
    }
}

/// How a copy relates to its representative, and how similar it is.
fn copy<'a>(
    relation: output::Relation,
    member: &Member,
    representative: &'a str,
) -> (output::Relation, Option<Share>, Option<&'a str>) {
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
            if member.relation == CopyRelation::Representative {
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
pub(crate) fn largest_stories(found: &Clustering, most: usize) -> Vec<ArticleId> {
    let articles = |&lead: &u32| std::cmp::Reverse(found.stories.of(lead as usize).articles);
    let mut leads: Vec<u32> = found.stories.leads().collect();
    leads.sort_by_key(articles);
    leads.truncate(most);
    leads
}

/// How many records were rejected in all.
#[doc(hidden)]
pub fn rejected(read: &ReadReport) -> u64 {
    read.rejects.iter().map(|&(_, count)| count).sum()
}

/// A number with its thousands apart.
pub(crate) fn count(number: usize) -> String {
    let digits = number.to_string();
    let mut shown = String::with_capacity(digits.len() + digits.len() / 3);
    for (at, digit) in digits.chars().enumerate() {
        if at > 0 && (digits.len() - at).is_multiple_of(3) {
            shown.push(',');
        }
        shown.push(digit);
    }
    shown
}

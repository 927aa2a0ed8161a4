//! From what a run found to the stories that are written.

use std::cmp::Reverse;

use ahash::AHashMap;

use super::{Strings, Tables};
use crate::corpus::{Corpus, Place, Timestamp};
use crate::error::Result;
use crate::output::{StoryRow, StoryWriter};

/// The addresses of the articles that lead stories, by article.
#[derive(Clone, Debug, Default)]
pub struct LeadAddresses(AHashMap<u32, Box<str>>);

/// The lead of an article's story, and the article.
type Member = (u32, u32);

impl Tables<'_> {
    /// Reads the leads of all stories once more, for their addresses.
    ///
    /// # Errors
    ///
    /// When the corpus cannot be read.
    pub fn links<C: Corpus + ?Sized>(&self, corpus: &C) -> Result<LeadAddresses> {
        let leads: AHashMap<Place, u32> = self
            .members()
            .into_iter()
            .filter(|(lead, article)| lead == article)
            .map(|(lead, _)| (self.place(lead as usize), lead))
            .collect();
        let links = std::sync::Mutex::new(AHashMap::new());
        corpus.sweep_again(&|place| leads.contains_key(&place), &|batch| {
            let found = batch.articles.iter().filter_map(|article| {
                let lead = leads.get(&article.place)?;
                Some((*lead, article.url.as_deref()?.into()))
            });
            let found: Vec<(u32, Box<str>)> = found.collect();
            links
                .lock()
                .unwrap_or_else(std::sync::PoisonError::into_inner)
                .extend(found);
            Ok(())
        })?;
        let links = links.into_inner();
        Ok(LeadAddresses(
            links.unwrap_or_else(std::sync::PoisonError::into_inner),
        ))
    }

    /// Writes the stories of at least so many articles: in the order of their leads, or for a feed the newest first, or the
    /// largest first, then in that order.
    ///
    /// # Errors
    ///
    /// When a story cannot be written.
    pub fn write_stories(
        &self,
        links: &LeadAddresses,
        least: usize,
        is_by_size: bool,
        to: &mut StoryWriter,
    ) -> Result<()> {
        let members = self.members();
        let stories = members.chunk_by(|a, b| a.0 == b.0);
        let mut stories: Vec<&[Member]> = stories.filter(|story| story.len() >= least).collect();
        if is_by_size {
            stories.sort_by_key(|story| Reverse(story.len()));
        } else if to.is_feed() {
            stories.sort_by_cached_key(|story| Reverse(self.last_seen(story)));
        }
        for story in stories {
            self.write_story(story, links, to)?;
        }
        Ok(())
    }

    fn write_story(
        &self,
        story: &[Member],
        links: &LeadAddresses,
        to: &mut StoryWriter,
    ) -> Result<()> {
        let lead = story[0].0;
        let others = story.iter().map(|member| member.1 as usize);
        let others = others.filter(|&article| article != lead as usize);
        let others = others.map(|article| Ok((article, self.strings(article)?)));
        let others: Vec<(usize, Strings<'_>)> = others.collect::<Result<_>>()?;
        let strings = self.strings(lead as usize)?;
        to.write(&StoryRow {
            lead: self.row(lead as usize, &strings),
            others: others
                .iter()
                .map(|(article, strings)| self.row(*article, strings))
                .collect(),
            url: links.0.get(&lead).map(|url| &**url),
        })
    }

    /// Every article with the lead of its story before it, by lead, then in input order.
    fn members(&self) -> Vec<Member> {
        let lead = |article: usize| self.found.stories.of(article).lead;
        let mut members: Vec<Member> = (0..self.found.register.len())
            .map(|article| (lead(article), article as u32))
            .collect();
        members.sort_unstable();
        members
    }

    fn last_seen(&self, story: &[Member]) -> Option<Timestamp> {
        let times = story.iter().map(|&(_, article)| {
            let entry = self.found.register.entry(article as usize);
            entry.published
        });
        times.flatten().max()
    }
}

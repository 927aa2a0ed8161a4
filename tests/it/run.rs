//! Runs the library on a dump, as a program that embeds it would.

use std::collections::HashMap;

use samestory::config::Config;
use samestory::copies::{CopyRelation, Member};
use samestory::corpus::{Article, Entry, parse_date};
use samestory::pipeline::{self, Clustering};
use samestory::stages::stories::Part;

use crate::corpora::{Clusters, Dump};

/// What a run made of a dump, by article id.
pub(crate) struct Found {
    pub(crate) clustering: Clustering,
    places: HashMap<String, usize>,
    ids: Vec<String>,
}

/// Clusters a dump with the default settings.
pub(crate) fn run(dump: &Dump) -> Found {
    run_with(dump, &Config::default())
}

/// Clusters a dump.
pub(crate) fn run_with(dump: &Dump, config: &Config) -> Found {
    let articles: Vec<Article<'_>> = dump.records.iter().map(Into::into).collect();
    let clustering = pipeline::cluster(&articles[..], config, &|_| Ok(())).expect("it runs");
    let ids = dump.records.iter().map(|record| record.id.clone());
    let ids: Vec<String> = ids.collect();
    Found {
        clustering,
        places: ids.iter().cloned().zip(0..).collect(),
        ids,
    }
}

impl<'a> From<&'a crate::corpora::Record> for Article<'a> {
    fn from(record: &'a crate::corpora::Record) -> Self {
        let mut article = Article {
            external_id: Some(record.id.as_str().into()),
            title: record.title.as_str().into(),
            text: record.text.as_str().into(),
            source: record.source.as_deref().map(Into::into),
            published: record.date.as_deref().and_then(parse_date),
            ..Article::default()
        };
        article.record_hash = article.hash_of_fields();
        article
    }
}

impl Found {
    /// The copy group of every article, named after its representative.
    pub(crate) fn clusters(&self) -> Clusters {
        self.places
            .keys()
            .map(|id| (id.clone(), self.representative(id).to_owned()))
            .collect()
    }

    /// An article's place among the copies.
    pub(crate) fn member(&self, id: &str) -> Member {
        self.clustering.groups.of(self.places[id])
    }

    /// The story of every article, named after its lead.
    pub(crate) fn stories(&self) -> Clusters {
        let lead = |id: &str| self.story(id).lead as usize;
        let story = |id: &String| (id.clone(), self.ids[lead(id)].clone());
        self.places.keys().map(story).collect()
    }

    /// An article's place among the stories.
    pub(crate) fn story(&self, id: &str) -> Part {
        self.clustering.stories.of(self.places[id])
    }

    /// Who stands for an article's group.
    pub(crate) fn representative(&self, id: &str) -> &str {
        &self.ids[self.member(id).representative as usize]
    }

    /// An article's row in the register.
    pub(crate) fn entry(&self, id: &str) -> Entry {
        self.clustering.register.entry(self.places[id])
    }

    /// How many tokens an article has after cleaning.
    pub(crate) fn tokens(&self, id: &str) -> u32 {
        let texts = &self.clustering.texts;
        let text = texts.of_article[self.places[id]];
        texts.print(text).tokens
    }

    /// Whether two articles are in one group.
    pub(crate) fn together(&self, a: &str, b: &str) -> bool {
        self.member(a).representative == self.member(b).representative
    }

    /// Whether no other article is in an article's group.
    pub(crate) fn is_alone(&self, id: &str) -> bool {
        self.member(id).copies == 1
    }

    /// The ids of the articles that relate so to their representative.
    pub(crate) fn related_as(&self, relation: CopyRelation) -> Vec<&str> {
        let ids = self.places.keys().map(String::as_str);
        ids.filter(|id| self.member(id).relation == relation)
            .collect()
    }
}

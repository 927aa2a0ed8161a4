//! Versions: what became of an article that was published under one address again and again.

use std::ops::Range;
use std::sync::{Mutex, PoisonError};

use ahash::AHashMap;
use serde::Serialize;

use super::Tables;
use crate::corpus::{ArticleId, Corpus, Place, Timestamp};
use crate::error::Result;
use crate::output::VersionWriter;
use crate::results::diff::{Step, steps};

/// The articles of a copy group that have one address, by time.
type Chain = Vec<u32>;

/// An article: what stands for it, its address, its place in time, and its number.
type Dated = (u32, u64, (bool, i64, u64), u32);

/// So many tokens of texts are held at a time.
const TOKENS: u64 = 16 << 20;

/// A chain of versions of one article.
#[derive(Serialize)]
struct VersionsRow<'r> {
    url: &'r str,
    copy_id: &'r str,
    /// How many records there are of it, those that only say again what the one before says among them.
    records: usize,
    versions: Vec<Version<'r>>,
}

/// One of them, and what is different from the one before.
#[derive(Serialize)]
struct Version<'r> {
    article_id: std::borrow::Cow<'r, str>,
    published: Option<String>,
    title: &'r str,
    input: &'r str,
    record: u64,
    words_added: usize,
    words_removed: usize,
    changes: Vec<Change<'r>>,
}

/// A passage of the one before, and what stands in its place.
#[derive(Debug, Default, PartialEq, Serialize)]
struct Change<'t> {
    removed: &'t str,
    added: &'t str,
}

/// What is read of an article.
#[derive(Default)]
struct Read {
    url: String,
    title: String,
    text: String,
}

/// A record of an article that has one address with others.
#[derive(Clone, Debug, Default)]
pub struct VersionText<'t> {
    /// Its `article_id`.
    pub article_id: std::borrow::Cow<'t, str>,
    /// As read.
    pub url: &'t str,
    /// As read.
    pub title: &'t str,
    /// As read.
    pub text: &'t str,
    /// As read.
    pub published: Option<Timestamp>,
    /// The input and the record in it.
    pub input: &'t str,
    /// See `input`.
    pub record: u64,
}

/// Writes the versions of one article, whose copies this one stands for: records in order of time, of which those that say the same as
/// the one before are only counted. Where there is only one version, nothing is written.
///
/// # Errors
///
/// When the row cannot be written.
pub fn write_versions(
    chain: &[VersionText<'_>],
    copy_id: &str,
    to: &mut VersionWriter,
) -> Result<()> {
    let mut versions: Vec<Version<'_>> = Vec::new();
    let mut before: Option<&VersionText<'_>> = None;
    for now in chain {
        if before.is_some_and(|before| (before.text, before.title) == (now.text, now.title)) {
            continue;
        }
        let changes = before.map(|before| changes(before.text, now.text));
        let changes = changes.unwrap_or_default();
        let words = |of: fn(&Change<'_>) -> usize| changes.iter().map(of).sum();
        versions.push(Version {
            article_id: std::borrow::Cow::Borrowed(&now.article_id),
            published: now.published.map(|time| time.to_string()),
            title: now.title,
            input: now.input,
            record: now.record,
            words_added: words(|change| change.added.split_whitespace().count()),
            words_removed: words(|change| change.removed.split_whitespace().count()),
            changes,
        });
        before = Some(now);
    }
    match chain.first() {
        Some(first) if versions.len() > 1 => to.write(&VersionsRow {
            url: first.url,
            copy_id,
            records: chain.len(),
            versions,
        }),
        _ => Ok(()),
    }
}

impl Tables<'_> {
    /// Writes the versions of every article of which there are several: those of a copy group that have one address, in
    /// order of time, each with what is different from the one before. What says the same again is only counted.
    ///
    /// # Errors
    ///
    /// When the corpus cannot be read, or a row cannot be written.
    pub fn write_versions<C: Corpus + ?Sized>(
        &self,
        corpus: &C,
        to: &mut VersionWriter,
    ) -> Result<()> {
        let chains = self.chains()?;
        let mut rest = &chains[..];
        while !rest.is_empty() {
            let mut tokens = 0;
            let fits = |chain: &&Chain| {
                tokens += chain
                    .iter()
                    .map(|&article| self.tokens(article))
                    .sum::<u64>();
                tokens <= TOKENS
            };
            let count = rest.iter().take_while(fits).count().max(1);
            let (now, later) = rest.split_at(count);
            self.write_chains(now, corpus, to)?;
            rest = later;
        }
        Ok(())
    }

    fn tokens(&self, article: ArticleId) -> u64 {
        let texts = &self.found.texts;
        let text = texts.of_article[article as usize];
        texts.print(text).tokens.into()
    }

    /// All chains of two articles and more, by what stands for them.
    fn chains(&self) -> Result<Vec<Chain>> {
        let register = &self.found.register;
        let mut all: Vec<Dated> = Vec::new();
        register.scan_addresses(|first, addresses| {
            for (article, &address) in (first..).zip(addresses) {
                let member = self.found.groups.of(article);
                if address == 0 || member.copies < 2 {
                    continue;
                }
                let entry = register.entry(article);
                let time = entry.published.map(|time| time.0);
                let order = (time.is_none(), time.unwrap_or(0), entry.record_hash);
                all.push((member.representative, address, order, article as u32));
            }
            Ok(())
        })?;
        all.sort_unstable();
        let chains = all.chunk_by(|a, b| (a.0, a.1) == (b.0, b.1));
        let chains = chains.filter(|chain| chain.len() > 1);
        Ok(chains
            .map(|chain| chain.iter().map(|it| it.3).collect())
            .collect())
    }

    fn write_chains<C: Corpus + ?Sized>(
        &self,
        chains: &[Chain],
        corpus: &C,
        to: &mut VersionWriter,
    ) -> Result<()> {
        let wanted: AHashMap<Place, u32> = chains
            .iter()
            .flatten()
            .map(|&article| (self.place(article as usize), article))
            .collect();
        let read: Mutex<AHashMap<u32, Read>> = Mutex::default();
        corpus.sweep_again(&|place| wanted.contains_key(&place), &|batch| {
            let mut read = read.lock().unwrap_or_else(PoisonError::into_inner);
            for article in batch.articles {
                if let Some(&number) = wanted.get(&article.place) {
                    let it = Read {
                        url: article.url.as_deref().unwrap_or_default().to_owned(),
                        title: article.title.clone().into_owned(),
                        text: article.text.clone().into_owned(),
                    };
                    read.insert(number, it);
                }
            }
            Ok(())
        })?;
        let read = read.into_inner().unwrap_or_else(PoisonError::into_inner);
        for chain in chains {
            let of = |article: &ArticleId| read.get(article).map(|it| (*article, it));
            let chain: Vec<(u32, &Read)> = chain.iter().filter_map(of).collect();
            self.write_chain(&chain, to)?;
        }
        Ok(())
    }

    fn write_chain(&self, chain: &[(u32, &Read)], to: &mut VersionWriter) -> Result<()> {
        let Some(&(first, _)) = chain.first() else {
            return Ok(());
        };
        let texts = chain.iter().map(|&it| self.version(it));
        let texts: Vec<VersionText<'_>> = texts.collect::<Result<_>>()?;
        let stands = self.found.groups.of(first as usize).representative;
        write_versions(&texts, &self.ids.of(stands as usize)?, to)
    }

    fn version<'r>(&'r self, (article, read): (u32, &'r Read)) -> Result<VersionText<'r>> {
        let place = self.place(article as usize);
        let input = self.inputs.get(place.input as usize);
        Ok(VersionText {
            article_id: self.ids.of(article as usize)?,
            url: &read.url,
            title: &read.title,
            text: &read.text,
            published: self.found.register.entry(article as usize).published,
            input: input.map_or("", String::as_str),
            record: place.record,
        })
    }
}

/// What stands in one text in the place of what in the other, in order.
fn changes<'t>(before: &'t str, now: &'t str) -> Vec<Change<'t>> {
    let mut passages: Vec<[Option<Range<usize>>; 2]> = Vec::new();
    let mut is_open = false;
    for step in steps(before, now) {
        let (side, span) = match step {
            Step::Both(..) => {
                is_open = false;
                continue;
            }
            Step::Left(span) => (0, span),
            Step::Right(span) => (1, span),
        };
        if !is_open {
            passages.push([None, None]);
        }
        is_open = true;
        if let Some(passage) = passages.last_mut() {
            let start = passage[side].as_ref().map_or(span.start, |it| it.start);
            passage[side] = Some(start..span.end);
        }
    }
    let part = |text: &'t str, span: Option<Range<usize>>| span.map_or("", |it| text[it].trim());
    let change = |[removed, added]: [Option<Range<usize>>; 2]| Change {
        removed: part(before, removed),
        added: part(now, added),
    };
    passages.into_iter().map(change).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_stands_in_the_place_of_what_is_told_in_order() {
        let before = "The ferry will not sail on Monday because of the storm.";
        let now = "The ferry will sail on Tuesday because of the storm, he said.";
        let told: Vec<(&str, &str)> = changes(before, now)
            .iter()
            .map(|change| (change.removed, change.added))
            .collect();
        assert_eq!(told[0], ("not", ""));
        assert_eq!(told[1], ("Monday", "Tuesday"));
        assert!(told[2].1.ends_with("he said."), "{told:?}");
    }
}

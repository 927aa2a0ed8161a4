//! The sections of a state that list its articles: what was decided of each, their ids, and their order by group.

use std::io;

use xxhash_rust::xxh3::xxh3_64;

use super::file::SectionFile;
use super::stored::Stored;
use crate::corpus::{ArticleId, FileCorpus};
use crate::error::{ErrorKind, Result};
use crate::results::tables::Tables;

type Copied<'c> = (&'c [(u32, bool, bool)], &'c dyn Fn(usize) -> Option<u16>);

pub(super) fn articles(
    file: &mut SectionFile,
    corpus: &FileCorpus,
    tables: &Tables<'_>,
    (copies, pool): Copied<'_>,
) -> Result<()> {
    let found = tables.found();
    let mut failure = None;
    let mut spans: (u32, Vec<std::ops::Range<u64>>) = (u32::MAX, Vec::new());
    file.section("articles", |to| {
        for (article, &(centre, is_excerpt, is_round_up)) in copies.iter().enumerate() {
            let place = found.register.place(article);
            if spans.0 != place.input {
                match corpus.spans(place.input as usize) {
                    Ok(of_input) => spans = (place.input, of_input),
                    Err(error) => {
                        failure = Some(error);
                        break;
                    }
                }
            }
            let span = spans.1.get(place.record.saturating_sub(1) as usize);
            if span.is_none() && !spans.1.is_empty() {
                let input = corpus.files()[place.input as usize].name.clone();
                failure = Some(ErrorKind::Changed { input }.into());
                break;
            }
            let text = found.texts.of_article[article];
            let stored = Stored {
                place,
                span: span.cloned().unwrap_or_default(),
                text,
                bearer: found.texts.articles[text as usize],
                centre,
                is_excerpt,
                is_round_up,
                pool: pool(article),
                member: found.groups.of(article),
                part: found.stories.of(article),
            };
            to.write_all(&stored.to_bytes())?;
        }
        Ok(())
    })?;
    failure.map_or(Ok(()), Err)
}

/// The ids one behind the other, where each ends, and the articles by the hash of their ids.
pub(super) fn ids(file: &mut SectionFile, tables: &Tables<'_>) -> Result<()> {
    let ids = tables.ids();
    let mut ends = Vec::with_capacity(ids.len());
    let mut by_id: Vec<(u64, u32)> = Vec::with_capacity(ids.len());
    file.section("ids", |to| {
        let mut end = 0u64;
        for article in 0..ids.len() {
            let id = ids.of(article).map_err(io::Error::other)?;
            end += id.len() as u64;
            ends.push(end);
            by_id.push((xxh3_64(id.as_bytes()), article as u32));
            to.write_all(id.as_bytes())?;
        }
        Ok(())
    })?;
    file.section("id ends", |to| {
        let mut ends = ends.iter();
        ends.try_for_each(|end| to.write_all(&end.to_le_bytes()))
    })?;
    by_id.sort_unstable();
    file.section("by id", |to| {
        by_id.iter().try_for_each(|(hash, article)| {
            to.write_all(&hash.to_le_bytes())?;
            to.write_all(&article.to_le_bytes())
        })
    })
}

/// The articles by story, then by copy group.
pub(super) fn groups(file: &mut SectionFile, tables: &Tables<'_>) -> Result<()> {
    let found = tables.found();
    let key = |&article: &ArticleId| {
        let at = article as usize;
        let representative = found.groups.of(at).representative;
        (found.stories.of(at).lead, representative, article)
    };
    let mut order: Vec<u32> = (0..found.register.len() as u32).collect();
    order.sort_unstable_by_key(key);
    file.section("by story", |to| {
        order
            .iter()
            .try_for_each(|article| to.write_all(&article.to_le_bytes()))
    })
}

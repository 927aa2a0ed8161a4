//! Links: what somebody says of stories of an index, which it keeps and respects from then on.
//!
//! Links are of articles by their numbers, so they stay whatever becomes of groups and stories; those of an article that is
//! forgotten go with it. Copies tell one story: a link between articles that turn out to be copies says nothing any more.

use std::collections::{BTreeMap, BTreeSet};

use super::Index;
use super::articles::Articles;
use super::made::Made;
use super::rows::Rows;
use super::settle;
use super::tell::Merged;
use crate::config::Config;
use crate::error::{ErrorKind, Result};
use crate::links::{Link, Links, refused};
use crate::stages::stories::{Scores, StoryModel, apart};

/// A link as it is kept: two numbers, the lesser first, and whether they tell the same story.
pub(super) type Kept = (u32, u32, bool);

/// The numbers of new articles that links name.
fn named(links: &Links, new: Option<&Articles>) -> Result<BTreeMap<String, u32>> {
    let ids = links.all().iter().flat_map(|link| [&link.a, &link.b]);
    let wanted: BTreeSet<&String> = ids.collect();
    let mut named = BTreeMap::new();
    if let Some(new) = new {
        for at in 0..new.len() {
            let id = new.id(at)?;
            if wanted.contains(&id) {
                named.insert(id, new.first + at);
            }
        }
    }
    Ok(named)
}

/// Scores of what has vectors; others are alike nothing.
struct Known<'m>(Option<&'m StoryModel>);

impl Scores for Known<'_> {
    fn sum(&self, one: u32, others: &[u32]) -> Result<u64> {
        let between = |&other: &u32| self.0?.between(one, other);
        Ok(others.iter().filter_map(between).sum())
    }

    fn enough(&self) -> u64 {
        self.0.map_or(u64::MAX, StoryModel::threshold)
    }

    fn usual(&self) -> Option<usize> {
        Some(0)
    }
}

impl Index {
    /// Keeps links and has stories be as they say, now and from now on; one that speaks of two articles of which an earlier one
    /// does takes its place.
    ///
    /// # Errors
    ///
    /// [`ErrorKind::UnknownId`] for an article that is not there, [`ErrorKind::Setting`] for links that contradict each other,
    /// those that were kept before, or copies; and when the index is not open to be written to, or cannot be.
    pub fn link(&self, links: &Links) -> Result<()> {
        let made = Made::begin(self)?;
        let mut rows = Rows::clone(&self.rows);
        let model = self.story_model()?;
        let kept = self.link_rows((links, None), &mut rows, model.as_ref())?;
        settle::close(&mut rows, self, None)?;
        let mut manifest = self.manifest.clone();
        manifest.version += 1;
        manifest.links = kept;
        made.commit(manifest, &rows, (&[], None))
    }

    /// Has stories be as links say, which may speak of new articles too; hands on all links that are kept from then on.
    pub(super) fn link_rows(
        &self,
        (links, new): (&Links, Option<&Articles>),
        rows: &mut Rows,
        model: Option<&StoryModel>,
    ) -> Result<Vec<Kept>> {
        if self.config.copies_only {
            return Err(refused(
                "of an index without stories".to_owned(),
                "left out: it was made with --copies-only".to_owned(),
            ));
        }
        let kept = self.linked_with((links, new), rows)?;
        let mut merged = Merged::default();
        for &(a, b, _) in kept.iter().filter(|link| link.2) {
            merged.join(rows.rows[a as usize].story, rows.rows[b as usize].story);
        }
        merged.apply(rows);
        self.take_apart(rows, &kept, model)?;
        Ok(kept)
    }

    /// The links that are kept, as articles.
    ///
    /// # Errors
    ///
    /// When the index cannot be read.
    pub fn links(&self) -> Result<Vec<Link>> {
        let link = |&(a, b, is_same): &Kept| {
            Ok(Link {
                a: self.id(a)?,
                b: self.id(b)?,
                is_same,
            })
        };
        self.manifest.links.iter().map(link).collect()
    }

    /// The links that are kept and others.
    fn linked_with(
        &self,
        (links, new): (&Links, Option<&Articles>),
        rows: &Rows,
    ) -> Result<Vec<Kept>> {
        let named = named(links, new)?;
        let group = |number: u32| rows.rows[number as usize].group;
        let mut kept: BTreeMap<(u32, u32), bool> = BTreeMap::new();
        kept.extend(
            self.manifest
                .links
                .iter()
                .map(|&(a, b, is_same)| ((a, b), is_same)),
        );
        for link in links.all() {
            let find = |id: &String| {
                let missing = || ErrorKind::UnknownId {
                    id: id.clone(),
                    nearest: Vec::new(),
                };
                let found = match named.get(id) {
                    Some(&number) => Some(number),
                    None => self.find(id)?,
                };
                Ok::<u32, crate::error::Error>(found.ok_or_else(missing)?)
            };
            let (a, b) = (find(&link.a)?, find(&link.b)?);
            if !link.is_same && group(a) == group(b) {
                return Err(refused(
                    format!("{} and {}, which are different", link.a, link.b),
                    "of articles that are no copies of each other: these are one text".to_owned(),
                ));
            }
            kept.insert((a.min(b), a.max(b)), link.is_same);
        }
        // What is said of an article is said of its copies.
        let mut all = Vec::new();
        for (&(a, b), &is_same) in &kept {
            let key = |number: u32| match new {
                Some(new) if group(number) >= new.first => new.id(group(number) - new.first),
                _ => self.id(group(number)),
            };
            let (a, b) = (key(a)?, key(b)?);
            if is_same || a != b {
                all.push(Link { a, b, is_same });
            }
        }
        Links::new(all)?;
        Ok(kept
            .into_iter()
            .map(|((a, b), is_same)| (a, b, is_same))
            .collect())
    }

    /// Takes stories apart that have articles which are said to tell different ones.
    fn take_apart(&self, rows: &mut Rows, kept: &[Kept], model: Option<&StoryModel>) -> Result<()> {
        let stands = |rows: &Rows, number: u32| rows.rows[number as usize].representative;
        let of = |is_same: bool| -> Vec<(u32, u32)> {
            let links = kept.iter().filter(|link| link.2 == is_same);
            links
                .map(|&(a, b, _)| (stands(rows, a), stands(rows, b)))
                .collect()
        };
        let (same, different) = (of(true), of(false));
        let story = |number: u32| rows.rows[number as usize].story;
        let within = different
            .iter()
            .filter(|it| it.0 != it.1 && story(it.0) == story(it.1));
        let mut stories: Vec<u32> = within.map(|it| story(it.0)).collect();
        stories.sort_unstable();
        stories.dedup();
        if stories.is_empty() {
            return Ok(());
        }
        let by_story = rows.by(|row| row.story);
        for key in stories {
            let members = by_story.of(key).filter(|&it| stands(rows, it) == it);
            let members: Vec<u32> = members.collect();
            let parts = apart(&members, &same, &different, &Known(model))?;
            for mut part in parts {
                part.sort_unstable();
                self.tell_apart(rows, (key, &part));
            }
        }
        Ok(())
    }

    /// Makes a part of a story one by itself, unless what the story is named after is in it.
    fn tell_apart(&self, rows: &mut Rows, (key, part): (u32, &[u32])) {
        let of = |rows: &Rows, number: u32| {
            rows.rows[rows.rows[number as usize].representative as usize]
        };
        let is_named = part.contains(&of(rows, key).representative);
        let led = of(rows, key).lead;
        let lead = match part.contains(&led) {
            true => led,
            false => part[0],
        };
        let all: Vec<u32> = rows
            .there()
            .filter(|&it| part.binary_search(&of(rows, it).representative).is_ok())
            .collect();
        let first = all.first().copied().unwrap_or(part[0]);
        for number in all {
            let row = &mut rows.rows[number as usize];
            row.story = if is_named { key } else { first };
            if row.lead != lead {
                row.lead = lead;
                row.story_similarity = crate::kernel::Share(0);
            }
        }
    }

    /// The settings of a run over some of the articles: with the links, as far as they are of these.
    pub(super) fn linked_config(&self) -> Result<Config> {
        let mut links = self.links()?;
        for &(a, b, is_same) in &self.manifest.links {
            let stands = |number: u32| self.id(self.row(number).representative);
            links.push(Link {
                a: stands(a)?,
                b: stands(b)?,
                is_same,
            });
        }
        links.sort_unstable();
        links.dedup();
        Ok(Config {
            links: Links::lenient(links),
            ..self.config.clone()
        })
    }
}

//! Settling: all articles of an index are decided anew, as one run over them decides.

use std::collections::BTreeMap;

use ahash::AHashSet;

use super::Index;
use super::articles::Articles;
use super::corpus::KeptCorpus;
use super::keys::MOST;
use super::made::Made;
use super::manifest::{FORM, Part};
use super::meet;
use super::pairs::{self, MetPair};
use super::related;
use super::rows::{NO_FORM, Row, Rows};
use super::tell::Stories;
use super::write::{entries, push_ids, write_furniture, write_sorted};
use crate::config::Config;
use crate::corpus::ArticleId;
use crate::error::Result;
use crate::pipeline::Clustering;
use crate::spill::{Hashed, Sorter};
use crate::stages::clean::Furniture;
use crate::stages::stories::ModelParts;

/// What becomes of the stories that are there.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Links {
    /// They grow, and become one with others; an article keeps its story.
    Grow,
    /// They are those of the run.
    Anew,
}

/// What a run over all articles gives.
pub(super) struct Whole {
    pub(super) rows: Rows,
    /// What all of them are found by, but for their ids.
    pub(super) keys: Sorter<Hashed>,
    pub(super) furniture: Furniture,
    /// What is known of stories that are open.
    pub(super) model: Option<ModelParts>,
    /// The similar pairs of articles that are new.
    pub(super) pairs: Vec<MetPair>,
}

/// Decides of all articles of a corpus; `before` has a row for each number there is, and those from `first_new` on are new.
pub(super) fn decide(
    corpus: &KeptCorpus<'_>,
    (before, first_new): (&Rows, u32),
    config: &Config,
    (links, is_open): (Links, &dyn Fn(u32) -> bool),
) -> Result<Whole> {
    let (found, model) = related::cluster(corpus, config, None, is_open)?;
    let mut rows = before.clone();
    let register = &found.register;
    let number = |article: ArticleId| KeptCorpus::number(register.place(article as usize));
    for article in 0..register.len() as u32 {
        let member = found.groups.of(article as usize);
        let row = &mut rows.rows[number(article) as usize];
        row.representative = number(member.representative);
        (row.relation, row.similarity) = (member.relation, member.similarity);
        row.kind = member.kind;
        row.form = member.form.map_or(NO_FORM, number);
    }
    mark_bearers(&mut rows, &found, 0);
    name(
        &mut rows,
        before,
        |row| row.representative,
        |row| row.group,
        |row, key| row.group = key,
    );
    let stories = Stories::of(&found);
    match links {
        Links::Grow => {
            follow_representatives(&mut rows);
            stories.join(&mut rows);
            let story = |row: &Row| row.story;
            name(&mut rows, before, story, story, |row, key| row.story = key);
        }
        Links::Anew => stories.replace(&mut rows, before),
    }
    let keys = Sorter::below(MOST, &config.budget());
    let furniture = found.furniture.clone();
    let pairs = pairs::of_run(&found, first_new);
    drop(found);
    meet::print_all(corpus, &furniture, config, &mut |number, printed| {
        let row = &mut rows.rows[number as usize];
        (row.text, row.tokens) = (printed.text, printed.tokens);
        row.anchors = printed.counts();
        let mut own = Vec::new();
        printed.keys(row.is_bearer, &mut own);
        keys.push(entries(own, number))
    })?;
    Ok(Whole {
        rows,
        keys,
        furniture,
        model,
        pairs,
    })
}

/// Notes by which articles, of those from a number on, their texts are found: the first of each text that is not there yet.
pub(super) fn mark_bearers(rows: &mut Rows, found: &Clustering, first: u32) {
    let number = |article: usize| KeptCorpus::number(found.register.place(article));
    let texts = &found.texts;
    let mut is_there = vec![false; texts.articles.len()];
    for (article, &text) in texts.of_article.iter().enumerate() {
        is_there[text as usize] |= number(article) < first;
    }
    for (article, &text) in texts.of_article.iter().enumerate() {
        let number = number(article);
        if number >= first {
            let bears = texts.articles[text as usize] as usize == article;
            rows.rows[number as usize].is_bearer = bears && !is_there[text as usize];
        }
    }
}

/// Names what articles have in common after one of them: after the first that gave it its name before, else after the first.
pub(super) fn name(
    rows: &mut Rows,
    before: &Rows,
    common: impl Fn(&Row) -> u32,
    key: impl Fn(&Row) -> u32,
    set: impl Fn(&mut Row, u32),
) {
    let mut names: BTreeMap<u32, (bool, u32)> = BTreeMap::new();
    for number in rows.there() {
        let was_name = key(&before.rows[number as usize]) == number;
        let candidate = (!was_name, number);
        let name = names
            .entry(common(&rows.rows[number as usize]))
            .or_insert(candidate);
        *name = candidate.min(*name);
    }
    for row in rows.rows.iter_mut().filter(|row| !row.is_gone) {
        if let Some(&(_, name)) = names.get(&common(row)) {
            set(row, name);
        }
    }
}

/// Has copies tell the story of what stands for them; a story whose group was taken apart stays with each of its articles.
fn follow_representatives(rows: &mut Rows) {
    for at in 0..rows.rows.len() {
        let row = rows.rows[at];
        if !row.is_gone {
            let of = rows.rows[row.representative as usize];
            let row = &mut rows.rows[at];
            (row.story, row.lead) = (of.story, of.lead);
            row.story_similarity = of.story_similarity;
        }
    }
}

/// Notes which stories became part of others.
fn note_replaced(rows: &mut Rows, index: &Index) {
    let there = |rows: &Rows| -> AHashSet<u32> {
        rows.there()
            .map(|number| rows.rows[number as usize].story)
            .collect()
    };
    let now = there(rows);
    let mut before: Vec<u32> = there(&index.rows).into_iter().collect();
    before.sort_unstable();
    for story in before.into_iter().filter(|story| !now.contains(story)) {
        let into = rows.rows[story as usize].story;
        rows.beside.replaced.push((story, into));
    }
    // One that was taken apart again is itself.
    rows.beside.replaced.retain(|it| !now.contains(&it.0));
    rows.beside.replaced.sort_unstable();
    rows.beside.replaced.dedup_by_key(|it| it.0);
}

/// When the newest articles were published: one date in a hundred may be of the future.
pub(super) fn newest(
    numbers: impl Iterator<Item = u32>,
    time: &dyn Fn(u32) -> Option<i64>,
) -> Option<i64> {
    let mut times: Vec<i64> = numbers.filter_map(time).collect();
    times.sort_unstable();
    let last = times.len().saturating_sub(1 + times.len() / 100);
    times.get(last).copied()
}

/// Notes which stories are over: nothing of them was published within the window before the newest articles.
pub(super) fn close(rows: &mut Rows, index: &Index, new: Option<&Articles>) -> Result<()> {
    note_replaced(rows, index);
    if index.config.copies_only {
        return Ok(());
    }
    let time = |number: u32| match new {
        Some(new) if number >= new.first => Some(new.head(number - new.first)?.published()?.0),
        _ => index.published(number),
    };
    let Some(newest) = newest(rows.there(), &time) else {
        return Ok(());
    };
    let mut last: BTreeMap<u32, Option<i64>> = BTreeMap::new();
    for number in rows.there() {
        let of_story = last.entry(rows.rows[number as usize].story).or_insert(None);
        *of_story = time(number).max(*of_story);
    }
    let window = index.config.story_window as i64;
    let is_over = |last: &Option<i64>| last.is_some_and(|last| last < newest - window);
    let over = last.iter().filter(|(_, last)| is_over(last));
    rows.beside.closed = over.map(|(&story, _)| story).collect();
    Ok(())
}

impl Index {
    /// Decides of all articles anew, from their kept texts, and makes that the next version: copy groups are those of one run
    /// over all of them. Stories grow, and become one with others, but none is taken apart.
    ///
    /// # Errors
    ///
    /// When the index is not open to be written to, or cannot be read or written; it is as it was then.
    pub fn settle(&self) -> Result<()> {
        self.decide_anew(Links::Grow)
    }

    /// As [`Index::settle`], but stories are those of one run too.
    ///
    /// # Errors
    ///
    /// As [`Index::settle`].
    pub fn rebuild(&self) -> Result<()> {
        self.decide_anew(Links::Anew)
    }

    fn decide_anew(&self, links: Links) -> Result<()> {
        self.need_texts()?;
        let mut made = Made::begin(self)?;
        if self.is_empty() {
            return Ok(());
        }
        let files: Vec<&Articles> = self.articles.iter().collect();
        let corpus = KeptCorpus::of(&files, self.rows.there());
        let Whole {
            mut rows,
            keys,
            furniture,
            model,
            ..
        } = decide(
            &corpus,
            (&self.rows, u32::MAX),
            &self.linked_config()?,
            (links, &self.open_since(None)),
        )?;
        close(&mut rows, self, None)?;
        for file in files {
            push_ids(file, &rows, &keys)?;
        }
        made.replaces(Part::Keys);
        write_sorted(&mut made, keys)?;
        made.replaces(Part::Furniture);
        write_furniture(&mut made, &furniture)?;
        related::write(&mut made, model.as_ref())?;
        let mut manifest = self.manifest.clone();
        manifest.version += 1;
        manifest.form = FORM;
        made.commit(manifest, &rows, (&[], None))
    }
}

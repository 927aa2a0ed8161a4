//! Settling: all articles of an index are decided anew, as one run over them decides.

use std::collections::BTreeMap;

use ahash::AHashSet;

use super::Index;
use super::articles::Articles;
use super::corpus::KeptCorpus;
use super::ingest::{Made, entries, push_ids, write_furniture, write_sorted};
use super::keys::MOST;
use super::manifest::Part;
use super::meet;
use super::rows::{NO_FORM, Row, Rows};
use crate::clean::Furniture;
use crate::config::Config;
use crate::error::Result;
use crate::pipeline::{self, Clustering};
use crate::spill::{Hashed, Sorter};

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
}

/// Decides of all articles of a corpus; `before` has a row for each number there is.
pub(super) fn decide(
    corpus: &KeptCorpus<'_>,
    before: &Rows,
    config: &Config,
    links: Links,
) -> Result<Whole> {
    let stop = |_| config.interrupt.check();
    let found = pipeline::cluster(corpus, config, &stop)?;
    let mut rows = before.clone();
    let register = &found.register;
    let number = |article: u32| KeptCorpus::number(register.place(article as usize));
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
    let keys = Sorter::below(MOST, &config.room());
    let furniture = found.furniture.clone();
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
fn name(
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

/// The stories of a run, by the numbers of an index.
pub(super) struct Stories<'f> {
    found: &'f Clustering,
}

impl<'f> Stories<'f> {
    pub(super) fn of(found: &'f Clustering) -> Stories<'f> {
        Stories { found }
    }

    fn number(&self, article: u32) -> u32 {
        KeptCorpus::number(self.found.register.place(article as usize))
    }

    /// Takes the stories of the run as they are; a key stays with the article that it is of.
    fn replace(&self, rows: &mut Rows, before: &Rows) {
        for article in 0..self.found.register.len() as u32 {
            let part = self.found.stories.of(article as usize);
            let (number, lead) = (self.number(article), self.number(part.lead));
            let row = &mut rows.rows[number as usize];
            (row.lead, row.story_similarity) = (lead, part.similarity);
        }
        name(
            rows,
            before,
            |row| row.lead,
            |row| row.story,
            |row, key| row.story = key,
        );
        rows.beside.labels.clear();
        self.label(rows);
    }

    /// Has the stories that are there grow by those of the run, which may have some of their articles only.
    ///
    /// A story belongs to where most of what the run has of it is. What the run has whole of other stories there becomes one
    /// with it, under the older key.
    pub(super) fn join(&self, rows: &mut Rows) {
        // By the run's lead, how many articles that stand for their copies each story has there.
        let mut places: BTreeMap<u32, BTreeMap<u32, u32>> = BTreeMap::new();
        let mut all: BTreeMap<u32, u32> = BTreeMap::new();
        for article in 0..self.found.register.len() as u32 {
            let number = self.number(article);
            let row = rows.rows[number as usize];
            if row.representative == number {
                let lead = self.found.stories.of(article as usize).lead;
                *places
                    .entry(lead)
                    .or_default()
                    .entry(row.story)
                    .or_insert(0) += 1;
                *all.entry(row.story).or_insert(0) += 1;
            }
        }
        let is_whole = |story: &u32, count: &u32| all.get(story) == Some(count);
        let mut merged = Merged::default();
        for here in places.values().filter(|here| here.len() > 1) {
            let size = |it: &(&u32, &u32)| (*it.1, std::cmp::Reverse(*it.0));
            let Some((&main, _)) = here.iter().max_by_key(size) else {
                continue;
            };
            let others = here.iter().filter(|it| *it.0 != main);
            for (&story, _) in others.filter(|it| is_whole(it.0, it.1)) {
                merged.join(main, story);
            }
        }
        merged.apply(rows);
        self.lead(rows);
        self.label(rows);
    }

    /// Names who leads each story of which the run has the article that led it before: as the run does.
    fn lead(&self, rows: &mut Rows) {
        let articles = 0..self.found.register.len() as u32;
        let seen: AHashSet<u32> = articles.clone().map(|it| self.number(it)).collect();
        let mut leads: BTreeMap<u32, u32> = BTreeMap::new();
        for article in articles.clone() {
            let number = self.number(article);
            let row = rows.rows[number as usize];
            let leads_in_run = self.found.stories.of(article as usize).lead == article;
            if leads_in_run && row.representative == number && seen.contains(&row.lead) {
                leads.entry(row.story).or_insert(number);
            }
        }
        for article in articles {
            let number = self.number(article);
            let part = self.found.stories.of(article as usize);
            let row = &mut rows.rows[number as usize];
            let lead = leads.get(&row.story).copied().unwrap_or(row.lead);
            if lead == self.number(part.lead) {
                row.story_similarity = part.similarity;
            }
        }
        for at in 0..rows.rows.len() {
            let row = rows.rows[at];
            if let Some(&lead) = leads.get(&row.story).filter(|_| !row.is_gone) {
                rows.rows[at].lead = lead;
            }
            let of = rows.rows[row.representative as usize].story_similarity;
            rows.rows[at].story_similarity = of;
        }
    }

    /// Labels stories that have none, and those that are twice as large as when they got theirs.
    fn label(&self, rows: &mut Rows) {
        let mut sizes: BTreeMap<u32, u32> = BTreeMap::new();
        for number in rows.there() {
            *sizes.entry(rows.rows[number as usize].story).or_insert(0) += 1;
        }
        let mut labels: BTreeMap<u32, (String, u32)> = BTreeMap::new();
        for (story, label, size) in std::mem::take(&mut rows.beside.labels) {
            if sizes.contains_key(&story) {
                labels.insert(story, (label, size));
            }
        }
        for lead in self.found.stories.leads() {
            let Some(label) = self.found.stories.label(lead) else {
                continue;
            };
            let story = rows.rows[self.number(lead) as usize].story;
            let size = sizes.get(&story).copied().unwrap_or(0);
            let is_due = labels.get(&story).is_none_or(|it| size >= 2 * it.1);
            if is_due {
                labels.insert(story, (label.to_owned(), size));
            }
        }
        let listed = labels
            .into_iter()
            .map(|(story, (label, size))| (story, label, size));
        rows.beside.labels = listed.collect();
    }
}

/// Stories that become one, under the oldest key.
#[derive(Default)]
pub(super) struct Merged(BTreeMap<u32, u32>);

impl Merged {
    fn key(&self, mut story: u32) -> u32 {
        while let Some(&into) = self.0.get(&story) {
            story = into;
        }
        story
    }

    pub(super) fn join(&mut self, a: u32, b: u32) {
        let (a, b) = (self.key(a), self.key(b));
        if a != b {
            self.0.insert(a.max(b), a.min(b));
        }
    }

    pub(super) fn apply(&self, rows: &mut Rows) {
        let mut leads: BTreeMap<u32, u32> = BTreeMap::new();
        for row in rows.rows.iter().filter(|row| !row.is_gone) {
            leads.entry(row.story).or_insert(row.lead);
        }
        for row in rows.rows.iter_mut().filter(|row| !row.is_gone) {
            let key = self.key(row.story);
            if key != row.story {
                row.story = key;
            }
            row.lead = leads.get(&key).copied().unwrap_or(row.lead);
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
    let mut times: Vec<i64> = rows.there().filter_map(time).collect();
    times.sort_unstable();
    // One date in a hundred may be of the future.
    let Some(&newest) = times.get(times.len().saturating_sub(1 + times.len() / 100)) else {
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
        } = decide(&corpus, &self.rows, &self.config, links)?;
        close(&mut rows, self, None)?;
        for file in files {
            push_ids(file, &rows, &keys)?;
        }
        made.replaces(Part::Keys);
        write_sorted(&mut made, keys)?;
        made.replaces(Part::Furniture);
        write_furniture(&mut made, &furniture)?;
        let mut manifest = self.manifest.clone();
        manifest.version += 1;
        made.commit(manifest, &rows, &[])
    }
}

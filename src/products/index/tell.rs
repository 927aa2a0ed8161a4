//! Telling: what the stories of a run make of those of an index.

use std::collections::BTreeMap;

use ahash::AHashSet;

use super::corpus::KeptCorpus;
use super::rows::Rows;
use super::settle::name;
use crate::pipeline::Clustering;

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
    pub(super) fn replace(&self, rows: &mut Rows, before: &Rows) {
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

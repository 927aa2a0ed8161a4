//! Telling: what the stories of a run make of those of an index.

use std::collections::BTreeMap;

use ahash::AHashSet;

use super::corpus::KeptCorpus;
use super::rows::Rows;
use super::settle::name;
use crate::corpus::ArticleId;
use crate::kernel::Share;
use crate::pipeline::Clustering;
use crate::stages::stories::Told;

/// An article of a run, by its number in the index, with what leads its story there.
struct Placed {
    number: u32,
    lead: u32,
    similarity: Share,
}

/// The stories of a run, by the numbers of an index.
pub(super) struct Stories {
    placed: Vec<Placed>,
    /// The labels of stories of several texts, by what leads them.
    labels: Vec<(u32, String)>,
}

impl Stories {
    pub(super) fn of(found: &Clustering) -> Stories {
        let number =
            |article: ArticleId| KeptCorpus::number(found.register.place(article as usize));
        let placed = (0..found.register.len() as u32).map(|article| {
            let part = found.stories.of(article as usize);
            Placed {
                number: number(article),
                lead: number(part.lead),
                similarity: part.similarity,
            }
        });
        let label = |lead: u32| Some((number(lead), found.stories.label(lead)?.to_owned()));
        Stories {
            placed: placed.collect(),
            labels: found.stories.leads().filter_map(label).collect(),
        }
    }

    /// Those of articles that were added to a model.
    pub(super) fn grown(told: Vec<Told>) -> Stories {
        let (mut placed, mut labels) = (Vec::new(), Vec::new());
        for Told {
            lead,
            members,
            label,
        } in told
        {
            labels.extend(label.map(|label| (lead, label)));
            placed.extend(members.into_iter().map(|(number, similarity)| Placed {
                number,
                lead,
                similarity,
            }));
        }
        placed.sort_unstable_by_key(|it| it.number);
        labels.sort_unstable();
        Stories { placed, labels }
    }

    /// Takes the stories of the run as they are; a key stays with the article that it is of.
    pub(super) fn replace(&self, rows: &mut Rows, before: &Rows) {
        for it in &self.placed {
            let row = &mut rows.rows[it.number as usize];
            (row.lead, row.story_similarity) = (it.lead, it.similarity);
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
        for &Placed { number, lead, .. } in &self.placed {
            let row = rows.rows[number as usize];
            if row.representative == number {
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
        let seen: AHashSet<u32> = self.placed.iter().map(|it| it.number).collect();
        let mut leads: BTreeMap<u32, u32> = BTreeMap::new();
        for &Placed { number, lead, .. } in &self.placed {
            let row = rows.rows[number as usize];
            if lead == number && row.representative == number && seen.contains(&row.lead) {
                leads.entry(row.story).or_insert(number);
            }
        }
        for it in &self.placed {
            let row = &mut rows.rows[it.number as usize];
            let lead = leads.get(&row.story).copied().unwrap_or(row.lead);
            if lead == it.lead {
                row.story_similarity = it.similarity;
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
        for (lead, label) in &self.labels {
            let story = rows.rows[*lead as usize].story;
            let size = sizes.get(&story).copied().unwrap_or(0);
            let is_due = labels.get(&story).is_none_or(|it| size >= 2 * it.1);
            if is_due {
                labels.insert(story, (label.clone(), size));
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

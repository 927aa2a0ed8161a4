//! Forgetting: articles go for good, with their texts.

use std::collections::BTreeMap;

use ahash::AHashSet;

use super::Index;
use super::file::Writing;
use super::keys::{MOST, is_of_text};
use super::made::Made;
use super::manifest::{FileEntry, Part};
use super::relate::Relater;
use super::rows::{Row, Rows};
use super::settle::newest;
use super::write::{push_ids, write_sorted};
use crate::error::Result;
use crate::kernel::Share;
use crate::spill::{Hashed, Sorter};
use crate::stages::copies::CopyRelation;

impl Index {
    /// Removes articles for good: their records, their texts and what they are found by. Their groups and stories go on without
    /// them.
    ///
    /// What was learned of all pages stays: hashes of lines and titles. So do their ids in the [changes](Index::changes), which
    /// say that they are gone.
    ///
    /// # Errors
    ///
    /// [`ErrorKind::UnknownId`](crate::error::ErrorKind::UnknownId) for an id that is not there; nothing is removed then. When
    /// the index is not open to be written to, or cannot be.
    pub fn forget(&self, ids: &[String]) -> Result<usize> {
        self.remove(&self.find_all(ids)?)
    }

    /// Removes the articles that were published more than so many seconds before the newest ones; those without a date stay.
    ///
    /// # Errors
    ///
    /// As [`Index::forget`].
    pub fn forget_older(&self, seconds: u64) -> Result<usize> {
        let newest = newest(self.rows.there(), &|number| self.published(number));
        let Some(newest) = newest else {
            return Ok(0);
        };
        let first = newest.saturating_sub_unsigned(seconds);
        let is_old = |number: &u32| self.published(*number).is_some_and(|time| time < first);
        let old: Vec<u32> = self.rows.there().filter(is_old).collect();
        self.remove(&old)
    }

    fn remove(&self, numbers: &[u32]) -> Result<usize> {
        let mut made = Made::begin(self)?;
        let gone: AHashSet<u32> = numbers.iter().copied().collect();
        if gone.is_empty() {
            return Ok(0);
        }
        let mut ids = Vec::with_capacity(numbers.len());
        for &number in numbers {
            ids.push(self.id(number)?);
        }
        let mut rows = Rows::clone(&self.rows);
        for &number in numbers {
            rows.rows[number as usize] = Row {
                is_gone: true,
                ..Row::alone(number)
            };
        }
        let furniture = self.furniture()?;
        let mut relater = self.relater(None, &furniture);
        let keys = self.keys_without(&mut rows, &gone)?;
        self.regroup(&mut rows, &gone, &mut relater)?;
        for file in &self.articles {
            push_ids(file, &rows, &keys)?;
        }
        made.replaces(Part::Keys);
        write_sorted(&mut made, keys)?;
        let mut manifest = self.manifest.clone();
        for (file, entry) in self.articles.iter().zip(self.manifest.of(Part::Articles)) {
            let of_file = file.first..file.first + file.len();
            if numbers.iter().any(|number| of_file.contains(number)) {
                let to = Writing::create(Part::Articles, &made.path(Part::Articles))?;
                let written = file.without(&|number| gone.contains(&number), to)?;
                let level = entry.level;
                let written = written.map(|written| FileEntry { level, ..written });
                made.entries.extend(written);
                made.replaced.push(entry.name.clone());
            }
        }
        let is_left = |link: &(u32, u32, bool)| !gone.contains(&link.0) && !gone.contains(&link.1);
        manifest.links.retain(is_left);
        self.forget_stories(&mut made, &|number| gone.contains(&number))?;
        manifest.version += 1;
        made.commit(manifest, &rows, (&ids, None))?;
        Ok(gone.len())
    }

    /// All keys but those of articles that are gone; texts that were found by one of these are found by another that bears them.
    fn keys_without(&self, rows: &mut Rows, gone: &AHashSet<u32>) -> Result<Sorter<Hashed>> {
        let heirs = self.heirs(gone);
        let keys = Sorter::below(MOST, &self.config.budget());
        for file in &self.keys {
            let (mut scan, mut kept) = (file.scan(), Vec::new());
            while let Some((hash, number)) = scan.next()? {
                // What is of its text is of the next one's text too.
                let heir = heirs.get(&number).filter(|_| is_of_text(hash));
                let number = match gone.contains(&number) {
                    true => heir.copied(),
                    false => Some(number),
                };
                let entry = |number: u32| Hashed {
                    hash,
                    number: number.into(),
                };
                kept.extend(number.map(entry));
                if kept.len() == 1 << 16 {
                    keys.push(std::mem::take(&mut kept))?;
                }
            }
            keys.push(kept)?;
        }
        for heir in heirs.into_values() {
            rows.rows[heir as usize].is_bearer = true;
        }
        Ok(keys)
    }

    /// For each article that is gone and that others of its text were found by the first of these.
    fn heirs(&self, gone: &AHashSet<u32>) -> BTreeMap<u32, u32> {
        let members = self.groups();
        let lost = gone.iter().filter(|&&it| self.row(it).is_bearer);
        let heir = |&number: &u32| {
            let was = self.row(number);
            let bears = |it: &u32| !gone.contains(it) && self.row(*it).text == was.text;
            Some((number, members.of(was.group).find(bears)?))
        };
        lost.filter_map(heir).collect()
    }

    /// Has groups, stories and forms go on without articles that are gone.
    fn regroup(
        &self,
        rows: &mut Rows,
        gone: &AHashSet<u32>,
        relater: &mut Relater<'_>,
    ) -> Result<()> {
        let groups = lacking(rows, gone, |row| [row.group, row.representative]);
        let stories = lacking(rows, gone, |row| [row.story, row.lead]);
        let by_group = rows.by(|row| row.group);
        for group in groups {
            let members: Vec<u32> = by_group.of(group).collect();
            self.go_on(rows, (group, &members), gone, relater)?;
        }
        let by_story = rows.by(|row| row.story);
        for story in stories {
            let members: Vec<u32> = by_story.of(story).collect();
            tell_on(rows, (story, &members), gone);
        }
        tidy(rows);
        let by_form = rows.by(|row| row.form);
        let mut forms: Vec<u32> = gone.iter().copied().collect();
        forms.sort_unstable();
        for form in forms {
            let items: Vec<u32> = by_form.of(form).collect();
            for &item in &items {
                rows.rows[item as usize].form = items[0];
            }
        }
        Ok(())
    }

    /// Has a group go on that lost what it is named after, or what stood for it.
    fn go_on(
        &self,
        rows: &mut Rows,
        (group, members): (u32, &[u32]),
        gone: &AHashSet<u32>,
        relater: &mut Relater<'_>,
    ) -> Result<()> {
        let key = match gone.contains(&group) {
            true => members[0],
            false => group,
        };
        let stood = rows.rows[members[0] as usize].representative;
        let rank = |&number: &u32| {
            let is_cut = rows.rows[number as usize].relation == CopyRelation::Excerpt;
            let time = self.published(number);
            (is_cut, time.is_none(), time, number)
        };
        let stands = match gone.contains(&stood) {
            false => stood,
            true => members.iter().copied().min_by_key(rank).unwrap_or(key),
        };
        for &number in members {
            let row = rows.rows[number as usize];
            let related = match number == stands {
                true => Some((CopyRelation::Representative, Share(0))),
                false if row.representative == stands => None,
                false => Some(relater.relate(number, stands)?),
            };
            let row = &mut rows.rows[number as usize];
            (row.group, row.representative) = (key, stands);
            if let Some(related) = related {
                relater.set(row, related);
            }
        }
        Ok(())
    }
}

/// The keys of what lost the article that it is named after, or the one that stood for it, ascending.
fn lacking(rows: &Rows, gone: &AHashSet<u32>, of: impl Fn(&Row) -> [u32; 2]) -> Vec<u32> {
    let there = rows.there().map(|number| of(&rows.rows[number as usize]));
    let lacking = there.filter(|both| both.iter().any(|it| gone.contains(it)));
    let mut keys: Vec<u32> = lacking.map(|both| both[0]).collect();
    keys.sort_unstable();
    keys.dedup();
    keys
}

/// Has a story go on that lost what it is named after, or what led it.
fn tell_on(rows: &mut Rows, (story, members): (u32, &[u32]), gone: &AHashSet<u32>) {
    let key = match gone.contains(&story) {
        true => members[0],
        false => story,
    };
    let first = rows.rows[members[0] as usize];
    let led = first.lead;
    let is_led = !gone.contains(&led) && rows.rows[led as usize].representative == led;
    let lead = match is_led {
        true => led,
        false => first.representative,
    };
    for &number in members {
        let row = &mut rows.rows[number as usize];
        (row.story, row.lead) = (key, lead);
    }
    let beside = &mut rows.beside;
    let labels = beside.labels.iter_mut().map(|label| &mut label.0);
    let replaced = beside.replaced.iter_mut().map(|it| &mut it.1);
    let keys = labels.chain(replaced).chain(&mut beside.closed);
    keys.filter(|it| **it == story).for_each(|it| *it = key);
}

/// Puts what stands beside the rows in order, and leaves out what is of stories that are gone.
fn tidy(rows: &mut Rows) {
    let there = rows.there().map(|number| rows.rows[number as usize].story);
    let there: AHashSet<u32> = there.collect();
    let beside = &mut rows.beside;
    beside.labels.retain(|label| there.contains(&label.0));
    beside.closed.retain(|story| there.contains(story));
    beside.labels.sort_unstable();
    beside.closed.sort_unstable();
}

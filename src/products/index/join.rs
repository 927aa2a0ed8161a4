//! Joining: what a run over new articles, and over what they met, makes of the groups that are there.
//!
//! What was together stays together until the index is settled. A group that is there belongs to where most of what was looked at
//! of it is; groups of which all that was looked at is in one place become one, under the older key.

use std::collections::BTreeMap;

use super::corpus::KeptCorpus;
use super::relate::Relater;
use super::rows::{Members, NO_FORM, Row, Rows};
use super::tell::Merged;
use crate::corpus::ArticleId;
use crate::error::Result;
use crate::pipeline::Clustering;
use crate::stages::copies::{CopyRelation, Member};

/// A group of the run.
#[derive(Debug, Default)]
struct Place {
    new: Vec<u32>,
    /// How many articles of each group that was there before.
    old: BTreeMap<u32, u32>,
}

/// Where the articles of a run are, by the numbers that the index gives them.
struct Joined<'r> {
    found: &'r Clustering,
    numbers: Vec<u32>,
    /// By the article that stands for each group of the run, as the run numbers it.
    places: BTreeMap<u32, Place>,
}

/// The groups of the index that those of a run belong to though the run has none of their articles, by the article that stands for
/// each in the run.
pub(super) type Matched = BTreeMap<u32, u32>;

/// Enters what was found of new articles, those from `first` on, into the rows.
pub(super) fn join(
    rows: &mut Rows,
    (found, first): (&Clustering, u32),
    (members, matched): (&Members, &Matched),
    relater: &mut Relater<'_>,
) -> Result<()> {
    let register = &found.register;
    let number = |article: usize| KeptCorpus::number(register.place(article));
    let numbers: Vec<u32> = (0..register.len()).map(number).collect();
    let mut places: BTreeMap<u32, Place> = BTreeMap::new();
    for (article, &number) in numbers.iter().enumerate() {
        let representative = found.groups.of(article).representative;
        let place = places.entry(representative).or_default();
        match number < first {
            true => {
                *place
                    .old
                    .entry(rows.rows[number as usize].group)
                    .or_default() += 1
            }
            false => place.new.push(article as u32),
        }
    }
    for (representative, &group) in matched {
        if let Some(place) = places.get_mut(representative) {
            place.old.insert(group, 1);
        }
    }
    let joined = Joined {
        found,
        numbers,
        places,
    };
    joined.name_forms(rows, first);
    joined.enter(rows, members, relater)
}

impl Joined<'_> {
    fn number(&self, article: ArticleId) -> u32 {
        self.numbers[article as usize]
    }

    /// The groups that were there, each with where most of it is, and whether all of it is there.
    fn homes(&self) -> BTreeMap<u32, (u32, bool)> {
        let mut homes: BTreeMap<u32, (u32, u32, u32)> = BTreeMap::new();
        for (&place, it) in &self.places {
            for (&group, &count) in &it.old {
                let (home, most, all) = homes.entry(group).or_insert((place, 0, 0));
                *all += count;
                // Of places that are equal the one whose first article is the older.
                let key = |place: u32, count: u32| (std::cmp::Reverse(count), self.number(place));
                if key(place, count) < key(*home, *most) {
                    (*home, *most) = (place, count);
                }
            }
        }
        let whole = |(group, (home, most, all))| (group, (home, most == all));
        homes.into_iter().map(whole).collect()
    }

    fn enter(&self, rows: &mut Rows, members: &Members, relater: &mut Relater<'_>) -> Result<()> {
        let homes = self.homes();
        let mut stories = Merged::default();
        for (&representative, place) in &self.places {
            let at_home = |group: &u32| homes.get(group).is_some_and(|it| it.0 == representative);
            let is_whole = |group: &u32| homes.get(group).is_some_and(|it| it.1);
            let most = |groups: &mut dyn Iterator<Item = (&u32, &u32)>| {
                groups
                    .max_by_key(|it| (*it.1, std::cmp::Reverse(*it.0)))
                    .map(|it| *it.0)
            };
            let main = most(&mut place.old.iter().filter(|it| at_home(it.0)))
                .or_else(|| most(&mut place.old.iter()));
            let mut here: Vec<u32> = place
                .old
                .keys()
                .copied()
                .filter(|it| at_home(it) && is_whole(it))
                .collect();
            here.extend(main.filter(|it| at_home(it) && !here.contains(it)));
            // Of groups that become one the oldest keeps its key.
            let target = here.iter().copied().min().or(main);
            match target {
                None => self.found_group(rows, representative, place),
                Some(target) => {
                    for &other in here.iter().filter(|&&it| it != target) {
                        merge(rows, (target, other), (members, &mut stories), relater)?;
                    }
                    self.add(rows, target, place, relater)?;
                }
            }
        }
        stories.apply(rows);
        Ok(())
    }

    /// A group of new articles alone.
    fn found_group(&self, rows: &mut Rows, representative: ArticleId, place: &Place) {
        let key = place.new.iter().map(|&it| self.number(it)).min();
        let (key, stands) = (key.unwrap_or(0), self.number(representative));
        for &article in &place.new {
            let Member {
                relation,
                similarity,
                ..
            } = self.found.groups.of(article as usize);
            let row = &mut rows.rows[self.number(article) as usize];
            row.group = key;
            row.representative = stands;
            (row.relation, row.similarity) = (relation, similarity);
            (row.story, row.lead) = (key, stands);
        }
    }

    /// New articles that join a group.
    fn add(
        &self,
        rows: &mut Rows,
        target: u32,
        place: &Place,
        relater: &mut Relater<'_>,
    ) -> Result<()> {
        for &article in &place.new {
            let number = self.number(article);
            let of_group: Row = rows.rows[target as usize];
            let stands = of_group.representative;
            let member = self.found.groups.of(article as usize);
            let is_told = self.number(member.representative) == stands;
            let is_told = is_told && member.relation != CopyRelation::Representative;
            let row = &mut rows.rows[number as usize];
            row.group = target;
            row.representative = stands;
            match is_told {
                true => (row.relation, row.similarity) = (member.relation, member.similarity),
                false => {
                    let relating = relater.relate(number, stands)?;
                    relater.set(row, relating);
                }
            }
            (row.story, row.lead) = (of_group.story, of_group.lead);
            row.story_similarity = of_group.story_similarity;
        }
        Ok(())
    }

    /// Says of what kind new articles are, and which form they are items of: one that is known keeps its name.
    fn name_forms(&self, rows: &mut Rows, first: u32) {
        let mut known: BTreeMap<u32, u32> = BTreeMap::new();
        for (article, &number) in self.numbers.iter().enumerate() {
            let (form, row) = (
                self.found.groups.of(article).form,
                &rows.rows[number as usize],
            );
            if let (Some(form), true) = (form, number < first && row.form != NO_FORM) {
                let name = known.entry(form).or_insert(row.form);
                *name = row.form.min(*name);
            }
        }
        for (article, &number) in self.numbers.iter().enumerate() {
            if number >= first {
                let member = self.found.groups.of(article);
                let row = &mut rows.rows[number as usize];
                row.kind = member.kind;
                let name = |form: u32| {
                    known
                        .get(&form)
                        .copied()
                        .unwrap_or_else(|| self.number(form))
                };
                row.form = member.form.map_or(NO_FORM, name);
            }
        }
    }
}

/// Makes a group part of an older one; their stories become one too.
fn merge(
    rows: &mut Rows,
    (target, other): (u32, u32),
    (members, stories): (&Members, &mut Merged),
    relater: &mut Relater<'_>,
) -> Result<()> {
    let of_target = rows.rows[target as usize];
    let stands = of_target.representative;
    for number in members.of(other) {
        let relating = relater.relate(number, stands)?;
        let row = &mut rows.rows[number as usize];
        row.group = target;
        row.representative = stands;
        relater.set(row, relating);
    }
    stories.join(of_target.story, rows.rows[other as usize].story);
    Ok(())
}

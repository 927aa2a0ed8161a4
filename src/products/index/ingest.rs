//! Ingest: a dump is held against an index, and taken into it where that is asked for.

use ahash::AHashSet;

use super::Index;
use super::articles::Articles;
use super::corpus::KeptCorpus;
use super::file::Writing;
use super::found::Compared;
use super::intake::{TakenIn, take_in};
use super::join;
use super::journal::Answered;
use super::made::Made;
use super::manifest::{Ingest, Manifest, Part};
use super::meet::{self, Met, Printed};
use super::relate::Relater;
use super::related;
use super::rows::{Members, Row, Rows};
use super::settle;
use super::tell::Stories;
use super::write::Prints;
use crate::corpus::Corpus;
use crate::error::Result;
use crate::stages::clean::Furniture;
use crate::stages::stories::ModelParts;

/// Of a group that texts met, so many of its texts are looked at besides those that they met.
const OF_GROUP: usize = 64;

/// How a dump is taken in.
#[derive(Clone, Debug, Default)]
pub struct Intake {
    name: Option<String>,
    /// Whether it goes on with the last ingest, where that has its name.
    goes_on: bool,
    /// What the answer is to be kept under, and a hash of what was sent.
    key: Option<(String, u64)>,
}

impl Intake {
    /// Takes a dump in under a name, which is made unlike others.
    pub fn named(name: impl Into<String>) -> Intake {
        Intake {
            name: Some(name.into()),
            ..Intake::default()
        }
    }

    /// Counts what comes to the last ingest, if that has the name too.
    pub fn going_on(self) -> Intake {
        Intake {
            goes_on: true,
            ..self
        }
    }

    /// Keeps what is [answered](Ingested::answer) under a key of whoever asks, with a hash of what they sent, as one with what
    /// is taken in.
    pub fn keyed(self, key: impl Into<String>, asked: u64) -> Intake {
        Intake {
            key: Some((key.into(), asked)),
            ..self
        }
    }
}

/// What was decided of a dump, and what it takes to go on from there.
pub(super) struct Decided {
    pub(super) taken: TakenIn,
    pub(super) rows: Rows,
    /// What the new articles are found by; those of all where all was decided anew.
    prints: Prints,
    /// What was learned of the pages of the dump; of all where all was decided anew.
    learned: Furniture,
    /// Whether all was decided anew.
    is_whole: bool,
    /// What is known of stories that are open.
    model: Option<ModelParts>,
}

impl Index {
    /// Holds a dump against the index, which stays as it is.
    ///
    /// # Errors
    ///
    /// When the dump or the index cannot be read, or what does not fit into memory cannot be kept on disk.
    pub fn compare<C: Corpus + ?Sized>(&self, corpus: &C) -> Result<Compared<'_>> {
        let folder = self
            .config
            .temp_dir
            .clone()
            .unwrap_or_else(std::env::temp_dir);
        let file = Writing::unnamed(Part::Articles, &folder)?;
        let decided = self.decide(take_in(self, corpus, file)?)?;
        Ok(Compared::new(self, decided.taken, decided.rows))
    }

    /// Holds a dump against the index, and takes it in once that is [committed](Ingested::commit).
    ///
    /// Articles that the index has under the same id, as the same record, are not taken in again.
    ///
    /// # Errors
    ///
    /// Those of [`Index::compare`], and when the index is not open to be written to, or cannot be.
    pub fn ingest<C: Corpus + ?Sized>(&self, corpus: &C, intake: Intake) -> Result<Ingested<'_>> {
        let mut made = Made::begin(self)?;
        let file = Writing::create(Part::Articles, &made.path(Part::Articles))?;
        let mut taken = take_in(self, corpus, file)?;
        match taken.entry.take() {
            // An empty file is none of a version, and goes when that is written.
            Some(entry) if taken.articles.len() == 0 => made.replaced.push(entry.name),
            entry => made.entries.extend(entry),
        }
        let decided = self.decide(taken)?;
        let Decided {
            taken,
            rows,
            prints,
            learned,
            is_whole,
            model,
        } = decided;
        let new = taken.articles.len();
        let mut manifest = self.manifest.clone();
        if new > 0 {
            manifest.version += 1;
            manifest.articles += new;
            let name = intake
                .name
                .unwrap_or_else(|| format!("ingest {}", manifest.version));
            match manifest.ingests.last_mut() {
                Some(last) if intake.goes_on && last.name == name => last.articles += new,
                _ => manifest.ingests.push(Ingest {
                    name: self.unlike_others(name),
                    version: manifest.version,
                    first: taken.articles.first,
                    articles: new,
                }),
            }
            self.write_keys(&mut made, prints, (&rows, &taken.articles), is_whole)?;
            self.write_furniture(&mut made, learned, is_whole)?;
            related::write(&mut made, model.as_ref())?;
        }
        Ok(Ingested {
            compared: Compared::new(self, taken, rows),
            made,
            manifest,
            is_new: new > 0,
            answered: intake.key.map(|(key, asked)| Answered {
                key,
                asked,
                answer: String::new(),
            }),
        })
    }

    fn unlike_others(&self, name: String) -> String {
        let is_taken = |name: &str| self.manifest.ingests.iter().any(|it| it.name == name);
        let mut names = (2..).map(|number| format!("{name} ({number})"));
        match is_taken(&name) {
            true => names.find(|name| !is_taken(name)).unwrap_or(name),
            false => name,
        }
    }

    /// Decides of what is new, and of what of the index it may concern.
    fn decide(&self, taken: TakenIn) -> Result<Decided> {
        let new = taken.articles.len();
        if self.is_empty() {
            return self.decide_all(taken);
        }
        let (first, config) = (taken.articles.first, &self.config);
        let mut files: Vec<&Articles> = self.articles.iter().collect();
        files.push(&taken.articles);
        let numbers = first..first + new;
        let of_new = KeptCorpus::of(&files, numbers.clone());
        let learned = match config.keep_furniture || new == 0 {
            true => Furniture::default(),
            false => Furniture::learn(&of_new, &config.budget())?,
        };
        let furniture = self.furniture()?.merged(&learned);
        let mut prints: Vec<(u32, Printed)> = Vec::with_capacity(new as usize);
        meet::print_all(&of_new, &furniture, config, &mut |number, printed| {
            prints.push((number, printed));
            Ok(())
        })?;
        let texts: Vec<&Printed> = prints.iter().map(|it| &it.1).collect();
        let members = self.groups();
        let mut looked_at = self.concerned(&meet::meet(self, &texts)?, members);
        if !config.copies_only {
            looked_at.extend(self.open_stories(&taken.articles));
        }
        let mut old: Vec<u32> = looked_at.into_iter().collect();
        old.sort_unstable();
        let corpus = KeptCorpus::of(&files, old.iter().copied().chain(numbers));
        let (found, model) = {
            let is_open = self.open_since(Some(&taken.articles));
            related::cluster(&corpus, &self.linked_config()?, Some(furniture), &is_open)?
        };
        let mut rows = Rows::clone(&self.rows);
        rows.rows.extend((first..first + new).map(Row::alone));
        for (number, printed) in &prints {
            let row = &mut rows.rows[*number as usize];
            (row.text, row.tokens) = (printed.text, printed.tokens);
            row.anchors = printed.counts();
        }
        settle::mark_bearers(&mut rows, &found, first);
        let mut relater = Relater::new(self, Some(&taken.articles), &found.furniture);
        join::join(&mut rows, (&found, first), members, &mut relater)?;
        if !config.copies_only {
            Stories::of(&found).join(&mut rows);
        }
        settle::close(&mut rows, self, Some(&taken.articles))?;
        Ok(Decided {
            taken,
            rows,
            prints: Prints::Few(prints),
            learned,
            is_whole: false,
            model,
        })
    }

    /// The texts that candidates are, with those of their groups.
    fn concerned(&self, met: &Met, members: &Members) -> AHashSet<u32> {
        let mut looked_at: AHashSet<u32> = met.texts.iter().flatten().copied().collect();
        let groups = looked_at.iter().map(|&number| self.row(number).group);
        let mut groups: Vec<u32> = groups.collect();
        groups.sort_unstable();
        groups.dedup();
        for group in groups {
            looked_at.insert(self.row(group).representative);
            let texts = members
                .of(group)
                .filter(|&number| self.row(number).is_bearer);
            looked_at.extend(texts.take(OF_GROUP));
        }
        looked_at.extend(&met.crowd);
        looked_at
    }

    /// The articles that stand for their copies and were published within the window of stories of what is new.
    fn open_stories(&self, new: &Articles) -> Vec<u32> {
        let heads = (0..new.len()).filter_map(|at| new.head(at)?.published());
        let mut times: Vec<i64> = heads.map(|time| time.0).collect();
        times.sort_unstable();
        // A date in a hundred may be anything.
        let most = times.len() / 50;
        let (Some(&first), Some(&last)) = (
            times.get(most),
            times.get(times.len().wrapping_sub(1 + most)),
        ) else {
            return Vec::new();
        };
        let window = self.config.story_window as i64;
        let is_open = |number: &u32| {
            let row = self.row(*number);
            let time = self.published(*number);
            row.representative == *number
                && time.is_some_and(|it| (first - window..=last + window).contains(&it))
        };
        self.rows.there().filter(is_open).collect()
    }

    /// Whether an article's story is open: it was published within the window of stories before the newest ones.
    pub(super) fn open_since<'a>(&'a self, new: Option<&'a Articles>) -> impl Fn(u32) -> bool + 'a {
        let time = move |number: u32| match new {
            Some(new) if number >= new.first => Some(new.head(number - new.first)?.published()?.0),
            _ => self.published(number),
        };
        let fresh = new.map_or(0..0, |new| new.first..new.first + new.len());
        let newest = settle::newest(self.rows.there().chain(fresh), &time);
        let window = self.config.story_window as i64;
        move |number| {
            let both = time(number).zip(newest);
            both.is_some_and(|(time, newest)| time >= newest - window)
        }
    }

    /// When an article was published, in seconds.
    pub(super) fn published(&self, number: u32) -> Option<i64> {
        let (file, at) = self.place(number).ok()?;
        Some(file.head(at)?.published()?.0)
    }

    /// Decides of all that is there and of all that is new, as one run does.
    fn decide_all(&self, taken: TakenIn) -> Result<Decided> {
        let (first, new) = (taken.articles.first, taken.articles.len());
        let mut files: Vec<&Articles> = self.articles.iter().collect();
        files.push(&taken.articles);
        let numbers = self.rows.there().chain(first..first + new);
        let corpus = KeptCorpus::of(&files, numbers);
        let mut before = Rows::clone(&self.rows);
        before.rows.extend((first..first + new).map(Row::alone));
        let whole = {
            let is_open = self.open_since(Some(&taken.articles));
            let how = (settle::Links::Anew, &is_open as &dyn Fn(u32) -> bool);
            settle::decide(&corpus, &before, &self.linked_config()?, how)?
        };
        let mut rows = whole.rows;
        settle::close(&mut rows, self, Some(&taken.articles))?;
        Ok(Decided {
            taken,
            rows,
            prints: Prints::All(whole.keys),
            learned: whole.furniture,
            is_whole: true,
            model: whole.model,
        })
    }
}

/// A dump that was held against an index, and is not in it yet; dropped so, the index is as it was.
#[must_use = "the index changes only when it is committed"]
pub struct Ingested<'i> {
    compared: Compared<'i>,
    made: Made<'i>,
    manifest: Manifest,
    is_new: bool,
    answered: Option<Answered>,
}

impl<'i> Ingested<'i> {
    /// What was decided of the dump.
    pub fn compared(&self) -> &Compared<'i> {
        &self.compared
    }

    /// Says what whoever asked is told, to be kept under the key that they gave.
    pub fn answer(&mut self, answer: String) {
        if let Some(answered) = &mut self.answered {
            answered.answer = answer;
        }
    }

    /// Takes the dump in. Where nothing of it is new, and no answer is to be kept, the index stays as it is.
    ///
    /// # Errors
    ///
    /// When it cannot be written; the index is as it was then.
    pub fn commit(self) -> Result<()> {
        let mut manifest = self.manifest;
        if !self.is_new {
            if self.answered.is_none() {
                return Ok(());
            }
            manifest.version += 1;
        }
        let told = (&[][..], self.answered);
        self.made.commit(manifest, &self.compared.rows, told)
    }
}

//! Ingest: a dump is held against an index, and taken into it where that is asked for.

use std::fs;
use std::io;
use std::path::{Path, PathBuf};

use ahash::{AHashMap, AHashSet};
use xxhash_rust::xxh3::xxh3_64;

use super::Index;
use super::articles::Articles;
use super::changes;
use super::corpus::KeptCorpus;
use super::file::Writing;
use super::found::Compared;
use super::intake::{TakenIn, take_in};
use super::join;
use super::keys::{self, Keys, Of, TOGETHER, key};
use super::manifest::{FileEntry, Ingest, Manifest, Part};
use super::meet::{self, Met, Printed};
use super::relate::Relater;
use super::rows::{Members, Row, Rows};
use super::settle::{self, Stories};
use crate::article::Corpus;
use crate::clean::Furniture;
use crate::error::{Error, Result};
use crate::pipeline;
use crate::spill::{Hashed, Sorter};

/// Of a group that texts met, so many of its texts are looked at besides those that they met.
const OF_GROUP: usize = 64;
/// Files of furniture are put together once there are more.
const FURNITURE: usize = 8;

/// How a dump is taken in.
#[derive(Clone, Debug, Default)]
pub struct Intake {
    name: Option<String>,
}

impl Intake {
    /// Takes a dump in under a name, which is made unlike others.
    pub fn named(name: impl Into<String>) -> Intake {
        Intake {
            name: Some(name.into()),
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
}

enum Prints {
    Few(Vec<(u32, Printed)>),
    All(Sorter<Hashed>),
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
        made.entries.extend(taken.entry.take());
        let decided = self.decide(taken)?;
        let Decided {
            taken,
            rows,
            prints,
            learned,
            is_whole,
        } = decided;
        let new = taken.articles.len();
        let mut manifest = self.manifest.clone();
        if new > 0 {
            manifest.version += 1;
            manifest.articles += new;
            let name = intake
                .name
                .unwrap_or_else(|| format!("ingest {}", manifest.version));
            manifest.ingests.push(Ingest {
                name: self.unlike_others(name),
                version: manifest.version,
                first: taken.articles.first,
                articles: new,
            });
            self.write_keys(&mut made, prints, (&rows, &taken.articles), is_whole)?;
            self.write_furniture(&mut made, learned, is_whole)?;
        }
        Ok(Ingested {
            compared: Compared::new(self, taken, rows),
            made,
            manifest,
            is_new: new > 0,
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
            false => Furniture::learn(&of_new, &config.room())?,
        };
        let furniture = self.furniture()?.merged(&learned);
        let mut prints: Vec<(u32, Printed)> = Vec::with_capacity(new as usize);
        meet::print_all(&of_new, &furniture, config, &mut |number, printed| {
            prints.push((number, printed));
            Ok(())
        })?;
        let texts: Vec<&Printed> = prints.iter().map(|it| &it.1).collect();
        let members = self.rows.by(|row| row.group);
        let mut looked_at = self.concerned(&meet::meet(self, &texts)?, &members);
        if !config.copies_only {
            looked_at.extend(self.open_stories(&taken.articles));
        }
        let mut old: Vec<u32> = looked_at.into_iter().collect();
        old.sort_unstable();
        let corpus = KeptCorpus::of(&files, old.iter().copied().chain(numbers));
        let stop = |_| config.interrupt.check();
        let found = pipeline::cluster_cleaned(&corpus, config, &stop, furniture)?;
        let mut rows = self.rows.clone();
        rows.rows.extend((first..first + new).map(Row::alone));
        for (number, printed) in &prints {
            let row = &mut rows.rows[*number as usize];
            (row.text, row.tokens) = (printed.text, printed.tokens);
            row.anchors = printed.counts();
        }
        settle::mark_bearers(&mut rows, &found, first);
        let mut relater = Relater::new(self, Some(&taken.articles), &found.furniture);
        join::join(&mut rows, (&found, first), &members, &mut relater)?;
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
        let mut before = self.rows.clone();
        before.rows.extend((first..first + new).map(Row::alone));
        let whole = settle::decide(&corpus, &before, &self.config, settle::Links::Anew)?;
        let mut rows = whole.rows;
        settle::close(&mut rows, self, Some(&taken.articles))?;
        Ok(Decided {
            taken,
            rows,
            prints: Prints::All(whole.keys),
            learned: whole.furniture,
            is_whole: true,
        })
    }

    /// Writes what new articles are found by; what all are, where all was decided anew.
    fn write_keys(
        &self,
        made: &mut Made<'_>,
        prints: Prints,
        (rows, new): (&Rows, &Articles),
        is_whole: bool,
    ) -> Result<()> {
        let sorter = match prints {
            Prints::All(sorter) => sorter,
            Prints::Few(prints) => {
                let sorter = Sorter::below(keys::MOST, &self.config.room());
                for (number, printed) in prints {
                    let mut keys = Vec::new();
                    printed.keys(rows.rows[number as usize].is_bearer, &mut keys);
                    sorter.push(entries(keys, number))?;
                }
                sorter
            }
        };
        for file in self.articles.iter().filter(|_| is_whole).chain([new]) {
            push_ids(file, rows, &sorter)?;
        }
        if is_whole {
            made.replaces(Part::Keys);
        }
        let keys = write_sorted(made, sorter)?;
        if !is_whole {
            self.put_together(made, keys, rows)?;
        }
        Ok(())
    }

    /// Puts files of keys together where there are many of one level.
    fn put_together(&self, made: &mut Made<'_>, new: Keys, rows: &Rows) -> Result<()> {
        let old: Vec<&FileEntry> = self.manifest.of(Part::Keys).collect();
        let mut level = 0;
        let mut from: Vec<&Keys> = vec![&new];
        let mut replaced: Vec<String> = Vec::new();
        loop {
            let of_level = |it: &(&&FileEntry, &Keys)| it.0.level == level;
            let here: Vec<(&&FileEntry, &Keys)> =
                old.iter().zip(&self.keys).filter(of_level).collect();
            if here.len() + 1 < TOGETHER {
                break;
            }
            replaced.extend(here.iter().map(|it| it.0.name.clone()));
            from.extend(here.iter().map(|it| it.1));
            level += 1;
        }
        if level == 0 {
            return Ok(());
        }
        let path = made.path(Part::Keys);
        let is_there = |number: u32| !rows.rows[number as usize].is_gone;
        let (_, mut entry) = keys::merge(&from, &path, &is_there)?;
        entry.level = level;
        // The file of this ingest alone is not needed beside it.
        if let Some(single) = made.entries.iter().position(|it| it.part == Part::Keys) {
            let single = made.entries.remove(single);
            let _ = fs::remove_file(self.folder.join(single.name));
        }
        made.entries.push(entry);
        made.replaced.extend(replaced);
        Ok(())
    }

    fn write_furniture(
        &self,
        made: &mut Made<'_>,
        learned: Furniture,
        is_whole: bool,
    ) -> Result<()> {
        let count = self.manifest.of(Part::Furniture).count();
        let furniture = match is_whole || count < FURNITURE {
            true => learned,
            false => self.furniture()?.merged(&learned),
        };
        if is_whole || count >= FURNITURE {
            made.replaces(Part::Furniture);
        }
        write_furniture(made, &furniture)
    }
}

pub(super) fn write_furniture(made: &mut Made<'_>, furniture: &Furniture) -> Result<()> {
    let mut file = Writing::create(Part::Furniture, &made.path(Part::Furniture))?;
    file.section("furniture", |to| furniture.store(to))?;
    made.entries.extend(file.finish()?.1);
    Ok(())
}

pub(super) fn entries(keys: Vec<u64>, number: u32) -> Vec<Hashed> {
    let entry = |hash| Hashed {
        hash,
        number: number.into(),
    };
    keys.into_iter().map(entry).collect()
}

/// Adds the keys of the ids of all articles of a file.
pub(super) fn push_ids(file: &Articles, rows: &Rows, sorter: &Sorter<Hashed>) -> Result<()> {
    let mut found = Vec::new();
    for at in 0..file.len() {
        let number = file.first + at;
        let Some(head) = file
            .head(at)
            .filter(|_| !rows.rows[number as usize].is_gone)
        else {
            continue;
        };
        let id = xxh3_64(file.id(at)?.as_bytes());
        let mut keys = vec![key(Of::Id, id)];
        if id != head.id_hash {
            keys.push(key(Of::Id, head.id_hash));
        }
        found.extend(entries(keys, number));
    }
    sorter.push(found)
}

/// Writes sorted keys to a file.
pub(super) fn write_sorted(made: &mut Made<'_>, sorter: Sorter<Hashed>) -> Result<Keys> {
    let sorted = sorter.finish()?;
    let (keys, entry) = keys::write(&made.path(Part::Keys), |put| {
        let mut last = None;
        let scanned = sorted.scan(|piece| {
            for entry in piece {
                let entry = (entry.hash, entry.number as u32);
                if last != Some(entry) {
                    put(entry).map_err(|error| Error::io(Path::new(""), error))?;
                    last = Some(entry);
                }
            }
            Ok(())
        });
        scanned.map_err(io::Error::other)
    })?;
    made.entries.push(entry);
    Ok(keys)
}

/// Files that were written for a version that is not there yet; dropped so, they are removed.
pub(super) struct Made<'i> {
    index: &'i Index,
    pub(super) entries: Vec<FileEntry>,
    /// The names of files that the version does not have any more.
    pub(super) replaced: Vec<String>,
    next: u32,
    is_done: bool,
}

impl<'i> Made<'i> {
    pub(super) fn begin(index: &'i Index) -> Result<Made<'i>> {
        if index.lock.is_none() {
            let reason = "it is not open to be written to";
            return Err(super::index_error(&index.folder, reason));
        }
        Ok(Made {
            index,
            entries: Vec::new(),
            replaced: Vec::new(),
            next: 0,
            is_done: false,
        })
    }

    /// The path of a new file.
    pub(super) fn path(&mut self, part: Part) -> PathBuf {
        self.next += 1;
        let version = self.index.manifest.version + 1;
        let name = format!("{}-{version:07}{:03}", part.name(), self.next);
        self.index.folder.join(name)
    }

    /// Leaves out all files of a part that are there.
    pub(super) fn replaces(&mut self, part: Part) {
        let files = self.index.manifest.of(part);
        self.replaced.extend(files.map(|file| file.name.clone()));
    }

    /// Makes these files, the rows and what they change the next version.
    pub(super) fn commit(
        mut self,
        mut manifest: Manifest,
        rows: &Rows,
        gone: &[String],
    ) -> Result<()> {
        self.replaces(Part::Decisions);
        let path = self.path(Part::Decisions);
        self.entries.push(rows.write(&path)?);
        let path = self.path(Part::Changes);
        let new: Vec<Articles> = self.opened()?;
        let entry = changes::write(self.index, (rows, &new), gone, &path)?;
        self.entries.push(entry);
        let version = manifest.version;
        let kept = |file: &FileEntry| !self.replaced.contains(&file.name);
        manifest.files.retain(kept);
        let made = self.entries.iter().cloned();
        manifest
            .files
            .extend(made.map(|file| FileEntry { version, ..file }));
        // Of several files of articles the first has the first of them.
        manifest
            .files
            .sort_by_key(|file| (file.part, file.first, file.version));
        manifest.append(&self.index.folder)?;
        self.is_done = true;
        // What is not of this version any more is in nobody's way if it stays.
        for name in &self.replaced {
            let _ = fs::remove_file(self.index.folder.join(name));
        }
        Ok(())
    }

    /// The new files of articles.
    fn opened(&self) -> Result<Vec<Articles>> {
        let files = self.entries.iter().filter(|it| it.part == Part::Articles);
        let open = |it: &FileEntry| Articles::open(&self.index.folder.join(&it.name), it);
        files.map(open).collect()
    }
}

impl Drop for Made<'_> {
    fn drop(&mut self) {
        if !self.is_done {
            self.index.remove_unfinished();
        }
    }
}

/// A dump that was held against an index, and is not in it yet; dropped so, the index is as it was.
#[must_use = "the index changes only when it is committed"]
pub struct Ingested<'i> {
    compared: Compared<'i>,
    made: Made<'i>,
    manifest: Manifest,
    is_new: bool,
}

impl<'i> Ingested<'i> {
    /// What was decided of the dump.
    pub fn compared(&self) -> &Compared<'i> {
        &self.compared
    }

    /// Takes the dump in. Where nothing of it is new, the index stays as it is.
    ///
    /// # Errors
    ///
    /// When it cannot be written; the index is as it was then.
    pub fn commit(self) -> Result<()> {
        match self.is_new {
            true => self.made.commit(self.manifest, &self.compared.rows, &[]),
            false => Ok(()),
        }
    }
}

/// How many articles have each value.
pub(super) fn counted(values: impl Iterator<Item = u32>) -> AHashMap<u32, u32> {
    let mut counts = AHashMap::new();
    values.for_each(|value| *counts.entry(value).or_insert(0) += 1);
    counts
}

//! Writing down what articles are found by, and what pages repeat.

use std::fs;
use std::io;
use std::path::Path;

use xxhash_rust::xxh3::xxh3_64;

use super::Index;
use super::articles::Articles;
use super::file::Writing;
use super::keys::{self, Keys, Of, TOGETHER, key};
use super::made::Made;
use super::manifest::{FileEntry, Part};
use super::meet::Printed;
use super::rows::Rows;
use crate::error::{Error, Result};
use crate::spill::{Hashed, Sorter};
use crate::stages::clean::Furniture;

/// Files of furniture are put together once there are more.
const FURNITURE: usize = 8;

/// What new articles are found by; what all are, where all was decided anew.
pub(super) enum Prints {
    Few(Vec<(u32, Printed)>),
    All(Sorter<Hashed>),
}

impl Index {
    /// Writes what new articles are found by; what all are, where all was decided anew.
    pub(super) fn write_keys(
        &self,
        made: &mut Made<'_>,
        prints: Prints,
        (rows, new): (&Rows, &Articles),
        is_whole: bool,
    ) -> Result<()> {
        let sorter = match prints {
            Prints::All(sorter) => sorter,
            Prints::Few(prints) => {
                let sorter = Sorter::below(keys::MOST, &self.config.budget());
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

    pub(super) fn write_furniture(
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

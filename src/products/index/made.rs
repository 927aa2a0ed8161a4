//! Files of a version that is being written: it is there once the manifest's line is.

use std::fs;
use std::path::{Path, PathBuf};

use ahash::AHashSet;

use super::Index;
use super::articles::Articles;
use super::changes;
use super::file::Writing;
use super::journal::{Answered, Entries, Journal};
use super::keys::TOGETHER;
use super::manifest::{self, FileEntry, Manifest, Part};
use super::pack;
use super::rows::Rows;
use crate::error::Result;

/// Files that would have more bytes together stay as they are.
const LARGEST: u64 = 1 << 30;

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

    /// Whether texts may be written.
    pub(super) fn keeps_texts(&self) -> bool {
        self.index.keeps_texts()
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
        told: (&[String], Option<Answered>),
    ) -> Result<()> {
        let (gone, answer) = told;
        let version = manifest.version;
        self.replaces(Part::Decisions);
        let path = self.path(Part::Decisions);
        self.entries.push(rows.write(&path)?);
        let new: Vec<Articles> = self.opened()?;
        let changes = changes::between(self.index, (rows, &new), gone)?;
        drop(new);
        let entries = Entries {
            versions: vec![(version, changes.len() as u64)],
            changes,
            answers: answer.into_iter().collect(),
        };
        let path = self.path(Part::Changes);
        self.entries.push(FileEntry {
            version,
            ..entries.write(&path)?
        });
        self.put_together(Part::Changes)?;
        self.put_together(Part::Articles)?;
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

    /// Puts the last files of a part together where there are many of one level, as the one that is new is of.
    ///
    /// Each file is open while an index is, and is read to know what it holds: there must never be many.
    fn put_together(&mut self, part: Part) -> Result<()> {
        let of_part = |it: &&FileEntry| it.part == part;
        let mut new = self.entries.iter().filter(of_part);
        let (Some(new), None) = (new.next().cloned(), new.next()) else {
            return Ok(());
        };
        let old = self.index.manifest.of(part);
        let old: Vec<&FileEntry> = old.filter(|it| !self.replaced.contains(&it.name)).collect();
        // One that was written anew stays where it is.
        if new.level > 0 || old.last().is_some_and(|last| last.first > new.first) {
            return Ok(());
        }
        let (mut level, mut bytes, mut from) = (0, new.bytes, old.len());
        loop {
            let of_level = old[..from].iter().rev();
            let of_level = of_level.take_while(|it| it.level == level);
            let (mut count, mut size) = (0, 0);
            of_level.for_each(|it| (count, size) = (count + 1, size + it.bytes));
            if count + 1 < TOGETHER || bytes + size > LARGEST {
                break;
            }
            (level, bytes, from) = (level + 1, bytes + size, from - count);
        }
        if level == 0 {
            return Ok(());
        }
        let together: Vec<FileEntry> = old[from..].iter().copied().cloned().chain([new]).collect();
        let path = self.path(part);
        let mut entry = match part {
            Part::Articles => self.articles_of(&together, &path)?,
            _ => {
                let open = |it: &FileEntry| Journal::open(&self.index.folder, it);
                let journals: Result<Vec<Journal>> = together.iter().map(open).collect();
                Entries::of(&journals?)?.write(&path)?
            }
        };
        entry.level = level;
        self.entries.retain(|it| it.part != part);
        self.entries.push(entry);
        self.replaced.extend(together.into_iter().map(|it| it.name));
        Ok(())
    }

    fn articles_of(&self, files: &[FileEntry], path: &Path) -> Result<FileEntry> {
        let open = |it: &FileEntry| Articles::open(&self.index.folder.join(&it.name), it);
        let files: Result<Vec<Articles>> = files.iter().map(open).collect();
        pack::put_together(&files?, Writing::create(Part::Articles, path)?)
    }

    /// The new files of articles.
    fn opened(&self) -> Result<Vec<Articles>> {
        let files = self.entries.iter().filter(|it| it.part == Part::Articles);
        let open = |it: &FileEntry| Articles::open(&self.index.folder.join(&it.name), it);
        files.map(open).collect()
    }
}

impl Index {
    /// Removes files that a writer left behind which was stopped, or of versions that are past. One that cannot be removed is in
    /// nobody's way.
    pub(super) fn remove_unfinished(&self) {
        let own: AHashSet<&str> = self
            .manifest
            .files
            .iter()
            .map(|it| it.name.as_str())
            .collect();
        for entry in fs::read_dir(&self.folder).into_iter().flatten().flatten() {
            let name = entry.file_name();
            let is_left = |name: &str| manifest::is_own(name) && !own.contains(name);
            if name.to_str().is_some_and(is_left) {
                let _ = fs::remove_file(entry.path());
            }
        }
    }
}

impl Drop for Made<'_> {
    fn drop(&mut self) {
        if !self.is_done {
            self.index.remove_unfinished();
        }
    }
}

//! The journal: what each version changed, and what was answered to whoever asked for it under a key.
//!
//! ```text
//! lines:    changes as lines of JSON, compressed
//! versions: JSON, of each version how many lines it has
//! asked:    xxh3(u64) of each key that an answer is kept under, ascending
//! answers:  a line of JSON each, compressed, in the order they were given
//! ```

use std::io::{self, Write};
use std::path::Path;

use serde::{Deserialize, Serialize};
use xxhash_rust::xxh3::xxh3_64;

use super::Index;
use super::changes::Change;
use super::file::{Reading, Writing};
use super::manifest::{FileEntry, Part};
use crate::error::Result;
use crate::spill::Bytes;

/// How hard lines are compressed: zstd's level.
const LEVEL: i32 = 6;
/// So many answers are kept at least, as long as they have no more bytes than this.
const ANSWERS: usize = 4_096;
const MOST_BYTES: usize = 64 << 20;

/// What was answered to whoever had a dump taken in under a key of their own.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Answered {
    /// The key, which is theirs.
    pub key: String,
    /// A hash of what they sent.
    pub asked: u64,
    /// What they were told.
    pub answer: String,
}

/// What a version leaves for those who follow.
#[derive(Debug, Default)]
pub(super) struct Entries {
    /// Of each version how many changes it has.
    pub(super) versions: Vec<(u64, u64)>,
    pub(super) changes: Vec<Change>,
    pub(super) answers: Vec<Answered>,
}

impl Entries {
    pub(super) fn write(&self, path: &Path) -> Result<FileEntry> {
        let mut file = Writing::create(Part::Changes, path)?;
        lines(&mut file, "lines", &self.changes)?;
        file.section("versions", |to| {
            Ok(serde_json::to_writer(to, &self.versions)?)
        })?;
        if !self.answers.is_empty() {
            let keys = self.answers.iter().map(|it| xxh3_64(it.key.as_bytes()));
            let mut keys: Vec<u64> = keys.collect();
            keys.sort_unstable();
            file.section("asked", |to| {
                keys.iter()
                    .try_for_each(|key| to.write_all(&key.to_le_bytes()))
            })?;
            lines(&mut file, "answers", &self.answers)?;
        }
        let (reading, entry) = file.finish()?;
        entry.ok_or_else(|| reading.damaged())
    }

    /// Puts journals together, and lets go of answers that are old.
    pub(super) fn of(journals: &[Journal]) -> Result<Entries> {
        let mut all = Entries::default();
        for journal in journals {
            for (version, _, change) in journal.changes()? {
                match all.versions.last_mut() {
                    Some((last, count)) if *last == version => *count += 1,
                    _ => all.versions.push((version, 1)),
                }
                all.changes.push(change);
            }
            all.answers.extend(journal.answers()?);
        }
        let mut bytes = 0;
        let fits = |answer: &&Answered| {
            bytes += answer.answer.len();
            bytes <= MOST_BYTES
        };
        let newest = all.answers.iter().rev().take(ANSWERS);
        let kept = newest.take_while(fits).count();
        all.answers.drain(..all.answers.len() - kept);
        Ok(all)
    }
}

fn lines<T: Serialize>(file: &mut Writing, name: &str, lines: &[T]) -> Result<()> {
    file.section(name, |to| {
        let mut to = zstd::Encoder::new(to, LEVEL)?;
        for line in lines {
            serde_json::to_writer(&mut to, line)?;
            to.write_all(b"\n")?;
        }
        to.finish().map(|_| ())
    })
}

/// What versions left.
pub(super) struct Journal {
    file: Reading,
    version: u64,
}

impl Journal {
    pub(super) fn open(folder: &Path, entry: &FileEntry) -> Result<Journal> {
        Ok(Journal {
            file: Reading::open(&folder.join(&entry.name), entry)?,
            version: entry.version,
        })
    }

    fn lines<T: for<'d> Deserialize<'d>>(&self, name: &str) -> Result<Vec<T>> {
        let damaged = |_: io::Error| self.file.damaged();
        let bytes = zstd::decode_all(&self.file.whole(name)?[..]).map_err(damaged)?;
        let lines = bytes.split(|&byte| byte == b'\n');
        let lines = lines.filter(|line| !line.is_empty());
        lines
            .map(|line| serde_json::from_slice(line).map_err(|_| self.file.damaged()))
            .collect()
    }

    /// The changes, each with its version and its number in that.
    pub(super) fn changes(&self) -> Result<Vec<(u64, u64, Change)>> {
        let changes: Vec<Change> = self.lines("lines")?;
        let versions: Vec<(u64, u64)> = match self.file.has("versions") {
            true => serde_json::from_slice(&self.file.whole("versions")?)
                .map_err(|_| self.file.damaged())?,
            false => vec![(self.version, changes.len() as u64)],
        };
        let places = versions
            .into_iter()
            .flat_map(|(version, count)| (1..=count).map(move |line| (version, line)));
        let places = places.zip(changes);
        Ok(places
            .map(|((version, line), change)| (version, line, change))
            .collect())
    }

    fn answers(&self) -> Result<Vec<Answered>> {
        match self.file.has("answers") {
            true => self.lines("answers"),
            false => Ok(Vec::new()),
        }
    }

    fn was_asked(&self, key: u64) -> Result<bool> {
        if !self.file.has("asked") {
            return Ok(false);
        }
        let keys = self.file.whole("asked")?;
        let mut keys = keys.as_chunks().0.iter();
        Ok(keys.any(|bytes: &[u8; 8]| Bytes(bytes).u64() == Some(key)))
    }
}

impl Index {
    /// What was answered under a key, if it is known: at least the last 4,096 are, as long as they fit into 64 MiB.
    ///
    /// # Errors
    ///
    /// When the index cannot be read.
    pub fn answered(&self, key: &str) -> Result<Option<Answered>> {
        let hash = xxh3_64(key.as_bytes());
        let files: Vec<&FileEntry> = self.manifest.of(Part::Changes).collect();
        for entry in files.into_iter().rev() {
            let journal = Journal::open(&self.folder, entry)?;
            if journal.was_asked(hash)? {
                let mut answers = journal.answers()?.into_iter().rev();
                if let Some(found) = answers.find(|it| it.key == key) {
                    return Ok(Some(found));
                }
            }
        }
        Ok(None)
    }
}

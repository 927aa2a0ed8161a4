//! Checking: whether every byte of an index is as it was written, and what it holds.

use std::fs::{self, File};
use std::io::{self, Read};
use std::path::Path;

use serde::Serialize;
use xxhash_rust::xxh3::Xxh3;

use super::Index;
use super::file::Reading;
use super::manifest::{Manifest, Part, is_own};
use crate::error::{Error, Result};
use crate::interrupt::Interrupt;

/// What a check found.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize)]
pub struct Checked {
    /// How many files it has, and how many bytes.
    pub files: usize,
    /// See `files`.
    pub bytes: u64,
    /// What is wrong, a line each; nothing where all is as it was written.
    pub wrong: Vec<String>,
    /// Files that a writer left behind which was stopped: the next one removes them.
    pub unfinished: Vec<String>,
}

/// What an index holds.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize)]
pub struct Stats {
    /// How often it was written to.
    pub version: u64,
    /// Articles that are there, and that were forgotten.
    pub articles: u64,
    /// See `articles`.
    pub forgotten: u64,
    /// Copy groups, those of one article included, and stories.
    pub groups: u64,
    /// See `groups`.
    pub stories: u64,
    /// Stories that are over.
    pub closed: u64,
    /// How many dumps were taken in.
    pub ingests: u64,
    /// Bytes of the files of each part, by name.
    pub bytes: Vec<(String, u64)>,
}

impl Index {
    /// Holds every byte of the index against the hashes of the manifest.
    ///
    /// # Errors
    ///
    /// When a file cannot be read for another reason than that it is damaged or missing.
    pub fn check(folder: &Path, interrupt: &Interrupt) -> Result<Checked> {
        let manifest = Manifest::read(folder)?;
        let mut checked = Checked::default();
        for entry in &manifest.files {
            interrupt.check()?;
            let path = folder.join(&entry.name);
            checked.files += 1;
            checked.bytes += entry.bytes;
            let wrong = match hash_of(&path) {
                Ok((bytes, _)) if bytes != entry.bytes => Some("it has another length"),
                Ok((_, hash)) if format!("{hash:016x}") != entry.hash => Some("it is damaged"),
                Ok(_) => None,
                Err(error) if error.kind() == io::ErrorKind::NotFound => Some("it is missing"),
                Err(error) => return Err(Error::io(&path, error)),
            };
            let wrong = wrong.map(str::to_owned);
            let wrong = wrong.or_else(|| {
                let read = Reading::open(&path, entry).and_then(|file| file.check());
                read.err().map(|error| error.to_string())
            });
            checked
                .wrong
                .extend(wrong.map(|wrong| format!("{}: {wrong}", entry.name)));
        }
        let own = |name: &str| manifest.files.iter().any(|entry| entry.name == name);
        for entry in fs::read_dir(folder).into_iter().flatten().flatten() {
            let name = entry.file_name().to_string_lossy().into_owned();
            if is_own(&name) && !own(&name) {
                checked.unfinished.push(name);
            }
        }
        checked.unfinished.sort_unstable();
        Ok(checked)
    }

    /// What the index holds.
    pub fn stats(&self) -> Stats {
        let articles = self.len() as u64;
        let bytes = Part::ALL.into_iter().map(|part| {
            let bytes = self.manifest.of(part).map(|entry| entry.bytes).sum();
            (part.name().to_owned(), bytes)
        });
        Stats {
            version: self.manifest.version,
            articles,
            forgotten: self.rows.rows.len() as u64 - articles,
            groups: self.groups().keys().count() as u64,
            stories: self.stories().keys().count() as u64,
            closed: self.rows.beside.closed.len() as u64,
            ingests: self.manifest.ingests.len() as u64,
            bytes: bytes.collect(),
        }
    }
}

/// How many bytes a file has, and their xxh3.
fn hash_of(path: &Path) -> io::Result<(u64, u64)> {
    let (mut file, mut hash, mut length) = (File::open(path)?, Xxh3::new(), 0);
    let mut bytes = vec![0; 1 << 20];
    loop {
        match file.read(&mut bytes) {
            Ok(0) => return Ok((length, hash.digest())),
            Ok(read) => {
                hash.update(&bytes[..read]);
                length += read as u64;
            }
            Err(error) if error.kind() == io::ErrorKind::Interrupted => {}
            Err(error) => return Err(error),
        }
    }
}

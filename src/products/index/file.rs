//! Files of an index: sections with their hashes, in the form that a state has, written aside and named when they are whole.

use std::fs;
use std::io::{self, Write};
use std::path::{Path, PathBuf};

use serde::{Deserialize, Serialize};

use super::manifest::{FileEntry, Part};
use crate::error::{Error, ErrorKind, Result};
use crate::output::{Closed, commit_all};
use crate::products::state::file::{Ended, Opened, Section, SectionFile, Sections};

/// What a file says of itself.
#[derive(Debug, Serialize, Deserialize)]
pub(super) struct Contents {
    pub(super) part: Part,
    sections: Sections,
}

/// What is said of an index that keeps no texts where these are needed.
pub(super) const NO_TEXTS: &str = "it was made without texts, and this needs them";

pub(super) fn index_error(path: &Path, reason: &str) -> Error {
    ErrorKind::Index {
        path: path.to_owned(),
        reason: reason.to_owned(),
    }
    .into()
}

/// What is said of a state, as it is said of a file of an index.
fn of_index(error: Error) -> Error {
    match error.kind() {
        ErrorKind::State { path, reason } => {
            let reason = match reason.as_str() {
                "it is no state" => "it is no file of an index",
                "there is no state here" => "it is missing",
                other => other,
            };
            index_error(path, reason)
        }
        _ => error,
    }
}

/// A file that is being written.
pub(super) struct Writing {
    part: Part,
    file: SectionFile,
}

impl Writing {
    pub(super) fn create(part: Part, path: &Path) -> Result<Writing> {
        let file = SectionFile::create(path)?;
        Ok(Writing { part, file })
    }

    /// A file without a name in a folder of temporary files, that is gone with the process.
    pub(super) fn unnamed(part: Part, folder: &Path) -> Result<Writing> {
        let file = SectionFile::unnamed(folder)?;
        Ok(Writing { part, file })
    }

    pub(super) fn section(
        &mut self,
        name: &str,
        write: impl FnOnce(&mut dyn Write) -> io::Result<()>,
    ) -> Result<()> {
        self.file.section(name, write)
    }

    /// Completes the file; one with a name gets it, and what the manifest says of it is handed on too.
    pub(super) fn finish(self) -> Result<(Reading, Option<FileEntry>)> {
        let part = self.part;
        match self.file.end(|sections| Contents { part, sections })? {
            Ended::Opened(file, contents) => Ok((Reading { file, contents }, None)),
            Ended::Closed(closed) => {
                let (path, entry) = named(part, closed)?;
                let reading = Reading::open(&path, &entry)?;
                Ok((reading, Some(entry)))
            }
        }
    }
}

/// Gives a file its name, and says what the manifest says of it.
pub(super) fn named(part: Part, closed: Closed) -> Result<(PathBuf, FileEntry)> {
    let (path, hash) = (closed.name().to_owned(), closed.hash());
    commit_all(vec![closed])?;
    let bytes = fs::metadata(&path).map_err(|error| Error::io(&path, error))?;
    let name = path.file_name().unwrap_or_default().to_string_lossy();
    let entry = FileEntry {
        part,
        name: name.into_owned(),
        bytes: bytes.len(),
        hash: format!("{hash:016x}"),
        version: 0,
        first: 0,
        articles: 0,
        level: 0,
    };
    Ok((path, entry))
}

/// A file that is read where it is asked for.
#[derive(Debug)]
pub(super) struct Reading {
    file: Opened,
    contents: Contents,
}

impl Reading {
    pub(super) fn open(path: &Path, entry: &FileEntry) -> Result<Reading> {
        let bytes = fs::metadata(path);
        match bytes {
            Ok(found) if found.len() == entry.bytes => {}
            Ok(_) => return Err(index_error(path, "it is damaged: it has another length")),
            Err(error) if error.kind() == io::ErrorKind::NotFound => {
                return Err(index_error(path, "it is missing"));
            }
            Err(error) => return Err(Error::io(path, error)),
        }
        let (file, contents): (Opened, Contents) = Opened::open(path).map_err(of_index)?;
        if contents.part != entry.part {
            return Err(index_error(path, "it is damaged: it is another file's"));
        }
        Ok(Reading { file, contents })
    }

    /// The folder that it lies in.
    pub(super) fn folder(&self) -> PathBuf {
        self.file
            .path
            .parent()
            .unwrap_or(&self.file.path)
            .to_owned()
    }

    pub(super) fn damaged(&self) -> Error {
        index_error(&self.file.path, "it is damaged")
    }

    pub(super) fn section(&self, name: &str) -> Result<Section> {
        let found = self.contents.sections.get(name).copied();
        found.ok_or_else(|| self.damaged())
    }

    /// Whether the file has a section of this name.
    pub(super) fn has(&self, name: &str) -> bool {
        self.contents.sections.contains_key(name)
    }

    /// All of a section, held against its hash.
    pub(super) fn whole(&self, name: &str) -> Result<Vec<u8>> {
        self.file.whole(self.section(name)?).map_err(of_index)
    }

    /// A stretch of a section, which is not held against anything.
    pub(super) fn stretch(&self, section: Section, range: std::ops::Range<u64>) -> Result<Vec<u8>> {
        self.file.stretch(section, range).map_err(of_index)
    }

    /// Whether each section agrees with its hash.
    pub(super) fn check(&self) -> Result<()> {
        let mut sections = self.contents.sections.values();
        sections
            .try_for_each(|&section| self.file.check(section))
            .map_err(of_index)
    }
}

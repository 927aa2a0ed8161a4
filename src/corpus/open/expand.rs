//! From what a user names to the files to read: files, folders, globs, and what comes through a pipe.

use std::fs::File;
use std::io::{self, Read, Write};
use std::path::{Path, PathBuf};
use std::sync::Arc;

use walkdir::{DirEntry, WalkDir};

use super::FileCorpusBuilder;
use super::input::Origin;
use super::pattern::{self, Failed};
use crate::error::{Error, ErrorKind, Result};
use crate::names;
use crate::remote::{self, Kind};

impl FileCorpusBuilder {
    /// Finds the files that an input names.
    pub(crate) fn expand(&self, input: &Path, found: &mut Vec<Found>) -> Result<()> {
        if input == Path::new("-") {
            let origin = self.spool(&mut io::stdin().lock(), input)?;
            let file = Candidate {
                name: "-".to_owned(),
                shard: PathBuf::from("stdin"),
                origin,
                depth: 0,
            };
            found.push(Found::File {
                file,
                in_folder: false,
            });
            return Ok(());
        }
        let metadata = match input.metadata() {
            Ok(metadata) => metadata,
            Err(error) => {
                if let Some(kind) = remote::kind_of(input) {
                    return self.expand_address(input, kind, found);
                }
                let matches = self.expand_glob(input, found)?;
                return if matches {
                    Ok(())
                } else {
                    Err(Error::io(input, error))
                };
            }
        };
        if metadata.is_dir() {
            return expand_folder(input, found);
        }
        let origin = if metadata.is_file() {
            Origin::Path(input.to_owned())
        } else {
            // A named pipe, or a shell's `<(…)`.
            let mut pipe = File::open(input).map_err(|error| Error::io(input, error))?;
            self.spool(&mut pipe, input)?
        };
        let file = Candidate {
            name: names::of(input),
            shard: input.file_name().map(PathBuf::from).unwrap_or_default(),
            origin,
            depth: 0,
        };
        found.push(Found::File {
            file,
            in_folder: false,
        });
        Ok(())
    }

    /// Finds what an address names, elsewhere.
    fn expand_address(&self, input: &Path, kind: Kind, found: &mut Vec<Found>) -> Result<()> {
        let folder = self.temporary_folder();
        let there = self.remote.find(input, kind, &folder, &self.interrupt)?;
        found.extend(there.into_iter().map(|there| Found::File {
            file: Candidate {
                name: there.name,
                shard: there.shard,
                origin: Origin::Remote(there.object),
                depth: 0,
            },
            in_folder: there.in_folder,
        }));
        Ok(())
    }

    /// Says whether the input is a glob at all; one that matches nothing is an error.
    fn expand_glob(&self, input: &Path, found: &mut Vec<Found>) -> Result<bool> {
        if !pattern::is_pattern(input) {
            return Ok(false);
        }
        let none = |reason: &str| ErrorKind::NoInput {
            input: names::of(input),
            reason: reason.to_owned(),
        };
        let paths = pattern::matches(input).map_err(|failed| match failed {
            Failed::Reading(path, error) => Error::io(path, error),
            Failed::Pattern(error) => {
                none(&format!("no file, and no pattern either: {error}")).into()
            }
        })?;
        let any = !paths.is_empty();
        paths.iter().try_for_each(|path| self.expand(path, found))?;
        if any {
            Ok(true)
        } else {
            Err(none("no file matches").into())
        }
    }

    /// Keeps what can be read only once, so that it can be read again.
    fn spool(&self, pipe: &mut dyn Read, name: &Path) -> Result<Origin> {
        let failed = |error| Error::io(name, error);
        let folder = self.temporary_folder();
        let full = |source| ErrorKind::Spill {
            folder: folder.clone(),
            source,
        };
        let mut file = tempfile::tempfile_in(&folder).map_err(full)?;
        let mut buffer = vec![0; 256 << 10];
        loop {
            self.check_interrupt()?;
            match pipe.read(&mut buffer) {
                Ok(0) => return Ok(Origin::Spool(Arc::new(file))),
                Ok(read) => file.write_all(&buffer[..read]).map_err(full)?,
                Err(error) if error.kind() == io::ErrorKind::Interrupted => {}
                Err(error) => return Err(failed(error)),
            }
        }
    }
}

/// What naming an input led to.
pub(crate) enum Found {
    File { file: Candidate, in_folder: bool },
    EmptyFolder(String),
}

/// A file that may be an input.
pub(crate) struct Candidate {
    pub(crate) name: String,
    pub(crate) shard: PathBuf,
    pub(crate) origin: Origin,
    /// How many archives it lies in.
    pub(crate) depth: u8,
}

/// Every file below a folder, by name; hidden ones are left alone.
fn expand_folder(folder: &Path, found: &mut Vec<Found>) -> Result<()> {
    let is_hidden = |entry: &DirEntry| {
        entry.depth() > 0 && entry.file_name().as_encoded_bytes().starts_with(b".")
    };
    let walk = WalkDir::new(folder).follow_links(true).sort_by_file_name();
    let before = found.len();
    for entry in walk.into_iter().filter_entry(|entry| !is_hidden(entry)) {
        let entry = match entry {
            Ok(entry) => entry,
            // A link to nowhere, or back up the tree, is no file.
            Err(error)
                if error.loop_ancestor().is_some()
                    || error.path().is_some_and(Path::is_symlink) =>
            {
                continue;
            }
            Err(error) => {
                let path = error.path().unwrap_or(folder).to_owned();
                return Err(Error::io(path, error.into()));
            }
        };
        if !entry.file_type().is_file() {
            continue;
        }
        let shard = entry
            .path()
            .strip_prefix(folder)
            .unwrap_or(entry.path())
            .to_owned();
        let name = names::of(entry.path());
        let file = Candidate {
            name,
            shard,
            origin: Origin::Path(entry.into_path()),
            depth: 0,
        };
        found.push(Found::File {
            file,
            in_folder: true,
        });
    }
    if found.len() == before {
        found.push(Found::EmptyFolder(names::of(folder)));
    }
    Ok(())
}

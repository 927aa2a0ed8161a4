//! Keeping what is written apart from what is read, and from what else is written, however each is spelled.
//!
//! A file that is there is known by its device and its number there; one that is not, by its folder's and its name. So
//! links, dots and other ways to spell a path change nothing.

use std::ffi::OsString;
use std::fs::Metadata;
use std::io;
use std::path::{Path, PathBuf};

use ahash::AHashMap;

use super::Destination;
use super::commit::folder_of;
use super::file::{follow_links, is_stream};
use crate::error::{Error, ErrorKind, Result};
use crate::names;

/// All that a run reads and writes.
#[derive(Debug, Default)]
pub struct Apart {
    taken: AHashMap<Identity, Role>,
    /// The folders whose files are read.
    read_folders: Vec<(Identity, PathBuf)>,
}

#[derive(Clone, Debug)]
enum Role {
    Read,
    Written(PathBuf),
}

/// What a path leads to.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
enum Identity {
    /// What is there: its device, and its number on it.
    There(u64, u64),
    /// What is not there yet, by its folder and its name.
    New(u64, u64, OsString),
    /// What cannot be known otherwise.
    Path(PathBuf),
    /// A terminal, as standard output.
    Terminal,
}

impl Apart {
    /// Nothing yet.
    pub fn new() -> Apart {
        Apart::default()
    }

    /// Notes a file that is read.
    pub fn reads(&mut self, file: &Path) {
        if let Some(identity) = Identity::of(file) {
            self.taken.insert(identity, Role::Read);
        }
    }

    /// Notes a folder whose files are read, whatever they are called.
    pub fn reads_folder(&mut self, folder: &Path) {
        if let Some(identity) = Identity::of(folder)
            && !self
                .read_folders
                .iter()
                .any(|(known, _)| *known == identity)
        {
            self.read_folders.push((identity, folder.to_owned()));
        }
    }

    /// Notes a file that is written.
    ///
    /// # Errors
    ///
    /// [`ErrorKind::Clash`] where it is one that is read, or another one that is written.
    pub fn writes(&mut self, file: &Path) -> Result<()> {
        let identity = match Destination::named(file) {
            Destination::Stdout => Identity::of_stdout(),
            Destination::File(_) => match Identity::of(file) {
                Some(identity) => identity,
                // It takes whatever is written, as often as it is.
                None => return Ok(()),
            },
        };
        let reason = match self.taken.get(&identity) {
            None => {
                self.taken.insert(identity, Role::Written(file.to_owned()));
                return Ok(());
            }
            Some(Role::Read) => "it is one of the inputs".to_owned(),
            Some(Role::Written(other)) if other == file => "it is named for two outputs".to_owned(),
            Some(Role::Written(other)) => {
                format!(
                    "it is named for two outputs, the other time as {}",
                    names::of(other)
                )
            }
        };
        Err(clash(file, reason))
    }

    /// Notes a folder that files are written to.
    ///
    /// # Errors
    ///
    /// [`ErrorKind::Clash`] where what is written there would be read as input the next time.
    pub fn writes_folder(&mut self, folder: &Path) -> Result<()> {
        let whole = canonical(&follow_links(folder));
        for folder_above in whole.ancestors() {
            let Some(identity) = Identity::of(folder_above) else {
                continue;
            };
            if let Some((_, read)) = self.read_folders.iter().find(|(read, _)| *read == identity) {
                let reason = format!("it lies among the inputs, in {}", names::of(read));
                return Err(clash(folder, reason));
            }
        }
        Ok(())
    }
}

fn clash(output: &Path, reason: String) -> Error {
    let output = output.to_owned();
    ErrorKind::Clash { output, reason }.into()
}

impl Identity {
    /// `None` for what takes anything from anybody, as `/dev/null` does.
    fn of(path: &Path) -> Option<Identity> {
        let file = match is_stream(path) {
            true => path.to_owned(),
            false => follow_links(path),
        };
        if let Ok(there) = file.metadata() {
            return Identity::there(&there)
                .unwrap_or_else(|| Some(Identity::Path(canonical(&file))));
        }
        let name = file.file_name().unwrap_or_default().to_owned();
        let folder = folder_of(&file).metadata().ok();
        let folder = folder.as_ref().and_then(number);
        Some(match folder {
            Some((device, number)) => Identity::New(device, number, name),
            None => Identity::Path(canonical(&file)),
        })
    }

    /// What standard output is.
    fn of_stdout() -> Identity {
        stdout()
            .ok()
            .and_then(|there| Identity::there(&there).flatten())
            .unwrap_or(Identity::Terminal)
    }

    /// The inner `None` for what takes anything, the outer one where the system does not number files.
    fn there(metadata: &Metadata) -> Option<Option<Identity>> {
        let (device, number) = number(metadata)?;
        Some((!takes_anything(metadata)).then_some(Identity::There(device, number)))
    }
}

#[cfg(unix)]
fn number(metadata: &Metadata) -> Option<(u64, u64)> {
    use std::os::unix::fs::MetadataExt;
    Some((metadata.dev(), metadata.ino()))
}

#[cfg(not(unix))]
fn number(_: &Metadata) -> Option<(u64, u64)> {
    None
}

#[cfg(unix)]
fn takes_anything(metadata: &Metadata) -> bool {
    use std::os::unix::fs::FileTypeExt;
    metadata.file_type().is_char_device()
}

#[cfg(not(unix))]
fn takes_anything(_: &Metadata) -> bool {
    false
}

/// What is known of the file that standard output is.
#[cfg(unix)]
fn stdout() -> io::Result<Metadata> {
    use std::os::fd::AsFd;
    let own = io::stdout().as_fd().try_clone_to_owned()?;
    std::fs::File::from(own).metadata()
}

#[cfg(not(unix))]
fn stdout() -> io::Result<Metadata> {
    Err(io::ErrorKind::Unsupported.into())
}

/// The path without links and dots, as far as it exists.
pub(crate) fn canonical(path: &Path) -> PathBuf {
    if let Ok(whole) = path.canonicalize() {
        return whole;
    }
    let name = path.file_name().map(Path::new);
    let folder = path.parent().filter(|parent| *parent != Path::new(""));
    match (name, folder) {
        (Some(name), Some(folder)) => canonical(folder).join(name),
        (Some(name), None) => canonical(Path::new(".")).join(name),
        _ => path.to_owned(),
    }
}

#[cfg(all(test, unix))]
mod tests {
    use std::fs;
    use std::os::unix::fs::symlink;

    use super::*;

    /// A folder with a file `dump`, a folder `deep`, a link `link` to that and `down` to what is not there.
    fn folder() -> tempfile::TempDir {
        let folder = tempfile::tempdir().expect("there is a place for temporary files");
        let at = |name: &str| folder.path().join(name);
        fs::write(at("dump"), "x").expect("it can be made");
        fs::create_dir(at("deep")).expect("it can be made");
        symlink("deep", at("link")).expect("it can be made");
        symlink("deep/new", at("down")).expect("it can be made");
        fs::hard_link(at("dump"), at("twin")).expect("it can be made");
        folder
    }

    #[test]
    fn two_spellings_of_one_output_are_one_output() {
        let folder = folder();
        for (one, other) in [
            ("new", "./new"),
            ("new", "deep/../new"),
            ("deep/new", "link/new"),
            ("deep/new", "down"),
            ("deep/new", "link/../link/new"),
            ("twin", "dump"),
        ] {
            let mut apart = Apart::new();
            apart.writes(&folder.path().join(one)).unwrap();
            let message = apart
                .writes(&folder.path().join(other))
                .unwrap_err()
                .to_string();
            assert!(message.contains("named for two outputs"), "{message}");
        }
    }

    #[test]
    fn an_input_is_no_output_by_any_name() {
        let folder = folder();
        let mut apart = Apart::new();
        apart.reads(&folder.path().join("dump"));
        for name in ["dump", "./dump", "deep/../dump", "twin"] {
            let message = apart
                .writes(&folder.path().join(name))
                .unwrap_err()
                .to_string();
            assert!(message.contains("one of the inputs"), "{message}");
        }
        apart.writes(&folder.path().join("new")).unwrap();
    }

    #[test]
    fn nothing_is_written_to_a_folder_that_is_read() {
        let folder = folder();
        let mut apart = Apart::new();
        apart.reads_folder(&folder.path().join("link"));
        for name in ["deep", "deep/more", "link/a/b", "down"] {
            let error = apart.writes_folder(&folder.path().join(name));
            assert!(error.is_err(), "{name}");
        }
        apart.writes_folder(folder.path()).unwrap();
        apart.writes_folder(&folder.path().join("deeper")).unwrap();
    }

    #[test]
    fn what_takes_anything_may_be_named_twice() {
        let mut apart = Apart::new();
        apart.writes(Path::new("/dev/null")).unwrap();
        apart.writes(Path::new("/dev/null")).unwrap();
        apart.writes(Path::new("-")).unwrap();
        assert!(apart.writes(Path::new("/dev/stdout")).is_err());
    }
}

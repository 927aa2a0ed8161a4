//! Several files take their names together, or none does.

use std::collections::BTreeSet;
use std::fs::{self, File};
use std::io;
use std::path::{Path, PathBuf};

use super::file::Closed;
use super::temporary::{Name, Waiting};
use crate::error::{Error, ErrorKind, Result};
use crate::remote::Upload;

/// Gives files their names, replacing files that have them. Where one cannot be named, those named before are taken back.
/// Objects in buckets appear last, one after another.
///
/// When this is done, the files and their names are on the disk: a power cut takes none of them.
///
/// # Errors
///
/// When a file cannot be named, or its folder not be brought to the disk. [`ErrorKind::HalfDone`] where what was named
/// before could not be taken back.
pub fn commit_all(files: Vec<Closed>) -> Result<()> {
    let mut done: Vec<Step> = Vec::new();
    let mut objects = Vec::new();
    for Closed {
        name,
        place,
        elsewhere,
        ..
    } in files
    {
        objects.extend(elsewhere.map(|upload| (name.clone(), upload)));
        let Some((waiting, path)) = place else {
            continue;
        };
        match put(waiting, path) {
            Ok(step) => done.push(step),
            Err(source) => return Err(taken_back(done, name, source)),
        }
    }
    let folders: BTreeSet<&Path> = done.iter().map(|step| folder_of(&step.path)).collect();
    let synced = folders
        .into_iter()
        .try_for_each(|folder| sync_folder(folder).map_err(|source| (folder.to_owned(), source)));
    match synced {
        Ok(()) => complete(objects, done),
        Err((folder, source)) => Err(taken_back(done, folder, source)),
    }
}

/// Has objects appear. What appeared cannot be taken back.
fn complete(objects: Vec<(PathBuf, Upload)>, done: Vec<Step>) -> Result<()> {
    let mut new = Vec::new();
    for (name, upload) in objects {
        match upload.complete() {
            Ok(()) => new.push(name),
            Err(source) if new.is_empty() => return Err(taken_back(done, name, source)),
            Err(source) => {
                new.extend(done.into_iter().map(|step| step.path));
                let path = name;
                return Err(ErrorKind::HalfDone { path, source, new }.into());
            }
        }
    }
    Ok(())
}

/// A file that has got its name.
struct Step {
    path: PathBuf,
    /// The file that had the name before, under a temporary one.
    old: Old,
}

enum Old {
    /// There was none.
    None,
    Kept(Name),
    /// It could not be kept.
    Lost,
}

/// Gives a file its name, and keeps the one that had it.
fn put(waiting: Waiting, path: PathBuf) -> io::Result<Step> {
    if fs::symlink_metadata(&path).is_err() {
        match &waiting {
            Waiting::Unnamed(_) => match waiting.link(&path) {
                Ok(()) => {
                    return Ok(Step {
                        path,
                        old: Old::None,
                    });
                }
                // Somebody else was faster.
                Err(error) if error.kind() == io::ErrorKind::AlreadyExists => {}
                Err(error) => return Err(error),
            },
            Waiting::Named(name) => {
                fs::rename(name.path(), &path)?;
                if let Waiting::Named(name) = waiting {
                    name.forget();
                }
                return Ok(Step {
                    path,
                    old: Old::None,
                });
            }
        }
    }
    let name = waiting.named(folder_of(&path))?;
    replace(name, path)
}

/// Puts a file in the place of another, which gets a temporary name.
fn replace(name: Name, path: PathBuf) -> io::Result<Step> {
    if fs::symlink_metadata(&path).is_ok_and(|there| there.is_dir()) {
        return Err(io::ErrorKind::IsADirectory.into());
    }
    if exchange(name.path(), &path)? {
        let old = Old::Kept(name);
        return Ok(Step { path, old });
    }
    let kept = Name::make_in(folder_of(&path), |kept| fs::hard_link(&path, kept));
    fs::rename(name.path(), &path)?;
    name.forget();
    let old = kept.map_or(Old::Lost, |(kept, ())| Old::Kept(kept));
    Ok(Step { path, old })
}

/// Has two files change their names in one step; `false` where there is no such thing.
#[cfg(target_os = "linux")]
fn exchange(one: &Path, other: &Path) -> io::Result<bool> {
    use rustix::fs::{CWD, RenameFlags, renameat_with};
    use rustix::io::Errno;
    match rustix::io::retry_on_intr(|| renameat_with(CWD, one, CWD, other, RenameFlags::EXCHANGE)) {
        Ok(()) => Ok(true),
        Err(Errno::INVAL | Errno::NOSYS | Errno::OPNOTSUPP | Errno::NOENT) => Ok(false),
        Err(error) => Err(error.into()),
    }
}

#[cfg(not(target_os = "linux"))]
fn exchange(_: &Path, _: &Path) -> io::Result<bool> {
    Ok(false)
}

impl Step {
    /// Gives the name back to the file that had it; says which file cannot be.
    fn take_back(self) -> std::result::Result<(), PathBuf> {
        let undone = match self.old {
            Old::None => fs::remove_file(&self.path),
            Old::Kept(name) => {
                let renamed = fs::rename(name.path(), &self.path);
                match renamed {
                    Ok(()) => name.forget(),
                    // The file that was there before must not go.
                    Err(_) => std::mem::forget(name),
                }
                renamed
            }
            Old::Lost => Err(io::ErrorKind::Unsupported.into()),
        };
        undone.map_err(|_| self.path)
    }
}

/// Takes back what was done, and says what went wrong.
fn taken_back(done: Vec<Step>, path: PathBuf, source: io::Error) -> Error {
    let left = done.into_iter().rev().map(Step::take_back);
    let left: Vec<PathBuf> = left.filter_map(std::result::Result::err).collect();
    match left.is_empty() {
        true => Error::io(path, source),
        false => ErrorKind::HalfDone {
            path,
            source,
            new: left,
        }
        .into(),
    }
}

/// The folder that a path lies in.
pub(super) fn folder_of(path: &Path) -> &Path {
    match path.parent() {
        Some(parent) if parent != Path::new("") => parent,
        _ => Path::new("."),
    }
}

/// Brings the names in a folder to the disk, where the system can be asked to.
#[cfg(unix)]
pub(super) fn sync_folder(folder: &Path) -> io::Result<()> {
    match File::open(folder)?.sync_all() {
        Err(error) if error.kind() == io::ErrorKind::InvalidInput => Ok(()),
        synced => synced,
    }
}

#[cfg(not(unix))]
pub(super) fn sync_folder(_: &Path) -> io::Result<()> {
    Ok(())
}

#[cfg(test)]
mod tests {
    use std::io::Write;

    use super::super::{Destination, OutputFile};
    use super::*;
    use crate::compression::Compression;

    fn closed(path: &Path, text: &str) -> Closed {
        let mut file = OutputFile::create(&Destination::named(path), Compression::None).unwrap();
        file.write_all(text.as_bytes()).unwrap();
        file.close().unwrap()
    }

    fn files(folder: &Path) -> Vec<(String, String)> {
        let entries = fs::read_dir(folder).unwrap();
        let files = entries.map(|entry| entry.unwrap().path());
        let mut files: Vec<(String, String)> = files
            .filter(|path| path.is_file())
            .map(|path| {
                let name = path.file_name().unwrap().to_str().unwrap().to_owned();
                (name, fs::read_to_string(path).unwrap())
            })
            .collect();
        files.sort();
        files
    }

    fn pairs(files: &[(&str, &str)]) -> Vec<(String, String)> {
        let own = |&(name, text): &(&str, &str)| (name.to_owned(), text.to_owned());
        files.iter().map(own).collect()
    }

    #[test]
    fn all_files_appear_and_nothing_else() {
        let folder = tempfile::tempdir().unwrap();
        let at = |name: &str| folder.path().join(name);
        fs::write(at("b"), "old").unwrap();
        let files_closed = ["a", "b", "c"].map(|name| closed(&at(name), "new"));
        assert_eq!(files(folder.path()), pairs(&[("b", "old")]));
        commit_all(files_closed.into()).unwrap();
        let all = pairs(&[("a", "new"), ("b", "new"), ("c", "new")]);
        assert_eq!(files(folder.path()), all);
    }

    /// Wherever one of several files cannot be named, all is as it was.
    #[test]
    fn where_one_file_cannot_be_named_all_is_as_it_was() {
        for fails in 0..5 {
            let folder = tempfile::tempdir().unwrap();
            let at = |number: usize| folder.path().join(number.to_string());
            fs::write(at(1), "old").unwrap();
            fs::write(at(3), "old").unwrap();
            let files_closed: Vec<Closed> =
                (0..5).map(|number| closed(&at(number), "new")).collect();
            // A folder that is not empty takes the name meanwhile.
            let _ = fs::remove_file(at(fails));
            fs::create_dir(at(fails)).unwrap();
            fs::write(at(fails).join("x"), "").unwrap();
            let before = files(folder.path());
            let error = commit_all(files_closed).unwrap_err();
            assert!(matches!(error.kind(), ErrorKind::Io { path, .. } if *path == at(fails)));
            assert_eq!(files(folder.path()), before, "{fails}");
            assert!(at(fails).join("x").exists());
        }
    }

    #[test]
    fn a_file_whose_old_one_was_kept_by_a_link_is_taken_back_too() {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("a");
        fs::write(&path, "old").unwrap();
        let (kept, ()) = Name::make_in(folder.path(), |kept| fs::hard_link(&path, kept)).unwrap();
        fs::remove_file(&path).unwrap();
        fs::write(&path, "new").unwrap();
        let step = Step {
            path,
            old: Old::Kept(kept),
        };
        step.take_back().unwrap();
        assert_eq!(files(folder.path()), pairs(&[("a", "old")]));
    }
}

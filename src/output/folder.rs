//! A folder of outputs, and the list in it of what a run wrote there.
//!
//! The list is what lets a later run replace all of that and nothing else. It is named `.samestory-files`: names that begin
//! with a dot are no inputs. It is there, as unfinished, before the files get their names, and as complete together with the
//! last of them; so what a run that was killed meanwhile left is known too, and the same call finishes it.

use std::collections::BTreeSet;
use std::fs;
use std::io::{self, Write};
use std::path::{Component, Path, PathBuf};
use std::sync::{Mutex, MutexGuard, PoisonError};

use super::Destination;
use super::commit::commit_all;
use super::file::{Closed, OutputFile};
use super::temporary::{is_temporary, remove_stale};
use crate::compression::Compression;
use crate::error::{Error, ErrorKind, RemoteFault, Result};
use crate::names;
use crate::remote::{self, kind_of};

/// The name of the list.
const LIST: &str = ".samestory-files";
/// How the list begins.
const HEAD: &str = "samestory wrote these files here, and may replace them with --overwrite";
const COMPLETE: &str = "complete";
const UNFINISHED: &str = "unfinished";

/// A folder that a run writes files to.
#[derive(Debug)]
pub(crate) struct OutputFolder {
    root: PathBuf,
    /// The list that is there, if there is one.
    earlier: Option<List>,
    made: Mutex<MadeFolders>,
    /// Whether it is in a bucket, where there are no folders to make, and no list is kept.
    is_elsewhere: bool,
}

impl OutputFolder {
    /// Looks at a folder, which need not be there, before anything is written.
    ///
    /// # Errors
    ///
    /// [`ErrorKind::Occupied`] where something is in it, unless it is all that an earlier run left that did not come to its
    /// end, or what an earlier run wrote is to be replaced. In a bucket nothing is ever replaced.
    pub(crate) fn open(root: &Path, overwrite: bool) -> Result<OutputFolder> {
        let failed = |error| Error::io(root, error);
        let occupied = |reason: String| ErrorKind::Occupied {
            folder: root.to_owned(),
            reason,
        };
        if kind_of(root).is_some() {
            let first = remote::first_below(root)?;
            let taken = first.map(|first| occupied(format!("it is not empty: {first} is there")));
            return match taken {
                Some(taken) => Err(taken.into()),
                None => Ok(OutputFolder {
                    root: root.to_owned(),
                    earlier: None,
                    made: Mutex::default(),
                    is_elsewhere: true,
                }),
            };
        }
        remove_stale(root);
        let earlier = List::read(root).map_err(failed)?;
        let mut first = None;
        match fs::read_dir(root) {
            Ok(entries) => {
                for entry in entries {
                    let entry = entry.map_err(failed)?;
                    let name = entry.file_name();
                    if name != LIST && !is_temporary(&name) && !holds_nothing(&entry.path()) {
                        first = first.min(Some(name.clone())).or(Some(name));
                    }
                }
            }
            Err(error) if error.kind() == io::ErrorKind::NotFound => {}
            Err(error) => return Err(failed(error)),
        }
        match (&earlier, first) {
            (Some(list), Some(_)) if list.is_complete && !overwrite => {
                let many = list.files.len();
                let reason = format!("an earlier run wrote {many} files there");
                return Err(occupied(reason).into());
            }
            (None, Some(first)) if !overwrite => {
                let reason = format!("it is not empty: {} is there", names::shown(&first));
                return Err(occupied(reason).into());
            }
            _ => {}
        }
        Ok(OutputFolder {
            root: root.to_owned(),
            earlier,
            made: Mutex::default(),
            is_elsewhere: false,
        })
    }

    /// Opens a file below the folder.
    ///
    /// # Errors
    ///
    /// When it cannot be made, or a file is in its place that no run of ours put there.
    pub(crate) fn create(&self, below: &Path, compression: Compression) -> Result<OutputFile> {
        let path = self.root.join(below);
        if self.is_elsewhere {
            return OutputFile::create(&Destination::File(path), compression);
        }
        let is_ours = |list: &List| list.files.contains(below) || list.going.contains(below);
        if !self.earlier.as_ref().is_some_and(is_ours) && fs::symlink_metadata(&path).is_ok() {
            return Err(ErrorKind::Occupied {
                folder: path,
                reason: "no earlier run wrote this file, so it is not replaced".to_owned(),
            }
            .into());
        }
        self.make_folder(&path)?;
        OutputFile::create(&Destination::File(path), compression)
    }

    fn make_folder(&self, file: &Path) -> Result<()> {
        match file.parent() {
            Some(folder) => self.made().make(folder),
            None => Ok(()),
        }
    }

    fn made(&self) -> MutexGuard<'_, MadeFolders> {
        self.made.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// Gives all files of the folder, and some others, their names, and removes what an earlier run wrote there and this one
    /// did not.
    ///
    /// # Errors
    ///
    /// When a file cannot be named: all is as it was then, unless the error says otherwise.
    pub(crate) fn commit(self, files: Vec<Closed>, others: Vec<Closed>) -> Result<()> {
        if self.is_elsewhere {
            return commit_all(files.into_iter().chain(others).collect());
        }
        self.made().make(&self.root)?;
        let below = |closed: &Closed| {
            let below = closed.name().strip_prefix(&self.root);
            below.ok().map(Path::to_owned)
        };
        let new: BTreeSet<PathBuf> = files.iter().filter_map(below).collect();
        let old = self.earlier.as_ref().map(List::all).unwrap_or_default();
        let stale: BTreeSet<PathBuf> = old.difference(&new).cloned().collect();
        let list = |is_complete| List {
            files: new.clone(),
            going: stale.clone(),
            is_complete,
        };
        let complete = list(true).close(&self.root)?;
        list(false).close(&self.root)?.commit()?;
        let all = files.into_iter().chain(others).chain([complete]);
        if let Err(error) = commit_all(all.collect()) {
            self.take_list_back();
            return Err(error);
        }
        self.made().keep();
        stale.iter().try_for_each(|file| self.remove(file))?;
        if !stale.is_empty() {
            let list = List {
                going: BTreeSet::new(),
                ..list(true)
            };
            // All is as it should be, but that the list names what is no more.
            let _ = list.close(&self.root).and_then(Closed::commit);
        }
        Ok(())
    }

    /// Puts the list back that was there. One that says too much does no harm: nobody comes back for what is not there.
    fn take_list_back(&self) {
        match &self.earlier {
            Some(list) => drop(list.close(&self.root).and_then(Closed::commit)),
            None => drop(fs::remove_file(self.root.join(LIST))),
        }
    }

    /// Removes a file of an earlier run, and the folders that are empty then.
    fn remove(&self, below: &Path) -> Result<()> {
        let path = self.root.join(below);
        // A folder may have become a link elsewhere since.
        let root = self.root.canonicalize();
        let inside = path.parent().map(Path::canonicalize);
        match (root, inside) {
            (Ok(root), Some(Ok(inside))) if inside.starts_with(&root) => {}
            _ => return Ok(()),
        }
        match fs::remove_file(&path) {
            Ok(()) => {}
            Err(error) if error.kind() == io::ErrorKind::NotFound => {}
            Err(error) => return Err(Error::io(path, error)),
        }
        let folders = below.ancestors().skip(1);
        for folder in folders.filter(|folder| *folder != Path::new("")) {
            if fs::remove_dir(self.root.join(folder)).is_err() {
                break;
            }
        }
        Ok(())
    }
}

/// What a run wrote to a folder.
#[derive(Clone, Debug, PartialEq, Eq)]
struct List {
    /// By their paths below it.
    files: BTreeSet<PathBuf>,
    /// What an earlier run wrote, and is to be removed.
    going: BTreeSet<PathBuf>,
    is_complete: bool,
}

/// What stands before a file in the list, and before one that goes.
const STAYS: &str = "+ ";
const GOES: &str = "- ";

impl List {
    /// The list in a folder; `None` where there is none, or what is called so is none.
    fn read(root: &Path) -> io::Result<Option<List>> {
        match fs::read_to_string(root.join(LIST)) {
            Ok(text) => Ok(List::parse(&text)),
            Err(error) if error.kind() == io::ErrorKind::NotFound => Ok(None),
            Err(error) if error.kind() == io::ErrorKind::InvalidData => Ok(None),
            Err(error) => Err(error),
        }
    }

    fn parse(text: &str) -> Option<List> {
        let mut lines = text.lines();
        let is_headed = lines.next() == Some(HEAD);
        let is_complete = match lines.next().filter(|_| is_headed)? {
            COMPLETE => true,
            UNFINISHED => false,
            _ => return None,
        };
        let mut list = List {
            files: BTreeSet::new(),
            going: BTreeSet::new(),
            is_complete,
        };
        for line in lines {
            let (files, name) = match line.strip_prefix(STAYS) {
                Some(name) => (&mut list.files, name),
                None => (&mut list.going, line.strip_prefix(GOES)?),
            };
            let path = PathBuf::from(names::read(name)?);
            let is_below = |part: Component<'_>| matches!(part, Component::Normal(_));
            path.components().all(is_below).then_some(())?;
            files.insert(path);
        }
        Some(list)
    }

    /// All that is ours.
    fn all(&self) -> BTreeSet<PathBuf> {
        self.files.union(&self.going).cloned().collect()
    }

    /// Writes the list, but does not give it its name.
    fn close(&self, root: &Path) -> Result<Closed> {
        let state = match self.is_complete {
            true => COMPLETE,
            false => UNFINISHED,
        };
        let mut text = format!("{HEAD}\n{state}\n");
        for (mark, files) in [(STAYS, &self.files), (GOES, &self.going)] {
            for file in files {
                text.push_str(mark);
                text.push_str(&names::written(file.as_os_str()));
                text.push('\n');
            }
        }
        let path = root.join(LIST);
        let mut file = OutputFile::create(&Destination::named(&path), Compression::None)?;
        file.write_all(text.as_bytes())
            .map_err(|error| Error::io(&path, error))?;
        file.close()
    }
}

/// Folders that were made for outputs, and are removed again, where they are empty, if there will be none.
#[derive(Debug, Default)]
pub(crate) struct MadeFolders(Vec<PathBuf>);

impl MadeFolders {
    /// Makes a folder, and those above it that are not there.
    pub(crate) fn make(&mut self, folder: &Path) -> Result<()> {
        if kind_of(folder).is_some() {
            let why = "a folder that is read again is made on this machine only";
            return Err(ErrorKind::Remote {
                address: names::of(folder),
                fault: RemoteFault::Other(why.to_owned()),
            }
            .into());
        }
        let missing = |folder: &&Path| *folder != Path::new("") && !folder.exists();
        let mut missing: Vec<&Path> = folder.ancestors().take_while(missing).collect();
        while let Some(folder) = missing.pop() {
            match fs::create_dir(folder) {
                Ok(()) => self.0.push(folder.to_owned()),
                Err(error) if error.kind() == io::ErrorKind::AlreadyExists => {}
                Err(error) => return Err(Error::io(folder, error)),
            }
        }
        Ok(())
    }

    /// Leaves them where they are.
    pub(crate) fn keep(&mut self) {
        self.0.clear();
    }
}

impl Drop for MadeFolders {
    fn drop(&mut self) {
        // One that is not empty stays.
        self.0
            .iter()
            .rev()
            .for_each(|folder| drop(fs::remove_dir(folder)));
    }
}

/// Whether this is a folder that holds no file: a run that was killed may leave one.
fn holds_nothing(folder: &Path) -> bool {
    let is_folder = fs::symlink_metadata(folder).is_ok_and(|it| it.is_dir());
    is_folder
        && fs::read_dir(folder).is_ok_and(|mut entries| {
            entries.all(|entry| entry.is_ok_and(|entry| holds_nothing(&entry.path())))
        })
}

#[cfg(test)]
mod tests {
    use super::*;

    fn run(root: &Path, overwrite: bool, names: &[&str]) -> Result<()> {
        let folder = OutputFolder::open(root, overwrite)?;
        let files = names.iter().map(|name| {
            let mut file = folder.create(Path::new(name), Compression::None)?;
            file.write_all(name.as_bytes()).unwrap();
            file.close()
        });
        let files: Vec<Closed> = files.collect::<Result<_>>()?;
        folder.commit(files, Vec::new())
    }

    fn files(root: &Path) -> Vec<String> {
        let walk = walkdir::WalkDir::new(root).into_iter();
        let mut files: Vec<String> = walk
            .map(|entry| entry.unwrap().into_path())
            .filter(|path| path.is_file())
            .map(|path| {
                path.strip_prefix(root)
                    .unwrap()
                    .to_str()
                    .unwrap()
                    .to_owned()
            })
            .collect();
        files.sort();
        files
    }

    #[test]
    fn a_later_run_replaces_what_an_earlier_one_wrote_if_it_is_told_to_and_nothing_else() {
        let parent = tempfile::tempdir().unwrap();
        let root = parent.path().join("out");
        run(&root, false, &["a", "deep/er/b"]).unwrap();
        assert_eq!(files(&root), [LIST, "a", "deep/er/b"]);
        let refused = run(&root, false, &["a"]).unwrap_err();
        assert!(matches!(refused.kind(), ErrorKind::Occupied { .. }));
        fs::write(root.join("mine"), "mine").unwrap();
        run(&root, true, &["a", "c"]).unwrap();
        assert_eq!(files(&root), [LIST, "a", "c", "mine"]);
        assert!(!root.join("deep").exists());
        let refused = run(&root, true, &["mine"]).unwrap_err();
        assert!(matches!(refused.kind(), ErrorKind::Occupied { .. }));
        assert_eq!(fs::read_to_string(root.join("mine")).unwrap(), "mine");
    }

    #[test]
    fn a_folder_that_somebody_else_filled_is_refused() {
        let parent = tempfile::tempdir().unwrap();
        fs::write(parent.path().join("x"), "").unwrap();
        let refused = OutputFolder::open(parent.path(), false).unwrap_err();
        assert!(refused.to_string().contains("x is there"), "{refused}");
    }

    #[test]
    fn what_a_killed_run_left_is_finished_by_the_next() {
        let parent = tempfile::tempdir().unwrap();
        let root = parent.path().join("out");
        fs::create_dir(&root).unwrap();
        let files_then = ["a", "b", "gone"].map(PathBuf::from).into();
        let list = List {
            files: files_then,
            going: BTreeSet::new(),
            is_complete: false,
        };
        list.close(&root).unwrap().commit().unwrap();
        fs::write(root.join("a"), "half").unwrap();
        fs::write(root.join("gone"), "half").unwrap();
        run(&root, false, &["a", "b"]).unwrap();
        assert_eq!(files(&root), [LIST, "a", "b"]);
        assert_eq!(fs::read_to_string(root.join("a")).unwrap(), "a");
    }

    #[test]
    fn a_run_that_fails_leaves_no_folder() {
        let parent = tempfile::tempdir().unwrap();
        let root = parent.path().join("out/er");
        let folder = OutputFolder::open(&root, false).unwrap();
        let file = folder
            .create(Path::new("deep/a"), Compression::None)
            .unwrap();
        drop((file, folder));
        assert!(!parent.path().join("out").exists());
    }

    #[test]
    fn a_list_leads_nowhere_else() {
        for name in ["../x", "/etc/x", "a/../../x", ".", "a//../b"] {
            let text = format!("{HEAD}\n{COMPLETE}\n+ {name}\n");
            assert_eq!(List::parse(&text), None, "{name}");
        }
    }
}

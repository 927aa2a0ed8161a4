//! A file on its way to its name: without a name of its own where the system allows that, else under one that tells whose
//! it is.
//!
//! A file without a name is gone with its process, however that ends. Where a name is needed for a moment, or for longer
//! since the file system knows no other way, it is `.samestory-` with the machine, its start, the process and the
//! process's start. So a later run knows which of those in a folder nobody will ever come back for, and removes them.

use std::collections::BTreeSet;
use std::ffi::{OsStr, OsString};
use std::fs::{self, File, OpenOptions};
use std::io;
use std::path::{Path, PathBuf};
use std::sync::atomic::{AtomicU64, AtomicUsize, Ordering};
use std::sync::{Mutex, MutexGuard, OnceLock, PoisonError};

use xxhash_rust::xxh3::xxh3_64;

/// What the names of temporary files begin with.
pub(super) const PREFIX: &str = ".samestory-";

/// So many files without a name are kept open at most while they wait for theirs; the rest get a temporary one.
const MOST_OPEN: usize = 128;

/// Files without a name that wait, closed, for theirs.
static OPEN: AtomicUsize = AtomicUsize::new(0);

/// Temporary names that are in use.
static NAMES: Mutex<BTreeSet<PathBuf>> = Mutex::new(BTreeSet::new());

fn names() -> MutexGuard<'static, BTreeSet<PathBuf>> {
    NAMES.lock().unwrap_or_else(PoisonError::into_inner)
}

/// Removes all temporary files that have names, for a process that ends without unwinding.
pub(crate) fn remove_temporaries() {
    names().iter().for_each(|name| drop(fs::remove_file(name)));
}

/// A file that is being written.
#[derive(Debug)]
pub(super) struct Temporary {
    pub(super) file: File,
    name: Option<Name>,
    folder: PathBuf,
}

impl Temporary {
    /// Makes a file in a folder, with the permissions that any new file there has.
    pub(super) fn create_in(folder: &Path) -> io::Result<Temporary> {
        remove_stale(folder);
        let (file, name) = match unnamed(folder) {
            Some(file) => (file, None),
            None => {
                let (file, name) = Name::create_in(folder)?;
                (file, Some(name))
            }
        };
        let folder = folder.to_owned();
        Ok(Temporary { file, name, folder })
    }

    /// Brings what was written to the disk, and closes the file unless it would be gone then.
    pub(super) fn close(self) -> io::Result<Waiting> {
        self.file.sync_all()?;
        let Some(name) = self.name else {
            let before = OPEN.fetch_add(1, Ordering::Relaxed);
            let waiting = Waiting::Unnamed(Open(self.file));
            return match before < MOST_OPEN {
                true => Ok(waiting),
                false => waiting.named(&self.folder).map(Waiting::Named),
            };
        };
        Ok(Waiting::Named(name))
    }
}

/// A file that is whole, and waits for its name.
#[derive(Debug)]
pub(super) enum Waiting {
    /// It has no name yet.
    Unnamed(Open),
    /// It has a temporary one.
    Named(Name),
}

/// A file that is kept open, since it has no name.
#[derive(Debug)]
pub(super) struct Open(File);

impl Drop for Open {
    fn drop(&mut self) {
        OPEN.fetch_sub(1, Ordering::Relaxed);
    }
}

impl Waiting {
    /// Gives the file a name that nothing has.
    pub(super) fn link(&self, to: &Path) -> io::Result<()> {
        match self {
            Waiting::Unnamed(open) => link(&open.0, to),
            Waiting::Named(name) => fs::hard_link(&name.0, to),
        }
    }

    /// Gives the file a temporary name, if it has none.
    pub(super) fn named(self, folder: &Path) -> io::Result<Name> {
        match self {
            Waiting::Named(name) => Ok(name),
            Waiting::Unnamed(open) => {
                let (name, ()) = Name::make_in(folder, |name| link(&open.0, name))?;
                Ok(name)
            }
        }
    }
}

/// A temporary name; the file that has it when it is dropped is removed.
#[derive(Debug)]
pub(super) struct Name(PathBuf);

impl Name {
    /// Makes a file of a temporary name.
    fn create_in(folder: &Path) -> io::Result<(File, Name)> {
        let (name, file) = Name::make_in(folder, |name| {
            OpenOptions::new().write(true).create_new(true).open(name)
        })?;
        Ok((file, name))
    }

    /// Makes something of a temporary name that nothing has.
    pub(super) fn make_in<T>(
        folder: &Path,
        make: impl Fn(&Path) -> io::Result<T>,
    ) -> io::Result<(Name, T)> {
        static NUMBER: AtomicU64 = AtomicU64::new(0);
        loop {
            let number = NUMBER.fetch_add(1, Ordering::Relaxed);
            let path = folder.join(format!("{PREFIX}{}-{number:x}", own()));
            match make(&path) {
                Ok(made) => {
                    names().insert(path.clone());
                    return Ok((Name(path), made));
                }
                Err(error) if error.kind() == io::ErrorKind::AlreadyExists => {}
                Err(error) => return Err(error),
            }
        }
    }

    pub(super) fn path(&self) -> &Path {
        &self.0
    }

    /// Notes that nothing has the name any more.
    pub(super) fn forget(self) {
        names().remove(&self.0);
        std::mem::forget(self);
    }
}

impl Drop for Name {
    fn drop(&mut self) {
        // One that cannot be removed now is removed by a later run.
        let _ = fs::remove_file(&self.0);
        names().remove(&self.0);
    }
}

/// A file without a name in a folder; `None` where there is no such thing.
#[cfg(target_os = "linux")]
fn unnamed(folder: &Path) -> Option<File> {
    use std::os::unix::fs::OpenOptionsExt;
    static CAN_BE_NAMED: OnceLock<bool> = OnceLock::new();
    let file = OpenOptions::new()
        .write(true)
        .custom_flags(rustix::fs::OFlags::TMPFILE.bits().cast_signed())
        .open(folder)
        .ok()?;
    // A file without a name is given one by way of its descriptor's.
    let can_be_named = *CAN_BE_NAMED.get_or_init(|| fs::metadata(by_descriptor(&file)).is_ok());
    can_be_named.then_some(file)
}

#[cfg(not(target_os = "linux"))]
fn unnamed(_: &Path) -> Option<File> {
    None
}

#[cfg(target_os = "linux")]
fn by_descriptor(file: &File) -> PathBuf {
    use std::os::fd::AsRawFd;
    PathBuf::from(format!("/proc/self/fd/{}", file.as_raw_fd()))
}

#[cfg(target_os = "linux")]
fn link(file: &File, to: &Path) -> io::Result<()> {
    use rustix::fs::{AtFlags, CWD, linkat};
    let linked = rustix::io::retry_on_intr(|| {
        linkat(CWD, by_descriptor(file), CWD, to, AtFlags::SYMLINK_FOLLOW)
    });
    Ok(linked?)
}

#[cfg(not(target_os = "linux"))]
fn link(_: &File, _: &Path) -> io::Result<()> {
    Err(io::ErrorKind::Unsupported.into())
}

/// Removes the temporary files in a folder that a process left which is no more, once a run.
///
/// Whatever keeps this from being done keeps the files where they are, and nothing else.
pub(super) fn remove_stale(folder: &Path) {
    static SEEN: Mutex<BTreeSet<PathBuf>> = Mutex::new(BTreeSet::new());
    let mut seen = SEEN.lock().unwrap_or_else(PoisonError::into_inner);
    if !seen.insert(folder.to_owned()) {
        return;
    }
    drop(seen);
    let Ok(entries) = fs::read_dir(folder) else {
        return;
    };
    for entry in entries.flatten() {
        if is_stale(&entry.file_name()) {
            let _ = fs::remove_file(entry.path());
        }
    }
}

/// Whether a name is one that a process of this machine gave, and the process is no more.
pub(super) fn is_stale(name: &OsStr) -> bool {
    let Some(maker) = name.to_str().and_then(Maker::of_name) else {
        return false;
    };
    let here = Maker::here();
    maker.machine == here.machine && (maker.start != here.start || !maker.process.lives())
}

/// Whether a name is a temporary one.
pub(super) fn is_temporary(name: &OsStr) -> bool {
    name.to_str().and_then(Maker::of_name).is_some()
}

/// Who made a temporary file.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
struct Maker {
    /// A hash of what the machine is, or the container that sees but its own processes.
    machine: u32,
    /// A hash of when it was started.
    start: u32,
    process: Process,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
struct Process {
    number: u32,
    /// When it was started, as the system counts.
    started: u64,
}

impl Maker {
    /// This process.
    fn here() -> Maker {
        static HERE: OnceLock<Maker> = OnceLock::new();
        *HERE.get_or_init(|| {
            let read = |path: &str| fs::read(path).unwrap_or_default();
            let space = fs::read_link("/proc/self/ns/pid")
                .map_or_else(|_| OsString::new(), |space| space.into_os_string());
            let machine = [
                read("/etc/machine-id"),
                read("/proc/sys/kernel/hostname"),
                space.into_encoded_bytes(),
            ];
            let number = std::process::id();
            Maker {
                machine: xxh3_64(&machine.concat()) as u32,
                start: xxh3_64(&read("/proc/sys/kernel/random/boot_id")) as u32,
                process: Process {
                    number,
                    started: started(number).unwrap_or(0),
                },
            }
        })
    }

    /// Who made a file of this name; `None` where the name is none of ours.
    fn of_name(name: &str) -> Option<Maker> {
        let mut parts = name.strip_prefix(PREFIX)?.split('-');
        let mut hexadecimal = |digits: usize| {
            let part = parts.next().filter(|part| part.len() >= digits)?;
            u64::from_str_radix(part, 16).ok()
        };
        let (machine, start) = (hexadecimal(8)?, hexadecimal(8)?);
        let (number, started, _) = (hexadecimal(1)?, hexadecimal(1)?, hexadecimal(1)?);
        parts.next().is_none().then_some(Maker {
            machine: u32::try_from(machine).ok()?,
            start: u32::try_from(start).ok()?,
            process: Process {
                number: u32::try_from(number).ok()?,
                started,
            },
        })
    }
}

impl Process {
    /// Whether the process is still there. Where that cannot be known, it is.
    fn lives(self) -> bool {
        // This very process is always to be seen, where any is.
        let can_see = started(std::process::id()).is_some();
        !can_see || started(self.number) == Some(self.started)
    }
}

/// When a process was started, as the system counts; `None` where there is none of this number.
fn started(process: u32) -> Option<u64> {
    let stat = fs::read_to_string(format!("/proc/{process}/stat")).ok()?;
    // The name of the program stands in parentheses, and may hold any.
    let (_, after) = stat.rsplit_once(')')?;
    after.split_ascii_whitespace().nth(19)?.parse().ok()
}

/// What the names of this process's temporary files have behind the prefix.
fn own() -> String {
    let Maker {
        machine,
        start,
        process: Process { number, started },
    } = Maker::here();
    format!("{machine:08x}-{start:08x}-{number:x}-{started:x}")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_name_says_who_made_it() {
        let name = format!("{PREFIX}{}-7f", own());
        assert_eq!(Maker::of_name(&name), Some(Maker::here()));
        for foreign in [
            ".samestory-Xb3k9A",
            ".samestory-files",
            ".samestory-0000000a-00000001-1-1",
            "clusters.csv",
        ] {
            assert_eq!(Maker::of_name(foreign), None, "{foreign}");
        }
    }

    #[cfg(target_os = "linux")]
    #[test]
    fn what_a_dead_process_left_is_stale_and_nothing_else_is() {
        let mut child = std::process::Command::new("true").spawn().unwrap();
        let number = child.id();
        child.wait().unwrap();
        let Maker { machine, start, .. } = Maker::here();
        let name = |machine: u32, start: u32, number: u32, started: u64| {
            OsString::from(format!(
                "{PREFIX}{machine:08x}-{start:08x}-{number:x}-{started:x}-0"
            ))
        };
        assert!(is_stale(&name(machine, start, number, 1)));
        assert!(is_stale(&name(machine, start ^ 1, std::process::id(), 1)));
        assert!(!is_stale(&name(machine ^ 1, start, number, 1)));
        let alive = Maker::here().process;
        assert!(!is_stale(&name(
            machine,
            start,
            alive.number,
            alive.started
        )));
        assert!(is_stale(&name(
            machine,
            start,
            alive.number,
            alive.started + 1
        )));
        assert!(!is_stale(OsStr::new(".samestory-Xb3k9A")));

        let folder = tempfile::tempdir().unwrap();
        let (stale, foreign) = (name(machine, start, number, 1), ".samestory-Xb3k9A");
        fs::write(folder.path().join(&stale), "").unwrap();
        fs::write(folder.path().join(foreign), "").unwrap();
        remove_stale(folder.path());
        assert!(!folder.path().join(stale).exists());
        assert!(folder.path().join(foreign).exists());
    }

    #[cfg(target_os = "linux")]
    #[test]
    fn thousands_of_files_wait_without_a_descriptor_each() {
        let folder = tempfile::tempdir().unwrap();
        let waiting: Vec<Waiting> = (0..MOST_OPEN + 50)
            .map(|_| {
                Temporary::create_in(folder.path())
                    .unwrap()
                    .close()
                    .unwrap()
            })
            .collect();
        let named = waiting.iter().filter(|it| matches!(it, Waiting::Named(_)));
        assert!(named.count() >= 50);
        drop(waiting);
        assert_eq!(fs::read_dir(folder.path()).unwrap().count(), 0);
    }
}

//! Room: how much memory a run may take for what grows with the dump, and where the rest goes.

use std::path::{Path, PathBuf};
use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};

use super::file::SpillFile;
use crate::error::{ErrorKind, Result};
use crate::interrupt::Interrupt;

/// So many eighths of it hold what could lie on disk as well.
pub(super) const EIGHTHS: u64 = 4;

/// The memory of a run, shared by all that grows with the dump; a clone is the same room.
#[derive(Clone, Debug)]
pub struct MemoryBudget(Arc<Inner>);

#[derive(Debug)]
struct Inner {
    limit: u64,
    folder: PathBuf,
    interrupt: Interrupt,
    taken: AtomicU64,
    held: AtomicU64,
    most: AtomicU64,
    spilled: AtomicU64,
    most_spilled: AtomicU64,
}

impl Inner {
    fn of(limit: u64, folder: PathBuf) -> Inner {
        Inner {
            limit,
            folder,
            interrupt: Interrupt::default(),
            taken: AtomicU64::new(0),
            held: AtomicU64::new(0),
            most: AtomicU64::new(0),
            spilled: AtomicU64::new(0),
            most_spilled: AtomicU64::new(0),
        }
    }
}

impl Default for MemoryBudget {
    /// Room for anything.
    fn default() -> MemoryBudget {
        MemoryBudget::new(u64::MAX, std::env::temp_dir())
    }
}

impl MemoryBudget {
    /// Room for so many bytes; what is beyond goes to files without a name in `folder`, which vanish with the run however
    /// it ends.
    pub fn new(limit: u64, folder: impl Into<PathBuf>) -> MemoryBudget {
        MemoryBudget(Arc::new(Inner::of(limit, folder.into())))
    }

    /// The same room, whose users stop once a flag is set. It is for a room that nobody uses yet.
    pub fn interrupted_by(self, interrupt: Interrupt) -> MemoryBudget {
        let Inner { limit, folder, .. } = &*self.0;
        MemoryBudget(Arc::new(Inner {
            interrupt,
            ..Inner::of(*limit, folder.clone())
        }))
    }

    /// Fails once the run is to stop.
    pub(crate) fn check_interrupt(&self) -> Result<()> {
        self.0.interrupt.check()
    }

    /// What says that the run is to stop.
    pub(crate) fn interrupt(&self) -> Interrupt {
        self.0.interrupt.clone()
    }

    /// How many bytes it is in all.
    pub fn limit(&self) -> u64 {
        self.0.limit
    }

    /// How many bytes are free.
    pub(crate) fn free(&self) -> u64 {
        let taken = self.0.taken.load(Ordering::Relaxed);
        self.0.limit.saturating_sub(taken)
    }

    /// How many bytes were taken when most were.
    pub fn most_taken(&self) -> u64 {
        self.0.most.load(Ordering::Relaxed)
    }

    /// How many bytes lie on disk.
    #[cfg(test)]
    pub(crate) fn spilled(&self) -> u64 {
        self.0.spilled.load(Ordering::Relaxed)
    }

    /// How many bytes lay on disk when most did.
    pub fn most_spilled(&self) -> u64 {
        self.0.most_spilled.load(Ordering::Relaxed)
    }

    /// Takes so many bytes for what could lie on disk as well, if no more than half of the room is taken with them: the
    /// other half is for what is worked with.
    pub(crate) fn try_reserve(&self, bytes: u64) -> Option<Reservation> {
        self.take_within(EIGHTHS, bytes)
    }

    /// The same, if no more than so many eighths are taken then.
    pub(super) fn take_within(&self, eighths: u64, bytes: u64) -> Option<Reservation> {
        let most = self.0.limit / 8 * eighths;
        let fits = |taken: u64| taken.checked_add(bytes).filter(|&sum| sum <= most);
        let before = self
            .0
            .taken
            .fetch_update(Ordering::Relaxed, Ordering::Relaxed, fits)
            .ok()?;
        Some(self.note(before, bytes))
    }

    /// Takes so many bytes for what stays in memory until it is dropped.
    ///
    /// # Errors
    ///
    /// When the whole room is not enough for all that is held.
    pub(crate) fn reserve(&self, bytes: u64) -> Result<Reservation> {
        let held = bytes + self.0.held.fetch_add(bytes, Ordering::Relaxed);
        let mut taken = self.reserve_anyway(bytes);
        taken.held = bytes;
        match held.checked_sub(self.0.limit) {
            None | Some(0) => Ok(taken),
            Some(missing) => Err(ErrorKind::Memory { missing }.into()),
        }
    }

    /// Takes so many bytes, free or not: what is worked with for a while, and is not much.
    pub(crate) fn reserve_anyway(&self, bytes: u64) -> Reservation {
        let before = self.0.taken.fetch_add(bytes, Ordering::Relaxed);
        self.note(before, bytes)
    }

    fn note(&self, before: u64, bytes: u64) -> Reservation {
        self.0.most.fetch_max(before + bytes, Ordering::Relaxed);
        Reservation {
            budget: self.clone(),
            bytes,
            held: 0,
        }
    }

    /// A new file to spill to.
    pub(super) fn file(&self) -> Result<SpillFile> {
        SpillFile::create(self)
    }

    pub(super) fn folder(&self) -> &Path {
        &self.0.folder
    }

    pub(super) fn note_spilled(&self, bytes: u64) {
        let before = self.0.spilled.fetch_add(bytes, Ordering::Relaxed);
        let most = &self.0.most_spilled;
        most.fetch_max(before + bytes, Ordering::Relaxed);
    }

    pub(super) fn note_freed(&self, bytes: u64) {
        self.0.spilled.fetch_sub(bytes, Ordering::Relaxed);
    }
}

/// Bytes that were taken of a room; they are free again when this is dropped.
#[derive(Debug)]
pub(crate) struct Reservation {
    budget: MemoryBudget,
    bytes: u64,
    /// How many of them are held.
    held: u64,
}

impl Reservation {
    /// The room they were taken of.
    pub(super) fn budget(&self) -> &MemoryBudget {
        &self.budget
    }
}

impl Drop for Reservation {
    fn drop(&mut self) {
        self.budget.0.taken.fetch_sub(self.bytes, Ordering::Relaxed);
        self.budget.0.held.fetch_sub(self.held, Ordering::Relaxed);
    }
}

//! Where what was fetched is kept: one temporary file without a name for all objects of a run.

use std::fs::File;
use std::path::{Path, PathBuf};
use std::sync::atomic::{AtomicU64, Ordering};
use std::sync::{Arc, Mutex, PoisonError};

use futures_util::{StreamExt, TryStreamExt};

use super::fault::Fault;
use super::fetch::{Job, Place, Version};
use super::find::{self, Target};
use super::object::{Object, State, blocks};
use super::{Kind, wait};
use crate::error::Result;
use crate::interrupt::Interrupt;

/// Objects up to this size are fetched when they are found, many at once: one after another they would take a round trip
/// each.
const SMALL: u64 = 1 << 20;

/// So many of them at once.
const AT_ONCE: usize = 16;

/// What was fetched in a run.
#[derive(Debug, Default)]
pub(crate) struct Depot {
    spool: Mutex<Spool>,
    objects: AtomicU64,
    fetched: Arc<AtomicU64>,
}

#[derive(Debug, Default)]
struct Spool {
    file: Option<Arc<File>>,
    /// Where the next object begins. What of one is never asked for stays a hole.
    end: u64,
}

/// What naming an address led to.
#[derive(Debug)]
pub(crate) struct Found {
    pub(crate) name: String,
    /// The path below what was named, or the last part of its name.
    pub(crate) shard: PathBuf,
    pub(crate) object: Arc<Object>,
    /// Whether it was found below what was named.
    pub(crate) in_folder: bool,
}

impl Depot {
    /// Finds the objects that an address names: one, all below a folder, or all that match a pattern. Temporary files go to
    /// `folder`.
    pub(crate) fn find(
        &self,
        address: &Path,
        kind: Kind,
        folder: &Path,
        interrupt: &Interrupt,
    ) -> Result<Vec<Found>> {
        let found = self.find_all(address, kind, folder, interrupt);
        found.map_err(|(fault, name)| fault.error(&name, folder))
    }

    /// How many objects were met, and how many bytes came of them.
    pub(crate) fn fetched(&self) -> (u64, u64) {
        let load = |it: &AtomicU64| it.load(Ordering::Relaxed);
        (load(&self.objects), load(&self.fetched))
    }

    fn find_all(
        &self,
        address: &Path,
        kind: Kind,
        folder: &Path,
        interrupt: &Interrupt,
    ) -> std::result::Result<Vec<Found>, (Fault, PathBuf)> {
        let named = find::shown(address);
        let of_all = |fault| (fault, named.clone());
        let asked = address.to_string_lossy().into_owned();
        let targets = wait::wait(interrupt, find::all(asked, kind)).map_err(of_all)?;
        let mut found = Vec::with_capacity(targets.len());
        for target in targets {
            let name = PathBuf::from(&target.name);
            let of_one = |fault| (fault, name.clone());
            let shard = target.shard.clone();
            let in_folder = target.in_folder;
            let object = self.open(target, folder, interrupt).map_err(of_one)?;
            found.push(Found {
                name: crate::names::of(&object.name),
                shard,
                object: Arc::new(object),
                in_folder,
            });
        }
        fetch_small(&found, interrupt)?;
        Ok(found)
    }

    /// Makes room for an object. One whose size nobody knows is fetched at once.
    fn open(
        &self,
        target: Target,
        folder: &Path,
        interrupt: &Interrupt,
    ) -> std::result::Result<Object, Fault> {
        self.objects.fetch_add(1, Ordering::Relaxed);
        let new_file = || tempfile::tempfile_in(folder).map(Arc::new);
        let job = |spool, start, size| Job {
            place: target.place.clone(),
            version: target.version.clone(),
            size,
            spool,
            start,
            fetched: Arc::clone(&self.fetched),
        };
        let mut state = State::default();
        let (job, size) = match target.size {
            Some(size) => {
                let mut spool = self.spool.lock().unwrap_or_else(PoisonError::into_inner);
                let file = match &spool.file {
                    Some(file) => Arc::clone(file),
                    None => new_file().map_err(Fault::Kept)?,
                };
                spool.file = Some(Arc::clone(&file));
                let start = spool.end;
                spool.end += size.next_multiple_of(4096);
                (job(file, start, Some(size)), size)
            }
            None => {
                let job = job(new_file().map_err(Fault::Kept)?, 0, None);
                let came = wait::wait(interrupt, job.clone().fetch(0..u64::MAX))?;
                state.take(0..blocks(came.at));
                (job, came.at)
            }
        };
        Ok(Object {
            name: PathBuf::from(target.name),
            size,
            job,
            folder: folder.to_owned(),
            interrupt: interrupt.clone(),
            state: Mutex::new(state),
        })
    }
}

/// Fetches all small objects.
fn fetch_small(
    found: &[Found],
    interrupt: &Interrupt,
) -> std::result::Result<(), (Fault, PathBuf)> {
    let small = |found: &&Found| found.object.size > 0 && found.object.size <= SMALL;
    let small: Vec<Arc<Object>> = (found.iter().filter(small))
        .map(|found| Arc::clone(&found.object))
        .collect();
    if small.len() < 2 {
        return Ok(());
    }
    let work = async move {
        let fetch = |object: Arc<Object>| async move {
            let all = 0..object.size;
            let name = object.name.clone();
            let came = object.job.clone().fetch(all).await;
            came.map_err(|fault| (fault, name))?;
            let mut state = object.state.lock().unwrap_or_else(PoisonError::into_inner);
            state.take(0..blocks(object.size));
            Ok(())
        };
        let fetched = futures_util::stream::iter(small).map(fetch);
        Ok(fetched.buffer_unordered(AT_ONCE).try_collect::<()>().await)
    };
    match wait::wait(interrupt, work) {
        Ok(fetched) => fetched,
        Err(fault) => Err((fault, PathBuf::new())),
    }
}

/// A place on the web whose size and version are asked for.
pub(super) async fn ask(place: Place) -> std::result::Result<(Option<u64>, Version), Fault> {
    let mut tries = super::fault::Tries::default();
    loop {
        match place.get(0..1, &Version::default()).await {
            Ok(answer) => return Ok((answer.size, answer.version)),
            Err(fault) => tries.after(fault).await?,
        }
    }
}

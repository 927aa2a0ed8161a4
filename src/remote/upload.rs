//! An output in a bucket: its parts go there as they are written, and it is there when all of them are.

use std::io::{self, Write};
use std::mem;
use std::path::{Path, PathBuf};
use std::sync::{Mutex, PoisonError};
use std::time::Duration;

use futures_util::StreamExt;
use object_store::{MultipartUpload, ObjectStoreExt};

use super::bucket::{self, Address, of_store, path_of};
use super::fault::Fault;
use super::wait::{self, Pending};
use super::{Kind, kind_of};
use crate::error::{Error, ErrorKind, RemoteFault, Result};
use crate::interrupt::Interrupt;
use crate::names;

/// A bucket takes ten thousand parts of one object, all but the last of one size.
const PART: usize = 16 << 20;

/// Whoever is asked to stop does not wait longer than this for the other side to forget the parts.
const LEAVE: Duration = Duration::from_millis(500);

/// What uploads look at.
static INTERRUPT: Mutex<Option<Interrupt>> = Mutex::new(None);

/// Has all uploads of this process end once a flag is set.
pub(crate) fn heed(interrupt: &Interrupt) {
    *INTERRUPT.lock().unwrap_or_else(PoisonError::into_inner) = Some(interrupt.clone());
}

fn interrupt() -> Interrupt {
    let known = INTERRUPT.lock().unwrap_or_else(PoisonError::into_inner);
    known.clone().unwrap_or_default()
}

/// The name of something that is below a folder of a bucket, where anything is.
pub(crate) fn first_below(folder: &Path) -> Result<Option<String>> {
    let named = |fault: Fault| fault.error(folder, Path::new(""));
    if kind_of(folder) != Some(Kind::Bucket) {
        return Err(named(Fault::other(NO_BUCKET)));
    }
    let address = folder.to_string_lossy().into_owned();
    let first = wait::wait(&interrupt(), async move {
        let Address { bucket, key } = Address::of(&address);
        let prefix = path_of(key.trim_end_matches('/'))?;
        let opened = bucket::open(bucket).await?;
        let first = opened.list(Some(&prefix)).next().await;
        let first = first.transpose().map_err(of_store)?;
        Ok(first.map(|first| first.location.to_string()))
    });
    first.map_err(named)
}

const NO_BUCKET: &str = "nothing can be written there; name a file, or an object in a bucket";

type Parts = Box<dyn MultipartUpload>;
type Sent = Pending<std::result::Result<(), Fault>>;

/// An object that is being written.
pub(crate) struct Upload {
    name: PathBuf,
    /// Gone once it is complete or given up.
    parts: Option<Parts>,
    buffer: Vec<u8>,
    /// The part that is on its way.
    sent: Option<Sent>,
}

impl std::fmt::Debug for Upload {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_tuple("Upload").field(&self.name).finish()
    }
}

impl Upload {
    /// Begins to write an object. Whether that may be is known at once from most buckets.
    pub(crate) fn begin(name: &Path) -> Result<Upload> {
        let named = |fault: Fault| fault.error(name, Path::new(""));
        if kind_of(name) != Some(Kind::Bucket) {
            return Err(named(Fault::other(NO_BUCKET)));
        }
        let address = name.to_string_lossy().into_owned();
        let begun = wait::wait(&interrupt(), async move {
            let Address { bucket, key } = Address::of(&address);
            if key.is_empty() || key.ends_with('/') {
                return Err(Fault::other("it names no object; give it a name"));
            }
            let path = path_of(key)?;
            let opened = bucket::open(bucket).await?;
            opened.put_multipart(&path).await.map_err(of_store)
        });
        Ok(Upload {
            name: name.to_owned(),
            parts: Some(begun.map_err(named)?),
            buffer: Vec::new(),
            sent: None,
        })
    }

    /// Waits for the part that is on its way.
    fn arrive(&mut self) -> io::Result<()> {
        let Some(sent) = self.sent.take() else {
            return Ok(());
        };
        let arrived = sent.wait(&interrupt()).and_then(|arrived| arrived);
        arrived.map_err(|fault| self.error(fault))
    }

    fn send(&mut self) -> io::Result<()> {
        self.arrive()?;
        let part = mem::take(&mut self.buffer);
        let Some(parts) = &mut self.parts else {
            return Err(io::ErrorKind::BrokenPipe.into());
        };
        let sent = parts.put_part(part.into());
        self.sent = Some(wait::begin(async move { sent.await.map_err(of_store) })?);
        Ok(())
    }

    /// Waits until all that was written is there, though not yet under its name.
    pub(crate) fn close(&mut self) -> io::Result<()> {
        if !self.buffer.is_empty() {
            self.send()?;
        }
        self.arrive()
    }

    /// Has the object appear.
    pub(crate) fn complete(mut self) -> io::Result<()> {
        self.close()?;
        let Some(mut parts) = self.parts.take() else {
            return Ok(());
        };
        // Whether it appeared would be unknown if nobody waited for the answer.
        let done = wait::wait(&Interrupt::default(), async move {
            let done = parts.complete().await.map(drop).map_err(of_store);
            Ok((parts, done))
        });
        let (parts, done) = done.map_err(|fault| self.error(fault))?;
        if done.is_err() {
            self.parts = Some(parts);
        }
        done.map_err(|fault| self.error(fault))
    }

    fn error(&self, fault: Fault) -> io::Error {
        let address = names::of(&self.name);
        let error: Error = match fault {
            // It was to be written.
            Fault::Changed => ErrorKind::Remote {
                address,
                fault: RemoteFault::Other("somebody else writes to it".to_owned()),
            }
            .into(),
            fault => fault.error(&self.name, Path::new("")),
        };
        io::Error::other(error)
    }
}

impl Write for Upload {
    fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
        if self.buffer.capacity() == 0 {
            self.buffer.reserve_exact(PART);
        }
        let taken = bytes.len().min(PART - self.buffer.len());
        self.buffer.extend_from_slice(&bytes[..taken]);
        if self.buffer.len() == PART {
            self.send()?;
        }
        Ok(taken)
    }

    fn flush(&mut self) -> io::Result<()> {
        Ok(())
    }
}

impl Drop for Upload {
    fn drop(&mut self) {
        drop(self.sent.take());
        if let Some(mut parts) = self.parts.take() {
            let left = wait::begin(async move { parts.abort().await });
            if let Ok(left) = left {
                left.wait_for(LEAVE);
            }
        }
    }
}

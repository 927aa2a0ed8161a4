//! Requests for a part of an object, made until all of it is there.

use std::fs::File;
use std::ops::Range;
use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};
use std::time::SystemTime;

use bytes::Bytes;
use futures_util::StreamExt;
use futures_util::stream::BoxStream;

use super::bucket::Key;
use super::fault::{Fault, Tries};
use super::web::Page;

/// Where an object is.
#[derive(Clone, Debug)]
pub(super) enum Place {
    Bucket(Key),
    Web(Page),
}

/// What tells one version of an object from another, as far as the other side says.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(super) struct Version {
    pub(super) tag: Option<String>,
    pub(super) modified: Option<SystemTime>,
}

impl Version {
    /// Whether these are surely two versions.
    fn differs(&self, other: &Version) -> bool {
        match (&self.tag, &other.tag) {
            (Some(one), Some(other)) => one != other,
            _ => {
                let both = self.modified.zip(other.modified);
                both.is_some_and(|(one, other)| one != other)
            }
        }
    }

    fn is_known(&self) -> bool {
        self.tag.is_some() || self.modified.is_some()
    }
}

/// The answer to a request for a part of an object.
pub(super) struct Answer {
    /// Where its first byte stands in the object; 0 from whoever knows no parts.
    pub(super) start: u64,
    /// Whether it is all of the object, from whoever knows no parts.
    pub(super) is_whole: bool,
    /// The size of the object.
    pub(super) size: Option<u64>,
    pub(super) version: Version,
    pub(super) chunks: BoxStream<'static, Result<Bytes, Fault>>,
}

impl Place {
    pub(super) async fn get(&self, range: Range<u64>, version: &Version) -> Result<Answer, Fault> {
        match self {
            Place::Bucket(key) => key.get(range, version).await,
            Place::Web(page) => page.get(range, version).await,
        }
    }
}

/// What is to be fetched, and where to.
#[derive(Clone)]
pub(super) struct Job {
    pub(super) place: Place,
    pub(super) version: Version,
    /// The size of the object, where it is known.
    pub(super) size: Option<u64>,
    pub(super) spool: Arc<File>,
    /// Where the object begins in that file.
    pub(super) start: u64,
    /// Counts the bytes that came.
    pub(super) fetched: Arc<AtomicU64>,
}

impl Job {
    /// Fetches a part, and gives the end of what there is then: the end of the object from whoever knows no parts.
    pub(super) async fn fetch(self, range: Range<u64>) -> Result<Reached, Fault> {
        let mut tries = Tries::default();
        let mut reached = Reached {
            at: range.start,
            is_whole: false,
        };
        loop {
            let before = reached.at;
            let went = self.try_once(&range, &mut reached).await;
            if reached.at > before {
                tries.again();
            }
            match went {
                Ok(()) => return Ok(reached),
                Err(fault) => {
                    tries.after(fault).await?;
                    // Without a mark of the version nobody knows that the rest is of the same.
                    if reached.is_whole && !self.version.is_known() {
                        reached.at = range.start;
                    }
                }
            }
        }
    }

    async fn try_once(&self, range: &Range<u64>, reached: &mut Reached) -> Result<(), Fault> {
        let wanted = reached.at..range.end;
        let answer = self.place.get(wanted, &self.version).await?;
        let is_other_size =
            self.size.is_some() && answer.size.is_some_and(|it| Some(it) != self.size);
        if is_other_size || self.version.differs(&answer.version) {
            return Err(Fault::Changed);
        }
        reached.is_whole = answer.is_whole;
        let end = match answer.is_whole {
            true => self.size.unwrap_or(u64::MAX),
            false => range.end,
        };
        let mut at = answer.start;
        if at > reached.at {
            return Err(Fault::other(
                "the answer is another part than was asked for",
            ));
        }
        let mut chunks = answer.chunks;
        while let Some(chunk) = chunks.next().await {
            let chunk = chunk?;
            self.fetched
                .fetch_add(chunk.len() as u64, Ordering::Relaxed);
            // What is there already comes once more from whoever knows no parts.
            let skipped = (reached.at - at).min(chunk.len() as u64);
            let left = end.saturating_sub(reached.at);
            at += chunk.len() as u64;
            let new = &chunk[skipped as usize..];
            let new = &new[..new.len().min(usize::try_from(left).unwrap_or(usize::MAX))];
            write_at(&self.spool, new, self.start + reached.at).map_err(Fault::Kept)?;
            reached.at += new.len() as u64;
            if reached.at >= end {
                return Ok(());
            }
        }
        match end == u64::MAX || reached.at >= end {
            true => Ok(()),
            false => {
                let why = format!("it ended at byte {} of {end}", reached.at);
                Err(Fault::Passing(why, None))
            }
        }
    }
}

/// How far the fetching of a part has come.
#[derive(Clone, Copy, Debug)]
pub(super) struct Reached {
    pub(super) at: u64,
    /// Whether the other side knows no parts, and gave all from the part's beginning on.
    pub(super) is_whole: bool,
}

#[cfg(unix)]
fn write_at(file: &File, bytes: &[u8], at: u64) -> std::io::Result<()> {
    std::os::unix::fs::FileExt::write_all_at(file, bytes, at)
}

#[cfg(windows)]
fn write_at(file: &File, mut bytes: &[u8], mut at: u64) -> std::io::Result<()> {
    while !bytes.is_empty() {
        let written = std::os::windows::fs::FileExt::seek_write(file, bytes, at)?;
        bytes = &bytes[written..];
        at += written as u64;
    }
    Ok(())
}

/// Fills a buffer with what stands at a place of a file.
#[cfg(unix)]
pub(super) fn read_at(file: &File, bytes: &mut [u8], at: u64) -> std::io::Result<()> {
    std::os::unix::fs::FileExt::read_exact_at(file, bytes, at)
}

#[cfg(windows)]
pub(super) fn read_at(file: &File, mut bytes: &mut [u8], mut at: u64) -> std::io::Result<()> {
    while !bytes.is_empty() {
        let read = std::os::windows::fs::FileExt::seek_read(file, bytes, at)?;
        if read == 0 {
            return Err(std::io::ErrorKind::UnexpectedEof.into());
        }
        bytes = &mut bytes[read..];
        at += read as u64;
    }
    Ok(())
}

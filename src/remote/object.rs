//! An object that lies elsewhere, read like a file: what was asked for once is kept.

use std::fs::File;
use std::io;
use std::ops::Range;
use std::path::{Path, PathBuf};
use std::sync::{Arc, Mutex, PoisonError};
use std::time::SystemTime;

use futures_util::future::try_join_all;

use super::fault::Fault;
use super::fetch::{self, Job, Reached};
use super::wait;
use crate::interrupt::Interrupt;

/// What is fetched at once at least, in bytes; of each such block is known whether it is there.
const BLOCK: u64 = 256 << 10;

/// Whoever reads on and on gets so many blocks ahead.
const MOST_AHEAD: u64 = 64;

/// So many requests are made at once for one piece.
const AT_ONCE: u64 = 4;

/// No request asks for less than this where it need not.
const LEAST_ASKED: u64 = 1 << 20;

/// An object of one version.
pub(crate) struct Object {
    pub(super) name: PathBuf,
    pub(super) size: u64,
    pub(super) job: Job,
    /// Where what comes in is kept, for messages.
    pub(super) folder: PathBuf,
    pub(super) interrupt: Interrupt,
    pub(super) state: Mutex<State>,
}

/// What is there of an object.
#[derive(Debug, Default)]
pub(super) struct State {
    /// A bit for each block.
    blocks: Vec<u64>,
    /// The block behind the last one that was fetched.
    next: u64,
    /// How many blocks were fetched last.
    ahead: u64,
    /// Whether the other side knows parts; not before the first answer.
    knows_parts: Option<bool>,
}

impl State {
    fn has(&self, block: u64) -> bool {
        let word = self.blocks.get((block / 64) as usize);
        word.is_some_and(|word| word >> (block % 64) & 1 == 1)
    }

    pub(super) fn take(&mut self, blocks: Range<u64>) {
        let words = (blocks.end.div_ceil(64)) as usize;
        if self.blocks.len() < words {
            self.blocks.resize(words, 0);
        }
        for block in blocks {
            self.blocks[(block / 64) as usize] |= 1 << (block % 64);
        }
    }
}

impl std::fmt::Debug for Object {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_tuple("Object").field(&self.name).finish()
    }
}

impl Object {
    /// Its address, without secrets.
    pub(crate) fn name(&self) -> &Path {
        &self.name
    }

    pub(crate) fn size(&self) -> u64 {
        self.size
    }

    /// When it was last changed, as far as the other side says.
    pub(crate) fn changed(&self) -> Option<SystemTime> {
        self.job.version.modified
    }

    /// Reads what stands at a place, which is fetched unless it is there.
    pub(crate) fn read_at(&self, buffer: &mut [u8], at: u64) -> io::Result<usize> {
        let left = self.size.saturating_sub(at);
        let length = buffer
            .len()
            .min(usize::try_from(left).unwrap_or(usize::MAX));
        if length == 0 {
            return Ok(0);
        }
        self.bring(at..at + length as u64)?;
        let buffer = &mut buffer[..length];
        fetch::read_at(&self.job.spool, buffer, self.job.start + at)?;
        Ok(length)
    }

    /// The file that all of it is in, and where in there.
    pub(crate) fn whole(&self) -> io::Result<(Arc<File>, u64)> {
        self.bring(0..self.size)?;
        Ok((Arc::clone(&self.job.spool), self.job.start))
    }

    /// Fetches what is not there of a piece.
    fn bring(&self, bytes: Range<u64>) -> io::Result<()> {
        let all = self.size.div_ceil(BLOCK);
        let wanted = bytes.start / BLOCK..bytes.end.div_ceil(BLOCK);
        // Others who read the same object wait meanwhile, mostly for the same.
        let mut state = self.state.lock().unwrap_or_else(PoisonError::into_inner);
        let mut block = wanted.start;
        while block < wanted.end {
            if state.has(block) {
                block += 1;
                continue;
            }
            state.ahead = match block == state.next {
                true => (state.ahead * 2).clamp(1, MOST_AHEAD),
                false => 1,
            };
            let most = wanted
                .end
                .max(block + state.ahead)
                .min(block + MOST_AHEAD)
                .min(all);
            let end = (block..most).find(|&it| state.has(it)).unwrap_or(most);
            let piece = block * BLOCK..(end * BLOCK).min(self.size);
            let job = self.job.clone();
            let knows_parts = state.knows_parts == Some(true);
            let came = wait::wait(&self.interrupt, piece_of(job, piece, knows_parts));
            let came = came.map_err(|fault| self.error(fault))?;
            state.knows_parts = Some(!came.is_whole);
            let end = match came.at >= self.size {
                true => all,
                false => came.at / BLOCK,
            };
            state.take(block..end);
            state.next = end;
            block = end;
        }
        Ok(())
    }

    fn error(&self, fault: Fault) -> io::Error {
        io::Error::other(fault.error(&self.name, &self.folder))
    }
}

/// Fetches a piece, by several requests at once where it is large and the other side knows parts.
async fn piece_of(job: Job, piece: Range<u64>, knows_parts: bool) -> Result<Reached, Fault> {
    let length = piece.end - piece.start;
    let share = length.div_ceil(AT_ONCE).max(LEAST_ASKED);
    if !knows_parts || share >= length {
        return job.fetch(piece).await;
    }
    let starts = (piece.start..piece.end).step_by(share as usize);
    let parts = starts.map(|start| {
        let part = start..(start + share).min(piece.end);
        job.clone().fetch(part)
    });
    let came = try_join_all(parts).await?;
    let is_whole = came.iter().any(|part| part.is_whole);
    Ok(Reached {
        at: piece.end,
        is_whole,
    })
}

/// How many blocks an object of a size has.
pub(super) fn blocks(size: u64) -> u64 {
    size.div_ceil(BLOCK)
}

//! A temporary file without a name, that any number of threads append to and read from.

use std::fs::File;
use std::io;
use std::sync::atomic::{AtomicU64, Ordering};

use zerocopy::IntoBytes;

use super::{MemoryBudget, Plain};
use crate::error::{ErrorKind, Result};

#[derive(Debug)]
pub(crate) struct SpillFile {
    file: File,
    end: AtomicU64,
    budget: MemoryBudget,
}

impl SpillFile {
    pub(super) fn create(budget: &MemoryBudget) -> Result<SpillFile> {
        let file =
            tempfile::tempfile_in(budget.folder()).map_err(|source| failure(budget, source))?;
        Ok(SpillFile {
            file,
            end: AtomicU64::new(0),
            budget: budget.clone(),
        })
    }

    /// Appends values, and says at which byte they begin.
    pub(super) fn append<T: Plain>(&self, values: &[T]) -> Result<u64> {
        let bytes = values.as_bytes();
        let at = self.end.fetch_add(bytes.len() as u64, Ordering::Relaxed);
        self.budget.note_spilled(bytes.len() as u64);
        write_at(&self.file, bytes, at).map_err(|source| failure(&self.budget, source))?;
        Ok(at)
    }

    /// Reads the values that begin at a byte.
    pub(super) fn read<T: Plain>(&self, at: u64, values: &mut [T]) -> Result<()> {
        read_at(&self.file, values.as_mut_bytes(), at)
            .map_err(|source| failure(&self.budget, source))
    }
}

impl Drop for SpillFile {
    fn drop(&mut self) {
        self.budget.note_freed(*self.end.get_mut());
    }
}

fn failure(budget: &MemoryBudget, source: io::Error) -> crate::error::Error {
    ErrorKind::Spill {
        folder: budget.folder().to_owned(),
        source,
    }
    .into()
}

#[cfg(unix)]
fn write_at(file: &File, bytes: &[u8], at: u64) -> io::Result<()> {
    std::os::unix::fs::FileExt::write_all_at(file, bytes, at)
}

#[cfg(unix)]
fn read_at(file: &File, bytes: &mut [u8], at: u64) -> io::Result<()> {
    std::os::unix::fs::FileExt::read_exact_at(file, bytes, at)
}

#[cfg(windows)]
fn write_at(file: &File, mut bytes: &[u8], mut at: u64) -> io::Result<()> {
    while !bytes.is_empty() {
        let written = std::os::windows::fs::FileExt::seek_write(file, bytes, at)?;
        if written == 0 {
            return Err(io::ErrorKind::WriteZero.into());
        }
        bytes = &bytes[written..];
        at += written as u64;
    }
    Ok(())
}

#[cfg(windows)]
fn read_at(file: &File, mut bytes: &mut [u8], mut at: u64) -> io::Result<()> {
    while !bytes.is_empty() {
        let read = std::os::windows::fs::FileExt::seek_read(file, bytes, at)?;
        if read == 0 {
            return Err(io::ErrorKind::UnexpectedEof.into());
        }
        bytes = &mut bytes[read..];
        at += read as u64;
    }
    Ok(())
}

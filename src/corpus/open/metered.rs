//! Bytes of inputs: read from the front and counted, or read here and there.

use std::fs::File;
use std::io::{self, Read};
use std::sync::Arc;
use std::sync::atomic::Ordering;

use super::input::Meter;
use crate::remote::Object;

/// A file's bytes, counted as they are read.
#[derive(Debug)]
pub(crate) struct Metered {
    pub(super) bytes: Bytes,
    pub(super) meter: Arc<Meter>,
}

#[derive(Debug)]
pub(super) enum Bytes {
    File(File),
    /// What is left to be read of a file that others read too.
    Spool(Arc<File>, std::ops::Range<u64>),
    /// What lies elsewhere, and how far it was read.
    Remote(Arc<Object>, u64),
}

impl Read for Metered {
    fn read(&mut self, buffer: &mut [u8]) -> io::Result<usize> {
        loop {
            let read = match &mut self.bytes {
                Bytes::File(file) => file.read(buffer),
                Bytes::Spool(file, left) => {
                    let length = usize::try_from(left.end - left.start).unwrap_or(usize::MAX);
                    let length = buffer.len().min(length);
                    read_at(file, &mut buffer[..length], left.start)
                        .inspect(|&read| left.start += read as u64)
                }
                Bytes::Remote(object, at) => {
                    (object.read_at(buffer, *at)).inspect(|&read| *at += read as u64)
                }
            };
            match &read {
                Ok(read) => {
                    self.meter.bytes.fetch_add(*read as u64, Ordering::Relaxed);
                }
                // Not every decoder behind tries an interrupted call again.
                Err(error) if error.kind() == io::ErrorKind::Interrupted => continue,
                Err(_) => self.meter.failed.store(true, Ordering::Relaxed),
            }
            return read;
        }
    }
}

/// What is read here and there: a file, or what lies elsewhere.
#[cfg(feature = "parquet")]
#[derive(Clone, Debug)]
pub(crate) enum Anywhere {
    File(Arc<File>),
    Remote(Arc<Object>),
}

#[cfg(feature = "parquet")]
impl Anywhere {
    pub(crate) fn read_at(&self, buffer: &mut [u8], offset: u64) -> io::Result<usize> {
        match self {
            Anywhere::File(file) => read_at(file, buffer, offset),
            Anywhere::Remote(object) => object.read_at(buffer, offset),
        }
    }
}

/// Reads without the file's own position, which all who share the file would share.
#[cfg(unix)]
pub(crate) fn read_at(file: &File, buffer: &mut [u8], offset: u64) -> io::Result<usize> {
    std::os::unix::fs::FileExt::read_at(file, buffer, offset)
}

#[cfg(windows)]
pub(crate) fn read_at(file: &File, buffer: &mut [u8], offset: u64) -> io::Result<usize> {
    std::os::windows::fs::FileExt::seek_read(file, buffer, offset)
}

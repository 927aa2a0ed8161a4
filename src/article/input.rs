//! An input is one file to read articles from, and what was found out about it when it was opened.

use std::fs::File;
use std::io::{self, Read};
use std::path::{Path, PathBuf};
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, AtomicU64, Ordering};
use std::time::SystemTime;

use super::RejectReason;
use super::csv::Columns;
use super::fields::FieldNames;
use super::format::Format;
use super::limits::{Bounded, Limits};
use crate::compression::Compression;
use crate::error::{Error, ErrorKind, Result};

/// One file of a corpus.
#[derive(Clone, Debug)]
pub struct Input {
    /// Its name, as it stands in the `input` column; `-` for standard input.
    pub name: String,
    /// Its path below the folder that was named, or its file name: where its shard goes in an output folder.
    pub shard: PathBuf,
    /// What its records are.
    pub format: Format,
    /// How it is compressed.
    pub compression: Compression,
    /// What stands before the first record, decompressed: a byte order mark, and the header row of CSV.
    pub preamble: Vec<u8>,
    pub(crate) origin: Origin,
    /// Its length and time of change when it was opened; both must be the same at every reading.
    pub(crate) stamp: Stamp,
    /// Whether it was found in a folder and not named.
    pub(crate) found: bool,
    /// What is wrong with its one record, where it is [`Format::Unreadable`].
    pub(crate) flaw: RejectReason,
}

/// Where an input's bytes are.
#[derive(Clone, Debug)]
pub(crate) enum Origin {
    Path(PathBuf),
    /// An unnamed temporary file that holds what came through a pipe.
    Spool(Arc<File>),
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct Stamp {
    pub(crate) bytes: u64,
    changed: Option<SystemTime>,
}

impl Stamp {
    /// When the file was last changed, in nanoseconds since 1970, as far as that is known.
    pub(crate) fn changed(&self) -> Option<u64> {
        let since = self.changed?.duration_since(SystemTime::UNIX_EPOCH).ok()?;
        u64::try_from(since.as_nanos()).ok()
    }
}

/// How far the reading of a file has come.
#[derive(Debug, Default)]
pub(crate) struct Meter {
    bytes: AtomicU64,
    failed: AtomicBool,
    too_much: AtomicBool,
}

impl Meter {
    /// The bytes taken from the file, before decompression.
    pub(crate) fn bytes(&self) -> u64 {
        self.bytes.load(Ordering::Relaxed)
    }

    /// Notes that more came of a file than may.
    pub(crate) fn note_too_much(&self) {
        self.too_much.store(true, Ordering::Relaxed);
    }

    /// Fails where an input broke off because the file itself could not be read, or too much came of it.
    pub(crate) fn check(&self, input: &Input, broke: Option<io::Error>) -> Result<()> {
        match broke {
            Some(_) if self.too_much.load(Ordering::Relaxed) => Err(input.too_much()),
            Some(error) if self.failed.load(Ordering::Relaxed) => {
                Err(Error::io(input.origin.path(), error))
            }
            _ => Ok(()),
        }
    }

    /// Whether the file itself could not be read.
    pub(crate) fn failed(&self) -> bool {
        self.failed.load(Ordering::Relaxed)
    }
}

impl Origin {
    pub(crate) fn stamp(&self) -> io::Result<Stamp> {
        let metadata = match self {
            Origin::Path(path) => path.metadata(),
            Origin::Spool(file) => file.metadata(),
        }?;
        let changed = match self {
            Origin::Path(_) => metadata.modified().ok(),
            Origin::Spool(_) => None,
        };
        Ok(Stamp {
            bytes: metadata.len(),
            changed,
        })
    }

    /// Opens the file at its beginning, whoever else is reading it.
    pub(crate) fn open(&self) -> io::Result<(Metered, Arc<Meter>)> {
        let meter = Arc::new(Meter::default());
        let bytes = match self {
            Origin::Path(path) => Bytes::File(File::open(path)?),
            Origin::Spool(file) => Bytes::Spool(Arc::clone(file), 0),
        };
        Ok((
            Metered {
                bytes,
                meter: Arc::clone(&meter),
            },
            meter,
        ))
    }

    /// The file itself, for whoever reads it from several places at once.
    #[cfg(feature = "parquet")]
    pub(crate) fn file(&self) -> io::Result<Arc<File>> {
        match self {
            Origin::Path(path) => File::open(path).map(Arc::new),
            Origin::Spool(file) => Ok(Arc::clone(file)),
        }
    }

    pub(crate) fn path(&self) -> &Path {
        match self {
            Origin::Path(path) => path,
            Origin::Spool(_) => Path::new("-"),
        }
    }
}

impl Input {
    /// Where it is; `-` for standard input.
    pub fn path(&self) -> &Path {
        self.origin.path()
    }

    /// The folder that was named, where it was found in one.
    pub fn folder(&self) -> Option<&Path> {
        let folder = self.path().ancestors().nth(self.shard.components().count());
        folder.filter(|_| self.found)
    }

    /// The names of its columns, where it has a header row.
    pub(crate) fn columns(&self, names: &FieldNames) -> Vec<String> {
        match self.format {
            Format::Delimited { delimiter } => Columns::of(&self.preamble, delimiter, names).names,
            _ => Vec::new(),
        }
    }

    /// The error where more came of it than may.
    pub(crate) fn too_much(&self) -> Error {
        ErrorKind::TooMuch {
            input: self.name.clone(),
        }
        .into()
    }

    /// Opens the input for one reading: its decompressed bytes from the first on.
    pub(crate) fn open(&self, limits: Limits) -> Result<(Box<dyn Read + Send>, Arc<Meter>)> {
        let io = |source| Error::io(self.origin.path(), source);
        self.check_unchanged()?;
        let (file, meter) = self.origin.open().map_err(io)?;
        let reader = match (self.format, self.compression) {
            #[cfg(feature = "warc")]
            (Format::Warc, Compression::Gzip) => Box::new(super::warc::Members::new(file)),
            (_, Compression::None) => return Ok((Box::new(file), meter)),
            _ => self.compression.reader(file).map_err(io)?,
        };
        let most = limits.most(self.stamp.bytes);
        let bounded = Bounded::new(reader, most, Arc::clone(&meter));
        Ok((Box::new(bounded), meter))
    }

    /// Fails if the file is no longer the one that was opened.
    pub(crate) fn check_unchanged(&self) -> Result<()> {
        let now = self
            .origin
            .stamp()
            .map_err(|source| Error::io(self.origin.path(), source))?;
        if now == self.stamp {
            Ok(())
        } else {
            Err(ErrorKind::Changed {
                input: self.name.clone(),
            }
            .into())
        }
    }
}

/// A file's bytes, counted as they are read.
#[derive(Debug)]
pub(crate) struct Metered {
    bytes: Bytes,
    meter: Arc<Meter>,
}

#[derive(Debug)]
enum Bytes {
    File(File),
    Spool(Arc<File>, u64),
}

impl Read for Metered {
    fn read(&mut self, buffer: &mut [u8]) -> io::Result<usize> {
        loop {
            let read = match &mut self.bytes {
                Bytes::File(file) => file.read(buffer),
                Bytes::Spool(file, offset) => {
                    read_at(file, buffer, *offset).inspect(|&read| *offset += read as u64)
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

/// Reads without the file's own position, which all who share the file would share.
#[cfg(unix)]
pub(crate) fn read_at(file: &File, buffer: &mut [u8], offset: u64) -> io::Result<usize> {
    std::os::unix::fs::FileExt::read_at(file, buffer, offset)
}

#[cfg(windows)]
pub(crate) fn read_at(file: &File, buffer: &mut [u8], offset: u64) -> io::Result<usize> {
    std::os::windows::fs::FileExt::seek_read(file, buffer, offset)
}

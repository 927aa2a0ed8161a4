//! An input is one file to read articles from, and what was found out about it when it was opened.

use std::fs::File;
use std::io::{self, Read};
use std::path::{Path, PathBuf};
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, AtomicU64, Ordering};
use std::time::SystemTime;

use super::limits::{Bounded, Limits};
#[cfg(feature = "parquet")]
use super::metered::Anywhere;
use super::metered::{Bytes, Metered};
use super::spool::Packing;
use crate::compression::Compression;
use crate::corpus::RejectReason;
use crate::corpus::encoding::Coding;
use crate::corpus::formats::Format;
use crate::corpus::formats::csv::Columns;
use crate::corpus::formats::json::Root;
use crate::corpus::record::fields::FieldNames;
use crate::error::{Error, ErrorKind, Result};
use crate::remote::Object;

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
    /// Where in that the header row of CSV begins.
    pub(crate) header: usize,
    /// The names of its columns, where it has no header row.
    pub(crate) columns: Option<Arc<[String]>>,
    pub(crate) origin: Origin,
    /// The encoding of its text, where that is not UTF-8.
    pub(crate) encoding: Option<Coding>,
    /// Where its records stand, where it is [`Format::Json`].
    pub(crate) root: Root,
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
    /// In a bucket or on the web.
    Remote(Arc<Object>),
    /// A part of a file: a member of an archive, or what another file was turned into.
    Part(Part),
}

/// A part of a file.
#[derive(Clone, Debug)]
pub(crate) struct Part {
    /// The file that was named; `-` for standard input.
    pub(crate) of: Arc<Path>,
    /// The file that the part is in, where that is not the one that was named.
    pub(crate) within: Option<Arc<File>>,
    pub(crate) start: u64,
    pub(crate) length: u64,
    /// How many bytes it has where it is unpacked.
    pub(crate) size: u64,
    /// How the part is compressed where it stands.
    pub(crate) packing: Packing,
    /// Whether the file that was named lies elsewhere, and cannot change any more.
    pub(crate) is_remote: bool,
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
    pub(super) bytes: AtomicU64,
    pub(super) failed: AtomicBool,
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
        self.check_named(&input.name, input.origin.path(), broke)
    }

    /// The same of a file that is no input yet.
    pub(crate) fn check_named(
        &self,
        name: &str,
        path: &Path,
        broke: Option<io::Error>,
    ) -> Result<()> {
        match broke {
            Some(_) if self.too_much.load(Ordering::Relaxed) => Err(ErrorKind::TooMuch {
                input: name.to_owned(),
            }
            .into()),
            Some(error) if self.failed.load(Ordering::Relaxed) => Err(Error::io(path, error)),
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
        match self {
            Origin::Path(path) => {
                let metadata = path.metadata()?;
                Ok(Stamp {
                    bytes: metadata.len(),
                    changed: metadata.modified().ok(),
                })
            }
            Origin::Spool(file) => Ok(Stamp {
                bytes: file.metadata()?.len(),
                changed: None,
            }),
            Origin::Remote(object) => Ok(Stamp {
                bytes: object.size(),
                changed: object.changed(),
            }),
            Origin::Part(part) => {
                let is_file = &*part.of != Path::new("-") && !part.is_remote;
                let metadata = is_file.then(|| part.of.metadata()).transpose()?;
                Ok(Stamp {
                    bytes: part.length,
                    changed: metadata.and_then(|metadata| metadata.modified().ok()),
                })
            }
        }
    }

    /// Opens the file at its beginning, whoever else is reading it.
    pub(crate) fn open(&self) -> io::Result<(Box<dyn Read + Send>, Arc<Meter>)> {
        let meter = Arc::new(Meter::default());
        let bytes = match self {
            Origin::Path(path) => Bytes::File(File::open(path)?),
            Origin::Spool(file) => Bytes::Spool(Arc::clone(file), 0..u64::MAX),
            Origin::Remote(object) => Bytes::Remote(Arc::clone(object), 0),
            Origin::Part(part) => {
                let file = part.within.clone();
                let file = file.map_or_else(|| File::open(&part.of).map(Arc::new), Ok)?;
                Bytes::Spool(file, part.start..part.start + part.length)
            }
        };
        let metered = Metered {
            bytes,
            meter: Arc::clone(&meter),
        };
        let reader: Box<dyn Read + Send> = match self {
            Origin::Part(part) => part.packing.reader(metered, part.size)?,
            _ => Box::new(metered),
        };
        Ok((reader, meter))
    }

    /// The file itself and where it begins in there, for whoever reads it from several places at once.
    #[cfg(feature = "parquet")]
    pub(crate) fn file(&self) -> io::Result<(Anywhere, u64)> {
        let (file, start) = match self {
            Origin::Path(path) => (File::open(path).map(Arc::new)?, 0),
            Origin::Spool(file) => (Arc::clone(file), 0),
            Origin::Remote(object) => return Ok((Anywhere::Remote(Arc::clone(object)), 0)),
            Origin::Part(part) if part.packing == Packing::Stored => {
                let file = part.within.clone();
                let file = file.map_or_else(|| File::open(&part.of).map(Arc::new), Ok)?;
                (file, part.start)
            }
            // Whoever opens one unpacks it first.
            Origin::Part(_) => return Err(io::ErrorKind::Unsupported.into()),
        };
        Ok((Anywhere::File(file), start))
    }

    /// Whether it lies elsewhere, or is a part of what does.
    pub(crate) fn is_remote(&self) -> bool {
        match self {
            Origin::Remote(_) => true,
            Origin::Part(part) => part.is_remote,
            _ => false,
        }
    }

    /// Whether more bytes come of it than it has where it stands, compressed like this.
    pub(crate) fn is_packed(&self, compression: Compression) -> bool {
        let is_stored = match self {
            Origin::Part(part) => part.packing == Packing::Stored,
            _ => true,
        };
        !is_stored || compression != Compression::None
    }

    pub(crate) fn path(&self) -> &Path {
        match self {
            Origin::Path(path) => path,
            Origin::Spool(_) => Path::new("-"),
            Origin::Remote(object) => object.name(),
            Origin::Part(part) => &part.of,
        }
    }
}

impl Input {
    /// Whether it is known to have no more than so many bytes, decompressed.
    pub(crate) fn is_within(&self, bytes: u64) -> bool {
        let size = match &self.origin {
            Origin::Part(part) => part.size,
            _ => self.stamp.bytes,
        };
        self.compression == Compression::None && size <= bytes
    }

    /// The encoding that its text was read in, where that is not UTF-8.
    pub fn encoding(&self) -> Option<&'static str> {
        self.encoding.map(Coding::name)
    }

    /// Its columns, where it is a table.
    pub(crate) fn table(&self, names: &FieldNames) -> Option<Columns> {
        let dialect = self.format.dialect()?;
        Some(match &self.columns {
            Some(columns) => Columns::named(columns, dialect, names),
            None => {
                let header = self.preamble.get(self.header..).unwrap_or_default();
                Columns::of(header, dialect, names)
            }
        })
    }

    /// Where it is; `-` for standard input.
    pub fn path(&self) -> &Path {
        self.origin.path()
    }

    /// The folder that was named, where it was found in one.
    pub fn folder(&self) -> Option<&Path> {
        let path = self.path();
        // What lies in an archive has a longer way from there.
        let is_file = self.shard.file_stem() == path.file_name()
            || self.shard.file_name() == path.file_name();
        let folder = path.ancestors().nth(self.shard.components().count());
        folder.filter(|_| self.found && is_file)
    }

    /// The names of its columns, where it is a table.
    pub(crate) fn columns(&self, names: &FieldNames) -> Vec<String> {
        self.table(names)
            .map_or(Vec::new(), |columns| columns.names)
    }

    /// The file that it stands in: the archive, where it is in one.
    pub fn file(&self) -> &Path {
        self.origin.path()
    }

    /// Whether it came through standard input, and is gone when the run is.
    pub(crate) fn is_from_pipe(&self) -> bool {
        self.origin.path() == Path::new("-")
    }

    /// Its bytes as they stand in the file, or in the archive that it is in.
    ///
    /// # Errors
    ///
    /// When it cannot be opened, or is no longer the file that was opened first.
    pub fn raw(&self) -> Result<Box<dyn Read + Send>> {
        self.check_unchanged()?;
        let opened = self.origin.open();
        let opened = opened.map_err(|source| Error::io(self.origin.path(), source))?;
        Ok(opened.0)
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
        let reader = self.format.reader().decompressed(file, self.compression);
        let reader = reader.map_err(io)?;
        let reader = match self.encoding {
            Some(encoding) => Box::new(encoding.reader(reader)),
            None => reader,
        };
        if !self.origin.is_packed(self.compression) {
            return Ok((reader, meter));
        }
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

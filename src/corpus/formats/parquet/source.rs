//! The bytes of a Parquet file, read from any place by several threads.

use std::fs::File;
use std::io::{self, BufReader, Read};
use std::sync::{Arc, Mutex, PoisonError};

use ::bytes::Bytes;
use ::parquet::errors::{ParquetError, Result};
use ::parquet::file::reader::{ChunkReader, Length};

use crate::corpus::open::input::Input;
use crate::corpus::open::metered::Anywhere;
use crate::error::Error;

const MAGIC: [u8; 4] = *b"PAR1";
const ENCRYPTED: [u8; 4] = *b"PARE";

/// The smallest file: two marks and the length of an empty footer.
const SMALLEST: u64 = 12;

/// An open file, read without a position of its own.
#[derive(Clone)]
pub(crate) struct Source {
    file: Anywhere,
    /// Where it begins in the file: one may lie in an archive.
    start: u64,
    length: u64,
    /// The first error of the file itself.
    failed: Arc<Mutex<Option<io::Error>>>,
}

impl Source {
    /// Opens an input, and fails if it is no longer the file that was opened first.
    pub(crate) fn open(input: &Input) -> crate::error::Result<Source> {
        input.check_unchanged()?;
        let (file, start) = input
            .origin
            .file()
            .map_err(|source| Error::io(input.origin.path(), source))?;
        Ok(Source {
            start,
            ..Source::anywhere(file, input.stamp.bytes)
        })
    }

    /// A file of so many bytes.
    pub(crate) fn of(file: Arc<File>, length: u64) -> Source {
        Source::anywhere(Anywhere::File(file), length)
    }

    fn anywhere(file: Anywhere, length: u64) -> Source {
        Source {
            file,
            start: 0,
            length,
            failed: Arc::default(),
        }
    }

    /// What is wrong with the file at its ends, before its footer is read.
    pub(crate) fn flaw(&self, input: &Input) -> crate::error::Result<Option<&'static str>> {
        if self.length < SMALLEST {
            return Ok(Some(CUT_OFF));
        }
        let ends = self
            .end_marks()
            .map_err(|source| Error::io(input.origin.path(), source))?;
        Ok(match ends {
            [_, ENCRYPTED] | [ENCRYPTED, _] => {
                Some("an encrypted Parquet file; write it again without encryption")
            }
            [_, MAGIC] => None,
            _ => Some(CUT_OFF),
        })
    }

    fn end_marks(&self) -> io::Result<[[u8; 4]; 2]> {
        let mut marks = [[0; 4]; 2];
        let mut at = 0;
        for mark in &mut marks {
            PositionedRead {
                source: self.clone(),
                at,
            }
            .read_exact(mark)?;
            at = self.length - 4;
        }
        Ok(marks)
    }

    /// The error to report where the file itself could not be read.
    pub(crate) fn failure(&self, input: &Input) -> Option<Error> {
        let mut failed = self.failed.lock().unwrap_or_else(PoisonError::into_inner);
        let first = failed.take()?;
        // Whoever asks next is told less.
        *failed = Some(io::Error::other("it can no longer be read"));
        Some(Error::io(input.origin.path(), first))
    }
}

const CUT_OFF: &str = "a Parquet file that is cut off: its end is missing; copy or write it again";

impl Length for Source {
    fn len(&self) -> u64 {
        self.length
    }
}

impl ChunkReader for Source {
    type T = BufReader<PositionedRead>;

    fn get_read(&self, start: u64) -> Result<Self::T> {
        let read = PositionedRead {
            source: self.clone(),
            at: start,
        };
        // Page headers are short, and what follows them is asked for apart.
        Ok(BufReader::with_capacity(512, read))
    }

    fn get_bytes(&self, start: u64, length: usize) -> Result<Bytes> {
        // A damaged file may ask for more than there is.
        if start.saturating_add(length as u64) > self.length {
            return Err(ParquetError::EOF("it ends before its last page".to_owned()));
        }
        let mut bytes = vec![0; length];
        PositionedRead {
            source: self.clone(),
            at: start,
        }
        .read_exact(&mut bytes)?;
        Ok(bytes.into())
    }
}

/// Reads on from a place in the file.
pub(crate) struct PositionedRead {
    source: Source,
    at: u64,
}

impl Read for PositionedRead {
    fn read(&mut self, buffer: &mut [u8]) -> io::Result<usize> {
        // What lies behind the end in an archive is another file.
        let left = self.source.length.saturating_sub(self.at);
        let length = buffer
            .len()
            .min(usize::try_from(left).unwrap_or(usize::MAX));
        let at = self.source.start + self.at;
        let read = self.source.file.read_at(&mut buffer[..length], at);
        match read {
            Ok(read) => {
                self.at += read as u64;
                Ok(read)
            }
            Err(error) if error.kind() == io::ErrorKind::Interrupted => Err(error),
            Err(error) => {
                let kind = error.kind();
                let failed = &self.source.failed;
                let mut failed = failed.lock().unwrap_or_else(PoisonError::into_inner);
                failed.get_or_insert(error);
                Err(kind.into())
            }
        }
    }
}

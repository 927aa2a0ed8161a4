//! One temporary file without a name, for all that is turned into another form when it is opened.

use std::fs::File;
use std::io::{self, BufWriter, Read, Seek, SeekFrom, Write};
use std::path::{Path, PathBuf};
use std::sync::Arc;

use super::input::Part;
use crate::compression::Compression;
use crate::error::{Error, ErrorKind, Result};
use crate::interrupt::Interrupt;

/// How a part of a file is compressed.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(crate) enum Packing {
    #[default]
    Stored,
    Deflate,
    /// As a file of its own would be.
    Whole(Compression),
}

impl Packing {
    /// Reads what was packed, of so many bytes.
    pub(crate) fn reader<R: Read + Send + 'static>(
        self,
        part: R,
        size: u64,
    ) -> io::Result<Box<dyn Read + Send>> {
        // No more is unpacked than was promised.
        Ok(match self {
            Packing::Stored => Box::new(part),
            Packing::Deflate => Box::new(flate2::read::DeflateDecoder::new(part).take(size)),
            Packing::Whole(compression) => Box::new(compression.reader(part)?.take(size)),
        })
    }
}

/// Where things are kept that were turned into another form.
#[derive(Default)]
pub(crate) struct Spool {
    file: Option<Arc<File>>,
    end: u64,
}

/// What came of turning a file into another form: a part of the spool, or what is wrong with the file.
pub(crate) type Spooled = std::result::Result<Part, io::Error>;

impl Spool {
    /// Keeps what `make` writes of the file that was named.
    ///
    /// The inner error is one of the file.
    ///
    /// # Errors
    ///
    /// When it cannot be kept, or the run was asked to stop.
    pub(crate) fn keep(
        &mut self,
        of: &Path,
        folder: PathBuf,
        interrupt: &Interrupt,
        make: impl FnOnce(&mut dyn Write) -> io::Result<()>,
    ) -> Result<Spooled> {
        let full = |source| {
            Error::from(ErrorKind::Spill {
                folder: folder.clone(),
                source,
            })
        };
        let file = match &self.file {
            Some(file) => Arc::clone(file),
            None => Arc::new(tempfile::tempfile_in(&folder).map_err(full)?),
        };
        self.file = Some(Arc::clone(&file));
        let mut to = &*file;
        to.seek(SeekFrom::Start(self.end)).map_err(full)?;
        let mut writer = Writer {
            to: BufWriter::with_capacity(256 << 10, to),
            written: 0,
            interrupt,
            failed: None,
        };
        let made = make(&mut writer);
        let flushed = writer.to.flush();
        if let Some(failed) = writer.failed {
            return Err(match failed {
                Failed::Interrupted => ErrorKind::Interrupted.into(),
                Failed::Write(source) => full(source),
            });
        }
        let length = writer.written;
        drop(writer);
        flushed.map_err(full)?;
        let start = self.end;
        self.end += length;
        Ok(made.map(|()| Part {
            of: of.into(),
            within: Some(file),
            start,
            length,
            size: length,
            packing: Packing::Stored,
            is_remote: false,
        }))
    }
}

enum Failed {
    Interrupted,
    Write(io::Error),
}

/// Writes to the spool, and remembers that it could not.
struct Writer<'s> {
    to: BufWriter<&'s File>,
    written: u64,
    interrupt: &'s Interrupt,
    failed: Option<Failed>,
}

impl Write for Writer<'_> {
    fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
        if self.interrupt.is_set() {
            self.failed = Some(Failed::Interrupted);
            return Err(io::Error::other("interrupted"));
        }
        match self.to.write(bytes) {
            Ok(written) => {
                self.written += written as u64;
                Ok(written)
            }
            Err(error) => {
                let kind = error.kind();
                self.failed = Some(Failed::Write(error));
                Err(kind.into())
            }
        }
    }

    fn flush(&mut self) -> io::Result<()> {
        self.to.flush()
    }
}

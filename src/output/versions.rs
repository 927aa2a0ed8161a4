//! Versions of articles, as JSON lines.

use std::io::Write as _;
use std::path::Path;

use serde::Serialize;

use crate::compression::Compression;
use crate::error::{Error, ErrorKind, Result};

use super::Destination;
use super::file::{Closed, OutputFile, is_stream};

/// Versions of articles on their way to their [`Destination`]; dropped unfinished, they leave nothing.
pub struct VersionWriter {
    file: OutputFile,
    line: Vec<u8>,
}

/// Opens an output of versions: JSONL, on standard output too.
///
/// # Errors
///
/// [`ErrorKind::Setting`] when the ending is another, and an input-output error when the place cannot be written to.
pub fn versions(destination: &Destination) -> Result<VersionWriter> {
    let compression = match destination {
        Destination::Stdout => Compression::None,
        Destination::File(path) => {
            let compression = Compression::of_name(path);
            let is_lines = is_jsonl(compression.strip(path).as_ref());
            if !is_lines && !is_stream(path) {
                return Err(ErrorKind::Setting {
                    name: "output",
                    value: path.display().to_string(),
                    expected: format!(
                        "a name that ends in .jsonl, alone or followed by {}, to hold versions",
                        Compression::endings()
                    ),
                }
                .into());
            }
            compression
        }
    };
    Ok(VersionWriter {
        file: OutputFile::create(destination, compression)?,
        line: Vec::new(),
    })
}

fn is_jsonl(path: &Path) -> bool {
    path.to_string_lossy().to_lowercase().ends_with(".jsonl")
}

impl VersionWriter {
    /// Writes the versions of one article.
    pub(crate) fn write(&mut self, row: &impl Serialize) -> Result<()> {
        self.line.clear();
        let written = serde_json::to_writer(&mut self.line, row).map_err(Into::into);
        self.line.push(b'\n');
        written
            .and_then(|()| self.file.write_all(&self.line))
            .map_err(|error| Error::io(self.file.name(), error))
    }

    /// Completes the output without showing it yet, for runs whose several outputs are to appear together.
    ///
    /// # Errors
    ///
    /// When the destination cannot be written to.
    pub fn close(self) -> Result<Closed> {
        self.file.close()
    }
}

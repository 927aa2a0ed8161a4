//! The file: sections of bytes behind a head, and at the end where each of them is.
//!
//! ```text
//! "samestry" version(u32) 0(u32) | section | section | … | contents, as JSON | at(u64) length(u64) xxh3(u64) "yrtsemas"
//! ```
//!
//! The contents say of each section where it begins, how long it is, and its xxh3. All numbers are little-endian.

use std::collections::BTreeMap;
use std::fs::File;
use std::io::{self, Read, Write};
use std::path::{Path, PathBuf};

use serde::de::DeserializeOwned;
use serde::{Deserialize, Serialize};
use xxhash_rust::xxh3::{Xxh3, xxh3_64};

use super::state_error;
use crate::compression::Compression;
use crate::corpus::read_exact_at;
use crate::error::{Error, Result};
use crate::output::{Closed, Destination, OutputFile};
use crate::spill::Bytes;

/// The form of the file; one of another form is refused.
const VERSION: u32 = 3;
const HEAD: &[u8; 8] = b"samestry";
const FOOT: &[u8; 8] = b"yrtsemas";
const HEAD_BYTES: u64 = 16;
const FOOT_BYTES: u64 = 32;

/// Where a section is.
#[derive(Clone, Copy, Debug, Serialize, Deserialize)]
pub(crate) struct Section {
    at: u64,
    length: u64,
    hash: u64,
}

impl Section {
    /// How many bytes it has.
    pub(crate) fn length(self) -> u64 {
        self.length
    }
}

/// Where all sections are, by name.
pub(crate) type Sections = BTreeMap<String, Section>;

/// Where a state is written to.
enum Sink {
    Named(OutputFile),
    /// A file for this process alone.
    Unnamed(File),
}

impl Write for Sink {
    fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
        match self {
            Sink::Named(file) => file.write(bytes),
            Sink::Unnamed(file) => file.write(bytes),
        }
    }

    fn flush(&mut self) -> io::Result<()> {
        match self {
            Sink::Named(file) => file.flush(),
            Sink::Unnamed(file) => file.flush(),
        }
    }
}

/// What becomes of a file whose sections are all written.
pub(crate) enum Ended<C> {
    /// It has not its name yet.
    Closed(Closed),
    /// It has none, and is open to be read.
    Opened(Opened, C),
}

/// Writes sections one behind the other.
pub(crate) struct SectionFile {
    file: Sink,
    /// The file, as errors call it.
    name: PathBuf,
    at: u64,
    sections: Sections,
}

impl SectionFile {
    pub(crate) fn create(path: &Path) -> Result<SectionFile> {
        let to = Destination::named(path);
        let file = OutputFile::create(&to, Compression::None)?;
        SectionFile::begin(Sink::Named(file), path)
    }

    /// A file without a name in a folder, that is gone with the process.
    pub(crate) fn unnamed(folder: &Path) -> Result<SectionFile> {
        let file = tempfile::tempfile_in(folder).map_err(|error| Error::io(folder, error))?;
        SectionFile::begin(Sink::Unnamed(file), folder)
    }

    fn begin(mut file: Sink, name: &Path) -> Result<SectionFile> {
        let head = [&HEAD[..], &VERSION.to_le_bytes(), &[0; 4]].concat();
        file.write_all(&head)
            .map_err(|error| Error::io(name, error))?;
        Ok(SectionFile {
            file,
            name: name.to_owned(),
            at: HEAD_BYTES,
            sections: Sections::new(),
        })
    }

    /// Writes a section, whatever `write` gives it.
    pub(crate) fn section(
        &mut self,
        name: &str,
        write: impl FnOnce(&mut dyn Write) -> io::Result<()>,
    ) -> Result<()> {
        let mut metered = Metered {
            file: io::BufWriter::with_capacity(1 << 16, &mut self.file),
            length: 0,
            hash: Xxh3::new(),
        };
        let written = write(&mut metered).and_then(|()| metered.flush());
        let (length, hash) = (metered.length, metered.hash.digest());
        drop(metered);
        written.map_err(|error| Error::io(&self.name, error))?;
        let at = self.at;
        self.at += length;
        let section = Section { at, length, hash };
        self.sections.insert(name.to_owned(), section);
        Ok(())
    }

    /// Writes what the contents are, and closes the file.
    pub(crate) fn end<C: Serialize + DeserializeOwned>(
        mut self,
        contents: impl FnOnce(Sections) -> C,
    ) -> Result<Ended<C>> {
        let named = |error| Error::io(&self.name, error);
        let contents = contents(std::mem::take(&mut self.sections));
        let contents = serde_json::to_vec(&contents).map_err(|error| named(error.into()))?;
        let mut foot = Vec::new();
        for number in [self.at, contents.len() as u64, xxh3_64(&contents)] {
            foot.extend_from_slice(&number.to_le_bytes());
        }
        foot.extend_from_slice(FOOT);
        let written = [&contents, &foot]
            .into_iter()
            .try_for_each(|bytes| self.file.write_all(bytes));
        written.map_err(|error| Error::io(&self.name, error))?;
        match self.file {
            Sink::Named(file) => file.close().map(Ended::Closed),
            Sink::Unnamed(file) => {
                let (opened, contents) = Opened::of(file, &self.name)?;
                Ok(Ended::Opened(opened, contents))
            }
        }
    }
}

struct Metered<W: Write> {
    file: io::BufWriter<W>,
    length: u64,
    hash: Xxh3,
}

impl<W: Write> Write for Metered<W> {
    fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
        let written = self.file.write(bytes)?;
        self.length += written as u64;
        self.hash.update(&bytes[..written]);
        Ok(written)
    }

    fn flush(&mut self) -> io::Result<()> {
        self.file.flush()
    }
}

/// A file of sections, read where it is asked for and nowhere else.
#[derive(Debug)]
pub(crate) struct Opened {
    pub(crate) path: PathBuf,
    file: File,
    bytes: u64,
}

impl Opened {
    /// Whether a file is there that is no state, whole or broken.
    pub(crate) fn is_foreign(path: &Path) -> Result<bool> {
        let mut head = Vec::new();
        let read = File::open(path).and_then(|file| file.take(HEAD_BYTES).read_to_end(&mut head));
        match read {
            Ok(_) => Ok(!head.starts_with(HEAD)),
            Err(error) if error.kind() == io::ErrorKind::NotFound => Ok(false),
            Err(error) => Err(Error::io(path, error)),
        }
    }

    /// Opens a file, and reads what its contents are.
    pub(crate) fn open<C: DeserializeOwned>(path: &Path) -> Result<(Opened, C)> {
        let failed = |error| Error::io(path, error);
        let file = File::open(path).map_err(|error| match error.kind() {
            io::ErrorKind::NotFound => state_error(path, "there is no state here"),
            _ => failed(error),
        })?;
        Opened::of(file, path)
    }

    /// Reads what the contents of a file are that is open already.
    fn of<C: DeserializeOwned>(file: File, path: &Path) -> Result<(Opened, C)> {
        let failed = |error| Error::io(path, error);
        let bytes = file.metadata().map_err(failed)?.len();
        let path = path.to_owned();
        let opened = Opened { path, file, bytes };
        if bytes < HEAD_BYTES + FOOT_BYTES {
            return Err(opened.broken("it is cut off"));
        }
        let head = opened.read(0, HEAD_BYTES)?;
        if !head.starts_with(HEAD) {
            return Err(opened.broken("it is no state"));
        }
        let version = Bytes(&head[8..]).u32().unwrap_or(0);
        if version != VERSION {
            return Err(opened.broken(&format!(
                "it is of version {version}; this samestory reads version {VERSION}"
            )));
        }
        let foot = opened.read(bytes - FOOT_BYTES, FOOT_BYTES)?;
        let mut numbers = Bytes(&foot);
        let mut next = || numbers.u64().unwrap_or(0);
        let (at, length, hash) = (next(), next(), next());
        if !foot.ends_with(FOOT) || at.checked_add(length) != Some(bytes - FOOT_BYTES) {
            return Err(opened.broken("it is cut off"));
        }
        let contents = opened.read(at, length)?;
        let damaged = || opened.broken("it is damaged");
        if xxh3_64(&contents) != hash {
            return Err(damaged());
        }
        let contents = serde_json::from_slice(&contents).map_err(|_| damaged())?;
        Ok((opened, contents))
    }

    /// Holds a section against its hash, without keeping it.
    pub(crate) fn check(&self, section: Section) -> Result<()> {
        let mut hash = Xxh3::new();
        let mut bytes = vec![0; 1 << 20];
        let end = section.at.saturating_add(section.length);
        if end > self.bytes {
            return Err(self.broken("it is damaged"));
        }
        let mut at = section.at;
        while at < end {
            let piece = (end - at).min(bytes.len() as u64);
            let piece = &mut bytes[..piece as usize];
            self.read_into(at, piece)?;
            hash.update(piece);
            at += piece.len() as u64;
        }
        match hash.digest() == section.hash {
            true => Ok(()),
            false => Err(self.broken("it is damaged")),
        }
    }

    pub(crate) fn broken(&self, reason: &str) -> Error {
        state_error(&self.path, reason)
    }

    fn read(&self, at: u64, length: u64) -> Result<Vec<u8>> {
        if at.checked_add(length).is_none_or(|end| end > self.bytes) {
            return Err(self.broken("it is damaged"));
        }
        let mut bytes = vec![0; length as usize];
        self.read_into(at, &mut bytes)?;
        Ok(bytes)
    }

    fn read_into(&self, at: u64, bytes: &mut [u8]) -> Result<()> {
        read_exact_at(&self.file, bytes, at).map_err(|error| match error.kind() {
            io::ErrorKind::UnexpectedEof => self.broken("it is cut off"),
            _ => Error::io(&self.path, error),
        })
    }

    /// All of a section, checked against its hash.
    pub(crate) fn whole(&self, section: Section) -> Result<Vec<u8>> {
        let bytes = self.read(section.at, section.length)?;
        if xxh3_64(&bytes) == section.hash {
            Ok(bytes)
        } else {
            Err(self.broken("it is damaged"))
        }
    }

    /// How many entries of `N` bytes a section has.
    pub(crate) fn entries<const N: usize>(section: Section) -> u64 {
        section.length / N as u64
    }

    /// One of a section's entries of `N` bytes.
    pub(crate) fn entry<const N: usize>(&self, section: Section, at: u64) -> Result<[u8; N]> {
        let mut entry = [0; N];
        if at >= Opened::entries::<N>(section) {
            return Err(self.broken("it is damaged"));
        }
        self.read_into(section.at + at * N as u64, &mut entry)?;
        Ok(entry)
    }

    /// A stretch of a section.
    pub(crate) fn stretch(&self, section: Section, range: std::ops::Range<u64>) -> Result<Vec<u8>> {
        if range.start > range.end || range.end > section.length {
            return Err(self.broken("it is damaged"));
        }
        self.read(section.at + range.start, range.end - range.start)
    }

    /// The first of a section's entries of `N` bytes, which ascend, that is not before what is sought.
    pub(crate) fn partition<const N: usize>(
        &self,
        section: Section,
        is_before: impl Fn(&[u8; N]) -> Result<bool>,
    ) -> Result<u64> {
        let (mut low, mut high) = (0, Opened::entries::<N>(section));
        while low < high {
            let middle = low + (high - low) / 2;
            if is_before(&self.entry(section, middle)?)? {
                low = middle + 1;
            } else {
                high = middle;
            }
        }
        Ok(low)
    }
}

//! A file whose beginning was read, and the input that it becomes.

use std::io::{self, Read};
use std::path::Path;
use std::sync::Arc;

use super::expand::Candidate;
use super::input::{Input, Meter, Origin, Part, Stamp};
use super::limits::{Bounded, Limits};
use crate::compression::Compression;
use crate::corpus::RejectReason;
use crate::corpus::encoding::{self, Coding};
use crate::corpus::formats::json::Root;
use crate::corpus::formats::{self, Format};
use crate::error::{Error, Result};

/// A file whose beginning was read.
pub(crate) struct Opened {
    pub(in crate::corpus) stamp: Stamp,
    pub(in crate::corpus) compression: Compression,
    /// The encoding of the text, where it is one and not in UTF-8.
    pub(in crate::corpus) encoding: Option<Coding>,
    /// The first bytes, decompressed, and in UTF-8 once the encoding is known.
    pub(in crate::corpus) head: Vec<u8>,
    /// Whether the head is all there is.
    is_whole: bool,
    limits: Limits,
}

impl Opened {
    pub(in crate::corpus) fn of(file: &Candidate, limits: Limits) -> Result<Opened> {
        let failed = |source| Error::io(file.origin.path(), source);
        let stamp = file.origin.stamp().map_err(failed)?;
        let (reader, _) = file.origin.open().map_err(failed)?;
        let compression = Compression::of(&read_up_to(reader, Compression::MAGIC).map_err(failed)?);
        let mut opened = Opened {
            stamp,
            compression,
            encoding: None,
            head: Vec::new(),
            is_whole: false,
            limits,
        };
        opened.head = opened.read(file, formats::HEAD)?;
        opened.is_whole = opened.head.len() < formats::HEAD;
        Ok(opened)
    }

    /// The name that says something of what is in the file.
    pub(in crate::corpus) fn named<'f>(&self, file: &'f Candidate) -> &'f Path {
        match file.name.as_str() {
            "-" => Path::new(""),
            name => Path::new(name),
        }
    }

    /// Whether the head is all there is.
    pub(in crate::corpus) fn is_whole(&self) -> bool {
        self.is_whole
    }

    /// Finds out in which encoding the file is, or takes the one that was said.
    pub(in crate::corpus) fn find_encoding(
        &mut self,
        file: &Candidate,
        said: Option<Option<Coding>>,
    ) -> Result<()> {
        let found = match said {
            Some(said) => said,
            // Where all is ASCII so far, what follows tells more.
            None if !self.is_whole && encoding::is_silent(&self.head) => {
                Coding::of(&self.read(file, encoding::LOOKED_AT)?)
            }
            None => Coding::of(&self.head),
        };
        if let Some(found) = found {
            self.encoding = Some(found);
            self.head = found.decode(&self.head);
        }
        Ok(())
    }

    /// Takes the encoding back: what is in the file says itself how it is written.
    pub(in crate::corpus) fn forget_encoding(&mut self) {
        self.encoding = None;
    }

    /// The decompressed bytes, and how the reading of the file goes.
    pub(in crate::corpus) fn reader(
        &self,
        file: &Candidate,
    ) -> io::Result<(Box<dyn Read + Send>, Arc<Meter>)> {
        let (reader, meter) = file.origin.open()?;
        let reader = self.compression.reader(reader)?;
        let most = self.limits.most(self.stamp.bytes);
        let reader: Box<dyn Read + Send> = match file.origin.is_packed(self.compression) {
            true => Box::new(Bounded::new(reader, most, Arc::clone(&meter))),
            false => reader,
        };
        let reader = match self.encoding {
            Some(encoding) => Box::new(encoding.reader(reader)),
            None => reader,
        };
        Ok((reader, meter))
    }

    /// The first bytes of the file; a compressed one may break off before.
    pub(in crate::corpus) fn read(&self, file: &Candidate, length: usize) -> Result<Vec<u8>> {
        let failed = |source| Error::io(file.origin.path(), source);
        let (reader, meter) = self.reader(file).map_err(failed)?;
        let mut bytes = Vec::with_capacity(length.min(formats::HEAD));
        match reader.take(length as u64).read_to_end(&mut bytes) {
            Err(error) if meter.failed() => Err(failed(error)),
            _ => Ok(bytes),
        }
    }
}

impl Input {
    /// An input as it was found.
    pub(in crate::corpus) fn new(
        file: Candidate,
        found: bool,
        format: Format,
        opened: Opened,
    ) -> Input {
        Input {
            name: file.name,
            shard: file.shard,
            format,
            compression: opened.compression,
            preamble: Vec::new(),
            header: 0,
            columns: None,
            encoding: opened.encoding,
            origin: file.origin,
            root: Root::default(),
            stamp: opened.stamp,
            found,
            flaw: RejectReason::NotText,
        }
    }

    /// An input that was turned into JSON lines.
    pub(in crate::corpus) fn of_lines(file: Candidate, found: bool, part: Part) -> Result<Input> {
        let mut shard = file.shard;
        let mut name = shard.file_name().unwrap_or_default().to_owned();
        name.push(".jsonl");
        shard.set_file_name(name);
        Input::of_part(Candidate { shard, ..file }, found, Format::Jsonl, part)
    }

    /// An input that lies in a file as it is read.
    pub(in crate::corpus) fn of_part(
        file: Candidate,
        found: bool,
        format: Format,
        part: Part,
    ) -> Result<Input> {
        let origin = Origin::Part(part);
        let stamp = origin.stamp();
        let stamp = stamp.map_err(|source| Error::io(origin.path(), source))?;
        let opened = Opened {
            stamp,
            compression: Compression::None,
            encoding: None,
            head: Vec::new(),
            is_whole: true,
            limits: Limits::default(),
        };
        let file = Candidate { origin, ..file };
        Ok(Input::new(file, found, format, opened))
    }
}

fn read_up_to(reader: impl Read, length: usize) -> io::Result<Vec<u8>> {
    let mut bytes = Vec::new();
    reader.take(length as u64).read_to_end(&mut bytes)?;
    Ok(bytes)
}

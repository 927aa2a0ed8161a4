//! The files that records of bytes go to: one for all, or one for each input.

use std::io::{self, Write};

use super::rewrite::Rewriter;
use super::{Target, archive};
use crate::compression::Compression;
use crate::corpus::{Fields, Format, Input, Unit};
use crate::error::{Error, ErrorKind, Result};
use crate::output::{Closed, OutputFile, OutputFolder};

/// Takes framed records in input order, and writes those of each input where they belong.
pub(super) struct Shards<'a> {
    inputs: &'a [Input],
    rewriter: &'a Rewriter<'a>,
    target: &'a Target,
    folder: Option<&'a OutputFolder>,
    /// The next input to be begun.
    next: usize,
    file: Option<OutputFile>,
    closed: Vec<Closed>,
    /// Whether the last byte written to a common file ends a line.
    ended: bool,
    header: Vec<u8>,
    left: u64,
}

const HEADER: usize = 12;

impl<'a> Shards<'a> {
    pub(super) fn new(
        rewriter: &'a Rewriter<'a>,
        target: &'a Target,
        folder: Option<&'a OutputFolder>,
    ) -> Result<Shards<'a>> {
        let inputs = rewriter.inputs;
        let mut shards = Shards {
            inputs,
            rewriter,
            target,
            folder,
            next: 0,
            file: None,
            closed: Vec::new(),
            ended: true,
            header: Vec::new(),
            left: 0,
        };
        if let Target::File(destination) = target {
            let first = one_form(inputs)?;
            let compression = Compression::of_name(destination.name());
            let compression = match first {
                Some(first) => archive::outside(first.format, compression),
                None => compression,
            };
            let mut file = OutputFile::create(destination, compression)?;
            if let Some(first) = first {
                file.write_all(&rewriter.preamble(first))
                    .map_err(|error| Error::io(file.name(), error))?;
            }
            shards.file = Some(file);
        }
        Ok(shards)
    }

    /// Makes the file of an input the one that is written to, with those of inputs before it that keep nothing.
    fn turn_to(&mut self, input: usize) -> Result<()> {
        while self.next <= input {
            self.begin()?;
        }
        Ok(())
    }

    fn begin(&mut self) -> Result<()> {
        let input = &self.inputs[self.next];
        self.next += 1;
        let Some(folder) = self.folder else {
            // Archives end each record themselves.
            if !self.ended && !input.format.reader().is_archive() {
                self.pass_on(b"\n")
                    .map_err(|error| Error::io(self.target.name(), error))?;
            }
            return Ok(());
        };
        if let Some(file) = self.file.take() {
            self.closed.push(file.close()?);
        }
        // Where the one record of a text, a page or a document is removed, so is its file.
        if !has_file_of_none(input.format) {
            return Ok(());
        }
        self.open(folder, input)
    }

    fn open(&mut self, folder: &OutputFolder, input: &Input) -> Result<()> {
        let compression = archive::outside(input.format, input.compression);
        let mut file = folder.create(&input.shard, compression)?;
        file.write_all(&self.rewriter.preamble(input))
            .map_err(|error| Error::io(file.name(), error))?;
        self.file = Some(file);
        Ok(())
    }

    fn pass_on(&mut self, bytes: &[u8]) -> io::Result<()> {
        let (Some(&last), Some(file)) = (bytes.last(), &mut self.file) else {
            return Ok(());
        };
        self.ended = last == b'\n';
        file.write_all(bytes)
    }

    fn start_run(&mut self) -> Result<()> {
        let (input, bytes) = self.header.split_at(4);
        let input = u32::from_le_bytes(input.try_into().unwrap_or_default()) as usize;
        self.left = u64::from_le_bytes(bytes.try_into().unwrap_or_default());
        self.header.clear();
        self.turn_to(input)?;
        match self.folder {
            Some(folder) if self.file.is_none() => self.open(folder, &self.inputs[input]),
            _ => Ok(()),
        }
    }

    pub(super) fn finish(mut self) -> Result<Vec<Closed>> {
        if !self.inputs.is_empty() {
            self.turn_to(self.inputs.len() - 1)?;
        }
        if let Some(file) = self.file.take() {
            self.closed.push(file.close()?);
        }
        Ok(self.closed)
    }
}

impl Write for Shards<'_> {
    fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
        if self.left == 0 {
            let take = (HEADER - self.header.len()).min(bytes.len());
            self.header.extend_from_slice(&bytes[..take]);
            if self.header.len() == HEADER {
                self.start_run().map_err(io::Error::other)?;
            }
            return Ok(take);
        }
        let take = usize::try_from(self.left)
            .unwrap_or(usize::MAX)
            .min(bytes.len());
        self.pass_on(&bytes[..take])?;
        self.left -= take as u64;
        Ok(take)
    }

    fn flush(&mut self) -> io::Result<()> {
        Ok(())
    }
}

/// Whether an input of this format has a file in a folder although none of its records is kept.
fn has_file_of_none(format: Format) -> bool {
    let reader = format.reader();
    reader.unit() == Unit::Records && !reader.is_document()
}

/// The first of inputs whose records may all stand in one file.
pub(super) fn one_form(inputs: &[Input]) -> Result<Option<&Input>> {
    let mut readable = inputs.iter().filter(|input| input.format.is_readable());
    let Some(first) = readable.next() else {
        return Ok(None);
    };
    let is_json = |input: &Input| input.format.fields() == Fields::Keys;
    let apart = |other: &&Input| {
        let is_alike = other.format == first.format && other.preamble == first.preamble;
        !(is_alike || is_json(first) && is_json(other))
    };
    let odd = if first.format.is_one_record() {
        readable.next()
    } else {
        readable.find(apart)
    };
    match odd {
        None => Ok(Some(first)),
        Some(odd) => Err(ErrorKind::MixedForms {
            one: first.name.clone(),
            other: odd.name.clone(),
        }
        .into()),
    }
}

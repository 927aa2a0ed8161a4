//! Keys: what articles are found by, each with the articles that have it.
//!
//! A key is 48 bits of a hash, and below them what it is of. Files of keys are sorted by key, then by article, and cut into
//! blocks of [`BLOCK`]: of the first the key stands in the table of blocks, of all others how much larger it is than the one
//! before. So many files of one level are put together into one of the next that there are never many.

use std::cmp::Reverse;
use std::collections::BinaryHeap;
use std::io::{self, Write};
use std::path::Path;

use xxhash_rust::xxh3::xxh3_64;

use super::file::{Reading, Writing};
use super::manifest::{FileEntry, Part};
use crate::error::Result;
use crate::products::state::file::Section;
use crate::spill::Bytes;

/// Entries of a block.
const BLOCK: usize = 256;
/// Bytes of a block in the table: its first key, where it begins, and the lower half of its xxh3.
const FENCE: usize = 20;
/// So many files of one level are put together.
pub(super) const TOGETHER: usize = 8;

/// No key is larger.
pub(super) const MOST: u64 = (1 << 51) - 1;

/// What a key is of.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Of {
    Band,
    Anchor,
    Text,
    Id,
    Address,
}

/// A key of some kind, of a hash.
pub(super) fn key(of: Of, hash: u64) -> u64 {
    hash >> 16 << 3 | of as u64
}

/// Whether a key is one that all articles of one text have.
pub(super) fn is_of_text(key: u64) -> bool {
    [Of::Band, Of::Anchor, Of::Text]
        .iter()
        .any(|&of| key & 7 == of as u64)
}

/// A key with an article that has it.
pub(super) type Entry = (u64, u32);

/// Takes entries in their order.
struct Blocks<'w> {
    to: &'w mut dyn Write,
    fences: Vec<u8>,
    block: Vec<u8>,
    first: Option<u64>,
    last: u64,
    entries: usize,
    at: u64,
}

impl Blocks<'_> {
    fn push(&mut self, (key, article): Entry) -> io::Result<()> {
        if self.entries == BLOCK {
            self.end()?;
        }
        if self.first.is_none() {
            (self.first, self.last) = (Some(key), key);
        }
        varint(key - self.last, &mut self.block);
        varint(article.into(), &mut self.block);
        self.last = key;
        self.entries += 1;
        Ok(())
    }

    fn end(&mut self) -> io::Result<()> {
        let Some(first) = self.first.take() else {
            return Ok(());
        };
        self.fences.extend_from_slice(&first.to_le_bytes());
        self.fences.extend_from_slice(&self.at.to_le_bytes());
        let hash = xxh3_64(&self.block) as u32;
        self.fences.extend_from_slice(&hash.to_le_bytes());
        self.to.write_all(&self.block)?;
        self.at += self.block.len() as u64;
        self.block.clear();
        self.entries = 0;
        Ok(())
    }
}

/// Writes a file of keys, which `fill` hands on in their order.
pub(super) fn write(
    path: &Path,
    fill: impl FnOnce(&mut dyn FnMut(Entry) -> io::Result<()>) -> io::Result<()>,
) -> Result<(Keys, FileEntry)> {
    let mut file = Writing::create(Part::Keys, path)?;
    let mut fences = Vec::new();
    file.section("entries", |to| {
        let mut blocks = Blocks {
            to,
            fences: Vec::new(),
            block: Vec::new(),
            first: None,
            last: 0,
            entries: 0,
            at: 0,
        };
        fill(&mut |entry| blocks.push(entry))?;
        blocks.end()?;
        fences = blocks.fences;
        Ok(())
    })?;
    file.section("blocks", |to| to.write_all(&fences))?;
    let (reading, entry) = file.finish()?;
    let entry = entry.ok_or_else(|| reading.damaged())?;
    Ok((Keys::of(reading)?, entry))
}

/// A file of keys.
#[derive(Debug)]
pub(super) struct Keys {
    file: Reading,
    entries: Section,
    length: u64,
    /// Of each block its first key, where it begins, and its hash.
    fences: Vec<(u64, u64, u32)>,
}

impl Keys {
    pub(super) fn open(path: &Path, entry: &FileEntry) -> Result<Keys> {
        Keys::of(Reading::open(path, entry)?)
    }

    fn of(file: Reading) -> Result<Keys> {
        let blocks = file.whole("blocks")?;
        let fence = |bytes: &[u8; FENCE]| {
            let mut bytes = Bytes(bytes);
            Some((bytes.u64()?, bytes.u64()?, bytes.u32()?))
        };
        let fences: Option<Vec<(u64, u64, u32)>> = blocks.as_chunks().0.iter().map(fence).collect();
        let entries = file.section("entries")?;
        Ok(Keys {
            fences: fences.ok_or_else(|| file.damaged())?,
            length: entries.length(),
            entries,
            file,
        })
    }

    /// Reads a block.
    fn block(&self, at: usize, into: &mut Vec<Entry>) -> Result<()> {
        into.clear();
        let (first, start, hash) = self.fences[at];
        let end = self.fences.get(at + 1).map_or(self.length, |next| next.1);
        let bytes = self.file.stretch(self.entries, start..end)?;
        if xxh3_64(&bytes) as u32 != hash {
            return Err(self.file.damaged());
        }
        let (mut rest, mut key) = (&bytes[..], first);
        while !rest.is_empty() {
            let read = |rest: &mut &[u8]| unvarint(rest).ok_or_else(|| self.file.damaged());
            key = key.wrapping_add(read(&mut rest)?);
            let article = read(&mut rest)?;
            into.push((key, article as u32));
        }
        Ok(())
    }

    /// Hands on the articles of some keys, which ascend: up to `most` of each, with the place of the key.
    pub(super) fn find(
        &self,
        keys: &[u64],
        most: usize,
        visit: &mut dyn FnMut(usize, u32),
    ) -> Result<()> {
        let (mut block, mut entries) = (usize::MAX, Vec::new());
        for (place, &key) in keys.iter().enumerate() {
            // The block that may hold the first of the key's entries: the last that begins below it.
            let mut at = self.fences.partition_point(|fence| fence.0 < key);
            at = at.saturating_sub(1);
            let mut found = 0;
            while found < most && self.fences.get(at).is_some_and(|fence| fence.0 <= key) {
                if block != at {
                    self.block(at, &mut entries)?;
                    block = at;
                }
                let start = entries.partition_point(|entry| entry.0 < key);
                let here = entries[start..].iter().take_while(|entry| entry.0 == key);
                for entry in here.take(most - found) {
                    visit(place, entry.1);
                    found += 1;
                }
                if entries.last().is_some_and(|last| last.0 > key) {
                    break;
                }
                at += 1;
            }
        }
        Ok(())
    }

    /// All entries, one after the other.
    pub(super) fn scan(&self) -> Scan<'_> {
        Scan {
            keys: self,
            next: 0,
            entries: Vec::new(),
            at: 0,
        }
    }
}

pub(super) struct Scan<'k> {
    keys: &'k Keys,
    next: usize,
    entries: Vec<Entry>,
    at: usize,
}

impl Scan<'_> {
    pub(super) fn next(&mut self) -> Result<Option<Entry>> {
        if self.at == self.entries.len() {
            if self.next == self.keys.fences.len() {
                return Ok(None);
            }
            self.keys.block(self.next, &mut self.entries)?;
            (self.next, self.at) = (self.next + 1, 0);
        }
        self.at += 1;
        Ok(self.entries.get(self.at - 1).copied())
    }
}

/// Puts files of keys together, without the entries of articles that are gone.
pub(super) fn merge(
    files: &[&Keys],
    path: &Path,
    is_there: &dyn Fn(u32) -> bool,
) -> Result<(Keys, FileEntry)> {
    write(path, |put| {
        let mut scans: Vec<Scan<'_>> = files.iter().map(|keys| keys.scan()).collect();
        let mut heap = BinaryHeap::new();
        for (at, scan) in scans.iter_mut().enumerate() {
            heap.extend(
                scan.next()
                    .map_err(io::Error::other)?
                    .map(|it| Reverse((it, at))),
            );
        }
        while let Some(Reverse((entry, at))) = heap.pop() {
            if is_there(entry.1) {
                put(entry)?;
            }
            let next = scans[at].next().map_err(io::Error::other)?;
            heap.extend(next.map(|it| Reverse((it, at))));
        }
        Ok(())
    })
}

pub(super) fn varint(mut number: u64, to: &mut Vec<u8>) {
    while number >= 0x80 {
        to.push(number as u8 | 0x80);
        number >>= 7;
    }
    to.push(number as u8);
}

pub(super) fn unvarint(from: &mut &[u8]) -> Option<u64> {
    let mut number = 0;
    for shift in (0..64).step_by(7) {
        let (&byte, rest) = from.split_first()?;
        *from = rest;
        number |= u64::from(byte & 0x7f) << shift;
        if byte < 0x80 {
            return Some(number);
        }
    }
    None
}

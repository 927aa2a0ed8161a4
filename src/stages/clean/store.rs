//! Furniture in bytes, so that it need not be learned again.
//!
//! Tables of little-endian numbers, each with how many entries it has before it, sorted so that the same furniture is the
//! same bytes.

use std::io::{self, Write};

use super::Furniture;
use super::learn::{Evidence, LineStats};
use super::title_words::{Title, TitleWords};
use crate::spill::Bytes;
use xxhash_rust::xxh3::xxh3_64;

/// Set in the number of pages of a line that is furniture wherever it stands, ...
const STRONG: u32 = 1 << 31;
/// ... and beside it in that of one which is certain to be.
const CERTAIN: u32 = 1 << 30;

/// What begins a file of furniture, version included.
const MAGIC: &[u8] = b"samestory furniture 1\n";

impl Furniture {
    /// All that was learned, in bytes that [`Furniture::from_bytes`] reads; the same furniture is the same bytes.
    pub fn to_bytes(&self) -> Vec<u8> {
        let mut bytes = MAGIC.to_vec();
        // Writing into memory cannot fail.
        let _ = self.store(&mut bytes);
        let hash = xxh3_64(&bytes);
        bytes.extend_from_slice(&hash.to_le_bytes());
        bytes
    }

    /// What [`Furniture::to_bytes`] made; `None` where the bytes are none of it, or not whole.
    pub fn from_bytes(bytes: &[u8]) -> Option<Furniture> {
        let (bytes, hash) = bytes.split_last_chunk()?;
        let stored = bytes.strip_prefix(MAGIC)?;
        (xxh3_64(bytes) == u64::from_le_bytes(*hash)).then_some(())?;
        Furniture::stored(stored)
    }

    /// Writes all that was learned.
    pub(crate) fn store(&self, to: &mut dyn Write) -> io::Result<()> {
        for lines in self.lines.tables() {
            let entry = |(&line, learned): (&u64, &LineStats)| {
                let evidence = match learned.evidence {
                    Evidence::Weak => 0,
                    Evidence::Strong => STRONG,
                    Evidence::Certain => STRONG | CERTAIN,
                };
                (line, learned.pages.min(CERTAIN - 1) | evidence)
            };
            let mut entries: Vec<(u64, u32)> = lines.iter().map(entry).collect();
            entries.sort_unstable();
            count(to, entries.len())?;
            for (line, pages) in entries {
                to.write_all(&line.to_le_bytes())?;
                to.write_all(&pages.to_le_bytes())?;
            }
        }
        numbers(to, self.lines.sieve())?;
        let mut frames: Vec<(u64, u64)> = self.lists.frames().collect();
        frames.sort_unstable();
        count(to, frames.len())?;
        for (before, after) in frames {
            to.write_all(&before.to_le_bytes())?;
            to.write_all(&after.to_le_bytes())?;
        }
        let mut titles: Vec<u64> = self.titles.hashes().collect();
        titles.sort_unstable();
        numbers(to, &titles)?;
        let mut words: Vec<Title> = self.titles.words.all().collect();
        words.sort_unstable();
        count(to, words.len())?;
        for (hash, words, opening) in words.iter().map(Title::parts) {
            to.write_all(&hash.to_le_bytes())?;
            to.write_all(&(words as u32).to_le_bytes())?;
            to.write_all(&opening.to_le_bytes())?;
        }
        Ok(())
    }

    /// What was stored; `None` where the bytes are no furniture.
    pub(crate) fn stored(bytes: &[u8]) -> Option<Furniture> {
        let mut bytes = Bytes(bytes);
        let mut lines = || {
            let entry = |bytes: &mut Bytes<'_>| {
                let (line, pages) = (bytes.u64()?, bytes.u32()?);
                let evidence = match (pages & STRONG != 0, pages & CERTAIN != 0) {
                    (false, _) => Evidence::Weak,
                    (true, false) => Evidence::Strong,
                    (true, true) => Evidence::Certain,
                };
                let pages = pages & (CERTAIN - 1);
                Some((line, LineStats { evidence, pages }))
            };
            bytes.table(12, entry)
        };
        let (everywhere, by_source) = (lines()?, lines()?);
        let sieve = bytes.table(8, Bytes::u64)?;
        let frames = bytes.table(16, |bytes| Some((bytes.u64()?, bytes.u64()?)))?;
        let titles = bytes.table(8, Bytes::u64)?;
        let words = bytes.table(20, |bytes| {
            let (hash, words) = (bytes.u64()?, bytes.u32()? as usize);
            Some(Title::of_parts(hash, words, bytes.u64()?))
        })?;
        if !bytes.0.is_empty() {
            return None;
        }
        Some(Furniture {
            lines: super::learn::Lines::of(everywhere, by_source, sieve)?,
            lists: super::lists::Lists::of(frames),
            titles: super::learn::Titles::of(titles, TitleWords::of(words)),
            _reserved: None,
        })
    }
}

fn numbers(to: &mut dyn Write, numbers: &[u64]) -> io::Result<()> {
    count(to, numbers.len())?;
    let mut numbers = numbers.iter();
    numbers.try_for_each(|number| to.write_all(&number.to_le_bytes()))
}

fn count(to: &mut dyn Write, entries: usize) -> io::Result<()> {
    to.write_all(&(entries as u64).to_le_bytes())
}

//! Zip: a directory at the end says where each member is.

use std::io;

use super::{Bytes, Member, tame};
use crate::compression::Compression;
use crate::corpus::formats::Unreadable;
use crate::corpus::open::spool::Packing;

/// The end of the directory, and how far before the end of the file it may stand.
const END: &[u8; 4] = b"PK\x05\x06";
const END_LENGTH: usize = 22;
const LONGEST_COMMENT: u64 = 65_535;

/// Where the directory is, and how many members it lists.
struct Directory {
    start: u64,
    length: u64,
    /// What stands before the archive in its file.
    before: u64,
}

/// The members; the inner error says why they cannot be had.
pub(super) fn members(bytes: &Bytes) -> io::Result<Result<Vec<Member>, Unreadable>> {
    let broken = || {
        Ok(Err(Unreadable::convertible(
            "a zip archive that is cut off or damaged",
        )))
    };
    let Some(directory) = directory(bytes)? else {
        return broken();
    };
    let Ok(length) = usize::try_from(directory.length) else {
        return broken();
    };
    let Ok(listed) = bytes.read(directory.start, length) else {
        return broken();
    };
    let mut members = Vec::new();
    let mut rest = &listed[..];
    while let Some(entry) = Entry::read(&mut rest) {
        if let Some(what) = what_it_is(&entry.name) {
            return Ok(Err(what));
        }
        if entry.name.ends_with('/') || entry.length == 0 {
            continue;
        }
        if entry.is_encrypted {
            return Ok(Err(Unreadable::convertible(
                "a zip archive with a password; unpack it",
            )));
        }
        let Some(packing) = entry.packing() else {
            return Ok(Err(Unreadable::convertible(
                "a zip archive whose members are compressed in a way that is not read; unpack it",
            )));
        };
        let at = directory.before.saturating_add(entry.offset);
        // Names may be of another length where the member stands.
        let Ok(header) = bytes.read(at, 30) else {
            return broken();
        };
        let start = at + 30 + u64::from(u16_at(&header, 26)) + u64::from(u16_at(&header, 28));
        let end = start.checked_add(entry.length);
        if end.is_none_or(|end| end > bytes.length) {
            return broken();
        }
        members.push(Member {
            path: tame(&entry.name),
            start,
            length: entry.length,
            size: entry.size,
            packing,
        });
    }
    Ok(Ok(members))
}

/// What an archive is that is a document, a program or the like.
fn what_it_is(member: &str) -> Option<Unreadable> {
    match member {
        "[Content_Types].xml" => Some(Unreadable::convertible(
            "an Office document; save what is in it as CSV",
        )),
        "mimetype" => Some(Unreadable::convertible(
            "a document or a book; save what is in it as text or CSV",
        )),
        "META-INF/MANIFEST.MF" => Some(Unreadable::other("a program")),
        _ => None,
    }
}

fn directory(bytes: &Bytes) -> io::Result<Option<Directory>> {
    let tail_length = bytes.length.min(LONGEST_COMMENT + END_LENGTH as u64);
    let tail_start = bytes.length - tail_length;
    let tail = bytes.read(tail_start, tail_length as usize)?;
    let Some(at) = memchr::memmem::rfind(&tail, END) else {
        return Ok(None);
    };
    let Some(end) = tail.get(at..at + END_LENGTH) else {
        return Ok(None);
    };
    let (mut length, mut start) = (u64::from(u32_at(end, 12)), u64::from(u32_at(end, 16)));
    let mut end_start = tail_start + at as u64;
    if start == u64::from(u32::MAX) || length == u64::from(u32::MAX) || u16_at(end, 10) == u16::MAX
    {
        // Archives of more than 4 GB say so again, in a record of more room.
        let locator = end_start.checked_sub(20).map(|at| bytes.read(at, 20));
        let locator = locator.transpose()?;
        let large = locator.filter(|it| it.starts_with(b"PK\x06\x07"));
        if let Some(large) = large.map(|it| u64_at(&it, 8)) {
            let record = bytes.read(large, 56)?;
            (length, start) = (u64_at(&record, 40), u64_at(&record, 48));
            end_start = large;
        }
    }
    let before = end_start
        .checked_sub(length)
        .and_then(|it| it.checked_sub(start));
    Ok(before.map(|before| Directory {
        // It ends where the record of its end begins.
        start: start + before,
        length,
        before,
    }))
}

/// A member as the directory lists it.
struct Entry {
    name: String,
    method: u16,
    is_encrypted: bool,
    length: u64,
    size: u64,
    offset: u64,
}

impl Entry {
    fn read(rest: &mut &[u8]) -> Option<Entry> {
        let head = rest
            .get(..46)
            .filter(|head| head.starts_with(b"PK\x01\x02"))?;
        let [name, extra, comment] = [28, 30, 32].map(|at| usize::from(u16_at(head, at)));
        let whole = rest.get(..46 + name + extra + comment)?;
        *rest = &rest[whole.len()..];
        let mut entry = Entry {
            name: String::from_utf8_lossy(&whole[46..46 + name]).replace('\\', "/"),
            method: u16_at(head, 10),
            is_encrypted: u16_at(head, 8) & 1 != 0,
            length: u64::from(u32_at(head, 20)),
            size: u64::from(u32_at(head, 24)),
            offset: u64::from(u32_at(head, 42)),
        };
        entry.enlarge(&whole[46 + name..46 + name + extra]);
        Some(entry)
    }

    /// Takes the numbers that are too large for their places.
    fn enlarge(&mut self, mut extra: &[u8]) {
        while extra.len() >= 4 {
            let (kind, length) = (u16_at(extra, 0), usize::from(u16_at(extra, 2)));
            let Some(mut numbers) = extra.get(4..4 + length) else {
                return;
            };
            extra = &extra[4 + length..];
            if kind != 1 {
                continue;
            }
            for number in [&mut self.size, &mut self.length, &mut self.offset] {
                if *number == u64::from(u32::MAX) && numbers.len() >= 8 {
                    *number = u64_at(numbers, 0);
                    numbers = &numbers[8..];
                }
            }
        }
    }

    fn packing(&self) -> Option<Packing> {
        Some(match self.method {
            0 => Packing::Stored,
            8 => Packing::Deflate,
            12 => Packing::Whole(Compression::Bzip2),
            93 => Packing::Whole(Compression::Zstd),
            95 => Packing::Whole(Compression::Xz),
            _ => return None,
        })
    }
}

fn u16_at(bytes: &[u8], at: usize) -> u16 {
    u16::from_le_bytes([bytes[at], bytes[at + 1]])
}

fn u32_at(bytes: &[u8], at: usize) -> u32 {
    u32::from(u16_at(bytes, at)) | u32::from(u16_at(bytes, at + 2)) << 16
}

fn u64_at(bytes: &[u8], at: usize) -> u64 {
    u64::from(u32_at(bytes, at)) | u64::from(u32_at(bytes, at + 4)) << 32
}

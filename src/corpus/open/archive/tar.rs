//! Tar: headers of 512 bytes, each followed by what it is the header of.

use std::io;

use super::{Bytes, Member, tame};
use crate::corpus::open::spool::Packing;

const BLOCK: u64 = 512;

/// The longest name or set of attributes that is believed.
const LONGEST_NAME: u64 = 1 << 20;

/// Whether bytes begin with a header whose checksum is right.
pub(super) fn begins(head: &[u8]) -> bool {
    head.first_chunk::<512>()
        .is_some_and(|header| header[0] != 0 && is_sound(header))
}

fn is_sound(header: &[u8; 512]) -> bool {
    let sum: u64 = header
        .iter()
        .enumerate()
        .map(|(at, &byte)| match at {
            148..156 => u64::from(b' '),
            _ => u64::from(byte),
        })
        .sum();
    number(&header[148..156]) == Some(sum)
}

/// The regular files, as far as the archive goes.
pub(super) fn members(bytes: &Bytes) -> io::Result<Vec<Member>> {
    let mut members = Vec::new();
    let (mut at, mut next) = (0, Attributes::default());
    while at + BLOCK <= bytes.length {
        let header = bytes.read(at, BLOCK as usize)?;
        let Some(header) = header
            .first_chunk::<512>()
            .filter(|header| is_sound(header))
        else {
            break;
        };
        at += BLOCK;
        let written = number(&header[124..136]).unwrap_or(0);
        let kind = header[156];
        let size = match kind {
            b'0' | 0 | b'7' => next.size.unwrap_or(written),
            _ => written,
        };
        // What was cut off is read as far as it goes.
        let length = size.min(bytes.length - at);
        match kind {
            b'L' if size <= LONGEST_NAME => {
                next.path = Some(text(&bytes.read(at, length as usize)?));
            }
            b'x' if size <= LONGEST_NAME => next.read(&bytes.read(at, length as usize)?),
            b'0' | 0 | b'7' => {
                let path = std::mem::take(&mut next).path;
                members.push(Member {
                    path: tame(&path.unwrap_or_else(|| name(header))),
                    start: at,
                    length,
                    size: length,
                    packing: Packing::Stored,
                });
            }
            _ => next = Attributes::default(),
        }
        let next = size.checked_next_multiple_of(BLOCK);
        at = next
            .and_then(|size| at.checked_add(size))
            .unwrap_or(bytes.length);
    }
    Ok(members)
}

/// What is said of the next file where its header has no place for it.
#[derive(Default)]
struct Attributes {
    path: Option<String>,
    size: Option<u64>,
}

impl Attributes {
    /// Reads lines of a length, a key and a value.
    fn read(&mut self, mut lines: &[u8]) {
        while let Some(space) = memchr::memchr(b' ', lines) {
            let length = std::str::from_utf8(&lines[..space]).ok();
            let length = length.and_then(|length| length.parse::<usize>().ok());
            let Some(line) = length.and_then(|length| lines.get(space + 1..length)) else {
                return;
            };
            lines = &lines[space + 1 + line.len()..];
            let line = text(line);
            match line.trim_end_matches('\n').split_once('=') {
                Some(("path", path)) => self.path = Some(path.to_owned()),
                Some(("size", size)) => self.size = size.parse().ok(),
                _ => {}
            }
        }
    }
}

/// The name in a header, with what stands before it.
fn name(header: &[u8; 512]) -> String {
    let name = text(&header[..100]);
    let is_posix = &header[257..263] == b"ustar\0";
    match text(&header[345..500]) {
        prefix if is_posix && !prefix.is_empty() => format!("{prefix}/{name}"),
        _ => name,
    }
}

/// Bytes up to the first zero.
fn text(bytes: &[u8]) -> String {
    let end = memchr::memchr(0, bytes).unwrap_or(bytes.len());
    String::from_utf8_lossy(&bytes[..end]).into_owned()
}

/// An octal number, or one of bytes where the first has its upper bit set.
fn number(field: &[u8]) -> Option<u64> {
    if field[0] & 0x80 != 0 {
        let digits = field[field.len() - 8..].iter();
        return Some(digits.fold(0, |number, &byte| number << 8 | u64::from(byte)));
    }
    let digits = text(field);
    let digits = digits.trim();
    if digits.is_empty() {
        return Some(0);
    }
    u64::from_str_radix(digits, 8).ok()
}

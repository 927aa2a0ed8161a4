//! Where the records of an archive begin and end.
//!
//! A record says how long it is. Where the next one does not begin there, the length is wrong, and the next record is
//! looked for by the line every record begins with.

use memchr::{memchr, memmem};

use super::super::csv::End;
use super::header::{Header, is_blank};
use super::members::BREAK;
use crate::corpus::RejectReason;
use crate::corpus::sweep::block::Span;

/// A header longer than this is none.
const LONGEST_HEADER: usize = 64 << 10;

/// What every record begins with, up to the minor version.
const VERSION: &[u8] = b"WARC/1.";

/// What the second line of a record begins with, in any that matters.
const FIELD: &[u8] = b"WARC-";

/// The longest line that is looked at to tell whether a record begins.
const FIRST_LINE: usize = VERSION.len() + 3;

/// Finds the records that are whole; says where the last of them ends.
pub(crate) fn cut(bytes: &[u8], end: End, records: &mut Vec<Span>) -> usize {
    let mut start = 0;
    while start < bytes.len() {
        let rest = &bytes[start..];
        let Some((length, flaw)) = next(rest, end) else {
            break;
        };
        // Blank lines before the first record are none.
        if !rest[..length].iter().all(is_blank) {
            records.push(Span {
                start,
                end: start + length,
                flaw,
            });
        }
        start += length;
    }
    start
}

/// Where the next record begins after one that is too long; `None` if it does not begin in these bytes.
pub(crate) fn resume(bytes: &[u8]) -> Option<usize> {
    find(bytes, 0)
}

/// How many bytes at the end of some in which no record begins may yet be the beginning of one.
pub(crate) const CARRY: usize = FIRST_LINE + FIELD.len() + 1;

/// How long the record at the head of some bytes is, blank lines after it included, and what is wrong with it.
///
/// `None` where more bytes are needed to tell.
fn next(rest: &[u8], end: End) -> Option<(usize, Option<RejectReason>)> {
    let broken = Some(RejectReason::BrokenWarc);
    if rest.len() < FIRST_LINE && !end.ended {
        return None;
    }
    if !begins(rest) {
        return match find(rest, 0) {
            Some(length) => Some((length, broken)),
            None => end.ended.then_some((rest.len(), broken)),
        };
    }
    let Some(header) = Header::of(&rest[..rest.len().min(LONGEST_HEADER)]) else {
        return match find(rest, 1) {
            Some(length) => Some((length, broken)),
            None if rest.len() < LONGEST_HEADER && !end.ended => None,
            None => end.ended.then_some((rest.len(), broken)),
        };
    };
    let declared = header.content_length().unwrap_or(0);
    let content_end = header.length.saturating_add(declared);
    if content_end <= rest.len() {
        let blank = rest[content_end..]
            .iter()
            .take_while(|byte| is_blank(byte))
            .count();
        let after = content_end + blank;
        if after == rest.len() || rest.len() - after < FIRST_LINE {
            if !end.ended {
                return None;
            }
            if after == rest.len() {
                return Some((after, None));
            }
        }
        // Some writers leave no blank line; where there is one, the length is right, whatever comes next.
        if begins(&rest[after..]) || ends_record(&rest[content_end..after]) {
            return Some((after, None));
        }
    } else if !end.ended && content_end <= end.longest {
        return None;
    }
    bad_length(rest, &header, end)
}

/// What becomes of a record whose length is not what it says.
///
/// Where it is longer, or its line ends were changed on the way, all of it is there and it is read. Where it is shorter,
/// it is cut off.
fn bad_length(rest: &[u8], header: &Header<'_>, end: End) -> Option<(usize, Option<RejectReason>)> {
    let found = find(rest, header.length);
    let length = match found {
        Some(length) => length,
        None if end.ended => rest.len(),
        None => return None,
    };
    let content = &rest[header.length..length];
    let is_short = header
        .content_length()
        .is_some_and(|declared| declared > content.len());
    let was_mended = header.has_bare_line_ends()
        && (found.is_some() || (content.ends_with(b"\n\n") && !end.broke));
    let cut_off = (is_short && !was_mended) || memmem::find(content, BREAK).is_some();
    Some((length, cut_off.then_some(RejectReason::BrokenWarc)))
}

/// Whether line ends are those behind a record.
fn ends_record(blank: &[u8]) -> bool {
    blank.iter().filter(|byte| **byte == b'\n').count() >= 2
}

/// Where the first record at or after `from` begins: at the head of a line, or where a field of its header follows.
fn find(bytes: &[u8], from: usize) -> Option<usize> {
    let mut at = from;
    loop {
        at += memmem::find(bytes.get(at..)?, VERSION)?;
        if begins(&bytes[at..]) {
            let first_line = memchr(b'\n', &bytes[at..]).map_or(bytes.len(), |end| at + end + 1);
            let at_line = at == 0 || bytes[at - 1] == b'\n';
            if at_line || bytes[first_line..].starts_with(FIELD) {
                return Some(at);
            }
        }
        at += 1;
    }
}

/// Whether a record begins here: its version is all there is on its first line.
fn begins(bytes: &[u8]) -> bool {
    bytes.strip_prefix(VERSION).is_some_and(|rest| {
        let line = &rest[..rest.len().min(FIRST_LINE - VERSION.len())];
        rest.first().is_some_and(u8::is_ascii_digit) && memchr(b'\n', line).is_some()
    })
}

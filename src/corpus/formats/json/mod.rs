//! JSON: objects a line each, and what is no object a line: arrays, objects over several lines, arrays inside envelopes.
//!
//! Its records are cut by brackets and quotes (`scan.rs`) into the blocks that lines are cut into, and parsed as lines are.
//! Where in a document they stand is found out when it is opened (`shape.rs`).

mod columns;
pub(in crate::corpus) mod fast;
pub(in crate::corpus) mod lines;
mod place;
mod reader;
mod root;
mod scan;
mod shape;

use columns::transpose;
pub(crate) use place::entries;
pub(super) use reader::{Objects, recognized};
pub(crate) use root::Root;
use scan::{Scanner, blank};
use shape::{LOOKED_AT, Shape, find};

use super::Unreadable;

/// What the beginning of a file says that it is.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Kind {
    /// An object a line.
    Lines,
    /// JSON otherwise.
    Document,
}

/// Lines that are looked at.
const LINES: usize = 20;

/// Recognises JSON; `None` where it is none.
fn sniff(content: &[u8]) -> Option<Result<Kind, Unreadable>> {
    let start = &content[scan::blank(content)..];
    if is_repr(start) {
        return Some(Err(Unreadable::convertible(
            "Python's own notation (repr) and no JSON; write it with json.dump",
        )));
    }
    let inside = |open: u8| {
        let rest = start.strip_prefix(&[open])?;
        Some(&rest[scan::blank(rest)..])
    };
    if inside(b'[').is_some_and(|inside| matches!(inside.first(), Some(b'{' | b'['))) {
        return Some(Ok(Kind::Document));
    }
    let lines = start.split_inclusive(|byte| *byte == b'\n');
    let lines = lines.map(|line| line[scan::blank(line)..].trim_ascii_end());
    let lines: Vec<&[u8]> = lines.filter(|line| !line.is_empty()).take(LINES).collect();
    let objects = lines.iter().filter(|line| is_object(line)).count();
    let first = lines.first().copied().unwrap_or_default();
    if is_object(first) || objects * 2 > lines.len() {
        return Some(Ok(Kind::Lines));
    }
    match inside(b'{') {
        Some(inside) if inside.is_empty() || matches!(inside[0], b'"' | b'}') => {}
        _ => return (objects > 0).then_some(Ok(Kind::Lines)),
    }
    let is_document = match scan::first_value(start) {
        Some(length) => {
            let behind = start[length..].trim_ascii_start();
            let goes_on = start[length..]
                .first()
                .is_some_and(|byte| !b"\r\n".contains(byte))
                && matches!(behind.first(), Some(b'{' | b',' | 0x1e));
            goes_on || start[..length].contains(&b'\n')
        }
        // An object without an end: a document, unless it is a line that is broken or long.
        None => {
            let is_cut = matches!(first.last(), Some(b'{' | b'[' | b',' | b':'));
            first.len() < start.trim_ascii_end().len() && (is_cut || objects == 0)
        }
    };
    Some(Ok(if is_document {
        Kind::Document
    } else {
        Kind::Lines
    }))
}

fn is_object(line: &[u8]) -> bool {
    line.starts_with(b"{") && serde_json::from_slice::<serde::de::IgnoredAny>(line).is_ok()
}

/// Whether something begins as Python prints its lists and dicts.
fn is_repr(start: &[u8]) -> bool {
    let unlisted = start.strip_prefix(b"[").unwrap_or(start).trim_ascii_start();
    let inside = unlisted.strip_prefix(b"{").map(<[u8]>::trim_ascii_start);
    let Some(key) = inside.and_then(|inside| inside.strip_prefix(b"'")) else {
        return false;
    };
    let end = memchr::memchr(b'\'', key).map(|end| key[end + 1..].trim_ascii_start());
    end.is_some_and(|end| end.starts_with(b":"))
}

/// A record on one line, with the line's end. What stands in strings is left as it is.
pub(crate) fn to_line(record: &[u8]) -> Vec<u8> {
    let mut line = Vec::with_capacity(record.len() + 1);
    let mut rest = record;
    loop {
        let string = memchr::memchr(b'"', rest).unwrap_or(rest.len());
        let outside = rest[..string].iter().copied();
        line.extend(outside.filter(|byte| !byte.is_ascii_whitespace()));
        if string == rest.len() {
            break;
        }
        let inside = &rest[string..];
        let end = scan::string_end(inside).unwrap_or(inside.len());
        // A bare line end within a string would end the line.
        for &byte in &inside[..end] {
            match byte {
                b'\n' => line.extend_from_slice(b"\\n"),
                b'\r' => line.extend_from_slice(b"\\r"),
                _ => line.push(byte),
            }
        }
        rest = &inside[end..];
    }
    line.push(b'\n');
    line
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn lines_and_documents_are_told_apart() {
        let lines = Some(Some(Kind::Lines));
        let document = Some(Some(Kind::Document));
        for (content, expected) in [
            ("{\"a\":1}\n{\"a\":2}\n", &lines),
            ("{\"a\":1}", &lines),
            ("{\"a\":\"bare\ttab\"}\n", &lines),
            ("{\"a\":\"open}\n{\"a\":2}\n{\"a\":3}\n", &lines),
            ("{\"a\":\"a line longer than what is looked at", &lines),
            ("\x1e{\"a\":1}\n\x1e{\"a\":2}\n", &lines),
            ("{}\n{}\n", &lines),
            ("{\"a\":1}{\"a\":2}", &document),
            ("{\"a\":1},\n{\"a\":2},\n", &document),
            ("{\n  \"a\": 1\n}\n", &document),
            ("[\n{\"a\":1},\n{\"a\":2}\n]\n", &document),
            ("\u{feff}[{\"a\":1}]", &document),
            ("{\"articles\": [\n{\"a\":1},\n{\"a\":2}\n]}", &document),
            ("some text {\"a\":1}", &None),
            ("[a link] and a text", &None),
            ("", &None),
        ] {
            let kind = sniff(content.as_bytes()).map(std::result::Result::ok);
            assert_eq!(&kind, expected, "{content}");
        }
        for repr in ["[{'a': 1}]", "{'a': 'b'}\n{'a': 'c'}\n"] {
            assert!(matches!(sniff(repr.as_bytes()), Some(Err(_))), "{repr}");
        }
    }

    #[test]
    fn a_record_becomes_a_line_and_its_strings_stay() {
        let record = b"{\n  \"a\" : \"x  \\\" y\",\r\n  \"n\": [1,\n 2.50]\n}";
        assert_eq!(to_line(record), b"{\"a\":\"x  \\\" y\",\"n\":[1,2.50]}\n");
    }
}

//! Records cut out of JSON that is no object a line: an array, objects over several lines or one behind another, an array
//! inside an envelope.
//!
//! Brackets and quotes are looked at and nothing else, so that whoever cuts is faster than those who parse. What stands
//! around records is passed over wherever a block ends; a record is cut whole.

use memchr::{memchr, memchr2, memchr3, memmem};

use super::super::csv::End;
use super::root::Root;
use crate::corpus::RejectReason;
use crate::corpus::sweep::block::Span;

/// A record that is still open after so many bytes may have lost a quote or a bracket.
const LONGEST_SOUND: usize = 32 << 20;

/// Finds records in one block after another.
pub(crate) struct Scanner {
    root: Root,
    /// The arrays and objects around the place that was reached, from the outermost in.
    open: Vec<Open>,
    /// The level of the value that is next, where its key was passed.
    member: Option<usize>,
    /// What is being passed over.
    passing: Option<Passing>,
}

/// An array or an object that leads to records.
#[derive(Clone, Copy)]
struct Open {
    is_array: bool,
    /// How many steps of the root lead to the items of the array, or to the object itself.
    level: usize,
}

/// What stands at the head of some bytes.
enum Next {
    /// So many bytes that are no record.
    Passed(usize),
    /// So many bytes that are a record, sound as far as its brackets go.
    Record(usize),
    /// So many bytes that were to be a record.
    Broken(usize),
    /// Something whose end is not there.
    Unfinished,
}

impl Scanner {
    pub(crate) fn new(root: Root) -> Scanner {
        Scanner {
            root,
            open: Vec::new(),
            member: None,
            passing: None,
        }
    }

    /// Finds the records that are whole; says how far there is nothing more to be found.
    pub(crate) fn cut(&mut self, bytes: &[u8], end: End, records: &mut Vec<Span>) -> usize {
        let mut at = 0;
        loop {
            if let Some(passing) = &mut self.passing {
                let Some(length) = passing.end(&bytes[at..]) else {
                    return bytes.len();
                };
                at += length;
                self.passing = None;
            }
            at += blank(&bytes[at..]);
            if at == bytes.len() {
                return at;
            }
            let rest = &bytes[at..];
            let (length, flaw) = match self.next(rest) {
                Next::Passed(length) => {
                    at += length;
                    continue;
                }
                Next::Record(length) => (length, None),
                Next::Broken(length) => (length, Some(RejectReason::BrokenJson)),
                Next::Unfinished => match self.give_up(rest, end) {
                    Some(length) => (length, Some(RejectReason::BrokenJson)),
                    None => return at,
                },
            };
            let end = at + length;
            records.push(Span {
                start: at,
                end,
                flaw,
            });
            at = end;
        }
    }

    /// Passes over the rest of a record whose beginning these bytes are.
    pub(crate) fn pass_over_rest(&mut self, bytes: &[u8]) {
        let mut passing = Passing::default();
        self.passing = passing.end(bytes).is_none().then_some(passing);
        self.member = None;
    }

    fn next(&mut self, bytes: &[u8]) -> Next {
        if let Some(level) = self.member {
            let next = self.value(bytes, level);
            if !matches!(next, Next::Unfinished) {
                self.member = None;
            }
            return next;
        }
        match (self.open.last().copied(), bytes[0]) {
            (None, _) => self.value(bytes, 0),
            (Some(open), byte) if byte == if open.is_array { b']' } else { b'}' } => {
                self.open.pop();
                Next::Passed(1)
            }
            (Some(open), _) if open.is_array => self.value(bytes, open.level),
            (Some(open), b'"') => self.key(bytes, open.level),
            // No key: the object is broken, and what is in its way is passed over.
            (Some(_), b'{' | b'[') => {
                self.passing = Some(Passing::default());
                Next::Passed(0)
            }
            (Some(_), _) => Next::Passed(1),
        }
    }

    /// A key of an object that leads to records.
    fn key(&mut self, bytes: &[u8], level: usize) -> Next {
        let Some(end) = string_end(bytes) else {
            return Next::Unfinished;
        };
        let colon = end + blank(&bytes[end..]);
        match bytes.get(colon) {
            Some(b':') => {}
            Some(_) => return Next::Passed(end),
            None => return Next::Unfinished,
        }
        if self.root.leads(level, &bytes[1..end - 1]) {
            self.member = Some(level + 1);
        } else {
            self.passing = Some(Passing::default());
        }
        Next::Passed(colon + 1)
    }

    /// A value so many steps in.
    fn value(&mut self, bytes: &[u8], level: usize) -> Next {
        let is_record = level == self.root.len();
        match bytes[0] {
            b'{' if is_record => record(bytes),
            byte @ (b'{' | b'[') => {
                let is_array = byte == b'[';
                self.open.push(Open { is_array, level });
                Next::Passed(1)
            }
            _ if is_record && self.member.is_none() => scalar(bytes),
            // What closes nothing that is open.
            b']' | b'}' if self.member.is_none() => Next::Passed(1),
            _ => {
                self.passing = Some(Passing::default());
                Next::Passed(0)
            }
        }
    }

    /// How much of what has no end is one bad record; `None` where its end may be still to come.
    fn give_up(&mut self, bytes: &[u8], end: End) -> Option<usize> {
        if !end.ended && bytes.len() <= LONGEST_SOUND {
            return None;
        }
        let next = (bytes[0] == b'{').then(|| next_alike(bytes)).flatten();
        let length = next.or(end.ended.then_some(bytes.len()))?;
        self.member = None;
        Some(bytes[..length].trim_ascii_end().len().max(1))
    }
}

/// The record that begins some bytes.
fn record(bytes: &[u8]) -> Next {
    let mut depth = 0usize;
    let mut at = 0;
    while let Some(hit) = memchr3(b'"', b'{', b'}', &bytes[at..]) {
        at += hit + 1;
        match bytes[at - 1] {
            b'{' => depth += 1,
            b'}' => {
                depth -= 1;
                if depth == 0 {
                    return Next::Record(at);
                }
            }
            _ => match inside_string(bytes, at) {
                Ok(Some(end)) => at = end,
                Ok(None) => return Next::Unfinished,
                Err(line) => return Next::Broken(bytes[..line].trim_ascii_end().len()),
            },
        }
    }
    Next::Unfinished
}

/// Behind the quote that ends the string whose inside begins at `at`; `None` where there is none yet.
///
/// No string goes on over the end of a line into what begins like the record that it is in: there a quote was lost. The
/// beginning of that line is the error.
fn inside_string(bytes: &[u8], mut at: usize) -> Result<Option<usize>, usize> {
    loop {
        let rest = bytes.get(at..).unwrap_or_default();
        let Some(hit) = memchr3(b'"', b'\\', b'\n', rest) else {
            return Ok(None);
        };
        at += hit + 1;
        match bytes[at - 1] {
            b'"' => return Ok(Some(at)),
            b'\\' => at += 1,
            _ => {
                let next = at + blank(&bytes[at..]);
                if opening(bytes).is_some_and(|opening| bytes[next..].starts_with(opening)) {
                    return Err(at);
                }
            }
        }
    }
}

/// Where the next record begins that begins like this one, behind the comma or the line that parts them.
fn next_alike(bytes: &[u8]) -> Option<usize> {
    let opening = opening(bytes)?;
    let found = memmem::find_iter(&bytes[1..], opening).map(|at| at + 1);
    let parted = |at: &usize| {
        let before = &bytes[..*at];
        let is_apart = before.ends_with(b"\n") || before.trim_ascii_end().ends_with(b",");
        is_apart || before.trim_ascii_end().ends_with(b"}")
    };
    found.into_iter().find(parted)
}

/// A record up to its first key, by which others of its kind are known.
fn opening(bytes: &[u8]) -> Option<&[u8]> {
    let quote = 1 + bytes[1..]
        .iter()
        .position(|byte| !byte.is_ascii_whitespace())?;
    let key = bytes.get(quote..).filter(|key| key[0] == b'"')?;
    let length = 1 + memchr(b'"', key.get(1..64.min(key.len()))?)?;
    Some(&bytes[..=quote + length])
}

/// Something that stands in the place of a record and is none.
fn scalar(bytes: &[u8]) -> Next {
    if bytes[0] == b'"' {
        return string_end(bytes).map_or(Next::Unfinished, Next::Record);
    }
    let ends = |byte: &u8| matches!(byte, b'{' | b'[' | b'}' | b']' | b',' | b'\n' | 0x1e);
    match bytes[1..].iter().position(ends) {
        Some(length) => Next::Record(bytes[..=length].trim_ascii_end().len().max(1)),
        None => Next::Unfinished,
    }
}

/// Behind the quote that ends the string which begins some bytes.
pub(super) fn string_end(bytes: &[u8]) -> Option<usize> {
    let mut at = 1;
    loop {
        at += memchr2(b'"', b'\\', bytes.get(at..)?)? + 1;
        if bytes[at - 1] == b'"' {
            return Some(at);
        }
        at += 1;
    }
}

/// Where the value ends that begins some bytes.
pub(super) fn first_value(bytes: &[u8]) -> Option<usize> {
    match record(bytes) {
        Next::Record(length) => Some(length),
        _ => None,
    }
}

/// How many bytes at the head of some stand between values: white space, commas, marks of byte order, and the record
/// separators of RFC 7464.
pub(crate) fn blank(bytes: &[u8]) -> usize {
    let mut at = 0;
    loop {
        at += match &bytes[at..] {
            [b' ' | b'\t' | b'\r' | b'\n' | b',' | 0x1e, ..] => 1,
            [0xef, 0xbb, 0xbf, ..] => 3,
            _ => return at,
        };
    }
}

/// A value on the way to its end.
#[derive(Clone, Copy, Default)]
pub(super) struct Passing {
    depth: usize,
    has_begun: bool,
    in_string: bool,
    is_escaped: bool,
}

impl Passing {
    /// Where the value ends that these bytes go on with; `None` where they end first.
    pub(super) fn end(&mut self, bytes: &[u8]) -> Option<usize> {
        let mut at = usize::from(std::mem::take(&mut self.is_escaped));
        while let Some(&byte) = bytes.get(at) {
            if self.in_string {
                at += memchr2(b'"', b'\\', &bytes[at..])?;
                self.in_string = bytes[at] != b'"';
                self.is_escaped = self.in_string && at + 1 == bytes.len();
                at += if self.in_string { 2 } else { 1 };
                if !self.in_string && self.depth == 0 {
                    return Some(at);
                }
                continue;
            }
            match byte {
                b'"' => self.in_string = true,
                b'{' | b'[' => self.depth += 1,
                b'}' | b']' if self.depth == 0 => return Some(at),
                b'}' | b']' => {
                    self.depth -= 1;
                    if self.depth == 0 {
                        return Some(at + 1);
                    }
                }
                b',' if self.depth == 0 => return Some(at),
                b' ' | b'\t' | b'\r' | b'\n' if self.depth == 0 && self.has_begun => {
                    return Some(at);
                }
                b' ' | b'\t' | b'\r' | b'\n' => {
                    at += 1;
                    continue;
                }
                _ => {}
            }
            self.has_begun = true;
            at += 1;
        }
        None
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::super::root::{Root, Step};
    use super::*;

    fn root(path: &str) -> Root {
        let steps = path.split('.').filter(|step| !step.is_empty());
        let step = |step: &str| match step {
            "*" => Step::Any,
            key => Step::Key(key.into()),
        };
        Root::of(steps.map(step).collect())
    }

    /// The records of a document that comes in pieces of a size, those that are broken with a mark before them.
    fn cut(document: &str, path: &str, piece: usize) -> Vec<String> {
        let mut scanner = Scanner::new(root(path));
        let (mut held, mut found) = (Vec::new(), Vec::new());
        let mut pieces = document.as_bytes().chunks(piece.max(1)).peekable();
        while let Some(piece) = pieces.next() {
            held.extend_from_slice(piece);
            let end = End {
                ended: pieces.peek().is_none(),
                broke: false,
                longest: usize::MAX,
            };
            let mut records = Vec::new();
            let done = scanner.cut(&held, end, &mut records);
            for span in records {
                let record = String::from_utf8_lossy(&held[span.start..span.end]);
                let mark = if span.flaw.is_some() { "!" } else { "" };
                found.push(format!("{mark}{record}"));
            }
            held.drain(..done);
        }
        found
    }

    #[test]
    fn records_are_cut_out_of_every_shape() {
        for (document, path) in [
            (r#"[{"a":1},{"b":"}]\""}]"#, ""),
            ("{\"a\":1}{\"b\":\"}]\\\"\"}", ""),
            ("\u{feff}{\"a\":1}\n\u{feff}{\"b\":\"}]\\\"\"},\n", ""),
            ("\x1e{\"a\":1}\n\x1e{\"b\":\"}]\\\"\"}\n", ""),
            (
                r#"{"ok":"[{","n":{"x":[{"a":0}]},"x":[{"a":1},{"b":"}]\""}],"t":2}"#,
                "x",
            ),
            (
                r#"{"h":{"total":{"v":2},"h":[{"a":1},{"b":"}]\""}],"z":[]}}"#,
                "h.h",
            ),
            (r#"{"i":{"x":{"a":1},"y":{"b":"}]\""}},"j":3}"#, "i.*"),
            (r#"{"x":[{"a":1}]} {"x":{"b":"}]\""}}"#, "x"),
            (r#"[[{"a":1}],[[{"b":"}]\""}]]]"#, ""),
        ] {
            for piece in [1, 2, 3, 7, 1000] {
                let found = cut(document, path, piece);
                assert_eq!(found, [r#"{"a":1}"#, r#"{"b":"}]\""}"#], "{document}");
            }
        }
    }

    #[test]
    fn a_lost_quote_or_bracket_costs_one_record() {
        for document in [
            "[\n{\"a\":\"x},\n{\"a\":\"y\"},\n{\"a\":\"z\"}\n]",
            "[\n{\"a\":\"x\",\n{\"a\":\"y\"},\n{\"a\":\"z\"}\n]",
            "[\n{\"a\":\"x\" \"},\n{\"a\":\"y\"},\n{\"a\":\"z\"}\n]",
        ] {
            let found = cut(document, "", 1000);
            assert!(found[0].starts_with("!{\"a\":\"x"), "{found:?}");
            assert_eq!(found[1..], ["{\"a\":\"y\"}", "{\"a\":\"z\"}"]);
        }
        let found = cut("[{\"a\":1},{\"a\":\"cut of", "", 1000);
        assert_eq!(found, ["{\"a\":1}", "!{\"a\":\"cut of"]);
    }

    #[test]
    fn a_bracket_that_closes_nothing_is_passed_over() {
        for document in ["}{\"x\":[{\"a\":1}]}", "]}] {\"x\":{\"a\":1}}"] {
            assert_eq!(cut(document, "x", 1000), ["{\"a\":1}"], "{document}");
        }
    }

    #[test]
    fn what_stands_in_the_place_of_a_record_is_handed_on_too() {
        assert_eq!(
            cut("[1,\"two\",null,{\"a\":1}]", "", 1000),
            ["1", "\"two\"", "null", "{\"a\":1}"]
        );
    }

    proptest! {
        #[test]
        fn no_document_makes_the_scanner_panic_or_hang(
            parts in prop::collection::vec(prop::sample::select(vec![
                "{", "}", "[", "]", ":", ",", "\"", "\"x\":", "\"a\"", "\\", "\n", " ", "1", "null", "\u{feff}", "\x1e", "é",
            ]), 0..24),
            piece in 1usize..9,
            path in prop::sample::select(vec!["", "x", "x.x", "*"]),
        ) {
            let document = parts.concat();
            let whole = cut(&document, path, document.len());
            prop_assert!(whole.iter().map(String::len).sum::<usize>() <= 3 * document.len() + whole.len());
            let _ = cut(&document, path, piece);
        }

        #[test]
        fn sound_records_are_found_wherever_blocks_end(
            texts in prop::collection::vec("\\PC{0,12}", 0..8),
            is_pretty in any::<bool>(),
            piece in 1usize..40,
        ) {
            let records: Vec<_> = texts.iter().map(|text| serde_json::json!({ "t": text, "n": [{ "t": text }] })).collect();
            let envelope = serde_json::json!({ "count": records.len(), "items": records });
            let document = if is_pretty { serde_json::to_string_pretty(&envelope) } else { serde_json::to_string(&envelope) };
            let found: Vec<serde_json::Value> = cut(&document.unwrap(), "items", piece)
                .iter()
                .map(|record| serde_json::from_str(record).unwrap())
                .collect();
            prop_assert_eq!(found, records);
        }
    }
}

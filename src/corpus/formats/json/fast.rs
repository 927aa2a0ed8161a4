//! Reading a JSON line at the pace of a copy, where there is nothing unusual about it.
//!
//! Strings are looked at 64 bytes at a time. One without escapes is borrowed where it stands; one with escapes is copied
//! into an arena that lives as long as the block. Whatever is not plain (lists of paragraphs, numbers with exponents, lone
//! surrogates, deep nesting, mistakes) is left to the parser that knows all of JSON: a line is read here only if it would
//! be read the same there.

use std::borrow::Cow;

use multiversion::multiversion;

use crate::corpus::record::Picked;
use crate::corpus::record::pick::Picker;
use crate::kernel::{BLOCK, block_at, gather};

/// Objects and lists nested more deeply than this are unusual.
const DEEPEST: usize = 24;

/// Reads lines, keeping what it unescapes in an arena.
pub(crate) struct Quick<'b> {
    arena: &'b mut [u8],
}

impl<'b> Quick<'b> {
    /// How long an arena must be for the lines of so many bytes.
    pub(crate) const fn arena(bytes: usize) -> usize {
        bytes + BLOCK
    }

    pub(crate) fn new(arena: &'b mut [u8]) -> Quick<'b> {
        Quick { arena }
    }

    /// Picks the fields of the line at `start..end` in a text; `None` where there is anything unusual about it.
    pub(crate) fn read(
        &mut self,
        text: &'b str,
        start: usize,
        end: usize,
        picker: &mut Picker<'_>,
    ) -> Option<Picked<'b>> {
        let mut line = Line {
            text,
            bytes: text.as_bytes().get(..end)?,
            at: start,
            arena: &mut self.arena,
        };
        let mut picked = Picked::default();
        line.expect(b'{')?;
        line.object(picker, &mut picked, 0, 0)?;
        line.skip_space();
        (line.at == end).then_some(picked)
    }
}

/// One line, and how far it has been read.
struct Line<'l, 'b> {
    text: &'b str,
    /// The text up to the end of the line.
    bytes: &'b [u8],
    at: usize,
    arena: &'l mut &'b mut [u8],
}

impl<'b> Line<'_, 'b> {
    fn skip_space(&mut self) {
        while let Some(b' ' | b'\t' | b'\r' | b'\n') = self.bytes.get(self.at) {
            self.at += 1;
        }
    }

    /// The next byte that is no white space, which is passed.
    fn next(&mut self) -> Option<u8> {
        self.skip_space();
        let byte = self.bytes.get(self.at).copied();
        self.at += 1;
        byte
    }

    fn expect(&mut self, byte: u8) -> Option<()> {
        (self.next()? == byte).then_some(())
    }

    /// Picks the fields of an object whose brace was passed.
    fn object(
        &mut self,
        picker: &mut Picker<'_>,
        picked: &mut Picked<'b>,
        level: usize,
        depth: usize,
    ) -> Option<()> {
        let mut position = 0;
        loop {
            match self.next()? {
                b'"' => {}
                b'}' if position == 0 => return Some(()),
                _ => return None,
            }
            let name = self.plain_string()?;
            let key = picker.key(level, position, name);
            let (field, below) = key.map_or((None, None), |key| picker.meaning(level, key));
            position += 1;
            self.expect(b':')?;
            match (self.next()?, field, below) {
                (b'"', Some((role, rank)), _) => {
                    let value = self.string()?;
                    picked.offer(role, rank, (level, key?), value);
                }
                (b'0'..=b'9', Some((role, rank)), _) => {
                    let value = self.whole_number()?;
                    picked.offer(role, rank, (level, key?), Cow::Borrowed(value));
                }
                (b'-' | b'[', Some(_), _) => return None,
                (b'{', _, Some(below)) if depth < DEEPEST => {
                    self.object(picker, picked, below, depth + 1)?;
                }
                (byte, ..) => self.pass(byte, depth)?,
            }
            match self.next()? {
                b',' => {}
                b'}' => return Some(()),
                _ => return None,
            }
        }
    }

    /// The string whose quote was passed, if it has no escapes.
    fn plain_string(&mut self) -> Option<&'b str> {
        let end = special(self.bytes, self.at);
        let string = self.text.get(self.at..end)?;
        self.at = end + 1;
        (self.bytes.get(end) == Some(&b'"')).then_some(string)
    }

    /// The string whose quote was passed.
    fn string(&mut self) -> Option<Cow<'b, str>> {
        let start = self.at;
        if let Some(string) = self.plain_string() {
            return Some(Cow::Borrowed(string));
        }
        let (len, end) = unescape(self.bytes, start, self.arena)?;
        self.at = end;
        let (string, rest) = std::mem::take(self.arena).split_at_mut(len);
        *self.arena = rest;
        simdutf8::basic::from_utf8(string).ok().map(Cow::Borrowed)
    }

    /// A number of which one digit was passed, if it is a plain one.
    fn whole_number(&mut self) -> Option<&'b str> {
        const DIGITS: usize = 18;
        let start = self.at - 1;
        self.pass_digits();
        let number = self.text.get(start..self.at)?;
        let is_plain = number.len() <= DIGITS && (number.len() == 1 || !number.starts_with('0'));
        let goes_on = matches!(self.bytes.get(self.at), Some(b'.' | b'e' | b'E'));
        (is_plain && !goes_on).then_some(number)
    }

    fn pass_digits(&mut self) -> usize {
        let start = self.at;
        while self.bytes.get(self.at).is_some_and(u8::is_ascii_digit) {
            self.at += 1;
        }
        self.at - start
    }

    /// Passes over the value that begins with `first`.
    fn pass(&mut self, first: u8, depth: usize) -> Option<()> {
        match first {
            b'"' => self.pass_string(),
            b't' => self.pass_word(b"rue"),
            b'f' => self.pass_word(b"alse"),
            b'n' => self.pass_word(b"ull"),
            b'-' | b'0'..=b'9' => self.pass_number(first),
            b'[' | b'{' if depth < DEEPEST => self.pass_items(first, depth + 1),
            _ => None,
        }
    }

    fn pass_word(&mut self, rest: &[u8]) -> Option<()> {
        let found = self.bytes.get(self.at..self.at + rest.len())?;
        self.at += rest.len();
        (found == rest).then_some(())
    }

    fn pass_number(&mut self, first: u8) -> Option<()> {
        if first == b'-' {
            self.at += 1;
        }
        let whole = self.bytes.get(self.at - 1)?;
        let more = self.pass_digits();
        if !whole.is_ascii_digit() || (*whole == b'0' && more > 0) {
            return None;
        }
        if self.bytes.get(self.at) == Some(&b'.') {
            self.at += 1;
            if self.pass_digits() == 0 {
                return None;
            }
        }
        (!matches!(self.bytes.get(self.at), Some(b'e' | b'E'))).then_some(())
    }

    fn pass_string(&mut self) -> Option<()> {
        loop {
            let end = special(self.bytes, self.at);
            match self.bytes.get(end)? {
                b'"' => {
                    self.at = end + 1;
                    return Some(());
                }
                b'\\' => self.at = end + escaped(&self.bytes[end..])?.1,
                _ => return None,
            }
        }
    }

    /// Passes over the items of a list or an object.
    fn pass_items(&mut self, open: u8, depth: usize) -> Option<()> {
        let close = if open == b'[' { b']' } else { b'}' };
        let mut first = self.next()?;
        if first == close {
            return Some(());
        }
        loop {
            if open == b'{' {
                if first != b'"' {
                    return None;
                }
                self.pass_string()?;
                self.expect(b':')?;
                first = self.next()?;
            }
            self.pass(first, depth)?;
            match self.next()? {
                b',' => first = self.next()?,
                byte => return (byte == close).then_some(()),
            }
        }
    }
}

/// Where the first byte from `at` on stands that does not simply stand for itself in a string: a quote, a backslash, or a
/// control character. The end of the bytes where there is none.
#[multiversion(targets("x86_64+avx512f+avx512bw+avx512vl+bmi1+bmi2", "x86_64+avx2+bmi1+bmi2"))]
fn special(bytes: &[u8], at: usize) -> usize {
    let gather = gather!();
    let mut at = at;
    loop {
        // Beyond the end there are zeros, which are special.
        match gather(&block_at(bytes, at).map(is_special)) {
            0 => at += BLOCK,
            found => return at + found.trailing_zeros() as usize,
        }
    }
}

#[inline(always)]
fn is_special(byte: u8) -> u8 {
    u8::from((byte == b'"') | (byte == b'\\') | (byte < b' '))
}

/// Writes the string that begins at `at` to `out`; says how long it is there, and where what follows its quote begins.
#[multiversion(targets("x86_64+avx512f+avx512bw+avx512vl+bmi1+bmi2", "x86_64+avx2+bmi1+bmi2"))]
fn unescape(bytes: &[u8], at: usize, out: &mut [u8]) -> Option<(usize, usize)> {
    let gather = gather!();
    let (mut at, mut len) = (at, 0);
    loop {
        let block = block_at(bytes, at);
        // The whole block is written, and what is too much is written over.
        *out.get_mut(len..)?.first_chunk_mut()? = block;
        let plain = gather(&block.map(is_special)).trailing_zeros() as usize;
        at += plain;
        len += plain;
        if plain == BLOCK {
            continue;
        }
        if bytes.get(at)? == &b'"' {
            return Some((len, at + 1));
        }
        while bytes.get(at) == Some(&b'\\') {
            let (c, width) = escaped(&bytes[at..])?;
            at += width;
            len += c.encode_utf8(out.get_mut(len..len + 4)?).len();
        }
        if bytes.get(at)? < &b' ' {
            return None;
        }
    }
}

/// The character that an escape stands for, and how long the escape is.
#[inline(always)]
fn escaped(bytes: &[u8]) -> Option<(char, usize)> {
    let c = match bytes.get(1)? {
        b'n' => '\n',
        b'"' => '"',
        b'\\' => '\\',
        b'/' => '/',
        b'r' => '\r',
        b't' => '\t',
        b'b' => '\u{8}',
        b'f' => '\u{c}',
        b'u' => return escaped_code(bytes),
        _ => return None,
    };
    Some((c, 2))
}

fn escaped_code(bytes: &[u8]) -> Option<(char, usize)> {
    let code = |at: usize| {
        let digits = bytes.get(at..at + 4)?;
        digits.iter().try_fold(0, |code, &digit| {
            Some(code << 4 | char::from(digit).to_digit(16)?)
        })
    };
    let first = code(2)?;
    if let Some(c) = char::from_u32(first) {
        return Some((c, 6));
    }
    // Half of a pair, or of none.
    let second = (bytes.get(6..8)? == b"\\u").then(|| code(8))??;
    let mut pair = char::decode_utf16([first as u16, second as u16]);
    Some((pair.next()?.ok()?, 12))
}

/// What is picked quickly, and what the parser picks that knows all of JSON.
#[cfg(any(test, feature = "fuzzing"))]
fn both(line: &str) -> (Option<Vec<String>>, Option<Vec<String>>) {
    use crate::corpus::record::fields::{FieldNames, Role};
    let names = FieldNames::default();
    let values = |picked: &Picked<'_>| {
        let value = |role| format!("{:?} {:?}", picked.origin(role), picked.value(role));
        Role::ALL.into_iter().map(value).collect()
    };
    let mut arena = vec![0; Quick::arena(line.len())];
    let quick = Quick::new(&mut arena)
        .read(line, 0, line.len(), &mut Picker::new(&names))
        .map(|picked| values(&picked));
    let careful = super::lines::read(line.as_bytes(), &mut Picker::new(&names))
        .ok()
        .filter(|line| !line.repaired)
        .map(|line| values(&line.picked));
    (quick, careful)
}

/// A line that is read quickly is read the same carefully.
#[cfg(any(test, feature = "fuzzing"))]
pub(crate) fn probe(line: &str) {
    let (quick, careful) = both(line);
    assert!(quick.is_none() || quick == careful, "{line}");
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    #[test]
    fn common_lines_are_read_quickly() {
        let long = "a \\\"quoted\\\" word\\n".repeat(40);
        for line in [
            r#"{"id":17,"title":"T","text":"one\ntwo","date":"2025-01-01"}"#,
            "{ \"text\" : \"\\u00e9\\ud83d\\ude00\\/\" , \"tags\" : [1, -2.5, {\"a\": [null, true]}], \"title\": \"\" }\r\n",
            r#"{"article":{"body":"b","n":{"x":false}},"authors":[],"title":null,"more":{}}"#,
            &format!(r#"{{"text":"{long}","title":"é{}"}}"#, "x".repeat(200)),
        ] {
            let (quick, careful) = both(line);
            assert_eq!(quick, careful, "{line}");
            assert!(quick.is_some(), "{line}");
        }
    }

    #[test]
    fn what_is_unusual_is_left_to_the_careful_parser() {
        for line in [
            r#"{"text":["a","b"]}"#,
            r#"{"text":"\ud800"}"#,
            r#"{"id":1.5,"text":"a"}"#,
            r#"{"id":01,"text":"a"}"#,
            r#"{"text":"a"} x"#,
            r#"{"text":"a""#,
            r#"{"text":"a",}"#,
            "{\"text\":\"a\tb\"}",
            r#"["text"]"#,
            "",
        ] {
            assert_eq!(both(line).0, None, "{line}");
        }
    }

    proptest! {
        #[test]
        fn a_line_that_is_read_quickly_is_read_the_same_carefully(
            parts in prop::collection::vec(
                prop::sample::select(vec![
                    "{", "}", "[", "]", ":", ",", "\"", "\"text\":", "\"title\":\"", "\"meta\":{", "\"id\":", "\\n", "\\\"",
                    "\\u00e9", "\\ud83d\\ude00", "\\ud83d", "\\x", "é", "word ", " ", "0", "12", "-", ".5", "e3", "true", "null",
                    "\"a\":[1,2]", "\"b\":\"c\"", "\n", "\u{1}",
                ]), 0..14),
            body in "\\PC{0,80}",
        ) {
            let body = serde_json::to_string(&body).unwrap();
            for line in [
                parts.concat(),
                format!("{{\"text\":{body},{}}}", parts.concat()),
                format!("{{\"text\":\"{}\",\"title\":{body}}}", parts.concat()),
            ] {
                let (quick, careful) = both(&line);
                if quick.is_some() {
                    prop_assert_eq!(quick, careful, "{}", line);
                }
            }
        }
    }
}

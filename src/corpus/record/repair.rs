//! Mending records that break a rule of encoding and are otherwise fine.
//!
//! Scrapers cut texts in the middle of a character and dumps are written by lenient encoders: stray bytes that are not
//! UTF-8, halves of surrogate pairs (`\ud800`), control characters left bare in a JSON string, and Python's `NaN`. What cannot be
//! mended is left out: no mark stands in its place.

use std::borrow::Cow;

/// Whether bytes are not text in any encoding this tool reads: a picture, an archive, text in UTF-16.
pub(crate) fn is_binary(bytes: &[u8]) -> bool {
    // The beginning tells as well as the whole.
    let bytes = &bytes[..bytes.len().min(1 << 16)];
    let mut strange = bytes
        .iter()
        .filter(|&&byte| byte < 0x20 && !matches!(byte, 8..=13 | 27))
        .count();
    for chunk in bytes.utf8_chunks() {
        strange += chunk.invalid().len();
    }
    strange * 10 > bytes.len()
}

/// The text in some bytes without what is not UTF-8 or is NUL, and whether there was any.
///
/// Where nothing but stray bytes is beyond ASCII, they are letters of windows-1252, which is what most of what is no UTF-8 is in.
pub(crate) fn text(bytes: &[u8]) -> (Cow<'_, str>, bool) {
    match std::str::from_utf8(bytes) {
        Ok(text) if memchr::memchr(0, bytes).is_none() => return (Cow::Borrowed(text), false),
        Ok(text) => return (Cow::Owned(text.replace('\0', "")), true),
        Err(_) => {}
    }
    let is_western = bytes.utf8_chunks().all(|chunk| chunk.valid().is_ascii());
    let mut text = String::with_capacity(bytes.len() + 16);
    for chunk in bytes.utf8_chunks() {
        text.push_str(chunk.valid());
        if is_western {
            text.extend(chunk.invalid().iter().filter_map(|&byte| western(byte)));
        }
    }
    if memchr::memchr(0, bytes).is_some() {
        text = text.replace('\0', "");
    }
    (Cow::Owned(text), true)
}

/// The character of a byte beyond ASCII in windows-1252; `None` where it has none.
fn western(byte: u8) -> Option<char> {
    const MARKS: [char; 32] = [
        '€', '\0', '‚', 'ƒ', '„', '…', '†', '‡', 'ˆ', '‰', 'Š', '‹', 'Œ', '\0', 'Ž', '\0', '\0',
        '‘', '’', '“', '”', '•', '–', '—', '˜', '™', 'š', '›', 'œ', '\0', 'ž', 'Ÿ',
    ];
    match byte {
        0x80..=0x9f => Some(MARKS[usize::from(byte - 0x80)]).filter(|mark| *mark != '\0'),
        _ => Some(char::from(byte)),
    }
}

/// A JSON line mended as far as it goes, and whether a text was changed by that.
pub(crate) fn json(line: &[u8]) -> (String, bool) {
    let (line, mut changed) = text(line);
    let mut mended = String::with_capacity(line.len() + 16);
    let mut rest = &*line;
    while let Some(quote) = rest.find('"') {
        push_outside(&mut mended, &rest[..quote]);
        let length = string_length(&rest[quote + 1..]);
        let end = quote + 1 + length;
        mended.push('"');
        changed |= push_string(&mut mended, &rest[quote + 1..end]);
        rest = &rest[end..];
        if let Some(after) = rest.strip_prefix('"') {
            mended.push('"');
            rest = after;
        }
    }
    push_outside(&mut mended, rest);
    (mended, changed)
}

/// How long a JSON string is, up to its closing quote or the end of the line.
fn string_length(rest: &str) -> usize {
    let bytes = rest.as_bytes();
    let mut at = 0;
    while let Some(hit) = memchr::memchr2(b'"', b'\\', &bytes[at.min(bytes.len())..]) {
        if bytes[at + hit] == b'"' {
            return at + hit;
        }
        at += hit + 2;
    }
    rest.len()
}

/// What stands between strings: Python writes missing values as `NaN`, which is no JSON; and a comma too many stands before
/// a bracket.
fn push_outside(mended: &mut String, part: &str) {
    let mut part = Cow::Borrowed(part);
    let closes = |part: &str, at: usize| part[at + 1..].trim_start().starts_with(['}', ']']);
    while let Some((at, _)) = part.match_indices(',').find(|(at, _)| closes(&part, *at)) {
        part.to_mut().remove(at);
    }
    if part.contains("NaN") || part.contains("Infinity") {
        let part = part
            .replace("-Infinity", "null")
            .replace("Infinity", "null")
            .replace("NaN", "null");
        mended.push_str(&part);
    } else {
        mended.push_str(&part);
    }
}

/// The inside of a string; says whether it was changed.
fn push_string(mended: &mut String, inside: &str) -> bool {
    let mut changed = false;
    let mut rest = inside;
    while let Some(hit) = rest.find(|mark: char| mark == '\\' || mark < ' ') {
        mended.push_str(&rest[..hit]);
        rest = &rest[hit..];
        let length = if let Some(code) = escape(rest) {
            let pair = (0xd800..0xdc00).contains(&code)
                && escape(&rest[6..]).is_some_and(|low| (0xdc00..0xe000).contains(&low));
            if pair {
                mended.push_str(&rest[..12]);
                12
            } else if (0xd800..0xe000).contains(&code) {
                changed = true;
                6
            } else {
                mended.push_str(&rest[..6]);
                6
            }
        } else if let Some(escaped) = rest.strip_prefix('\\') {
            let length = 1 + escaped.chars().next().map_or(0, char::len_utf8);
            mended.push_str(&rest[..length]);
            length
        } else {
            // A bare control character is what its escape would have been.
            mended.push_str(&format!("\\u{:04x}", rest.as_bytes()[0]));
            1
        };
        rest = &rest[length..];
    }
    mended.push_str(rest);
    changed
}

/// The code of a `\uXXXX` at the head of a string.
fn escape(rest: &str) -> Option<u32> {
    let digits = rest.strip_prefix("\\u")?.get(..4)?;
    digits
        .bytes()
        .all(|byte| byte.is_ascii_hexdigit())
        .then(|| u32::from_str_radix(digits, 16).ok())?
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::{is_binary, json, text};

    #[test]
    fn halves_of_surrogate_pairs_are_left_out_and_whole_ones_kept() {
        let (mended, changed) = json(br#"{"a":"x\ud800y \ud83d\ude00 \udc00 \\ud800 \u00e9"}"#);
        assert!(changed);
        assert_eq!(mended, "{\"a\":\"xy \\ud83d\\ude00  \\\\ud800 \\u00e9\"}");
    }

    #[test]
    fn bare_control_characters_and_nan_become_json() {
        let (mended, changed) = json(b"{\"a\":\"x\ty\",\"b\":NaN,\"c\":\"NaN\"}");
        assert_eq!(mended, "{\"a\":\"x\\u0009y\",\"b\":null,\"c\":\"NaN\"}");
        assert!(!changed);
    }

    #[test]
    fn stray_bytes_are_letters_where_nothing_else_is_beyond_ascii() {
        assert_eq!(text(b"caf\xe9 \x93x\x94"), ("café “x”".into(), true));
        assert_eq!(text("Fähre\0 ".as_bytes()), ("Fähre ".into(), true));
        assert_eq!(
            text(b"F\xc3\xa4hre caf\xe9 \xe2\x82"),
            ("Fähre caf ".into(), true)
        );
    }

    #[test]
    fn a_comma_too_many_is_left_out() {
        let (mended, changed) = json(b"{\"a\":[1,2 , ],\"b\":\",}\",\n}");
        assert_eq!(mended, "{\"a\":[1,2  ],\"b\":\",}\"\n}");
        assert!(!changed);
    }

    #[test]
    fn pictures_are_binary_and_texts_with_a_stray_byte_are_not() {
        assert!(is_binary(b"\x89PNG\r\n\x1a\n\0\0\0\rIHDR\0\0\0\x01"));
        assert!(!is_binary("Ganz normaler Text über Käse.".as_bytes()));
        assert!(!is_binary(
            b"A long enough text with one stray \xff byte in it."
        ));
    }

    proptest! {
        #[test]
        fn good_json_is_left_as_it_is(text in ".{0,40}", list in proptest::collection::vec(any::<f64>(), 0..4)) {
            let line = serde_json::json!({ text.clone(): text, "list": list }).to_string();
            let expected = if line.contains('\u{0}') { return Ok(()) } else { line.clone() };
            prop_assert_eq!(json(line.as_bytes()), (expected, false));
        }

        #[test]
        fn no_line_makes_repair_panic(line in proptest::collection::vec(prop_oneof![
            Just(b'"'), Just(b'\\'), Just(b'u'), Just(b'd'), Just(b'8'), Just(b'0'), any::<u8>()], 0..40),
        ) {
            json(&line);
        }
    }
}

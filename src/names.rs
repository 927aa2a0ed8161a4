//! Names of files as texts: a name need not be UTF-8, and a text must not have a terminal do anything.

use std::ffi::{OsStr, OsString};
use std::fmt::Write as _;
use std::path::Path;

/// Whether a character tells a terminal to do something, or turns the writing around.
pub(crate) fn is_control(character: char) -> bool {
    character.is_control()
        || matches!(
            character,
            '\u{61c}' | '\u{200e}' | '\u{200f}' | '\u{2028}'..='\u{202e}' | '\u{2066}'..='\u{2069}'
        )
}

/// A text as a terminal can take it: what is not to be seen but does something stands as its number. Line ends and tabs stay.
pub(crate) fn harmless(text: &str) -> std::borrow::Cow<'_, str> {
    let is_harmful = |character: char| is_control(character) && !matches!(character, '\n' | '\t');
    if !text.contains(is_harmful) {
        return text.into();
    }
    let mut shown = String::with_capacity(text.len() + 16);
    for character in text.chars() {
        match is_harmful(character) {
            true => shown.extend(character.escape_unicode()),
            false => shown.push(character),
        }
    }
    shown.into()
}

/// JSON as a terminal can take it: the same values, with what is not to be seen but does something as its number.
pub(crate) fn harmless_json(json: &str) -> std::borrow::Cow<'_, str> {
    let is_harmful = |character: char| is_control(character) && !character.is_ascii_whitespace();
    if !json.contains(is_harmful) {
        return json.into();
    }
    let mut shown = String::with_capacity(json.len() + 16);
    for character in json.chars() {
        match is_harmful(character) {
            // Writing to a string does not fail; none of these takes more than four digits.
            true => drop(write!(shown, "\\u{:04x}", u32::from(character))),
            false => shown.push(character),
        }
    }
    shown.into()
}

/// A path as a text: as it is where it is UTF-8; else its bytes that are none stand as `\xff`, and a backslash twice.
///
/// Paths that differ are different texts, but for those that are made to look so.
pub(crate) fn of(path: &Path) -> String {
    match path.to_str() {
        Some(text) => text.to_owned(),
        None => escaped(path.as_os_str(), |_| false),
    }
}

/// A name as a message may have it.
pub(crate) fn shown(name: &OsStr) -> String {
    harmless(&of(Path::new(name))).into_owned()
}

/// A name on one line, to be [read] again.
pub(crate) fn written(name: &OsStr) -> String {
    escaped(name, char::is_control)
}

fn escaped(name: &OsStr, is_apart: fn(char) -> bool) -> String {
    let mut text = String::new();
    let byte = |text: &mut String, byte: u8| {
        // Writing to a string does not fail.
        let _ = write!(text, "\\x{byte:02x}");
    };
    for chunk in name.as_encoded_bytes().utf8_chunks() {
        for character in chunk.valid().chars() {
            match character {
                '\\' => text.push_str("\\\\"),
                _ if is_apart(character) => {
                    let mut bytes = [0; 4];
                    let bytes = character.encode_utf8(&mut bytes).bytes();
                    bytes.for_each(|it| byte(&mut text, it));
                }
                _ => text.push(character),
            }
        }
        chunk.invalid().iter().for_each(|&it| byte(&mut text, it));
    }
    text
}

/// What was [written]; `None` where nothing was.
pub(crate) fn read(text: &str) -> Option<OsString> {
    let mut bytes = Vec::with_capacity(text.len());
    let mut rest = text;
    while let Some(at) = rest.find('\\') {
        bytes.extend_from_slice(&rest.as_bytes()[..at]);
        rest = &rest[at + 1..];
        if let Some(after) = rest.strip_prefix('\\') {
            bytes.push(b'\\');
            rest = after;
        } else {
            let digits = rest.strip_prefix('x')?.get(..2)?;
            bytes.push(u8::from_str_radix(digits, 16).ok()?);
            rest = &rest[3..];
        }
    }
    bytes.extend_from_slice(rest.as_bytes());
    of_bytes(bytes)
}

#[cfg(unix)]
fn of_bytes(bytes: Vec<u8>) -> Option<OsString> {
    Some(std::os::unix::ffi::OsStringExt::from_vec(bytes))
}

#[cfg(not(unix))]
fn of_bytes(bytes: Vec<u8>) -> Option<OsString> {
    String::from_utf8(bytes).ok().map(OsString::from)
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    #[cfg(unix)]
    proptest! {
        #[test]
        fn a_written_name_is_read_again_and_takes_one_line(bytes in prop::collection::vec(any::<u8>(), 0..40)) {
            let name: OsString = std::os::unix::ffi::OsStringExt::from_vec(bytes);
            let line = written(&name);
            prop_assert!(!line.contains('\n'));
            prop_assert_eq!(read(&line), Some(name));
        }
    }

    #[cfg(unix)]
    #[test]
    fn a_name_that_is_not_utf_8_shows_its_bytes() {
        let name = OsStr::from_bytes(b"caf\xe9\\1.txt");
        use std::os::unix::ffi::OsStrExt;
        assert_eq!(of(Path::new(name)), "caf\\xe9\\\\1.txt");
        assert_eq!(of(Path::new("café\\1.txt")), "café\\1.txt");
    }

    #[test]
    fn nothing_reaches_a_terminal_that_does_something_there() {
        let text = "a\u{1b}[31mb\u{7}\u{9b}c\u{202e}d\u{2066}e\r\nf\tg";
        let shown = harmless(text);
        assert_eq!(
            shown,
            "a\\u{1b}[31mb\\u{7}\\u{9b}c\\u{202e}d\\u{2066}e\\u{d}\nf\tg"
        );
        let json = serde_json::to_string(text).unwrap();
        let safe = harmless_json(&json);
        assert!(!safe.contains(is_control));
        assert_eq!(serde_json::from_str::<String>(&safe).unwrap(), text);
        assert_eq!(harmless("plain – ça va, 日本"), "plain – ça va, 日本");
    }
}

//! What the normal form makes of one character, looked up in a table where the character alone decides.
//!
//! The table holds what [`normalize`] and [`classify`] say of each character by itself. Marks, jamo and whatever else may
//! join the character before it are left to the slow way, and so is what has a long normal form.

use std::sync::LazyLock;

use unicode_normalization::char::is_combining_mark;

use super::normalize::normalize;
use super::tokens::{Class, classify};

/// What a character is to the words around it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Letter {
    /// It belongs to a word, with these bytes in its normal form: so many of the four.
    Word([u8; 4], usize),
    /// It separates words.
    Gap,
    /// It is a token of its own, and its own normal form.
    Alone,
    /// What it becomes hangs on its neighbours, or is long.
    Slow,
}

/// The characters of up to three bytes that news is written in, but for Han and Hangul, which need no table.
#[derive(Debug)]
pub(super) struct Letters(Box<[u32]>);

/// Where the table begins and ends, ...
const FIRST: u32 = 0x80;
const END: u32 = 0x3100;
/// ... and the wide forms of ASCII, which follow.
const WIDE: u32 = 0xff00;
const WIDE_END: u32 = 0xff60;

/// In the top byte of an entry; a lesser one is the number of bytes in the lower three.
const GAP: u32 = 0x10 << 24;
const ALONE: u32 = 0x11 << 24;
const SLOW: u32 = 0x12 << 24;

static LETTERS: LazyLock<Letters> = LazyLock::new(|| {
    Letters(
        (FIRST..END)
            .chain(WIDE..WIDE_END)
            .map(|code| char::from_u32(code).map_or(SLOW, entry))
            .collect(),
    )
});

impl Letters {
    /// The table, made when it is first needed.
    pub(super) fn table() -> &'static Letters {
        &LETTERS
    }

    /// What the character is that `bytes` begin with, and how many bytes it has. Text is UTF-8, and `bytes` not empty.
    pub(super) fn first(&self, bytes: &[u8]) -> (Letter, usize) {
        match *bytes {
            [a @ 0xc2..=0xdf, b, ..] => {
                let code = u32::from(a & 0x1f) << 6 | u32::from(b & 0x3f);
                (self.entry(code - FIRST), 2)
            }
            [a @ 0xe0..=0xef, b, c, ..] => {
                let code =
                    u32::from(a & 0xf) << 12 | u32::from(b & 0x3f) << 6 | u32::from(c & 0x3f);
                let letter = match code {
                    0x4e00..=0x9fff | 0x3400..=0x4dbf => Letter::Alone,
                    0xac00..=0xd7a3 => Letter::Word([a, b, c, 0], 3),
                    FIRST..END => self.entry(code - FIRST),
                    WIDE..WIDE_END => self.entry(code - WIDE + END - FIRST),
                    _ => Letter::Slow,
                };
                (letter, 3)
            }
            [a @ 0..=0x7f, ..] if a.is_ascii_alphanumeric() => {
                (Letter::Word([a | 0x20, 0, 0, 0], 1), 1)
            }
            [0..=0x7f, ..] => (Letter::Gap, 1),
            _ => (Letter::Slow, bytes.len().min(4)),
        }
    }

    fn entry(&self, at: u32) -> Letter {
        let entry = self.0[at as usize];
        match entry & 0xff00_0000 {
            GAP => Letter::Gap,
            ALONE => Letter::Alone,
            SLOW => Letter::Slow,
            len => Letter::Word((entry & 0xff_ffff).to_le_bytes(), (len >> 24) as usize),
        }
    }
}

fn entry(c: char) -> u32 {
    // Jamo join into syllables; marks join whatever they can.
    if is_combining_mark(c) || matches!(c, '\u{1100}'..='\u{11ff}') {
        return SLOW;
    }
    let mut own = [0; 4];
    let own = c.encode_utf8(&mut own);
    let mut normal = String::new();
    normalize(own, &mut normal);
    let all = |class| normal.chars().all(|c| classify(c) == class);
    match normal.as_bytes() {
        bytes @ ([] | [_] | [_, _] | [_, _, _]) if all(Class::Word) => {
            let mut entry = [0; 4];
            entry[..bytes.len()].copy_from_slice(bytes);
            entry[3] = bytes.len() as u8;
            u32::from_le_bytes(entry)
        }
        _ if all(Class::Gap) => GAP,
        _ if all(Class::Alone) && *normal == *own => ALONE,
        _ => SLOW,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn first(text: &str) -> (Letter, usize) {
        Letters::table().first(text.as_bytes())
    }

    #[test]
    fn characters_are_what_their_normal_form_is() {
        assert_eq!(first("Été"), (Letter::Word([0xc3, 0xa9, 0, 0], 2), 2));
        assert_eq!(first("ß"), (Letter::Word([b's', b's', 0, 0], 2), 2));
        assert_eq!(first("Ａ"), (Letter::Word([b'a', 0, 0, 0], 1), 3));
        assert_eq!(first("\u{ad}"), (Letter::Word([0; 4], 0), 2));
        assert_eq!(first("”"), (Letter::Gap, 3));
        assert_eq!(first("，"), (Letter::Gap, 3));
        assert_eq!(first("の"), (Letter::Alone, 3));
        assert_eq!(first("東"), (Letter::Alone, 3));
        assert_eq!(first("\u{301}"), (Letter::Slow, 2));
        assert_eq!(first("ｶ"), (Letter::Slow, 3));
    }
}

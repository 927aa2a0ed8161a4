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
pub(super) enum Becomes {
    /// It belongs to a word, with these bytes in its normal form, the first lowest, and so many of them.
    Letters(u32, u32),
    /// It separates words.
    Gap,
    /// It is a token of its own, and its own normal form.
    Token,
    /// What it becomes hangs on its neighbours, or is long.
    Unknown,
}

/// What the table says of a character: what it becomes, in one word.
#[derive(Clone, Copy, Debug)]
pub(super) struct Letter(u32);

/// In the top byte of a letter; a lesser one is the number of bytes in the lower three.
const GAP: u32 = 0x10 << 24;
const TOKEN: u32 = 0x11 << 24;
const UNKNOWN: u32 = 0x12 << 24;

impl Letter {
    const GAP: Letter = Letter(GAP);
    const TOKEN: Letter = Letter(TOKEN);
    const UNKNOWN: Letter = Letter(UNKNOWN);

    /// A letter of up to three bytes in its normal form.
    const fn of(bytes: [u8; 3], len: u32) -> Letter {
        Letter(u32::from_le_bytes([bytes[0], bytes[1], bytes[2], 0]) | len << 24)
    }

    #[inline]
    pub(super) fn becomes(self) -> Becomes {
        if self.0 < GAP {
            return Becomes::Letters(self.0 & 0xff_ffff, self.0 >> 24);
        }
        match self.0 {
            GAP => Becomes::Gap,
            TOKEN => Becomes::Token,
            _ => Becomes::Unknown,
        }
    }
}

/// The characters of up to three bytes that news is written in, but for Han and Hangul, which need no table.
#[derive(Debug)]
pub(super) struct Letters(Box<[Letter]>);

/// Where the table begins and ends, ...
const FIRST: u32 = 0x80;
const END: u32 = 0x3100;
/// ... and the wide forms of ASCII, which follow.
const WIDE: u32 = 0xff00;
const WIDE_END: u32 = 0xff60;

static LETTERS: LazyLock<Letters> = LazyLock::new(|| {
    Letters(
        (FIRST..END)
            .chain(WIDE..WIDE_END)
            .map(|code| char::from_u32(code).map_or(Letter::UNKNOWN, letter))
            .collect(),
    )
});

impl Letters {
    /// The table, made when it is first needed.
    pub(super) fn table() -> &'static Letters {
        &LETTERS
    }

    /// The character that begins at `at` in `bytes`, and how many bytes it has.
    #[inline(always)]
    pub(super) fn first(&self, bytes: &[u8], at: usize) -> (Letter, usize) {
        match bytes[at..] {
            [a @ 0..=0x7f, ..] if a.is_ascii_alphanumeric() => (Letter::of([a | 0x20, 0, 0], 1), 1),
            [0..=0x7f, ..] => (Letter::GAP, 1),
            [a @ 0xc2..=0xdf, b, ..] => {
                let code = u32::from(a & 0x1f) << 6 | u32::from(b & 0x3f);
                (self.of(code - FIRST), 2)
            }
            [a @ 0xe0..=0xef, b, c, ..] => {
                let code =
                    u32::from(a & 0xf) << 12 | u32::from(b & 0x3f) << 6 | u32::from(c & 0x3f);
                let letter = match code {
                    0x4e00..=0x9fff | 0x3400..=0x4dbf => Letter::TOKEN,
                    0xac00..=0xd7a3 => Letter::of([a, b, c], 3),
                    FIRST..END => self.of(code - FIRST),
                    WIDE..WIDE_END => self.of(code - WIDE + END - FIRST),
                    _ => Letter::UNKNOWN,
                };
                (letter, 3)
            }
            _ => (Letter::UNKNOWN, (bytes.len() - at).min(4)),
        }
    }

    #[inline]
    fn of(&self, at: u32) -> Letter {
        self.0.get(at as usize).copied().unwrap_or(Letter::UNKNOWN)
    }
}

fn letter(c: char) -> Letter {
    // Jamo join into syllables; marks join whatever they can.
    if is_combining_mark(c) || matches!(c, '\u{1100}'..='\u{11ff}') {
        return Letter::UNKNOWN;
    }
    let mut own = [0; 4];
    let own = c.encode_utf8(&mut own);
    let mut normal = String::new();
    normalize(own, &mut normal);
    let all = |class| normal.chars().all(|c| classify(c) == class);
    if all(Class::Word) && normal.len() <= 3 {
        let mut bytes = [0; 3];
        bytes[..normal.len()].copy_from_slice(normal.as_bytes());
        Letter::of(bytes, normal.len() as u32)
    } else if all(Class::Gap) {
        Letter::GAP
    } else if all(Class::Alone) && *normal == *own {
        Letter::TOKEN
    } else {
        Letter::UNKNOWN
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn first(text: &str) -> (Becomes, usize) {
        let (letter, width) = Letters::table().first(text.as_bytes(), 0);
        (letter.becomes(), width)
    }

    fn letters(normal: &str) -> Becomes {
        let bytes = normal
            .bytes()
            .rev()
            .fold(0, |word, byte| word << 8 | u32::from(byte));
        Becomes::Letters(bytes, normal.len() as u32)
    }

    #[test]
    fn characters_are_what_their_normal_form_is() {
        assert_eq!(first("Été"), (letters("é"), 2));
        assert_eq!(first("ß"), (letters("ss"), 2));
        assert_eq!(first("Ａ"), (letters("a"), 3));
        assert_eq!(first("\u{ad}"), (letters(""), 2));
        assert_eq!(first("”"), (Becomes::Gap, 3));
        assert_eq!(first("，"), (Becomes::Gap, 3));
        assert_eq!(first("の"), (Becomes::Token, 3));
        assert_eq!(first("東"), (Becomes::Token, 3));
        assert_eq!(first("\u{301}"), (Becomes::Unknown, 2));
        assert_eq!(first("ｶ"), (Becomes::Unknown, 3));
    }
}

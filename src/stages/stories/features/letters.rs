//! Letters: what a character is to the words around it, looked up where most text is written in.

use std::sync::LazyLock;

use unicode_normalization::char::is_combining_mark;

use crate::kernel::is_spaceless;

/// It belongs to a word.
pub(super) const WORD: u8 = 1;
/// It is of a script without spaces.
pub(super) const SPACELESS: u8 = 2;
/// It is a capital.
pub(super) const CAPITAL: u8 = 4;
/// What follows may have a capital without being a name.
pub(super) const STOP: u8 = 8;

/// The characters below this one are looked up.
const END: u32 = 0x3100;

static LETTERS: LazyLock<Vec<u8>> = LazyLock::new(|| {
    let class = |code| char::from_u32(code).map_or(0, class);
    (0..END).map(class).collect()
});

/// Tells what characters are.
#[derive(Clone, Copy)]
pub(super) struct Letters(&'static [u8]);

impl Letters {
    pub(super) fn table() -> Letters {
        Letters(&LETTERS)
    }

    /// What the character is that begins at a byte of a text, and how many bytes it has; at least one.
    pub(super) fn at(self, text: &str, at: usize) -> (u8, usize) {
        let bytes = text.as_bytes();
        let code = match bytes[at..] {
            [a, ..] if a < 0x80 => return (self.0[usize::from(a)], 1),
            [a @ 0xc2..=0xdf, b, ..] => (u32::from(a) & 0x1f) << 6 | u32::from(b) & 0x3f,
            _ => text[at..].chars().next().map_or(0, u32::from),
        };
        let c = char::from_u32(code).unwrap_or('\0');
        let class = match self.0.get(code as usize) {
            Some(&class) => class,
            // Most of what is not looked up.
            None if matches!(c, '\u{4e00}'..='\u{9fff}') => WORD | SPACELESS,
            None => class(c),
        };
        (class, c.len_utf8())
    }

    /// Where the word ends that begins here, in a script with spaces or in one without.
    pub(super) fn word_end(self, text: &str, start: usize, end: usize) -> usize {
        let (first, len) = self.at(text, start);
        let kind = first & (WORD | SPACELESS);
        let mut at = start + len;
        while at < end {
            let (class, len) = self.at(text, at);
            if class & (WORD | SPACELESS) != kind {
                break;
            }
            at += len;
        }
        at
    }
}

fn class(c: char) -> u8 {
    let flag = |is_set: bool, flag: u8| if is_set { flag } else { 0 };
    let is_word = c.is_alphanumeric() || is_combining_mark(c);
    flag(is_word, WORD)
        | flag(is_spaceless(c), SPACELESS)
        | flag(c.is_uppercase(), CAPITAL)
        | flag(is_stop(c), STOP)
}

/// Whether what follows may have a capital without being a name.
pub(super) fn is_stop(c: char) -> bool {
    matches!(
        c,
        '.' | '!'
            | '?'
            | '…'
            | ':'
            | ';'
            | '\n'
            | '"'
            | '“'
            | '„'
            | '«'
            | '‘'
            | '。'
            | '！'
            | '？'
            | '؟'
            | '|'
            | '•'
            | '·'
    )
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    proptest! {
        #[test]
        fn what_is_looked_up_is_what_a_character_is(text in "\\PC{0,40}") {
            for (at, c) in text.char_indices() {
                prop_assert_eq!(Letters::table().at(&text, at), (class(c), c.len_utf8()));
            }
        }
    }

    #[test]
    fn words_end_where_a_reader_would_end_them() {
        let letters = Letters::table();
        let cut = |text: &str| {
            let (mut at, mut words) = (0, Vec::new());
            while at < text.len() {
                let (class, len) = letters.at(text, at);
                let is_word = class & WORD != 0;
                let end = if is_word {
                    letters.word_end(text, at, text.len())
                } else {
                    at + len
                };
                words.extend(is_word.then(|| text[at..end].to_owned()));
                at = end;
            }
            words
        };
        assert_eq!(
            cut("Café-Bar, 24 Std. Ωμέγα"),
            ["Café", "Bar", "24", "Std", "Ωμέγα"]
        );
        assert_eq!(cut("東京2020とiPhone"), ["東京", "2020", "と", "iPhone"]);
        assert_eq!(cut("e\u{301}tat"), ["e\u{301}tat"]);
    }
}

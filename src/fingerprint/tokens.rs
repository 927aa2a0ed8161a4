//! Tokens: words where a script has spaces, characters where it has none.

use unicode_normalization::char::is_combining_mark;
use xxhash_rust::xxh3::xxh3_64;

use super::normalize::normalize;

/// Turns texts into the hashes of their tokens, keeping its buffer between texts.
#[derive(Debug, Default)]
pub struct Tokenizer {
    normal: String,
}

impl Tokenizer {
    /// Appends the hash (xxh3, 64 bits) of every token of `text` to `hashes`, in reading order.
    ///
    /// A word is a run of letters, digits and combining marks; in Han, Kana, Thai, Lao, Khmer and Burmese every
    /// character is a token, whatever stands around it.
    pub fn tokens(&mut self, text: &str, hashes: &mut Vec<u64>) {
        self.normal.clear();
        normalize(text, &mut self.normal);
        words(&self.normal, &mut |word| hashes.push(xxh3_64(word)));
    }
}

#[derive(Clone, Copy, PartialEq, Eq)]
enum Class {
    Gap,
    Word,
    Alone,
}

/// The class of each ASCII byte: `true` where it belongs to a word.
const WORD: [bool; 128] = {
    let mut table = [false; 128];
    let mut byte = 0;
    while byte < 128 {
        table[byte] = (byte as u8).is_ascii_alphanumeric();
        byte += 1;
    }
    table
};

fn words(normal: &str, each: &mut impl FnMut(&[u8])) {
    let bytes = normal.as_bytes();
    let (mut at, mut start) = (0, 0);
    while at < bytes.len() {
        let byte = bytes[at];
        let (class, width) = if byte < 128 {
            (
                if WORD[byte as usize] {
                    Class::Word
                } else {
                    Class::Gap
                },
                1,
            )
        } else {
            classify(normal, at)
        };
        if class != Class::Word {
            if start < at {
                each(&bytes[start..at]);
            }
            if class == Class::Alone {
                each(&bytes[at..at + width]);
            }
            start = at + width;
        }
        at += width;
    }
    if start < at {
        each(&bytes[start..at]);
    }
}

fn classify(text: &str, at: usize) -> (Class, usize) {
    let Some(c) = text[at..].chars().next() else {
        return (Class::Gap, 1);
    };
    let class = if is_spaceless(c) {
        Class::Alone
    } else if c.is_alphanumeric() || is_combining_mark(c) {
        Class::Word
    } else {
        Class::Gap
    };
    (class, c.len_utf8())
}

/// Whether `c` belongs to a script that is written without spaces between words.
fn is_spaceless(c: char) -> bool {
    matches!(c,
        '\u{0e01}'..='\u{0eff}'                             // Thai, Lao
        | '\u{1000}'..='\u{109f}' | '\u{1780}'..='\u{17d3}' // Burmese, Khmer
        | '\u{3005}'..='\u{3007}'
        | '\u{3041}'..='\u{309f}' | '\u{30a1}'..='\u{30fa}' | '\u{30fc}'..='\u{30ff}'
        | '\u{31f0}'..='\u{31ff}'
        | '\u{3400}'..='\u{4dbf}' | '\u{4e00}'..='\u{9fff}' | '\u{f900}'..='\u{faff}'
        | '\u{20000}'..='\u{3ffff}')
}

#[cfg(test)]
mod tests {
    use super::*;

    fn split(text: &str) -> Vec<String> {
        let mut normal = String::new();
        normalize(text, &mut normal);
        let mut found = Vec::new();
        words(&normal, &mut |w| {
            found.push(String::from_utf8_lossy(w).into_owned())
        });
        found
    }

    #[test]
    fn words_where_there_are_spaces_and_characters_where_there_are_none() {
        assert_eq!(split("The U.S.—“Don’t”"), ["the", "u", "s", "don", "t"]);
        assert_eq!(split("東京でNHKが"), ["東", "京", "で", "nhk", "が"]);
        assert_eq!(split("वर्षा हुई"), ["वर्षा", "हुई"]);
        assert_eq!(split("한국어 뉴스"), ["한국어", "뉴스"]);
        assert_eq!(split("ไทย"), ["ไ", "ท", "ย"]);
    }
}

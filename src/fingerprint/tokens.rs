//! Tokens: words where a script has spaces, characters where it has none.
//!
//! ASCII is classified 64 bytes at a time and hashed where it lies; what is not ASCII is taken word by word through the
//! normal form. Both ways give the same tokens, with the same hashes.

use unicode_normalization::char::is_combining_mark;

use super::normalize::normalize;

/// Turns texts into the hashes of their tokens, keeping its buffer between texts.
#[derive(Debug, Default)]
pub struct Tokenizer {
    normal: String,
}

impl Tokenizer {
    /// Appends the hash of every token of `text`, in its normal form, to `hashes`, in reading order.
    ///
    /// A word is a run of letters, digits and combining marks; in Han, Kana, Thai, Lao, Khmer and Burmese every
    /// character is a token, whatever stands around it.
    pub fn tokens(&mut self, text: &str, hashes: &mut Vec<u64>) {
        let bytes = text.as_bytes();
        let mut at = 0;
        let mut open: Option<usize> = None;
        while at < bytes.len() {
            let block = &bytes[at..bytes.len().min(at + 64)];
            let (mask, plain) = word_bytes(block);
            let below = if plain == 64 {
                u64::MAX
            } else {
                (1 << plain) - 1
            };
            let mut edges = (mask ^ (mask << 1 | u64::from(open.is_some()))) & below;
            while edges != 0 {
                let edge = at + edges.trailing_zeros() as usize;
                edges &= edges - 1;
                open = match open {
                    None => Some(edge),
                    Some(start) => {
                        hashes.push(hash_ascii(bytes, start, edge));
                        None
                    }
                };
            }
            at += plain;
            if plain < block.len() {
                at = self.foreign(text, at, open.take(), hashes);
            }
        }
        if let Some(start) = open {
            hashes.push(hash_ascii(bytes, start, bytes.len()));
        }
    }

    /// Takes what starts at a character that is not ASCII, with the word that is open before it; says where it ends.
    fn foreign(
        &mut self,
        text: &str,
        at: usize,
        open: Option<usize>,
        hashes: &mut Vec<u64>,
    ) -> usize {
        let bytes = text.as_bytes();
        let mut end = at;
        while let Some((c, width)) = plain_char(&text[end..]) {
            if end == at
                && let Some(start) = open
            {
                hashes.push(hash_ascii(bytes, start, at));
            }
            if c == Class::Alone {
                hashes.push(hash_token(&bytes[end..end + width]));
            }
            end += width;
        }
        if end > at {
            return end;
        }
        // A mark changes the character before it.
        let first = text[at..].chars().next().is_some_and(is_combining_mark);
        let start = open.unwrap_or(if first { at.saturating_sub(1) } else { at });
        let start = if text.is_char_boundary(start) {
            start
        } else {
            at
        };
        let ends_word = |byte: &u8| byte.is_ascii() && !byte.is_ascii_alphanumeric();
        let end = bytes[at..]
            .iter()
            .position(ends_word)
            .map_or(bytes.len(), |len| at + len);
        self.normal.clear();
        normalize(&text[start..end], &mut self.normal);
        words(&self.normal, &mut |word| hashes.push(hash_token(word)));
        end
    }
}

/// Which of up to 64 bytes are ASCII letters and digits, a bit each, and how many there are before the first byte that is
/// not ASCII.
fn word_bytes(block: &[u8]) -> (u64, usize) {
    let mut mask = 0;
    let mut chunks = block.chunks_exact(8);
    let mut at = 0;
    for chunk in &mut chunks {
        let word = u64::from_le_bytes(chunk.try_into().unwrap_or_default());
        let foreign = word & HIGH;
        mask |= letters_and_digits(word & !HIGH) << at;
        if foreign != 0 {
            return (mask, at + foreign.trailing_zeros() as usize / 8);
        }
        at += 8;
    }
    let mut last = [0; 8];
    let rest = chunks.remainder();
    last[..rest.len()].copy_from_slice(rest);
    let word = u64::from_le_bytes(last);
    let foreign = word & HIGH;
    if !rest.is_empty() {
        mask |= letters_and_digits(word & !HIGH) << at;
    }
    let plain = if foreign == 0 {
        rest.len()
    } else {
        foreign.trailing_zeros() as usize / 8
    };
    (mask, at + plain)
}

const HIGH: u64 = 0x8080_8080_8080_8080;
const ONES: u64 = 0x0101_0101_0101_0101;

/// Which of eight ASCII bytes are letters and digits, a bit each: bytes compared eight at a time in one register.
fn letters_and_digits(word: u64) -> u64 {
    let within = |word: u64, first: u8, last: u8| {
        let from = word + ONES * u64::from(0x80 - first);
        let beyond = word + ONES * u64::from(0x7f - last);
        from & !beyond
    };
    let lower = word | (ONES * 0x20);
    let found = (within(lower, b'a', b'z') | within(word, b'0', b'9')) & HIGH;
    // Gathers the top bits of the eight bytes.
    (found >> 7).wrapping_mul(0x0102_0408_1020_4080) >> 56
}

const SECRET: [u64; 2] = [0xa076_1d64_78bd_642f, 0xe703_7ed1_a0b4_28db];

/// The 128-bit product of two words, folded to 64 bits.
fn fold(a: u64, b: u64) -> u64 {
    let product = u128::from(a) * u128::from(b);
    product as u64 ^ (product >> 64) as u64
}

/// The hash of a token in its normal form: its bytes eight at a time, each folded in with one multiplication. It never
/// changes between versions.
fn hash_token(token: &[u8]) -> u64 {
    if let [a, b, c] = *token {
        let word = u64::from(a) | u64::from(b) << 8 | u64::from(c) << 16;
        return fold(SECRET[0] ^ 3 ^ word, SECRET[1]);
    }
    let mut hash = SECRET[0] ^ token.len() as u64;
    for chunk in token.chunks(8) {
        let mut word = [0; 8];
        word[..chunk.len()].copy_from_slice(chunk);
        hash = fold(hash ^ u64::from_le_bytes(word), SECRET[1]);
    }
    hash
}

/// The hash of an ASCII word where it lies: as [`hash_token`] of it in lower case.
fn hash_ascii(bytes: &[u8], start: usize, end: usize) -> u64 {
    let mut hash = SECRET[0] ^ (end - start) as u64;
    let mut at = start;
    while at < end {
        let left = end - at;
        let word = match bytes.get(at..at + 8) {
            Some(eight) => u64::from_le_bytes(eight.try_into().unwrap_or_default()),
            None => {
                let mut eight = [0; 8];
                let rest = &bytes[at..bytes.len().min(at + 8)];
                eight[..rest.len()].copy_from_slice(rest);
                u64::from_le_bytes(eight)
            }
        };
        // Letters and digits differ from their lower case in this bit at most.
        let kept = if left >= 8 {
            u64::MAX
        } else {
            (1 << (8 * left)) - 1
        };
        hash = fold(hash ^ ((word | (ONES * 0x20)) & kept), SECRET[1]);
        at += 8;
    }
    hash
}

#[derive(Clone, Copy, PartialEq, Eq)]
enum Class {
    Gap,
    Word,
    Alone,
}

fn words(normal: &str, each: &mut impl FnMut(&[u8])) {
    let bytes = normal.as_bytes();
    let mut start = 0;
    for (at, c) in normal.char_indices() {
        let class = classify(c);
        if class != Class::Word {
            if start < at {
                each(&bytes[start..at]);
            }
            let end = at + c.len_utf8();
            if class == Class::Alone {
                each(&bytes[at..end]);
            }
            start = end;
        }
    }
    if start < bytes.len() {
        each(&bytes[start..]);
    }
}

fn classify(c: char) -> Class {
    match c {
        'a'..='z' | '0'..='9' | 'ß'..='ö' | 'ø'..='ſ' | 'а'..='ё' | 'ء'..='ي' | '가'..='힣' => {
            Class::Word
        }
        _ if is_spaceless(c) => Class::Alone,
        _ if c.is_alphanumeric() || is_combining_mark(c) => Class::Word,
        _ => Class::Gap,
    }
}

/// The class and the width in bytes of the character that text begins with, where the normal form leaves its class alone
/// and no mark follows that could change it.
fn plain_char(text: &str) -> Option<(Class, usize)> {
    let bytes = text.as_bytes();
    let c = match *bytes {
        // Three bytes, the most common case by far, are put together by hand.
        [a @ 0xe3..=0xe9, b, c, ..] => {
            let code = u32::from(a & 0xf) << 12 | u32::from(b & 0x3f) << 6 | u32::from(c & 0x3f);
            char::from_u32(code)?
        }
        [0x80..=0xff, ..] => text.chars().next()?,
        _ => return None,
    };
    let class = if is_plain_alone(c) {
        Class::Alone
    } else if is_plain_gap(c) {
        Class::Gap
    } else {
        return None;
    };
    let width = c.len_utf8();
    let marked = match bytes.get(width) {
        None | Some(0..=0x7f | 0xe4..=0xe9) => false,
        // The marks among Kana and the punctuation of Han.
        Some(0xe3) => matches!(
            bytes[width + 1..],
            [0x80, 0xaa..=0xaf, ..] | [0x82, 0x99 | 0x9a, ..]
        ),
        Some(_) => text[width..].chars().next().is_some_and(is_combining_mark),
    };
    (!marked).then_some((class, width))
}

/// Characters that separate words and that the normal form leaves alone or turns into others that separate words.
fn is_plain_gap(c: char) -> bool {
    matches!(c,
        '\u{a0}' | '«' | '»'
        | '\u{2010}'..='\u{2023}' | '\u{2025}'..='\u{2027}' | '\u{2030}'..='\u{2031}' | '\u{2039}'..='\u{203a}'
        | '\u{3000}'..='\u{3002}' | '〈'..='】'
        | '\u{ff01}'..='\u{ff0f}' | '\u{ff1a}'..='\u{ff20}')
}

/// Characters that are tokens of their own and that the normal form leaves alone.
fn is_plain_alone(c: char) -> bool {
    matches!(c, '\u{4e00}'..='\u{9fff}' | 'ぁ'..='ゖ' | 'ァ'..='ヺ' | 'ー' | '々' | '\u{3400}'..='\u{4dbf}')
}

/// Whether `c` belongs to a script that is written without spaces between words.
pub(crate) fn is_spaceless(c: char) -> bool {
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
    use proptest::prelude::*;

    fn split(text: &str) -> Vec<String> {
        let mut normal = String::new();
        normalize(text, &mut normal);
        let mut found = Vec::new();
        words(&normal, &mut |w| {
            found.push(String::from_utf8_lossy(w).into_owned());
        });
        found
    }

    fn hashes(text: &str) -> Vec<u64> {
        let mut found = Vec::new();
        Tokenizer::default().tokens(text, &mut found);
        found
    }

    fn slow_hashes(text: &str) -> Vec<u64> {
        split(text)
            .iter()
            .map(|word| hash_token(word.as_bytes()))
            .collect()
    }

    #[test]
    fn words_where_there_are_spaces_and_characters_where_there_are_none() {
        assert_eq!(split("The U.S.—“Don’t”"), ["the", "u", "s", "don", "t"]);
        assert_eq!(split("東京でNHKが"), ["東", "京", "で", "nhk", "が"]);
        assert_eq!(split("वर्षा हुई"), ["वर्षा", "हुई"]);
        assert_eq!(split("한국어 뉴스"), ["한국어", "뉴스"]);
        assert_eq!(split("ไทย"), ["ไ", "ท", "ย"]);
    }

    #[test]
    fn the_hash_of_a_token_never_changes() {
        assert_eq!(hashes("Ferry, internationalisation 2025 東"), FROZEN);
    }

    const FROZEN: [u64; 4] = [
        3_929_152_991_712_331_134,
        672_388_633_387_355_174,
        17_120_752_609_382_990_020,
        6_411_564_258_257_564_001,
    ];

    #[test]
    fn words_of_any_length_hash_alike_in_both_ways() {
        for len in 1..100 {
            for lead in [0, 1, 7, 60, 63, 64] {
                let text = format!(
                    "{}{}",
                    "-".repeat(lead),
                    "Ab3dEfg9".repeat(13).split_at(len).0
                );
                assert_eq!(hashes(&text), slow_hashes(&text), "{text}");
            }
        }
    }

    proptest! {
        #[test]
        fn both_ways_give_the_same_tokens(text in "\\PC{0,200}") {
            prop_assert_eq!(hashes(&text), slow_hashes(&text));
        }

        #[test]
        fn both_ways_give_the_same_tokens_of_news(
            text in "([A-Za-z0-9]{1,12}|[ .,;:'=<\n-]|[“”’–…«»\u{a0}]|[à-öß]|[а-я]{1,5}|[一-龠ぁ-んァ-ン゙]|[\u{300}-\u{304}\u{338}]|[Ａ-Ｚ，。]){0,80}"
        ) {
            prop_assert_eq!(hashes(&text), slow_hashes(&text));
        }
    }
}

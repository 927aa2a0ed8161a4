//! Tokens: words where a script has spaces, characters where it has none.
//!
//! Text is cut into runs between ASCII that separates words, 64 bytes at a time. A word of ASCII and of letters that are
//! their own normal form is hashed where it lies; in other runs each character is looked up in a table of normal forms;
//! where that does not tell, the normal form is made. All three ways give the same tokens, with the same hashes.

use std::ops::Range;

use multiversion::multiversion;
use unicode_normalization::char::is_combining_mark;

use super::bytes::{BLOCK, Marks, gather, unsettled};
use super::letters::{Becomes, Letters};
use super::normalize::{normalize, whole_words};

/// Turns texts into the hashes of their tokens, keeping its buffer between texts.
#[derive(Debug, Default)]
pub struct Tokenizer {
    normal: String,
}

impl Tokenizer {
    /// Appends the hash of every token of `text`, in its normal form, to `hashes`, in reading order.
    ///
    /// A word is a run of letters, digits and combining marks; in Han, Kana, Thai, Lao, Khmer and Burmese every
    /// character is a token, whatever stands around it. Words that the ends of lines part are whole again.
    pub fn tokens(&mut self, text: &str, hashes: &mut Vec<u64>) {
        hashes.reserve(text.len() / 6);
        runs(self, &whole_words(text), hashes);
    }

    /// Takes a run that is not all ASCII, character by character.
    fn mixed(&mut self, text: &str, run: Range<usize>, hashes: &mut Vec<u64>) {
        let bytes = &text.as_bytes()[..run.end];
        let letters = Letters::table();
        let mut word = Word::new();
        let mut start = run.start;
        let mut at = run.start;
        // Where the character before the open word begins, and whether it is a token: a mark may still change it.
        let (mut before, mut alone) = (run.start.saturating_sub(1), false);
        while at < run.end {
            if bytes[at].is_ascii() {
                // A run holds letters and digits of ASCII only, and their lower case is one bit away.
                let (ascii, len) = leading_ascii(bytes, at);
                if word.push(ascii | lower(len), len) {
                    at += len as usize;
                    continue;
                }
            }
            let (letter, width) = letters.first(bytes, at);
            let becomes = letter.becomes();
            if let Becomes::Letters(bytes, len) = becomes
                && word.push(u64::from(bytes), len)
            {
                at += width;
                continue;
            }
            if matches!(becomes, Becomes::Gap | Becomes::Token) {
                word.take(hashes);
                (before, alone) = (at, becomes == Becomes::Token);
                if alone {
                    hashes.push(hash_token(&bytes[at..at + width]));
                }
                at += width;
            } else {
                word.clear();
                let (from, changed) = if start == at {
                    (before, alone)
                } else {
                    (start, false)
                };
                if changed {
                    hashes.pop();
                }
                at = self.slowly(text, from..run.end, at, hashes);
                (before, alone) = (at, false);
            }
            start = at;
        }
        word.take(hashes);
    }

    /// Takes a run from `run.start` by its normal form, up to the first character from `at` on that ends a word whatever
    /// stands around it, and says where that is.
    #[cold]
    fn slowly(&mut self, text: &str, run: Range<usize>, at: usize, hashes: &mut Vec<u64>) -> usize {
        let letters = Letters::table();
        let ends_word = |(_, c): &(usize, char)| {
            let letter = letters.first(c.encode_utf8(&mut [0; 4]).as_bytes(), 0).0;
            matches!(letter.becomes(), Becomes::Gap | Becomes::Token)
        };
        let end = text[at..run.end]
            .char_indices()
            .find(ends_word)
            .map_or(run.end, |(len, _)| at + len);
        self.normal.clear();
        normalize(&text[run.start..end], &mut self.normal);
        words(&self.normal, &mut |word| hashes.push(hash_token(word)));
        end
    }
}

/// Cuts a text into runs and hashes each in the way that is right for it.
#[multiversion(targets("x86_64+avx512f+avx512bw+avx512vl+bmi1+bmi2", "x86_64+avx2+bmi1+bmi2"))]
fn runs(tokenizer: &mut Tokenizer, text: &str, hashes: &mut Vec<u64>) {
    let gather = gather!();
    let bytes = text.as_bytes();
    let mut found = [0; BLOCK];
    // Where the run at hand starts, whether it has begun, and whether it is known to hold what cannot be hashed where it
    // lies.
    let (mut start, mut open, mut odd) = (0, false, false);
    for at in (0..bytes.len()).step_by(BLOCK) {
        let marks = Marks::at(bytes, at, gather);
        let within = marks.plain | marks.foreign;
        let before = within << 1 | u64::from(open);
        let (mut starts, mut ends) = (within & !before, before & !within);
        if !open {
            (start, odd) = (at + next(&mut starts), false);
        }
        let mut left = if marks.foreign == 0 {
            0
        } else {
            unsettled(bytes, at, gather)
        };
        if left == 0 && !odd {
            let mut count = 0;
            while ends != 0 {
                let end = at + next(&mut ends);
                found[count % BLOCK] = hash_settled(bytes, start, end);
                count += 1;
                start = at + next(&mut starts);
            }
            hashes.extend_from_slice(&found[..count]);
        } else {
            while ends != 0 {
                let end = next(&mut ends);
                let below = (1 << end) - 1;
                odd |= left & below != 0;
                left &= !below;
                if odd {
                    tokenizer.mixed(text, start..at + end, hashes);
                } else {
                    hashes.push(hash_settled(bytes, start, at + end));
                }
                (start, odd) = (at + next(&mut starts), false);
            }
            odd |= left != 0;
        }
        open = within >> 63 != 0;
    }
    if open && odd {
        tokenizer.mixed(text, start..bytes.len(), hashes);
    } else if open {
        hashes.push(hash_settled(bytes, start, bytes.len()));
    }
}

/// Takes the lowest bit that is set from `bits`, and says which it was; 64 where there is none.
#[inline]
fn next(bits: &mut u64) -> usize {
    let at = bits.trailing_zeros();
    *bits &= bits.wrapping_sub(1);
    at as usize
}

/// The normal form of a word, as far as it was read, eight bytes in a register.
struct Word {
    eights: [u64; Word::EIGHTS],
    full: usize,
    /// What is not full yet, and how many bytes that is.
    rest: (u64, u32),
}

impl Word {
    /// Longer words take the slow way.
    const EIGHTS: usize = 8;

    fn new() -> Word {
        Word {
            eights: [0; Word::EIGHTS],
            full: 0,
            rest: (0, 0),
        }
    }

    /// Appends up to eight bytes, and says whether there was room.
    #[inline]
    fn push(&mut self, bytes: u64, len: u32) -> bool {
        let (word, before) = self.rest;
        let word = word | bytes << (8 * before);
        let fill = before + len;
        if fill < 8 {
            self.rest = (word, fill);
            return true;
        }
        let Some(eight) = self.eights.get_mut(self.full) else {
            return false;
        };
        *eight = word;
        self.full += 1;
        self.rest = (bytes.unbounded_shr(8 * (8 - before)), fill - 8);
        true
    }

    /// Appends the hash of the word, if it has any bytes, and begins a new one.
    #[inline]
    fn take(&mut self, hashes: &mut Vec<u64>) {
        let (rest, fill) = self.rest;
        if self.full == 0 && fill == 0 {
            return;
        }
        let mut hash = SECRET[0] ^ (8 * self.full as u64 + u64::from(fill));
        for &eight in &self.eights[..self.full] {
            hash = fold(hash ^ eight, SECRET[1]);
        }
        if fill > 0 {
            hash = fold(hash ^ rest, SECRET[1]);
        }
        hashes.push(hash);
        self.clear();
    }

    fn clear(&mut self) {
        self.full = 0;
        self.rest = (0, 0);
    }
}

const SECRET: [u64; 2] = [0xa076_1d64_78bd_642f, 0xe703_7ed1_a0b4_28db];

/// The 128-bit product of two words, folded to 64 bits.
#[inline(always)]
pub(crate) fn fold(a: u64, b: u64) -> u64 {
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
    let (eights, rest) = token.as_chunks();
    for eight in eights {
        hash = fold(hash ^ u64::from_le_bytes(*eight), SECRET[1]);
    }
    if !rest.is_empty() {
        let word = rest
            .iter()
            .rev()
            .fold(0, |word, &byte| word << 8 | u64::from(byte));
        hash = fold(hash ^ word, SECRET[1]);
    }
    hash
}

/// The hash of a word of ASCII and settled letters where it lies: as [`hash_token`] of it in lower case.
#[inline(always)]
fn hash_settled(bytes: &[u8], start: usize, end: usize) -> u64 {
    let len = end - start;
    match bytes[start..].first_chunk() {
        Some(sixteen) if len <= 16 => hash_short(sixteen, len as u32),
        _ => hash_long(bytes, start, end),
    }
}

/// The same for up to sixteen bytes: how long a word is cannot be foretold, so nothing branches on it.
#[inline(always)]
fn hash_short(sixteen: &[u8; 16], len: u32) -> u64 {
    let both = u128::from_le_bytes(*sixteen);
    let [low, high] = [both as u64, (both >> 64) as u64].map(lowered);
    let low = low & u64::MAX >> 64u32.saturating_sub(8 * len);
    // Of eight bytes or fewer there are none in the upper half, and what is made of it is not taken.
    let high = high & u64::MAX.wrapping_shr(128u32.wrapping_sub(8 * len));
    let one = fold(SECRET[0] ^ u64::from(len) ^ low, SECRET[1]);
    let two = fold(one ^ high, SECRET[1]);
    std::hint::select_unpredictable(len <= 8, one, two)
}

fn hash_long(bytes: &[u8], start: usize, end: usize) -> u64 {
    let mut hash = SECRET[0] ^ (end - start) as u64;
    let mut at = start;
    while end - at > 8 {
        hash = fold(hash ^ lowered(eight(bytes, at)), SECRET[1]);
        at += 8;
    }
    let left = (end - at) as u32;
    fold(hash ^ first(lowered(eight(bytes, at)), left), SECRET[1])
}

/// Eight bytes from `at`; zeros beyond the end.
#[inline]
fn eight(bytes: &[u8], at: usize) -> u64 {
    match bytes[at..].first_chunk() {
        Some(eight) => u64::from_le_bytes(*eight),
        None => bytes[at..]
            .iter()
            .rev()
            .fold(0, |word, &byte| word << 8 | u64::from(byte)),
    }
}

/// The ASCII from `at` on, up to eight bytes, and how many they are.
#[inline]
fn leading_ascii(bytes: &[u8], at: usize) -> (u64, u32) {
    let word = eight(bytes, at);
    let len = (word & HIGH).trailing_zeros() / 8;
    let len = len.min((bytes.len() - at) as u32);
    (first(word, len), len)
}

/// The first bytes of eight, from one to all.
#[inline]
fn first(word: u64, len: u32) -> u64 {
    word & u64::MAX >> (64 - 8 * len)
}

/// The bit by which letters of ASCII differ from their lower case, if they do, in so many bytes. Digits have it set.
#[inline]
fn lower(len: u32) -> u64 {
    first(ONES * 0x20, len)
}

/// Eight bytes with the ASCII letters among them in lower case, given that they hold no other ASCII but digits; what is not
/// ASCII stays.
#[inline(always)]
fn lowered(eight: u64) -> u64 {
    eight | ((ONES * 0x20) & !(eight >> 2))
}

const ONES: u64 = 0x0101_0101_0101_0101;
const HIGH: u64 = 0x8080_8080_8080_8080;

/// What a character of a normal form is.
#[derive(Clone, Copy, PartialEq, Eq)]
pub(super) enum Class {
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

pub(super) fn classify(c: char) -> Class {
    match c {
        'a'..='z' | '0'..='9' | 'ß'..='ö' | 'ø'..='ſ' | 'а'..='ё' | 'ء'..='ي' | '가'..='힣' => {
            Class::Word
        }
        _ if is_spaceless(c) => Class::Alone,
        _ if c.is_alphanumeric() || is_combining_mark(c) => Class::Word,
        _ => Class::Gap,
    }
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
    use super::super::bytes::{by_product, is_settled};
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
    fn settled_letters_are_their_own_normal_form() {
        let letters = Letters::table();
        for c in '\u{80}'..='\u{7ff}' {
            let mut two = [0; 2];
            let bytes = c.encode_utf8(&mut two).as_bytes();
            let own = u32::from(bytes[0]) | u32::from(bytes[1]) << 8;
            let becomes = letters.first(bytes, 0).0.becomes();
            if is_settled(bytes[0], bytes[1]) {
                assert_eq!(becomes, Becomes::Letters(own, 2), "{c}");
            }
        }
        for text in [
            "étude",
            "żółć",
            "город",
            "أخبار",
            "ישראל",
            "λόγος".trim_end_matches('ς'),
        ] {
            assert_eq!(unsettled(text.as_bytes(), 0, by_product), 0, "{text}");
        }
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

        #[test]
        fn all_ways_give_the_same_tokens_of_any_script(
            text in "([\u{80}-\u{7ff}]|[\u{800}-\u{30ff}]|[\u{1100}-\u{11ff}]|[가-힣]|[\u{ff00}-\u{ffef}]|[\u{ad}ßĳΣς]|[a-zA-Z=<>]{1,3}|[ .,]|[Α-ώ]{1,4}|[\u{300}-\u{308}]|[\u{3099}か]){0,40}"
        ) {
            prop_assert_eq!(hashes(&text), slow_hashes(&text));
        }
    }
}

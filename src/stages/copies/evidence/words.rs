//! Words: a text as the sequence that evidence is read from.
//!
//! Shingle sets say how much two texts share; they do not say what stands where the texts differ. So the texts of candidate
//! pairs are kept as sequences too, eight bytes a word: enough to align two of them, and to tell numbers, names and spellings.

use std::ops::Range;
use std::sync::LazyLock;

use unicode_normalization::char::is_combining_mark;
use zerocopy::{FromBytes, Immutable, IntoBytes, KnownLayout};

use crate::corpus::Article;
use crate::kernel::{is_spaceless, whole_words};

/// One word of a text; in scripts without spaces, one character.
///
/// From the lowest bit: 32 of its hash (case does not count), 24 that say which letters it has, 4 of its length, and four
/// marks.
#[derive(Clone, Copy, Debug, PartialEq, Eq, FromBytes, IntoBytes, Immutable, KnownLayout)]
#[repr(transparent)]
pub(crate) struct Word(pub(crate) u64);

const LETTERS: u32 = 24;
/// Ethiopic and what comes behind it.
const SYLLABARIES: u32 = 0x1200;
const LENGTH: u32 = 56;
const LONGEST: u64 = 15;
const NUMBER: u64 = 1 << 60;
const NAME: u64 = 1 << 61;
const ALONE: u64 = 1 << 62;
const TITLED: u64 = 1 << 63;

impl Word {
    /// Equal for words that are one but for case.
    pub(crate) fn hash(self) -> u32 {
        self.0 as u32
    }

    /// Whether it is made of digits, of any script.
    pub(crate) fn is_number(self) -> bool {
        self.0 & NUMBER != 0
    }

    /// Whether it begins with a capital.
    pub(crate) fn is_name(self) -> bool {
        self.0 & NAME != 0
    }

    /// Whether it is a character of a script without spaces.
    pub(super) fn is_alone(self) -> bool {
        self.0 & ALONE != 0
    }

    /// Whether it stands in the article's own title.
    pub(super) fn is_titled(self) -> bool {
        self.0 & TITLED != 0
    }

    /// Whether two words may be one in two spellings: few letters stand in only one of them.
    pub(super) fn resembles(self, other: Word) -> bool {
        if self.hash() == other.hash() {
            return true;
        }
        if (self.0 | other.0) & (NUMBER | ALONE) != 0 {
            return false;
        }
        let length = |word: Word| (word.0 >> LENGTH & LONGEST) as u32;
        let apart = ((self.0 ^ other.0) >> 32 & ((1 << LETTERS) - 1)).count_ones();
        let (x, y) = (length(self), length(other));
        x.min(y) > 2 && x.abs_diff(y) <= 2 && apart <= 2 + (x + y) / 10
    }
}

/// Cuts texts into words, keeping its buffers between texts.
#[derive(Debug, Default)]
pub(crate) struct Cutter {
    title: Vec<Word>,
    words: Vec<Word>,
}

impl Cutter {
    /// The words of what is kept of an article's text, in reading order.
    pub(crate) fn words(&mut self, article: &Article<'_>, kept: &[Range<usize>]) -> &[Word] {
        self.title.clear();
        let Cutter { title, words } = self;
        cut(&article.title, &mut |word| title.push(word));
        words.clear();
        for stretch in kept {
            let text = whole_words(&article.text[stretch.clone()]);
            cut(&text, &mut |word| words.push(word));
        }
        self.mark_titled();
        &self.words
    }

    /// Marks the words that the title has too, numbers aside; of characters, pairs of them.
    fn mark_titled(&mut self) {
        let pairs = self
            .title
            .windows(2)
            .map(|pair| unit(pair[0], Some(pair[1])));
        let last = self.title.last().map(|&word| unit(word, None));
        let mut titled: Vec<u64> = pairs.chain(last).flatten().collect();
        titled.sort_unstable();
        // Most words stand in no title, and are let go at once.
        let bit = |unit: u64| 1u64 << (unit & 63);
        let sieve = titled.iter().fold(0, |sieve, &unit| sieve | bit(unit));
        for at in 0..self.words.len() {
            let Some(unit) = unit(self.words[at], self.words.get(at + 1).copied()) else {
                continue;
            };
            if sieve & bit(unit) != 0 && titled.binary_search(&unit).is_ok() {
                self.words[at].0 |= TITLED;
            }
        }
    }
}

/// What of a text may be its subject: a word of two letters or more that is no number, or two characters of a script without
/// spaces, given the word that follows.
pub(super) fn unit(word: Word, next: Option<Word>) -> Option<u64> {
    if word.is_alone() {
        let next = next.filter(|next| next.is_alone())?;
        return Some(u64::from(word.hash()) << 32 | u64::from(next.hash()));
    }
    let is_long = (word.0 >> LENGTH & LONGEST) > 1;
    (!word.is_number() && is_long).then(|| u64::from(word.hash()))
}

/// A word as far as it was read.
#[derive(Default)]
struct Open {
    hash: u64,
    /// The letters that the hash lacks yet, the last one lowest: one byte each where they are ASCII, else three.
    rest: u64,
    bytes: u32,
    letters: u64,
    length: u64,
    is_name: bool,
    is_number: bool,
}

/// The letter of each byte of ASCII among those that a word says it has.
static ASCII_LETTERS: [u32; 128] = {
    let mut letters = [0; 128];
    let mut byte = 0;
    while byte < 128 {
        letters[byte] = 1 << (byte as u32 % LETTERS);
        byte += 1;
    }
    letters
};

impl Open {
    const BASE: u64 = 0x9e37_79b9_7f4a_7c15;

    /// Takes a letter or digit of ASCII, in its lower form.
    #[inline]
    fn push_ascii(&mut self, letter: u8, is_capital: bool, is_digit: bool) {
        self.begin(is_capital);
        self.is_number &= is_digit;
        if self.bytes == 8 {
            self.mix();
        }
        (self.rest, self.bytes) = (self.rest << 8 | u64::from(letter), self.bytes + 1);
        self.letters |= u64::from(ASCII_LETTERS[usize::from(letter & 0x7f)]);
        self.length += 1;
    }

    #[inline]
    fn push(&mut self, letter: u32, is_capital: bool) {
        self.begin(is_capital);
        self.is_number = false;
        if self.bytes > 5 {
            self.mix();
        }
        (self.rest, self.bytes) = (self.rest << 24 | u64::from(letter), self.bytes + 3);
        // Letters stand side by side in the alphabets, and eight or more apart in syllabaries.
        let place = if letter < SYLLABARIES {
            letter
        } else {
            letter.wrapping_mul(0x9e37_79b1) >> 16
        };
        self.letters |= 1 << (place % LETTERS);
        self.length += 1;
    }

    #[inline]
    fn begin(&mut self, is_capital: bool) {
        if self.length == 0 {
            (self.is_name, self.is_number) = (is_capital, true);
        }
    }

    #[inline]
    fn mix(&mut self) {
        let mixed = u128::from(self.hash ^ self.rest) * u128::from(Open::BASE);
        self.hash = (mixed as u64 ^ (mixed >> 64) as u64).rotate_left(self.bytes);
        (self.rest, self.bytes) = (0, 0);
    }

    #[inline]
    fn take(&mut self, each: &mut impl FnMut(Word)) {
        if self.length > 0 {
            self.mix();
            let mut word =
                self.hash >> 32 | self.letters << 32 | self.length.min(LONGEST) << LENGTH;
            if self.is_number {
                word |= NUMBER;
            } else if self.is_name {
                word |= NAME;
            }
            each(Word(word));
            *self = Open::default();
        }
    }
}

/// Hands on the words of a text.
fn cut(text: &str, each: &mut impl FnMut(Word)) {
    let mut open = Open::default();
    let bytes = text.as_bytes();
    let mut at = 0;
    while let Some(&byte) = bytes.get(at) {
        if byte.is_ascii() {
            at += 1;
            if byte.is_ascii_alphanumeric() {
                let digit = byte.is_ascii_digit();
                open.push_ascii(byte | 0x20, byte.is_ascii_uppercase(), digit);
            } else {
                open.take(each);
            }
            continue;
        }
        let Some(c) = text[at..].chars().next() else {
            break;
        };
        at += c.len_utf8();
        character(c, &mut open, each);
    }
    open.take(each);
}

/// What a character that is not ASCII is to the words around it.
#[derive(Clone, Copy, Debug)]
enum Character {
    /// The digit of that value.
    Digit(u32),
    /// A word of its own.
    Alone,
    /// A letter, by its lower form, and whether it is a capital.
    Letter(u32, bool),
    /// Nothing: what stands before and behind it is one word.
    Nothing,
    /// What parts words.
    Gap,
}

impl Character {
    fn of(c: char) -> Character {
        if let Some(digit) = digit(c) {
            Character::Digit(digit)
        } else if is_spaceless(c) {
            Character::Alone
        } else if c.is_alphabetic() || is_combining_mark(c) {
            let is_capital = c.is_uppercase();
            let lower = is_capital.then(|| c.to_lowercase().next()).flatten();
            Character::Letter(lower.unwrap_or(c) as u32, is_capital)
        } else if matches!(
            c,
            '\u{ad}' | '\u{200b}'..='\u{200d}' | '\u{2060}' | '\u{feff}'
        ) {
            Character::Nothing
        } else {
            Character::Gap
        }
    }

    /// The same, from a table of the alphabets and syllabaries.
    #[inline]
    fn looked_up(c: char) -> Character {
        match c as u32 {
            code @ 0x80..CHARACTERS => TABLE[(code - 0x80) as usize],
            0x4e00..=0x9fff | 0x3400..=0x4dbf => Character::Alone,
            code @ 0xac00..=0xd7a3 => Character::Letter(code, false),
            _ => Character::of(c),
        }
    }
}

/// Where the table ends: behind Ethiopic, Khmer and kana.
const CHARACTERS: u32 = 0x3100;

static TABLE: LazyLock<Box<[Character]>> = LazyLock::new(|| {
    let of_code = |code| char::from_u32(code).map_or(Character::Gap, Character::of);
    (0x80..CHARACTERS).map(of_code).collect()
});

/// Takes a character that is not ASCII.
#[inline]
fn character(c: char, open: &mut Open, each: &mut impl FnMut(Word)) {
    match Character::looked_up(c) {
        Character::Digit(digit) => open.push_ascii(b'0' + digit as u8, false, true),
        Character::Alone => {
            open.take(each);
            open.push(c as u32, false);
            let mut alone = |word: Word| each(Word(word.0 | ALONE));
            open.take(&mut alone);
        }
        Character::Letter(lower, is_capital) => open.push(lower, is_capital),
        Character::Nothing => {}
        Character::Gap => open.take(each),
    }
}

/// The first digit of each script that writes numbers with ten of its own.
const ZEROS: [u32; 21] = [
    0x660, 0x6f0, 0x7c0, 0x966, 0x9e6, 0xa66, 0xae6, 0xb66, 0xbe6, 0xc66, 0xce6, 0xd66, 0xde6,
    0xe50, 0xed0, 0xf20, 0x1040, 0x17e0, 0x1810, 0xa9d0, 0xff10,
];

/// The value of a digit that is not ASCII.
fn digit(c: char) -> Option<u32> {
    if !c.is_numeric() {
        return None;
    }
    let code = c as u32;
    let zero = ZEROS[..ZEROS.partition_point(|&zero| zero <= code)].last()?;
    Some(code - zero).filter(|&digit| digit < 10)
}

#[cfg(test)]
pub(super) fn words_of(title: &str, text: &str) -> Vec<Word> {
    let article = Article {
        title: title.into(),
        text: text.into(),
        ..Article::default()
    };
    let mut cutter = Cutter::default();
    let whole = 0..text.len();
    cutter
        .words(&article, std::slice::from_ref(&whole))
        .to_vec()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn case_does_not_count_and_marks_are_told() {
        let words = words_of("", "Lunder rose 247 metres, LUNDER fell ٢٤٧ and 東京");
        assert_eq!(words[0].hash(), words[4].hash());
        assert!(words[0].is_name() && !words[1].is_name());
        assert!(words[2].is_number() && words[6].is_number());
        assert_eq!(words[2].hash(), words[6].hash());
        assert!(words[8].is_alone() && words[9].is_alone());
        assert_eq!(words.len(), 10);
    }

    #[test]
    fn spellings_resemble_and_other_words_do_not() {
        let words = words_of(
            "",
            "council counci1 centre center Monday Sunday June July 1987 1988",
        );
        let alike = |a: usize| words[a].resembles(words[a + 1]);
        assert!(alike(0) && alike(2));
        assert!(!alike(4) && !alike(6) && !alike(8));
    }

    #[test]
    fn what_the_title_has_is_marked_but_for_numbers() {
        let words = words_of(
            "Ferry 12 aground",
            "The ferry lay aground with 12 on board.",
        );
        let titled: Vec<bool> = words.iter().map(|word| word.is_titled()).collect();
        assert_eq!(
            titled,
            [false, true, false, true, false, false, false, false]
        );
        let words = words_of("渡船搁浅", "一艘渡船昨天搁浅");
        assert_eq!(words.iter().filter(|word| word.is_titled()).count(), 2);
    }
}

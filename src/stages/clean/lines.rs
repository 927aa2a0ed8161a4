//! Lines: what a page is cut into, how equal lines are known, and how much of prose a line is.

use std::ops::Range;

use multiversion::multiversion;

use crate::kernel::{BLOCK, block_at, fold, gather, is_spaceless, mix};

/// A line of a text as cleaning sees it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Line {
    /// Where it stands in the text, without the white space around it.
    pub(super) span: Range<usize>,
    /// The hash of its bytes.
    pub(super) hash: u64,
    /// The hash with every run of digits as one: a time stamp is the same line every day, and a prompt that counts too.
    ///
    /// For lines with digits that are short, or most of their page.
    pub(super) masked: Option<u64>,
}

/// A line with digits is masked up to this many bytes, since time stamps are short, ...
const MASKED_BYTES: usize = 80;
/// ... and beyond, up to so many bytes, where it is a third of a page of several lines, and has at most two numbers.
const MASKED_PROMPT_BYTES: usize = 4096;
const PROMPT_SHARE: usize = 3;
const PROMPT_NUMBERS: usize = 2;

/// A line of so many words is prose; what names, links and headlines are has fewer.
const WORDY: usize = 12;
/// A line of more bytes than this is prose however many words it has.
const PROSE_BYTES: usize = 160;
/// In scripts without spaces so many characters, ...
const SPACELESS_CHARS: usize = 8;
/// ... are so many words, on average.
const SPACELESS_WORDS: usize = 5;

/// What may recur on pages, by how much it takes for it to be furniture.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(super) enum Class {
    /// A run of words in a text without line breaks.
    Phrase,
    /// A line of few words.
    Short,
    /// A line of twelve words or more, or of as many characters where words have no spaces between them.
    Wordy,
    /// A long line: prose that recurs is quoted more often than it is furniture.
    Prose,
    /// A long line with its numbers masked.
    Variant,
}

impl Class {
    /// The class of this number.
    pub(super) fn of_number(number: u32) -> Class {
        match number {
            0 => Class::Phrase,
            1 => Class::Short,
            2 => Class::Wordy,
            3 => Class::Prose,
            _ => Class::Variant,
        }
    }

    /// Whether it is a sentence or more, and no name, link or headline.
    pub(super) fn is_prose(self) -> bool {
        self >= Class::Wordy
    }
}

/// How long a line is, and what it is, in one number: its bytes, whether it is a sentence, and its class.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct Size(pub(super) u32);

const CLASS_BITS: u32 = 3;
const SENTENCE: u32 = 1 << CLASS_BITS;

impl Size {
    /// The size of a phrase, which has no bytes of its own.
    pub(super) const PHRASE: Size = Size(Class::Phrase as u32);

    fn new(bytes: usize, class: Class) -> Size {
        let most = u32::MAX >> (CLASS_BITS + 1);
        let bytes = u32::try_from(bytes).map_or(most, |bytes| bytes.min(most));
        Size(bytes << (CLASS_BITS + 1) | class as u32)
    }

    /// The size of a line.
    pub(super) fn of(line: &str) -> Size {
        let class = class_of(line);
        let ends = || line.ends_with(|c: char| !c.is_alphanumeric());
        let sentence = u32::from(class.is_prose() && ends()) * SENTENCE;
        Size(Size::new(line.len(), class).0 | sentence)
    }

    pub(super) fn bytes(self) -> u32 {
        self.0 >> (CLASS_BITS + 1)
    }

    pub(super) fn class(self) -> Class {
        Class::of_number(self.0 & (SENTENCE - 1))
    }

    /// Whether the line is prose that ends as sentences do, and so no headline however long.
    pub(super) fn is_sentence(self) -> bool {
        self.0 & SENTENCE != 0
    }
}

/// The class of a line.
pub(super) fn class_of(line: &str) -> Class {
    if line.len() > PROSE_BYTES {
        Class::Prose
    } else if is_wordy(line) {
        Class::Wordy
    } else {
        Class::Short
    }
}

fn is_wordy(line: &str) -> bool {
    // No word has less than one byte and a space, no character without spaces less than three.
    line.len() >= 2 * WORDY - 1 && words(line) >= WORDY
}

/// How many words a text has, about: a space ends a word, and some characters of a script without spaces make one.
pub(super) fn words(text: &str) -> usize {
    let last = usize::from(!text.is_empty());
    // Characters of two bytes have spaces between their words, as ASCII has, but for one that does not break the line.
    if text.is_ascii() {
        return spaces_of(text.as_bytes()) + last;
    }
    if text.bytes().all(|byte| byte < 0xe0) {
        let fixed = text
            .as_bytes()
            .windows(2)
            .filter(|two| *two == [0xc2, 0xa0]);
        return spaces_of(text.as_bytes()) + fixed.count() + last;
    }
    let (mut spaces, mut spaceless) = (0, 0);
    for c in text.chars() {
        spaces += usize::from(c.is_whitespace());
        spaceless += usize::from(is_spaceless(c));
    }
    spaces + spaceless * SPACELESS_WORDS / SPACELESS_CHARS + last
}

/// How many bytes are a space or end a line.
fn spaces_of(bytes: &[u8]) -> usize {
    // Sums of bytes over short stretches are counted many at a time.
    let of_stretch = |stretch: &[u8]| -> u8 {
        stretch
            .iter()
            .map(|&byte| u8::from(byte == b' ') + u8::from(byte == b'\n'))
            .sum()
    };
    let stretches = bytes.chunks(u8::MAX as usize);
    stretches
        .map(|stretch| usize::from(of_stretch(stretch)))
        .sum()
}

/// Finds the lines of a text, without those that hold no letter and no digit.
pub(super) fn lines(text: &str, found: &mut Vec<Line>) {
    found.clear();
    cut_lines(text, found);
    if found.len() > 1 {
        let most = |line: &&mut Line| line.span.len() * PROMPT_SHARE >= text.len();
        for line in found.iter_mut().filter(most) {
            if line.is_long() {
                line.masked = masked_prompt(&text.as_bytes()[line.span.clone()]);
            }
        }
    }
}

impl Line {
    /// Whether it is longer than what may be a time stamp.
    pub(super) fn is_long(&self) -> bool {
        self.span.len() > MASKED_BYTES
    }

    /// The size of its masked form.
    pub(super) fn masked_size(&self) -> Size {
        let class = if self.is_long() {
            Class::Variant
        } else {
            Class::Short
        };
        Size::new(self.span.len(), class)
    }
}

/// The hash of a long line with every run of digits as one, if it has a number or two.
fn masked_prompt(bytes: &[u8]) -> Option<u64> {
    let numbers = |bytes: &[u8]| {
        let pairs = bytes.windows(2);
        let starts = pairs.filter(|pair| !pair[0].is_ascii_digit() && pair[1].is_ascii_digit());
        starts.count() + usize::from(bytes[0].is_ascii_digit())
    };
    if bytes.len() > MASKED_PROMPT_BYTES || !(1..=PROMPT_NUMBERS).contains(&numbers(bytes)) {
        return None;
    }
    let mut masked = bytes.to_vec();
    masked.dedup_by(|digit, before| digit.is_ascii_digit() && before.is_ascii_digit());
    let digits = masked.iter_mut().filter(|byte| byte.is_ascii_digit());
    digits.for_each(|digit| *digit = b'0');
    // Never the hash of a line as it stands, nor of a short one that is masked.
    Some(mix(hash_bytes(&masked) ^ 2))
}

#[multiversion(targets("x86_64+avx512f+avx512bw+avx512vl+bmi1+bmi2", "x86_64+avx2+bmi1+bmi2"))]
fn cut_lines(text: &str, found: &mut Vec<Line>) {
    let gather = gather!();
    let bytes = text.as_bytes();
    let mut start = 0;
    for at in (0..bytes.len()).step_by(BLOCK) {
        let mut ends = gather(&block_at(bytes, at).map(|byte| u8::from(byte == b'\n')));
        while ends != 0 {
            let end = at + ends.trailing_zeros() as usize;
            ends &= ends - 1;
            found.extend(line(text, start..end, gather));
            start = end + 1;
        }
    }
    found.extend(line(text, start..text.len(), gather));
}

/// The line that stands in these bytes, if it holds anything.
#[inline(always)]
fn line(text: &str, span: Range<usize>, gather: impl Fn(&[u8; BLOCK]) -> u64) -> Option<Line> {
    let line = trim(&text[span]);
    if !line.bytes().any(|b| b.is_ascii_alphanumeric() || b >= 0x80) {
        return None;
    }
    let from = line.as_ptr() as usize - text.as_ptr() as usize;
    let span = from..from + line.len();
    let has_digits = span.len() <= MASKED_BYTES && {
        let digits = |at: usize, until: usize| {
            let which = block_at(text.as_bytes(), at).map(|byte| u8::from(byte.is_ascii_digit()));
            gather(&which) & !u64::MAX.unbounded_shl((until - at) as u32)
        };
        digits(from, span.end) != 0 || span.len() > BLOCK && digits(from + BLOCK, span.end) != 0
    };
    Some(Line {
        hash: hash_bytes(line.as_bytes()),
        masked: has_digits.then(|| masked_hash(line.as_bytes())),
        span,
    })
}

/// Trims white space of any kind, and knows at a glance that there is none.
fn trim(line: &str) -> &str {
    let is_plain = |byte: Option<&u8>| byte.is_none_or(|byte| byte.is_ascii_graphic());
    let bytes = line.as_bytes();
    if is_plain(bytes.first()) && is_plain(bytes.last()) {
        line
    } else {
        line.trim()
    }
}

/// The hash by which equal lines are known; a title is hashed the same way.
pub(super) fn line_hash(line: &str) -> u64 {
    hash_bytes(line.trim().as_bytes())
}

/// The hash of a line of up to [`MASKED_BYTES`] with every run of digits as one.
fn masked_hash(bytes: &[u8]) -> u64 {
    let mut masked = [0; MASKED_BYTES];
    let mut len = 0;
    for &byte in bytes {
        let byte = if byte.is_ascii_digit() { b'0' } else { byte };
        if byte != b'0' || len == 0 || masked[len - 1] != b'0' {
            masked[len] = byte;
            len += 1;
        }
    }
    // Never the hash of a line as it stands.
    mix(hash_bytes(&masked[..len]) ^ 1)
}

/// The hash of some bytes, sixteen at a time, each folded in with one multiplication. States keep it: who changes it gives
/// them another version.
#[inline]
fn hash_bytes(bytes: &[u8]) -> u64 {
    const SECRET: [u64; 2] = [0x2d35_8dcc_aa6c_78a5, 0x8bb8_4b93_962e_acc9];
    let mut hash = SECRET[0] ^ bytes.len() as u64;
    let (sixteens, rest) = bytes.as_chunks::<16>();
    let mut add = |sixteen: u128| {
        let (low, high) = (sixteen as u64, (sixteen >> 64) as u64);
        hash = fold(low ^ SECRET[1], high ^ hash);
    };
    sixteens
        .iter()
        .for_each(|sixteen| add(u128::from_le_bytes(*sixteen)));
    if let Some(last) = bytes.last_chunk() {
        // What was read twice does no harm, as the length went in too.
        if !rest.is_empty() {
            add(u128::from_le_bytes(*last));
        }
    } else {
        add(few(bytes));
    }
    mix(hash)
}

/// Fewer than sixteen bytes in one word.
#[inline]
fn few(bytes: &[u8]) -> u128 {
    if let (Some(first), Some(last)) = (bytes.first_chunk(), bytes.last_chunk()) {
        return u128::from(u64::from_le_bytes(*first))
            | u128::from(u64::from_le_bytes(*last)) << 64;
    }
    bytes
        .iter()
        .rev()
        .fold(0, |word, &byte| word << 8 | u128::from(byte))
}

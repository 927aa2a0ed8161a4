//! What learning keeps of a page: the hashes of its lines, and a sample of its text to compare pages by.

use std::ops::Range;

use xxhash_rust::xxh3::{xxh3_64, xxh3_64_with_seed};

use super::phrases;
use crate::article::Article;
use crate::fingerprint::{BLOCK, mix, which};

/// A line of a text as cleaning sees it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Line {
    /// Where it stands in the text, without the white space around it.
    pub(super) span: Range<usize>,
    /// xxh3 of its bytes.
    pub(super) hash: u64,
    /// xxh3 with every run of digits as one, for short lines with digits: a time stamp is the same line every day.
    pub(super) masked: Option<u64>,
}

/// A line with digits is masked only up to this many bytes: time stamps are short.
const MASKED_BYTES: usize = 80;

/// Finds the lines of a text, without those that hold no letter and no digit.
pub(super) fn lines(text: &str, found: &mut Vec<Line>) {
    found.clear();
    let mut start = 0;
    for end in memchr::memchr_iter(b'\n', text.as_bytes()).chain([text.len()]) {
        let line = trim(&text[start..end]);
        if line.bytes().any(|b| b.is_ascii_alphanumeric() || b >= 0x80) {
            let from = line.as_ptr() as usize - text.as_ptr() as usize;
            found.push(Line {
                span: from..from + line.len(),
                hash: xxh3_64(line.as_bytes()),
                masked: masked_hash(line),
            });
        }
        start = end + 1;
    }
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
    xxh3_64(line.trim().as_bytes())
}

fn masked_hash(line: &str) -> Option<u64> {
    let bytes = line.as_bytes();
    if bytes.len() > MASKED_BYTES {
        return None;
    }
    let is_digit = |byte: u8| byte.is_ascii_digit();
    let beyond = bytes.get(BLOCK..).unwrap_or_default();
    if which(bytes, is_digit) == 0 && !beyond.iter().any(u8::is_ascii_digit) {
        return None;
    }
    let mut masked = [0; MASKED_BYTES];
    let mut len = 0;
    for &byte in bytes {
        let byte = if byte.is_ascii_digit() { b'0' } else { byte };
        if byte != b'0' || len == 0 || masked[len - 1] != b'0' {
            masked[len] = byte;
            len += 1;
        }
    }
    Some(xxh3_64_with_seed(&masked[..len], 1))
}

/// A page as learning remembers it, about a third of a kilobyte for each kilobyte of text.
#[derive(Clone, Debug)]
pub(super) struct Page {
    /// Hash of title and text: what makes two pages byte-identical.
    pub(super) content: u64,
    /// Hash of the source; 0 where none is known.
    pub(super) source: u64,
    /// Hash of the title as a line; 0 where there is none.
    pub(super) title: u64,
    /// The hash and the length in bytes of every line, in the order they stand.
    pub(super) lines: Box<[(u64, u32)]>,
    /// The same of the masked forms.
    pub(super) masked: Box<[(u64, u32)]>,
    /// Its phrases, where the text is unbroken.
    pub(super) phrases: Box<[u32]>,
    /// Its title by words, where the text is unbroken or others' may be.
    pub(super) title_words: Option<phrases::Title>,
    /// The sample.
    pub(super) windows: Windows,
}

/// A sample of the stretches of 24 bytes of a text, drawn by content, so that any two texts draw alike.
///
/// Each stretch has a weight: stretches of long lines, which are prose, count for more than those of short ones.
/// Ascending; the upper 26 bits are the hash, the lower 6 the weight.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(super) struct Windows(Box<[u32]>);

const WINDOW: usize = 24;
const WEIGHT_BITS: u32 = 6;

/// Reads pages, keeping its buffers between them.
#[derive(Debug, Default)]
pub(super) struct PageReader {
    lines: Vec<Line>,
    words: Vec<phrases::Word>,
    sampler: Sampler,
}

impl PageReader {
    /// What learning keeps of an article.
    pub(super) fn read(&mut self, article: &Article<'_>) -> Page {
        lines(&article.text, &mut self.lines);
        let lines = &self.lines;
        let unbroken = phrases::is_unbroken(lines.len(), article.text.len());
        Page {
            content: content_hash(article),
            source: source_hash(article),
            title: title_hash(article),
            phrases: if unbroken {
                phrases::phrases(&article.text, &mut self.words)
            } else {
                Box::default()
            },
            title_words: phrases::Title::of(&article.title),
            windows: self.sampler.sample(&article.text, lines),
            lines: lines
                .iter()
                .map(|line| (line.hash, line.span.len() as u32))
                .collect(),
            masked: lines
                .iter()
                .filter_map(|line| Some((line.masked?, line.span.len() as u32)))
                .collect(),
        }
    }
}

/// The hash of an article's title and text: equal for byte-identical pages.
pub(crate) fn content_hash(article: &Article<'_>) -> u64 {
    mix(xxh3_64(article.text.as_bytes())) ^ xxh3_64(article.title.as_bytes())
}

/// The hash of an article's source, never 0; 0 where it has none.
pub(super) fn source_hash(article: &Article<'_>) -> u64 {
    article
        .source
        .as_deref()
        .map_or(0, |source| xxh3_64(source.as_bytes()) | 1)
}

/// The hash of an article's title as a line; 0 where it has none.
pub(super) fn title_hash(article: &Article<'_>) -> u64 {
    if article.title.trim().is_empty() {
        0
    } else {
        line_hash(&article.title)
    }
}

/// Draws samples, keeping its buffers between texts.
#[derive(Debug, Default)]
struct Sampler {
    /// The lines of the text, a space after each.
    joined: Vec<u8>,
    /// Where each line ends there, and its weight.
    ends: Vec<(usize, u32)>,
    drawn: Vec<u32>,
}

impl Sampler {
    fn sample(&mut self, text: &str, lines: &[Line]) -> Windows {
        self.joined.clear();
        self.ends.clear();
        self.drawn.clear();
        for line in lines {
            self.joined
                .extend_from_slice(&text.as_bytes()[line.span.clone()]);
            self.joined.push(b' ');
            self.ends.push((self.joined.len(), weight(line.span.len())));
        }
        self.draw(|byte| byte == b' ', 1, WORDS);
        if !text.is_ascii() {
            self.draw(|byte| (0xe3..=0xe9).contains(&byte), 0, CHARACTERS);
        }
        self.drawn.sort_unstable();
        self.drawn.dedup_by_key(|window| *window >> WEIGHT_BITS);
        Windows(self.drawn.as_slice().into())
    }

    /// Draws from the stretches that begin `after` so many bytes from each byte that is a mark.
    #[inline]
    fn draw(&mut self, is_mark: impl Fn(u8) -> bool, after: usize, below: u64) {
        let mut line = 0;
        for block in (0..self.joined.len()).step_by(BLOCK) {
            let mut marks = which(&self.joined[block..], &is_mark);
            // What is drawn cannot be foretold, so nothing branches on it: each is noted, and the next one over it if
            // it was not drawn.
            let (mut noted, mut count) = ([(0, 0); BLOCK], 0);
            while marks != 0 {
                let at = block + marks.trailing_zeros() as usize + after;
                marks &= marks - 1;
                let Some(window) = self.joined[at..].first_chunk::<WINDOW>() else {
                    break;
                };
                let first = first_hash(window);
                noted[count % BLOCK] = (at, first);
                count += usize::from(first < below);
            }
            for &(at, first) in &noted[..count] {
                while self.ends[line].0 <= at {
                    line += 1;
                }
                let hash = (whole_hash(first, &self.joined[at..]) >> 32) as u32;
                self.drawn.push(hash << WEIGHT_BITS | self.ends[line].1);
            }
        }
    }
}

impl Windows {
    /// The stretches that were drawn.
    pub(super) fn drawn(&self) -> &[u32] {
        &self.0
    }
}

fn mass(drawn: &[u32]) -> u32 {
    drawn
        .iter()
        .map(|window| window & ((1 << WEIGHT_BITS) - 1))
        .sum()
}

/// How much of the lighter of two texts, known by the stretches drawn from them, the other holds, in hundredths; 100
/// where one has no sample at all.
pub(super) fn containment(a: &[u32], b: &[u32]) -> u32 {
    let least = mass(a).min(mass(b));
    if least == 0 {
        return 100;
    }
    let (mut i, mut j, mut shared) = (0, 0, 0);
    while i < a.len() && j < b.len() {
        let (x, y) = (a[i] >> WEIGHT_BITS, b[j] >> WEIGHT_BITS);
        if x == y {
            shared += (a[i] & ((1 << WEIGHT_BITS) - 1)).min(b[j] & ((1 << WEIGHT_BITS) - 1));
        }
        i += usize::from(x <= y);
        j += usize::from(y <= x);
    }
    shared * 100 / least
}

/// The weight of a byte in a line of `bytes` bytes: a menu entry of 30 counts a quarter, a paragraph of 500 nearly all.
pub(super) fn weight(bytes: usize) -> u32 {
    (63 * bytes / (bytes + 100)).max(1) as u32
}

/// One in four of the stretches that begin with a word is drawn, ...
const WORDS: u64 = u64::MAX / 4;
/// ... and one in ten of those that begin with a character of a script without spaces, or of its neighbours.
const CHARACTERS: u64 = u64::MAX / 10;

/// The hash of the first eight bytes of a stretch, by which it is drawn.
#[inline]
fn first_hash(window: &[u8]) -> u64 {
    word(window, 0).wrapping_mul(0x9e37_79b9_7f4a_7c15)
}

/// The hash of a stretch, given that of its first eight bytes.
#[inline]
fn whole_hash(first: u64, window: &[u8]) -> u64 {
    mix(first ^ mix(word(window, 8) ^ word(window, 16).rotate_left(23)))
}

#[inline]
fn word(window: &[u8], at: usize) -> u64 {
    let eight = window[at..].first_chunk();
    u64::from_le_bytes(eight.copied().unwrap_or_default())
}

//! What learning keeps of a page: the hashes of its lines, and a sample of its text to compare pages by.

use multiversion::multiversion;
use xxhash_rust::xxh3::xxh3_64;

use super::headline::Headline;
use super::lines::{Line, Size, line_hash, lines};
use super::phrases;
use super::title_words::Title;
use crate::corpus::Article;
use crate::kernel::{BLOCK, block_at, gather, mix, sort_hashes};

/// A page as learning remembers it, about a third of a kilobyte for each kilobyte of text.
#[derive(Clone, Debug)]
pub(super) struct Page {
    /// Hash of title and text: what makes two pages byte-identical.
    pub(super) content: u64,
    /// Hash of the source; 0 where none is known.
    pub(super) source: u64,
    /// Hash of the title as a line; 0 where there is none.
    pub(super) title: u64,
    /// The words of the title, roughly.
    pub(super) headline: Headline,
    /// The hash and the size of every line, in the order they stand.
    pub(super) lines: Box<[(u64, Size)]>,
    /// The same of the masked forms.
    pub(super) masked: Box<[(u64, Size)]>,
    /// Its phrases, where the text is unbroken.
    pub(super) phrases: Box<[u32]>,
    /// Its title by words, where the text is unbroken or others' may be.
    pub(super) title_words: Option<Title>,
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
            title_words: Title::of(&article.title),
            headline: Headline::of(&article.title),
            windows: self.sampler.sample(&article.text, lines),
            lines: lines
                .iter()
                .map(|line| (line.hash, Size::of(&article.text[line.span.clone()])))
                .collect(),
            masked: lines
                .iter()
                .filter_map(|line| Some((line.masked?, line.masked_size())))
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
    /// Of each stretch that is drawn the hash of the first eight bytes, and its other two eights; ...
    eights: [Vec<u64>; 3],
    /// ... the weight of its line, and at the end all that is kept of it.
    drawn: Vec<u32>,
}

impl Sampler {
    fn sample(&mut self, text: &str, lines: &[Line]) -> Windows {
        self.joined.clear();
        self.ends.clear();
        self.drawn.clear();
        self.eights.iter_mut().for_each(Vec::clear);
        for line in lines {
            self.joined
                .extend_from_slice(&text.as_bytes()[line.span.clone()]);
            self.joined.push(b' ');
            self.ends.push((self.joined.len(), weight(line.span.len())));
        }
        draw_words(self);
        if !text.is_ascii() {
            draw_characters(self);
        }
        finish(&mut self.drawn, &self.eights);
        sort_hashes(&mut self.drawn, |window| window);
        self.drawn.dedup_by_key(|window| *window >> WEIGHT_BITS);
        Windows(self.drawn.as_slice().into())
    }

    /// Draws from the stretches that begin `after` so many bytes from each byte that is a mark.
    #[inline(always)]
    fn draw(
        &mut self,
        is_mark: impl Fn(u8) -> bool,
        after: usize,
        below: u64,
        gather: impl Fn(&[u8; BLOCK]) -> u64,
    ) {
        let joined = self.joined.as_slice();
        let mut line = 0;
        for block in (0..joined.len()).step_by(BLOCK) {
            let mut marks = gather(&block_at(joined, block).map(|byte| u8::from(is_mark(byte))));
            // What is drawn cannot be foretold, so nothing branches on it: each is noted, and the next one over it if
            // it was not drawn.
            let (mut noted, mut count) = ([0; BLOCK], 0);
            while marks != 0 {
                let at = block + marks.trailing_zeros() as usize + after;
                marks &= marks - 1;
                let Some(window) = joined[at..].first_chunk::<WINDOW>() else {
                    break;
                };
                noted[count % BLOCK] = at;
                count += usize::from(first_hash(window) < below);
            }
            for &at in &noted[..count] {
                while self.ends[line].0 <= at {
                    line += 1;
                }
                let window = &joined[at..];
                let eights = [first_hash(window), word(window, 8), word(window, 16)];
                for (all, eight) in self.eights.iter_mut().zip(eights) {
                    all.push(eight);
                }
                self.drawn.push(self.ends[line].1);
            }
        }
    }
}

#[multiversion(targets("x86_64+avx512f+avx512bw+avx512vl+bmi1+bmi2", "x86_64+avx2+bmi1+bmi2"))]
fn draw_words(sampler: &mut Sampler) {
    sampler.draw(|byte| byte == b' ', 1, WORDS, gather!());
}

#[multiversion(targets("x86_64+avx512f+avx512bw+avx512vl+bmi1+bmi2", "x86_64+avx2+bmi1+bmi2"))]
fn draw_characters(sampler: &mut Sampler) {
    let is_mark = |byte| (0xe3..=0xe9).contains(&byte);
    sampler.draw(is_mark, 0, CHARACTERS, gather!());
}

/// Makes what is kept of each stretch, given the weights of their lines: side by side, as none waits for another.
#[multiversion(targets("x86_64+avx512f+avx512dq+avx512vl", "x86_64+avx2"))]
fn finish(drawn: &mut [u32], [first, second, third]: &[Vec<u64>; 3]) {
    let eights = first.iter().zip(second).zip(third);
    for (window, ((&first, &second), &third)) in drawn.iter_mut().zip(eights) {
        let hash = mix(first ^ mix(second ^ third.rotate_left(23)));
        *window |= (hash >> 32 << WEIGHT_BITS) as u32;
    }
}

impl Windows {
    /// A sample that was drawn before.
    pub(super) fn of_drawn(drawn: Vec<u32>) -> Windows {
        Windows(drawn.into())
    }

    /// The stretches that were drawn.
    pub(super) fn drawn(&self) -> &[u32] {
        &self.0
    }
}

/// The weight of a stretch.
pub(super) fn weight_of(window: u32) -> u32 {
    window & ((1 << WEIGHT_BITS) - 1)
}

/// The hash of a stretch, without its weight.
pub(super) fn hash_of(window: u32) -> u32 {
    window >> WEIGHT_BITS
}

/// The weight of some stretches together.
pub(super) fn mass(drawn: &[u32]) -> u32 {
    drawn.iter().map(|&window| weight_of(window)).sum()
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
        let (x, y) = (hash_of(a[i]), hash_of(b[j]));
        if x == y {
            shared += weight_of(a[i]).min(weight_of(b[j]));
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

#[inline]
fn word(window: &[u8], at: usize) -> u64 {
    let eight = window[at..].first_chunk();
    u64::from_le_bytes(eight.copied().unwrap_or_default())
}

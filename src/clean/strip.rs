//! Stripping: which lines of one page are dropped, given what was learned.

use std::ops::Range;

use multiversion::multiversion;

use super::learn::{Evidence, Learned};
use super::lists::{END, Lists, START, gaps};
use super::page::{Line, line_hash, lines, source_hash, title_hash};
use super::phrases;
use crate::article::Article;
use crate::fingerprint::{BLOCK, block_at, gather};

/// Why a line was dropped.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Reason {
    /// The line recurs on pages that are otherwise unlike.
    Recurring,
    /// The line is another article's title.
    Headline,
    /// The line stands between two lines of furniture that hold lists and no articles.
    Entry,
    /// The stretch is the head or the foot of a text without line breaks, and made of phrases and titles that recur.
    Phrase,
}

impl Reason {
    /// The reason as tables have it.
    pub fn name(self) -> &'static str {
        match self {
            Reason::Recurring => "recurring",
            Reason::Headline => "headline",
            Reason::Entry => "entry",
            Reason::Phrase => "phrase",
        }
    }
}

/// A line that was dropped: where it stood, and why.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Dropped {
    /// Its bytes in the text.
    pub span: Range<usize>,
    /// Why it was dropped.
    pub why: Reason,
    /// On how many different pages of its scope it stands; 0 where that is not why it was dropped.
    pub pages: u32,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Kind {
    Text,
    /// Recurs widely but for its digits: a time stamp beside a menu, or a line of an earnings table.
    Masked(u32),
    Weak(Reason, u32),
    /// A few words and another article's title: `Read more: …`.
    Link,
    Strong(u32),
}

/// A line that recurs but for its digits is dropped only this near to an end of the page.
const EDGE_LINES: usize = 4;

/// The words before a linked headline have at most so many bytes.
const LEAD_IN_BYTES: usize = 64;

/// A headline of fewer bytes than this may stand behind a colon by chance.
const HEADLINE_BYTES: usize = 16;

/// An entry of a list, or a link, has at most this many bytes.
const ENTRY_BYTES: usize = 240;

/// Cleans pages, keeping its buffers between them.
#[derive(Debug)]
pub(crate) struct Cleaner<'f> {
    furniture: &'f super::Furniture,
    lines: Vec<Line>,
    words: Vec<phrases::Word>,
    kinds: Vec<Kind>,
    /// For each line why it is dropped, if it is.
    drop: Vec<Option<(Reason, u32)>>,
    dropped: Vec<Dropped>,
    kept: Vec<Range<usize>>,
}

impl<'f> Cleaner<'f> {
    pub(crate) fn new(furniture: &'f super::Furniture) -> Cleaner<'f> {
        Cleaner {
            furniture,
            lines: Vec::new(),
            words: Vec::new(),
            kinds: Vec::new(),
            drop: Vec::new(),
            dropped: Vec::new(),
            kept: Vec::new(),
        }
    }

    /// The stretches of an article's text that are the article, in order.
    pub(crate) fn kept(&mut self, article: &Article<'_>) -> &[Range<usize>] {
        self.dropped(article);
        self.kept.clear();
        let mut from = 0;
        for Dropped { span, .. } in &self.dropped {
            if from < span.start {
                self.kept.push(from..span.start);
            }
            from = span.end;
        }
        if from < article.text.len() {
            self.kept.push(from..article.text.len());
        }
        &self.kept
    }

    /// The lines of a page that are furniture, in the order they stand.
    pub(crate) fn dropped(&mut self, article: &Article<'_>) -> &[Dropped] {
        self.dropped.clear();
        lines(&article.text, &mut self.lines);
        if phrases::is_unbroken(self.lines.len(), article.text.len()) {
            self.drop_phrases(article);
        } else {
            self.drop_lines(article);
        }
        &self.dropped
    }

    fn drop_phrases(&mut self, article: &Article<'_>) {
        let source = source_hash(article);
        let own = phrases::Title::of(&article.title);
        let learned = &self.furniture.lines;
        let is_learned = |phrase| learned.find(phrases::as_line(phrase), source).is_some();
        let titles = &self.furniture.titles.words;
        let text = (&*article.text, &mut self.words);
        let found = phrases::furniture(text, own, titles, is_learned);
        self.dropped.extend(found.into_iter().map(|span| Dropped {
            span,
            why: Reason::Phrase,
            pages: 0,
        }));
    }

    fn drop_lines(&mut self, article: &Article<'_>) {
        let page = (source_hash(article), title_hash(article));
        let (lines, learned) = (&self.lines, self.furniture);
        let kinds = &mut self.kinds;
        kinds.clear();
        kinds.extend(
            lines
                .iter()
                .map(|line| kind(&article.text, line, page, learned)),
        );
        if kinds
            .iter()
            .all(|kind| matches!(kind, Kind::Text | Kind::Masked(_)))
        {
            // Everything else is dropped for what stands beside it.
            return;
        }
        let drop = &mut self.drop;
        drop.clear();
        drop.extend(kinds.iter().map(|kind| match *kind {
            Kind::Strong(pages) => Some((Reason::Recurring, pages)),
            Kind::Link => Some((Reason::Headline, 0)),
            _ => None,
        }));
        spread(kinds, drop);
        stamps(kinds, drop);
        entries(lines, kinds, &learned.lists, drop);
        if drop.iter().all(Option::is_some)
            && !kinds.iter().any(|kind| matches!(kind, Kind::Strong(_)))
        {
            // A short item made of common lines, not a page that holds nothing but its site's furniture.
            return;
        }
        for (line, drop) in lines.iter().zip(drop) {
            if let Some((why, pages)) = *drop {
                self.dropped.push(Dropped {
                    span: line.span.clone(),
                    why,
                    pages,
                });
            }
        }
    }
}

fn kind(text: &str, line: &Line, (source, own): (u64, u64), learned: &super::Furniture) -> Kind {
    let (learned, titles) = (&learned.lines, &learned.titles);
    match learned.find(line.hash, source) {
        Some(Learned {
            evidence: Evidence::Strong,
            pages,
        }) => return Kind::Strong(pages),
        Some(Learned {
            evidence: Evidence::Weak,
            pages,
        }) => return Kind::Weak(Reason::Recurring, pages),
        None => {}
    }
    let is_headline = |hash| hash != own && titles.holds(hash);
    if is_headline(line.hash) {
        return Kind::Weak(Reason::Headline, 0);
    }
    if line.span.len() <= ENTRY_BYTES
        && linked(text, line.span.clone()).any(|rest| is_headline(line_hash(rest)))
    {
        return Kind::Link;
    }
    match line.masked.and_then(|masked| learned.find(masked, source)) {
        Some(Learned {
            evidence: Evidence::Strong,
            pages,
        }) => Kind::Masked(pages),
        _ => Kind::Text,
    }
}

/// What a line may link to, if it is a few words and a link: what stands behind each mark near its beginning.
fn linked(text: &str, span: Range<usize>) -> impl Iterator<Item = &str> {
    const { assert!(LEAD_IN_BYTES == BLOCK) };
    let line = &text[span.clone()];
    let mut near = link_marks(text.as_bytes(), span.start);
    near &= !u64::MAX.unbounded_shl(line.len() as u32);
    std::iter::from_fn(move || {
        let at = near.trailing_zeros() as usize;
        near &= near.checked_sub(1)?;
        Some(&line[at..])
    })
    .filter_map(|from| from.strip_prefix([':', '：', '|', '»', '>', '→']))
    .filter(|rest| rest.len() >= HEADLINE_BYTES)
}

/// Which of the [`BLOCK`] bytes from `at` on begin a mark that may stand before a link.
#[multiversion(targets("x86_64+avx512f+avx512bw+avx512vl+bmi1+bmi2", "x86_64+avx2+bmi1+bmi2"))]
fn link_marks(text: &[u8], at: usize) -> u64 {
    let begins = |byte: u8| matches!(byte, b':' | b'|' | b'>' | 0xc2 | 0xe2 | 0xef);
    gather!()(&block_at(text, at).map(|byte| u8::from(begins(byte))))
}

/// Weak furniture is dropped at the foot of the page, and in one run with strong furniture.
fn spread(kinds: &[Kind], drop: &mut [Option<(Reason, u32)>]) {
    let weak = |kind: Kind| match kind {
        Kind::Weak(why, pages) => Some((why, pages)),
        _ => None,
    };
    for at in 0..kinds.len() {
        let after_strong = at > 0 && drop[at - 1].is_some();
        if after_strong && drop[at].is_none() {
            drop[at] = weak(kinds[at]);
        }
    }
    for at in (0..kinds.len()).rev() {
        let at_foot_or_before = at + 1 == kinds.len() || drop[at + 1].is_some();
        if at_foot_or_before && drop[at].is_none() {
            drop[at] = weak(kinds[at]);
        }
    }
}

/// Time stamps are dropped in the run of furniture at the head of the page or at its foot.
fn stamps(kinds: &[Kind], drop: &mut [Option<(Reason, u32)>]) {
    let order: [&mut dyn Iterator<Item = usize>; 2] =
        [&mut (0..kinds.len()), &mut (0..kinds.len()).rev()];
    for ends in order {
        let mut stamps = Vec::new();
        let mut furniture = false;
        for at in ends.take(EDGE_LINES) {
            match kinds[at] {
                Kind::Masked(pages) => stamps.push((at, pages)),
                _ if drop[at].is_some() => furniture = true,
                _ => break,
            }
        }
        for (at, pages) in stamps.into_iter().filter(|_| furniture) {
            drop[at] = Some((Reason::Recurring, pages));
        }
    }
}

/// The entries of lists at the foot, between two lines of strong furniture, are dropped though seen once.
fn entries(lines: &[Line], kinds: &[Kind], lists: &Lists, drop: &mut [Option<(Reason, u32)>]) {
    let strong = |at: &usize| matches!(kinds[*at], Kind::Strong(_));
    for gap in gaps(lines.len(), strong).into_iter().rev() {
        let before = gap.start.checked_sub(1).map_or(START, |at| lines[at].hash);
        let after = lines.get(gap.end).map_or(END, |line| line.hash);
        let short = lines[gap.clone()]
            .iter()
            .all(|line| line.span.len() <= ENTRY_BYTES);
        if drop[gap.clone()].iter().all(Option::is_some) {
            continue;
        }
        if !short || !lists.is_list(before, after) {
            break;
        }
        for at in gap {
            drop[at] = drop[at].or(Some((Reason::Entry, 0)));
        }
    }
}

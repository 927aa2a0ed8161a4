//! Stripping: which lines of one page are dropped, given what was learned.

use std::ops::Range;

use multiversion::multiversion;

use super::doubts;
use super::learn::{Evidence, LineStats};
use super::lines::{Line, Size, line_hash, lines};
use super::lists::{END, Lists, START, gaps, is_prose};
use super::page::{source_hash, title_hash};
use super::phrases;
use super::title_words::Title;
use crate::corpus::Article;
use crate::kernel::{BLOCK, block_at, gather};

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

/// Why a line is dropped, and on how many pages it recurs; `None` for one that stays.
pub(super) type Drop = Option<(Reason, u32)>;

/// What a line looks like.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Kind {
    Text,
    /// Recurs with other figures on so many pages: a time stamp beside a menu, or a line of a table.
    Figures(u32),
    /// The same, and so widely that it may be a stamp.
    Stamp(u32),
    Weak(Reason, u32),
    /// A few words and another article's title: `Read more: …`.
    Link,
    Strong(u32),
    Certain(u32),
}

impl Kind {
    pub(super) fn is_figures(self) -> bool {
        matches!(self, Kind::Figures(_) | Kind::Stamp(_))
    }

    /// Whether it is furniture wherever it stands.
    fn is_strong(self) -> bool {
        matches!(self, Kind::Strong(_) | Kind::Certain(_))
    }
}

/// Figures vary: the form of a line recurs on so many times as many pages as the line.
const VARIES: u32 = 2;
/// This share of the letters and digits of a line of figures are digits, in hundredths.
const DIGITS: usize = 30;

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
    /// For each line why it is dropped, if any is.
    drop: Vec<Drop>,
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
        let is_unbroken = phrases::is_unbroken(self.lines.len(), article.text.len());
        if !is_unbroken || self.lines.len() > 1 {
            self.drop_lines(article);
        }
        if is_unbroken {
            self.drop_phrases(article);
        }
        &self.dropped
    }

    /// Drops phrases at the head and the foot of what lines leave.
    fn drop_phrases(&mut self, article: &Article<'_>) {
        let is_kept = |span: &Range<usize>| self.dropped.iter().all(|it| it.span != *span);
        let mut kept = self.lines.iter().map(|line| &line.span);
        let Some(first) = kept.by_ref().find(|span| is_kept(span)) else {
            return;
        };
        let last = kept.rev().find(|span| is_kept(span)).unwrap_or(first);
        let core = first.start..last.end;
        let source = source_hash(article);
        let own = Title::of(&article.title);
        let learned = &self.furniture.lines;
        let find = |phrase| learned.find(phrases::as_line(phrase), source);
        let titles = &self.furniture.titles.words;
        let text = &article.text[core.clone()];
        for span in phrases::furniture(text, &mut self.words, own, titles, find) {
            let span = core.start + span.start..core.start + span.end;
            self.dropped.retain(|Dropped { span: line, .. }| {
                line.end <= span.start || line.start >= span.end
            });
            self.dropped.push(Dropped {
                span,
                why: Reason::Phrase,
                pages: 0,
            });
        }
        self.dropped.sort_unstable_by_key(|it| it.span.start);
    }

    fn drop_lines(&mut self, article: &Article<'_>) {
        let (source, own) = (source_hash(article), title_hash(article));
        let (lines, learned) = (&self.lines, self.furniture);
        let (text, kinds, drop) = (&*article.text, &mut self.kinds, &mut self.drop);
        kinds.clear();
        kinds.extend(
            lines
                .iter()
                .map(|line| kind(text, line, source, own, learned)),
        );
        doubts::keep_title(own, lines, kinds);
        let is_text = |kind: &Kind| *kind == Kind::Text || kind.is_figures();
        if kinds.iter().all(is_text) {
            // Everything else is dropped for what stands beside it.
            return;
        }
        let is_table = doubts::is_table(text, lines, kinds);
        if is_table {
            doubts::keep_rows(kinds);
        }
        doubts::keep_continued(text, lines, kinds);
        drop.clear();
        drop.extend(kinds.iter().map(|kind| match *kind {
            Kind::Strong(pages) | Kind::Certain(pages) => Some((Reason::Recurring, pages)),
            Kind::Link => Some((Reason::Headline, 0)),
            _ => None,
        }));
        spread(kinds, drop);
        doubts::keep_lone(text, lines, kinds, drop);
        if !is_table {
            stamps(kinds, drop);
        }
        entries(text, lines, kinds, is_table, &learned.lists, drop);
        if drop.iter().all(Option::is_some) && !kinds.iter().any(|kind| kind.is_strong()) {
            // A short item made of common lines, not a page that holds nothing but its site's furniture.
            return;
        }
        doubts::keep_words(text, lines, drop);
        doubts::keep_most(text, lines, kinds, drop);
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

fn kind(text: &str, line: &Line, source: u64, own: u64, learned: &super::Furniture) -> Kind {
    let (learned, titles) = (&learned.lines, &learned.titles);
    let found = learned.find(line.hash, source);
    if let Some(LineStats {
        evidence: Evidence::Certain,
        pages,
    }) = found
    {
        return Kind::Certain(pages);
    }
    let masked = line.masked.and_then(|masked| learned.find(masked, source));
    let figures = match (found, masked) {
        _ if line.is_long() || line.masked.is_none() => None,
        (None, None) => None,
        (None, Some(masked)) => Some(masked),
        (Some(found), Some(masked)) if masked.pages >= VARIES * found.pages => Some(masked),
        (Some(found), _) => are_figures(&text[line.span.clone()]).then_some(found),
    };
    match found {
        Some(LineStats { evidence, pages }) if figures.is_none() => {
            return match evidence {
                Evidence::Weak => Kind::Weak(Reason::Recurring, pages),
                _ => Kind::Strong(pages),
            };
        }
        _ => {}
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
    match (figures, masked) {
        // A prompt that counts.
        (
            None,
            Some(LineStats {
                evidence: Evidence::Certain,
                pages,
            }),
        ) => Kind::Certain(pages),
        (Some(LineStats { pages, .. }), Some(masked)) if masked.evidence >= Evidence::Strong => {
            Kind::Stamp(masked.pages.max(pages))
        }
        (Some(LineStats { pages, .. }), _) => Kind::Figures(pages),
        (None, _) => Kind::Text,
    }
}

/// Whether a line is mostly digits: a result, a price, a draw.
fn are_figures(line: &str) -> bool {
    let digits = line.bytes().filter(u8::is_ascii_digit).count();
    let all = line.chars().filter(|c| c.is_alphanumeric()).count();
    digits * 100 >= all * DIGITS
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

/// Weak furniture is dropped at the foot of the page, and in one run with strong furniture, past single lines of figures.
fn spread(kinds: &[Kind], drop: &mut [Drop]) {
    let weak = |kind: Kind| match kind {
        Kind::Weak(why, pages) => Some((why, pages)),
        _ => None,
    };
    for at in 0..kinds.len() {
        let before = match at {
            0 => None,
            at if at > 1 && kinds[at - 1].is_figures() => drop[at - 2],
            at => drop[at - 1],
        };
        if before.is_some() && drop[at].is_none() {
            drop[at] = weak(kinds[at]);
        }
    }
    for at in (0..kinds.len()).rev() {
        let after = at + 1 + usize::from(kinds.get(at + 1).is_some_and(|kind| kind.is_figures()));
        let at_foot_or_before = after == kinds.len() || drop[after].is_some();
        if at_foot_or_before && drop[at].is_none() {
            drop[at] = weak(kinds[at]);
        }
    }
}

/// Time stamps are dropped in the run of furniture at the head of the page or at its foot, and figures amid furniture.
fn stamps(kinds: &[Kind], drop: &mut [Drop]) {
    let order: [&mut dyn Iterator<Item = usize>; 2] =
        [&mut (0..kinds.len()), &mut (0..kinds.len()).rev()];
    for ends in order {
        let mut stamps = Vec::new();
        let mut furniture = false;
        for at in ends.take(EDGE_LINES) {
            match kinds[at] {
                Kind::Stamp(pages) => stamps.push((at, pages)),
                _ if drop[at].is_some() => furniture = true,
                _ => break,
            }
        }
        for (at, pages) in stamps.into_iter().filter(|_| furniture) {
            drop[at] = Some((Reason::Recurring, pages));
        }
    }
    for at in 1..kinds.len().saturating_sub(1) {
        let amid = drop[at - 1].is_some() && drop[at + 1].is_some();
        if let Kind::Figures(pages) | Kind::Stamp(pages) = kinds[at]
            && amid
        {
            drop[at] = Some((Reason::Recurring, pages));
        }
    }
}

/// The entries of lists at the foot, between two lines of strong furniture, are dropped though seen once.
fn entries(
    text: &str,
    lines: &[Line],
    kinds: &[Kind],
    is_table: bool,
    lists: &Lists,
    drop: &mut [Drop],
) {
    let strong = |at: &usize| kinds[*at].is_strong();
    for gap in gaps(lines.len(), strong).into_iter().rev() {
        let before = gap.start.checked_sub(1).map_or(START, |at| lines[at].hash);
        let after = lines.get(gap.end).map_or(END, |line| line.hash);
        let within = &lines[gap.clone()];
        let short = within.iter().all(|line| line.span.len() <= ENTRY_BYTES);
        if drop[gap.clone()].iter().all(Option::is_some) {
            continue;
        }
        let sizes = within.iter().map(|line| Size::of(&text[line.span.clone()]));
        let is_table = is_table && kinds[gap.clone()].iter().any(|kind| kind.is_figures());
        if !short || !lists.is_list(before, after) || is_table || is_prose(sizes) {
            break;
        }
        for at in gap {
            drop[at] = drop[at].or(Some((Reason::Entry, 0)));
        }
    }
}

//! Doubts: what speaks for a line that looks like furniture.
//!
//! That a line recurs on pages which are unlike makes it furniture if it stands where furniture stands. What recurs in the
//! middle of a sentence, in a table, on a page of a few words, or word by word, is what the page has to say.

use std::ops::Range;

use super::lines::{Line, class_of, words};
use super::strip::{Drop, Kind, Reason};

/// A table has so many lines of figures, ...
const FIGURES: usize = 3;
/// ... and less than this share of its page is prose, as one in so many.
const PROSE_SHARE: usize = 2;

/// A line that goes on has at least so many bytes: a heading or an entry of a menu has fewer.
const GOES_ON_BYTES: usize = 32;
/// A page whose lines are cut to one width has no longer ones than this, in characters, ...
const WIDTH: usize = 120;
/// ... and half of them have at least this share of the longest, in hundredths.
const FULL: usize = 80;

/// A page is cut word by word if most of it stands on lines of at most so many words, ...
const WORDS: usize = 2;
/// ... and what would be dropped stands in so many places, ...
const PLACES: usize = 4;
/// ... one for so many lines at least.
const LINES_A_PLACE: usize = 24;
/// ... or if it has so many lines, and nearly all of it, in hundredths, stands on such lines.
const WHOLE_LINES: usize = 96;
const WHOLE: usize = 95;

/// A line by itself that has no address is furniture only if it is prose, and on so many pages.
const LONE_PAGES: u32 = 8;

/// A text of so many words is short: a page of an article, with furniture enough to drown it, has more.
pub(super) const SHORT_TEXT: usize = 64;

/// What a page calls itself above its text is its own, though its site calls others so too.
pub(super) fn keep_title(title: u64, lines: &[Line], kinds: &mut [Kind]) {
    let above = kinds.iter().take_while(|kind| **kind != Kind::Text).count();
    if let Some(at) = lines[..above].iter().position(|line| line.hash == title) {
        kinds[at] = Kind::Text;
    }
}

/// Whether a page is a table: its figures are what it says, and no stamps.
pub(super) fn is_table(text: &str, lines: &[Line], kinds: &[Kind]) -> bool {
    let figures = kinds.iter().filter(|kind| kind.is_figures()).count();
    if figures < FIGURES {
        return false;
    }
    let bytes = |lines: &mut dyn Iterator<Item = &Line>| -> usize {
        lines.map(|line| line.span.len()).sum()
    };
    let is_prose = |line: &&Line| class_of(&text[line.span.clone()]).is_prose();
    let prose = bytes(&mut lines.iter().filter(is_prose));
    prose * PROSE_SHARE < bytes(&mut lines.iter())
}

/// What stands beside the figures of a table belongs to it.
pub(super) fn keep_rows(kinds: &mut [Kind]) {
    let is_figures: Vec<bool> = kinds.iter().map(|kind| kind.is_figures()).collect();
    for (at, kind) in kinds.iter_mut().enumerate() {
        let above = at > 0 && is_figures[at - 1];
        let below = is_figures.get(at + 1) == Some(&true);
        if (above || below) && !is_figures[at] && !matches!(kind, Kind::Certain(_)) {
            *kind = Kind::Text;
        }
    }
}

/// A line in which a sentence of the line above goes on is the end of a paragraph, not a line of its own.
pub(super) fn keep_continued(text: &str, lines: &[Line], kinds: &mut [Kind]) {
    let mut full = None;
    for at in 1..lines.len() {
        let recurs = matches!(
            kinds[at],
            Kind::Strong(_) | Kind::Weak(Reason::Recurring, _)
        );
        if !recurs || kinds[at - 1] != Kind::Text {
            continue;
        }
        let (above, own) = (&lines[at - 1].span, &lines[at].span);
        let before = &text[above.clone()];
        if before.len() < GOES_ON_BYTES || !is_next_line(&text[above.end..own.start]) {
            continue;
        }
        let goes_on = before
            .ends_with(|c: char| c.is_alphanumeric() || matches!(c, ',' | '-' | '،' | '、' | '，'));
        let mut is_continued = || {
            text[own.clone()].starts_with(char::is_lowercase)
                || *full.get_or_insert_with(|| full_line(text, lines)) <= before.chars().count()
        };
        if goes_on && is_continued() {
            kinds[at] = Kind::Text;
        }
    }
}

/// Whether there is one line break between two lines, and no blank line.
fn is_next_line(between: &str) -> bool {
    between.bytes().filter(|&byte| byte == b'\n').count() == 1
}

/// How many characters a full line has, where the text is cut to lines of one width; more than any where it is not.
fn full_line(text: &str, lines: &[Line]) -> usize {
    let width = |line: &Line| text[line.span.clone()].chars().count();
    let longest = lines.iter().map(width).max().unwrap_or(0);
    let full = (longest * FULL).div_ceil(100);
    let count = lines.iter().filter(|line| width(line) >= full).count();
    if longest <= WIDTH && count * 2 >= lines.len() {
        full
    } else {
        usize::MAX
    }
}

/// A line that recurs on few pages, and stands by itself, may end an article as well, unless it names an address.
pub(super) fn keep_lone(text: &str, lines: &[Line], kinds: &[Kind], drop: &mut [Drop]) {
    for run in runs(drop) {
        if let [Kind::Weak(Reason::Recurring, pages)] = kinds[run.clone()] {
            let line = &text[lines[run.start].span.clone()];
            let has_address = line.contains("://") || line.contains("www.") || line.contains('@');
            let is_prompt = pages >= LONE_PAGES && class_of(line).is_prose();
            if !has_address && !is_prompt {
                drop[run.start] = None;
            }
        }
    }
}

/// In a text that has a word on each line, words that recur are no furniture.
pub(super) fn keep_words(text: &str, lines: &[Line], drop: &mut [Drop]) {
    // Which share of some lines, in hundredths, stands word by word.
    let by_word = |lines: &mut dyn Iterator<Item = &Line>| {
        let (mut all, mut of_words) = (0, 0);
        for line in lines.map(|line| &text[line.span.clone()]) {
            all += line.len();
            of_words += if words(line) <= WORDS { line.len() } else { 0 };
        }
        100 * of_words / all.max(1)
    };
    let places = runs(drop).filter(|run| run.start > 0 && run.end < lines.len());
    let places = places.count();
    let many = places >= PLACES && places * LINES_A_PLACE >= lines.len();
    if !many && lines.len() < WHOLE_LINES {
        return;
    }
    let of_page = by_word(&mut lines.iter());
    // What stands so word by word, and is so long, is no menu, however few of its words recur.
    let is_whole = lines.len() >= WHOLE_LINES && of_page >= WHOLE;
    let kept = lines.iter().zip(&*drop).filter(|(_, drop)| drop.is_none());
    if is_whole || many && of_page >= 50 && by_word(&mut kept.map(|(line, _)| line)) >= 50 {
        drop.fill(None);
    }
}

/// A short text stays, but for what is certain to be furniture; and a page of nothing but one text keeps it.
pub(super) fn keep_most(text: &str, lines: &[Line], kinds: &[Kind], drop: &mut [Drop]) {
    // Few words have more bytes.
    if text.len() <= 16 * SHORT_TEXT {
        let count = |line: &Line| words(&text[line.span.clone()]);
        if lines.iter().map(count).sum::<usize>() <= SHORT_TEXT {
            let uncertain = kinds.iter().zip(&mut *drop);
            let uncertain = uncertain.filter(|(kind, _)| !matches!(kind, Kind::Certain(_)));
            uncertain.for_each(|(_, drop)| *drop = None);
        }
    }
    if drop.contains(&None) {
        return;
    }
    let is_notice = |at: &usize| {
        let recurs = matches!(drop[*at], Some((Reason::Recurring, _)));
        recurs && class_of(&text[lines[*at].span.clone()]).is_prose()
    };
    let notice: Vec<usize> = (0..lines.len()).filter(is_notice).collect();
    let bytes: usize = notice.iter().map(|&at| lines[at].span.len()).sum();
    let all: usize = lines.iter().map(|line| line.span.len()).sum();
    if bytes * 2 >= all {
        notice.into_iter().for_each(|at| drop[at] = None);
    }
}

/// The runs of lines that are dropped.
fn runs(drop: &[Drop]) -> impl Iterator<Item = Range<usize>> + use<> {
    let mut start = 0;
    let runs: Vec<Range<usize>> = drop
        .chunk_by(|a, b| a.is_some() == b.is_some())
        .filter_map(|run| {
            let range = start..start + run.len();
            start = range.end;
            run[0].is_some().then_some(range)
        })
        .collect();
    runs.into_iter()
}

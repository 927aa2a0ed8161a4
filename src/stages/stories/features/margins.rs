//! Margins: the lines of credits and the dateline at the head of a text, and the credits at its foot.
//!
//! Where a report was sent from, by which agency, and who wrote and took what, is not what it is about. Such words stand apart:
//! in short lines without a sentence, in brackets, or with capitals before a dash. No list of names or phrases is involved;
//! that only words are passed over which the text does not come back to is the business of whoever asks.

use std::ops::Range;

use crate::kernel::is_spaceless;

/// A line of credits has at most so many bytes.
const LINE: usize = 120;
/// At most so many such lines stand at the head, and at the foot.
const LINES: (usize, usize) = (6, 3);
/// The lines at the head begin, and a dateline ends, within so many bytes; so do brackets.
const HEAD: usize = 1500;
const DATELINE: usize = 120;
const BRACKET: usize = 90;
/// Words of a dateline, before a dash and before a colon; pieces of a script without spaces count by the letter.
const WORDS: usize = 10;
const BEFORE_COLON: usize = 4;
const LETTERS: usize = 24;
/// So many bytes of text must lie between head and foot.
const BODY: usize = 200;

/// Where an article's own text begins behind its head, and where it ends before its foot.
pub(super) fn margins(text: &str, kept: &[Range<usize>]) -> Range<usize> {
    let (Some(first), Some(last)) = (kept.first(), kept.last()) else {
        return 0..text.len();
    };
    let head = head(text, first.start..last.end);
    let foot = foot(text, head..last.end);
    if foot < head + BODY {
        return head..last.end;
    }
    head..foot
}

/// The lines of a stretch that say anything, each with where it begins.
fn lines(text: &str, stretch: Range<usize>) -> impl DoubleEndedIterator<Item = (usize, &str)> {
    let text = &text[stretch.clone()];
    let lines = text.split('\n').map(move |line| {
        let line = line.trim();
        (
            stretch.start + (line.as_ptr() as usize - text.as_ptr() as usize),
            line,
        )
    });
    lines.filter(|line| !line.1.is_empty())
}

fn head(text: &str, stretch: Range<usize>) -> usize {
    let end = text.floor_char_boundary(stretch.end.min(stretch.start + HEAD));
    for (at, line) in lines(text, stretch.start..end).take(LINES.0 + 1) {
        if !is_credit(line) {
            return at + dateline(line);
        }
    }
    stretch.start
}

fn foot(text: &str, stretch: Range<usize>) -> usize {
    let reach = (LINES.1 + 1) * 2 * LINE;
    let start = stretch.end.saturating_sub(reach).max(stretch.start);
    let start = text.ceil_char_boundary(start);
    if start > stretch.end {
        return stretch.end;
    }
    let mut foot = stretch.end;
    for (at, line) in lines(text, start..stretch.end).rev().take(LINES.1) {
        let is_bracketed = bracketed(line) == Some(line.len());
        if at == start || !(is_credit(line) || is_bracketed) {
            break;
        }
        foot = at;
    }
    foot
}

/// Whether a line is short and holds no sentence.
fn is_credit(line: &str) -> bool {
    let is_end = |c| {
        matches!(
            c,
            '.' | '!' | '?' | '…' | '。' | '！' | '？' | '؟' | '।' | '"' | '”' | '»' | '“' | '」'
        )
    };
    line.len() <= LINE && !line.ends_with(is_end)
}

/// How many bytes the dateline takes that a line begins with.
fn dateline(line: &str) -> usize {
    let mut at = 0;
    for _ in 0..3 {
        match run(&line[at..]) {
            Some(run) if run > 0 && at + run < line.len().min(2 * DATELINE) => at += run,
            _ => break,
        }
    }
    at
}

/// How many bytes lead to what follows a pair of brackets that a text begins with.
fn bracketed(text: &str) -> Option<usize> {
    let first = text.chars().next()?;
    let close = match first {
        '(' => ')',
        '[' => ']',
        '（' => '）',
        '［' => '］',
        '【' => '】',
        '〔' => '〕',
        '/' => '/',
        _ => return None,
    };
    let start = first.len_utf8();
    let end = text[start..].find(close)?;
    (end <= BRACKET && end > 0).then_some(start + end + close.len_utf8())
}

/// How many bytes of a text are marks and spaces, and whether a dash or its like is among them.
fn marks(text: &str) -> (usize, bool) {
    let end = text.find(char::is_alphanumeric).unwrap_or(text.len());
    let marks = text[..end].trim_end_matches([
        '(', '[', '（', '［', '【', '〔', '"', '“', '„', '«', '‘', '「', '/',
    ]);
    let is_dash = |c| matches!(c, '-' | '–' | '—' | '―' | '−' | '=' | ':' | '：');
    (marks.len(), marks.contains(is_dash))
}

/// Whether a dash stands between words, not within one.
fn has_dash_apart(gap: &str) -> bool {
    let is_spaced = |mark: char| {
        let (before, behind) = gap.split_once(mark).unwrap_or((gap, ""));
        before.ends_with(char::is_whitespace) || behind.starts_with([' ', '\u{a0}', mark])
    };
    let mut dashes = ['—', '―', '–', '-', '−', '='].into_iter();
    dashes.any(|dash| gap.contains(dash) && is_spaced(dash))
}

/// One run of a dateline: brackets, or a few names and figures before a dash or its like.
fn run(text: &str) -> Option<usize> {
    if let Some(end) = bracketed(text) {
        return Some(end + marks(&text[end..]).0);
    }
    let (mut at, mut words, mut letters) = (0, 0, 0);
    let (mut was_number, mut is_loud) = (false, true);
    loop {
        let rest = &text[at..];
        let len = rest
            .find(|c: char| !c.is_alphanumeric())
            .unwrap_or(rest.len());
        let word = &rest[..len];
        let first = word.chars().next()?;
        (at, words) = (at + len, words + 1);
        let is_number = first.is_numeric();
        let is_long = word.chars().nth(3).is_some();
        if is_spaceless(first) {
            letters += word.chars().count();
        } else if first.is_lowercase() && is_long && !was_number {
            return None;
        }
        is_loud &= is_number || was_number || !word.contains(char::is_lowercase);
        was_number = is_number;
        if words > WORDS || letters > LETTERS || at > DATELINE {
            return None;
        }
        let rest = &text[at..];
        let gap = rest.find(char::is_alphanumeric)?;
        let gap = &rest[..gap];
        let brackets = gap.find(['(', '[', '（', '［', '【', '〔']);
        if let Some(open) = brackets {
            let end = at + open + bracketed(&rest[open..])?;
            let (behind, has_dash) = marks(&text[end..]);
            return (has_dash || letters > 0 || is_loud).then_some(end + behind);
        }
        if has_dash_apart(gap) {
            return Some(at + marks(rest).0);
        }
        let is_colon = gap.starts_with("：") || gap.starts_with(": ");
        if is_colon && words <= BEFORE_COLON {
            return Some(at + gap.len());
        }
        if gap.starts_with(". ") && is_long && !was_number {
            return is_loud.then_some(at + marks(rest).0);
        }
        if gap.contains(|c: char| {
            !matches!(
                c,
                ' ' | '\u{a0}' | ',' | '.' | '/' | '-' | '\'' | '’' | '、' | '，' | '·'
            )
        }) {
            return None;
        }
        at += gap.len();
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn own(text: &str) -> &str {
        let margins = margins(text, std::slice::from_ref(&(0..text.len())));
        text[margins].trim()
    }

    #[test]
    fn datelines_end_where_the_report_begins() {
        let report = "the harbour master closed the northern quay on Friday after a crane had come loose in the storm.";
        for dateline in [
            "PORT SKERROW, Iona (WP) — ",
            "TORHOL (Reporter) - ",
            "(Harbour Wire) -- ",
            "Dec. 15 (Harbour Wire) -- ",
            "Torhol/Kellun (hw) – ",
            "KELLUN, March 3 (Meldung) -- ",
            "Kellun: ",
            "LIVE: ",
            "ТОРХОЛ, 5 июл — ",
            "ТОРХОЛ, 5 июля. /МАЯК/. ",
            "【灯台東京】",
            "灯台社北港3月5日电（记者王小灯）",
            "(북항=등대) 김등대 기자 = ",
            "القاهرة (المنارة) - ",
        ] {
            let text = format!("{dateline}{report}");
            assert_eq!(own(&text), report, "{dateline}");
        }
    }

    #[test]
    fn sentences_begin_where_they_begin() {
        for text in [
            "Rangers counted eleven pairs of ospreys along the river – the most since records began in 1931.",
            "Harbour master Ann Weir (54) said on Friday that the northern quay would stay closed until Monday.",
            "The council said: nothing was decided on Friday, and nothing would be decided before the summer.",
            "Friday was calm. Nothing sailed from Torhol, and nothing will sail before Monday, the office said.",
        ] {
            assert_eq!(own(text), text);
        }
    }

    #[test]
    fn lines_of_credits_are_margins_and_short_texts_are_none() {
        let body = "The harbour master closed the northern quay on Friday after a crane had come loose in the storm. \
            Nobody was hurt, but two ferries had to turn back to Kellun, and one of them took in water on the way. The \
            crane will be taken down before the quay opens again, which may take until the end of the month.";
        let text = format!(
            "By Ann Weir, Staff Writer\nPhoto: Harbour Wire / Jon Quay\n\n{body}\n(Writing by Jon Quay)\nHarbour Wire"
        );
        assert_eq!(own(&text), body);
        let flash = "Northern quay closed after storm";
        assert_eq!(own(flash), flash);
    }
}

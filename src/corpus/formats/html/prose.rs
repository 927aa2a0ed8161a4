//! The prose of a page, against which what an extractor took is held.
//!
//! A menu is many short lines, and a list of links is mostly links; an article is long lines with few links, one behind the
//! other. Comments and teasers have long lines too, but names, dates and buttons stand between any two of them. So what
//! counts is the stretch of lines that has most prose once each other line in it has taken some away, in any script.

use std::ops::Range;

use ahash::AHashSet;

use super::visible::Seen;
use crate::kernel::{Tokenizer, is_spaceless, shingles};

/// A line of fewer words is a heading, an entry of a menu, or a button.
const LINE: usize = 10;
/// A line of which more than one part in so many is links leads elsewhere.
const LINKED: usize = 3;
/// So many words does a line that is no prose take from its stretch: more than a line of a comment has left once its name, its
/// date and its buttons have taken theirs, and less than a paragraph has.
const GAP: usize = 12;
/// A page with fewer words of prose is not judged by them.
const ENOUGH: usize = 100;
/// What holds less than one part in so many of the prose is a sliver.
const SLIVER: usize = 3;
/// So many tokens in a row are sought in what was extracted.
const RUN: usize = 3;

/// The stretch of a page that has most prose.
pub(super) struct Prose<'s> {
    lines: Vec<&'s str>,
    /// How many words these lines have.
    words: usize,
}

impl<'s> Prose<'s> {
    pub(super) fn of(seen: &'s Seen) -> Prose<'s> {
        let lines: Vec<(&str, usize)> =
            seen.lines().map(|line| (line.text, prose(&line))).collect();
        let mut words: Vec<usize> = Vec::with_capacity(lines.len());
        words.extend(lines.iter().map(|line| line.1));
        let mut stretch = lines[densest(&words)].to_vec();
        stretch.retain(|line| line.1 > 0);
        Prose {
            words: stretch.iter().map(|line| line.1).sum(),
            lines: stretch.into_iter().map(|line| line.0).collect(),
        }
    }

    /// Whether there is enough of it to judge an extractor by.
    pub(super) fn is_enough(&self) -> bool {
        self.words >= ENOUGH
    }

    /// Whether a text holds more than a sliver of it.
    pub(super) fn is_held_by(&self, text: &str) -> bool {
        let mut tokenizer = Tokenizer::default();
        let mut runs = |text: &str| {
            let (mut tokens, mut runs) = (Vec::new(), Vec::new());
            tokenizer.tokens(text, &mut tokens);
            shingles(&tokens, RUN, &mut runs);
            runs
        };
        let held: AHashSet<u64> = runs(text).into_iter().collect();
        let sought: Vec<u64> = self.lines.iter().flat_map(|line| runs(line)).collect();
        let found = sought.iter().filter(|run| held.contains(run)).count();
        found * SLIVER >= sought.len()
    }

    /// Whether so many words of prose, from elsewhere on the page, could be an article beside it.
    pub(super) fn is_matched_by(&self, words: usize) -> bool {
        words * SLIVER >= self.words
    }
}

/// How many words of prose a page has in all.
pub(super) fn prose_words(seen: &Seen) -> usize {
    seen.lines().map(|line| prose(&line)).sum()
}

/// A line of a page.
pub(super) struct Line<'s> {
    pub(super) text: &'s str,
    /// How many of its bytes stand in links.
    pub(super) linked: usize,
}

/// How many words a line has, if it is prose; else none.
fn prose(line: &Line<'_>) -> usize {
    let words = words(line.text);
    let is_prose = words >= LINE && line.linked * LINKED <= line.text.len();
    if is_prose { words } else { 0 }
}

/// How many words of letters a text has; two characters of a script without spaces count as one.
fn words(text: &str) -> usize {
    let (mut words, mut characters, mut is_within) = (0, 0, false);
    for mark in text.chars() {
        if is_spaceless(mark) {
            characters += 1;
            is_within = false;
        } else if mark.is_alphabetic() {
            words += usize::from(!is_within);
            is_within = true;
        } else if mark.is_whitespace() {
            is_within = false;
        }
    }
    words + characters / 2
}

/// The stretch with the greatest sum of words, less [`GAP`] for each line that has none (Bentley: *Programming Pearls*,
/// column 8).
fn densest(words: &[usize]) -> Range<usize> {
    let (mut best, mut most) = (0..0, 0usize);
    let (mut start, mut sum) = (0, 0usize);
    for (at, &words) in words.iter().enumerate() {
        sum = match words {
            0 => sum.saturating_sub(GAP),
            words => sum + words,
        };
        if sum == 0 {
            start = at + 1;
        } else if sum > most {
            (best, most) = (start..at + 1, sum);
        }
    }
    best
}

#[cfg(test)]
mod tests {
    use super::*;

    fn prose_of(html: &str) -> (usize, usize) {
        let seen = Seen::of(html);
        let prose = Prose::of(&seen);
        (prose.lines.len(), prose.words)
    }

    #[test]
    fn an_article_is_the_stretch_and_menus_teasers_and_comments_are_not() {
        let paragraph = "<p>The harbour master said on Friday night that no ferry would leave for the islands before Monday.</p>";
        let article = paragraph.repeat(7);
        let menu = "<li><a href=/x>Politics and the economy of the northern islands, with all that is new this week</a></li>".repeat(60);
        let teasers =
            format!("<h3><a href=/y>A headline</a></h3>{paragraph}<span>2 hours ago</span><br>")
                .repeat(30);
        let comments =
            format!("<b>A reader</b><br>Friday, 9 pm{paragraph}<br>Answer<br>Report").repeat(30);
        let shares = "<li>Share</li>".repeat(5);
        let page = format!("{menu}{article}{shares}{article}{menu}{teasers}{comments}");
        assert_eq!(prose_of(&page), (14, 14 * 17));
        assert_eq!(prose_of(&menu), (0, 0));
    }

    #[test]
    fn words_are_counted_in_scripts_with_spaces_and_without() {
        assert_eq!(words("No ferry, 3 times: it's 1.5 m"), 5);
        assert_eq!(words("Паром не выйдет в море"), 5);
        assert_eq!(words("لن تغادر العبّارة قبل الاثنين"), 5);
        assert_eq!(words("渡轮周一之前不会开航"), 5);
        assert_eq!(words("12 13 14 | - 15"), 0);
    }

    #[test]
    fn a_text_holds_prose_if_it_has_a_third_of_it_in_whatever_lines() {
        let sentence = |number: usize| {
            let words = (0..20).map(|at| format!("w{}", number * 20 + at));
            words.collect::<Vec<_>>().join(" ")
        };
        let page: String = (0..9)
            .map(|number| format!("<p>{}</p>", sentence(number)))
            .collect();
        let seen = Seen::of(&page);
        let prose = Prose::of(&seen);
        assert!(prose.is_enough());
        let first = |many: usize| (0..many).map(sentence).collect::<Vec<_>>().join(" ");
        assert!(!prose.is_held_by(&first(2)));
        assert!(prose.is_held_by(&first(4)));
        assert!(prose.is_held_by(&first(4).replace(' ', "\n").to_uppercase()));
        assert!(!prose.is_held_by(""));
    }
}

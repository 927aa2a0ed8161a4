//! All that is visible on a page, a line a block.

use std::borrow::Cow;

use super::head::Head;
use super::prose::Line;
use super::tags::{Tag, Token, Tokens};

/// How deep elements may be nested for an extractor, which calls itself at each level, to be trusted with a page.
const DEEPEST: usize = 256;
/// How long a page may be for that, ...
const LONGEST: usize = 2 << 20;
/// ... and how many tags it may have.
const MOST_TAGS: usize = 50_000;
/// What tags that are open at once and are repeated in every block may multiply to.
const MOST_REPEATED: usize = 200_000;

/// So many steps an extractor may need for a page, of about a nanosecond each.
///
/// They are estimated from what its parser takes longest for: it compares each attribute of a tag with those before it, and
/// moves the rest of the page for each ampersand.
const MOST_STEPS: u64 = 1_000_000_000;
const STEPS_OF_TAG: u64 = 2_000;
/// Of two attributes compared, or bytes moved, so many make a step.
const COMPARED: u64 = 4;
const MOVED: u64 = 128;

/// What was seen in going through a page once.
#[derive(Debug, Default)]
pub(super) struct Seen {
    pub(super) head: Head,
    /// The visible text.
    pub(super) text: String,
    /// Where each line of it ends, and how many of its bytes stand in links.
    ends: Vec<(usize, usize)>,
    /// How many bytes of the open line stand in links.
    linked: usize,
    /// Whether a link is open.
    is_link: bool,
    tags: usize,
    depth: usize,
    deepest: usize,
    /// How many formatting elements are open; a parser opens each anew in every block that follows.
    formatting: usize,
    most_formatting: usize,
    blocks: usize,
    /// How many attributes are compared with another of their tag.
    compared: u64,
    ampersands: u64,
    /// Whether a space stands between what was written and what comes.
    space: bool,
}

/// Elements that begin a line of their own, and end it.
const BLOCKS: [&str; 43] = [
    "p",
    "div",
    "br",
    "li",
    "ul",
    "ol",
    "dl",
    "dt",
    "dd",
    "h1",
    "h2",
    "h3",
    "h4",
    "h5",
    "h6",
    "article",
    "section",
    "header",
    "footer",
    "nav",
    "main",
    "aside",
    "figure",
    "figcaption",
    "blockquote",
    "pre",
    "table",
    "tr",
    "caption",
    "thead",
    "tbody",
    "form",
    "fieldset",
    "legend",
    "address",
    "hr",
    "option",
    "select",
    "details",
    "summary",
    "body",
    "title",
    "center",
];

const FORMATTING: [&str; 13] = [
    "a", "b", "big", "code", "em", "font", "i", "nobr", "s", "small", "strike", "strong", "u",
];

/// Elements that have no end, or need none.
const UNNESTED: [&str; 28] = [
    "p", "br", "li", "dt", "dd", "tr", "td", "th", "thead", "tbody", "tfoot", "option", "img",
    "meta", "link", "input", "hr", "area", "base", "col", "embed", "param", "source", "track",
    "wbr", "html", "head", "body",
];

fn is_in(names: &[&str], name: &str) -> bool {
    names.iter().any(|known| known.eq_ignore_ascii_case(name))
}

impl Seen {
    /// Goes through a page.
    pub(super) fn of(html: &str) -> Seen {
        let mut seen = Seen {
            text: String::with_capacity(html.len() / 8),
            ..Seen::default()
        };
        for token in Tokens::of(html) {
            match token {
                Token::Text(text) => seen.write(text),
                Token::Open(tag) => {
                    seen.head.note(&tag);
                    let attributes = tag.attribute_count();
                    seen.compared += attributes * attributes;
                    if tag.raw.is_none() {
                        seen.open(&tag);
                    } else {
                        seen.tags += 1;
                    }
                    seen.part(tag.name);
                }
                Token::Close(name) => {
                    seen.close(name);
                    seen.part(name);
                }
            }
        }
        seen.head.settle();
        seen.end_line();
        seen.ampersands = memchr::memchr_iter(b'&', html.as_bytes()).count() as u64;
        seen.text.truncate(seen.text.trim_end().len());
        seen
    }

    /// The lines of the text.
    pub(super) fn lines(&self) -> impl Iterator<Item = Line<'_>> {
        let starts = self.ends.iter().map(|&(end, _)| end + 1);
        let starts = std::iter::once(0).chain(starts);
        starts.zip(&self.ends).map(|(start, &(end, linked))| Line {
            text: self.text.get(start..end).unwrap_or_default(),
            linked,
        })
    }

    /// Whether a page is so large or so nested that an extractor may fail on it, or take too much.
    pub(super) fn is_unruly(&self, length: usize) -> bool {
        length > LONGEST
            || self.tags > MOST_TAGS
            || self.deepest > DEEPEST
            || self.most_formatting * self.blocks > MOST_REPEATED.max(16 * self.blocks)
            || self.steps(length as u64) > MOST_STEPS
    }

    /// About how many steps an extractor needs for a page of this length.
    fn steps(&self, length: u64) -> u64 {
        length
            + STEPS_OF_TAG * self.tags as u64
            + self.compared / COMPARED
            + self.ampersands * length / MOVED
    }

    fn open(&mut self, tag: &Tag<'_>) {
        let name = tag.name;
        self.tags += 1;
        if tag.is("a") {
            // One link ends where the next begins, and an anchor that leads nowhere is none.
            self.is_link = tag.attribute("href").is_some();
        }
        if is_in(&FORMATTING, name) {
            self.formatting += 1;
            self.most_formatting = self.most_formatting.max(self.formatting);
        }
        if !is_in(&UNNESTED, name) {
            self.depth += 1;
            self.deepest = self.deepest.max(self.depth);
        }
    }

    fn close(&mut self, name: &str) {
        self.is_link &= !name.eq_ignore_ascii_case("a");
        if is_in(&FORMATTING, name) {
            self.formatting = self.formatting.saturating_sub(1);
        }
        if !is_in(&UNNESTED, name) {
            self.depth = self.depth.saturating_sub(1);
        }
    }

    /// Ends the line where a block begins or ends; keeps cells apart.
    fn part(&mut self, name: &str) {
        if is_in(&BLOCKS, name) {
            self.blocks += 1;
            self.space = false;
            if self.end_line() {
                self.text.push('\n');
            }
        } else if is_in(&["td", "th"], name) {
            self.space = true;
        }
    }

    /// Ends the open line, if anything stands in it.
    fn end_line(&mut self) -> bool {
        let is_open = !self.text.is_empty() && !self.text.ends_with('\n');
        if is_open {
            let linked = std::mem::take(&mut self.linked);
            self.ends.push((self.text.len(), linked));
        }
        is_open
    }

    /// Writes a text with single spaces, and with the characters it refers to.
    fn write(&mut self, text: &str) {
        let text: Cow<'_, str> = if text.contains('&') {
            html_escape::decode_html_entities(text)
        } else {
            Cow::Borrowed(text)
        };
        let mut rest = &*text;
        loop {
            let trimmed = rest.trim_start();
            self.space |= trimmed.len() < rest.len();
            if trimmed.is_empty() {
                return;
            }
            let end = trimmed.find(char::is_whitespace).unwrap_or(trimmed.len());
            if self.space && !self.text.is_empty() && !self.text.ends_with('\n') {
                self.text.push(' ');
            }
            self.space = false;
            self.text.push_str(&trimmed[..end]);
            self.linked += if self.is_link { end } else { 0 };
            rest = &trimmed[end..];
        }
    }
}

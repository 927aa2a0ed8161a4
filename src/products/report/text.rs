//! The text of an article as a report shows it: furniture apart, and copies as what differs from their representative.
//!
//! What differs is written as steps, so that a copy costs little more than the words it has of its own:
//!
//! | step | meaning |
//! |---|---|
//! | `12` | the next 12 characters of the representative are here too |
//! | `-12` | the next 12 characters of the representative are not |
//! | `"text"` | words of this article alone |
//! | `["text", 12]` | what stands for the next 12 characters of the representative, spelt another way |
//! | `["text"]` | furniture |
//! | `0` | the text goes on, but is too long to be shown |
//!
//! Characters are counted as browsers count them, in UTF-16. The representative itself has only words and furniture.

use serde::{Serialize, Serializer};

use crate::corpus::Article;
use crate::results::diff::{Step, steps};
use crate::stages::clean::{Dropped, Furniture};

/// More of an article than this is not shown, in bytes.
pub(super) const LONGEST: usize = 100_000;

/// Of an article whose text is not shown, so many characters are.
const BEGINNING: usize = 300;

/// An article's text, with its furniture apart.
#[derive(Clone, Debug, Default)]
pub(super) struct PageText {
    /// The article.
    text: String,
    /// Furniture, and where in the text it stands.
    furniture: Vec<(usize, String)>,
    is_cut: bool,
}

impl PageText {
    pub(super) fn of(article: &Article<'_>, furniture: &Furniture) -> PageText {
        let (whole, mut page) = (&*article.text, PageText::default());
        let mut from = 0;
        for Dropped { span, .. } in furniture.dropped(article) {
            page.keep(&whole[from..span.start]);
            page.leave(&whole[span.clone()]);
            from = span.end;
        }
        page.keep(&whole[from..]);
        page
    }

    fn keep(&mut self, part: &str) {
        let part = part.trim();
        if part.is_empty() || self.is_cut {
            return;
        }
        if !self.text.is_empty() {
            self.text.push('\n');
        }
        let budget = LONGEST.saturating_sub(self.text.len());
        self.is_cut = part.len() > budget;
        self.text
            .push_str(&part[..part.floor_char_boundary(budget)]);
    }

    fn leave(&mut self, part: &str) {
        if self.is_cut {
            return;
        }
        match self.furniture.last_mut() {
            Some((at, lines)) if *at == self.text.len() && lines.len() < LONGEST => {
                lines.push('\n');
                lines.push_str(part.trim());
            }
            Some((at, _)) if *at == self.text.len() => {}
            _ => {
                let part = part.trim();
                let part = &part[..part.floor_char_boundary(LONGEST)];
                self.furniture.push((self.text.len(), part.to_owned()));
            }
        }
    }

    /// The beginning of an article, and whether it goes on.
    pub(super) fn beginning(&self) -> String {
        match self.text.char_indices().nth(BEGINNING) {
            Some((end, _)) => format!("{}…", self.text[..end].trim_end()),
            None => self.text.clone(),
        }
    }

    /// A few words of it, on one line: of its furniture where there is nothing else.
    pub(super) fn example(&self, most: usize) -> String {
        let furniture = || self.furniture.first().map_or("", |(_, lines)| lines);
        let text = match self.text.trim().is_empty() {
            true => furniture(),
            false => &self.text,
        };
        // No more words than bytes are shown.
        let words: Vec<&str> = text.split_whitespace().take(most).collect();
        let line = words.join(" ").replace(char::is_control, "");
        match line.len() > most {
            true => format!("{}…", line[..line.floor_char_boundary(most)].trim_end()),
            false => line,
        }
    }

    /// The steps of a representative.
    pub(super) fn whole(&self) -> Vec<Part<'_>> {
        let mut parts = Parts::of(self);
        parts.text(&self.text, Part::Own);
        parts.end()
    }

    /// The steps from a representative to this copy of it.
    pub(super) fn from(&self, representative: &PageText) -> Vec<Part<'_>> {
        let (theirs, ours) = (&*representative.text, &*self.text);
        let mut parts = Parts::of(self);
        if theirs == ours {
            parts.text(ours, |text| Part::Shared(units(text)));
            return parts.end();
        }
        let mut compared = 0;
        for step in steps(theirs, ours) {
            match step {
                Step::Both(a, b) if theirs[a.clone()] == ours[b.clone()] => {
                    compared = b.end;
                    parts.text(&ours[b], |text| Part::Shared(units(text)));
                }
                Step::Both(a, b) => {
                    compared = b.end;
                    parts.text(&ours[b], |text| Part::Spelt(text, 0));
                    parts.spelt(units(&theirs[a]));
                }
                Step::Left(a) => {
                    parts.furniture_here();
                    parts.push(Part::Missing(units(&theirs[a])));
                }
                Step::Right(b) => {
                    compared = b.end;
                    parts.text(&ours[b], Part::Own);
                }
            }
        }
        match compared {
            // A text without a word is not compared.
            0 => parts.text(ours, Part::Own),
            _ => parts.is_cut |= compared < ours.len(),
        }
        parts.end()
    }
}

/// Characters as browsers count them.
fn units(text: &str) -> usize {
    text.chars().map(char::len_utf16).sum()
}

/// A step on the way from the representative's text to an article's.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Part<'t> {
    Shared(usize),
    Missing(usize),
    Own(&'t str),
    Spelt(&'t str, usize),
    Furniture(&'t str),
    Cut,
}

impl Serialize for Part<'_> {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        match *self {
            Part::Shared(units) => serializer.serialize_u64(units as u64),
            Part::Missing(units) => serializer.serialize_i64(-(units as i64)),
            Part::Own(text) => serializer.serialize_str(text),
            Part::Spelt(text, units) => (text, units).serialize(serializer),
            Part::Furniture(text) => [text].serialize(serializer),
            Part::Cut => serializer.serialize_u64(0),
        }
    }
}

/// Steps that are being put together, with the furniture at its places between them.
struct Parts<'t> {
    parts: Vec<Part<'t>>,
    page: &'t PageText,
    /// How far the text is, and how much of the furniture is done.
    at: usize,
    furniture: usize,
    is_cut: bool,
}

impl<'t> Parts<'t> {
    fn of(page: &'t PageText) -> Parts<'t> {
        Parts {
            parts: Vec::new(),
            page,
            at: 0,
            furniture: 0,
            is_cut: page.is_cut,
        }
    }

    /// Adds the next stretch of the text, cut where furniture stands in it.
    fn text(&mut self, mut text: &'t str, part: impl Fn(&'t str) -> Part<'t>) {
        while !text.is_empty() {
            self.furniture_here();
            let next = self.page.furniture.get(self.furniture);
            let before = next.map_or(text.len(), |next| next.0 - self.at);
            let (now, rest) = text.split_at(before.min(text.len()));
            self.push(part(now));
            self.at += now.len();
            text = rest;
        }
    }

    /// Adds the furniture that stands where the text is now.
    fn furniture_here(&mut self) {
        let rest = self.page.furniture[self.furniture..].iter();
        for (_, lines) in rest.take_while(|(at, _)| *at == self.at) {
            self.parts.push(Part::Furniture(lines));
            self.furniture += 1;
        }
    }

    /// Says for how much of the representative the last words stand that are spelt another way.
    fn spelt(&mut self, units: usize) {
        let last = self.parts.iter_mut().rev().find_map(|part| match part {
            Part::Spelt(_, stand_for) => Some(stand_for),
            _ => None,
        });
        if let Some(stand_for) = last {
            *stand_for += units;
        }
    }

    /// Adds a step, to the last one where both are of one kind.
    fn push(&mut self, part: Part<'t>) {
        match (self.parts.last_mut(), part) {
            (Some(Part::Shared(units)), Part::Shared(more))
            | (Some(Part::Missing(units)), Part::Missing(more)) => *units += more,
            _ => self.parts.push(part),
        }
    }

    fn end(mut self) -> Vec<Part<'t>> {
        if self.is_cut {
            self.parts.push(Part::Cut);
        } else {
            self.furniture_here();
        }
        self.parts
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    fn page(text: &str, furniture: &[(usize, &str)]) -> PageText {
        PageText {
            text: text.to_owned(),
            furniture: furniture
                .iter()
                .map(|&(at, lines)| (at, lines.to_owned()))
                .collect(),
            is_cut: false,
        }
    }

    /// Walks the steps as the page does: the article's text, and what of the representative was passed.
    fn walked(parts: &[Part<'_>], representative: &str) -> (String, usize) {
        let units: Vec<u16> = representative.encode_utf16().collect();
        let (mut text, mut at) = (String::new(), 0);
        for part in parts {
            match *part {
                Part::Shared(count) => {
                    text += &String::from_utf16(&units[at..at + count]).unwrap();
                    at += count;
                }
                Part::Missing(count) => at += count,
                Part::Own(own) => text += own,
                Part::Spelt(own, count) => {
                    text += own;
                    at += count;
                }
                Part::Furniture(lines) => text += &format!("[{lines}]"),
                Part::Cut => text += "…",
            }
        }
        (text, at)
    }

    #[test]
    fn a_copy_is_what_differs_from_its_representative() {
        let ours = page(
            "The ferry sailed at nine.\nAll are safe.",
            &[(0, "Home\nNews"), (25, "Read more")],
        );
        let theirs = page("The FERRY sailed at noon.\nAll are safe.", &[]);
        let parts = ours.from(&theirs);
        assert_eq!(
            serde_json::to_string(&parts).unwrap(),
            r#"[["Home\nNews"],4,["ferry ",6],10,-6,"nine.",["Read more"],"\n",13]"#
        );
    }

    #[test]
    fn only_so_much_of_a_text_is_shown() {
        let article = Article {
            text: "ü".repeat(LONGEST).into(),
            ..Article::default()
        };
        let page = PageText::of(&article, &Furniture::default());
        assert_eq!(page.text.len(), LONGEST);
        assert_eq!(page.whole().last(), Some(&Part::Cut));
        assert_eq!(page.beginning().chars().count(), BEGINNING + 1);
    }

    proptest! {
        #[test]
        fn every_copy_comes_back_whole(theirs in "[aAbü𝒳 .\n]{0,60}", ours in "[aAbü𝒳 .\n]{0,60}", cut in 0usize..60) {
            let at = ours.floor_char_boundary(cut);
            let page = page(&ours, &[(at, "menu")]);
            let theirs = PageText { text: theirs, ..PageText::default() };
            let (text, passed) = walked(&page.from(&theirs), &theirs.text);
            prop_assert_eq!(text, format!("{}[menu]{}", &ours[..at], &ours[at..]));
            prop_assert!(passed <= units(&theirs.text));
            prop_assert_eq!(walked(&page.whole(), "").0, format!("{}[menu]{}", &ours[..at], &ours[at..]));
        }
    }
}

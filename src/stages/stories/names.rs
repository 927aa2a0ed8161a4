//! Names: a word of an article as a reader would write it, with the words that belong to it.
//!
//! A label that says `Fe` where the text says `Santa Fe` says nothing. Words side by side with capitals are one name; where
//! capitals tell nothing, in a title of capitals or in letters without any, two telling words side by side are. In scripts
//! without spaces telling pieces that overlap are one word.

use std::borrow::Cow;

use super::features::{Feature, Use};
use super::vocabulary::Vocabulary;

/// Words of a name, and pieces of a word in a script without spaces.
const WORDS: usize = 3;
const PIECES: usize = 8;
/// A title is one of capitals if so many of its longer words have one, of ten, and it has so many of those.
const CAPITALS: (usize, usize) = (7, 4);

/// An article whose words are to be shown.
pub(super) struct Shown<'a, T> {
    pub(super) vocabulary: &'a Vocabulary,
    pub(super) uses: &'a [Use],
    /// Whether a stem tells much of the article.
    pub(super) tells: T,
}

impl<'a, T: Fn(Feature) -> bool> Shown<'a, T> {
    /// The word of a use as a reader would write it.
    pub(super) fn word(&self, at: usize) -> Cow<'a, str> {
        let marks = self.uses[at].marks;
        let (first, last) = if !marks.is_spaced() {
            return self.run(at);
        } else if marks.is_name() && !(marks.in_title() && self.is_of_capitals()) {
            self.around(at, |at| self.is_named(at))
        } else if marks.is_name() || !self.letters(at).contains(is_cased) {
            self.around(at, |at| self.tells(at))
        } else {
            (at, at)
        };
        if first == last {
            return self.letters(at).into();
        }
        let mut name = self.letters(first).to_owned();
        for at in first + 1..=last {
            name.extend(self.uses[at].marks.joint());
            name.push_str(self.letters(at));
        }
        name.into()
    }

    fn letters(&self, at: usize) -> &'a str {
        self.vocabulary.letters(self.uses[at].word)
    }

    fn tells(&self, at: usize) -> bool {
        (self.tells)(self.vocabulary.stem(self.uses[at].word))
    }

    /// Whether a word may belong to a name: for its capital, or where a sentence opens with it, if it tells something too; or
    /// as a figure behind a hyphen.
    fn is_named(&self, at: usize) -> bool {
        let marks = self.uses[at].marks;
        let is_figure =
            || marks.joint() == Some('-') && self.letters(at).starts_with(char::is_numeric);
        marks.is_name() || marks.opens() && self.tells(at) || is_figure()
    }

    /// The first and the last use of what belongs to the one at a place: what is close behind it, then what is before it.
    fn around(&self, at: usize, belongs: impl Fn(usize) -> bool) -> (usize, usize) {
        let is_joined = |at: usize| {
            self.uses
                .get(at)
                .is_some_and(|used| used.marks.joint().is_some())
        };
        let (mut first, mut last) = (at, at);
        while last - first + 1 < WORDS && is_joined(last + 1) && belongs(last + 1) {
            last += 1;
        }
        while last - first + 1 < WORDS && is_joined(first) && first > 0 && belongs(first - 1) {
            first -= 1;
        }
        (first, last)
    }

    /// The telling pieces around one, each of which overlaps the next, as one word.
    fn run(&self, at: usize) -> Cow<'a, str> {
        let goes_on = |at: usize| {
            let (piece, next) = (self.letters(at), self.letters(at + 1));
            let rest = piece
                .char_indices()
                .nth(1)
                .map_or("", |(rest, _)| &piece[rest..]);
            let is_piece = |at: usize| !self.uses[at].marks.is_spaced() && self.tells(at);
            is_piece(at) && is_piece(at + 1) && !rest.is_empty() && next.starts_with(rest)
        };
        let (mut first, mut last) = (at, at);
        while last - first + 1 < PIECES && last + 1 < self.uses.len() && goes_on(last) {
            last += 1;
        }
        while last - first + 1 < PIECES && first > 0 && goes_on(first - 1) {
            first -= 1;
        }
        if first == last {
            return self.letters(at).into();
        }
        let mut word = self.letters(first).to_owned();
        word.extend((first + 1..=last).filter_map(|at| self.letters(at).chars().next_back()));
        word.into()
    }

    /// Whether the title has capitals at nearly all its longer words, so that they say nothing.
    fn is_of_capitals(&self) -> bool {
        let titled = self
            .uses
            .iter()
            .enumerate()
            .take_while(|used| used.1.marks.in_title());
        let inner = titled.filter(|used| !used.1.marks.opens());
        let longer = inner.filter(|&(at, _)| self.letters(at).chars().nth(3).is_some());
        let (mut capitals, mut all) = (0, 0);
        for (_, used) in longer {
            capitals += usize::from(used.marks.is_name());
            all += 1;
        }
        all >= CAPITALS.1 && capitals * 10 >= all * CAPITALS.0
    }
}

fn is_cased(c: char) -> bool {
    c.is_lowercase() || c.is_uppercase()
}

#[cfg(test)]
mod tests {
    use super::super::features::Cutter;
    use super::super::titles::TitleParts;
    use super::*;
    use crate::corpus::Article;

    /// How the first use of a word is shown.
    fn shown(title: &str, text: &str, word: &str, telling: &[&str]) -> String {
        let article = Article {
            title: title.into(),
            text: text.into(),
            ..Article::default()
        };
        let mut cutter = Cutter::default();
        cutter.vocabulary.begin();
        let kept = 0..text.len();
        cutter.cut(
            &article,
            std::slice::from_ref(&kept),
            &TitleParts::default(),
        );
        let Cutter {
            vocabulary, uses, ..
        } = &cutter;
        let letters = |used: &Use| vocabulary.letters(used.word);
        let telling = uses.iter().filter(|used| telling.contains(&letters(used)));
        let telling: Vec<Feature> = telling.map(|used| vocabulary.stem(used.word)).collect();
        let at = uses.iter().position(|used| letters(used) == word);
        let shown = Shown {
            vocabulary,
            uses,
            tells: |stem| telling.contains(&stem),
        };
        at.map_or_else(String::new, |at| shown.word(at).into_owned())
    }

    #[test]
    fn names_are_whole() {
        let text = "On Friday the singer Ada Lugh came to San Torhol. Later Lugh sang by the Kellun-Iona bridge, for the 19th time.";
        assert_eq!(shown("", text, "Lugh", &[]), "Ada Lugh");
        assert_eq!(shown("", text, "Torhol", &[]), "San Torhol");
        assert_eq!(shown("", text, "Iona", &[]), "Kellun-Iona");
        assert_eq!(shown("", text, "singer", &["singer", "Ada"]), "singer");
    }

    #[test]
    fn capitals_of_a_title_of_capitals_say_nothing() {
        let title = "Singer Ada Lugh Comes Home After Seven Years Abroad";
        assert_eq!(shown(title, "", "Lugh", &["Ada", "Lugh"]), "Ada Lugh");
        assert_eq!(shown(title, "", "Abroad", &["Ada", "Lugh"]), "Abroad");
    }

    #[test]
    fn telling_neighbours_are_one_name_where_letters_have_no_capitals() {
        let title = "وصول الباخرة نجمة الشمال إلى الميناء";
        assert_eq!(
            shown(title, "", "الشمال", &["نجمة", "الشمال"]),
            "نجمة الشمال"
        );
        assert_eq!(
            shown("灯台新聞社の橋", "", "台新", &["灯台", "台新", "新聞"]),
            "灯台新聞"
        );
    }
}

//! The difference of two texts, word by word, side by side.
//!
//! Words are compared as copies are: case, width and marks do not count. Where a script has no spaces, each character is a
//! word.

use similar::{Algorithm, DiffOp, capture_diff_slices};
use unicode_normalization::char::is_combining_mark;

use crate::kernel::{is_spaceless, normalize};

/// Words of each text that are compared; what stands behind them is left out.
pub(super) const LONGEST: usize = 20_000;

/// Two texts side by side.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Difference<'t> {
    /// The rows, in the order of both texts; a row is about a paragraph.
    pub rows: Vec<Paragraphs<'t>>,
    /// How many words stand in both, in one order.
    pub shared: usize,
    /// How many words each text has.
    pub words: (usize, usize),
    /// How many words at the end of each were too many to be compared, and are in no row.
    pub left_out: (usize, usize),
}

/// What stands side by side.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Paragraphs<'t> {
    /// The pieces of the one text; empty where it has nothing here.
    pub left: Vec<Words<'t>>,
    /// Those of the other.
    pub right: Vec<Words<'t>>,
}

/// A stretch of a text that is in both or in this one alone.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Words<'t> {
    /// The stretch as it stands in its text, white space included.
    pub text: &'t str,
    /// Whether the other text has these words here too.
    pub is_shared: bool,
}

impl Paragraphs<'_> {
    /// Whether both sides say the same here.
    pub fn is_shared(&self) -> bool {
        let mut pieces = self.left.iter().chain(&self.right);
        pieces.all(|piece| piece.is_shared)
    }
}

/// A word of a text, with the marks and the white space up to the next one.
pub(super) struct Word {
    start: usize,
    /// What it is compared by.
    normal: String,
    opens_line: bool,
}

impl<'t> Difference<'t> {
    /// Compares two texts.
    ///
    /// ```
    /// use samestory::diff::Difference;
    ///
    /// let found = Difference::of("The ferry sails at NINE.", "The ferry sails at nine on Monday.");
    /// assert_eq!((found.shared, found.words), (5, (5, 7)));
    /// assert_eq!(found.rows[0].right[1].text, "on Monday.");
    /// ```
    pub fn of(left: &'t str, right: &'t str) -> Difference<'t> {
        let (mut a, mut b) = (words(left), words(right));
        let words = (a.len(), b.len());
        let end = |words: &[Word], text: &str| words.get(LONGEST).map_or(text.len(), |w| w.start);
        let (left, right) = (&left[..end(&a, left)], &right[..end(&b, right)]);
        a.truncate(LONGEST);
        b.truncate(LONGEST);
        let ops = compare(&a, &b);
        let mut found = Difference {
            words,
            left_out: (words.0 - a.len(), words.1 - b.len()),
            ..Difference::default()
        };
        let mut layout = Layout {
            left: Side::new(left, &a),
            right: Side::new(right, &b),
            rows: Vec::new(),
            row: Paragraphs::default(),
        };
        for op in ops {
            found.shared += layout.lay(op);
        }
        layout.close();
        found.rows = layout.rows;
        found
    }
}

/// How the words of one text become those of the other.
pub(super) fn compare(a: &[Word], b: &[Word]) -> Vec<DiffOp> {
    let normal =
        |words: &[Word]| -> Vec<String> { words.iter().map(|word| word.normal.clone()).collect() };
    capture_diff_slices(Algorithm::Myers, &normal(a), &normal(b))
}

/// One text that is laid out.
pub(super) struct Side<'t, 'w> {
    text: &'t str,
    words: &'w [Word],
}

impl<'t, 'w> Side<'t, 'w> {
    pub(super) fn new(text: &'t str, words: &'w [Word]) -> Side<'t, 'w> {
        Side { text, words }
    }

    /// Where a word begins; marks before the first word are its own.
    pub(super) fn start(&self, at: usize) -> usize {
        match self.words.get(at) {
            Some(_) if at == 0 => 0,
            Some(word) => word.start,
            None => self.text.len(),
        }
    }

    fn add(&self, at: usize, count: usize, is_shared: bool, cell: &mut Vec<Words<'t>>) {
        let (start, end) = (self.start(at), self.start(at + count));
        if start == end {
            return;
        }
        // Pieces of one kind that touch are one.
        if let Some(last) = cell.last_mut()
            && last.is_shared == is_shared
        {
            last.text = &self.text[start - last.text.len()..end];
            return;
        }
        let text = &self.text[start..end];
        cell.push(Words { text, is_shared });
    }

    fn opens_line(&self, at: usize) -> bool {
        self.words.get(at).is_none_or(|word| word.opens_line)
    }
}

/// Lays words out in rows.
struct Layout<'t, 'w> {
    left: Side<'t, 'w>,
    right: Side<'t, 'w>,
    rows: Vec<Paragraphs<'t>>,
    row: Paragraphs<'t>,
}

impl Layout<'_, '_> {
    /// Lays out what an operation says; how many words it says are in both.
    fn lay(&mut self, op: DiffOp) -> usize {
        let (a, b) = (op.old_range(), op.new_range());
        if let DiffOp::Equal { len, .. } = op {
            for at in 0..len {
                let (x, y) = (a.start + at, b.start + at);
                if self.left.opens_line(x) || self.right.opens_line(y) {
                    self.close();
                }
                self.left.add(x, 1, true, &mut self.row.left);
                self.right.add(y, 1, true, &mut self.row.right);
            }
            return len;
        }
        let opens = |side: &Side<'_, '_>, at: usize, len: usize| len == 0 || side.opens_line(at);
        if opens(&self.left, a.start, a.len()) && opens(&self.right, b.start, b.len()) {
            self.close();
        }
        self.left.add(a.start, a.len(), false, &mut self.row.left);
        self.right.add(b.start, b.len(), false, &mut self.row.right);
        0
    }

    fn close(&mut self) {
        let row = std::mem::take(&mut self.row);
        if !(row.left.is_empty() && row.right.is_empty()) {
            self.rows.push(row);
        }
    }
}

/// Cuts a text into words.
pub(super) fn words(text: &str) -> Vec<Word> {
    let mut words = Vec::new();
    // Marks at the head of a line are of the word behind them.
    let (mut at, mut opens_line, mut line) = (0, true, 0);
    while let Some(first) = text[at..].chars().next() {
        if !first.is_alphanumeric() {
            at += first.len_utf8();
            if first == '\n' {
                (opens_line, line) = (true, at);
            }
            continue;
        }
        let mut end = at + first.len_utf8();
        while let Some(next) = text[end..].chars().next() {
            let joins = is_combining_mark(next)
                || next.is_alphanumeric() && !is_spaceless(first) && !is_spaceless(next);
            if !joins {
                break;
            }
            end += next.len_utf8();
        }
        let mut normal = String::new();
        normalize(&text[at..end], &mut normal);
        words.push(Word {
            start: if opens_line { line } else { at },
            normal,
            opens_line,
        });
        (at, opens_line) = (end, false);
    }
    words
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    fn side(rows: &[Paragraphs<'_>], of: impl Fn(&Paragraphs<'_>) -> Vec<String>) -> String {
        rows.iter().flat_map(of).collect()
    }

    fn texts(cell: &[Words<'_>]) -> Vec<String> {
        cell.iter().map(|piece| piece.text.to_owned()).collect()
    }

    #[test]
    fn paragraphs_that_are_in_both_stand_side_by_side() {
        let found = Difference::of(
            "Fog over the sound.\n\nThe ferry ran aground.\nAll are safe.",
            "FOG over the sound.\nA line that is new.\nThe ferry ran aground at nine.\nAll are safe.",
        );
        let kinds: Vec<(usize, usize, bool)> = found
            .rows
            .iter()
            .map(|row| (row.left.len(), row.right.len(), row.is_shared()))
            .collect();
        assert_eq!(
            kinds,
            [(1, 1, true), (0, 1, false), (1, 2, false), (1, 1, true)]
        );
        assert_eq!(found.rows[2].right[1].text, "at nine.\n");
    }

    #[test]
    fn characters_are_words_where_there_are_no_spaces() {
        let found = Difference::of("東京で雪が降った", "東京で雨が降った");
        assert_eq!((found.shared, found.words), (7, (8, 8)));
    }

    #[test]
    fn what_is_too_long_is_said_to_be_left_out() {
        let long = "word ".repeat(LONGEST + 3);
        let found = Difference::of(&long, "word");
        assert_eq!((found.left_out, found.shared), ((3, 0), 1));
    }

    proptest! {
        #[test]
        fn both_texts_come_back_whole(a in "[a-c .\n]{0,60}", b in "[a-c .\n]{0,60}") {
            let found = Difference::of(&a, &b);
            // A text without a word has no pieces.
            let whole = |text: &str| if words(text).is_empty() { String::new() } else { text.to_owned() };
            prop_assert_eq!(side(&found.rows, |row| texts(&row.left)), whole(&a));
            prop_assert_eq!(side(&found.rows, |row| texts(&row.right)), whole(&b));
        }
    }
}

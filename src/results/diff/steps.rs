//! The steps from one text to another, word by word.

use std::ops::Range;

use similar::DiffOp;

use super::difference::{LONGEST, Side, compare, words};

/// A step on the way from one text to another, as stretches of each.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) enum Step {
    /// A word that both have, as each spells it, with what stands between it and the next.
    Both(Range<usize>, Range<usize>),
    /// Words that the one text has alone.
    Left(Range<usize>),
    /// Words that the other has alone.
    Right(Range<usize>),
}

/// The steps from one text to another, in the order of both. What is too long to be compared is in none.
pub(crate) fn steps(left: &str, right: &str) -> Vec<Step> {
    let (a, b) = (words(left), words(right));
    let ops = compare(&a[..a.len().min(LONGEST)], &b[..b.len().min(LONGEST)]);
    let (left, right) = (Side::new(left, &a), Side::new(right, &b));
    let stretch =
        |side: &Side<'_, '_>, words: Range<usize>| side.start(words.start)..side.start(words.end);
    let mut steps = Vec::new();
    for op in ops {
        let (x, y) = (op.old_range(), op.new_range());
        if let DiffOp::Equal { .. } = op {
            let words = x.zip(y);
            steps.extend(
                words.map(|(x, y)| Step::Both(stretch(&left, x..x + 1), stretch(&right, y..y + 1))),
            );
            continue;
        }
        if !x.is_empty() {
            steps.push(Step::Left(stretch(&left, x)));
        }
        if !y.is_empty() {
            steps.push(Step::Right(stretch(&right, y)));
        }
    }
    steps
}

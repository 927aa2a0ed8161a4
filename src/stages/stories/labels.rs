//! Labels: a story in its few most telling words and names.

use super::features::Feature;
use super::vectors::Vectors;
use crate::error::Result;

/// Words and names of a label: as few, where there are as many, and as many at most.
const WORDS: (usize, usize) = (2, 4);

/// A telling stem of an article, what it weighs there, and as a reader would write it.
pub(super) type Word = (Feature, f32, String);

/// The words and names that tell most in a story of these nodes, most telling first, as a reader would write them.
pub(super) fn label(members: &[u32], vectors: &Vectors) -> Result<String> {
    let read = members.iter().map(|&node| vectors.words(node));
    let read = read.collect::<Result<Vec<_>>>()?;
    Ok(told_by(read.into_iter().flatten().collect(), members.len()))
}

/// The words and names that tell most, of those of so many articles.
pub(super) fn told_by(mut words: Vec<Word>, articles: usize) -> String {
    words.retain(|word| says_something(&word.2));
    words.sort_unstable_by(|a, b| (a.0, &a.2).cmp(&(b.0, &b.2)).then(a.1.total_cmp(&b.1)));
    let mut chosen: Vec<&str> = Vec::new();
    // What one article alone dwells on is not what its story is about, unless there is nothing else.
    for (least, most) in [(2, WORDS.1), (1, WORDS.0)] {
        let most = if articles == 1 { WORDS.1 } else { most };
        for word in told(&words, least) {
            if chosen.len() < most && !chosen.iter().any(|other| overlap(other, word)) {
                chosen.push(word);
            }
        }
    }
    chosen.join(", ")
}

/// The words of stems that at least so many articles are told by, most telling first; they are sorted by stem.
fn told(words: &[Word], least: usize) -> impl Iterator<Item = &str> {
    let same = words.chunk_by(|a, b| a.0 == b.0);
    let same = same.filter(|same| same.len() >= least);
    let weight = |same: &[Word]| same.iter().map(|word| word.1).sum::<f32>();
    let mut told: Vec<(f32, &str)> = same.map(|same| (weight(same), written(same))).collect();
    told.sort_unstable_by(|a, b| b.0.total_cmp(&a.0).then(a.1.cmp(b.1)));
    told.into_iter().map(|told| told.1)
}

/// The longest form of a stem that half of its articles have, be it within a longer one; of those the one that most have.
fn written(same: &[Word]) -> &str {
    let support = |form: &str| same.iter().filter(|word| is_within(form, &word.2)).count();
    let forms = same
        .chunk_by(|a, b| a.2 == b.2)
        .map(|form| form[0].2.as_str());
    let best = forms.max_by_key(|form| {
        let support = support(form);
        let words = form.split([' ', '-', '\u{2019}']).count();
        let is_usual = support * 2 >= same.len();
        (
            is_usual,
            if is_usual { words } else { 0 },
            support,
            std::cmp::Reverse(*form),
        )
    });
    best.unwrap_or_default()
}

/// Whether the words of one are among those of another, in a row.
fn is_within(form: &str, other: &str) -> bool {
    other.match_indices(form).any(|(at, _)| {
        let is_border = |c: Option<char>| c.is_none_or(|c| !c.is_alphanumeric());
        let (before, behind) = (&other[..at], &other[at + form.len()..]);
        is_border(before.chars().next_back()) && is_border(behind.chars().next())
    })
}

/// Whether a word can be read by itself: neither a number nor a single letter.
fn says_something(word: &str) -> bool {
    let is_short = || word.chars().nth(1).is_none() && !word.contains(crate::kernel::is_spaceless);
    !word.chars().all(char::is_numeric) && !is_short()
}

/// Whether two names share a word, or, in scripts without spaces, a letter.
fn overlap(a: &str, b: &str) -> bool {
    let is_spaceless = |word: &str| word.chars().any(crate::kernel::is_spaceless);
    if is_spaceless(a) || is_spaceless(b) {
        return a.chars().any(|c| b.contains(c));
    }
    let (a, b) = (a.to_lowercase(), b.to_lowercase());
    let words = |name: &'_ str| -> Vec<String> {
        let words = name.split([' ', '-', '\u{2019}']);
        words.map(str::to_owned).collect()
    };
    let b = words(&b);
    words(&a).iter().any(|word| b.contains(word))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn word(stem: Feature, weight: f32, word: &str) -> Word {
        (stem, weight, word.to_owned())
    }

    #[test]
    fn a_name_is_written_as_long_as_half_of_the_articles_have_it() {
        let same = |forms: &[&str]| {
            let mut words: Vec<Word> = forms.iter().map(|form| word(1, 1.0, form)).collect();
            words.sort_by(|a, b| a.2.cmp(&b.2));
            written(&words).to_owned()
        };
        assert_eq!(same(&["Lugh", "Ada Lugh"]), "Ada Lugh");
        assert_eq!(same(&["Lugh", "Lugh", "Lugh", "Ada Lugh"]), "Lugh");
        assert_eq!(
            same(&["Ada Lugh", "Singer Ada Lugh", "Lugh", "Lugh"]),
            "Ada Lugh"
        );
        assert_eq!(same(&["ferry", "ferries", "ferry"]), "ferry");
    }

    #[test]
    fn names_that_share_a_word_are_not_both_shown() {
        assert!(overlap("Ada Lugh", "Lugh"));
        assert!(overlap("LUGH", "Ada Lugh"));
        assert!(!overlap("Ada Lugh", "Lughs"));
        assert!(!says_something("2020") && !says_something("s") && says_something("橋"));
    }
}

//! Forms: the fixed wording of items that are filled in, and so says nothing of their story.
//!
//! Earnings, weather, results and obituaries of one desk share most of their words and tell different things. Three words in
//! a row, numbers masked, that stand in many articles of a language are form. Prose has little of it; an article of which
//! much is form is judged by the rest.

use super::bag;
use super::features::{Feature, Use};
use super::vocabulary::Vocabulary;

/// Words in a window.
pub(super) const WORDS: usize = 3;

/// The hash of a window's words.
pub(super) type Window = Feature;

/// From this share of form on, an article's form is dropped; prose has less.
const FORM: (usize, usize) = (2, 5);

/// A window is never form with fewer articles that have it.
pub(super) const FEWEST: u32 = 8;

/// Windows are counted in so many articles at most, those of smallest content hash: form is frequent or none.
pub(super) const SAMPLE: usize = 1 << 14;

/// In how many of the `sampled` articles of a language a window must stand to be form, the language having `articles`: the
/// square root of the articles, or what of that falls into the sample.
pub(super) fn least(articles: usize, sampled: usize) -> u32 {
    ((sampled as f64 / (articles.max(1) as f64).sqrt()) as u32).max(FEWEST)
}

/// Drops the words of an article that are form, where they are much of it.
pub(super) fn drop(vocabulary: &Vocabulary, uses: &mut [Use], is_form: impl Fn(Window) -> bool) {
    let windows = bag::windows(vocabulary, uses);
    let spaced = uses.iter_mut().filter(|used| used.marks.is_spaced());
    let spaced: Vec<&mut Use> = spaced.collect();
    let mut marked = vec![false; spaced.len()];
    for (at, window) in windows.into_iter().enumerate() {
        if is_form(window) {
            marked[at..at + WORDS].fill(true);
        }
    }
    let form = marked.iter().filter(|&&marked| marked).count();
    if form > 0 && form * FORM.1 >= marked.len() * FORM.0 {
        let marks = spaced.into_iter().zip(marked);
        for (used, _) in marks.filter(|(_, is_marked)| *is_marked) {
            used.marks = used.marks.dropped();
        }
    }
}

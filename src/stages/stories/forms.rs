//! Forms: the fixed wording of items that are filled in, and so says nothing of their story.
//!
//! Earnings, weather, results and obituaries of one desk share most of their words and tell different things. Three words in
//! a row, numbers masked, that stand in many articles of a language are form. Prose has little of it; an article of which
//! much is form is judged by the rest.
//!
//! Of what copies are found to be a form, all items are known. An item tells a story only with what is its own: names and figures
//! that few other items have. Two items tell one story if most of that is the same, and an item and an article if much is.

use serde::{Deserialize, Serialize};

use super::bag;
use super::features::{Feature, Use};
use super::frequencies::{Counting, Counts};
use super::vocabulary::Vocabulary;

/// Words in a window.
pub(super) const WORDS: usize = 3;

/// The cosine, in millionths, that an article and an item of a form must have, and two items.
const ALIKE: [u32; 3] = [0, 200_000, 400_000];

/// Whether articles of this cosine may tell one story, which are items of forms or not.
pub(super) fn may_tell(cosine: u32, items: (bool, bool)) -> bool {
    cosine >= ALIKE[usize::from(items.0) + usize::from(items.1)]
}

/// The hash of a window's words.
pub(super) type Window = Feature;

/// From this share of form on, an article's form is dropped; prose has less.
const FORM: (usize, usize) = (2, 5);
/// Of fewer words than these a few windows are much: so many times more articles must have one that is form there.
const SHORT: (usize, u32) = (30, 4);
/// What so many items of a form have, or one in so many of them, is none's own.
const SHARED: (u32, u32) = (3, 10);

/// A window is never form with fewer articles that have it.
pub(super) const FEWEST: u32 = 8;

/// Windows are counted in so many articles at most, those of smallest content hash: form is frequent or none.
pub(super) const SAMPLE: usize = 1 << 14;

/// A form whose items are known.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub(super) struct Form {
    /// What its items' stems are counted under; it hangs on what the form is named after, not on where that stands.
    pub(super) key: u32,
    /// How many items are compared for stories.
    pub(super) items: u32,
}

impl Form {
    /// Stems are counted under two keys: that both fall together with others is hardly ever met.
    fn keys(self) -> [u32; 2] {
        [self.key, self.key ^ 0x5bd1_e995]
    }

    /// Counts the stems of an item.
    pub(super) fn count(self, stems: &[Feature], frequencies: &impl Counting) {
        for key in self.keys() {
            frequencies.add(key, stems.iter().map(|&stem| (stem, 1)));
        }
    }

    /// Drops the words of an item that several others have too: what fills a form is drawn from few words as often as not.
    pub(super) fn drop_shared(
        self,
        vocabulary: &Vocabulary,
        uses: &mut [Use],
        counts: &impl Counts,
    ) {
        for used in uses {
            let stem = vocabulary.stem(used.word);
            let counted = self.keys().map(|key| counts.of(&[key], stem));
            let counted = counted.into_iter().min().unwrap_or(0);
            if counted >= SHARED.0 && counted * SHARED.1 > self.items {
                used.marks = used.marks.dropped();
            }
        }
    }
}

/// In how many of the `sampled` articles of a language a window must stand to be form, the language having `articles`: a quarter
/// of the square root of the articles, or what of that falls into the sample.
pub(super) fn least(articles: usize, sampled: usize) -> u32 {
    ((sampled as f64 / (articles.max(1) as f64).sqrt() / 4.0) as u32).max(FEWEST)
}

/// Drops the words of an article that are form, where they are much of it, wherever else they stand. A window is form that
/// `least` articles have, and more in a short text. Whether they are half of it.
pub(super) fn drop(
    vocabulary: &Vocabulary,
    uses: &mut [Use],
    having: impl Fn(Window) -> u32,
    least: u32,
) -> bool {
    let windows = bag::windows(vocabulary, uses);
    let is_short = windows.len() + WORDS <= SHORT.0;
    let least = if is_short { least * SHORT.1 } else { least };
    // Where words have no spaces around them, the few that have are mostly figures: they make no item of a form.
    let all = uses.len();
    let spaced = uses.iter_mut().filter(|used| used.marks.is_spaced());
    let spaced: Vec<&mut Use> = spaced.collect();
    let mut marked = vec![false; spaced.len()];
    for (at, window) in windows.into_iter().enumerate() {
        if having(window) >= least {
            marked[at..at + WORDS].fill(true);
        }
    }
    let form = marked.iter().filter(|&&marked| marked).count();
    let is_much = form > 0 && form * FORM.1 >= marked.len() * FORM.0;
    if is_much {
        let stem = |used: &Use| vocabulary.stem(used.word);
        let both = spaced.iter().zip(&marked);
        let of_form = both
            .filter(|(_, is_marked)| **is_marked)
            .map(|(used, _)| stem(used));
        let mut of_form: Vec<Feature> = of_form.collect();
        of_form.sort_unstable();
        for used in spaced {
            if of_form.binary_search(&stem(used)).is_ok() {
                used.marks = used.marks.dropped();
            }
        }
    }
    is_much && form * 2 >= all
}

#[cfg(test)]
mod tests {
    use super::super::features::Cutter;
    use super::super::frequencies::Frequencies;
    use super::super::titles::TitleParts;
    use super::*;
    use crate::corpus::Article;

    #[test]
    fn an_item_of_a_form_tells_what_most_others_do_not_have() {
        let form = Form { key: 7, items: 4 };
        let frequencies = Frequencies::new(4, 4);
        let mut cutter = Cutter::default();
        cutter.vocabulary.begin();
        let mut cut = |text: &'static str| {
            let article = Article {
                text: text.into(),
                ..Article::default()
            };
            let kept = 0..text.len();
            cutter.cut(
                &article,
                std::slice::from_ref(&kept),
                &TitleParts::default(),
            );
            cutter.uses.clone()
        };
        let items = [
            "Torhol beat Kellun 3 to 1 in round 5 of the league",
            "Torhol beat Kellun 3 to 1 in round 5 of the league on Friday",
            "Iona beat Yedholmin 2 to 0 in round 6 of the league",
            "Skerrow beat Holm 4 to 2 in round 7 of the league",
        ];
        let items = items.map(&mut cut);
        for item in &items {
            form.count(&bag::stems(&cutter.vocabulary, item), &frequencies);
        }
        let own = items.map(|mut item| {
            form.drop_shared(&cutter.vocabulary, &mut item, &frequencies);
            let own = item.iter().filter(|used| used.marks.weight() > 0);
            let own: Vec<&str> = own
                .map(|used| cutter.vocabulary.letters(used.word))
                .collect();
            own.join(" ")
        });
        assert_eq!(own[0], "Torhol Kellun 3 1 5");
        assert_eq!(own[3], "Skerrow Holm 4 2 7");
    }
}

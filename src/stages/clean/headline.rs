//! Headlines: whether two titles speak of different things.

use crate::kernel::{is_spaceless, mix};

/// The words of a title as a set of 128 bits, some of which words may have together.
///
/// Numbers do not count: of two titles that differ in a date, or in a figure, neither is another headline.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(super) struct Headline(u128);

impl Headline {
    pub(super) fn of(title: &str) -> Headline {
        let mut found = Headline::default();
        // What has been read of a word, if it has a letter, and the character before where no spaces are written.
        let (mut word, mut before) = (None, None);
        for c in title.chars() {
            if is_spaceless(c) {
                found.add(word.take());
                found.add(before.map(|before| mix(before ^ u64::from(c) << 32)));
                before = Some(u64::from(c));
                continue;
            }
            before = None;
            if c.is_alphabetic() {
                let letters = c.to_lowercase().map(u64::from);
                word = Some(letters.fold(word.unwrap_or(1), |hash, letter| mix(hash ^ letter)));
            } else if !c.is_alphanumeric() {
                found.add(word.take());
            }
        }
        found.add(word);
        found
    }

    fn add(&mut self, word: Option<u64>) {
        if let Some(word) = word {
            self.0 |= 1 << (word >> 57);
        }
    }

    /// Whether less than half of the shorter of two titles stands in the other; `false` where one has no words.
    pub(super) fn is_unlike(self, other: Headline) -> bool {
        let least = self.0.count_ones().min(other.0.count_ones());
        (self.0 & other.0).count_ones() * 2 < least
    }

    /// As four numbers.
    pub(super) fn parts(self) -> [u32; 4] {
        [0, 32, 64, 96].map(|shift| (self.0 >> shift) as u32)
    }

    /// What four numbers stand for.
    pub(super) fn of_parts(parts: [u32; 4]) -> Headline {
        let part = |set: u128, &part: &u32| set << 32 | u128::from(part);
        Headline(parts.iter().rev().fold(0, part))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn unlike(a: &str, b: &str) -> bool {
        Headline::of(a).is_unlike(Headline::of(b))
    }

    #[test]
    fn headlines_of_different_things_are_unlike() {
        assert!(unlike(
            "Storm tears roof off school gym",
            "Minister resigns over rail contract"
        ));
        assert!(unlike("暴风雨掀翻学校体育馆屋顶", "部长因铁路合同辞职"));
        assert!(unlike(
            "Буря сорвала крышу школы",
            "Министр ушёл из-за контракта"
        ));
    }

    #[test]
    fn a_headline_that_goes_on_or_has_other_figures_is_the_same_one() {
        assert!(!unlike(
            "Storm hits coast",
            "STORM HITS COAST: three dead, roads closed"
        ));
        assert!(!unlike("Wetter am 3. Mai", "Wetter am 14. Mai"));
        assert!(!unlike("暴风雨袭击海岸", "暴风雨袭击海岸三人死亡"));
    }

    #[test]
    fn no_headline_is_unlike_none() {
        assert!(!unlike("", "Storm hits coast") && !unlike("2024", "Storm hits coast"));
    }

    #[test]
    fn parts_make_the_headline_again() {
        let headline = Headline::of("Storm tears roof off school gym");
        assert_eq!(Headline::of_parts(headline.parts()), headline);
    }
}

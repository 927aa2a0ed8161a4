//! What was learned of two dumps, together.

use super::Furniture;
use super::learn::Titles;

impl Furniture {
    /// What is furniture in either of two dumps.
    ///
    /// It is what can be known without reading the pages again. Learned of both dumps at once, a line may be furniture that is
    /// rare in each.
    pub(crate) fn merged(self, other: Furniture) -> Furniture {
        let mut titles: Vec<u64> = self.titles.hashes().chain(other.titles.hashes()).collect();
        titles.sort_unstable();
        titles.dedup();
        let words = self.titles.words.merged(&other.titles.words);
        Furniture {
            lines: self.lines.merged(other.lines),
            lists: self.lists.merged(other.lists),
            titles: Titles::of(titles, words),
            _taken: None,
        }
    }
}

//! What texts ask of those they share anchors with.

use super::postings::SHARED;

/// How many anchors a text has, and how many sparse ones, as far as it matters: three bits each, and whether all are.
#[derive(Clone, Copy)]
pub(super) struct AnchorCounts(pub(super) u8);

impl AnchorCounts {
    /// Beyond twice what a pair must share at most, more anchors change nothing.
    const MOST: usize = 2 * SHARED;

    /// Of anchors that are sparse, or not.
    pub(super) fn of(are_sparse: impl ExactSizeIterator<Item = bool>) -> AnchorCounts {
        let anchors = are_sparse.len();
        let sparse = are_sparse.filter(|&is_sparse| is_sparse).count();
        let all = u8::from(sparse == anchors);
        let few = |count: usize| count.min(AnchorCounts::MOST) as u8;
        AnchorCounts(few(anchors) | few(sparse) << 3 | all << 6)
    }

    fn anchors(self) -> u8 {
        self.0 & 7
    }

    fn sparse(self) -> u8 {
        self.0 >> 3 & 7
    }

    fn are_all_sparse(self) -> bool {
        self.0 >> 6 == 1
    }
}

/// How many anchors two texts must share: [`SHARED`], or half of what the one with fewer could share at all.
pub(super) fn needed(a: AnchorCounts, b: AnchorCounts) -> usize {
    let least = if a.are_all_sparse() == b.are_all_sparse() {
        a.anchors().min(b.anchors())
    } else {
        a.sparse().min(b.sparse())
    };
    usize::from(least).div_ceil(2).clamp(1, SHARED)
}

//! Texts that stood at one address of one source: most often versions of one article.

use rayon::prelude::*;

use super::Pair;
use super::buckets::{BUCKET, HUBS, NEIGHBOURS};

/// The pairs of texts that share an address, given as a hash with each text that stood there.
///
/// Up to 32 texts all meet. Where more stood at one address, as in a live report, each meets the three of smallest content
/// hash and the eight that follow it.
pub fn same_address(mut stood: Vec<(u64, u32)>) -> Vec<Pair> {
    stood.par_sort_unstable();
    stood.dedup();
    let mut found = Vec::new();
    for texts in stood.chunk_by(|a, b| a.0 == b.0) {
        // Texts are numbered by content hash.
        for (at, &(_, text)) in texts.iter().enumerate() {
            let following = if texts.len() <= BUCKET {
                texts.len()
            } else {
                found.extend(texts[..at.min(HUBS)].iter().map(|&(_, hub)| (hub, text)));
                NEIGHBOURS
            };
            let after = texts[at + 1..].iter().take(following);
            found.extend(after.map(|&(_, other)| (text, other)));
        }
    }
    found.sort_unstable();
    found.dedup();
    found
}

#[cfg(test)]
mod tests {
    use super::same_address;

    #[test]
    fn texts_at_one_address_meet_once_each() {
        let met = same_address(vec![(7, 2), (7, 0), (9, 3), (7, 1), (7, 0), (8, 4), (8, 3)]);
        assert_eq!(met, [(0, 1), (0, 2), (1, 2), (3, 4)]);
    }

    #[test]
    fn many_texts_at_one_address_cost_no_more_than_their_number() {
        let met = same_address((0..100_000).map(|text| (1, text)).collect());
        assert!(met.len() < 1_200_000);
        // And all of them hang together.
        assert!((1..100_000).all(|text| met.binary_search(&(0, text)).is_ok()));
    }
}

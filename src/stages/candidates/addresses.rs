//! Texts that stood at one address of one source: most often versions of one article.

use super::as_number;
use super::buckets::{BUCKET, HUBS, NEIGHBOURS};
use super::pairs::Pairs;
use crate::corpus::TextId;
use crate::error::Result;
use crate::spill::{Hashed, Sorted};

/// The pairs of texts that share an address, given as a hash with each text that stood there.
///
/// Up to 32 texts all meet. Where more stood at one address, as in a live report, each meets the three of smallest content
/// hash and the eight that follow it.
pub(super) fn pairs(stood: &Sorted<Hashed>, pairs: &Pairs) -> Result<()> {
    stood.scan(|piece| {
        let mut found = Vec::new();
        for at_one in piece.chunk_by(|a, b| a.hash == b.hash) {
            // Texts are numbered by content hash.
            let mut texts: Vec<TextId> = at_one.iter().map(|stood| stood.number as u32).collect();
            texts.dedup();
            meet(&texts, &mut |a, b| found.push(as_number((a, b))));
        }
        pairs.push(found)
    })
}

pub(super) fn meet(texts: &[TextId], met: &mut dyn FnMut(TextId, TextId)) {
    for (at, &text) in texts.iter().enumerate() {
        let following = if texts.len() <= BUCKET {
            texts.len()
        } else {
            texts[..at.min(HUBS)].iter().for_each(|&hub| met(hub, text));
            NEIGHBOURS
        };
        let after = texts[at + 1..].iter().take(following);
        after.for_each(|&other| met(text, other));
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::spill::{MemoryBudget, Sorter};
    use crate::stages::candidates::{Pair, as_pair};

    fn same_address(stood: Vec<(u64, u32)>) -> Result<Vec<Pair>> {
        let (budget, texts) = (MemoryBudget::default(), stood.len());
        let (sorter, found) = (Sorter::new(&budget), Pairs::new(texts + 1, &budget));
        let hashed = |(hash, text): (u64, u32)| Hashed {
            hash,
            number: text.into(),
        };
        sorter.push(stood.into_iter().map(hashed).collect())?;
        pairs(&sorter.finish()?, &found)?;
        let mut met = Vec::new();
        found.finish(|pairs| {
            met.extend(pairs.into_iter().map(as_pair));
            Ok(())
        })?;
        Ok(met)
    }

    #[test]
    fn texts_at_one_address_meet_once_each() -> Result<()> {
        let stood = vec![(7, 2), (7, 0), (9, 3), (7, 1), (7, 0), (8, 4), (8, 3)];
        assert_eq!(same_address(stood)?, [(0, 1), (0, 2), (1, 2), (3, 4)]);
        Ok(())
    }

    #[test]
    fn many_texts_at_one_address_cost_no_more_than_their_number() -> Result<()> {
        let met = same_address((0..100_000).map(|text| (1, text)).collect())?;
        assert!(met.len() < 1_200_000);
        // And all of them hang together.
        assert!((1..100_000).all(|text| met.binary_search(&(0, text)).is_ok()));
        Ok(())
    }
}

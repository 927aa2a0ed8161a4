//! Stories in bytes.

use serde::{Deserialize, Serialize};

use super::{Labelled, Part, Stories, StoryCounts};
use crate::kernel::Share;

/// Stories as they are kept.
#[derive(Serialize, Deserialize)]
struct Stored {
    /// Of each article the lead, the cosine and the size.
    parts: Vec<(u32, u32, u32)>,
    labels: Vec<(u32, String, bool)>,
    counts: [usize; 7],
}

impl Stories {
    /// How many articles there are.
    pub(crate) fn articles(&self) -> usize {
        self.parts.len()
    }

    /// All stories in bytes that [`Stories::stored`] reads.
    pub(crate) fn to_bytes(&self) -> Vec<u8> {
        let part = |it: &Part| (it.lead, it.similarity.0, it.articles);
        let label = |it: &Labelled| (it.lead, it.label.clone(), it.has_texts);
        let it = self.counts;
        let stored = Stored {
            parts: self.parts.iter().map(part).collect(),
            labels: self.labels.iter().map(label).collect(),
            counts: [
                it.representatives,
                it.languages,
                it.keys,
                it.buckets,
                it.largest_bucket,
                it.candidates,
                it.linked,
            ],
        };
        // Writing into memory cannot fail.
        postcard::to_stdvec(&stored).unwrap_or_default()
    }

    /// Stories from their bytes; `None` where they are none.
    pub(crate) fn stored(bytes: &[u8]) -> Option<Stories> {
        let stored: Stored = postcard::from_bytes(bytes).ok()?;
        let all = stored.parts.len();
        let part = |(lead, similarity, articles): (u32, u32, u32)| {
            let similarity = Share(similarity);
            ((lead as usize) < all).then_some(Part {
                lead,
                similarity,
                articles,
            })
        };
        let label = |(lead, label, has_texts)| Labelled {
            lead,
            label,
            has_texts,
        };
        let [
            representatives,
            languages,
            keys,
            buckets,
            largest_bucket,
            candidates,
            linked,
        ] = stored.counts;
        Some(Stories {
            parts: stored.parts.into_iter().map(part).collect::<Option<_>>()?,
            labels: stored.labels.into_iter().map(label).collect(),
            counts: StoryCounts {
                representatives,
                languages,
                keys,
                buckets,
                largest_bucket,
                candidates,
                linked,
            },
        })
    }
}

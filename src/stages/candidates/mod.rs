//! Which pairs of texts are worth a look?
//!
//! Two generators: bands find texts that are close, anchors those that share a little, and excerpts. Texts that stood at
//! one address of one source are candidates too. Nothing is known
//! of a candidate pair yet; it is decided by exact similarity later.

mod addresses;
mod anchors;
mod asking;
mod buckets;
pub(crate) mod by_key;
mod entry;
mod pairs;
mod postings;
#[cfg(test)]
mod tests;

pub use anchors::anchors;
pub(crate) use anchors::{AnchorRows, AnchorsWriter, SHORT, is_sparse, is_upper_sparse, upper};
#[doc(hidden)]
pub use buckets::BandKey;
pub use buckets::Cut;
pub(crate) use buckets::bands_met;
pub(crate) use by_key::KnownForms;
pub(crate) use postings::KEPT as KEPT_OF_MANY;
#[doc(hidden)]
pub use postings::Postings;
pub(crate) use postings::{OverCap, shared};

use crate::corpus::{ArticleId, TextId};
use crate::error::Result;
pub use crate::kernel::Banding;
use crate::spill::{Column, ColumnWriter, Hashed, MemoryBudget, Sorted};
use pairs::Pairs;
use postings::AnchorIndex;

/// Two texts, the lesser number first.
#[doc(hidden)]
pub type Pair = (TextId, TextId);

/// A pair as one number: pairs ascend as their numbers do.
pub(crate) fn as_number((a, b): Pair) -> u64 {
    u64::from(a) << 32 | u64::from(b)
}

/// The pair of a number.
pub(crate) fn as_pair(number: u64) -> Pair {
    ((number >> 32) as u32, number as u32)
}

/// Which article's row is each text's.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Rows<'a> {
    /// The article of each text.
    pub(crate) articles: &'a [ArticleId],
    /// The text of each article.
    pub(crate) of_article: &'a [TextId],
    /// How many shingles each text has.
    pub(crate) shingles: &'a [u32],
}

impl Rows<'_> {
    /// How many texts there are.
    fn texts(&self) -> usize {
        self.articles.len()
    }

    /// The text whose row an article's is, if it is one's.
    fn text(&self, article: usize) -> Option<TextId> {
        let text = self.of_article[article];
        (self.articles[text as usize] as usize == article).then_some(text)
    }

    /// Whether a text has a signature.
    fn has_shingles(&self, text: TextId) -> bool {
        self.shingles[text as usize] > 0
    }
}

/// What nobody asks for once texts have met.
#[derive(Debug, Default)]
pub(crate) struct MeetingKeys {
    /// The keys of each article's bands.
    pub(crate) bands: Column<BandKey>,
    /// What is below the upper halves of each article's anchors.
    pub(crate) lower: Column<u16>,
}

/// What texts meet by.
pub(crate) struct CandidateKeys<'a> {
    /// The keys, which are let go one kind after the other.
    pub(crate) keys: MeetingKeys,
    /// How many bands there are.
    pub(crate) bands: usize,
    /// The anchors of each article.
    pub(crate) anchors: &'a AnchorRows,
    /// A hash for each address of a source, with each text that stood there.
    pub(crate) addresses: Sorted<Hashed>,
}

/// The candidate pairs of a run, and what each generator gave.
#[derive(Debug, Default)]
pub struct Candidates {
    /// The pairs as numbers, ascending, each once.
    pub(crate) pairs: Column<u64>,
    /// How many the bands gave.
    pub from_bands: usize,
    /// How many the anchors gave.
    pub from_anchors: usize,
    /// How many stood at one address.
    pub from_addresses: usize,
    /// Which texts have an anchor, which tells templates from texts later.
    pub(crate) postings: Postings,
}

/// The pairs of texts that share a bucket, enough anchors, or an address.
pub(crate) fn candidates(
    met_by: CandidateKeys<'_>,
    rows: &Rows<'_>,
    budget: &MemoryBudget,
) -> Result<Candidates> {
    let pairs = || Pairs::new(rows.texts(), budget);
    let (all, mut found) = (pairs(), Candidates::default());
    let in_bands = pairs();
    let MeetingKeys { bands, lower } = met_by.keys;
    buckets::pairs(&bands, rows, met_by.bands, budget, &in_bands)?;
    drop(bands);
    found.from_bands = in_bands.hand_over(&all)?;
    let standing = AnchorIndex::new(met_by.anchors, lower, rows, budget)?;
    found.postings = standing.postings(budget)?;
    found.from_anchors = standing.pairs(budget, &all)?;
    drop(standing);
    let at_addresses = pairs();
    addresses::pairs(&met_by.addresses, &at_addresses)?;
    found.from_addresses = at_addresses.hand_over(&all)?;
    found.pairs = all.into_column(budget)?;
    Ok(found)
}

impl Candidates {
    /// Pairs that were found before, ascending, with what is known of anchors.
    pub(crate) fn of_pairs(
        pairs: Vec<u64>,
        postings: Postings,
        budget: &MemoryBudget,
    ) -> Result<Candidates> {
        let writer = ColumnWriter::new(budget);
        writer.push(0, pairs)?;
        Ok(Candidates {
            pairs: writer.finish(),
            postings,
            ..Candidates::default()
        })
    }

    /// How many pairs there are.
    pub fn len(&self) -> usize {
        self.pairs.len()
    }

    /// Whether there is none.
    pub fn is_empty(&self) -> bool {
        self.pairs.len() == 0
    }
}

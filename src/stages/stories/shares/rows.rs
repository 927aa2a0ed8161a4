//! What shares hand on to each other of representatives.

use serde::{Deserialize, Serialize};

use super::super::fading::Gaps;
use super::super::vectors::Telling;
use super::super::weights::{Paired, Term};
use crate::config::KEEP_BY;

/// A representative, and where it stands among all: by time, undated ones first, then by content. The number of its article is the
/// last of it.
#[derive(
    Clone, Copy, Debug, Default, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize,
)]
pub(crate) struct NodeRef {
    pub(crate) time: Option<i64>,
    pub(crate) text: (u64, u64),
    pub(crate) record: u64,
    pub(crate) at: u64,
}

impl NodeRef {
    /// What samples go by.
    pub(crate) fn content(&self) -> [u64; 4] {
        [self.text.0, self.text.1, self.record, self.at]
    }
}

/// What decides who leads a story, of what the settings say: the least does.
pub(super) type Wanted = (usize, [u64; KEEP_BY], bool, i64, std::cmp::Reverse<u32>);

/// What is known of a representative besides its text.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub(crate) struct Facts {
    pub(crate) node: NodeRef,
    pub(super) pool: u16,
    /// The hash of its source; 0 for none.
    pub(super) source: u64,
    /// How many articles its copy group has.
    pub(super) copies: u32,
    pub(super) wanted: Wanted,
    pub(super) is_item: bool,
}

/// A representative weighed, but for its pairs.
#[derive(Clone, Debug, Serialize, Deserialize)]
pub(crate) struct DraftRow<'a> {
    pub(super) facts: Facts,
    pub(super) grams: Vec<(u32, u16)>,
    stems: Vec<(u32, u32, u32)>,
    pairs: Vec<(u32, u32)>,
    #[serde(borrow)]
    pub(super) words: std::borrow::Cow<'a, [u8]>,
}

impl<'a> DraftRow<'a> {
    pub(super) fn of(
        facts: Facts,
        grams: Vec<(u32, u16)>,
        (stems, pairs): (&[Term], &[Paired]),
        words: &'a [u8],
    ) -> DraftRow<'a> {
        let stem = |it: &Term| (it.feature, it.articles, it.weight);
        DraftRow {
            facts,
            grams,
            stems: stems.iter().map(stem).collect(),
            pairs: pairs.iter().map(|it| (it.feature, it.count)).collect(),
            words: words.into(),
        }
    }

    /// Whose draft it is.
    pub(crate) fn node(&self) -> NodeRef {
        self.facts.node
    }

    pub(super) fn stems(&self) -> Vec<Term> {
        let term = |&(feature, articles, weight): &(u32, u32, u32)| Term {
            feature,
            articles,
            weight,
        };
        self.stems.iter().map(term).collect()
    }

    pub(super) fn pairs(&self) -> Vec<Paired> {
        let paired = |&(feature, count): &(u32, u32)| Paired { feature, count };
        self.pairs.iter().map(paired).collect()
    }
}

/// A representative weighed.
#[derive(Clone, Debug, Serialize, Deserialize)]
pub(crate) struct WeighedRow<'a> {
    pub(crate) facts: Facts,
    #[serde(borrow)]
    pub(super) vector: std::borrow::Cow<'a, [u8]>,
    pub(super) terms: Vec<Telling>,
    /// What its label is made of; nothing where that is not asked for.
    #[serde(borrow)]
    pub(super) words: std::borrow::Cow<'a, [u8]>,
}

impl WeighedRow<'_> {
    /// The same without what only labels need.
    pub(crate) fn without_words(&self) -> WeighedRow<'_> {
        WeighedRow {
            facts: self.facts,
            vector: (&*self.vector).into(),
            terms: self.terms.clone(),
            words: (&[][..]).into(),
        }
    }
}

/// The keys by which some representatives meet others: each is named once, however many it has.
#[derive(Clone, Debug, Default, Serialize, Deserialize)]
pub(crate) struct KeysRow {
    pub(super) nodes: Vec<NodeRef>,
    /// Keys, each with the place of who has it.
    pub(super) keys: Vec<(u64, u32)>,
}

/// A representative, and those that it met in a share.
#[derive(Clone, Debug, Serialize, Deserialize)]
pub(crate) struct MetRow {
    pub(crate) at: u64,
    pub(super) others: Vec<MetOther>,
}

/// Another one that a representative met.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
pub(super) struct MetOther {
    pub(super) at: u64,
    /// The share that is its home.
    pub(super) home: u32,
    /// Whether it stands before.
    pub(super) is_less: bool,
    pub(super) gap: Option<u64>,
    pub(super) tie: u64,
    /// How many keys both have in the share.
    pub(super) keys: u32,
}

/// Two representatives that are to be compared, that first which stands before the other, with the home of that one.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
pub(crate) struct PairOfNodes {
    pub(crate) nodes: (u64, u64),
    pub(crate) home: u32,
}

/// Two representatives that were compared, and all that their score hangs on.
#[derive(Clone, Copy, Debug, Serialize, Deserialize)]
pub(crate) struct ScoredRow {
    pub(crate) nodes: (u64, u64),
    pub(super) cosine: u32,
    pub(super) terms: u32,
    pub(super) gap: Option<u64>,
    pub(super) is_one_source: bool,
    pub(super) features: (u16, u16),
    pub(super) items: (bool, bool),
}

/// What meeting and comparing counted.
#[derive(Clone, Debug, Default, Serialize, Deserialize)]
pub(crate) struct MetCounts {
    pub(super) keys: u64,
    pub(super) buckets: u64,
    pub(super) largest_bucket: u64,
    pub(super) compared: u64,
    pub(super) similar: Gaps,
}

impl MetCounts {
    /// Adds what another share counted.
    pub(crate) fn merge(&mut self, other: &MetCounts) {
        self.keys += other.keys;
        self.buckets += other.buckets;
        self.largest_bucket = self.largest_bucket.max(other.largest_bucket);
        self.compared += other.compared;
        self.similar.merge(&other.similar);
    }
}

/// Two representatives that may be joined, and their score.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
pub(crate) struct JoinedRow {
    pub(crate) nodes: (u64, u64),
    pub(super) score: u32,
}

/// A story.
#[derive(Clone, Debug, Serialize, Deserialize)]
pub(crate) struct ToldRow {
    /// The article that leads it.
    pub(crate) lead: u64,
    pub(crate) label: String,
    /// Its representatives, with the cosine of each to the lead; none where it is one text.
    pub(crate) members: Vec<(u64, u32)>,
}

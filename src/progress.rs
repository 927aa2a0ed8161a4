//! How far a run is, and what its stages did: whoever starts one is told of each stage as it begins.

use serde::{Deserialize, Serialize};

/// The stages of a run, in their order.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Stage {
    /// Furniture is learned: the first sweep.
    Learn,
    /// Articles are cleaned and fingerprinted: the second sweep.
    Fingerprint,
    /// Candidate pairs are found, in memory.
    Candidates,
    /// Candidates are decided: the third sweep.
    Verify,
    /// Copy groups are made, in memory.
    Group,
    /// Languages and terms are learned of the representatives: the fourth sweep, over a sample, and the fifth.
    Terms,
    /// Representatives are weighed by their terms, without a sweep.
    Weigh,
    /// Story candidates are found and compared.
    Relate,
    /// Candidates are linked into stories, in memory.
    Link,
}

/// What the stages of a run did.
#[derive(Clone, Copy, Debug, Default, Serialize, Deserialize)]
pub struct Counts {
    /// Bytes of text before cleaning.
    pub text_bytes: u64,
    /// Bytes of text that cleaning dropped.
    pub furniture_bytes: u64,
    /// Articles without a token left, by cleaning or from the start.
    pub emptied: usize,
    /// Candidate pairs that shared a bucket.
    pub from_bands: usize,
    /// Candidate pairs that shared anchors.
    pub from_anchors: usize,
    /// Candidate pairs that stood at one address.
    pub from_addresses: usize,
    /// Candidate pairs in all.
    pub candidates: usize,
    /// Pairs decided by exact similarity.
    pub decided: usize,
}

impl Stage {
    /// What it does, in a few words.
    pub const fn name(self) -> &'static str {
        match self {
            Stage::Learn => "learning furniture",
            Stage::Fingerprint => "fingerprinting",
            Stage::Candidates => "finding candidates",
            Stage::Verify => "verifying",
            Stage::Group => "grouping",
            Stage::Terms => "learning terms",
            Stage::Weigh => "weighing terms",
            Stage::Relate => "relating",
            Stage::Link => "linking stories",
        }
    }
}

//! The main job, from a corpus to its copy groups. Read this first.

use crate::article::{Corpus, ReadReport, Register};
use crate::clean::Furniture;
use crate::config::Config;
use crate::copies::{self, CopyGroups, SimilarPair, Texts};
use crate::error::Result;
use crate::fingerprint;
use crate::lsh::{self, Banding};

/// What a run found.
#[derive(Debug)]
pub struct Clustering {
    /// Every article, by number.
    pub register: Register,
    /// The copy group of every article.
    pub groups: CopyGroups,
    /// The different texts, and which articles bear each.
    pub texts: Texts,
    /// Every similar pair of texts.
    pub pairs: Vec<SimilarPair>,
    /// What was learned of the pages.
    pub furniture: Furniture,
    /// What reading met besides articles.
    pub read: ReadReport,
    /// What the stages did.
    pub counts: Counts,
}

/// What the stages of a run did.
#[derive(Clone, Copy, Debug)]
pub struct Counts {
    /// Bytes of text before cleaning.
    pub text_bytes: u64,
    /// Bytes of text that cleaning dropped.
    pub furniture_bytes: u64,
    /// The bands and rows.
    pub banding: Banding,
    /// Candidate pairs that shared a bucket.
    pub from_bands: usize,
    /// Candidate pairs that shared anchors.
    pub from_anchors: usize,
    /// Candidate pairs in all.
    pub candidates: usize,
    /// Pairs decided by exact similarity.
    pub decided: usize,
}

/// Below this Jaccard similarity finding pairs is left to the anchors.
const BANDING_FROM: f64 = 0.5;

/// Finds the copies in a corpus.
///
/// # Errors
///
/// When a setting is out of range, or the corpus cannot be read.
pub fn cluster<C: Corpus + ?Sized>(corpus: &C, config: &Config) -> Result<Clustering> {
    config.check()?;
    let (learned, read) = Furniture::learn(corpus)?;
    let furniture = if config.keep_furniture { Furniture::default() } else { learned };
    let (register, prints) = fingerprint::fingerprint(corpus, &furniture, config)?;
    let (text_bytes, furniture_bytes) = prints.text_bytes;
    let texts = Texts::collapse(&register, prints, config);
    let threshold = config.copy_threshold.share().max(BANDING_FROM);
    let banding = Banding::plan(threshold, config.recall.share(), config.num_hashes);
    let candidates = lsh::candidate_pairs(&texts.signatures(), &texts.anchors, banding);
    let verified = copies::verify(corpus, &furniture, (&register, &texts), &candidates, config)?;
    let groups = CopyGroups::new((&register, &texts), &candidates.pairs, &verified, config);
    let counts = Counts {
        text_bytes,
        furniture_bytes,
        banding,
        from_bands: candidates.from_bands,
        from_anchors: candidates.from_anchors,
        candidates: candidates.pairs.len(),
        decided: verified.decided,
    };
    Ok(Clustering { register, groups, texts, pairs: verified.pairs, furniture, read, counts })
}

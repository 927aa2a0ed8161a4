//! What speaks for and against two texts being copies.

use std::convert::Infallible;

use serde::Serialize;

use super::{Explainer, Subject};
use crate::kernel::{Overlap, Share, estimate, estimated, sketch};
use crate::stages::candidates;
use crate::stages::candidates::Banding;
use crate::stages::copies::{
    Aligner, Evidence, FRAMELESS, PairKind, Refusal, Rules, discount, least_seconds_apart,
};

/// What two texts share, and what was decided of it.
#[derive(Clone, Debug, Serialize)]
pub struct CopyEvidence {
    /// How many different shingles both have.
    pub shared: u32,
    /// How many have either.
    pub all: u32,
    /// Exact Jaccard similarity.
    pub jaccard: Share,
    /// What share of the smaller text the larger one holds.
    pub containment: Share,
    /// The same two, once what many unlike articles share does not count; `None` where all of it counts.
    pub without_templates: Option<(Share, Share)>,
    /// What the signatures say the Jaccard similarity is; `None` where one text has none.
    pub estimate: Option<Share>,
    /// Whether that lies so low that the pair is not compared exactly.
    pub is_refused_early: bool,
    /// How the two met, or did not.
    pub met: Met,
    /// Whether the settings let their sources be copies of each other.
    pub are_sources_allowed: bool,
    /// Whether they let their times.
    pub are_times_allowed: bool,
    /// What tells them apart, where they are alike enough and no copies all the same.
    pub refusal: Option<Refusal>,
    /// As what they pass by themselves: `near`, `excerpt` or nothing.
    #[serde(serialize_with = "name")]
    pub verdict: Option<PairKind>,
    /// What the two texts agree and disagree on where they run side by side.
    pub evidence: Evidence,
    #[serde(skip)]
    pub(super) overlap: Overlap,
    #[serde(skip)]
    pub(super) own: Overlap,
    #[serde(skip)]
    pub(super) least_tokens: u32,
}

/// How two texts met, or did not.
#[derive(Clone, Debug, Serialize)]
pub struct Met {
    /// The bands in which they fall into one bucket, counted from 1.
    pub bands: Vec<usize>,
    /// How many bands there are, and of how many hashes each is.
    pub of_bands: usize,
    /// See [`Met::of_bands`].
    pub rows: usize,
    /// Anchors that both have, without those that too many texts have.
    pub anchors: usize,
    /// How many of them make a candidate pair.
    pub anchors_needed: usize,
    /// Whether they stood at one address of one source.
    pub is_same_address: bool,
}

impl Met {
    /// Whether anything makes them a candidate pair.
    pub fn is_candidate(&self) -> bool {
        !self.bands.is_empty() || self.has_anchors() || self.is_same_address
    }

    /// Whether they share enough anchors.
    pub fn has_anchors(&self) -> bool {
        self.anchors >= self.anchors_needed && self.anchors > 0
    }
}

fn name<S: serde::Serializer>(
    similarity: &Option<PairKind>,
    to: S,
) -> std::result::Result<S::Ok, S::Error> {
    let name = similarity.map(|similarity| match similarity {
        PairKind::Near => "near",
        PairKind::Excerpt => "excerpt",
    });
    name.serialize(to)
}

impl CopyEvidence {
    pub(super) fn of(explainer: &Explainer<'_>, a: &Subject, b: &Subject) -> CopyEvidence {
        let (x, y) = (&a.lone, &b.lone);
        let (state, rules) = (explainer.state, Rules(explainer.config));
        let overlap = a.overlap(b);
        let Ok(own) = discount(&x.set, &y.set, overlap, |anchor| {
            Ok::<_, Infallible>(state.is_form(anchor))
        });
        let hashes = x.signature.len().min(y.signature.len());
        // As candidates are estimated: by a byte of each value.
        let sketches = [x, y].map(|lone| {
            let mut bytes = Vec::new();
            sketch(&lone.signature, &mut bytes);
            bytes
        });
        let [p, q] = &sketches;
        let sizes = (x.print.shingles, y.print.shingles);
        let may_pass = hashes > 0 && rules.may_pass(estimate(p, q), hashes as f64, sizes);
        let least_tokens = x.print.tokens.min(y.print.tokens);
        let apart = a.bearer.0.zip(b.bearer.0);
        let apart = apart.map(|(a, b)| least_seconds_apart(a, b));
        let evidence = Evidence::of(&mut Aligner::default(), &a.words, &b.words, apart);
        let decision = rules.decide(least_tokens, overlap, own, evidence);
        let are_sources_allowed =
            rules.allows_sources(a.bearer.1.as_deref(), b.bearer.1.as_deref());
        let are_times_allowed = rules.allows_times(a.bearer.0, b.bearer.0);
        let passes = may_pass && are_sources_allowed && are_times_allowed;
        let discounted = own != overlap && overlap.jaccard() < FRAMELESS;
        CopyEvidence {
            shared: overlap.shared,
            all: overlap.sizes.0 + overlap.sizes.1 - overlap.shared,
            jaccard: overlap.jaccard(),
            containment: overlap.containment(),
            without_templates: discounted.then(|| (own.jaccard(), own.containment())),
            estimate: (hashes > 0).then(|| estimated(p, q)),
            is_refused_early: !may_pass,
            met: met(explainer, a, b),
            are_sources_allowed,
            are_times_allowed,
            verdict: decision.similarity().filter(|_| passes),
            refusal: decision.refusal(),
            overlap,
            own,
            evidence,
            least_tokens,
        }
    }

    /// What the rules of other settings would say of the same two texts.
    pub(super) fn verdict_of(&self, rules: Rules<'_>) -> Option<PairKind> {
        let decision = rules.decide(self.least_tokens, self.overlap, self.own, self.evidence);
        decision.similarity()
    }
}

fn met(explainer: &Explainer<'_>, a: &Subject, b: &Subject) -> Met {
    let (x, y) = (&a.lone, &b.lone);
    let banding = explainer.config.banding();
    let Banding { bands, rows } = banding;
    let bands_met = match x.signature.is_empty() || y.signature.is_empty() {
        true => Vec::new(),
        false => candidates::bands_met(&x.signature, &y.signature, banding, explainer.config.seed),
    };
    let texts = (a.stored.text, b.stored.text);
    let leads = |anchor| explainer.state.leads(anchor, texts);
    let (anchors, anchors_needed) = candidates::shared(&x.anchors, &y.anchors, leads);
    Met {
        bands: bands_met.into_iter().map(|band| band + 1).collect(),
        of_bands: bands,
        rows,
        anchors,
        anchors_needed,
        is_same_address: a.address.is_some() && a.address == b.address,
    }
}

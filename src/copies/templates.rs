//! Templates: shingles that stand in many articles that are otherwise unlike, and so say little of any two.
//!
//! Earnings, weather, results: half of such a text is its form. Which shingles are form is told from the postings of the
//! anchors, a sample of all shingles: one whose texts are mutually unlike is form.

use std::sync::Mutex;

use ahash::AHashMap;

use super::texts::Texts;
use crate::fingerprint::{Millionths, Overlap};
use crate::lsh::{Postings, SHORT, anchors, is_sparse};

/// An anchor that stands in this many texts, each unlike the others, is part of a template.
const UNLIKE_TEXTS: usize = 6;
/// Texts are compared on this many of smallest content hash.
const SAMPLE: usize = 48;
/// Two texts are unlike below this Jaccard similarity of their anchors.
const UNLIKE: Millionths = Millionths(250_000);

/// So many of the anchors that two texts share are looked up.
const SAMPLED: usize = 24;

/// Tells templates from texts.
#[derive(Debug)]
pub(super) struct Templates<'a> {
    texts: &'a Texts,
    postings: &'a Postings,
    known: Mutex<AHashMap<u32, bool>>,
}

impl<'a> Templates<'a> {
    pub(super) fn new(texts: &'a Texts, postings: &'a Postings) -> Templates<'a> {
        Templates {
            texts,
            postings,
            known: Mutex::default(),
        }
    }

    /// What two sets share once the share of it that is template is taken from both.
    ///
    /// That share is measured on the anchors among what they share.
    pub(super) fn discount(&self, a: &[u64], b: &[u64], overlap: Overlap) -> Overlap {
        let shared = Overlap::shared(a, b);
        let mut sample = Vec::new();
        anchors(&shared, &mut sample);
        if a.len().max(b.len()) >= SHORT {
            // The longer text drew only the sparse ones.
            sample.retain(|&anchor| is_sparse(anchor));
        }
        sample.truncate(SAMPLED);
        let form = sample
            .iter()
            .filter(|&&anchor| self.is_template(anchor))
            .count() as u64;
        if form == 0 {
            return overlap;
        }
        let taken = (u64::from(overlap.shared) * form / sample.len() as u64) as u32;
        let (x, y) = overlap.sizes;
        Overlap {
            shared: overlap.shared - taken,
            sizes: (x - taken, y - taken),
        }
    }

    fn is_template(&self, anchor: u32) -> bool {
        let known = || self.known.lock().unwrap_or_else(|e| e.into_inner());
        if let Some(&template) = known().get(&anchor) {
            return template;
        }
        let template = self.unlike_texts(anchor) >= UNLIKE_TEXTS;
        known().insert(anchor, template);
        template
    }

    /// How many texts of a posting are mutually unlike, up to [`UNLIKE_TEXTS`].
    fn unlike_texts(&self, anchor: u32) -> usize {
        if self.postings.texts(anchor).len() < UNLIKE_TEXTS {
            return 0;
        }
        let mut unlike: Vec<u32> = Vec::with_capacity(UNLIKE_TEXTS);
        for text in self.postings.texts(anchor).take(SAMPLE) {
            let apart = |&other: &u32| self.texts.sampled(text, other).jaccard() < UNLIKE;
            if unlike.iter().all(apart) {
                unlike.push(text);
            }
            if unlike.len() == UNLIKE_TEXTS {
                break;
            }
        }
        unlike.len()
    }
}

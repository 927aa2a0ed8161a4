//! Templates: shingles that stand in many articles that are otherwise unlike, and so say little of any two.
//!
//! Earnings, weather, results: half of such a text is its form. Which shingles are form is told from the postings of the
//! anchors, a sample of all shingles: one whose texts are mutually unlike is form.

use std::borrow::Cow;
use std::sync::Mutex;

use ahash::AHashMap;
use rayon::prelude::*;

use super::texts::Texts;
use crate::error::Result;
use crate::kernel::{Overlap, Share, estimated};
use crate::stages::candidates::{Postings, SHORT, anchors, is_sparse};

/// An anchor that stands in this many texts, each unlike the others, is part of a template.
pub(crate) const UNLIKE_TEXTS: usize = 6;
/// Two texts are unlike if their sketches say that they share less than this.
const UNLIKE: Share = Share(250_000);
/// Where half of each text is form, texts of one form are like each other. So is part of a template, too, an anchor that
/// stands in this many texts of which ...
const FILLED_TEXTS: usize = 12;
/// ... any two agree on less than this, ...
const FILLED: Share = Share(600_000);
/// ... and that are this share of those that bear it: of copies, most are much like another.
const MOSTLY: Share = Share(700_000);
/// Texts are compared on this many of smallest content hash.
pub(crate) const SAMPLE: usize = 48;
/// So many of the anchors that two texts share are looked up.
const SAMPLED: usize = 24;

/// Tells templates from texts.
#[derive(Debug)]
pub(crate) struct Templates<'a> {
    texts: &'a Texts,
    postings: &'a Postings,
    known: Mutex<AHashMap<u64, bool>>,
}

impl<'a> Templates<'a> {
    pub(crate) fn new(texts: &'a Texts, postings: &'a Postings) -> Templates<'a> {
        Templates {
            texts,
            postings,
            known: Mutex::default(),
        }
    }

    /// What two sets share once the share of it that is template is taken from both.
    pub(crate) fn discount(&self, a: &[u64], b: &[u64], overlap: Overlap) -> Result<Overlap> {
        discount(a, b, overlap, |anchor| self.is_template(anchor))
    }

    /// The anchors that are templates, of all that stand in texts enough, ascending.
    pub(crate) fn forms(&self) -> Result<Vec<u64>> {
        let many = self.postings.anchors()?;
        let asked = many
            .into_par_iter()
            .map(|anchor| Ok((anchor, self.is_form(anchor)?)));
        let asked: Vec<(u64, bool)> = asked.collect::<Result<_>>()?;
        let forms = asked.into_iter().filter(|&(_, is_form)| is_form);
        Ok(forms.map(|(anchor, _)| anchor).collect())
    }

    /// The anchors that are templates, of those that stand in too many texts to lead anywhere, ascending.
    pub(crate) fn crowded_forms(&self) -> Result<Vec<u64>> {
        if let Some(known) = self.postings.forms() {
            return Ok(known.crowded.clone());
        }
        let over_cap = self.postings.over_cap().par_iter();
        let anchors = over_cap.map(|over_cap| over_cap.anchor);
        let asked = anchors.map(|anchor| Ok((anchor, self.is_template(anchor)?)));
        let asked: Vec<(u64, bool)> = asked.collect::<Result<_>>()?;
        let forms = asked.into_iter().filter(|&(_, is_form)| is_form);
        Ok(forms.map(|(anchor, _)| anchor).collect())
    }

    fn is_template(&self, anchor: u64) -> Result<bool> {
        if let Some(known) = self.postings.forms() {
            return Ok(known.forms.binary_search(&anchor).is_ok());
        }
        let known = || self.known.lock().unwrap_or_else(|e| e.into_inner());
        if let Some(&template) = known().get(&anchor) {
            return Ok(template);
        }
        let template = self.is_form(anchor)?;
        known().insert(anchor, template);
        Ok(template)
    }

    fn is_form(&self, anchor: u64) -> Result<bool> {
        let texts = self.postings.texts(anchor)?;
        if texts.len() < UNLIKE_TEXTS {
            return Ok(false);
        }
        let mut bearers: Vec<Cow<'_, [u8]>> = Vec::with_capacity(SAMPLE);
        for text in texts.into_iter().take(SAMPLE) {
            bearers.extend(self.texts.sketch(text)?);
        }
        Ok(is_form(&bearers))
    }
}

/// Whether an anchor is part of a template, given the sketches of some texts that have it.
pub(crate) fn is_form(bearers: &[Cow<'_, [u8]>]) -> bool {
    if bearers.len() < UNLIKE_TEXTS {
        return false;
    }
    if is_surely_form(bearers) {
        return true;
    }
    let filled = apart(bearers, FILLED, SAMPLE);
    filled >= FILLED_TEXTS && Share::ratio(filled as u32, bearers.len() as u32) >= MOSTLY
}

/// The same where it is so whatever other texts have it.
pub(crate) fn is_surely_form(bearers: &[Cow<'_, [u8]>]) -> bool {
    apart(bearers, UNLIKE, UNLIKE_TEXTS) >= UNLIKE_TEXTS
}

/// What two sets share once the share of it that is template is taken from both.
///
/// That share is measured on the anchors among what they share.
pub(crate) fn discount<E>(
    a: &[u64],
    b: &[u64],
    overlap: Overlap,
    is_template: impl Fn(u64) -> std::result::Result<bool, E>,
) -> std::result::Result<Overlap, E> {
    let shared = Overlap::shared(a, b);
    let mut sample = Vec::new();
    anchors(&shared, &mut sample);
    if a.len().max(b.len()) >= SHORT {
        // The longer text drew only the sparse ones.
        sample.retain(|&anchor| is_sparse(anchor));
    }
    sample.truncate(SAMPLED);
    let mut form = 0;
    for &anchor in &sample {
        form += u64::from(is_template(anchor)?);
    }
    if form == 0 {
        return Ok(overlap);
    }
    let taken = (u64::from(overlap.shared) * form / sample.len() as u64) as u32;
    let (x, y) = overlap.sizes;
    Ok(Overlap {
        shared: overlap.shared - taken,
        sizes: (x - taken, y - taken),
    })
}

/// How many of the texts with these sketches are mutually less alike than `below`, counted up to `enough`.
fn apart(bearers: &[Cow<'_, [u8]>], below: Share, enough: usize) -> usize {
    let mut apart: Vec<&[u8]> = Vec::with_capacity(enough);
    for sketch in bearers {
        let unlike = |other: &&[u8]| estimated(sketch, other) < below;
        if apart.iter().all(unlike) {
            apart.push(sketch);
        }
        if apart.len() == enough {
            break;
        }
    }
    apart.len()
}

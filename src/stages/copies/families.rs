//! Families: which texts are items of one form.
//!
//! Two items are held against each other and refused, so the refusals hang the items of a form together. Of a form that fills
//! the postings of its wording no two items meet; its items are known by that wording.

use ahash::AHashMap;

use rayon::prelude::*;

use super::pairs::RefusedPair;
use super::refusal::Refusal;
use super::templates::Templates;
use super::texts::Texts;
use crate::corpus::TextId;
use crate::error::Result;
use crate::kernel::Share;
use crate::stages::candidates::upper;

/// Items of a form share at least this much of the smaller; ...
const ITEMS: Share = Share(400_000);
/// ... where there are only two, this much.
const TWO_ITEMS: Share = Share(500_000);
/// A text that is made of a form to this share, by its anchors, is an item of it, ...
const MADE_OF: Share = Share(500_000);
/// ... if so many anchors say so.
const ANCHORS: u32 = 4;

/// Texts that hang together.
#[derive(Default)]
struct Families(AHashMap<u64, u64>);

impl Families {
    fn first(&mut self, mut node: u64) -> u64 {
        let mut parent = *self.0.entry(node).or_insert(node);
        while parent != node {
            let next = self.0[&parent];
            self.0.insert(node, next);
            (node, parent) = (parent, next);
        }
        node
    }

    fn join(&mut self, a: u64, b: u64) {
        let (a, b) = (self.first(a), self.first(b));
        self.0.insert(a.max(b), a.min(b));
    }
}

/// Marks what is no text but a piece of wording.
const WORDING: u64 = 1 << 63;

/// The texts that are held against two items of a form and more, ascending; of one of the two it may be that only the time
/// says so.
pub(super) fn items(refused: &[RefusedPair]) -> Vec<TextId> {
    let says = |it: &RefusedPair| is_of_form(it.refusal) || is_weak(it.refusal);
    let met = refused
        .iter()
        .filter(|it| it.containment >= ITEMS && says(it));
    let ends = |it: &RefusedPair| [it.pair.0, it.pair.1].map(|text| (text, is_of_form(it.refusal)));
    let mut met: Vec<(u32, bool)> = met.flat_map(ends).collect();
    met.sort_unstable();
    let often = met.chunk_by(|a, b| a.0 == b.0);
    let often = often.filter(|met| met.len() > 1 && met.iter().any(|&(_, is_of_form)| is_of_form));
    often.map(|met| met[0].0).collect()
}

/// The family of each text that is in one, ascending by text: the least text of its family.
pub(super) fn families(
    items: &[TextId],
    refused: &[RefusedPair],
    texts: &Texts,
    templates: &Templates<'_>,
) -> Result<Vec<(u32, u32)>> {
    let of_items = refused.iter().filter(|pair| pair.containment >= ITEMS);
    let mut families = Families::default();
    for &RefusedPair {
        pair: (a, b),
        refusal,
        containment,
    } in of_items
    {
        let is_known = |text| items.binary_search(&text).is_ok();
        let are_items = match is_of_form(refusal) {
            true => containment >= TWO_ITEMS || is_known(a) || is_known(b),
            // What came late or is short says little of two, and much of those that are items already.
            false => is_weak(refusal) && is_known(a) && is_known(b),
        };
        if are_items {
            families.join(a.into(), b.into());
        }
    }
    for (text, wording) in worded(texts, templates)? {
        families.join(text.into(), WORDING | wording);
    }
    let mut texts: Vec<u64> = families.0.keys().copied().collect();
    texts.retain(|node| node & WORDING == 0);
    texts.sort_unstable();
    // Texts come before wording, so that the least of a family is a text.
    let found = texts
        .into_iter()
        .map(|text| (text as u32, families.first(text) as u32));
    Ok(found.collect())
}

/// Whether a refusal says that two texts are items of a form.
fn is_of_form(refusal: Refusal) -> bool {
    matches!(
        refusal,
        Refusal::Numbers { .. }
            | Refusal::Names { .. }
            | Refusal::Subject
            | Refusal::Slots { .. }
            | Refusal::Template
    )
}

fn is_weak(refusal: Refusal) -> bool {
    matches!(refusal, Refusal::Late { .. } | Refusal::Short)
}

/// The texts that are made of wording that too many texts have for them to meet, each with the least piece of it.
fn worded(texts: &Texts, templates: &Templates<'_>) -> Result<Vec<(u32, u64)>> {
    let wording = templates.crowded_forms()?;
    let mut wording: Vec<u32> = wording.into_iter().map(upper).collect();
    wording.dedup();
    if wording.is_empty() {
        return Ok(Vec::new());
    }
    let made_of = |text: TextId| {
        let wording = self::wording(&texts.anchors_of(text)?, &wording);
        Ok(wording.map(|least| (text, least.into())))
    };
    let found = (0..texts.len() as u32).into_par_iter().map(made_of);
    let found: Vec<Option<(u32, u64)>> = found.collect::<Result<_>>()?;
    Ok(found.into_iter().flatten().collect())
}

/// The least piece of wording that a text with these anchors is made of, of all that too many texts have; `None` where it is not
/// made of such. Anchors and wording are upper halves, ascending.
pub(crate) fn wording(anchors: &[u32], wording: &[u32]) -> Option<u32> {
    let is_form = |anchor: &&u32| wording.binary_search(anchor).is_ok();
    let mut forms = anchors.iter().filter(is_form);
    let least = forms.next().copied();
    let count = u32::from(least.is_some()) + forms.count() as u32;
    let share = Share::ratio(count, anchors.len() as u32);
    let is_item = count >= ANCHORS && share >= MADE_OF;
    least.filter(|_| is_item)
}

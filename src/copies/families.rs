//! Families: which texts are items of one form.
//!
//! Two items are held against each other and refused, so the refusals hang the items of a form together. Of a form that fills
//! the postings of its wording no two items meet; its items are known by that wording.

use ahash::AHashMap;

use rayon::prelude::*;

use super::refusal::Refusal;
use super::templates::Templates;
use super::texts::Texts;
use super::verify::RefusedPair;
use crate::error::Result;
use crate::fingerprint::Millionths;

/// Items of a form share at least this much of the smaller; ...
const ITEMS: Millionths = Millionths(400_000);
/// ... where there are only two, this much.
const TWO_ITEMS: Millionths = Millionths(500_000);
/// A text that is made of a form to this share, by its anchors, is an item of it, ...
const MADE_OF: Millionths = Millionths(500_000);
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

/// Stands above what is no group of texts but a piece of wording.
const WORDING: u64 = 1 << 63;

/// The family of each group of texts that is in one, ascending by group: the least group of its family.
///
/// `centre` is the group of each text.
pub(super) fn families(
    centre: &[u32],
    refused: &[RefusedPair],
    texts: &Texts,
    templates: &Templates<'_>,
) -> Result<Vec<(u32, u32)>> {
    let group = |text: u32| u64::from(centre[text as usize]);
    let mut met: AHashMap<u64, u32> = AHashMap::new();
    let of_items = || refused.iter().filter(|pair| pair.containment >= ITEMS);
    for RefusedPair { pair, .. } in of_items().filter(|pair| is_of_form(pair.refusal)) {
        *met.entry(group(pair.0)).or_default() += 1;
        *met.entry(group(pair.1)).or_default() += 1;
    }
    let mut families = Families::default();
    for &RefusedPair {
        pair: (a, b),
        refusal,
        containment,
    } in of_items()
    {
        let (a, b) = (group(a), group(b));
        let is_known = |group| met.get(&group).is_some_and(|&met| met > 1);
        let are_items = match is_of_form(refusal) {
            true => containment >= TWO_ITEMS || is_known(a) || is_known(b),
            // What came late or is short says little of two, and much of those that are items already.
            false => is_weak(refusal) && is_known(a) && is_known(b),
        };
        if a != b && are_items {
            families.join(a, b);
        }
    }
    for (text, wording) in worded(texts, templates)? {
        families.join(group(text), WORDING | wording);
    }
    let mut found: Vec<(u64, u64)> = families.0.keys().map(|&group| (0, group)).collect();
    for (first, group) in &mut found {
        *first = families.first(*group);
    }
    found.sort_unstable();
    // A family is named after the least group that is no wording; groups come first.
    let found = found.into_iter().filter(|(_, group)| group & WORDING == 0);
    let mut found: Vec<(u32, u32)> = found.map(|(of, it)| (it as u32, of as u32)).collect();
    found.sort_unstable();
    Ok(found)
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
    if wording.is_empty() {
        return Ok(Vec::new());
    }
    let made_of = |text: u32| {
        let anchors = texts.anchors_of(text)?;
        let is_form = |anchor: &&_| wording.binary_search(anchor).is_ok();
        let mut forms = anchors.iter().filter(is_form);
        let least = forms.next().copied();
        let count = u32::from(least.is_some()) + forms.count() as u32;
        let share = Millionths::ratio(count, anchors.len() as u32);
        let is_item = count >= ANCHORS && share >= MADE_OF;
        Ok(least.filter(|_| is_item).map(|least| (text, least.into())))
    };
    let found = (0..texts.len() as u32).into_par_iter().map(made_of);
    let found: Vec<Option<(u32, u64)>> = found.collect::<Result<_>>()?;
    Ok(found.into_iter().flatten().collect())
}

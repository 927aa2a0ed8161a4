//! Vectors: every article as the weights of its most telling features, with its terms and words.

use super::NodeId;
use super::features::Feature;
use super::rows::Rows;
use super::table::{Table, TableWriter};
use super::weights::{Draft, ONE, Paired, Parts, STRONGEST, Term, Weighted, Word};
use crate::error::Result;
use crate::spill::MemoryBudget;

/// Bytes of a feature with its weight.
const WEIGHTED: usize = size_of::<Feature>() + size_of::<u16>();

/// The weighted features of an article: features, then the weight of each.
#[derive(Clone, Copy, Debug)]
pub(super) struct Vector<'a> {
    features: &'a [[u8; 4]],
    weights: &'a [[u8; 2]],
}

impl<'a> Vector<'a> {
    fn of(bytes: &'a [u8]) -> Vector<'a> {
        let (features, weights) = bytes.split_at(bytes.len() / WEIGHTED * size_of::<Feature>());
        Vector {
            features: features.as_chunks().0,
            weights: weights.as_chunks().0,
        }
    }

    fn weighted(self) -> impl Iterator<Item = Weighted> {
        let features = self.features.iter().copied().map(u32::from_ne_bytes);
        features.zip(self.weights.iter().copied().map(u16::from_ne_bytes))
    }
}

/// The cosine of two vectors in bytes, in millionths.
pub(super) fn cosine(x: &[u8], y: &[u8]) -> u32 {
    Probe::new(Vector::of(x)).cosine(Vector::of(y))
}

/// The cosines of one vector in bytes to others, in millionths.
pub(super) fn cosines<'v>(
    one: &[u8],
    others: impl Iterator<Item = &'v [u8]>,
) -> impl Iterator<Item = u32> {
    let probe = Probe::new(Vector::of(one));
    others.map(move |other| probe.cosine(Vector::of(other)))
}

/// Marks the weight of what no other article has yet: it sleeps until one has it. No weight has the bit that is not [`ONE`] itself.
const SLEEPS: u16 = 1 << 15;

/// A vector in which what sleeps is marked, as it is kept for what comes.
pub(super) fn asleep(vector: &[u8], mut sleeps: impl FnMut(Feature) -> bool) -> Vec<u8> {
    let all = Vector::of(vector).weighted();
    let marked = all.map(|(feature, weight)| {
        let mark = if sleeps(feature) { SLEEPS } else { 0 };
        (feature, weight.min(SLEEPS - 1) | mark)
    });
    let mut bytes = Vec::new();
    to_bytes(&marked.collect::<Vec<Weighted>>(), &mut bytes);
    bytes
}

/// The vector of what does not sleep any more, in bytes, and so much of what does: the strongest of it, with squares of [`ONE`] squared
/// in sum.
pub(super) fn awake(kept: &[u8], share: f64, wakes: impl Fn(Feature) -> bool, bytes: &mut Vec<u8>) {
    let all = Vector::of(kept).weighted();
    let awake = all.map(|(feature, weight)| {
        let is_awake = weight & SLEEPS == 0 || wakes(feature);
        let share = if is_awake { 1.0 } else { share };
        (feature, f64::from(weight & (SLEEPS - 1)) * share)
    });
    let awake = awake.map(|(feature, weight)| (feature, (weight + 0.5) as u16));
    let mut awake: Vec<Weighted> = awake.filter(|it| it.1 > 0).collect();
    if awake.len() > STRONGEST {
        awake.sort_unstable_by_key(|it| (std::cmp::Reverse(it.1), it.0));
        awake.truncate(STRONGEST);
    }
    let squares: u64 = awake.iter().map(|it| u64::from(it.1).pow(2)).sum();
    let root = (squares as f64).sqrt();
    for (_, weight) in &mut awake {
        let weighed = f64::from(*weight) * f64::from(ONE) / root + 0.5;
        *weight = (weighed as u16).min(ONE as u16);
    }
    to_bytes(&awake, bytes);
}

/// How many features a vector in bytes has.
pub(super) fn features(vector: &[u8]) -> usize {
    vector.len() / WEIGHTED
}

/// Adds weighted features as the bytes of a [`Vector`].
pub(super) fn to_bytes(weighted: &[Weighted], bytes: &mut Vec<u8>) {
    bytes.reserve(weighted.len() * WEIGHTED);
    for weight in weighted {
        bytes.extend_from_slice(&weight.0.to_ne_bytes());
    }
    for weight in weighted {
        bytes.extend_from_slice(&weight.1.to_ne_bytes());
    }
}

/// Adds words for labels as bytes: the stem, the weight, the length and the letters of each.
fn words_to_bytes(words: &[Word<'_>], bytes: &mut Vec<u8>) {
    for (stem, weight, word) in words {
        bytes.extend_from_slice(&stem.to_ne_bytes());
        bytes.extend_from_slice(&(*weight as f32).to_ne_bytes());
        bytes.extend_from_slice(&(word.len() as u32).to_ne_bytes());
        bytes.extend_from_slice(word.as_bytes());
    }
}

/// Words for labels, from their bytes.
pub(super) fn words_of_bytes(mut bytes: &[u8]) -> Vec<(Feature, f32, String)> {
    let mut words = Vec::new();
    while let Some((head, rest)) = bytes.split_first_chunk::<12>() {
        let [stem, weight, length] = [0, 4, 8].map(|at| {
            let number = [head[at], head[at + 1], head[at + 2], head[at + 3]];
            u32::from_ne_bytes(number)
        });
        let (word, rest) = rest.split_at((length as usize).min(rest.len()));
        let word = String::from_utf8_lossy(word).into_owned();
        words.push((stem, f32::from_bits(weight), word));
        bytes = rest;
    }
    words
}

/// The drafts of one batch of articles.
#[derive(Default)]
pub(super) struct Drafted {
    grams: Rows<u8>,
    stems: Rows<Term>,
    pairs: Rows<Paired>,
    words: Rows<u8>,
    items: Rows<u8>,
}

impl Drafted {
    pub(super) fn push(&mut self, draft: &Draft<'_>) {
        self.grams.push_with(|bytes| to_bytes(&draft.grams, bytes));
        self.stems.push(draft.stems.iter().copied());
        self.pairs.push(draft.pairs.iter().copied());
        self.words
            .push_with(|bytes| words_to_bytes(&draft.words, bytes));
        self.items.push(draft.is_item.then_some(1));
    }
}

/// The drafts of all articles, as they are made.
pub(super) struct DraftsWriter {
    grams: TableWriter<u8>,
    stems: TableWriter<Term>,
    pairs: TableWriter<Paired>,
    words: TableWriter<u8>,
    items: TableWriter<u8>,
}

impl DraftsWriter {
    pub(super) fn new(budget: &MemoryBudget) -> DraftsWriter {
        DraftsWriter {
            grams: TableWriter::new(budget),
            stems: TableWriter::new(budget),
            pairs: TableWriter::new(budget),
            words: TableWriter::new(budget),
            items: TableWriter::new(budget),
        }
    }

    pub(super) fn push(&self, batch: usize, drafted: Drafted) -> Result<()> {
        self.grams.push(batch, drafted.grams)?;
        self.stems.push(batch, drafted.stems)?;
        self.pairs.push(batch, drafted.pairs)?;
        self.words.push(batch, drafted.words)?;
        self.items.push(batch, drafted.items)
    }

    pub(super) fn finish(self) -> Drafts {
        Drafts {
            grams: self.grams.finish(),
            stems: self.stems.finish(),
            pairs: self.pairs.finish(),
            words: self.words.finish(),
            items: self.items.finish(),
        }
    }
}

/// The drafts of all articles, in their order.
pub(super) struct Drafts {
    grams: Table<u8>,
    stems: Table<Term>,
    pairs: Table<Paired>,
    /// The words for labels, which are finished.
    pub(super) words: Table<u8>,
    /// A cell for what is an item of a form, and none for what is not.
    pub(super) items: Table<u8>,
}

impl Drafts {
    /// Hands on several drafts, in their order.
    pub(super) fn visit(
        &self,
        rows: std::ops::Range<usize>,
        mut visit: impl FnMut(Parts<'_>),
    ) -> Result<()> {
        let grams = self.grams.rows(rows.clone())?;
        let stems = self.stems.rows(rows.clone())?;
        let pairs = self.pairs.rows(rows.clone())?;
        for row in 0..rows.len() {
            visit(Parts {
                grams: Vector::of(grams.of(row)).weighted().collect(),
                stems: stems.of(row),
                pairs: pairs.of(row),
            });
        }
        Ok(())
    }
}

/// A telling stem or pair, and the number of articles that have it.
pub(super) type Telling = [u32; 2];

/// The vectors of all nodes.
#[derive(Debug, Default)]
pub(super) struct Vectors {
    /// The rows of all that follows are in the order of articles.
    pub(super) vectors: Table<u8>,
    pub(super) terms: Table<Telling>,
    pub(super) words: Table<u8>,
    /// A cell for what is an item of a form, and none for what is not.
    pub(super) items: Table<u8>,
    /// The row of each node.
    pub(super) rows: Vec<u32>,
}

impl Vectors {
    fn row(&self, node: NodeId) -> usize {
        self.rows[node as usize] as usize
    }

    /// A node's vector; it is read into `buffer` if it lies on disk.
    pub(super) fn of<'a>(&'a self, node: NodeId, buffer: &'a mut Vec<u8>) -> Result<Vector<'a>> {
        Ok(Vector::of(self.vectors.row(self.row(node), buffer)?))
    }

    /// A node's vector as bytes.
    pub(super) fn bytes<'a>(&'a self, node: NodeId, buffer: &'a mut Vec<u8>) -> Result<&'a [u8]> {
        self.vectors.row(self.row(node), buffer)
    }

    /// How many features a node's vector has.
    pub(super) fn features(&self, node: NodeId) -> usize {
        self.vectors.len(self.row(node)) / WEIGHTED
    }

    /// A node's most telling terms and how many articles have each, most telling first.
    pub(super) fn terms<'a>(
        &'a self,
        node: NodeId,
        buffer: &'a mut Vec<Telling>,
    ) -> Result<&'a [Telling]> {
        self.terms.row(self.row(node), buffer)
    }

    /// Whether a node is an item of a form.
    pub(super) fn is_item(&self, node: NodeId) -> bool {
        self.items.len(self.row(node)) > 0
    }

    /// How many telling terms two nodes share.
    pub(super) fn terms_shared(&self, a: NodeId, b: NodeId) -> Result<u32> {
        let (mut own, mut buffer) = (Vec::new(), Vec::new());
        let (own, other) = (self.terms(a, &mut own)?, self.terms(b, &mut buffer)?);
        let is_shared = |term: &&Telling| other.iter().any(|other| other[0] == term[0]);
        Ok(own.iter().filter(is_shared).count() as u32)
    }

    /// A node's words for labels, most telling first.
    pub(super) fn words(&self, node: NodeId) -> Result<Vec<(Feature, f32, String)>> {
        let mut buffer = Vec::new();
        Ok(words_of_bytes(self.word_bytes(node, &mut buffer)?))
    }

    /// The same as bytes.
    pub(super) fn word_bytes<'a>(
        &'a self,
        node: NodeId,
        buffer: &'a mut Vec<u8>,
    ) -> Result<&'a [u8]> {
        self.words.row(self.row(node), buffer)
    }

    /// The cosines of a node's vector to others, in millionths.
    pub(super) fn cosines(&self, node: NodeId, others: &[NodeId]) -> Result<Vec<u32>> {
        let (mut own, mut buffer) = (Vec::new(), Vec::new());
        let probe = Probe::new(self.of(node, &mut own)?);
        let cosine = |&other: &NodeId| Ok(probe.cosine(self.of(other, &mut buffer)?));
        others.iter().map(cosine).collect()
    }
}

/// A vector laid out to be compared with others: its weights are found by their features.
struct Probe {
    /// For the lower bits of features the place of one that has them, counted from 1; 0 where none has.
    first: [u8; PROBED],
    /// Behind the feature of each place another one with these bits, as there.
    next: [u8; PLACES],
    weighted: [(u32, u16); PLACES],
}

/// How many features are told by their lower bits, and how many a probe holds.
const PROBED: usize = 4096;
const PLACES: usize = STRONGEST;

impl Probe {
    fn new(vector: Vector<'_>) -> Probe {
        let mut probe = Probe {
            first: [0; PROBED],
            next: [0; PLACES],
            weighted: [(0, 0); PLACES],
        };
        for (place, weighted) in vector.weighted().take(PLACES).enumerate() {
            let first = &mut probe.first[bits(weighted.0)];
            probe.weighted[place] = weighted;
            probe.next[place] = *first;
            *first = place as u8 + 1;
        }
        probe
    }

    /// The cosine of two vectors, in millionths.
    fn cosine(&self, other: Vector<'_>) -> u32 {
        let mut product = 0;
        for (feature, weight) in other.weighted() {
            let mut place = usize::from(self.first[bits(feature)]);
            while place > 0 {
                let own = self.weighted[place - 1];
                if own.0 == feature {
                    product += u64::from(own.1) * u64::from(weight);
                }
                place = usize::from(self.next[place - 1]);
            }
        }
        millionths(product)
    }
}

/// The bits that a feature is sought by: the lowest say what kind it is.
fn bits(feature: u32) -> usize {
    (feature >> 2) as usize % PROBED
}

/// A product of two vectors as a cosine, in millionths.
fn millionths(product: u64) -> u32 {
    let one = u64::from(ONE) * u64::from(ONE);
    (product * 1_000_000 / one).min(1_000_000) as u32
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    proptest! {
        #[test]
        fn a_cosine_is_the_sum_of_what_both_have(
            a in prop::collection::btree_map(0u32..9000, 1u16..300, 0..STRONGEST),
            b in prop::collection::btree_map(0u32..9000, 1u16..300, 0..STRONGEST),
        ) {
            let product = a.iter().map(|(feature, &weight)| {
                u64::from(weight) * b.get(feature).map_or(0, |&other| u64::from(other))
            });
            let expected = millionths(product.sum());
            let [x, y] = [a, b].map(|vector| {
                let mut bytes = Vec::new();
                to_bytes(&vector.into_iter().collect::<Vec<Weighted>>(), &mut bytes);
                bytes
            });
            prop_assert_eq!(cosine(&x, &y), expected);
        }
    }
}

//! Vectors: every article as the weights of its most telling features, with its terms and words.

use super::features::Feature;
use super::rows::Rows;
use super::table::{Table, TableWriter};
use super::weights::{Draft, ONE, Paired, Parts, Term, Weighted, Word};
use crate::error::Result;
use crate::spill::Room;

/// Bytes of a feature with its weight.
const WEIGHTED: usize = size_of::<Feature>() + size_of::<u16>();

/// The weighted features of an article: features, which ascend, then the weight of each.
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

    /// The cosine of two vectors, in millionths.
    pub(super) fn cosine(self, other: Vector<'_>) -> u32 {
        millionths(self.product(other))
    }

    fn product(self, other: Vector<'_>) -> u64 {
        let (x, y) = (self.features, other.features);
        let (v, w) = (&self.weights[..x.len()], &other.weights[..y.len()]);
        let (mut i, mut j, mut sum) = (0, 0, 0);
        while i < x.len() && j < y.len() {
            // Which is less cannot be foretold, so nothing here branches on it.
            let (p, q) = (u32::from_ne_bytes(x[i]), u32::from_ne_bytes(y[j]));
            let both = u64::from(u16::from_ne_bytes(v[i])) * u64::from(u16::from_ne_bytes(w[j]));
            sum += if p == q { both } else { 0 };
            i += usize::from(p <= q);
            j += usize::from(q <= p);
        }
        sum
    }
}

/// The cosine of two vectors in bytes, in millionths.
pub(super) fn cosine(x: &[u8], y: &[u8]) -> u32 {
    Vector::of(x).cosine(Vector::of(y))
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

/// The drafts of one batch of articles.
#[derive(Default)]
pub(super) struct Drafted {
    grams: Rows<u8>,
    stems: Rows<Term>,
    pairs: Rows<Paired>,
    words: Rows<u8>,
}

impl Drafted {
    pub(super) fn push(&mut self, draft: &Draft<'_>) {
        self.grams
            .push_with(|bytes| to_bytes(&draft.grams, bytes));
        self.stems.push(draft.stems.iter().copied());
        self.pairs.push(draft.pairs.iter().copied());
        self.words
            .push_with(|bytes| words_to_bytes(&draft.words, bytes));
    }
}

/// The drafts of all articles, as they are made.
pub(super) struct DraftsWriter {
    grams: TableWriter<u8>,
    stems: TableWriter<Term>,
    pairs: TableWriter<Paired>,
    words: TableWriter<u8>,
}

impl DraftsWriter {
    pub(super) fn new(room: &Room) -> DraftsWriter {
        DraftsWriter {
            grams: TableWriter::new(room),
            stems: TableWriter::new(room),
            pairs: TableWriter::new(room),
            words: TableWriter::new(room),
        }
    }

    pub(super) fn push(&self, batch: usize, drafted: Drafted) -> Result<()> {
        self.grams.push(batch, drafted.grams)?;
        self.stems.push(batch, drafted.stems)?;
        self.pairs.push(batch, drafted.pairs)?;
        self.words.push(batch, drafted.words)
    }

    pub(super) fn finish(self) -> Drafts {
        Drafts {
            grams: self.grams.finish(),
            stems: self.stems.finish(),
            pairs: self.pairs.finish(),
            words: self.words.finish(),
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
    /// The row of each node.
    pub(super) rows: Vec<u32>,
}

impl Vectors {
    fn row(&self, node: u32) -> usize {
        self.rows[node as usize] as usize
    }

    /// A node's vector; it is read into `buffer` if it lies on disk.
    pub(super) fn of<'a>(&'a self, node: u32, buffer: &'a mut Vec<u8>) -> Result<Vector<'a>> {
        Ok(Vector::of(self.vectors.row(self.row(node), buffer)?))
    }

    /// A node's most telling terms and how many articles have each, most telling first.
    pub(super) fn terms<'a>(
        &'a self,
        node: u32,
        buffer: &'a mut Vec<Telling>,
    ) -> Result<&'a [Telling]> {
        self.terms.row(self.row(node), buffer)
    }

    /// A node's words for labels, most telling first.
    pub(super) fn words(&self, node: u32) -> Result<Vec<(Feature, f32, String)>> {
        let mut buffer = Vec::new();
        let mut bytes = self.words.row(self.row(node), &mut buffer)?;
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
        Ok(words)
    }

    /// The cosines of a node's vector to others, in millionths.
    pub(super) fn cosines(&self, node: u32, others: &[u32]) -> Result<Vec<u32>> {
        let (mut own, mut buffer) = (Vec::new(), Vec::new());
        let own = self.of(node, &mut own)?;
        if others.len() < SEVERAL {
            let cosine = |&other: &u32| Ok(own.cosine(self.of(other, &mut buffer)?));
            return others.iter().map(cosine).collect();
        }
        let probe = Probe::new(own);
        let cosine = |&other: &u32| Ok(probe.cosine(self.of(other, &mut buffer)?));
        others.iter().map(cosine).collect()
    }
}

/// From so many others on a vector is laid out to be compared with them.
const SEVERAL: usize = 4;

/// A vector laid out to be compared with many: its weights are found by their features.
struct Probe {
    /// A bit for the lower bits of each feature: most features of others are told by it to be none of these.
    bits: [u64; PROBED / 64],
    /// Features with their weights, by their lower bits or behind; a weight of 0 where there is none.
    slots: Vec<(u32, u16)>,
}

/// Bits of a probe.
const PROBED: usize = 4096;

/// Where a feature is sought: its lowest bits say what kind it is.
fn place(feature: u32) -> usize {
    (feature >> 2) as usize
}

impl Probe {
    fn new(vector: Vector<'_>) -> Probe {
        let slots = (2 * vector.features.len()).next_power_of_two().max(2);
        let mut probe = Probe {
            bits: [0; PROBED / 64],
            slots: vec![(0, 0); slots],
        };
        for (feature, weight) in vector.weighted() {
            let bit = place(feature) % PROBED;
            probe.bits[bit / 64] |= 1 << (bit % 64);
            let mut at = place(feature) & (slots - 1);
            while probe.slots[at].1 > 0 {
                at = (at + 1) & (slots - 1);
            }
            probe.slots[at] = (feature, weight);
        }
        probe
    }

    fn weight(&self, feature: u32) -> u16 {
        let mask = self.slots.len() - 1;
        let mut at = place(feature) & mask;
        loop {
            match self.slots[at] {
                (_, 0) => return 0,
                (other, weight) if other == feature => return weight,
                _ => at = (at + 1) & mask,
            }
        }
    }

    /// As [`Vector::cosine`].
    fn cosine(&self, other: Vector<'_>) -> u32 {
        let mut product = 0;
        for (feature, weight) in other.weighted() {
            let bit = place(feature) % PROBED;
            if self.bits[bit / 64] >> (bit % 64) & 1 == 1 {
                product += u64::from(self.weight(feature)) * u64::from(weight);
            }
        }
        millionths(product)
    }
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
        fn a_probe_measures_what_vectors_do(
            a in prop::collection::btree_map(0u32..9000, 1u16..300, 0..192),
            b in prop::collection::btree_map(0u32..9000, 1u16..300, 0..192),
        ) {
            let bytes = [a, b].map(|vector| {
                let mut bytes = Vec::new();
                to_bytes(&vector.into_iter().collect::<Vec<Weighted>>(), &mut bytes);
                bytes
            });
            let [a, b] = [&bytes[0], &bytes[1]].map(|bytes| Vector::of(bytes));
            prop_assert_eq!(Probe::new(a).cosine(b), a.cosine(b));
        }
    }
}

//! The parts of a model, as they are kept in files.

use std::collections::BTreeMap;
use std::ops::Range;

use serde::{Deserialize, Serialize};
use xxhash_rust::xxh3::xxh3_64;

use super::NodeId;
use super::forms::Form;
use super::known::LearnedModel;
use super::language::Home;
use super::vectors::Telling;
use super::waking::asleep;
use crate::corpus::{ArticleId, Register};
use crate::error::Result;
use crate::spill::Bytes;

/// Bytes of a node: its article, its pool, its source with whether it is an item of a form, its time, how long its vector is, how
/// many terms, and how long its words are.
const NODE: usize = 28;
const NO_TIME: i64 = i64::MIN;

/// A model as it is kept.
#[derive(Clone, Debug, Default)]
pub(crate) struct ModelParts {
    /// What was learned of languages, as JSON.
    pub(crate) known: Vec<u8>,
    /// What it takes to go on from there, as JSON.
    pub(crate) growth: Vec<u8>,
    /// In how many articles features stand, by slot; 255 and more is in `large`.
    pub(crate) counts: Vec<u8>,
    /// Slots and counts.
    pub(crate) large: Vec<u8>,
    /// The articles that have vectors.
    pub(crate) nodes: Vec<u8>,
    /// Their vectors.
    pub(crate) vectors: Vec<u8>,
    /// Their most telling terms.
    pub(crate) terms: Vec<u8>,
    /// Their words for labels.
    pub(crate) words: Vec<u8>,
    /// Two of them that may tell one story, and their score.
    pub(crate) edges: Vec<u8>,
}

/// What it takes to go on from a model.
#[derive(Clone, Debug, Default, Serialize, Deserialize)]
pub(super) struct Growth {
    /// How many articles it was learned from, and how many were counted since.
    pub(super) learned: usize,
    pub(super) counted: usize,
    /// Which pool articles of a script and a language are in.
    pub(super) homes: Vec<Home>,
    /// The forms, by the numbers of the articles that they are named after.
    pub(super) forms: BTreeMap<u32, Form>,
}

/// An article of a model.
#[derive(Clone, Debug)]
pub(super) struct Node {
    pub(super) number: u32,
    pub(super) pool: u16,
    pub(super) is_item: bool,
    pub(super) source: u16,
    pub(super) time: Option<i64>,
    pub(super) vector: Range<usize>,
    pub(super) terms: Range<usize>,
    pub(super) words: Range<usize>,
}

/// Two articles, the lesser first, and their score.
pub(super) type ScoredPair = [u32; 3];

/// What sources are told apart by, in all bits but the lowest: nothing for none.
pub(super) fn source_mark(source: Option<&str>) -> u16 {
    let mark = |name: &str| (xxh3_64(name.as_bytes()) as u16 & !1).max(2);
    source.map_or(0, mark)
}

impl ModelParts {
    /// What a run learned: `number` says which number an article has, and whether its vector is kept.
    pub(super) fn of(
        taught: &LearnedModel<'_>,
        register: &Register,
        number: &dyn Fn(ArticleId) -> (u32, bool),
    ) -> Result<ModelParts> {
        let vectors = taught.vectors;
        let forms = taught.nodes.forms().iter();
        let growth = Growth {
            learned: taught.nodes.len(),
            counted: 0,
            homes: taught.pools.homes.clone(),
            forms: forms
                .map(|(&article, form)| (number(article).0, *form))
                .collect(),
        };
        let mut parts = ModelParts {
            known: serde_json::to_vec(&taught.known()).unwrap_or_default(),
            growth: serde_json::to_vec(&growth).unwrap_or_default(),
            ..ModelParts::default()
        };
        parts.count(taught.slots());
        let mut named: Vec<(u32, u32)> = Vec::new();
        for (node, &article) in (0u32..).zip(&taught.nodes.articles) {
            let (number, is_kept) = number(article);
            named.extend(is_kept.then_some((number, node)));
        }
        named.sort_unstable();
        let (mut vector, mut terms, mut words) = (Vec::new(), Vec::new(), Vec::new());
        let waiting = taught.waiting.unwrap_or(vectors);
        let counts = &taught.learned.frequencies;
        for (number, node) in named {
            let at = node as usize;
            let pool = taught.pools.of[at];
            let keys = &taught.pools.keys[usize::from(pool)];
            let vector = waiting.bytes(node, &mut vector)?;
            parts.push(Kept {
                number,
                pool,
                is_item: vectors.is_item(node),
                source: source_mark(register.source(taught.nodes.articles[at] as usize)),
                time: taught.nodes.times[at],
                vector: &asleep(vector, (pool, keys), counts),
                terms: waiting.terms(node, &mut terms)?,
                words: vectors.word_bytes(node, &mut words)?,
            });
        }
        let name = |node: NodeId| number(taught.nodes.articles[node as usize]);
        taught.edges.scan(|(a, b), score| {
            let ((a, is_kept), (b, is_other)) = (name(a), name(b));
            if is_kept && is_other {
                parts.join([a.min(b), a.max(b), score]);
            }
        })?;
        Ok(parts)
    }

    /// Takes counts in the place of those that are there.
    pub(super) fn count(&mut self, slots: impl Iterator<Item = u32>) {
        (self.counts, self.large) = (Vec::new(), Vec::new());
        for (at, count) in (0u32..).zip(slots) {
            self.counts.push(count.min(255) as u8);
            if count >= 255 {
                self.large.extend_from_slice(&at.to_le_bytes());
                self.large.extend_from_slice(&count.to_le_bytes());
            }
        }
    }

    /// Adds an article, whose number is the largest.
    pub(super) fn push(&mut self, kept: Kept<'_>) {
        let mut push = |bytes: &[u8]| self.nodes.extend_from_slice(bytes);
        push(&kept.number.to_le_bytes());
        push(&kept.pool.to_le_bytes());
        push(&(kept.source | u16::from(kept.is_item)).to_le_bytes());
        push(&kept.time.unwrap_or(NO_TIME).to_le_bytes());
        for length in [kept.vector.len(), kept.terms.len(), kept.words.len()] {
            push(&(length as u32).to_le_bytes());
        }
        self.vectors.extend_from_slice(kept.vector);
        for number in kept.terms.as_flattened() {
            self.terms.extend_from_slice(&number.to_le_bytes());
        }
        self.words.extend_from_slice(kept.words);
    }

    /// Adds two articles that may tell one story.
    pub(super) fn join(&mut self, pair: ScoredPair) {
        for number in pair {
            self.edges.extend_from_slice(&number.to_le_bytes());
        }
    }

    /// The same without some articles; `None` where the parts are none of a model.
    pub(crate) fn without(&self, is_gone: &dyn Fn(u32) -> bool) -> Option<ModelParts> {
        let mut parts = ModelParts {
            known: self.known.clone(),
            growth: self.growth.clone(),
            counts: self.counts.clone(),
            large: self.large.clone(),
            ..ModelParts::default()
        };
        let terms = self.all_terms()?;
        for node in self
            .all_nodes()?
            .into_iter()
            .filter(|it| !is_gone(it.number))
        {
            parts.push(node.kept((&self.vectors, &terms, &self.words)));
        }
        for pair in self.all_edges()? {
            if !is_gone(pair[0]) && !is_gone(pair[1]) {
                parts.join(pair);
            }
        }
        Some(parts)
    }

    /// The same without the words that labels are made of; `None` where the parts are none of a model.
    pub(crate) fn without_words(&self) -> Option<ModelParts> {
        let mut parts = ModelParts {
            nodes: Vec::new(),
            vectors: Vec::new(),
            terms: Vec::new(),
            words: Vec::new(),
            ..self.clone()
        };
        let terms = self.all_terms()?;
        for node in self.all_nodes()? {
            parts.push(Kept {
                words: &[],
                ..node.kept((&self.vectors, &terms, &self.words))
            });
        }
        Some(parts)
    }

    pub(super) fn all_nodes(&self) -> Option<Vec<Node>> {
        let (mut vectors, mut terms, mut words) = (0, 0, 0);
        let mut nodes = Vec::with_capacity(self.nodes.len() / NODE);
        for bytes in self.nodes.as_chunks::<NODE>().0 {
            let mut bytes = Bytes(bytes);
            let (number, packed) = (bytes.u32()?, bytes.u32()?);
            let time = bytes.u64()? as i64;
            let mut next = |from: &mut usize| {
                let start = *from;
                *from += bytes.u32()? as usize;
                Some(start..*from)
            };
            nodes.push(Node {
                number,
                pool: packed as u16,
                is_item: packed >> 16 & 1 != 0,
                source: (packed >> 16) as u16 & !1,
                time: (time != NO_TIME).then_some(time),
                vector: next(&mut vectors)?,
                terms: next(&mut terms)?,
                words: next(&mut words)?,
            });
        }
        let is_sound = vectors == self.vectors.len()
            && terms * size_of::<Telling>() == self.terms.len()
            && words == self.words.len()
            && nodes.is_sorted_by(|a, b| a.number < b.number);
        is_sound.then_some(nodes)
    }

    pub(super) fn all_terms(&self) -> Option<Vec<Telling>> {
        numbers(&self.terms).collect()
    }

    pub(super) fn all_edges(&self) -> Option<Vec<ScoredPair>> {
        numbers(&self.edges).collect()
    }

    /// Slots that are counted 255 times and more, ascending, with their counts.
    pub(super) fn large_counts(&self) -> Option<Vec<(usize, u32)>> {
        let entries = numbers::<2>(&self.large);
        entries
            .map(|it| it.map(|[at, count]| (at as usize, count)))
            .collect()
    }
}

/// Numbers in rows of so many.
fn numbers<const N: usize>(bytes: &[u8]) -> impl Iterator<Item = Option<[u32; N]>> {
    let all = bytes
        .as_chunks::<4>()
        .0
        .iter()
        .map(|it| u32::from_le_bytes(*it));
    let (mut all, rows) = (all, bytes.len() / (4 * N));
    (0..rows).map(move |_| {
        let mut row = [0; N];
        for number in &mut row {
            *number = all.next()?;
        }
        Some(row)
    })
}

/// An article as it is added to a model.
#[derive(Clone, Copy, Debug)]
pub(super) struct Kept<'k> {
    pub(super) number: u32,
    pub(super) pool: u16,
    pub(super) is_item: bool,
    pub(super) source: u16,
    pub(super) time: Option<i64>,
    pub(super) vector: &'k [u8],
    pub(super) terms: &'k [Telling],
    pub(super) words: &'k [u8],
}

impl Node {
    /// The article with what it has of all vectors, terms and words.
    pub(super) fn kept<'k>(
        &self,
        (vectors, terms, words): (&'k [u8], &'k [Telling], &'k [u8]),
    ) -> Kept<'k> {
        Kept {
            number: self.number,
            pool: self.pool,
            is_item: self.is_item,
            source: self.source,
            time: self.time,
            vector: &vectors[self.vector.clone()],
            terms: &terms[self.terms.clone()],
            words: &words[self.words.clone()],
        }
    }
}

//! Vectors: every article as the weights of its most telling features, with its terms and words.

use super::features::Feature;
use super::rows::Rows;
use super::weights::{Draft, ONE, Term, Weighted, Word};

/// Weighted features of several articles.
#[derive(Clone, Debug, Default)]
pub(super) struct Sparse {
    features: Rows<Feature>,
    weights: Vec<u16>,
}

impl Sparse {
    fn push(&mut self, weighted: &[Weighted]) {
        self.features.push(weighted.iter().map(|weight| weight.0));
        self.weights.extend(weighted.iter().map(|weight| weight.1));
    }

    fn shrink(&mut self) {
        self.features.shrink();
        self.weights.shrink_to_fit();
    }

    fn of(&self, row: usize) -> (&[Feature], &[u16]) {
        (
            self.features.of(row),
            &self.weights[self.features.range(row)],
        )
    }

    fn row(&self, row: usize) -> impl Iterator<Item = Weighted> {
        let (features, weights) = self.of(row);
        features.iter().copied().zip(weights.iter().copied())
    }
}

/// Words of several articles, with their letters in one piece.
#[derive(Clone, Debug, Default)]
struct Words {
    rows: Rows<(Feature, f32, u32, u32)>,
    letters: String,
}

impl Words {
    fn push(&mut self, words: &[Word<'_>]) {
        let letters = &mut self.letters;
        self.rows.push(words.iter().map(|&(stem, weight, word)| {
            let start = letters.len() as u32;
            letters.push_str(word);
            (stem, weight, start, letters.len() as u32)
        }));
    }
}

/// The drafts of one batch of articles.
#[derive(Clone, Debug, Default)]
pub(super) struct Drafts {
    nodes: Vec<u32>,
    grams: Sparse,
    stems: Rows<Term>,
    pairs: Rows<(Feature, u32)>,
    words: Words,
}

impl Drafts {
    pub(super) fn push(&mut self, node: u32, draft: &Draft<'_>) {
        self.nodes.push(node);
        self.grams.push(&draft.grams);
        self.stems.push(draft.stems.iter().copied());
        self.pairs.push(draft.pairs.iter().copied());
        self.words.push(&draft.words);
    }

    /// Gives back the room that is not used.
    pub(super) fn shrink(&mut self) {
        self.grams.shrink();
        self.stems.shrink();
        self.pairs.shrink();
        self.words.rows.shrink();
        self.words.letters.shrink_to_fit();
    }

    /// Each node with its pairs.
    pub(super) fn pairs(&self) -> impl Iterator<Item = (u32, &[(Feature, u32)])> {
        let pairs = (0..self.nodes.len()).map(|row| self.pairs.of(row));
        self.nodes.iter().copied().zip(pairs)
    }

    /// Makes the vectors; `finish` makes those of one node of its grams, stems and pairs.
    pub(super) fn finish(
        self,
        finish: impl Fn(u32, Parts<'_>) -> (Vec<Weighted>, Vec<Term>),
    ) -> Chunk {
        let mut chunk = Chunk::default();
        for (row, &node) in self.nodes.iter().enumerate() {
            let parts = Parts {
                grams: self.grams.row(row).collect(),
                stems: self.stems.of(row),
                pairs: self.pairs.of(row),
            };
            let (vector, terms) = finish(node, parts);
            chunk.vectors.push(&vector);
            chunk
                .terms
                .push(terms.iter().map(|term| (term.feature, term.articles)));
        }
        chunk.nodes = self.nodes;
        chunk.words = self.words;
        chunk.vectors.shrink();
        chunk.terms.shrink();
        chunk
    }
}

/// What a draft holds of one node.
pub(super) struct Parts<'d> {
    pub(super) grams: Vec<Weighted>,
    pub(super) stems: &'d [Term],
    pub(super) pairs: &'d [(Feature, u32)],
}

/// The vectors of one batch of articles.
#[derive(Clone, Debug, Default)]
pub(super) struct Chunk {
    nodes: Vec<u32>,
    vectors: Sparse,
    terms: Rows<(Feature, u32)>,
    words: Words,
}

/// The vectors of all nodes.
#[derive(Clone, Debug, Default)]
pub(super) struct Vectors {
    chunks: Vec<Chunk>,
    /// For each node its chunk and its row there.
    places: Vec<(u32, u32)>,
}

impl Vectors {
    pub(super) fn new(nodes: usize, chunks: Vec<Chunk>) -> Vectors {
        let mut places = vec![(0, 0); nodes];
        for (chunk, number) in chunks.iter().zip(0..) {
            for (&node, row) in chunk.nodes.iter().zip(0..) {
                places[node as usize] = (number, row);
            }
        }
        Vectors { chunks, places }
    }

    fn place(&self, node: u32) -> (&Chunk, usize) {
        let (chunk, row) = self.places[node as usize];
        (&self.chunks[chunk as usize], row as usize)
    }

    /// A node's most telling terms and how many articles have each, most telling first.
    pub(super) fn terms(&self, node: u32) -> &[(Feature, u32)] {
        let (chunk, row) = self.place(node);
        chunk.terms.of(row)
    }

    /// A node's words for labels, most telling first.
    pub(super) fn words(&self, node: u32) -> impl Iterator<Item = Word<'_>> {
        let (chunk, row) = self.place(node);
        let Words { rows, letters } = &chunk.words;
        let word = |&(stem, weight, start, end): &(Feature, f32, u32, u32)| {
            (stem, weight, &letters[start as usize..end as usize])
        };
        rows.of(row).iter().map(word)
    }

    /// The cosine of two nodes' vectors, in millionths.
    pub(super) fn cosine(&self, a: u32, b: u32) -> u32 {
        let ((a, i), (b, j)) = (self.place(a), self.place(b));
        cosine(a.vectors.of(i), b.vectors.of(j))
    }
}

/// The cosine of two vectors, in millionths.
pub(super) fn cosine(x: (&[Feature], &[u16]), y: (&[Feature], &[u16])) -> u32 {
    let one = u64::from(ONE) * u64::from(ONE);
    (product(x, y) * 1_000_000 / one).min(1_000_000) as u32
}

fn product((x, v): (&[Feature], &[u16]), (y, w): (&[Feature], &[u16])) -> u64 {
    let (mut i, mut j, mut sum) = (0, 0, 0);
    while i < x.len() && j < y.len() {
        // Which is less cannot be foretold, so nothing here branches on it.
        let (p, q) = (x[i], y[j]);
        let both = u64::from(v[i]) * u64::from(w[j]);
        sum += if p == q { both } else { 0 };
        i += usize::from(p <= q);
        j += usize::from(q <= p);
    }
    sum
}

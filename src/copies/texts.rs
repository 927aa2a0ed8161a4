//! Texts: identical articles collapsed into one, so that everything after works on what differs.

use ahash::AHashMap;
use rayon::prelude::*;
use xxhash_rust::xxh3::xxh3_64;

use crate::article::{Entry, Register, SourceId, Timestamp, bare_host};
use crate::config::{Config, Within};
use crate::fingerprint::{Overlap, Print, Prints, SignatureRows, mix};
use crate::lsh::{Anchors, NO_ROW, Signatures, is_sparse};

/// The different texts of a run, numbered by content hash, and which articles bear each.
#[derive(Clone, Debug, Default)]
pub struct Texts {
    /// For each text the article its fingerprint is taken from.
    pub articles: Vec<u32>,
    /// The text of each article.
    pub of_article: Vec<u32>,
    /// The fingerprints of all articles, of which texts take theirs, without the signatures.
    prints: Prints,
    /// The signatures of the texts.
    signatures: Vec<u32>,
    /// For each text its own number, by which its signature lies; [`NO_ROW`] where it has no shingles.
    signed: Vec<u32>,
    num_hashes: usize,
}

impl Texts {
    /// Collapses articles whose cleaned texts are one, and byte-identical pages whatever cleaning made of them.
    ///
    /// Where the settings limit what may be a copy, identical texts beyond the limit stay apart.
    pub fn collapse(register: &Register, prints: Prints, config: &Config) -> Texts {
        let mut order: Vec<Bearer> = classes(&prints.prints)
            .into_iter()
            .zip(0..)
            .map(|(class, article)| (class, 0, article))
            .collect();
        order.par_sort_unstable();
        if config.within.is_some() || config.copy_window.is_some() {
            for class in order.chunk_by_mut(|a, b| a.0 == b.0) {
                part(class, register, config);
            }
            order.par_sort_unstable();
        }
        let mut texts = Texts {
            of_article: vec![0; order.len()],
            num_hashes: config.num_hashes,
            ..Texts::default()
        };
        for bearers in order.chunk_by(|a, b| (a.0, a.1) == (b.0, b.1)) {
            let text = texts.articles.len() as u32;
            bearers
                .iter()
                .for_each(|&(.., article)| texts.of_article[article as usize] = text);
            let first = first(bearers, &prints, register);
            texts.articles.push(first);
            let signed = prints.prints[first as usize].shingles > 0;
            texts.signed.push(if signed { text } else { NO_ROW });
        }
        // Bands read the signatures of all texts many times over, in the order of the texts: so they should lie.
        let num_hashes = config.num_hashes;
        let mut signatures = vec![0; texts.len() * num_hashes];
        let rows = signatures
            .par_chunks_exact_mut(num_hashes)
            .zip(&texts.articles);
        rows.for_each(|(row, &article)| {
            row.copy_from_slice(prints.signatures.of(article as usize));
        });
        Texts {
            prints: Prints {
                signatures: SignatureRows::default(),
                ..prints
            },
            signatures,
            ..texts
        }
    }

    /// How many different texts there are.
    pub fn len(&self) -> usize {
        self.articles.len()
    }

    /// Whether there is none.
    pub fn is_empty(&self) -> bool {
        self.articles.is_empty()
    }

    /// The fingerprint of a text.
    pub fn print(&self, text: u32) -> &Print {
        &self.prints.prints[self.articles[text as usize] as usize]
    }

    /// The signatures of all texts.
    pub fn signatures(&self) -> Signatures<'_> {
        Signatures::new(&self.signatures, self.num_hashes, &self.signed)
    }

    /// What two texts share, of the sample of their shingles that both draw alike: their anchors.
    pub(super) fn sampled(&self, a: u32, b: u32) -> Overlap {
        let (x, y) = (self.anchors().of(a), self.anchors().of(b));
        // A short text draws more anchors than a long one: only those that both would draw count.
        let all_sparse = |anchors: &[u32]| anchors.iter().all(|&anchor| is_sparse(anchor));
        let mixed = all_sparse(x) != all_sparse(y);
        let counts = |anchor: &&u32| !mixed || is_sparse(**anchor);
        let size = |anchors: &[u32]| anchors.iter().filter(counts).count() as u32;
        let shared = x
            .iter()
            .filter(|anchor| y.binary_search(anchor).is_ok())
            .count() as u32;
        Overlap {
            shared,
            sizes: (size(x), size(y)),
        }
    }

    /// A hash for each address of a source, with each text that stood there and has shingles.
    pub fn addresses(&self, register: &Register) -> Vec<(u64, u32)> {
        let stood = |(article, &text): (usize, &u32)| {
            let address = register.entry(article).address?;
            // Where no source is given it is the host, and one for telephones is the same paper.
            let source = register.source(article).map_or("", bare_host);
            let key = mix(address.get() ^ xxh3_64(source.as_bytes()));
            (self.print(text).shingles > 0).then_some((key, text))
        };
        self.of_article
            .iter()
            .enumerate()
            .filter_map(stood)
            .collect()
    }

    /// The anchors of all texts.
    pub fn anchors(&self) -> Anchors<'_> {
        Anchors::new(
            &self.prints.anchors,
            &self.prints.anchor_ends,
            &self.articles,
        )
    }
}

/// An article by the class of its text, and by the part of the class.
type Bearer = (u64, u32, u32);

/// The article whose fingerprint a text takes.
///
/// Of byte-identical pages cleaned in different ways, the class is named after one; that one's print serves. Where several
/// do, the first published, which hangs on the records and not on their order.
fn first(bearers: &[Bearer], prints: &Prints, register: &Register) -> u32 {
    let rank = |&&(class, _, article): &&Bearer| {
        let entry = register.entry(article as usize);
        let named = prints.prints[article as usize].text == class;
        (
            !named,
            entry.published.is_none(),
            entry.published,
            entry.record_hash,
            article,
        )
    };
    bearers
        .iter()
        .min_by_key(rank)
        .map_or(NO_ROW, |bearer| bearer.2)
}

/// For each article the hash that names its class: the text hash, or where a page has no tokens, the page's own.
///
/// Byte-identical pages take the text hash of whichever of them kept the most tokens.
fn classes(prints: &[Print]) -> Vec<u64> {
    let mut of_page: AHashMap<u64, (u32, u64)> = AHashMap::with_capacity(prints.len());
    for print in prints {
        let best = of_page.entry(print.page).or_default();
        *best = (*best).max((print.tokens, print.text));
    }
    prints
        .iter()
        .map(|print| match of_page[&print.page] {
            (0, _) => print.page,
            (_, text) => text,
        })
        .collect()
}

/// Splits one class of identical articles into parts whose members may all be copies of each other.
fn part(class: &mut [Bearer], register: &Register, config: &Config) {
    // By source where copies are of one source; then by time, each part starting at the first it can still hold.
    class.sort_by_cached_key(|&(.., article)| {
        let entry = register.entry(article as usize);
        let name = match config.within {
            Some(Within::Source) => register.source(article as usize).map(str::to_owned),
            _ => None,
        };
        (
            name,
            entry.published.is_none(),
            entry.published,
            entry.record_hash,
        )
    });
    let mut open: Vec<Part> = Vec::new();
    // The first part that a source may still join, where a part takes one article of each.
    let mut free: AHashMap<Option<SourceId>, usize> = AHashMap::new();
    for (_, part, article) in class {
        let Entry {
            source, published, ..
        } = register.entry(*article as usize);
        let own = Part {
            first: *published,
            source: *source,
        };
        let apart = config.within == Some(Within::AcrossSources) && source.is_some();
        let from = if apart {
            free.get(source).copied().unwrap_or(0)
        } else {
            0
        };
        let fits = |part: &Part| part.takes(&own, config);
        let place = if apart {
            open[from..].iter().position(fits).map(|at| from + at)
        } else {
            open.iter().rposition(fits)
        };
        let place = place.unwrap_or(open.len());
        if place == open.len() {
            open.push(own);
        }
        free.insert(*source, place + 1);
        *part = place as u32;
    }
}

/// Identical articles that may be copies of each other: what its first was.
struct Part {
    first: Option<Timestamp>,
    source: Option<SourceId>,
}

impl Part {
    fn takes(&self, other: &Part, config: &Config) -> bool {
        let near = match (self.first, other.first, config.copy_window) {
            (Some(first), Some(time), Some(window)) => time.0.abs_diff(first.0) <= window,
            _ => true,
        };
        near && (config.within != Some(Within::Source) || self.source == other.source)
    }
}

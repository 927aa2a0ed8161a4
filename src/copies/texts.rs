//! Texts: identical articles collapsed into one, so that everything after works on what differs.

use ahash::AHashMap;

use crate::article::Register;
use crate::config::{Config, Within};
use crate::fingerprint::{Print, Prints};
use crate::lsh::{Anchors, Signatures};

/// The different texts of a run, numbered by content hash, and which articles bear each.
#[derive(Clone, Debug, Default)]
pub struct Texts {
    /// For each text the article its fingerprint is taken from.
    pub articles: Vec<u32>,
    /// For each text its fingerprint.
    pub prints: Vec<Print>,
    /// For each text how many articles bear it.
    pub bearers: Vec<u32>,
    /// The text of each article.
    pub of_article: Vec<u32>,
    /// The anchors of each text.
    pub anchors: Anchors,
    signatures: Vec<u32>,
    signed: Vec<bool>,
    num_hashes: usize,
}

impl Texts {
    /// Collapses articles whose cleaned texts are one, and byte-identical pages whatever cleaning made of them.
    ///
    /// Where the settings limit what may be a copy, identical texts beyond the limit stay apart.
    pub fn collapse(register: &Register, prints: Prints, config: &Config) -> Texts {
        let classes = classes(&prints.prints);
        let mut order: Vec<(u64, u32, u32)> = Vec::with_capacity(classes.len());
        let mut by_class: Vec<(u64, u32)> = classes.iter().copied().zip(0..).collect();
        by_class.sort_unstable();
        for class in by_class.chunk_by(|a, b| a.0 == b.0) {
            let members: Vec<u32> = class.iter().map(|&(_, article)| article).collect();
            for (part, article) in parts(&members, register, config) {
                order.push((class[0].0, part, article));
            }
        }
        order.sort_unstable();
        let mut texts = Texts {
            of_article: vec![0; classes.len()],
            num_hashes: config.num_hashes,
            ..Texts::default()
        };
        for bearers in order.chunk_by(|a, b| (a.0, a.1) == (b.0, b.1)) {
            texts.push(bearers, &prints, register);
        }
        texts
    }

    fn push(&mut self, bearers: &[(u64, u32, u32)], prints: &Prints, register: &Register) {
        let (class, text) = (bearers[0].0, self.articles.len() as u32);
        for &(_, _, article) in bearers {
            self.of_article[article as usize] = text;
        }
        // Of byte-identical pages cleaned in different ways, the class is named after one; that one's print serves. Where
        // several do, the first published, which hangs on the records and not on their order.
        let first = |&(_, _, article): &(u64, u32, u32)| {
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
        let article = bearers
            .iter()
            .min_by_key(|bearer| first(bearer))
            .unwrap_or(&bearers[0])
            .2;
        let at = article as usize;
        self.articles.push(article);
        self.prints.push(prints.prints[at]);
        self.bearers.push(bearers.len() as u32);
        self.anchors.push(prints.anchors_of(at));
        self.signed.push(prints.prints[at].shingles > 0);
        self.signatures.extend_from_slice(
            &prints.signatures[at * self.num_hashes..(at + 1) * self.num_hashes],
        );
    }

    /// How many different texts there are.
    pub fn len(&self) -> usize {
        self.articles.len()
    }

    /// Whether there is none.
    pub fn is_empty(&self) -> bool {
        self.articles.is_empty()
    }

    /// The signatures of all texts.
    pub fn signatures(&self) -> Signatures<'_> {
        Signatures::new(&self.signatures, self.num_hashes, &self.signed)
    }
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
fn parts(members: &[u32], register: &Register, config: &Config) -> Vec<(u32, u32)> {
    if config.within.is_none() && config.copy_window.is_none() {
        return members.iter().map(|&article| (0, article)).collect();
    }
    // By source where copies are of one source; then by time, each part starting at the first it can still hold.
    let source = |article: u32| register.entry(article as usize).source;
    let time = |article: u32| register.entry(article as usize).published.map(|t| t.0);
    let tie = |article: u32| register.entry(article as usize).record_hash;
    let mut sorted: Vec<u32> = members.to_vec();
    sorted.sort_unstable_by_key(|&article| {
        let name = match config.within {
            Some(Within::Source) => register.source(article as usize),
            _ => None,
        };
        (
            name.map(str::to_owned),
            time(article).is_none(),
            time(article),
            tie(article),
        )
    });
    let mut found: Vec<(u32, u32)> = Vec::with_capacity(members.len());
    let mut open: Vec<Part> = Vec::new();
    for article in sorted {
        let fits = |part: &Part| part.takes(source(article), time(article), config);
        let part = match open.iter().rposition(fits) {
            Some(part) => part,
            None => {
                open.push(Part {
                    first: time(article),
                    source: source(article),
                    sources: Vec::new(),
                });
                open.len() - 1
            }
        };
        open[part].sources.extend(source(article));
        found.push((part as u32, article));
    }
    found
}

struct Part {
    first: Option<i64>,
    source: Option<crate::article::SourceId>,
    sources: Vec<crate::article::SourceId>,
}

impl Part {
    fn takes(
        &self,
        source: Option<crate::article::SourceId>,
        time: Option<i64>,
        config: &Config,
    ) -> bool {
        let near = match (self.first, time, config.copy_window) {
            (Some(first), Some(time), Some(window)) => time.abs_diff(first) <= window,
            _ => true,
        };
        let allowed = match config.within {
            None => true,
            Some(Within::Source) => self.source == source,
            Some(Within::AcrossSources) => {
                source.is_none_or(|source| !self.sources.contains(&source))
            }
        };
        near && allowed
    }
}

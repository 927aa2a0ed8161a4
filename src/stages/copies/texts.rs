//! Texts: identical articles collapsed into one, so that everything after works on what differs.

use std::borrow::Cow;

use xxhash_rust::xxh3::xxh3_64;

use super::collapse::{ArticleText, bearers, first, part};
use super::sketches::Sketches;
use crate::config::Config;
use crate::corpus::{ArticleId, Register, TextId, bare_host};
use crate::error::Result;
use crate::kernel::{Heading, Overlap, mix};
use crate::spill::{Column, Hashed, MemoryBudget, Reservation, Sorted, Sorter};
use crate::stages::candidates::{AnchorRows, CandidateKeys, MeetingKeys, Rows, is_upper_sparse};
use crate::stages::fingerprint::{Fingerprint, Prints};

/// The different texts of a run, numbered by content hash, and which articles bear each.
#[derive(Debug, Default)]
pub struct Texts {
    /// For each text the article its fingerprint is taken from.
    pub articles: Vec<ArticleId>,
    /// The text of each article.
    pub of_article: Vec<TextId>,
    tokens: Vec<u32>,
    shingles: Vec<u32>,
    /// What the title of each article has to do with its text.
    headings: Vec<Heading>,
    sketches: Sketches,
    keys: MeetingKeys,
    anchors: AnchorRows,
    /// Whether titles are what the dump has for texts, where these are the texts of a part of it.
    titles_alone: Option<bool>,
    _reserved: Option<Reservation>,
}

/// How long a text is.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Length {
    /// How many tokens the cleaned text has.
    pub tokens: u32,
    /// About how many different shingles.
    pub shingles: u32,
}

impl Texts {
    /// Collapses articles whose cleaned texts are one, and byte-identical pages whatever cleaning made of them.
    ///
    /// Where the settings limit what may be a copy, identical texts beyond the limit stay apart.
    ///
    /// # Errors
    ///
    /// When what does not fit into the memory budget cannot be kept on disk.
    pub fn collapse(
        register: &Register,
        prints: Prints,
        config: &Config,
        budget: &MemoryBudget,
    ) -> Result<Texts> {
        let held = budget.reserve(4 * register.len() as u64)?;
        let mut texts = Texts {
            of_article: vec![0; register.len()],
            keys: prints.keys,
            anchors: prints.anchors,
            ..Texts::default()
        };
        let is_limited = config.within.is_some() || config.copy_window.is_some();
        bearers(&prints.prints, budget)?.scan(|piece| {
            for class in piece.chunk_by(|a, b| a.class == b.class) {
                if is_limited {
                    let mut class = class.to_vec();
                    part(&mut class, register, config);
                    class.sort_unstable();
                    for part in class.chunk_by(|a, b| a.part() == b.part()) {
                        texts.add(part, register);
                    }
                } else {
                    texts.add(class, register);
                }
            }
            Ok(())
        })?;
        drop(held);
        texts.articles.shrink_to_fit();
        let held = 5 * register.len() + 12 * texts.len();
        texts._reserved = Some(budget.reserve(held as u64)?);
        texts.headings = Vec::with_capacity(register.len());
        prints.headings.scan(|_, headings| {
            texts.headings.extend_from_slice(headings);
            Ok(())
        })?;
        texts.measure(&prints.prints)?;
        texts.sketches = Sketches::of(prints.sketches, &texts.articles, config.num_hashes, budget)?;
        Ok(texts)
    }

    /// Adds the text that these articles bear.
    fn add(&mut self, bearers: &[ArticleText], register: &Register) {
        let text = self.articles.len() as u32;
        for bearer in bearers {
            self.of_article[bearer.article as usize] = text;
        }
        self.articles.push(first(bearers, register));
    }

    /// Whether titles are what the dump has for texts: those of half of the records and more stand alone.
    pub(super) fn titles_are_texts(&self) -> bool {
        if let Some(known) = self.titles_alone {
            return known;
        }
        let alone = self.headings.iter().filter(|heading| heading.is_alone());
        2 * alone.count() >= self.headings.len()
    }

    /// Notes that these are texts of a part of a dump, of which it is known whether it has titles for texts.
    pub(crate) fn are_part_of(&mut self, titles_alone: bool) {
        self.titles_alone = Some(titles_alone);
    }

    /// What the title of an article has to do with its text.
    pub(crate) fn heading(&self, article: ArticleId) -> Heading {
        self.headings[article as usize]
    }

    /// Takes the lengths of the texts; a title is none.
    fn measure(&mut self, prints: &Column<Fingerprint>) -> Result<()> {
        self.tokens = vec![0; self.articles.len()];
        self.shingles = vec![0; self.articles.len()];
        prints.scan(|start, prints| {
            for (article, print) in (start..).zip(prints) {
                let text = self.of_article[article] as usize;
                let is_text = !self.headings[article].is_alone();
                if self.articles[text] as usize == article && is_text {
                    self.tokens[text] = print.tokens;
                    self.shingles[text] = print.shingles;
                }
            }
            Ok(())
        })
    }

    /// How many different texts there are.
    pub fn len(&self) -> usize {
        self.articles.len()
    }

    /// Whether there is none.
    pub fn is_empty(&self) -> bool {
        self.articles.is_empty()
    }

    /// The tokens and the shingles of each text, and what the title of each article has to do with its text.
    pub(super) fn parts(&self) -> (&[u32], &[u32], &[Heading]) {
        (&self.tokens, &self.shingles, &self.headings)
    }

    /// Texts that were found before, without what pairs are found and decided by.
    pub(crate) fn of_parts(
        articles: Vec<ArticleId>,
        of_article: Vec<TextId>,
        tokens: Vec<u32>,
        shingles: Vec<u32>,
        headings: Vec<Heading>,
    ) -> Texts {
        Texts {
            articles,
            of_article,
            tokens,
            shingles,
            headings,
            ..Texts::default()
        }
    }

    /// How long a text is.
    pub fn print(&self, text: TextId) -> Length {
        Length {
            tokens: self.tokens[text as usize],
            shingles: self.shingles[text as usize],
        }
    }

    /// Which article's row is each text's.
    pub(crate) fn rows(&self) -> Rows<'_> {
        Rows {
            articles: &self.articles,
            of_article: &self.of_article,
            shingles: &self.shingles,
        }
    }

    /// Takes the keys by which texts meet, which nothing asks for once candidates are found.
    pub(crate) fn take_keys(&mut self) -> MeetingKeys {
        std::mem::take(&mut self.keys)
    }

    /// What the texts meet by, given their keys in so many bands.
    ///
    /// # Errors
    ///
    /// When what does not fit into the memory budget cannot be kept on disk.
    pub(crate) fn met_by(
        &self,
        keys: MeetingKeys,
        bands: usize,
        register: &Register,
        budget: &MemoryBudget,
    ) -> Result<CandidateKeys<'_>> {
        Ok(CandidateKeys {
            keys,
            bands,
            anchors: &self.anchors,
            addresses: self.addresses(register, budget)?,
        })
    }

    /// Lets go of all that pairs were found and decided by.
    pub(crate) fn drop_samples(&mut self) {
        self.sketches = Sketches::default();
        self.anchors = AnchorRows::default();
    }

    /// The sketch of a text; `None` for one without shingles.
    pub(super) fn sketch(&self, text: TextId) -> Result<Option<Cow<'_, [u8]>>> {
        let has_one = self.shingles[text as usize] > 0;
        let sketch = || self.sketches.of_text(text, &self.articles);
        has_one.then(sketch).transpose()
    }

    /// The anchors of a text, ascending.
    pub(super) fn anchors_of(&self, text: TextId) -> Result<Cow<'_, [u32]>> {
        self.anchors.of(self.articles[text as usize] as usize)
    }

    /// What two texts share, of the sample of their shingles that both draw alike: their anchors.
    pub(super) fn sampled(&self, a: TextId, b: TextId) -> Result<Overlap> {
        let (x, y) = (self.anchors_of(a)?, self.anchors_of(b)?);
        // A short text draws more anchors than a long one: only those that both would draw count.
        let all_sparse = |anchors: &[u32]| anchors.iter().all(|&anchor| is_upper_sparse(anchor));
        let mixed = all_sparse(&x) != all_sparse(&y);
        let counts = |anchor: &&u32| !mixed || is_upper_sparse(**anchor);
        let size = |anchors: &[u32]| anchors.iter().filter(counts).count() as u32;
        let shared = shared_of(&x, &y);
        Ok(Overlap {
            shared,
            sizes: (size(&x), size(&y)),
        })
    }

    /// A hash for each address of a source, with each text that stood there and has shingles.
    fn addresses(&self, register: &Register, budget: &MemoryBudget) -> Result<Sorted<Hashed>> {
        let sorter = Sorter::new(budget);
        register.scan_addresses(|start, addresses| {
            let stood = |(article, &address): (usize, &u64)| {
                let text = self.of_article[article];
                // Where no source is given it is the host, and one for telephones is the same paper.
                let source = register.source(article).map_or("", bare_host);
                let stood = address != 0 && self.shingles[text as usize] > 0;
                stood.then(|| Hashed {
                    hash: mix(address ^ xxh3_64(source.as_bytes())),
                    number: text.into(),
                })
            };
            sorter.push((start..).zip(addresses).filter_map(stood).collect())
        })?;
        sorter.finish()
    }
}

/// How many values two ascending lists share.
fn shared_of(mut a: &[u32], mut b: &[u32]) -> u32 {
    let mut shared = 0;
    while let ([x, more_a @ ..], [y, more_b @ ..]) = (a, b) {
        shared += u32::from(x == y);
        // Both steps are taken without a branch: which list is ahead cannot be foreseen.
        a = if x <= y { more_a } else { a };
        b = if y <= x { more_b } else { b };
    }
    shared
}

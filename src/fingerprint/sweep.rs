//! The sweep that reads every article, enters it in the register, and takes its fingerprint.

use std::ops::Range;
use std::sync::Mutex;

use rayon::prelude::*;
use xxhash_rust::xxh3::xxh3_64;

use super::{Signer, Tokenizer, shingles};
use crate::article::{Article, Corpus, ReadReport, Register};
use crate::clean::{Cleaner, Furniture, content_hash};
use crate::config::Config;
use crate::error::{ErrorKind, Result};
use crate::lsh::anchors;
use crate::pool::Pool;

/// What stands for an article's text.
#[derive(Clone, Copy, Debug, Default)]
pub struct Print {
    /// Hash of title and text as read: equal for byte-identical pages.
    pub page: u64,
    /// Hash of the tokens in their order: equal for texts that are one after cleaning; 0 without tokens.
    pub text: u64,
    /// How many tokens the cleaned text has.
    pub tokens: u32,
    /// About how many different shingles: exact where nothing is repeated.
    pub shingles: u32,
}

/// The fingerprints of all articles, by article.
#[derive(Clone, Debug, Default)]
pub struct Prints {
    /// One for each article.
    pub prints: Vec<Print>,
    /// The signatures of the articles; zeros for one without shingles.
    pub signatures: SignatureRows,
    /// The anchors of all articles in one piece, and where those of each end.
    pub anchors: Vec<u32>,
    /// See [`Prints::anchors`].
    pub anchor_ends: Vec<usize>,
    /// Bytes of text before cleaning, and of what cleaning dropped.
    pub text_bytes: (u64, u64),
}

/// A row of `num_hashes` values for each article, as the batches gave them: to lay them into one piece would take the
/// memory twice.
#[derive(Clone, Debug, Default)]
pub struct SignatureRows {
    parts: Vec<Vec<u32>>,
    /// The first article of each part.
    firsts: Vec<usize>,
    articles: usize,
}

impl SignatureRows {
    /// The values of an article.
    pub fn of(&self, article: usize) -> &[u32] {
        let part = self.firsts.partition_point(|&first| first <= article) - 1;
        let end = self.firsts.get(part + 1).copied().unwrap_or(self.articles);
        let num_hashes = self.parts[part].len() / (end - self.firsts[part]);
        let at = (article - self.firsts[part]) * num_hashes;
        &self.parts[part][at..at + num_hashes]
    }

    /// Adds the rows of the next articles.
    fn push(&mut self, rows: Vec<u32>, articles: usize) {
        if articles > 0 {
            self.firsts.push(self.articles);
            self.parts.push(rows);
            self.articles += articles;
        }
    }
}

/// What the fingerprinting sweep gives.
#[derive(Debug, Default)]
pub struct Fingerprints {
    /// Every article, by number.
    pub register: Register,
    /// Every article's fingerprint.
    pub prints: Prints,
    /// What reading met besides articles.
    pub read: ReadReport,
}

/// Cuts texts into shingle sets, keeping its buffers between texts.
#[derive(Debug, Default)]
pub struct Shingler {
    tokenizer: Tokenizer,
    tokens: Vec<u64>,
    set: Vec<u64>,
}

impl Shingler {
    /// The shingles of an article's own text, in reading order, repeats included; the text is the kept stretches, or the title where
    /// the article has no text at all.
    pub fn shingles(&mut self, article: &Article<'_>, kept: &[Range<usize>], k: usize) -> &[u64] {
        self.tokens.clear();
        self.set.clear();
        if article.text.trim().is_empty() {
            self.tokenizer.tokens(&article.title, &mut self.tokens);
        }
        for stretch in kept {
            self.tokenizer
                .tokens(&article.text[stretch.clone()], &mut self.tokens);
        }
        shingles(&self.tokens, k, &mut self.set);
        &self.set
    }

    /// The set of the same shingles, ascending.
    pub fn sorted_shingles(
        &mut self,
        article: &Article<'_>,
        kept: &[Range<usize>],
        k: usize,
    ) -> &[u64] {
        self.shingles(article, kept, k);
        self.set.sort_unstable();
        self.set.dedup();
        &self.set
    }

    /// The hashes of the tokens of the text last cut, in reading order.
    pub fn tokens(&self) -> &[u64] {
        &self.tokens
    }
}

/// Reads every article and takes its fingerprint.
///
/// # Errors
///
/// When the corpus cannot be read, or holds more articles than can be numbered.
pub fn fingerprint<C: Corpus + ?Sized>(
    corpus: &C,
    furniture: &Furniture,
    config: &Config,
) -> Result<Fingerprints> {
    let batches: Mutex<Vec<(usize, Register, Printed)>> = Mutex::default();
    let presses = Pool::default();
    let read = corpus.sweep(&|batch| {
        let mut register = Register::default();
        let mut prints = Printed::with_capacity(batch.articles.len(), config.num_hashes);
        presses.with(
            || Press::new(furniture, config),
            |press| {
                for article in batch.articles {
                    register.push(article);
                    press.print(article, &mut prints);
                }
            },
        );
        batches
            .lock()
            .unwrap_or_else(|e| e.into_inner())
            .push((batch.number, register, prints));
        Ok(())
    })?;
    let mut batches = batches.into_inner().unwrap_or_else(|e| e.into_inner());
    batches.sort_unstable_by_key(|batch| batch.0);
    let mut register = Register::default();
    register.reserve(batches.iter().map(|(_, part, _)| part));
    let mut parts = Vec::with_capacity(batches.len());
    for (_, part, printed) in batches {
        register.append(&part);
        parts.push(printed);
    }
    let prints = Prints::of(parts);
    if u32::try_from(register.len()).is_err() {
        return Err(ErrorKind::TooManyArticles.into());
    }
    Ok(Fingerprints {
        register,
        prints,
        read,
    })
}

/// Takes fingerprints, keeping its buffers between texts.
struct Press<'c> {
    config: &'c Config,
    cleaner: Cleaner<'c>,
    shingler: Shingler,
    signer: Signer,
    bytes: Vec<u8>,
}

impl<'c> Press<'c> {
    fn new(furniture: &'c Furniture, config: &'c Config) -> Press<'c> {
        Press {
            config,
            cleaner: Cleaner::new(furniture),
            shingler: Shingler::default(),
            signer: Signer::new(config.num_hashes),
            bytes: Vec::new(),
        }
    }

    fn print(&mut self, article: &Article<'_>, prints: &mut Printed) {
        let kept = self.cleaner.kept(article);
        let kept_bytes: usize = kept.iter().map(|stretch| stretch.len()).sum();
        let set = self
            .shingler
            .shingles(article, kept, self.config.shingle_tokens);
        if !self.signer.sign(set, &mut prints.signatures) {
            prints
                .signatures
                .extend(std::iter::repeat_n(0, self.config.num_hashes));
        }
        let before = prints.anchors.len();
        let drawn = anchors(set, &mut prints.anchors);
        prints.anchor_ends.push(prints.anchors.len());
        let shingles = unrepeated(set.len(), drawn, prints.anchors.len() - before);
        let tokens = self.shingler.tokens();
        prints.prints.push(Print {
            page: content_hash(article),
            text: text_hash(tokens, &mut self.bytes),
            tokens: tokens.len() as u32,
            shingles,
        });
        prints.text_bytes.0 += article.text.len() as u64;
        prints.text_bytes.1 += (article.text.len() - kept_bytes) as u64;
    }
}

/// The fingerprint of one article alone, with the set that it is taken from.
#[derive(Clone, Debug, Default)]
pub(crate) struct Lone {
    pub(crate) print: Print,
    /// Empty for one without shingles.
    pub(crate) signature: Vec<u32>,
    pub(crate) anchors: Vec<u32>,
    /// Its shingles, ascending.
    pub(crate) set: Vec<u64>,
}

impl Lone {
    /// Takes the fingerprint that a sweep takes of an article.
    pub(crate) fn of(article: &Article<'_>, furniture: &Furniture, config: &Config) -> Lone {
        let mut press = Press::new(furniture, config);
        let mut printed = Printed::default();
        press.print(article, &mut printed);
        let kept = press.cleaner.kept(article);
        let k = config.shingle_tokens;
        let set = press.shingler.sorted_shingles(article, kept, k).to_vec();
        Lone {
            print: printed.prints[0],
            signature: match set.is_empty() {
                true => Vec::new(),
                false => printed.signatures,
            },
            anchors: printed.anchors,
            set,
        }
    }
}

/// The fingerprints of one batch.
#[derive(Default)]
struct Printed {
    prints: Vec<Print>,
    signatures: Vec<u32>,
    anchors: Vec<u32>,
    anchor_ends: Vec<usize>,
    text_bytes: (u64, u64),
}

impl Printed {
    fn with_capacity(articles: usize, num_hashes: usize) -> Printed {
        Printed {
            prints: Vec::with_capacity(articles),
            signatures: Vec::with_capacity(articles * num_hashes),
            anchor_ends: Vec::with_capacity(articles),
            ..Printed::default()
        }
    }
}

impl Prints {
    /// The fingerprints of all batches, in their order.
    fn of(batches: Vec<Printed>) -> Prints {
        let mut all = Prints::default();
        let counts = batches.iter().map(|batch| batch.prints.len());
        all.prints.reserve_exact(counts.clone().sum());
        all.anchor_ends.reserve_exact(counts.sum());
        let (mut anchors, mut before) = (Vec::new(), 0);
        for batch in batches {
            all.signatures.push(batch.signatures, batch.prints.len());
            all.prints.extend(batch.prints);
            all.anchor_ends
                .extend(batch.anchor_ends.into_iter().map(|end| end + before));
            before += batch.anchors.len();
            all.text_bytes.0 += batch.text_bytes.0;
            all.text_bytes.1 += batch.text_bytes.1;
            anchors.push(batch.anchors);
        }
        all.anchors = joined(anchors);
        all
    }
}

/// The parts one after another in one piece.
fn joined(parts: Vec<Vec<u32>>) -> Vec<u32> {
    let mut all = vec![0; parts.iter().map(Vec::len).sum()];
    let mut rest = all.as_mut_slice();
    let mut places = Vec::with_capacity(parts.len());
    for part in &parts {
        let place;
        (place, rest) = rest.split_at_mut(part.len());
        places.push(place);
    }
    places
        .into_par_iter()
        .zip(parts)
        .for_each(|(place, part)| place.copy_from_slice(&part));
    all
}

/// About how many of `shingles` are different, given that of `drawn` anchors `kept` are.
fn unrepeated(shingles: usize, drawn: usize, kept: usize) -> u32 {
    if drawn == 0 {
        shingles as u32
    } else {
        (shingles * kept).div_ceil(drawn) as u32
    }
}

/// The hash of the tokens as bytes, which are gathered in `bytes`; 0 where there is none.
fn text_hash(tokens: &[u64], bytes: &mut Vec<u8>) -> u64 {
    if tokens.is_empty() {
        return 0;
    }
    bytes.resize(8 * tokens.len(), 0);
    for (eight, token) in bytes.as_chunks_mut().0.iter_mut().zip(tokens) {
        *eight = token.to_le_bytes();
    }
    xxh3_64(bytes).max(1)
}

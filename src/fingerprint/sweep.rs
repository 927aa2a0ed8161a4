//! The sweep that reads every article, enters it in the register, and takes its fingerprint.

use std::ops::Range;
use std::sync::Mutex;

use xxhash_rust::xxh3::xxh3_64;

use super::{Signer, Tokenizer, shingles};
use crate::article::{Article, Corpus, ReadReport, Register};
use crate::clean::{Furniture, content_hash};
use crate::config::Config;
use crate::error::{ErrorKind, Result};
use crate::lsh::anchors;

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
    /// `num_hashes` values for each article; zeros for one without shingles.
    pub signatures: Vec<u32>,
    /// The anchors of all articles in one piece, and where those of each end.
    pub anchors: Vec<u32>,
    /// See [`Prints::anchors`].
    pub anchor_ends: Vec<usize>,
    /// Bytes of text before cleaning, and of what cleaning dropped.
    pub text_bytes: (u64, u64),
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
    let batches: Mutex<Vec<(usize, Register, Prints)>> = Mutex::default();
    let read = corpus.sweep(&|batch| {
        let mut register = Register::default();
        let mut prints = Prints::default();
        let mut press = Press {
            shingler: Shingler::default(),
            signer: Signer::new(config.num_hashes),
        };
        for article in batch.articles {
            register.push(article);
            press.print(article, furniture, config, &mut prints);
        }
        batches
            .lock()
            .unwrap_or_else(|e| e.into_inner())
            .push((batch.number, register, prints));
        Ok(())
    })?;
    let mut batches = batches.into_inner().unwrap_or_else(|e| e.into_inner());
    batches.sort_unstable_by_key(|batch| batch.0);
    let (mut register, mut prints) = (Register::default(), Prints::default());
    prints.reserve(batches.iter().map(|(.., printed)| printed));
    register.reserve(batches.iter().map(|(_, part, _)| part));
    for (_, part, printed) in batches {
        register.append(&part);
        prints.append(printed);
    }
    if u32::try_from(register.len()).is_err() {
        return Err(ErrorKind::TooManyArticles.into());
    }
    Ok(Fingerprints {
        register,
        prints,
        read,
    })
}

struct Press {
    shingler: Shingler,
    signer: Signer,
}

impl Press {
    fn print(
        &mut self,
        article: &Article<'_>,
        furniture: &Furniture,
        config: &Config,
        prints: &mut Prints,
    ) {
        let kept = furniture.kept(article);
        let kept_bytes: usize = kept.iter().map(|stretch| stretch.len()).sum();
        let set = self
            .shingler
            .shingles(article, &kept, config.shingle_tokens);
        if !self.signer.sign(set, &mut prints.signatures) {
            prints
                .signatures
                .extend(std::iter::repeat_n(0, config.num_hashes));
        }
        let before = prints.anchors.len();
        let drawn = anchors(set, &mut prints.anchors);
        prints.anchor_ends.push(prints.anchors.len());
        let shingles = unrepeated(set.len(), drawn, prints.anchors.len() - before);
        let tokens = self.shingler.tokens();
        prints.prints.push(Print {
            page: content_hash(article),
            text: text_hash(tokens),
            tokens: tokens.len() as u32,
            shingles,
        });
        prints.text_bytes.0 += article.text.len() as u64;
        prints.text_bytes.1 += (article.text.len() - kept_bytes) as u64;
    }
}

impl Prints {
    /// Makes room for others, so that what is appended is copied once.
    fn reserve<'a>(&mut self, others: impl Iterator<Item = &'a Prints> + Clone) {
        self.prints
            .reserve_exact(others.clone().map(|other| other.prints.len()).sum());
        self.signatures
            .reserve_exact(others.clone().map(|other| other.signatures.len()).sum());
        self.anchors
            .reserve_exact(others.clone().map(|other| other.anchors.len()).sum());
        self.anchor_ends
            .reserve_exact(others.map(|other| other.anchor_ends.len()).sum());
    }

    fn append(&mut self, other: Prints) {
        let shift = self.anchors.len();
        self.prints.extend(other.prints);
        self.signatures.extend(other.signatures);
        self.anchors.extend(other.anchors);
        self.anchor_ends
            .extend(other.anchor_ends.into_iter().map(|end| end + shift));
        self.text_bytes.0 += other.text_bytes.0;
        self.text_bytes.1 += other.text_bytes.1;
    }
}

/// About how many of `shingles` are different, given that of `drawn` anchors `kept` are.
fn unrepeated(shingles: usize, drawn: usize, kept: usize) -> u32 {
    if drawn == 0 {
        shingles as u32
    } else {
        (shingles * kept).div_ceil(drawn) as u32
    }
}

fn text_hash(tokens: &[u64]) -> u64 {
    if tokens.is_empty() {
        return 0;
    }
    let mut bytes = Vec::with_capacity(8 * tokens.len());
    bytes.extend(tokens.iter().flat_map(|token| token.to_le_bytes()));
    xxh3_64(&bytes).max(1)
}

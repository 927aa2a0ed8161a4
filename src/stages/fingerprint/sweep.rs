//! The sweep that reads every article, enters it in the register, and takes its fingerprint.

use std::sync::{Mutex, PoisonError};

use xxhash_rust::xxh3::xxh3_128;
use zerocopy::{FromBytes, Immutable, IntoBytes};

use super::{OnePrint, Shingler};
use crate::config::Config;
use crate::corpus::{Article, Corpus, ReadReport, Register, RegisterWriter};
use crate::error::Result;
use crate::kernel::{Heading, Identity, Signer, Tokenizer, sketch};
use crate::pool::Pool;
use crate::spill::{Column, ColumnWriter, MemoryBudget};
use crate::stages::candidates::{AnchorRows, AnchorsWriter, BandKey, Cut, MeetingKeys, anchors};
use crate::stages::clean::{Cleaner, Furniture};

/// What stands for an article's text.
#[derive(Clone, Copy, Debug, Default, FromBytes, IntoBytes, Immutable)]
#[repr(C)]
pub struct Fingerprint {
    /// Of title and text as read: equal for byte-identical pages.
    pub page: Identity,
    /// Of the tokens in their order: equal for texts that are one after cleaning; zeros without tokens.
    pub text: Identity,
    /// How many tokens the cleaned text has.
    pub tokens: u32,
    /// About how many different shingles: exact where nothing is repeated.
    pub shingles: u32,
}

/// The fingerprints of all articles, by article.
#[derive(Debug, Default)]
pub struct Prints {
    /// One for each article.
    pub(crate) prints: Column<Fingerprint>,
    /// What each signature has in each band, zeros for an article without shingles; and what is below the anchors.
    pub(crate) keys: MeetingKeys,
    /// The sketch of each signature; zeros for an article without shingles.
    pub(crate) sketches: Column<u8>,
    /// The anchors of each article.
    pub(crate) anchors: AnchorRows,
    /// What the title of each article has to do with its text.
    pub(crate) headings: Column<Heading>,
    /// Bytes of text before cleaning, and of what cleaning dropped.
    pub text_bytes: (u64, u64),
    /// Articles without a token left, by cleaning or from the start.
    pub emptied: usize,
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

/// Reads every article and takes its fingerprint, of which the bands are cut by `cut`.
///
/// # Errors
///
/// When the corpus cannot be read, holds more articles than can be numbered, or what does not fit into the memory budget cannot be
/// kept on disk.
pub fn fingerprint<C: Corpus + ?Sized>(
    corpus: &C,
    furniture: &Furniture,
    config: &Config,
    cut: &Cut,
    budget: &MemoryBudget,
) -> Result<Fingerprints> {
    let (register, prints) = (RegisterWriter::new(budget), PrintsWriter::new(budget));
    let presses = Pool::default();
    let read = corpus.sweep(&|batch| {
        register.enter(&batch)?;
        let mut printed = FingerprintBatch::default();
        presses.with(
            || Fingerprinter::new(furniture, config, cut),
            |press| {
                batch.articles.iter().try_for_each(|article| {
                    press.print(article, &mut printed);
                    config.interrupt.check()
                })
            },
        )?;
        prints.push(batch.number, printed)
    })?;
    Ok(Fingerprints {
        register: register.finish()?,
        prints: prints.finish(budget)?,
        read,
    })
}

/// Reads every article, and takes no fingerprint.
pub(crate) fn register<C: Corpus + ?Sized>(
    corpus: &C,
    config: &Config,
    budget: &MemoryBudget,
) -> Result<(Register, ReadReport)> {
    let register = RegisterWriter::new(budget);
    let read = corpus.sweep(&|batch| {
        config.interrupt.check()?;
        register.enter(&batch)
    })?;
    Ok((register.finish()?, read))
}

/// Takes fingerprints, keeping its buffers between texts.
pub(super) struct Fingerprinter<'c> {
    config: &'c Config,
    cut: &'c Cut,
    pub(super) cleaner: Cleaner<'c>,
    pub(super) shingler: Shingler,
    titles: Tokenizer,
    title: Vec<u64>,
    signer: Signer,
    pub(super) signature: Vec<u32>,
    bytes: Vec<u8>,
}

impl<'c> Fingerprinter<'c> {
    pub(super) fn new(
        furniture: &'c Furniture,
        config: &'c Config,
        cut: &'c Cut,
    ) -> Fingerprinter<'c> {
        Fingerprinter {
            config,
            cut,
            cleaner: Cleaner::new(furniture),
            shingler: Shingler::default(),
            titles: Tokenizer::default(),
            title: Vec::new(),
            signer: Signer::new(config.num_hashes),
            signature: Vec::new(),
            bytes: Vec::new(),
        }
    }

    pub(super) fn print(&mut self, article: &Article<'_>, printed: &mut FingerprintBatch) {
        let kept = self.cleaner.kept(article);
        let kept_bytes: usize = kept.iter().map(|stretch| stretch.len()).sum();
        self.title.clear();
        let has_text = !article.text.trim().is_empty();
        if has_text {
            self.titles.tokens(&article.title, &mut self.title);
        }
        let set = self
            .shingler
            .shingles(article, kept, self.config.shingle_tokens);
        self.signature.clear();
        if self.signer.sign(set, &mut self.signature) {
            self.cut.keys(&self.signature, &mut printed.keys);
            sketch(&self.signature, &mut printed.sketches);
        } else {
            let bands = std::iter::repeat_n(BandKey::default(), self.cut.bands());
            printed.keys.extend(bands);
            let slots = std::iter::repeat_n(0, self.config.num_hashes);
            printed.sketches.extend(slots);
        }
        let before = printed.anchors.len();
        let drawn = anchors(set, &mut printed.anchors);
        printed.anchor_ends.push(printed.anchors.len() as u32);
        let shingles = unrepeated(set.len(), drawn, printed.anchors.len() - before);
        let tokens = self.shingler.tokens();
        printed.prints.push(Fingerprint {
            page: page_identity(article),
            text: text_identity(tokens, &mut self.bytes),
            tokens: tokens.len() as u32,
            shingles,
        });
        printed.headings.push(if has_text {
            Heading::of(&self.title, tokens)
        } else {
            Heading::ALONE
        });
        printed.text_bytes.0 += article.text.len() as u64;
        printed.text_bytes.1 += (article.text.len() - kept_bytes) as u64;
        printed.emptied += usize::from(tokens.is_empty());
    }
}

/// The fingerprints of one batch.
#[derive(Default)]
pub(super) struct FingerprintBatch {
    pub(super) prints: Vec<Fingerprint>,
    keys: Vec<BandKey>,
    sketches: Vec<u8>,
    pub(super) anchors: Vec<u64>,
    anchor_ends: Vec<u32>,
    headings: Vec<Heading>,
    text_bytes: (u64, u64),
    emptied: usize,
}

impl FingerprintBatch {
    pub(super) fn clear(&mut self) {
        self.prints.clear();
        self.keys.clear();
        self.sketches.clear();
        self.anchors.clear();
        self.anchor_ends.clear();
        self.headings.clear();
        (self.text_bytes, self.emptied) = ((0, 0), 0);
    }

    /// The only fingerprint of the batch.
    pub(super) fn only(&self) -> OnePrint<'_> {
        OnePrint {
            print: self.prints.first().copied().unwrap_or_default(),
            keys: &self.keys,
            sketch: &self.sketches,
            anchors: &self.anchors,
            heading: self.headings.first().copied().unwrap_or(Heading::ALONE),
            text_bytes: self.text_bytes,
        }
    }

    /// Adds a fingerprint that was taken before.
    pub(super) fn add(&mut self, one: OnePrint<'_>) {
        self.prints.push(one.print);
        self.keys.extend_from_slice(one.keys);
        self.sketches.extend_from_slice(one.sketch);
        self.anchors.extend_from_slice(one.anchors);
        self.anchor_ends.push(self.anchors.len() as u32);
        self.headings.push(one.heading);
        self.text_bytes.0 += one.text_bytes.0;
        self.text_bytes.1 += one.text_bytes.1;
        self.emptied += usize::from(one.print.tokens == 0);
    }
}

/// Takes the fingerprints of all batches, in any order.
pub(super) struct PrintsWriter {
    prints: ColumnWriter<Fingerprint>,
    keys: ColumnWriter<BandKey>,
    sketches: ColumnWriter<u8>,
    anchors: AnchorsWriter,
    headings: ColumnWriter<Heading>,
    counts: Mutex<((u64, u64), usize)>,
}

impl PrintsWriter {
    pub(super) fn new(budget: &MemoryBudget) -> PrintsWriter {
        PrintsWriter {
            prints: ColumnWriter::new(budget),
            keys: ColumnWriter::cold(budget),
            sketches: ColumnWriter::new(budget),
            anchors: AnchorsWriter::new(budget),
            headings: ColumnWriter::new(budget),
            counts: Mutex::default(),
        }
    }

    pub(super) fn push(&self, batch: usize, printed: FingerprintBatch) -> Result<()> {
        self.prints.push(batch, printed.prints)?;
        self.keys.push(batch, printed.keys)?;
        self.sketches.push(batch, printed.sketches)?;
        self.anchors
            .push(batch, &printed.anchors, printed.anchor_ends)?;
        self.headings.push(batch, printed.headings)?;
        let mut counts = self.counts.lock().unwrap_or_else(PoisonError::into_inner);
        counts.0.0 += printed.text_bytes.0;
        counts.0.1 += printed.text_bytes.1;
        counts.1 += printed.emptied;
        Ok(())
    }

    /// The fingerprints of all batches, in their order.
    pub(super) fn finish(self, budget: &MemoryBudget) -> Result<Prints> {
        let counts = self.counts.into_inner();
        let (text_bytes, emptied) = counts.unwrap_or_else(PoisonError::into_inner);
        let (anchors, lower) = self.anchors.finish(budget)?;
        Ok(Prints {
            prints: self.prints.finish(),
            keys: MeetingKeys {
                bands: self.keys.finish(),
                lower,
            },
            sketches: self.sketches.finish(),
            anchors,
            headings: self.headings.finish(),
            text_bytes,
            emptied,
        })
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

/// The identity of a page: of its title and its text.
fn page_identity(article: &Article<'_>) -> Identity {
    let title = xxh3_128(article.title.as_bytes());
    // A title and a text that are one must not cancel out.
    Identity::from(title.rotate_left(1) ^ xxh3_128(article.text.as_bytes()))
}

/// The identity of the tokens as bytes, which are gathered in `bytes`; zeros where there is none.
fn text_identity(tokens: &[u64], bytes: &mut Vec<u8>) -> Identity {
    if tokens.is_empty() {
        return Identity::default();
    }
    bytes.resize(8 * tokens.len(), 0);
    for (eight, token) in bytes.as_chunks_mut().0.iter_mut().zip(tokens) {
        *eight = token.to_le_bytes();
    }
    Identity::from(xxh3_128(bytes))
}

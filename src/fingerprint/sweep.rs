//! The sweep that reads every article, enters it in the register, and takes its fingerprint.

use std::ops::Range;
use std::sync::{Mutex, PoisonError};

use xxhash_rust::xxh3::xxh3_128;
use zerocopy::{FromBytes, Immutable, IntoBytes};

use super::{Identity, Signer, Tokenizer, shingles, sketch, sort_hashes};
use crate::article::{Article, Corpus, ReadReport, Register, RegisterWriter};
use crate::clean::{Cleaner, Furniture};
use crate::config::Config;
use crate::error::Result;
use crate::lsh::{AnchorRows, AnchorsWriter, BandKey, Cut, MeetingKeys, anchors};
use crate::pipeline;
use crate::pool::Pool;
use crate::spill::{Column, ColumnWriter, Room};

/// What stands for an article's text.
#[derive(Clone, Copy, Debug, Default, FromBytes, IntoBytes, Immutable)]
#[repr(C)]
pub struct Print {
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
    pub(crate) prints: Column<Print>,
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

/// What the title of an article has to do with its text: how many in a hundred of its words the text lacks.
#[derive(Clone, Copy, Debug, PartialEq, Eq, FromBytes, IntoBytes, Immutable)]
#[repr(transparent)]
pub(crate) struct Heading(u8);

impl Heading {
    /// There is no text: the title stands in for it.
    const ALONE: Heading = Heading(254);
    /// There is no title.
    const NONE: Heading = Heading(255);

    /// How many in a hundred words of the title the text lacks; `None` where one of the two is missing.
    pub(crate) fn lacking(self) -> Option<u8> {
        (self.0 <= 100).then_some(self.0)
    }

    /// As a number.
    pub(crate) fn code(self) -> u32 {
        self.0.into()
    }

    /// Of its number.
    pub(crate) fn of_code(code: u32) -> Option<Heading> {
        u8::try_from(code).ok().map(Heading)
    }

    /// Whether a title stands in for the text.
    pub(crate) fn is_alone(self) -> bool {
        self == Heading::ALONE
    }

    fn of(title: &[u64], text: &[u64]) -> Heading {
        if title.is_empty() {
            return Heading::NONE;
        }
        let lacking = title.iter().filter(|word| !text.contains(word)).count();
        Heading((100 * lacking / title.len()) as u8)
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
        sort_hashes(&mut self.set, |shingle| (shingle >> 32) as u32);
        self.set.dedup();
        &self.set
    }

    /// The hashes of the tokens of the text last cut, in reading order.
    pub fn tokens(&self) -> &[u64] {
        &self.tokens
    }
}

/// Reads every article and takes its fingerprint, of which the bands are cut by `cut`.
///
/// # Errors
///
/// When the corpus cannot be read, holds more articles than can be numbered, or what does not fit into the room cannot be
/// kept on disk.
pub fn fingerprint<C: Corpus + ?Sized>(
    corpus: &C,
    furniture: &Furniture,
    (config, cut): (&Config, &Cut),
    room: &Room,
) -> Result<Fingerprints> {
    let (register, prints) = (RegisterWriter::new(room), PrintsWriter::new(room));
    let presses = Pool::default();
    let read = corpus.sweep(&|batch| {
        register.enter(&batch)?;
        let mut printed = Printed::default();
        presses.with(
            || Press::new(furniture, config, cut),
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
        prints: prints.finish(room)?,
        read,
    })
}

/// Reads every article, and takes no fingerprint.
pub(crate) fn register<C: Corpus + ?Sized>(
    corpus: &C,
    config: &Config,
    room: &Room,
) -> Result<(Register, ReadReport)> {
    let register = RegisterWriter::new(room);
    let read = corpus.sweep(&|batch| {
        config.interrupt.check()?;
        register.enter(&batch)
    })?;
    Ok((register.finish()?, read))
}

/// Takes fingerprints, keeping its buffers between texts.
struct Press<'c> {
    config: &'c Config,
    cut: &'c Cut,
    cleaner: Cleaner<'c>,
    shingler: Shingler,
    titles: Tokenizer,
    title: Vec<u64>,
    signer: Signer,
    signature: Vec<u32>,
    bytes: Vec<u8>,
}

impl<'c> Press<'c> {
    fn new(furniture: &'c Furniture, config: &'c Config, cut: &'c Cut) -> Press<'c> {
        Press {
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

    fn print(&mut self, article: &Article<'_>, printed: &mut Printed) {
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
        printed.prints.push(Print {
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

/// The fingerprint of one article alone, with the set that it is taken from.
#[derive(Clone, Debug, Default)]
pub(crate) struct Lone {
    pub(crate) print: Print,
    /// Empty for one without shingles.
    pub(crate) signature: Vec<u32>,
    pub(crate) anchors: Vec<u64>,
    /// Its shingles, ascending.
    pub(crate) set: Vec<u64>,
}

impl Lone {
    /// Takes the fingerprint that a sweep takes of an article.
    pub(crate) fn of(article: &Article<'_>, furniture: &Furniture, config: &Config) -> Lone {
        let cut = Cut::new(pipeline::banding(config), config.num_hashes, config.seed);
        let mut press = Press::new(furniture, config, &cut);
        let mut printed = Printed::default();
        press.print(article, &mut printed);
        let kept = press.cleaner.kept(article);
        let k = config.shingle_tokens;
        let set = press.shingler.sorted_shingles(article, kept, k).to_vec();
        Lone {
            print: printed.prints[0],
            signature: press.signature,
            anchors: printed.anchors,
            set,
        }
    }
}

/// The fingerprints of one batch.
#[derive(Default)]
struct Printed {
    prints: Vec<Print>,
    keys: Vec<BandKey>,
    sketches: Vec<u8>,
    anchors: Vec<u64>,
    anchor_ends: Vec<u32>,
    headings: Vec<Heading>,
    text_bytes: (u64, u64),
    emptied: usize,
}

/// Takes the fingerprints of all batches, in any order.
struct PrintsWriter {
    prints: ColumnWriter<Print>,
    keys: ColumnWriter<BandKey>,
    sketches: ColumnWriter<u8>,
    anchors: AnchorsWriter,
    headings: ColumnWriter<Heading>,
    counts: Mutex<((u64, u64), usize)>,
}

impl PrintsWriter {
    fn new(room: &Room) -> PrintsWriter {
        PrintsWriter {
            prints: ColumnWriter::new(room),
            keys: ColumnWriter::cold(room),
            sketches: ColumnWriter::new(room),
            anchors: AnchorsWriter::new(room),
            headings: ColumnWriter::new(room),
            counts: Mutex::default(),
        }
    }

    fn push(&self, batch: usize, printed: Printed) -> Result<()> {
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
    fn finish(self, room: &Room) -> Result<Prints> {
        let counts = self.counts.into_inner();
        let (text_bytes, emptied) = counts.unwrap_or_else(PoisonError::into_inner);
        let (anchors, lower) = self.anchors.finish(room)?;
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

//! The corpus without its copies: the records that are kept, as they were read, or marked or cleaned where that is asked.

mod apart;
mod decisions;
#[cfg(feature = "parquet")]
mod parquet;
mod rewrite;
mod shards;

use std::path::{Path, PathBuf};

use crate::article::{Batch, FileCorpus, Format};
use crate::clean::Furniture;
use crate::error::Result;
use crate::output::{Closed, Destination, Early, Ordered};

pub use decisions::{Decisions, Marks, OnePer, StoredRows};
use rewrite::Rewriter;
use shards::Shards;

/// What is to be written of each record.
#[derive(Clone, Copy)]
pub struct Plan<'a> {
    /// Which records are kept.
    pub decisions: &'a Decisions,
    /// Keep all records, and give each the columns of its row in the clusters table.
    pub marks: Option<Marks<'a>>,
    /// Leave this out of the texts that are written.
    pub furniture: Option<&'a Furniture>,
}

impl<'a> Plan<'a> {
    /// The kept records as they were read.
    pub fn keep(decisions: &'a Decisions) -> Plan<'a> {
        Plan {
            decisions,
            marks: None,
            furniture: None,
        }
    }
}

/// Where the kept records go.
#[derive(Clone, Debug)]
pub enum Target {
    /// All into one file.
    File(Destination),
    /// Each input into a file of its own name below a folder, compressed as it came.
    Folder(PathBuf),
}

impl Target {
    /// The target a user means by a name: a folder if it ends in a slash or is one.
    pub fn named(name: &str) -> Target {
        if name.ends_with('/') || Path::new(name).is_dir() {
            Target::Folder(PathBuf::from(name))
        } else {
            Target::File(Destination::named(name))
        }
    }
}

/// How many records were kept, and how many were not.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Kept {
    /// Written.
    pub kept: u64,
    /// Left out, since another record stands for them.
    pub removed: u64,
}

impl Kept {
    fn add(&mut self, other: Kept) {
        self.kept += other.kept;
        self.removed += other.removed;
    }
}

/// Files that are written and closed, but do not have their names yet.
pub struct Finished {
    files: Vec<Closed>,
    /// How many records they hold, and how many they do not.
    pub kept: Kept,
}

impl Finished {
    /// Gives all files their names.
    ///
    /// # Errors
    ///
    /// When one cannot be named.
    pub fn commit(self) -> Result<Kept> {
        self.files.into_iter().try_for_each(Closed::commit)?;
        Ok(self.kept)
    }
}

/// Checks, before anything is computed, that the records of a corpus can be written so.
///
/// # Errors
///
/// As far as they can be known, those of [`dedup`].
pub fn check(corpus: &FileCorpus, is_marked: bool, target: &Target) -> Result<()> {
    rewrite::check_marks(corpus.files(), is_marked)?;
    let Target::File(destination) = target else {
        return Ok(());
    };
    match shards::one_form(corpus.files())? {
        Some(first) if first.format != Format::Parquet => {
            rewrite::check_name(first, destination.name())
        }
        _ => Ok(()),
    }
}

/// Writes the kept records of a corpus, in input order.
///
/// # Errors
///
/// When records of different forms would go into one file, a record was never decided, marks cannot be put on an input's
/// records, or anything cannot be read or written; nothing is left behind then.
pub fn dedup(corpus: &FileCorpus, plan: &Plan<'_>, target: &Target) -> Result<Finished> {
    check(corpus, plan.marks.is_some(), target)?;
    let rewriter = Rewriter::new(corpus, plan);
    #[cfg(feature = "parquet")]
    if let Target::File(destination) = target
        && let Some(inputs) = parquet::all(corpus)?
    {
        return parquet::into_one(corpus, &rewriter, (&inputs, destination));
    }
    let finished = write_lines(corpus, &rewriter, target)?;
    #[cfg(feature = "parquet")]
    if let Target::Folder(folder) = target {
        let mut both = parquet::into_folder(corpus, &rewriter, folder)?;
        both.files.extend(finished.files);
        both.kept.add(finished.kept);
        return Ok(both);
    }
    Ok(finished)
}

/// Writes the records that have bytes of their own.
fn write_lines(corpus: &FileCorpus, rewriter: &Rewriter<'_>, target: &Target) -> Result<Finished> {
    let shards = Shards::new(rewriter, target)?;
    let early = Early {
        bytes: EARLY_BYTES,
        folder: std::env::temp_dir(),
    };
    let ordered = Ordered::new(shards, target.name(), early);
    let counts = std::sync::Mutex::new(Kept::default());
    let visit = |batch: Batch<'_>| {
        let (chunk, kept) = frame(&batch, rewriter)?;
        let mut counts = counts
            .lock()
            .unwrap_or_else(std::sync::PoisonError::into_inner);
        counts.add(kept);
        drop(counts);
        ordered.put(batch.number, chunk)
    };
    corpus.sweep_lines(rewriter.plan.furniture.is_some(), &visit)?;
    let files = ordered.finish()?.finish()?;
    Ok(Finished {
        files,
        kept: counts
            .into_inner()
            .unwrap_or_else(std::sync::PoisonError::into_inner),
    })
}

/// So many bytes of records wait in memory for their turn.
const EARLY_BYTES: usize = 64 << 20;

impl Target {
    fn name(&self) -> PathBuf {
        match self {
            Target::File(destination) => destination.name().to_owned(),
            Target::Folder(folder) => folder.clone(),
        }
    }
}

/// The kept records of a batch, each run of one input behind the input's number and its bytes.
fn frame(batch: &Batch<'_>, rewriter: &Rewriter<'_>) -> Result<(Vec<u8>, Kept)> {
    let mut writing = rewriter.begin();
    let mut chunk = Vec::new();
    let mut kept = Kept::default();
    let mut open: Option<(u32, usize)> = None;
    for (article, raw) in batch.articles.iter().zip(batch.raw) {
        let Some(fate) = writing.fate(article.place, raw)? else {
            continue;
        };
        if !fate.keep {
            kept.removed += 1;
            continue;
        }
        kept.kept += 1;
        let start = match open {
            Some((input, start)) if input == article.place.input => start,
            _ => {
                chunk.extend_from_slice(&article.place.input.to_le_bytes());
                chunk.extend_from_slice(&[0; 8]);
                open = Some((article.place.input, chunk.len()));
                chunk.len()
            }
        };
        writing.record(article, (raw, fate), &mut chunk)?;
        let bytes = (chunk.len() - start) as u64;
        chunk[start - 8..start].copy_from_slice(&bytes.to_le_bytes());
    }
    Ok((chunk, kept))
}

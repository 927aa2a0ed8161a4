//! The corpus without its copies: the records that are kept, as they were read, or marked or cleaned where that is asked.

mod apart;
mod archive;
mod convert;
mod decisions;
mod frame;
#[cfg(feature = "parquet")]
mod parquet;
mod rewrite;
mod shards;

use std::path::{Path, PathBuf};

use crate::article::{FileCorpus, Input};
use crate::clean::Furniture;
use crate::compression::Compression;
use crate::error::Result;
use crate::output::{Closed, Destination, Early, Ordered};

pub(crate) use decisions::read_rows;
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
    /// The target a user means by a name for what is made of these inputs: a folder also where a folder or several files
    /// went in, and the name has no ending that says what else it would be.
    pub fn for_inputs(name: &str, inputs: &[Input]) -> Target {
        let path = Path::new(name);
        let is_plain = path.extension().is_none() && name != "-" && !path.exists();
        let are_many = inputs.len() > 1 || inputs.iter().any(|input| input.found);
        match is_plain && are_many {
            true => Target::Folder(PathBuf::from(name)),
            false => Target::named(name),
        }
    }

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
pub fn check(
    corpus: &FileCorpus,
    (is_marked, is_stripped): (bool, bool),
    target: &Target,
) -> Result<()> {
    if let Target::File(destination) = target {
        if convert::wanted(corpus.files(), destination)?.is_some() {
            return Ok(());
        }
        shards::one_form(corpus.files())?;
    }
    rewrite::check_marks(corpus.files(), is_marked)?;
    rewrite::check_texts(corpus.files(), is_stripped)
}

/// Writes the kept records of a corpus, in input order.
///
/// # Errors
///
/// When records of different forms would go into one file, a record was never decided, marks cannot be put on an input's
/// records, or anything cannot be read or written; nothing is left behind then.
pub fn dedup(corpus: &FileCorpus, plan: &Plan<'_>, target: &Target) -> Result<Finished> {
    let changes = (plan.marks.is_some(), plan.furniture.is_some());
    check(corpus, changes, target)?;
    let rewriter = Rewriter::new(corpus, plan);
    if let Target::File(destination) = target
        && let Some(form) = convert::wanted(corpus.files(), destination)?
    {
        return convert::write(corpus, &rewriter, (form, destination));
    }
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
    let ordered = Ordered::new(shards, target.name(), early(corpus));
    let counts = std::sync::Mutex::new(Kept::default());
    corpus.sweep_lines(rewriter.plan.furniture.is_some(), &|batch, beside| {
        let (chunk, kept) = frame::frame(&batch, beside, (rewriter, target))?;
        let mut counts = counts
            .lock()
            .unwrap_or_else(std::sync::PoisonError::into_inner);
        counts.add(kept);
        drop(counts);
        ordered.put(batch.number, chunk)
    })?;
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

/// What becomes of records that are written before their turn.
fn early(corpus: &FileCorpus) -> Early {
    Early {
        bytes: EARLY_BYTES,
        folder: corpus.temporary_folder(),
    }
}

impl Target {
    /// How the records of an input are compressed here.
    fn compression(&self, input: &Input) -> Compression {
        match self {
            Target::File(destination) => Compression::of_name(destination.name()),
            Target::Folder(_) => input.compression,
        }
    }

    fn name(&self) -> PathBuf {
        match self {
            Target::File(destination) => destination.name().to_owned(),
            Target::Folder(folder) => folder.clone(),
        }
    }
}

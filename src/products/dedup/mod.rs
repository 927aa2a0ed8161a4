//! The corpus without its copies: the records that are kept, as they were read, or marked or cleaned where that is asked.

mod apart;
mod archive;
mod choice;
mod contest;
mod convert;
mod cuts;
mod decisions;
mod frame;
mod marks;
#[cfg(feature = "parquet")]
mod parquet;
mod rewrite;
mod rows;
mod shards;
mod sound;
mod tally;
#[cfg(test)]
mod tests;

use std::path::{Path, PathBuf};

use crate::compression::Compression;
use crate::corpus::{FileCorpus, Input};
use crate::error::Result;
use crate::output::{Closed, Destination, Early, Ordered, OutputFolder, commit_all};
use crate::stages::clean::Furniture;

#[doc(hidden)]
pub use choice::Choice;
pub use choice::OnePer;
#[doc(hidden)]
pub use cuts::{Cuts, Repeats, RepeatsCut, write_spans};
pub use decisions::Decisions;
#[doc(hidden)]
pub use marks::{Marks, StoredRows};
#[doc(hidden)]
pub use rewrite::MARK_COLUMNS;
use rewrite::Rewriter;
pub(crate) use rows::read_rows;
use shards::Shards;
#[doc(hidden)]
pub use tally::SourceTally;

/// What is to be written of each record.
#[derive(Clone, Copy)]
pub struct Plan<'a> {
    /// Which records are kept.
    pub decisions: &'a Decisions,
    /// Keep all records, and give each the columns of its row in the clusters table.
    pub marks: Option<Marks<'a>>,
    /// Leave this out of the texts that are written.
    pub furniture: Option<&'a Furniture>,
    /// Leave these paragraphs out, too.
    pub repeats: Option<&'a Repeats>,
    /// The settings of the run, which Parquet keeps in its metadata.
    pub settings: &'a [(String, String)],
}

impl<'a> Plan<'a> {
    /// The kept records as they were read.
    pub fn keep(decisions: &'a Decisions) -> Plan<'a> {
        Plan {
            decisions,
            marks: None,
            furniture: None,
            repeats: None,
            settings: &[],
        }
    }
}

impl<'a> Plan<'a> {
    /// What is left out of texts.
    fn cuts(&self) -> Cuts<'a> {
        Cuts {
            furniture: self.furniture,
            repeats: self.repeats,
        }
    }
}

/// Where the kept records go.
#[derive(Clone, Debug)]
pub enum Target {
    /// All into one file.
    File(Destination),
    /// Each input into a file of its own name below a folder, compressed as it came.
    Folder {
        /// The folder, which is made if it is not there, and is empty if it is.
        path: PathBuf,
        /// Whether it may hold what an earlier run wrote there, which is replaced then.
        overwrite: bool,
    },
}

impl Target {
    /// The target a user means by a name for what is made of these inputs: a folder also where a folder or several files
    /// went in, and the name has no ending that says what else it would be.
    pub fn for_inputs(name: impl AsRef<Path>, inputs: &[Input]) -> Target {
        let path = name.as_ref();
        let is_plain = path.extension().is_none() && path != Path::new("-") && !path.exists();
        let are_many = inputs.len() > 1 || inputs.iter().any(|input| input.found);
        match is_plain && are_many {
            true => Target::Folder {
                path: path.to_owned(),
                overwrite: false,
            },
            false => Target::named(path),
        }
    }

    /// The target a user means by a name: a folder if it ends in a slash or is one.
    pub fn named(name: impl AsRef<Path>) -> Target {
        let path = name.as_ref();
        if path.as_os_str().as_encoded_bytes().ends_with(b"/") || path.is_dir() {
            Target::Folder {
                path: path.to_owned(),
                overwrite: false,
            }
        } else {
            Target::File(Destination::named(path))
        }
    }

    /// The same, but what an earlier run wrote to the folder is replaced.
    pub fn overwriting(self) -> Target {
        match self {
            Target::Folder { path, .. } => Target::Folder {
                path,
                overwrite: true,
            },
            file => file,
        }
    }
}

/// How many records were kept, and how many were not.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
#[doc(hidden)]
pub struct KeptCounts {
    /// Written.
    pub kept: u64,
    /// Left out: another record stands for them, or they are of a kind or a form of which no more is kept.
    pub removed: u64,
}

impl KeptCounts {
    fn add(&mut self, other: KeptCounts) {
        self.kept += other.kept;
        self.removed += other.removed;
    }
}

/// Files that are written and closed, but do not have their names yet.
pub struct Finished {
    files: Vec<Closed>,
    /// The folder that they belong to, where they do not stand for themselves.
    folder: Option<OutputFolder>,
    /// How many records they hold, and how many they do not.
    pub kept: KeptCounts,
}

impl Finished {
    /// Gives all files their names.
    ///
    /// # Errors
    ///
    /// When one cannot be named; all is as it was then, unless the error says otherwise.
    pub fn commit(self) -> Result<KeptCounts> {
        self.commit_with(Vec::new())
    }

    /// Gives these files and some others their names, or none.
    ///
    /// # Errors
    ///
    /// As [`Finished::commit`].
    pub fn commit_with(self, others: Vec<Closed>) -> Result<KeptCounts> {
        match self.folder {
            Some(folder) => folder.commit(self.files, others)?,
            None => commit_all(self.files.into_iter().chain(others).collect())?,
        }
        Ok(self.kept)
    }
}

/// Checks, before anything is computed, that the records of a corpus can be written so.
///
/// # Errors
///
/// As far as they can be known, those of [`dedup`].
#[doc(hidden)]
pub fn check(
    corpus: &FileCorpus,
    is_marked: bool,
    is_stripped: bool,
    target: &Target,
) -> Result<()> {
    match target {
        Target::File(destination) => {
            if convert::wanted(corpus.files(), destination)?.is_some() {
                return Ok(());
            }
            shards::one_form(corpus.files())?;
        }
        Target::Folder { path, overwrite } => {
            apart::check(corpus.files(), path)?;
            OutputFolder::open(path, *overwrite)?;
        }
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
    let is_stripped = !plan.cuts().is_nothing();
    check(corpus, plan.marks.is_some(), is_stripped, target)?;
    let rewriter = Rewriter::new(corpus, plan);
    if let Target::File(destination) = target
        && let Some(form) = convert::wanted(corpus.files(), destination)?
    {
        return convert::write(corpus, &rewriter, form, destination);
    }
    #[cfg(feature = "parquet")]
    if let Target::File(destination) = target
        && let Some(inputs) = parquet::all(corpus)?
    {
        return parquet::into_one(corpus, &rewriter, &inputs, destination);
    }
    let folder = match target {
        Target::File(_) => None,
        Target::Folder { path, overwrite } => Some(OutputFolder::open(path, *overwrite)?),
    };
    let (mut files, mut kept) = write_lines(corpus, &rewriter, target, folder.as_ref())?;
    #[cfg(feature = "parquet")]
    if let Some(folder) = &folder {
        let (tables, of_tables) = parquet::into_folder(corpus, &rewriter, folder)?;
        files.extend(tables);
        kept.add(of_tables);
    }
    Ok(Finished {
        files,
        folder,
        kept,
    })
}

/// Writes the records that have bytes of their own.
fn write_lines(
    corpus: &FileCorpus,
    rewriter: &Rewriter<'_>,
    target: &Target,
    folder: Option<&OutputFolder>,
) -> Result<(Vec<Closed>, KeptCounts)> {
    let shards = Shards::new(rewriter, target, folder)?;
    let ordered = Ordered::new(shards, target.name(), early(corpus));
    let counts = std::sync::Mutex::new(KeptCounts::default());
    corpus.sweep_lines(!rewriter.plan.cuts().is_nothing(), &|batch, beside| {
        let (chunk, kept) = frame::frame(&batch, beside, rewriter, target)?;
        let mut counts = counts
            .lock()
            .unwrap_or_else(std::sync::PoisonError::into_inner);
        counts.add(kept);
        drop(counts);
        ordered.put(batch.number, chunk)
    })?;
    let files = ordered.finish()?.finish()?;
    let kept = counts
        .into_inner()
        .unwrap_or_else(std::sync::PoisonError::into_inner);
    Ok((files, kept))
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
            Target::Folder { .. } => input.compression,
        }
    }

    fn name(&self) -> PathBuf {
        match self {
            Target::File(destination) => destination.name().to_owned(),
            Target::Folder { path, .. } => path.clone(),
        }
    }
}

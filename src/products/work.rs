//! A work folder: what the stages of a run found, so that a run that was stopped goes on behind the last that was whole.
//!
//! Each stage leaves its result in a file of its own, which gets its name when it is whole, with a digest of the inputs as they
//! are, of the settings, and of the version. What has another digest, or is damaged, is as if it were not there. So the same
//! command goes on where it was stopped, and its outputs are the bytes of a run that was not.

use std::fs;
use std::io;
use std::path::{Path, PathBuf};
use std::sync::{Mutex, PoisonError};

use serde::{Deserialize, Serialize};
use xxhash_rust::xxh3::xxh3_128;

use crate::config::Config;
use crate::corpus::{Corpus, FileCorpus};
use crate::error::{Error, ErrorKind, Result};
use crate::output::MadeFolders;
use crate::pipeline::{self, Clustering, Given};
use crate::products::state;
use crate::products::state::file::{Ended, Opened, SectionFile, Sections};
use crate::progress::{Counts, Stage};
use crate::recorder::Checkpoints;
use crate::stages::clean::Furniture;
use crate::stages::copies::{CopyGroups, SimilarPair, StoredCopies, Texts, store, stored};
use crate::stages::stories::Stories;

/// The stages whose results are kept, in their order.
const LEARNED: &str = "furniture";
const FOUND: &str = "copies";
const TOLD: &str = "stories";
/// What the names of files begin with.
const PREFIX: &str = "samestory-work-";

/// What a file says of itself.
#[derive(Serialize, Deserialize)]
struct Contents {
    sections: Sections,
    digest: String,
    counts: Counts,
}

/// The results of the stages of one run.
#[derive(Debug)]
pub struct Work {
    folder: PathBuf,
    digest: String,
    taken: Mutex<Vec<&'static str>>,
}

impl Work {
    /// The work of a run over these inputs, as they are, with these settings, in a folder that is made if it is not there.
    ///
    /// # Errors
    ///
    /// When the folder cannot be made; [`ErrorKind::State`] where an input comes through a pipe.
    pub fn open(folder: &Path, corpus: &FileCorpus, config: &Config) -> Result<Work> {
        state::check(corpus)?;
        let mut made = MadeFolders::default();
        made.make(folder)?;
        made.keep();
        let inputs = state::stamps(corpus);
        let settings = state::settings(config, corpus);
        let all = (
            env!("CARGO_PKG_VERSION"),
            inputs,
            settings,
            &corpus.options.filter,
        );
        let digest = xxh3_128(format!("{all:?}").as_bytes());
        Ok(Work {
            folder: folder.to_owned(),
            digest: format!("{digest:032x}"),
            taken: Mutex::default(),
        })
    }

    /// What was taken over from an earlier run: the names of its stages, in their order.
    pub fn taken_over(&self) -> Vec<&'static str> {
        let taken = self.taken.lock().unwrap_or_else(PoisonError::into_inner);
        taken.clone()
    }

    fn path(&self, stage: &str) -> PathBuf {
        self.folder.join(format!("{PREFIX}{stage}"))
    }

    /// What a stage left; `None` where there is nothing that can be used.
    fn read(&self, stage: &'static str) -> Option<(Vec<u8>, Counts)> {
        let (file, contents): (Opened, Contents) = Opened::open(&self.path(stage)).ok()?;
        let section = *contents.sections.get(stage)?;
        let is_own = contents.digest == self.digest;
        let bytes = is_own.then(|| file.whole(section).ok()).flatten()?;
        Some((bytes, contents.counts))
    }

    fn write(
        &self,
        stage: &'static str,
        counts: Counts,
        write: impl FnOnce(&mut dyn io::Write) -> io::Result<()>,
    ) -> Result<()> {
        let path = self.path(stage);
        if Opened::is_foreign(&path)? {
            let reason = "it is no result of a stage, so it is not replaced by one";
            return Err(state::state_error(&path, reason));
        }
        let mut file = SectionFile::create(&path)?;
        file.section(stage, write)?;
        let ended = file.end(|sections| Contents {
            sections,
            digest: self.digest.clone(),
            counts,
        })?;
        match ended {
            Ended::Closed(closed) => closed.commit(),
            Ended::Opened(..) => Ok(()),
        }
    }

    /// Keeps the stories that stages found, so that the run that goes on has only tables to write.
    #[cfg(feature = "staged")]
    pub(crate) fn keep_stories(&self, stories: &Stories) -> Result<()> {
        self.write(TOLD, Counts::default(), |to| {
            to.write_all(&stories.to_bytes())
        })
    }

    fn note(&self, stage: &'static str) {
        let mut taken = self.taken.lock().unwrap_or_else(PoisonError::into_inner);
        taken.push(stage);
    }

    /// Finds what [`pipeline::cluster`] finds, and goes on from what an earlier run left.
    ///
    /// # Errors
    ///
    /// Those of [`pipeline::cluster`], and when the folder cannot be written to.
    pub fn cluster<C: Corpus + ?Sized>(
        &self,
        corpus: &C,
        config: &Config,
        on_stage: &dyn Fn(Stage) -> Result<()>,
    ) -> Result<Clustering> {
        let given = Given {
            checkpoints: Some(self),
            ..Given::default()
        };
        pipeline::run(corpus, config, on_stage, given)
    }

    /// Removes the results of all stages from a folder, and the folder where it is empty then; says how many there were.
    ///
    /// # Errors
    ///
    /// When the folder cannot be read, or a file not be removed.
    pub fn clean(folder: &Path) -> Result<usize> {
        let failed = |error| Error::io(folder, error);
        let mut removed = 0;
        for entry in fs::read_dir(folder).map_err(failed)? {
            let path = entry.map_err(failed)?.path();
            let name = path.file_name().and_then(|name| name.to_str());
            let stage = name.and_then(|name| name.strip_prefix(PREFIX));
            let is_own = stage.is_some_and(|stage| [LEARNED, FOUND, TOLD].contains(&stage));
            if is_own && !Opened::is_foreign(&path)? {
                fs::remove_file(&path).map_err(|error| Error::io(&path, error))?;
                removed += 1;
            }
        }
        match fs::remove_dir(folder) {
            Err(error) if error.kind() != io::ErrorKind::DirectoryNotEmpty => Err(ErrorKind::Io {
                path: folder.to_owned(),
                source: error,
            }
            .into()),
            _ => Ok(removed),
        }
    }
}

impl Checkpoints for Work {
    fn furniture(&self) -> Option<Furniture> {
        let furniture = Furniture::stored(&self.read(LEARNED)?.0)?;
        self.note(LEARNED);
        Some(furniture)
    }

    fn keep_furniture(&self, furniture: &Furniture) -> Result<()> {
        self.write(LEARNED, Counts::default(), |to| furniture.store(to))
    }

    /// What was found of copies among so many articles.
    fn copies(&self, articles: usize) -> Option<(StoredCopies, Counts)> {
        let (bytes, counts) = self.read(FOUND)?;
        let copies = stored(&bytes)?;
        (copies.texts.of_article.len() == articles).then_some(())?;
        self.note(FOUND);
        Some((copies, counts))
    }

    /// Whether anything was found of copies that can be used, as far as the file says.
    fn has_copies(&self) -> bool {
        let opened: Option<(Opened, Contents)> = Opened::open(&self.path(FOUND)).ok();
        opened.is_some_and(|(_, contents)| contents.digest == self.digest)
    }

    fn keep_copies(
        &self,
        groups: &CopyGroups,
        texts: &Texts,
        pairs: &[SimilarPair],
        counts: Counts,
    ) -> Result<()> {
        self.write(FOUND, counts, |to| store(groups, texts, pairs, to))
    }

    #[cfg(feature = "staged")]
    fn stories(&self, articles: usize) -> Option<Stories> {
        let stories = Stories::stored(&self.read(TOLD)?.0)?;
        (stories.articles() == articles).then_some(())?;
        self.note(TOLD);
        Some(stories)
    }

    #[cfg(not(feature = "staged"))]
    fn stories(&self, _: usize) -> Option<Stories> {
        None
    }
}

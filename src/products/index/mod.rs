//! An index: the articles of all runs, kept so that tomorrow's are held against them without reading old files again.
//!
//! An index is a folder. `MANIFEST` has a line a version, which names the files that make it; all of them are written aside,
//! synced and named before the line is, and none is ever changed. So a version is there wholly or not at all, whatever ends the
//! process, and who reads one goes on reading it while the next is written. One process writes at a time.
//!
//! What is decided of articles that come is decided by the code of a run, over what comes and what of the index it may
//! concern: the texts that share keys with it, and their groups. [`Index::settle`] decides all of it anew, as one run over all
//! articles does.
//!
//! ```
//! use samestory::corpus::Article;
//! use samestory::config::Config;
//! use samestory::index::{Index, Intake};
//!
//! # fn main() -> samestory::error::Result<()> {
//! # let folder = tempfile::tempdir().expect("there is budget");
//! # let folder = folder.path().join("kept");
//! let text = "The ferry to the northern islands will not sail before Monday, the harbour master said on Friday night.";
//! let article = |id: &'static str| Article { external_id: Some(id.into()), text: text.into(), ..Article::default() };
//! Index::create(&folder, &Config::default())?;
//! let monday = Index::open_to_write(&folder, &Config::default())?;
//! monday.ingest(&[article("a")][..], Intake::named("monday"))?.commit()?;
//!
//! let index = Index::open(&folder, &Config::default())?;
//! let tuesday = index.compare(&[article("b")][..])?;
//! let row = tuesday.row(0)?;
//! assert_eq!((row.matched_id.as_deref(), row.matched_in.as_deref()), (Some("a"), Some("monday")));
//! # Ok(())
//! # }
//! ```

mod articles;
mod bare;
mod changes;
mod check;
mod corpus;
mod estimate;
mod file;
mod forget;
mod found;
mod gist;
mod grow;
mod ingest;
mod intake;
mod join;
mod journal;
mod keys;
mod link;
mod look;
mod made;
mod manifest;
mod meet;
mod pack;
mod pairs;
mod relate;
mod related;
mod retold;
mod rows;
mod seen;
mod settings;
mod settle;
mod shown;
mod sight;
mod table;
mod tell;
#[cfg(test)]
mod tests;
mod versions;
mod view;
mod write;

use std::fs;
use std::io;
use std::path::{Path, PathBuf};
use std::sync::{Arc, OnceLock};

use ahash::AHashMap;

#[doc(hidden)]
pub use self::{
    check::{Checked, Stats},
    journal::Answered,
    manifest::{BUSY, Ingest},
    table::{IndexWriter, are_columns, table, table_of},
    view::{Compare, Kept},
};
use crate::config::Config;
use crate::corpus::Corpus;
use crate::error::{Error, Result};
use articles::Articles;
pub use changes::{Change, Changes};
use corpus::KeptCorpus;
use file::index_error;
pub use found::Compared;
pub use ingest::{Ingested, Intake};
use keys::Keys;
use manifest::{FileEntry, Lock, Manifest, Part};
use rows::{Members, Rows};
pub use seen::{Seer, Snapshot};
use settings::Settings;
pub use shown::{IndexRow, IndexStory};
pub use sight::{Answer, Sight};

/// Refuses settings that ask for fields of records which an index does not keep.
fn check_fields(folder: &Path, config: &Config) -> Result<()> {
    match config.keep_by.is_empty() {
        true => Ok(()),
        false => Err(index_error(
            folder,
            "it does not keep the fields that --keep-by asks for",
        )),
    }
}

/// One version of an index, which stays as it is whatever is written meanwhile.
#[derive(Debug)]
pub struct Index {
    folder: PathBuf,
    manifest: Manifest,
    articles: Vec<Articles>,
    keys: Vec<Keys>,
    rows: Arc<Rows>,
    common: Common,
    /// The settings it was made with, and how this process runs.
    config: Config,
    lock: Option<Lock>,
}

/// What its articles have in common, put together where it is asked for first.
#[derive(Debug, Default)]
struct Common {
    groups: OnceLock<Arc<Members>>,
    stories: OnceLock<Arc<Members>>,
    /// How many articles each story has.
    sizes: OnceLock<Arc<AHashMap<u32, u32>>>,
}

impl Index {
    /// Makes an index without articles, in a folder that is not there yet or empty.
    ///
    /// # Errors
    ///
    /// [`ErrorKind::Index`] where something is in the folder, and when it cannot be written to.
    pub fn create(folder: &Path, config: &Config) -> Result<()> {
        Index::create_of(folder, config, true)
    }

    /// The same, of an index that keeps no texts: in their place it keeps what says how alike texts are, by an estimate.
    ///
    /// # Errors
    ///
    /// As [`Index::create`].
    pub fn create_without_texts(folder: &Path, config: &Config) -> Result<()> {
        Index::create_of(folder, config, false)
    }

    fn create_of(folder: &Path, config: &Config, texts: bool) -> Result<()> {
        config.check()?;
        check_fields(folder, config)?;
        if manifest::is_there(folder) {
            return Err(index_error(folder, "there is an index already"));
        }
        match fs::read_dir(folder) {
            Ok(mut entries) => {
                if entries.next().is_some() {
                    return Err(index_error(folder, "it is not empty, and no index"));
                }
            }
            Err(error) if error.kind() == io::ErrorKind::NotFound => {
                fs::create_dir_all(folder).map_err(|error| Error::io(folder, error))?;
            }
            Err(error) => return Err(Error::io(folder, error)),
        }
        let mut settings = Settings::of(config);
        settings.texts = texts;
        Manifest::new(settings).create(folder)
    }

    /// Whether a folder holds an index.
    pub fn is_there(folder: &Path) -> bool {
        manifest::is_there(folder)
    }

    /// Opens the last version of an index to read it; `run` says how this process runs, and its settings are the index's.
    ///
    /// # Errors
    ///
    /// [`ErrorKind::Index`] where there is none, it is damaged, of another version, or lacks a file; or when it cannot be read.
    pub fn open(folder: &Path, run: &Config) -> Result<Index> {
        // A version may be replaced between its line and its files: what is looked for then is in the next one.
        const TRIES: usize = 16;
        let mut manifest = Manifest::read(folder)?;
        for _ in 0..TRIES {
            let opened = Index::of(folder, manifest.clone(), run);
            let Err(error) = opened else { return opened };
            let now = Manifest::read(folder)?;
            if now.version == manifest.version {
                return Err(error);
            }
            manifest = now;
        }
        Index::of(folder, manifest, run)
    }

    /// Opens an index to write to it.
    ///
    /// # Errors
    ///
    /// Those of [`Index::open`], and [`ErrorKind::Index`] while somebody else writes to it.
    pub fn open_to_write(folder: &Path, run: &Config) -> Result<Index> {
        Index::locked(folder, run, Manifest::read)
    }

    /// Opens an index to [rebuild](Index::rebuild) it, which may be of an older form: it is of this one from then on.
    ///
    /// # Errors
    ///
    /// Those of [`Index::open_to_write`], but for an older form.
    pub fn open_to_rebuild(folder: &Path, run: &Config) -> Result<Index> {
        Index::locked(folder, run, Manifest::read_older)
    }

    fn locked(
        folder: &Path,
        run: &Config,
        read: impl Fn(&Path) -> Result<Manifest>,
    ) -> Result<Index> {
        // Without an index there is nothing to be locked.
        read(folder)?;
        let lock = Lock::take(folder)?;
        let mut index = Index::of(folder, read(folder)?, run)?;
        index.lock = Some(lock);
        index.remove_unfinished();
        Ok(index)
    }

    fn of(folder: &Path, manifest: Manifest, run: &Config) -> Result<Index> {
        let path = |file: &FileEntry| folder.join(&file.name);
        let articles = manifest.of(Part::Articles);
        let articles = articles.map(|file| Articles::open(&path(file), file));
        let articles: Vec<Articles> = articles.collect::<Result<_>>()?;
        let keys = manifest.of(Part::Keys);
        let keys = keys.map(|file| Keys::open(&path(file), file));
        let rows = manifest.of(Part::Decisions).last();
        let rows = rows.map(|file| Rows::open(&path(file), file)).transpose()?;
        let rows = rows.unwrap_or_default();
        let kept: u64 = articles.iter().map(|file| u64::from(file.len())).sum();
        let numbers = u64::from(manifest.articles);
        if kept != numbers || rows.rows.len() as u64 != numbers {
            return Err(index_error(
                folder,
                "it is damaged: its files do not fit each other",
            ));
        }
        Ok(Index {
            folder: folder.to_owned(),
            config: manifest.settings.config(run)?,
            keys: keys.collect::<Result<_>>()?,
            manifest,
            articles,
            rows: Arc::new(rows),
            common: Common::default(),
            lock: None,
        })
    }

    /// Refuses settings that a call asks for and that are not the index's.
    ///
    /// # Errors
    ///
    /// [`ErrorKind::Index`] names the first such setting.
    pub fn check_settings(&self, asked: &Config) -> Result<()> {
        check_fields(&self.folder, asked)?;
        match self.manifest.settings.refused(asked) {
            Some(reason) => Err(index_error(&self.folder, &reason)),
            None => Ok(()),
        }
    }

    /// The settings that it decides by.
    pub fn config(&self) -> &Config {
        &self.config
    }

    /// What was taken in, in its order.
    pub fn ingests(&self) -> &[Ingest] {
        &self.manifest.ingests
    }

    /// Its version: how often it was written to.
    pub fn version(&self) -> u64 {
        self.manifest.version
    }

    /// How many articles are there.
    pub fn len(&self) -> usize {
        self.rows.there().count()
    }

    /// Whether there is none.
    pub fn is_empty(&self) -> bool {
        self.rows.there().next().is_none()
    }

    /// All articles that are there, as a corpus, each under its `article_id`.
    pub fn corpus(&self) -> impl Corpus + '_ {
        let files: Vec<&Articles> = self.articles.iter().collect();
        KeptCorpus::of(&files, self.rows.there())
    }

    /// The articles of each copy group.
    fn groups(&self) -> &Arc<Members> {
        let groups = &self.common.groups;
        groups.get_or_init(|| Arc::new(self.rows.by(|row| row.group)))
    }

    /// The articles of each story.
    fn stories(&self) -> &Arc<Members> {
        let stories = &self.common.stories;
        stories.get_or_init(|| Arc::new(self.rows.by(|row| row.story)))
    }

    /// How many articles each story has.
    fn sizes(&self) -> &Arc<AHashMap<u32, u32>> {
        self.common.sizes.get_or_init(|| {
            let stories = self.stories();
            let size = |story| (story, stories.of(story).len() as u32);
            Arc::new(stories.keys().map(size).collect())
        })
    }

    /// Whether no version was written behind this one.
    ///
    /// # Errors
    ///
    /// When the manifest cannot be read.
    pub fn is_last(&self) -> Result<bool> {
        Ok(Manifest::read(&self.folder)?.version == self.manifest.version)
    }
}

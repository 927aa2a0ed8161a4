//! What a run keeps for later: enough to explain any decision, and to write by it, without reading the whole dump again.
//!
//! A state is a folder with two files: `state`, which is read where it is asked for and nowhere else, and the clusters
//! table. [docs/state-format.md](https://docs.rs/crate/samestory/latest/source/docs/state-format.md) draws the file.

mod articles;
pub(crate) mod file;
mod keeper;
mod open;
mod settings;
mod stored;
mod tables;

use std::path::{Path, PathBuf};
use std::sync::{Mutex, PoisonError};

use rayon::prelude::*;
use serde::{Deserialize, Serialize};
use xxhash_rust::xxh3::xxh3_64;

use crate::config::Config;
use crate::corpus::{ArticleId, FileCorpus, Plausible};
use crate::error::{Error, ErrorKind, Result};
use crate::spill::Bytes;
use crate::stages::candidates::{OverCap, Pair};
use crate::stages::clean::Furniture;
use crate::stages::copies::Member;
use crate::stages::stories::{ModelHeader, Part};
use file::{Opened, Section, Sections};
pub use keeper::{FinishedState, StateWriter};
pub(crate) use settings::settings;
use stored::BYTES;
pub(crate) use stored::Stored;
use tables::{Loaded, StoredModel};

/// Bytes of an anchor that many texts have: itself, and those that meet the others.
const OVER_CAP: usize = 20;
/// The file with everything but the table.
const FILE: &str = "state";
/// What the name of the clusters table begins with; the hash of its bytes is in the rest.
const TABLE: &str = "samestory-clusters-";

/// What a state file says of itself.
#[derive(Serialize, Deserialize)]
struct Contents {
    sections: Sections,
    inputs: Vec<InputStamp>,
    settings: Vec<(String, String)>,
    articles: u32,
    run: u64,
    /// The name of the clusters table beside it; none where there is no folder.
    #[serde(default)]
    table: Option<String>,
    /// Which times were taken for dates.
    times: Plausible,
    /// What is known of languages; nothing where stories were not asked for.
    known: Option<ModelHeader>,
}

/// An input as it was when it was read.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
struct InputStamp {
    name: String,
    bytes: u64,
    changed: Option<u64>,
}

/// The state of a run that is over.
pub struct State {
    /// The folder; none where the state is for this process alone.
    folder: Option<PathBuf>,
    file: Opened,
    contents: Contents,
    parts: Parts,
    /// The first thing that went wrong where there was no way to say so at once.
    failure: Mutex<Option<Error>>,
    loaded: Loaded,
}

/// The sections that are read entry by entry.
struct Parts {
    articles: Section,
    ids: Section,
    id_ends: Section,
    by_id: Section,
    by_story: Section,
    forms: Section,
    over_cap: Section,
    furniture: Section,
    told: Option<StoredModel>,
}

pub(crate) fn state_error(path: &Path, reason: &str) -> Error {
    ErrorKind::State {
        path: path.to_owned(),
        reason: reason.to_owned(),
    }
    .into()
}

/// The inputs of a corpus as they are.
pub(crate) fn stamps(corpus: &FileCorpus) -> impl std::fmt::Debug {
    corpus.files().iter().map(keeper::stamp).collect::<Vec<_>>()
}

/// The file of the state in a folder.
pub(crate) fn file(folder: &Path) -> PathBuf {
    folder.join(FILE)
}

/// Whether a state can be kept of a corpus.
///
/// # Errors
///
/// [`ErrorKind::State`] where an input comes through a pipe: it is not there any more when it is to be read again.
#[doc(hidden)]
pub fn check(corpus: &FileCorpus) -> Result<()> {
    match corpus.files().iter().find(|input| input.is_from_pipe()) {
        None => Ok(()),
        Some(_) => Err(state_error(
            Path::new("-"),
            "no state can be kept of standard input, which cannot be read again later",
        )),
    }
}

impl State {
    /// What is said where something in it cannot be.
    pub(crate) fn damaged(&self) -> Error {
        self.file.broken("it is damaged")
    }

    /// How many articles there are.
    pub fn len(&self) -> usize {
        self.contents.articles as usize
    }

    /// Whether there is none.
    pub fn is_empty(&self) -> bool {
        self.len() == 0
    }

    /// The clusters table of the run, which is as the run wrote it.
    ///
    /// # Errors
    ///
    /// [`ErrorKind::State`] where it is not there, or was changed.
    pub fn clusters(&self) -> Result<PathBuf> {
        let (Some(folder), Some(table)) = (&self.folder, &self.contents.table) else {
            return Err(self.file.broken("it has no clusters table"));
        };
        let path = folder.join(table);
        match keeper::is_whole(&path) {
            true => Ok(path),
            false => Err(state_error(&path, "it is missing, or was changed")),
        }
    }

    /// Opens a state, and asks for all it has: nothing of it may make anything panic.
    #[cfg(any(test, feature = "fuzzing"))]
    pub(crate) fn probe(folder: &Path) {
        let Ok(state) = State::load(folder) else {
            return;
        };
        let _ = (state.check_whole(), state.furniture(), state.clusters());
        for article in (0..state.contents.articles).take(1_000) {
            let _ = (state.article(article), state.articles_of(article));
            let id = state.id(article).unwrap_or_default();
            let _ = (state.find(&id), state.nearest(&id, 3));
            let _ = (
                state.is_form(article.into()),
                state.leads(article.into(), (0, article)),
            );
        }
    }

    /// Holds all of the state against the hashes of its parts.
    fn check_whole(&self) -> Result<()> {
        let mut sections = self.contents.sections.values();
        sections.try_for_each(|&section| self.file.check(section))
    }

    /// What was learned of the pages.
    ///
    /// # Errors
    ///
    /// When it cannot be read, or is damaged.
    pub fn furniture(&self) -> Result<Furniture> {
        let bytes = self.file.whole(self.parts.furniture)?;
        Furniture::stored(&bytes).ok_or_else(|| self.file.broken("it is damaged"))
    }

    /// Which times were taken for dates.
    pub(crate) fn times(&self) -> &Plausible {
        &self.contents.times
    }

    /// An article's place among the copies.
    ///
    /// # Errors
    ///
    /// When it cannot be read.
    pub fn member(&self, article: ArticleId) -> Result<Member> {
        Ok(self.article(article)?.member)
    }

    /// An article's place among the stories.
    ///
    /// # Errors
    ///
    /// When it cannot be read.
    pub fn story(&self, article: ArticleId) -> Result<Part> {
        Ok(self.article(article)?.part)
    }

    pub(crate) fn article(&self, article: ArticleId) -> Result<Stored> {
        let bytes = self
            .file
            .entry::<BYTES>(self.parts.articles, article.into())?;
        let stored = Stored::of_bytes(&bytes);
        stored.ok_or_else(|| self.file.broken("it is damaged"))
    }

    /// The `article_id` of an article.
    ///
    /// # Errors
    ///
    /// When it cannot be read.
    pub fn id(&self, article: ArticleId) -> Result<String> {
        let end = |at: u64| -> Result<u64> {
            let bytes = self.file.entry::<8>(self.parts.id_ends, at)?;
            Ok(u64::from_le_bytes(bytes))
        };
        let article = u64::from(article);
        let start = match article.checked_sub(1) {
            Some(before) => end(before)?,
            None => 0,
        };
        let bytes = self.file.stretch(self.parts.ids, start..end(article)?)?;
        String::from_utf8(bytes).map_err(|_| self.file.broken("it is damaged"))
    }

    /// The article of an `article_id`.
    ///
    /// # Errors
    ///
    /// When it cannot be read.
    pub fn find(&self, id: &str) -> Result<Option<ArticleId>> {
        let hash = xxh3_64(id.as_bytes());
        let section = self.parts.by_id;
        let entry = |bytes: &[u8; 12]| {
            let mut bytes = Bytes(bytes);
            (bytes.u64().unwrap_or(0), bytes.u32().unwrap_or(0))
        };
        let mut at = self
            .file
            .partition::<12>(section, |bytes| Ok(entry(bytes).0 < hash))?;
        while at < Opened::entries::<12>(section) {
            let (other, article) = entry(&self.file.entry(section, at)?);
            if other != hash {
                break;
            }
            if self.id(article)? == id {
                return Ok(Some(article));
            }
            at += 1;
        }
        Ok(None)
    }

    /// The `article_id`s most like one that there is not, nearest first.
    ///
    /// # Errors
    ///
    /// When they cannot be read.
    pub fn nearest(&self, id: &str, most: usize) -> Result<Vec<String>> {
        let ids = self.file.whole(self.parts.ids)?;
        let ends = self.file.whole(self.parts.id_ends)?;
        let (ends, _) = ends.as_chunks::<8>();
        let ends: Vec<usize> = ends
            .iter()
            .map(|&end| u64::from_le_bytes(end) as usize)
            .collect();
        let of = |at: usize| {
            let start = at.checked_sub(1).map_or(0, |before| ends[before]);
            ids.get(start..ends[at])
                .and_then(|id| std::str::from_utf8(id).ok())
        };
        let mut ranked: Vec<(std::cmp::Reverse<u64>, usize)> = (0..ends.len())
            .into_par_iter()
            .filter_map(|at| {
                let alike = strsim::jaro_winkler(id, of(at)?);
                Some((std::cmp::Reverse((alike * 1e9) as u64), at))
            })
            .filter(|(alike, _)| alike.0 > 750_000_000)
            .collect();
        ranked.sort_unstable();
        let nearest = ranked.iter().take(most).filter_map(|&(_, at)| of(at));
        Ok(nearest.map(str::to_owned).collect())
    }

    /// The articles of a story, copies together.
    ///
    /// # Errors
    ///
    /// When they cannot be read.
    pub fn articles_of(&self, lead: ArticleId) -> Result<Vec<ArticleId>> {
        let section = self.parts.by_story;
        let article = |bytes: &[u8; 4]| u32::from_le_bytes(*bytes);
        let first = self.file.partition::<4>(section, |bytes| {
            Ok(self.article(article(bytes))?.part.lead < lead)
        })?;
        let many = u64::from(self.article(lead)?.part.articles);
        let articles = first..(first + many).min(Opened::entries::<4>(section));
        articles
            .map(|at| Ok(article(&self.file.entry(section, at)?)))
            .collect()
    }

    /// Whether an anchor is part of a template.
    pub(crate) fn is_form(&self, anchor: u64) -> bool {
        let of = |bytes: &[u8; 8]| u64::from_le_bytes(*bytes);
        let found = self.listed(self.parts.forms, anchor, of);
        self.or_fail(found, None).is_some()
    }

    /// Whether two texts that have an anchor meet by it.
    pub(crate) fn leads(&self, anchor: u64, pair: Pair) -> bool {
        let over_cap = |bytes: &[u8; OVER_CAP]| {
            let mut bytes = Bytes(bytes);
            let anchor = bytes.u64().unwrap_or(0);
            let hubs = std::array::from_fn(|_| bytes.u32().unwrap_or(u32::MAX));
            OverCap { anchor, hubs }
        };
        let found = self.listed(self.parts.over_cap, anchor, |bytes| over_cap(bytes).anchor);
        let found = self.or_fail(found, None);
        found.is_none_or(|bytes| over_cap(&bytes).leads(pair))
    }

    /// The entry of an anchor in a section, if it has one.
    fn listed<const N: usize>(
        &self,
        section: Section,
        anchor: u64,
        of: impl Fn(&[u8; N]) -> u64,
    ) -> Result<Option<[u8; N]>> {
        let before = |bytes: &[u8; N]| Ok(of(bytes) < anchor);
        let at = self.file.partition::<N>(section, before)?;
        if at >= Opened::entries::<N>(section) {
            return Ok(None);
        }
        let entry = self.file.entry::<N>(section, at)?;
        Ok(Some(entry).filter(|entry| of(entry) == anchor))
    }

    /// What is known of languages, where stories were asked for.
    pub(crate) fn known(&self) -> Option<ModelHeader> {
        self.contents.known.clone()
    }

    fn or_fail<T>(&self, read: Result<T>, otherwise: T) -> T {
        read.unwrap_or_else(|error| {
            let mut failure = self.failure.lock().unwrap_or_else(PoisonError::into_inner);
            failure.get_or_insert(error);
            otherwise
        })
    }

    /// The first failure to read that nobody was told of.
    pub(crate) fn check(&self) -> Result<()> {
        let mut failure = self.failure.lock().unwrap_or_else(PoisonError::into_inner);
        failure.take().map_or(Ok(()), Err)
    }
}

/// The settings that decide what a run finds in a corpus, as flags have them, with their values.
#[doc(hidden)]
pub fn settings_of(config: &Config, corpus: &FileCorpus) -> Vec<(String, String)> {
    settings::settings(config, corpus)
}

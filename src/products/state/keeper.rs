//! The keeper: writes down what a run learned, each thing while the run holds it.

use std::fs::{self, File};
use std::io::{self, Read};
use std::path::{Path, PathBuf};
use std::sync::{Mutex, MutexGuard, PoisonError};

use xxhash_rust::xxh3::Xxh3;

use super::articles::{articles, groups, ids};
use super::file::{Ended, Opened, SectionFile, Sections};
use super::settings::settings;
use super::stored::NO_POOL;
use super::{Contents, FILE, InputStamp, State, TABLE, state_error};
use crate::config::Config;
use crate::corpus::{Corpus, FileCorpus, Input, TextId};
use crate::error::Result;
use crate::output::{self, Closed, Destination, MadeFolders, commit_all};
use crate::pipeline::{self, Clustering, Given};
use crate::progress::Stage;
use crate::recorder::Recorder;
use crate::results::tables::Tables;
use crate::stages::candidates::Postings;
use crate::stages::clean::Furniture;
use crate::stages::copies::{Groups, Texts, forms};
use crate::stages::stories::{LearnedModel, ModelHeader};

/// A count that does not fit a byte stands in the table of large ones.
pub(super) const LARGE: u8 = u8::MAX;

/// Writes a state while a run is under way.
pub struct StateWriter {
    /// The folder it is for; none where it is for this process alone.
    folder: Option<(PathBuf, MadeFolders)>,
    draft: Mutex<Draft>,
}

struct Draft {
    file: SectionFile,
    /// For each article the article its group is centred on, whether it is an excerpt, whether a round-up.
    copies: Vec<(u32, bool, bool)>,
    pools: Vec<u16>,
    known: Option<ModelHeader>,
}

impl StateWriter {
    /// Begins a state in a folder, which is made if it is not there. One that was there stays until the new one is complete.
    ///
    /// # Errors
    ///
    /// When the folder cannot be made or written to; [`ErrorKind::State`](crate::error::ErrorKind::State) where a file of
    /// somebody else's is in the place of the state.
    pub fn create(folder: &Path) -> Result<StateWriter> {
        let path = folder.join(FILE);
        if Opened::is_foreign(&path)? {
            let reason = "it is no state, so it is not replaced by one";
            return Err(state_error(&path, reason));
        }
        let mut made = MadeFolders::default();
        made.make(folder)?;
        let file = SectionFile::create(&path)?;
        Ok(StateWriter::of(file, Some((folder.to_owned(), made))))
    }

    /// Begins a state for this process alone, in a file without a name in a folder of temporary files.
    ///
    /// # Errors
    ///
    /// When the folder cannot be written to.
    pub fn in_passing(temporary: &Path) -> Result<StateWriter> {
        Ok(StateWriter::of(SectionFile::unnamed(temporary)?, None))
    }

    fn of(file: SectionFile, folder: Option<(PathBuf, MadeFolders)>) -> StateWriter {
        let draft = Mutex::new(Draft {
            file,
            copies: Vec::new(),
            pools: Vec::new(),
            known: None,
        });
        StateWriter { folder, draft }
    }

    fn draft(&self) -> MutexGuard<'_, Draft> {
        self.draft.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// Finds what [`pipeline::cluster`] finds, and keeps what is learned.
    ///
    /// # Errors
    ///
    /// Those of [`pipeline::cluster`], and when what is kept cannot be written.
    pub fn cluster<C: Corpus + ?Sized>(
        &self,
        corpus: &C,
        config: &Config,
        on_stage: &dyn Fn(Stage) -> Result<()>,
    ) -> Result<Clustering> {
        let given = Given {
            recorder: Some(self),
            ..Given::default()
        };
        pipeline::run(corpus, config, on_stage, given)
    }

    /// Writes the rest, now that all is decided, and the clusters table beside it.
    ///
    /// # Errors
    ///
    /// When a file cannot be written, or an input cannot be read.
    pub fn finish(
        self,
        corpus: &FileCorpus,
        config: &Config,
        tables: &Tables<'_>,
    ) -> Result<FinishedState> {
        let StateWriter { folder, draft } = self;
        let draft = draft.into_inner().unwrap_or_else(PoisonError::into_inner);
        let table = match &folder {
            Some((folder, _)) => Some(write_table(folder, tables)?),
            None => None,
        };
        let name = table.as_ref().map(|(_, name)| name.clone());
        let ended = draft.write(corpus, config, tables, name)?;
        Ok(FinishedState(match ended {
            Ended::Opened(file, contents) => Place::Here(Box::new((file, contents))),
            Ended::Closed(state) => Place::There {
                table,
                state,
                folder,
            },
        }))
    }
}

impl Recorder for StateWriter {
    fn furniture(&self, furniture: &Furniture) -> Result<()> {
        let file = &mut self.draft().file;
        file.section("furniture", |to| furniture.store(to))
    }

    /// Keeps what the groups were made of: which anchors are form, which lead to a few texts only, and who is the centre.
    fn copies(&self, texts: &Texts, postings: &Postings, groups: &Groups) -> Result<()> {
        let mut draft = self.draft();
        let forms = forms(texts, postings)?;
        draft.file.section("forms", |to| {
            let mut forms = forms.iter();
            forms.try_for_each(|anchor| to.write_all(&anchor.to_le_bytes()))
        })?;
        draft.file.section("crowded", |to| {
            postings.over_cap().iter().try_for_each(|over_cap| {
                to.write_all(&over_cap.anchor.to_le_bytes())?;
                let mut hubs = over_cap.hubs.iter();
                hubs.try_for_each(|hub| to.write_all(&hub.to_le_bytes()))
            })
        })?;
        let of_text = |&text: &TextId| {
            let at = text as usize;
            let centre = texts.articles[groups.centre[at] as usize];
            (centre, groups.excerpt[at], groups.round_up[at])
        };
        draft.copies = texts.of_article.iter().map(of_text).collect();
        Ok(())
    }

    /// Keeps what tells stories.
    fn stories(&self, taught: &LearnedModel<'_>) -> Result<()> {
        let mut draft = self.draft();
        let mut large: Vec<(u32, u32)> = Vec::new();
        draft.file.section("counts", |to| {
            for (at, count) in (0u32..).zip(taught.slots()) {
                let small = u8::try_from(count).unwrap_or(LARGE);
                if small == LARGE {
                    large.push((at, count));
                }
                to.write_all(&[small])?;
            }
            Ok(())
        })?;
        draft.file.section("large", |to| {
            large.iter().try_for_each(|(at, count)| {
                to.write_all(&at.to_le_bytes())?;
                to.write_all(&count.to_le_bytes())
            })
        })?;
        let mut pools = vec![NO_POOL; draft.copies.len()];
        for (article, pool) in taught.pools() {
            pools[article as usize] = pool;
        }
        draft.pools = pools;
        draft.known = Some(taught.known());
        Ok(())
    }
}

impl Draft {
    /// Writes all that is not written yet.
    fn write(
        self,
        corpus: &FileCorpus,
        config: &Config,
        tables: &Tables<'_>,
        table: Option<String>,
    ) -> Result<Ended<Contents>> {
        let Draft {
            mut file,
            copies,
            pools,
            known,
        } = self;
        let stamps: Vec<InputStamp> = corpus.files().iter().map(stamp).collect();
        let pool = |at: usize| pools.get(at).copied().filter(|&pool| pool != NO_POOL);
        articles(&mut file, corpus, tables, (&copies, &pool))?;
        ids(&mut file, tables)?;
        groups(&mut file, tables)?;
        file.end(|sections: Sections| Contents {
            sections,
            inputs: stamps,
            settings: settings(config, corpus),
            articles: tables.ids().len() as u32,
            run: run(tables),
            table,
            times: tables.found().register.plausible().clone(),
            known,
        })
    }
}

/// Writes the clusters table of a state, and gives it the name that says what is in it.
fn write_table(folder: &Path, tables: &Tables<'_>) -> Result<(Closed, String)> {
    let mut clusters = output::clusters(&Destination::named(folder.join(named(0))))?;
    tables.write_clusters(&mut clusters)?;
    let closed = clusters.close()?;
    let name = named(closed.hash());
    let path = folder.join(&name);
    Ok((closed.named(path), name))
}

/// The name of a clusters table, by the hash of its bytes.
fn named(hash: u64) -> String {
    format!("{TABLE}{hash:016x}.csv.zst")
}

/// Whether a clusters table is what its name says: one that a run wrote, and nobody changed.
pub(super) fn is_whole(table: &Path) -> bool {
    let name = table.file_name().and_then(|name| name.to_str());
    let hashed = || -> io::Result<u64> {
        let (mut file, mut hash) = (File::open(table)?, Xxh3::new());
        let mut bytes = vec![0; 1 << 16];
        loop {
            match file.read(&mut bytes) {
                Ok(0) => return Ok(hash.digest()),
                Ok(read) => hash.update(&bytes[..read]),
                Err(error) if error.kind() == io::ErrorKind::Interrupted => {}
                Err(error) => return Err(error),
            }
        }
    };
    name.is_some_and(|name| hashed().is_ok_and(|hash| name == named(hash)))
}

/// A state that is complete, but not in its place yet; dropped so, it is gone.
#[must_use = "the state appears only when it is committed"]
pub struct FinishedState(Place);

#[expect(clippy::large_enum_variant, reason = "there is one of it in a run")]
enum Place {
    /// In a file without a name.
    Here(Box<(Opened, Contents)>),
    There {
        state: Closed,
        table: Option<(Closed, String)>,
        folder: Option<(PathBuf, MadeFolders)>,
    },
}

impl FinishedState {
    /// Puts the state in its place.
    ///
    /// # Errors
    ///
    /// As [`FinishedState::commit_with`].
    pub fn commit(self) -> Result<()> {
        self.commit_with(Vec::new())
    }

    /// Puts the state and some other files in their places, or none of them, and removes the clusters table of the state
    /// that was there before. No other file in the folder is touched.
    ///
    /// # Errors
    ///
    /// When a file cannot be named; all is as it was then, unless the error says otherwise.
    pub fn commit_with(self, others: Vec<Closed>) -> Result<()> {
        let Place::There {
            state,
            table,
            folder,
        } = self.0
        else {
            return commit_all(others);
        };
        let (table, name) = table.unzip();
        // The state comes last of its two files: it names the table.
        let files = others.into_iter().chain(table).chain([state]);
        commit_all(files.collect())?;
        if let (Some((folder, mut made)), Some(name)) = (folder, name) {
            made.keep();
            remove_tables(&folder, &name);
        }
        Ok(())
    }

    /// Opens a state that is for this process alone.
    ///
    /// # Errors
    ///
    /// When it cannot be read, or is one for a folder.
    pub fn open(self) -> Result<State> {
        match self.0 {
            Place::Here(state) => State::of(state.0, state.1, None),
            Place::There { state, .. } => {
                Err(state_error(state.name(), "it is not in its place yet"))
            }
        }
    }
}

/// Removes the clusters tables of other states in a folder. One that cannot be removed is in nobody's way.
fn remove_tables(folder: &Path, but: &str) {
    for entry in fs::read_dir(folder).into_iter().flatten().flatten() {
        let name = entry.file_name();
        let is_table = name.to_str().is_some_and(|name| name.starts_with(TABLE));
        if is_table && name != *but && is_whole(&entry.path()) {
            let _ = fs::remove_file(entry.path());
        }
    }
}

/// A hash of what was found, by which a clusters table and a state know that they are of one run.
fn run(tables: &Tables<'_>) -> u64 {
    let found = tables.found();
    let member = |hash: u64, article: usize| {
        let (member, part) = (found.groups.of(article), found.stories.of(article));
        // What an article is counts too; no form is another number than any form is.
        let form = member.form.map_or(0, |form| 1 + u64::from(form));
        let hash = crate::kernel::mix(hash ^ form << 8 ^ member.kind as u64);
        crate::kernel::mix(hash ^ u64::from(member.representative) << 32 ^ u64::from(part.lead))
    };
    (0..found.register.len()).fold(1, member)
}

/// An input as it was when it was read.
pub(super) fn stamp(input: &Input) -> InputStamp {
    InputStamp {
        name: input.name.clone(),
        bytes: input.stamp.bytes,
        changed: input.stamp.changed(),
    }
}

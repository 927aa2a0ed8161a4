//! A run in stages that share nothing: each maps parts of its input to runs of bytes for shares, and makes of all runs of a share
//! what the next stage reads. Any number of machines may do so; what is found is what one run finds.
//!
//! Three things make that possible. All that decides about a pair, a posting or a group hangs on its members and on counts of the
//! whole dump. Those counts are merged exactly in any order. And texts are numbered by their content, so a part of them has the
//! order that all of them have.
//!
//! | stage | share | what is made of a share |
//! |---|---|---|
//! | `learn` | one | furniture, dates, words of sites: the *tables* of the dump |
//! | `prints` | – | the cleaned and fingerprinted articles of each file |
//! | `twins`, `twin-table` | page, one | byte-identical pages that are cleaned in different ways |
//! | `texts` | text | identical articles, collapsed |
//! | `hot`, `heads` | one | keys that more texts have than one share should hold, and the first texts that have them |
//! | `meet` | key | pairs that share a bucket, an anchor or an address |
//! | `pairs` | pair | candidate pairs |
//! | `asked`, `forms`, `form-table` | text, anchor, one | the anchors that are templates |
//! | `components` | one | which texts hang together by candidate pairs |
//! | `copies` | component | similar pairs, and the place of every article among the copies |
//! | `titles` … `link` | … | stories, where they are asked for: `stories/` has their stages |
//! | `work` | one | a work folder, from which the usual run goes on |
//!
//! The last stage hands over to [`Work`](crate::work::Work): the run that goes on from it writes the tables, as any run does.

mod collect;
mod components;
mod compress;
mod copies;
mod finish;
mod forms;
mod graph;
mod hot;
mod keys;
mod learn;
mod local;
mod meet;
mod member;
mod packing;
mod part;
mod prints;
mod stories;
mod tables;
mod texts;
mod twins;
mod wire;

use std::path::{Path, PathBuf};
use std::sync::OnceLock;

use crate::config::Config;
use crate::corpus::FileCorpus;
use crate::error::Result;
use crate::products::state::state_error;
use crate::spill::MemoryBudget;
use crate::stages::candidates::{Cut, KnownForms};
#[doc(hidden)]
pub use collect::Sender;
pub use graph::{Gather, STAGES, StageInfo};
use hot::{Heads, Heat, HotKeys};
pub use local::Local;
use stories::StoryTables;
use tables::{Labels, Tables, Twins};
use wire::Kind;

/// Bytes for one share, or of one part of an input. They say themselves what they are.
#[derive(Clone, Debug, PartialEq, Eq)]
#[doc(hidden)]
pub struct PackedRun {
    /// What the bytes are: [`StageInfo::inputs`] names these numbers.
    pub kind: u32,
    /// The share that they are for.
    pub share: u32,
    /// The bytes, as a rule compressed.
    pub payload: Vec<u8>,
}

/// Opens files as one corpus.
#[doc(hidden)]
pub type Opener = dyn Fn(&[PathBuf]) -> Result<FileCorpus> + Send + Sync;

/// A stage of a run: what a part of the input hands on to every share, and what a share makes of it.
pub trait MapReduce {
    /// Hands on what one run of the input holds.
    ///
    /// # Errors
    ///
    /// When the run is damaged, or a file cannot be read.
    fn map(&self, run: &PackedRun, to: &mut Sender) -> Result<()>;

    /// Makes of all runs of a share what the next stage reads. The runs may come in any order.
    ///
    /// # Errors
    ///
    /// When a run is damaged, or a table cannot be written.
    fn reduce(&self, runs: &mut dyn Iterator<Item = PackedRun>, to: &mut Sender) -> Result<()> {
        runs.for_each(|run| to.forward(run.kind, run.share, &run.payload));
        Ok(())
    }
}

/// What the tasks of one job have in common: settings, files, and the folder of what was learned.
pub struct Job {
    config: Config,
    cut: Cut,
    budget: MemoryBudget,
    files: Vec<PathBuf>,
    folder: PathBuf,
    shares: u32,
    opener: Box<Opener>,
    tables: OnceLock<Tables>,
    twins: OnceLock<Twins>,
    forms: OnceLock<KnownForms>,
    heat: Heat,
    hot: OnceLock<HotKeys>,
    heads: OnceLock<Heads>,
    labels: OnceLock<Labels>,
    stories: StoryTables,
    /// A slice of time has so many representatives, where there are shares enough.
    slice: u64,
}

impl Job {
    /// A job over these files, in this order, in so many shares. What was learned lies in a folder that all tasks see under this
    /// path.
    ///
    /// # Errors
    ///
    /// When a setting is out of range.
    pub fn new(
        config: Config,
        files: Vec<PathBuf>,
        folder: &Path,
        shares: u32,
        opener: Box<Opener>,
    ) -> Result<Job> {
        config.check()?;
        Ok(Job {
            cut: Cut::new(config.banding(), config.num_hashes, config.seed),
            budget: config.budget(),
            config,
            files,
            folder: folder.to_owned(),
            shares: shares.max(1),
            opener,
            tables: OnceLock::new(),
            twins: OnceLock::new(),
            forms: OnceLock::new(),
            heat: Heat::default(),
            hot: OnceLock::new(),
            heads: OnceLock::new(),
            labels: OnceLock::new(),
            stories: StoryTables::default(),
            slice: stories::SLICE,
        })
    }

    /// The stages that this job has, in their order: those of stories where it finds them.
    pub fn stages(&self) -> impl Iterator<Item = &'static StageInfo> {
        let tells = self.tells_stories();
        STAGES
            .iter()
            .filter(move |stage| tells || !stage.of_stories)
    }

    /// The same, where a key is hot that many of the sampled texts have, of which one in `every` is. What is found is the same.
    #[doc(hidden)]
    pub fn with_hot_keys(mut self, every: u64) -> Job {
        self.heat.every = every.max(1);
        self
    }

    /// The same, where slices of time have so many representatives. What is found is the same.
    #[doc(hidden)]
    pub fn with_slices_of(mut self, representatives: u64) -> Job {
        self.slice = representatives.max(1);
        self
    }

    /// A run for each file, which the first stages read.
    pub fn file_runs(&self) -> Vec<PackedRun> {
        let run = |number: usize| PackedRun {
            kind: Kind::File as u32,
            share: 0,
            payload: compress::compress(&(number as u32).to_le_bytes()),
        };
        (0..self.files.len()).map(run).collect()
    }

    /// A stage of this job; `None` where none is called so.
    pub fn stage(&self, name: &str) -> Option<Box<dyn MapReduce + '_>> {
        let stage: Box<dyn MapReduce + '_> = match name {
            "learn" => Box::new(learn::Learn(self)),
            "prints" => Box::new(prints::Prints(self)),
            "twins" => Box::new(twins::FindTwins(self)),
            "twin-table" => Box::new(twins::TwinTable(self)),
            "texts" => Box::new(texts::Texts(self)),
            "hot" => Box::new(hot::FindHot(self)),
            "heads" => Box::new(hot::FindHeads(self)),
            "meet" => Box::new(meet::Meet(self)),
            "pairs" => Box::new(meet::Pairs(self)),
            "asked" => Box::new(forms::Asked(self)),
            "forms" => Box::new(forms::Forms(self)),
            "form-table" => Box::new(forms::FormTable(self)),
            "components" => Box::new(components::Components(self)),
            "copies" => Box::new(copies::Copies(self)),
            "work" => Box::new(finish::Finish(self)),
            _ => self.story_stage(name)?,
        };
        Some(Box::new(compress::Decompressed { job: self, stage }))
    }

    /// What gathers the runs of a task for shares.
    pub fn sender(&self) -> Sender {
        Sender::new(self.shares)
    }

    /// What is said where a run is not whole.
    fn damaged(&self, what: &str) -> crate::error::Error {
        state_error(&self.folder, &format!("a run of {what} is damaged"))
    }
}

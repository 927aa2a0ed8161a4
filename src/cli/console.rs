//! The console: one call's corpus, its progress bar and its messages.

use std::io::Write;
use std::path::Path;
use std::time::{Duration, Instant};

use samestory::config::Config;
use samestory::corpus::{FileCorpus, Filter};
use samestory::error::Result;
use samestory::interrupt::Interrupt;
use samestory::names::harmless;
use samestory::output::{Apart, Closed, commit_all, heed_interrupt};
use samestory::pipeline::Stage;

use super::args::{Level, Reading, Telling};
use super::ending;
use super::progress::{self, Planned, Progress};

/// What a call has at hand.
pub(crate) struct Console {
    pub(crate) corpus: FileCorpus,
    pub(crate) started: Instant,
    pub(crate) interrupt: Interrupt,
    telling: Telling,
    progress: Progress,
}

/// The files and folders that a call names.
#[derive(Default)]
pub(crate) struct Named<'n> {
    /// What it reads besides its inputs.
    pub(crate) read: Vec<&'n Path>,
    pub(crate) written: Vec<&'n Path>,
    pub(crate) folder: Option<&'n Path>,
}

/// Says something on standard error. That nobody can read it is no reason to fail.
pub(crate) fn to_stderr(text: &str) {
    let _ = writeln!(std::io::stderr().lock(), "{}", harmless(text));
}

impl Console {
    /// Opens the inputs and listens for Ctrl-C.
    pub(crate) fn open(
        reading: &Reading,
        filter: Filter,
        telling: &Telling,
    ) -> anyhow::Result<Console> {
        let interrupt = Interrupt::default();
        ending::listen(interrupt.clone())?;
        heed_interrupt(&interrupt);
        telling.start_threads()?;
        let progress = Progress::of(telling);
        let builder = FileCorpus::builder();
        #[cfg(feature = "html")]
        let builder = builder.html(reading.html());
        let builder = match &reading.table {
            Some(table) => builder.table(table),
            None => builder,
        };
        let builder = match &reading.columns {
            Some(columns) => builder.columns(columns.clone()),
            None => builder,
        };
        let builder = match &reading.encoding {
            Some(encoding) => builder.encoding(encoding)?,
            None => builder,
        };
        let corpus = builder
            .lines(reading.lines)
            .filter(filter)
            .fields(reading.fields())
            .strict(reading.strict)
            .max_record(reading.max_record()?)
            .max_ratio(reading.max_ratio)
            .temp_dir(telling.temp_dir())
            .interrupt(interrupt.clone())
            .on_progress(progress.on_bytes())
            .open(&reading.inputs)?;
        ending::opened();
        progress.set_total(corpus.total_bytes());
        let console = Console {
            corpus,
            started: Instant::now(),
            interrupt,
            telling: telling.clone(),
            progress,
        };
        if let Some(file) = &telling.config {
            console.say(&format!("settings    {}", file.display()));
        }
        Ok(console)
    }

    /// Refuses outputs that would replace an input, or each other, or be read as input the next time.
    pub(crate) fn keep_apart(&self, named: &Named<'_>) -> Result<()> {
        let mut apart = Apart::new();
        for input in self.corpus.files() {
            apart.reads(input.path());
        }
        let folders = self
            .corpus
            .files()
            .iter()
            .filter_map(|input| input.folder());
        let folders: std::collections::BTreeSet<&Path> = folders.collect();
        folders
            .into_iter()
            .for_each(|folder| apart.reads_folder(folder));
        let settings = self.telling.config.as_deref();
        let read = named.read.iter().copied().chain(settings);
        read.for_each(|file| apart.reads(file));
        named
            .written
            .iter()
            .try_for_each(|file| apart.writes(file))?;
        named
            .folder
            .map_or(Ok(()), |folder| apart.writes_folder(folder))
    }

    /// Gives outputs their names, all or none.
    pub(crate) fn commit(&self, files: Vec<Closed>) -> Result<()> {
        self.naming(|| commit_all(files))
    }

    /// Does what gives outputs their names, during which no signal ends the run.
    pub(crate) fn naming<T>(&self, name: impl FnOnce() -> Result<T>) -> Result<T> {
        ending::naming(&self.interrupt, name)
    }

    /// Fails if much of what was given may hold articles and was not read.
    pub(crate) fn verdict(&self, reading: &Reading) -> Result<()> {
        match reading.lenient {
            true => Ok(()),
            false => self.corpus.check_unread(),
        }
    }

    /// Notes that a stage begins; ends the run if it was interrupted.
    pub(crate) fn stage(&self, stage: Stage) -> Result<()> {
        self.begin(stage.name())
    }

    /// Notes that something begins; ends the run if it was interrupted.
    pub(crate) fn begin(&self, what: &'static str) -> Result<()> {
        self.interrupt.check()?;
        self.progress.begin(what);
        Ok(())
    }

    /// Says which stages there will be: those of a run, and others behind them.
    pub(crate) fn plan(&self, config: &Config, is_found: bool, others: &[Planned]) {
        const COPIES: [(Stage, u32); 5] = [
            (Stage::Learn, 140),
            (Stage::Fingerprint, 110),
            (Stage::Candidates, 40),
            (Stage::Verify, 60),
            (Stage::Group, 20),
        ];
        const STORIES: [(Stage, u32); 4] = [
            (Stage::Terms, 270),
            (Stage::Weigh, 200),
            (Stage::Relate, 60),
            (Stage::Link, 60),
        ];
        let stories = STORIES.iter().filter(|_| !config.copies_only);
        let stages = COPIES.iter().chain(stories).filter(|_| is_found);
        let stages = stages.map(|(stage, share)| (stage.name(), *share));
        self.progress
            .plan(stages.chain(others.iter().copied()).collect());
    }

    /// How long each stage took that has ended, and the memory that was taken at its end.
    pub(crate) fn times(&self) -> Vec<(&'static str, Duration, Option<u64>)> {
        let stages = self.progress.stages();
        let ends = stages.iter().skip(1).map(|stage| (stage.at, stage.memory));
        let ends = ends.chain([(Instant::now(), progress::memory())]);
        stages
            .iter()
            .zip(ends)
            .map(|(stage, (end, memory))| (stage.name, end - stage.at, memory))
            .collect()
    }

    /// Says something, unless asked to be quiet.
    pub(crate) fn say(&self, text: &str) {
        if self.telling.level() >= Level::Info {
            self.progress.say(text);
        }
    }

    /// Says what should not be missed.
    pub(crate) fn warn(&self, text: &str) {
        if self.telling.level() >= Level::Warn {
            self.progress.say(text);
        }
    }

    /// Whether to tell more than usual.
    pub(crate) fn is_verbose(&self) -> bool {
        self.telling.level() == Level::Debug
    }

    /// Takes the progress bar away.
    pub(crate) fn finish(&self) {
        self.progress.finish();
    }
}

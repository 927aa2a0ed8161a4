//! The console: one call's corpus, its progress bar and its messages.

use std::io::{IsTerminal, Write};
use std::path::Path;
use std::time::{Duration, Instant};

use indicatif::{ProgressBar, ProgressDrawTarget, ProgressStyle};
use samestory::article::FileCorpus;
use samestory::error::Result;
use samestory::interrupt::Interrupt;
use samestory::names::harmless;
use samestory::output::{Apart, Closed, commit_all};
use samestory::pipeline::Stage;

use super::args::{Reading, Telling};
use super::ending;

/// What a call has at hand.
pub(crate) struct Console {
    pub(crate) corpus: FileCorpus,
    pub(crate) started: Instant,
    pub(crate) interrupt: Interrupt,
    telling: Telling,
    bar: ProgressBar,
    stages: std::sync::Mutex<Vec<(&'static str, Instant)>>,
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
    pub(crate) fn open(reading: &Reading, telling: &Telling) -> anyhow::Result<Console> {
        let interrupt = Interrupt::default();
        ending::listen(interrupt.clone())?;
        telling.start_threads()?;
        let bar = bar(telling);
        let moving = bar.clone();
        let builder = FileCorpus::builder();
        #[cfg(feature = "html")]
        let builder = builder.html(reading.html());
        let corpus = builder
            .fields(reading.fields())
            .strict(reading.strict)
            .max_record(reading.max_record()?)
            .max_ratio(reading.max_ratio)
            .temp_dir(telling.temp_dir())
            .interrupt(interrupt.clone())
            .on_progress(Box::new(move |bytes| moving.set_position(bytes)))
            .open(&reading.inputs)?;
        ending::opened();
        bar.set_length(corpus.total_bytes());
        let console = Console {
            corpus,
            started: Instant::now(),
            interrupt,
            telling: telling.clone(),
            bar,
            stages: std::sync::Mutex::default(),
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

    /// Notes that a stage begins; ends the run if it was interrupted.
    pub(crate) fn stage(&self, stage: Stage) -> Result<()> {
        self.begin(match stage {
            Stage::Learn => "learning furniture",
            Stage::Fingerprint => "fingerprinting",
            Stage::Candidates => "finding candidates",
            Stage::Verify => "verifying",
            Stage::Group => "grouping",
            Stage::Terms => "learning terms",
            Stage::Weigh => "weighing terms",
            Stage::Relate => "relating",
            Stage::Link => "linking stories",
        })
    }

    /// Notes that something begins; ends the run if it was interrupted.
    pub(crate) fn begin(&self, what: &'static str) -> Result<()> {
        self.interrupt.check()?;
        self.bar.set_position(0);
        self.bar.set_message(what);
        let mut stages = self
            .stages
            .lock()
            .unwrap_or_else(std::sync::PoisonError::into_inner);
        stages.push((what, Instant::now()));
        Ok(())
    }

    /// How long each stage took that has ended.
    pub(crate) fn times(&self) -> Vec<(&'static str, Duration)> {
        let stages = self
            .stages
            .lock()
            .unwrap_or_else(std::sync::PoisonError::into_inner);
        let ends = stages
            .iter()
            .skip(1)
            .map(|stage| stage.1)
            .chain([Instant::now()]);
        stages
            .iter()
            .zip(ends)
            .map(|(&(what, start), end)| (what, end - start))
            .collect()
    }

    /// Says something, unless asked to be quiet.
    pub(crate) fn say(&self, text: &str) {
        if !self.telling.quiet {
            self.bar.suspend(|| to_stderr(text));
        }
    }

    /// Whether to tell more than usual.
    pub(crate) fn is_verbose(&self) -> bool {
        self.telling.verbose
    }

    /// Takes the progress bar away.
    pub(crate) fn finish(&self) {
        self.bar.finish_and_clear();
    }
}

impl Drop for Console {
    fn drop(&mut self) {
        self.finish();
    }
}

fn bar(telling: &Telling) -> ProgressBar {
    if telling.quiet || !std::io::stderr().is_terminal() {
        return ProgressBar::hidden();
    }
    let color = if std::env::var_os("NO_COLOR").is_some_and(|value| !value.is_empty()) {
        ""
    } else {
        ".cyan"
    };
    let template =
        format!("{{msg:20}} {{bar:30{color}}} {{bytes}}/{{total_bytes}} {{bytes_per_sec}}");
    let bar = ProgressBar::with_draw_target(None, ProgressDrawTarget::stderr_with_hz(8));
    bar.set_style(
        ProgressStyle::with_template(&template).unwrap_or_else(|_| ProgressStyle::default_bar()),
    );
    bar
}

//! The console: one call's corpus, its progress bar, its messages, and its Ctrl-C.

use std::path::Path;
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};
use std::time::{Duration, Instant};

use samestory::article::{FileCorpus, Filter};
use samestory::config::Config;
use samestory::error::{ErrorKind, Result};
use samestory::pipeline::Stage;

use super::args::{Level, Reading, Telling};
use super::progress::{self, Planned, Progress};

/// What a call has at hand.
pub(crate) struct Console {
    pub(crate) corpus: FileCorpus,
    pub(crate) pool: rayon::ThreadPool,
    pub(crate) started: Instant,
    telling: Telling,
    progress: Progress,
    interrupted: Arc<AtomicBool>,
}

impl Console {
    /// Opens the inputs and listens for Ctrl-C.
    pub(crate) fn open(
        reading: &Reading,
        filter: Filter,
        telling: &Telling,
    ) -> anyhow::Result<Console> {
        let interrupted = Arc::new(AtomicBool::new(false));
        let opening = Arc::new(AtomicBool::new(true));
        let (flag, waiting) = (Arc::clone(&interrupted), Arc::clone(&opening));
        // The first signal lets the run unwind, so that it leaves nothing half done; the second ends it at once. While
        // inputs are opened nothing is begun yet, and a pipe that says nothing would never let it unwind.
        ctrlc::set_handler(move || {
            let again = flag.swap(true, Ordering::Relaxed);
            if waiting.load(Ordering::Relaxed) {
                eprintln!("samestory: {}", ErrorKind::Interrupted);
            }
            if again || waiting.load(Ordering::Relaxed) {
                std::process::exit(i32::from(super::INTERRUPTED));
            }
        })?;
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
            .temp_dir(telling.temp_dir())
            .interrupt(Arc::clone(&interrupted))
            .on_progress(progress.on_bytes())
            .open(&reading.inputs)?;
        opening.store(false, Ordering::Relaxed);
        progress.set_total(corpus.total_bytes());
        Ok(Console {
            corpus,
            pool: telling.pool()?,
            started: Instant::now(),
            telling: telling.clone(),
            progress,
            interrupted,
        })
    }

    /// Refuses outputs that would replace an input, or each other.
    pub(crate) fn keep_apart(&self, outputs: &[Option<&str>]) -> Result<()> {
        let clash = |output: &str, reason: &str| ErrorKind::Clash {
            output: output.into(),
            reason: reason.to_owned(),
        };
        // Devices take everything, and what is not there yet replaces nothing.
        let file = |name: &Path| {
            let path = std::fs::canonicalize(name).ok()?;
            path.is_file().then_some(path)
        };
        let files = self.corpus.files().iter();
        let inputs: Vec<_> = files.filter_map(|input| file(input.file())).collect();
        let mut taken = Vec::new();
        for name in outputs.iter().copied().flatten() {
            let place = file(Path::new(name)).unwrap_or_else(|| name.into());
            if inputs.contains(&place) {
                return Err(clash(name, "it is one of the inputs").into());
            }
            if !name.starts_with("/dev/") && taken.contains(&place) {
                return Err(clash(name, "it is named for two outputs").into());
            }
            taken.push(place);
        }
        Ok(())
    }

    /// Fails if much of what was given may hold articles and was not read.
    pub(crate) fn verdict(&self, reading: &Reading) -> Result<()> {
        let unread = self.corpus.unread();
        let Some(first) = unread
            .first()
            .filter(|_| !reading.lenient && self.corpus.lacks_much())
        else {
            return Ok(());
        };
        let bytes = unread.iter().map(|file| file.bytes).sum();
        Err(ErrorKind::Unread {
            files: unread.len(),
            bytes,
            all: self.corpus.total_bytes() + bytes,
            input: first.input.clone(),
            reason: first.reason.clone(),
        }
        .into())
    }

    /// Notes that a stage begins; ends the run if it was interrupted.
    pub(crate) fn stage(&self, stage: Stage) -> Result<()> {
        self.begin(name_of(stage))
    }

    /// Notes that something begins; ends the run if it was interrupted.
    pub(crate) fn begin(&self, what: &'static str) -> Result<()> {
        if self.interrupted.load(Ordering::Relaxed) {
            return Err(ErrorKind::Interrupted.into());
        }
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
        let stages = stages.map(|(stage, share)| (name_of(*stage), *share));
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

    /// The file that settings were taken from.
    pub(crate) fn settings(&self) -> Option<&Path> {
        self.telling.config.as_deref()
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

/// What a stage is called.
fn name_of(stage: Stage) -> &'static str {
    match stage {
        Stage::Learn => "learning furniture",
        Stage::Fingerprint => "fingerprinting",
        Stage::Candidates => "finding candidates",
        Stage::Verify => "verifying",
        Stage::Group => "grouping",
        Stage::Terms => "learning terms",
        Stage::Weigh => "weighing terms",
        Stage::Relate => "relating",
        Stage::Link => "linking stories",
    }
}

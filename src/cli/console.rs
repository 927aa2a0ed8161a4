//! The console: one call's corpus, its progress bar, its messages, and its Ctrl-C.

use std::io::IsTerminal;
use std::path::Path;
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};
use std::time::{Duration, Instant};

use indicatif::{ProgressBar, ProgressDrawTarget, ProgressStyle};
use samestory::article::FileCorpus;
use samestory::error::{ErrorKind, Result};
use samestory::pipeline::Stage;

use super::args::{Reading, Telling};

/// What a call has at hand.
pub(crate) struct Console {
    pub(crate) corpus: FileCorpus,
    pub(crate) pool: rayon::ThreadPool,
    pub(crate) started: Instant,
    telling: Telling,
    bar: ProgressBar,
    interrupted: Arc<AtomicBool>,
    stages: std::sync::Mutex<Vec<(&'static str, Instant)>>,
}

impl Console {
    /// Opens the inputs and listens for Ctrl-C.
    pub(crate) fn open(reading: &Reading, telling: &Telling) -> anyhow::Result<Console> {
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
        let bar = bar(telling);
        let moving = bar.clone();
        let builder = FileCorpus::builder();
        #[cfg(feature = "html")]
        let builder = builder.html(reading.html());
        let corpus = builder
            .fields(reading.fields())
            .strict(reading.strict)
            .temp_dir(telling.temp_dir())
            .interrupt(Arc::clone(&interrupted))
            .on_progress(Box::new(move |bytes| moving.set_position(bytes)))
            .open(&reading.inputs)?;
        opening.store(false, Ordering::Relaxed);
        bar.set_length(corpus.total_bytes());
        Ok(Console {
            corpus,
            pool: telling.pool()?,
            started: Instant::now(),
            telling: telling.clone(),
            bar,
            interrupted,
            stages: std::sync::Mutex::default(),
        })
    }

    /// Refuses outputs that would replace an input, or each other.
    pub(crate) fn keep_apart(&self, outputs: &[Option<&str>]) -> Result<()> {
        let clash = |output: &str, reason: &str| ErrorKind::Clash {
            output: output.into(),
            reason: reason.to_owned(),
        };
        // Devices take everything, and what is not there yet replaces nothing.
        let file = |name: &str| {
            let path = std::fs::canonicalize(name).ok()?;
            path.is_file().then_some(path)
        };
        let files = self.corpus.files().iter();
        let inputs: Vec<_> = files.filter_map(|input| file(&input.name)).collect();
        let mut taken = Vec::new();
        for name in outputs.iter().copied().flatten() {
            let place = file(name).unwrap_or_else(|| name.into());
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
        if self.interrupted.load(Ordering::Relaxed) {
            return Err(ErrorKind::Interrupted.into());
        }
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
            self.bar.suspend(|| eprintln!("{text}"));
        }
    }

    /// The file that settings were taken from.
    pub(crate) fn settings(&self) -> Option<&Path> {
        self.telling.config.as_deref()
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

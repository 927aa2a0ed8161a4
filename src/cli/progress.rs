//! How far a run is: its stages, the share of the whole that is done, and the time that is left.
//!
//! A stage takes about the share of the time that it took of other runs. What is left is reckoned from how long the shares took
//! that are done.

use std::io::IsTerminal;
use std::sync::atomic::{AtomicU64, Ordering};
use std::sync::mpsc::{RecvTimeoutError, Sender, channel};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::thread::JoinHandle;
use std::time::{Duration, Instant};

use indicatif::{ProgressBar, ProgressDrawTarget, ProgressStyle};

use super::args::{Level, ProgressFlag, Telling};
use super::console::to_stderr;

/// A stage, with the share of a whole run that it takes, in thousandths.
pub(crate) type Planned = (&'static str, u32);

/// How often is told of it where there is no bar.
const LINES: Duration = Duration::from_secs(30);
const JSON: Duration = Duration::from_secs(1);

/// How it is told.
#[derive(Clone, Copy, PartialEq, Eq)]
enum How {
    Bar,
    Lines,
    Json,
    None,
}

/// A stage that began.
#[derive(Clone, Copy)]
pub(crate) struct Begun {
    pub(crate) name: &'static str,
    pub(crate) at: Instant,
    /// The memory that was taken when it began, where that is known.
    pub(crate) memory: Option<u64>,
}

/// What is known of a run.
struct State {
    started: Instant,
    plan: Mutex<Vec<Planned>>,
    stages: Mutex<Vec<Begun>>,
    /// The bytes that this stage has read, and those that a sweep reads.
    bytes: AtomicU64,
    total: AtomicU64,
}

/// Tells how far a run is.
pub(crate) struct Progress {
    how: How,
    bar: ProgressBar,
    state: Arc<State>,
    ticker: Option<(Sender<()>, JoinHandle<()>)>,
}

impl Progress {
    pub(crate) fn of(telling: &Telling) -> Progress {
        let is_terminal = std::io::stderr().is_terminal();
        let how = match telling.progress {
            _ if telling.level() < Level::Info && telling.progress != ProgressFlag::Json => {
                How::None
            }
            ProgressFlag::Auto if is_terminal => How::Bar,
            ProgressFlag::Bar => How::Bar,
            ProgressFlag::Auto | ProgressFlag::Lines => How::Lines,
            ProgressFlag::Json => How::Json,
            ProgressFlag::None => How::None,
        };
        let state = Arc::new(State {
            started: Instant::now(),
            plan: Mutex::default(),
            stages: Mutex::default(),
            bytes: AtomicU64::new(0),
            total: AtomicU64::new(0),
        });
        Progress {
            how,
            bar: if how == How::Bar {
                bar()
            } else {
                ProgressBar::hidden()
            },
            ticker: ticker(how, &state),
            state,
        }
    }

    /// What to call in each sweep with the bytes read so far.
    pub(crate) fn on_bytes(&self) -> Box<dyn Fn(u64) + Send + Sync> {
        let (bar, state) = (self.bar.clone(), Arc::clone(&self.state));
        Box::new(move |bytes| {
            state.bytes.store(bytes, Ordering::Relaxed);
            bar.set_position(bytes);
        })
    }

    /// How many bytes a sweep reads.
    pub(crate) fn set_total(&self, bytes: u64) {
        self.state.total.store(bytes, Ordering::Relaxed);
        self.bar.set_length(bytes);
    }

    /// Says which stages there will be.
    pub(crate) fn plan(&self, plan: Vec<Planned>) {
        *lock(&self.state.plan) = plan;
    }

    /// Notes that a stage begins.
    pub(crate) fn begin(&self, name: &'static str) {
        self.state.bytes.store(0, Ordering::Relaxed);
        lock(&self.state.stages).push(Begun {
            name,
            at: Instant::now(),
            memory: memory(),
        });
        self.bar.set_position(0);
        self.bar.set_message(self.state.message());
        if self.how == How::Json {
            to_stderr(&self.state.json());
        }
    }

    /// The stages that began.
    pub(crate) fn stages(&self) -> Vec<Begun> {
        lock(&self.state.stages).clone()
    }

    /// Says something without the bar in its way.
    pub(crate) fn say(&self, text: &str) {
        self.bar.suspend(|| to_stderr(text));
    }

    /// Takes the bar away.
    pub(crate) fn finish(&self) {
        self.bar.finish_and_clear();
    }
}

impl Drop for Progress {
    fn drop(&mut self) {
        self.finish();
        if let Some((stop, thread)) = self.ticker.take() {
            drop(stop);
            // It only prints.
            let _ = thread.join();
        }
    }
}

impl State {
    /// The number of the stage, its name, and the share of the run that is done.
    fn now(&self) -> Option<(usize, Begun, f64)> {
        let begun = *lock(&self.stages).last()?;
        let plan = lock(&self.plan);
        let at = plan.iter().position(|(name, _)| *name == begun.name)?;
        let whole: u32 = plan.iter().map(|(_, share)| share).sum();
        let before: u32 = plan[..at].iter().map(|(_, share)| share).sum();
        let (bytes, total) = (
            self.bytes.load(Ordering::Relaxed),
            self.total.load(Ordering::Relaxed),
        );
        let within = (bytes as f64 / total.max(1) as f64).min(1.0);
        let done = f64::from(before) + within * f64::from(plan[at].1);
        Some((at + 1, begun, done / f64::from(whole.max(1))))
    }

    /// The seconds that are left, once enough is done to tell.
    fn left(&self, done: f64) -> Option<f64> {
        const ENOUGH: f64 = 0.02;
        let elapsed = self.started.elapsed().as_secs_f64();
        (done > ENOUGH).then(|| elapsed * (1.0 - done) / done)
    }

    fn message(&self) -> String {
        let stages = lock(&self.plan).len();
        match self.now() {
            Some((number, begun, done)) => {
                let left = self.left(done);
                let left = left.map_or(String::new(), |left| format!(", {} left", span(left)));
                let percent = (100.0 * done) as u32;
                format!(
                    "stage {number} of {stages}: {}, {percent}%{left}",
                    begun.name
                )
            }
            None => lock(&self.stages)
                .last()
                .map_or(String::new(), |begun| begun.name.to_owned()),
        }
    }

    fn json(&self) -> String {
        let elapsed = self.started.elapsed().as_secs_f64();
        let rounded = |number: f64| (number * 10.0).round() / 10.0;
        let now = self.now();
        let name = lock(&self.stages).last().map(|begun| begun.name);
        serde_json::json!({
            "stage": now.map(|now| now.0),
            "stages": lock(&self.plan).len(),
            "name": name,
            "percent": now.map(|now| rounded(100.0 * now.2)),
            "seconds": rounded(elapsed),
            "seconds_left": now.and_then(|now| self.left(now.2)).map(rounded),
            "memory": memory(),
        })
        .to_string()
    }
}

/// A time as people say it.
fn span(seconds: f64) -> String {
    let seconds = seconds as u64;
    match seconds {
        0..60 => format!("{seconds} s"),
        60..3600 => format!("{} min {} s", seconds / 60, seconds % 60),
        _ => format!("{} h {} min", seconds / 3600, seconds / 60 % 60),
    }
}

/// Tells every now and then, until it is told to stop.
fn ticker(how: How, state: &Arc<State>) -> Option<(Sender<()>, JoinHandle<()>)> {
    let every = match how {
        How::Lines => LINES,
        How::Json | How::Bar => JSON,
        How::None => return None,
    };
    // The bar moves with the bytes.
    if how == How::Bar {
        return None;
    }
    let (stop, stopped) = channel();
    let state = Arc::clone(state);
    let tell = move || {
        while stopped.recv_timeout(every) == Err(RecvTimeoutError::Timeout) {
            match how {
                How::Json => to_stderr(&state.json()),
                _ => to_stderr(&state.message()),
            }
        }
    };
    let thread = std::thread::Builder::new()
        .name("progress".to_owned())
        .spawn(tell)
        .ok()?;
    Some((stop, thread))
}

fn bar() -> ProgressBar {
    let color = if std::env::var_os("NO_COLOR").is_some_and(|value| !value.is_empty()) {
        ""
    } else {
        ".cyan"
    };
    let template = format!("{{msg}} {{bar:20{color}}} {{bytes}}/{{total_bytes}} {{bytes_per_sec}}");
    let bar = ProgressBar::with_draw_target(None, ProgressDrawTarget::stderr_with_hz(8));
    bar.set_style(
        ProgressStyle::with_template(&template).unwrap_or_else(|_| ProgressStyle::default_bar()),
    );
    bar
}

/// The memory that the process has at the moment, where the system tells.
pub fn memory() -> Option<u64> {
    let status = std::fs::read_to_string("/proc/self/status").ok()?;
    let line = status
        .lines()
        .find_map(|line| line.strip_prefix("VmRSS:"))?;
    let kilobytes: u64 = line.trim().strip_suffix("kB")?.trim().parse().ok()?;
    Some(kilobytes << 10)
}

fn lock<T>(mutex: &Mutex<T>) -> MutexGuard<'_, T> {
    mutex.lock().unwrap_or_else(PoisonError::into_inner)
}

#[cfg(test)]
mod tests {
    use super::span;

    #[test]
    fn a_time_is_told_in_the_unit_that_fits() {
        assert_eq!(span(7.9), "7 s");
        assert_eq!(span(80.0), "1 min 20 s");
        assert_eq!(span(7300.0), "2 h 1 min");
    }
}

//! Metrics, as Prometheus reads them.

use std::collections::BTreeMap;
use std::fmt::Write;
use std::sync::atomic::{AtomicU64, Ordering};
use std::sync::{Arc, Mutex, PoisonError};
use std::time::{Duration, Instant};

use axum::extract::{MatchedPath, Request, State};
use axum::middleware::Next;
use axum::response::Response;

use super::shared::Shared;

/// Upper ends of the times that requests are counted by, in milliseconds.
const TIMES: [u64; 10] = [1, 2, 5, 10, 20, 50, 100, 500, 2_000, 10_000];

/// What was done so far.
#[derive(Default)]
pub(super) struct Metrics {
    requests: Mutex<BTreeMap<(String, u16), u64>>,
    times: Mutex<BTreeMap<String, Times>>,
    /// Articles that were looked up, by what was answered.
    pub(super) seen: Mutex<BTreeMap<String, u64>>,
    /// Articles that were taken in.
    pub(super) added: AtomicU64,
}

/// How long requests took.
#[derive(Clone, Default)]
struct Times {
    by_time: [u64; TIMES.len()],
    count: u64,
    all: Duration,
}

/// Counts a request.
pub(super) async fn counted(
    State(shared): State<Arc<Shared>>,
    path: MatchedPath,
    request: Request,
    next: Next,
) -> Response {
    let started = Instant::now();
    let response = next.run(request).await;
    let metrics = &shared.metrics;
    metrics.count(path.as_str(), response.status().as_u16(), started.elapsed());
    response
}

impl Metrics {
    fn count(&self, path: &str, status: u16, time: Duration) {
        let mut requests = self.requests.lock().unwrap_or_else(PoisonError::into_inner);
        *requests.entry((path.to_owned(), status)).or_insert(0) += 1;
        drop(requests);
        let mut times = self.times.lock().unwrap_or_else(PoisonError::into_inner);
        let times = times.entry(path.to_owned()).or_default();
        let below = TIMES
            .iter()
            .position(|&end| time <= Duration::from_millis(end));
        if let Some(below) = below {
            times.by_time[below] += 1;
        }
        times.count += 1;
        times.all += time;
    }

    /// All of them, with what the index holds.
    pub(super) fn text(&self, shared: &Shared) -> String {
        let mut text = String::new();
        // Writing to a text does not fail.
        let _ = self.tell(shared, &mut text);
        text
    }

    fn tell(&self, shared: &Shared, to: &mut String) -> std::fmt::Result {
        let snapshot = shared.snapshot();
        let index = snapshot.index();
        let gauges = [
            (
                "index_version",
                "Version of the index that is answered from",
                index.version(),
            ),
            (
                "index_articles",
                "Articles of the index",
                index.len() as u64,
            ),
            (
                "requests_under_way",
                "Requests that are being answered",
                shared.under_way() as u64,
            ),
        ];
        for (name, help, value) in gauges {
            writeln!(
                to,
                "# HELP samestory_{name} {help}.\n# TYPE samestory_{name} gauge\nsamestory_{name} {value}"
            )?;
        }
        let added = self.added.load(Ordering::Relaxed);
        writeln!(
            to,
            "# HELP samestory_articles_added_total Articles that were taken in."
        )?;
        writeln!(
            to,
            "# TYPE samestory_articles_added_total counter\nsamestory_articles_added_total {added}"
        )?;
        writeln!(
            to,
            "# HELP samestory_seen_total Articles that were looked up, by answer.\n# TYPE samestory_seen_total counter"
        )?;
        for (answer, count) in &*self.seen.lock().unwrap_or_else(PoisonError::into_inner) {
            writeln!(to, "samestory_seen_total{{answer=\"{answer}\"}} {count}")?;
        }
        writeln!(
            to,
            "# HELP samestory_requests_total Requests, by route and status.\n# TYPE samestory_requests_total counter"
        )?;
        for ((path, status), count) in
            &*self.requests.lock().unwrap_or_else(PoisonError::into_inner)
        {
            writeln!(
                to,
                "samestory_requests_total{{route=\"{path}\",status=\"{status}\"}} {count}"
            )?;
        }
        self.tell_times(to)
    }

    fn tell_times(&self, to: &mut String) -> std::fmt::Result {
        let name = "samestory_request_seconds";
        writeln!(
            to,
            "# HELP {name} How long requests took, by route.\n# TYPE {name} histogram"
        )?;
        for (path, times) in &*self.times.lock().unwrap_or_else(PoisonError::into_inner) {
            let mut below = 0;
            for (end, count) in TIMES.iter().zip(times.by_time) {
                below += count;
                let end = *end as f64 / 1e3;
                writeln!(to, "{name}_bucket{{route=\"{path}\",le=\"{end}\"}} {below}")?;
            }
            let Times { count, all, .. } = times;
            writeln!(to, "{name}_bucket{{route=\"{path}\",le=\"+Inf\"}} {count}")?;
            writeln!(to, "{name}_sum{{route=\"{path}\"}} {}", all.as_secs_f64())?;
            writeln!(to, "{name}_count{{route=\"{path}\"}} {count}")?;
        }
        Ok(())
    }
}

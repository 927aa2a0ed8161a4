//! `samestory eval`.

use std::io::Write;

use samestory::error::Error;
use samestory::eval::{EvalInput, evaluate};
use samestory::names::{harmless, harmless_json};

use super::args::EvalCall;

/// Scores clusters against a gold standard, on standard output.
pub(crate) fn run(call: EvalCall) -> anyhow::Result<()> {
    let EvalCall {
        clusters,
        gold,
        column,
        json,
    } = call;
    let report = evaluate(&EvalInput {
        clusters,
        gold,
        column: column.map(|column| column.name().to_owned()),
    })?;
    if column.is_none() {
        eprintln!(
            "samestory: the gold fits {} better, which is judged; --column says another",
            report.column()
        );
    }
    let text = if json {
        harmless_json(&serde_json::to_string_pretty(&report)?).into_owned()
    } else {
        harmless(&report.to_string()).into_owned()
    };
    let mut out = std::io::stdout().lock();
    writeln!(out, "{}", text.trim_end()).map_err(|error| Error::io("-", error))?;
    Ok(())
}

//! The settings that a state hangs on, as flags have them.

use crate::config::{Config, KeepBy};
use crate::corpus::FileCorpus;

/// Settings that came after states were first written.
const NEWER: [&str; 6] = [
    "--keep-by",
    "--columns",
    "--table",
    "--encoding",
    "--lines",
    "the articles chosen",
];

/// Each setting that changes what is decided, with its value.
pub(crate) fn settings(config: &Config, corpus: &FileCorpus) -> Vec<(String, String)> {
    let share = |threshold: crate::config::Threshold| threshold.share().to_string();
    let fields = corpus.field_names();
    let field = |name: &Option<String>| name.clone().unwrap_or_default();
    let settings = [
        ("--keep-furniture", config.keep_furniture.to_string()),
        ("--shingle-tokens", config.shingle_tokens.to_string()),
        ("--num-hashes", config.num_hashes.to_string()),
        ("--seed", config.seed.to_string()),
        ("--copy-threshold", share(config.copy_threshold)),
        ("--excerpt-threshold", share(config.excerpt_threshold)),
        ("--recall", share(config.recall)),
        (
            "--within",
            config
                .within
                .map_or(String::new(), |within| format!("{within:?}")),
        ),
        (
            "--copy-window",
            config
                .copy_window
                .map_or(String::new(), |s| format!("{s}s")),
        ),
        ("--copies-only", config.copies_only.to_string()),
        ("--story-threshold", share(config.story_threshold)),
        ("--story-window", format!("{}s", config.story_window)),
        ("--story-terms", config.story_terms.to_string()),
        ("--keep", format!("{:?}", config.keep).to_lowercase()),
        ("--prefer", config.prefer.join(",")),
        ("--keep-by", keep_by(config)),
        ("--text-field", field(&fields.text)),
        ("--title-field", field(&fields.title)),
        ("--id-field", field(&fields.id)),
        ("--date-field", field(&fields.date)),
        ("--source-field", field(&fields.source)),
        ("--url-field", field(&fields.url)),
        ("--lang-field", field(&fields.lang)),
        ("--html", html(corpus)),
        (
            "--columns",
            corpus.options.columns.clone().unwrap_or_default().join(","),
        ),
        ("--table", field(&corpus.options.table)),
        ("--encoding", encoding(corpus)),
        ("--lines", corpus.options.lines.to_string()),
        ("the articles chosen", chosen(corpus)),
    ];
    // What a corpus is read with by default is left out, so that a state of before still fits.
    let is_said = |(name, value): &(&str, String)| {
        !NEWER.contains(name) || !(value.is_empty() || value == "false")
    };
    settings
        .into_iter()
        .filter(is_said)
        .map(|(name, value)| (name.to_owned(), value))
        .collect()
}

fn keep_by(config: &Config) -> String {
    let named = |by: &KeepBy| {
        let direction = if by.is_descending { "desc" } else { "asc" };
        format!("{}:{direction}", by.field)
    };
    let named: Vec<String> = config.keep_by.iter().map(named).collect();
    named.join(",")
}

fn encoding(corpus: &FileCorpus) -> String {
    match corpus.options.encoding {
        None => String::new(),
        Some(None) => "utf-8".to_owned(),
        Some(Some(coding)) => coding.name().to_owned(),
    }
}

/// Which articles are wanted; nothing where all are.
fn chosen(corpus: &FileCorpus) -> String {
    match corpus.is_filtered() {
        true => format!("{:?}", corpus.options.filter),
        false => String::new(),
    }
}

#[cfg(feature = "html")]
fn html(corpus: &FileCorpus) -> String {
    format!("{:?}", corpus.options.html).to_lowercase()
}

#[cfg(not(feature = "html"))]
fn html(_: &FileCorpus) -> String {
    String::new()
}

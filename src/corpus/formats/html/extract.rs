//! The one place that knows the extractors.
//!
//! They are young and work on whatever the web holds. So they are never given a page that is unruly, a panic of theirs
//! is no more than a page of which nothing was found, and nothing is asked of them but a text and a title.

use super::prose::prose_words;
use super::visible::Seen;
use crate::corpus::guard::caught;

/// What an extractor found.
pub(super) struct Main {
    pub(super) text: String,
    pub(super) title: Option<String>,
    /// How many words of prose the text has.
    pub(super) prose: usize,
}

/// The main text by `dom_smoothie`.
pub(super) fn fast(html: &str) -> Option<Main> {
    guarded(|| {
        let mut readability = dom_smoothie::Readability::new(html, None, None).ok()?;
        let article = readability.parse().ok()?;
        Some((article.content.to_string(), article.title))
    })
}

/// The main text by `trafilatura`.
pub(super) fn best(html: &str) -> Option<Main> {
    guarded(|| {
        let options = trafilatura::Options::default()
            .with_fallback(true)
            .with_exclude_comments(true);
        let found = trafilatura::extract(html, &options).ok()?;
        Some((found.content_html, found.metadata.title))
    })
}

/// Runs an extractor that gives the HTML of the main text, and a title; `None` where it panics or finds no text.
fn guarded(extractor: impl FnOnce() -> Option<(String, String)>) -> Option<Main> {
    let (content, title) = caught(extractor).flatten()?;
    let seen = Seen::of(&content);
    let prose = prose_words(&seen);
    (!seen.text.is_empty()).then_some(Main {
        text: seen.text,
        title: Some(title.trim().to_owned()),
        prose,
    })
}

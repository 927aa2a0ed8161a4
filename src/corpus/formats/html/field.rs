//! Fields that hold HTML: a whole page, or the markup of an article's body.
//!
//! A text that merely contains a `<` is not HTML. It is HTML if it begins like a page, or if its first character opens a
//! tag that is known, and that tag is closed further on or needs no closing.

use super::visible::Seen;
use super::{Html, Page, begins, own_address};
use crate::corpus::record::Parsed;
use crate::corpus::record::{date, host};
use crate::corpus::{Reject, RejectReason};

/// Elements an article's markup begins with.
const FIRST: [&str; 32] = [
    "p",
    "div",
    "article",
    "section",
    "main",
    "header",
    "span",
    "h1",
    "h2",
    "h3",
    "h4",
    "h5",
    "h6",
    "ul",
    "ol",
    "dl",
    "table",
    "blockquote",
    "figure",
    "strong",
    "b",
    "em",
    "i",
    "u",
    "a",
    "font",
    "small",
    "center",
    "aside",
    "pre",
    "time",
    "address",
];

/// Such as are never closed.
const ALONE: [&str; 3] = ["br", "img", "hr"];

/// What a field holds.
#[derive(Clone, Copy, Debug, PartialEq)]
enum Holds {
    Text,
    Markup,
    Page,
}

/// Reads the texts that are HTML, in place.
pub(crate) fn read_fields(parsed: &mut Parsed<'_>, mode: Html) {
    let mut blank = Vec::new();
    for (at, article) in parsed.articles.iter_mut().enumerate() {
        match holds(&article.text) {
            Holds::Text => continue,
            // What is only the body has nothing to be taken out of.
            Holds::Markup => article.text = Seen::of(&article.text).text.into(),
            Holds::Page => {
                let page = Page::read(&article.text, mode);
                let instead = page.instead;
                article.text = page.text.into();
                fill_in(article, page.title, page.canonical, page.lang);
                if article.published.is_none() {
                    article.published = page.date.as_deref().and_then(date::parse);
                }
                let source = article.source.as_deref();
                parsed.tally.note_instead(source, instead);
            }
        }
        if article.text.is_empty() && article.title.is_empty() {
            blank.push(at);
        }
    }
    for at in blank.into_iter().rev() {
        let place = parsed.articles.remove(at).place;
        let raw = parsed.raw.remove(at);
        parsed.rejects.push(Reject {
            place,
            reason: RejectReason::NoTextOrTitle,
            raw,
        });
    }
    parsed.rejects.sort_by_key(|reject| reject.place);
}

/// Takes from the page what the record does not say.
fn fill_in(
    article: &mut crate::corpus::Article<'_>,
    title: String,
    canonical: Option<String>,
    lang: Option<String>,
) {
    if article.title.trim().is_empty() {
        article.title = title.into();
    }
    if article.lang.is_none() {
        article.lang = lang.map(Into::into);
    }
    let own = |link: String| match &article.url {
        Some(url) => own_address(&link, url),
        None => Some(link).filter(|link| link.contains("://")),
    };
    if let Some(url) = canonical.and_then(own) {
        article.url = Some(url.into());
    }
    if article.source.is_none() {
        article.source = article
            .url
            .as_deref()
            .and_then(host::of_url)
            .map(Into::into);
    }
}

fn holds(text: &str) -> Holds {
    if begins(text.as_bytes()) {
        return Holds::Page;
    }
    let text = text.trim_start_matches('\u{feff}').trim_start();
    let Some(tag) = text.strip_prefix('<') else {
        return Holds::Text;
    };
    let end = tag
        .find(|mark: char| !mark.is_ascii_alphanumeric())
        .unwrap_or(tag.len());
    let (name, after) = tag.split_at(end);
    let ends_well = after.starts_with(['>', '/', ' ', '\t', '\r', '\n']) && after.contains('>');
    let is = |known: &[&str]| known.iter().any(|one| one.eq_ignore_ascii_case(name));
    let closes = || {
        let closing = format!("</{name}");
        text.as_bytes()
            .windows(closing.len())
            .any(|window| window.eq_ignore_ascii_case(closing.as_bytes()))
    };
    // A paragraph needs no closing, and old systems gave it none.
    if ends_well && (is(&ALONE) || (is(&FIRST) && (is(&["p"]) || closes()))) {
        Holds::Markup
    } else {
        Holds::Text
    }
}

//! What scrapers, feeds and databases call the fields of an article, the likeliest name first.
//!
//! Names are compared without case, spaces, punctuation and accents, so that `Article Text`, `article_text` and `articleText`
//! are one. A dot leads into an object.

mod facts;
mod texts;

use super::fields::Role;
use facts::{DATE, DATE_OF_RECORD, FETCHED, ID, LANG, SOURCE, URL};
use texts::{HTML, SUMMARY, TEXT, TITLE};

/// The names of a role by how good they are: its own names, then names of what holds it in another form, then names of
/// what only tells about it.
pub(in crate::corpus) fn of(role: Role) -> [&'static [&'static str]; 3] {
    match role {
        Role::Text => [TEXT, HTML, SUMMARY],
        Role::Title => [TITLE, &[], &[]],
        Role::Id => [ID, &[], &[]],
        Role::Date => [DATE, &[], DATE_OF_RECORD],
        Role::Source => [SOURCE, &[], &[]],
        Role::Url => [URL, &[], &[]],
        Role::Lang => [LANG, &[], &[]],
        Role::Fetched => [FETCHED, &[], &[]],
        Role::First | Role::Second | Role::Third => [&[], &[], &[]],
    }
}

/// Objects that hold the article, or its metadata, as a whole.
pub(in crate::corpus) const CONTAINERS: &[&str] = &[
    "article",
    "document",
    "doc",
    "data",
    "_source",
    "fields",
    "news",
    "item",
    "post",
    "attributes",
    "payload",
    "metadata",
    "meta",
    "story",
    "warcheaders",
    "thread",
    "record",
    "result",
    "object",
    "newsarticle",
    "jsonld",
    "ldjson",
    "properties",
    "feed",
    "entry",
];

/// What the text of an object is called that is a text with something about it: `title.rendered`, `paragraphs.text`.
pub(in crate::corpus) const VALUE: &[&str] = &[
    "rendered",
    "text",
    "value",
    "content",
    "body",
    "main",
    "plain",
    "raw",
    "paragraph",
    "sentence",
];

/// Keys that say only how a value is written.
pub(in crate::corpus) const TYPE: &[&str] = &[
    "$date",
    "$numberlong",
    "$numberint",
    "$numberdouble",
    "$oid",
    "$uuid",
    "#text",
    "_text",
    "$t",
    "@value",
    "@id",
    "$",
];

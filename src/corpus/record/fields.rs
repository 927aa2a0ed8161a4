//! Which field of a record is which field of an article: by the names scrapers commonly give them, or as told.
//!
//! Names are judged record by record, always by the same ranking. So a dump whose shards disagree is read right, and
//! what an article is does not depend on which record came first.

use std::sync::OnceLock;

use ahash::{AHashMap, AHashSet};
use unicode_normalization::UnicodeNormalization;

use super::names;

/// The names of the record fields to read, where they are not to be found by their common names.
///
/// A dot leads into a nested object: `article.body`.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct FieldNames {
    /// The field with the text.
    pub text: Option<String>,
    /// The field with the headline.
    pub title: Option<String>,
    /// The field with the record's own id.
    pub id: Option<String>,
    /// The field with the date of publication.
    pub date: Option<String>,
    /// The field with the outlet.
    pub source: Option<String>,
    /// The field with the address.
    pub url: Option<String>,
    /// The field with the language.
    pub lang: Option<String>,
    /// Fields whose values say which of several articles is to be kept, at most [`KEEP_BY`](crate::config::KEEP_BY) of them.
    pub keep_by: Vec<String>,
    /// Fields that are not to be taken for the outlet, whatever they are called.
    pub no_source: Vec<String>,
}

impl FieldNames {
    /// The names that were given.
    pub(crate) fn named(&self) -> impl Iterator<Item = (Role, &str)> {
        Role::ALL
            .into_iter()
            .filter_map(|role| self.of(role).map(|name| (role, name)))
    }

    fn of(&self, role: Role) -> Option<&str> {
        match role {
            Role::Text => self.text.as_deref(),
            Role::Title => self.title.as_deref(),
            Role::Id => self.id.as_deref(),
            Role::Date => self.date.as_deref(),
            Role::Source => self.source.as_deref(),
            Role::Url => self.url.as_deref(),
            Role::Lang => self.lang.as_deref(),
            Role::Fetched => None,
            Role::First => self.keep_by(0),
            Role::Second => self.keep_by(1),
            Role::Third => self.keep_by(2),
        }
    }

    /// A field that says what is to be kept, unless it is one that articles have anyway.
    fn keep_by(&self, at: usize) -> Option<&str> {
        let name = self.keep_by.get(at).map(String::as_str);
        name.filter(|name| common_role(name).is_none())
    }

    /// What the field at a path is in an article, and how good a name for it the path is: 0 is the best.
    pub(crate) fn resolve(&self, path: &str) -> Option<(Role, Rank)> {
        let valued = without_type(path);
        for (role, name) in self.named() {
            if path == name {
                return Some((role, 0));
            }
            if path.eq_ignore_ascii_case(name) {
                return Some((role, 1));
            }
            if valued.eq_ignore_ascii_case(name) {
                return Some((role, 2));
            }
        }
        let found = common(&plain(valued)).filter(|(role, _)| self.of(*role).is_none());
        found.filter(|(role, _)| *role != Role::Source || !self.is_no_source(path))
    }

    fn is_no_source(&self, path: &str) -> bool {
        self.no_source.iter().any(|field| field == path)
    }

    /// Whether a field is likely to say something else in every record.
    #[cfg(feature = "parquet")]
    pub(crate) fn is_different_in_all(&self, path: &str) -> bool {
        let role = self.resolve(path).map(|(role, _)| role);
        matches!(role, Some(Role::Text | Role::Title | Role::Id | Role::Url))
    }

    /// Whether an object at a path may hold fields of an article.
    pub(crate) fn leads_into(&self, path: &str) -> bool {
        let bare = plain(path);
        if self.named().any(|(_, name)| is_parent(path, name)) || self.resolve(path).is_some() {
            return true;
        }
        let inner = inside_container(&bare);
        if is_container(&bare) || inner.is_some_and(is_container) {
            return true;
        }
        let parents = &known().parents;
        parents.contains(&bare) || inner.is_some_and(|inner| parents.contains(inner))
    }
}

/// Whether one path leads to another.
fn is_parent(parent: &str, path: &str) -> bool {
    let (parent, path) = (parent.as_bytes(), path.as_bytes());
    path.get(parent.len()) == Some(&b'.') && path[..parent.len()].eq_ignore_ascii_case(parent)
}

/// A field of an article that is read from a field of a record.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub(crate) enum Role {
    Text,
    Title,
    Id,
    Date,
    Source,
    Url,
    Lang,
    /// When the page was fetched.
    Fetched,
    /// What is asked first of the articles of which one is kept, and what is asked then.
    First,
    Second,
    Third,
}

impl Role {
    /// What says which of several articles is kept.
    pub(crate) const KEEP_BY: [Role; 3] = [Role::First, Role::Second, Role::Third];

    pub(crate) const ALL: [Role; 11] = [
        Role::Text,
        Role::Title,
        Role::Id,
        Role::Date,
        Role::Source,
        Role::Url,
        Role::Lang,
        Role::Fetched,
        Role::First,
        Role::Second,
        Role::Third,
    ];

    pub(crate) fn name(self) -> &'static str {
        match self {
            Role::Text => "text",
            Role::Title => "title",
            Role::Id => "id",
            Role::Date => "date",
            Role::Source => "source",
            Role::Url => "url",
            Role::Lang => "lang",
            Role::Fetched => "fetched",
            Role::First | Role::Second | Role::Third => "keep",
        }
    }
}

/// How good a name is.
pub(crate) type Rank = u16;

/// Names of a worse kind are worse by this, and names of this rank or more are of summaries: whatever else there is of a
/// text is better.
const KIND: Rank = 1000;
pub(crate) const SUMMARY: Rank = 2 * KIND;

/// Any name inside a container is worse than any name of its kind outside.
const INSIDE: Rank = 400;

/// The kind of a name, by its rank.
pub(crate) fn kind(rank: Rank) -> Rank {
    rank / KIND
}

/// What a path of plain names is in an article.
fn common(path: &str) -> Option<(Role, Rank)> {
    if let Some(found) = outright(path).or_else(|| valued(path)) {
        return Some(found);
    }
    let inner = inside_container(path)?;
    let again = || {
        let deeper = inside_container(inner)?;
        outright(deeper).or_else(|| valued(deeper))
    };
    let (role, rank) = outright(inner).or_else(|| valued(inner)).or_else(again)?;
    Some((role, rank + INSIDE))
}

/// What a field of this name is in an article, if it is known by its name.
pub(crate) fn common_role(name: &str) -> Option<Role> {
    common(&plain(without_type(name))).map(|(role, _)| role)
}

/// The names that are known, as they are compared.
struct Known {
    names: AHashMap<String, (Role, Rank)>,
    /// What leads to names with dots.
    parents: AHashSet<String>,
}

fn known() -> &'static Known {
    static KNOWN: OnceLock<Known> = OnceLock::new();
    KNOWN.get_or_init(|| {
        let mut known = Known {
            names: AHashMap::new(),
            parents: AHashSet::new(),
        };
        for role in Role::ALL {
            for (names, kind) in names::of(role).into_iter().zip(0..) {
                for (name, at) in names.iter().zip(3..) {
                    let name = plain(name);
                    if let Some((parent, _)) = name.rsplit_once('.') {
                        known.parents.insert(parent.to_owned());
                    }
                    known.names.entry(name).or_insert((role, at + kind * KIND));
                }
            }
        }
        known
    })
}

fn outright(path: &str) -> Option<(Role, Rank)> {
    known().names.get(path).copied()
}

/// A text that is an object with the text in it.
fn valued(path: &str) -> Option<(Role, Rank)> {
    let (outer, value) = path.rsplit_once('.')?;
    let found = outright(outer).filter(|(role, _)| matches!(role, Role::Text | Role::Title))?;
    names::VALUE.contains(&value).then_some(found)
}

fn inside_container(path: &str) -> Option<&str> {
    let (container, inner) = path.split_once('.')?;
    is_container(container).then_some(inner)
}

fn is_container(name: &str) -> bool {
    names::CONTAINERS.contains(&name)
}

/// A path without keys at its end that say only how the value is written.
fn without_type(path: &str) -> &str {
    let mut path = path;
    while let Some((outer, last)) = path.rsplit_once('.')
        && names::TYPE
            .iter()
            .any(|name| last.eq_ignore_ascii_case(name))
    {
        path = outer;
    }
    path
}

/// A path without case, spaces, punctuation and accents; an underscore that a name begins with stays.
fn plain(path: &str) -> String {
    let mut plain = String::with_capacity(path.len());
    let mut begins = true;
    for mark in path.nfkd() {
        match mark {
            '.' => plain.push('.'),
            '_' if begins && path.starts_with('_') => plain.push('_'),
            _ if mark.is_alphanumeric() => plain.extend(mark.to_lowercase()),
            _ => {
                begins &= mark == '@' || mark == '#' || mark.is_whitespace();
                continue;
            }
        }
        begins = false;
    }
    plain
}

#[cfg(test)]
mod tests {
    use super::*;

    fn role(path: &str) -> Option<Role> {
        FieldNames::default().resolve(path).map(|(role, _)| role)
    }

    #[test]
    fn names_are_known_however_they_are_written() {
        for (path, expected) in [
            ("Article Text", Role::Text),
            ("article-text", Role::Text),
            ("articleText", Role::Text),
            ("raw_content", Role::Text),
            ("selftext", Role::Text),
            ("content:encoded", Role::Text),
            ("content.rendered", Role::Text),
            ("paragraphs.text", Role::Text),
            ("Descripción", Role::Text),
            ("本文", Role::Text),
            ("Titel", Role::Title),
            ("TÍTULO", Role::Title),
            ("title.rendered", Role::Title),
            ("data.attributes.headline", Role::Title),
            ("Publish Date", Role::Date),
            ("publishing_date", Role::Date),
            ("published.$date.$numberLong", Role::Date),
            ("@timestamp", Role::Date),
            ("warc_headers.warc-date", Role::Date),
            ("warc_headers.warc-target-uri", Role::Url),
            ("requested_url", Role::Url),
            ("mainEntityOfPage.@id", Role::Url),
            ("_id.$oid", Role::Id),
            ("_source.id", Role::Id),
            ("metadata.source_domain", Role::Source),
            ("metadata.identification.label", Role::Lang),
            ("date_download", Role::Fetched),
        ] {
            assert_eq!(role(path), Some(expected), "{path}");
        }
        for path in [
            "author",
            "category",
            "image.url",
            "comments.text",
            "text.length",
            "tags",
            "",
        ] {
            assert_eq!(role(path), None, "{path}");
        }
    }

    #[test]
    fn every_name_means_one_thing() {
        let all = Role::ALL.into_iter().flat_map(names::of).flatten();
        let mut all: Vec<String> = all.map(|name| plain(name)).collect();
        all.sort();
        let twice: Vec<&[String]> = all
            .chunk_by(|a, b| a == b)
            .filter(|same| same.len() > 1)
            .collect();
        assert!(twice.is_empty(), "{twice:?}");
        assert!(
            all.iter()
                .all(|name| !name.is_empty() && !name.contains(' '))
        );
    }

    #[test]
    fn better_names_have_better_ranks() {
        let names = FieldNames::default();
        let rank = |path| names.resolve(path).map(|(_, rank)| rank);
        assert!(rank("text") < rank("article.text"));
        assert!(rank("article.text") < rank("html"));
        assert!(rank("html") < rank("summary"));
        assert!(rank("id") < rank("_id"));
    }
}

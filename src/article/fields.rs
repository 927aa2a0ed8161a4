//! Which field of a record is which field of an article: by the names scrapers commonly give them, or as told.
//!
//! Names are judged record by record, always by the same ranking. So a dump whose shards disagree is read right, and
//! what an article is does not depend on which record came first.

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
        }
    }

    /// What the field at a path is in an article, and how good a name for it the path is: 0 is the best.
    pub(crate) fn resolve(&self, path: &str) -> Option<(Role, u8)> {
        for (role, name) in self.named() {
            if path == name {
                return Some((role, 0));
            }
            if path.eq_ignore_ascii_case(name) {
                return Some((role, 1));
            }
        }
        common(path).filter(|(role, _)| self.of(*role).is_none())
    }

    /// Whether a field is likely to say something else in every record.
    #[cfg(feature = "parquet")]
    pub(crate) fn is_different_in_all(&self, path: &str) -> bool {
        let role = self.resolve(path).map(|(role, _)| role);
        matches!(role, Some(Role::Text | Role::Title | Role::Id | Role::Url))
    }

    /// Whether an object at a path may hold fields of an article.
    pub(crate) fn leads_into(&self, path: &str) -> bool {
        let inner = inside_container(path).unwrap_or(path);
        let mut common_names = Role::ALL.into_iter().flat_map(Role::common_names);
        CONTAINERS
            .iter()
            .any(|name| path.eq_ignore_ascii_case(name))
            || self.named().any(|(_, name)| is_parent(path, name))
            || common_names.any(|name| is_parent(inner, name))
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
}

impl Role {
    pub(crate) const ALL: [Role; 7] = [
        Role::Text,
        Role::Title,
        Role::Id,
        Role::Date,
        Role::Source,
        Role::Url,
        Role::Lang,
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
        }
    }

    /// What scrapers call it, the likeliest first.
    fn common_names(self) -> &'static [&'static str] {
        match self {
            Role::Text => &TEXT,
            Role::Title => &TITLE,
            Role::Id => &ID,
            Role::Date => &DATE,
            Role::Source => &SOURCE,
            Role::Url => &URL,
            Role::Lang => &LANG,
        }
    }
}

/// The last are of fields that hold a page as it was fetched: any text that was taken from it already is better.
const TEXT: [&str; 30] = [
    "text",
    "body",
    "content",
    "maintext",
    "main_text",
    "article_text",
    "articletext",
    "full_text",
    "fulltext",
    "articlebody",
    "article_body",
    "article_content",
    "body_text",
    "bodytext",
    "text_body",
    "plain_text",
    "plaintext",
    "cleaned_text",
    "clean_text",
    "content_text",
    "raw_text",
    "paragraphs",
    "article",
    "document",
    "content_html",
    "body_html",
    "html_content",
    "page_html",
    "raw_html",
    "html",
];
const TITLE: [&str; 8] = [
    "title",
    "headline",
    "heading",
    "article_title",
    "news_title",
    "headline.main",
    "title_text",
    "head",
];
const ID: [&str; 13] = [
    "id",
    "article_id",
    "articleid",
    "doc_id",
    "document_id",
    "news_id",
    "uuid",
    "guid",
    "_id",
    "_id.$oid",
    "id.$oid",
    "uri",
    "identifier",
];
const DATE: [&str; 26] = [
    "date",
    "published",
    "published_at",
    "publishedat",
    "publish_date",
    "published_date",
    "publication_date",
    "date_publish",
    "date_published",
    "datepublished",
    "pubdate",
    "pub_date",
    "publishdate",
    "published_time",
    "publish_time",
    "first_publication_date",
    "publicationdate",
    "webpublicationdate",
    "datetime",
    "date_time",
    "timestamp",
    "time",
    "created_at",
    "date.$date",
    "published.$date",
    "published_at.$date",
];
const SOURCE: [&str; 24] = [
    "source",
    "source_domain",
    "domain",
    "publisher",
    "outlet",
    "site",
    "publication",
    "source_name",
    "site_name",
    "sitename",
    "news_source",
    "newspaper",
    "hostname",
    "host",
    "website",
    "source.name",
    "source.title",
    "source.domain",
    "source.uri",
    "source.id",
    "publisher.name",
    "site.name",
    "publication.name",
    "outlet.name",
];
const URL: [&str; 14] = [
    "url",
    "link",
    "href",
    "source_url",
    "canonical_url",
    "article_url",
    "original_url",
    "web_url",
    "weburl",
    "page_url",
    "permalink",
    "target_uri",
    "final_url",
    "source_link",
];

const LANG: [&str; 8] = [
    "lang",
    "language",
    "lang_code",
    "language_code",
    "langcode",
    "inlanguage",
    "article_language",
    "locale",
];

/// Objects that hold the article, or its metadata, as a whole.
const CONTAINERS: [&str; 14] = [
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
];

/// Any name inside a container is worse than any name outside.
const INSIDE: u8 = 64;

fn common(path: &str) -> Option<(Role, u8)> {
    let outright = |path: &str| {
        Role::ALL.into_iter().find_map(|role| {
            let rank = role
                .common_names()
                .iter()
                .position(|name| path.eq_ignore_ascii_case(name))?;
            Some((role, u8::try_from(rank).ok()? + 2))
        })
    };
    outright(path).or_else(|| {
        let (role, rank) = outright(inside_container(path)?)?;
        Some((role, rank + INSIDE))
    })
}

fn inside_container(path: &str) -> Option<&str> {
    let (container, inner) = path.split_once('.')?;
    CONTAINERS
        .iter()
        .any(|name| container.eq_ignore_ascii_case(name))
        .then_some(inner)
}

//! What kind of record an article is: not every page of a crawl holds an article.

/// What kind of record an article is.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Kind {
    /// A text of its own.
    #[default]
    Article,
    /// A page whose text is no article's: a wall, a prompt, an error, a disclaimer.
    Notice,
    /// A record without any text: a title at most.
    Empty,
    /// An item of a form: a template that is filled in for many subjects, as draws, weather and results are.
    Form,
}

impl Kind {
    /// Every kind.
    pub const ALL: [Kind; 4] = [Kind::Article, Kind::Notice, Kind::Empty, Kind::Form];

    /// The name as outputs have it: lower case.
    pub const fn name(self) -> &'static str {
        match self {
            Kind::Article => "article",
            Kind::Notice => "notice",
            Kind::Empty => "empty",
            Kind::Form => "form",
        }
    }

    /// The kind of this name.
    pub fn named(name: &str) -> Option<Kind> {
        Kind::ALL.into_iter().find(|kind| kind.name() == name)
    }
}

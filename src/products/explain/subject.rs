//! One of the two articles that an explanation is about.

use std::num::NonZeroU64;

use serde::Serialize;

use super::Explainer;
use crate::corpus::{Article, Timestamp, bare_host, canonical_address};
use crate::error::Result;
use crate::kernel::Overlap;
use crate::products::state::Stored;
use crate::stages::clean::Cleaner;
use crate::stages::copies::{Cutter, Kind, Word};
use crate::stages::fingerprint::SingleFingerprint;

/// An article, with what is known of it.
#[derive(Clone, Debug, Serialize)]
pub struct Subject {
    /// Its `article_id`.
    pub id: String,
    /// Its title, as read.
    pub title: String,
    /// Its source, as read.
    pub source: Option<String>,
    /// When it was published, in seconds since 1970.
    #[serde(serialize_with = "seconds")]
    pub published: Option<Timestamp>,
    /// The file, and the record in it counted from 1.
    pub input: String,
    /// See [`Subject::input`].
    pub record: u64,
    /// What kind of record it is.
    #[serde(serialize_with = "name")]
    pub kind: Kind,
    /// The `article_id` that its form or its notice is named after; `None` where it is an item of neither.
    pub form_id: Option<String>,
    /// The lines that cleaning dropped.
    pub furniture: Vec<DroppedLine>,
    /// How many tokens the text has without them, and how many different shingles.
    pub tokens: u32,
    /// See [`Subject::tokens`].
    pub shingles: u32,
    /// The `article_id` of the one that stands for its copies.
    pub copy_id: String,
    /// How many articles its copy group has.
    pub copies: u32,
    /// The `article_id` of the one that leads its story.
    pub story_id: String,
    /// How many articles its story has.
    pub story_articles: u32,
    /// Whether it quotes several articles, and so joins none of them.
    pub is_round_up: bool,
    #[serde(skip)]
    pub(super) stored: Stored,
    /// The text that is compared.
    #[serde(skip)]
    pub(super) text: String,
    #[serde(skip)]
    pub(super) lone: SingleFingerprint,
    /// The words of the article whose fingerprint stands for the text.
    #[serde(skip)]
    pub(super) words: Vec<Word>,
    /// The time and the source that limits are held against: those of the one whose fingerprint stands for the text.
    #[serde(skip)]
    pub(super) bearer: (Option<Timestamp>, Option<String>),
    #[serde(skip)]
    pub(super) address: Option<(NonZeroU64, String)>,
}

/// A line that cleaning dropped.
#[derive(Clone, Debug, Serialize)]
pub struct DroppedLine {
    /// The line.
    pub line: String,
    /// Why: `recurring`, `headline`, `entry` or `phrase`.
    pub reason: &'static str,
    /// On how many different pages it stands; 0 where that is not why.
    pub pages: u32,
}

fn seconds<S: serde::Serializer>(
    time: &Option<Timestamp>,
    to: S,
) -> std::result::Result<S::Ok, S::Error> {
    time.map(|time| time.0).serialize(to)
}

fn name<S: serde::Serializer>(kind: &Kind, to: S) -> std::result::Result<S::Ok, S::Error> {
    kind.name().serialize(to)
}

impl Subject {
    pub(super) fn read(explainer: &Explainer<'_>, number: u32) -> Result<Subject> {
        let stored = explainer.state.article(number)?;
        explainer.fetch(&[number, stored.bearer])?;
        let article = explainer.article(number)?;
        let printed = explainer.article(stored.bearer)?;
        let lone = SingleFingerprint::of(&printed, &explainer.furniture, explainer.config);
        let mut cleaner = Cleaner::new(&explainer.furniture);
        let words = Cutter::default()
            .words(&printed, cleaner.kept(&printed))
            .to_vec();
        let kept = cleaner.kept(&article);
        let stretches = kept
            .iter()
            .map(|stretch| article.text[stretch.clone()].trim());
        let stretches: Vec<&str> = stretches.filter(|stretch| !stretch.is_empty()).collect();
        let text = stretches.join("\n");
        let dropped = cleaner.dropped(&article).iter().map(|dropped| DroppedLine {
            line: article.text[dropped.span.clone()].to_owned(),
            reason: dropped.why.name(),
            pages: dropped.pages,
        });
        let furniture = dropped.collect();
        let inputs = explainer.corpus.files();
        let own = |name: Option<&str>| name.map(str::to_owned);
        let state = explainer.state;
        let form = stored.member.form.map(|form| state.id(form));
        Ok(Subject {
            id: state.id(number)?,
            title: article
                .title
                .split_whitespace()
                .collect::<Vec<_>>()
                .join(" "),
            source: own(article.source.as_deref()),
            published: article.published,
            input: inputs[stored.place.input as usize].name.clone(),
            record: stored.place.record,
            kind: stored.member.kind,
            form_id: form.transpose()?,
            furniture,
            tokens: lone.print.tokens,
            shingles: lone.set.len() as u32,
            copy_id: state.id(stored.member.representative)?,
            copies: stored.member.copies,
            story_id: state.id(stored.part.lead)?,
            story_articles: stored.part.articles,
            is_round_up: stored.is_round_up,
            text: if article.text.trim().is_empty() {
                article.title.clone().into_owned()
            } else {
                text
            },
            lone,
            words,
            bearer: (printed.published, own(printed.source.as_deref())),
            address: address(&article),
            stored,
        })
    }

    /// What its text shares with another's.
    pub(super) fn overlap(&self, other: &Subject) -> Overlap {
        Overlap::of(&self.lone.set, &other.lone.set)
    }
}

/// What tells whether two articles stood at one address of one source.
fn address(article: &Article<'_>) -> Option<(NonZeroU64, String)> {
    let address = canonical_address(article.url.as_deref()?)?;
    let hash = NonZeroU64::new(xxhash_rust::xxh3::xxh3_64(address.as_bytes()))?;
    let source = article.source.as_deref().map_or("", bare_host);
    Some((hash, source.to_owned()))
}

//! The index of a report: what its page needs to list, to sort and to search before any text is unpacked.

use std::borrow::Cow;

use serde::Serialize;

use super::order::Order;
use super::pack::{Block, Has};
use super::read::Beginnings;
use super::rows::Rows;
use crate::kernel::Share;
use crate::output::Relation;
use crate::stages::copies::Kind;

/// Columns of all articles that are shown, in their order, and how they are grouped.
#[derive(Serialize)]
pub(super) struct Index<'a> {
    inputs: &'a [String],
    sources: Vec<&'a str>,
    /// How many articles each copy group has, and how many groups each story.
    groups: Vec<usize>,
    stories: Vec<usize>,
    labels: Vec<Option<&'a str>>,
    ids: Vec<&'a str>,
    titles: Vec<Cow<'a, str>>,
    /// Of each article the number of its source, -1 where it has none.
    source: Vec<i64>,
    /// Seconds since 1970.
    published: Vec<Option<i64>>,
    /// The first letter of each relation, `x` for exact and `r` for related.
    relations: String,
    /// In ten thousandths.
    similarity: Vec<Option<u32>>,
    input: Vec<u32>,
    record: Vec<u64>,
    /// What kind of record each is: the first letter of it.
    kinds: String,
    /// Their addresses; none where there is no room for them.
    urls: Vec<Option<&'a str>>,
    /// The languages that there are, and of each article the number of its language, -1 where it is not known.
    languages: Vec<&'a str>,
    language: Vec<i64>,
    /// The forms and the notices, the largest first.
    forms: Vec<Form<'a>>,
    /// How many groups each block has, and what it has of them.
    blocks: Vec<(usize, Has)>,
}

/// A form or a notice.
#[derive(Serialize)]
struct Form<'a> {
    kind: &'static str,
    records: usize,
    sources: usize,
    /// When the first of them was published, and when the last: seconds since 1970.
    seen: Option<(i64, i64)>,
    /// Those of its records that are shown, by their places.
    items: &'a [u32],
    /// How the text of the first of them begins, where its title does not say what it is.
    begins: &'a str,
}

/// So much of a text stands for what a form or a notice says, in bytes, and no more than this it takes in the index.
pub(super) const EXAMPLE: usize = 160;
pub(super) const EXAMPLE_ROOM: usize = 2 * EXAMPLE;

impl<'a> Index<'a> {
    pub(super) fn new(
        rows: &'a Rows,
        order: &'a Order,
        beginnings: &'a Beginnings,
        blocks: &[Block],
    ) -> Index<'a> {
        let each = || order.articles.iter().copied();
        let row = |article| rows.row(article);
        let lead = |story: usize| {
            let articles = order.story(story).flat_map(|group| order.rows_of(group));
            articles.copied().find_map(|article| rows.label(article))
        };
        let languages = beginnings.languages.iter().flatten();
        let languages: std::collections::BTreeSet<&str> = languages.map(|it| &**it).collect();
        let languages: Vec<&str> = languages.into_iter().collect();
        let number = |language: &str| {
            let found = languages.binary_search(&language);
            found.map_or(-1, |at| i64::try_from(at).unwrap_or(-1))
        };
        Index {
            inputs: rows.inputs(),
            sources: rows.sources().collect(),
            groups: (0..order.groups())
                .map(|group| order.group(group).len())
                .collect(),
            stories: (0..order.stories())
                .map(|story| order.story(story).len())
                .collect(),
            labels: (0..order.stories()).map(lead).collect(),
            ids: each().map(|article| rows.id(article)).collect(),
            titles: each().map(|article| short(rows.title(article))).collect(),
            source: each()
                .map(|article| row(article).source.map_or(-1, i64::from))
                .collect(),
            published: each()
                .map(|article| row(article).published.map(|time| time.0))
                .collect(),
            relations: each()
                .map(|article| letter(row(article).relation))
                .collect(),
            similarity: each()
                .map(|article| row(article).similarity.map(Share::ten_thousandths))
                .collect(),
            input: each().map(|article| row(article).place.input).collect(),
            record: each().map(|article| row(article).place.record).collect(),
            kinds: each().map(|article| initial(row(article).kind)).collect(),
            urls: beginnings.urls.iter().map(Option::as_deref).collect(),
            language: beginnings
                .languages
                .iter()
                .map(|language| language.as_deref().map_or(-1, &number))
                .collect(),
            languages: languages.clone(),
            forms: forms(order, beginnings),
            blocks: blocks
                .iter()
                .map(|block| (block.groups.len(), block.has))
                .collect(),
        }
    }
}

fn initial(kind: Kind) -> char {
    match kind {
        Kind::Article => 'a',
        Kind::Notice => 'n',
        Kind::Empty => 'e',
        Kind::Form => 'f',
    }
}

/// More of a title than this is not shown, in bytes.
const LONGEST_TITLE: usize = 1_000;

fn short(title: &str) -> Cow<'_, str> {
    match title.len() {
        0..=LONGEST_TITLE => title.into(),
        _ => format!("{}…", &title[..title.floor_char_boundary(LONGEST_TITLE)]).into(),
    }
}

fn letter(relation: Relation) -> char {
    match relation {
        Relation::Lead => 'l',
        Relation::Exact => 'x',
        Relation::Near => 'n',
        Relation::Excerpt => 'e',
        Relation::Related => 'r',
    }
}

/// The forms and notices of a table, each with the beginning of one of its records.
fn forms<'a>(order: &'a Order, beginnings: &'a Beginnings) -> Vec<Form<'a>> {
    let numbered = order.forms.iter().zip(0..);
    numbered
        .map(|(form, at)| Form {
            kind: form.kind.name(),
            records: form.records,
            sources: form.sources,
            seen: form.seen.map(|seen| (seen.0.0, seen.1.0)),
            items: &form.items,
            begins: beginnings.example(at),
        })
        .collect()
}

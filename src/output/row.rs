//! A row is what one line of a table says; its columns and their order are fixed here, whatever the format.

use std::fmt;

use serde::ser::{Serialize, SerializeMap, Serializer};

use crate::corpus::Timestamp;
use crate::kernel::Share;
use crate::stages::copies::Kind;

/// How an article relates to the one it is matched with.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Relation {
    /// The lead of its story, also of a story of one; it is matched with nothing.
    Lead,
    /// The same text as its representative.
    Exact,
    /// Nearly the text of its representative.
    Near,
    /// A part of its representative.
    Excerpt,
    /// A representative that tells its lead's story in other words.
    Related,
}

impl Relation {
    const ALL: [Relation; 5] = [
        Relation::Lead,
        Relation::Exact,
        Relation::Near,
        Relation::Excerpt,
        Relation::Related,
    ];

    /// The relation of this name.
    pub fn named(name: &str) -> Option<Relation> {
        Relation::ALL
            .into_iter()
            .find(|relation| relation.name() == name)
    }

    /// The name as outputs have it: lower case.
    pub const fn name(self) -> &'static str {
        match self {
            Relation::Lead => "lead",
            Relation::Exact => "exact",
            Relation::Near => "near",
            Relation::Excerpt => "excerpt",
            Relation::Related => "related",
        }
    }
}

impl fmt::Display for Relation {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.pad(self.name())
    }
}

/// One article's row of the clusters table. It serializes as a map of the columns, in their order.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct ClusterRow<'a> {
    /// The record's own id, else `file:record`; unique in the table.
    pub article_id: &'a str,
    /// The `article_id` of the story's lead.
    pub story_id: &'a str,
    /// The `article_id` of the copy group's representative.
    pub copy_id: &'a str,
    /// How the article relates to `matched_id`.
    pub relation: Relation,
    /// How similar it is to `matched_id`: exact Jaccard, or containment for an excerpt; `None` for a lead.
    pub similarity: Option<Share>,
    /// The representative for a copy, the story's lead for a related article, `None` for a lead.
    pub matched_id: Option<&'a str>,
    /// How many articles the copy group has.
    pub copies: u32,
    /// How many articles the story has.
    pub story_articles: u32,
    /// The title as it was read; empty where there is none.
    pub title: &'a str,
    /// The source as it was read.
    pub source: Option<&'a str>,
    /// When the article was published; shown in UTC.
    pub published: Option<Timestamp>,
    /// The file it was read from.
    pub input: &'a str,
    /// The 1-based record in that file.
    pub record: u64,
    /// The most telling words of its story; `None` where the story has one article only.
    pub story_label: Option<&'a str>,
    /// What kind of record it is; `None` where a table of an earlier version does not say.
    pub kind: Option<Kind>,
    /// The `article_id` that all items of its form, or of its notice, have here; `None` for what is neither.
    pub form_id: Option<&'a str>,
    /// How many sources the articles of its story have: an article without a source counts for none, so that 0 is a story of
    /// which no source is known. `None` where a table of an earlier version does not say.
    pub story_sources: Option<u32>,
    /// How many copy groups its story has: reports that do not repeat one another. `None` as for the sources.
    pub story_independent: Option<u32>,
}

impl<'a> ClusterRow<'a> {
    /// The columns, in the order of every clusters table.
    pub const COLUMNS: [&'static str; 18] = [
        "article_id",
        "story_id",
        "copy_id",
        "relation",
        "similarity",
        "matched_id",
        "copies",
        "story_articles",
        "title",
        "source",
        "published",
        "input",
        "record",
        "story_label",
        "kind",
        "form_id",
        "story_sources",
        "story_independent",
    ];

    /// The columns that tables of earlier versions lack.
    pub(crate) const LATER: [&'static str; 5] = [
        "story_label",
        "kind",
        "form_id",
        "story_sources",
        "story_independent",
    ];

    pub(crate) fn values(&self) -> [Value<'a>; 18] {
        let text = |text: Option<&'a str>| text.map_or(Value::Absent, Value::Text);
        let count = |count: Option<u32>| count.map_or(Value::Absent, |it| Value::Count(it.into()));
        [
            Value::Text(self.article_id),
            Value::Text(self.story_id),
            Value::Text(self.copy_id),
            Value::Text(self.relation.name()),
            self.similarity.map_or(Value::Absent, Value::Share),
            text(self.matched_id),
            Value::Count(self.copies.into()),
            Value::Count(self.story_articles.into()),
            Value::Text(self.title),
            text(self.source),
            self.published.map_or(Value::Absent, Value::Time),
            Value::Text(self.input),
            Value::Count(self.record),
            text(self.story_label),
            text(self.kind.map(Kind::name)),
            text(self.form_id),
            count(self.story_sources),
            count(self.story_independent),
        ]
    }
}

impl Serialize for ClusterRow<'_> {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serialize_row(&Self::COLUMNS, &self.values(), serializer)
    }
}

/// Some columns of a row; it serializes as a map of those.
pub(super) struct Columns<'r>(
    pub(super) &'r ClusterRow<'r>,
    pub(super) &'static [&'static str],
);

impl Serialize for Columns<'_> {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        let Columns(row, wanted) = self;
        let mut map = serializer.serialize_map(Some(wanted.len()))?;
        for (column, value) in ClusterRow::COLUMNS.iter().zip(row.values()) {
            if wanted.contains(column) {
                map.serialize_entry(column, &value)?;
            }
        }
        map.end()
    }
}

/// One similar pair's row of the pairs table. It serializes as a map of the columns, in their order.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct PairRow<'a> {
    /// The `article_id` of one.
    pub id_a: &'a str,
    /// The `article_id` of the other.
    pub id_b: &'a str,
    /// What the pair is: exact, near or excerpt.
    pub relation: Relation,
    /// The exact Jaccard similarity of their shingles.
    pub jaccard: Share,
    /// The share of the shorter one's shingles that the other contains, exactly.
    pub containment: Share,
    /// The seconds between their publications, `None` unless both have a time.
    ///
    /// The column is `hours_apart`: hours with two decimals, rounded half up.
    pub seconds_apart: Option<u64>,
}

impl PairRow<'_> {
    /// The columns, in the order of every pairs table.
    pub const COLUMNS: &'static [&'static str] = &[
        "id_a",
        "id_b",
        "relation",
        "jaccard",
        "containment",
        "hours_apart",
    ];

    pub(super) fn values(&self) -> [Value<'_>; 6] {
        [
            Value::Text(self.id_a),
            Value::Text(self.id_b),
            Value::Text(self.relation.name()),
            Value::Share(self.jaccard),
            Value::Share(self.containment),
            self.seconds_apart
                .map_or(Value::Absent, |seconds| Value::Hours(Hours { seconds })),
        ]
    }
}

impl Serialize for PairRow<'_> {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serialize_row(Self::COLUMNS, &self.values(), serializer)
    }
}

/// What stands in one column of one row.
///
/// Its `Display` is the field of a CSV, without quotes; its `Serialize` is the value of a JSON object.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Value<'a> {
    Absent,
    Text(&'a str),
    Count(u64),
    Share(Share),
    Time(Timestamp),
    Hours(Hours),
}

#[cfg(feature = "parquet")]
impl Value<'_> {
    /// A share or a span as the number that JSON has.
    pub(super) fn share(&self) -> Option<f64> {
        match self {
            Value::Share(share) => Some(share.rounded()),
            Value::Hours(hours) => Some(hours.hundredths() as f64 / 100.0),
            _ => None,
        }
    }
}

impl fmt::Display for Value<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Value::Absent => Ok(()),
            Value::Text(text) => f.write_str(text),
            Value::Count(count) => count.fmt(f),
            Value::Share(share) => share.fmt(f),
            Value::Time(time) => time.fmt(f),
            Value::Hours(hours) => hours.fmt(f),
        }
    }
}

impl Serialize for Value<'_> {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        match self {
            Value::Absent => serializer.serialize_none(),
            Value::Text(text) => serializer.serialize_str(text),
            Value::Count(count) => serializer.serialize_u64(*count),
            Value::Share(share) => rounded(share, serializer),
            Value::Time(time) => serializer.collect_str(time),
            Value::Hours(hours) => hours.serialize(serializer),
        }
    }
}

/// Serializes a share, or one that there may be, as a number of at most four decimals: the figure that a CSV has.
pub(crate) fn rounded<S: Serializer>(
    share: &(impl Into<Option<Share>> + Copy),
    serializer: S,
) -> Result<S::Ok, S::Error> {
    let share: Option<Share> = (*share).into();
    share.map(Share::rounded).serialize(serializer)
}

/// A span of time shown as hours with two decimals.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct Hours {
    seconds: u64,
}

impl Hours {
    const fn hundredths(self) -> u64 {
        // 36 seconds are a hundredth of an hour.
        self.seconds / 36 + (self.seconds % 36) / 18
    }
}

impl fmt::Display for Hours {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let shown = self.hundredths();
        write!(f, "{}.{:02}", shown / 100, shown % 100)
    }
}

impl Serialize for Hours {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.serialize_f64(self.hundredths() as f64 / 100.0)
    }
}

/// Serializes a row as a map, its columns in their order.
pub(crate) fn serialize_row<S: Serializer>(
    columns: &[&str],
    values: &[Value<'_>],
    serializer: S,
) -> Result<S::Ok, S::Error> {
    let mut map = serializer.serialize_map(Some(columns.len()))?;
    for (column, value) in columns.iter().zip(values) {
        map.serialize_entry(column, value)?;
    }
    map.end()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn json_has_the_similarity_csv_has() {
        for ten_thousandths in 0..=10_000 {
            let share = Value::Share(Share(ten_thousandths * 100));
            let json = serde_json::to_string(&share).unwrap();
            let csv = share.to_string();
            let trimmed = csv.trim_end_matches('0');
            let trimmed = match trimmed.strip_suffix('.') {
                Some(whole) => format!("{whole}.0"),
                None => trimmed.to_owned(),
            };
            assert_eq!(json, trimmed);
        }
    }

    #[test]
    fn hours_round_half_up_to_hundredths() {
        let shown = |seconds| Hours { seconds }.to_string();
        assert_eq!(shown(0), "0.00");
        assert_eq!(shown(17), "0.00");
        assert_eq!(shown(18), "0.01");
        assert_eq!(shown(3_600), "1.00");
        assert_eq!(shown(90_000), "25.00");
    }
}

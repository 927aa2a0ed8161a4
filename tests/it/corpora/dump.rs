//! A dump is what a scraper leaves behind, here together with the truth about it.

use super::random::Random;

/// One page as scraped.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Record {
    pub(crate) id: String,
    pub(crate) title: String,
    pub(crate) text: String,
    pub(crate) source: Option<String>,
    pub(crate) date: Option<String>,
    /// The truth about `text`: what is left of it without the furniture. Not in the JSONL.
    pub(crate) body: String,
}

/// Two articles and what was done to make the second from the first.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Pair {
    pub(crate) a: String,
    pub(crate) b: String,
    pub(crate) edit: String,
}

/// Records and which of them are copies.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(crate) struct Dump {
    pub(crate) records: Vec<Record>,
    /// Every id with its copy group; an article without copies is a group of one.
    pub(crate) gold: Vec<(String, String)>,
    /// Pairs worth a look of their own; not all of the pairs in `gold`.
    pub(crate) pairs: Vec<Pair>,
}

impl Dump {
    /// One JSON object a line.
    pub(crate) fn to_jsonl(&self) -> String {
        self.records.iter().map(Record::to_json_line).collect()
    }

    pub(crate) fn without_source(mut self) -> Self {
        for record in &mut self.records {
            record.source = None;
        }
        self
    }

    /// Every line break replaced by a space.
    pub(crate) fn without_line_breaks(mut self) -> Self {
        for record in &mut self.records {
            record.text = record.text.replace('\n', " ");
            record.body = record.body.replace('\n', " ");
        }
        self
    }

    /// The same records in another order.
    pub(crate) fn shuffled(mut self, seed: u64) -> Self {
        Random::new(seed).shuffle(&mut self.records);
        self
    }

    pub(crate) fn record(&self, id: &str) -> &Record {
        self.records
            .iter()
            .find(|record| record.id == id)
            .expect("every id of the truth has a record")
    }

    /// This dump followed by another whose ids and groups are kept apart by `prefix`.
    pub(crate) fn and(mut self, prefix: &str, other: Self) -> Self {
        let own = |name: String| format!("{prefix}{name}");
        self.records
            .extend(other.records.into_iter().map(|record| Record {
                id: own(record.id),
                ..record
            }));
        self.gold.extend(
            other
                .gold
                .into_iter()
                .map(|(id, group)| (own(id), own(group))),
        );
        self.pairs.extend(other.pairs.into_iter().map(|pair| Pair {
            a: own(pair.a),
            b: own(pair.b),
            edit: pair.edit,
        }));
        self
    }
}

impl Record {
    pub(crate) fn to_json_line(&self) -> String {
        let fields = [
            ("id", Some(&self.id)),
            ("title", Some(&self.title)),
            ("text", Some(&self.text)),
            ("date", self.date.as_ref()),
            ("source", self.source.as_ref()),
        ];
        let fields: Vec<String> = fields
            .into_iter()
            .filter_map(|(name, value)| Some(format!("\"{name}\": {}", quoted(value?))))
            .collect();
        format!("{{{}}}\n", fields.join(", "))
    }
}

fn quoted(text: &str) -> String {
    serde_json::to_string(text).expect("a string is JSON")
}

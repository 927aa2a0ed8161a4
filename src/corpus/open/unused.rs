//! The longest field that is not read, for whoever wonders where the texts are.

use std::collections::BTreeMap;

use serde_json::Value;

use super::input::Input;
use super::limits::Limits;
use crate::corpus::formats::Format;
use crate::corpus::formats::csv;
use crate::corpus::record::fields::FieldNames;
use crate::corpus::record::repair;
use crate::corpus::sweep::block::{Block, Buffers, Cutter};
use crate::error::{Result, Unused};

/// How many records are looked at.
const RECORDS: usize = 100;

/// Objects are looked into so far.
const DEEPEST: usize = 3;

impl Unused {
    /// A field shorter than this holds no texts.
    const SHORTEST: u64 = 80;

    /// Whether it may hold articles.
    pub(crate) fn may_be_text(&self) -> bool {
        self.characters >= Unused::SHORTEST
    }
}

/// The field of an input's first records that holds most of what is not read; `None` where there is no such field.
pub(crate) fn longest(
    input: &Input,
    (names, limits): (&FieldNames, Limits),
) -> Result<Option<Unused>> {
    let mut lengths = Lengths {
        names,
        fields: BTreeMap::new(),
        records: 0,
    };
    let (reader, meter) = input.open(limits)?;
    let size = (input.format, input.preamble.len());
    let mut cutter =
        Cutter::sized(reader, size.0, size.1, 64 << 10, limits.record).rooted(&input.root);
    let buffers = Buffers::default();
    let columns = input.columns(names);
    while let Some(block) = cutter.next(&buffers)
        && lengths.records < RECORDS
    {
        lengths.measure(&block, input.format, &columns);
    }
    meter.check(input, cutter.into_broke())?;
    Ok(lengths.longest())
}

struct Lengths<'n> {
    names: &'n FieldNames,
    /// The characters in each field, of all records.
    fields: BTreeMap<String, u64>,
    records: usize,
}

impl Lengths<'_> {
    fn measure(&mut self, block: &Block, format: Format, columns: &[String]) {
        let left = RECORDS - self.records.min(RECORDS);
        for (_, raw, flaw) in block.records().take(left) {
            if flaw.is_some() {
                continue;
            }
            match format {
                Format::Delimited(dialect) => {
                    let cells = csv::cells(raw, dialect);
                    for (column, cell) in columns.iter().zip(cells) {
                        self.add(column, &cell);
                    }
                }
                _ => match serde_json::from_str(&repair::json(raw).0) {
                    Ok(Value::Object(object)) => self.object(object, "", 0),
                    _ => continue,
                },
            }
            self.records += 1;
        }
    }

    fn object(&mut self, object: serde_json::Map<String, Value>, prefix: &str, depth: usize) {
        for (key, value) in object {
            let path = format!("{prefix}{key}");
            match value {
                Value::String(text) => self.add(&path, &text),
                Value::Array(items) => {
                    for item in items {
                        if let Value::String(text) = item {
                            self.add(&path, &text);
                        }
                    }
                }
                Value::Object(inner) if depth < DEEPEST => {
                    self.object(inner, &format!("{path}."), depth + 1);
                }
                _ => {}
            }
        }
    }

    fn add(&mut self, path: &str, text: &str) {
        if self.names.resolve(path).is_none() {
            *self.fields.entry(path.to_owned()).or_default() += text.chars().count() as u64;
        }
    }

    fn longest(self) -> Option<Unused> {
        let records = self.records.max(1) as u64;
        let fields = self.fields.into_iter().map(|(field, characters)| Unused {
            field,
            characters: characters / records,
        });
        fields
            .max_by(|a, b| {
                let by_name = || b.field.cmp(&a.field);
                a.characters.cmp(&b.characters).then_with(by_name)
            })
            .filter(Unused::may_be_text)
    }
}

//! The longest field that is not read, for whoever wonders where the texts are.

use std::collections::BTreeMap;

use super::input::Input;
use super::limits::Limits;
use crate::corpus::formats::Format;
use crate::corpus::record::fields::FieldNames;
use crate::corpus::sweep::block::{Block, Buffers, Cutter};
use crate::error::{Result, Unused};

/// How many records are looked at.
const RECORDS: usize = 100;

impl Unused {
    /// A field shorter than this holds no texts.
    const SHORTEST: u64 = 80;

    /// Whether it may hold articles.
    pub(crate) fn may_be_text(&self) -> bool {
        self.characters >= Unused::SHORTEST
    }
}

/// The field of an input's first records that holds most of what is not read; `None` where there is no such field.
pub(crate) fn longest(input: &Input, names: &FieldNames, limits: Limits) -> Result<Option<Unused>> {
    let mut lengths = Lengths {
        names,
        fields: BTreeMap::new(),
        records: 0,
    };
    let (reader, meter) = input.open(limits)?;
    let mut cutter = Cutter::sized(reader, input, 64 << 10, limits.record);
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
            let reader = format.reader();
            let is_read = reader.visit_texts(raw, columns, &mut |path, text| self.add(path, text));
            self.records += usize::from(is_read);
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

//! The columns that records need: all keys in the order they were first met, and what each of them holds.

use std::collections::BTreeMap;
use std::sync::{Mutex, PoisonError};

use ahash::AHashMap;

use super::Conversion;
use super::fields::{Record, Told};
use super::number::{self, Held};
use crate::corpus::Fields;
use crate::error::Result;
use crate::output::Value;

/// More keys than this are no columns, but data that stands where keys should.
const MOST_COLUMNS: usize = 4096;

/// What the values of a column were seen to be; each is a bit.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
struct Seen(u8);

impl Seen {
    const INTEGER: u8 = 1;
    /// A whole number that is no double.
    const WIDE: u8 = 2;
    const DOUBLE: u8 = 4;
    const TRUTH: u8 = 8;
    const NESTED: u8 = 16;
    const MOMENT: u8 = 32;
    const TEXT: u8 = 64;

    fn of(value: &Told<'_>) -> Seen {
        Seen(match value {
            Told::Json(json) => match json.as_bytes().first() {
                Some(b'"') => Seen::TEXT,
                Some(b't' | b'f') => Seen::TRUTH,
                Some(b'{' | b'[') => Seen::NESTED,
                Some(b'n') | None => 0,
                _ => Seen::of_number(number::held(json)),
            },
            Told::Cell(cell) => match &**cell {
                "" => 0,
                "true" | "false" => Seen::TRUTH,
                cell => Seen::of_number(number::held_cell(cell)),
            },
            Told::Field(Value::Absent) => 0,
            Told::Field(Value::Time(_)) => Seen::MOMENT,
            Told::Field(_) => Seen::TEXT,
        })
    }

    fn of_number(held: Held) -> u8 {
        match held {
            Held::Both => Seen::INTEGER,
            Held::Integer => Seen::INTEGER | Seen::WIDE,
            Held::Double => Seen::DOUBLE,
            Held::Neither => Seen::TEXT,
        }
    }
}

/// What a column holds.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Type {
    /// Texts; values of other types as JSON has them.
    Text,
    Integer,
    Double,
    Truth,
    /// Lists and objects, as JSON.
    Json,
    /// Moments, in milliseconds and in UTC.
    Moment,
}

/// A column.
#[derive(Clone, Debug)]
pub(super) struct Column {
    pub(super) name: String,
    seen: Seen,
}

impl Column {
    #[cfg_attr(
        not(feature = "parquet"),
        expect(dead_code, reason = "CSV has no types")
    )]
    pub(super) fn holds(&self) -> Type {
        let only = |bits: u8| self.seen.0 != 0 && self.seen.0 & !bits == 0;
        if only(Seen::INTEGER | Seen::WIDE) {
            Type::Integer
        } else if only(Seen::INTEGER | Seen::DOUBLE) {
            Type::Double
        } else if only(Seen::TRUTH) {
            Type::Truth
        } else if only(Seen::NESTED) {
            Type::Json
        } else if only(Seen::MOMENT) {
            Type::Moment
        } else {
            Type::Text
        }
    }
}

/// The columns of all records.
#[derive(Debug, Default)]
pub(super) struct Schema {
    pub(super) columns: Vec<Column>,
    by_name: AHashMap<String, usize>,
}

impl Schema {
    /// The column of a name, which is likely to be at a place.
    pub(super) fn find(&self, likely: usize, name: &str) -> Option<usize> {
        match self.columns.get(likely) {
            Some(column) if column.name == name => Some(likely),
            _ => self.by_name.get(name).copied(),
        }
    }

    fn note(&mut self, record: &Record<'_>) {
        for (at, (name, value)) in record.fields.iter().enumerate() {
            self.add(at, name, Seen::of(value));
        }
    }

    fn add(&mut self, likely: usize, name: &str, seen: Seen) {
        let column = self.find(likely, name).unwrap_or_else(|| {
            self.by_name.insert(name.to_owned(), self.columns.len());
            self.columns.push(Column {
                name: name.to_owned(),
                seen: Seen::default(),
            });
            self.columns.len() - 1
        });
        self.columns[column].seen.0 |= seen.0;
    }

    fn absorb(&mut self, other: &Schema) {
        for (at, column) in other.columns.iter().enumerate() {
            self.add(at, &column.name, column.seen);
        }
    }
}

/// What a first sweep finds out.
pub(super) struct Survey {
    pub(super) schema: Schema,
    /// How many records of each batch are kept, and about how many bytes they have.
    #[cfg_attr(
        not(feature = "parquet"),
        expect(dead_code, reason = "only Parquet has row groups")
    )]
    pub(super) batches: Vec<(usize, usize)>,
}

impl Survey {
    /// Sweeps the kept records.
    pub(super) fn of(conversion: &Conversion<'_>) -> Result<Survey> {
        let in_order = Mutex::new(InOrder::begin(conversion));
        conversion.sweep(&|batch| {
            let mut found = Found::default();
            let kept = conversion.teller.tell(batch, &mut |record| {
                found.schema.note(record);
                found.rows += 1;
                found.bytes += record.bytes;
                Ok(())
            })?;
            let mut in_order = in_order.lock().unwrap_or_else(PoisonError::into_inner);
            in_order.put(batch.number, found);
            if in_order.schema.columns.len() > MOST_COLUMNS {
                return Err(conversion.unfit(&format!(
                    "its records have more than {MOST_COLUMNS} different keys, too many for columns"
                )));
            }
            Ok(kept)
        })?;
        if let Some(repeats) = conversion.teller.rewriter.plan.repeats {
            repeats.forget_cut();
        }
        let found = in_order
            .into_inner()
            .unwrap_or_else(PoisonError::into_inner);
        Ok(Survey {
            schema: found.schema,
            batches: found.batches,
        })
    }
}

/// What was found in a batch.
#[derive(Default)]
struct Found {
    schema: Schema,
    rows: usize,
    bytes: usize,
}

/// What was found in all batches, put together in their order.
struct InOrder {
    schema: Schema,
    batches: Vec<(usize, usize)>,
    early: BTreeMap<usize, Found>,
}

impl InOrder {
    /// What is known before any record is: the header rows of CSV, and what a page has.
    fn begin(conversion: &Conversion<'_>) -> InOrder {
        let mut schema = Schema::default();
        let teller = &conversion.teller;
        for name in teller.headers().flatten() {
            schema.add(schema.columns.len(), name, Seen::default());
        }
        let has_pages = teller
            .rewriter
            .inputs
            .iter()
            .any(|input| input.format.fields() == Fields::OfPage);
        if has_pages {
            for name in super::fields::OF_PAGES {
                let seen = match name {
                    "published" => Seen::MOMENT,
                    _ => Seen::TEXT,
                };
                schema.add(schema.columns.len(), name, Seen(seen));
            }
        }
        InOrder {
            schema,
            batches: Vec::new(),
            early: BTreeMap::new(),
        }
    }

    fn put(&mut self, number: usize, found: Found) {
        self.early.insert(number, found);
        while let Some(found) = self.early.remove(&self.batches.len()) {
            self.schema.absorb(&found.schema);
            self.batches.push((found.rows, found.bytes));
        }
    }
}

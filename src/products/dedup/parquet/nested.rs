//! Nested values, put together again from the levels of their columns.

use ::parquet::basic::{ConvertedType, LogicalType, Repetition};
use ::parquet::schema::types::Type;
use serde_json::Value as Json;

use crate::corpus::formats::parquet::levels::Cells;
use crate::corpus::formats::parquet::value::Kind;

/// Some rows of a column, and how far they have been told.
pub(super) struct Stretch {
    cells: Cells,
    kind: Kind,
    full: i16,
    place: usize,
    value: usize,
}

impl Stretch {
    /// Rows of a column of one kind, whose values stand at this depth, of which none has been told.
    pub(super) fn new(cells: Cells, kind: Kind, full: i16) -> Stretch {
        Stretch {
            cells,
            kind,
            full,
            place: 0,
            value: 0,
        }
    }

    fn definition(&self) -> i16 {
        let levels = &self.cells.definition;
        levels.get(self.place).copied().unwrap_or(self.full)
    }

    /// 0 where the next place begins a row, or there is none.
    fn repetition(&self) -> i16 {
        let levels = &self.cells.repetition;
        levels.get(self.place).copied().unwrap_or(0)
    }

    /// Tells the value at this place, if it has one, and goes on to the next.
    fn take(&mut self) -> Json {
        let is_there = self.definition() == self.full;
        self.place += 1;
        if !is_there {
            return Json::Null;
        }
        self.value += 1;
        self.cells.values.json(self.value - 1, self.kind)
    }
}

/// How many columns a field has.
pub(super) fn leaves(field: &Type) -> usize {
    if field.is_primitive() {
        return 1;
    }
    field.get_fields().iter().map(|child| leaves(child)).sum()
}

/// The next value of a field, at the levels of what it stands in.
pub(super) fn told(
    field: &Type,
    definition: i16,
    repetition: i16,
    columns: &mut [Stretch],
) -> Json {
    let reached = columns.first().map_or(0, Stretch::definition);
    match field.get_basic_info().repetition() {
        Repetition::REQUIRED => inside(field, definition, repetition, columns),
        Repetition::OPTIONAL if reached > definition => {
            inside(field, definition + 1, repetition, columns)
        }
        Repetition::REPEATED if reached > definition => {
            let (definition, repetition) = (definition + 1, repetition + 1);
            Json::Array(repeated(columns, repetition, |columns| {
                inside(field, definition, repetition, columns)
            }))
        }
        Repetition::OPTIONAL => absent(columns, Json::Null),
        Repetition::REPEATED => absent(columns, Json::Array(Vec::new())),
    }
}

/// Every column has one place for what is not there.
fn absent(columns: &mut [Stretch], value: Json) -> Json {
    columns.iter_mut().for_each(|column| {
        column.take();
    });
    value
}

fn repeated(
    columns: &mut [Stretch],
    level: i16,
    mut item: impl FnMut(&mut [Stretch]) -> Json,
) -> Vec<Json> {
    let mut items = vec![item(columns)];
    while columns
        .first()
        .is_some_and(|column| column.repetition() == level)
    {
        items.push(item(columns));
    }
    items
}

/// What a field that is there holds.
fn inside(field: &Type, definition: i16, repetition: i16, columns: &mut [Stretch]) -> Json {
    if field.is_primitive() {
        return columns.first_mut().map_or(Json::Null, Stretch::take);
    }
    if let Some(items) = items_of(field) {
        return list(items, definition, repetition, columns);
    }
    let mut rest = columns;
    let mut object = serde_json::Map::new();
    for child in field.get_fields() {
        let (own, others) = rest.split_at_mut(leaves(child));
        rest = others;
        let value = told(child, definition, repetition, own);
        object.insert(child.name().to_owned(), value);
    }
    Json::Object(object)
}

/// The repeated group or value inside a list or a map.
fn items_of(group: &Type) -> Option<&Type> {
    let info = group.get_basic_info();
    let holds_items = matches!(
        info.logical_type_ref(),
        Some(LogicalType::List | LogicalType::Map)
    ) || matches!(
        info.converted_type(),
        ConvertedType::LIST | ConvertedType::MAP | ConvertedType::MAP_KEY_VALUE
    );
    match group.get_fields() {
        [only] if holds_items && only.get_basic_info().repetition() == Repetition::REPEATED => {
            Some(only)
        }
        _ => None,
    }
}

fn list(items: &Type, definition: i16, repetition: i16, columns: &mut [Stretch]) -> Json {
    let reached = columns.first().map_or(0, Stretch::definition);
    if reached <= definition {
        return absent(columns, Json::Array(Vec::new()));
    }
    let (definition, repetition) = (definition + 1, repetition + 1);
    let items = repeated(columns, repetition, |columns| match items {
        // The middle group of a list holds its item and nothing else.
        group if group.is_group() && group.get_fields().len() == 1 => {
            told(&group.get_fields()[0], definition, repetition, columns)
        }
        other => inside(other, definition, repetition, columns),
    });
    Json::Array(items)
}

//! A column on its way from one file to another: rows left out of it, and texts replaced in it.

use ::parquet::data_type::ByteArray;

use super::super::rewrite::Rewriter;
use crate::corpus::formats::parquet::levels::{Cells, Values};
use crate::corpus::formats::parquet::{Leaf, Reader, Slice, Table, for_each_row, parse};

/// The levels of a column, without which its cells mean nothing.
#[derive(Clone, Copy)]
pub(super) struct Depth {
    /// The definition level of a value that is there.
    pub(super) full: i16,
    /// The repetition level of a further value of one row.
    pub(super) repeated: i16,
}

/// Leaves out the rows that are not kept.
pub(super) fn retain(cells: &mut Cells, depth: Depth, keep: &[bool]) {
    if keep.iter().all(|keep| *keep) {
        return;
    }
    let places = cells.definition.len().max(cells.repetition.len());
    if places == 0 {
        retain_values(&mut cells.values, keep);
        return;
    }
    let mut of_places = Vec::with_capacity(places);
    let mut of_values = Vec::new();
    let mut row = None;
    for at in 0..places {
        if cells.repetition.get(at).is_none_or(|&level| level == 0) {
            row = Some(row.map_or(0, |row: usize| row + 1));
        }
        let kept = keep.get(row.unwrap_or(0)).copied().unwrap_or(false);
        of_places.push(kept);
        if cells
            .definition
            .get(at)
            .is_none_or(|&level| level == depth.full)
        {
            of_values.push(kept);
        }
    }
    retain_flagged(&mut cells.definition, &of_places);
    retain_flagged(&mut cells.repetition, &of_places);
    retain_values(&mut cells.values, &of_values);
}

fn retain_values(values: &mut Values, flags: &[bool]) {
    match values {
        Values::Bool(it) => retain_flagged(it, flags),
        Values::Int32(it) => retain_flagged(it, flags),
        Values::Int64(it) => retain_flagged(it, flags),
        Values::Int96(it) => retain_flagged(it, flags),
        Values::Float(it) => retain_flagged(it, flags),
        Values::Double(it) => retain_flagged(it, flags),
        Values::Bytes(it) => retain_flagged(it, flags),
        Values::Fixed(it) => retain_flagged(it, flags),
    }
}

fn retain_flagged<T>(values: &mut Vec<T>, flags: &[bool]) {
    let mut flags = flags.iter();
    values.retain(|_| flags.next().copied().unwrap_or(false));
}

/// The cleaned texts of a row group, batch by batch, beside the column that they replace.
pub(super) struct Cleaning<'t> {
    rewriter: &'t Rewriter<'t>,
    table: &'t Table,
    reader: Reader<'t>,
    /// The text column, as a number among the leaves.
    leaf: usize,
    input: u32,
    slice: Slice,
    read: usize,
}

impl<'t> Cleaning<'t> {
    /// The cleaning of a column; `None` where it holds no texts, or none are cleaned.
    pub(super) fn of(
        rewriter: &'t Rewriter<'t>,
        table: &'t Table,
        input: u32,
        column: usize,
        slice: Slice,
    ) -> Option<Result<Cleaning<'t>, String>> {
        if rewriter.plan.cuts().is_nothing() {
            return None;
        }
        let leaf = table
            .leaves()
            .iter()
            .position(|leaf| leaf.column == column)?;
        if !table.leaves()[leaf].is_text() {
            return None;
        }
        Some(Reader::new(table, slice).map(|reader| Cleaning {
            rewriter,
            table,
            reader,
            leaf,
            input,
            slice,
            read: 0,
        }))
    }

    /// Replaces the texts in the next batch of the column.
    pub(super) fn clean(&mut self, cells: &mut Cells, depth: Depth) -> Result<(), String> {
        let rows = self.reader.next()?;
        let (mut arena, mut text_of) = (Vec::new(), Vec::new());
        let names = self.rewriter.names;
        let parsed = parse(
            &rows,
            self.table,
            names,
            self.input,
            &mut arena,
            &mut text_of,
        );
        let mut texts: Vec<Option<String>> = vec![None; cells.rows];
        for (article, origin) in parsed.articles.iter().zip(&text_of) {
            let before = self.slice.before + self.read as u64 + 1;
            let row = article.place.record.saturating_sub(before) as usize;
            if *origin == Some(self.leaf)
                && let Some(text) = texts.get_mut(row)
            {
                *text = self.rewriter.cleaned(article);
            }
        }
        self.read += cells.rows;
        if texts.iter().any(Option::is_some) {
            replace(cells, &self.table.leaves()[self.leaf], depth, texts);
        }
        Ok(())
    }
}

/// Puts other texts in the place of those of some rows; in a list, a line is an item.
fn replace(cells: &mut Cells, leaf: &Leaf, depth: Depth, mut texts: Vec<Option<String>>) {
    let mut places = vec![0..0; cells.rows];
    for_each_row(cells, depth.full, |row, values| places[row] = values);
    let Values::Bytes(values) = &mut cells.values else {
        return;
    };
    if !leaf.is_list {
        for (text, place) in texts.into_iter().zip(places) {
            if let (Some(text), Some(value)) = (text, values.get_mut(place.start)) {
                *value = ByteArray::from(text.into_bytes());
            }
        }
        return;
    }
    let old = std::mem::take(values);
    let (definition, repetition) = (
        std::mem::take(&mut cells.definition),
        std::mem::take(&mut cells.repetition),
    );
    let starts = (0..repetition.len()).filter(|&at| repetition[at] == 0);
    let starts: Vec<usize> = starts.chain([repetition.len()]).collect();
    for (row, ends) in starts.windows(2).enumerate() {
        match texts.get_mut(row).and_then(Option::take) {
            Some(text) => {
                for (at, line) in text.split('\n').enumerate() {
                    cells.definition.push(depth.full);
                    cells
                        .repetition
                        .push(if at == 0 { 0 } else { depth.repeated });
                    values.push(ByteArray::from(line));
                }
            }
            None => {
                cells.definition.extend(&definition[ends[0]..ends[1]]);
                cells.repetition.extend(&repetition[ends[0]..ends[1]]);
                values.extend_from_slice(&old[places[row].clone()]);
            }
        }
    }
}

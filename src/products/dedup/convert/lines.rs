//! Records told as JSON lines or as CSV.

use std::io::Write;

use super::super::rewrite::mark_names;
use super::super::{KeptCounts, early};
use super::Conversion;
use super::fields::{Record, Told};
use super::schema::{Schema, Survey};
use crate::corpus::{Dialect, append_cell};
use crate::error::{Error, Result};
use crate::output::{Ordered, OutputFile};

/// Writes the kept records as objects: what a record does not have is `null`, or is not there at all.
pub(super) fn write_json(
    conversion: &Conversion<'_>,
    file: OutputFile,
) -> Result<(OutputFile, KeptCounts)> {
    write(conversion, file, &|record, to| {
        let names = record.fields.iter().map(|(name, _)| name);
        let marks = record.marks.map(|marks| {
            let is_taken = |name: &str| names.clone().any(|taken| taken == name);
            mark_names(is_taken).into_iter().zip(marks)
        });
        let mut before = b'{';
        // Writing strings and numbers to memory cannot fail.
        for (name, value) in &record.fields {
            to.push(std::mem::replace(&mut before, b','));
            let _ = serde_json::to_writer(&mut *to, &**name);
            to.push(b':');
            match value {
                Told::Json(json) => to.extend_from_slice(json.as_bytes()),
                Told::Cell(cell) => drop(serde_json::to_writer(&mut *to, &**cell)),
                Told::Field(value) => drop(serde_json::to_writer(&mut *to, value)),
            }
        }
        for (name, value) in marks.into_iter().flatten() {
            to.push(std::mem::replace(&mut before, b','));
            let _ = serde_json::to_writer(&mut *to, &name);
            to.push(b':');
            let _ = serde_json::to_writer(&mut *to, &value);
        }
        to.extend_from_slice(b"}\n");
    })
}

/// Writes the kept records as rows with a cell for every column, below a header row.
pub(super) fn write_csv(
    conversion: &Conversion<'_>,
    delimiter: u8,
    mut file: OutputFile,
) -> Result<(OutputFile, KeptCounts)> {
    let schema = Survey::of(conversion)?.schema;
    let names = schema.columns.iter().map(|column| column.name.as_str());
    let mut header: Vec<String> = names.map(str::to_owned).collect();
    if conversion.teller.rewriter.plan.marks.is_some() {
        let marks = mark_names(|name| header.iter().any(|taken| taken == name));
        header.extend(marks);
    }
    if !header.is_empty() {
        let mut line = Vec::new();
        let cells = header.iter().map(|name| Some(Told::Cell(name.into())));
        append_row(cells, delimiter, &mut line);
        file.write_all(&line)
            .map_err(|error| Error::io(file.name(), error))?;
    }
    write(conversion, file, &|record, to| {
        let cells = in_columns(&schema, record).into_iter();
        let marks = record.marks.into_iter().flatten();
        let marks = marks.map(|mark| Some(Told::Field(mark)));
        append_row(cells.chain(marks), delimiter, to);
    })
}

/// The values of a record in the order of the columns.
pub(super) fn in_columns<'r>(schema: &Schema, record: &Record<'r>) -> Vec<Option<Told<'r>>> {
    let mut values = vec![None; schema.columns.len()];
    for (at, (name, value)) in record.fields.iter().enumerate() {
        // Of two values of one key, the later one counts.
        if let Some(column) = schema.find(at, name) {
            values[column] = Some(value.clone());
        }
    }
    values
}

fn append_row<'r>(cells: impl Iterator<Item = Option<Told<'r>>>, delimiter: u8, to: &mut Vec<u8>) {
    let start = to.len();
    for (at, cell) in cells.enumerate() {
        if at > 0 {
            to.push(delimiter);
        }
        match cell.as_ref().and_then(Told::text).as_deref() {
            None => {}
            // What is empty is there; what is absent is not.
            Some("") if matches!(cell, Some(Told::Json(_))) => to.extend_from_slice(b"\"\""),
            Some(text) => append_cell(text, Dialect::of(delimiter), false, to),
        }
    }
    // A blank line would be no row.
    if to.len() == start {
        to.extend_from_slice(b"\"\"");
    }
    to.push(b'\n');
}

fn write(
    conversion: &Conversion<'_>,
    file: OutputFile,
    append: &(dyn Fn(&Record<'_>, &mut Vec<u8>) + Sync),
) -> Result<(OutputFile, KeptCounts)> {
    let name = file.name().to_owned();
    let ordered = Ordered::new(file, name, early(conversion.corpus));
    let kept = conversion.sweep(&|batch| {
        let mut lines = Vec::new();
        let kept = conversion.teller.tell(batch, &mut |record| {
            append(record, &mut lines);
            Ok(())
        })?;
        ordered.put(batch.number, lines)?;
        Ok(kept)
    })?;
    Ok((ordered.finish()?, kept))
}

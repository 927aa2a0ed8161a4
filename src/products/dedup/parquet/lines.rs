//! Parquet told as JSON lines or CSV: nested values are put together again from the levels of their columns.

use std::io::Write;

use ::parquet::file::reader::FileReader;
use ::parquet::schema::types::Type;
use serde_json::Value as Json;

use super::super::KeptCounts;
use super::super::convert::Form;
use super::super::rewrite::{Rewriter, mark_names, marks};
use super::columns::{Cleaning, Depth};
use super::nested::{Stretch, leaves, told};
use super::{JSON_COLUMNS, damaged, open};
use crate::corpus::formats::parquet::levels::Column;
use crate::corpus::formats::parquet::value::Kind;
use crate::corpus::formats::parquet::{Slice, Table, guarded};
use crate::corpus::{Dialect, Place, append_cell};
use crate::error::{Error, ErrorKind, Result};
use crate::output::{OutputFile, Value};

/// Writes the kept rows of all inputs.
pub(super) fn write(
    rewriter: &Rewriter<'_>,
    inputs: &[u32],
    form: Form,
    mut file: OutputFile,
) -> Result<(OutputFile, KeptCounts)> {
    let mut kept = KeptCounts::default();
    let mut header: Option<(String, Vec<String>)> = None;
    for &number in inputs {
        let table = open(rewriter, number)?;
        let teller = Teller::new(rewriter, &table, number, form);
        let name = &rewriter.inputs[number as usize].name;
        match &header {
            None => {
                file.write_all(&teller.header())
                    .map_err(|error| Error::io(file.name(), error))?;
                header = Some((name.clone(), teller.names.clone()));
            }
            Some((first, names)) if matches!(form, Form::Csv(_)) && *names != teller.names => {
                return Err(ErrorKind::MixedForms {
                    one: first.clone(),
                    other: name.clone(),
                }
                .into());
            }
            Some(_) => {}
        }
        for group in 0..table.metadata().num_row_groups() {
            teller.write_group(table.whole_group(group), &mut file, &mut kept)?;
        }
        rewriter.inputs[number as usize].check_unchanged()?;
    }
    Ok((file, kept))
}

/// Tells the rows of one input.
struct Teller<'a> {
    rewriter: &'a Rewriter<'a>,
    table: &'a Table,
    input: u32,
    form: Form,
    /// The names of all columns: the file's own, its partitions', and the marks'.
    names: Vec<String>,
    /// Which of the file's own columns hold JSON.
    hold_json: Vec<bool>,
}

impl<'a> Teller<'a> {
    fn new(rewriter: &'a Rewriter<'a>, table: &'a Table, input: u32, form: Form) -> Self {
        let schema = table.schema();
        let own = schema
            .get_fields()
            .iter()
            .map(|field| field.name().to_owned());
        let partitions = table.partitions().iter().map(|it| it.name.clone());
        let mut names: Vec<String> = own.chain(partitions).collect();
        if rewriter.plan.marks.is_some() {
            let marks = mark_names(|name| names.iter().any(|taken| taken == name));
            names.extend(marks);
        }
        Teller {
            rewriter,
            table,
            input,
            form,
            names,
            hold_json: hold_json(table),
        }
    }

    fn header(&self) -> Vec<u8> {
        match self.form {
            Form::Json | Form::Parquet => Vec::new(),
            Form::Csv(_) => {
                let names = self.names.iter().cloned().map(Json::String);
                self.line(names.collect())
            }
        }
    }

    fn write_group(
        &self,
        slice: Slice,
        file: &mut OutputFile,
        kept: &mut KeptCounts,
    ) -> Result<()> {
        let input = &self.rewriter.inputs[self.input as usize];
        let failed = |why: String| {
            self.table
                .failure(input)
                .unwrap_or_else(|| damaged(input, &why))
        };
        let mut columns = self.columns(slice).map_err(failed)?;
        let mut read = 0;
        while read < slice.rows {
            self.rewriter.check_interrupt()?;
            let rows = slice.batch.min(slice.rows - read);
            let stretches = columns.iter_mut().map(|column| column.next(rows)).collect();
            let stretches: std::result::Result<Vec<_>, String> = stretches;
            let mut stretches = stretches.map_err(failed)?;
            let mut lines = Vec::new();
            for record in (slice.before + read as u64 + 1..).take(rows) {
                let values = self.row(&mut stretches);
                if let Some(line) = self.fated(record, values, kept)? {
                    lines.extend_from_slice(&line);
                }
            }
            file.write_all(&lines)
                .map_err(|error| Error::io(file.name(), error))?;
            read += rows;
        }
        Ok(())
    }

    fn columns(&self, slice: Slice) -> std::result::Result<Vec<Told<'_>>, String> {
        let schema = self.table.metadata().file_metadata().schema_descr();
        let group = guarded(|| self.table.file().get_row_group(slice.group))?;
        let columns = (0..schema.num_columns()).map(|number| {
            let described = schema.column(number);
            let levels = (described.max_def_level(), described.max_rep_level());
            let column = Column::new(guarded(|| group.get_column_reader(number))?);
            Ok(Told {
                column: column.without(self.table.oversized(slice.group), levels),
                cleaning: self.cleaning(number, slice)?,
                kind: Kind::of(&described).unwrap_or(Kind::Signed),
                depth: Depth {
                    full: described.max_def_level(),
                    repeated: described.max_rep_level(),
                },
            })
        });
        columns.collect()
    }

    fn cleaning(
        &self,
        column: usize,
        slice: Slice,
    ) -> std::result::Result<Option<Cleaning<'_>>, String> {
        Cleaning::of(self.rewriter, self.table, self.input, column, slice).transpose()
    }

    /// The next row's values, by column.
    fn row(&self, stretches: &mut [Stretch]) -> Vec<Json> {
        let schema = self.table.schema();
        let mut rest = stretches;
        let mut values = Vec::with_capacity(self.names.len());
        for field in schema.get_fields() {
            let (own, others) = rest.split_at_mut(leaves(field));
            rest = others;
            values.push(told(field, 0, 0, own));
        }
        values
    }

    /// The line of a row, if it is kept.
    fn fated(
        &self,
        record: u64,
        mut values: Vec<Json>,
        kept: &mut KeptCounts,
    ) -> Result<Option<Vec<u8>>> {
        let place = Place {
            input: self.input,
            record,
        };
        let Some(fate) = self.rewriter.plan.decisions.known(place) else {
            return Ok(None);
        };
        let fate = self.rewriter.with_marks(fate);
        kept.kept += u64::from(fate.keep);
        kept.removed += u64::from(!fate.keep);
        if !fate.keep {
            return Ok(None);
        }
        let partitions = self.table.partitions().iter();
        values.extend(partitions.map(|it| it.value.clone().map_or(Json::Null, Json::String)));
        if let Some(marked) = self.rewriter.marked(fate)? {
            let json = |mark: &Value<'_>| serde_json::to_value(mark).unwrap_or_default();
            values.extend(marks(&marked).iter().map(json));
        }
        Ok(Some(self.line(values)))
    }

    fn line(&self, values: Vec<Json>) -> Vec<u8> {
        let mut line = Vec::new();
        let mut first = true;
        let hold_json = self.hold_json.iter().chain(std::iter::repeat(&false));
        for ((name, value), holds_json) in self.names.iter().zip(values).zip(hold_json) {
            let before = if first { b'{' } else { b',' };
            match self.form {
                Form::Json | Form::Parquet => {
                    line.push(before);
                    // Writing to memory cannot fail.
                    let _ = serde_json::to_writer(&mut line, name);
                    line.push(b':');
                    match value {
                        Json::String(json) if *holds_json && is_one_line(&json) => {
                            line.extend_from_slice(json.as_bytes());
                        }
                        value => drop(serde_json::to_writer(&mut line, &value)),
                    }
                }
                Form::Csv(delimiter) => {
                    if !first {
                        line.push(delimiter);
                    }
                    match value {
                        Json::Null => {}
                        Json::String(text) => {
                            append_cell(&text, Dialect::of(delimiter), false, &mut line)
                        }
                        other => append_cell(
                            &other.to_string(),
                            Dialect::of(delimiter),
                            false,
                            &mut line,
                        ),
                    }
                }
            }
            first = false;
        }
        if !matches!(self.form, Form::Csv(_)) {
            line.push(b'}');
        }
        line.push(b'\n');
        line
    }
}

/// Which columns hold the JSON of lists and objects that were written as texts.
fn hold_json(table: &Table) -> Vec<bool> {
    let entries = table.metadata().file_metadata().key_value_metadata();
    let mut entries = entries.into_iter().flatten();
    let entry = entries.find(|entry| entry.key == JSON_COLUMNS);
    let named = entry.and_then(|entry| serde_json::from_str(entry.value.as_deref()?).ok());
    let named: Vec<String> = named.unwrap_or_default();
    let holds_json =
        |field: &Type| field.is_primitive() && named.iter().any(|name| name == field.name());
    let schema = table.schema();
    schema
        .get_fields()
        .iter()
        .map(|field| holds_json(field))
        .collect()
}

/// Whether a text is JSON that can stand in a line.
fn is_one_line(json: &str) -> bool {
    !json.contains('\n') && serde_json::from_str::<serde::de::IgnoredAny>(json).is_ok()
}

/// A column that is told.
struct Told<'t> {
    column: Column,
    cleaning: Option<Cleaning<'t>>,
    kind: Kind,
    depth: Depth,
}

impl Told<'_> {
    fn next(&mut self, rows: usize) -> std::result::Result<Stretch, String> {
        let mut cells = guarded(|| self.column.read(rows))?;
        if cells.rows != rows {
            return Err("a column ends before its row group does".to_owned());
        }
        if let Some(cleaning) = &mut self.cleaning {
            cleaning.clean(&mut cells, self.depth)?;
        }
        Ok(Stretch::new(cells, self.kind, self.depth.full))
    }
}

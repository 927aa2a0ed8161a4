//! Records as they are written: byte for byte as they were read, but for the text where it is cleaned, and the marks where
//! they are asked for.

use std::borrow::Cow;

use super::Plan;
use super::decisions::{self, Fate};
use super::marks::Marked;
#[cfg(feature = "parquet")]
use crate::corpus::Limits;
use crate::corpus::{
    Article, Dialect, FieldNames, FileCorpus, Input, Place, TextPlace, append_cell, to_line,
};
use crate::error::{ErrorKind, Result};
use crate::output::{ClusterRow, Value};

/// How many columns of a clusters table are marks; the others say what the record says itself.
pub(super) const MARKS: usize = 12;

/// Which they are, in their order.
const PLACES: [usize; MARKS] = [0, 1, 2, 3, 4, 5, 6, 7, 14, 15, 16, 17];

/// What the columns are called that marked records have more.
pub const MARK_COLUMNS: [&str; MARKS] = {
    let mut names = [""; MARKS];
    let mut at = 0;
    while at < MARKS {
        names[at] = ClusterRow::COLUMNS[PLACES[at]];
        at += 1;
    }
    names
};

/// Writes the records of a corpus as a plan says.
pub(super) struct Rewriter<'a> {
    #[cfg(feature = "parquet")]
    corpus: &'a FileCorpus,
    pub(super) inputs: &'a [Input],
    pub(super) names: &'a FieldNames,
    #[cfg(feature = "parquet")]
    pub(super) limits: Limits,
    pub(super) plan: &'a Plan<'a>,
}

impl<'a> Rewriter<'a> {
    pub(super) fn new(corpus: &'a FileCorpus, plan: &'a Plan<'a>) -> Rewriter<'a> {
        Rewriter {
            #[cfg(feature = "parquet")]
            corpus,
            inputs: corpus.files(),
            names: corpus.field_names(),
            #[cfg(feature = "parquet")]
            limits: corpus.options.limits,
            plan,
        }
    }

    /// Fails if the run was asked to stop; a sweep knows by itself.
    #[cfg(feature = "parquet")]
    pub(super) fn check_interrupt(&self) -> Result<()> {
        self.corpus.options.check_interrupt()
    }

    /// Whoever marks, keeps.
    pub(super) fn with_marks(&self, fate: Fate) -> Fate {
        Fate {
            keep: fate.keep || self.plan.marks.is_some(),
            ..fate
        }
    }

    /// The text of an article without what is to be left out of it, where it has any of that.
    pub(super) fn cleaned(&self, article: &Article<'_>) -> Option<String> {
        self.plan.cuts().cleaned(article)
    }

    /// The row that a record is marked with, if records are marked.
    pub(super) fn marked(&self, fate: Fate) -> Result<Option<Marked<'_>>> {
        let marks = self.plan.marks.as_ref();
        marks.map(|marks| marks.read(fate.row)).transpose()
    }

    /// What stands before the first record of an input.
    pub(super) fn preamble<'i>(&self, input: &'i Input) -> Cow<'i, [u8]> {
        // What stands before the records of a document is no part of lines.
        if input.format.reader().is_document() {
            return Cow::Borrowed(&[]);
        }
        let Some(dialect) = input.format.dialect() else {
            return Cow::Borrowed(&input.preamble);
        };
        if self.plan.marks.is_none() || input.preamble.is_empty() {
            return Cow::Borrowed(&input.preamble);
        }
        let there = input.columns(self.names);
        let mut header = Vec::new();
        let names = mark_names(|name| there.iter().any(|column| column == name));
        let cells = names.iter().map(|name| Value::Text(name));
        append_cells(&input.preamble, dialect, 0, cells, &mut header);
        Cow::Owned(header)
    }

    /// Starts on a batch.
    pub(super) fn begin(&self) -> Writing<'_> {
        Writing {
            rewriter: self,
            places: TextPlace::new(self.names),
            columns: None,
        }
    }
}

/// The marks of a record, in the order of their columns.
pub(super) fn marks<'m>(marked: &'m Marked<'_>) -> [Value<'m>; MARKS] {
    let values = marked.row().values();
    PLACES.map(|at| values[at])
}

/// Refuses to mark records that have no place for it.
pub(super) fn check_marks(inputs: &[Input], is_marked: bool) -> Result<()> {
    let has_place = |input: &&Input| input.format.fields().have_place();
    match inputs.iter().find(|input| !has_place(input)) {
        Some(input) if is_marked => Err(unfit(input, "its records have no place for marks")),
        _ => Ok(()),
    }
}

/// Refuses to clean texts that stand in a page among its tags.
pub(super) fn check_texts(inputs: &[Input], is_stripped: bool) -> Result<()> {
    let has_place = |input: &&Input| input.format.reader().has_place_for_text();
    match inputs.iter().find(|input| !has_place(input)) {
        Some(input) if is_stripped => {
            Err(unfit(input, "a page's text is not cleaned in its place"))
        }
        _ => Ok(()),
    }
}

/// The names that the columns of marks get: those of the table, with `samestory_` before one that is taken.
pub(super) fn mark_names(is_taken: impl Fn(&str) -> bool) -> [String; MARKS] {
    MARK_COLUMNS.map(|column| {
        let mut name = column.to_owned();
        while is_taken(&name) {
            name.insert_str(0, "samestory_");
        }
        name
    })
}

/// Writes the records of one batch.
pub(super) struct Writing<'r> {
    rewriter: &'r Rewriter<'r>,
    places: TextPlace<'r>,
    /// The input whose columns these are.
    columns: Option<(u32, Vec<String>)>,
}

impl Writing<'_> {
    /// What becomes of a record; `None` of one that was rejected when it was read.
    pub(super) fn fate(&mut self, place: Place, raw: &[u8]) -> Result<Option<Fate>> {
        let rewriter = self.rewriter;
        let decisions = rewriter.plan.decisions;
        let input = &rewriter.inputs[place.input as usize];
        if let Some(fate) = decisions.known(place) {
            return Ok(Some(rewriter.with_marks(fate)));
        }
        if decisions.are_whole || !self.places.is_article(input, raw) {
            return Ok(None);
        }
        Err(decisions::forgotten(place, rewriter.inputs))
    }

    /// Writes a record that is kept.
    pub(super) fn record(
        &mut self,
        article: &Article<'_>,
        raw: &[u8],
        fate: Fate,
        to: &mut Vec<u8>,
    ) -> Result<()> {
        let rewriter = self.rewriter;
        let input = &rewriter.inputs[article.place.input as usize];
        let mut record = self.cleaned(article, raw)?;
        if input.format.reader().is_document() {
            record = Cow::Owned(to_line(&record));
        }
        let marked = rewriter.marked(fate)?;
        match (marked.as_ref().map(marks), input.format.dialect()) {
            (None, _) => to.extend_from_slice(&record),
            (Some(marks), Some(dialect)) => {
                let columns = self.columns_of(article.place.input).len();
                append_cells(&record, dialect, columns, marks.into_iter(), to);
            }
            (Some(marks), None) => append_keys(&record, &marks, to),
        }
        Ok(())
    }

    /// A record with its text cleaned, where that is asked for.
    pub(super) fn cleaned<'b>(
        &mut self,
        article: &Article<'_>,
        raw: &'b [u8],
    ) -> Result<Cow<'b, [u8]>> {
        let Some(text) = self.rewriter.cleaned(article) else {
            return Ok(Cow::Borrowed(raw));
        };
        let input = &self.rewriter.inputs[article.place.input as usize];
        let replaced = self.places.replace(input, article, raw, &text);
        replaced
            .map(Cow::Owned)
            .ok_or_else(|| self.unfit_record(article))
    }

    /// The complaint that a record cannot be written as asked.
    pub(super) fn unfit_record(&self, article: &Article<'_>) -> crate::error::Error {
        ErrorKind::BadRecord {
            input: self.rewriter.inputs[article.place.input as usize]
                .name
                .clone(),
            record: article.place.record,
            reason: "it cannot be taken apart".to_owned(),
        }
        .into()
    }

    fn columns_of(&mut self, number: u32) -> &[String] {
        let known = self.columns.take().filter(|(known, _)| *known == number);
        let input = &self.rewriter.inputs[number as usize];
        let columns = known.unwrap_or_else(|| (number, input.columns(self.rewriter.names)));
        &self.columns.insert(columns).1
    }
}

/// Writes a JSON object with the marks as its last keys, and everything else as it was.
fn append_keys(record: &[u8], marks: &[Value<'_>; MARKS], to: &mut Vec<u8>) {
    let end = record.iter().rposition(|&byte| byte == b'}');
    let (object, rest) = record.split_at(end.unwrap_or(record.len()));
    let quoted =
        |name: &str| memchr::memmem::find(object, format!("\"{name}\"").as_bytes()).is_some();
    let any = MARK_COLUMNS.iter().any(|name| quoted(name));
    let keys = if any { keys_of(record) } else { Vec::new() };
    to.extend_from_slice(object);
    let names = mark_names(|name| keys.iter().any(|key| key == name));
    for (name, value) in names.iter().zip(marks) {
        to.push(b',');
        // Writing strings and numbers to memory cannot fail.
        let _ = serde_json::to_writer(&mut *to, name);
        to.push(b':');
        let _ = serde_json::to_writer(&mut *to, value);
    }
    to.extend_from_slice(rest);
}

/// The keys of an object; of one that is broken, all that could be.
fn keys_of(record: &[u8]) -> Vec<String> {
    type Object = std::collections::BTreeMap<String, serde::de::IgnoredAny>;
    match serde_json::from_slice::<Object>(record) {
        Ok(object) => object.into_keys().collect(),
        Err(_) => MARK_COLUMNS.map(str::to_owned).into(),
    }
}

/// Writes a row with more cells at its end; a row that is short of cells is filled up to `columns` first.
fn append_cells<'v>(
    row: &[u8],
    dialect: Dialect,
    columns: usize,
    cells: impl Iterator<Item = Value<'v>>,
    to: &mut Vec<u8>,
) {
    let line = crate::corpus::without_line_end(row);
    to.extend_from_slice(line);
    let there = crate::corpus::count_cells(line, dialect);
    for _ in there..columns {
        to.push(dialect.delimiter);
    }
    for cell in cells {
        to.push(dialect.delimiter);
        append_cell(&cell.to_string(), dialect, false, to);
    }
    to.extend_from_slice(&row[line.len()..]);
}

/// The complaint that an input cannot be written as asked.
pub(super) fn unfit(input: &Input, reason: &str) -> crate::error::Error {
    ErrorKind::Unfit {
        input: input.name.clone(),
        reason: reason.to_owned(),
    }
    .into()
}

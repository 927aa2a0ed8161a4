//! Records on their way into another form than they were read in: what a name asks for, and who writes it.
//!
//! A record is told field by field. Columns need to be known before the first row is written, so where there are columns,
//! the kept records are swept twice: once for what they are called and what they hold, once to be written.

mod fields;
mod lines;
mod number;
mod schema;
#[cfg(feature = "parquet")]
mod table;

use std::path::Path;
use std::sync::{Mutex, PoisonError};

use super::rewrite::{self, Rewriter};
use super::{Finished, KeptCounts};
use crate::compression::Compression;
use crate::corpus::{Batch, Fields, FileCorpus, Format, Input};
use crate::error::{ErrorKind, Result};
use crate::output::{Destination, OutputFile};
use fields::Teller;

/// What a name says that records are to be written as.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Form {
    /// JSON lines.
    Json,
    /// With this between two cells.
    Csv(u8),
    Parquet,
}

impl Form {
    /// The form that a name asks for, below the ending that says how it is compressed; `None` where it asks for none.
    pub(super) fn named(name: &Path) -> Option<Form> {
        let plain = match Compression::of_name(name) {
            Compression::None => name.to_owned(),
            _ => name.with_extension(""),
        };
        let ending = plain.extension()?.to_str()?.to_lowercase();
        match ending.as_str() {
            "jsonl" | "ndjson" | "json" => Some(Form::Json),
            "csv" => Some(Form::Csv(b',')),
            "tsv" => Some(Form::Csv(b'\t')),
            "parquet" => Some(Form::Parquet),
            _ => None,
        }
    }

    /// Whether records of a format are of this form as they are.
    fn is_that_of(self, format: Format) -> bool {
        match (format.fields(), self) {
            (Fields::Keys, Form::Json) => true,
            // What stands between the cells need not be a comma, but a tab has an ending of its own.
            (Fields::Cells(dialect), Form::Csv(between)) => {
                (dialect.delimiter == b'\t') == (between == b'\t')
            }
            // Its rows are told column by column.
            (Fields::Columns, _) => true,
            _ => false,
        }
    }
}

/// The form that the records of a corpus are to be brought into; `None` where they are written as they were read.
///
/// # Errors
///
/// When the name asks for what cannot be written, or for one form of records that have too little in common.
pub(super) fn wanted(inputs: &[Input], destination: &Destination) -> Result<Option<Form>> {
    let name = destination.name();
    let Some(form) = Form::named(name) else {
        return Ok(None);
    };
    check_parquet(form, name)?;
    let mut readable = inputs.iter().filter(|input| input.format.is_readable());
    let Some(first) = readable.next() else {
        return Ok(None);
    };
    let fields = first.format.fields();
    if let Some(odd) = readable.find(|other| !other.format.fields().are_like(fields)) {
        return Err(ErrorKind::MixedForms {
            one: first.name.clone(),
            other: odd.name.clone(),
        }
        .into());
    }
    Ok((!form.is_that_of(first.format)).then_some(form))
}

/// Refuses a name of a Parquet file that nobody could read, or that this build cannot write.
fn check_parquet(form: Form, name: &Path) -> Result<()> {
    let is_compressed = Compression::of_name(name) != Compression::None;
    let expected = if cfg!(not(feature = "parquet")) {
        "another format: this build is without the cargo feature `parquet`"
    } else if is_compressed {
        "a name that ends in .parquet alone: its columns are compressed already"
    } else {
        return Ok(());
    };
    if form != Form::Parquet {
        return Ok(());
    }
    Err(ErrorKind::Setting {
        name: "output",
        value: name.display().to_string(),
        expected: expected.to_owned(),
    }
    .into())
}

/// Writes the kept records of a corpus in another form than they were read in.
pub(super) fn write(
    corpus: &FileCorpus,
    rewriter: &Rewriter<'_>,
    form: Form,
    destination: &Destination,
) -> Result<Finished> {
    let file = OutputFile::create(destination, Compression::of_name(destination.name()))?;
    let sweep = Conversion {
        corpus,
        teller: Teller::new(rewriter),
    };
    let (file, kept) = match form {
        Form::Json => lines::write_json(&sweep, file)?,
        Form::Csv(delimiter) => lines::write_csv(&sweep, delimiter, file)?,
        #[cfg(feature = "parquet")]
        Form::Parquet => table::write(&sweep, file)?,
        #[cfg(not(feature = "parquet"))]
        Form::Parquet => (file, KeptCounts::default()),
    };
    Ok(Finished {
        files: vec![file.close()?],
        folder: None,
        kept,
    })
}

/// A corpus and who tells its records.
struct Conversion<'a> {
    corpus: &'a FileCorpus,
    teller: Teller<'a>,
}

impl Conversion<'_> {
    /// Sweeps the records; `visit` says how many of a batch it found kept.
    fn sweep(
        &self,
        visit: &(dyn Fn(&Batch<'_>) -> Result<KeptCounts> + Sync),
    ) -> Result<KeptCounts> {
        let counts = Mutex::new(KeptCounts::default());
        let is_parsed = !self.teller.rewriter.plan.cuts().is_nothing();
        self.corpus.sweep_lines(is_parsed, &|batch, _| {
            let kept = visit(&batch)?;
            let mut counts = counts.lock().unwrap_or_else(PoisonError::into_inner);
            counts.add(kept);
            Ok(())
        })?;
        Ok(counts.into_inner().unwrap_or_else(PoisonError::into_inner))
    }

    /// The complaint that no columns can be made of the records.
    fn unfit(&self, reason: &str) -> crate::error::Error {
        let readable = |input: &&Input| input.format.is_readable();
        match self.teller.rewriter.inputs.iter().find(readable) {
            Some(input) => rewrite::unfit(input, reason),
            None => ErrorKind::NoInput {
                input: String::new(),
                reason: reason.to_owned(),
            }
            .into(),
        }
    }
}

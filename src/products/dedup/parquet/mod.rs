//! Parquet inputs: written as Parquet with all columns, types and metadata they came with, or told as JSON lines or CSV.

mod columns;
mod copy;
pub(super) mod encode;
mod lines;
mod nested;
mod properties;

use rayon::prelude::*;

use super::convert::Form;
use super::decisions::forgotten;
use super::rewrite::{Rewriter, unfit};
use super::shards::one_form;
use super::{Finished, KeptCounts};
use crate::corpus::formats::parquet::Table;
use crate::corpus::{Corpus, Fields, FileCorpus, Input};
use crate::error::{Error, ErrorKind, Result};
use crate::output::{Closed, Compression, Destination, OutputFile, OutputFolder};
use copy::Copy;

/// The entry of the metadata that names the columns whose texts are JSON, as a list.
pub(super) const JSON_COLUMNS: &str = "samestory.json_columns";

/// The numbers of all inputs, if they are Parquet; `None` if none is.
pub(super) fn all(corpus: &FileCorpus) -> Result<Option<Vec<u32>>> {
    let inputs = corpus.files();
    match one_form(inputs)? {
        Some(first) if first.format.fields() == Fields::Columns => Ok(Some(tables(inputs))),
        _ => Ok(None),
    }
}

fn tables(inputs: &[Input]) -> Vec<u32> {
    let numbered = (0..).zip(inputs);
    let tables = numbered.filter(|(_, input)| input.format.fields() == Fields::Columns);
    tables.map(|(number, _)| number).collect()
}

/// Writes the rows of all inputs into one file, of the format that its name says.
pub(super) fn into_one(
    corpus: &FileCorpus,
    rewriter: &Rewriter<'_>,
    inputs: &[u32],
    destination: &Destination,
) -> Result<Finished> {
    check_decided(corpus, rewriter, inputs)?;
    let compression = Compression::of_name(destination.name());
    let file = OutputFile::create(destination, compression)?;
    let (file, kept) = match Form::named(destination.name()) {
        Some(form @ (Form::Json | Form::Csv(_))) => lines::write(rewriter, inputs, form, file)?,
        Some(Form::Parquet) | None => {
            let mut copy = Copy::into_one(rewriter, inputs, file)?;
            let mut kept = KeptCounts::default();
            for &input in inputs {
                kept.add(copy.append(input)?);
            }
            (copy.finish()?, kept)
        }
    };
    Ok(Finished {
        files: vec![file.close()?],
        folder: None,
        kept,
    })
}

/// Writes the rows of each Parquet input into a file of its name.
pub(super) fn into_folder(
    corpus: &FileCorpus,
    rewriter: &Rewriter<'_>,
    folder: &OutputFolder,
) -> Result<(Vec<Closed>, KeptCounts)> {
    let inputs = tables(rewriter.inputs);
    check_decided(corpus, rewriter, &inputs)?;
    let written = inputs.par_iter().map(|&number| {
        let input = &rewriter.inputs[number as usize];
        let file = folder.create(&input.shard, Compression::None)?;
        let mut copy = Copy::of_shard(rewriter, number, file)?;
        let kept = copy.append(number)?;
        Ok((copy.finish()?.close()?, kept))
    });
    let written: Vec<(Closed, KeptCounts)> = written.collect::<Result<_>>()?;
    let (mut files, mut all) = (Vec::new(), KeptCounts::default());
    for (file, kept) in written {
        files.push(file);
        all.add(kept);
    }
    Ok((files, all))
}

/// Fails if a clusters table has no row for an article of these inputs.
///
/// A row without a fate is one that is no article; only who reads the row can tell that from one that was forgotten.
fn check_decided(corpus: &FileCorpus, rewriter: &Rewriter<'_>, inputs: &[u32]) -> Result<()> {
    if rewriter.plan.decisions.are_whole || inputs.is_empty() {
        return Ok(());
    }
    corpus.sweep(&|batch| {
        let articles = batch.articles.iter();
        let is_ours =
            |input: u32| rewriter.inputs[input as usize].format.fields() == Fields::Columns;
        let mut ours = articles.filter(|article| is_ours(article.place.input));
        let is_forgotten = |place| rewriter.plan.decisions.known(place).is_none();
        match ours.find(|article| is_forgotten(article.place)) {
            Some(article) => Err(forgotten(article.place, rewriter.inputs)),
            None => Ok(()),
        }
    })?;
    Ok(())
}

/// Opens an input again.
fn open(rewriter: &Rewriter<'_>, number: u32) -> Result<Table> {
    let input = &rewriter.inputs[number as usize];
    Table::open(input, rewriter.names, rewriter.limits)?.map_err(|_| {
        let input = input.name.clone();
        ErrorKind::Changed { input }.into()
    })
}

/// The error for rows that cannot be read, after all of the file's readable ones were clustered.
fn damaged(input: &Input, why: &str) -> Error {
    unfit(input, &format!("some of its rows cannot be read: {why}"))
}

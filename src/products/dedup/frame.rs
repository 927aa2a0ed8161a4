//! The kept records of a batch, framed so that they find their files.

use super::decisions::Fate;
use super::rewrite::Rewriter;
use super::{KeptCounts, Target, archive};
use crate::corpus::{Article, Batch, Place};
use crate::error::{Error, Result};

/// A record that is kept: an article with what becomes of it, or one that stands beside the articles of an archive.
type Record<'b> = (Place, &'b [u8], Option<(&'b Article<'b>, Fate)>);

/// The kept records of a batch, each run of one input behind the input's number and its bytes.
pub(super) fn frame(
    batch: &Batch<'_>,
    beside: &[(Place, &[u8])],
    rewriter: &Rewriter<'_>,
    target: &Target,
) -> Result<(Vec<u8>, KeptCounts)> {
    let mut writing = rewriter.begin();
    let mut kept = KeptCounts::default();
    let beside_articles = beside.iter().map(|&(place, raw)| (place, raw, None));
    let mut records: Vec<Record<'_>> = beside_articles.collect();
    for (article, &raw) in batch.articles.iter().zip(batch.raw) {
        match writing.fate(article.place, raw)? {
            Some(fate) if fate.keep => {
                kept.kept += 1;
                records.push((article.place, raw, Some((article, fate))));
            }
            Some(_) => kept.removed += 1,
            None => {}
        }
    }
    if !beside.is_empty() {
        records.sort_unstable_by_key(|record| record.0);
    }
    // Room for all, so that nothing is copied twice.
    let bytes: usize = records.iter().map(|(_, raw, _)| raw.len()).sum();
    let mut chunk = Vec::with_capacity(bytes + 64);
    for run in records.chunk_by(|a, b| a.0.input == b.0.input) {
        let number = run[0].0.input;
        chunk.extend_from_slice(&number.to_le_bytes());
        chunk.extend_from_slice(&[0; 8]);
        let start = chunk.len();
        let input = &rewriter.inputs[number as usize];
        let is_archive = input.format.reader().is_archive();
        for &(_, raw, article) in run {
            match article {
                Some((article, fate)) if !is_archive => {
                    writing.record(article, raw, fate, &mut chunk)?;
                }
                _ => archive::push(&mut chunk, raw, target.compression(input))
                    .map_err(|error| Error::io(target.name(), error))?,
            }
        }
        let bytes = (chunk.len() - start) as u64;
        chunk[start - 8..start].copy_from_slice(&bytes.to_le_bytes());
    }
    Ok((chunk, kept))
}

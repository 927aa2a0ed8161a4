//! The kept records of a batch, framed so that they find their files.

use super::archive;
use super::{Decisions, Kept, Target};
use crate::article::{Batch, Format, Input, Place};
use crate::error::{Error, Result};

/// What decides which records are kept and how they are written.
pub(super) struct Chosen<'a> {
    pub(super) decisions: &'a Decisions,
    pub(super) inputs: &'a [Input],
    pub(super) target: &'a Target,
}

impl Chosen<'_> {
    /// The kept records of a batch, each run of one input behind the input's number and its bytes.
    pub(super) fn frame(
        &self,
        batch: &Batch<'_>,
        beside: &[(Place, &[u8])],
    ) -> Result<(Vec<u8>, Kept)> {
        let mut kept = Kept::default();
        let mut records: Vec<(Place, &[u8])> = beside.to_vec();
        for (article, raw) in batch.articles.iter().zip(batch.raw) {
            if self.decisions.keeps(article.place, self.inputs)? {
                kept.kept += 1;
                records.push((article.place, raw));
            } else {
                kept.removed += 1;
            }
        }
        if !beside.is_empty() {
            records.sort_unstable_by_key(|record| record.0);
        }
        let mut chunk = Vec::new();
        for run in records.chunk_by(|a, b| a.0.input == b.0.input) {
            let input = run[0].0.input;
            chunk.extend_from_slice(&input.to_le_bytes());
            chunk.extend_from_slice(&[0; 8]);
            let start = chunk.len();
            for (_, raw) in run {
                self.push(&mut chunk, input, raw)?;
            }
            let bytes = (chunk.len() - start) as u64;
            chunk[start - 8..start].copy_from_slice(&bytes.to_le_bytes());
        }
        Ok((chunk, kept))
    }

    /// Adds a record as it is to be written.
    fn push(&self, chunk: &mut Vec<u8>, input: u32, raw: &[u8]) -> Result<()> {
        let input = &self.inputs[input as usize];
        if input.format != Format::Warc {
            chunk.extend_from_slice(raw);
            return Ok(());
        }
        archive::push(chunk, raw, self.target.compression(input))
            .map_err(|error| Error::io(self.target.name(), error))
    }
}

//! The rows of a table, read in slices.

use super::{Sweep, Visit, lock};
use crate::corpus::Place;
use crate::corpus::formats::parquet::{Reader, Slice, Table, broken, parse};
use crate::error::Result;

impl Sweep<'_> {
    /// Reads the rows of a slice and gives them to the visitor, a batch at a time.
    pub(super) fn do_rows(
        &self,
        number: usize,
        input: u32,
        table: &Table,
        slice: Slice,
        visit: Visit<'_>,
    ) -> Result<()> {
        let names = &self.corpus.options.fields;
        let mut reader = Reader::new(table, slice);
        for batch in 0..slice.batches() {
            self.corpus.options.check_interrupt()?;
            let rows = reader.and_then(|mut reader| reader.next().map(|rows| (rows, reader)));
            let (rows, kept) = match rows {
                Ok((mut rows, reader)) => {
                    if let Some(is_wanted) = self.is_wanted {
                        rows.keep_only(|record| is_wanted(Place { input, record }));
                    }
                    (Some(rows), Ok(reader))
                }
                Err(why) => {
                    self.damaged(table, input, &why)?;
                    (None, Err(why))
                }
            };
            reader = kept;
            let (mut arena, mut text_of) = (Vec::new(), Vec::new());
            let parsed = match &rows {
                Some(rows) => parse(rows, table, names, input, &mut arena, &mut text_of),
                None => broken(&slice, batch, input),
            };
            let bytes = parsed
                .articles
                .iter()
                .map(|it| it.text.len() + it.title.len());
            let bytes = bytes.sum::<usize>() as u64;
            if table.gives_too_much(bytes) {
                return Err(self.corpus.inputs[input as usize].too_much());
            }
            self.corpus.options.check_interrupt()?;
            self.hand_on(number + batch, parsed, bytes, visit)?;
        }
        Ok(())
    }

    /// Notes that part of a Parquet file is damaged, unless the file itself could not be read.
    fn damaged(&self, table: &Table, input: u32, why: &str) -> Result<()> {
        if let Some(error) = table.failure(&self.corpus.inputs[input as usize]) {
            return Err(error);
        }
        lock(&self.found).cut_off.push((input, why.to_owned()));
        Ok(())
    }
}

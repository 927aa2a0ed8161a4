//! The articles of a file, cleaned and fingerprinted.

use std::sync::{Mutex, PoisonError};

use super::wire::{ArticleRow, CountsRow, Kind, TwinRow, at, own_class, six_bytes};
use super::{Job, MapReduce, PackedRun, Sender};
use crate::corpus::Corpus;
use crate::error::Result;
use crate::stages::fingerprint::Printer;

/// Takes the fingerprints of a file's articles.
pub(super) struct Prints<'j>(pub(super) &'j Job);

impl MapReduce for Prints<'_> {
    fn map(&self, run: &PackedRun, to: &mut Sender) -> Result<()> {
        let job = self.0;
        let (file, tables) = (job.file_number(run)?, job.tables()?);
        let corpus = (job.opener)(&[job.file(run)?])?;
        let counted = Mutex::new((CountsRow::default(), to));
        corpus.sweep(&|batch| {
            let mut printer = Printer::new(&tables.furniture, &job.config, &job.cut);
            let (mut keys, mut anchors) = (Vec::new(), Vec::new());
            let mut all = counted.lock().unwrap_or_else(PoisonError::into_inner);
            let (counts, to) = &mut *all;
            for article in batch.articles {
                job.config.interrupt.check()?;
                let one = printer.print(article);
                six_bytes(one.keys.iter().map(|key| key.hash() >> 16), &mut keys);
                six_bytes(one.anchors.iter().copied(), &mut anchors);
                let row = ArticleRow::of(
                    article,
                    at(file, article.place.record),
                    &one,
                    &keys,
                    &anchors,
                );
                let print = row.print();
                let pair = |identity: crate::kernel::Identity| (identity.first, identity.second);
                let twin = TwinRow {
                    page: pair(print.page),
                    tokens: print.tokens,
                    text: pair(print.text),
                };
                counts.text_bytes += one.text_bytes.0;
                counts.furniture_bytes += one.text_bytes.1;
                counts.emptied += u64::from(print.tokens == 0);
                let share = to.share(own_class(&print).first);
                to.send(Kind::Article, share, &row);
                let share = to.share(print.page.first);
                to.send(Kind::Twin, share, &twin);
            }
            Ok(())
        })?;
        let (counts, to) = counted.into_inner().unwrap_or_else(PoisonError::into_inner);
        to.send(Kind::Counts, 0, &counts);
        Ok(())
    }
}

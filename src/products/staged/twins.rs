//! Twins: byte-identical pages of which articles were cleaned in different ways, since they stood in different sources.

use super::wire::{ExceptionRow, Kind, TwinRow, rows};
use super::{Job, MapReduce, PackedRun, Sender};
use crate::error::Result;

/// Finds pages whose articles were cleaned in different ways.
pub(super) struct FindTwins<'j>(pub(super) &'j Job);

impl MapReduce for FindTwins<'_> {
    fn map(&self, run: &PackedRun, to: &mut Sender) -> Result<()> {
        to.forward(run.kind, run.share, &run.payload);
        Ok(())
    }

    fn reduce(&self, runs: &mut dyn Iterator<Item = PackedRun>, to: &mut Sender) -> Result<()> {
        let mut twins: Vec<TwinRow> = Vec::new();
        for run in runs {
            for row in rows(&run.payload) {
                let (row, _) = row.ok_or_else(|| self.0.damaged("pages"))?;
                twins.push(row);
            }
        }
        twins.sort_unstable();
        for same in twins.chunk_by(|a, b| a.page == b.page) {
            // As articles are collapsed: the text of those that kept the most tokens.
            let Some(best) = same.iter().max_by_key(|it| (it.tokens, it.text)) else {
                continue;
            };
            let class = match best.tokens {
                0 => best.page,
                _ => best.text,
            };
            if same
                .iter()
                .any(|it| it.tokens != best.tokens || it.text != best.text)
            {
                let page = best.page;
                to.send(Kind::Exception, 0, &ExceptionRow { page, class });
            }
        }
        Ok(())
    }
}

/// Writes down what classes those pages have.
pub(super) struct TwinTable<'j>(pub(super) &'j Job);

impl MapReduce for TwinTable<'_> {
    fn map(&self, run: &PackedRun, to: &mut Sender) -> Result<()> {
        to.forward(run.kind, 0, &run.payload);
        Ok(())
    }

    fn reduce(&self, runs: &mut dyn Iterator<Item = PackedRun>, _: &mut Sender) -> Result<()> {
        let mut exceptions: Vec<ExceptionRow> = Vec::new();
        for run in runs {
            for row in rows(&run.payload) {
                exceptions.push(row.ok_or_else(|| self.0.damaged("pages"))?.0);
            }
        }
        exceptions.sort_unstable();
        self.0.keep_twin_classes(&exceptions)
    }
}

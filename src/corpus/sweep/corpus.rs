//! Files as a corpus: what may be swept.

use super::{Sweep, Visit};
use crate::corpus::open::FileCorpus;
use crate::corpus::{Batch, Corpus, Place, ReadReport};
use crate::error::Result;

impl Corpus for FileCorpus {
    fn inputs(&self) -> Vec<String> {
        self.inputs.iter().map(|input| input.name.clone()).collect()
    }

    fn sweep(&self, visit: &(dyn Fn(Batch<'_>) -> Result<()> + Sync)) -> Result<ReadReport> {
        Sweep::new(self, None).run(&|batch, _| visit(batch))
    }

    fn sweep_texts(&self, visit: &(dyn Fn(Batch<'_>) -> Result<()> + Sync)) -> Result<()> {
        let mut sweep = Sweep::new(self, None);
        sweep.texts_only = !self.options.filter.needs_all_fields();
        sweep.run(&|batch, _| visit(batch)).map(|_| ())
    }

    fn sweep_again(
        &self,
        is_wanted: &(dyn Fn(Place) -> bool + Sync),
        visit: &(dyn Fn(Batch<'_>) -> Result<()> + Sync),
    ) -> Result<()> {
        let sweep = Sweep::new(self, Some(is_wanted));
        sweep.run(&|batch, _| visit(batch)).map(|_| ())
    }
}

impl FileCorpus {
    /// Sweeps only the inputs whose records have bytes of their own, all but Parquet; batches are numbered among those.
    ///
    /// Where they are not to be parsed, what would be a reject is an article like others, and of an article only the
    /// place is known: enough for whoever decided before, at a fraction of the time. Archives are always parsed, and their
    /// records that hold no page are handed on too.
    pub(crate) fn sweep_lines(&self, is_parsed: bool, visit: Visit<'_>) -> Result<ReadReport> {
        let mut sweep = Sweep::new(self, None);
        sweep.lines_only = true;
        sweep.is_unparsed = !is_parsed;
        sweep.run(visit)
    }
}

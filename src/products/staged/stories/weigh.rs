//! Weighing: representatives become vectors, in two steps, as it must be known in how many articles pairs of words stand.

use super::nodes::with_nodes;
use super::rounds::send;
use crate::error::Result;
use crate::kernel::mix;
use crate::products::staged::wire::{Kind, rows};
use crate::products::staged::{Job, MapReduce, PackedRun, Sender};
use crate::stages::stories::shares::DraftRow;

/// Weighs representatives, but for their pairs, which are counted.
pub(super) struct Drafts<'j>(pub(super) &'j Job);

impl MapReduce for Drafts<'_> {
    fn map(&self, run: &PackedRun, to: &mut Sender) -> Result<()> {
        let job = self.0;
        let known = job.drafting()?;
        let counted = with_nodes(job, run, |part| {
            part.draft(known, &job.config, &mut |draft| {
                let share = to.share(mix(draft.node().at));
                to.send(Kind::Draft, share, &draft);
            })
        })?;
        if let Some(counted) = counted {
            send(counted, to);
        }
        Ok(())
    }
}

/// Finishes vectors, now that all pairs are counted.
pub(super) struct Vectors<'j>(pub(super) &'j Job);

impl MapReduce for Vectors<'_> {
    fn map(&self, run: &PackedRun, to: &mut Sender) -> Result<()> {
        let job = self.0;
        let (known, home) = (job.finishing()?, job.home()?);
        for row in rows::<DraftRow<'_>>(&run.payload) {
            let (draft, _) = row.ok_or_else(|| job.damaged("drafts"))?;
            let weighed = known.finish(&draft, job.config.story_terms);
            to.send(Kind::Weighed, home(&draft.node()), &weighed);
        }
        Ok(())
    }
}

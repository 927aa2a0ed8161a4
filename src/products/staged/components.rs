//! Components: which texts must be looked at together.
//!
//! What is decided about a text hangs on the texts that it is paired with, on those that these are paired with, and so on; and for an
//! item of a form that fills its postings, on all items of that wording. A component is decided by whoever has all of it.

use super::tables::Sets;
use super::wire::{EdgeRow, Kind, PairRow, TextKey, TextRow, of_six, rows};
use super::{Job, MapReduce, PackedRun, Sender};
use crate::error::Result;
use crate::stages::candidates::upper;
use crate::stages::copies::wording;

/// Finds which texts hang together.
pub(super) struct Components<'j>(pub(super) &'j Job);

/// Stands for a piece of wording: no class of texts has zeros there but with a chance of 2^-64.
fn of_wording(wording: u32) -> TextKey {
    TextKey(0, u64::from(wording) << 32)
}

impl MapReduce for Components<'_> {
    fn map(&self, run: &PackedRun, to: &mut Sender) -> Result<()> {
        let job = self.0;
        if run.kind == Kind::Pair as u32 {
            // What hangs together within one run needs no more edges than it has texts.
            let mut sets = Sets::default();
            for row in rows::<PairRow>(&run.payload) {
                let (row, _) = row.ok_or_else(|| job.damaged("pairs"))?;
                let (a, b) = (row.pair.0.class(), row.pair.1.class());
                if a == b {
                    // Parts of one class hang together by themselves.
                    to.send(Kind::Edge, 0, &EdgeRow(a, a));
                }
                sets.join(a, b);
            }
            for (node, root) in sets.edges() {
                to.send(Kind::Edge, 0, &EdgeRow(node, root));
            }
            return Ok(());
        }
        let mut crowded: Vec<u32> = job
            .form_anchors()?
            .crowded
            .iter()
            .map(|&it| upper(it))
            .collect();
        crowded.dedup();
        if crowded.is_empty() {
            return Ok(());
        }
        for row in rows::<TextRow<'_>>(&run.payload) {
            let (row, _) = row.ok_or_else(|| job.damaged("texts"))?;
            let Some(first) = row.articles.first() else {
                continue;
            };
            let anchors: Vec<u32> = of_six(first.anchors).map(upper).collect();
            if let Some(wording) = wording(&anchors, &crowded) {
                to.send(Kind::Edge, 0, &EdgeRow(row.id.class(), of_wording(wording)));
            }
        }
        Ok(())
    }

    fn reduce(&self, runs: &mut dyn Iterator<Item = PackedRun>, _: &mut Sender) -> Result<()> {
        let mut sets = Sets::default();
        for run in runs {
            for row in rows::<EdgeRow>(&run.payload) {
                let (EdgeRow(a, b), _) = row.ok_or_else(|| self.0.damaged("components"))?;
                sets.join(a, b);
            }
        }
        self.0.keep_components(&sets.labels())
    }
}

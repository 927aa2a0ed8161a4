//! Linking: components of representatives that may be joined become stories.

use crate::error::Result;
use crate::kernel::mix;
use crate::products::staged::tables::Sets;
use crate::products::staged::wire::{EdgeRow, Kind, TextKey, rows};
use crate::products::staged::{Job, MapReduce, PackedRun, Sender};
use crate::stages::stories::shares::{JoinedRow, ScoredRow, WeighedRow, told, told_alone};

impl Job {
    /// The pairs of a run that may be joined.
    fn joined(&self, run: &PackedRun) -> Result<Vec<JoinedRow>> {
        let mut scored: Vec<ScoredRow> = Vec::new();
        for row in rows(&run.payload) {
            scored.push(row.ok_or_else(|| self.damaged("scores"))?.0);
        }
        Ok(self.scale()?.joined(scored.into_iter()).collect())
    }
}

/// Finds which representatives hang together.
pub(super) struct Components<'j>(pub(super) &'j Job);

impl MapReduce for Components<'_> {
    fn map(&self, run: &PackedRun, to: &mut Sender) -> Result<()> {
        // What hangs together within one run needs no more edges than it has representatives.
        let mut sets = Sets::default();
        for JoinedRow { nodes: (a, b), .. } in self.0.joined(run)? {
            sets.join(TextKey(a, 0), TextKey(b, 0));
        }
        for (node, root) in sets.edges() {
            to.send(Kind::Edge, 0, &EdgeRow(node, root));
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
        let labels = sets.labels().into_iter();
        let labels: Vec<(u64, u64)> = labels.map(|(node, root)| (node.0, root)).collect();
        self.0.keep_story_labels(&labels)
    }
}

/// Links what hangs together.
pub(super) struct Link<'j>(pub(super) &'j Job);

impl MapReduce for Link<'_> {
    fn map(&self, run: &PackedRun, to: &mut Sender) -> Result<()> {
        let job = self.0;
        let labels = job.story_labels()?;
        if run.kind == Kind::Scored as u32 {
            for row in job.joined(run)? {
                let label = labels.get(&row.nodes.0).copied().unwrap_or_default();
                let share = to.share(mix(label));
                to.send(Kind::Joined, share, &row);
            }
            return Ok(());
        }
        for row in rows::<WeighedRow<'_>>(&run.payload) {
            let (row, bytes) = row.ok_or_else(|| job.damaged("vectors"))?;
            match labels.get(&row.facts.node.at) {
                Some(&label) => {
                    let share = to.share(mix(label));
                    to.forward(run.kind, share, bytes);
                }
                // What hangs together with nothing is told where it lies.
                None => {
                    if let Some(told) = told_alone(&row) {
                        to.send(Kind::Told, 0, &told);
                    }
                }
            }
        }
        Ok(())
    }

    fn reduce(&self, runs: &mut dyn Iterator<Item = PackedRun>, to: &mut Sender) -> Result<()> {
        let job = self.0;
        let runs: Vec<PackedRun> = runs.collect();
        let (mut weighed, mut joined) = (Vec::<WeighedRow<'_>>::new(), Vec::<JoinedRow>::new());
        for run in &runs {
            // What was told where it lay goes on.
            if run.kind == Kind::Told as u32 {
                to.forward(run.kind, 0, &run.payload);
            } else if run.kind == Kind::Joined as u32 {
                for row in rows(&run.payload) {
                    joined.push(row.ok_or_else(|| job.damaged("scores"))?.0);
                }
            } else {
                for row in rows(&run.payload) {
                    weighed.push(row.ok_or_else(|| job.damaged("vectors"))?.0);
                }
            }
        }
        let mut linked = 0;
        let interrupt = &job.config.interrupt;
        linked += joined.len() as u64;
        let told = told(weighed, &joined, job.scale()?, interrupt, &mut |story| {
            to.send(Kind::Told, 0, &story);
        })?;
        told.ok_or_else(|| job.damaged("vectors"))?;
        to.send(Kind::Linked, 0, &linked);
        Ok(())
    }
}

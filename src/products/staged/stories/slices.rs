//! Slices: representatives meet by keys, and are compared in slices of time, as most that tell one story are near in time.
//!
//! Each has a home, its slice. A pair is compared at the home of its first, and what is not at home there is lent: few are.

use std::collections::{BTreeMap, BTreeSet};

use super::nodes::TimesRow;
use crate::error::Result;
use crate::products::staged::wire::{Kind, rows};
use crate::products::staged::{Job, MapReduce, PackedRun, Sender};
use crate::stages::stories::shares::{
    KeysRow, MetCounts, MetRow, PairOfNodes, Scale, WeighedRow, compared, hoped_for, kept, keys_of,
    meet,
};

impl Job {
    /// The rows of a run, which are of representatives.
    fn weighed<'r>(&self, run: &'r PackedRun) -> Result<Vec<WeighedRow<'r>>> {
        let mut read = Vec::new();
        for row in rows(&run.payload) {
            read.push(row.ok_or_else(|| self.damaged("vectors"))?.0);
        }
        Ok(read)
    }

    fn pairs(&self, run: &PackedRun) -> Result<Vec<PairOfNodes>> {
        let mut read = Vec::new();
        for row in rows(&run.payload) {
            read.push(
                row.ok_or_else(|| self.damaged("pairs of representatives"))?
                    .0,
            );
        }
        Ok(read)
    }
}

/// Meets representatives that share a key.
pub(super) struct Keys<'j>(pub(super) &'j Job);

impl MapReduce for Keys<'_> {
    fn map(&self, run: &PackedRun, to: &mut Sender) -> Result<()> {
        let weighed = self.0.weighed(run)?;
        for (share, keys) in keys_of(weighed.iter(), |key| to.share(key)) {
            to.send(Kind::StoryKeys, share, &keys);
        }
        Ok(())
    }

    fn reduce(&self, runs: &mut dyn Iterator<Item = PackedRun>, to: &mut Sender) -> Result<()> {
        let job = self.0;
        let mut keys: Vec<KeysRow> = Vec::new();
        for run in runs {
            for row in rows(&run.payload) {
                keys.push(row.ok_or_else(|| job.damaged("keys of representatives"))?.0);
            }
        }
        let home = job.home()?;
        let counts = meet(&keys, job.config.story_window, &home, &mut |node, met| {
            to.send(Kind::StoryMet, home(node), &met);
        });
        to.send(Kind::MetCounts, 0, &counts);
        Ok(())
    }
}

/// Keeps of those that each representative met the ones that it shares most with.
pub(super) struct Pairs<'j>(pub(super) &'j Job);

impl MapReduce for Pairs<'_> {
    fn map(&self, run: &PackedRun, to: &mut Sender) -> Result<()> {
        to.forward(run.kind, run.share, &run.payload);
        Ok(())
    }

    fn reduce(&self, runs: &mut dyn Iterator<Item = PackedRun>, to: &mut Sender) -> Result<()> {
        let job = self.0;
        let (mut met, mut own) = (Vec::<MetRow>::new(), 0);
        for run in runs {
            own = run.share;
            for row in rows(&run.payload) {
                met.push(
                    row.ok_or_else(|| job.damaged("pairs of representatives"))?
                        .0,
                );
            }
        }
        kept(met, job.config.story_window, own, &mut |home, pair| {
            to.send(Kind::StoryPair, home, &pair);
            if pair.home != home {
                let asked = PairOfNodes { home, ..pair };
                to.send(Kind::StoryAsk, pair.home, &asked);
            }
        });
        Ok(())
    }
}

/// Compares the pairs of a slice, and lends what others ask for.
pub(super) struct Slices<'j>(pub(super) &'j Job);

impl MapReduce for Slices<'_> {
    fn map(&self, run: &PackedRun, to: &mut Sender) -> Result<()> {
        if run.kind != Kind::Weighed as u32 {
            to.forward(run.kind, run.share, &run.payload);
            return Ok(());
        }
        for row in self.0.weighed(run)? {
            to.send(Kind::Weighed, run.share, &row.without_words());
        }
        Ok(())
    }

    fn reduce(&self, runs: &mut dyn Iterator<Item = PackedRun>, to: &mut Sender) -> Result<()> {
        let job = self.0;
        let runs: Vec<PackedRun> = runs.collect();
        let Some(own) = runs.first().map(|run| run.share) else {
            return Ok(());
        };
        let (mut weighed, mut here) = (Vec::new(), BTreeSet::new());
        // To which slices a representative is lent.
        let mut lent: BTreeMap<u64, BTreeSet<u32>> = BTreeMap::new();
        let mut across = BTreeSet::new();
        for run in &runs {
            if run.kind == Kind::Weighed as u32 {
                weighed.extend(job.weighed(run)?);
                continue;
            }
            for pair in job.pairs(run)? {
                let (first, second) = pair.nodes;
                if run.kind == Kind::StoryAsk as u32 {
                    lent.entry(second).or_default().insert(pair.home);
                } else if pair.home == own {
                    here.insert(pair.nodes);
                } else {
                    lent.entry(first).or_default().insert(own);
                    across.insert(pair);
                }
            }
        }
        let here: Vec<(u64, u64)> = here.into_iter().collect();
        compare(job, &weighed, &here, to)?;
        for row in &weighed {
            let slices = lent.get(&row.facts.node.at);
            for &slice in slices.into_iter().flatten() {
                to.send(Kind::Weighed, slice, row);
            }
        }
        for pair in across {
            to.send(Kind::StoryPair, own, &pair);
        }
        Ok(())
    }
}

/// Compares the pairs of two slices.
pub(super) struct Across<'j>(pub(super) &'j Job);

impl MapReduce for Across<'_> {
    fn map(&self, run: &PackedRun, to: &mut Sender) -> Result<()> {
        to.forward(run.kind, run.share, &run.payload);
        Ok(())
    }

    fn reduce(&self, runs: &mut dyn Iterator<Item = PackedRun>, to: &mut Sender) -> Result<()> {
        let job = self.0;
        let runs: Vec<PackedRun> = runs.collect();
        let (mut weighed, mut pairs) = (Vec::new(), BTreeSet::new());
        for run in &runs {
            match run.kind == Kind::Weighed as u32 {
                true => weighed.extend(job.weighed(run)?),
                false => pairs.extend(job.pairs(run)?.into_iter().map(|pair| pair.nodes)),
            }
        }
        let pairs: Vec<(u64, u64)> = pairs.into_iter().collect();
        compare(job, &weighed, &pairs, to)
    }
}

fn compare(
    job: &Job,
    weighed: &[WeighedRow<'_>],
    pairs: &[(u64, u64)],
    to: &mut Sender,
) -> Result<()> {
    let config = &job.config;
    let hopeful = hoped_for(config.story_threshold.millionths());
    let how = (&hopeful as &dyn Fn(u32) -> bool, config.story_window);
    let counts = compared(weighed, pairs, how, &mut |row| {
        let share = to.share(crate::kernel::mix(row.nodes.0));
        to.send(Kind::Scored, share, &row);
    });
    let counts = counts.ok_or_else(|| job.damaged("vectors"))?;
    to.send(Kind::MetCounts, 0, &counts);
    job.config.interrupt.check()
}

/// Learns how scores fade.
pub(super) struct Fading<'j>(pub(super) &'j Job);

impl MapReduce for Fading<'_> {
    fn map(&self, run: &PackedRun, to: &mut Sender) -> Result<()> {
        to.forward(run.kind, 0, &run.payload);
        Ok(())
    }

    fn reduce(&self, runs: &mut dyn Iterator<Item = PackedRun>, _: &mut Sender) -> Result<()> {
        let job = self.0;
        let (mut counts, mut times) = (MetCounts::default(), Vec::<i64>::new());
        let broken = || job.damaged("times");
        for run in runs {
            if run.kind == Kind::Times as u32 {
                for row in rows::<TimesRow>(&run.payload) {
                    let mut last = 0i64;
                    for more in row.ok_or_else(broken)?.0.0 {
                        last = last.wrapping_add(more);
                        times.push(last);
                    }
                }
                continue;
            }
            for row in rows::<MetCounts>(&run.payload) {
                counts.merge(&row.ok_or_else(broken)?.0);
            }
        }
        times.sort_unstable();
        let config = &job.config;
        let threshold = config.story_threshold.millionths();
        job.keep_scale(&Scale::learn(
            counts,
            &times,
            threshold,
            config.story_window,
        ))
    }
}

//! Rounds of learning: what parts say is merged by shares, and becomes a table of the whole dump.

use super::nodes::with_nodes;
use crate::error::Result;
use crate::products::staged::wire::Kind;
use crate::products::staged::{Job, MapReduce, PackedRun, Sender};
use crate::stages::stories::{Learned, LearnedPart};

impl Job {
    /// What runs say, merged; runs of other kinds are left out.
    pub(super) fn merged(&self, runs: &mut dyn Iterator<Item = PackedRun>) -> Result<LearnedPart> {
        // Of as many parts each, so that none is merged more often than it has to be.
        let mut merged: Vec<(u32, LearnedPart)> = Vec::new();
        for run in runs {
            let part = LearnedPart::from_bytes(&run.payload);
            merged.push((0, part.ok_or_else(|| self.damaged("what was learned"))?));
            while let [.., (a, _), (b, _)] = merged[..]
                && a == b
            {
                join_last(&mut merged);
            }
        }
        while merged.len() > 1 {
            join_last(&mut merged);
        }
        Ok(merged.pop().map(|it| it.1).unwrap_or_default())
    }

    /// Goes on with what all parts said after so many rounds.
    pub(super) fn learn(&self, rounds: usize, all: LearnedPart) -> Result<Learned> {
        let next = self.learned(rounds)?.next(all);
        let next = next.ok_or_else(|| self.damaged("what was learned"))?;
        self.keep_learned(rounds + 1, &next)?;
        Ok(next)
    }
}

/// Merges the last two parts of several.
fn join_last(merged: &mut Vec<(u32, LearnedPart)>) {
    if let Some((_, other)) = merged.pop()
        && let Some((depth, part)) = merged.last_mut()
    {
        part.merge(other);
        *depth += 1;
    }
}

/// Sends what a part says to the shares that have to see all of it.
pub(super) fn send(part: LearnedPart, to: &mut Sender) {
    for (share, own) in part.split(to.shares()) {
        to.whole(Kind::Learned, share, own.to_bytes());
    }
}

/// Merges what parts say.
pub(super) struct Merged<'j>(pub(super) &'j Job);

impl MapReduce for Merged<'_> {
    fn map(&self, run: &PackedRun, to: &mut Sender) -> Result<()> {
        to.whole(Kind::Learned, run.share, run.payload.clone());
        Ok(())
    }

    fn reduce(&self, runs: &mut dyn Iterator<Item = PackedRun>, to: &mut Sender) -> Result<()> {
        let merged = self.0.merged(runs)?;
        to.whole(Kind::Learned, 0, merged.to_bytes());
        Ok(())
    }
}

/// Writes down what was learned in another round than so many.
pub(super) struct Table<'j>(pub(super) &'j Job, pub(super) usize);

impl MapReduce for Table<'_> {
    fn map(&self, run: &PackedRun, to: &mut Sender) -> Result<()> {
        to.whole(Kind::Learned, 0, run.payload.clone());
        Ok(())
    }

    fn reduce(&self, runs: &mut dyn Iterator<Item = PackedRun>, _: &mut Sender) -> Result<()> {
        let mut merged = self.0.merged(runs)?;
        merged.is_of_round(self.1);
        self.0.learn(self.1, merged)?;
        Ok(())
    }
}

/// Tells the languages of the dump by a sample.
pub(super) struct Languages<'j>(pub(super) &'j Job);

impl MapReduce for Languages<'_> {
    fn map(&self, run: &PackedRun, to: &mut Sender) -> Result<()> {
        let learned = self.0.titles_judged()?;
        let part = with_nodes(self.0, run, |part| part.languages(learned))?;
        if let Some(part) = part {
            to.whole(Kind::Learned, 0, part.to_bytes());
        }
        Ok(())
    }

    fn reduce(&self, runs: &mut dyn Iterator<Item = PackedRun>, to: &mut Sender) -> Result<()> {
        Table(self.0, 2).reduce(runs, to)
    }
}

/// Counts in how many articles words stand.
pub(super) struct Frequencies<'j>(pub(super) &'j Job);

impl MapReduce for Frequencies<'_> {
    fn map(&self, run: &PackedRun, to: &mut Sender) -> Result<()> {
        let learned = self.0.languages_known()?;
        if let Some(part) = with_nodes(self.0, run, |part| part.frequencies(learned))? {
            send(part, to);
        }
        Ok(())
    }

    fn reduce(&self, runs: &mut dyn Iterator<Item = PackedRun>, to: &mut Sender) -> Result<()> {
        Merged(self.0).reduce(runs, to)
    }
}

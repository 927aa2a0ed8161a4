//! Titles: what sites put on all of theirs, and what forms there are.

use std::collections::BTreeMap;

use serde::{Deserialize, Serialize};

use super::nodes::{read_members, stands};
use super::rounds::{Merged, send};
use super::tables::SliceEnd;
use crate::corpus::Article;
use crate::error::Result;
use crate::kernel::mix;
use crate::products::staged::wire::{ArticleRow, At, Kind, MemberRow, rows};
use crate::products::staged::{Job, MapReduce, PackedRun, Sender};
use crate::stages::copies::Kind as RecordKind;
use crate::stages::stories::shares::NodeRef;
use crate::stages::stories::{Learned, LearnedPart};

/// An article and the hash of its record.
#[derive(Serialize, Deserialize)]
struct RecordRow(At, u64);

/// An article that so many items of a form name it after.
#[derive(Serialize, Deserialize)]
struct ItemRow(At, u32);

/// Counts what titles are made of, and the items of forms.
pub(super) struct Titles<'j>(pub(super) &'j Job);

impl MapReduce for Titles<'_> {
    fn map(&self, run: &PackedRun, to: &mut Sender) -> Result<()> {
        let job = self.0;
        if run.kind == Kind::Member as u32 {
            let mut items: BTreeMap<At, u32> = BTreeMap::new();
            for row in read_members(job, run) {
                let row: MemberRow = row?;
                if let Some(form) = row.form.filter(|_| stands(&row) && is_item(&row)) {
                    *items.entry(form).or_default() += 1;
                }
            }
            for (form, items) in items {
                let share = to.share(mix(form));
                to.send(Kind::Item, share, &ItemRow(form, items));
            }
            return Ok(());
        }
        let articles = titled(job, run, |at, article| {
            let share = to.share(mix(at));
            to.send(Kind::Record, share, &RecordRow(at, article.record_hash));
        })?;
        let register = job.register(&articles)?;
        send(Learned::titles(&register, &|_| true)?, to);
        Ok(())
    }

    fn reduce(&self, runs: &mut dyn Iterator<Item = PackedRun>, to: &mut Sender) -> Result<()> {
        let job = self.0;
        let (mut records, mut items) = (BTreeMap::<At, u64>::new(), BTreeMap::<At, u32>::new());
        let mut learned = Vec::new();
        for run in runs {
            let broken = || job.damaged("titles");
            if run.kind == Kind::Record as u32 {
                for row in rows::<RecordRow>(&run.payload) {
                    let RecordRow(at, hash) = row.ok_or_else(broken)?.0;
                    records.insert(at, hash);
                }
            } else if run.kind == Kind::Item as u32 {
                for row in rows::<ItemRow>(&run.payload) {
                    let ItemRow(form, count) = row.ok_or_else(broken)?.0;
                    *items.entry(form).or_default() += count;
                }
            } else {
                learned.push(run);
            }
        }
        let mut merged = job.merged(&mut learned.into_iter())?.settled();
        for (form, items) in items {
            let record = records.get(&form).copied().unwrap_or_default();
            merged.add_form(form, record, items);
        }
        to.whole(Kind::Learned, 0, merged.to_bytes());
        Ok(())
    }
}

fn is_item(row: &MemberRow) -> bool {
    RecordKind::ALL.get(usize::from(row.kind)) == Some(&RecordKind::Form)
}

/// The articles of a run as far as their titles are asked for.
fn titled<'r>(
    job: &Job,
    run: &'r PackedRun,
    mut visit: impl FnMut(At, &Article<'r>),
) -> Result<Vec<Article<'r>>> {
    let mut articles = Vec::new();
    for row in rows::<ArticleRow<'_>>(&run.payload) {
        let (row, _) = row.ok_or_else(|| job.damaged("articles"))?;
        let article = Article {
            text: "".into(),
            ..row.article()
        };
        visit(row.at, &article);
        articles.push(article);
    }
    Ok(articles)
}

/// Writes down which parts of titles may be furniture, how many representatives there are, and where slices of time end.
pub(super) struct TitleTable<'j>(pub(super) &'j Job);

/// So many representatives tell where slices end.
pub(super) const SAMPLED: usize = 1 << 14;

impl MapReduce for TitleTable<'_> {
    fn map(&self, run: &PackedRun, to: &mut Sender) -> Result<()> {
        if run.kind == Kind::Sample as u32 {
            to.forward(run.kind, 0, &run.payload);
            return Ok(());
        }
        Merged(self.0).map(run, to)
    }

    fn reduce(&self, runs: &mut dyn Iterator<Item = PackedRun>, _: &mut Sender) -> Result<()> {
        let job = self.0;
        let (mut sample, mut merged) = (Vec::<NodeRef>::new(), None::<LearnedPart>);
        for run in runs {
            if run.kind == Kind::Sample as u32 {
                for row in rows::<NodeRef>(&run.payload) {
                    sample.push(row.ok_or_else(|| job.damaged("representatives"))?.0);
                }
                smallest(&mut sample);
                continue;
            }
            let part = job.merged(&mut std::iter::once(run))?;
            match &mut merged {
                Some(merged) => merged.merge(part),
                None => merged = Some(part),
            }
        }
        let learned = job.learn(0, merged.unwrap_or_default())?;
        let slices = learned.representatives().div_ceil(job.slice);
        let slices = slices.clamp(1, job.shares.into()) as usize;
        job.keep_slices(&ends(sample, slices))
    }
}

/// Leaves those of smallest content: a sample that hangs on no order.
pub(super) fn smallest(sample: &mut Vec<NodeRef>) {
    sample.sort_unstable_by_key(NodeRef::content);
    sample.truncate(SAMPLED);
}

/// Where slices end that have as many representatives each.
fn ends(mut sample: Vec<NodeRef>, slices: usize) -> Vec<SliceEnd> {
    sample.sort_unstable();
    let end = |slice: usize| {
        let node = sample.get(slice * sample.len() / slices)?;
        Some((node.time, node.text.0))
    };
    (1..slices).filter_map(end).collect()
}

/// Tells which parts of titles are furniture: those that are hardly ever met inside of others.
pub(super) struct Inside<'j>(pub(super) &'j Job);

impl MapReduce for Inside<'_> {
    fn map(&self, run: &PackedRun, to: &mut Sender) -> Result<()> {
        let job = self.0;
        let articles = titled(job, run, |_, _| {})?;
        let register = job.register(&articles)?;
        let part = job.titles_known()?.inside(&register, &|_| true)?;
        to.whole(Kind::Learned, 0, part.to_bytes());
        Ok(())
    }

    fn reduce(&self, runs: &mut dyn Iterator<Item = PackedRun>, to: &mut Sender) -> Result<()> {
        super::rounds::Table(self.0, 1).reduce(runs, to)
    }
}

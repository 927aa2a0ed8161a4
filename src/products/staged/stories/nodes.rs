//! Nodes: the representatives of copy groups, with their articles.

use ahash::AHashMap;
use serde::{Deserialize, Serialize};

use super::titles::smallest;
use crate::corpus::{Article, Corpus, Register, RegisterWriter};
use crate::error::Result;
use crate::kernel::Heading;
use crate::products::staged::wire::{ArticleRow, At, Kind, MemberRow, own_class, rows};
use crate::products::staged::{Job, MapReduce, PackedRun, Sender};
use crate::stages::copies::{CopyRelation, Kind as RecordKind, relation_of_number};
use crate::stages::stories::shares::{NodeArticle, NodeRef, Part};
use crate::stages::stories::{Learned, is_bare, is_headline, is_node};

/// A representative with its article.
#[derive(Clone, Debug, Serialize, Deserialize)]
struct NodeRow<'a> {
    node: NodeRef,
    form: Option<At>,
    tokens: u32,
    copies: u32,
    #[serde(borrow)]
    article: ArticleRow<'a>,
}

/// The times of representatives: each as what it is more than the one before.
#[derive(Serialize, Deserialize)]
pub(super) struct TimesRow(pub(super) Vec<i64>);

/// What a member is among the copies.
fn place(row: &MemberRow) -> Option<(RecordKind, CopyRelation, Heading)> {
    let kind = *RecordKind::ALL.get(usize::from(row.kind))?;
    let heading = Heading::of_code(row.heading)?;
    Some((kind, relation_of_number(row.relation)?, heading))
}

/// Whether a member is a representative that is looked at for stories.
pub(super) fn stands(row: &MemberRow) -> bool {
    place(row).is_some_and(|(kind, relation, _)| is_node(kind, relation))
}

fn has_headline(row: &MemberRow) -> bool {
    place(row).is_some_and(|(kind, relation, heading)| is_bare(kind, relation, heading))
}

/// The members of a run.
pub(super) fn read_members<'r>(
    job: &'r Job,
    run: &'r PackedRun,
) -> impl Iterator<Item = Result<MemberRow>> + 'r {
    let row = |row: Option<(MemberRow, _)>| Ok(row.ok_or_else(|| job.damaged("copies"))?.0);
    rows::<MemberRow>(&run.payload).map(row)
}

/// Brings representatives and their articles together.
pub(super) struct Nodes<'j>(pub(super) &'j Job);

impl MapReduce for Nodes<'_> {
    fn map(&self, run: &PackedRun, to: &mut Sender) -> Result<()> {
        let job = self.0;
        if run.kind == Kind::Member as u32 {
            for row in read_members(job, run) {
                let row = row?;
                if stands(&row) || has_headline(&row) {
                    let share = to.share(row.text.0);
                    to.send(Kind::Member, share, &row);
                }
            }
            return Ok(());
        }
        let twins = job.twin_classes()?;
        for row in rows::<ArticleRow<'_>>(&run.payload) {
            let (row, _) = row.ok_or_else(|| job.damaged("articles"))?;
            let print = row.print();
            let class = twins.get(&print.page).copied();
            let class = class.unwrap_or_else(|| own_class(&print));
            let share = to.share(class.first);
            to.send(Kind::Article, share, &row.plain());
        }
        Ok(())
    }

    fn reduce(&self, runs: &mut dyn Iterator<Item = PackedRun>, to: &mut Sender) -> Result<()> {
        let job = self.0;
        let (members, articles): (Vec<PackedRun>, Vec<PackedRun>) =
            runs.partition(|run| run.kind == Kind::Member as u32);
        let mut of_article: AHashMap<At, MemberRow> = AHashMap::new();
        let mut bare: AHashMap<(u64, u64), u32> = AHashMap::new();
        for run in &members {
            for row in read_members(job, run) {
                let row = row?;
                if has_headline(&row) {
                    *bare.entry((row.text.0, row.text.1)).or_default() += 1;
                }
                of_article.insert(row.at, row);
            }
        }
        let plausible = &job.tables()?.plausible;
        let mut nodes: Vec<NodeRow<'_>> = Vec::new();
        for run in &articles {
            for row in rows::<ArticleRow<'_>>(&run.payload) {
                let (row, _) = row.ok_or_else(|| job.damaged("articles"))?;
                let Some(member) = of_article.get(&row.at) else {
                    continue;
                };
                let text = (member.text.0, member.text.1);
                let article = row.article();
                let is_alone = bare.get(&text) == Some(&1);
                if stands(member) || is_alone && is_headline(&article.title) {
                    let time = article.published.map(|time| time.0);
                    let node = NodeRef {
                        time: time.filter(|&time| plausible.holds(time)),
                        text,
                        record: article.record_hash,
                        at: row.at,
                    };
                    nodes.push(NodeRow {
                        node,
                        form: member.form.filter(|_| is_item(member)),
                        tokens: member.tokens,
                        copies: member.copies,
                        article: row,
                    });
                }
            }
        }
        nodes.sort_unstable_by_key(|row| row.node.at);
        send(&nodes, to);
        Ok(())
    }
}

fn is_item(row: &MemberRow) -> bool {
    place(row).is_some_and(|place| place.0 == RecordKind::Form)
}

/// Sends representatives, a sample of them, and their times.
fn send(nodes: &[NodeRow<'_>], to: &mut Sender) {
    for row in nodes {
        let share = to.share(row.node.text.0);
        to.send(Kind::Node, share, row);
    }
    let mut refs: Vec<NodeRef> = nodes.iter().map(|row| row.node).collect();
    let contents: Vec<_> = refs.iter().map(NodeRef::content).collect();
    to.whole(Kind::Learned, 0, Learned::nodes(&contents).to_bytes());
    let mut times: Vec<i64> = refs.iter().filter_map(|node| node.time).collect();
    times.sort_unstable();
    let mut last = 0;
    for time in &mut times {
        // Times are seconds of this age: what lies between two of them fits.
        *time = time.wrapping_sub(std::mem::replace(&mut last, *time));
    }
    to.send(Kind::Times, 0, &TimesRow(times));
    smallest(&mut refs);
    refs.iter().for_each(|node| to.send(Kind::Sample, 0, node));
}

impl Job {
    /// The register of some articles of the dump, which are in its order.
    pub(super) fn register(&self, articles: &[Article<'_>]) -> Result<Register> {
        let tables = self.tables()?;
        let writer = RegisterWriter::new(&self.budget);
        articles.sweep(&|batch| writer.enter(&batch))?;
        writer.finish_part(&tables.plausible, &tables.site_words)
    }
}

/// Makes something of the representatives of a run; nothing where it has none.
pub(super) fn with_nodes<T>(
    job: &Job,
    run: &PackedRun,
    make: impl FnOnce(&Part<'_, '_>) -> Result<T>,
) -> Result<Option<T>> {
    let mut read: Vec<NodeRow<'_>> = Vec::new();
    for row in rows(&run.payload) {
        read.push(row.ok_or_else(|| job.damaged("representatives"))?.0);
    }
    if read.is_empty() {
        return Ok(None);
    }
    read.sort_unstable_by_key(|row| row.node.at);
    let articles: Vec<Article<'_>> = read.iter().map(|row| row.article.article()).collect();
    let register = job.register(&articles)?;
    let node = |row: &NodeRow<'_>| NodeArticle {
        node: row.node,
        form: row.form,
        tokens: row.tokens,
        copies: row.copies,
    };
    let nodes: Vec<NodeArticle> = read.iter().map(node).collect();
    let part = Part {
        nodes: &nodes,
        articles: &articles,
        register: &register,
        furniture: &job.tables()?.furniture,
        budget: &job.budget,
    };
    make(&part).map(Some)
}

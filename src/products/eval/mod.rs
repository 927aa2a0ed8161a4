//! An evaluation holds a clustering against a gold standard and says how much of it is right, and what is worst.
//!
//! The gold is one of two tables: `id,cluster` (or any two columns), which puts every article it judges into a group, or
//! `id_a,id_b,label`, which judges pairs. Only the articles of the gold count; one that the clusters do not have is alone.

mod scores;
mod show;
mod worst;

use std::collections::BTreeMap;
use std::collections::btree_map::Entry;
use std::path::PathBuf;

use serde::Serialize;

use crate::error::Result;

pub use scores::Scores;
#[doc(hidden)]
pub use scores::{PrecisionRecall, VMeasure};
#[doc(hidden)]
pub use worst::{Fragment, WorstGroup};

use crate::output::table::{Table, table_error};
use scores::{Contingency, ratio_or_zero};
use worst::{Labels, worst};

/// What to evaluate, and against what.
#[derive(Clone, Debug)]
pub struct EvalInput {
    /// The clusters, as `cluster` writes them: CSV or JSONL with an `article_id`, plain or compressed with gzip or
    /// Zstandard.
    pub clusters: PathBuf,
    /// The gold: `id,cluster` or `id_a,id_b,label`, in the same formats. A label of `1`, `true`, `OK` or `same` says
    /// that the two belong together, any other that they do not.
    pub gold: PathBuf,
    /// The column of the clusters that is judged: `copy_id` or `story_id`. Equal values are one cluster, whatever they are.
    /// Where none is said, whichever of the two the gold fits better.
    pub column: Option<String>,
}

/// What an evaluation found. Its `Display` is a plain-text table, its `Serialize` the same for programs.
#[derive(Clone, Debug, Serialize)]
#[serde(tag = "gold", rename_all = "lowercase")]
pub enum Report {
    /// Against gold groups.
    Groups(GroupReport),
    /// Against judged pairs.
    Pairs(PairReport),
}

/// A clustering held against gold groups.
#[derive(Clone, Debug, Serialize)]
#[doc(hidden)]
pub struct GroupReport {
    /// The column that was judged.
    pub column: String,
    /// How much is right.
    #[serde(flatten)]
    pub scores: Scores,
    /// The gold groups that lost most pairs to being split over clusters, at most five, the worst first.
    pub worst_split: Vec<WorstGroup>,
    /// The clusters that join most pairs of different gold groups, at most five, the worst first.
    pub worst_merged: Vec<WorstGroup>,
}

/// A clustering held against judged pairs.
#[derive(Clone, Debug, Serialize)]
#[doc(hidden)]
pub struct PairReport {
    /// The column that was judged.
    pub column: String,
    /// How many pairs the gold has; one that stands there twice counts twice.
    pub pairs: u64,
    /// How many of them have an article that the clusters do not have.
    pub absent: u64,
    /// Of the pairs said to be together, how many are (precision), and the reverse (recall); 0 where there are none.
    pub pairwise: PrecisionRecall,
    /// The share of pairs judged as the gold does.
    pub accuracy: f64,
    /// The first few pairs that belong together and are not, in the order of the gold.
    pub missed: Vec<(String, String)>,
    /// The first few pairs that are together and do not belong so, in the order of the gold.
    pub wrongly_joined: Vec<(String, String)>,
}

/// Judges a clustering.
///
/// The same tables give the same report to the last bit, in any order of their rows (but for the examples of wrong pairs,
/// which are the first ones).
///
/// # Errors
///
/// An input-output error when a table cannot be read, [`ErrorKind::Table`](crate::error::ErrorKind::Table) when it has not the columns it should (the
/// message names those it has), an id twice, or a row that is not one; so it is when the gold has no rows.
pub fn evaluate(input: &EvalInput) -> Result<Report> {
    let columns = match &input.column {
        Some(column) => vec![column.as_str()],
        None => {
            let clusters = Table::open(&input.clusters)?;
            let there = COLUMNS.into_iter().filter(|column| clusters.has(column));
            let there: Vec<&str> = there.collect();
            // Without either, the complaint is that the first is not there.
            if there.is_empty() {
                vec![COLUMNS[0]]
            } else {
                there
            }
        }
    };
    let mut best: Option<Report> = None;
    for column in columns {
        let report = judge(input, column)?;
        if best.as_ref().is_none_or(|best| report.fit() > best.fit()) {
            best = Some(report);
        }
    }
    best.ok_or_else(|| table_error(&input.gold, 1, NO_ROWS))
}

/// The columns of clusters that a gold may be of.
const COLUMNS: [&str; 2] = ["copy_id", "story_id"];

fn judge(input: &EvalInput, column: &str) -> Result<Report> {
    let clusters = Table::open(&input.clusters)?;
    let gold = Table::open(&input.gold)?;
    let form = Gold::of(&gold)?;
    let cluster_of = read_map(clusters, ["article_id", column])?;
    match form {
        Gold::Pairs => {
            let report = judge_pairs(column, &cluster_of, gold)?;
            if report.pairs == 0 {
                return Err(table_error(&input.gold, 1, NO_ROWS));
            }
            Ok(Report::Pairs(report))
        }
        Gold::Groups([id, cluster]) => {
            let gold = read_map(gold, [&id, &cluster])?;
            if gold.is_empty() {
                return Err(table_error(&input.gold, 1, NO_ROWS));
            }
            Ok(Report::Groups(judge_groups(column, &cluster_of, &gold)))
        }
    }
}

impl Report {
    /// How well the column fits the gold: by B-cubed F1, or the F1 of pairs.
    fn fit(&self) -> f64 {
        match self {
            Report::Groups(report) => report.scores.bcubed.f1,
            Report::Pairs(report) => report.pairwise.f1,
        }
    }

    /// The column that was judged.
    pub fn column(&self) -> &str {
        match self {
            Report::Groups(report) => &report.column,
            Report::Pairs(report) => &report.column,
        }
    }
}

const NO_ROWS: &str = "no rows below the header";

/// What a gold is.
enum Gold {
    /// Pairs with a label each.
    Pairs,
    /// Articles with a group each, in these columns.
    Groups([String; 2]),
}

impl Gold {
    /// By its columns: `id_a`, `id_b` and `label`; an id and a group under their common names; or any two.
    fn of(gold: &Table) -> Result<Gold> {
        const IDS: [&str; 4] = ["id", "article_id", "doc_id", "record_id"];
        const GROUPS: [&str; 10] = [
            "cluster",
            "cluster_id",
            "group",
            "copy_group",
            "copy_id",
            "story",
            "story_id",
            "event",
            "label",
            "topic",
        ];
        let pairs = ["id_a", "id_b", "label"];
        if pairs.iter().all(|column| gold.has(column)) {
            return Ok(Gold::Pairs);
        }
        let find = |names: &[&str]| {
            names
                .iter()
                .find(|name| gold.has(name))
                .map(|name| (*name).to_owned())
        };
        if let (Some(id), Some(group)) = (find(&IDS), find(&GROUPS)) {
            return Ok(Gold::Groups([id, group]));
        }
        let there = gold.columns();
        if let [id, group] = there {
            return Ok(Gold::Groups([id.clone(), group.clone()]));
        }
        let reason = format!(
            "a gold has the columns id and cluster, any two, or id_a, id_b and label; this has: {}",
            there.join(", ")
        );
        Err(table_error(gold.path(), 1, reason))
    }
}

/// Reads two columns as a map from the one, an id, to the other.
fn read_map(table: Table, columns: [&str; 2]) -> Result<BTreeMap<String, String>> {
    let path = table.path().to_owned();
    let mut map = BTreeMap::new();
    table.rows(columns, &[], &mut |line, [id, value]| match map.entry(id) {
        Entry::Vacant(free) => {
            free.insert(value);
            Ok(())
        }
        Entry::Occupied(taken) => {
            let reason = format!(
                "the {} \"{}\" stood in a line before",
                columns[0],
                taken.key()
            );
            Err(table_error(&path, line, reason))
        }
    })?;
    Ok(map)
}

fn judge_groups(
    column: &str,
    cluster_of: &BTreeMap<String, String>,
    gold: &BTreeMap<String, String>,
) -> GroupReport {
    let ids: Vec<&str> = gold.keys().map(String::as_str).collect();
    let clusters = Labels::new(ids.iter().map(|&id| cluster_of.get(id).map(String::as_str)));
    let groups = Labels::new(gold.values().map(|group| Some(group.as_str())));
    GroupReport {
        column: column.to_owned(),
        scores: Scores::of(&Contingency::new(&clusters, &groups)),
        worst_split: worst(&ids, &groups, &clusters),
        worst_merged: worst(&ids, &clusters, &groups),
    }
}

/// How many examples of wrong pairs a report has.
const EXAMPLES: usize = 5;

fn judge_pairs(
    column: &str,
    cluster_of: &BTreeMap<String, String>,
    gold: Table,
) -> Result<PairReport> {
    let (mut both, mut neither, mut absent) = (0u64, 0u64, 0u64);
    let (mut missed, mut wrongly_joined) = (Examples::default(), Examples::default());
    gold.rows(["id_a", "id_b", "label"], &[], &mut |_,
                                                    [
        id_a,
        id_b,
        label,
    ]| {
        let (a, b) = (cluster_of.get(&id_a), cluster_of.get(&id_b));
        absent += u64::from(a.is_none() || b.is_none());
        let together = a.is_some() && a == b;
        let same = matches!(label.as_str(), "1" | "true" | "OK" | "same");
        match (together, same) {
            (true, true) => both += 1,
            (false, false) => neither += 1,
            (false, true) => missed.add(id_a, id_b),
            (true, false) => wrongly_joined.add(id_a, id_b),
        }
        Ok(())
    })?;
    let pairs = both + neither + missed.count + wrongly_joined.count;
    Ok(PairReport {
        column: column.to_owned(),
        pairs,
        absent,
        pairwise: PrecisionRecall {
            precision: ratio_or_zero(both, both + wrongly_joined.count),
            recall: ratio_or_zero(both, both + missed.count),
            f1: ratio_or_zero(2 * both, 2 * both + missed.count + wrongly_joined.count),
        },
        accuracy: ratio_or_zero(both + neither, pairs),
        missed: missed.first,
        wrongly_joined: wrongly_joined.first,
    })
}

/// Pairs that are counted, the first few of them kept.
#[derive(Default)]
struct Examples {
    count: u64,
    first: Vec<(String, String)>,
}

impl Examples {
    fn add(&mut self, id_a: String, id_b: String) {
        self.count += 1;
        if self.first.len() < EXAMPLES {
            self.first.push((id_a, id_b));
        }
    }
}

#[cfg(test)]
mod tests;

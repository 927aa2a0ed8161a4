//! The rows of a clusters table, as a run wrote them.

use std::path::Path;

use ahash::AHashMap;

use super::sound::Soundness;
use crate::error::Result;
use crate::kernel::Share;
use crate::output::table::{Table, table_error};
use crate::output::{ClusterRow, Relation, safe_cell};
use crate::stages::copies::Kind;

/// Takes a row of a clusters table: its line, the number of its input among those there are, and what it says.
type Visit<'v> = &'v mut dyn FnMut(u64, Option<u32>, &ClusterRow<'_>) -> Result<()>;

/// Hands on every row of a clusters table, in its order.
///
/// # Errors
///
/// Those of `visit`; when the table cannot be read; and, once all rows are read, when it names what it does not have.
pub(crate) fn read_rows(path: &Path, inputs: &[String], visit: Visit<'_>) -> Result<()> {
    let numbers: AHashMap<&str, u32> = inputs.iter().map(String::as_str).zip(0..).collect();
    let table = Table::open(path)?;
    let mut soundness = Soundness::of(path);
    table.rows(ClusterRow::COLUMNS, &ClusterRow::LATER, &mut |line, row| {
        let bad = |column: usize| {
            let (column, value) = (ClusterRow::COLUMNS[column], &row[column]);
            table_error(path, line, format!("{column} is \"{value}\""))
        };
        let input = numbers.get(row[11].as_str()).copied();
        // A table for spreadsheets has an apostrophe before a name like `-`.
        let plain = || {
            row[11]
                .strip_prefix('\'')
                .filter(|name| safe_cell(name) == row[11])
        };
        let input = input.or_else(|| numbers.get(plain()?).copied());
        let row = parse_row(&row).map_err(bad)?;
        soundness.note(line, input, &row)?;
        visit(line, input, &row)
    })?;
    soundness.finish()
}

/// Refuses a table that does not say what kind of record each row is.
pub(super) fn check_kinds(path: &Path) -> Result<()> {
    let table = Table::open(path)?;
    match ["kind", "form_id"]
        .into_iter()
        .find(|name| !table.has(name))
    {
        None => Ok(()),
        Some(missing) => {
            let reason =
                format!("no column \"{missing}\": the table is older than kinds of records");
            Err(table_error(path, 1, reason))
        }
    }
}

/// A row of a clusters table from its cells; the number of the column that is wrong otherwise.
fn parse_row(
    row: &[String; ClusterRow::COLUMNS.len()],
) -> std::result::Result<ClusterRow<'_>, usize> {
    let text = |at: usize| (!row[at].is_empty()).then(|| row[at].as_str());
    let count = |at: usize| row[at].parse::<u32>().map_err(|_| at);
    // Of what tables of earlier versions lack nothing is known there.
    let later = |at: usize| text(at).map(|_| count(at)).transpose();
    let similarity = |share: &str| -> std::result::Result<Share, usize> {
        let share: f64 = share.parse().map_err(|_| 4usize)?;
        Ok(Share((share.clamp(0.0, 1.0) * 1e6).round() as u32))
    };
    let kind = |name: &str| Kind::named(name).ok_or(14usize);
    Ok(ClusterRow {
        article_id: &row[0],
        story_id: &row[1],
        copy_id: &row[2],
        relation: Relation::named(&row[3]).ok_or(3usize)?,
        similarity: text(4).map(similarity).transpose()?,
        matched_id: text(5),
        copies: count(6)?,
        story_articles: count(7)?,
        title: &row[8],
        source: text(9),
        published: text(10).and_then(crate::corpus::parse_date),
        input: &row[11],
        record: row[12].parse().map_err(|_| 12usize)?,
        story_label: text(13),
        kind: text(14).map(kind).transpose()?,
        form_id: text(15),
        story_sources: later(16)?,
        story_independent: later(17)?,
    })
}

//! Which records are kept, by what a run decided or a clusters table says, and the rows that records are marked with.

use std::path::Path;

use ahash::AHashMap;

use super::Kept;
use crate::article::{Input, Place};
use crate::error::{Error, ErrorKind, Result};
use crate::output::table::{Table, table_error};
use crate::output::{ClusterRow, Relation, Similarity};
use crate::tables::{Strings, Tables};

/// Of what one record is kept.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum OnePer {
    /// Of each copy group: its representative.
    #[default]
    Copy,
    /// Of each story: its lead.
    Story,
}

impl OnePer {
    /// Whether the record of a row is the one that is kept.
    pub fn keeps(self, row: &ClusterRow<'_>) -> bool {
        match self {
            OnePer::Copy => row.article_id == row.copy_id,
            OnePer::Story => row.relation == Relation::Lead,
        }
    }
}

/// Which records of a corpus are kept.
#[derive(Clone, Debug, Default)]
pub struct Decisions {
    /// By input; those of each in the order of its records.
    fates: Vec<Vec<(u64, Fate)>>,
    /// Whether a record without a fate is one that a run rejected, rather than one that a table forgot.
    pub(super) are_whole: bool,
}

/// What becomes of a record.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Fate {
    pub(crate) keep: bool,
    /// Its row in the clusters table.
    pub(crate) row: u32,
}

/// The rows that records are marked with.
#[derive(Clone, Copy)]
pub enum Marks<'a> {
    /// Those of a run.
    Found(&'a Tables<'a>),
    /// Those of a clusters table.
    Stored(&'a StoredRows),
}

impl Marks<'_> {
    /// A row, with what of it has to be read first.
    pub(crate) fn read(&self, row: u32) -> Result<Marked<'_>> {
        let row = row as usize;
        Ok(match self {
            Marks::Found(tables) => Marked::Found(tables, row, tables.strings(row)?),
            Marks::Stored(rows) => Marked::Stored(rows, row),
        })
    }
}

/// The row that a record is marked with.
pub(crate) enum Marked<'a> {
    /// One of a run.
    Found(&'a Tables<'a>, usize, Strings<'a>),
    /// One of a clusters table.
    Stored(&'a StoredRows, usize),
}

impl Marked<'_> {
    pub(crate) fn row(&self) -> ClusterRow<'_> {
        match self {
            Marked::Found(tables, row, strings) => tables.row(*row, strings),
            Marked::Stored(rows, row) => rows.row(*row),
        }
    }
}

/// The rows of a clusters table, without what only the articles themselves say.
#[derive(Clone, Debug, Default)]
pub struct StoredRows {
    ids: Vec<Box<str>>,
    numbers: AHashMap<Box<str>, u32>,
    rows: Vec<StoredRow>,
}

#[derive(Clone, Copy, Debug)]
struct StoredRow {
    article: u32,
    story: u32,
    copy: u32,
    matched: Option<u32>,
    relation: Relation,
    similarity: Option<Similarity>,
    copies: u32,
    story_articles: u32,
}

impl StoredRows {
    /// Keeps a row, under the next number.
    pub fn push(&mut self, row: &ClusterRow<'_>) {
        let stored = StoredRow {
            article: self.number(row.article_id),
            story: self.number(row.story_id),
            copy: self.number(row.copy_id),
            matched: row.matched_id.map(|id| self.number(id)),
            relation: row.relation,
            similarity: row.similarity,
            copies: row.copies,
            story_articles: row.story_articles,
        };
        self.rows.push(stored);
    }

    fn number(&mut self, id: &str) -> u32 {
        if let Some(&number) = self.numbers.get(id) {
            return number;
        }
        let number = self.ids.len() as u32;
        self.ids.push(id.into());
        self.numbers.insert(id.into(), number);
        number
    }

    fn row(&self, row: usize) -> ClusterRow<'_> {
        let row = self.rows[row];
        let id = |number: u32| &*self.ids[number as usize];
        ClusterRow {
            article_id: id(row.article),
            story_id: id(row.story),
            copy_id: id(row.copy),
            relation: row.relation,
            similarity: row.similarity,
            matched_id: row.matched.map(id),
            copies: row.copies,
            story_articles: row.story_articles,
            title: "",
            source: None,
            published: None,
            input: "",
            record: 0,
            story_label: None,
        }
    }
}

impl Decisions {
    /// What a run decided.
    pub fn of(tables: &Tables<'_>, one_per: OnePer) -> Decisions {
        let mut decisions = Decisions::default();
        for article in 0..tables.ids().len() {
            let keep = tables.is_kept(article, one_per);
            let row = article as u32;
            decisions.note(tables.place(article), Fate { keep, row });
        }
        decisions.are_whole = true;
        decisions.in_order()
    }

    /// What a clusters table says.
    ///
    /// The rows of inputs that the corpus does not have are passed over. Each other row is handed to `note`, in the order
    /// of the table, with whether its record is kept; the rows of [`Marks::Stored`] are those, in that order.
    ///
    /// # Errors
    ///
    /// When the table cannot be read, is no clusters table, or names none of the inputs.
    pub fn read(
        path: &Path,
        inputs: &[String],
        one_per: OnePer,
        note: &mut dyn FnMut(&ClusterRow<'_>, bool) -> Result<()>,
    ) -> Result<Decisions> {
        let mut decisions = Decisions::default();
        let mut other = None;
        let mut count = 0;
        read_rows(path, inputs, &mut |_, input, row| {
            let Some(input) = input else {
                other.get_or_insert_with(|| row.input.to_owned());
                return Ok(());
            };
            let keep = one_per.keeps(row);
            let fate = Fate { keep, row: count };
            count += 1;
            let record = row.record;
            decisions.note(Place { input, record }, fate);
            note(row, keep)
        })?;
        match other {
            Some(other) if decisions.fates.is_empty() => {
                let reason = format!("its rows are of other inputs, such as {other}");
                Err(table_error(path, 2, reason))
            }
            _ => Ok(decisions.in_order()),
        }
    }

    /// How many records are kept, and how many are not.
    pub fn counts(&self) -> Kept {
        let fates = self.fates.iter().flatten();
        let kept = fates.clone().filter(|(_, fate)| fate.keep).count() as u64;
        Kept {
            kept,
            removed: fates.count() as u64 - kept,
        }
    }

    /// The same, where records without a row were left out on purpose.
    pub fn of_some(self) -> Decisions {
        Decisions {
            are_whole: true,
            ..self
        }
    }

    fn note(&mut self, place: Place, fate: Fate) {
        let input = place.input as usize;
        if self.fates.len() <= input {
            self.fates.resize_with(input + 1, Vec::new);
        }
        self.fates[input].push((place.record, fate));
    }

    /// Rows may stand in any order; of two for one record, the later one counts.
    fn in_order(mut self) -> Decisions {
        for fates in &mut self.fates {
            if !fates.is_sorted_by(|a, b| a.0 < b.0) {
                fates.reverse();
                fates.sort_by_key(|(record, _)| *record);
                fates.dedup_by_key(|(record, _)| *record);
            }
        }
        self
    }

    /// What becomes of a record; `None` where nothing was decided.
    pub(super) fn known(&self, place: Place) -> Option<Fate> {
        let fates = self.fates.get(place.input as usize)?;
        // Where no record was rejected before it, a record's number says where it stands.
        let likely = usize::try_from(place.record).ok()?.checked_sub(1)?;
        if let Some((record, fate)) = fates.get(likely)
            && *record == place.record
        {
            return Some(*fate);
        }
        let at = fates.binary_search_by_key(&place.record, |(record, _)| *record);
        Some(fates[at.ok()?].1)
    }
}

/// Takes a row of a clusters table: its line, the number of its input among those there are, and what it says.
type Visit<'v> = &'v mut dyn FnMut(u64, Option<u32>, &ClusterRow<'_>) -> Result<()>;

/// Hands on every row of a clusters table, in its order.
pub(crate) fn read_rows(path: &Path, inputs: &[String], visit: Visit<'_>) -> Result<()> {
    let numbers: AHashMap<&str, u32> = inputs.iter().map(String::as_str).zip(0..).collect();
    let table = Table::open(path)?;
    table.rows(ClusterRow::COLUMNS, &ClusterRow::LATER, &mut |line, row| {
        let bad = |column: usize| {
            let (column, value) = (ClusterRow::COLUMNS[column], &row[column]);
            table_error(path, line, format!("{column} is \"{value}\""))
        };
        let input = numbers.get(row[11].as_str()).copied();
        visit(line, input, &parse_row(&row).map_err(bad)?)
    })
}

/// The error for an article that a clusters table has no row for.
pub(super) fn forgotten(place: Place, inputs: &[Input]) -> Error {
    ErrorKind::BadRecord {
        input: inputs[place.input as usize].name.clone(),
        record: place.record,
        reason: "the clusters table has no row for this record".to_owned(),
    }
    .into()
}

/// A row of a clusters table from its cells; the number of the column that is wrong otherwise.
fn parse_row(row: &[String; 14]) -> std::result::Result<ClusterRow<'_>, usize> {
    let text = |at: usize| (!row[at].is_empty()).then(|| row[at].as_str());
    let count = |at: usize| row[at].parse::<u32>().map_err(|_| at);
    let similarity = |share: &str| -> std::result::Result<Similarity, usize> {
        let share: f64 = share.parse().map_err(|_| 4usize)?;
        Ok(Similarity::from_millionths(
            (share.clamp(0.0, 1.0) * 1e6).round() as u32,
        ))
    };
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
        published: text(10).and_then(crate::article::parse_date),
        input: &row[11],
        record: row[12].parse().map_err(|_| 12usize)?,
        story_label: text(13),
    })
}

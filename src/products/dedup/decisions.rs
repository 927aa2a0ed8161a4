//! Which records are kept, by what a run decided or a clusters table says.

use std::path::Path;

use ahash::AHashSet;
use xxhash_rust::xxh3::xxh3_128;

use super::KeptCounts;
use super::choice::{Choice, OnePer};
use super::contest::{self, Claim};
use super::rows::{check_kinds, read_rows};
use super::tally::{SourceTally, Sources};
use crate::corpus::{Corpus, Input, Place, Timestamp};
use crate::error::{Error, ErrorKind, Result};
use crate::kernel::Share;
use crate::output::table::table_error;
use crate::output::{ClusterRow, ClusterWriter, Relation};
#[cfg(feature = "index")]
use crate::products::index::Compared;
use crate::results::tables::Tables;
use crate::stages::copies;
use crate::stages::copies::Kind;

/// Which records of a corpus are kept.
#[derive(Clone, Debug, Default)]
pub struct Decisions {
    /// By input; those of each in the order of its records.
    fates: Vec<Vec<(u64, Fate)>>,
    /// Whether a record without a fate is one that a run rejected, rather than one that a table forgot.
    pub(super) are_whole: bool,
    by_source: Vec<SourceTally>,
    /// How many records are left out for their kind, by [`Kind::ALL`], and how many as too many of their form.
    dropped: [u64; Kind::ALL.len()],
    over: u64,
}

/// What becomes of a record.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Fate {
    pub(crate) keep: bool,
    /// Its row in the clusters table.
    pub(crate) row: u32,
}

/// What of a row decides whether its record is kept.
pub(super) struct Facts<'f> {
    pub(super) place: Place,
    /// Whether it stands for its copies, or leads its story, as is asked for.
    pub(super) stands: bool,
    /// Names that group, or that story.
    pub(super) group: u128,
    /// 0 for one that stands for its copies, 1 for a copy, 2 for an excerpt.
    pub(super) standing: u8,
    pub(super) kind: Option<Kind>,
    pub(super) form: Option<u128>,
    pub(super) source: Option<&'f str>,
    pub(super) published: Option<Timestamp>,
}

/// Takes the facts of every row, in the order of the rows.
type Visit<'v> = &'v mut dyn FnMut(&Facts<'_>) -> Result<()>;

impl Decisions {
    /// What a run decided. Where records contend ([`Choice::keep`]), they are read once more.
    ///
    /// # Errors
    ///
    /// When the choice leaves nothing, or the corpus cannot be read.
    pub fn of<C: Corpus + ?Sized>(
        tables: &Tables<'_>,
        corpus: &C,
        choice: &Choice,
    ) -> Result<Decisions> {
        choice.check()?;
        let mut decisions = Decisions::decide(corpus, choice, &|visit| {
            (0..tables.ids().len()).try_for_each(|article| visit(&of_run(tables, article, choice)))
        })?;
        decisions.are_whole = true;
        Ok(decisions)
    }

    /// What a clusters table says.
    ///
    /// The rows of inputs that the corpus does not have are passed over. The table is read again where records contend, and
    /// so are those.
    ///
    /// # Errors
    ///
    /// When the choice leaves nothing, the table cannot be read, is no clusters table, names none of the inputs, or does
    /// not say what the choice hangs on, or when the corpus cannot be read.
    pub fn read<C: Corpus + ?Sized>(path: &Path, corpus: &C, choice: &Choice) -> Result<Decisions> {
        choice.check()?;
        if choice.asks_for_kinds() {
            check_kinds(path)?;
        }
        let inputs = corpus.inputs();
        Decisions::decide(corpus, choice, &|visit| {
            rows_of(path, &inputs, &mut |_, place, row| {
                visit(&of_row(row, place, choice.one_per))
            })
        })
    }

    #[cfg(feature = "index")]
    /// What was decided of a dump that was held against an index: of what the index has nothing is kept.
    ///
    /// # Errors
    ///
    /// When the choice leaves nothing, or the corpus or the index cannot be read.
    pub fn of_index<C: Corpus + ?Sized>(
        compared: &Compared<'_>,
        corpus: &C,
        choice: &Choice,
    ) -> Result<Decisions> {
        choice.check()?;
        let mut decisions = Decisions::decide(corpus, choice, &|visit| {
            (0..compared.len()).try_for_each(|at| {
                let row = compared.row(at)?;
                let cluster = row.cluster();
                let facts = of_row(&cluster, compared.place(at), choice.one_per);
                let stands = facts.stands && !row.is_known;
                visit(&Facts { stands, ..facts })
            })
        })?;
        decisions.are_whole = true;
        Ok(decisions)
    }

    fn decide<C: Corpus + ?Sized>(
        corpus: &C,
        choice: &Choice,
        rows: &dyn Fn(Visit<'_>) -> Result<()>,
    ) -> Result<Decisions> {
        let mut decisions = Decisions::default();
        let (mut sources, mut row) = (Sources::default(), 0);
        // The groups whose representatives are left out for their kind.
        let mut vacant: AHashSet<u128> = AHashSet::new();
        rows(&mut |facts| {
            sources.push(facts.source);
            let is_dropped = choice.drops(facts.kind);
            if is_dropped {
                decisions.dropped[facts.kind.unwrap_or_default() as usize] += 1;
            }
            if is_dropped && facts.stands {
                vacant.insert(facts.group);
            }
            let keep = facts.stands && !is_dropped;
            decisions.note(facts.place, Fate { keep, row });
            row += 1;
            Ok(())
        })?;
        decisions = decisions.in_order();
        if !vacant.is_empty() || choice.max_per_form.is_some() {
            let mut claims = Vec::new();
            rows(&mut |facts| {
                claims.extend(claim(facts, &vacant, choice));
                Ok(())
            })?;
            let is_kept = |place| decisions.keeps(place);
            let decided = contest::decide(claims, &is_kept, corpus, choice)?;
            decisions.over = decided.over.len() as u64;
            decided
                .kept
                .into_iter()
                .for_each(|place| decisions.set(place, true));
            decided
                .over
                .into_iter()
                .for_each(|place| decisions.set(place, false));
        }
        let fates = decisions.fates.iter().flatten();
        decisions.by_source = sources.tally(fates.map(|(_, fate)| (fate.row, fate.keep)));
        Ok(decisions)
    }

    /// How many records are kept, and how many are not.
    pub fn counts(&self) -> KeptCounts {
        let fates = self.fates.iter().flatten();
        let kept = fates.clone().filter(|(_, fate)| fate.keep).count() as u64;
        KeptCounts {
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

    /// Rows may stand in any order; there are no two for one record.
    fn in_order(mut self) -> Decisions {
        for fates in &mut self.fates {
            if !fates.is_sorted_by(|a, b| a.0 < b.0) {
                fates.sort_by_key(|(record, _)| *record);
            }
        }
        self
    }

    fn find(&self, place: Place) -> Option<(usize, usize)> {
        let input = place.input as usize;
        let fates = self.fates.get(input)?;
        // Where no record was rejected before it, a record's number says where it stands.
        let likely = usize::try_from(place.record).ok()?.checked_sub(1)?;
        if fates
            .get(likely)
            .is_some_and(|(record, _)| *record == place.record)
        {
            return Some((input, likely));
        }
        let at = fates.binary_search_by_key(&place.record, |(record, _)| *record);
        Some((input, at.ok()?))
    }

    fn set(&mut self, place: Place, keep: bool) {
        if let Some((input, at)) = self.find(place) {
            self.fates[input][at].1.keep = keep;
        }
    }

    /// What becomes of a record; `None` where nothing was decided.
    pub(super) fn known(&self, place: Place) -> Option<Fate> {
        let (input, at) = self.find(place)?;
        Some(self.fates[input][at].1)
    }

    /// Whether a record is known and kept.
    pub fn keeps(&self, place: Place) -> bool {
        self.known(place).is_some_and(|fate| fate.keep)
    }

    /// How many records of each source there are and how many are left out: those with most left out first.
    pub fn by_source(&self) -> &[SourceTally] {
        &self.by_source
    }

    /// How many records of a kind are left out since none of it is to be kept.
    pub fn dropped(&self, kind: Kind) -> u64 {
        self.dropped[kind as usize]
    }

    /// How many records are left out as too many of their form.
    pub fn over_form(&self) -> u64 {
        self.over
    }

    /// Fails where more than a share of all records are left out.
    ///
    /// # Errors
    ///
    /// [`ErrorKind::TooManyRemoved`] says how many they are, and of which source most of them.
    pub fn check_removed(&self, most: Share) -> Result<()> {
        let sum = |of: fn(&SourceTally) -> u64| self.by_source.iter().map(of).sum::<u64>();
        let (removed, records) = (sum(|it| it.removed), sum(|it| it.records));
        let is_within = u128::from(removed) * 1_000_000 <= u128::from(most.0) * u128::from(records);
        match self.by_source.first() {
            Some(first) if !is_within => Err(ErrorKind::TooManyRemoved {
                removed,
                records,
                most: most.0,
                outlet: first.source.clone(),
                of_source: (first.removed, first.records),
            }
            .into()),
            _ => Ok(()),
        }
    }

    /// Writes the rows of a run's records that are left out, in input order.
    ///
    /// # Errors
    ///
    /// When a row cannot be written.
    pub fn write_removed(&self, tables: &Tables<'_>, to: &mut ClusterWriter) -> Result<()> {
        (0..tables.ids().len())
            .filter(|&article| !self.keeps(tables.place(article)))
            .try_for_each(|article| tables.write_row(article, to))
    }

    /// Writes the rows of a clusters table whose records are left out, in its order.
    ///
    /// # Errors
    ///
    /// When the table cannot be read, or a row cannot be written.
    pub fn copy_removed(
        &self,
        path: &Path,
        inputs: &[String],
        to: &mut ClusterWriter,
    ) -> Result<()> {
        rows_of(
            path,
            inputs,
            &mut |number, place, row| match self.known(place) {
                Some(fate) if !fate.keep && fate.row == number => to.write(row),
                _ => Ok(()),
            },
        )
    }
}

/// The claim of a record that may be kept besides, or may be too many.
fn claim(facts: &Facts<'_>, vacant: &AHashSet<u128>, choice: &Choice) -> Option<Claim> {
    if choice.drops(facts.kind) {
        return None;
    }
    let group = Some(facts.group).filter(|group| vacant.contains(group));
    let form = facts.form.filter(|_| choice.max_per_form.is_some());
    let contends = group.is_some() || (form.is_some() && facts.stands);
    contends.then(|| Claim::new(facts, group, form, choice))
}

fn of_run<'t>(tables: &'t Tables<'_>, article: usize, choice: &Choice) -> Facts<'t> {
    let found = tables.found();
    let member = found.groups.of(article);
    let group = match choice.one_per {
        OnePer::Copy => member.representative,
        OnePer::Story => found.stories.of(article).lead,
    };
    Facts {
        place: tables.place(article),
        stands: group as usize == article,
        group: group.into(),
        standing: match member.relation {
            copies::CopyRelation::Representative => 0,
            copies::CopyRelation::Exact | copies::CopyRelation::Near => 1,
            copies::CopyRelation::Excerpt => 2,
        },
        kind: Some(member.kind),
        form: member.form.map(u128::from),
        source: found.register.source(article),
        published: found.register.entry(article).published,
    }
}

fn of_row<'r>(row: &ClusterRow<'r>, place: Place, one_per: OnePer) -> Facts<'r> {
    let hash = |id: &str| xxh3_128(id.as_bytes());
    Facts {
        place,
        stands: one_per.stands(row),
        group: hash(one_per.group(row)),
        standing: match row.relation {
            Relation::Lead | Relation::Related => 0,
            Relation::Exact | Relation::Near => 1,
            Relation::Excerpt => 2,
        },
        kind: row.kind,
        form: row.form_id.map(hash),
        source: row.source,
        published: row.published,
    }
}

/// Takes a row with its number and its place.
type VisitRow<'v> = &'v mut dyn FnMut(u32, Place, &ClusterRow<'_>) -> Result<()>;

/// Hands on the rows of a table that are of these inputs, numbered in its order.
pub(super) fn rows_of(path: &Path, inputs: &[String], visit: VisitRow<'_>) -> Result<()> {
    let (mut other, mut number) = (None, 0);
    read_rows(path, inputs, &mut |_, input, row| {
        let Some(input) = input else {
            other.get_or_insert_with(|| row.input.to_owned());
            return Ok(());
        };
        let record = row.record;
        visit(number, Place { input, record }, row)?;
        number += 1;
        Ok(())
    })?;
    match other {
        Some(other) if number == 0 => {
            let reason = format!("its rows are of other inputs, such as {other}");
            Err(table_error(path, 2, reason))
        }
        _ => Ok(()),
    }
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

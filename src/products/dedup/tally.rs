//! How much of each source is left out.

use std::cmp::Reverse;

use ahash::AHashMap;

/// How many records of one source there are, and how many of them are left out.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct SourceTally {
    /// The source as it was read; `None` for all records that name none.
    pub source: Option<String>,
    /// Its records.
    pub records: u64,
    /// Those that are left out.
    pub removed: u64,
}

impl SourceTally {
    /// Whether more than half of it is left out.
    pub fn is_over_half(&self) -> bool {
        self.removed > self.records - self.removed
    }
}

/// The source of every row, while it is not known yet what becomes of it.
#[derive(Default)]
pub(super) struct Sources {
    numbers: AHashMap<Option<Box<str>>, u32>,
    names: Vec<Option<Box<str>>>,
    of_row: Vec<u32>,
}

impl Sources {
    /// Takes the source of the next row.
    pub(super) fn push(&mut self, source: Option<&str>) {
        // Records of one source mostly follow each other.
        let last = self.of_row.last().copied();
        let known = last.filter(|&last| self.names[last as usize].as_deref() == source);
        let number = known.unwrap_or_else(|| {
            let name: Option<Box<str>> = source.map(Into::into);
            let next = self.names.len() as u32;
            *self.numbers.entry(name).or_insert_with_key(|name| {
                self.names.push(name.clone());
                next
            })
        });
        self.of_row.push(number);
    }

    /// The tallies of all sources: those with most records left out first, then by name. `fates` says for each row that
    /// counts whether it is kept.
    pub(super) fn tally(self, fates: impl Iterator<Item = (u32, bool)>) -> Vec<SourceTally> {
        let tally = |name: Option<Box<str>>| SourceTally {
            source: name.map(Into::into),
            records: 0,
            removed: 0,
        };
        let mut tallies: Vec<SourceTally> = self.names.into_iter().map(tally).collect();
        for (row, keep) in fates {
            let tally = &mut tallies[self.of_row[row as usize] as usize];
            tally.records += 1;
            tally.removed += u64::from(!keep);
        }
        tallies.sort_by(|a, b| {
            let rank = |it: &SourceTally| (Reverse(it.removed), Reverse(it.records));
            rank(a).cmp(&rank(b)).then_with(|| a.source.cmp(&b.source))
        });
        tallies
    }
}

//! What titles say of furniture, counted: of a part of a dump, and merged exactly in any order.

use std::collections::BTreeMap;

use serde::{Deserialize, Serialize};

use super::titles::{COMPARED, SHARE, UNLIKE, UNLIKE_IN_SOURCE, scoped, unlike};

/// A part, and how many titles have it.
pub(super) type Counted = (u64, u32);

/// A part of titles of one source.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub(super) struct Borne {
    pub(super) part: u64,
    /// The hash of the source.
    pub(super) source: u64,
    /// How many titles have it.
    titles: u32,
    /// What stands beside it, that of smallest hash: ascending, each once.
    rests: Vec<u64>,
}

impl Borne {
    /// A part that stands beside these rests, one of each title.
    pub(super) fn of(part: u64, source: u64, rests: impl Iterator<Item = u64>) -> Borne {
        let rests: Vec<u64> = rests.collect();
        let mut borne = Borne {
            part,
            source,
            titles: rests.len() as u32,
            rests,
        };
        borne.cut();
        borne
    }

    /// What is not compared is let go.
    fn cut(&mut self) {
        self.rests.sort_unstable();
        self.rests.dedup();
        self.rests.truncate(COMPARED);
    }

    fn add(&mut self, other: Borne) {
        self.titles += other.titles;
        self.rests.extend(other.rests);
        self.cut();
    }

    fn key(&self) -> (u64, u64) {
        (self.part, self.source)
    }
}

/// What titles of a part of a dump are made of.
#[derive(Clone, Debug, Default, Serialize, Deserialize)]
pub(super) struct TitleCounts {
    /// How many titles each source has.
    pub(super) titled: BTreeMap<u64, u32>,
    /// Ascending by part and source, each once.
    pub(super) borne: Vec<Borne>,
}

impl TitleCounts {
    /// Adds what another part counted.
    pub(super) fn merge(&mut self, other: TitleCounts) {
        for (source, titles) in other.titled {
            *self.titled.entry(source).or_default() += titles;
        }
        self.borne.extend(other.borne);
        self.borne.sort_by_key(Borne::key);
        self.borne.dedup_by(|next, kept| {
            let is_same = next.key() == kept.key();
            if is_same {
                let rests = std::mem::take(&mut next.rests);
                kept.add(Borne {
                    rests,
                    ..next.clone()
                });
            }
            is_same
        });
    }

    /// What recurs, of parts of which all titles are here.
    pub(super) fn recurring(self) -> Recurring {
        let mut recurring = Recurring {
            titled: self.titled,
            ..Recurring::default()
        };
        for same in self.borne.chunk_by(|a, b| a.part == b.part) {
            recurring.add(same);
        }
        recurring
    }
}

/// The parts of titles that may be furniture.
#[derive(Clone, Debug, Default, Serialize, Deserialize)]
pub(super) struct Recurring {
    titled: BTreeMap<u64, u32>,
    /// Those that recur beside unlike ones, with how many titles have each.
    candidates: Vec<Counted>,
    /// Those that recur in one source: with the hash of it, and how many of its titles have each.
    of_sources: Vec<(u64, u64, u32)>,
}

impl Recurring {
    /// Adds a part, by the sources whose titles have it.
    pub(super) fn add(&mut self, same: &[Borne]) {
        for own in same {
            let is_many = own.titles as usize >= UNLIKE_IN_SOURCE;
            if is_many && unlike(&own.rests) >= UNLIKE_IN_SOURCE {
                self.of_sources.push((own.part, own.source, own.titles));
            }
        }
        let titles: u32 = same.iter().map(|own| own.titles).sum();
        let rests = || -> Vec<u64> {
            let all = same.iter().flat_map(|own| own.rests.iter().copied());
            Borne::of(0, 0, all).rests
        };
        if let Some(first) = same.first()
            && titles as usize >= UNLIKE
            && unlike(&rests()) >= UNLIKE
        {
            self.candidates.push((first.part, titles));
        }
    }

    /// Notes how many titles each source has.
    pub(super) fn titled(&mut self, titled: BTreeMap<u64, u32>) {
        self.titled = titled;
    }

    /// Adds what recurs of other parts.
    pub(super) fn merge(&mut self, other: Recurring) {
        for (source, titles) in other.titled {
            *self.titled.entry(source).or_default() += titles;
        }
        self.candidates.extend(other.candidates);
        self.of_sources.extend(other.of_sources);
    }

    /// The parts that are furniture unless they are met inside of others, ascending, and those that are furniture of their sources.
    pub(super) fn judged(mut self) -> (Vec<Counted>, Vec<u64>) {
        self.candidates.sort_unstable();
        let is_common = |&&(_, source, titles): &&(u64, u64, u32)| {
            let titled = self.titled.get(&source);
            titled.is_some_and(|titled| titles * SHARE >= *titled)
        };
        let common = self.of_sources.iter().filter(is_common);
        let mut of_sources: Vec<u64> = common
            .map(|&(part, source, _)| scoped(part, source))
            .collect();
        of_sources.sort_unstable();
        (self.candidates, of_sources)
    }
}

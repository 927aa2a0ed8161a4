//! What a sweep met besides articles, added up for the report.

use std::collections::BTreeMap;

use super::filter::LeftOut;
use crate::corpus::record::date::Evidence;
use crate::corpus::record::fields::Role;
use crate::corpus::record::{InsteadBySource, Tally};
use crate::corpus::{Place, ReadReport, RejectReason, Replaced};

/// What the pieces of work found, added up.
#[derive(Default)]
pub(super) struct Found {
    pub(super) rejects: BTreeMap<RejectReason, u64>,
    pub(super) first_rejects: Vec<(Place, RejectReason)>,
    pub(super) repaired: u64,
    pub(super) unreadable_dates: u64,
    pub(super) beside: u64,
    pub(super) bytes: u64,
    pub(super) fields: BTreeMap<(Role, String), u64>,
    pub(super) evidence: BTreeMap<u32, Evidence>,
    pub(super) left_out: BTreeMap<LeftOut, u64>,
    pub(super) cut_off: Vec<(u32, String)>,
    pub(super) instead: InsteadBySource,
}

impl Found {
    pub(super) fn add(&mut self, tally: Tally) {
        self.repaired += tally.repaired;
        self.unreadable_dates += tally.unreadable_dates;
        for (why, count) in &tally.left_out {
            *self.left_out.entry(*why).or_default() += count;
        }
        for (input, evidence) in &tally.evidence {
            self.evidence.entry(*input).or_default().add(evidence);
        }
        for (field, used) in tally.fields {
            *self.fields.entry(field).or_default() += used;
        }
        for (source, [other, visible]) in tally.instead {
            let counts = self.instead.entry(source).or_default();
            *counts = [counts[0] + other, counts[1] + visible];
        }
    }

    pub(super) fn into_report(mut self) -> ReadReport {
        self.first_rejects.sort_unstable();
        self.cut_off.sort_unstable();
        // A damaged file is noted by each thread that met with the damage.
        self.cut_off.dedup_by_key(|(input, _)| *input);
        // Where several fields were read as one, the most used comes first.
        let mut fields: Vec<_> = self.fields.into_iter().collect();
        fields.sort_by(|((role_a, path_a), used_a), ((role_b, path_b), used_b)| {
            role_a
                .cmp(role_b)
                .then(used_b.cmp(used_a))
                .then_with(|| path_a.cmp(path_b))
        });
        ReadReport {
            rejects: self.rejects.into_iter().collect(),
            first_rejects: self.first_rejects,
            repaired: self.repaired,
            unreadable_dates: self.unreadable_dates,
            left_out: self.left_out.into_iter().collect(),
            beside: self.beside,
            bytes: self.bytes,
            fields: fields
                .into_iter()
                .map(|((role, path), _)| (role.name(), path))
                .collect(),
            cut_off: self.cut_off,
            replaced: replaced(self.instead),
        }
    }
}

/// The pages that were not taken by the extractor that was to take them, the sources with most first.
fn replaced(instead: InsteadBySource) -> Vec<Replaced> {
    let replaced = |(source, [by_other, as_visible]): (Option<String>, [u64; 2])| Replaced {
        source,
        by_other,
        as_visible,
    };
    let mut all: Vec<Replaced> = instead.into_iter().map(replaced).collect();
    all.sort_by_key(|one| std::cmp::Reverse(one.by_other + one.as_visible));
    all
}

//! Postings: which texts share an anchor, and the pairs that share enough of them.

use std::sync::atomic::{AtomicU8, AtomicUsize, Ordering};

use rayon::prelude::*;

use super::anchors::{AnchorRows, LOWER, is_sparse, is_upper_sparse};
use super::asking::{AnchorCounts, needed};
use super::buckets::HUBS;
use super::by_key::KnownForms;
use super::entry::Entry;
use super::pairs::Pairs;
use super::{Pair, Rows, as_number};
use crate::corpus::TextId;
use crate::error::Result;
use crate::spill::{Column, ColumnWriter, MemoryBudget, Partitioner, Sorted, Sorter};

/// The texts that share an anchor are its posting. In a larger one each text meets the [`HUBS`] of smallest content hash
/// alone: texts of a story that a hundred papers print, and excerpts of it, share nothing but such anchors.
pub(super) const POSTING: usize = 64;
/// How many anchors a pair must share, where it has enough of them.
pub(super) const SHARED: usize = 3;

/// What texts have in anchors, and who shares them.
pub(super) struct AnchorIndex {
    /// Which texts have an anchor, by anchor.
    entries: Sorted<Entry>,
    /// What each text asks of those it shares anchors with.
    least: Vec<AtomicU8>,
}

impl AnchorIndex {
    /// Sorts the anchors of all texts, given in halves; the lower ones are let go.
    pub(super) fn new(
        anchors: &AnchorRows,
        lower: Column<u16>,
        rows: &Rows<'_>,
        budget: &MemoryBudget,
    ) -> Result<AnchorIndex> {
        let sorter = Sorter::new(budget);
        let least: Vec<AtomicU8> = (0..rows.texts()).map(|_| AtomicU8::new(0)).collect();
        let pieces = (0..anchors.pieces()).into_par_iter();
        pieces.try_for_each_init(Default::default, |buffers, piece| {
            let mut entries = Vec::new();
            anchors.visit(piece, &lower, buffers, |article, upper, lower| {
                let Some(text) = rows.text(article) else {
                    return;
                };
                let least_of = AnchorCounts::of(upper.iter().map(|&upper| is_upper_sparse(upper)));
                least[text as usize].store(least_of.0, Ordering::Relaxed);
                let anchors = upper.iter().zip(lower);
                let anchors =
                    anchors.map(|(&upper, &lower)| u64::from(upper) << LOWER | u64::from(lower));
                entries.extend(anchors.map(|anchor| Entry::new(anchor, text)));
            })?;
            sorter.push(entries)
        })?;
        drop(lower);
        Ok(AnchorIndex {
            entries: sorter.finish()?,
            least,
        })
    }

    /// The first texts of the anchors that stand in many.
    pub(super) fn postings(&self, budget: &MemoryBudget) -> Result<Postings> {
        let (writer, mut postings) = (ColumnWriter::new(budget), Postings::default());
        let (mut block, mut blocks) = (Vec::with_capacity(INDEXED), 0);
        let mut hand_over = |block: &mut Vec<Entry>, firsts: &mut Vec<Entry>| {
            firsts.extend(block.first());
            blocks += 1;
            writer.push(
                blocks,
                std::mem::replace(block, Vec::with_capacity(INDEXED)),
            )
        };
        self.entries.scan(|piece| {
            for run in runs(piece).filter(|run| run.len() >= MANY) {
                if run.len() > POSTING {
                    postings.over_cap.push(OverCap::of(run));
                }
                for &entry in run.iter().take(KEPT) {
                    block.push(entry);
                    if block.len() == INDEXED {
                        hand_over(&mut block, &mut postings.firsts)?;
                    }
                }
            }
            Ok(())
        })?;
        hand_over(&mut block, &mut postings.firsts)?;
        postings.entries = writer.finish();
        Ok(postings)
    }

    /// The pairs of texts that share enough anchors; says how many.
    pub(super) fn pairs(&self, budget: &MemoryBudget, found: &Pairs) -> Result<usize> {
        match &self.entries {
            Sorted::Memory { pieces, .. } => self.pairs_in_memory(pieces, found),
            Sorted::Disk { .. } => self.pairs_by_share(budget, found),
        }
    }

    fn pairs_in_memory(&self, entries: &[Vec<Entry>], found: &Pairs) -> Result<usize> {
        let runs: Vec<&[Entry]> = entries
            .par_iter()
            .flat_map_iter(|piece| runs(piece))
            .filter(|run| run.len() > 1)
            .collect();
        let standing = ByText::of(&runs, self.least.len());
        let texts: Vec<TextId> = (0..self.least.len() as u32).collect();
        let count = AtomicUsize::new(0);
        texts.par_chunks(COUNTED).try_for_each(|texts| {
            let mut counter = Counter::new(&self.least);
            for &text in texts {
                for &run in standing.of_text(text) {
                    let others = met_first(runs[run as usize]).map(|entry| entry.text());
                    counter.note(others.take_while(|&other| other < text));
                }
                counter.finish(text);
            }
            count.fetch_add(counter.found.len(), Ordering::Relaxed);
            found.push(counter.found)
        })?;
        Ok(count.into_inner())
    }

    /// The same where the postings lie on disk: what each text meets is dealt out by text, and counted a share at a time.
    fn pairs_by_share(&self, budget: &MemoryBudget, found: &Pairs) -> Result<usize> {
        let texts = self.least.len() as u32;
        let per_share = texts.div_ceil(SHARES as u32).max(1);
        let mut meetings = Partitioner::new(SHARES, budget)?;
        self.entries.scan(|piece| {
            for run in runs(piece).filter(|run| run.len() > 1) {
                let members: Vec<u32> = run.iter().map(|entry| entry.text()).collect();
                let first = met_first(run).len();
                for (at, &text) in members.iter().enumerate().skip(1) {
                    let others = &members[..at.min(first)];
                    let share = (text / per_share) as usize;
                    meetings.deal(share, &[text, others.len() as u32])?;
                    meetings.deal(share, others)?;
                }
            }
            Ok(())
        })?;
        let meetings = meetings.finish()?;
        let count = AtomicUsize::new(0);
        (0..SHARES).into_par_iter().try_for_each(|share| {
            let (met, _reserved) = meetings.read(share)?;
            let mut places: Vec<(u32, usize)> = Vec::new();
            let mut at = 0;
            while at < met.len() {
                places.push((met[at], at));
                at += 2 + met[at + 1] as usize;
            }
            places.sort_unstable();
            let mut counter = Counter::new(&self.least);
            for of_text in places.chunk_by(|a, b| a.0 == b.0) {
                for &(_, at) in of_text {
                    let others = &met[at + 2..at + 2 + met[at + 1] as usize];
                    counter.note(others.iter().copied());
                }
                counter.finish(of_text[0].0);
            }
            count.fetch_add(counter.found.len(), Ordering::Relaxed);
            found.push(counter.found)
        })?;
        Ok(count.into_inner())
    }
}

/// The entries of a posting whose texts meet all that follow them.
fn met_first(run: &[Entry]) -> std::slice::Iter<'_, Entry> {
    match run.len() {
        ..=POSTING => run.iter(),
        _ => run[..HUBS].iter(),
    }
}

/// The entries of each anchor.
fn runs(piece: &[Entry]) -> impl Iterator<Item = &[Entry]> {
    piece.chunk_by(|a, b| a.anchor() == b.anchor())
}

/// Meetings are dealt out to so many shares.
const SHARES: usize = 256;
/// An anchor that stands in this many texts is worth asking about.
pub(super) const MANY: usize = 6;
/// So many of its texts are kept.
pub(crate) const KEPT: usize = 48;
/// So many of them are read at once.
const INDEXED: usize = 512;

/// Which texts have the anchors that many have.
#[derive(Debug, Default)]
pub struct Postings {
    /// By anchor, then by text.
    entries: Column<Entry>,
    /// The first entry of each piece.
    firsts: Vec<Entry>,
    /// The anchors that stand in too many texts for all of them to meet, ascending.
    over_cap: Vec<OverCap>,
    /// What is known of the anchors of a whole dump, where the texts are a part of it.
    known: Option<KnownForms>,
}

/// An anchor that stands in too many texts for all of them to meet, and the texts that meet the others.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct OverCap {
    pub(crate) anchor: u64,
    pub(crate) hubs: [u32; HUBS],
}

impl OverCap {
    fn of(run: &[Entry]) -> OverCap {
        OverCap {
            anchor: run[0].anchor(),
            hubs: std::array::from_fn(|at| run[at].text()),
        }
    }

    /// Whether two texts that have the anchor meet by it.
    pub(crate) fn leads(&self, (a, b): Pair) -> bool {
        self.hubs.iter().any(|&hub| hub == a || hub == b)
    }
}

impl Postings {
    /// Postings of a part of a dump, of which it is known what is a template in all of it.
    pub(crate) fn known(known: KnownForms) -> Postings {
        Postings {
            known: Some(known),
            ..Postings::default()
        }
    }

    /// What is known of a whole dump.
    pub(crate) fn forms(&self) -> Option<&KnownForms> {
        self.known.as_ref()
    }

    /// The anchors that stand in too many texts for all of them to meet, ascending.
    pub(crate) fn over_cap(&self) -> &[OverCap] {
        &self.over_cap
    }

    /// Whether two texts that have an anchor meet by it.
    pub(crate) fn leads(&self, anchor: u64, pair: Pair) -> bool {
        let found = self
            .over_cap
            .binary_search_by_key(&anchor, |over_cap| over_cap.anchor);
        found.is_ok_and(|at| self.over_cap[at].leads(pair)) || found.is_err()
    }

    /// The anchors that stand in six texts or more, ascending.
    pub(crate) fn anchors(&self) -> Result<Vec<u64>> {
        let mut anchors = Vec::new();
        self.entries.scan(|_, entries| {
            anchors.extend(entries.iter().map(|entry| entry.anchor()));
            anchors.dedup();
            Ok(())
        })?;
        Ok(anchors)
    }

    /// The first texts that have an anchor, in the order of content hash; none where fewer than six have it.
    pub(crate) fn texts(&self, anchor: u64) -> Result<Vec<TextId>> {
        let mut buffer = Vec::new();
        let is_before = |entry: &Entry| entry.anchor() < anchor;
        let mut piece = self.firsts.partition_point(is_before).saturating_sub(1);
        let mut found = Vec::new();
        while piece < self.entries.pieces() && self.firsts[piece].anchor() <= anchor {
            let (_, entries) = self.entries.piece(piece, &mut buffer)?;
            let start = entries.partition_point(is_before);
            let same = entries[start..].iter();
            let same = same.take_while(|entry| entry.anchor() == anchor);
            found.extend(same.map(|entry| entry.text()));
            piece += 1;
        }
        Ok(found)
    }
}

/// So many texts are counted with one table.
const COUNTED: usize = 1 << 14;

/// Counts how many anchors each other text shares with the one at hand.
struct Counter<'a> {
    least: &'a [AtomicU8],
    /// A byte each, since more than a few do not matter.
    shared: Vec<u8>,
    met: Vec<TextId>,
    found: Vec<u64>,
}

impl<'a> Counter<'a> {
    fn new(least: &'a [AtomicU8]) -> Counter<'a> {
        Counter {
            least,
            shared: vec![0; least.len()],
            met: Vec::new(),
            found: Vec::new(),
        }
    }

    fn note(&mut self, others: impl Iterator<Item = u32>) {
        for other in others {
            let count = &mut self.shared[other as usize];
            if *count == 0 {
                self.met.push(other);
            }
            *count = count.saturating_add(1);
        }
    }

    /// Notes the pairs of a text with those before it, which were all noted.
    fn finish(&mut self, text: TextId) {
        self.met.sort_unstable();
        let least = |text: TextId| AnchorCounts(self.least[text as usize].load(Ordering::Relaxed));
        for other in self.met.drain(..) {
            let count = usize::from(std::mem::take(&mut self.shared[other as usize]));
            if count >= SHARED || count >= needed(least(text), least(other)) {
                self.found.push(as_number((other, text)));
            }
        }
    }
}

/// The postings turned round: for every text, those it stands in.
struct ByText {
    ends: Vec<usize>,
    runs: Vec<u32>,
}

impl ByText {
    fn of(runs: &[&[Entry]], texts: usize) -> ByText {
        let mut ends = vec![0usize; texts + 1];
        for entry in runs.iter().copied().flatten() {
            ends[entry.text() as usize + 1] += 1;
        }
        for at in 1..ends.len() {
            ends[at] += ends[at - 1];
        }
        let mut standing = vec![0u32; ends[texts]];
        let mut next = ends.clone();
        for (run, entries) in (0..).zip(runs) {
            for entry in *entries {
                let slot = &mut next[entry.text() as usize];
                standing[*slot] = run;
                *slot += 1;
            }
        }
        ByText {
            ends,
            runs: standing,
        }
    }

    fn of_text(&self, text: TextId) -> &[u32] {
        &self.runs[self.ends[text as usize]..self.ends[text as usize + 1]]
    }
}

/// How many anchors two texts share, of those that lead from one to the other, and how many they must share to be a
/// candidate pair.
pub(crate) fn shared(a: &[u64], b: &[u64], leads: impl Fn(u64) -> bool) -> (usize, usize) {
    let least = |anchors: &[u64]| AnchorCounts::of(anchors.iter().map(|&anchor| is_sparse(anchor)));
    let common = a.iter().filter(|anchor| b.binary_search(anchor).is_ok());
    let count = common.filter(|&&anchor| leads(anchor)).count();
    let needed = match count {
        SHARED.. => SHARED,
        _ => needed(least(a), least(b)),
    };
    (count, needed)
}

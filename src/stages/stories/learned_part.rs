//! What one part of a dump says of what stories are told by: merged exactly in any order, to bytes and from bytes.

use std::collections::BTreeMap;

use serde::{Deserialize, Serialize};

use super::forms::{Form, SAMPLE};
use super::language::Language;
use super::linguist::Sampled;
use super::slot_counts::SlotCounts;
use super::title_counts::{Recurring, TitleCounts};

/// What begins the bytes of a part, version included.
const MAGIC: &[u8] = b"samestory learned part 1\n";

/// What samples go by, and the order of what is the same: the content of a representative, then its record.
pub(crate) type Content = [u64; 4];

/// How far a dump is learned from: each round asks of every part what needs to be known of all for the next.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
pub(super) enum Round {
    /// What titles are made of, how many representatives there are, and which of them are sampled.
    #[default]
    Titles,
    /// What of titles is met inside of others.
    Inside,
    /// What the sampled are written in.
    Languages,
    /// In how many articles features stand.
    Features,
    /// In how many articles pairs of telling stems stand.
    Pairs,
    /// Nothing is asked any more.
    Done,
}

/// What one part of a dump says in one round of learning what tells stories: some kilobytes, and in the rounds that count some four bytes
/// for each different feature of the part.
///
/// Parts are merged exactly in any order: [`Learned`](super::Learned) says what is asked of them.
#[derive(Clone, Debug, Default, Serialize, Deserialize)]
pub struct LearnedPart {
    pub(super) round: Round,
    /// Representatives.
    pub(super) nodes: u64,
    /// Those of smallest content, ascending.
    pub(super) sample: Vec<Content>,
    /// The forms that representatives are items of, by what they are named after, with how many are here.
    pub(super) forms: BTreeMap<u64, Form>,
    pub(super) titles: TitleCounts,
    pub(super) recurring: Recurring,
    /// How often each part of titles that may be furniture is met inside of another.
    pub(super) inside: Vec<u32>,
    /// What the sampled are written in: code, stems, and the code that they say.
    pub(super) sampled: Vec<(Content, String, Vec<u32>, Option<String>)>,
    /// How many representatives are in each language, and how many of them windows are counted in.
    pub(super) tongues: BTreeMap<Language, (u64, u64)>,
    /// How many words the articles of each language have.
    pub(super) words_of: BTreeMap<u32, u64>,
    pub(super) counts: SlotCounts,
}

impl LearnedPart {
    pub(super) fn of(round: Round) -> LearnedPart {
        LearnedPart {
            round,
            ..LearnedPart::default()
        }
    }

    /// Adds what another part says in the same round. The order in which parts are merged makes no difference.
    pub fn merge(&mut self, other: LearnedPart) {
        self.round = self.round.max(other.round);
        self.nodes += other.nodes;
        self.sample.extend(other.sample);
        self.cut_sample();
        for (name, form) in other.forms {
            let own = self.forms.entry(name).or_insert(Form { items: 0, ..form });
            own.items += form.items;
        }
        if !(other.titles.borne.is_empty() && other.titles.titled.is_empty()) {
            self.titles.merge(other.titles);
        }
        self.recurring.merge(other.recurring);
        let longest = self.inside.len().max(other.inside.len());
        self.inside.resize(longest, 0);
        for (own, other) in self.inside.iter_mut().zip(other.inside) {
            *own += other;
        }
        self.sampled.extend(other.sampled);
        self.sampled.sort_unstable();
        for (tongue, (nodes, sampled)) in other.tongues {
            let own = self.tongues.entry(tongue).or_default();
            *own = (own.0 + nodes, own.1 + sampled);
        }
        for (language, words) in other.words_of {
            *self.words_of.entry(language).or_default() += words;
        }
        self.counts.merge(other.counts);
    }

    pub(super) fn cut_sample(&mut self) {
        self.sample.sort_unstable();
        self.sample.truncate(SAMPLE);
    }

    pub(super) fn sample_language(&mut self, content: Content, (lang, stems, said): Sampled) {
        self.sampled
            .push((content, lang.code().to_owned(), stems, said));
    }

    /// Takes it for what a dump without representatives says after so many rounds.
    pub(crate) fn is_of_round(&mut self, rounds: usize) {
        let all = [
            Round::Titles,
            Round::Inside,
            Round::Languages,
            Round::Features,
            Round::Pairs,
        ];
        self.round = self.round.max(all.get(rounds).copied().unwrap_or_default());
    }

    /// Takes it that representatives are items of forms: of the one named after an article so many are, and the record of that has this
    /// hash.
    pub(crate) fn add_form(&mut self, name: u64, record_hash: u64, items: u32) {
        let key = record_hash as u32;
        self.forms.insert(name, Form { key, items });
    }

    /// The same, where all titles that have the parts of titles in it are here: what cannot be furniture is let go.
    pub(crate) fn settled(mut self) -> LearnedPart {
        let titles = std::mem::take(&mut self.titles);
        self.recurring.merge(titles.recurring());
        self
    }

    /// What each of so many shares has to see all of, by share.
    pub(crate) fn split(mut self, shares: u32) -> BTreeMap<u32, LearnedPart> {
        let round = self.round;
        let share = |hash: u64| ((u128::from(hash) * u128::from(shares)) >> 64) as u32;
        let mut split: BTreeMap<u32, LearnedPart> = BTreeMap::new();
        let titles = std::mem::take(&mut self.titles);
        for borne in titles.borne {
            let own = split.entry(share(borne.part));
            let own = own.or_insert_with(|| LearnedPart::of(round));
            own.titles.borne.push(borne);
        }
        for (source, titled) in titles.titled {
            let own = split.entry(share(source));
            let own = own.or_insert_with(|| LearnedPart::of(round));
            own.titles.titled.insert(source, titled);
        }
        for (share, counts) in std::mem::take(&mut self.counts).split(shares) {
            let own = split.entry(share);
            own.or_insert_with(|| LearnedPart::of(round))
                .counts
                .merge(counts);
        }
        // The rest is small.
        let first = split.entry(0).or_insert_with(|| LearnedPart::of(round));
        first.merge(self);
        split
    }

    /// All of it in bytes that [`LearnedPart::from_bytes`] reads.
    pub fn to_bytes(&self) -> Vec<u8> {
        let mut part = self.clone();
        part.counts = part.counts.into_deltas();
        // Writing into memory cannot fail.
        postcard::to_extend(&part, MAGIC.to_vec()).unwrap_or_default()
    }

    /// A part from its bytes; `None` where they are none of one.
    pub fn from_bytes(bytes: &[u8]) -> Option<LearnedPart> {
        let mut part: LearnedPart = postcard::from_bytes(bytes.strip_prefix(MAGIC)?).ok()?;
        part.counts = part.counts.of_deltas();
        Some(part)
    }
}

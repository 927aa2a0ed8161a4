//! Who is kept where not all can be: some items of a form, and one of a group whose representative is left out.
//!
//! A clusters table says nothing of how long a text is and what stands in it, and a run has let go of it. So the records
//! that contend are read once more, by whoever decides: a table and a run decide alike, and nothing hangs on the order of
//! the input.

use std::cmp::Reverse;
use std::sync::{Mutex, PoisonError};

use ahash::AHashMap;
use xxhash_rust::xxh3::{Xxh3, xxh3_64};

use super::choice::Choice;
use super::decisions::Facts;
use crate::config::Keep;
use crate::corpus::{Article, Corpus, Place};
use crate::error::Result;

/// A record that may be kept.
#[derive(Clone, Copy, Debug)]
pub(super) struct Claim {
    place: Place,
    /// The group that has nobody to stand for it and that the record belongs to.
    group: Option<u128>,
    /// The form or the notice that it is an item of, where those are limited.
    form: Option<u128>,
    rank: Rank,
}

/// Who goes first: the least does.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, PartialOrd, Ord)]
struct Rank {
    /// One that stands for its own copies before a copy, and that before an excerpt.
    standing: u8,
    preferred: usize,
    is_undated: bool,
    time: i64,
    text: TextRank,
}

/// The longest text first, then by content and by id.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, PartialOrd, Ord)]
struct TextRank {
    length: Reverse<u64>,
    content: u64,
    id: u64,
}

impl Claim {
    /// The claim of a record by what its row says.
    pub(super) fn new(
        facts: &Facts<'_>,
        group: Option<u128>,
        form: Option<u128>,
        choice: &Choice,
    ) -> Claim {
        let preferred = choice
            .prefer
            .iter()
            .position(|name| Some(name.as_str()) == facts.source);
        let time = facts.published.map(|time| time.0);
        let (is_undated, time) = match choice.keep {
            Keep::Earliest => (time.is_none(), time.unwrap_or(0)),
            Keep::Latest => (time.is_none(), time.unwrap_or(0).saturating_neg()),
            Keep::Longest | Keep::Central => (false, 0),
        };
        Claim {
            place: facts.place,
            group,
            form,
            rank: Rank {
                standing: facts.standing,
                preferred: preferred.unwrap_or(choice.prefer.len()),
                is_undated,
                time,
                text: TextRank::default(),
            },
        }
    }
}

impl TextRank {
    fn of(article: &Article<'_>) -> TextRank {
        let letters = article.text.chars().filter(|c| c.is_alphanumeric());
        let mut content = Xxh3::new();
        for field in [
            &*article.text,
            &*article.title,
            article.url.as_deref().unwrap_or(""),
        ] {
            content.update(&(field.len() as u64).to_le_bytes());
            content.update(field.as_bytes());
        }
        TextRank {
            length: Reverse(letters.count() as u64),
            content: content.digest(),
            id: article
                .external_id
                .as_deref()
                .map_or(0, |id| xxh3_64(id.as_bytes())),
        }
    }
}

/// What was decided of the records that contend.
pub(super) struct Decided {
    /// Those that are kept though nothing stood for their group before.
    pub(super) kept: Vec<Place>,
    /// Those that are too many of their form.
    pub(super) over: Vec<Place>,
}

/// Decides who is kept: first one of each group, then as many of each form as may be. `is_kept` says whom the groups keep
/// already.
pub(super) fn decide<C: Corpus + ?Sized>(
    mut claims: Vec<Claim>,
    is_kept: &dyn Fn(Place) -> bool,
    corpus: &C,
    choice: &Choice,
) -> Result<Decided> {
    let most = choice.max_per_form.map_or(usize::MAX, |most| most as usize);
    read(&mut claims, most, corpus)?;
    let mut decided = Decided {
        kept: Vec::new(),
        over: Vec::new(),
    };
    claims.sort_unstable_by_key(|claim| (claim.group, claim.rank, claim.place));
    let groups = claims.chunk_by(|a, b| a.group == b.group);
    for group in groups.filter(|group| group[0].group.is_some()) {
        decided.kept.push(group[0].place);
    }
    decided.kept.sort_unstable();
    let kept =
        |claim: &Claim| is_kept(claim.place) || decided.kept.binary_search(&claim.place).is_ok();
    claims.retain(|claim| claim.form.is_some() && kept(claim));
    claims.sort_unstable_by_key(|claim| (claim.form, claim.rank, claim.place));
    for form in claims.chunk_by(|a, b| a.form == b.form) {
        decided
            .over
            .extend(form.iter().skip(most).map(|claim| claim.place));
    }
    Ok(decided)
}

/// Reads the records that contend, where more than one does for a group or more than `most` do for a form.
fn read<C: Corpus + ?Sized>(claims: &mut [Claim], most: usize, corpus: &C) -> Result<()> {
    let (mut of_group, mut of_form) = (AHashMap::new(), AHashMap::new());
    for claim in claims.iter() {
        *of_group.entry(claim.group).or_insert(0usize) += usize::from(claim.group.is_some());
        *of_form.entry(claim.form).or_insert(0usize) += usize::from(claim.form.is_some());
    }
    claims.sort_unstable_by_key(|claim| claim.place);
    let contends = |claim: &Claim| of_group[&claim.group] > 1 || of_form[&claim.form] > most;
    let find = |place: Place| {
        let at = claims.binary_search_by_key(&place, |claim| claim.place);
        at.ok().filter(|&at| contends(&claims[at]))
    };
    if !claims.iter().any(contends) {
        return Ok(());
    }
    let read = Mutex::new(Vec::new());
    corpus.sweep_again(&|place| find(place).is_some(), &|batch| {
        let ranked = batch
            .articles
            .iter()
            .filter_map(|article| Some((find(article.place)?, TextRank::of(article))));
        let ranked: Vec<(usize, TextRank)> = ranked.collect();
        let mut read = read.lock().unwrap_or_else(PoisonError::into_inner);
        read.extend(ranked);
        Ok(())
    })?;
    for (at, rank) in read.into_inner().unwrap_or_else(PoisonError::into_inner) {
        claims[at].rank.text = rank;
    }
    Ok(())
}

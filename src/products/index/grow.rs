//! Growing: new articles join the groups and the stories that are there.
//!
//! Copies are found among what is new and what shares keys with it. Stories grow from the model that is kept of those that are open,
//! and no text of these is read; where the model does not do, what is open is read and told anew.

use std::cmp::Reverse;

use ahash::AHashSet;

use super::Index;
use super::articles::{Articles, Head};
use super::corpus::KeptCorpus;
use super::intake::TakenIn;
use super::join::{self, Matched};
use super::link;
use super::meet::Printed;
use super::pairs::{self, MetPair};
use super::relate::Relater;
use super::related;
use super::rows::{NO_FORM, Row, Rows};
use super::settle;
use super::tell::Stories;
use crate::config::{Config, Keep};
use crate::corpus::ArticleId;
use crate::error::Result;
use crate::pipeline::Clustering;
use crate::stages::clean::Furniture;
use crate::stages::stories::{self, Known, ModelParts, Wanted};

/// Of the memory for a run, one part in so many holds articles that lie far apart.
const HELD: u64 = 16;

/// New articles, with all that they are held against.
pub(super) struct Coming<'c> {
    pub(super) index: &'c Index,
    pub(super) taken: &'c TakenIn,
    pub(super) files: &'c [&'c Articles],
    pub(super) prints: &'c [(u32, Printed)],
    /// The texts of the index that they share keys with, and those of their groups.
    pub(super) looked_at: AHashSet<u32>,
}

impl Coming<'_> {
    /// What is decided of all articles once these are there, the similar pairs of new ones, and the model from then on.
    pub(super) fn decided(
        &self,
        furniture: Furniture,
    ) -> Result<(Rows, Vec<MetPair>, Option<ModelParts>)> {
        let first = self.taken.articles.first;
        let index = self.index;
        if index.config.copies_only {
            let (rows, found) = self.copied(&self.corpus(Vec::new()), furniture)?;
            return Ok((rows, pairs::of_run(&found, first), None));
        }
        if let Some(parts) = index.story_parts()?.filter(|_| !self.is_late()) {
            let corpus = self.corpus(Vec::new());
            let (mut rows, found) = self.copied(&corpus, furniture.clone())?;
            if let Some(grown) = self.grown(&corpus, (&parts, &found), &rows)? {
                Stories::grown(grown.told).join(&mut rows);
                let pairs = pairs::of_run(&found, first);
                return Ok((rows, pairs, Some(grown.parts)));
            }
        }
        let open = index.open_stories(&self.taken.articles);
        let corpus = self.corpus(open);
        let (mut rows, found) = self.copied(&corpus, furniture)?;
        let stands = |number: u32| rows.rows[number as usize].representative == number;
        let config = index.linked_config()?;
        let (_, parts) = related::teach(&corpus, &found, &config, &stands)?;
        let is_open = index.open_since(Some(&self.taken.articles));
        let seen = self.seen(&rows, &found, &is_open);
        let told = stories::relinked(&parts, first, &config, &seen)?;
        Stories::grown(told.unwrap_or_default()).join(&mut rows);
        let model = parts.without(&|number| !is_open(number));
        Ok((rows, pairs::of_run(&found, first), model))
    }

    /// The corpus of the new articles, those that they are held against, and others of the index.
    pub(super) fn corpus(&self, others: Vec<u32>) -> KeptCorpus<'_> {
        let mut old: Vec<u32> = self.looked_at.iter().copied().chain(others).collect();
        old.sort_unstable();
        old.dedup();
        let first = self.taken.articles.first;
        let new = first..first + self.taken.articles.len();
        let room = self.index.config.budget().limit() / HELD;
        KeptCorpus::of(self.files, old.into_iter().chain(new)).holding(room)
    }

    fn copied(&self, corpus: &KeptCorpus<'_>, furniture: Furniture) -> Result<(Rows, Clustering)> {
        let found = related::cluster_copies(corpus, &self.index.config, furniture)?;
        Ok((self.joined(&found)?, found))
    }

    /// The rows of all articles, the new ones in their groups.
    fn joined(&self, found: &Clustering) -> Result<Rows> {
        let (index, new) = (self.index, &self.taken.articles);
        let mut rows = self.with_new(found);
        let mut relater = Relater::new(index, Some(new), &found.furniture);
        let of = (index.groups().as_ref(), &Matched::new());
        join::join(&mut rows, (found, new.first), of, &mut relater)?;
        Ok(rows)
    }

    /// Enters what new articles are found by.
    pub(super) fn enter_prints(&self, rows: &mut Rows) {
        for (number, printed) in self.prints {
            let row = &mut rows.rows[*number as usize];
            (row.text, row.tokens) = (printed.text, printed.tokens);
            row.anchors = printed.counts();
        }
    }

    /// Whether more than a few of the new articles are older than what the model keeps.
    pub(super) fn is_late(&self) -> bool {
        let index = self.index;
        let newest = settle::newest(index.rows.there(), &|number| index.published(number));
        let oldest = newest.map(|newest| newest - index.config.story_window as i64);
        let new = &self.taken.articles;
        let heads = (0..new.len()).filter_map(|at| new.head(at)?.published());
        let times: Vec<i64> = heads.map(|time| time.0).collect();
        let late = times.iter().filter(|&&time| Some(time) < oldest).count();
        late * 50 > times.len()
    }

    /// What new articles make of the model that is kept; the corpus is the one that copies were found in.
    pub(super) fn grown(
        &self,
        corpus: &KeptCorpus<'_>,
        (parts, found): (&ModelParts, &Clustering),
        rows: &Rows,
    ) -> Result<Option<stories::Grown>> {
        let is_open = self.index.open_since(Some(&self.taken.articles));
        let seen = self.seen(rows, found, &is_open);
        let config = &self.index.config;
        stories::grow(corpus, related::copies(found), config, (parts, &seen))
    }

    fn seen<'s>(
        &'s self,
        rows: &'s Rows,
        found: &'s Clustering,
        is_open: &'s (dyn Fn(u32) -> bool + Sync),
    ) -> Seen<'s> {
        Seen {
            index: self.index,
            new: &self.taken.articles,
            rows,
            found,
            is_open,
        }
    }
}

impl Index {
    /// The articles that stand for their copies and were published within the window of stories of what is new.
    pub(super) fn open_stories(&self, new: &Articles) -> Vec<u32> {
        let heads = (0..new.len()).filter_map(|at| new.head(at)?.published());
        let mut times: Vec<i64> = heads.map(|time| time.0).collect();
        times.sort_unstable();
        // A date in a hundred may be anything.
        let most = times.len() / 50;
        let (Some(&first), Some(&last)) = (
            times.get(most),
            times.get(times.len().wrapping_sub(1 + most)),
        ) else {
            return Vec::new();
        };
        let window = self.config.story_window as i64;
        let is_open = |number: &u32| {
            let row = self.row(*number);
            let time = self.published(*number);
            row.representative == *number
                && time.is_some_and(|it| (first - window..=last + window).contains(&it))
        };
        self.rows.there().filter(is_open).collect()
    }

    /// Whether an article's story is open: it was published within the window of stories before the newest ones.
    pub(super) fn open_since<'a>(&'a self, new: Option<&'a Articles>) -> impl Fn(u32) -> bool + 'a {
        let time = move |number: u32| match new {
            Some(new) if number >= new.first => Some(new.head(number - new.first)?.published()?.0),
            _ => self.published(number),
        };
        let fresh = new.map_or(0..0, |new| new.first..new.first + new.len());
        let newest = settle::newest(self.rows.there().chain(fresh), &time);
        let window = self.config.story_window as i64;
        move |number| {
            let both = time(number).zip(newest);
            both.is_some_and(|(time, newest)| time >= newest - window)
        }
    }

    /// When an article was published, in seconds.
    pub(super) fn published(&self, number: u32) -> Option<i64> {
        let (file, at) = self.place(number).ok()?;
        Some(file.head(at)?.published()?.0)
    }
}

/// What stories ask of articles.
struct Seen<'s> {
    index: &'s Index,
    new: &'s Articles,
    rows: &'s Rows,
    found: &'s Clustering,
    is_open: &'s (dyn Fn(u32) -> bool + Sync),
}

impl Seen<'_> {
    fn row(&self, number: u32) -> &Row {
        &self.rows.rows[number as usize]
    }

    fn head(&self, number: u32) -> Option<&Head> {
        match number.checked_sub(self.new.first) {
            Some(at) => self.new.head(at),
            None => {
                let (file, at) = self.index.place(number).ok()?;
                file.head(at)
            }
        }
    }
}

impl Known for Seen<'_> {
    fn number(&self, article: ArticleId) -> u32 {
        KeptCorpus::number(self.found.register.place(article as usize))
    }

    fn is_new(&self, article: ArticleId) -> bool {
        let number = self.number(article);
        number >= self.new.first && self.row(number).representative == number
    }

    fn form(&self, number: u32) -> Option<u32> {
        Some(self.row(number).form).filter(|&form| form != NO_FORM)
    }

    fn story(&self, number: u32) -> u32 {
        self.row(number).story
    }

    fn content(&self, number: u32) -> (u64, u64) {
        let record = self.head(number).map_or(0, |head| head.record_hash);
        (self.row(number).text.first, record)
    }

    fn wanted(&self, number: u32) -> Wanted {
        wanted(&self.index.config, self.head(number), self.row(number))
    }

    fn can_be_read(&self) -> bool {
        self.index.keeps_texts()
    }

    fn is_open(&self, number: u32) -> bool {
        (self.is_open)(number)
    }

    fn links(&self) -> Vec<(u32, u32, bool)> {
        let stands = |number: u32| self.row(number).representative;
        let links = self.index.manifest.links.iter();
        links
            .map(|&(a, b, is_same): &link::Kept| (stands(a), stands(b), is_same))
            .collect()
    }
}

/// The place of an article among those that may lead a story: as in a run.
fn wanted(config: &Config, head: Option<&Head>, row: &Row) -> Wanted {
    let source = head.map_or(0, |head| head.source);
    let mut prefer = config.prefer.iter();
    let preferred = prefer.position(|name| super::pack::source_hash(name) == source);
    let time = head.and_then(|head| Some(head.published()?.0));
    let (is_undated, time) = match config.keep {
        Keep::Earliest => (time.is_none(), time.unwrap_or(0)),
        Keep::Latest => (time.is_none(), -time.unwrap_or(0)),
        Keep::Longest | Keep::Central => (false, 0),
    };
    let tokens = match config.keep {
        Keep::Longest => row.tokens,
        _ => 0,
    };
    let preferred = preferred.unwrap_or(config.prefer.len());
    (preferred, is_undated, time, Reverse(tokens))
}

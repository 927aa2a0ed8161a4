//! Titles: what a site puts beside all of them is furniture as much as what it puts around all its texts.
//!
//! The name of a site, a section, a rubric stands apart in a title: behind a bar or a dash, before a colon, in brackets. Such a
//! part is furniture if it recurs beside parts that are mutually unlike, and is hardly ever met inside of a part; or if it is in
//! a large share of one source's titles. Numbers count as alike, so that `Part 2` and `Part 3` are one. No list of names or
//! phrases is involved. What decides are exact counts, and the likeness of those of smallest hash.

use std::sync::atomic::{AtomicU32, Ordering};
use std::sync::{Mutex, PoisonError};

use ahash::AHashMap;
use rayon::prelude::*;
use serde::{Deserialize, Serialize};
use xxhash_rust::xxh3::xxh3_64;
use zerocopy::{FromBytes, Immutable, IntoBytes};

use super::features::Cutter;
#[cfg(feature = "staged")]
use super::title_counts::TitleCounts;
use super::title_counts::{Borne, Counted, Recurring};
use crate::corpus::Register;
use crate::error::Result;
use crate::kernel::mix;
use crate::pool::Pool;
use crate::spill::{Keyed, MemoryBudget, Sorter};

/// Words of a part that may be furniture.
const LONGEST: usize = 12;
/// The rests of titles that are compared: those of smallest hash.
pub(super) const COMPARED: usize = 32;
/// So many of them must be mutually unlike.
pub(super) const UNLIKE: usize = 8;
pub(super) const UNLIKE_IN_SOURCE: usize = 3;
/// One in so many titles of a source has what is furniture of that source.
pub(super) const SHARE: u32 = 5;
/// For each time that a part is met inside of another one it must stand apart so often.
const APART: u32 = 4;
/// Of so many values of the sketches of two rests that are alike so many agree.
const SKETCH: usize = 4;
const ALIKE: usize = 2;

/// Which parts of titles are furniture.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub(super) struct TitleParts {
    /// Hashes of parts, ascending.
    everywhere: Vec<u64>,
    /// Hashes of parts with their sources, ascending.
    of_sources: Vec<u64>,
}

impl TitleParts {
    /// Learns from the titles of all articles.
    ///
    /// # Errors
    ///
    /// When titles lie on disk and cannot be read, or what does not fit into the memory budget cannot be kept on disk.
    pub(super) fn learn(register: &Register, budget: &MemoryBudget) -> Result<TitleParts> {
        let reader = TitleReader::new(register);
        let (candidates, of_sources) = reader.recurring(budget)?.judged();
        let inside = reader.inside(&candidates, &|_| true)?;
        Ok(TitleParts::judged(&candidates, &inside, of_sources))
    }

    /// The furniture among these parts, which are met so often inside of others, and what is furniture of sources.
    pub(super) fn judged(
        candidates: &[Counted],
        inside: &[u32],
        of_sources: Vec<u64>,
    ) -> TitleParts {
        let both = candidates.iter().zip(inside);
        let apart = both.filter(|((_, apart), inside)| *apart >= APART * **inside);
        let mut everywhere: Vec<u64> = apart.map(|((part, _), _)| *part).collect();
        everywhere.sort_unstable();
        TitleParts {
            everywhere,
            of_sources,
        }
    }

    /// Whether a part of a title of a source is furniture.
    pub(super) fn holds(&self, part: u64, source: Option<u64>) -> bool {
        let is_in = |parts: &[u64], part: u64| parts.binary_search(&part).is_ok();
        is_in(&self.everywhere, part)
            || source.is_some_and(|source| is_in(&self.of_sources, scoped(part, source)))
    }

    /// Whether there is any furniture.
    pub(super) fn is_empty(&self) -> bool {
        self.everywhere.is_empty() && self.of_sources.is_empty()
    }
}

/// The hash of a source's name.
pub(super) fn source(name: &str) -> u64 {
    xxh3_64(name.as_bytes())
}

pub(super) fn scoped(part: u64, source: u64) -> u64 {
    mix(part ^ source.rotate_left(17))
}

/// The hash of a row of words, which goes on with each.
#[derive(Clone, Copy, Default)]
pub(super) struct RowHash(u64, usize);

impl RowHash {
    pub(super) fn with(self, word: u32) -> RowHash {
        RowHash(mix(self.0.rotate_left(5) ^ u64::from(word)), self.1 + 1)
    }

    pub(super) fn part(self) -> u64 {
        self.0 ^ self.1 as u64
    }
}

/// A part that is furniture may be, with the title it stands in.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, FromBytes, IntoBytes, Immutable)]
#[repr(C)]
struct Bearer {
    part: u64,
    /// The number of its source; [`NO_SOURCE`] for none.
    source: u64,
    /// The [`Rest`], in an order that means nothing.
    shuffled: u64,
}

impl Keyed for Bearer {
    fn key(&self) -> u64 {
        self.part
    }
}

/// A sketch of the longest other part of a title: the least hash of its stems in several orders.
type Rest = [u16; SKETCH];

/// An odd number, and its inverse modulo 2^64.
const SHUFFLE: (u64, u64) = (0x9e37_79b9_7f4a_7c15, 0xf1de_83e1_9937_733d);

impl Bearer {
    fn rest(&self) -> Rest {
        let rest = self.shuffled.wrapping_mul(SHUFFLE.1);
        [0, 16, 32, 48].map(|shift| (rest >> shift) as u16)
    }
}

fn shuffled(rest: Rest) -> u64 {
    let rest = rest
        .iter()
        .rev()
        .fold(0, |rest, &value| rest << 16 | u64::from(value));
    rest.wrapping_mul(SHUFFLE.0)
}

fn sketch(stems: impl Iterator<Item = u32>) -> Rest {
    let mut sketch = [u16::MAX; SKETCH];
    for stem in stems {
        for (order, least) in (1..).zip(&mut sketch) {
            *least = (*least).min((mix(u64::from(stem) ^ order << 40) >> 48) as u16);
        }
    }
    sketch
}

/// How many of these rests, which ascend and of which those of smallest hash are looked at, are mutually unlike.
pub(super) fn unlike(rests: &[u64]) -> usize {
    let mut unlike: Vec<Rest> = Vec::new();
    for &shuffled in rests.iter().take(COMPARED) {
        let rest = Bearer {
            shuffled,
            ..Bearer::default()
        }
        .rest();
        let agreeing = |other: &Rest| {
            rest.iter()
                .zip(other)
                .filter(|both| both.0 == both.1)
                .count()
        };
        if unlike.iter().all(|other| agreeing(other) < ALIKE) {
            unlike.push(rest);
        }
    }
    unlike.len()
}

impl Default for Bearer {
    fn default() -> Bearer {
        Bearer {
            part: 0,
            source: NO_SOURCE,
            shuffled: 0,
        }
    }
}

const NO_SOURCE: u64 = u64::MAX;

/// Reads the titles of a register.
pub(super) struct TitleReader<'r> {
    register: &'r Register,
    cutters: Pool<Cutter>,
}

impl<'r> TitleReader<'r> {
    pub(super) fn new(register: &'r Register) -> TitleReader<'r> {
        TitleReader {
            register,
            cutters: Pool::default(),
        }
    }

    /// Cuts the titles of each piece of the register, and has something made of those of several parts.
    fn read<T: Send>(
        &self,
        new: impl Fn() -> T + Sync,
        visit: impl Fn(&mut T, &Cutter, usize) + Sync,
        done: impl Fn(T) -> Result<()> + Sync,
    ) -> Result<()> {
        let pieces = 0..self.register.pieces();
        pieces.into_par_iter().try_for_each(|piece| {
            let mut own = new();
            self.cutters.with(Cutter::default, |cutter| {
                cutter.vocabulary.begin();
                self.register.visit_titles(piece, |article, title| {
                    cutter.title(title);
                    visit(&mut own, cutter, article);
                })
            })?;
            done(own)
        })
    }

    /// The number of the source of an article.
    fn source_of(&self, article: usize) -> u64 {
        let source = self.register.entry(article).source;
        source.map_or(NO_SOURCE, |source| source.0.into())
    }

    /// The hashes of all sources, by number.
    fn names(&self) -> Vec<u64> {
        self.register.sources().map(source).collect()
    }

    /// The parts that recur in the titles of all articles.
    fn recurring(&self, budget: &MemoryBudget) -> Result<Recurring> {
        let sorter = Sorter::new(budget);
        let names = self.names();
        let titled: Vec<AtomicU32> = names.iter().map(|_| AtomicU32::new(0)).collect();
        self.read(
            Vec::new,
            |bearers, cutter, article| {
                let source = self.source_of(article);
                if let Some(titled) = titled.get(source as usize) {
                    titled.fetch_add(1, Ordering::Relaxed);
                }
                add_bearers(cutter, source, bearers);
            },
            |bearers| sorter.push(bearers),
        )?;
        let mut recurring = Recurring::default();
        let titled = titled.into_iter().map(AtomicU32::into_inner);
        recurring.titled(names.iter().copied().zip(titled).collect());
        sorter.finish()?.scan(|bearers| {
            for same in bearers.chunk_by(|a, b| a.part == b.part) {
                if same.len() >= UNLIKE_IN_SOURCE {
                    recurring.add(&borne(same, &names));
                }
            }
            Ok(())
        })?;
        Ok(recurring)
    }

    /// What the titles of some articles are made of.
    #[cfg(feature = "staged")]
    pub(super) fn counts(&self, is_own: &(dyn Fn(usize) -> bool + Sync)) -> Result<TitleCounts> {
        let all: Mutex<(Vec<u64>, Vec<Bearer>)> = Mutex::default();
        self.read(
            <(Vec<u64>, Vec<Bearer>)>::default,
            |(titled, bearers), cutter, article| {
                if is_own(article) {
                    let source = self.source_of(article);
                    titled.push(source);
                    add_bearers(cutter, source, bearers);
                }
            },
            |(titled, bearers)| {
                let mut all = all.lock().unwrap_or_else(PoisonError::into_inner);
                all.0.extend(titled);
                all.1.extend(bearers);
                Ok(())
            },
        )?;
        let (titled, mut all) = all.into_inner().unwrap_or_else(PoisonError::into_inner);
        let names = self.names();
        let mut counts = TitleCounts::default();
        for source in titled {
            if let Some(&name) = names.get(source as usize) {
                *counts.titled.entry(name).or_default() += 1;
            }
        }
        all.sort_unstable();
        let counted = TitleCounts {
            borne: borne(&all, &names),
            ..TitleCounts::default()
        };
        counts.merge(counted);
        Ok(counts)
    }

    /// How often each of these parts is met inside of another part, in the titles of some articles.
    pub(super) fn inside(
        &self,
        candidates: &[Counted],
        is_own: &(dyn Fn(usize) -> bool + Sync),
    ) -> Result<Vec<u32>> {
        let inside: Mutex<Vec<u32>> = Mutex::new(vec![0; candidates.len()]);
        if candidates.is_empty() {
            return Ok(Vec::new());
        }
        let places: AHashMap<u64, u32> = candidates.iter().map(|it| it.0).zip(0..).collect();
        self.read(
            Vec::new,
            |met, cutter, article| {
                if is_own(article) {
                    add_inside(cutter, &places, met);
                }
            },
            |met| {
                let mut inside = inside.lock().unwrap_or_else(PoisonError::into_inner);
                met.into_iter()
                    .for_each(|place: u32| inside[place as usize] += 1);
                Ok(())
            },
        )?;
        Ok(inside.into_inner().unwrap_or_else(PoisonError::into_inner))
    }
}

/// Parts by the sources whose titles have them, from the titles that have them, which are sorted.
fn borne(bearers: &[Bearer], names: &[u64]) -> Vec<Borne> {
    let same = bearers.chunk_by(|a, b| (a.part, a.source) == (b.part, b.source));
    let own = |own: &[Bearer]| {
        let source = names.get(own[0].source as usize).copied();
        let rests = own.iter().map(|bearer| bearer.shuffled);
        Borne::of(own[0].part, source.unwrap_or(NO_SOURCE), rests)
    };
    same.map(own).collect()
}

/// Adds the parts of a title that was cut, if it has several.
fn add_bearers(cutter: &Cutter, source: u64, bearers: &mut Vec<Bearer>) {
    let parts = cutter.parts();
    if parts.len() < 2 {
        return;
    }
    for (at, part) in parts
        .iter()
        .enumerate()
        .filter(|part| part.1.len() <= LONGEST)
    {
        let others = parts.iter().enumerate().filter(|other| other.0 != at);
        // Of equal length the first.
        let rest = others.max_by_key(|(other, part)| (part.len(), std::cmp::Reverse(*other)));
        let rest = rest.map_or(0..0, |rest| rest.1.clone());
        bearers.push(Bearer {
            part: cutter.hash(part.clone()),
            source,
            shuffled: shuffled(sketch(rest.map(|at| cutter.stem(at)))),
        });
    }
}

/// Adds the places of those of these rows of words that a title has inside of a part.
fn add_inside(cutter: &Cutter, places: &AHashMap<u64, u32>, met: &mut Vec<u32>) {
    for part in cutter.parts() {
        for start in part.clone() {
            let mut hash = RowHash::default();
            for at in start..part.end.min(start + LONGEST) {
                hash = hash.with(cutter.word(at));
                let is_whole = start == part.start && at + 1 == part.end;
                if let Some(&place) = places.get(&hash.part()).filter(|_| !is_whole) {
                    met.push(place);
                }
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::corpus::{Article, Corpus, RegisterWriter};

    /// What is furniture of these titles, each with its source.
    fn learned(titles: &[(String, Option<&str>)]) -> Result<TitleParts> {
        let articles = titles.iter().map(|(title, source)| Article {
            title: title.into(),
            source: source.map(Into::into),
            ..Article::default()
        });
        let articles: Vec<Article<'_>> = articles.collect();
        let budget = MemoryBudget::new(u64::MAX, std::env::temp_dir());
        let register = RegisterWriter::new(&budget);
        articles.sweep(&|batch| register.enter(&batch))?;
        TitleParts::learn(&register.finish()?, &budget)
    }

    /// A title without what is furniture.
    fn own(furniture: &TitleParts, title: &str, source: Option<&str>) -> String {
        let article = Article {
            title: title.into(),
            source: source.map(Into::into),
            ..Article::default()
        };
        let mut cutter = Cutter::default();
        cutter.vocabulary.begin();
        cutter.cut(&article, &[], furniture);
        let words = cutter
            .uses
            .iter()
            .map(|used| cutter.vocabulary.letters(used.word));
        words.collect::<Vec<&str>>().join(" ")
    }

    const NEWS: [&str; 12] = [
        "Signal box to become a bakery",
        "Two held over theft of copper cable",
        "Rowers cross the firth at dawn",
        "Mumps outbreak shuts nursery",
        "Otter cubs rescued from weir",
        "Bus timetable cut by a third",
        "Council backs plan for covered market",
        "Bridge closed to lorries",
        "Lighthouse keeper retires at last",
        "School choir sings for the queen",
        "Late frost ruins cherry blossom",
        "Ferry runs aground off Iona",
    ];

    #[test]
    fn what_a_small_paper_puts_on_its_titles_is_furniture() -> Result<()> {
        let paper = Some("gazette.example");
        let mut titles: Vec<(String, Option<&str>)> = Vec::new();
        for (at, news) in NEWS.into_iter().enumerate() {
            titles.push((format!("{news} | The Skerrow Gazette"), paper));
            titles.push((
                format!("{news} again, {at} times over"),
                Some("other.example"),
            ));
        }
        let furniture = learned(&titles)?;
        assert_eq!(own(&furniture, &titles[0].0, paper), NEWS[0]);
        titles.reverse();
        assert_eq!(learned(&titles)?, furniture);
        Ok(())
    }

    #[test]
    fn rubrics_and_numbered_parts_are_furniture_and_names_in_the_news_are_not() -> Result<()> {
        let mut titles: Vec<(String, Option<&str>)> = Vec::new();
        for (at, news) in NEWS.into_iter().enumerate() {
            titles.push((format!("Harbour Latest: {news} - Part {at}"), None));
            titles.push((format!("Ada Lugh: {news}"), None));
            titles.push((format!("Why Ada Lugh said that {news}"), None));
        }
        let furniture = learned(&titles)?;
        assert_eq!(
            own(&furniture, "Harbour Latest: Otters - Part 77", None),
            "Otters"
        );
        assert_eq!(own(&furniture, "Ada Lugh: Otters", None), "Ada Lugh Otters");
        Ok(())
    }

    #[test]
    fn one_story_told_often_makes_no_furniture() -> Result<()> {
        let titles: Vec<(String, Option<&str>)> = (0..9)
            .map(|at| {
                (
                    format!("Ferry runs aground off Iona, day {at} | Iona ferry"),
                    None,
                )
            })
            .collect();
        assert!(learned(&titles)?.is_empty());
        Ok(())
    }
}

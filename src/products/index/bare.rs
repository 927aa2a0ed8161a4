//! Growing without texts: a dump is decided by itself, by its texts, and joins what is there by estimates.
//!
//! A group of the dump joins one that is there if the text that stands for it surely shares enough with the one that stands for
//! that, or with most texts of it. No two groups that are there become one by an estimate.

use std::cmp::Reverse;
use std::collections::BTreeMap;

use ahash::{AHashMap, AHashSet};

use super::Index;
use super::articles::Articles;
use super::corpus::KeptCorpus;
use super::estimate::Estimator;
use super::gist::{Known, Likely, Met as Shared};
use super::grow::Coming;
use super::join::{self, Matched};
use super::meet::Met;
use super::pairs::{self, MetPair};
use super::relate::Relater;
use super::related;
use super::rows::{Row, Rows};
use super::settle;
use super::tell::Stories;
use crate::error::Result;
use crate::kernel::Share;
use crate::pipeline::Clustering;
use crate::stages::clean::Furniture;
use crate::stages::copies::{CopyRelation, Kind};
use crate::stages::stories::ModelParts;

/// So many texts of a dump are held against the index at once.
const AT_ONCE: usize = 8_192;
/// Of a group so many texts are held against one that comes.
const OF_GROUP: usize = 32;

/// A group that is there, as one of the dump may join it.
#[derive(Clone, Copy, Debug)]
struct Target {
    group: u32,
    /// Whether a text of it is one of the dump's.
    is_same: bool,
    /// How alike the two are that stand for both.
    similarity: Share,
    /// Whether what stands for it is cut from the text of the dump.
    is_held: bool,
}

impl Target {
    fn rank(&self) -> (bool, Share, Reverse<u32>) {
        (self.is_same, self.similarity, Reverse(self.group))
    }
}

impl Coming<'_> {
    /// As [`Coming::decided`], of an index that keeps no texts; `bare` is what it is to keep of the new articles.
    pub(super) fn decided_bare(
        &self,
        furniture: Furniture,
        (met, bare): (&Met, &Articles),
    ) -> Result<(Rows, Vec<MetPair>, Option<ModelParts>)> {
        let (index, first) = (self.index, self.taken.articles.first);
        let corpus = self.corpus(Vec::new());
        let mut found = related::cluster_copies(&corpus, &index.config, furniture)?;
        let mut rows = self.with_new(&found);
        let own = rows.rows[first as usize..].to_vec();
        let estimator = Estimator::new(index, Some(bare), &own);
        let (matched, same) = self.matched(&found, met, &estimator)?;
        for number in same {
            rows.rows[number as usize].is_bearer = false;
        }
        let mut relater = Relater::estimating(index, &found.furniture, estimator);
        let of = (index.groups().as_ref(), &matched);
        join::join(&mut rows, (&found, first), of, &mut relater)?;
        let pairs = pairs::of_run(&found, first);
        if index.config.copies_only {
            return Ok((rows, pairs, None));
        }
        let kept = index.story_parts()?;
        if let Some(parts) = kept.as_ref().filter(|_| !self.is_late())
            && let Some(grown) = self.grown(&corpus, (parts, &found), &rows)?
        {
            Stories::grown(grown.told).join(&mut rows);
            return Ok((rows, pairs, Some(grown.parts)));
        }
        // What is open cannot be read again: the dump tells its stories by itself, and the larger of the two models stays.
        let config = index.linked_config()?;
        let (stories, parts) = {
            let is_open = index.open_since(Some(&self.taken.articles));
            let is_kept = |number: u32| {
                rows.rows[number as usize].representative == number && is_open(number)
            };
            related::teach(&corpus, &found, &config, &is_kept)?
        };
        found.stories = stories;
        Stories::of(&found).join(&mut rows);
        let is_larger = self.taken.articles.len() as usize >= index.len();
        Ok((
            rows,
            pairs,
            if is_larger {
                Some(parts)
            } else {
                kept.or(Some(parts))
            },
        ))
    }

    /// The groups that those of the dump join, and the new articles whose text is there already.
    fn matched(
        &self,
        found: &Clustering,
        met: &Met,
        estimator: &Estimator<'_>,
    ) -> Result<(Matched, Vec<u32>)> {
        let mut targets: BTreeMap<u32, Target> = BTreeMap::new();
        let mut same = Vec::new();
        let texts: Vec<u32> = (0..found.texts.articles.len() as u32).collect();
        for some in texts.chunks(AT_ONCE) {
            self.index.config.interrupt.check()?;
            let texts = some.iter().filter_map(|&text| self.text(found, met, text));
            let texts: Vec<Text<'_>> = texts.collect();
            let held = Held::of(self.index, estimator, &texts)?;
            for text in &texts {
                let Some(target) = held.target(text) else {
                    continue;
                };
                if target.is_same {
                    same.push(text.number);
                }
                let stands = found.groups.of(text.article as usize).representative;
                // Others than the one that stands for the group speak for it where their text is there as it is.
                if stands == text.article || target.is_same {
                    let best = targets.entry(stands).or_insert(target);
                    if target.rank() > best.rank() {
                        *best = target;
                    }
                }
            }
        }
        let content = |article: u32| {
            let number = number_of(found, article);
            let at = self.prints.binary_search_by_key(&number, |it| it.0);
            at.map_or(0, |at| self.prints[at].1.text.first)
        };
        Ok((without_strangers(targets, &content), same))
    }

    fn text<'m>(&self, found: &Clustering, met: &'m Met, text: u32) -> Option<Text<'m>> {
        let article = found.texts.articles[text as usize];
        if !may_have_copies(found.groups.of(article as usize).kind) {
            return None;
        }
        let number = number_of(found, article);
        let at = self.prints.binary_search_by_key(&number, |it| it.0).ok()?;
        (!met.texts[at].is_empty()).then(|| Text {
            article,
            number,
            met: &met.texts[at],
            shared: &met.shared[at],
        })
    }
}

fn number_of(found: &Clustering, article: u32) -> u32 {
    KeptCorpus::number(found.register.place(article as usize))
}

/// Of several texts of a dump which hold what stands for one group, the most alike joins it: they may have no more in common.
fn without_strangers(targets: BTreeMap<u32, Target>, content: &dyn Fn(u32) -> u64) -> Matched {
    let rank = |stands: u32, target: &Target| (target.similarity, Reverse(content(stands)));
    let mut holds: BTreeMap<u32, u32> = BTreeMap::new();
    let holding = |it: &(&u32, &Target)| it.1.is_held && !it.1.is_same;
    for (&stands, target) in targets.iter().filter(holding) {
        let best = holds.entry(target.group).or_insert(stands);
        if rank(stands, target) > rank(*best, &targets[best]) {
            *best = stands;
        }
    }
    let is_taken = |it: &(&u32, &Target)| !holding(it) || holds.get(&it.1.group) == Some(it.0);
    let taken = targets.iter().filter(is_taken);
    taken
        .map(|(&stands, target)| (stands, target.group))
        .collect()
}

/// A text of a dump, with what it met.
struct Text<'m> {
    article: u32,
    number: u32,
    met: &'m [u32],
    shared: &'m [Shared],
}

/// Texts of a dump, and of the groups that they met.
struct Held<'i> {
    index: &'i Index,
    known: AHashMap<u32, Known>,
    /// The texts of each group that are looked at.
    groups: AHashMap<u32, Vec<u32>>,
}

impl<'i> Held<'i> {
    fn of(index: &'i Index, estimator: &Estimator<'_>, texts: &[Text<'_>]) -> Result<Held<'i>> {
        let mut wanted: AHashSet<u32> = texts.iter().map(|text| text.number).collect();
        let mut groups: AHashMap<u32, Vec<u32>> = AHashMap::new();
        for &number in texts.iter().flat_map(|text| text.met) {
            wanted.insert(number);
            let group = index.row(number).group;
            groups.entry(group).or_insert_with(|| {
                let members = index.groups().of(group);
                let bearers = members.filter(|&it| index.row(it).is_bearer);
                bearers.take(OF_GROUP).collect()
            });
        }
        for (&group, bearers) in &groups {
            wanted.insert(index.row(group).representative);
            wanted.extend(bearers);
        }
        let mut numbers: Vec<u32> = wanted.into_iter().collect();
        numbers.sort_unstable();
        Ok(Held {
            index,
            known: estimator.all(&numbers)?,
            groups,
        })
    }

    fn likely(&self, text: &Text<'_>, other: u32) -> Option<Likely> {
        let (x, y) = (self.known.get(&text.number)?, self.known.get(&other)?);
        let met = text.met.binary_search(&other).ok();
        let met = met.map_or(Shared::default(), |at| text.shared[at]);
        x.decide(y, met, &self.index.config)
    }

    /// The group that a text belongs to, if any.
    fn target(&self, text: &Text<'_>) -> Option<Target> {
        let mut groups: Vec<u32> = text
            .met
            .iter()
            .map(|&it| self.index.row(it).group)
            .collect();
        groups.sort_unstable();
        groups.dedup();
        let mut held: Vec<Target> = Vec::new();
        let mut best: Option<Target> = None;
        for group in groups {
            let Some(target) = self.joins(text, group) else {
                continue;
            };
            if target.is_held && !target.is_same {
                held.push(target);
            } else if best.is_none_or(|best| target.rank() > best.rank()) {
                best = Some(target);
            }
        }
        // What holds the texts of several groups is a round-up of them.
        match (best, held.len()) {
            (Some(best), _) => Some(best),
            (None, 1) => held.pop(),
            (None, _) => None,
        }
    }

    fn joins(&self, text: &Text<'_>, group: u32) -> Option<Target> {
        let stands = self.index.row(group).representative;
        if !may_have_copies(self.index.row(stands).kind) {
            return None;
        }
        let bearers = self.groups.get(&group)?;
        let own = self.known.get(&text.number)?.text;
        let of = |number: &u32| self.known.get(number).map(|it| it.text);
        let is_same = bearers.iter().any(|it| of(it) == Some(own));
        let to_stands = self.likely(text, stands);
        let is_held =
            to_stands.is_some_and(|it| it.relation == CopyRelation::Excerpt && it.longer > 0);
        let is_version = to_stands.is_some() && !is_held;
        let like = || {
            bearers
                .iter()
                .filter(|&&it| self.likely(text, it).is_some())
                .count()
        };
        (is_same || is_version || 2 * like() > bearers.len()).then(|| Target {
            group,
            is_same,
            similarity: to_stands.map_or(Share(0), |it| it.similarity),
            is_held,
        })
    }
}

/// Whether records of a kind are copies of others though nobody reads them: what stands on many pages is no text of theirs.
fn may_have_copies(kind: Kind) -> bool {
    !matches!(kind, Kind::Notice | Kind::Empty)
}

/// Rows without what only texts tell.
pub(super) fn without_labels(rows: &mut Rows, index: &Index) {
    if !index.keeps_texts() {
        rows.beside.labels.clear();
    }
}

/// The rows of an index, and one for each new article.
pub(super) fn with_new(rows: &Rows, new: std::ops::Range<u32>) -> Rows {
    let mut rows = Rows::clone(rows);
    rows.rows.extend(new.map(Row::alone));
    rows
}

impl Coming<'_> {
    /// The rows of an index and of what is new, each article by itself.
    pub(super) fn with_new(&self, found: &Clustering) -> Rows {
        let new = &self.taken.articles;
        let mut rows = with_new(&self.index.rows, new.first..new.first + new.len());
        self.enter_prints(&mut rows);
        settle::mark_bearers(&mut rows, found, new.first);
        rows
    }
}

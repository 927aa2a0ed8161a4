//! Links: stories are put together, and taken apart, as somebody says.
//!
//! Only stories that links speak of are changed, and what becomes of them hangs on their texts and on the links, not on the order
//! of either.

use std::collections::BTreeMap;

use super::NodeId;
use super::link::Linking;
use super::nodes::Representatives;
use super::score::Scorer;
use crate::corpus::{ArticleIds, Register};
use crate::error::{ErrorKind, Result};
use crate::links::{Links, refused};
use crate::spill::MemoryBudget;
use crate::stages::copies::CopyGroups;

/// Links between nodes.
#[derive(Debug, Default)]
pub(super) struct Linked {
    same: Vec<(NodeId, NodeId)>,
    different: Vec<(NodeId, NodeId)>,
}

impl Linked {
    /// Finds the articles that links name: what is said of one is said of its copies.
    pub(super) fn of(
        links: &Links,
        nodes: &Representatives,
        register: &Register,
        groups: &CopyGroups,
        inputs: &[String],
        budget: &MemoryBudget,
    ) -> Result<Linked> {
        let mut linked = Linked::default();
        if links.is_empty() {
            return Ok(linked);
        }
        let found = named(links, register, inputs, budget)?;
        for link in links.all() {
            let node = |id: &String| -> Result<Option<NodeId>> {
                let Some(&article) = found.get(id.as_str()) else {
                    let (id, nearest) = (id.clone(), Vec::new());
                    return match links.is_lenient() {
                        true => Ok(None),
                        false => Err(ErrorKind::UnknownId { id, nearest }.into()),
                    };
                };
                let node = nodes.of(groups.of(article as usize).representative);
                match node {
                    None if !links.is_lenient() => Err(refused(
                        id.clone(),
                        "an article that can tell a story: this has no text, or is a notice"
                            .to_owned(),
                    )),
                    node => Ok(node),
                }
            };
            let (Some(a), Some(b)) = (node(&link.a)?, node(&link.b)?) else {
                continue;
            };
            match link.is_same {
                true => linked.same.push((a, b)),
                false if a != b => linked.different.push((a, b)),
                false if links.is_lenient() => {}
                false => {
                    return Err(refused(
                        format!("{} and {}, which are different", link.a, link.b),
                        "of articles that are no copies of each other: these are one text"
                            .to_owned(),
                    ));
                }
            }
        }
        linked.check(links)
    }

    /// Links between nodes, of which those are left out that cannot be.
    pub(super) fn lenient(same: Vec<(NodeId, NodeId)>, different: Vec<(NodeId, NodeId)>) -> Linked {
        Linked { same, different }.possible()
    }

    /// The same, with what is together already in groups of which links speak: they do not take these apart.
    pub(super) fn binding(mut self, pairs: Vec<(NodeId, NodeId)>) -> Linked {
        self.same.extend(pairs);
        self.possible()
    }

    /// All nodes that links speak of.
    pub(super) fn ends(&self) -> impl Iterator<Item = u32> + '_ {
        let pairs = self.same.iter().chain(&self.different);
        pairs.flat_map(|&(a, b)| [a, b])
    }

    fn together(&self) -> Sets {
        let mut together = Sets::default();
        for &(a, b) in &self.same {
            together.join(a, b);
        }
        together
    }

    fn possible(mut self) -> Linked {
        let together = self.together();
        self.different
            .retain(|&(a, b)| together.of(a) != together.of(b));
        self
    }

    /// Refuses what cannot be since some of the articles are copies.
    fn check(self, links: &Links) -> Result<Linked> {
        if links.is_lenient() {
            return Ok(self.possible());
        }
        let together = self.together();
        let is_possible = |&(a, b): &(u32, u32)| together.of(a) != together.of(b);
        match self.different.iter().all(is_possible) {
            true => Ok(self),
            false => Err(refused(
                "what contradicts itself".to_owned(),
                "possible: copies of articles that are said to be different are said to be the same".to_owned(),
            )),
        }
    }

    /// Stories as the links have them; each in the order of content.
    pub(super) fn respected(
        &self,
        stories: Vec<Vec<NodeId>>,
        scorer: &impl Linking,
    ) -> Result<Vec<Vec<NodeId>>> {
        if self.same.is_empty() && self.different.is_empty() {
            return Ok(stories);
        }
        let mut sets = Sets::default();
        for story in &stories {
            story.iter().for_each(|&node| sets.join(story[0], node));
        }
        let told_apart = |&&(a, b): &&(u32, u32)| sets.of(a) == sets.of(b);
        let was_one: Vec<u32> = self
            .different
            .iter()
            .filter(told_apart)
            .map(|it| it.0)
            .collect();
        let ends: Vec<u32> = self
            .same
            .iter()
            .flat_map(|&(a, b)| [a, b])
            .chain(was_one)
            .collect();
        for &(a, b) in &self.same {
            sets.join(a, b);
        }
        let touched: Vec<u32> = ends.iter().map(|&node| sets.of(node)).collect();
        let mut of_set: BTreeMap<u32, Vec<u32>> = BTreeMap::new();
        let mut kept = Vec::with_capacity(stories.len());
        for story in stories {
            match touched.contains(&sets.of(story[0])) {
                true => of_set.entry(sets.of(story[0])).or_default().extend(story),
                false => kept.push(story),
            }
        }
        for &node in &ends {
            of_set.entry(sets.of(node)).or_default().push(node);
        }
        for mut members in of_set.into_values() {
            members.sort_unstable_by_key(|&node| scorer.by_content(node));
            members.dedup();
            for mut story in apart(&members, &self.same, &self.different, scorer)? {
                story.sort_unstable_by_key(|&node| scorer.by_content(node));
                if story.len() > 1 {
                    kept.push(story);
                }
            }
        }
        Ok(kept)
    }
}

/// Pairs of nodes.
type Pairs<'p> = &'p [(u32, u32)];

/// The stories that members make, which come in an order that ties go by: one, unless some are said to be different.
pub(crate) fn apart(
    members: &[NodeId],
    same: Pairs<'_>,
    different: Pairs<'_>,
    scorer: &impl Scores,
) -> Result<Vec<Vec<NodeId>>> {
    let within = |&&(a, b): &&(u32, u32)| members.contains(&a) && members.contains(&b);
    let different: Vec<(NodeId, NodeId)> = different.iter().filter(within).copied().collect();
    if different.is_empty() {
        return Ok(vec![members.to_vec()]);
    }
    let mut sets = Sets::default();
    let same = same.iter().filter(within);
    same.for_each(|&(a, b)| sets.join(a, b));
    let mut groups: Vec<Vec<NodeId>> = Vec::new();
    for &node in members {
        let is_of = |group: &&mut Vec<u32>| sets.of(group[0]) == sets.of(node);
        match groups.iter_mut().find(is_of) {
            Some(group) => group.push(node),
            None => groups.push(vec![node]),
        }
    }
    let is_seed = |group: &Vec<u32>| {
        let has = |&(a, b): &(u32, u32)| group.contains(&a) || group.contains(&b);
        different.iter().any(has)
    };
    let (seeds, others): (Vec<Vec<NodeId>>, Vec<Vec<NodeId>>) =
        groups.into_iter().partition(is_seed);
    let seeds = joined(seeds, &different, scorer)?;
    // Each of the others goes where it is most alike what was there first.
    let mut stories = seeds.clone();
    for group in others {
        let mut best = (0, None);
        for (at, seed) in seeds.iter().enumerate() {
            let score = average(&group, seed, scorer)?;
            if score > best.0 {
                best = (score, Some(at));
            }
        }
        match best.1.or(scorer.usual()) {
            Some(at) => stories[at].extend(group),
            None => stories.push(group),
        }
    }
    Ok(stories)
}

/// Groups of which those go together that may, and are alike enough: the most alike first.
fn joined(
    mut seeds: Vec<Vec<NodeId>>,
    different: &[(NodeId, NodeId)],
    scorer: &impl Scores,
) -> Result<Vec<Vec<NodeId>>> {
    let is_apart = |x: &[u32], y: &[u32]| {
        let across = |&(a, b): &(u32, u32)| {
            x.contains(&a) && y.contains(&b) || x.contains(&b) && y.contains(&a)
        };
        different.iter().any(across)
    };
    loop {
        let mut best: Option<(u64, usize, usize)> = None;
        for at in 0..seeds.len() {
            for other in at + 1..seeds.len() {
                if is_apart(&seeds[at], &seeds[other]) {
                    continue;
                }
                let score = average(&seeds[at], &seeds[other], scorer)?;
                if score >= scorer.enough() && best.is_none_or(|best| score > best.0) {
                    best = Some((score, at, other));
                }
            }
        }
        let Some((_, at, other)) = best else {
            return Ok(seeds);
        };
        let more = seeds.remove(other);
        seeds[at].extend(more);
    }
}

/// Whoever knows how much articles are alike.
pub(crate) trait Scores {
    /// The sum of the scores of one to others.
    fn sum(&self, one: NodeId, others: &[NodeId]) -> Result<u64>;

    /// The average score from which groups are one story.
    fn enough(&self) -> u64;

    /// Which of several stories takes what is like none of them; it is one by itself where none does.
    fn usual(&self) -> Option<usize>;
}

impl Scores for Scorer<'_> {
    fn sum(&self, one: NodeId, others: &[NodeId]) -> Result<u64> {
        self.scores(one, others)
    }

    fn enough(&self) -> u64 {
        self.threshold()
    }

    fn usual(&self) -> Option<usize> {
        None
    }
}

/// The average score of all pairs across two groups.
fn average(x: &[u32], y: &[u32], scorer: &impl Scores) -> Result<u64> {
    let mut sum = 0;
    for &node in x {
        sum += scorer.sum(node, y)?;
    }
    Ok(sum / (x.len() * y.len()).max(1) as u64)
}

/// The articles that links name, by `article_id`.
fn named<'l>(
    links: &'l Links,
    register: &Register,
    inputs: &[String],
    budget: &MemoryBudget,
) -> Result<BTreeMap<&'l str, u32>> {
    let mut named: BTreeMap<&str, Option<u32>> = BTreeMap::new();
    for link in links.all() {
        named.insert(&link.a, None);
        named.insert(&link.b, None);
    }
    let ids = ArticleIds::new(register, inputs, budget)?;
    for article in 0..ids.len() {
        if let Some(found) = named.get_mut(&*ids.of(article)?) {
            *found = Some(article as u32);
        }
    }
    let found = named.into_iter().filter_map(|(id, at)| Some((id, at?)));
    Ok(found.collect())
}

/// Nodes that are together, by the least of them.
#[derive(Default)]
struct Sets(BTreeMap<u32, u32>);

impl Sets {
    fn of(&self, mut node: NodeId) -> u32 {
        while let Some(&of) = self.0.get(&node) {
            node = of;
        }
        node
    }

    fn join(&mut self, a: NodeId, b: NodeId) {
        let (a, b) = (self.of(a), self.of(b));
        if a != b {
            self.0.insert(a.max(b), a.min(b));
        }
    }
}

//! Growing: what new articles make of the stories that a model knows, none of whose articles is read again.
//!
//! New articles are weighed by what was counted before, with themselves counted too, and meet those of the model as in a run. What
//! chains of pairs join to new articles is linked anew, from kept vectors; all else stays.

use std::cmp::Reverse;
use std::ops::Range;

use super::candidates::Pair;
use super::frequencies::Frequencies;
use super::known::ModelHeader;
use super::language::LanguageGroups;
use super::learn::{Cut, LanguageStats};
use super::linguist::LanguageDetector;
use super::open::Open;
use super::parts::{self, ModelParts, Node, source_mark};
use super::score::ScoreScale;
use super::vectors::Vectors;
use super::waking::{Awake, asleep};
use super::weigh::Weighing;
use super::{Copies, Representatives};
use crate::config::Config;
use crate::corpus::{ArticleId, Corpus};
use crate::error::Result;
use crate::kernel::Share;

/// A model that so many times as many articles were counted to as it was learned from, in tenths, is learned anew.
const OUTGROWN: usize = 15;

/// What decides who leads a story: the least does.
pub(crate) type Wanted = (usize, bool, i64, Reverse<u32>);

/// Whoever knows the articles that a model knows by their numbers, and those of the run that is to add to it.
pub(crate) trait Known: Sync {
    /// The number of an article of the run; numbers of new ones are the largest.
    fn number(&self, article: ArticleId) -> u32;

    /// Whether an article of the run is new, and stands for its copies.
    fn is_new(&self, article: ArticleId) -> bool;

    /// The number of the article that an item's form is named after.
    fn form(&self, number: u32) -> Option<u32>;

    /// The key of the story that an article tells; what is new tells its own.
    fn story(&self, number: u32) -> u32;

    /// What ties go by.
    fn content(&self, number: u32) -> (u64, u64);

    /// The place of an article among those that may lead a story.
    fn wanted(&self, number: u32) -> Wanted;

    /// Whether the model keeps an article.
    fn is_open(&self, number: u32) -> bool;

    /// Whether the articles of the model can be read again, to learn it anew.
    fn can_be_read(&self) -> bool;

    /// Two articles of which somebody said whether they tell the same story.
    fn links(&self) -> Vec<(u32, u32, bool)>;
}

/// A story that was linked anew.
#[derive(Clone, Debug)]
pub(crate) struct Told {
    /// What leads it.
    pub(crate) lead: ArticleId,
    /// All that tell it, each with its cosine to the lead.
    pub(crate) members: Vec<(ArticleId, Share)>,
    /// Its most telling words, where it has several texts.
    pub(crate) label: Option<String>,
}

/// What new articles made of a model.
#[derive(Clone, Debug)]
pub(crate) struct Grown {
    pub(crate) told: Vec<Told>,
    pub(crate) parts: ModelParts,
}

/// Adds new articles to the stories of a model; `None` where it has to be learned anew: it was outgrown, or they are in languages
/// that it does not know. One whose articles cannot be read again is outgrown where most articles are new. The corpus is the one that the copies were found in.
///
/// # Errors
///
/// When the corpus cannot be read, or what does not fit into memory cannot be kept on disk.
pub(crate) fn grow<C: Corpus + ?Sized>(
    corpus: &C,
    copies: Copies<'_>,
    config: &Config,
    (parts, known): (&ModelParts, &dyn Known),
) -> Result<Option<Grown>> {
    let Some(mut open) = Open::of(parts, config) else {
        return Ok(None);
    };
    let nodes = Representatives::new(copies.register, copies.texts, copies.groups)?;
    let mut nodes = nodes.only(|article| known.is_new(article));
    open.growth.counted += nodes.len();
    let counted = open.growth.learned + open.growth.counted;
    let is_outgrown = match known.can_be_read() {
        true => counted * 10 > open.growth.learned * OUTGROWN,
        false => nodes.len() * 2 > counted,
    };
    if is_outgrown {
        return Ok(None);
    }
    let name = |article: ArticleId| known.form(known.number(article));
    nodes.join_forms(&mut open.growth.forms, name);
    let before = open.learned(parts);
    let Some(mut learned) = LanguageStats::grown(corpus, copies, &nodes, before)? else {
        return Ok(None);
    };
    let cut = std::mem::take(&mut learned.cut);
    let weighing = || Weighing::new(&learned, &nodes, config.story_terms, copies.budget);
    let vectors = weighing().weigh(&cut)?;
    let all = vec![true; nodes.len()];
    let waiting = weighing().waiting(&all).weigh(&cut)?;
    drop(cut);
    open.header.sizes.clone_from(&learned.pools.sizes);
    open.wake(&learned);
    let first = open.nodes.len();
    open.take(&vectors, &waiting, (&nodes, &learned), (copies, known))?;
    open.rank(known);
    let met = open.meet(first, config.story_window)?;
    open.edges.extend(met);
    let told = open.told(first, known)?;
    Ok(Some(Grown {
        told,
        parts: open.parts(&learned, known),
    }))
}

/// The stories of a model that was learned anew, of articles of which those from a number on are new: what told one story before does
/// so still. `None` where the parts are none of a model.
///
/// # Errors
///
/// When the run is to stop.
pub(crate) fn relinked(
    parts: &ModelParts,
    first_new: u32,
    config: &Config,
    known: &dyn Known,
) -> Result<Option<Vec<Told>>> {
    let Some(mut open) = Open::of(parts, config) else {
        return Ok(None);
    };
    let learned = open.learned(parts);
    open.wake(&learned);
    open.rank(known);
    let first = open.nodes.partition_point(|node| node.number < first_new);
    open.told(first, known).map(Some)
}

impl Open {
    /// A model as it is kept; `None` where the parts are none.
    fn of(parts: &ModelParts, config: &Config) -> Option<Open> {
        let header: ModelHeader = serde_json::from_slice(&parts.known).ok()?;
        let nodes = parts.all_nodes()?;
        let place = |number: u32| {
            let at = nodes.binary_search_by_key(&number, |node| node.number);
            at.ok().map(|at| at as u32)
        };
        let edges = parts.all_edges()?.into_iter();
        let edges: Option<Vec<(Pair, u32)>> = edges
            .map(|[a, b, score]| Some(((place(a)?, place(b)?), score)))
            .collect();
        Some(Open {
            yardstick: ScoreScale {
                threshold: header.threshold,
                fading: header.fading.clone(),
            },
            growth: serde_json::from_slice(&parts.growth).ok()?,
            edges: edges?,
            kept_vectors: parts.vectors.clone(),
            kept_terms: parts.all_terms()?,
            words: parts.words.clone(),
            kept: nodes,
            nodes: Vec::new(),
            vectors: Vec::new(),
            terms: Vec::new(),
            ranks: Vec::new(),
            interrupt: config.interrupt.clone(),
            header,
        })
    }

    /// What is known of the dump before more articles of it are counted.
    fn learned(&self, parts: &ModelParts) -> LanguageStats {
        let header = &self.header;
        let mut large = parts
            .large_counts()
            .unwrap_or_default()
            .into_iter()
            .peekable();
        let counts = parts.counts.iter().enumerate().map(|(at, &count)| {
            let is_large = count == u8::MAX;
            let large = large.next_if(|large| is_large && large.0 == at);
            large.map_or(count.into(), |large| large.1)
        });
        LanguageStats {
            tongues: Vec::new(),
            pools: LanguageGroups {
                of: Vec::new(),
                sizes: header.sizes.clone(),
                keys: header.keys.clone(),
                languages: header.pools.iter().map(|pool| pool.0).collect(),
                homes: self.growth.homes.clone(),
            },
            frequencies: Frequencies::of(header.slots, counts),
            form: header.form.clone(),
            lengths: header.pools.iter().map(|pool| pool.1).collect(),
            linguist: LanguageDetector::told_of(&header.languages),
            titles: header.titles.clone(),
            cut: Cut::default(),
        }
    }

    /// Has all nodes be compared by what does not sleep any more.
    fn wake(&mut self, learned: &LanguageStats) {
        let kept = (&self.kept_vectors[..], &self.kept_terms[..]);
        let awake = Awake::of(&self.kept, kept, &self.header, &learned.frequencies);
        (self.nodes, self.vectors, self.terms) = (awake.nodes, awake.vectors, awake.terms);
    }

    /// Takes new nodes in, in the order of their numbers: as they are compared now, and as they are kept for what comes.
    fn take(
        &mut self,
        vectors: &Vectors,
        waiting: &Vectors,
        (new, learned): (&Representatives, &LanguageStats),
        (copies, known): (Copies<'_>, &dyn Known),
    ) -> Result<()> {
        let articles = new.articles.iter();
        let mut order: Vec<(u32, u32)> = articles.map(|&it| known.number(it)).zip(0..).collect();
        order.sort_unstable();
        let (mut vector, mut terms, mut words) = (Vec::new(), Vec::new(), Vec::new());
        for (number, node) in order {
            let at = node as usize;
            let pool = learned.pools.of[at];
            let word_bytes = vectors.word_bytes(node, &mut words)?;
            let source = copies.register.source(new.articles[at] as usize);
            let of = Node {
                number,
                pool,
                is_item: vectors.is_item(node),
                source: source_mark(source),
                time: new.times[at],
                vector: 0..0,
                terms: 0..0,
                words: self.words.len()..self.words.len() + word_bytes.len(),
            };
            self.words.extend_from_slice(word_bytes);
            let own = vectors.bytes(node, &mut vector)?;
            let told = vectors.terms(node, &mut terms)?;
            let node_now = Node {
                vector: add(&mut self.vectors, own),
                terms: add(&mut self.terms, told),
                ..of.clone()
            };
            let keys = &learned.pools.keys[usize::from(pool)];
            let own = waiting.bytes(node, &mut vector)?;
            let own = asleep(own, (pool, keys), &learned.frequencies);
            let told = waiting.terms(node, &mut terms)?;
            self.kept.push(Node {
                vector: add(&mut self.kept_vectors, &own),
                terms: add(&mut self.kept_terms, told),
                ..of
            });
            self.nodes.push(node_now);
        }
        Ok(())
    }

    /// Ranks all nodes by content.
    fn rank(&mut self, known: &dyn Known) {
        let nodes = (0u32..).zip(&self.nodes);
        let mut order: Vec<((u64, u64), u32, u32)> = nodes
            .map(|(at, node)| (known.content(node.number), node.number, at))
            .collect();
        order.sort_unstable();
        self.ranks = vec![0; order.len()];
        for (rank, (.., at)) in (0u32..).zip(order) {
            self.ranks[at as usize] = rank;
        }
    }

    /// The model as it is kept from now on.
    fn parts(&self, learned: &LanguageStats, known: &dyn Known) -> ModelParts {
        let mut parts = ModelParts {
            known: serde_json::to_vec(&self.header).unwrap_or_default(),
            growth: serde_json::to_vec(&self.growth).unwrap_or_default(),
            ..ModelParts::default()
        };
        parts.count(learned.frequencies.slots());
        let is_open: Vec<bool> = self
            .nodes
            .iter()
            .map(|it| known.is_open(it.number))
            .collect();
        for (node, _) in self.kept.iter().zip(&is_open).filter(|it| *it.1) {
            parts.push(node.kept((&self.kept_vectors, &self.kept_terms, &self.words)));
        }
        let mut edges: Vec<parts::ScoredPair> = Vec::with_capacity(self.edges.len());
        for &((a, b), score) in &self.edges {
            let (a, b) = (a as usize, b as usize);
            if is_open[a] && is_open[b] {
                edges.push([self.nodes[a].number, self.nodes[b].number, score]);
            }
        }
        edges.sort_unstable();
        edges.dedup();
        edges.into_iter().for_each(|pair| parts.join(pair));
        parts
    }
}

/// Adds values behind others; where they are.
fn add<T: Copy>(to: &mut Vec<T>, values: &[T]) -> Range<usize> {
    let start = to.len();
    to.extend_from_slice(values);
    start..to.len()
}

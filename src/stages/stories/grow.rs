//! Growing: what new articles make of the stories that a model knows, none of whose articles is read again.
//!
//! New articles are weighed by what was counted before, with themselves counted too, and meet those of the model as in a run. What
//! chains of pairs join to new articles is linked anew, from kept vectors; all else stays.

use std::cmp::Reverse;

use rayon::prelude::*;

use super::candidates::{Pair, RARE};
use super::frequencies::Frequencies;
use super::known::ModelHeader;
use super::labels;
use super::language::LanguageGroups;
use super::lead;
use super::learn::{Cut, LanguageStats};
use super::linguist::LanguageDetector;
use super::link::{Components, Joined, Linking, link_component};
use super::linked::{Linked, Scores};
use super::model::{KEPT, apart};
use super::parts::{self, Growth, ModelParts, Node, source_mark};
use super::score::ScoreScale;
use super::vectors::{self, Telling, Vectors};
use super::weigh::Weighing;
use super::{Copies, Representatives};
use crate::config::Config;
use crate::corpus::Corpus;
use crate::error::Result;
use crate::interrupt::Interrupt;
use crate::kernel::Share;

/// A model that so many times as many articles were counted to as it was learned from, in tenths, is learned anew.
const OUTGROWN: usize = 15;

/// What decides who leads a story: the least does.
pub(crate) type Wanted = (usize, bool, i64, Reverse<u32>);

/// Whoever knows the articles that a model knows by their numbers, and those of the run that is to add to it.
pub(crate) trait Known: Sync {
    /// The number of an article of the run; numbers of new ones are the largest.
    fn number(&self, article: u32) -> u32;

    /// Whether an article of the run is new, and stands for its copies.
    fn is_new(&self, article: u32) -> bool;

    /// The number of the article that an item's form is named after.
    fn form(&self, number: u32) -> Option<u32>;

    /// What ties go by.
    fn content(&self, number: u32) -> (u64, u64);

    /// The place of an article among those that may lead a story.
    fn wanted(&self, number: u32) -> Wanted;

    /// Whether the model keeps an article.
    fn is_open(&self, number: u32) -> bool;

    /// Two articles of which somebody said whether they tell the same story.
    fn links(&self) -> Vec<(u32, u32, bool)>;
}

/// A story that was linked anew.
#[derive(Clone, Debug)]
pub(crate) struct Told {
    /// What leads it.
    pub(crate) lead: u32,
    /// All that tell it, each with its cosine to the lead.
    pub(crate) members: Vec<(u32, Share)>,
    /// Its most telling words, where it has several texts.
    pub(crate) label: Option<String>,
}

/// What new articles made of a model.
#[derive(Clone, Debug)]
pub(crate) struct Grown {
    pub(crate) told: Vec<Told>,
    pub(crate) parts: ModelParts,
}

/// A model to which articles are added.
struct Open {
    header: ModelHeader,
    growth: Growth,
    yardstick: ScoreScale,
    /// In the order of their numbers.
    nodes: Vec<Node>,
    vectors: Vec<u8>,
    terms: Vec<Telling>,
    words: Vec<u8>,
    /// The rank of each node by content.
    ranks: Vec<u32>,
    /// Nodes that may tell one story, with their scores.
    edges: Vec<(Pair, u32)>,
    interrupt: Interrupt,
}

/// Adds new articles to the stories of a model; `None` where it has to be learned anew: it was outgrown, or they are in languages
/// that it does not know. The corpus is the one that the copies were found in.
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
    if counted * 10 > open.growth.learned * OUTGROWN {
        return Ok(None);
    }
    let name = |article: u32| known.form(known.number(article));
    nodes.join_forms(&mut open.growth.forms, name);
    let before = open.learned(parts);
    let Some(mut learned) = LanguageStats::grown(corpus, copies, &nodes, before)? else {
        return Ok(None);
    };
    let cut = std::mem::take(&mut learned.cut);
    let weighing = Weighing::new(&learned, &nodes, config.story_terms, copies.budget);
    let vectors = weighing.weigh(cut)?;
    open.header.sizes.clone_from(&learned.pools.sizes);
    let first = open.nodes.len();
    open.take(&vectors, (&nodes, &learned.pools), (copies, known))?;
    open.rank(known);
    let met = open.meet(first, config.story_window)?;
    open.edges.extend(met);
    let told = open.told(first, known)?;
    Ok(Some(Grown {
        told,
        parts: open.parts(&learned, known),
    }))
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
            vectors: parts.vectors.clone(),
            terms: parts.all_terms()?,
            words: parts.words.clone(),
            ranks: Vec::new(),
            interrupt: config.interrupt.clone(),
            nodes,
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

    /// Takes new nodes in, in the order of their numbers.
    fn take(
        &mut self,
        vectors: &Vectors,
        (new, pools): (&Representatives, &LanguageGroups),
        (copies, known): (Copies<'_>, &dyn Known),
    ) -> Result<()> {
        let articles = new.articles.iter();
        let mut order: Vec<(u32, u32)> = articles.map(|&it| known.number(it)).zip(0..).collect();
        order.sort_unstable();
        let (mut vector, mut terms, mut words) = (Vec::new(), Vec::new(), Vec::new());
        for (number, node) in order {
            let at = node as usize;
            let (vector, terms) = (
                vectors.bytes(node, &mut vector)?,
                vectors.terms(node, &mut terms)?,
            );
            let words = vectors.word_bytes(node, &mut words)?;
            let source = copies.register.source(new.articles[at] as usize);
            self.nodes.push(Node {
                number,
                pool: pools.of[at],
                is_item: vectors.is_item(node),
                source: source_mark(source),
                time: new.times[at],
                vector: self.vectors.len()..self.vectors.len() + vector.len(),
                terms: self.terms.len()..self.terms.len() + terms.len(),
                words: self.words.len()..self.words.len() + words.len(),
            });
            self.vectors.extend_from_slice(vector);
            self.terms.extend_from_slice(terms);
            self.words.extend_from_slice(words);
        }
        Ok(())
    }

    /// Ranks all nodes by content.
    fn rank(&mut self, known: &dyn Known) {
        let nodes = (0u32..).zip(&self.nodes);
        let mut order: Vec<((u64, u64), u32, u32)> = nodes
            .map(|(at, node)| (known.content(node.number), node.number, at))
            .collect();
        order.par_sort_unstable();
        self.ranks = vec![0; order.len()];
        for (rank, (.., at)) in (0u32..).zip(order) {
            self.ranks[at as usize] = rank;
        }
    }

    /// The pairs that may be joined, of nodes from `first` on with all.
    fn meet(&self, first: usize, window: u64) -> Result<Vec<(Pair, u32)>> {
        let holders = self.holders(first);
        let new = (first..self.nodes.len()).into_par_iter();
        let met = new.map_init(
            || vec![(0u32, 0u32); self.nodes.len()],
            |shared, node| {
                self.interrupt.check()?;
                Ok(self.met(node, &holders, shared, window))
            },
        );
        let met: Result<Vec<Vec<(Pair, u32)>>> = met.collect();
        Ok(met?.concat())
    }

    /// The terms of nodes from `first` on, each with all nodes that have it, ascending.
    fn holders(&self, first: usize) -> Vec<(u32, u32)> {
        let terms = |node: &Node| self.terms[node.terms.clone()].iter().map(|term| term[0]);
        let mut asked: Vec<u32> = self.nodes[first..].iter().flat_map(terms).collect();
        asked.par_sort_unstable();
        asked.dedup();
        let nodes = (0u32..self.nodes.len() as u32).into_par_iter();
        let mut holders: Vec<(u32, u32)> = nodes
            .flat_map_iter(|at| {
                let own = terms(&self.nodes[at as usize]);
                own.filter(|term| asked.binary_search(term).is_ok())
                    .map(move |term| (term, at))
            })
            .collect();
        holders.par_sort_unstable();
        holders
    }

    /// Those that a node shares most keys with, as far as they may be joined. `shared` is nothing but zeros, before and after.
    fn met(
        &self,
        at: usize,
        holders: &[(u32, u32)],
        shared: &mut [(u32, u32)],
        window: u64,
    ) -> Vec<(Pair, u32)> {
        let own = &self.nodes[at];
        let mut met: Vec<u32> = Vec::new();
        for &[feature, articles] in &self.terms[own.terms.clone()] {
            let start = holders.partition_point(|it| it.0 < feature);
            let here = holders[start..].iter().take_while(|it| it.0 == feature);
            for &(_, other) in here {
                let shared = &mut shared[other as usize];
                if *shared == (0, 0) {
                    met.push(other);
                }
                match articles <= RARE {
                    true => shared.0 += 1,
                    false => shared.1 += 1,
                }
            }
        }
        let mut ranked: Vec<(Reverse<u32>, u64, u32)> = Vec::new();
        for other in met {
            let (rare, others) = std::mem::take(&mut shared[other as usize]);
            let node = &self.nodes[other as usize];
            let keys = rare + others * others.saturating_sub(1) / 2;
            let gap = own.time.zip(node.time).map(|(a, b)| a.abs_diff(b));
            let is_near = gap.is_none_or(|gap| gap <= window);
            if keys > 0 && is_near && node.pool == own.pool && other as usize != at {
                ranked.push((Reverse(keys), gap.unwrap_or(window), other));
            }
        }
        ranked.sort_unstable();
        ranked.truncate(KEPT);
        let ranked = ranked.into_iter().map(|it| it.2);
        let others: Vec<u32> = ranked.collect();
        let scores = self.scores(at as u32, &others);
        let may_join = |&(other, score): &(u32, u64)| {
            let terms = self.terms_shared(at as u32, other);
            self.yardstick.joins(score, terms)
        };
        let joined = others.into_iter().zip(scores).filter(may_join);
        joined
            .map(|(other, score)| ((other.min(at as u32), other.max(at as u32)), score as u32))
            .collect()
    }

    fn terms_shared(&self, a: u32, b: u32) -> u32 {
        let terms = |at: u32| &self.terms[self.nodes[at as usize].terms.clone()];
        let other = terms(b);
        let is_shared = |term: &&Telling| other.iter().any(|other| other[0] == term[0]);
        terms(a).iter().filter(is_shared).count() as u32
    }

    fn cosines<'s>(&'s self, one: u32, others: &'s [u32]) -> impl Iterator<Item = u32> + 's {
        let vector = |at: u32| &self.vectors[self.nodes[at as usize].vector.clone()];
        vectors::cosines(vector(one), others.iter().map(move |&it| vector(it)))
    }

    /// The scores of one to others, in millionths: 0 between languages and beyond the window.
    fn scores(&self, one: u32, others: &[u32]) -> Vec<u64> {
        let x = &self.nodes[one as usize];
        let score = |(&other, cosine): (&u32, u32)| {
            let y = &self.nodes[other as usize];
            if x.pool != y.pool {
                return 0;
            }
            let features = (
                vectors::features(&self.vectors[x.vector.clone()]),
                vectors::features(&self.vectors[y.vector.clone()]),
            );
            let apart = apart((x.time, y.time), (x.source, y.source));
            let factor = self.yardstick.factor(apart, features);
            ScoreScale::faded(cosine, factor, (x.is_item, y.is_item))
        };
        others
            .iter()
            .zip(self.cosines(one, others))
            .map(score)
            .collect()
    }

    /// The stories of all that hangs together with nodes from `first` on, or that somebody said something of.
    fn told(&self, first: usize, known: &dyn Known) -> Result<Vec<Told>> {
        let mut components = Components((0..self.nodes.len() as u32).collect());
        for &((a, b), _) in &self.edges {
            components.join(a, b);
        }
        let linked = self.linked(known);
        let mut touched = vec![false; self.nodes.len()];
        for node in (first as u32..self.nodes.len() as u32).chain(linked.ends()) {
            touched[components.of(node) as usize] = true;
        }
        let of: Vec<u32> = (0..self.nodes.len() as u32)
            .map(|it| components.of(it))
            .collect();
        let mut edges: Vec<Joined> = self
            .edges
            .iter()
            .filter(|it| touched[of[it.0.0 as usize] as usize])
            .map(|&((a, b), score)| Joined {
                component: of[a as usize],
                a,
                b,
                score,
            })
            .collect();
        edges.par_sort_unstable();
        edges.dedup();
        let each: Vec<&[Joined]> = edges.chunk_by(|x, y| x.component == y.component).collect();
        let stories = each
            .into_par_iter()
            .map(|edges| link_component(edges, self));
        let stories: Vec<Vec<Vec<u32>>> = stories.collect::<Result<_>>()?;
        let mut stories = linked.respected(stories.concat(), self)?;
        let mut is_told = vec![false; self.nodes.len()];
        stories
            .iter()
            .flatten()
            .for_each(|&it| is_told[it as usize] = true);
        let alone = (0..self.nodes.len()).filter(|&at| touched[of[at] as usize] && !is_told[at]);
        stories.extend(alone.map(|at| vec![at as u32]));
        let told = stories.par_iter().map(|members| self.tell(members, known));
        told.collect()
    }

    fn linked(&self, known: &dyn Known) -> Linked {
        let place = |number: u32| {
            let at = self.nodes.binary_search_by_key(&number, |node| node.number);
            at.ok().map(|at| at as u32)
        };
        let (mut same, mut different) = (Vec::new(), Vec::new());
        for (a, b, is_same) in known.links() {
            let Some((a, b)) = place(a).zip(place(b)) else {
                continue;
            };
            match is_same {
                true => same.push((a, b)),
                false => different.push((a, b)),
            }
        }
        Linked::lenient(same, different)
    }

    fn tell(&self, members: &[u32], known: &dyn Known) -> Result<Told> {
        self.interrupt.check()?;
        let number = |node: u32| self.nodes[node as usize].number;
        let lead = lead::chosen(
            members,
            |&node| known.wanted(number(node)),
            |node, others| Ok(self.cosines(node, others).collect()),
        )?;
        let words = members.iter().flat_map(|&node| {
            vectors::words_of_bytes(&self.words[self.nodes[node as usize].words.clone()])
        });
        let cosines = self.cosines(lead, members).map(Share);
        let label = (members.len() > 1).then(|| labels::told_by(words.collect(), members.len()));
        Ok(Told {
            lead: number(lead),
            members: members.iter().map(|&it| number(it)).zip(cosines).collect(),
            label,
        })
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
        for (node, _) in self.nodes.iter().zip(&is_open).filter(|it| *it.1) {
            parts.push(node.kept((&self.vectors, &self.terms, &self.words)));
        }
        let mut edges: Vec<parts::ScoredPair> = Vec::with_capacity(self.edges.len());
        for &((a, b), score) in &self.edges {
            let (a, b) = (a as usize, b as usize);
            if is_open[a] && is_open[b] {
                edges.push([self.nodes[a].number, self.nodes[b].number, score]);
            }
        }
        edges.par_sort_unstable();
        edges.dedup();
        edges.into_iter().for_each(|pair| parts.join(pair));
        parts
    }
}

impl Scores for Open {
    fn sum(&self, one: u32, others: &[u32]) -> Result<u64> {
        self.interrupt.check()?;
        Ok(self.scores(one, others).into_iter().sum())
    }

    fn enough(&self) -> u64 {
        self.yardstick.threshold
    }

    fn usual(&self) -> Option<usize> {
        None
    }
}

impl Linking for Open {
    fn by_content(&self, node: u32) -> u32 {
        self.ranks[node as usize]
    }

    fn interrupt(&self) -> &Interrupt {
        &self.interrupt
    }
}

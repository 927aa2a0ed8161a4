//! What is known of a dump's languages, learned of parts of it that share nothing.

use std::collections::BTreeMap;

use serde::{Deserialize, Serialize};
use whatlang::Lang;

use super::forms::{self, Form};
use super::frequencies::{Counting, Sizes};
use super::language::{Language, LanguageGroups};
use super::learn::{Cut, LanguageStats, Learner, sampled};
use super::learned_part::{Content, LearnedPart, Round};
use super::linguist::{self, LanguageDetector, StoredDetector};
use super::reading::Read;
use super::slot_counts::{Gatherer, SlotCounts, Uncounted};
use super::title_counts::Counted;
use super::titles::{TitleParts, TitleReader};
use super::vectors::Drafts;
use super::weigh::Weighing;
use super::{Copies, Representatives};
use crate::corpus::{ArticleId, Corpus, Register};
use crate::error::Result;

/// What begins the bytes of what was learned, version included.
const MAGIC: &[u8] = b"samestory learned 1\n";

/// What tells stories in a dump, as far as it is known: the furniture of titles, the languages, and in how many articles each feature
/// stands. It is learned in rounds: each asks something of every part of a dump, and what the parts say is merged exactly in any order.
/// So parts may lie on several machines, and what is learned of them is what is learned of the whole, to the byte.
///
/// ```
/// use samestory::config::Config;
/// use samestory::corpus::Article;
/// use samestory::stages::{self, Run};
/// use samestory::stages::stories::{Learned, LearnedPart};
///
/// # fn main() -> samestory::error::Result<()> {
/// let news = ["Snow fell on the pass.", "The ferry sailed at noon.", "A fox sat by the hut."];
/// let corpus = news.map(|text| Article { text: text.into(), ..Article::default() });
/// let (corpus, config) = (&corpus[..], Config::default());
/// let run = Run::new(&config, &|_stage| Ok(()))?;
/// let furniture = stages::learn(corpus, &run)?;
/// let (collapsed, candidates) = stages::candidates(stages::fingerprint(corpus, &furniture, &run)?, &run)?;
/// let verified = stages::verify(corpus, &furniture, &collapsed, &candidates, &run)?;
/// let groups = stages::group(&collapsed, &candidates, &verified, &run)?;
///
/// let mut learned = Learned::default();
/// while !learned.is_whole() {
///     let part = |is_own: &(dyn Fn(u32) -> bool + Sync)| {
///         stages::learn_part(corpus, &furniture, &collapsed, &groups, &run, (&learned, is_own))
///     };
///     let mut all = part(&|article| article == 0)?;
///     all.merge(part(&|article| article > 0)?);
///     learned = learned.next(all).expect("both are of this round");
/// }
/// assert_eq!(learned.representatives(), 3);
/// # Ok(())
/// # }
/// ```
#[derive(Clone, Debug, Default, Serialize, Deserialize)]
pub struct Learned {
    round: Round,
    /// How many representatives there are.
    nodes: u64,
    /// The greatest content of those that languages are told from, and of those that windows are counted in; nothing where all are.
    sampled: [Option<Content>; 2],
    forms: BTreeMap<u64, Form>,
    candidates: Vec<Counted>,
    of_sources: Vec<u64>,
    titles: TitleParts,
    linguist: StoredDetector,
    pools: LanguageGroups,
    form: Vec<u32>,
    lengths: Vec<u64>,
    counts: SlotCounts,
}

/// Representatives of a part of a dump.
pub(crate) struct OwnNodes {
    pub(super) nodes: Representatives,
    /// What samples go by, of each.
    pub(super) contents: Vec<Content>,
    /// What the form of each is named after.
    pub(super) forms: Vec<Option<u64>>,
}

/// Representatives of a part of a dump, weighed but for their pairs.
pub(crate) struct OwnDrafts {
    pub(super) drafts: Drafts,
    /// The pool of each.
    pub(super) pools: Vec<u16>,
}

impl Learned {
    /// Whether all is known.
    pub fn is_whole(&self) -> bool {
        self.round == Round::Done
    }

    /// How many representatives of copy groups all parts have together.
    pub fn representatives(&self) -> u64 {
        self.nodes
    }

    /// What the next round asks of a part of a dump: of the articles that are its own.
    pub(crate) fn gather<C: Corpus + ?Sized>(
        &self,
        corpus: &C,
        copies: Copies<'_>,
        terms: usize,
        is_own: &(dyn Fn(ArticleId) -> bool + Sync),
    ) -> Result<LearnedPart> {
        let (register, read) = (copies.register, copies.read());
        let is_titled = |article: usize| is_own(article as u32);
        if self.round == Round::Inside {
            return self.inside(register, &is_titled);
        }
        let nodes = Representatives::new(register, copies.texts, copies.groups)?.only(is_own);
        let own = OwnNodes {
            contents: nodes
                .by_content
                .iter()
                .map(|&it| [it.into(), 0, 0, 0])
                .collect(),
            forms: nodes.form_names(),
            nodes,
        };
        match self.round {
            Round::Titles => {
                let mut part = Learned::titles(register, &is_titled)?;
                part.merge(Learned::nodes(&own.contents));
                part.forms = own.nodes.own_forms();
                Ok(part)
            }
            Round::Languages => self.languages(corpus, read, own),
            Round::Features => self.features(corpus, read, own),
            Round::Pairs => {
                let stats = self.stats();
                Ok(self.pairs(corpus, read, (own, &stats), terms)?.0)
            }
            Round::Inside | Round::Done => Ok(LearnedPart::of(self.round)),
        }
    }

    /// What titles are made of.
    pub(crate) fn titles(
        register: &Register,
        is_own: &(dyn Fn(usize) -> bool + Sync),
    ) -> Result<LearnedPart> {
        Ok(LearnedPart {
            titles: TitleReader::new(register).counts(is_own)?,
            ..LearnedPart::of(Round::Titles)
        })
    }

    /// How many representatives there are, and which of them may be sampled.
    pub(crate) fn nodes(contents: &[Content]) -> LearnedPart {
        let mut part = LearnedPart {
            nodes: contents.len() as u64,
            sample: contents.to_vec(),
            ..LearnedPart::of(Round::Titles)
        };
        part.cut_sample();
        part
    }

    /// What of titles is met inside of others.
    pub(crate) fn inside(
        &self,
        register: &Register,
        is_own: &(dyn Fn(usize) -> bool + Sync),
    ) -> Result<LearnedPart> {
        Ok(LearnedPart {
            inside: TitleReader::new(register).inside(&self.candidates, is_own)?,
            ..LearnedPart::of(Round::Inside)
        })
    }

    /// What the sampled are written in.
    pub(super) fn languages<C: Corpus + ?Sized>(
        &self,
        corpus: &C,
        read: Read<'_>,
        own: OwnNodes,
    ) -> Result<LearnedPart> {
        let mut part = LearnedPart::of(Round::Languages);
        let (nodes, contents) = self.sampling(own);
        for (article, sampled) in sampled(corpus, read, &nodes, &self.titles)? {
            let content = nodes.of(article).map(|node| contents[node as usize]);
            part.sample_language(content.unwrap_or_default(), sampled);
        }
        part.sampled.sort_unstable();
        Ok(part)
    }

    /// In how many articles features stand.
    pub(super) fn features<C: Corpus + ?Sized>(
        &self,
        corpus: &C,
        read: Read<'_>,
        own: OwnNodes,
    ) -> Result<LearnedPart> {
        let linguist = LanguageDetector::told_of(&self.linguist);
        let (nodes, _) = self.sampling(own);
        let known = (&linguist, &self.titles);
        let mut learner = Learner::new(read, &nodes, known, Gatherer::default());
        let mut part = LearnedPart::of(Round::Features);
        for (node, tongue) in (0u32..).zip(learner.sweep(corpus, read)?) {
            let (nodes, sampled) = part.tongues.entry(tongue).or_default();
            *nodes += 1;
            *sampled += u64::from(learner.is_sampled(node));
        }
        let (counts, words_of, _) = learner.finish();
        (part.counts, part.words_of) = (counts.finish(), words_of);
        Ok(part)
    }

    /// In how many articles pairs of telling stems stand, and the articles weighed but for these.
    pub(super) fn pairs<C: Corpus + ?Sized>(
        &self,
        corpus: &C,
        read: Read<'_>,
        (own, stats): (OwnNodes, &LanguageStats),
        terms: usize,
    ) -> Result<(LearnedPart, OwnDrafts)> {
        let (nodes, _) = self.sampling(own);
        let of = (&stats.linguist, &stats.titles);
        let mut learner = Learner::new(read, &nodes, of, Uncounted);
        let tongues = learner.sweep(corpus, read)?;
        let (_, _, cut) = learner.finish();
        let pool = |&it: &Language| stats.pools.pool(it).unwrap_or_default();
        let pools: Vec<u16> = tongues.iter().map(pool).collect();
        let weighing = Weighing::new(stats, &nodes, terms, read.budget);
        let drafts = weighing.part(&tongues, &pools).draft(&cut)?;
        let order = nodes.in_order_of_articles();
        let gatherer = Gatherer::default();
        let mut at = order.iter();
        drafts.visit(0..order.len(), |parts| {
            let pool = at.next().map_or(0, |&node| pools[node as usize]);
            let pairs = parts.pairs.iter().map(|pair| pair.feature);
            gatherer.add_pairs(pool.into(), pairs);
        })?;
        let part = LearnedPart {
            counts: gatherer.finish(),
            ..LearnedPart::of(Round::Pairs)
        };
        Ok((part, OwnDrafts { drafts, pools }))
    }

    /// Nodes as samples and forms are known, and their contents.
    fn sampling(&self, own: OwnNodes) -> (Representatives, Vec<Content>) {
        let OwnNodes {
            mut nodes,
            contents,
            forms,
        } = own;
        let [languages, windows] = self.sampled;
        let rank = |content: &Content| match () {
            () if languages.is_none_or(|greatest| *content <= greatest) => 0,
            () if windows.is_none_or(|greatest| *content <= greatest) => linguist::SAMPLED as u32,
            () => u32::MAX,
        };
        nodes.by_content = contents.iter().map(rank).collect();
        nodes.know_forms(&forms, &self.forms);
        (nodes, contents)
    }

    /// What weighing goes by.
    pub(super) fn stats(&self) -> LanguageStats {
        let sizes = self.sizes();
        let mut frequencies = self.counts.tables(sizes);
        frequencies.mark(forms::FEWEST);
        LanguageStats {
            tongues: Vec::new(),
            pools: self.pools.clone(),
            frequencies,
            form: self.form.clone(),
            lengths: self.lengths.clone(),
            linguist: LanguageDetector::told_of(&self.linguist),
            titles: self.titles.clone(),
            cut: Cut::default(),
        }
    }

    /// Lets go of what weighing has in tables.
    pub(super) fn drop_counts(&mut self) {
        self.counts = SlotCounts::default();
    }

    fn sizes(&self) -> Sizes {
        let nodes = self.nodes as usize;
        Sizes::new(nodes, nodes.min(forms::SAMPLE))
    }

    /// Goes on with what all parts said, merged; `None` where they said it in another round.
    pub fn next(mut self, all: LearnedPart) -> Option<Learned> {
        (all.round == self.round && !self.is_whole()).then_some(())?;
        match self.round {
            Round::Titles => {
                let all = all.settled();
                (self.nodes, self.forms) = (all.nodes, all.forms);
                (self.candidates, self.of_sources) = all.recurring.judged();
                let last = |sampled: usize| {
                    let is_cut = all.nodes > sampled as u64;
                    is_cut.then(|| all.sample[sampled - 1])
                };
                self.sampled = [last(linguist::SAMPLED), last(forms::SAMPLE)];
                self.round = Round::Inside;
            }
            Round::Inside => {
                let of_sources = std::mem::take(&mut self.of_sources);
                self.titles = TitleParts::judged(&self.candidates, &all.inside, of_sources);
                self.candidates.clear();
                self.round = Round::Languages;
            }
            Round::Languages => {
                let mut sampled = Vec::with_capacity(all.sampled.len());
                for (_, code, stems, said) in all.sampled {
                    sampled.push((Lang::from_code(code)?, stems, said));
                }
                let is_all = self.nodes <= linguist::SAMPLED as u64;
                self.linguist = LanguageDetector::knowing(sampled, is_all).told();
                self.round = Round::Features;
            }
            Round::Features => self.pool(all),
            Round::Pairs => {
                self.counts.take_pairs(all.counts.folded(self.sizes()));
                self.round = Round::Done;
            }
            Round::Done => return None,
        }
        Some(self)
    }

    /// Makes the pools of the languages.
    fn pool(&mut self, all: LearnedPart) {
        let tongues = all.tongues.iter();
        let counts = tongues.map(|(&it, &(nodes, _))| (it, nodes as usize));
        self.pools = LanguageGroups::counted(&counts.collect());
        let mut sampled = vec![0; self.pools.sizes.len()];
        for (&tongue, &(_, of_tongue)) in &all.tongues {
            if let Some(pool) = self.pools.pool(tongue) {
                sampled[usize::from(pool)] += of_tongue as usize;
            }
        }
        let least = |(&size, sampled)| forms::least(size, sampled);
        self.form = self.pools.sizes.iter().zip(sampled).map(least).collect();
        self.lengths = self.pools.lengths(&all.words_of);
        self.counts = all.counts.folded(self.sizes());
        self.round = Round::Pairs;
    }

    /// All that is known, in bytes that [`Learned::from_bytes`] reads; the same dump is the same bytes.
    pub fn to_bytes(&self) -> Vec<u8> {
        let mut learned = self.clone();
        learned.counts = learned.counts.into_deltas();
        // Writing into memory cannot fail.
        postcard::to_extend(&learned, MAGIC.to_vec()).unwrap_or_default()
    }

    /// What was learned, from its bytes; `None` where they are nothing of the kind.
    pub fn from_bytes(bytes: &[u8]) -> Option<Learned> {
        let mut learned: Learned = postcard::from_bytes(bytes.strip_prefix(MAGIC)?).ok()?;
        learned.counts = learned.counts.of_deltas();
        Some(learned)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::config::Config;
    use crate::corpus::Article;
    use crate::stages::{self, Run};

    /// Articles of two languages, some of which are items of a form, some undated, and some with rubrics.
    fn corpus() -> Vec<Article<'static>> {
        let names = ["Torhol", "Kellun", "Iona", "Skerrow", "Holm", "Yedholm"];
        let tell = |at: usize| {
            let (a, b) = (names[at % 6], names[at / 6 % 6]);
            let text = match at % 3 {
                0 => format!(
                    "The {at} boats of {a} were towed to {b} after the storm, and the harbour of {b} stays shut for {at} days while divers look for what sank there in the night."
                ),
                1 => format!(
                    "Die {at} Boote von {a} wurden nach dem Sturm nach {b} geschleppt, und der Hafen von {b} bleibt {at} Tage lang gesperrt, bis Taucher gefunden haben, was dort in der Nacht sank."
                ),
                _ => format!(
                    "{a} beat {b} {at} to 1 in round {at} of the league on Friday evening in front of a small crowd that had come in the rain to see it."
                ),
            };
            Article {
                title: format!("{a} and {b} number {at} | The Northern Gazette").into(),
                source: Some(["north.example", "south.example"][at % 2].into()),
                published: (!at.is_multiple_of(5))
                    .then_some(crate::corpus::Timestamp(86_400 * at as i64)),
                record_hash: crate::kernel::mix(at as u64),
                place: crate::corpus::Place {
                    input: 0,
                    record: at as u64,
                },
                text: text.into(),
                ..Article::default()
            }
        };
        (0..200).map(tell).collect()
    }

    #[test]
    fn what_parts_say_is_what_a_run_learns() -> Result<()> {
        let articles = corpus();
        let (corpus, config) = (&articles[..], Config::default());
        let run = Run::new(&config, &|_| Ok(()))?;
        let furniture = stages::learn(corpus, &run)?;
        let prints = stages::fingerprint(corpus, &furniture, &run)?;
        let (collapsed, candidates) = stages::candidates(prints, &run)?;
        let verified = stages::verify(corpus, &furniture, &collapsed, &candidates, &run)?;
        let groups = stages::group(&collapsed, &candidates, &verified, &run)?;
        let copies = Copies {
            register: &collapsed.register,
            furniture: &furniture,
            texts: &collapsed.texts,
            groups: &groups,
            budget: &run.budget,
        };
        let nodes = Representatives::new(copies.register, copies.texts, copies.groups)?;
        let whole = LanguageStats::new(corpus, copies, &nodes)?;
        Weighing::new(&whole, &nodes, config.story_terms, &run.budget).weigh(&whole.cut)?;
        let learn = |parts: u32, turn: u32| -> Result<Option<Learned>> {
            let mut learned = Learned::default();
            while !learned.is_whole() {
                let mut merged: Option<LearnedPart> = None;
                for part in (0..parts).map(|part| (part * turn + 1) % parts) {
                    let is_own = |article: u32| article % parts == part;
                    let own = learned.gather(corpus, copies, config.story_terms, &is_own)?;
                    // What shares settle of it apart is the same.
                    for own in own.split(3).into_values() {
                        match &mut merged {
                            Some(merged) => merged.merge(own),
                            None => merged = Some(own),
                        }
                    }
                }
                let Some(next) = merged.and_then(|merged| learned.next(merged)) else {
                    return Ok(None);
                };
                learned = next;
            }
            Ok(Some(learned))
        };
        let one = learn(1, 1)?.map(|it| it.to_bytes()).unwrap_or_default();
        for (parts, turn) in [(3, 1), (3, 2), (7, 3)] {
            assert!(learn(parts, turn)?.map(|it| it.to_bytes()).as_ref() == Some(&one));
        }
        let learned = Learned::from_bytes(&one).unwrap_or_default();
        assert_eq!(learned.representatives(), nodes.len() as u64);
        assert_eq!(learned.titles, whole.titles);
        assert!(!learned.titles.is_empty());
        assert_eq!(learned.linguist, whole.linguist.told());
        assert_eq!(learned.pools.sizes, whole.pools.sizes);
        assert_eq!(learned.pools.keys, whole.pools.keys);
        assert_eq!(learned.pools.languages, whole.pools.languages);
        assert_eq!(
            (&learned.form, &learned.lengths),
            (&whole.form, &whole.lengths)
        );
        assert!(learned.forms.values().eq(nodes.forms().values()));
        let known = learned.stats();
        assert!(known.frequencies.slots().eq(whole.frequencies.slots()));
        Ok(())
    }
}

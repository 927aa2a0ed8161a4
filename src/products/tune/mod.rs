//! What would other thresholds do on this dump, and what does finding candidates miss of it?
//!
//! Every threshold is really tried, on the whole dump; only reading and fingerprinting are done once for all. What is missed
//! is measured on a sample: the texts of smallest content hash are compared exactly with every text there is.

mod chart;
mod interval;
mod join;
#[cfg(feature = "reports")]
mod page;
mod result;
mod show;

use std::sync::Arc;

use rayon::prelude::*;

use crate::config::{Config, Threshold};
use crate::corpus::{ArticleIds, Corpus, Register, TextId};
use crate::error::Result;
use crate::kernel::Share;
use crate::pipeline::Stage;
use crate::spill::MemoryBudget;
use crate::stages::candidates;
use crate::stages::candidates::{Banding, Candidates, Cut, Pair, as_number};
use crate::stages::clean::Furniture;
use crate::stages::copies;
use crate::stages::copies::{
    CopyGroups, CopyRelation, PairKind, Rules, SimilarPair, Templates, Texts,
};
use crate::stages::fingerprint;
use crate::stages::fingerprint::Fingerprints;
use crate::stages::stories;
use crate::stages::stories::StoryThresholdRow;
use crate::stages::{self, Run};
use interval::Counted;
pub(crate) use interval::Interval;
use join::Joined;
pub(crate) use result::Tuning;
pub(crate) use result::{CopyThresholdRow, Example, Recall};

/// Pairs that are shown on each side of a threshold.
const EXAMPLES: usize = 3;
/// Bars of the distribution, from 0 to 1.
const BARS: usize = 20;

/// What is tried, and on how many texts it is measured.
#[derive(Clone, Debug)]
pub(crate) struct Trial {
    /// The thresholds that are tried besides that of the settings.
    pub(crate) thresholds: Vec<Threshold>,
    /// The thresholds of stories that are tried besides that of the settings; where there are none, stories are not looked for.
    pub(crate) story_thresholds: Vec<Threshold>,
    /// Texts of the sample.
    pub(crate) sample: usize,
}

/// Tries thresholds on a corpus, and measures what is missed.
///
/// `on_stage` is told of each stage as it begins; its error ends the run.
///
/// # Errors
///
/// When a setting is out of range, the corpus cannot be read, or `on_stage` says so.
pub(crate) fn tune<C: Corpus + ?Sized>(
    corpus: &C,
    config: &Config,
    trial: &Trial,
    on_stage: &dyn Fn(Stage) -> Result<()>,
) -> Result<Tuning> {
    let run = Run::new(config, on_stage)?;
    let (furniture, budget) = (stages::learn(corpus, &run)?, run.budget);
    on_stage(Stage::Fingerprint)?;
    let reading = Reading {
        corpus,
        furniture: &furniture,
        config,
        budget: &budget,
    };
    let (register, mut texts, bands) = reading.texts(config.banding())?;
    on_stage(Stage::Candidates)?;
    let own = reading.candidates(&register, &mut texts, bands)?;
    let dump = Dump {
        corpus,
        furniture: &furniture,
        register: &register,
        texts: &texts,
        config,
        budget: &budget,
    };
    on_stage(Stage::Verify)?;
    let templates = Templates::new(&texts, &own.postings);
    let joined = join::join(&dump, &templates, &own.postings, trial.sample)?;
    let mut tried = dump.try_all(trial, own, on_stage)?;
    let examples = dump.examples(&tried, &joined.pairs)?;
    let row = |(tried, (above, below)): (&mut Tried, Examples)| CopyThresholdRow {
        recall: joined.recall(&tried.config, |pair| tried.has(pair.pair())),
        above,
        below,
        ..std::mem::take(&mut tried.row)
    };
    let rows: Vec<CopyThresholdRow> = tried.iter_mut().zip(examples).map(row).collect();
    let is_own = |tried: &&Tried| tried.config.copy_threshold == config.copy_threshold;
    let own = tried.iter().find(is_own);
    let recall = own.map(|own| joined.by_kind(own));
    let groups = own.and_then(|own| own.groups.as_ref());
    let stories = match groups.filter(|_| !trial.story_thresholds.is_empty()) {
        Some(groups) => dump.try_stories(trial, groups, on_stage)?,
        None => Vec::new(),
    };
    Ok(Tuning {
        articles: register.len(),
        texts: texts.len(),
        sample: joined.sample,
        distribution: joined.distribution(BARS),
        recall: recall.unwrap_or_default(),
        thresholds: rows,
        stories,
    })
}

/// A dump that was read and fingerprinted.
struct Dump<'d, C: ?Sized> {
    corpus: &'d C,
    furniture: &'d Furniture,
    register: &'d Register,
    texts: &'d Texts,
    config: &'d Config,
    budget: &'d MemoryBudget,
}

/// What a dump is read with.
struct Reading<'d, C: ?Sized> {
    corpus: &'d C,
    furniture: &'d Furniture,
    config: &'d Config,
    budget: &'d MemoryBudget,
}

impl<C: Corpus + ?Sized> Reading<'_, C> {
    /// Reads the texts of the dump, with their keys in the bands of a banding, and how many those are.
    fn texts(&self, banding: Banding) -> Result<(Register, Texts, usize)> {
        let Reading { config, budget, .. } = *self;
        let cut = Cut::new(banding, config.num_hashes, config.seed);
        let Fingerprints {
            register, prints, ..
        } = fingerprint::fingerprint(self.corpus, self.furniture, config, &cut, budget)?;
        let texts = Texts::collapse(&register, prints, config, budget)?;
        Ok((register, texts, cut.bands()))
    }

    /// The candidates of texts that were read with their keys, which are let go.
    fn candidates(
        &self,
        register: &Register,
        texts: &mut Texts,
        bands: usize,
    ) -> Result<Candidates> {
        let keys = texts.take_keys();
        let met_by = texts.met_by(keys, bands, register, self.budget)?;
        candidates::candidates(met_by, &texts.rows(), self.budget)
    }
}

/// The pairs just above a threshold, and those just below it.
type Examples = (Vec<Example>, Vec<Example>);

/// A threshold that was tried.
struct Tried {
    config: Config,
    row: CopyThresholdRow,
    /// The candidate pairs, as numbers.
    numbers: Arc<Vec<u64>>,
    pairs: Vec<SimilarPair>,
    /// The copy groups, where the threshold is that of the settings.
    groups: Option<CopyGroups>,
}

impl Tried {
    /// Whether a pair of texts was found similar.
    fn has(&self, pair: Pair) -> bool {
        let found = self
            .pairs
            .binary_search_by_key(&pair, |similar| similar.pair);
        found.is_ok()
    }

    fn has_candidate(&self, pair: Pair) -> bool {
        self.numbers.binary_search(&as_number(pair)).is_ok()
    }
}

impl<C: Corpus + ?Sized> Dump<'_, C> {
    /// The candidates that another banding makes: the dump is read once more, for its keys.
    fn candidates(&self, banding: Banding) -> Result<Candidates> {
        let reading = Reading {
            corpus: self.corpus,
            furniture: self.furniture,
            config: self.config,
            budget: self.budget,
        };
        let (register, mut texts, bands) = reading.texts(banding)?;
        reading.candidates(&register, &mut texts, bands)
    }

    /// Tries every threshold as a run would with it, the lowest first.
    fn try_all(
        &self,
        trial: &Trial,
        own: Candidates,
        on_stage: &dyn Fn(Stage) -> Result<()>,
    ) -> Result<Vec<Tried>> {
        let mut thresholds = trial.thresholds.clone();
        thresholds.push(self.config.copy_threshold);
        thresholds.sort_unstable();
        thresholds.dedup();
        let mut banded = self.config.banding();
        let mut known = (Arc::new(numbers(&own)?), own);
        let mut tried = Vec::with_capacity(thresholds.len());
        for copy_threshold in thresholds {
            let config = Config {
                copy_threshold,
                ..self.config.clone()
            };
            let banding = config.banding();
            if banding != banded {
                let candidates = self.candidates(banding)?;
                known = (Arc::new(numbers(&candidates)?), candidates);
                banded = banding;
            }
            on_stage(Stage::Verify)?;
            tried.push(self.try_one(config, &known)?);
        }
        Ok(tried)
    }

    fn try_one(
        &self,
        config: Config,
        (numbers, candidates): &(Arc<Vec<u64>>, Candidates),
    ) -> Result<Tried> {
        let verified = copies::verify(
            self.corpus,
            self.furniture,
            self.register,
            self.texts,
            candidates,
            &config,
            self.budget,
        )?;
        let groups = CopyGroups::new(self.register, self.texts, candidates, &verified, &config)?;
        let mut row = CopyThresholdRow {
            threshold: config.copy_threshold.share(),
            is_own: config.copy_threshold == self.config.copy_threshold,
            pairs: verified.pairs.len(),
            ..CopyThresholdRow::default()
        };
        for member in groups.iter() {
            row.largest = row.largest.max(member.copies);
            if member.relation == CopyRelation::Representative {
                row.groups += 1;
                row.with_copies += usize::from(member.copies > 1);
            } else {
                row.copies += 1;
            }
        }
        let groups = row.is_own.then_some(groups);
        Ok(Tried {
            config,
            row,
            groups,
            numbers: Arc::clone(numbers),
            pairs: verified.pairs,
        })
    }

    /// Tries every threshold of stories on the copies that were found, the lowest first.
    fn try_stories(
        &self,
        trial: &Trial,
        groups: &CopyGroups,
        on_stage: &dyn Fn(Stage) -> Result<()>,
    ) -> Result<Vec<StoryThresholdRow>> {
        let mut thresholds = trial.story_thresholds.clone();
        thresholds.push(self.config.story_threshold);
        thresholds.sort_unstable();
        thresholds.dedup();
        let copies = stories::Copies {
            register: self.register,
            furniture: self.furniture,
            texts: self.texts,
            groups,
            budget: self.budget,
        };
        stories::try_thresholds(self.corpus, copies, self.config, &thresholds, on_stage)
    }

    /// For each threshold the pairs just above and just below it, of all that any threshold found and of the sample.
    fn examples(&self, tried: &[Tried], joined: &[Joined]) -> Result<Vec<Examples>> {
        let near = |similar: &&SimilarPair| similar.similarity == PairKind::Near;
        let found = tried
            .iter()
            .flat_map(|tried| tried.pairs.iter().filter(near));
        let found = found.map(|similar| (similar.overlap.jaccard(), similar.pair));
        let sampled = joined
            .iter()
            .map(|joined| (joined.overlap.jaccard(), joined.pair()));
        let mut all: Vec<(Share, Pair)> = found.chain(sampled).collect();
        all.par_sort_unstable();
        all.dedup();
        let inputs = self.corpus.inputs();
        let ids = ArticleIds::new(self.register, &inputs, self.budget)?;
        let example = |&(jaccard, (a, b)): &(Share, Pair)| {
            let article = |text: TextId| self.texts.articles[text as usize] as usize;
            let (a, b) = (article(a).min(article(b)), article(a).max(article(b)));
            let title = |article: usize| -> Result<String> {
                let title = self.register.title(article)?;
                let words: Vec<&str> = title.split_whitespace().collect();
                Ok(words.join(" "))
            };
            Ok(Example {
                jaccard,
                ids: (ids.of(a)?.into_owned(), ids.of(b)?.into_owned()),
                titles: (title(a)?, title(b)?),
            })
        };
        let beside = |tried: &Tried| {
            let threshold = tried.config.copy_threshold.millionths();
            let at = all.partition_point(|pair| pair.0 < threshold);
            let passes = |pair: &&(Share, Pair)| tried.has(pair.1);
            let above = all[at..].iter().filter(passes).take(EXAMPLES);
            let below = all[..at].iter().rev().take(EXAMPLES);
            let above = above.map(example).collect::<Result<_>>()?;
            Ok((above, below.map(example).collect::<Result<_>>()?))
        };
        tried.iter().map(beside).collect()
    }
}

/// All candidate pairs as numbers, ascending.
fn numbers(candidates: &Candidates) -> Result<Vec<u64>> {
    let mut all = Vec::with_capacity(candidates.len());
    candidates.pairs.scan(|_, pairs| {
        all.extend_from_slice(pairs);
        Ok(())
    })?;
    Ok(all)
}

impl join::Sampled {
    /// How much is found of the pairs that are similar by these settings.
    fn recall(&self, config: &Config, is_found: impl Fn(&Joined) -> bool) -> Interval {
        self.share(|pair| pair.verdict(Rules(config)).is_some(), is_found)
    }

    /// What finds the pairs that are similar by the settings of a threshold, by kind.
    fn by_kind(&self, tried: &Tried) -> Vec<Recall> {
        let kinds = [
            ("all", None),
            ("near", Some(PairKind::Near)),
            ("excerpt", Some(PairKind::Excerpt)),
        ];
        let recall = |(name, kind): (&'static str, Option<PairKind>)| {
            let is_of = |pair: &Joined| {
                let verdict = pair.verdict(Rules(&tried.config));
                verdict.is_some() && (kind.is_none() || verdict == kind)
            };
            let share = |is_found: &dyn Fn(&Joined) -> bool| self.share(is_of, is_found);
            Recall {
                pairs: name,
                count: self.pairs.iter().filter(|pair| is_of(pair)).count() as u64,
                bands: share(&|pair| pair.is_in_band),
                anchors: share(&|pair| pair.has_anchors),
                candidates: share(&|pair| tried.has_candidate(pair.pair())),
                found: share(&|pair| tried.has(pair.pair())),
            }
        };
        kinds.into_iter().map(recall).collect()
    }

    fn share(
        &self,
        is_of: impl Fn(&Joined) -> bool,
        is_found: impl Fn(&Joined) -> bool,
    ) -> Interval {
        let of_text = |pairs: &[Joined]| Counted {
            found: pairs
                .iter()
                .filter(|pair| is_of(pair) && is_found(pair))
                .count() as u64,
            all: pairs.iter().filter(|pair| is_of(pair)).count() as u64,
        };
        let by_text = self.pairs.chunk_by(|a, b| a.text == b.text);
        Interval::of(&by_text.map(of_text).collect::<Vec<_>>())
    }
}

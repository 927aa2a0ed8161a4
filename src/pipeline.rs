//! The main job, from a corpus to its copy groups and stories. Read this first.

use serde::{Deserialize, Serialize};

use crate::article::{Corpus, ReadReport, Register};
use crate::clean::Furniture;
use crate::config::Config;
use crate::copies::{CopyGroups, SimilarPair, Texts};
use crate::error::Result;
use crate::fingerprint::{self, Prints};
use crate::lsh::{Banding, Candidates};
use crate::spill::Room;
use crate::stages::{self, Collapsed, Run};
use crate::state::Keeper;
use crate::stories::Stories;
use crate::work::Work;

/// What a run found.
#[derive(Debug)]
pub struct Clustering {
    /// Every article, by number.
    pub register: Register,
    /// The copy group of every article.
    pub groups: CopyGroups,
    /// The story of every article.
    pub stories: Stories,
    /// The different texts, and which articles bear each.
    pub texts: Texts,
    /// Every similar pair of texts.
    pub pairs: Vec<SimilarPair>,
    /// What was learned of the pages.
    pub furniture: Furniture,
    /// What reading met besides articles.
    pub read: ReadReport,
    /// What the stages did.
    pub counts: Counts,
    /// The memory that was taken, and what went to disk.
    pub room: Room,
}

/// What the stages of a run did.
#[derive(Clone, Copy, Debug, Default, Serialize, Deserialize)]
pub struct Counts {
    /// Bytes of text before cleaning.
    pub text_bytes: u64,
    /// Bytes of text that cleaning dropped.
    pub furniture_bytes: u64,
    /// Articles without a token left, by cleaning or from the start.
    pub emptied: usize,
    /// Candidate pairs that shared a bucket.
    pub from_bands: usize,
    /// Candidate pairs that shared anchors.
    pub from_anchors: usize,
    /// Candidate pairs that stood at one address.
    pub from_addresses: usize,
    /// Candidate pairs in all.
    pub candidates: usize,
    /// Pairs decided by exact similarity.
    pub decided: usize,
}

/// The stages of a run, in their order.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Stage {
    /// Furniture is learned: the first sweep.
    Learn,
    /// Articles are cleaned and fingerprinted: the second sweep.
    Fingerprint,
    /// Candidate pairs are found, in memory.
    Candidates,
    /// Candidates are decided: the third sweep.
    Verify,
    /// Copy groups are made, in memory.
    Group,
    /// Languages and terms are learned of the representatives: the fourth sweep, over a sample, and the fifth.
    Terms,
    /// Representatives are weighed by their terms, without a sweep.
    Weigh,
    /// Story candidates are found and compared.
    Relate,
    /// Candidates are linked into stories, in memory.
    Link,
}

impl Stage {
    /// What it does, in a few words.
    pub const fn name(self) -> &'static str {
        match self {
            Stage::Learn => "learning furniture",
            Stage::Fingerprint => "fingerprinting",
            Stage::Candidates => "finding candidates",
            Stage::Verify => "verifying",
            Stage::Group => "grouping",
            Stage::Terms => "learning terms",
            Stage::Weigh => "weighing terms",
            Stage::Relate => "relating",
            Stage::Link => "linking stories",
        }
    }
}

/// Below this Jaccard similarity finding pairs is left to the anchors.
const BANDING_FROM: f64 = 0.7;

/// Finds the copies and the stories in a corpus.
///
/// ```
/// use samestory::article::Article;
/// use samestory::config::Config;
/// use samestory::pipeline;
///
/// let text = "The ferry to the northern islands will not sail before Monday, the harbour master said on Friday night.";
/// let articles = [
///     Article { external_id: Some("a".into()), text: text.into(), ..Article::default() },
///     Article { external_id: Some("b".into()), text: text.to_uppercase().into(), ..Article::default() },
/// ];
/// let found = pipeline::cluster(&articles[..], &Config::default(), &|_| Ok(()))?;
/// assert_eq!(found.groups.of(1).representative, found.groups.of(0).representative);
/// # Ok::<(), samestory::error::Error>(())
/// ```
///
/// `on_stage` is told of each stage as it begins; its error ends the run.
///
/// # Errors
///
/// When a setting is out of range, the corpus cannot be read, or `on_stage` says so.
pub fn cluster<C: Corpus + ?Sized>(
    corpus: &C,
    config: &Config,
    on_stage: &dyn Fn(Stage) -> Result<()>,
) -> Result<Clustering> {
    run(corpus, config, on_stage, Given::default())
}

/// Finds the same as [`cluster`], and has `keeper` keep what was learned.
///
/// # Errors
///
/// Those of [`cluster`], and when what is kept cannot be written.
pub fn cluster_and_keep<C: Corpus + ?Sized>(
    corpus: &C,
    config: &Config,
    on_stage: &dyn Fn(Stage) -> Result<()>,
    keeper: &Keeper,
) -> Result<Clustering> {
    let given = Given {
        keeper: Some(keeper),
        ..Given::default()
    };
    run(corpus, config, on_stage, given)
}

/// Finds the same as [`cluster`], and goes on from what an earlier run left in a work folder.
///
/// # Errors
///
/// Those of [`cluster`], and when the work folder cannot be written to.
pub fn cluster_with_work<C: Corpus + ?Sized>(
    corpus: &C,
    config: &Config,
    on_stage: &dyn Fn(Stage) -> Result<()>,
    work: &Work,
) -> Result<Clustering> {
    let given = Given {
        work: Some(work),
        ..Given::default()
    };
    run(corpus, config, on_stage, given)
}

/// Finds the same as [`cluster`], of pages whose furniture is known.
pub(crate) fn cluster_cleaned<C: Corpus + ?Sized>(
    corpus: &C,
    config: &Config,
    on_stage: &dyn Fn(Stage) -> Result<()>,
    furniture: Furniture,
) -> Result<Clustering> {
    let given = Given {
        furniture: Some(furniture),
        ..Given::default()
    };
    run(corpus, config, on_stage, given)
}

/// What a run is given besides its corpus.
#[derive(Default)]
struct Given<'k> {
    /// Who keeps what was learned.
    keeper: Option<&'k Keeper>,
    /// What the pages repeat, where that need not be learned.
    furniture: Option<Furniture>,
    /// What stages found in an earlier run, and are to leave for a later one.
    work: Option<&'k Work>,
}

fn run<C: Corpus + ?Sized>(
    corpus: &C,
    config: &Config,
    on_stage: &dyn Fn(Stage) -> Result<()>,
    given: Given<'_>,
) -> Result<Clustering> {
    let Given {
        keeper,
        furniture,
        work,
    } = given;
    let run = Run::new(config, on_stage)?;
    let before = work.and_then(Work::furniture);
    let is_known = before.is_some();
    let furniture = match furniture.or(before) {
        Some(known) => known,
        None => stages::learn(corpus, &run)?,
    };
    if let Some(keeper) = keeper {
        keeper.furniture(&furniture)?;
    }
    if let Some(work) = work.filter(|_| !is_known) {
        work.keep_furniture(&furniture)?;
    }
    let known = match work.filter(|work| is_known && work.has_copies()) {
        Some(work) => taken_over(corpus, work, &run)?,
        None => None,
    };
    let (collapsed, groups, pairs) = match known {
        Some(known) => known,
        None => {
            let found = find_copies(corpus, &furniture, keeper, &run)?;
            if let Some(work) = work {
                let (collapsed, groups, pairs) = &found;
                work.keep_copies((groups, &collapsed.texts, pairs), collapsed.counts)?;
            }
            found
        }
    };
    let stories = stages::stories_kept(corpus, &furniture, (&collapsed, &groups), &run, keeper)?;
    let Collapsed {
        register,
        texts,
        read,
        counts,
    } = collapsed;
    Ok(Clustering {
        register,
        groups,
        stories,
        texts,
        pairs,
        furniture,
        read,
        counts,
        room: run.room,
    })
}

/// All articles, their groups, and the pairs of texts that made them.
type Copied = (Collapsed, CopyGroups, Vec<SimilarPair>);

/// What an earlier run found of copies, for which articles are read, but not their texts compared.
fn taken_over<C: Corpus + ?Sized>(
    corpus: &C,
    work: &Work,
    run: &Run<'_>,
) -> Result<Option<Copied>> {
    (run.on_stage)(Stage::Fingerprint)?;
    let (register, read) = fingerprint::register(corpus, run.config, &run.room)?;
    let Some((found, counts)) = work.copies(register.len()) else {
        return Ok(None);
    };
    let collapsed = Collapsed {
        register,
        texts: found.texts,
        read,
        counts,
    };
    Ok(Some((collapsed, found.groups, found.pairs)))
}

fn find_copies<C: Corpus + ?Sized>(
    corpus: &C,
    furniture: &Furniture,
    keeper: Option<&Keeper>,
    run: &Run<'_>,
) -> Result<Copied> {
    let prints = stages::fingerprint(corpus, furniture, run)?;
    let (mut collapsed, candidates) = stages::candidates(prints, run)?;
    let mut verified = stages::verify(corpus, furniture, &collapsed, &candidates, run)?;
    collapsed.counts.decided = verified.decided;
    (run.on_stage)(Stage::Group)?;
    let of = (&collapsed.register, &collapsed.texts);
    let (groups, made_of) = CopyGroups::traced(of, &candidates, &verified, run.config)?;
    if let Some(keeper) = keeper {
        keeper.copies(&collapsed.texts, &candidates.postings, &made_of)?;
    }
    // What groups were made of is let go before stories need room.
    let pairs = std::mem::take(&mut verified.pairs);
    drop((candidates, made_of, verified));
    collapsed.texts.drop_samples();
    Ok((collapsed, groups, pairs))
}

/// The banding that a run with these settings uses.
pub fn banding(config: &Config) -> Banding {
    let threshold = config.copy_threshold.share().max(BANDING_FROM);
    Banding::plan(threshold, config.recall.share(), config.num_hashes)
}

impl Counts {
    pub(crate) fn of(prints: &Prints) -> Counts {
        let (text_bytes, furniture_bytes) = prints.text_bytes;
        Counts {
            text_bytes,
            furniture_bytes,
            emptied: prints.emptied,
            ..Counts::default()
        }
    }

    pub(crate) fn candidates_are(&mut self, candidates: &Candidates) {
        self.from_bands = candidates.from_bands;
        self.from_anchors = candidates.from_anchors;
        self.from_addresses = candidates.from_addresses;
        self.candidates = candidates.len();
    }
}

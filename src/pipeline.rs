//! The main job, from a corpus to its copy groups and stories. Read this first.

use crate::config::Config;
use crate::corpus::{Corpus, ReadReport, Register};
use crate::error::Result;
pub use crate::progress::{Counts, Stage};
use crate::recorder::{Checkpoints, Recorder};
use crate::spill::MemoryBudget;
use crate::stages::clean::Furniture;
use crate::stages::copies::{CopyGroups, SimilarPair, Texts};
use crate::stages::fingerprint;
use crate::stages::stories::Stories;
use crate::stages::{self, Collapsed, Run};

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
    pub budget: MemoryBudget,
}

/// Finds the copies and the stories in a corpus.
///
/// ```
/// use samestory::corpus::Article;
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
pub(crate) struct Given<'k> {
    /// Who is told what was learned.
    pub(crate) recorder: Option<&'k dyn Recorder>,
    /// What the pages repeat, where that need not be learned.
    pub(crate) furniture: Option<Furniture>,
    /// What stages found in an earlier run, and are to leave for a later one.
    pub(crate) checkpoints: Option<&'k dyn Checkpoints>,
}

/// Finds the same as [`cluster`], with what it is given besides.
pub(crate) fn run<C: Corpus + ?Sized>(
    corpus: &C,
    config: &Config,
    on_stage: &dyn Fn(Stage) -> Result<()>,
    given: Given<'_>,
) -> Result<Clustering> {
    let Given {
        recorder,
        furniture,
        checkpoints,
    } = given;
    let run = Run::new(config, on_stage)?;
    let before = checkpoints.and_then(Checkpoints::furniture);
    let is_known = before.is_some();
    let learn = || stages::learn(corpus, &run);
    let furniture = furniture.or(before).map_or_else(learn, Ok)?;
    if let Some(recorder) = recorder {
        recorder.furniture(&furniture)?;
    }
    if let Some(checkpoints) = checkpoints.filter(|_| !is_known) {
        checkpoints.keep_furniture(&furniture)?;
    }
    let known = match checkpoints.filter(|kept| is_known && kept.has_copies()) {
        Some(kept) => taken_over(corpus, kept, &run)?,
        None => None,
    };
    let kept = checkpoints.filter(|_| known.is_some() && recorder.is_none());
    let (collapsed, groups, pairs) = match known {
        Some(known) => known,
        None => {
            let found = find_copies(corpus, &furniture, recorder, &run)?;
            if let Some(checkpoints) = checkpoints {
                let (collapsed, groups, pairs) = &found;
                checkpoints.keep_copies(groups, &collapsed.texts, pairs, collapsed.counts)?;
            }
            found
        }
    };
    let stories = match told_before(kept, &collapsed, config) {
        Some(told) => told,
        None => stages::stories_kept(corpus, &furniture, &collapsed, &groups, &run, recorder)?,
    };
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
        budget: run.budget,
    })
}

/// The stories that were found before; who is told what was learned needs all of it, and is given none.
fn told_before(
    kept: Option<&dyn Checkpoints>,
    collapsed: &Collapsed,
    config: &Config,
) -> Option<Stories> {
    let kept = kept.filter(|_| !config.copies_only);
    kept?.stories(collapsed.register.len())
}

/// All articles, their groups, and the pairs of texts that made them.
type Copied = (Collapsed, CopyGroups, Vec<SimilarPair>);

/// What an earlier run found of copies, for which articles are read, but not their texts compared.
fn taken_over<C: Corpus + ?Sized>(
    corpus: &C,
    kept: &dyn Checkpoints,
    run: &Run<'_>,
) -> Result<Option<Copied>> {
    (run.on_stage)(Stage::Fingerprint)?;
    let (register, read) = fingerprint::register(corpus, run.config, &run.budget)?;
    let Some((found, counts)) = kept.copies(register.len()) else {
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
    recorder: Option<&dyn Recorder>,
    run: &Run<'_>,
) -> Result<Copied> {
    let prints = stages::fingerprint(corpus, furniture, run)?;
    let (mut collapsed, candidates) = stages::candidates(prints, run)?;
    let mut verified = stages::verify(corpus, furniture, &collapsed, &candidates, run)?;
    collapsed.counts.decided = verified.decided;
    (run.on_stage)(Stage::Group)?;
    let (register, texts) = (&collapsed.register, &collapsed.texts);
    let (groups, made_of) =
        CopyGroups::traced(register, texts, &candidates, &verified, run.config)?;
    if let Some(recorder) = recorder {
        recorder.copies(&collapsed.texts, &candidates.postings, &made_of)?;
    }
    // What groups were made of is let go before stories need room.
    let pairs = std::mem::take(&mut verified.pairs);
    drop((candidates, made_of, verified));
    collapsed.texts.drop_samples();
    Ok((collapsed, groups, pairs))
}

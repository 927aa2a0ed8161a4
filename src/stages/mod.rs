//! The six stages of a run, one call each.
//!
//! [`pipeline::cluster`](crate::pipeline::cluster) calls these functions in this order. A program calls them itself where it
//! keeps, counts or shows what lies between two stages. `examples/stages.rs` is such a program.
//!
//! ```
//! use samestory::corpus::Article;
//! use samestory::config::Config;
//! use samestory::stages::{self, Run};
//!
//! # fn main() -> samestory::error::Result<()> {
//! let text = "The council voted on Tuesday to reopen the old swimming baths, which have been shut since the roof \
//!     fell in eleven years ago, and to pay for the work from the sale of the town hall's own car park.";
//! let corpus = [
//!     Article { external_id: Some("a".into()), text: text.into(), ..Article::default() },
//!     Article { external_id: Some("b".into()), text: text.to_uppercase().into(), ..Article::default() },
//! ];
//! let corpus = &corpus[..];
//! let config = Config::default();
//! let run = Run::new(&config, &|_stage| Ok(()))?;
//!
//! let furniture = stages::learn(corpus, &run)?;
//! let prints = stages::fingerprint(corpus, &furniture, &run)?;
//! let (collapsed, candidates) = stages::candidates(prints, &run)?;
//! let verified = stages::verify(corpus, &furniture, &collapsed, &candidates, &run)?;
//! let groups = stages::group(&collapsed, &candidates, &verified, &run)?;
//! let stories = stages::stories(corpus, &furniture, &collapsed, &groups, &run)?;
//!
//! assert_eq!(groups.of(1).representative, groups.of(0).representative);
//! assert_eq!(stories.of(0).articles, 2);
//! # Ok(())
//! # }
//! ```

pub mod candidates;
pub mod clean;
pub mod copies;
pub mod fingerprint;
pub mod stories;

use crate::config::Config;
#[cfg(feature = "staged")]
use crate::corpus::ArticleId;
use crate::corpus::{Corpus, ReadReport, Register};
use crate::error::Result;
use crate::progress::{Counts, Stage};
use crate::recorder::Recorder;
use crate::spill::MemoryBudget;
use crate::stages::candidates::{Candidates, Cut};
use crate::stages::clean::Furniture;
use crate::stages::copies::{CopyGroups, Texts, Verified};
use crate::stages::fingerprint::{Fingerprints, Prints};
use crate::stages::stories::{Copies, LearnedModel, Stories};
#[cfg(feature = "staged")]
use crate::stages::stories::{Learned, LearnedPart};

/// What all stages of one run share: its settings, its memory, and who is told how far it is.
pub struct Run<'a> {
    /// The settings, which were checked.
    pub config: &'a Config,
    /// The memory that the run may take.
    pub budget: MemoryBudget,
    /// Is told of each stage as it begins; its error ends the run.
    pub on_stage: &'a dyn Fn(Stage) -> Result<()>,
    cut: Cut,
}

impl<'a> Run<'a> {
    /// A run with these settings.
    ///
    /// # Errors
    ///
    /// When a setting is out of range.
    pub fn new(config: &'a Config, on_stage: &'a dyn Fn(Stage) -> Result<()>) -> Result<Run<'a>> {
        config.check()?;
        Ok(Run {
            config,
            budget: config.budget(),
            on_stage,
            cut: Cut::new(config.banding(), config.num_hashes, config.seed),
        })
    }
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

/// Every article, with those collapsed that have one text.
#[derive(Debug, Default)]
pub struct Collapsed {
    /// Every article, by number.
    pub register: Register,
    /// The different texts, and which articles bear each.
    pub texts: Texts,
    /// What reading met besides articles.
    pub read: ReadReport,
    /// What the stages did so far.
    pub counts: Counts,
}

/// Learns what the pages repeat around their articles: the first sweep. Nothing is learned where the settings keep furniture.
///
/// # Errors
///
/// When the corpus cannot be read, or what does not fit into memory cannot be kept on disk.
pub fn learn<C: Corpus + ?Sized>(corpus: &C, run: &Run<'_>) -> Result<Furniture> {
    (run.on_stage)(Stage::Learn)?;
    if run.config.keep_furniture {
        return Ok(Furniture::default());
    }
    Furniture::learn(corpus, &run.budget)
}

/// Cleans every article and takes its fingerprint: the second sweep.
///
/// # Errors
///
/// Those of [`learn`], and when there are more articles than can be numbered.
pub fn fingerprint<C: Corpus + ?Sized>(
    corpus: &C,
    furniture: &Furniture,
    run: &Run<'_>,
) -> Result<Fingerprints> {
    (run.on_stage)(Stage::Fingerprint)?;
    fingerprint::fingerprint(corpus, furniture, run.config, &run.cut, &run.budget)
}

/// Collapses articles of one text, and finds the pairs of texts that are worth a comparison. The corpus is not read.
///
/// # Errors
///
/// When what does not fit into memory cannot be kept on disk.
pub fn candidates(fingerprints: Fingerprints, run: &Run<'_>) -> Result<(Collapsed, Candidates)> {
    let Fingerprints {
        register,
        prints,
        read,
    } = fingerprints;
    let mut counts = Counts::of(&prints);
    (run.on_stage)(Stage::Candidates)?;
    let mut texts = Texts::collapse(&register, prints, run.config, &run.budget)?;
    let keys = texts.take_keys();
    let met_by = texts.met_by(keys, run.cut.bands(), &register, &run.budget)?;
    let candidates = candidates::candidates(met_by, &texts.rows(), &run.budget)?;
    counts.candidates_are(&candidates);
    let collapsed = Collapsed {
        register,
        texts,
        read,
        counts,
    };
    Ok((collapsed, candidates))
}

/// Decides every candidate pair by exact similarity, and by what its two texts disagree on: the third sweep.
///
/// # Errors
///
/// When the corpus cannot be read again, or what does not fit into memory cannot be kept on disk.
pub fn verify<C: Corpus + ?Sized>(
    corpus: &C,
    furniture: &Furniture,
    collapsed: &Collapsed,
    candidates: &Candidates,
    run: &Run<'_>,
) -> Result<Verified> {
    (run.on_stage)(Stage::Verify)?;
    copies::verify(
        corpus,
        furniture,
        &collapsed.register,
        &collapsed.texts,
        candidates,
        run.config,
        &run.budget,
    )
}

/// Makes copy groups of the similar pairs, and names the article that stands for each. The corpus is not read.
///
/// # Errors
///
/// When what lies on disk cannot be read.
pub fn group(
    collapsed: &Collapsed,
    candidates: &Candidates,
    verified: &Verified,
    run: &Run<'_>,
) -> Result<CopyGroups> {
    (run.on_stage)(Stage::Group)?;
    let (register, texts) = (&collapsed.register, &collapsed.texts);
    CopyGroups::new(register, texts, candidates, verified, run.config)
}

/// Finds which copy groups report one event: the fourth sweep, of which a sample is read once more. Where the settings ask for
/// copies only, each group is a story of its own.
///
/// # Errors
///
/// When the corpus cannot be read again, or what does not fit into memory cannot be kept on disk.
pub fn stories<C: Corpus + ?Sized>(
    corpus: &C,
    furniture: &Furniture,
    collapsed: &Collapsed,
    groups: &CopyGroups,
    run: &Run<'_>,
) -> Result<Stories> {
    stories_kept(corpus, furniture, collapsed, groups, run, None)
}

/// Whether an article is of a part.
#[cfg(feature = "staged")]
pub type IsOwn<'f> = &'f (dyn Fn(ArticleId) -> bool + Sync);

/// What the next round of learning what tells stories asks of a part of a dump: of the articles that are its own. What all parts say is
/// merged, and [`Learned::next`] goes on with it.
///
/// # Errors
///
/// Those of [`stories()`].
#[cfg(feature = "staged")]
pub fn learn_part<C: Corpus + ?Sized>(
    corpus: &C,
    furniture: &Furniture,
    collapsed: &Collapsed,
    groups: &CopyGroups,
    run: &Run<'_>,
    (learned, is_own): (&Learned, IsOwn<'_>),
) -> Result<LearnedPart> {
    let copies = Copies {
        register: &collapsed.register,
        furniture,
        texts: &collapsed.texts,
        groups,
        budget: &run.budget,
    };
    learned.gather(corpus, copies, run.config.story_terms, is_own)
}

/// Finds the same as [`stories()`], and has what was learned kept.
pub(crate) fn stories_kept<C: Corpus + ?Sized>(
    corpus: &C,
    furniture: &Furniture,
    collapsed: &Collapsed,
    groups: &CopyGroups,
    run: &Run<'_>,
    recorder: Option<&dyn Recorder>,
) -> Result<Stories> {
    if run.config.copies_only {
        return Ok(Stories::of_copies(groups));
    }
    let copies = Copies {
        register: &collapsed.register,
        furniture,
        texts: &collapsed.texts,
        groups,
        budget: &run.budget,
    };
    let told = recorder.map(|recorder| |learned: &LearnedModel<'_>| recorder.stories(learned));
    let keep = told.as_ref().map(|told| stories::Keep {
        told,
        waiting: None,
    });
    stories::find(corpus, copies, run.config, run.on_stage, keep)
}

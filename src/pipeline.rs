//! The main job, from a corpus to its copy groups and stories. Read this first.

use crate::article::{Corpus, ReadReport, Register};
use crate::clean::Furniture;
use crate::config::Config;
use crate::copies::{self, CopyGroups, SimilarPair, Texts, Verified};
use crate::error::Result;
use crate::fingerprint::{self, Fingerprints, Prints};
use crate::lsh::{self, Banding, Candidates, Cut};
use crate::spill::Room;
use crate::state::Keeper;
use crate::stories::{self, Copies, Stories};

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
#[derive(Clone, Copy, Debug, Default)]
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
    run(corpus, config, on_stage, None)
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
    run(corpus, config, on_stage, Some(keeper))
}

fn run<C: Corpus + ?Sized>(
    corpus: &C,
    config: &Config,
    on_stage: &dyn Fn(Stage) -> Result<()>,
    keeper: Option<&Keeper>,
) -> Result<Clustering> {
    config.check()?;
    let room = config.room();
    on_stage(Stage::Learn)?;
    let furniture = if config.keep_furniture {
        Furniture::default()
    } else {
        Furniture::learn(corpus, &room)?
    };
    if let Some(keeper) = keeper {
        keeper.furniture(&furniture)?;
    }
    on_stage(Stage::Fingerprint)?;
    let cut = Cut::new(banding(config), config.num_hashes, config.seed);
    let Fingerprints {
        register,
        prints,
        read,
    } = fingerprint::fingerprint(corpus, &furniture, (config, &cut), &room)?;
    let mut counts = Counts::of(&prints);
    on_stage(Stage::Candidates)?;
    let mut texts = Texts::collapse(&register, prints, config, &room)?;
    let keys = (texts.take_keys(), cut.bands());
    let met_by = texts.met_by(keys, &register, &room)?;
    let candidates = lsh::candidates(met_by, &texts.rows(), &room)?;
    on_stage(Stage::Verify)?;
    let mut verified = copies::verify(
        corpus,
        &furniture,
        (&register, &texts, &candidates),
        (config, &room),
    )?;
    counts.add(&candidates, &verified);
    on_stage(Stage::Group)?;
    let (groups, made_of) =
        CopyGroups::traced((&register, &texts), &candidates, &verified, config)?;
    if let Some(keeper) = keeper {
        keeper.copies(&texts, &candidates.postings, &made_of)?;
    }
    // What groups were made of is let go before stories need room.
    let pairs = std::mem::take(&mut verified.pairs);
    drop((candidates, made_of, verified));
    texts.drop_samples();
    let stories = if config.copies_only {
        Stories::of_copies(&groups)
    } else {
        let copies = Copies {
            register: &register,
            furniture: &furniture,
            texts: &texts,
            groups: &groups,
            room: &room,
            keeper,
        };
        stories::find(corpus, copies, config, on_stage)?
    };
    Ok(Clustering {
        register,
        groups,
        stories,
        texts,
        pairs,
        furniture,
        read,
        counts,
        room,
    })
}

/// The banding that a run with these settings uses.
pub fn banding(config: &Config) -> Banding {
    let threshold = config.copy_threshold.share().max(BANDING_FROM);
    Banding::plan(threshold, config.recall.share(), config.num_hashes)
}

impl Counts {
    fn of(prints: &Prints) -> Counts {
        let (text_bytes, furniture_bytes) = prints.text_bytes;
        Counts {
            text_bytes,
            furniture_bytes,
            emptied: prints.emptied,
            ..Counts::default()
        }
    }

    fn add(&mut self, candidates: &Candidates, verified: &Verified) {
        self.from_bands = candidates.from_bands;
        self.from_anchors = candidates.from_anchors;
        self.from_addresses = candidates.from_addresses;
        self.candidates = candidates.len();
        self.decided = verified.decided;
    }
}

//! Which articles are one text?
//!
//! Every candidate pair is decided by exact similarity; similar pairs become groups around centres; one member stands
//! for each group.

mod bins;
mod collapse;
mod evidence;
mod families;
mod group;
mod headlines;
mod kind;
mod limits;
mod pairs;
mod place;
mod refusal;
mod representative;
mod round_ups;
mod rules;
mod sets;
mod sketches;
mod stored;
mod templates;
mod texts;
mod verify;

use crate::config::Config;
use crate::corpus::{ArticleId, Register};
use crate::error::Result;
use crate::kernel::Share;
use crate::stages::candidates::{Candidates, Postings};
#[doc(hidden)]
pub use evidence::{Agreement, Evidence};
pub(crate) use evidence::{Aligner, Cutter, Word};
pub(crate) use families::wording;
pub(crate) use group::Groups;
pub(crate) use headlines::SiteTitles;
pub use kind::Kind;
#[doc(hidden)]
pub use pairs::RefusedPair;
pub use pairs::{PairKind, SimilarPair, Verified};
use place::Placer;
#[doc(hidden)]
pub use refusal::Refusal;
pub(crate) use representative::preference;
pub(crate) use rules::{CUT, EXACT_TOKENS, EXCERPT_TOKENS, FRAMELESS, Rules};
#[doc(hidden)]
pub use sets::{ReadText, Sets};
pub(crate) use stored::{
    StoredCopies, kind_number, relation_number, relation_of_number, store, stored,
};
pub(crate) use templates::{
    SAMPLE as FORM_SAMPLE, Templates, UNLIKE_TEXTS, discount, is_form, is_surely_form,
};
#[doc(hidden)]
pub use texts::Length;
pub use texts::Texts;
pub(crate) use verify::least_seconds_apart;
#[doc(hidden)]
pub use verify::verify;

/// The anchors that are form, ascending.
pub(crate) fn forms(texts: &Texts, postings: &Postings) -> Result<Vec<u64>> {
    Templates::new(texts, postings).forms()
}

/// How an article relates to the one that stands for its group.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum CopyRelation {
    /// It is the representative.
    Representative,
    /// Its text is the representative's.
    Exact,
    /// Its text is a version of the representative's.
    Near,
    /// Its text is cut from one of the group's.
    Excerpt,
}

/// An article's place among the copies.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Member {
    /// The article that stands for the group.
    pub representative: ArticleId,
    /// How this one relates to it.
    pub relation: CopyRelation,
    /// Exact Jaccard similarity to it; containment for an excerpt.
    pub similarity: Share,
    /// How many articles the group has.
    pub copies: u32,
    /// What kind of record it is.
    pub kind: Kind,
    /// The article that its form or its notice is named after: the same for all items of one; `None` for what is neither.
    pub form: Option<u32>,
}

impl Member {
    /// An article that nothing else is a copy of.
    fn alone(article: ArticleId) -> Member {
        Member {
            representative: article,
            relation: CopyRelation::Representative,
            similarity: Share(0),
            copies: 1,
            kind: Kind::Article,
            form: None,
        }
    }
}

/// The copy group of every article, by article.
#[derive(Clone, Debug, Default)]
pub struct CopyGroups(Vec<Member>);

impl CopyGroups {
    /// Groups the articles by their similar pairs, names who stands for each group, and says what kind of record each is.
    ///
    /// # Errors
    ///
    /// When what lies on disk cannot be read.
    pub fn new(
        register: &Register,
        texts: &Texts,
        candidates: &Candidates,
        verified: &Verified,
        config: &Config,
    ) -> Result<CopyGroups> {
        let traced = CopyGroups::traced(register, texts, candidates, verified, config)?;
        Ok(traced.0)
    }

    /// The same, with what the groups were made of.
    pub(crate) fn traced(
        register: &Register,
        texts: &Texts,
        candidates: &Candidates,
        verified: &Verified,
        config: &Config,
    ) -> Result<(CopyGroups, Groups)> {
        let mut limits = limits::Limits::new(texts, register, config);
        let items = families::items(&verified.refused);
        let pairs = headlines::of_one_item(&verified.pairs, &items, register, texts)?;
        let groups = group::group(
            texts,
            &candidates.pairs,
            &pairs,
            config.excerpt_threshold.millionths(),
            &mut limits,
        )?;
        let placer = Placer::new(register, texts, &groups, verified, config);
        let mut members = placer.place_all()?;
        let templates = Templates::new(texts, &candidates.postings);
        let families = families::families(&items, &verified.refused, texts, &templates)?;
        placer.name_families(&families, &mut members)?;
        Ok((CopyGroups(members), groups))
    }

    /// The groups that these places make.
    pub(crate) fn of_members(members: Vec<Member>) -> CopyGroups {
        CopyGroups(members)
    }

    /// An article's place.
    pub fn of(&self, article: usize) -> Member {
        self.0[article]
    }

    /// The places of all articles, in their order.
    pub fn iter(&self) -> impl ExactSizeIterator<Item = Member> + '_ {
        self.0.iter().copied()
    }
}

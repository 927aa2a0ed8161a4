//! Which articles are one text?
//!
//! Every candidate pair is decided by exact similarity; similar pairs become groups around centres; one member stands
//! for each group.

mod bins;
mod group;
mod kind;
mod limits;
mod refusal;
mod representative;
mod round_ups;
mod rules;
mod sets;
mod sketches;
mod templates;
mod texts;
mod verify;

use rayon::prelude::*;

use crate::article::Register;
use crate::config::Config;
use crate::error::Result;
use crate::fingerprint::Millionths;
use crate::lsh::{Candidates, Postings};
pub(crate) use group::Groups;
pub use kind::Kind;
pub use refusal::Refusal;
pub(crate) use representative::preference;
pub(crate) use rules::{EXACT_TOKENS, EXCERPT_TOKENS, FRAMELESS, Rules};
pub use sets::Sets;
pub(crate) use templates::{Templates, discount};
pub use texts::{Length, Texts};
pub use verify::{SimilarPair, Similarity, Verified, verify};

/// The anchors that are form, ascending.
pub(crate) fn forms(texts: &Texts, postings: &Postings) -> Result<Vec<u32>> {
    Templates::new(texts, postings).forms()
}

/// How an article relates to the one that stands for its group.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Relation {
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
    pub representative: u32,
    /// How this one relates to it.
    pub relation: Relation,
    /// Exact Jaccard similarity to it; containment for an excerpt.
    pub similarity: Millionths,
    /// How many articles the group has.
    pub copies: u32,
    /// What kind of record it is.
    pub kind: Kind,
    /// The article that its form or its notice is named after: the same for all items of one; `None` for what is neither.
    pub form: Option<u32>,
}

/// The copy group of every article, by article.
#[derive(Clone, Debug, Default)]
pub struct CopyGroups(Vec<Member>);

impl CopyGroups {
    /// Groups the articles by their similar pairs, and names who stands for each group.
    ///
    /// # Errors
    ///
    /// When what lies on disk cannot be read.
    pub fn new(
        (register, texts): (&Register, &Texts),
        candidates: &Candidates,
        verified: &Verified,
        config: &Config,
    ) -> Result<CopyGroups> {
        let traced = CopyGroups::traced((register, texts), candidates, verified, config)?;
        Ok(traced.0)
    }

    /// The same, with what the groups were made of.
    pub(crate) fn traced(
        (register, texts): (&Register, &Texts),
        candidates: &Candidates,
        verified: &Verified,
        config: &Config,
    ) -> Result<(CopyGroups, Groups)> {
        let mut limits = limits::Limits::new(texts, register, config);
        let groups = group::group(
            texts,
            (&candidates.pairs, &verified.pairs),
            config.excerpt_threshold.millionths(),
            &mut limits,
        )?;
        let kind = |article: u32| match texts.print(texts.of_article[article as usize]).tokens {
            0 => Kind::Empty,
            _ => Kind::Article,
        };
        let chooser = representative::Chooser::new(texts, register, config);
        let mut by_group: Vec<(u32, u32)> = texts
            .of_article
            .iter()
            .map(|&text| groups.centre[text as usize])
            .zip(0..)
            .collect();
        by_group.par_sort_unstable();
        let placed = by_group
            .par_chunk_by(|a, b| a.0 == b.0)
            .filter(|group| group.len() > 1)
            .map(|group| {
                let articles: Vec<u32> = group.iter().map(|&(_, article)| article).collect();
                let whole =
                    |&article: &u32| !groups.excerpt[texts.of_article[article as usize] as usize];
                let may_stand: Vec<u32> = articles.iter().copied().filter(whole).collect();
                let representative = chooser
                    .choose(&may_stand, group[0].0)?
                    .unwrap_or(articles[0]);
                let copies = articles.len() as u32;
                let place = |article: u32| {
                    let (relation, similarity) =
                        relate(article, representative, texts, (&groups, verified))?;
                    let member = Member {
                        representative,
                        relation,
                        similarity,
                        copies,
                        kind: kind(article),
                        form: None,
                    };
                    Ok((article, member))
                };
                articles.into_iter().map(place).collect()
            });
        let placed: Vec<Vec<(u32, Member)>> = placed.collect::<Result<_>>()?;
        drop(by_group);
        let alone = |representative| Member {
            representative,
            relation: Relation::Representative,
            similarity: Millionths(0),
            copies: 1,
            kind: kind(representative),
            form: None,
        };
        let mut members: Vec<Member> = (0..register.len() as u32).map(alone).collect();
        for (article, member) in placed.into_iter().flatten() {
            members[article as usize] = member;
        }
        Ok((CopyGroups(members), groups))
    }

    /// The groups that these places make.
    #[cfg(test)]
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

/// How an article relates to the one that stands for its group, and how similar it is to it.
fn relate(
    article: u32,
    representative: u32,
    texts: &Texts,
    (groups, verified): (&Groups, &Verified),
) -> Result<(Relation, Millionths)> {
    let text = texts.of_article[article as usize];
    let lead = texts.of_article[representative as usize];
    Ok(if article == representative {
        (Relation::Representative, Millionths(0))
    } else if text == lead {
        (Relation::Exact, Millionths(1_000_000))
    } else if groups.excerpt[text as usize] {
        let overlap = verified.overlap(text, lead)?;
        (Relation::Excerpt, overlap.containment())
    } else {
        let overlap = verified.overlap(text, lead)?;
        (Relation::Near, overlap.jaccard())
    })
}

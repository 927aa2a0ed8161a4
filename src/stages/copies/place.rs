//! Places: from groups of texts to the place of every article among the copies.
//!
//! What a group drops stands in what it keeps: the article that stands for a group is one whose text holds the others', and
//! what it does not hold is a group of its own.

use rayon::prelude::*;

use super::evidence::{Aligner, Evidence};
use super::group::Groups;
use super::headlines::Headlines;
use super::pairs::{PairKind, Verified};
use super::representative::Chooser;
use super::rules::{CUT, EXACT_TOKENS, Rules, SURELY_CONTAINED};
use super::texts::Texts;
use super::verify::seconds_apart;
use super::{CopyRelation, Kind, Member};
use crate::config::Config;
use crate::corpus::{ArticleId, Register, TextId};
use crate::error::Result;
use crate::kernel::{Overlap, Share};

/// Of the texts that may stand for a group so many are tried, those first that the settings prefer.
const TRIED: usize = 16;
/// A text holds another if the other has no more of its own in long runs than this, in thousandths, ...
const OWN: u16 = 250;
/// ... or at least this much of it stands there.
const HELD: Share = Share(500_000);

/// Places the articles of groups.
pub(super) struct Placer<'a> {
    register: &'a Register,
    texts: &'a Texts,
    groups: &'a Groups,
    verified: &'a Verified,
    config: &'a Config,
    /// What a record without a text is.
    of_titles: Kind,
}

/// What one text holds of another.
#[derive(Clone, Copy)]
struct Holding {
    relation: CopyRelation,
    similarity: Share,
}

/// An article, and its place.
pub(super) type Placed = (u32, Member);

impl<'a> Placer<'a> {
    /// Places the articles of groups; in a dump of titles a title is an article.
    pub(super) fn new(
        register: &'a Register,
        texts: &'a Texts,
        groups: &'a Groups,
        verified: &'a Verified,
        config: &'a Config,
    ) -> Placer<'a> {
        Placer {
            register,
            texts,
            groups,
            verified,
            config,
            of_titles: match texts.titles_are_texts() {
                true => Kind::Article,
                false => Kind::Empty,
            },
        }
    }

    /// The places of all articles, in their order.
    pub(super) fn place_all(&self) -> Result<Vec<Member>> {
        let by_group = self.by_group();
        let several = by_group
            .chunk_by(|a, b| a.0 == b.0)
            .filter(|group| group.len() > 1);
        let several = several.flatten().map(|&(_, article)| article);
        let headlines = Headlines::new(self.register, self.texts, several)?;
        let placed = by_group
            .par_chunk_by(|a, b| a.0 == b.0)
            .filter(|group| group.len() > 1)
            .map(|group| {
                let articles: Vec<ArticleId> = group.iter().map(|&(_, article)| article).collect();
                self.place(&articles, group[0].0, &headlines)
            });
        let placed: Vec<Vec<Placed>> = placed.collect::<Result<_>>()?;
        let alone = |article: ArticleId| Member {
            kind: self.kind(article),
            ..Member::alone(article)
        };
        let mut members: Vec<Member> = (0..self.register.len() as u32).map(alone).collect();
        for (article, member) in placed.into_iter().flatten() {
            members[article as usize] = member;
        }
        Ok(members)
    }

    /// Names the family of each article whose group is in one, given the family of each text that is.
    ///
    /// What stands under unlike headlines that have nothing to do with it is a notice in many variants.
    pub(super) fn name_families(
        &self,
        families: &[(u32, ArticleId)],
        members: &mut [Member],
    ) -> Result<()> {
        let centre = |text: TextId| self.groups.centre[text as usize];
        let mut of_group: Vec<(u32, u32)> = families
            .iter()
            .map(|&(text, family)| (centre(text), family))
            .collect();
        of_group.sort_unstable();
        of_group.dedup_by_key(|family| family.0);
        let mut items: Vec<(u32, u32)> = Vec::new();
        for (&text, article) in self.texts.of_article.iter().zip(0..) {
            if let Ok(at) = of_group.binary_search_by_key(&centre(text), |family| family.0) {
                items.push((of_group[at].1, article));
            }
        }
        items.sort_unstable();
        let of_families = items.iter().map(|&(_, article)| article);
        let headlines = Headlines::new(self.register, self.texts, of_families)?;
        for family in items.chunk_by(|a, b| a.0 == b.0) {
            let articles: Vec<ArticleId> = family.iter().map(|&(_, article)| article).collect();
            let kind = match headlines.have_nothing_to_do(&articles)? {
                true => Kind::Notice,
                false => Kind::Form,
            };
            let form = self.chooser().choose(&articles, family[0].0)?;
            for article in articles {
                let member = &mut members[article as usize];
                if member.kind == Kind::Article {
                    (member.kind, member.form) = (kind, form);
                }
            }
        }
        Ok(())
    }

    /// All articles by the centre of their group.
    fn by_group(&self) -> Vec<(u32, u32)> {
        let centre = |&text: &TextId| self.groups.centre[text as usize];
        let mut by_group: Vec<(u32, u32)> =
            self.texts.of_article.iter().map(centre).zip(0..).collect();
        by_group.par_sort_unstable();
        by_group
    }

    /// What kind of record an article is by itself.
    fn kind(&self, article: ArticleId) -> Kind {
        let text = self.texts.of_article[article as usize];
        match self.texts.print(text).tokens {
            0 if self.texts.heading(article).is_alone() => self.of_titles,
            0 => Kind::Empty,
            _ => Kind::Article,
        }
    }

    /// The places of the articles of one group.
    fn place(
        &self,
        articles: &[ArticleId],
        centre: TextId,
        headlines: &Headlines<'_>,
    ) -> Result<Vec<Placed>> {
        let text = self.texts.of_article[articles[0] as usize];
        let is_one = articles
            .iter()
            .all(|&article| self.texts.of_article[article as usize] == text);
        let tokens = self.texts.print(text).tokens;
        let is_title = self.texts.heading(articles[0]).is_alone();
        if is_one && tokens == 0 && is_title {
            let parts = headlines.parted_without_text(articles)?;
            return self.each(&parts, centre, self.of_titles);
        }
        // What was cut from a longer text has a headline of its own.
        let is_cut = |article: ArticleId| {
            let text = self.texts.of_article[article as usize];
            self.groups.excerpt[text as usize]
        };
        let whole: Vec<u32> = articles.iter().copied().filter(|&it| !is_cut(it)).collect();
        if headlines.are_of_a_notice(&whole)? {
            return self.apart(articles, centre);
        }
        if is_one && tokens == 0 {
            return self.each(&[articles.to_vec()], centre, Kind::Empty);
        }
        if is_one && tokens < EXACT_TOKENS {
            let parts = headlines.parted(articles)?;
            return self.each(&parts, centre, Kind::Article);
        }
        self.each(&[articles.to_vec()], centre, Kind::Article)
    }

    /// Each article of a notice stands alone.
    fn apart(&self, articles: &[ArticleId], centre: TextId) -> Result<Vec<Placed>> {
        let form = self.chooser().choose(articles, centre)?;
        let alone = |&article: &ArticleId| {
            let member = Member {
                kind: Kind::Notice,
                form,
                ..Member::alone(article)
            };
            (article, member)
        };
        Ok(articles.iter().map(alone).collect())
    }

    /// Groups each part by what its texts hold of each other.
    fn each(&self, parts: &[Vec<u32>], centre: TextId, kind: Kind) -> Result<Vec<Placed>> {
        let mut placed = Vec::new();
        for part in parts {
            let mut rest = self.chooser().ranked(part, centre)?;
            while !rest.is_empty() {
                let from = placed.len();
                rest = self.keep_one(&rest, centre, &mut placed)?;
                let copies = (placed.len() - from) as u32;
                for (_, member) in &mut placed[from..] {
                    (member.copies, member.kind) = (copies, kind);
                }
            }
        }
        Ok(placed)
    }

    /// Places the first of these articles whose text holds all others', else the one that holds most, with what it holds;
    /// gives back what it does not hold.
    fn keep_one(
        &self,
        articles: &[ArticleId],
        centre: TextId,
        placed: &mut Vec<Placed>,
    ) -> Result<Vec<ArticleId>> {
        let of = |article: ArticleId| self.texts.of_article[article as usize];
        let mut texts: Vec<TextId> = articles.iter().map(|&article| of(article)).collect();
        texts.sort_unstable();
        texts.dedup();
        let mut tried: Vec<u32> = Vec::with_capacity(TRIED);
        let firsts = articles.iter().copied();
        let central = articles.iter().copied().find(|&it| of(it) == centre);
        let mut best: Option<(usize, u32, Vec<Option<Holding>>)> = None;
        let mut aligner = Aligner::default();
        for article in firsts {
            let text = of(article);
            if tried.contains(&text) {
                continue;
            }
            tried.push(text);
            let last = tried.len() == TRIED;
            let article = central.filter(|_| last).unwrap_or(article);
            let holds = |&other: &TextId| self.holding(of(article), other, &mut aligner);
            let held: Vec<Option<Holding>> = texts.iter().map(holds).collect::<Result<_>>()?;
            let count = held.iter().flatten().count();
            if best.as_ref().is_none_or(|best| count > best.0) {
                best = Some((count, article, held));
            }
            if count == texts.len() || last {
                break;
            }
        }
        let Some((_, representative, held)) = best else {
            return Ok(Vec::new());
        };
        let mut rest = Vec::new();
        for &article in articles {
            let at = texts.binary_search(&of(article)).ok();
            let holding = at.and_then(|at| held[at]);
            match holding {
                Some(Holding {
                    relation,
                    similarity,
                }) if article != representative => placed.push((
                    article,
                    Member {
                        representative,
                        relation,
                        similarity,
                        ..Member::alone(article)
                    },
                )),
                Some(_) => placed.push((article, Member::alone(article))),
                None => rest.push(article),
            }
        }
        Ok(rest)
    }

    /// What one text holds of another, if it holds it.
    fn holding(
        &self,
        keeper: TextId,
        other: TextId,
        aligner: &mut Aligner,
    ) -> Result<Option<Holding>> {
        if keeper == other {
            return Ok(Some(Holding {
                relation: CopyRelation::Exact,
                similarity: Share(1_000_000),
            }));
        }
        let pair = (keeper.min(other), keeper.max(other));
        let known = self.verified.similar(pair);
        let (overlap, own, similarity) = match known {
            Some(similar) => (similar.overlap, similar.own, similar.similarity),
            None => {
                let (a, b) = (
                    self.verified.sets.of(pair.0)?,
                    self.verified.sets.of(pair.1)?,
                );
                let overlap = Overlap::of(a.set(), b.set());
                let apart = seconds_apart(self.register, self.texts, pair);
                let evidence = Evidence::of(aligner, a.words(), b.words(), apart);
                let tokens = |text: TextId| self.texts.print(text).tokens;
                let least = tokens(pair.0).min(tokens(pair.1));
                let decision = Rules(self.config).decide(least, overlap, overlap, evidence);
                let Some(similarity) = decision.similarity() else {
                    return Ok(None);
                };
                (overlap, evidence.own, similarity)
            }
        };
        let ((_, size), (_, own)) = if pair.0 == keeper {
            (overlap.sizes, own)
        } else {
            ((overlap.sizes.1, overlap.sizes.0), (own.1, own.0))
        };
        let held = Share::ratio(overlap.shared, size);
        let is_held = held >= HELD || own <= OWN;
        Ok(is_held.then(|| self.related(overlap, size, held, similarity)))
    }

    /// How a text of `size` shingles of which another holds a share relates to that one.
    fn related(&self, overlap: Overlap, size: u32, held: Share, similarity: PairKind) -> Holding {
        let larger = overlap.sizes.0.max(overlap.sizes.1);
        let is_cut = Share::ratio(size, larger) <= CUT && held >= SURELY_CONTAINED;
        match similarity {
            PairKind::Near if !is_cut => Holding {
                relation: CopyRelation::Near,
                similarity: overlap.jaccard(),
            },
            _ => Holding {
                relation: CopyRelation::Excerpt,
                similarity: overlap.containment(),
            },
        }
    }

    fn chooser(&self) -> Chooser<'_> {
        Chooser::new(self.texts, self.register, self.config)
    }
}

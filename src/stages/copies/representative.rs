//! The representative: which member stands for a copy group.

use std::cmp::Reverse;

use super::texts::Texts;
use crate::config::{Config, KEEP_BY, Keep, KeepByValue};
use crate::corpus::{ArticleId, Register, TextId};
use crate::error::Result;

/// Chooses representatives by the settings, with ties that hang on the articles alone.
pub(super) struct Chooser<'a> {
    texts: &'a Texts,
    register: &'a Register,
    config: &'a Config,
}

impl<'a> Chooser<'a> {
    pub(super) fn new(texts: &'a Texts, register: &'a Register, config: &'a Config) -> Chooser<'a> {
        Chooser {
            texts,
            register,
            config,
        }
    }

    /// The article that comes first in the order of [`Chooser::ranked`]; `None` of nobody.
    ///
    /// # Errors
    ///
    /// When an id lies on disk, and cannot be read.
    pub(super) fn choose(
        &self,
        members: &[ArticleId],
        centre: TextId,
    ) -> Result<Option<ArticleId>> {
        let rank = |&article: &ArticleId| self.rank(article, centre);
        let Some(least) = members.iter().map(rank).min() else {
            return Ok(None);
        };
        let least = |article: &ArticleId| rank(article) == least;
        let equal: Vec<u32> = members.iter().copied().filter(least).collect();
        Ok(self.ranked(&equal, centre)?.first().copied())
    }

    /// The articles of a group, those first that may stand for it.
    ///
    /// Preferred sources first; then what `--keep-by` and `--keep` ask for; then the longest, the smallest content hash, the hash of the
    /// whole record, and the external id.
    ///
    /// # Errors
    ///
    /// When an id lies on disk, and cannot be read.
    pub(super) fn ranked(&self, members: &[ArticleId], centre: TextId) -> Result<Vec<ArticleId>> {
        let mut ranked: Vec<_> = members
            .iter()
            .map(|&article| (self.rank(article, centre), article))
            .collect();
        ranked.sort_unstable();
        let mut articles = Vec::with_capacity(members.len());
        for equal in ranked.chunk_by(|a, b| a.0 == b.0) {
            // Few records are the same to the byte, so few ids are read.
            let mut equal: Vec<u32> = equal.iter().map(|it| it.1).collect();
            if equal.len() > 1 {
                let mut ids = Vec::with_capacity(equal.len());
                for &article in &equal {
                    ids.push((self.register.external_id(article as usize)?, article));
                }
                ids.sort_unstable();
                equal = ids.into_iter().map(|(_, article)| article).collect();
            }
            articles.append(&mut equal);
        }
        Ok(articles)
    }

    fn rank(&self, article: ArticleId, centre: u32) -> impl Ord + use<'a> {
        let at = article as usize;
        let text = self.texts.of_article[at];
        let tokens = self.texts.print(text).tokens;
        let is_other = self.config.keep == Keep::Central && text != centre;
        (
            preference(self.register, self.config, article, tokens),
            is_other,
            Reverse(tokens),
            text,
            self.register.entry(at).record_hash,
        )
    }
}

/// The place of an article by preferred sources, then by the fields and by the time that are asked for; the least comes first.
pub(crate) fn preference(
    register: &Register,
    config: &Config,
    article: ArticleId,
    tokens: u32,
) -> (usize, [u64; KEEP_BY], bool, i64) {
    let source = register.source(article as usize);
    let mut prefer = config.prefer.iter();
    let preferred = prefer.position(|name| Some(name.as_str()) == source);
    let published = register.entry(article as usize).published;
    let mut places = [0; KEEP_BY];
    let orders = register.order(article as usize);
    for ((place, by), order) in places.iter_mut().zip(&config.keep_by).zip(orders) {
        *place = by.place(KeepByValue {
            published,
            tokens,
            order,
        });
    }
    let time = published.map(|time| time.0);
    let (is_undated, time) = match config.keep {
        Keep::Earliest => (time.is_none(), time.unwrap_or(0)),
        Keep::Latest => (time.is_none(), -time.unwrap_or(0)),
        Keep::Longest | Keep::Central => (false, 0),
    };
    (
        preferred.unwrap_or(config.prefer.len()),
        places,
        is_undated,
        time,
    )
}

//! The representative: which member stands for a copy group.

use std::cmp::Reverse;

use super::texts::Texts;
use crate::article::Register;
use crate::config::{Config, Keep};
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

    /// The article that stands for a group: the least in this order. `None` for a group of nobody.
    ///
    /// Preferred sources first; then what `--keep` asks for; then the longest, the smallest content hash, the hash of the
    /// whole record, and the external id.
    ///
    /// # Errors
    ///
    /// When an id lies on disk, and cannot be read.
    pub(super) fn choose(&self, members: &[u32], centre: u32) -> Result<Option<u32>> {
        let rank = |&article: &u32| self.rank(article, centre);
        let Some(least) = members.iter().map(rank).min() else {
            return Ok(None);
        };
        let mut equal = members
            .iter()
            .copied()
            .filter(|article| rank(article) == least);
        let mut best = equal.next();
        if let Some(mut first) = best {
            // Few records are the same to the byte, so few ids are read.
            for other in equal {
                let id = |article: u32| self.register.external_id(article as usize);
                if (id(other)?, other) < (id(first)?, first) {
                    first = other;
                }
            }
            best = Some(first);
        }
        Ok(best)
    }

    fn rank(&self, article: u32, centre: u32) -> impl Ord + use<'a> {
        let at = article as usize;
        let text = self.texts.of_article[at];
        let tokens = self.texts.print(text).tokens;
        let is_other = self.config.keep == Keep::Central && text != centre;
        (
            preference(self.register, self.config, article),
            is_other,
            Reverse(tokens),
            text,
            self.register.entry(at).record_hash,
        )
    }
}

/// The place of an article by preferred sources, then by the time that `--keep` asks for; the least comes first.
pub(crate) fn preference(register: &Register, config: &Config, article: u32) -> (usize, bool, i64) {
    let source = register.source(article as usize);
    let mut prefer = config.prefer.iter();
    let preferred = prefer.position(|name| Some(name.as_str()) == source);
    let time = register.entry(article as usize).published;
    let time = time.map(|time| time.0);
    let (is_undated, time) = match config.keep {
        Keep::Earliest => (time.is_none(), time.unwrap_or(0)),
        Keep::Latest => (time.is_none(), -time.unwrap_or(0)),
        Keep::Longest | Keep::Central => (false, 0),
    };
    (preferred.unwrap_or(config.prefer.len()), is_undated, time)
}

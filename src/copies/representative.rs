//! The representative: which member stands for a copy group.

use std::cmp::Reverse;

use super::texts::Texts;
use crate::article::Register;
use crate::config::{Config, Keep};

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
    pub(super) fn choose(&self, members: &[u32], centre: u32) -> Option<u32> {
        members
            .iter()
            .copied()
            .min_by_key(|&article| self.rank(article, centre))
    }

    fn rank(&self, article: u32, centre: u32) -> impl Ord + use<'a> {
        let at = article as usize;
        let text = self.texts.of_article[at];
        let entry = self.register.entry(at);
        let tokens = self.texts.print(text).tokens;
        let is_other = self.config.keep == Keep::Central && text != centre;
        let id = self.register.external_id(at);
        (
            preference(self.register, self.config, article),
            is_other,
            Reverse(tokens),
            text,
            entry.record_hash,
            id,
            article,
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

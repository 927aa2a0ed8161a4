//! Limits: what may not stand in one group, however similar.

use ahash::AHashMap;

use super::texts::Texts;
use crate::config::{Config, Within};
use crate::corpus::{Register, SourceId, TextId};

/// Keeps groups within the time and the sources that the settings allow.
#[derive(Debug)]
pub(super) struct Limits<'a> {
    bound: Option<Bound<'a>>,
}

#[derive(Debug)]
struct Bound<'a> {
    texts: Vec<Extent>,
    config: &'a Config,
    groups: AHashMap<TextId, Extent>,
}

/// The time and the sources of a text or a group.
#[derive(Clone, Debug, Default)]
struct Extent {
    times: Option<(i64, i64)>,
    sources: Vec<SourceId>,
}

impl Limits<'_> {
    /// No limits.
    pub(super) fn none() -> Limits<'static> {
        Limits { bound: None }
    }

    /// The limits of these settings.
    pub(super) fn new<'a>(texts: &Texts, register: &Register, config: &'a Config) -> Limits<'a> {
        if config.within.is_none() && config.copy_window.is_none() {
            return Limits::none();
        }
        let mut extents = vec![Extent::default(); texts.len()];
        for (&text, article) in texts.of_article.iter().zip(0..) {
            let entry = register.entry(article);
            let times = entry.published.map(|time| (time.0, time.0));
            let own = Extent {
                times,
                sources: entry.source.into_iter().collect(),
            };
            extents[text as usize].add(&own);
        }
        Limits {
            bound: Some(Bound {
                texts: extents,
                config,
                groups: AHashMap::new(),
            }),
        }
    }

    /// Whether a text may join the group of a centre.
    pub(super) fn fit(&self, centre: TextId, text: TextId) -> bool {
        let Some(bound) = &self.bound else {
            return true;
        };
        let group = bound
            .groups
            .get(&centre)
            .unwrap_or(&bound.texts[centre as usize]);
        group.fits(&bound.texts[text as usize], bound.config)
    }

    /// Notes that a text joined the group of a centre.
    pub(super) fn join(&mut self, centre: TextId, text: TextId) {
        let Some(bound) = &mut self.bound else { return };
        let start = bound.texts[centre as usize].clone();
        let group = bound.groups.entry(centre).or_insert(start);
        group.add(&bound.texts[text as usize]);
    }
}

impl Extent {
    fn add(&mut self, other: &Extent) {
        self.times = match (self.times, other.times) {
            (Some(a), Some(b)) => Some((a.0.min(b.0), a.1.max(b.1))),
            (a, b) => a.or(b),
        };
        self.sources.extend(&other.sources);
    }

    fn fits(&self, other: &Extent, config: &Config) -> bool {
        let near = match (self.times, other.times, config.copy_window) {
            (Some(a), Some(b), Some(window)) => a.0.min(b.0).abs_diff(a.1.max(b.1)) <= window,
            _ => true,
        };
        near && (config.within != Some(Within::AcrossSources)
            || !other
                .sources
                .iter()
                .any(|source| self.sources.contains(source)))
    }
}

//! The settings that an index was made with: all that is taken into it is decided by them.

use serde::{Deserialize, Serialize};

use crate::config::{Config, Keep, Threshold, Within};
use crate::error::Result;

/// What of a [`Config`] changes what is decided, as numbers and names that last.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub(super) struct Settings {
    keep_furniture: bool,
    shingle_tokens: usize,
    num_hashes: usize,
    seed: u64,
    /// Shares in millionths.
    copy_threshold: u32,
    excerpt_threshold: u32,
    recall: u32,
    within: Option<String>,
    copy_window: Option<u64>,
    copies_only: bool,
    story_threshold: u32,
    story_window: u64,
    story_terms: usize,
    keep: String,
    prefer: Vec<String>,
    /// Whether texts are kept.
    #[serde(default = "kept", skip_serializing_if = "is_kept")]
    pub(super) texts: bool,
}

fn kept() -> bool {
    true
}

#[expect(clippy::trivially_copy_pass_by_ref, reason = "serde asks so")]
fn is_kept(texts: &bool) -> bool {
    *texts
}

const KEEPS: [(Keep, &str); 4] = [
    (Keep::Earliest, "earliest"),
    (Keep::Latest, "latest"),
    (Keep::Longest, "longest"),
    (Keep::Central, "central"),
];
const WITHIN: [(Within, &str); 2] = [
    (Within::Source, "source"),
    (Within::AcrossSources, "across-sources"),
];

fn name<T: PartialEq>(names: &[(T, &str)], of: T) -> String {
    let found = names.iter().find(|(value, _)| *value == of);
    found.map_or(String::new(), |(_, name)| (*name).to_owned())
}

fn named<T: Copy>(names: &[(T, &str)], name: &str) -> Option<T> {
    names.iter().find(|it| it.1 == name).map(|it| it.0)
}

impl Settings {
    pub(super) fn of(config: &Config) -> Settings {
        Settings {
            keep_furniture: config.keep_furniture,
            shingle_tokens: config.shingle_tokens,
            num_hashes: config.num_hashes,
            seed: config.seed,
            copy_threshold: config.copy_threshold.millionths().0,
            excerpt_threshold: config.excerpt_threshold.millionths().0,
            recall: config.recall.millionths().0,
            within: config.within.map(|within| name(&WITHIN, within)),
            copy_window: config.copy_window,
            copies_only: config.copies_only,
            story_threshold: config.story_threshold.millionths().0,
            story_window: config.story_window,
            story_terms: config.story_terms,
            keep: name(&KEEPS, config.keep),
            prefer: config.prefer.clone(),
            texts: true,
        }
    }

    /// The settings of a run on the index; how it runs is `run`'s.
    pub(super) fn config(&self, run: &Config) -> Result<Config> {
        let share = |name, millionths: u32| Threshold::new(name, f64::from(millionths) / 1e6);
        let within = self.within.as_deref();
        let config = Config {
            keep_furniture: self.keep_furniture,
            shingle_tokens: self.shingle_tokens,
            num_hashes: self.num_hashes,
            seed: self.seed,
            copy_threshold: share("--copy-threshold", self.copy_threshold)?,
            excerpt_threshold: share("--excerpt-threshold", self.excerpt_threshold)?,
            recall: share("--recall", self.recall)?,
            within: within.and_then(|name| named(&WITHIN, name)),
            copy_window: self.copy_window,
            copies_only: self.copies_only,
            story_threshold: share("--story-threshold", self.story_threshold)?,
            story_window: self.story_window,
            story_terms: self.story_terms,
            keep: named(&KEEPS, &self.keep).unwrap_or_default(),
            prefer: self.prefer.clone(),
            ..run.clone()
        };
        config.check()?;
        Ok(config)
    }

    /// Each setting with its value, by the name of its flag.
    pub(super) fn listed(&self) -> Vec<(&'static str, String)> {
        let share = |millionths: u32| (f64::from(millionths) / 1e6).to_string();
        let time = |seconds: u64| format!("{seconds}s");
        vec![
            ("--keep-furniture", self.keep_furniture.to_string()),
            ("--shingle-tokens", self.shingle_tokens.to_string()),
            ("--num-hashes", self.num_hashes.to_string()),
            ("--seed", self.seed.to_string()),
            ("--copy-threshold", share(self.copy_threshold)),
            ("--excerpt-threshold", share(self.excerpt_threshold)),
            ("--recall", share(self.recall)),
            ("--within", self.within.clone().unwrap_or_default()),
            (
                "--copy-window",
                self.copy_window.map_or(String::new(), time),
            ),
            ("--copies-only", self.copies_only.to_string()),
            ("--story-threshold", share(self.story_threshold)),
            ("--story-window", time(self.story_window)),
            ("--story-terms", self.story_terms.to_string()),
            ("--keep", self.keep.clone()),
            ("--prefer", self.prefer.join(",")),
        ]
    }

    /// The first setting that a call asks for and the index does not have: what a call leaves at its default it does not ask
    /// for.
    pub(super) fn refused(&self, asked: &Config) -> Option<String> {
        let default = Settings::of(&Config::default()).listed();
        let asked = Settings::of(asked).listed();
        let mut all = default.into_iter().zip(asked).zip(self.listed());
        let of = |value: String| match value.as_str() {
            "" => "nothing".to_owned(),
            _ => value,
        };
        all.find_map(|((default, asked), own)| {
            // A call for copies only leaves the index's stories as they are.
            let is_asked = default != asked && asked != own && own.0 != "--copies-only";
            is_asked.then(|| {
                format!(
                    "it was made with other settings: {} is {}, and {} was asked for",
                    own.0,
                    of(own.1),
                    of(asked.1)
                )
            })
        })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn settings_come_back_as_they_were_kept() -> Result<()> {
        let config = Config {
            within: Some(Within::AcrossSources),
            copy_window: Some(86_400),
            keep: Keep::Longest,
            prefer: vec!["wire".to_owned()],
            copy_threshold: Threshold::new("--copy-threshold", 0.35)?,
            ..Config::default()
        };
        let settings = Settings::of(&config);
        assert_eq!(settings.config(&Config::default())?, config);
        assert_eq!(settings.refused(&Config::default()), None);
        let other = Config {
            seed: 7,
            ..Config::default()
        };
        assert!(settings.refused(&other).is_some());
        Ok(())
    }
}

//! Flags that say what a story is.

use clap::Args;
use samestory::config::{Config, Threshold};
use samestory::error::Result;

use super::seconds;

/// What a story is.
#[derive(Args, Clone, Debug)]
pub(crate) struct Relating {
    /// Find copies only; each copy group is a story of its own then
    #[arg(long, help_heading = "Stories")]
    copies_only: bool,
    /// Average score from which two groups tell one story
    #[arg(
        long,
        value_name = "SHARE",
        default_value_t = Config::default().story_threshold.share(),
        help_heading = "Stories"
    )]
    story_threshold: f64,
    /// Compare for stories only what was published within this time: 36h, 3d, 2w
    #[arg(long, value_name = "TIME", value_parser = seconds, default_value = "14d", help_heading = "Stories")]
    story_window: u64,
    /// Most telling terms by which an article is met
    #[arg(long, value_name = "N", default_value_t = Config::default().story_terms, help_heading = "Stories")]
    story_terms: usize,
}

impl Relating {
    /// The settings, with those of stories.
    pub(crate) fn complete(&self, config: Config) -> Result<Config> {
        let config = Config {
            copies_only: self.copies_only,
            story_threshold: Threshold::new("--story-threshold", self.story_threshold)?,
            story_window: self.story_window,
            story_terms: self.story_terms,
            ..config
        };
        config.check()?;
        Ok(config)
    }
}

//! The forms that what was found is written in.

use std::path::PathBuf;

use pyo3::prelude::*;
use samestory::cli::{self, Moment};
use samestory::output::{self, Closed, Destination, TableOptions};
use samestory::state::settings_of;
use samestory::tables::LeadAddresses;

use crate::errors::Failure;
use crate::run::Found;
use crate::settings::{one_of, read, refused};

/// How the main output of `cluster` is written.
#[derive(Clone, Debug, FromPyObject)]
#[pyo3(from_item_all)]
pub(crate) struct Form {
    by: Option<String>,
    csv_safe: bool,
    columns: Vec<String>,
    min_articles: Option<usize>,
    new_since: Option<String>,
    sort: String,
}

/// Of what there is a row.
#[derive(Clone, Copy, PartialEq, Eq)]
enum By {
    Article,
    Story,
    Version,
}

impl Form {
    /// Writes what was found to a file that does not have its name yet.
    pub(crate) fn write(&self, found: &Found, path: PathBuf) -> Result<Closed, Failure> {
        let to = Destination::File(path);
        let all = [
            ("article", By::Article),
            ("story", By::Story),
            ("version", By::Version),
        ];
        let by = match &self.by {
            None if output::is_feed(&to) => By::Story,
            None => By::Article,
            Some(by) => one_of("by", by, &all)?,
        };
        if by != By::Article && !self.columns.is_empty() {
            let expected = "left out where the rows are not those of articles";
            return Err(refused("columns", &self.columns.join(","), expected).into());
        }
        if let (Some(since), By::Article | By::Version) = (&self.new_since, by) {
            let expected = "left out where the rows are not those of stories";
            return Err(refused("new_since", since, expected).into());
        }
        let is_by_size = one_of("sort", &self.sort, &[("lead", false), ("size", true)])?;
        match by {
            By::Article => self.articles(found, &to),
            By::Story => self.stories(found, &to, is_by_size),
            By::Version => {
                let mut writer = output::versions(&to)?;
                found.tables()?.write_versions(&found.corpus, &mut writer)?;
                Ok(writer.close()?)
            }
        }
    }

    fn articles(&self, found: &Found, to: &Destination) -> Result<Closed, Failure> {
        let options = TableOptions {
            settings: settings_of(&found.config, &found.corpus),
            columns: self.columns.clone(),
        };
        let mut writer = output::clusters_as(to, options)?;
        if self.csv_safe {
            writer = writer.for_spreadsheets();
        }
        found
            .tables()?
            .write_clusters_of(&found.corpus, &mut writer)?;
        Ok(writer.close()?)
    }

    fn stories(
        &self,
        found: &Found,
        to: &Destination,
        is_by_size: bool,
    ) -> Result<Closed, Failure> {
        let tables = found.tables()?;
        let since = read("new_since", &self.new_since, cli::moment)?;
        let mut writer = output::stories(to)?.since(since.map(Moment::start));
        let links = match writer.is_feed() {
            true => tables.links(&found.corpus)?,
            false => LeadAddresses::default(),
        };
        // As the command line: a story of one article is no news to whoever follows a feed.
        let least = self
            .min_articles
            .unwrap_or(if writer.is_feed() { 2 } else { 1 });
        tables.write_stories(&links, least, is_by_size, &mut writer)?;
        Ok(writer.close()?)
    }
}

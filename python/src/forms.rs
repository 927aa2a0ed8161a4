//! The forms that what was found is written in, or handed over in, but for the table of articles.

use std::path::PathBuf;
use std::sync::Arc;

use arrow_array::builder::{ListBuilder, StringBuilder};
use arrow_array::{
    ArrayRef, RecordBatch, StringArray, TimestampMillisecondArray, UInt32Array, UInt64Array,
};
use pyo3::prelude::*;
use samestory::article::parse_date;
use samestory::output::{self, Closed, Destination, TableOptions};
use samestory::state::settings_of;
use samestory::tables::Links;
use serde_json::Value;

use crate::arrow::ArrowTable;
use crate::errors::Failure;
use crate::run::Found;
use crate::settings::{one_of, refused};

/// How the main output of `cluster` is written.
#[derive(Clone, Debug, FromPyObject)]
#[pyo3(from_item_all)]
pub(crate) struct Form {
    by: Option<String>,
    csv_safe: bool,
    columns: Vec<String>,
    min_articles: Option<usize>,
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

    fn stories(&self, found: &Found, to: &Destination, is_by_size: bool) -> Result<Closed, Failure> {
        let tables = found.tables()?;
        let mut writer = output::stories(to)?;
        let links = match writer.is_feed() {
            true => tables.links(&found.corpus)?,
            false => Links::default(),
        };
        // As the command line: a story of one article is no news to whoever follows a feed.
        let least = self
            .min_articles
            .unwrap_or(if writer.is_feed() { 2 } else { 1 });
        tables.write_stories(&links, (least, is_by_size), &mut writer)?;
        Ok(writer.close()?)
    }
}

/// Stories as a table, from their JSON lines.
pub(crate) fn stories(lines: &str) -> Result<ArrowTable, Failure> {
    let rows: Result<Vec<Value>, _> = lines.lines().map(serde_json::from_str).collect();
    let rows = rows.map_err(|error| Failure::Data(error.to_string()))?;
    let text = |value: &Value| value.as_str().map(str::to_owned);
    let texts = |of: &dyn Fn(&Value) -> Option<String>| -> ArrayRef {
        Arc::new(rows.iter().map(of).collect::<StringArray>())
    };
    let numbers = |name: &str| -> ArrayRef {
        let number = |row: &Value| row[name].as_u64().map(|number| number as u32);
        Arc::new(rows.iter().map(number).collect::<UInt32Array>())
    };
    let moments = |of: &dyn Fn(&Value) -> Option<String>| -> ArrayRef {
        let moment = |row| Some(parse_date(&of(row)?)?.0 * 1_000);
        let moments: TimestampMillisecondArray = rows.iter().map(moment).collect();
        Arc::new(moments.with_timezone("UTC"))
    };
    let lists = |of: &dyn Fn(&Value) -> Vec<String>| -> ArrayRef {
        let mut lists = ListBuilder::new(StringBuilder::new());
        for row in &rows {
            of(row)
                .iter()
                .for_each(|item| lists.values().append_value(item));
            lists.append(true);
        }
        Arc::new(lists.finish())
    };
    let items = |value: &Value| value.as_array().cloned().unwrap_or_default();
    let articles: UInt64Array = rows
        .iter()
        .map(|row| Some(items(&row["articles"]).len() as u64))
        .collect();
    let columns: Vec<(&str, ArrayRef)> = vec![
        ("story_id", texts(&|row| text(&row["story_id"]))),
        ("label", texts(&|row| text(&row["label"]))),
        ("title", texts(&|row| text(&row["lead"]["title"]))),
        ("source", texts(&|row| text(&row["lead"]["source"]))),
        ("published", moments(&|row| text(&row["lead"]["published"]))),
        ("first_seen", moments(&|row| text(&row["first_seen"]))),
        ("last_seen", moments(&|row| text(&row["last_seen"]))),
        ("articles", Arc::new(articles)),
        ("story_sources", numbers("story_sources")),
        ("story_independent", numbers("story_independent")),
        (
            "sources",
            lists(&|row| items(&row["sources"]).iter().filter_map(text).collect()),
        ),
        (
            "article_ids",
            lists(&|row| {
                let articles = items(&row["articles"]);
                articles
                    .iter()
                    .filter_map(|article| text(&article["article_id"]))
                    .collect()
            }),
        ),
    ];
    let nullable = columns
        .into_iter()
        .map(|(name, column)| (name, column, true));
    let batch = RecordBatch::try_from_iter_with_nullable(nullable)?;
    Ok(ArrowTable::new(batch.schema(), vec![batch]))
}

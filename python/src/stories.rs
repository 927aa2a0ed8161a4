//! Stories as a table.

use std::sync::Arc;

use arrow_array::builder::{ListBuilder, StringBuilder};
use arrow_array::{
    ArrayRef, RecordBatch, StringArray, TimestampMillisecondArray, UInt32Array, UInt64Array,
};
use samestory::corpus::{Timestamp, parse_date};
use samestory::index::{Index, IndexStory};
use serde_json::Value;

use crate::arrow::ArrowTable;
use crate::errors::Failure;

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

/// The stories of an index, of which an article was published at a moment or later.
pub(crate) fn of_index(index: &Index, since: Option<Timestamp>) -> Result<ArrowTable, Failure> {
    let mut all: Vec<IndexStory> = Vec::new();
    index.table().stories(since, &mut |story| {
        all.push(story.clone());
        Ok(())
    })?;
    let texts = |of: &dyn Fn(&IndexStory) -> Option<String>| -> ArrayRef {
        Arc::new(all.iter().map(of).collect::<StringArray>())
    };
    let lead = |of: &dyn Fn(&samestory::index::IndexRow) -> Option<String>| -> ArrayRef {
        texts(&|story| story.rows.first().and_then(of))
    };
    let times = |last: bool| -> ArrayRef {
        let time = |story: &IndexStory| {
            let times = story.rows.iter().filter_map(|row| row.published);
            let time = if last { times.max() } else { times.min() };
            time.map(|time| time.0 * 1_000)
        };
        let times: TimestampMillisecondArray = all.iter().map(time).collect();
        Arc::new(times.with_timezone("UTC"))
    };
    let counts: UInt64Array = all.iter().map(|it| Some(it.rows.len() as u64)).collect();
    let mut ids = ListBuilder::new(StringBuilder::new());
    for story in &all {
        let rows = story.rows.iter();
        rows.for_each(|row| ids.values().append_value(&row.article_id));
        ids.append(true);
    }
    let columns: Vec<(&str, ArrayRef)> = vec![
        ("story_id", texts(&|story| Some(story.story_id.clone()))),
        (
            "story_status",
            texts(&|story| Some(story.story_status.to_owned())),
        ),
        ("replaced_by", texts(&|story| story.replaced_by.clone())),
        ("label", lead(&|row| row.story_label.clone())),
        ("title", lead(&|row| Some(row.title.clone()))),
        ("source", lead(&|row| row.source.clone())),
        ("url", texts(&|story| story.url.clone())),
        ("first_seen", times(false)),
        ("last_seen", times(true)),
        ("articles", Arc::new(counts)),
        ("article_ids", Arc::new(ids.finish())),
    ];
    let nullable = columns
        .into_iter()
        .map(|(name, column)| (name, column, true));
    let batch = RecordBatch::try_from_iter_with_nullable(nullable)?;
    Ok(ArrowTable::new(batch.schema(), vec![batch]))
}

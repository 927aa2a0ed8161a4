//! Stories and articles of an index, written out.

use std::io::Write;
use std::path::Path;

use samestory::article::Timestamp;
use samestory::compression::Compression;
use samestory::config::Config;
use samestory::error::{Error, Result};
use samestory::index::{Index, IndexStory};
use samestory::output::{self, Apart, Destination, OutputFile, StoryRow};
use serde::Serialize;

/// A story, as a line of JSON has it.
#[derive(Serialize)]
struct StoryLine<'l> {
    #[serde(flatten)]
    story: StoryRow<'l>,
    story_status: &'static str,
    replaced_by: Option<&'l str>,
}

/// A story that is part of another, as a line of JSON has it.
#[derive(Serialize)]
struct ReplacedLine<'l> {
    story_id: &'l str,
    story_status: &'static str,
    replaced_by: Option<&'l str>,
}

/// Refuses to write into the folder of an index.
fn keep_apart(folder: &Path, output: &Path) -> Result<()> {
    let mut apart = Apart::new();
    apart.writes(output)?;
    apart.writes_folder(folder)
}

pub(super) fn stories(
    folder: &Path,
    output: &Path,
    (since, least): (Option<Timestamp>, Option<usize>),
) -> anyhow::Result<()> {
    keep_apart(folder, output)?;
    let index = Index::open(folder, &Config::default())?;
    let all = index.table();
    let destination = Destination::named(output);
    let failed = |error: serde_json::Error| Error::io(output, error.into());
    if output::is_feed(&destination) {
        let mut feed = output::stories(&destination)?;
        let mut newest = Vec::new();
        all.stories(since, &mut |story| {
            if story.rows.len() >= least.unwrap_or(2) {
                newest.push(story.clone());
            }
            Ok(())
        })?;
        newest.sort_by_cached_key(|story| {
            std::cmp::Reverse(story.rows.iter().filter_map(|row| row.published).max())
        });
        for story in &newest {
            if let Some(row) = row(story) {
                feed.write(&row)?;
            }
        }
        return Ok(feed.close()?.commit()?);
    }
    let mut file = OutputFile::create(&destination, Compression::of_name(output))?;
    all.stories(since, &mut |story| {
        if !story.rows.is_empty() && story.rows.len() < least.unwrap_or(1) {
            return Ok(());
        }
        let mut line = story_line(story).map_err(failed)?;
        line.push(b'\n');
        file.write_all(&line)
            .map_err(|error| Error::io(output, error))
    })?;
    Ok(file.commit()?)
}

/// A story as outputs have it.
fn row(story: &IndexStory) -> Option<StoryRow<'_>> {
    let (lead, others) = story.rows.split_first()?;
    Some(StoryRow {
        lead: lead.cluster(),
        others: others.iter().map(|row| row.cluster()).collect(),
        url: story.url.as_deref(),
    })
}

pub(super) fn table(folder: &Path, output: &Path) -> anyhow::Result<()> {
    keep_apart(folder, output)?;
    let index = Index::open(folder, &Config::default())?;
    let all = index.table();
    let mut to = output::indexed(&Destination::named(output))?;
    for at in 0..all.len() {
        to.write(&all.row(at)?)?;
    }
    Ok(to.close()?.commit()?)
}

/// A story as a line of JSON, without its line end.
pub(super) fn story_line(story: &IndexStory) -> serde_json::Result<Vec<u8>> {
    let replaced_by = story.replaced_by.as_deref();
    match row(story) {
        Some(row) => serde_json::to_vec(&StoryLine {
            story: row,
            story_status: story.story_status,
            replaced_by,
        }),
        None => serde_json::to_vec(&ReplacedLine {
            story_id: &story.story_id,
            story_status: story.story_status,
            replaced_by,
        }),
    }
}

//! Stories and articles of an index, written out.

use std::cmp::Reverse;
use std::io::{self, Write};
use std::path::Path;

use samestory::compression::Compression;
use samestory::config::Config;
use samestory::corpus::Timestamp;
use samestory::error::{Error, Result};
use samestory::index::{Index, IndexStory};
use samestory::output::{self, Apart, Closed, Destination, OutputFile, StoryRow, StoryWriter};
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
pub(super) fn keep_apart(folder: &Path, output: &Path) -> Result<()> {
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
    let to = StoriesTo::open(output)?;
    let all = index.table();
    let closed = to.write((least, false), &|visit| all.stories(since, visit))?;
    Ok(closed.commit()?)
}

/// Where stories of an index go: a feed, or lines of JSON.
pub(super) enum StoriesTo {
    Feed(StoryWriter),
    Lines(OutputFile),
}

/// Whoever hands stories on.
type Stories<'s> = &'s dyn Fn(&mut dyn FnMut(&IndexStory) -> Result<()>) -> Result<()>;

impl StoriesTo {
    pub(super) fn open(output: &Path) -> Result<StoriesTo> {
        let destination = Destination::named(output);
        match output::is_feed(&destination) {
            true => output::stories(&destination).map(StoriesTo::Feed),
            false => {
                OutputFile::create(&destination, Compression::of_name(output)).map(StoriesTo::Lines)
            }
        }
    }

    /// Writes stories of so many articles at least; the largest first where that is asked for, and in a feed else the newest.
    pub(super) fn write(
        self,
        (least, is_by_size): (Option<usize>, bool),
        stories: Stories<'_>,
    ) -> Result<Closed> {
        let is_feed = matches!(self, StoriesTo::Feed(_));
        let least = least.unwrap_or(if is_feed { 2 } else { 1 });
        let is_wanted = |story: &IndexStory| match story.rows.len() {
            // What is part of another story is told where all are.
            0 => !is_feed && !is_by_size,
            articles => articles >= least,
        };
        match self {
            StoriesTo::Lines(mut file) if !is_by_size => {
                stories(&mut |story| match is_wanted(story) {
                    true => push(&mut file, story),
                    false => Ok(()),
                })?;
                file.close()
            }
            StoriesTo::Lines(mut file) => {
                let stories = sorted(stories, &is_wanted, true)?;
                stories
                    .iter()
                    .try_for_each(|story| push(&mut file, story))?;
                file.close()
            }
            StoriesTo::Feed(mut feed) => {
                for story in sorted(stories, &is_wanted, is_by_size)? {
                    if let Some(row) = row(&story) {
                        feed.write(&row)?;
                    }
                }
                feed.close()
            }
        }
    }
}

fn sorted(
    stories: Stories<'_>,
    is_wanted: &dyn Fn(&IndexStory) -> bool,
    is_by_size: bool,
) -> Result<Vec<IndexStory>> {
    let mut all = Vec::new();
    stories(&mut |story| {
        if is_wanted(story) {
            all.push(story.clone());
        }
        Ok(())
    })?;
    match is_by_size {
        true => all.sort_by_key(|story| Reverse(story.rows.len())),
        false => {
            let newest =
                |story: &IndexStory| story.rows.iter().filter_map(|row| row.published).max();
            all.sort_by_cached_key(|story| Reverse(newest(story)));
        }
    }
    Ok(all)
}

fn push(to: &mut OutputFile, story: &IndexStory) -> Result<()> {
    let line = story_line(story).map_err(io::Error::from);
    let written = line.and_then(|mut line| {
        line.push(b'\n');
        to.write_all(&line)
    });
    written.map_err(|error| Error::io(to.name(), error))
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
    let mut to = samestory::index::table(&Destination::named(output))?;
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

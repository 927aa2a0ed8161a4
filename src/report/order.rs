//! In which order a report shows stories, their copy groups, and the articles of those.

use std::cmp::Reverse;
use std::ops::Range;

use super::rows::Rows;

/// The articles that stand in stories or copy groups of several, the largest stories first.
///
/// Articles of one copy group follow each other, the representative first; so do the groups of one story, that of its
/// lead first. All else stand alone and are only counted.
#[derive(Debug, Default)]
pub(super) struct Order {
    /// The rows of the articles.
    pub(super) articles: Vec<u32>,
    /// Where each copy group begins among the articles, and where the last ends.
    group_starts: Vec<u32>,
    /// Where each story begins among the groups, and where the last ends.
    story_starts: Vec<u32>,
}

impl Order {
    pub(super) fn of(rows: &Rows) -> Order {
        let by_story = |row: &u32| (rows.row(*row).story, rows.row(*row).copy, *row);
        let mut all: Vec<u32> = (0..rows.len() as u32).collect();
        all.sort_unstable_by_key(by_story);
        let mut stories: Vec<&mut [u32]> = all
            .chunk_by_mut(|a, b| rows.row(*a).story == rows.row(*b).story)
            .filter(|story| story.len() > 1)
            .collect();
        stories.sort_by_key(|story| (Reverse(story.len()), first(story)));
        let mut order = Order {
            group_starts: vec![0],
            story_starts: vec![0],
            ..Order::default()
        };
        for story in stories {
            order.add(story, rows);
        }
        order
    }

    fn add(&mut self, story: &mut [u32], rows: &Rows) {
        let leads = |group: &&mut [u32]| group.iter().any(|&row| rows.row(row).stands.0);
        let mut groups: Vec<&mut [u32]> = story
            .chunk_by_mut(|a, b| rows.row(*a).copy == rows.row(*b).copy)
            .collect();
        groups.sort_by_key(|group| (!leads(group), Reverse(group.len()), first(group)));
        for group in groups {
            group.sort_by_key(|&row| {
                let it = rows.row(row);
                // What has no date comes last.
                (!it.stands.1, it.published.is_none(), it.published, row)
            });
            self.articles.extend_from_slice(group);
            self.group_starts.push(self.articles.len() as u32);
        }
        self.story_starts.push(self.groups() as u32);
    }

    /// How many copy groups there are, those of one article in a story of several included.
    pub(super) fn groups(&self) -> usize {
        self.group_starts.len() - 1
    }

    pub(super) fn stories(&self) -> usize {
        self.story_starts.len() - 1
    }

    /// The articles of a group, as places in [`Order::articles`].
    pub(super) fn group(&self, group: usize) -> Range<usize> {
        self.group_starts[group] as usize..self.group_starts[group + 1] as usize
    }

    /// The groups of a story.
    pub(super) fn story(&self, story: usize) -> Range<usize> {
        self.story_starts[story] as usize..self.story_starts[story + 1] as usize
    }

    /// The rows of a group.
    pub(super) fn rows_of(&self, group: usize) -> &[u32] {
        &self.articles[self.group(group)]
    }

    /// Keeps so many stories, the first.
    pub(super) fn truncate(&mut self, stories: usize) {
        self.story_starts.truncate(stories + 1);
        let groups = self.story_starts.last().map_or(0, |&end| end as usize);
        self.group_starts.truncate(groups + 1);
        let articles = self.group_starts.last().map_or(0, |&end| end as usize);
        self.articles.truncate(articles);
    }
}

/// The first row, in the order of the table.
fn first(rows: &[u32]) -> u32 {
    rows.iter().min().copied().unwrap_or_default()
}

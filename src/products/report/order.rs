//! In which order a report shows stories, their copy groups, and the articles of those.

use std::cmp::Reverse;
use std::ops::Range;

use ahash::AHashMap;

use super::rows::Rows;
use crate::corpus::{ArticleId, Timestamp};
use crate::stages::copies::Kind;

/// The articles that stand in stories or copy groups of several, the largest stories first, and behind them what else is
/// an item of a form or of a notice.
///
/// Articles of one copy group follow each other, the representative first; so do the groups of one story, that of its
/// lead first. An item that stands in no story is a group of its own, behind the groups of all stories. All else stands
/// alone and is only counted.
#[derive(Debug, Default)]
pub(super) struct Order {
    /// The rows of the articles.
    pub(super) articles: Vec<ArticleId>,
    /// Where each copy group begins among the articles, and where the last ends.
    group_starts: Vec<u32>,
    /// Where each story begins among the groups, and where the last ends.
    story_starts: Vec<u32>,
    /// The forms and the notices, the largest first.
    pub(super) forms: Vec<Form>,
}

/// A form or a notice.
#[derive(Debug)]
pub(super) struct Form {
    pub(super) kind: Kind,
    /// How many items it has, and of how many sources they are.
    pub(super) records: usize,
    pub(super) sources: usize,
    /// When the first of them was published, and when the last.
    pub(super) seen: Option<(Timestamp, Timestamp)>,
    /// Those that are shown, as places in [`Order::articles`].
    pub(super) items: Vec<u32>,
}

impl Form {
    fn new(all: &[u32], items: Vec<u32>, rows: &Rows) -> Form {
        let mut sources: Vec<u32> = all.iter().filter_map(|&row| rows.row(row).source).collect();
        sources.sort_unstable();
        sources.dedup();
        let times = || all.iter().filter_map(|&row| rows.row(row).published);
        Form {
            kind: rows.row(all[0]).kind,
            records: all.len(),
            sources: sources.len(),
            seen: times().min().zip(times().max()),
            items,
        }
    }
}

/// So many items of a form are shown, those published first: what they have in common is seen in fewer.
const ITEMS: usize = 500;

impl Order {
    /// All stories, and all forms.
    pub(super) fn of(rows: &Rows) -> Order {
        Order::limited(rows, usize::MAX, usize::MAX)
    }

    /// The largest stories, and the largest forms, at most so many.
    pub(super) fn limited(rows: &Rows, most_stories: usize, most_forms: usize) -> Order {
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
        for story in stories.into_iter().take(most_stories) {
            order.add(story, rows);
        }
        order.add_forms(rows, most_forms);
        order
    }

    fn add_forms(&mut self, rows: &Rows, most: usize) {
        let of_form = |row: &u32| {
            let it = rows.row(*row);
            // What has no date comes last.
            (it.form, it.published.is_none(), it.published, *row)
        };
        let is_item = |row: &u32| rows.row(*row).form.is_some();
        let mut all: Vec<u32> = (0..rows.len() as u32).filter(is_item).collect();
        all.sort_unstable_by_key(of_form);
        let mut forms: Vec<&[u32]> = all
            .chunk_by(|a, b| rows.row(*a).form == rows.row(*b).form)
            .collect();
        forms.sort_by_key(|form| (Reverse(form.len()), first(form)));
        let mut places: AHashMap<u32, u32> = AHashMap::new();
        let shown = (0..).zip(&self.articles).filter(|(_, row)| is_item(row));
        places.extend(shown.map(|(at, &row)| (row, at)));
        for form in forms.into_iter().take(most) {
            let items = form.iter().take(ITEMS).map(|&row| {
                places.get(&row).copied().unwrap_or_else(|| {
                    self.articles.push(row);
                    self.group_starts.push(self.articles.len() as u32);
                    self.articles.len() as u32 - 1
                })
            });
            let items = items.collect();
            self.forms.push(Form::new(form, items, rows));
        }
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

    /// How many copy groups there are, those of one article in a story of several and items of forms included.
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

    /// How many groups stand in stories; those behind them are items of forms.
    pub(super) fn groups_of_stories(&self) -> usize {
        self.story_starts.last().map_or(0, |&end| end as usize)
    }

    /// How many articles stand in stories.
    pub(super) fn articles_of_stories(&self) -> usize {
        self.group_starts[self.groups_of_stories()] as usize
    }
}

/// The first row, in the order of the table.
fn first(rows: &[u32]) -> u32 {
    rows.iter().min().copied().unwrap_or_default()
}

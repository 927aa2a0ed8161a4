//! Retelling: the stories of an index, or of a dump that was held against it.

use super::found::Compared;
use super::shown::IndexStory;
use crate::corpus::Timestamp;
use crate::error::Result;

impl Compared<'_> {
    /// The stories of which an article was published at a moment or later, in the order of their ids' articles; all where none
    /// is named. Those that became part of another come behind it, without articles.
    ///
    /// # Errors
    ///
    /// Those of `visit`, and when the index cannot be read.
    pub fn stories(
        &self,
        since: Option<Timestamp>,
        visit: &mut dyn FnMut(&IndexStory) -> Result<()>,
    ) -> Result<()> {
        for key in self.stories.keys() {
            if let Some(story) = self.story_since(key, since)? {
                visit(&story)?;
                self.merged_into(key, &story.story_id, visit)?;
            }
        }
        Ok(())
    }

    /// The stories that articles of the dump tell, as [`Compared::stories`] hands them on, with what became of each by it; those of
    /// which an article was published at a moment or later, where one is named.
    ///
    /// # Errors
    ///
    /// As [`Compared::stories`].
    pub fn stories_of_dump(
        &self,
        since: Option<Timestamp>,
        visit: &mut dyn FnMut(&IndexStory) -> Result<()>,
    ) -> Result<()> {
        let came = self.came.iter();
        let mut keys: Vec<u32> = came
            .map(|came| self.rows.rows[came.number as usize].story)
            .collect();
        keys.sort_unstable();
        keys.dedup();
        for key in keys {
            if let Some(story) = self.story_since(key, since)? {
                visit(&IndexStory {
                    story_status: self.status(key),
                    ..story.clone()
                })?;
                self.merged_into(key, &story.story_id, visit)?;
            }
        }
        Ok(())
    }

    /// A story, unless all its articles were published before a moment.
    pub(super) fn story_since(
        &self,
        key: u32,
        since: Option<Timestamp>,
    ) -> Result<Option<IndexStory>> {
        let members = self.stories.of(key);
        let lead = self.rows.rows[key as usize].lead;
        let times = members.clone().filter_map(|it| self.published(it));
        let (first, last) = (times.clone().min(), times.max());
        if since.is_some_and(|since| last.is_none_or(|last| last < since)) {
            return Ok(None);
        }
        let mut rows = Vec::with_capacity(members.len());
        for number in std::iter::once(lead).chain(members.filter(|&it| it != lead)) {
            rows.push(self.row_of(number)?);
        }
        let is_closed = self.rows.beside.closed.binary_search(&key).is_ok();
        let status = match since {
            _ if is_closed => "closed",
            Some(since) if first.is_some_and(|first| first >= since) => "new",
            Some(_) => "grown",
            None => "same",
        };
        let url = self.with(lead, |record| {
            record.article.url.as_deref().map(str::to_owned)
        })?;
        Ok(Some(IndexStory {
            story_id: self.id(key)?,
            story_status: status,
            replaced_by: None,
            rows,
            url,
        }))
    }

    /// The stories that became part of one.
    fn merged_into(
        &self,
        key: u32,
        story_id: &str,
        visit: &mut dyn FnMut(&IndexStory) -> Result<()>,
    ) -> Result<()> {
        let replaced = &self.rows.beside.replaced;
        for &(old, _) in replaced.iter().filter(|it| self.replacement(it.0) == key) {
            // What was forgotten has no id any more.
            if self.rows.rows[old as usize].is_gone {
                continue;
            }
            visit(&IndexStory {
                story_id: self.id(old)?,
                story_status: "merged",
                replaced_by: Some(story_id.to_owned()),
                rows: Vec::new(),
                url: None,
            })?;
        }
        Ok(())
    }

    /// What a story became part of, in the end.
    pub(super) fn replacement(&self, story: u32) -> u32 {
        let replaced = &self.rows.beside.replaced;
        let mut story = story;
        // A story becomes part of an older one.
        while let Ok(at) = replaced.binary_search_by_key(&story, |it| it.0) {
            if replaced[at].1 >= story {
                break;
            }
            story = replaced[at].1;
        }
        story
    }
}

//! Views: single articles, groups and stories of an index, and how two of its articles relate.

use serde::Serialize;

use super::Index;
use super::articles::Articles;
use super::corpus::KeptCorpus;
use super::found::Compared;
use super::seen::Seer;
use super::shown::{IndexRow, IndexStory};
use super::sight::Answer;
use crate::corpus::{Corpus, ReadReport, Timestamp};
use crate::error::{ErrorKind, Result};
use crate::kernel::{Overlap, Share};

/// An article of an index, with its text.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Kept {
    /// What was decided of it.
    pub row: IndexRow,
    /// As read; `None` where the index keeps no texts.
    pub text: Option<String>,
    /// As read.
    pub url: Option<String>,
    /// As read.
    pub lang: Option<String>,
    /// The ingest that it came with.
    pub ingest: Option<String>,
}

/// How two articles of an index relate to each other.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct Compare {
    /// The two.
    pub a: String,
    /// See `a`.
    pub b: String,
    /// Whether they are in one copy group.
    pub same_group: bool,
    /// Whether they tell one story.
    pub same_story: bool,
    /// What the rules say of the two by themselves: `exact`, `near`, `excerpt` or `no`.
    pub decision: Answer,
    /// The Jaccard similarity of their shingles.
    #[serde(serialize_with = "crate::output::rounded")]
    pub jaccard: Share,
    /// What share of the smaller text's shingles the other has.
    #[serde(serialize_with = "crate::output::rounded")]
    pub containment: Share,
    /// How many shingles each has, and how many both have.
    pub shingles: (usize, usize),
    /// See `shingles`.
    pub shared: usize,
    /// The shares from which texts are copies, and excerpts.
    #[serde(serialize_with = "crate::output::rounded")]
    pub copy_threshold: Share,
    /// See `copy_threshold`.
    #[serde(serialize_with = "crate::output::rounded")]
    pub excerpt_threshold: Share,
    /// How many seconds lie between them, where both say when they were published.
    pub seconds_apart: Option<u64>,
    /// Whether all of this is estimated: the index keeps no texts.
    #[serde(skip_serializing_if = "std::ops::Not::not")]
    pub estimated: bool,
}

impl Index {
    /// A view of all that is there, which lists nothing by itself.
    fn view(&self) -> Compared<'_> {
        let nothing = (Vec::new(), ReadReport::default());
        Compared::of(self, (None, self.rows.clone()), nothing)
    }

    /// An article, with its text.
    ///
    /// # Errors
    ///
    /// When the index cannot be read.
    pub fn article(&self, id: &str) -> Result<Option<Kept>> {
        let Some(number) = self.find(id)? else {
            return Ok(None);
        };
        let row = self.view().row_of(number)?;
        let ingest = self.manifest.ingest_of(number);
        let ingest = ingest.map(|ingest| ingest.name.clone());
        self.with(number, |record| {
            let article = &record.article;
            Ok(Some(Kept {
                row,
                text: self
                    .keeps_texts()
                    .then(|| article.text.clone().into_owned()),
                url: article.url.as_deref().map(str::to_owned),
                lang: article.lang.as_deref().map(str::to_owned),
                ingest,
            }))
        })
    }

    /// The articles of the copy group of this key, what stands for them first; none where there is no such group.
    ///
    /// # Errors
    ///
    /// When the index cannot be read.
    pub fn group(&self, key: &str) -> Result<Vec<IndexRow>> {
        let number = self.find(key)?;
        let key = number.filter(|&number| self.row(number).group == number);
        let Some(key) = key else {
            return Ok(Vec::new());
        };
        let view = self.view();
        let stands = self.row(key).representative;
        let others = self.groups().of(key).filter(|&it| it != stands);
        let all = std::iter::once(stands).chain(others);
        all.map(|number| view.row_of(number)).collect()
    }

    /// The story of this id, which may be part of another by now.
    ///
    /// # Errors
    ///
    /// When the index cannot be read.
    pub fn story(&self, id: &str) -> Result<Option<IndexStory>> {
        let Some(number) = self.find(id)? else {
            return Ok(None);
        };
        let view = self.view();
        if self.row(number).story == number {
            return view.story_since(number, None);
        }
        let into = view.replacement(number);
        match into == number {
            true => Ok(None),
            false => Ok(Some(IndexStory {
                story_id: id.to_owned(),
                story_status: "merged",
                replaced_by: Some(self.id(into)?),
                rows: Vec::new(),
                url: None,
            })),
        }
    }

    /// Up to `most` stories of which an article was published at a moment or later, behind the one of an id, in the order of
    /// [`Compared::stories`]; and whether there are more.
    ///
    /// # Errors
    ///
    /// [`ErrorKind::UnknownId`] where there never was a story of that id; and when the index cannot be read.
    pub fn stories_page(
        &self,
        since: Option<Timestamp>,
        after: Option<&str>,
        most: usize,
    ) -> Result<(Vec<IndexStory>, bool)> {
        let view = self.view();
        let after = after.map(|id| self.known(id)).transpose()?;
        let mut page = Vec::new();
        let keys = self.stories().keys();
        for key in keys.filter(|key| after.is_none_or(|after| *key > after)) {
            let Some(story) = view.story_since(key, since)? else {
                continue;
            };
            if page.len() == most {
                return Ok((page, true));
            }
            page.push(story);
        }
        Ok((page, false))
    }

    /// The articles of all stories of which one was published at a moment or later, as a corpus, with a row for each: the input and
    /// the record of a row are those of the corpus.
    ///
    /// # Errors
    ///
    /// When the index cannot be read.
    pub fn recent(&self, since: Option<Timestamp>) -> Result<(Vec<IndexRow>, impl Corpus + '_)> {
        self.need_texts()?;
        let view = self.view();
        let stories = self.stories();
        let mut numbers: Vec<u32> = Vec::new();
        for key in stories.keys() {
            let is_recent = |number: u32| {
                let time = self.published(number);
                since.is_none_or(|since| time.is_some_and(|time| time >= since.0))
            };
            if stories.of(key).any(is_recent) {
                numbers.extend(stories.of(key));
            }
        }
        numbers.sort_unstable();
        let files: Vec<&Articles> = self.articles.iter().collect();
        let corpus = KeptCorpus::of(&files, numbers.iter().copied());
        let input = corpus.inputs().pop().unwrap_or_default();
        let row = |&number: &u32| {
            Ok(IndexRow {
                // A table names stories after what leads them.
                story_id: self.id(self.row(number).lead)?,
                input: input.clone(),
                record: u64::from(number) + 1,
                ..view.row_of(number)?
            })
        };
        let rows: Result<Vec<IndexRow>> = numbers.iter().map(row).collect();
        Ok((rows?, corpus))
    }

    fn known(&self, id: &str) -> Result<u32> {
        let missing = || ErrorKind::UnknownId {
            id: id.to_owned(),
            nearest: Vec::new(),
        };
        Ok(self.find(id)?.ok_or_else(missing)?)
    }
}

impl Seer<'_> {
    /// How two articles of the index relate to each other.
    ///
    /// # Errors
    ///
    /// [`ErrorKind::UnknownId`] for an id that is not there; and when the index cannot be read.
    pub fn compare(&self, a: &str, b: &str) -> Result<Compare> {
        let index = self.index;
        let (x, y) = (index.known(a)?, index.known(b)?);
        let (decided, overlap) = match index.keeps_texts() {
            true => {
                let (first, second) = (self.kept(x)?, self.kept(y)?);
                let overlap = Overlap::of(&first.lone.set, &second.lone.set);
                (self.decide(&first, &second)?, overlap)
            }
            false => self.estimated(x, y)?,
        };
        let times = index.published(x).zip(index.published(y));
        Ok(Compare {
            a: a.to_owned(),
            b: b.to_owned(),
            same_group: index.row(x).group == index.row(y).group,
            same_story: index.row(x).story == index.row(y).story,
            decision: decided.map_or(Answer::No, |it| it.0),
            jaccard: overlap.jaccard(),
            containment: overlap.containment(),
            shingles: (overlap.sizes.0 as usize, overlap.sizes.1 as usize),
            shared: overlap.shared as usize,
            copy_threshold: index.config.copy_threshold.millionths(),
            excerpt_threshold: index.config.excerpt_threshold.millionths(),
            seconds_apart: times.map(|(a, b)| a.abs_diff(b)),
            estimated: !index.keeps_texts(),
        })
    }
}

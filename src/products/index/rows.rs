//! Decisions: what is known of every article of an index, in memory as in the file.

use std::path::Path;

use serde::{Deserialize, Serialize};

use super::file::{Reading, Writing};
use super::manifest::{FileEntry, Part};
use crate::corpus::ArticleId;
use crate::error::Result;
use crate::kernel::{Identity, Share};
use crate::spill::Bytes;
use crate::stages::copies::{CopyRelation, Kind};

const BYTES: usize = 64;
/// Stands for a form where there is none.
pub(super) const NO_FORM: u32 = u32::MAX;
const RELATIONS: [CopyRelation; 4] = [
    CopyRelation::Representative,
    CopyRelation::Exact,
    CopyRelation::Near,
    CopyRelation::Excerpt,
];

/// What was decided of one article.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct Row {
    /// The key of its copy group: the number of the first of its articles that was taken in.
    pub(super) group: u32,
    /// The article that stands for the group.
    pub(super) representative: ArticleId,
    pub(super) relation: CopyRelation,
    /// To the representative.
    pub(super) similarity: Share,
    pub(super) kind: Kind,
    pub(super) form: u32,
    /// The key of its story: the number of the article that it was first told by.
    pub(super) story: u32,
    /// The article that leads the story.
    pub(super) lead: u32,
    /// Of its representative to the lead.
    pub(super) story_similarity: Share,
    /// What its text is once it is cleaned; that of the page where nothing is left.
    pub(super) text: Identity,
    pub(super) tokens: u32,
    /// How many anchors it has, and how many of them texts of any length draw.
    pub(super) anchors: (u16, u16),
    /// Whether it was forgotten.
    pub(super) is_gone: bool,
    /// Whether texts are found by its keys.
    pub(super) is_bearer: bool,
    /// Whether the similarity to the representative is an estimate.
    pub(super) is_estimated: bool,
}

impl Row {
    /// An article by itself.
    pub(super) fn alone(number: u32) -> Row {
        Row {
            group: number,
            representative: number,
            relation: CopyRelation::Representative,
            similarity: Share(0),
            kind: Kind::Article,
            form: NO_FORM,
            story: number,
            lead: number,
            story_similarity: Share(0),
            text: Identity::default(),
            tokens: 0,
            anchors: (0, 0),
            is_gone: false,
            is_bearer: false,
            is_estimated: false,
        }
    }

    fn to_bytes(self) -> [u8; BYTES] {
        let relation = RELATIONS.iter().position(|&it| it == self.relation);
        let kind = Kind::ALL.iter().position(|&it| it == self.kind);
        let flags = u32::from(self.is_gone)
            | u32::from(self.is_bearer) << 1
            | u32::from(self.is_estimated) << 2;
        let packed = relation.unwrap_or(0) as u32 | (kind.unwrap_or(0) as u32) << 8 | flags << 16;
        let numbers = [
            self.group,
            self.representative,
            self.similarity.0,
            self.form,
            self.story,
            self.lead,
            self.story_similarity.0,
            self.tokens,
            u32::from(self.anchors.0) | u32::from(self.anchors.1) << 16,
            packed,
            self.text.first as u32,
            (self.text.first >> 32) as u32,
            self.text.second as u32,
            (self.text.second >> 32) as u32,
        ];
        let mut bytes = [0; BYTES];
        for (four, number) in bytes.as_chunks_mut().0.iter_mut().zip(numbers) {
            *four = number.to_le_bytes();
        }
        bytes
    }

    fn of_bytes(bytes: &[u8; BYTES]) -> Option<Row> {
        let mut bytes = Bytes(bytes);
        let (group, representative) = (bytes.u32()?, bytes.u32()?);
        let (similarity, form) = (Share(bytes.u32()?), bytes.u32()?);
        let (story, lead) = (bytes.u32()?, bytes.u32()?);
        let (story_similarity, tokens) = (Share(bytes.u32()?), bytes.u32()?);
        let (anchors, packed) = (bytes.u32()?, bytes.u32()?);
        Some(Row {
            group,
            representative,
            relation: *RELATIONS.get((packed & 0xff) as usize)?,
            similarity,
            kind: *Kind::ALL.get((packed >> 8 & 0xff) as usize)?,
            form,
            story,
            lead,
            story_similarity,
            text: Identity {
                first: bytes.u64()?,
                second: bytes.u64()?,
            },
            tokens,
            anchors: (anchors as u16, (anchors >> 16) as u16),
            is_gone: packed >> 16 & 1 == 1,
            is_bearer: packed >> 17 & 1 == 1,
            is_estimated: packed >> 18 & 1 == 1,
        })
    }
}

/// What stands beside the rows.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub(super) struct Beside {
    /// The labels of stories of several texts, by key, ascending, with how many articles each had when it got its own.
    pub(super) labels: Vec<(u32, String, u32)>,
    /// The keys of stories that are over, ascending.
    pub(super) closed: Vec<u32>,
    /// The keys of stories that became part of others, ascending, each with the one that it became part of.
    pub(super) replaced: Vec<(u32, u32)>,
}

/// What was decided of all articles, by number.
#[derive(Clone, Debug, Default)]
pub(super) struct Rows {
    pub(super) rows: Vec<Row>,
    pub(super) beside: Beside,
}

impl Rows {
    pub(super) fn write(&self, path: &Path) -> Result<FileEntry> {
        let mut file = Writing::create(Part::Decisions, path)?;
        file.section("rows", |to| {
            let mut rows = self.rows.iter();
            rows.try_for_each(|row| to.write_all(&row.to_bytes()))
        })?;
        file.section("beside", |to| Ok(serde_json::to_writer(to, &self.beside)?))?;
        let (reading, entry) = file.finish()?;
        entry.ok_or_else(|| reading.damaged())
    }

    pub(super) fn open(path: &Path, entry: &FileEntry) -> Result<Rows> {
        let file = Reading::open(path, entry)?;
        let rows = file.whole("rows")?;
        let rows: Option<Vec<Row>> = rows.as_chunks().0.iter().map(Row::of_bytes).collect();
        let rows = rows.ok_or_else(|| file.damaged())?;
        let fits = |number: u32| (number as usize) < rows.len();
        let are_sound = rows.iter().all(|row| {
            let form = row.form == NO_FORM || fits(row.form);
            form && [row.group, row.representative, row.story, row.lead]
                .into_iter()
                .all(fits)
        });
        let beside = serde_json::from_slice(&file.whole("beside")?);
        match beside {
            Ok(beside) if are_sound => Ok(Rows { rows, beside }),
            _ => Err(file.damaged()),
        }
    }

    /// The numbers of the articles that are there.
    pub(super) fn there(&self) -> impl Iterator<Item = u32> + '_ {
        let rows = (0u32..).zip(&self.rows);
        rows.filter(|(_, row)| !row.is_gone)
            .map(|(number, _)| number)
    }

    /// The articles that are there, by something that several have.
    pub(super) fn by(&self, of: impl Fn(&Row) -> u32) -> Members {
        let mut order: Vec<(u32, u32)> = self
            .there()
            .map(|number| (of(&self.rows[number as usize]), number))
            .collect();
        order.sort_unstable();
        Members(order)
    }

    pub(super) fn label(&self, story: u32) -> Option<&str> {
        let labels = &self.beside.labels;
        let found = labels.binary_search_by_key(&story, |label| label.0);
        found.ok().map(|at| labels[at].1.as_str())
    }
}

/// Articles by what they have in common, ascending.
#[derive(Debug, Default)]
pub(super) struct Members(Vec<(u32, u32)>);

impl Members {
    pub(super) fn of(&self, key: u32) -> impl ExactSizeIterator<Item = u32> + Clone + '_ {
        let start = self.0.partition_point(|it| it.0 < key);
        let end = start + self.0[start..].partition_point(|it| it.0 == key);
        self.0[start..end].iter().map(|it| it.1)
    }

    /// All that they have in common, each once.
    pub(super) fn keys(&self) -> impl Iterator<Item = u32> + '_ {
        self.0.chunk_by(|a, b| a.0 == b.0).map(|same| same[0].0)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_row_comes_back_as_it_was_kept() {
        let row = Row {
            representative: 3,
            relation: CopyRelation::Excerpt,
            kind: Kind::Form,
            form: 5,
            text: Identity {
                first: 1 << 60 | 7,
                second: 9 << 40 | 2,
            },
            anchors: (513, 40),
            is_gone: true,
            is_bearer: true,
            ..Row::alone(7)
        };
        assert_eq!(Row::of_bytes(&row.to_bytes()), Some(row));
    }
}

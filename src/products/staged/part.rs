//! A part of a dump, as a run has the whole: its register, and its texts.

use ahash::AHashMap;

use super::Job;
use super::wire::{ArticleRow, At, band_keys, of_six};
use crate::corpus::{Article, Corpus, Register, RegisterWriter};
use crate::error::Result;
use crate::stages::copies::Texts;
use crate::stages::fingerprint::{OnePrint, gathered};

/// Articles of a dump with all that bear the same texts.
pub(super) struct Part<'r> {
    /// In the order of the dump.
    pub(super) articles: Vec<Article<'r>>,
    pub(super) register: Register,
    pub(super) texts: Texts,
    pub(super) numbers: AHashMap<At, u32>,
}

impl<'r> Part<'r> {
    /// Articles, which are sorted by where they were read.
    pub(super) fn of(rows: &[ArticleRow<'r>], job: &Job) -> Result<Part<'r>> {
        let tables = job.tables()?;
        let articles: Vec<Article<'r>> = rows.iter().map(ArticleRow::article).collect();
        let writer = RegisterWriter::new(&job.budget);
        articles.sweep(&|batch| writer.enter(&batch))?;
        let register = writer.finish_part(&tables.plausible, &tables.site_words)?;
        let (bands, hashes) = (job.cut.bands(), job.config.num_hashes);
        let unpacked: Vec<_> = rows
            .iter()
            .map(|row| {
                let mut keys = band_keys(row.keys);
                keys.resize(bands, Default::default());
                let mut sketch = row.sketch.to_vec();
                sketch.resize(hashes, 0);
                (keys, sketch, of_six(row.anchors).collect::<Vec<u64>>())
            })
            .collect();
        let prints = rows.iter().zip(&unpacked);
        let prints = prints.map(|(row, (keys, sketch, anchors))| OnePrint {
            print: row.print(),
            keys,
            sketch,
            anchors,
            heading: row.heading(),
            text_bytes: (0, 0),
        });
        let prints = gathered(prints, &job.budget)?;
        let mut texts = Texts::collapse(&register, prints, &job.config, &job.budget)?;
        texts.are_part_of(tables.titles_alone);
        let numbers = rows.iter().map(|row| row.at).zip(0..).collect();
        Ok(Part {
            articles,
            register,
            texts,
            numbers,
        })
    }

    /// The text of an article.
    pub(super) fn text_of(&self, at: At) -> Option<u32> {
        let article = *self.numbers.get(&at)?;
        Some(self.texts.of_article[article as usize])
    }
}

//! Estimating: articles of an index without texts, held against each other by their gists.

use std::path::PathBuf;

use ahash::AHashMap;
use rayon::prelude::*;

use super::Index;
use super::articles::Articles;
use super::file::{NO_TEXTS, Writing, index_error};
use super::gist::{Gist, Known};
use super::manifest::{FileEntry, Part};
use super::pack::{self, Block, Draft, Packed};
use super::relate::{Relater, Relating};
use super::rows::Row;
use super::seen::Seer;
use super::sight::Answer;
use crate::corpus::Article;
use crate::error::Result;
use crate::kernel::Overlap;
use crate::stages::clean::{Cleaner, Furniture};
use crate::stages::copies::{CopyRelation, Cutter};
use crate::stages::fingerprint::SingleFingerprint;

/// So many blocks are made at once.
const AT_ONCE: usize = 64;

/// A file of new articles without texts; unless it is temporary, with what the manifest says of it.
pub(super) type Bare = (Articles, Option<FileEntry>);

/// Reads gists of articles that an index has, or is to have.
#[derive(Clone, Copy)]
pub(super) struct Estimator<'i> {
    index: &'i Index,
    new: Option<&'i Articles>,
    /// What was decided of new articles.
    rows: &'i [Row],
}

impl<'i> Estimator<'i> {
    /// One of articles of an index, and of those that come, of which these rows were decided.
    pub(super) fn new(
        index: &'i Index,
        new: Option<&'i Articles>,
        rows: &'i [Row],
    ) -> Estimator<'i> {
        Estimator { index, new, rows }
    }

    /// An article as it is held against others.
    pub(super) fn known(&self, number: u32) -> Result<Known> {
        let new = self.new.filter(|new| number >= new.first);
        let (file, at, row) = match new {
            Some(new) => (
                new,
                number - new.first,
                &self.rows[(number - new.first) as usize],
            ),
            None => {
                let (file, at) = self.index.place(number)?;
                (file, at, self.index.row(number))
            }
        };
        let block = file.near(at)?;
        let gist = Gist::of_bytes(file.record(at, &block)?.gist);
        let (gist, head) = gist
            .zip(file.head(at))
            .ok_or_else(|| self.index.damaged())?;
        Ok(Known::of_row(gist, row, (head.published(), head.source)))
    }

    /// Some articles, ascending.
    pub(super) fn all(&self, numbers: &[u32]) -> Result<AHashMap<u32, Known>> {
        let known = numbers
            .iter()
            .map(|&number| Ok((number, self.known(number)?)));
        known.collect()
    }

    /// How an article relates to one that stands for it.
    pub(super) fn relate(&self, article: u32, to: u32) -> Result<Relating> {
        let (x, y) = (self.known(article)?, self.known(to)?);
        Ok(x.relation(&y, &self.index.config))
    }
}

impl Index {
    /// Whether it keeps the texts of its articles. Without them what is similar to an article of it is estimated.
    pub fn keeps_texts(&self) -> bool {
        self.manifest.settings.texts
    }

    /// Refuses what needs the texts of articles where these are not kept.
    ///
    /// # Errors
    ///
    /// [`ErrorKind::Index`](crate::error::ErrorKind::Index) where they are not.
    pub fn need_texts(&self) -> Result<()> {
        match self.keeps_texts() {
            true => Ok(()),
            false => Err(index_error(&self.folder, NO_TEXTS)),
        }
    }

    /// One who says how articles of it relate to each other.
    pub(super) fn relater<'i>(
        &'i self,
        new: Option<&'i Articles>,
        furniture: &'i Furniture,
    ) -> Relater<'i> {
        match self.keeps_texts() {
            true => Relater::new(self, new, furniture),
            false => Relater::estimating(self, furniture, Estimator::new(self, None, &[])),
        }
    }

    /// Writes new articles without their texts, to a file of this path, or a temporary one.
    pub(super) fn strip(
        &self,
        new: &Articles,
        furniture: &Furniture,
        to: Option<PathBuf>,
    ) -> Result<Bare> {
        let file = match to {
            Some(path) => Writing::create(Part::Articles, &path)?,
            None => Writing::unnamed(Part::Articles, &self.temporary())?,
        };
        let blocks: Vec<usize> = (0..new.blocks()).collect();
        pack::write(file, (new.first, true), |writer| {
            for some in blocks.chunks(AT_ONCE) {
                let stripped = some.par_iter().map(|&block| {
                    self.config.interrupt.check()?;
                    self.stripped(new, block, furniture)
                });
                let stripped: Result<Vec<(Packed, Vec<u8>)>> = stripped.collect();
                for (packed, bytes) in stripped.map_err(std::io::Error::other)? {
                    writer.put(&packed, &bytes)?;
                }
            }
            Ok(())
        })
    }

    fn stripped(
        &self,
        new: &Articles,
        number: usize,
        furniture: &Furniture,
    ) -> Result<(Packed, Vec<u8>)> {
        let plain = new.block(number)?;
        let (mut cleaner, mut cutter) = (Cleaner::new(furniture), Cutter::default());
        let mut block = Block::default();
        for at in new.of_block(number) {
            let record = new.record(at, &plain)?;
            let head = new.head(at).ok_or_else(|| self.damaged())?;
            let gist = gist_of(
                self,
                &record.article,
                (furniture, &mut cleaner, &mut cutter),
            )
            .0;
            let draft = Draft::bare(&record, head, &gist.to_bytes());
            block.push(&draft, &new.id(at)?);
        }
        let packed = block.packed();
        packed.map_err(|error| crate::error::Error::io(&self.folder, error))
    }
}

/// The gist of an article, and the fingerprint that it is made of.
fn gist_of(
    index: &Index,
    article: &Article<'_>,
    (furniture, cleaner, cutter): (&Furniture, &mut Cleaner<'_>, &mut Cutter),
) -> (Gist, SingleFingerprint) {
    let lone = SingleFingerprint::of(article, furniture, &index.config);
    let words = cutter.words(article, cleaner.kept(article));
    (Gist::of(&lone, words), lone)
}

/// How an article is held against those of an index without texts.
pub(super) struct Asked {
    pub(super) known: Known,
    pub(super) lone: SingleFingerprint,
}

impl Seer<'_> {
    /// An article as it is held against those of an index without texts.
    pub(super) fn asked(&self, article: &Article<'_>, furniture: &Furniture) -> Asked {
        let (mut cleaner, mut cutter) = (Cleaner::new(furniture), Cutter::default());
        let with = (furniture, &mut cleaner, &mut cutter);
        let (gist, lone) = gist_of(self.index, article, with);
        let source = article.source.as_deref().map_or(0, pack::source_hash);
        let row = Row {
            text: super::meet::class(&lone.print),
            tokens: lone.print.tokens,
            ..Row::alone(0)
        };
        let known = Known::of_row(gist, &row, (article.published, source));
        Asked { known, lone }
    }

    /// What the rules say of two articles of an index without texts, and how much these share.
    pub(super) fn estimated(
        &self,
        a: u32,
        b: u32,
    ) -> Result<(Option<(Answer, crate::kernel::Share)>, Overlap)> {
        let estimator = Estimator::new(self.index, None, &[]);
        let (x, y) = (estimator.known(a)?, estimator.known(b)?);
        let likely = x.decide(&y, super::gist::Met::default(), &self.index.config);
        let answer = likely.map(|it| (answer(it.relation), it.similarity));
        Ok((answer, x.overlap(&y)))
    }
}

/// What a relation is called in an answer.
pub(super) fn answer(relation: CopyRelation) -> Answer {
    match relation {
        CopyRelation::Exact | CopyRelation::Representative => Answer::Exact,
        CopyRelation::Near => Answer::Near,
        CopyRelation::Excerpt => Answer::Excerpt,
    }
}

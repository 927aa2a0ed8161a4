//! Kept articles as a corpus: a run over them decides as one over the files that they came from.

use rayon::prelude::*;

use super::articles::Articles;
use crate::corpus::{Article, Batch, Corpus, Place, ReadReport};
use crate::error::Result;

/// Some or all articles of an index, in the order of their numbers.
pub(super) struct KeptCorpus<'i> {
    /// The blocks that hold some, by file and number in it, with the articles that are handed on, by place in the file.
    blocks: Vec<(&'i Articles, usize, Vec<u32>)>,
}

impl<'i> KeptCorpus<'i> {
    /// A corpus of these articles, whose numbers ascend.
    pub(super) fn of(files: &[&'i Articles], numbers: impl Iterator<Item = u32>) -> KeptCorpus<'i> {
        let mut blocks: Vec<(&'i Articles, usize, Vec<u32>)> = Vec::new();
        for number in numbers {
            let behind = files.partition_point(|file| file.first <= number);
            let Some(file) = behind.checked_sub(1).map(|at| files[at]) else {
                continue;
            };
            let at = number - file.first;
            if at >= file.len() {
                continue;
            }
            let block = file.block_of(at);
            match blocks.last_mut() {
                Some((last, number, places)) if last.first == file.first && *number == block => {
                    places.push(at);
                }
                _ => blocks.push((file, block, vec![at])),
            }
        }
        KeptCorpus { blocks }
    }

    /// The number of the article that was read at a place.
    pub(super) fn number(place: Place) -> u32 {
        (place.record - 1) as u32
    }

    fn visit(
        &self,
        is_wanted: &(dyn Fn(Place) -> bool + Sync),
        visit: &(dyn Fn(Batch<'_>) -> Result<()> + Sync),
    ) -> Result<()> {
        let blocks = self.blocks.par_iter().enumerate();
        blocks.try_for_each(|(number, (file, block, places))| {
            let place = |at: u32| Place {
                input: 0,
                record: u64::from(file.first + at) + 1,
            };
            let places = places.iter().copied();
            let wanted: Vec<u32> = places.filter(|&at| is_wanted(place(at))).collect();
            if wanted.is_empty() {
                return Ok(());
            }
            let bytes = file.block(*block)?;
            let read = wanted
                .iter()
                .map(|&at| Ok(file.record(at, &bytes)?.article));
            let articles: Vec<Article<'_>> = read.collect::<Result<_>>()?;
            visit(Batch {
                number,
                articles: &articles,
                raw: &[],
                rejects: &[],
            })
        })
    }
}

impl Corpus for KeptCorpus<'_> {
    fn inputs(&self) -> Vec<String> {
        vec!["index".to_owned()]
    }

    fn sweep(&self, visit: &(dyn Fn(Batch<'_>) -> Result<()> + Sync)) -> Result<ReadReport> {
        self.visit(&|_| true, visit)?;
        Ok(ReadReport::default())
    }

    fn sweep_again(
        &self,
        is_wanted: &(dyn Fn(Place) -> bool + Sync),
        visit: &(dyn Fn(Batch<'_>) -> Result<()> + Sync),
    ) -> Result<()> {
        self.visit(is_wanted, visit)
    }
}

//! Kept articles as a corpus: a run over them decides as one over the files that they came from.

use std::sync::OnceLock;
use std::sync::atomic::{AtomicU64, Ordering};

use rayon::prelude::*;

use super::articles::Articles;
use super::file::{NO_TEXTS, index_error};
use crate::corpus::{Article, Batch, Corpus, Place, ReadReport};
use crate::error::Result;

/// Some or all articles of an index, in the order of their numbers.
pub(super) struct KeptCorpus<'i> {
    /// The blocks that hold some, by file and number in it, with the articles that are handed on, by place in the file.
    blocks: Vec<(&'i Articles, usize, Vec<u32>)>,
    /// The records of a block that were read before, where they are held, each with where it begins.
    held: Vec<OnceLock<(Vec<u8>, Vec<usize>)>>,
    /// How many bytes of records may still be held.
    room: AtomicU64,
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
        KeptCorpus {
            held: blocks.iter().map(|_| OnceLock::new()).collect(),
            blocks,
            room: AtomicU64::new(0),
        }
    }

    /// The same, which holds up to so many bytes of records that it read: of a block few may be wanted, and it is read and
    /// decompressed as a whole.
    pub(super) fn holding(self, bytes: u64) -> KeptCorpus<'i> {
        KeptCorpus {
            room: AtomicU64::new(bytes),
            ..self
        }
    }

    /// Holds the records of a block, if there is room.
    fn hold(&self, number: usize, block: &[u8]) {
        let (file, _, places) = &self.blocks[number];
        let records: Option<Vec<&[u8]>> = places
            .iter()
            .map(|&at| Some(file.raw(at, block)?.1))
            .collect();
        let Some(records) = records else { return };
        let bytes: usize = records.iter().map(|record| record.len()).sum();
        let take = |room: u64| room.checked_sub(bytes as u64);
        let order = Ordering::Relaxed;
        if self.room.fetch_update(order, order, take).is_ok() {
            let mut starts = Vec::with_capacity(records.len());
            let mut held = Vec::with_capacity(bytes);
            for record in records {
                starts.push(held.len());
                held.extend_from_slice(record);
            }
            let _ = self.held[number].set((held, starts));
        }
    }

    /// Reads those articles of a block that are wanted, by their places among its own.
    fn read<'b>(
        &'b self,
        number: usize,
        wanted: &[usize],
        block: &'b mut Vec<u8>,
    ) -> Result<Vec<Article<'b>>> {
        let (file, in_file, places) = &self.blocks[number];
        if let Some((records, starts)) = self.held[number].get() {
            let read = wanted.iter().map(|&it| {
                let record = &records[starts[it]..];
                Ok(file.record_of(places[it], record)?.article)
            });
            return read.collect();
        }
        if file.is_bare {
            return Err(index_error(&file.file.folder(), NO_TEXTS));
        }
        *block = file.block(*in_file)?;
        self.hold(number, block);
        let read = wanted.iter();
        read.map(|&it| Ok(file.record(places[it], block)?.article))
            .collect()
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
        blocks.try_for_each(|(number, (file, _, places))| {
            let place = |at: u32| Place {
                input: 0,
                record: u64::from(file.first + at) + 1,
            };
            let places = places.iter().enumerate();
            let wanted = places.filter(|it| is_wanted(place(*it.1)));
            let wanted: Vec<usize> = wanted.map(|it| it.0).collect();
            if wanted.is_empty() {
                return Ok(());
            }
            let mut block = Vec::new();
            let articles = self.read(number, &wanted, &mut block)?;
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

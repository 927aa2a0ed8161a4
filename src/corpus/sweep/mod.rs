//! One reading of all inputs: blocks are cut one after another and parsed side by side.

pub(super) mod block;
mod corpus;
pub(super) mod filter;
mod found;
pub(super) mod reread;
#[cfg(feature = "parquet")]
mod rows;
pub(super) mod schedule;
mod whole;

use std::collections::BTreeMap;
use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::{Mutex, MutexGuard, PoisonError};

use rayon::iter::{ParallelBridge, ParallelIterator};

use super::formats::csv::Columns;
#[cfg(feature = "html")]
use super::formats::html;
use super::open::FileCorpus;
use super::open::input::Meter;
use super::record::Parsed;
use super::record::date::Evidence;
use super::record::pick::Picker;
use super::{Batch, Place, ReadReport};
use crate::error::{Error, ErrorKind, Result};
use block::{Block, Buffers};
use found::Found;
use schedule::{Piece, Work, input_number};
use whole::{Small, Text};

/// How many rejects the report shows.
const SHOWN: usize = 10;

/// Takes a batch, and the records among its own that stand beside the articles of an archive.
pub(super) type Visit<'v> = &'v (dyn Fn(Batch<'_>, &[(Place, &[u8])]) -> Result<()> + Sync);

/// Whether the record at a place is to be handed on.
type IsWanted<'c> = &'c (dyn Fn(Place) -> bool + Sync);

/// What the threads of a sweep share.
pub(crate) struct Sweep<'c> {
    pub(crate) corpus: &'c FileCorpus,
    /// Which records are handed on; all where there is none.
    is_wanted: Option<IsWanted<'c>>,
    columns: Vec<Option<Columns>>,
    pub(crate) buffers: Buffers,
    /// What is known of the keys is kept from block to block; there are as many as threads needed one at a time.
    pickers: Mutex<Vec<Picker<'c>>>,
    found: Mutex<Found>,
    /// The error of the earliest piece of work that had one.
    failure: Mutex<Option<(usize, Error)>>,
    pub(crate) failed: AtomicBool,
    /// Whether inputs whose records have no bytes of their own are passed over.
    pub(crate) lines_only: bool,
    /// Whether nobody asks for dates and record hashes.
    texts_only: bool,
    /// How many bytes are to be read, of the beginnings of the inputs; all where there is none.
    pub(crate) beginnings: Option<u64>,
    /// Whether it is a look at what there is, before anything is read for good.
    pub(crate) is_look: bool,
    /// Whether records are handed on as they are cut: articles of which only the place is known, rejects among them.
    is_unparsed: bool,
}

impl<'c> Sweep<'c> {
    fn new(corpus: &'c FileCorpus, is_wanted: Option<IsWanted<'c>>) -> Sweep<'c> {
        let names = &corpus.options.fields;
        let columns = corpus.inputs.iter().map(|input| input.table(names));
        Sweep {
            corpus,
            is_wanted,
            columns: columns.collect(),
            buffers: Buffers::default(),
            pickers: Mutex::default(),
            found: Mutex::default(),
            failure: Mutex::default(),
            failed: AtomicBool::new(false),
            lines_only: false,
            texts_only: false,
            beginnings: None,
            is_look: false,
            is_unparsed: false,
        }
    }

    /// A look at all records that have fields; at the first block of every input, up to so many bytes in all, where they
    /// are said.
    pub(super) fn look(corpus: &'c FileCorpus, beginnings: Option<u64>) -> Sweep<'c> {
        let mut sweep = Sweep::new(corpus, None);
        sweep.beginnings = beginnings;
        sweep.is_look = true;
        sweep
    }

    /// One that reads single articles.
    pub(super) fn of_one(corpus: &'c FileCorpus) -> Sweep<'c> {
        Sweep::new(corpus, None)
    }

    /// The article of a block of one record.
    pub(super) fn parse_block(&self, input: u32, block: &Block) -> Option<super::Article<'static>> {
        let mut arena = self.arena(input, block);
        let mut parsed = self.parse(input, block, &mut arena);
        parsed.settle(&self.corpus.settled);
        #[cfg(feature = "html")]
        self.read_html(&mut parsed);
        reread::first(parsed)
    }

    /// The article that a file is.
    pub(super) fn parse_one(&self, at: usize) -> Result<Option<super::Article<'static>>> {
        let file = self.read_text(at)?;
        let mut parsed = Parsed::default();
        if file.flaw.is_none() {
            self.parse_file(&file, &mut parsed);
        }
        Ok(reread::first(parsed))
    }

    pub(super) fn run(self, visit: Visit<'_>) -> Result<ReadReport> {
        self.run_noting(visit).map(|(report, _)| report)
    }

    /// The same, with what the dates of each input say about dates that could be two.
    pub(super) fn run_noting(
        self,
        visit: Visit<'_>,
    ) -> Result<(ReadReport, BTreeMap<u32, Evidence>)> {
        let work = |(number, piece): (usize, Result<Piece>)| {
            if let Err(error) = piece.and_then(|piece| self.do_piece(number, piece, visit)) {
                self.fail(number, error);
            }
        };
        match self.beginnings {
            // There is little to be done.
            Some(_) => Work::of(&self, visit).for_each(work),
            None => Work::of(&self, visit).par_bridge().for_each(work),
        }
        self.finish()
    }

    pub(super) fn do_piece(&self, number: usize, piece: Piece, visit: Visit<'_>) -> Result<()> {
        match piece {
            Piece::Done => Ok(()),
            Piece::Records { input, mut block } => {
                if let Some(is_wanted) = self.is_wanted {
                    block.keep_only(|record| is_wanted(Place { input, record }));
                }
                let mut arena = self.arena(input, &block);
                let parsed = self.parse(input, &block, &mut arena);
                self.hand_on(number, parsed, block.filled as u64, visit)?;
                self.buffers.give_back(block.bytes);
                self.buffers.give_back(arena);
                Ok(())
            }
            #[cfg(feature = "parquet")]
            Piece::Rows {
                input,
                table,
                slice,
            } => self.do_rows(number, input, &table, slice, visit),
            Piece::Small(inputs) => {
                let files: Vec<Small> = inputs
                    .map(|at| self.read_small(at))
                    .collect::<Result<_>>()?;
                let mut arenas: Vec<Vec<u8>> = files
                    .iter()
                    .map(|(input, block)| self.arena(*input, block))
                    .collect();
                let mut parsed = Parsed::default();
                for ((input, block), arena) in files.iter().zip(&mut arenas) {
                    parsed.append(self.parse(*input, block, arena));
                }
                let bytes = files.iter().map(|(_, block)| block.filled as u64).sum();
                self.hand_on(number, parsed, bytes, visit)
            }
            Piece::Texts(inputs) => {
                let start = (input_number(inputs.start), 0);
                let files: Vec<Text> = inputs
                    .filter(|&at| {
                        let (input, record) = (input_number(at), 1);
                        self.is_wanted
                            .is_none_or(|is_wanted| is_wanted(Place { input, record }))
                    })
                    .map(|input| self.read_text(input))
                    .collect::<Result<_>>()?;
                let parsed = self.parse_files(start, &files);
                let bytes = files.iter().map(|file| file.bytes.len() as u64).sum();
                self.hand_on(number, parsed, bytes, visit)
            }
        }
    }

    fn parse_files<'b>(&self, start: (u32, u64), files: &'b [Text]) -> Parsed<'b> {
        #[cfg(feature = "html")]
        if let Some(parsed) = self.corpus.extracted.recall(start, |place| {
            let at = files.binary_search_by_key(&place.input, |file| file.input);
            Some(&files[at.ok()?].bytes)
        }) {
            return parsed;
        }
        let mut parsed = Parsed::default();
        for file in files {
            let (input, record) = (file.input, 1);
            match file.flaw {
                None => self.parse_file(file, &mut parsed),
                Some(reason) => parsed.reject(Place { input, record }, &file.bytes, reason),
            }
        }
        self.keep_pages(start, &parsed);
        parsed
    }

    /// Keeps what an extractor made of pages, if these are all of a batch.
    pub(crate) fn keep_pages(&self, start: (u32, u64), parsed: &Parsed<'_>) {
        #[cfg(feature = "html")]
        if self.is_wanted.is_none() && parsed.tally.pages > 0 {
            let folder = self.corpus.temporary_folder();
            self.corpus.extracted.keep(start, parsed, folder);
        }
        #[cfg(not(feature = "html"))]
        let _ = (start, parsed);
    }

    fn parse_file<'b>(&self, file: &'b Text, parsed: &mut Parsed<'b>) {
        let format = self.corpus.inputs[file.input as usize].format;
        let reader = format.reader();
        reader.parse_file(self, file.input, &file.bytes, parsed);
    }

    /// Room for what the records of a block hold, if they do not hold it as it is to be handed on.
    fn arena(&self, input: u32, block: &Block) -> Vec<u8> {
        let format = self.corpus.inputs[input as usize].format;
        match format.reader().arena(block.filled) {
            room @ 1.. if !self.is_unparsed => self.buffers.take(room),
            _ => Vec::new(),
        }
    }

    fn parse<'b>(&self, input: u32, block: &'b Block, arena: &'b mut [u8]) -> Parsed<'b> {
        let format = self.corpus.inputs[input as usize].format;
        let reader = format.reader();
        if self.is_unparsed && !reader.is_archive() {
            return Parsed::of_places(block, input);
        }
        reader.parse(self, input, block, arena)
    }

    /// The columns of an input that is a table.
    pub(crate) fn table(&self, input: u32) -> Option<&Columns> {
        self.columns[input as usize].as_ref()
    }

    /// What is to be filled with what is parsed.
    pub(crate) fn nothing_parsed<'b>(&self) -> Parsed<'b> {
        Parsed {
            texts_only: self.texts_only,
            ..Parsed::default()
        }
    }

    /// Lends a picker that remembers the keys it met before.
    pub(crate) fn with_picker(&self, read: impl FnOnce(&mut Picker<'c>)) {
        let idle = lock(&self.pickers).pop();
        let mut picker = idle.unwrap_or_else(|| Picker::new(&self.corpus.options.fields));
        read(&mut picker);
        lock(&self.pickers).push(picker);
    }

    /// Reads the fields that hold HTML, of formats that have fields.
    #[cfg(feature = "html")]
    fn read_html(&self, parsed: &mut Parsed<'_>) {
        let has_fields = parsed.articles.first().is_some_and(|article| {
            let format = self.corpus.inputs[article.place.input as usize].format;
            format.fields().are_named()
        });
        if has_fields {
            html::read_fields(parsed, self.corpus.options.html);
        }
    }

    /// Gives a batch to the visitor and adds what it counted to the report.
    fn hand_on(
        &self,
        number: usize,
        mut parsed: Parsed<'_>,
        bytes: u64,
        visit: Visit<'_>,
    ) -> Result<()> {
        parsed.settle(&self.corpus.settled);
        #[cfg(feature = "html")]
        if !self.is_look {
            self.read_html(&mut parsed);
        }
        if let Some(reject) = parsed.rejects.first()
            && self.corpus.options.strict
            && !self.is_look
        {
            return Err(ErrorKind::BadRecord {
                input: self.corpus.inputs[reject.place.input as usize].name.clone(),
                record: reject.place.record,
                reason: reject.reason.to_string(),
            }
            .into());
        }
        if !self.is_unparsed {
            parsed.keep(&self.corpus.options.filter);
        }
        let batch = Batch {
            number,
            articles: &parsed.articles,
            raw: &parsed.raw,
            rejects: &parsed.rejects,
        };
        visit(batch, &parsed.beside)?;
        let mut found = lock(&self.found);
        for reject in &parsed.rejects {
            *found.rejects.entry(reject.reason).or_default() += 1;
        }
        let rejects = parsed.rejects.iter().take(SHOWN);
        found
            .first_rejects
            .extend(rejects.map(|reject| (reject.place, reject.reason)));
        if found.first_rejects.len() > SHOWN {
            found.first_rejects.sort_unstable();
            found.first_rejects.truncate(SHOWN);
        }
        found.beside += parsed.beside.len() as u64;
        found.bytes += bytes;
        found.add(parsed.tally);
        Ok(())
    }

    /// What was read of an input that broke off is kept, unless the file itself could not be read.
    pub(crate) fn break_off(&self, at: usize, meter: &Meter, error: std::io::Error) -> Result<()> {
        let input = &self.corpus.inputs[at];
        let reason = error.to_string();
        meter.check(input, Some(error))?;
        let mut found = lock(&self.found);
        found.cut_off.push((input_number(at), reason));
        Ok(())
    }

    fn fail(&self, number: usize, error: Error) {
        self.failed.store(true, Ordering::Relaxed);
        let mut failure = lock(&self.failure);
        if failure.as_ref().is_none_or(|(first, _)| number < *first) {
            *failure = Some((number, error));
        }
    }

    fn finish(self) -> Result<(ReadReport, BTreeMap<u32, Evidence>)> {
        if let Some((_, error)) = self
            .failure
            .into_inner()
            .unwrap_or_else(PoisonError::into_inner)
        {
            return Err(error);
        }
        let mut found = self
            .found
            .into_inner()
            .unwrap_or_else(PoisonError::into_inner);
        for picker in lock(&self.pickers).iter() {
            for (role, path, used) in picker.usage() {
                *found.fields.entry((role, path)).or_default() += used;
            }
        }
        let evidence = std::mem::take(&mut found.evidence);
        Ok((found.into_report(), evidence))
    }
}

/// Locks, whether or not another thread panicked with the lock: its panic ends the sweep anyway.
fn lock<T>(mutex: &Mutex<T>) -> MutexGuard<'_, T> {
    mutex.lock().unwrap_or_else(PoisonError::into_inner)
}

//! One reading of all inputs: blocks are cut one after another and parsed side by side.

pub(super) mod block;
pub(super) mod filter;
pub(super) mod reread;
pub(super) mod schedule;

use std::collections::BTreeMap;
use std::io::Read;
use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::{Mutex, MutexGuard, PoisonError};

use rayon::iter::{ParallelBridge, ParallelIterator};

use super::formats::Format;
use super::formats::csv;
use super::formats::csv::Columns;
#[cfg(feature = "html")]
use super::formats::html;
use super::formats::json::fast::Quick;
use super::formats::json::lines;
use super::formats::text;
#[cfg(feature = "warc")]
use super::formats::warc;
use super::open::FileCorpus;
use super::open::input::Meter;
use super::record::date::Evidence;
use super::record::fields::Role;
use super::record::pick::Picker;
use super::record::{InsteadBySource, Parsed, Tally};
use super::{Batch, Corpus, Place, ReadReport, RejectReason, Replaced};
use crate::error::{Error, ErrorKind, Result};
use block::{Block, Buffers, Cutter, KEPT_OF_TOO_LONG};
use filter::LeftOut;
use schedule::{Piece, Work, input_number};

/// How many rejects the report shows.
const SHOWN: usize = 10;

impl Corpus for FileCorpus {
    fn inputs(&self) -> Vec<String> {
        self.inputs.iter().map(|input| input.name.clone()).collect()
    }

    fn sweep(&self, visit: &(dyn Fn(Batch<'_>) -> Result<()> + Sync)) -> Result<ReadReport> {
        Sweep::new(self, None).run(&|batch, _| visit(batch))
    }

    fn sweep_texts(&self, visit: &(dyn Fn(Batch<'_>) -> Result<()> + Sync)) -> Result<()> {
        let mut sweep = Sweep::new(self, None);
        sweep.texts_only = !self.options.filter.needs_all_fields();
        sweep.run(&|batch, _| visit(batch)).map(|_| ())
    }

    fn sweep_again(
        &self,
        is_wanted: &(dyn Fn(Place) -> bool + Sync),
        visit: &(dyn Fn(Batch<'_>) -> Result<()> + Sync),
    ) -> Result<()> {
        let sweep = Sweep::new(self, Some(is_wanted));
        sweep.run(&|batch, _| visit(batch)).map(|_| ())
    }
}

impl FileCorpus {
    /// Sweeps only the inputs whose records have bytes of their own, all but Parquet; batches are numbered among those.
    ///
    /// Where they are not to be parsed, what would be a reject is an article like others, and of an article only the
    /// place is known: enough for whoever decided before, at a fraction of the time. Archives are always parsed, and their
    /// records that hold no page are handed on too.
    pub(crate) fn sweep_lines(&self, is_parsed: bool, visit: Visit<'_>) -> Result<ReadReport> {
        let mut sweep = Sweep::new(self, None);
        sweep.lines_only = true;
        sweep.is_unparsed = !is_parsed;
        sweep.run(visit)
    }
}

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

/// What the pieces of work found, added up.
#[derive(Default)]
struct Found {
    rejects: BTreeMap<RejectReason, u64>,
    first_rejects: Vec<(Place, RejectReason)>,
    repaired: u64,
    unreadable_dates: u64,
    beside: u64,
    bytes: u64,
    fields: BTreeMap<(Role, String), u64>,
    evidence: BTreeMap<u32, Evidence>,
    left_out: BTreeMap<LeftOut, u64>,
    cut_off: Vec<(u32, String)>,
    instead: InsteadBySource,
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
            } => self.do_rows((number, input), &table, slice, visit),
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
    fn keep_pages(&self, start: (u32, u64), parsed: &Parsed<'_>) {
        #[cfg(feature = "html")]
        if self.is_wanted.is_none() && parsed.tally.pages > 0 {
            let folder = self.corpus.temporary_folder();
            self.corpus.extracted.keep(start, parsed, folder);
        }
        #[cfg(not(feature = "html"))]
        let _ = (start, parsed);
    }

    fn parse_file<'b>(&self, file: &'b Text, parsed: &mut Parsed<'b>) {
        match self.corpus.inputs[file.input as usize].format {
            #[cfg(feature = "html")]
            Format::Html => {
                html::parse(&file.bytes, file.input, self.corpus.options.html, parsed);
            }
            _ => text::parse(&file.bytes, file.input, parsed),
        }
    }

    /// Room for what the records of a block hold, if they do not hold it as it is to be handed on.
    fn arena(&self, input: u32, block: &Block) -> Vec<u8> {
        match self.corpus.inputs[input as usize].format {
            Format::Jsonl | Format::Json if !self.is_unparsed => {
                self.buffers.take(Quick::arena(block.filled))
            }
            _ => Vec::new(),
        }
    }

    fn parse<'b>(&self, input: u32, block: &'b Block, arena: &'b mut [u8]) -> Parsed<'b> {
        let at = input as usize;
        if self.is_unparsed && self.corpus.inputs[at].format != Format::Warc {
            return Parsed::of_places(block, input);
        }
        match (self.corpus.inputs[at].format, &self.columns[at]) {
            (Format::Delimited(dialect), Some(columns)) => {
                csv::parse(block, input, dialect, columns)
            }
            #[cfg(feature = "warc")]
            (Format::Warc, _) => {
                let start = (input, block.before);
                let kept = &self.corpus.extracted;
                kept.recall(start, |place| block.record(place.record))
                    .unwrap_or_else(|| {
                        let parsed = warc::parse(block, input, self.corpus.options.html);
                        self.keep_pages(start, &parsed);
                        parsed
                    })
            }
            _ => {
                let idle = lock(&self.pickers).pop();
                let mut picker = idle.unwrap_or_else(|| Picker::new(&self.corpus.options.fields));
                let mut parsed = Parsed {
                    texts_only: self.texts_only,
                    ..Parsed::default()
                };
                lines::parse(block, input, &mut picker, arena, &mut parsed);
                lock(&self.pickers).push(picker);
                parsed
            }
        }
    }

    /// Reads the rows of a slice and gives them to the visitor, a batch at a time.
    #[cfg(feature = "parquet")]
    fn do_rows(
        &self,
        (number, input): (usize, u32),
        table: &super::formats::parquet::Table,
        slice: super::formats::parquet::Slice,
        visit: Visit<'_>,
    ) -> Result<()> {
        use super::formats::parquet::{Reader, broken, parse};
        let names = &self.corpus.options.fields;
        let mut reader = Reader::new(table, slice);
        for batch in 0..slice.batches() {
            self.corpus.options.check_interrupt()?;
            let rows = reader.and_then(|mut reader| reader.next().map(|rows| (rows, reader)));
            let (rows, kept) = match rows {
                Ok((mut rows, reader)) => {
                    if let Some(is_wanted) = self.is_wanted {
                        rows.keep_only(|record| is_wanted(Place { input, record }));
                    }
                    (Some(rows), Ok(reader))
                }
                Err(why) => {
                    self.damaged(table, input, &why)?;
                    (None, Err(why))
                }
            };
            reader = kept;
            let (mut arena, mut text_of) = (Vec::new(), Vec::new());
            let parsed = match &rows {
                Some(rows) => parse(rows, (table, names), input, &mut arena, &mut text_of),
                None => broken(&slice, batch, input),
            };
            let bytes = parsed
                .articles
                .iter()
                .map(|it| it.text.len() + it.title.len());
            let bytes = bytes.sum::<usize>() as u64;
            if table.gives_too_much(bytes) {
                return Err(self.corpus.inputs[input as usize].too_much());
            }
            self.corpus.options.check_interrupt()?;
            self.hand_on(number + batch, parsed, bytes, visit)?;
        }
        Ok(())
    }

    /// Notes that part of a Parquet file is damaged, unless the file itself could not be read.
    #[cfg(feature = "parquet")]
    fn damaged(&self, table: &super::formats::parquet::Table, input: u32, why: &str) -> Result<()> {
        if let Some(error) = table.failure(&self.corpus.inputs[input as usize]) {
            return Err(error);
        }
        lock(&self.found).cut_off.push((input, why.to_owned()));
        Ok(())
    }

    /// Reads the fields that hold HTML, of formats that have fields.
    #[cfg(feature = "html")]
    fn read_html(&self, parsed: &mut Parsed<'_>) {
        let has_fields = parsed.articles.first().is_some_and(|article| {
            let format = self.corpus.inputs[article.place.input as usize].format;
            !format.is_one_record() && format != Format::Warc
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

    /// Reads a file of few records as one block.
    fn read_small(&self, at: usize) -> Result<Small> {
        let input = &self.corpus.inputs[at];
        let number = input_number(at);
        let limits = self.corpus.options.limits;
        let (reader, meter) = input.open(limits)?;
        let preamble = input.preamble.len();
        let mut cutter =
            Cutter::new(reader, input.format, preamble, limits.record).rooted(&input.root);
        let mut whole = Block::default();
        while let Some(block) = cutter.next(&self.buffers) {
            whole.append(&block);
            self.buffers.give_back(block.bytes);
        }
        if let Some(error) = cutter.into_broke() {
            self.break_off(at, &meter, error)?;
        }
        if let Some(is_wanted) = self.is_wanted {
            whole.keep_only(|record| {
                is_wanted(Place {
                    input: number,
                    record,
                })
            });
        }
        Ok((number, whole))
    }

    fn read_text(&self, at: usize) -> Result<Text> {
        let input = &self.corpus.inputs[at];
        let number = input_number(at);
        let limits = self.corpus.options.limits;
        let (reader, meter) = input.open(limits)?;
        let mut bytes =
            Vec::with_capacity(usize::try_from(input.stamp.bytes).unwrap_or(0).min(1 << 20) + 1);
        let read = reader
            .take(limits.record as u64 + 1)
            .read_to_end(&mut bytes);
        let is_long = bytes.len() > limits.record;
        let flaw = is_long.then_some(RejectReason::TooLong);
        if is_long {
            bytes.truncate(KEPT_OF_TOO_LONG);
            bytes.shrink_to_fit();
        }
        if let Err(error) = read {
            self.break_off(at, &meter, error)?;
        }
        Ok(Text {
            input: number,
            bytes,
            flaw,
        })
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

impl Found {
    fn add(&mut self, tally: Tally) {
        self.repaired += tally.repaired;
        self.unreadable_dates += tally.unreadable_dates;
        for (why, count) in &tally.left_out {
            *self.left_out.entry(*why).or_default() += count;
        }
        for (input, evidence) in &tally.evidence {
            self.evidence.entry(*input).or_default().add(evidence);
        }
        for (field, used) in tally.fields {
            *self.fields.entry(field).or_default() += used;
        }
        for (source, [other, visible]) in tally.instead {
            let counts = self.instead.entry(source).or_default();
            *counts = [counts[0] + other, counts[1] + visible];
        }
    }

    fn into_report(mut self) -> ReadReport {
        self.first_rejects.sort_unstable();
        self.cut_off.sort_unstable();
        // A damaged file is noted by each thread that met with the damage.
        self.cut_off.dedup_by_key(|(input, _)| *input);
        // Where several fields were read as one, the most used comes first.
        let mut fields: Vec<_> = self.fields.into_iter().collect();
        fields.sort_by(|((role_a, path_a), used_a), ((role_b, path_b), used_b)| {
            role_a
                .cmp(role_b)
                .then(used_b.cmp(used_a))
                .then_with(|| path_a.cmp(path_b))
        });
        ReadReport {
            rejects: self.rejects.into_iter().collect(),
            first_rejects: self.first_rejects,
            repaired: self.repaired,
            unreadable_dates: self.unreadable_dates,
            left_out: self.left_out.into_iter().collect(),
            beside: self.beside,
            bytes: self.bytes,
            fields: fields
                .into_iter()
                .map(|((role, path), _)| (role.name(), path))
                .collect(),
            cut_off: self.cut_off,
            replaced: replaced(self.instead),
        }
    }
}

/// A file of few records, read whole.
type Small = (u32, Block);

/// The pages that were not taken by the extractor that was to take them, the sources with most first.
fn replaced(instead: InsteadBySource) -> Vec<Replaced> {
    let replaced = |(source, [by_other, as_visible]): (Option<String>, [u64; 2])| Replaced {
        source,
        by_other,
        as_visible,
    };
    let mut all: Vec<Replaced> = instead.into_iter().map(replaced).collect();
    all.sort_by_key(|one| std::cmp::Reverse(one.by_other + one.as_visible));
    all
}

/// A text file, read whole.
struct Text {
    input: u32,
    bytes: Vec<u8>,
    flaw: Option<RejectReason>,
}

/// Locks, whether or not another thread panicked with the lock: its panic ends the sweep anyway.
fn lock<T>(mutex: &Mutex<T>) -> MutexGuard<'_, T> {
    mutex.lock().unwrap_or_else(PoisonError::into_inner)
}

//! The work of a sweep: the inputs, opened one after another and cut into the pieces that threads take.

use std::io::Read;
use std::ops::Range;
use std::sync::Arc;
use std::sync::atomic::Ordering;

use super::block::{Block, Cutter, Span};
use super::{Sweep, Visit};
use crate::corpus::RejectReason;
use crate::corpus::formats::Unit;
use crate::corpus::open::input::{Input, Meter};
use crate::error::{ErrorKind, Result};

/// How many text files make one batch, and how many bytes of them.
const TEXTS: usize = 256;
const TEXT_BYTES: u64 = 1 << 20;

/// A file of JSON is read together with others up to so many bytes.
const SMALL: u64 = 32 << 10;

/// What one thread does at a time.
pub(crate) enum Piece {
    Records {
        input: u32,
        block: Block,
    },
    /// Some rows of a Parquet file.
    #[cfg(feature = "parquet")]
    Rows {
        input: u32,
        table: crate::corpus::formats::parquet::Shared,
        slice: crate::corpus::formats::parquet::Slice,
    },
    /// Whole text files, which the thread reads itself.
    Texts(Range<usize>),
    /// Whole files of few records, which the thread reads itself.
    Small(Range<usize>),
    /// What whoever drew it has done already.
    Done,
}

/// Of records longer than this one is worked on at a time: what a text takes while it is, is a multiple of its length.
const LONG: usize = 4 << 20;

impl Piece {
    /// How many batches it makes, each with a number.
    fn batches(&self) -> usize {
        match self {
            #[cfg(feature = "parquet")]
            Piece::Rows { slice, .. } => slice.batches(),
            _ => 1,
        }
    }

    /// Whether others had better not be worked on meanwhile.
    fn is_long(&self) -> bool {
        matches!(self, Piece::Records { block, .. } if block.filled > LONG)
    }
}

/// The pieces of work of a sweep, in input order. One thread at a time draws the next.
pub(crate) struct Work<'s, 'c> {
    sweep: &'s Sweep<'c>,
    /// Who takes what is worked on.
    visit: Visit<'s>,
    /// The next input to be opened.
    next: usize,
    open: Option<OpenInput>,
    #[cfg(feature = "parquet")]
    slices: crate::corpus::formats::parquet::Slices,
    number: usize,
    /// How many bytes were cut into blocks.
    drawn: u64,
    /// How many more records are wanted.
    left: u64,
    /// The bytes of the files that are done with.
    done: u64,
}

struct OpenInput {
    at: usize,
    cutter: Cutter<Box<dyn Read + Send>>,
    meter: Arc<Meter>,
}

impl<'s, 'c> Work<'s, 'c> {
    pub(crate) fn of(sweep: &'s Sweep<'c>, visit: Visit<'s>) -> Work<'s, 'c> {
        Work {
            sweep,
            visit,
            next: 0,
            open: None,
            #[cfg(feature = "parquet")]
            slices: Default::default(),
            number: 0,
            drawn: 0,
            left: sweep.corpus.options.filter.limit.unwrap_or(u64::MAX),
            done: 0,
        }
    }

    /// The next block of the input that is open; none where it has no more, and then it is closed.
    fn draw_open(&mut self) -> Result<Option<Piece>> {
        let Some(open) = &mut self.open else {
            return Ok(None);
        };
        let at = open.at;
        let Some(mut block) = open.cutter.next(&self.sweep.buffers) else {
            self.close()?;
            return Ok(None);
        };
        let most = usize::try_from(self.left).unwrap_or(usize::MAX);
        block.records.truncate(most);
        self.left -= block.records.len() as u64;
        self.drawn += block.filled as u64;
        if self.sweep.beginnings.is_some() || self.left == 0 {
            self.open = None;
        }
        Ok(Some(Piece::Records {
            input: input_number(at),
            block,
        }))
    }

    fn draw(&mut self) -> Result<Option<Piece>> {
        self.sweep.corpus.options.check_interrupt()?;
        loop {
            if let Some(piece) = self.draw_open()? {
                return Ok(Some(piece));
            }
            if self.sweep.beginnings.is_some_and(|most| self.drawn >= most) || self.left == 0 {
                return Ok(None);
            }
            #[cfg(feature = "parquet")]
            if let Some(piece) = self.draw_rows()? {
                return Ok(Some(piece));
            }
            let Some(input) = self.sweep.corpus.inputs.get(self.next) else {
                return Ok(None);
            };
            let at = self.next;
            if self.sweep.is_look && !input.format.fields().are_named() {
                self.next += 1;
                continue;
            }
            match input.format.reader().unit() {
                Unit::File => return Ok(Some(Piece::Texts(self.draw_texts()))),
                _ if self.left == u64::MAX
                    && is_small(input)
                    && self.sweep.corpus.inputs.get(at + 1).is_some_and(is_small) =>
                {
                    return Ok(Some(Piece::Small(self.draw_while(is_small))));
                }
                // The corpus has none where the feature is off.
                Unit::Rows => {
                    self.next += 1;
                    #[cfg(feature = "parquet")]
                    self.open_table(at)?;
                }
                Unit::Nothing => {
                    self.next += 1;
                    self.left -= 1;
                    return Ok(Some(flawed(at, input.flaw)));
                }
                Unit::Records => {
                    self.next += 1;
                    let limits = self.sweep.corpus.options.limits;
                    let (reader, meter) = input.open(limits)?;
                    let cutter = Cutter::new(reader, input, limits.record);
                    self.open = Some(OpenInput { at, cutter, meter });
                }
            }
        }
    }

    fn close(&mut self) -> Result<()> {
        let Some(open) = self.open.take() else {
            return Ok(());
        };
        let input = &self.sweep.corpus.inputs[open.at];
        self.done += input.stamp.bytes;
        if let Some(error) = open.cutter.into_broke() {
            self.sweep.break_off(open.at, &open.meter, error)?;
        }
        input.check_unchanged()
    }

    /// Opens a Parquet file whose rows are drawn next.
    #[cfg(feature = "parquet")]
    fn open_table(&mut self, at: usize) -> Result<()> {
        if self.sweep.lines_only {
            return Ok(());
        }
        let input = &self.sweep.corpus.inputs[at];
        let options = &self.sweep.corpus.options;
        // It could be read when the corpus was opened, and has not changed since.
        let table =
            crate::corpus::formats::parquet::Table::open(input, &options.fields, options.limits)?;
        let changed = |_| ErrorKind::Changed {
            input: input.name.clone(),
        };
        let table = table.map_err(changed)?;
        self.slices = match self.sweep.beginnings {
            Some(_) => {
                self.drawn += crate::corpus::formats::parquet::BATCH_BYTES as u64;
                crate::corpus::formats::parquet::Slices::beginning(at, table)
            }
            None => crate::corpus::formats::parquet::Slices::of(at, table),
        };
        Ok(())
    }

    #[cfg(feature = "parquet")]
    fn draw_rows(&mut self) -> Result<Option<Piece>> {
        if self.left == 0 {
            return Ok(None);
        }
        let Some((at, table, mut slice)) = self.slices.next() else {
            return Ok(None);
        };
        slice.rows = slice
            .rows
            .min(usize::try_from(self.left).unwrap_or(usize::MAX));
        self.left -= slice.rows as u64;
        let input = &self.sweep.corpus.inputs[at];
        if self.slices.is_empty() {
            self.done += input.stamp.bytes;
            input.check_unchanged()?;
        }
        Ok(Some(Piece::Rows {
            input: input_number(at),
            table,
            slice,
        }))
    }

    /// The text files from here on that make one batch.
    fn draw_texts(&mut self) -> Range<usize> {
        self.draw_while(|input| input.format.reader().unit() == Unit::File)
    }

    /// The files from here on that are alike and make one batch.
    fn draw_while(&mut self, is_alike: impl Fn(&Input) -> bool) -> Range<usize> {
        let start = self.next;
        let mut bytes = 0;
        let most = TEXTS.min(usize::try_from(self.left).unwrap_or(usize::MAX));
        for input in self.sweep.corpus.inputs[start..].iter().take(most) {
            if !is_alike(input) || bytes >= TEXT_BYTES {
                break;
            }
            bytes += input.stamp.bytes;
            self.next += 1;
        }
        self.done += bytes;
        self.drawn += bytes;
        self.left -= (self.next - start) as u64;
        start..self.next
    }
}

/// Whether a file is one of those that dumps of a file an article have many of.
fn is_small(input: &Input) -> bool {
    input.format.reader().has_small_files() && input.is_within(SMALL)
}

impl Iterator for Work<'_, '_> {
    type Item = (usize, Result<Piece>);

    fn next(&mut self) -> Option<Self::Item> {
        // Every piece before the one that failed has been drawn, so the earliest failure will be known.
        if self.sweep.failed.load(Ordering::Relaxed) {
            return None;
        }
        let piece = self.draw().transpose();
        if let Some(progress) = &self.sweep.corpus.options.progress
            && !self.sweep.is_look
        {
            progress(self.done + self.open.as_ref().map_or(0, |open| open.meter.bytes()));
        }
        let piece = piece?;
        if piece.is_err() {
            self.sweep.failed.store(true, Ordering::Relaxed);
        }
        let number = self.number;
        self.number += piece.as_ref().map_or(1, Piece::batches);
        let piece = match piece {
            // Nobody draws while this is done.
            Ok(piece) if piece.is_long() => self
                .sweep
                .do_piece(number, piece, self.visit)
                .map(|()| Piece::Done),
            piece => piece,
        };
        Some((number, piece))
    }
}

/// An input's number, as places have it. There are not so many files that it would not fit.
pub(crate) fn input_number(at: usize) -> u32 {
    u32::try_from(at).unwrap_or(u32::MAX)
}

/// A file of which nothing is read: one record that is a reject.
fn flawed(at: usize, flaw: RejectReason) -> Piece {
    let records = vec![Span {
        start: 0,
        end: 0,
        flaw: Some(flaw),
    }];
    let block = Block {
        records,
        ..Block::default()
    };
    Piece::Records {
        input: input_number(at),
        block,
    }
}

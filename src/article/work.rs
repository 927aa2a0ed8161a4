//! The work of a sweep: the inputs, opened one after another and cut into the pieces that threads take.

use std::io::Read;
use std::ops::Range;
use std::sync::Arc;
use std::sync::atomic::Ordering;

use super::block::{Block, Cutter, Span};
use super::format::Format;
use super::input::Meter;
use super::sweep::{Sweep, Visit};
use crate::error::{ErrorKind, Result};

/// How many text files make one batch, and how many bytes of them.
const TEXTS: usize = 256;
const TEXT_BYTES: u64 = 1 << 20;

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
        table: super::parquet::Shared,
        slice: super::parquet::Slice,
    },
    /// Whole text files, which the thread reads itself.
    Texts(Range<usize>),
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
    slices: super::parquet::Slices,
    number: usize,
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
            done: 0,
        }
    }

    fn draw(&mut self) -> Result<Option<Piece>> {
        self.sweep.corpus.options.check_interrupt()?;
        loop {
            if let Some(open) = &mut self.open {
                let at = open.at;
                if let Some(block) = open.cutter.next(&self.sweep.buffers) {
                    return Ok(Some(Piece::Records {
                        input: input_number(at),
                        block,
                    }));
                }
                self.close()?;
            }
            #[cfg(feature = "parquet")]
            if let Some(piece) = self.draw_rows()? {
                return Ok(Some(piece));
            }
            let Some(input) = self.sweep.corpus.inputs.get(self.next) else {
                return Ok(None);
            };
            let at = self.next;
            match input.format {
                Format::Text | Format::Html => return Ok(Some(Piece::Texts(self.draw_texts()))),
                // The corpus has none where the feature is off.
                Format::Parquet => {
                    self.next += 1;
                    #[cfg(feature = "parquet")]
                    self.open_table(at)?;
                }
                Format::Unreadable => {
                    self.next += 1;
                    let records = vec![Span {
                        start: 0,
                        end: 0,
                        flaw: Some(input.flaw),
                    }];
                    let block = Block {
                        records,
                        ..Block::default()
                    };
                    return Ok(Some(Piece::Records {
                        input: input_number(at),
                        block,
                    }));
                }
                Format::Jsonl | Format::Delimited { .. } | Format::Warc => {
                    self.next += 1;
                    let limits = self.sweep.corpus.options.limits;
                    let (reader, meter) = input.open(limits)?;
                    let preamble = input.preamble.len();
                    let cutter = Cutter::new(reader, input.format, preamble, limits.record);
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
        let how = (&options.fields, options.limits);
        // It could be read when the corpus was opened, and has not changed since.
        let table = super::parquet::Table::open(input, how)?;
        let changed = |_| ErrorKind::Changed {
            input: input.name.clone(),
        };
        self.slices = super::parquet::Slices::of(at, table.map_err(changed)?);
        Ok(())
    }

    #[cfg(feature = "parquet")]
    fn draw_rows(&mut self) -> Result<Option<Piece>> {
        let Some((at, table, slice)) = self.slices.next() else {
            return Ok(None);
        };
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
        let start = self.next;
        let mut bytes = 0;
        for input in self.sweep.corpus.inputs[start..].iter().take(TEXTS) {
            if !matches!(input.format, Format::Text | Format::Html) || bytes >= TEXT_BYTES {
                break;
            }
            bytes += input.stamp.bytes;
            self.next += 1;
        }
        self.done += bytes;
        start..self.next
    }
}

impl Iterator for Work<'_, '_> {
    type Item = (usize, Result<Piece>);

    fn next(&mut self) -> Option<Self::Item> {
        // Every piece before the one that failed has been drawn, so the earliest failure will be known.
        if self.sweep.failed.load(Ordering::Relaxed) {
            return None;
        }
        let piece = self.draw().transpose();
        if let Some(progress) = &self.sweep.corpus.options.progress {
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

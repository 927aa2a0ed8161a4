//! A block is a few megabytes of an input, cut at the end of a record: the piece of work one thread parses.
//!
//! Blocks are cut one after another by whoever holds the [`Cutter`]; where they are cut depends on the bytes alone. A
//! record longer than a block makes its block longer.

use std::io::{self, Read};
use std::sync::Mutex;

use memchr::memchr_iter;

use crate::corpus::RejectReason;
use crate::corpus::formats::csv;
use crate::corpus::formats::reader::RecordCutter;
use crate::corpus::open::input::Input;

/// How long a block is, if no record is longer.
pub(crate) const BLOCK: usize = 256 << 10;

/// How much of a record that is too long is kept, to show what it was.
pub(crate) const KEPT_OF_TOO_LONG: usize = 64 << 10;

/// Some records of one input.
#[derive(Debug, Default)]
pub(crate) struct Block {
    pub(crate) bytes: Vec<u8>,
    pub(crate) records: Vec<Span>,
    /// How many records of the input come before.
    pub(crate) before: u64,
    /// Where in the input's decompressed bytes it begins.
    pub(crate) offset: u64,
    /// How many bytes of `bytes` are the input's.
    pub(crate) filled: usize,
    /// Which of its records are passed over; none where this is empty.
    pub(crate) passed_over: Vec<bool>,
}

/// Where in its block a record stands, line end included.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct Span {
    pub(crate) start: usize,
    pub(crate) end: usize,
    /// What the cutter already found wrong with it.
    pub(crate) flaw: Option<RejectReason>,
}

impl Span {
    pub(crate) fn sound(start: usize, end: usize) -> Span {
        Span {
            start,
            end,
            flaw: None,
        }
    }
}

impl Block {
    /// The records with their 1-based numbers in the input.
    pub(crate) fn records(&self) -> impl Iterator<Item = (u64, &[u8], Option<RejectReason>)> {
        let passed_over = self.passed_over.iter().chain(std::iter::repeat(&false));
        (self.before + 1..)
            .zip(&self.records)
            .zip(passed_over)
            .filter(|&(_, passed_over)| !passed_over)
            .map(|((number, span), _)| (number, &self.bytes[span.start..span.end], span.flaw))
    }

    /// Adds the block that follows in the same input.
    pub(crate) fn append(&mut self, next: &Block) {
        let start = self.filled;
        self.bytes.truncate(start);
        self.bytes.extend_from_slice(next.input_bytes());
        self.filled = self.bytes.len();
        self.records.extend(next.records.iter().map(|span| Span {
            start: span.start + start,
            end: span.end + start,
            ..*span
        }));
    }

    /// The bytes that are the input's.
    pub(crate) fn input_bytes(&self) -> &[u8] {
        &self.bytes[..self.filled]
    }

    /// The bytes of the record of a number; `None` where it is passed over, or another block's.
    #[cfg(feature = "warc")]
    pub(crate) fn record(&self, number: u64) -> Option<&[u8]> {
        let at = usize::try_from(number.checked_sub(self.before + 1)?).ok()?;
        let is_passed_over = self
            .passed_over
            .get(at)
            .is_some_and(|passed_over| *passed_over);
        let span = self.records.get(at).filter(|_| !is_passed_over)?;
        Some(&self.bytes[span.start..span.end])
    }

    /// Passes over the records whose number is not wanted.
    pub(crate) fn keep_only(&mut self, is_wanted: impl Fn(u64) -> bool) {
        let numbers = (self.before + 1..).take(self.records.len());
        self.passed_over = numbers.map(|number| !is_wanted(number)).collect();
    }
}

/// Buffers that are used again: to ask the system for megabytes anew for each block costs more than to fill them.
#[derive(Debug, Default)]
pub(crate) struct Buffers(Mutex<Vec<Vec<u8>>>);

impl Buffers {
    /// A buffer of at least this length.
    pub(crate) fn take(&self, length: usize) -> Vec<u8> {
        let used = self.0.lock().ok().and_then(|mut buffers| buffers.pop());
        let mut buffer = used.unwrap_or_default();
        if buffer.len() < length {
            buffer.resize(length, 0);
        }
        buffer
    }

    pub(crate) fn give_back(&self, buffer: Vec<u8>) {
        // What a huge record needed is not kept.
        if !buffer.is_empty()
            && buffer.len() <= 2 * BLOCK
            && let Ok(mut buffers) = self.0.lock()
        {
            buffers.push(buffer);
        }
    }
}

/// Cuts an input into blocks.
pub(crate) struct Cutter<R> {
    reader: R,
    block: usize,
    longest: usize,
    /// The beginning of a record whose end was not yet read.
    carry: Vec<u8>,
    records: u64,
    /// Bytes taken from the reader.
    taken: u64,
    ended: bool,
    /// Why the input ended, if it was not at its end.
    broke: Option<io::Error>,
    /// Whether the rest of a record that is too long is to be passed over.
    skipping: bool,
    /// What knows how records of the format end.
    records_of: Box<dyn RecordCutter>,
}

impl<R: Read> Cutter<R> {
    /// Cuts what a reader gives of an input after its preamble into records that are no longer than `longest`.
    pub(crate) fn new(reader: R, input: &Input, longest: usize) -> Cutter<R> {
        Cutter::sized(reader, input, BLOCK, longest)
    }

    /// Cuts into blocks of another size, for a quick look.
    pub(crate) fn sized(reader: R, input: &Input, block: usize, longest: usize) -> Cutter<R> {
        let records = input.format.reader().cutter(&input.root);
        Cutter::of(reader, records, input.preamble.len(), block, longest)
    }

    /// Cuts what a reader gives after so many bytes.
    pub(crate) fn of(
        reader: R,
        records_of: Box<dyn RecordCutter>,
        preamble: usize,
        block: usize,
        longest: usize,
    ) -> Cutter<R> {
        let mut cutter = Cutter {
            reader,
            block,
            longest,
            carry: Vec::new(),
            records: 0,
            taken: 0,
            ended: false,
            broke: None,
            skipping: false,
            records_of,
        };
        let mut head = vec![0; preamble];
        cutter.fill(&mut head, 0);
        cutter
    }

    /// What ended the input before its end.
    pub(crate) fn into_broke(self) -> Option<io::Error> {
        self.broke
    }

    /// The next block; `None` when the input has ended.
    pub(crate) fn next(&mut self, buffers: &Buffers) -> Option<Block> {
        let mut bytes = buffers.take(self.block.max(self.carry.len() + 1));
        let mut filled = self.carry.len();
        bytes[..filled].copy_from_slice(&self.carry);
        self.carry.clear();
        let mut target = self.block.max(filled + 1);
        let mut records = Vec::new();
        loop {
            filled = self.fill(&mut bytes[..target], filled);
            if self.skipping {
                filled = self.skip(&mut bytes, filled);
                if self.skipping && !self.ended {
                    continue;
                }
            }
            if filled == 0 && self.ended {
                buffers.give_back(bytes);
                return None;
            }
            let cut = self.cut(&bytes[..filled], &mut records);
            if cut > 0 || self.ended {
                self.carry.extend_from_slice(&bytes[cut..filled]);
                return Some(self.block_of(bytes, records, filled, cut));
            }
            if filled > self.longest {
                records.push(Span {
                    start: 0,
                    end: filled.min(KEPT_OF_TOO_LONG),
                    flaw: Some(RejectReason::TooLong),
                });
                self.skipping = !self.records_of.passes_over_rest(&bytes[..filled]);
                return Some(self.block_of(bytes, records, filled, filled));
            }
            if filled == target {
                // One byte more than a record may have shows that it has too many.
                target = (target * 2).min(self.longest.max(filled) + 1);
                bytes.resize(bytes.len().max(target), 0);
            }
        }
    }

    /// A block of the first bytes of those that a buffer holds.
    fn block_of(
        &mut self,
        bytes: Vec<u8>,
        mut records: Vec<Span>,
        held: usize,
        filled: usize,
    ) -> Block {
        let long = records
            .iter_mut()
            .filter(|it| it.end - it.start > self.longest);
        long.for_each(|span| span.flaw = Some(RejectReason::TooLong));
        let before = self.records;
        self.records += records.len() as u64;
        Block {
            bytes,
            records,
            before,
            offset: self.taken - held as u64,
            filled,
            passed_over: Vec::new(),
        }
    }

    /// Reads until a buffer is full or the input ends; says how much of the buffer is filled.
    fn fill(&mut self, buffer: &mut [u8], mut filled: usize) -> usize {
        while filled < buffer.len() && !self.ended {
            match self.reader.read(&mut buffer[filled..]) {
                Ok(0) => self.ended = true,
                Ok(read) => {
                    filled += read;
                    self.taken += read as u64;
                }
                Err(error) if error.kind() == io::ErrorKind::Interrupted => {}
                Err(error) => {
                    self.broke = Some(error);
                    self.ended = true;
                }
            }
        }
        filled
    }

    /// Drops bytes up to the end of a record that was too long; says how many are left.
    fn skip(&mut self, bytes: &mut [u8], filled: usize) -> usize {
        let next = self.records_of.resume(&bytes[..filled]);
        self.skipping = next.is_none();
        let kept = match self.ended {
            // The beginning of the next record may be there in part.
            false => self.records_of.kept_for_resuming(),
            true => 0,
        };
        let next = next.unwrap_or(filled.saturating_sub(kept));
        bytes.copy_within(next..filled, 0);
        filled - next
    }

    /// Finds the records that are whole; says where the last of them ends.
    fn cut(&mut self, bytes: &[u8], records: &mut Vec<Span>) -> usize {
        let end = csv::End {
            ended: self.ended,
            broke: self.broke.is_some(),
            longest: self.longest,
        };
        self.records_of.cut(bytes, end, records)
    }
}

/// How long the mark is that some bytes begin with; 0 where they begin with none.
fn marks(bytes: &[u8]) -> usize {
    match bytes {
        [0xef, 0xbb, 0xbf, ..] => 3,
        [0x1e, ..] => 1,
        _ => 0,
    }
}

/// One record a line; blank lines are none, and marks in front of a record (of byte order, or the separator of RFC 7464)
/// are no part of it.
pub(crate) fn cut_lines(bytes: &[u8], ended: bool, records: &mut Vec<Span>) -> usize {
    let mut start = 0;
    let mut line = |mut start: usize, end: usize| {
        while let mark @ 1.. = marks(&bytes[start..end]) {
            start += mark;
        }
        // Few lines are blank, and those that are not show it in the first byte.
        if !bytes[start..end].iter().all(u8::is_ascii_whitespace) {
            records.push(Span::sound(start, end));
        }
    };
    for at in memchr_iter(b'\n', bytes) {
        line(start, at + 1);
        start = at + 1;
    }
    if ended && start < bytes.len() {
        line(start, bytes.len());
        start = bytes.len();
    }
    start
}

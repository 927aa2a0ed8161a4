//! What an input may take at most: one record of it, and all of it once it is decompressed.

use std::io::{self, Read};
use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};

use super::input::Meter;

/// What may be read of an input.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Limits {
    /// The bytes of a record, line end included.
    pub(crate) record: usize,
    /// How many times its own size an input may be decompressed, beyond [`ANYWAY`].
    pub(crate) ratio: u64,
}

impl Default for Limits {
    fn default() -> Limits {
        Limits {
            record: 64_000_000,
            ratio: 200,
        }
    }
}

/// So many decompressed bytes are no bomb, however few they were before.
const ANYWAY: u64 = 4_000_000_000;

impl Limits {
    /// How many bytes may come of a file of so many.
    pub(crate) fn most(self, bytes: u64) -> u64 {
        bytes.saturating_mul(self.ratio).max(ANYWAY)
    }
}

/// How many bytes came of an input, counted by all who read it at once.
#[derive(Debug)]
pub(crate) struct Yield {
    given: AtomicU64,
    most: u64,
}

impl Yield {
    pub(crate) fn new(most: u64) -> Yield {
        Yield {
            given: AtomicU64::new(0),
            most,
        }
    }

    /// Counts bytes; says whether there were too many.
    pub(crate) fn add(&self, bytes: u64) -> bool {
        self.given.fetch_add(bytes, Ordering::Relaxed) + bytes > self.most
    }
}

/// A reader of decompressed bytes that fails once there are too many.
pub(crate) struct Bounded {
    reader: Box<dyn Read + Send>,
    given: Yield,
    meter: Arc<Meter>,
}

impl Bounded {
    pub(crate) fn new(reader: Box<dyn Read + Send>, most: u64, meter: Arc<Meter>) -> Bounded {
        Bounded {
            reader,
            given: Yield::new(most),
            meter,
        }
    }
}

impl Read for Bounded {
    fn read(&mut self, buffer: &mut [u8]) -> io::Result<usize> {
        let read = self.reader.read(buffer)?;
        if self.given.add(read as u64) {
            self.meter.note_too_much();
            return Err(io::Error::other("too much came of it"));
        }
        Ok(read)
    }
}

//! A gzip file of many members, one a record, that is read on where a member is broken.

use std::io::{self, Read};

use flate2::{Crc, Decompress, FlushDecompress, Status};
use memchr::memmem;

/// Stands in what is read where the rest of a broken member is missing.
pub(crate) const BREAK: &[u8] = b"\r\n\r\n[a gzip member broke off here]\r\n\r\n";

/// How every member begins: the magic number, and deflate as the method.
const MAGIC: &[u8] = &[0x1f, 0x8b, 8];
/// How the content of a member after a broken one must begin: the magic number alone turns up in any data.
const RECORD: &[u8] = b"WARC/";
const CHUNK: usize = 256 << 10;
/// So much of a member is kept to look in it for the next one, should it turn out broken.
const KEPT: usize = 4 << 20;
/// A gzip header longer than this is none.
const LONGEST_HEADER: usize = 64 << 10;

/// Decompresses member after member; a broken one gives what it holds up to the break, then [`BREAK`].
pub(crate) struct Members<R> {
    file: R,
    buffer: Vec<u8>,
    /// Where in the buffer the member that is being read begins, and what of it comes next.
    start: usize,
    at: usize,
    ended: bool,
    state: State,
    decoder: Decompress,
    crc: Crc,
    /// What is to be given out before anything else.
    pending: Vec<u8>,
}

#[derive(Clone, Copy, Debug, PartialEq)]
enum State {
    Between,
    Inside,
    Trailer,
}

impl<R: Read> Members<R> {
    pub(crate) fn new(file: R) -> Members<R> {
        Members {
            file,
            buffer: Vec::new(),
            start: 0,
            at: 0,
            ended: false,
            state: State::Between,
            decoder: Decompress::new(false),
            crc: Crc::new(),
            pending: Vec::new(),
        }
    }

    /// Reads on from the file; says whether there was more.
    fn refill(&mut self) -> io::Result<bool> {
        if self.at - self.start > KEPT {
            self.start = self.at;
        }
        self.buffer.drain(..self.start);
        self.at -= self.start;
        self.start = 0;
        let filled = self.buffer.len();
        self.buffer.resize(filled + CHUNK, 0);
        let read = loop {
            match self.file.read(&mut self.buffer[filled..]) {
                Err(error) if error.kind() == io::ErrorKind::Interrupted => {}
                read => break read,
            }
        };
        self.buffer.truncate(filled + *read.as_ref().unwrap_or(&0));
        self.ended = read? == 0;
        Ok(!self.ended)
    }

    /// Sees to it that so many bytes come next, if the file has them.
    fn want(&mut self, bytes: usize) -> io::Result<bool> {
        while self.buffer.len() - self.at < bytes {
            if self.ended || !self.refill()? {
                return Ok(false);
            }
        }
        Ok(true)
    }

    /// Gives out what comes next; an error of kind `InvalidData` or `UnexpectedEof` is the member's.
    fn advance(&mut self, out: &mut [u8]) -> io::Result<usize> {
        loop {
            match self.state {
                State::Between => {
                    self.start = self.at;
                    if !self.want(1)? {
                        return Ok(0);
                    }
                    // Some writers pad with zeros.
                    if self.buffer[self.at] == 0 {
                        self.at += 1;
                    } else {
                        self.open()?;
                    }
                }
                State::Inside => {
                    if self.at == self.buffer.len() && !self.want(1)? {
                        return Err(io::ErrorKind::UnexpectedEof.into());
                    }
                    let produced = self.inflate(out)?;
                    if produced > 0 {
                        return Ok(produced);
                    }
                }
                State::Trailer => {
                    if !self.want(8)? {
                        return Err(io::ErrorKind::UnexpectedEof.into());
                    }
                    let expected = [
                        self.crc.sum().to_le_bytes(),
                        self.crc.amount().to_le_bytes(),
                    ];
                    if self.buffer[self.at..self.at + 8] != expected.concat() {
                        return Err(invalid("a checksum that does not match"));
                    }
                    self.at += 8;
                    self.state = State::Between;
                }
            }
        }
    }

    fn inflate(&mut self, out: &mut [u8]) -> io::Result<usize> {
        let (read, written) = (self.decoder.total_in(), self.decoder.total_out());
        let status = self
            .decoder
            .decompress(&self.buffer[self.at..], out, FlushDecompress::None)
            .map_err(|_| invalid("broken compression"))?;
        let consumed = (self.decoder.total_in() - read) as usize;
        let produced = (self.decoder.total_out() - written) as usize;
        self.at += consumed;
        self.crc.update(&out[..produced]);
        if status == Status::StreamEnd {
            self.state = State::Trailer;
        } else if consumed == 0 && produced == 0 {
            return Err(invalid("broken compression"));
        }
        Ok(produced)
    }

    /// Passes over a member's header.
    fn open(&mut self) -> io::Result<()> {
        let mut wanted = 10;
        loop {
            let enough = self.want(wanted)?;
            match header_length(&self.buffer[self.at..]) {
                Some(Some(length)) => {
                    self.at += length;
                    self.decoder.reset(false);
                    self.crc.reset();
                    self.state = State::Inside;
                    return Ok(());
                }
                Some(None) if enough && wanted < LONGEST_HEADER => {
                    wanted = self.buffer.len() - self.at + 1;
                }
                Some(None) if !enough => return Err(io::ErrorKind::UnexpectedEof.into()),
                _ => return Err(invalid("no gzip member where one should begin")),
            }
        }
    }

    /// Goes to the next member that holds a record; says whether there is one.
    fn resynchronise(&mut self) -> io::Result<bool> {
        loop {
            self.at = self.start + 1;
            loop {
                let rest = &self.buffer[self.at.min(self.buffer.len())..];
                if let Some(hit) = memmem::find(rest, MAGIC) {
                    self.at += hit;
                    break;
                }
                self.at = self
                    .at
                    .max(self.buffer.len().saturating_sub(MAGIC.len() - 1));
                self.start = self.at.min(self.buffer.len());
                if self.ended || !self.refill()? {
                    return Ok(false);
                }
            }
            self.start = self.at;
            self.state = State::Between;
            let mut probe = [0; RECORD.len()];
            let mut filled = 0;
            while filled < probe.len() {
                match self.advance(&mut probe[filled..]) {
                    Ok(0) => break,
                    Ok(read) => filled += read,
                    Err(error) if is_of_member(&error) => break,
                    Err(error) => return Err(error),
                }
            }
            if probe == RECORD {
                self.pending = [BREAK, RECORD].concat();
                return Ok(true);
            }
        }
    }
}

impl<R: Read> Read for Members<R> {
    fn read(&mut self, out: &mut [u8]) -> io::Result<usize> {
        if out.is_empty() {
            return Ok(0);
        }
        if self.pending.is_empty() {
            match self.advance(out) {
                Err(error) if is_of_member(&error) => {
                    if !self.resynchronise()? {
                        return Err(error);
                    }
                }
                read => return read,
            }
        }
        let length = self.pending.len().min(out.len());
        out[..length].copy_from_slice(&self.pending[..length]);
        self.pending.drain(..length);
        Ok(length)
    }
}

fn invalid(what: &'static str) -> io::Error {
    io::Error::new(io::ErrorKind::InvalidData, what)
}

fn is_of_member(error: &io::Error) -> bool {
    matches!(
        error.kind(),
        io::ErrorKind::InvalidData | io::ErrorKind::UnexpectedEof
    )
}

/// How long the gzip header at the head of some bytes is: `Some(None)` where they end within it, `None` for no header.
fn header_length(bytes: &[u8]) -> Option<Option<usize>> {
    let known = bytes.len().min(MAGIC.len());
    if bytes[..known] != MAGIC[..known] || bytes.get(3).is_some_and(|flags| flags & 0xe0 != 0) {
        return None;
    }
    let length = || {
        let flags = bytes.get(3)?;
        let mut at = 10;
        if flags & 4 != 0 {
            let extra = bytes.get(at..at + 2)?;
            at += 2 + usize::from(u16::from_le_bytes([extra[0], extra[1]]));
        }
        // A name and a comment, each ending in a zero.
        for flag in [8, 16] {
            if flags & flag != 0 {
                at += memchr::memchr(0, bytes.get(at..)?)? + 1;
            }
        }
        at += usize::from(flags & 2);
        (at <= bytes.len()).then_some(at)
    };
    Some(length())
}

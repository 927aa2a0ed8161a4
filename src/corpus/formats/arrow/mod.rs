//! Arrow: record batches in a stream or a file (Feather), whose rows are turned into an object a line when the file is opened.
//!
//! A file says at its end where its batches are. One record batch is held at a time, and all dictionaries.

mod array;
mod flat;
mod packed;
mod schema;

use std::io::{self, BufReader, Read, Write};

use ahash::AHashMap;

use crate::corpus::open::archive::Bytes;
use array::{Array, Buffers};
use flat::Table;
use schema::Field;

const FILE: &[u8] = b"ARROW1\0\0";

/// What stands before each message but in the oldest streams.
const CONTINUED: [u8; 4] = [0xff; 4];

/// No message about a batch is longer, and no batch.
const LONGEST_MESSAGE: usize = 64 << 20;
const LONGEST_BODY: i64 = 4 << 30;

/// Whether a file begins as Arrow.
pub(crate) fn begins(head: &[u8]) -> bool {
    if head.starts_with(FILE) {
        return true;
    }
    let length = |at: usize| Some(u32::from_le_bytes(*head.get(at..)?.first_chunk()?) as usize);
    let message = match head.starts_with(&CONTINUED) {
        true => length(4).and_then(|length| head.get(8..8 + length.min(LONGEST_MESSAGE))),
        // The length alone could be anything: the message must be a schema.
        false => length(0).and_then(|length| head.get(4..4 + length.min(LONGEST_MESSAGE))),
    };
    message.is_some_and(|message| {
        let message = Table::root(message);
        let header = message.and_then(|message| message.table(2));
        header.is_some_and(|header| {
            message.is_some_and(|it| it.byte(1) == 1) && Field::all(header).is_some()
        })
    })
}

/// Values of dictionaries, as JSON.
pub(in crate::corpus) type Dictionaries = AHashMap<i64, Vec<Box<[u8]>>>;

/// Whether a file is one that says at its end where its batches are.
pub(crate) fn is_file(head: &[u8]) -> bool {
    head.starts_with(FILE)
}

/// Writes a line for each row of a stream.
///
/// # Errors
///
/// When the stream cannot be read, breaks off, is damaged, or has columns of a type that is not read; when the lines cannot be
/// written.
pub(crate) fn to_lines(stream: Box<dyn Read + Send>, to: &mut dyn Write) -> io::Result<()> {
    let mut messages = Messages(BufReader::with_capacity(256 << 10, stream));
    let Some((header, 1, _)) = messages.next()? else {
        return Err(damaged());
    };
    let schema = Table::root(&header).and_then(|message| message.table(2));
    let mut rows = Rows {
        schema: schema.and_then(Field::all).ok_or_else(damaged)??,
        dictionaries: Dictionaries::new(),
        to,
    };
    while let Some(message) = messages.next()? {
        rows.take(message)?;
    }
    Ok(())
}

/// The same, for each row of a file.
///
/// # Errors
///
/// Those of a stream.
pub(crate) fn file_to_lines(file: &Bytes, to: &mut dyn Write) -> io::Result<()> {
    let end = file.length.checked_sub(10).ok_or_else(damaged)?;
    let length = file.read(end, 4)?;
    let length = u64::from(u32::from_le_bytes([
        length[0], length[1], length[2], length[3],
    ]));
    let start = end
        .checked_sub(length)
        .filter(|_| length <= LONGEST_MESSAGE as u64);
    let footer = file.read(start.ok_or_else(damaged)?, length as usize)?;
    let footer = Table::root(&footer).ok_or_else(damaged)?;
    let mut rows = Rows {
        schema: footer.table(1).and_then(Field::all).ok_or_else(damaged)??,
        dictionaries: Dictionaries::new(),
        to,
    };
    for blocks in [2, 3] {
        for block in footer.longs(blocks, 3).chunks_exact(3) {
            let at = u64::try_from(block[0]).map_err(|_| damaged())?;
            let message = Messages(BufReader::new(From { file, at })).next()?;
            rows.take(message.ok_or_else(damaged)?)?;
        }
    }
    Ok(())
}

/// The bytes of a file from a place on.
struct From<'f> {
    file: &'f Bytes,
    at: u64,
}

impl Read for From<'_> {
    fn read(&mut self, buffer: &mut [u8]) -> io::Result<usize> {
        let left = self.file.length.saturating_sub(self.at);
        let length = buffer
            .len()
            .min(usize::try_from(left).unwrap_or(usize::MAX));
        let bytes = self.file.read(self.at, length)?;
        buffer[..length].copy_from_slice(&bytes);
        self.at += length as u64;
        Ok(length)
    }
}

/// Writes rows, by a schema and dictionaries.
struct Rows<'t> {
    schema: Vec<Field>,
    dictionaries: Dictionaries,
    to: &'t mut dyn Write,
}

impl Rows<'_> {
    fn take(&mut self, (header, kind, body): Message) -> io::Result<()> {
        let header = Table::root(&header).and_then(|message| message.table(2));
        let header = header.ok_or_else(damaged)?;
        match kind {
            2 => learn(header, &body, &self.schema, &mut self.dictionaries),
            3 => write_rows(header, &body, &self.schema, &self.dictionaries, self.to),
            _ => Ok(()),
        }
    }
}

pub(in crate::corpus) fn damaged() -> io::Error {
    io::Error::new(
        io::ErrorKind::InvalidData,
        "Arrow that is damaged or cut off",
    )
}

/// Takes in a dictionary, or more of one.
fn learn(
    batch: Table<'_>,
    body: &[u8],
    schema: &[Field],
    known: &mut Dictionaries,
) -> io::Result<()> {
    let id = batch.long(0);
    let is_more = batch.byte(2) == 1;
    let field = schema.iter().find_map(|field| field.of_dictionary(id));
    let field = field.ok_or_else(damaged)?.values();
    let data = batch.table(1).ok_or_else(damaged)?;
    let mut buffers = Buffers::of(data, body)?;
    let values = Array::read(&field, &mut buffers)?;
    let mut told = Vec::with_capacity(values.len());
    for at in 0..values.len() {
        let mut json = Vec::new();
        values.write_json(at, known, &mut json)?;
        told.push(json.into_boxed_slice());
    }
    let entry = known.entry(id).or_default();
    if !is_more {
        entry.clear();
    }
    entry.append(&mut told);
    Ok(())
}

fn write_rows(
    batch: Table<'_>,
    body: &[u8],
    schema: &[Field],
    dictionaries: &Dictionaries,
    to: &mut dyn Write,
) -> io::Result<()> {
    let rows = usize::try_from(batch.long(0)).map_err(|_| damaged())?;
    let mut buffers = Buffers::of(batch, body)?;
    let mut columns = Vec::with_capacity(schema.len());
    for field in schema {
        let name = serde_json::to_vec(&field.name)?;
        let column = Array::read(field, &mut buffers)?;
        if column.len() != rows {
            return Err(damaged());
        }
        columns.push((name, column));
    }
    let mut line = Vec::new();
    for row in 0..rows {
        line.clear();
        for (at, (name, column)) in columns.iter().enumerate() {
            line.push(if at == 0 { b'{' } else { b',' });
            line.extend_from_slice(name);
            line.push(b':');
            column.write_json(row, dictionaries, &mut line)?;
        }
        line.extend_from_slice(if columns.is_empty() { b"{}\n" } else { b"}\n" });
        to.write_all(&line)?;
    }
    Ok(())
}

/// The messages of a stream: what is said of each, its kind, and its body.
struct Messages<R>(BufReader<R>);

type Message = (Vec<u8>, u8, Vec<u8>);

impl<R: Read> Messages<R> {
    fn next(&mut self) -> io::Result<Option<Message>> {
        let mut word = [0; 4];
        match self.0.read_exact(&mut word) {
            Err(error) if error.kind() == io::ErrorKind::UnexpectedEof => return Ok(None),
            read => read?,
        }
        if word == CONTINUED {
            self.0.read_exact(&mut word).map_err(|_| damaged())?;
        }
        let length = u32::from_le_bytes(word) as usize;
        if length == 0 {
            return Ok(None);
        }
        if length > LONGEST_MESSAGE {
            return Err(damaged());
        }
        let header = self.take(length as u64)?;
        let message = Table::root(&header).ok_or_else(damaged)?;
        let (kind, length) = (message.byte(1), message.long(3));
        if !(0..=LONGEST_BODY).contains(&length) {
            return Err(damaged());
        }
        let body = self.take(length.cast_unsigned())?;
        Ok(Some((header, kind, body)))
    }

    fn take(&mut self, length: u64) -> io::Result<Vec<u8>> {
        let mut bytes = Vec::new();
        self.0.by_ref().take(length).read_to_end(&mut bytes)?;
        if bytes.len() as u64 == length {
            Ok(bytes)
        } else {
            Err(damaged())
        }
    }
}

//! A document of columns, each an object of values by row, turned into an object a line.
//!
//! Columns stand one behind another, so each is read by a reader of its own, all of them row by row.

use std::io::{self, BufRead, BufReader, Read, Write};

/// Opens the document at its beginning, any number of times.
type Open<'o> = &'o dyn Fn() -> io::Result<Box<dyn Read + Send>>;

/// Writes a line for each row of a document of columns.
///
/// # Errors
///
/// When the document cannot be read, or its columns do not have the same rows in the same order; when the lines cannot be
/// written.
pub(crate) fn transpose(open: Open<'_>, to: &mut dyn Write) -> io::Result<()> {
    let mut columns = find(open)?;
    let (mut line, mut row) = (Vec::new(), None);
    loop {
        line.clear();
        let mut ended = 0;
        for (at, column) in columns.iter_mut().enumerate() {
            let key = column.next_key()?;
            if at == 0 {
                row.clone_from(&key);
            } else if row != key {
                return Err(uneven());
            }
            let Some(_) = key else {
                ended += 1;
                continue;
            };
            line.push(if at == 0 { b'{' } else { b',' });
            line.extend_from_slice(&column.name);
            line.push(b':');
            column.bytes.value(Some(&mut line))?;
        }
        if ended == columns.len() {
            return Ok(());
        }
        line.extend_from_slice(b"}\n");
        to.write_all(&line)?;
    }
}

fn uneven() -> io::Error {
    let what = "its columns do not have the same rows; write records instead (orient=\"records\")";
    io::Error::new(io::ErrorKind::InvalidData, what)
}

/// The columns, each behind the brace that opens it.
fn find(open: Open<'_>) -> io::Result<Vec<Column>> {
    let mut walk = Bytes::new(open()?);
    let mut found: Vec<(Vec<u8>, u64)> = Vec::new();
    walk.expect(b'{')?;
    while walk.next_is(b'"')? {
        let mut name = Vec::new();
        walk.value(Some(&mut name))?;
        walk.expect(b':')?;
        walk.skip_blank()?;
        found.push((name, walk.at));
        walk.value(None)?;
    }
    let mut columns = Vec::with_capacity(found.len());
    for (name, start) in found {
        let mut bytes = Bytes::new(open()?);
        bytes.skip(start)?;
        bytes.expect(b'{')?;
        columns.push(Column { name, bytes });
    }
    Ok(columns)
}

struct Column {
    /// As it is written, in quotes.
    name: Vec<u8>,
    bytes: Bytes,
}

impl Column {
    /// Passes the key of the next row; `None` at the end.
    fn next_key(&mut self) -> io::Result<Option<Vec<u8>>> {
        if !self.bytes.next_is(b'"')? {
            return Ok(None);
        }
        let mut key = Vec::new();
        self.bytes.value(Some(&mut key))?;
        self.bytes.expect(b':')?;
        Ok(Some(key))
    }
}

/// JSON read byte by byte.
struct Bytes {
    reader: BufReader<Box<dyn Read + Send>>,
    /// How many bytes were passed.
    at: u64,
}

impl Bytes {
    fn new(reader: Box<dyn Read + Send>) -> Bytes {
        Bytes {
            reader: BufReader::with_capacity(64 << 10, reader),
            at: 0,
        }
    }

    fn pass(&mut self, bytes: usize) {
        self.reader.consume(bytes);
        self.at += bytes as u64;
    }

    fn skip(&mut self, bytes: u64) -> io::Result<()> {
        let skipped = io::copy(&mut self.reader.by_ref().take(bytes), &mut io::sink())?;
        self.at += skipped;
        if skipped < bytes {
            return Err(io::ErrorKind::UnexpectedEof.into());
        }
        Ok(())
    }

    /// Passes over what stands between values; gives the byte that is next.
    fn skip_blank(&mut self) -> io::Result<u8> {
        loop {
            let buffer = self.reader.fill_buf()?;
            if buffer.is_empty() {
                return Err(io::ErrorKind::UnexpectedEof.into());
            }
            let blank = super::scan::blank(buffer);
            let next = buffer.get(blank).copied();
            self.pass(blank);
            if let Some(next) = next {
                return Ok(next);
            }
        }
    }

    fn next_is(&mut self, byte: u8) -> io::Result<bool> {
        Ok(self.skip_blank()? == byte)
    }

    fn expect(&mut self, byte: u8) -> io::Result<()> {
        if !self.next_is(byte)? {
            return Err(uneven());
        }
        self.pass(1);
        Ok(())
    }

    /// Passes over the next value, and writes it where that is wanted.
    fn value(&mut self, mut to: Option<&mut Vec<u8>>) -> io::Result<()> {
        self.skip_blank()?;
        let mut passing = super::scan::Passing::default();
        loop {
            let buffer = self.reader.fill_buf()?;
            if buffer.is_empty() {
                return Err(io::ErrorKind::UnexpectedEof.into());
            }
            let end = passing.end(buffer);
            let length = end.unwrap_or(buffer.len());
            if let Some(to) = &mut to {
                to.extend_from_slice(&buffer[..length]);
            }
            self.pass(length);
            if end.is_some() {
                return Ok(());
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use std::io::Cursor;

    use super::*;

    fn transposed(document: &'static str) -> Result<String, String> {
        let mut to = Vec::new();
        let open = || Ok(Box::new(Cursor::new(document)) as Box<dyn Read + Send>);
        transpose(&open, &mut to).map_err(|error| error.to_string())?;
        Ok(String::from_utf8(to).unwrap())
    }

    #[test]
    fn columns_become_lines() {
        let document =
            r#"{"title":{"0":"T, \"U\"","1":null}, "n" : {"0": [1,{"x":2}], "1":2.5 } }"#;
        assert_eq!(
            transposed(document).unwrap(),
            "{\"title\":\"T, \\\"U\\\"\",\"n\":[1,{\"x\":2}]}\n{\"title\":null,\"n\":2.5}\n"
        );
    }

    #[test]
    fn columns_of_different_rows_are_refused() {
        assert!(transposed(r#"{"a":{"0":1},"b":{"1":2}}"#).is_err());
        assert!(transposed(r#"{"a":{"0":1},"b":{"0":1,"1":2}}"#).is_err());
        assert!(transposed(r#"{"a":{"0":1},"b":{"0":"#).is_err());
    }
}

//! A table of clusters or of gold, CSV or JSONL, of which a few columns are read.

use std::fs::File;
use std::io::{self, BufRead, BufReader, Cursor, Read};
use std::path::{Path, PathBuf};

use serde_json::{Map, Value};

use crate::error::{Error, ErrorKind, Result};

/// A table whose columns are known and whose rows are yet to be read.
///
/// The first byte that is no white space tells the formats apart: a brace opens JSONL, anything else is the header of a
/// CSV. The columns of JSONL are the keys of its first object.
pub(crate) struct Table {
    path: PathBuf,
    columns: Vec<String>,
    source: Source,
}

enum Source {
    Csv(csv::Reader<Box<dyn Read>>),
    Jsonl(Box<dyn BufRead>),
    #[cfg(feature = "parquet")]
    Parquet(crate::corpus::formats::parquet::Sheet),
}

impl Table {
    pub(crate) fn open(path: &Path) -> Result<Table> {
        #[cfg(feature = "parquet")]
        if let Some(table) = Table::open_parquet(path)? {
            return Ok(table);
        }
        let (first, input) = open_plain(path).map_err(|error| Error::io(path, error))?;
        match first {
            None => Err(table_error(path, 1, "empty, without even a header")),
            Some(b'{') => Table::open_jsonl(path, input),
            Some(_) => Table::open_csv(path, input),
        }
    }

    /// `None` where it is not Parquet.
    #[cfg(feature = "parquet")]
    fn open_parquet(path: &Path) -> Result<Option<Table>> {
        let file = File::open(path).map_err(|error| Error::io(path, error))?;
        let sheet = crate::corpus::formats::parquet::Sheet::open(file)
            .map_err(|reason| table_error(path, 1, reason))?;
        Ok(sheet.map(|sheet| Table {
            path: path.to_owned(),
            columns: sheet.columns(),
            source: Source::Parquet(sheet),
        }))
    }

    fn open_csv(path: &Path, input: Box<dyn Read>) -> Result<Table> {
        let mut input = BufReader::new(input);
        let buffered = input.fill_buf().map_err(|error| Error::io(path, error))?;
        let line = buffered
            .split(|byte| *byte == b'\n')
            .next()
            .unwrap_or_default();
        let is_tabbed = line.contains(&b'\t') && !line.contains(&b',');
        let mut reader = csv::ReaderBuilder::new()
            .delimiter(if is_tabbed { b'\t' } else { b',' })
            .from_reader(Box::new(input) as Box<dyn Read>);
        let header = reader.headers().map_err(|error| csv_error(path, error))?;
        Ok(Table {
            path: path.to_owned(),
            columns: header.iter().map(str::to_owned).collect(),
            source: Source::Csv(reader),
        })
    }

    fn open_jsonl(path: &Path, input: Box<dyn Read>) -> Result<Table> {
        let mut input = BufReader::new(input);
        let mut first = Vec::new();
        // There is such a line: its brace was seen.
        while first.trim_ascii().is_empty() {
            input
                .read_until(b'\n', &mut first)
                .map_err(|error| Error::io(path, error))?;
        }
        let columns = json_object(path, 1, &first)?;
        Ok(Table {
            path: path.to_owned(),
            columns: columns.keys().cloned().collect(),
            source: Source::Jsonl(Box::new(Cursor::new(first).chain(input))),
        })
    }

    pub(crate) fn path(&self) -> &Path {
        &self.path
    }

    pub(crate) fn columns(&self) -> &[String] {
        &self.columns
    }

    pub(crate) fn has(&self, column: &str) -> bool {
        self.columns.iter().any(|name| name == column)
    }

    /// Hands the wanted columns of every row to `visit`, with the row's line, and ends at its first error.
    ///
    /// Columns that the table may lack are empty where it does.
    pub(crate) fn rows<const N: usize>(
        self,
        wanted: [&str; N],
        may_lack: &[&str],
        visit: &mut dyn FnMut(u64, [String; N]) -> Result<()>,
    ) -> Result<()> {
        let must_have = wanted.iter().filter(|column| !may_lack.contains(column));
        if let Some(missing) = must_have.into_iter().find(|column| !self.has(column)) {
            let there = self.columns.join(", ");
            let reason = format!("no column \"{missing}\"; the columns are: {there}");
            return Err(table_error(&self.path, 1, reason));
        }
        match self.source {
            Source::Csv(reader) => {
                let place = |column| self.columns.iter().position(|name| name == column);
                let places = wanted.map(|column| place(column).unwrap_or(usize::MAX));
                csv_rows(&self.path, reader, places, visit)
            }
            #[cfg(feature = "parquet")]
            Source::Parquet(sheet) => {
                let path = &self.path;
                let failed = |row, reason: String| table_error(path, row, reason);
                let has = |column: &&str| self.columns.iter().any(|name| name == column);
                let there: Vec<&str> = wanted.iter().copied().filter(has).collect();
                sheet.rows(&there, &failed, &mut |row, mut cells| {
                    let mut cell = |column| has(&column).then(|| cells.pop_front()).flatten();
                    visit(row, wanted.map(|column| cell(column).unwrap_or_default()))
                })
            }
            Source::Jsonl(input) => jsonl_rows(&self.path, input, wanted, may_lack, visit),
        }
    }
}

fn csv_rows<const N: usize>(
    path: &Path,
    mut reader: csv::Reader<Box<dyn Read>>,
    places: [usize; N],
    visit: &mut dyn FnMut(u64, [String; N]) -> Result<()>,
) -> Result<()> {
    let mut record = csv::StringRecord::new();
    while reader
        .read_record(&mut record)
        .map_err(|error| csv_error(path, error))?
    {
        let line = record.position().map_or(0, csv::Position::line);
        // Every row has as many fields as the header, else the reader refuses it.
        visit(
            line,
            places.map(|place| record.get(place).unwrap_or_default().to_owned()),
        )?;
    }
    Ok(())
}

fn jsonl_rows<const N: usize>(
    path: &Path,
    mut input: Box<dyn BufRead>,
    wanted: [&str; N],
    may_lack: &[&str],
    visit: &mut dyn FnMut(u64, [String; N]) -> Result<()>,
) -> Result<()> {
    let mut text = Vec::new();
    for line in 1.. {
        text.clear();
        let bytes = input
            .read_until(b'\n', &mut text)
            .map_err(|error| Error::io(path, error))?;
        if bytes == 0 {
            break;
        }
        if text.trim_ascii().is_empty() {
            continue;
        }
        let object = json_object(path, line, &text)?;
        let mut row = [const { String::new() }; N];
        for (field, column) in row.iter_mut().zip(wanted) {
            *field = match object.get(column) {
                Some(Value::String(text)) => text.clone(),
                Some(Value::Number(number)) => number.to_string(),
                Some(Value::Bool(truth)) => truth.to_string(),
                // What is an empty cell in CSV.
                Some(Value::Null) => String::new(),
                None if may_lack.contains(&column) => String::new(),
                _ => return Err(table_error(path, line, format!("no \"{column}\""))),
            };
        }
        visit(line, row)?;
    }
    Ok(())
}

fn json_object(path: &Path, line: u64, text: &[u8]) -> Result<Map<String, Value>> {
    serde_json::from_slice(text)
        .map_err(|error| table_error(path, line, format!("not a JSON object: {error}")))
}

fn csv_error(path: &Path, error: csv::Error) -> Error {
    let line = error.position().map_or(1, csv::Position::line);
    match error.into_kind() {
        csv::ErrorKind::Io(error) => Error::io(path, error),
        csv::ErrorKind::UnequalLengths {
            expected_len, len, ..
        } => table_error(
            path,
            line,
            format!("{len} fields, and the header has {expected_len}"),
        ),
        csv::ErrorKind::Utf8 { .. } => table_error(path, line, "not UTF-8"),
        other => table_error(path, line, format!("{other:?}")),
    }
}

/// An error about a line of a table.
pub(crate) fn table_error(path: &Path, line: u64, reason: impl Into<String>) -> Error {
    let (path, reason) = (path.to_owned(), reason.into());
    ErrorKind::Table { path, line, reason }.into()
}

/// Opens a file, decompresses it and drops a byte order mark; hands its first byte that is no white space on as well.
fn open_plain(path: &Path) -> io::Result<(Option<u8>, Box<dyn Read>)> {
    let (magic, file) = peek(Box::new(Patient(File::open(path)?)), 4)?;
    let plain: Box<dyn Read> = match magic[..] {
        [0x1f, 0x8b, ..] => Box::new(flate2::read::MultiGzDecoder::new(file)),
        #[cfg(not(feature = "compression"))]
        [0x28, 0xb5, 0x2f, 0xfd] => return Err(crate::compression::Compression::Zstd.left_out()),
        #[cfg(feature = "compression")]
        [0x28, 0xb5, 0x2f, 0xfd] => {
            let mut decoder = zstd::Decoder::new(file)?;
            decoder.window_log_max(31)?;
            Box::new(decoder)
        }
        _ => file,
    };
    let (mark, mut text) = peek(plain, 3)?;
    if mark == b"\xef\xbb\xbf" {
        text.read_exact(&mut [0; 3])?;
    }
    // Blank lines before the first row are kept, so that lines are counted as the file has them.
    let mut text = BufReader::new(text);
    let mut blank = Vec::new();
    let first = loop {
        match text.fill_buf()?.first() {
            Some(byte) if byte.is_ascii_whitespace() => {
                blank.push(*byte);
                text.consume(1);
            }
            other => break other.copied(),
        }
    };
    Ok((first, Box::new(Cursor::new(blank).chain(text))))
}

/// Reads again where a signal interrupted it.
struct Patient(File);

impl Read for Patient {
    fn read(&mut self, buffer: &mut [u8]) -> io::Result<usize> {
        loop {
            match self.0.read(buffer) {
                Err(error) if error.kind() == io::ErrorKind::Interrupted => {}
                read => return read,
            }
        }
    }
}

/// The first `bytes` bytes, or all there are, and a reader that still has them.
fn peek(mut input: Box<dyn Read>, bytes: u64) -> io::Result<(Vec<u8>, Box<dyn Read>)> {
    let mut head = Vec::new();
    input.by_ref().take(bytes).read_to_end(&mut head)?;
    Ok((head.clone(), Box::new(Cursor::new(head).chain(input))))
}

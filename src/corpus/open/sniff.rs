//! What a file is, found out when it is opened: by its first bytes, and further on where those do not tell.

use std::fs::File;
use std::io::{self, Read, Write};
use std::path::Path;
use std::sync::Arc;

use super::FileCorpus;
use super::archive;
use super::expand::Candidate;
use super::input::{Input, Meter, Origin, Part, Stamp};
use super::limits::{Bounded, Limits};
use super::spool::Packing;
use crate::compression::Compression;
use crate::corpus::encoding;
use crate::corpus::encoding::Coding;
use crate::corpus::formats;
use crate::corpus::formats::json;
use crate::corpus::formats::json::lines;
use crate::corpus::formats::json::{Kind, Root, Shape};
use crate::corpus::formats::{Format, Head, Options, Sniffed, Unreadable};
use crate::corpus::formats::{arrow, feed, sqlite, text};
use crate::corpus::record::pick::Picker;
use crate::corpus::{Dialect, RejectReason};
use crate::error::{Error, Result};

/// A file whose beginning was read.
pub(in crate::corpus) struct Opened {
    pub(in crate::corpus) stamp: Stamp,
    pub(in crate::corpus) compression: Compression,
    /// The encoding of the text, where it is one and not in UTF-8.
    pub(in crate::corpus) encoding: Option<Coding>,
    /// The first bytes, decompressed, and in UTF-8 once the encoding is known.
    pub(in crate::corpus) head: Vec<u8>,
    /// Whether the head is all there is.
    is_whole: bool,
    limits: Limits,
}

/// What a file turned out to be.
pub(in crate::corpus) enum Recognized {
    /// Records, and where they stand in a document.
    Records(Sniffed, Root),
    /// Something that was turned into JSON lines.
    Lines(Part),
    /// A table that is read here and there, and where it lies unpacked.
    Table(Sniffed, Part),
    /// An archive of files.
    Members(Vec<Candidate>),
}

/// What came of a look at a file; the error says why it cannot be read.
type Outcome = std::result::Result<Recognized, Unreadable>;

/// Turns what it reads into lines.
type ToLines = dyn Fn(Box<dyn Read + Send>, &mut dyn Write) -> io::Result<()>;

/// Archives within archives are read so far in.
const DEEPEST: u8 = 2;

/// How much of a table is looked at to find out how it is written.
const ROWS_LOOKED_AT: usize = 1 << 20;

impl Opened {
    pub(in crate::corpus) fn of(file: &Candidate, limits: Limits) -> Result<Opened> {
        let failed = |source| Error::io(file.origin.path(), source);
        let stamp = file.origin.stamp().map_err(failed)?;
        let (reader, _) = file.origin.open().map_err(failed)?;
        let compression = Compression::of(&read_up_to(reader, Compression::MAGIC).map_err(failed)?);
        let mut opened = Opened {
            stamp,
            compression,
            encoding: None,
            head: Vec::new(),
            is_whole: false,
            limits,
        };
        opened.head = opened.read(file, formats::HEAD)?;
        opened.is_whole = opened.head.len() < formats::HEAD;
        Ok(opened)
    }

    /// The name that says something of what is in the file.
    pub(in crate::corpus) fn named<'f>(&self, file: &'f Candidate) -> &'f Path {
        match file.name.as_str() {
            "-" => Path::new(""),
            name => Path::new(name),
        }
    }

    /// Whether the head is all there is.
    fn is_whole(&self) -> bool {
        self.is_whole
    }

    /// Finds out in which encoding the file is, or takes the one that was said.
    fn find_encoding(&mut self, file: &Candidate, said: Option<Option<Coding>>) -> Result<()> {
        let found = match said {
            Some(said) => said,
            // Where all is ASCII so far, what follows tells more.
            None if !self.is_whole && encoding::is_silent(&self.head) => {
                Coding::of(&self.read(file, encoding::LOOKED_AT)?)
            }
            None => Coding::of(&self.head),
        };
        if let Some(found) = found {
            self.encoding = Some(found);
            self.head = found.decode(&self.head);
        }
        Ok(())
    }

    /// Takes the encoding back: what is in the file says itself how it is written.
    fn forget_encoding(&mut self) {
        self.encoding = None;
    }

    /// The decompressed bytes, and how the reading of the file goes.
    fn reader(&self, file: &Candidate) -> io::Result<(Box<dyn Read + Send>, Arc<Meter>)> {
        let (reader, meter) = file.origin.open()?;
        let reader = self.compression.reader(reader)?;
        let most = self.limits.most(self.stamp.bytes);
        let reader: Box<dyn Read + Send> = match file.origin.is_packed(self.compression) {
            true => Box::new(Bounded::new(reader, most, Arc::clone(&meter))),
            false => reader,
        };
        let reader = match self.encoding {
            Some(encoding) => Box::new(encoding.reader(reader)),
            None => reader,
        };
        Ok((reader, meter))
    }

    /// The first bytes of the file; a compressed one may break off before.
    fn read(&self, file: &Candidate, length: usize) -> Result<Vec<u8>> {
        let failed = |source| Error::io(file.origin.path(), source);
        let (reader, meter) = self.reader(file).map_err(failed)?;
        let mut bytes = Vec::with_capacity(length.min(formats::HEAD));
        match reader.take(length as u64).read_to_end(&mut bytes) {
            Err(error) if meter.failed() => Err(failed(error)),
            _ => Ok(bytes),
        }
    }
}

impl FileCorpus {
    /// Finds out what a file is.
    pub(in crate::corpus) fn recognize(
        &mut self,
        file: &Candidate,
        opened: &mut Opened,
        in_folder: bool,
    ) -> Result<Outcome> {
        let path = opened.named(file);
        if let Some(kind) = archive::Kind::of(&opened.head)
            && (kind == archive::Kind::Tar || opened.compression == Compression::None)
        {
            return self.recognize_archive(kind, file, opened);
        }
        if sqlite::begins(&opened.head) {
            return self.recognize_database(file, opened);
        }
        if arrow::is_file(&opened.head) {
            let (bytes, _) = match self.seekable(file, opened)? {
                Ok(found) => found,
                Err(why) => return Ok(Err(why)),
            };
            return self.keep(file, "Arrow", |to| arrow::file_to_lines(&bytes, to));
        }
        if arrow::begins(&opened.head) {
            return self.turn(file, opened, "Arrow", &arrow::to_lines);
        }
        opened.find_encoding(file, self.options.encoding)?;
        if feed::begins(&opened.head) {
            if opened.encoding.is_none() {
                opened.encoding = encoding::declared(&opened.head);
            }
            return self.turn(file, opened, "a feed", &feed::to_lines);
        }
        let head = Head {
            bytes: &opened.head,
            whole: opened.is_whole(),
            path,
        };
        let options = Options {
            names: &self.options.fields,
            columns: self.options.columns.as_deref(),
        };
        let sniffed = match head.sniff(options) {
            Ok(sniffed) => sniffed,
            Err(why) => return Ok(Err(why)),
        };
        let unreadable = |reason: &'static str| Ok(Err(Unreadable::other(reason)));
        match sniffed.format {
            Format::Html | Format::Warc => {
                opened.forget_encoding();
                Ok(Ok(Recognized::Records(sniffed, Root::default())))
            }
            Format::Parquet if opened.compression != Compression::None => {
                unreadable("a Parquet file that was compressed once more; decompress it")
            }
            Format::Parquet if matches!(file.origin, Origin::Part(_)) => {
                self.recognize_packed(file, opened, sniffed)
            }
            Format::Text if in_folder && !is_text_ending(&formats::ending(path)) => unreadable(
                "a text, but none of articles by its ending; rename it to .txt if it is an article",
            ),
            Format::Text if self.options.lines => {
                let format = Format::Delimited(Dialect::lines());
                let sniffed = Sniffed { format, ..sniffed };
                Ok(Ok(Recognized::Records(sniffed, Root::default())))
            }
            Format::Text => Ok(match text::holds_many(&opened.head, opened.is_whole()) {
                Some(why) => Err(Unreadable::convertible(why)),
                None => Ok(Recognized::Records(sniffed, Root::default())),
            }),
            Format::Jsonl | Format::Json => self.recognize_json(file, opened, sniffed),
            Format::Delimited(_) => self.recognize_table(file, opened, sniffed),
            _ => Ok(Ok(Recognized::Records(sniffed, Root::default()))),
        }
    }

    /// Lists the files in an archive.
    fn recognize_archive(
        &mut self,
        kind: archive::Kind,
        file: &Candidate,
        opened: &Opened,
    ) -> Result<Outcome> {
        if file.depth >= DEEPEST {
            let why = "an archive within archives; unpack it";
            return Ok(Err(Unreadable::convertible(why)));
        }
        let (bytes, is_apart) = match self.seekable(file, opened)? {
            Ok(found) => found,
            Err(why) => return Ok(Err(why)),
        };
        let listed = archive::members(kind, &bytes);
        let listed = listed.map_err(|source| Error::io(file.origin.path(), source))?;
        let of = Arc::from(file.origin.path());
        let candidate = |member: &archive::Member| Candidate {
            name: format!("{}/{}", file.name, member.path.display()),
            shard: file.shard.join(&member.path),
            origin: Origin::Part(Part {
                is_remote: file.origin.is_remote(),
                ..bytes.part(&of, is_apart, member)
            }),
            depth: file.depth + 1,
        };
        Ok(listed.map(|listed| Recognized::Members(listed.iter().map(candidate).collect())))
    }

    /// Unpacks a table of an archive, where it is not stored as it is.
    fn recognize_packed(
        &mut self,
        file: &Candidate,
        opened: &Opened,
        sniffed: Sniffed,
    ) -> Result<Outcome> {
        let (bytes, is_apart) = match self.seekable(file, opened)? {
            Ok(found) => found,
            Err(why) => return Ok(Err(why)),
        };
        let part = Part {
            of: file.origin.path().into(),
            within: is_apart.then_some(bytes.file),
            start: bytes.start,
            length: bytes.length,
            size: bytes.length,
            packing: Packing::Stored,
            is_remote: file.origin.is_remote(),
        };
        Ok(Ok(Recognized::Table(sniffed, part)))
    }

    /// Turns a table of a database into lines.
    fn recognize_database(&mut self, file: &Candidate, opened: &Opened) -> Result<Outcome> {
        let log = format!("{}-wal", file.name);
        if std::fs::metadata(log).is_ok_and(|log| log.len() > 32) {
            let why = "a database whose latest changes stand in its -wal file; close who writes to it, or run PRAGMA wal_checkpoint";
            return Ok(Err(Unreadable::convertible(why)));
        }
        let (bytes, _) = match self.seekable(file, opened)? {
            Ok(found) => found,
            Err(why) => return Ok(Err(why)),
        };
        let wanted = self.options.table.as_deref();
        let found = sqlite::Table::find(bytes, wanted, &self.options.fields);
        match found.map_err(|source| Error::io(file.origin.path(), source))? {
            Err(why) => Ok(Err(why)),
            Ok(table) => self.keep(file, "a database", |to| table.to_lines(to)),
        }
    }

    /// The bytes of a file to be read here and there, and whether they stand in another file than the one that was named.
    fn seekable(
        &mut self,
        file: &Candidate,
        opened: &Opened,
    ) -> Result<std::result::Result<(archive::Bytes, bool), Unreadable>> {
        let failed = |source| Error::io(file.origin.path(), source);
        let path = file.origin.path();
        let bytes = |file: Arc<File>, start, length| archive::Bytes {
            file,
            start,
            length,
        };
        if opened.compression == Compression::None {
            match &file.origin {
                Origin::Path(path) => {
                    let file = Arc::new(File::open(path).map_err(failed)?);
                    return Ok(Ok((bytes(file, 0, opened.stamp.bytes), false)));
                }
                Origin::Spool(spool) => {
                    return Ok(Ok((bytes(Arc::clone(spool), 0, opened.stamp.bytes), true)));
                }
                Origin::Remote(object) => {
                    let (file, start) = object.whole().map_err(failed)?;
                    return Ok(Ok((bytes(file, start, opened.stamp.bytes), true)));
                }
                Origin::Part(part) if part.packing == Packing::Stored => {
                    let is_apart = part.within.is_some();
                    let within = part.within.clone();
                    let within = within.map_or_else(|| File::open(path).map(Arc::new), Ok);
                    let within = within.map_err(failed)?;
                    return Ok(Ok((bytes(within, part.start, part.length), is_apart)));
                }
                Origin::Part(_) => {}
            }
        }
        let place = (self.temporary_folder(), &self.options.interrupt);
        let (mut reader, meter) = opened.reader(file).map_err(failed)?;
        // What is cut off is read as far as it goes.
        let mut broke = None;
        let copy = |to: &mut dyn Write| {
            broke = io::copy(&mut reader, to).err();
            Ok(())
        };
        let part = self.spool.keep(path, place, copy)?;
        meter.check_named(&file.name, path, broke)?;
        let broken = |error: io::Error| Unreadable::convertible(error.to_string());
        Ok(part.map_err(broken).and_then(|part| {
            let file = part
                .within
                .ok_or_else(|| Unreadable::other("nothing in it"))?;
            Ok((bytes(file, part.start, part.length), true))
        }))
    }

    /// Turns a whole file into lines.
    fn turn(
        &mut self,
        file: &Candidate,
        opened: &Opened,
        what: &str,
        to_lines: &ToLines,
    ) -> Result<Outcome> {
        let reader = opened.reader(file);
        let (reader, meter) = reader.map_err(|source| Error::io(file.origin.path(), source))?;
        let mut failed = None;
        let make = |to: &mut dyn Write| {
            let made = to_lines(reader, to);
            failed = made.as_ref().err().map(|error| error.kind().into());
            made
        };
        let outcome = self.keep(file, what, make)?;
        meter.check_named(&file.name, file.origin.path(), failed)?;
        Ok(outcome)
    }

    /// Keeps what is made of a file in the spool.
    fn keep(
        &mut self,
        file: &Candidate,
        what: &str,
        make: impl FnOnce(&mut dyn Write) -> io::Result<()>,
    ) -> Result<Outcome> {
        let place = (self.temporary_folder(), &self.options.interrupt);
        let kept = self.spool.keep(file.origin.path(), place, make)?;
        let is_remote = file.origin.is_remote();
        let kept = kept.map(|part| Part { is_remote, ..part });
        let broken = |error| Unreadable::convertible(format!("{what}: {error}"));
        Ok(kept.map(Recognized::Lines).map_err(broken))
    }

    /// Looks at more rows of a table than the head has, since few may show how it is written.
    fn recognize_table(
        &mut self,
        file: &Candidate,
        opened: &Opened,
        sniffed: Sniffed,
    ) -> Result<Outcome> {
        if opened.is_whole() {
            return Ok(Ok(Recognized::Records(sniffed, Root::default())));
        }
        let bytes = opened.read(file, ROWS_LOOKED_AT)?;
        let head = Head {
            whole: bytes.len() < ROWS_LOOKED_AT,
            bytes: &bytes,
            path: opened.named(file),
        };
        let options = Options {
            names: &self.options.fields,
            columns: self.options.columns.as_deref(),
        };
        // The header ends where it did: of a file that is another thing after all, what was seen first holds.
        let again = head.sniff(options).ok();
        let again = again.filter(|again| again.preamble == sniffed.preamble);
        let found = again.unwrap_or(sniffed);
        Ok(Ok(Recognized::Records(found, Root::default())))
    }

    /// Finds out where the records of JSON stand.
    fn recognize_json(
        &mut self,
        file: &Candidate,
        opened: &Opened,
        sniffed: Sniffed,
    ) -> Result<Outcome> {
        let names = &self.options.fields;
        let document = Sniffed {
            format: Format::Json,
            ..sniffed
        };
        let plain = Ok(Ok(Recognized::Records(sniffed, Root::default())));
        if sniffed.format == Format::Jsonl
            && has_lines_with_text(&opened.head, &mut Picker::new(names))
        {
            return plain;
        }
        let more;
        let bytes = if opened.is_whole() {
            &opened.head
        } else {
            more = opened.read(file, json::LOOKED_AT)?;
            &more
        };
        match json::find(bytes, names) {
            Shape::Columns => {
                let open = || opened.reader(file).map(|(reader, _)| reader);
                self.keep(file, "JSON by columns", |to| json::transpose(&open, to))
            }
            Shape::Records(root) if root.len() > 0 => Ok(Ok(Recognized::Records(document, root))),
            // What looked like a long line may be one object behind another.
            Shape::Records(_) => match json::sniff(bytes) {
                Some(Ok(Kind::Document)) => Ok(Ok(Recognized::Records(document, Root::default()))),
                _ => plain,
            },
        }
    }
}

/// Whether any of the first lines is a record with a text.
fn has_lines_with_text(head: &[u8], picker: &mut Picker<'_>) -> bool {
    const LINES: usize = 20;
    let lines = head.split_inclusive(|byte| *byte == b'\n').take(LINES);
    lines.into_iter().any(|line| {
        let read = lines::read(&line[json::blank(line)..], picker);
        read.is_ok_and(|line| line.picked.has_own_text())
    })
}

impl Input {
    /// An input as it was found.
    pub(in crate::corpus) fn new(
        file: Candidate,
        found: bool,
        format: Format,
        opened: Opened,
    ) -> Input {
        Input {
            name: file.name,
            shard: file.shard,
            format,
            compression: opened.compression,
            preamble: Vec::new(),
            header: 0,
            columns: None,
            encoding: opened.encoding,
            origin: file.origin,
            root: Root::default(),
            stamp: opened.stamp,
            found,
            flaw: RejectReason::NotText,
        }
    }

    /// An input that was turned into JSON lines.
    pub(in crate::corpus) fn of_lines(file: Candidate, found: bool, part: Part) -> Result<Input> {
        let mut shard = file.shard;
        let mut name = shard.file_name().unwrap_or_default().to_owned();
        name.push(".jsonl");
        shard.set_file_name(name);
        Input::of_part(Candidate { shard, ..file }, found, Format::Jsonl, part)
    }

    /// An input that lies in a file as it is read.
    pub(in crate::corpus) fn of_part(
        file: Candidate,
        found: bool,
        format: Format,
        part: Part,
    ) -> Result<Input> {
        let origin = Origin::Part(part);
        let stamp = origin.stamp();
        let stamp = stamp.map_err(|source| Error::io(origin.path(), source))?;
        let opened = Opened {
            stamp,
            compression: Compression::None,
            encoding: None,
            head: Vec::new(),
            is_whole: true,
            limits: Limits::default(),
        };
        let file = Candidate { origin, ..file };
        Ok(Input::new(file, found, format, opened))
    }
}

/// Whether a text with this ending, found in a folder, is an article and not a readme or a program.
fn is_text_ending(ending: &str) -> bool {
    matches!(ending, "" | "txt" | "text" | "story" | "body")
        || ending.bytes().all(|byte| byte.is_ascii_digit())
}

fn read_up_to(reader: impl Read, length: usize) -> io::Result<Vec<u8>> {
    let mut bytes = Vec::new();
    reader.take(length as u64).read_to_end(&mut bytes)?;
    Ok(bytes)
}

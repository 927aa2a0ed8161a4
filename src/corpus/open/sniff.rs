//! What a file is, found out when it is opened: by its first bytes, and further on where those do not tell.

use std::fs::File;
use std::io::{self, Read, Write};
use std::sync::Arc;

use super::FileCorpus;
use super::archive;
use super::expand::Candidate;
use super::input::{Origin, Part};
use super::opened::Opened;
use super::spool::Packing;
use crate::compression::Compression;
use crate::corpus::encoding;
use crate::corpus::formats::json::Root;
use crate::corpus::formats::reader::Found;
use crate::corpus::formats::{Head, Options, Sniffed, Unreadable};
use crate::corpus::formats::{arrow, feed, sqlite};
use crate::error::{Error, Result};

/// What a file turned out to be.
pub(crate) enum Recognized {
    /// Records, and where they stand in a document.
    Records(Sniffed, Root),
    /// Something that was turned into JSON lines.
    Lines(Part),
    /// A table that is read here and there, and where it lies unpacked.
    Table(Sniffed, Part),
    /// An archive of files.
    Members(Vec<Candidate>),
}

impl Recognized {
    /// Records that stand in no document.
    pub(in crate::corpus) fn plain(sniffed: Sniffed) -> Recognized {
        Recognized::Records(sniffed, Root::default())
    }
}

/// What came of a look at a file; the error says why it cannot be read.
pub(crate) type Outcome = std::result::Result<Recognized, Unreadable>;

/// Turns what it reads into lines.
type ToLines = dyn Fn(Box<dyn Read + Send>, &mut dyn Write) -> io::Result<()>;

/// Archives within archives are read so far in.
const DEEPEST: u8 = 2;

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
        let found = Found {
            file,
            sniffed,
            is_in_folder: in_folder,
        };
        sniffed.format.reader().recognize(self, &found, opened)
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
    #[cfg(feature = "parquet")]
    pub(in crate::corpus) fn recognize_packed(
        &mut self,
        found: &Found<'_>,
        opened: &Opened,
    ) -> Result<Outcome> {
        let Found { file, sniffed, .. } = *found;
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
        let folder = self.temporary_folder();
        let (mut reader, meter) = opened.reader(file).map_err(failed)?;
        // What is cut off is read as far as it goes.
        let mut broke = None;
        let copy = |to: &mut dyn Write| {
            broke = io::copy(&mut reader, to).err();
            Ok(())
        };
        let interrupt = &self.options.interrupt;
        let part = self.spool.keep(path, folder, interrupt, copy)?;
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
    pub(in crate::corpus) fn keep(
        &mut self,
        file: &Candidate,
        what: &str,
        make: impl FnOnce(&mut dyn Write) -> io::Result<()>,
    ) -> Result<Outcome> {
        let (folder, interrupt) = (self.temporary_folder(), &self.options.interrupt);
        let path = file.origin.path();
        let kept = self.spool.keep(path, folder, interrupt, make)?;
        let is_remote = file.origin.is_remote();
        let kept = kept.map(|part| Part { is_remote, ..part });
        let broken = |error| Unreadable::convertible(format!("{what}: {error}"));
        Ok(kept.map(Recognized::Lines).map_err(broken))
    }
}

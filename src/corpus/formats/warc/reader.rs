//! Archives, as a format among others.

use std::io::{self, Read};

use super::cut::{CARRY, cut, resume};
use super::members::Members;
use super::parse;
use crate::compression::Compression;
use crate::corpus::formats::csv::End;
use crate::corpus::formats::json::Root;
use crate::corpus::formats::reader::{Found, RecordCutter};
use crate::corpus::formats::{
    Fields, Format, FormatReader, Head, Options, Sniffed, Unit, Unreadable,
};
use crate::corpus::open::FileCorpus;
use crate::corpus::open::opened::Opened;
use crate::corpus::open::sniff::{Outcome, Recognized};
use crate::corpus::record::Parsed;
use crate::corpus::sweep::Sweep;
use crate::corpus::sweep::block::{Block, Span};

/// Archives of pages, and of their texts.
pub(in crate::corpus::formats) struct Archives;

impl FormatReader for Archives {
    fn unit(&self) -> Unit {
        Unit::Records
    }

    fn fields(&self) -> Fields {
        Fields::OfPage
    }

    fn is_archive(&self) -> bool {
        true
    }

    fn recognize(
        &self,
        _: &mut FileCorpus,
        found: &Found<'_>,
        opened: &mut Opened,
    ) -> crate::error::Result<Outcome> {
        // Each page says itself how it is written.
        opened.forget_encoding();
        Ok(Ok(Recognized::plain(found.sniffed)))
    }

    fn decompressed(
        &self,
        file: Box<dyn Read + Send>,
        compression: Compression,
    ) -> io::Result<Box<dyn Read + Send>> {
        match compression {
            Compression::Gzip => Ok(Box::new(Members::new(file))),
            _ => compression.reader(file),
        }
    }

    fn cutter(&self, _: &Root) -> Box<dyn RecordCutter> {
        Box::new(Cutter)
    }

    fn parse<'b>(
        &self,
        sweep: &Sweep<'_>,
        input: u32,
        block: &'b Block,
        _: &'b mut [u8],
    ) -> Parsed<'b> {
        let start = (input, block.before);
        let kept = &sweep.corpus.extracted;
        let recalled = kept.recall(start, |place| block.record(place.record));
        recalled.unwrap_or_else(|| {
            let parsed = parse(block, input, sweep.corpus.options.html);
            sweep.keep_pages(start, &parsed);
            parsed
        })
    }

    fn has_place_for_text(&self) -> bool {
        false
    }
}

/// Recognises an archive by how it begins.
pub(in crate::corpus::formats) fn sniff(
    head: &Head<'_>,
    _: Options<'_>,
) -> Option<Result<Sniffed, Unreadable>> {
    let begins_so = head.bytes.starts_with(b"WARC/1.");
    begins_so.then(|| Ok(Sniffed::of(Format::Warc, 0)))
}

/// Cuts an archive into its records.
struct Cutter;

impl RecordCutter for Cutter {
    fn cut(&mut self, bytes: &[u8], end: End, records: &mut Vec<Span>) -> usize {
        cut(bytes, end, records)
    }

    fn resume(&self, bytes: &[u8]) -> Option<usize> {
        resume(bytes)
    }

    fn kept_for_resuming(&self) -> usize {
        CARRY
    }
}

//! Pages, as a format among others.

use super::{begins, is_named_rightly, parse};
use crate::corpus::formats::reader::Found;
use crate::corpus::formats::{
    BOM, Fields, Format, FormatReader, Head, Options, Sniffed, Unit, Unreadable,
};
use crate::corpus::open::FileCorpus;
use crate::corpus::open::opened::Opened;
use crate::corpus::open::sniff::{Outcome, Recognized};
use crate::corpus::record::Parsed;
use crate::corpus::sweep::Sweep;
use crate::error::Result;

/// Pages, a file each.
pub(in crate::corpus::formats) struct Pages;

impl FormatReader for Pages {
    fn unit(&self) -> Unit {
        Unit::File
    }

    fn fields(&self) -> Fields {
        Fields::OfPage
    }

    fn recognize(
        &self,
        _: &mut FileCorpus,
        found: &Found<'_>,
        opened: &mut Opened,
    ) -> Result<Outcome> {
        // A page says itself how it is written.
        opened.forget_encoding();
        Ok(Ok(Recognized::plain(found.sniffed)))
    }

    fn parse_file<'b>(
        &self,
        sweep: &Sweep<'_>,
        input: u32,
        bytes: &'b [u8],
        parsed: &mut Parsed<'b>,
    ) {
        parse(bytes, input, sweep.corpus.options.html, parsed);
    }

    fn has_place_for_text(&self) -> bool {
        false
    }
}

/// Recognises a page by how it begins, and by its ending if it begins with markup at all.
pub(in crate::corpus::formats) fn sniff(
    head: &Head<'_>,
    _: Options<'_>,
) -> Option<std::result::Result<Sniffed, Unreadable>> {
    let marked = head.bytes.strip_prefix(BOM).unwrap_or(head.bytes);
    let is_wide = head.bytes.starts_with(b"\xff\xfe<\0") || head.bytes.starts_with(b"\xfe\xff\0<");
    let is_named_so = matches!(head.ending().as_str(), "html" | "htm" | "xhtml");
    let is_page = begins(marked) || (is_named_so && (is_wide || is_named_rightly(marked)));
    is_page.then(|| Ok(Sniffed::of(Format::Html, 0)))
}

//! Tables of Parquet, as a format among others.

use super::Table;
use crate::compression::Compression;
use crate::corpus::formats::reader::Found;
use crate::corpus::formats::{
    Fields, Format, FormatReader, Head, NO_PARQUET, Options, Sniffed, Unit, Unreadable,
    is_parquet_ending,
};
use crate::corpus::open::FileCorpus;
use crate::corpus::open::input::{Input, Origin};
use crate::corpus::open::opened::Opened;
use crate::corpus::open::sniff::{Outcome, Recognized};
use crate::corpus::open::survey::{Survey, Surveyor};
use crate::corpus::record::fields::Role;
use crate::error::Result;

/// Tables of Parquet.
pub(in crate::corpus::formats) struct Tables;

impl FormatReader for Tables {
    fn unit(&self) -> Unit {
        Unit::Rows
    }

    fn fields(&self) -> Fields {
        Fields::Columns
    }

    fn expansion(&self) -> u64 {
        3
    }

    fn recognize(
        &self,
        corpus: &mut FileCorpus,
        found: &Found<'_>,
        opened: &mut Opened,
    ) -> Result<Outcome> {
        if opened.compression != Compression::None {
            let why = "a Parquet file that was compressed once more; decompress it";
            return Ok(Err(Unreadable::other(why)));
        }
        if matches!(found.file.origin, Origin::Part(_)) {
            return corpus.recognize_packed(found, opened);
        }
        Ok(Ok(Recognized::plain(found.sniffed)))
    }

    fn survey(&self, surveyor: &mut Surveyor<'_>, input: &Input) -> Result<Survey> {
        let names = surveyor.names;
        Ok(match Table::open(input, names, surveyor.limits)? {
            Ok(table) => Survey {
                fields: table.paths().map(str::to_owned).collect(),
                has_text: table.roles(names).contains(&Role::Text),
                roles: table.roles(names),
                unused: table.unused(names),
                any: true,
                ..Survey::default()
            },
            Err(reason) => Survey {
                broken: Some(reason),
                ..Survey::default()
            },
        })
    }
}

/// Recognises Parquet by how it begins. What is only named so is refused.
pub(in crate::corpus::formats) fn sniff(
    head: &Head<'_>,
    _: Options<'_>,
) -> Option<std::result::Result<Sniffed, Unreadable>> {
    if head.bytes.starts_with(b"PAR1") || head.bytes.starts_with(b"PARE") {
        return Some(Ok(Sniffed::of(Format::Parquet, 0)));
    }
    let is_named_so = is_parquet_ending(&head.ending());
    is_named_so.then(|| Err(Unreadable::other(NO_PARQUET)))
}

//! Tables of text, as a format among others.

use super::{Columns, Dialect, End, Look};
use crate::corpus::formats::json::Root;
use crate::corpus::formats::reader::{Found, RecordCutter, Rewritten, spliced};
use crate::corpus::formats::{
    Fields, Format, FormatReader, Head, Options, Sniffed, Unit, Unreadable,
};
use crate::corpus::open::FileCorpus;
use crate::corpus::open::input::Input;
use crate::corpus::open::opened::Opened;
use crate::corpus::open::sniff::{Outcome, Recognized};
use crate::corpus::open::survey::{Survey, Surveyor};
use crate::corpus::record::Parsed;
use crate::corpus::record::fields::Role;
use crate::corpus::record::pick::Picker;
use crate::corpus::sweep::Sweep;
use crate::corpus::sweep::block::{Block, Span};
use crate::error::Result;

/// How much of a table is looked at to find out how it is written.
const LOOKED_AT: usize = 1 << 20;

impl FormatReader for Dialect {
    fn unit(&self) -> Unit {
        Unit::Records
    }

    fn fields(&self) -> Fields {
        Fields::Cells(*self)
    }

    /// Looks at more rows than the head has, since few may show how they are written.
    fn recognize(
        &self,
        corpus: &mut FileCorpus,
        found: &Found<'_>,
        opened: &mut Opened,
    ) -> Result<Outcome> {
        let sniffed = found.sniffed;
        if opened.is_whole() {
            return Ok(Ok(Recognized::plain(sniffed)));
        }
        let bytes = opened.read(found.file, LOOKED_AT)?;
        let head = Head {
            whole: bytes.len() < LOOKED_AT,
            bytes: &bytes,
            path: opened.named(found.file),
        };
        let options = Options {
            names: &corpus.options.fields,
            columns: corpus.options.columns.as_deref(),
        };
        // The header ends where it did: of a file that is another thing after all, what was seen first holds.
        let again = head.sniff(options).ok();
        let again = again.filter(|again| again.preamble == sniffed.preamble);
        Ok(Ok(Recognized::plain(again.unwrap_or(sniffed))))
    }

    fn survey(&self, surveyor: &mut Surveyor<'_>, input: &Input) -> Result<Survey> {
        Ok(match input.table(surveyor.names) {
            Some(columns) => Survey {
                roles: columns.roles().collect(),
                any: !input.preamble.is_empty() || input.columns.is_some(),
                has_text: columns.roles().any(|role| role == Role::Text),
                fields: columns.names.clone(),
                ..Survey::default()
            },
            None => Survey::default(),
        })
    }

    fn cutter(&self, _: &Root) -> Box<dyn RecordCutter> {
        Box::new(RowCutter(*self))
    }

    fn parse<'b>(
        &self,
        sweep: &Sweep<'_>,
        input: u32,
        block: &'b Block,
        _: &'b mut [u8],
    ) -> Parsed<'b> {
        match sweep.table(input) {
            Some(columns) => super::parse(block, input, *self, columns),
            None => Parsed::default(),
        }
    }

    fn is_article(&self, raw: &[u8], columns: Option<&Columns>, _: &mut Picker<'_>) -> bool {
        columns.is_some_and(|columns| super::is_article(raw, *self, columns))
    }

    fn with_text(
        &self,
        record: Rewritten<'_>,
        columns: Option<&Columns>,
        _: &mut Picker<'_>,
    ) -> Option<Vec<u8>> {
        let mut cell = Vec::new();
        super::append_cell(record.text, *self, true, &mut cell);
        let place = super::text_cell(record.raw, *self, columns?)?;
        Some(spliced(record.raw, place, &cell))
    }

    fn visit_texts(
        &self,
        raw: &[u8],
        columns: &[String],
        visit: &mut dyn FnMut(&str, &str),
    ) -> bool {
        for (column, cell) in columns.iter().zip(super::cells(raw, *self)) {
            visit(column, &cell);
        }
        true
    }
}

/// Cuts a table into its rows.
struct RowCutter(Dialect);

impl RecordCutter for RowCutter {
    fn cut(&mut self, bytes: &[u8], end: End, records: &mut Vec<Span>) -> usize {
        super::cut(bytes, self.0, end, records)
    }
}

/// Recognises a table by its rows; by its ending too, which refuses what has no header that ends.
pub(in crate::corpus::formats) fn sniff(
    head: &Head<'_>,
    options: Options<'_>,
) -> Option<std::result::Result<Sniffed, Unreadable>> {
    let ending = head.ending();
    let named_so = matches!(ending.as_str(), "csv" | "tsv" | "tab" | "psv");
    let found = Look {
        content: head.content(),
        whole: head.whole,
        named_so,
        delimiters: match ending.as_str() {
            "tsv" | "tab" => b"\t",
            _ => b",\t;|",
        },
        names: options.names,
        columns: options.columns,
    }
    .find();
    match found {
        Some(found) => Some(Ok(Sniffed {
            format: Format::Delimited(found.dialect),
            preamble: head.marks() + found.header.end,
            header: head.marks() + found.header.start,
        })),
        None => named_so.then(|| Err(Unreadable::convertible("a header row that does not end"))),
    }
}

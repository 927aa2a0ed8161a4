//! JSON lines and documents of JSON, as formats among others.

use serde_json::Value;

use super::fast::Quick;
use super::{Kind, LOOKED_AT, Root, Scanner, Shape, find, lines, place, transpose};
use crate::corpus::formats::csv::{Columns, End};
use crate::corpus::formats::reader::{Found, LineCutter, RecordCutter, Rewritten};
use crate::corpus::formats::{
    Fields, Format, FormatReader, Head, Options, Sniffed, Unit, Unreadable,
};
use crate::corpus::open::FileCorpus;
use crate::corpus::open::input::Input;
use crate::corpus::open::opened::Opened;
use crate::corpus::open::sniff::{Outcome, Recognized};
use crate::corpus::open::survey::{Survey, Surveyor};
use crate::corpus::record::Parsed;
use crate::corpus::record::pick::Picker;
use crate::corpus::record::repair;
use crate::corpus::sweep::Sweep;
use crate::corpus::sweep::block::{Block, Span};
use crate::error::Result;

/// Objects are looked into so far for the texts that they hold.
const DEEPEST: usize = 3;

/// Objects, a line each or in a document.
pub(crate) struct Objects {
    pub(crate) is_document: bool,
}

impl FormatReader for Objects {
    fn unit(&self) -> Unit {
        Unit::Records
    }

    fn fields(&self) -> Fields {
        Fields::Keys
    }

    fn has_small_files(&self) -> bool {
        true
    }

    fn recognize(
        &self,
        corpus: &mut FileCorpus,
        found: &Found<'_>,
        opened: &mut Opened,
    ) -> Result<Outcome> {
        recognize(corpus, found, opened)
    }

    fn survey(&self, surveyor: &mut Surveyor<'_>, input: &Input) -> Result<Survey> {
        surveyor.look_at_lines(input)
    }

    fn arena(&self, block_bytes: usize) -> usize {
        Quick::arena(block_bytes)
    }

    fn parse<'b>(
        &self,
        sweep: &Sweep<'_>,
        input: u32,
        block: &'b Block,
        arena: &'b mut [u8],
    ) -> Parsed<'b> {
        let mut parsed = sweep.nothing_parsed();
        sweep.with_picker(|picker| lines::parse(block, input, picker, arena, &mut parsed));
        parsed
    }

    fn is_article(&self, raw: &[u8], _: Option<&Columns>, picker: &mut Picker<'_>) -> bool {
        lines::read(raw, picker).is_ok_and(|line| line.picked.has_text_or_title())
    }

    fn with_text(
        &self,
        record: Rewritten<'_>,
        _: Option<&Columns>,
        picker: &mut Picker<'_>,
    ) -> Option<Vec<u8>> {
        place::with_text(record.raw, record.text, picker)
    }

    fn visit_texts(&self, raw: &[u8], _: &[String], visit: &mut dyn FnMut(&str, &str)) -> bool {
        let object = serde_json::from_str(&repair::json(raw).0);
        let Ok(Value::Object(object)) = object else {
            return false;
        };
        visit_object(object, "", 0, visit);
        true
    }

    fn is_document(&self) -> bool {
        self.is_document
    }

    fn cutter(&self, root: &Root) -> Box<dyn RecordCutter> {
        match self.is_document {
            true => Box::new(Scanner::new(root.clone())),
            false => Box::new(LineCutter),
        }
    }
}

impl RecordCutter for Scanner {
    fn cut(&mut self, bytes: &[u8], end: End, records: &mut Vec<Span>) -> usize {
        Scanner::cut(self, bytes, end, records)
    }

    fn passes_over_rest(&mut self, bytes: &[u8]) -> bool {
        self.pass_over_rest(bytes);
        true
    }
}

/// Recognises JSON by how it begins. What is named so may be broken at its beginning.
pub(in crate::corpus::formats) fn recognized(
    head: &Head<'_>,
    _: Options<'_>,
) -> Option<std::result::Result<Sniffed, Unreadable>> {
    let content = head.content();
    let format = match super::sniff(content) {
        Some(Ok(Kind::Lines)) => Format::Jsonl,
        Some(Ok(Kind::Document)) => Format::Json,
        Some(Err(why)) => return Some(Err(why)),
        None => {
            let ending = head.ending();
            let is_named_so = matches!(ending.as_str(), "jsonl" | "ndjson" | "json" | "jl");
            if !is_named_so || repair::is_binary(content) {
                return None;
            }
            Format::Jsonl
        }
    };
    Some(Ok(Sniffed::of(format, head.marks())))
}

/// Finds out where the records of JSON stand.
fn recognize(corpus: &mut FileCorpus, found: &Found<'_>, opened: &Opened) -> Result<Outcome> {
    let Found { file, sniffed, .. } = *found;
    let names = &corpus.options.fields;
    let document = Sniffed {
        format: Format::Json,
        ..sniffed
    };
    let plain = Ok(Ok(Recognized::plain(sniffed)));
    if sniffed.format == Format::Jsonl && has_lines_with_text(&opened.head, &mut Picker::new(names))
    {
        return plain;
    }
    let more;
    let bytes = if opened.is_whole() {
        &opened.head
    } else {
        more = opened.read(file, LOOKED_AT)?;
        &more
    };
    match find(bytes, names) {
        Shape::Columns => {
            let open = || opened.reader(file).map(|(reader, _)| reader);
            corpus.keep(file, "JSON by columns", |to| transpose(&open, to))
        }
        Shape::Records(root) if root.len() > 0 => Ok(Ok(Recognized::Records(document, root))),
        // What looked like a long line may be one object behind another.
        Shape::Records(_) => match super::sniff(bytes) {
            Some(Ok(Kind::Document)) => Ok(Ok(Recognized::plain(document))),
            _ => plain,
        },
    }
}

/// Whether any of the first lines is a record with a text.
fn has_lines_with_text(head: &[u8], picker: &mut Picker<'_>) -> bool {
    const LINES: usize = 20;
    let lines = head.split_inclusive(|byte| *byte == b'\n').take(LINES);
    lines.into_iter().any(|line| {
        let read = lines::read(&line[super::blank(line)..], picker);
        read.is_ok_and(|line| line.picked.has_own_text())
    })
}

/// Hands on the texts in an object, with their paths.
fn visit_object(
    object: serde_json::Map<String, Value>,
    prefix: &str,
    depth: usize,
    visit: &mut dyn FnMut(&str, &str),
) {
    for (key, value) in object {
        let path = format!("{prefix}{key}");
        match value {
            Value::String(text) => visit(&path, &text),
            Value::Array(items) => {
                for item in items {
                    if let Value::String(text) = item {
                        visit(&path, &text);
                    }
                }
            }
            Value::Object(inner) if depth < DEEPEST => {
                visit_object(inner, &format!("{path}."), depth + 1, visit);
            }
            _ => {}
        }
    }
}

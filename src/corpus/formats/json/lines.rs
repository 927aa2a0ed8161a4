//! JSON lines: one object a line.

use super::fast::Quick;
use crate::corpus::record::pick::Picker;
use crate::corpus::record::repair;
use crate::corpus::record::{Parsed, Picked};
use crate::corpus::sweep::block::Block;
use crate::corpus::{Place, RejectReason};

/// Parses a block of lines; what they hold may be kept in `arena`.
pub(crate) fn parse<'b>(
    block: &'b Block,
    input: u32,
    picker: &mut Picker<'_>,
    arena: &'b mut [u8],
    parsed: &mut Parsed<'b>,
) {
    let whole = simdutf8::basic::from_utf8(block.input_bytes()).ok();
    let mut quick = Quick::new(arena);
    for (record, raw, flaw) in block.records() {
        let place = Place { input, record };
        let line = match flaw {
            Some(reason) => Err(reason),
            None => match read_quickly(&mut quick, block, whole, raw, picker) {
                Some(picked) => Ok(Line {
                    picked,
                    repaired: false,
                }),
                None => read(raw, picker),
            },
        };
        match line {
            Ok(Line { picked, repaired }) => {
                picker.note_used(&picked);
                parsed.tally.repaired += u64::from(repaired);
                parsed.add(place, raw, picked);
            }
            Err(reason) => parsed.reject(place, raw, reason),
        }
    }
}

/// Reads a line of a block, which is a text as a whole or line by line.
fn read_quickly<'b>(
    quick: &mut Quick<'b>,
    block: &'b Block,
    whole: Option<&'b str>,
    raw: &'b [u8],
    picker: &mut Picker<'_>,
) -> Option<Picked<'b>> {
    match whole {
        Some(text) => {
            let start = raw.as_ptr() as usize - block.bytes.as_ptr() as usize;
            quick.read(text, start, start + raw.len(), picker)
        }
        None => {
            let text = simdutf8::basic::from_utf8(raw).ok()?;
            quick.read(text, 0, raw.len(), picker)
        }
    }
}

/// A line that is an object.
pub(crate) struct Line<'a> {
    pub(crate) picked: Picked<'a>,
    /// Whether it was a good line only after repair.
    pub(crate) repaired: bool,
}

/// Picks the fields of a line.
pub(crate) fn read<'a>(raw: &'a [u8], picker: &mut Picker<'_>) -> Result<Line<'a>, RejectReason> {
    if may_nest_deeply(raw) {
        return read_slowly(raw, picker);
    }
    let mut fast = sonic_rs::Deserializer::from_slice(raw);
    if let Ok(picked) = picker.pick(&mut fast)
        && fast.end().is_ok()
    {
        return Ok(Line {
            picked,
            repaired: false,
        });
    }
    read_slowly(raw, picker)
}

/// Whether a line is nested so deeply that the fast parser, which calls itself at each level, may run out of stack: without
/// optimisation, a level takes it tens of kilobytes.
fn may_nest_deeply(raw: &[u8]) -> bool {
    const LEVELS: usize = 24;
    memchr::memchr2_iter(b'[', b'{', raw).nth(LEVELS).is_some() && levels(raw) > LEVELS
}

/// How many levels are open at once at most, outside strings.
fn levels(raw: &[u8]) -> usize {
    let (mut open, mut most, mut at) = (0usize, 0, 0);
    while let Some(&byte) = raw.get(at) {
        at += 1;
        match byte {
            b'[' | b'{' => open += 1,
            b']' | b'}' => open = open.saturating_sub(1),
            b'"' => {
                while let Some(mark) =
                    memchr::memchr2(b'"', b'\\', raw.get(at..).unwrap_or_default())
                {
                    let is_end = raw[at + mark] == b'"';
                    at += mark + if is_end { 1 } else { 2 };
                    if is_end {
                        break;
                    }
                }
            }
            _ => {}
        }
        most = most.max(open);
    }
    most
}

/// Finds out what is wrong with a line, and repairs what can be.
#[cold]
fn read_slowly<'a>(raw: &'a [u8], picker: &mut Picker<'_>) -> Result<Line<'a>, RejectReason> {
    if repair::is_binary(raw) {
        return Err(RejectReason::NotText);
    }
    let (mended, repaired) = repair::json(raw);
    let mut careful = serde_json::Deserializer::from_str(&mended);
    let picked = picker
        .pick(&mut careful)
        .and_then(|picked| careful.end().map(|()| picked));
    match picked {
        Ok(picked) => Ok(Line {
            picked: picked.into_owned(),
            repaired,
        }),
        Err(_)
            if serde_json::from_str::<serde::de::IgnoredAny>(&mended).is_ok()
                && !mended.trim_start().starts_with('{') =>
        {
            Err(RejectReason::NotAnObject)
        }
        Err(_) => Err(RejectReason::BrokenJson),
    }
}

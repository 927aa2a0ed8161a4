//! In which charset a page is written: as its sender says, as it says itself, else as its bytes look.

use std::borrow::Cow;

use chardetng::{EncodingDetector, Iso2022JpDetection, Utf8Detection};
use encoding_rs::{Encoding, REPLACEMENT, UTF_8, UTF_16BE, UTF_16LE, WINDOWS_1252};

use super::super::RejectReason;

/// How far into a page its own word on its charset is looked for.
const PRESCANNED: usize = 4 << 10;

/// A page as text.
pub(crate) struct Decoded<'a> {
    pub(crate) text: Cow<'a, str>,
    /// Whether some of its bytes mean nothing in its charset.
    pub(crate) repaired: bool,
}

/// Reads a page as text; `label` is what its sender says.
///
/// The first charset that is named and in which every byte means something is taken: the byte order mark's, the sender's,
/// the page's own. Where none fits, it is what the bytes look like, or the one named first, whichever leaves less out.
///
/// # Errors
///
/// When more than a hundredth of the page would mean nothing in the charset that fits best.
pub(crate) fn decode<'a>(
    bytes: &'a [u8],
    label: Option<&str>,
) -> Result<Decoded<'a>, RejectReason> {
    let named =
        |label: &str| Encoding::for_label(label.as_bytes()).filter(|found| *found != REPLACEMENT);
    let by_mark = Encoding::for_bom(bytes).map(|(encoding, _)| encoding);
    let by_sender = label.and_then(named);
    // A page that was read as far as this word is not in UTF-16.
    let by_itself = declared(bytes).and_then(named).map(|found| {
        if [UTF_16BE, UTF_16LE].contains(&found) {
            UTF_8
        } else {
            found
        }
    });
    let is_utf8 = std::str::from_utf8(bytes).is_ok();
    // "ISO-8859-1" is what many servers say of everything. What is UTF-8 by its bytes is so by no accident.
    let by_sender = by_sender.filter(|found| *found != WINDOWS_1252 || !is_utf8);
    let mut fallback: Option<(usize, Cow<'a, str>)> = None;
    let candidates = [by_mark, by_sender, by_itself, is_utf8.then_some(UTF_8)];
    let detected = || Some(detect(bytes));
    for encoding in candidates
        .into_iter()
        .flatten()
        .chain(std::iter::once_with(detected).flatten())
    {
        let (text, wrong) = encoding.decode_with_bom_removal(bytes);
        if !wrong && !is_noise(&text) {
            return Ok(Decoded {
                text: without_nul(text),
                repaired: false,
            });
        }
        let lost = lost(&text);
        if fallback.as_ref().is_none_or(|(least, _)| lost < *least) {
            fallback = Some((lost, text));
        }
    }
    match fallback {
        Some((lost, text)) if lost * 100 <= text.len() && !is_noise(&text) => Ok(Decoded {
            text: without_nul(text),
            repaired: true,
        }),
        _ => Err(RejectReason::UnknownCharset),
    }
}

/// The charset in a `Content-Type`.
#[cfg(feature = "warc")]
pub(crate) fn of_type(kind: &str) -> Option<&str> {
    let parameters = kind.split(';').skip(1);
    parameters
        .filter_map(|parameter| parameter.split_once('='))
        .find(|(name, _)| name.trim().eq_ignore_ascii_case("charset"))
        .map(|(_, value)| value.trim().trim_matches(['"', '\'']))
}

/// What the page itself says, in a `meta` tag or an XML declaration.
fn declared(bytes: &[u8]) -> Option<&str> {
    let head = &bytes[..bytes.len().min(PRESCANNED)];
    let lower = head.to_ascii_lowercase();
    let after = |from: usize, key: &[u8]| {
        let at = memchr::memmem::find(&lower[from..], key)? + from;
        Some(at + key.len())
    };
    let xml = lower
        .starts_with(b"<?xml")
        .then(|| after(0, b"encoding"))
        .flatten();
    let mut at = xml;
    let mut from = 0;
    while at.is_none() {
        let found = after(from, b"charset")?;
        let tag = memchr::memrchr(b'<', &lower[..found])?;
        at = lower[tag..].starts_with(b"<meta").then_some(found);
        from = found;
    }
    let value = std::str::from_utf8(&head[at?..]).unwrap_or_else(|error| {
        std::str::from_utf8(&head[at.unwrap_or(0)..][..error.valid_up_to()]).unwrap_or_default()
    });
    let value = value.trim_start().strip_prefix('=')?.trim_start();
    let value = value.trim_start_matches(['"', '\'']);
    let end = value.find(|mark: char| mark.is_whitespace() || "\"';>/".contains(mark));
    Some(&value[..end?])
}

fn detect(bytes: &[u8]) -> &'static Encoding {
    let mut detector = EncodingDetector::new(Iso2022JpDetection::Allow);
    // The beginning of a page is markup; its text tells more, but not all of it is needed.
    detector.feed(&bytes[..bytes.len().min(256 << 10)], true);
    detector.guess(None, Utf8Detection::Allow)
}

/// How many bytes of a decoded text stand for such as meant nothing.
fn lost(text: &str) -> usize {
    text.matches('\u{fffd}').count()
}

/// Whether a text is none: control characters in it are more than a hundredth.
fn is_noise(text: &str) -> bool {
    let control = |mark: &char| mark.is_control() && !mark.is_whitespace();
    text.chars().filter(control).count() * 100 > text.len()
}

fn without_nul(text: Cow<'_, str>) -> Cow<'_, str> {
    if text.contains('\0') {
        Cow::Owned(text.replace('\0', "\u{fffd}"))
    } else {
        text
    }
}
